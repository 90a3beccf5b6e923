//! Policies that change a JSON body, of a request or of an answer.

use serde_json::{Map, Value};

use super::{Kind, Movement, convert};
use crate::{
    expression::{Context, Path, Place, Root, Step, Template},
    limits::{MAX_ADDED_BYTES, MAX_BUILT_BYTES, weight},
    problem::{Problem, Reason, Result},
};

/// How large a body may become.
pub(super) struct Room {
    /// The largest weight of the whole.
    most: usize,
    /// What it weighs now.
    now: usize,
}

impl Room {
    fn of(body: &Value) -> Self {
        let now = weight(body);
        Self { most: MAX_BUILT_BYTES.max(now.saturating_add(MAX_ADDED_BYTES)), now }
    }

    /// The largest weight that anything in the body may have.
    pub(super) const fn most(&self) -> usize {
        self.most
    }

    /// Makes room for a value at a place, which may hold another one.
    ///
    /// # Errors
    /// [`Reason::InputTooLarge`]
    pub(super) fn take(&mut self, new: usize, path: &Path, holder: &Value) -> Result<()> {
        let (mut at, mut names) = (Some(holder), 0_usize);
        for step in path.steps() {
            at = at.and_then(|value| step.of(value));
            if let (None, Step::Name(name)) = (at, step) {
                names = names.saturating_add(name.len() + 6);
            }
        }
        let kept = self.now.saturating_sub(at.map_or(0, weight));
        let now = kept.saturating_add(names).saturating_add(new);
        if now > self.most {
            return Err(too_large());
        }
        self.now = now;
        Ok(())
    }
}

pub(super) fn too_large() -> Problem {
    Problem::new(Reason::InputTooLarge, "policy")
}

/// Applies one policy to a body and tells whether it is one that may have changed it.
///
/// # Errors
/// Those of the expressions; [`Reason::InputTooLarge`] when a chain of policies builds up more than
/// anybody would send.
pub(crate) fn apply(kind: &Kind, body: &mut Value, context: &Context<'_>) -> Result<bool> {
    if !matches!(kind, Kind::Property { .. } | Kind::Convert(_) | Kind::Move(_)) {
        return Ok(false);
    }
    let mut room = Room::of(body);
    match kind {
        Kind::Property { parent, property, value } => {
            set(body, parent, (property, value), context, &mut room)?;
        }
        Kind::Convert(conversion) => convert::apply(conversion, body, &mut room)?,
        Kind::Move(movement) => move_properties(movement, body),
        _ => {}
    }
    if weight(body) > room.most() {
        return Err(too_large());
    }
    Ok(true)
}

/// What a property is set to.
enum Made {
    /// The same for every element, with its weight.
    Once(Value, usize),
    /// What depends on the element.
    Each(Template),
}

/// Sets a property on an object, or on every object of a list. A body that is not there is made;
/// any other parent that is missing leaves everything as it is.
fn set(
    body: &mut Value,
    parent: &Place,
    (property, value): (&Path, &Template),
    context: &Context<'_>,
    room: &mut Room,
) -> Result<()> {
    if parent.root == Root::Body && parent.path.is_empty() && body.is_null() {
        *body = Value::Object(Map::new());
    }
    let any = match parent.path.find(body) {
        Some(Value::Array(items)) => items.iter().any(Value::is_object),
        Some(parent) => parent.is_object(),
        None => false,
    };
    if !any {
        return Ok(());
    }
    let made = {
        let context = Context { body: Some(body), ..*context };
        if value.reads(Root::Item) {
            Made::Each(value.filled(&context, room.most())?)
        } else {
            match value.json_within(&context, room.most()) {
                Ok(new) => {
                    let heavy = weight(&new);
                    Made::Once(new, heavy)
                }
                // made of something that was not given: nothing is made
                Err(problem) if problem.reason == Reason::ExpressionMissing => return Ok(()),
                Err(problem) => return Err(problem),
            }
        }
    };
    // what is left of the body in it fails, in its turn
    let reads_body = matches!(&made, Made::Each(each) if each.reads(Root::Body));
    let seen = if reads_body { body.clone() } else { Value::Null };
    let context = Context { body: Some(&seen), ..*context };
    let Some(target) = parent.path.find_mut(body) else { return Ok(()) };
    let targets = match target {
        Value::Array(items) => items.iter_mut().filter(|item| item.is_object()).collect(),
        Value::Object(_) => vec![target],
        _ => Vec::new(),
    };
    for target in targets {
        let new = match &made {
            Made::Once(new, heavy) => {
                room.take(*heavy, property, target)?;
                new.clone()
            }
            Made::Each(each) => {
                let made =
                    each.json_within(&Context { item: Some(target), ..context }, room.most());
                match made {
                    Ok(new) => {
                        room.take(weight(&new), property, target)?;
                        new
                    }
                    Err(problem) if problem.reason == Reason::ExpressionMissing => continue,
                    Err(problem) => return Err(problem),
                }
            }
        };
        property.put(target, new);
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
