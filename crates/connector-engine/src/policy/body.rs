//! Policies that change a JSON body, of a request or of an answer.

use serde_json::{Map, Value};

use super::{Kind, Movement, convert};
use crate::{
    expression::{Context, Path, Place, Root, Step, Template},
    limits::{MAX_ADDED_BYTES, MAX_BUILT_BYTES, weight},
    problem::{Problem, Reason, Result},
};

/// Applies one policy to a body and tells whether it is one that may have changed it.
///
/// # Errors
/// Those of the expressions; [`Reason::InputTooLarge`] when a chain of policies builds up more than
/// anybody would send.
pub(crate) fn apply(kind: &Kind, body: &mut Value, context: &Context<'_>) -> Result<bool> {
    let before = weight(body);
    match kind {
        Kind::Property { parent, property, value } => {
            set(body, parent, property, value, context)?;
        }
        Kind::Convert(conversion) => convert::apply(conversion, body),
        Kind::Move(movement) => move_properties(movement, body),
        _ => return Ok(false),
    }
    let after = weight(body);
    if after > MAX_BUILT_BYTES && after.saturating_sub(before) > MAX_ADDED_BYTES {
        return Err(Problem::new(Reason::InputTooLarge, "policy"));
    }
    Ok(true)
}

/// Sets a property on an object, or on every object of a list. A body that is not there is made;
/// any other parent that is missing leaves everything as it is.
fn set(
    body: &mut Value,
    parent: &Place,
    property: &Path,
    value: &Template,
    context: &Context<'_>,
) -> Result<()> {
    if parent.root == Root::Body && parent.path.is_empty() && body.is_null() {
        *body = Value::Object(Map::new());
    }
    let seen = if value.is_constant() { Value::Null } else { body.clone() };
    let context = Context { body: Some(&seen), ..*context };
    let Some(target) = parent.path.find_mut(body) else { return Ok(()) };
    let targets = match target {
        Value::Array(items) => items.iter_mut().filter(|item| item.is_object()).collect(),
        Value::Object(_) => vec![target],
        _ => Vec::new(),
    };
    for target in targets {
        let item = if value.is_constant() { Value::Null } else { target.clone() };
        match value.json(&Context { item: Some(&item), ..context }) {
            Ok(new) => {
                property.put(target, new);
            }
            // made of something that was not given: nothing is made
            Err(problem) if problem.reason == Reason::ExpressionMissing => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(())
}

/// Moves a property, or its children, to another parent.
fn move_properties(movement: &Movement, body: &mut Value) {
    let from = movement.from_property.clone().unwrap_or_default();
    let from = movement.from.path.join(&from);
    let to = movement.to_property.clone().unwrap_or_default();
    let to = movement.to.path.join(&to);
    let known = from.find(body).is_some_and(|value| !value.is_null());
    let inside_itself = to.steps().starts_with(from.steps());
    if !known || inside_itself {
        return;
    }
    let Some(value) = from.take(body) else { return };
    match value {
        Value::Object(children) if movement.children_only => {
            if to.find(body).is_none_or(Value::is_null) {
                to.put(body, Value::Object(Map::new()));
            }
            if let Some(Value::Object(target)) = to.find_mut(body) {
                target.extend(children);
            }
        }
        value => {
            let last = from.split_last().map(|(_, last)| last.clone());
            let named = match (movement.to_property.is_some(), last) {
                (false, Some(Step::Name(name))) => to.join(&Path::property(&name)),
                _ => to,
            };
            named.put(body, value);
        }
    }
}
