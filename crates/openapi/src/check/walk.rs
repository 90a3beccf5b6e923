//! One walk over the description: references, misspelled extensions, operations that are asked for
//! choices. Names in tables (`properties`, `definitions` …) and example data are no keywords.

use std::collections::HashMap;

use super::extension;
use crate::{
    definition::Definition,
    finding::{
        Code, Finding, Findings, Part, Severity,
        codes::{
            DYNAMIC_OPERATION_UNKNOWN, EXTENSION_MISSPELLED, REFERENCE_ENDLESS, REFERENCE_EXTERNAL,
            REFERENCE_MISSING, REFERENCE_NOT_IMPORTED,
        },
    },
    import,
    package::Package,
    pointer::Place,
    reference::{self, Target},
    tree::Node,
};

/// Reports what a walk over the whole description meets.
pub(super) fn walk<'t>(package: &'t Package<'t>, found: &mut Findings) {
    let definition = &package.definition;
    let mut walk = Walk { definition, found, verdicts: HashMap::new(), unknown: HashMap::new() };
    for (key, node) in definition.root().iter() {
        walk.keyword(key, node, &Place::ROOT);
    }
}

struct Walk<'t, 'f> {
    definition: &'t Definition<'t>,
    found: &'f mut Findings,
    /// What is wrong with a reference, by its text: shared ones are followed once.
    verdicts: HashMap<&'t str, Option<(Code, Severity)>>,
    /// What an unknown extension was meant to be, by its name.
    unknown: HashMap<&'t str, Option<&'static str>>,
}

/// Most unknown names that are compared with known ones. Published packages hold a dozen. Our choice.
const MAX_UNKNOWN: usize = 500;

/// What the names inside a value mean.
enum Inside {
    Keywords,
    Names,
    /// Nothing in it is ours.
    Data,
}

fn inside(key: &str) -> Inside {
    match key {
        "properties" | "definitions" | "parameters" | "responses" | "paths" | "headers"
        | "schemas" | "requestBodies" | "callbacks" | "patternProperties" | "$defs" => {
            Inside::Names
        }
        "example"
        | "examples"
        | "default"
        | "enum"
        | "const"
        | "x-example"
        | "x-examples"
        | "x-ms-examples"
        | "x-ms-test-value"
        | "securityDefinitions"
        | "securitySchemes" => Inside::Data,
        _ => Inside::Keywords,
    }
}

impl<'t> Walk<'t, '_> {
    /// An object whose names are keywords.
    fn keywords(&mut self, node: &'t Node<'t>, at: &Place<'_>) {
        match node {
            Node::Object(object) => {
                for (key, value) in object.iter() {
                    self.keyword(key, value, at);
                }
            }
            Node::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.keywords(item, &at.item(index));
                }
            }
            _ => {}
        }
    }

    fn keyword(&mut self, key: &'t str, value: &'t Node<'t>, at: &Place<'_>) {
        if let Some(name) = key.strip_prefix("x-ms-") {
            self.extension(key, name, value, at);
        } else if key == "$ref" {
            if let Some(reference) = value.as_str() {
                self.reference(reference, at);
            }
            return;
        }
        if !matches!(value, Node::Object(_) | Node::List(_)) {
            return;
        }
        match inside(key) {
            Inside::Keywords => self.keywords(value, &at.member(key)),
            Inside::Names => self.names(value, &at.member(key)),
            Inside::Data => {}
        }
    }

    /// An object whose names are somebody's words.
    fn names(&mut self, node: &'t Node<'t>, at: &Place<'_>) {
        let Some(object) = node.as_object() else { return self.keywords(node, at) };
        for (name, value) in object.iter() {
            self.keywords(value, &at.member(name));
        }
    }

    fn reference(&mut self, reference: &'t str, at: &Place<'_>) {
        let definition = self.definition;
        let verdict = *self.verdicts.entry(reference).or_insert_with(|| {
            match reference::follow(definition.root(), reference) {
                Target::Missing { .. } => Some((REFERENCE_MISSING, Severity::Error)),
                Target::External { .. } => Some((REFERENCE_EXTERNAL, Severity::Warning)),
                Target::Endless { .. } => Some((REFERENCE_ENDLESS, Severity::Error)),
                Target::Itself(_) | Target::Found { .. } => None,
            }
        });
        let Some((code, severity)) = verdict else { return };
        let last = match reference::follow(definition.root(), reference) {
            Target::External { reference } => Some(reference),
            _ => None,
        };
        if let Some(reason) = last.and_then(|it| import::why_missing(definition.root(), it)) {
            let at = at.member("$ref").to_string();
            let finding = Finding::new(Part::Definition, at, REFERENCE_NOT_IMPORTED, severity);
            self.found.push(finding.with("reference", reference).with("reason", reason));
            return;
        }
        self.report(at.member("$ref"), code, severity, ("reference", reference));
    }

    fn extension(&mut self, key: &'t str, name: &'t str, value: &'t Node<'t>, at: &Place<'_>) {
        if !extension::is_known(name) {
            let unknown = self.unknown.len();
            let meant = self.unknown.entry(name).or_insert_with(|| {
                (unknown < MAX_UNKNOWN).then(|| extension::meant(name)).flatten()
            });
            if let Some(meant) = *meant {
                let finding = Finding::new(
                    Part::Definition,
                    at.member(key).to_string(),
                    EXTENSION_MISSPELLED,
                    Severity::Warning,
                );
                self.found.push(finding.with("name", key).with("meant", format!("x-ms-{meant}")));
            }
        } else if name.starts_with("dynamic-") {
            let here = at.member(key);
            self.asked(value, &here);
            for level in ["open", "browse"] {
                if let Some(node) = value.get(level) {
                    self.asked(node, &here.member(level));
                }
            }
        }
    }

    /// The operation that is asked for choices or a schema has to exist.
    fn asked(&mut self, node: &'t Node<'t>, at: &Place<'_>) {
        let Some(id) = node.get("operationId").and_then(Node::as_str) else { return };
        if !self.definition.has_operation(id) {
            let at = at.member("operationId");
            self.report(at, DYNAMIC_OPERATION_UNKNOWN, Severity::Warning, ("operation", id));
        }
    }

    fn report(&mut self, at: Place<'_>, code: Code, severity: Severity, arg: (&'static str, &str)) {
        let finding = Finding::new(Part::Definition, at.to_string(), code, severity);
        self.found.push(finding.with(arg.0, arg.1));
    }
}
