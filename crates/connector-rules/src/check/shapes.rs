//! Named schemas, measured once: how many, how deep, what they hold, and which of them callers send.

use std::collections::{HashMap, HashSet};

use openapi::{Node, Object};

use crate::{
    document::{Document, Operation},
    limits::MAX_SCHEMA_DEPTH,
};

/// What a schema holds, references followed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// Schemas in it, itself included.
    pub(super) schemas: u64,
    /// Levels, itself included; a cycle counts once.
    pub(super) depth: u32,
    /// Whether a property takes the callback address.
    pub(super) has_notification_url: bool,
}

/// The shapes of a definition.
#[derive(Debug)]
pub(super) struct Shapes<'d> {
    document: &'d Document<'d>,
    named: HashMap<&'d str, Shape>,
    sent: HashSet<&'d str>,
}

/// The way down: names that are being measured, and how many levels there are.
#[derive(Debug, Default)]
struct Open<'d> {
    names: Vec<&'d str>,
    levels: u32,
}

impl<'d> Shapes<'d> {
    pub(super) fn of(document: &'d Document<'d>) -> Self {
        let mut shapes = Self { document, named: HashMap::new(), sent: HashSet::new() };
        for (name, _) in document.members("definitions") {
            shapes.measure_named(name, &mut Open::default());
        }
        shapes.reach();
        shapes
    }

    /// The shape of a schema, once every named one is known.
    pub(super) fn shape(&self, schema: &'d Node<'d>) -> Shape {
        let Some(schema) = schema.as_object() else { return Shape::default() };
        if let Some(name) = named(schema) {
            return self.named.get(name).copied().unwrap_or_default();
        }
        let mut shape = Shape::own(schema);
        for_each_part(schema, |part| shape.add(self.shape(part)));
        shape
    }

    /// Whether callers send the named schema.
    pub(super) fn is_sent(&self, name: &str) -> bool {
        self.sent.contains(name)
    }

    fn measure_named(&mut self, name: &'d str, open: &mut Open<'d>) -> Shape {
        if let Some(known) = self.named.get(name) {
            return *known;
        }
        if open.names.contains(&name) {
            return Shape::default();
        }
        let schema = self.document.section("definitions").and_then(|all| all.get(name));
        let Some(schema) = schema else { return Shape::default() };
        open.names.push(name);
        let shape = self.measure_within(schema, open);
        open.names.pop();
        self.named.insert(name, shape);
        shape
    }

    fn measure_within(&mut self, schema: &'d Node<'d>, open: &mut Open<'d>) -> Shape {
        let Some(schema) = schema.as_object() else { return Shape::default() };
        if let Some(name) = named(schema) {
            return self.measure_named(name, open);
        }
        let mut shape = Shape::own(schema);
        if open.levels > MAX_SCHEMA_DEPTH {
            return shape;
        }
        open.levels += 1;
        for_each_part(schema, |part| shape.add(self.measure_within(part, open)));
        open.levels -= 1;
        shape
    }

    /// Marks every named schema that a body leads to.
    fn reach(&mut self) {
        let mut next: Vec<&'d Node<'d>> = Vec::new();
        next.extend(self.document.operations.iter().filter_map(Operation::body));
        while let Some(schema) = next.pop() {
            let Some(schema) = schema.as_object() else { continue };
            if let Some(name) = named(schema) {
                if self.sent.insert(name)
                    && let Some(schema) =
                        self.document.section("definitions").and_then(|all| all.get(name))
                {
                    next.push(schema);
                }
                continue;
            }
            for_each_part(schema, |part| {
                if part.as_object().is_some_and(|part| !part.is_empty()) {
                    next.push(part);
                }
            });
        }
    }
}

impl Shape {
    fn own(schema: &Object<'_>) -> Self {
        let url = schema.get("x-ms-notification-url").and_then(Node::as_bool_lenient);
        Self { schemas: 1, depth: 1, has_notification_url: url == Some(true) }
    }

    fn add(&mut self, part: Self) {
        self.schemas = self.schemas.saturating_add(part.schemas);
        self.depth = self.depth.max(part.depth.saturating_add(1));
        self.has_notification_url |= part.has_notification_url;
    }
}

/// The name that a schema refers to.
pub(super) fn named<'d>(schema: &'d Object<'d>) -> Option<&'d str> {
    schema.str("$ref")?.strip_prefix("#/definitions/")
}

/// The schemas directly within a schema.
pub(super) fn for_each_part<'d>(schema: &'d Object<'d>, mut part: impl FnMut(&'d Node<'d>)) {
    for (key, value) in schema.iter() {
        match key {
            "properties" => {
                let properties = value.as_object().into_iter().flat_map(Object::iter);
                properties.for_each(|(_, it)| part(it));
            }
            "items" | "additionalProperties" => part(value),
            "allOf" => value.as_list().unwrap_or_default().iter().for_each(&mut part),
            _ => {}
        }
    }
}
