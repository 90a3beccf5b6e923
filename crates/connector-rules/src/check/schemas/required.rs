//! Required properties: lists that name them, constants, and cycles that no value can end.

use std::{
    collections::{HashMap, HashSet},
    ptr,
};

use openapi::{Node, Object, Place};

use super::{Below, Facts, Site};
use crate::{
    Rule,
    check::shapes::named,
    document::{Document, list, object},
    report::Report,
};

pub(super) fn check<'d>(
    document: &Document<'d>,
    facts: &Facts<'d>,
    (site, below): (Site, Below),
    at: &Place<'_>,
    report: &mut Report,
) {
    if below.is_property
        && facts.is_internal
        && facts.default.is_some()
        && !below.is_required
        && site == Site::Body
    {
        report.add(Rule::PropertyMustBeRequired, at, "required");
    }
    if below.is_property && below.is_required && facts.is_read_only && site.is_input() {
        report.add(Rule::RequiredReadOnlyPropertyNotAllowedAsInput, at, "readOnly");
    }
    let Some(required) = facts.required else { return };
    let place = at.member("required");
    if required.is_empty() {
        report.add(Rule::RequiredPropertyArrayEmpty, &place, "required");
    }
    match facts.type_name {
        Some("object") | None => {}
        Some(other) => {
            report.add(Rule::RequiredPropertyNotOnObject, &place, other);
            return;
        }
    }
    // A part of `allOf` may demand what another part declares.
    if below.is_part {
        return;
    }
    let mut declared = Declared { document, open: Vec::new() };
    for (index, name) in required.iter().enumerate() {
        match name.as_str() {
            None => report.add(Rule::JsonTypeIncorrect, &place.item(index), name.kind()),
            Some(name) if facts.properties.is_some_and(|all| all.contains_key(name)) => {}
            Some(name) => {
                let inherited = facts.all_of.iter().any(|part| declared.holds(part, name));
                if !inherited {
                    report.add(Rule::RequiredPropertyDefinitionMissing, &place.item(index), name);
                }
            }
        }
    }
}

/// Looks for a property through `allOf` and references.
struct Declared<'d, 'r> {
    document: &'r Document<'d>,
    open: Vec<&'d Object<'d>>,
}

impl<'d> Declared<'d, '_> {
    fn holds(&mut self, schema: &'d Node<'d>, name: &str) -> bool {
        let Some(schema) = self.document.resolve(schema).and_then(Node::as_object) else {
            return true;
        };
        if self.open.iter().any(|it| ptr::eq(*it, schema)) || self.open.len() > MAX_INHERITED {
            return false;
        }
        self.open.push(schema);
        let found = object(schema, "properties").is_some_and(|all| all.contains_key(name))
            || list(schema, "allOf").iter().any(|part| self.holds(part, name));
        self.open.pop();
        found
    }
}

/// Cycles through required properties: no finite value has such a type.
pub(super) fn loops(document: &Document<'_>, report: &mut Report) {
    let mut demands: HashMap<&str, Vec<&str>> = HashMap::new();
    for (name, schema) in document.members("definitions") {
        let mut found = Vec::new();
        demanded(schema, &mut found);
        if !found.is_empty() {
            demands.insert(name, found);
        }
    }
    let root = Place::ROOT.member("definitions");
    let mut done: HashSet<&str> = HashSet::new();
    for (name, _) in document.members("definitions") {
        if cycles(name, &demands, &mut done) {
            report.add(Rule::RequiredLoopInSchemaNotAllowed, &root.member(name), name);
        }
    }
}

/// The named schemas that every value of a schema has to hold.
fn demanded<'d>(schema: &'d Node<'d>, found: &mut Vec<&'d str>) {
    let Some(schema) = schema.as_object() else { return };
    if let Some(name) = named(schema) {
        found.push(name);
        return;
    }
    for part in list(schema, "allOf") {
        demanded(part, found);
    }
    let Some(properties) = object(schema, "properties") else { return };
    for name in list(schema, "required").iter().filter_map(Node::as_str) {
        if let Some(property) = properties.get(name) {
            demanded(property, found);
        }
    }
}

/// Whether a walk from this name comes back to a name on its way; every name is left once.
fn cycles<'d>(
    start: &'d str,
    demands: &HashMap<&'d str, Vec<&'d str>>,
    done: &mut HashSet<&'d str>,
) -> bool {
    let mut way: Vec<(&str, usize)> = vec![(start, 0)];
    let mut open: HashSet<&str> = HashSet::from([start]);
    let mut found = false;
    if done.contains(start) {
        return false;
    }
    while let Some((name, next)) = way.last_mut() {
        let name = *name;
        let following = demands.get(name).and_then(|all| all.get(*next)).copied();
        *next += 1;
        match following {
            Some(following) if open.contains(following) => found = true,
            Some(following) if !done.contains(following) && demands.contains_key(following) => {
                open.insert(following);
                way.push((following, 0));
            }
            Some(_) => {}
            None => {
                open.remove(name);
                done.insert(name);
                way.pop();
            }
        }
    }
    found
}

/// Longest chain of `allOf` that is searched for a property. Our choice.
const MAX_INHERITED: usize = 8;
