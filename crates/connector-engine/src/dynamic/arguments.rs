//! What a question is asked with.

use openapi::{Argument, Location, Operation};
use serde_json::{Map, Value};

use super::{Form, Question, Reading, find};

/// The question to an operation. `chosen` is the element of a tree that was chosen one level up.
pub(super) fn question(
    form: Form<'_>,
    operation_id: &str,
    arguments: &[(&str, Argument<'_>)],
    (chosen, reading): (Option<&Value>, Reading),
) -> Question {
    let target = form.package.operation(operation_id);
    let mut inputs = Map::new();
    for (name, argument) in arguments {
        let value = match argument {
            Argument::Literal(node) => Some(node.to_value()),
            Argument::Parameter(name) => named(form, name),
            Argument::Reference(path) => referenced(form, path),
            Argument::Selected(path) => chosen.and_then(|chosen| find(chosen, Some(path))).cloned(),
        };
        let value = value.filter(|value| !value.is_null() && value.as_str() != Some(""));
        if let Some(value) = value {
            put(&mut inputs, target.as_ref(), name, value);
        }
    }
    let missing = target.as_ref().map(|target| missing(target, &inputs)).unwrap_or_default();
    Question { operation_id: operation_id.to_owned(), inputs, missing, reading }
}

/// The value of a parameter, or of a property of the body: the older form does not say which.
fn named(form: Form<'_>, name: &str) -> Option<Value> {
    let parameter = form.operation.parameter(name).filter(|it| it.location != Location::Body);
    if parameter.is_some() || form.inputs.contains_key(name) {
        return given(form, name);
    }
    let body = form.inputs.get("body")?;
    find(body, Some(name)).or_else(|| deep(body, name, DEPTH)).cloned()
}

/// A property of that name at any depth; the outermost first.
fn deep<'v>(value: &'v Value, name: &str, depth: usize) -> Option<&'v Value> {
    let object = value.as_object()?;
    object.get(name).or_else(|| {
        let inner = depth.checked_sub(1)?;
        object.values().find_map(|value| deep(value, name, inner))
    })
}

/// Deepest property that the older form may mean. Our choice.
const DEPTH: usize = 16;

/// `param`, `param/property`, `body/property`: the first step is an input, the body by its own name
/// or as `body`.
fn referenced(form: Form<'_>, path: &str) -> Option<Value> {
    let path = path.trim_matches('/');
    if let Some(value) = given(form, path) {
        return Some(value);
    }
    let (first, rest) = path.split_once('/')?;
    let body = form.operation.body().filter(|body| body.name == first || first == "body");
    let root = match body {
        Some(body) => form.inputs.get("body").or_else(|| form.inputs.get(body.name)).cloned(),
        None => given(form, first),
    };
    find(&root?, Some(rest)).cloned()
}

/// What was filled in for an input, else its default.
fn given(form: Form<'_>, name: &str) -> Option<Value> {
    let given = form.inputs.get(name).filter(|value| !value.is_null()).cloned();
    given.or_else(|| form.operation.parameter(name)?.default().map(openapi::Node::to_value))
}

/// Puts an argument where the operation has it: an input of that name, a path into one, or a property
/// of its body.
fn put(inputs: &mut Map<String, Value>, target: Option<&Operation<'_>>, name: &str, value: Value) {
    let declared = target.and_then(|target| target.parameter(name));
    let body = target.and_then(Operation::body);
    let (first, rest) = match (declared, name.split_once('/'), body) {
        (Some(parameter), _, _) if parameter.location == Location::Body => ("body", ""),
        (None, Some((first, rest)), Some(body)) if first == body.name || first == "body" => {
            ("body", rest)
        }
        (None, Some((first, rest)), _) => (first, rest),
        (None, None, Some(_)) if name != "body" => ("body", name),
        _ => (name, ""),
    };
    let mut at = inputs.entry(first.to_owned()).or_insert(Value::Null);
    for step in rest.split('/').filter(|step| !step.is_empty()) {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        let Value::Object(object) = at else { return };
        at = object.entry(step.to_owned()).or_insert(Value::Null);
    }
    *at = value;
}

/// The required inputs that have neither a value nor a default.
fn missing(target: &Operation<'_>, inputs: &Map<String, Value>) -> Vec<String> {
    let empty = target.parameters.iter().filter(|parameter| {
        parameter.required
            && parameter.location != Location::Body
            && parameter.default().is_none()
            && !inputs.contains_key(parameter.name)
    });
    empty.map(|parameter| parameter.name.to_owned()).collect()
}
