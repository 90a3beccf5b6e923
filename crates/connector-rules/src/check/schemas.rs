//! Schemas, wherever they stand: in bodies, parameters, answers, notifications and definitions.

mod extensions;
mod facts;
mod pattern;
mod required;
mod values;

use openapi::{Node, Object, Place};

pub(super) use self::values::has_type;

use self::facts::Facts;
use super::{
    dynamic, references,
    shapes::{Shape, Shapes},
};
use crate::{
    Rule,
    document::{Document, Operation, list, object},
    limits::{MAX_BODY_SCHEMAS, MAX_OPERATION_SCHEMAS, MAX_SCHEMA_DEPTH, MAX_SCHEMAS},
    report::Report,
};

/// Where a schema stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Site {
    Body,
    Parameter,
    Header,
    Response,
    Notification,
    /// A named schema; whether callers send it.
    Definition {
        sent: bool,
    },
}

impl Site {
    /// Whether callers send it.
    const fn is_input(self) -> bool {
        matches!(self, Self::Body | Self::Parameter | Self::Definition { sent: true })
    }
}

/// One walk through the schemas of a definition.
struct Walk<'d, 'w> {
    document: &'d Document<'d>,
    report: &'w mut Report,
    site: Site,
    operation: Option<&'d Operation<'d>>,
}

/// How a schema hangs below another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Below {
    /// The first of its site.
    is_top: bool,
    /// Its parent demands it.
    is_required: bool,
    /// A property, for which its parent says whether it is required.
    is_property: bool,
    /// Directly below the schema of a list in `allOf`.
    is_part: bool,
}

const TOP: Below = Below { is_top: true, is_required: false, is_property: false, is_part: false };
const INNER: Below = Below { is_top: false, ..TOP };

pub(super) fn check<'d>(document: &'d Document<'d>, shapes: &Shapes<'d>, report: &mut Report) {
    let mut walk = Walk { document, report, site: Site::Parameter, operation: None };
    walk.definitions(shapes);
    walk.shared();
    walk.operations();
    counts(document, shapes, report);
    required::loops(document, report);
}

impl<'d> Walk<'d, '_> {
    fn definitions(&mut self, shapes: &Shapes<'d>) {
        let root = Place::ROOT.member("definitions");
        for (name, schema) in self.document.members("definitions") {
            let at = root.member(name);
            self.site = Site::Definition { sent: shapes.is_sent(name) };
            if schema.as_object().is_some_and(|it| it.len() == 1 && it.contains_key("$ref")) {
                self.report.add(Rule::SchemaRefLoopNotAllowed, &at, name);
            }
            self.schema(schema, &at, TOP);
        }
    }

    fn shared(&mut self) {
        let root = Place::ROOT.member("parameters");
        for (name, node) in self.document.members("parameters") {
            self.parameter(node, &root.member(name));
        }
        let root = Place::ROOT.member("responses");
        for (name, node) in self.document.members("responses") {
            self.response(node, &root.member(name));
        }
    }

    fn operations(&mut self) {
        let root = Place::ROOT.member("paths");
        for (path, item) in self.document.members("paths") {
            let Some(item) = item.as_object() else { continue };
            let at = root.member(path);
            self.parameters(item, &at);
            if let Some(content) = object(item, "x-ms-notification-content") {
                let at = at.member("x-ms-notification-content");
                self.site = Site::Notification;
                if let Some(schema) = content.get("schema") {
                    self.schema(schema, &at.member("schema"), TOP);
                }
                self.headers(content, &at);
            }
        }
        let document = self.document;
        for operation in &document.operations {
            let item = root.member(operation.path);
            let at = item.member(operation.verb);
            self.operation = Some(operation);
            self.parameters(operation.node, &at);
            let at = at.member("responses");
            for (status, response) in operation.responses() {
                self.response(response, &at.member(status));
            }
            self.operation = None;
        }
    }

    fn parameters(&mut self, owner: &'d Object<'d>, at: &Place<'_>) {
        let at = at.member("parameters");
        for (index, node) in list(owner, "parameters").iter().enumerate() {
            self.parameter(node, &at.item(index));
        }
    }

    fn parameter(&mut self, node: &'d Node<'d>, at: &Place<'_>) {
        let Some(parameter) = node.as_object().filter(|it| !it.contains_key("$ref")) else {
            return;
        };
        if parameter.str("in") == Some("body") {
            self.site = Site::Body;
            if let Some(schema) = parameter.get("schema") {
                self.schema(schema, &at.member("schema"), TOP);
            }
        } else {
            self.site = Site::Parameter;
            self.schema(node, at, TOP);
        }
    }

    fn response(&mut self, node: &'d Node<'d>, at: &Place<'_>) {
        let Some(response) = node.as_object() else { return };
        self.site = Site::Response;
        if let Some(schema) = response.get("schema") {
            self.schema(schema, &at.member("schema"), TOP);
        }
        self.headers(response, at);
    }

    fn headers(&mut self, owner: &'d Object<'d>, at: &Place<'_>) {
        let at = at.member("headers");
        self.site = Site::Header;
        for (name, header) in object(owner, "headers").into_iter().flat_map(Object::iter) {
            self.schema(header, &at.member(name), TOP);
        }
    }

    /// One schema and everything below it; references are judged, not followed.
    fn schema(&mut self, node: &'d Node<'d>, at: &Place<'_>, below: Below) {
        let Some(schema) = node.as_object() else {
            if !matches!(node, Node::Bool(_)) || below.is_top {
                self.report.add(Rule::JsonTypeIncorrect, at, node.kind());
            }
            return;
        };
        let is_definition = matches!(self.site, Site::Definition { .. });
        if schema.contains_key("$ref") {
            references::schema(self.document, schema, at, self.report);
            // Beside references in definitions generators leave titles by the thousand: they are
            // ignored there, as published validators do.
            if !is_definition {
                references::beside(schema, at, self.report);
            }
            return;
        }
        let facts =
            Facts::of(schema, self.site == Site::Parameter && below.is_top, at, self.report);
        facts.keywords(at, self.report);
        values::check(self.document, &facts, at, self.report);
        required::check(self.document, &facts, (self.site, below), at, self.report);
        extensions::check(&facts, self.site, at, self.report);
        self.form(&facts, at, below);
        if facts.is_dynamic {
            dynamic::check(self.document, (schema, self.operation), at, self.report);
        }
        self.below(&facts, at);
    }

    fn below(&mut self, facts: &Facts<'d>, at: &Place<'_>) {
        if let Some(properties) = facts.properties {
            let place = at.member("properties");
            for (name, property) in properties.iter() {
                let is_required = facts.requires(name);
                let below = Below { is_required, is_property: true, ..INNER };
                self.schema(property, &place.member(name), below);
            }
        }
        match facts.items {
            Some(Node::List(items)) => {
                let place = at.member("items");
                self.report.add(Rule::JsonTypeIncorrect, &place, "array");
                for (index, item) in items.iter().enumerate() {
                    self.schema(item, &place.item(index), INNER);
                }
            }
            Some(items) => self.schema(items, &at.member("items"), INNER),
            None => {}
        }
        if let Some(additional) = facts.additional.filter(|it| !matches!(it, Node::Bool(_))) {
            self.schema(additional, &at.member("additionalProperties"), INNER);
        }
        let place = at.member("allOf");
        for (index, part) in facts.all_of.iter().enumerate() {
            let below = Below { is_part: true, ..INNER };
            self.schema(part, &place.item(index), below);
        }
    }

    /// Files and bytes, and formats.
    fn form(&mut self, facts: &Facts<'d>, at: &Place<'_>, below: Below) {
        let kind = facts.type_name.unwrap_or("");
        let may_be_file = below.is_top
            && matches!(self.site, Site::Response | Site::Parameter | Site::Definition { .. });
        if kind == "file" && !may_be_file {
            self.report.add(Rule::SchemaTypeFileNotValid, at, "file");
        }
        let format = facts.format.unwrap_or("");
        let in_body = !matches!(self.site, Site::Parameter | Site::Header);
        if kind == "string" && format == "binary" && in_body && !below.is_top {
            self.report.add(Rule::InvalidStringBinaryProperty, at, "binary");
        }
        if kind == "array" && facts.items.is_none() {
            self.report.add(Rule::ArrayHasNoItems, at, "array");
        }
        // In definitions, formats of code generators stand by the hundred; they mean nothing there.
        let is_definition = matches!(self.site, Site::Definition { .. });
        if !is_definition
            && !kind.is_empty()
            && !format.is_empty()
            && !is_known_format(kind, format)
        {
            self.report.add(Rule::UnrecognizedTypeFormat, at, format_args!("{kind}, {format}"));
        }
    }
}

/// Swagger 2.0 “Data Types”, and what the platform lists beside them.
fn is_known_format(kind: &str, format: &str) -> bool {
    match kind {
        "string" => matches!(
            format,
            "byte"
                | "binary"
                | "date"
                | "date-time"
                | "password"
                | "date-no-tz"
                | "html"
                | "email"
                | "uri"
                | "uuid"
        ),
        "integer" => matches!(format, "int32" | "int64"),
        "number" => matches!(format, "float" | "double"),
        _ => false,
    }
}

/// How many schemas there are, and how deep they nest.
fn counts(document: &Document<'_>, shapes: &Shapes<'_>, report: &mut Report) {
    let root = Place::ROOT.member("paths");
    let mut total = 0_u64;
    for operation in &document.operations {
        let item = root.member(operation.path);
        let at = item.member(operation.verb);
        let mut sum = 0_u64;
        let mut deepest = 0_u32;
        let mut add = |shape: Shape| {
            sum = sum.saturating_add(shape.schemas);
            deepest = deepest.max(shape.depth);
        };
        let body = operation.body().map(|it| shapes.shape(it)).unwrap_or_default();
        add(body);
        for (_, response) in operation.responses() {
            let response = document.resolve(response).and_then(Node::as_object);
            if let Some(schema) = response.and_then(|it| it.get("schema")) {
                add(shapes.shape(schema));
            }
        }
        if body.schemas > MAX_BODY_SCHEMAS {
            report.add(Rule::BodySchemaCountExceedsMaxAllowed, &at, body.schemas);
        }
        if sum > MAX_OPERATION_SCHEMAS {
            report.add(Rule::OperationSchemaCountExceedsMaxAllowed, &at, sum);
        }
        if deepest > MAX_SCHEMA_DEPTH {
            report.add(Rule::SchemaTooDeep, &at, deepest);
        }
        total = total.saturating_add(sum);
    }
    if total > MAX_SCHEMAS {
        report.add(Rule::TotalSchemaCountExceedsMaxAllowed, &root, total);
    }
}
