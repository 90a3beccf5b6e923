//! The form of an operation: what the definition says of its inputs, as far as callers of the action may give them.

use std::sync::Arc;

use actions::{Action, Operation};
use connector_forms::{Field, Form, Found, Mistake, Sketch, Typed, segments};
use connectors::{Compiled, FormPlace};
use edge::Problem;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use web_forms::Generated;
use web_frame::{App, Frame, Html, Visit};

/// What a form stands on.
#[derive(Debug)]
pub(super) struct Ground {
    compiled: Arc<Compiled>,
    place: FormPlace,
    operation: Operation,
}

/// What a form holds, and what does not fit; the line and column where JSON cannot be read.
pub(super) type Held = Result<(Map<String, Value>, Vec<Mistake>), (usize, usize)>;

impl Ground {
    pub(super) async fn of(
        app: &App,
        visit: &Visit,
        (action, operation): (&Action, &Operation),
    ) -> Result<Self, Problem> {
        let hub = &app.api_connectors;
        let compiled = match action.version {
            Some(number) => hub.compiled_at(&visit.scope, action.connector, number).await?,
            None => hub.compiled(&visit.scope, action.connector).await?,
        };
        let place = FormPlace {
            connector: action.connector,
            version: action.version,
            operation: operation.id.clone(),
            connection: None,
        };
        Ok(Self { compiled, place, operation: operation.clone() })
    }

    /// What the form has asked other operations for.
    pub(super) async fn found(
        &self,
        app: &App,
        visit: &Visit,
        typed: &Typed,
    ) -> Result<Found, Problem> {
        Ok(Box::pin(app.api_connectors.found(&visit.scope, &self.place, typed)).await?)
    }

    /// What the maker suggests.
    pub(super) fn suggested(&self) -> Typed {
        let all = self.operation.overrides.iter();
        let given = all.filter_map(|(name, set)| Some((name.clone(), set.default.clone()?)));
        Typed::over(given.collect())
    }

    fn form(&self, typed: &Typed, found: &Found, zone: &TimeZone) -> Form {
        let package = self.compiled.package();
        let Some(operation) = package.operation(&self.operation.id) else {
            return Form::default();
        };
        let form = Form::of(Sketch { package, operation: &operation, found, zone }, typed);
        tailored(&self.operation, form)
    }

    pub(super) fn held(&self, typed: &Typed, found: &Found, zone: &TimeZone) -> Held {
        if let Some(inputs) = typed.parsed()? {
            return Ok((inputs, Vec::new()));
        }
        let read = self.form(typed, found, zone).inputs(typed, zone);
        Ok((read.inputs, read.mistakes))
    }

    /// The markup, and the mistakes that stand at no field.
    pub(super) fn drawn(
        &self,
        frame: &Frame,
        (typed, found): (&Typed, &Found),
        (mistakes, unreadable): (&[Mistake], Option<(usize, usize)>),
    ) -> (Html, Vec<Mistake>) {
        let mut form = self.form(typed, found, &frame.zone);
        let left = form.mark(mistakes);
        (Generated::new(frame, &form, typed).unreadable(unreadable).html(), left)
    }
}

/// The form as callers of the action see it: what they have to give comes first.
fn tailored(operation: &Operation, mut form: Form) -> Form {
    form.fields.retain_mut(|field| adapt(operation, field));
    kernel::sort_by_key(&mut form.fields, |field| !field.required);
    form
}

/// Says of a field what the maker of the action says of it; whether callers may give it at all.
fn adapt(operation: &Operation, field: &mut Field) -> bool {
    let Some(prepared) = &operation.prepared else { return false };
    let Some(name) = segments(&field.pointer).next() else { return false };
    let schema = prepared.input.get("properties").and_then(|all| all.get(&*name));
    let Some(schema) = schema else { return false };
    let required = prepared.input.get("required").and_then(Value::as_array);
    field.required = required.is_some_and(|all| all.iter().any(|it| *it == *name));
    if let Some(said) = schema.get("description").and_then(Value::as_str)
        && operation.overrides.get(&*name).is_some_and(|set| set.description.is_some())
    {
        said.clone_into(&mut field.hint);
    }
    true
}

#[cfg(test)]
mod tests {
    use actions::State;
    use serde_json::json;

    use super::*;
    use crate::samples;

    #[test]
    fn callers_fill_in_what_they_may_give_and_nothing_else() {
        let definition = json!({ "swagger": "2.0", "info": { "title": "Stock", "version": "1" }, "host": "a.example",
            "paths": { "/read": { "post": { "operationId": "Read", "responses": {}, "parameters": [
                { "name": "sku", "in": "query", "type": "string", "description": "Its number" },
                { "name": "region", "in": "query", "type": "string", "required": true },
                { "name": "top", "in": "query", "type": "integer", "required": true },
                { "name": "body", "in": "body", "schema": { "type": "object", "properties": {
                    "name": { "type": "string" } } } } ] } } } });
        let definition = definition.to_string();
        let sources = openapi::Sources {
            definition: definition.as_bytes(),
            properties: None,
            has_script: false,
        };
        let package = openapi::Package::load(sources).unwrap();
        let described = package.operation("Read").unwrap();
        let (zone, found) = (TimeZone::UTC, Found::default());
        let sketch =
            Sketch { package: &package, operation: &described, found: &found, zone: &zone };
        let form = Form::of(sketch, &Typed::default());
        let mut action = samples::action(State::Enabled);
        let operation = &mut action.operations[0];
        let sku = operation.overrides.entry("sku".to_owned()).or_default();
        sku.description = Some("Its number".to_owned());
        let form = tailored(operation, form);
        let seen: Vec<_> =
            form.fields.iter().map(|it| (it.pointer.as_str(), it.required)).collect();
        // the maker's: sku is asked for, top has a default; region is always sent and no caller sees it
        assert_eq!(seen, [("/sku", true), ("/top", false), ("/body", false)]);
        assert_eq!(form.fields[0].hint, "Its number");
        let typed = Typed::posted([("v/sku", "7".to_owned()), ("v/region", "US".to_owned())]);
        let form = Form::of(
            Sketch { package: &package, operation: &described, found: &found, zone: &zone },
            &typed,
        );
        let read = tailored(operation, form).inputs(&typed, &zone);
        assert_eq!(Value::Object(read.inputs), json!({ "sku": "7" }));
    }
}
