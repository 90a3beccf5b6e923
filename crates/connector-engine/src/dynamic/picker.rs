//! `capability: "file-picker"`: levels that the root of the definition describes.

use openapi::{Argument, DynamicValues, Node, Object};
use serde_json::Value;

use super::{Form, Question, Reading, arguments};

/// The first level of a picker.
pub(super) fn open(form: Form<'_>, name: &str, values: &DynamicValues<'_>) -> Option<Question> {
    level(form, (name, "open"), values, None)
}

/// The level below an element.
pub(super) fn browse(
    form: Form<'_>,
    name: &str,
    values: &DynamicValues<'_>,
    chosen: &Value,
) -> Option<Question> {
    level(form, (name, "browse"), values, Some(chosen))
}

fn level(
    form: Form<'_>,
    (name, level): (&str, &str),
    values: &DynamicValues<'_>,
    chosen: Option<&Value>,
) -> Option<Question> {
    let capabilities = form.package.definition.root().get("x-ms-capabilities")?;
    let picker = capabilities.get(name)?.as_object()?;
    let text = |key: &str| picker.str(key).map(str::to_owned);
    let node = picker.get(level)?.as_object()?;
    let reading = Reading {
        items: text("value-collection"),
        value: values.value_path.map(str::to_owned),
        title: text("value-title"),
        full_title: None,
        is_parent: text("value-folder-property"),
    };
    let arguments: Vec<(&str, Argument<'_>)> = node
        .get("parameters")
        .and_then(Node::as_object)
        .into_iter()
        .flat_map(Object::iter)
        .map(argument)
        .collect();
    Some(arguments::question(form, node.str("operationId")?, &arguments, (chosen, reading)))
}

/// A constant, or `{"value-property": "Id"}`: that property of the chosen element.
fn argument<'t>((name, value): (&'t str, &'t Node<'t>)) -> (&'t str, Argument<'t>) {
    let argument = match value.get("value-property").and_then(Node::as_str) {
        Some(path) => Argument::Selected(path),
        None => Argument::Literal(value.get("value").unwrap_or(value)),
    };
    (name, argument)
}
