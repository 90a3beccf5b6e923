use jiff::tz::TimeZone;
use liaison_connector_forms::{Form, Found, Read, Sketch, Typed};
use openapi::{Package, Sources};
use serde_json::{Map, Value, json};

/// A package with one operation, `Do`, of these parameters; others stand beside it.
pub(crate) fn package(parameters: &Value, more: &Value) -> Package<'static> {
    let definition = json!({
        "swagger": "2.0", "info": { "title": "T", "version": "1" }, "host": "a.example",
        "paths": {
            "/do/{id}": { "post": { "operationId": "Do", "parameters": parameters, "responses": {} } },
            "/list": { "get": { "operationId": "List", "responses": {}, "parameters": [
                { "name": "of", "in": "query", "type": "string", "required": true } ] } },
        },
        "definitions": more,
    });
    let text = definition.to_string();
    let sources = Sources { definition: text.as_bytes(), properties: None, has_script: false };
    Package::load(sources).unwrap().into_owned()
}

pub(crate) fn body(schema: &Value) -> Value {
    json!([{ "name": "payload", "in": "body", "required": true, "schema": schema }])
}

pub(crate) fn with_form<R>(
    package: &Package<'_>,
    (typed, found): (&Typed, &Found),
    look: impl FnOnce(&mut Form) -> R,
) -> R {
    let operation = package.operation("Do").unwrap();
    let zone = TimeZone::fixed(jiff::tz::offset(2));
    let sketch = Sketch { package, operation: &operation, found, zone: &zone };
    look(&mut Form::of(sketch, typed))
}

pub(crate) fn form<R>(
    package: &Package<'_>,
    typed: &Typed,
    look: impl FnOnce(&mut Form) -> R,
) -> R {
    with_form(package, (typed, &Found::default()), look)
}

pub(crate) fn read(package: &Package<'_>, typed: &Typed) -> Read {
    let zone = TimeZone::fixed(jiff::tz::offset(2));
    form(package, typed, |form| form.inputs(typed, &zone))
}

pub(crate) fn posted(pairs: &[(&str, &str)]) -> Typed {
    Typed::posted(pairs.iter().map(|(name, value)| (*name, (*value).to_owned())))
}

pub(crate) fn object(value: Value) -> Map<String, Value> {
    let Value::Object(object) = value else { panic!("an object is needed") };
    object
}

pub(crate) fn mistakes(read: &Read) -> Vec<(&str, &str)> {
    read.mistakes.iter().map(|it| (it.pointer.as_str(), it.code.as_str())).collect()
}
