//! What other operations gave for a form.

use std::collections::BTreeMap;

use connector_engine::{dynamic::Choice, expression::to_text};
use openapi::{Extensions, Location, Operation, Package, Schema, Sources};
use serde_json::{Value, json};

use crate::{limits::MAX_SCHEMA_BYTES, pointer::segments};

/// What was found, by the pointer of the field that asked.
#[derive(Debug, Default)]
pub struct Found {
    looked: BTreeMap<String, Looked>,
}

/// What came of one look-up.
#[derive(Debug)]
pub enum Looked {
    /// These have to be filled in first.
    Missing(Vec<String>),
    /// It failed; why, in words or as a code.
    Failed(String),
    /// Things to choose.
    Choices {
        /// Those.
        choices: Vec<Choice>,
        /// In trees, the titles of the levels that were opened.
        trail: Vec<String>,
    },
    /// A schema, as a package of its own so that it can be looked at like any other.
    Schema(Box<Package<'static>>),
}

impl Looked {
    /// The schema that an operation gave; one that is too large or none at all is a failure.
    pub fn schema(schema: &Value) -> Self {
        let text = json!({ "swagger": "2.0", "definitions": { IT: schema } }).to_string();
        if text.len() > MAX_SCHEMA_BYTES {
            return Self::Failed("form.schema_too_large".to_owned());
        }
        let sources = Sources { definition: text.as_bytes(), properties: None, has_script: false };
        match Package::load(sources) {
            Ok(package) => Self::Schema(Box::new(package.into_owned())),
            Err(_) => Self::Failed("form.schema_unreadable".to_owned()),
        }
    }
}

impl Found {
    /// Keeps what came of a look-up.
    pub fn put(&mut self, pointer: impl Into<String>, looked: Looked) {
        self.looked.insert(pointer.into(), looked);
    }

    /// What came of the look-up of a field.
    pub fn at(&self, pointer: &str) -> Option<&Looked> {
        self.looked.get(pointer)
    }

    /// The schema that was found for a field, as JSON.
    pub fn schema_json(&self, pointer: &str) -> Option<Value> {
        self.schema(pointer).map(|schema| schema.written().to_value())
    }

    /// The thing to choose in a field that has this value as text.
    pub fn choice(&self, pointer: &str, value: &str) -> Option<&Choice> {
        let Looked::Choices { choices, .. } = self.at(pointer)? else { return None };
        choices.iter().find(|choice| to_text(&choice.value) == value)
    }

    /// The schema that was found for a field.
    pub(crate) fn schema(&self, pointer: &str) -> Option<Schema<'_>> {
        match self.looked.get(pointer)? {
            Looked::Schema(package) => {
                let definition = &package.definition;
                Some(definition.schema(definition.schemas().get(IT)?))
            }
            _ => None,
        }
    }
}

/// The extensions at a place of the inputs: those of the input or property, and those of its schema.
pub fn spot<'f>(
    operation: &'f Operation<'f>,
    found: &'f Found,
    pointer: &str,
) -> Option<[Extensions<'f>; 2]> {
    let mut walked = String::new();
    let mut steps = segments(pointer);
    let first = steps.next()?;
    let is_body = |location| location == Location::Body;
    let parameter = operation.parameters.iter().find(|parameter| {
        if is_body(parameter.location) { first == "body" } else { parameter.name == first }
    })?;
    push(&mut walked, &first);
    let mut near = parameter.extensions();
    let mut schema = found.schema(&walked).unwrap_or(parameter.schema);
    let mut own = parameter.schema.extensions();
    for step in steps {
        let below = schema.all_properties().into_iter().find(|(name, _)| *name == step);
        let next = match below {
            Some((_, property)) => property,
            None => schema.items().filter(|_| step.parse::<usize>().is_ok())?,
        };
        push(&mut walked, &step);
        near = next.extensions();
        own = next.extensions();
        schema = found.schema(&walked).unwrap_or(next);
    }
    Some([near, own])
}

fn push(pointer: &mut String, segment: &str) {
    pointer.push('/');
    pointer.push_str(&crate::pointer::escape(segment));
}

/// The name of the schema in the package that is made for it.
const IT: &str = "It";
