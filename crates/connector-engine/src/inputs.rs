//! What the caller gave, what the definition adds, and whether it fits.

mod check;
mod constants;
#[cfg(test)]
mod tests;

use openapi::{Location, Node, Operation, Parameter};
use serde_json::{Map, Value};

pub(crate) use check::kind_of;

use crate::problem::{Problem, Reason, Result, below};

/// The values of one call, by input.
pub(crate) struct Inputs<'i> {
    given: &'i Map<String, Value>,
    /// An input other than the body is called `body`, and nothing is the body.
    body_is_free: bool,
    callback_url: Option<&'i str>,
}

impl<'i> Inputs<'i> {
    pub(crate) fn new(
        given: &'i Map<String, Value>,
        operation: &Operation<'_>,
        callback_url: Option<&'i str>,
    ) -> Self {
        let body_is_free = operation.body().is_none();
        Self { given, body_is_free, callback_url }
    }

    /// What the caller gave for an input; null is nothing.
    fn given(&self, parameter: &Parameter<'_>) -> Option<(&'i Value, String)> {
        let by = |name: &str| {
            let value = self.given.get(name).filter(|value| !value.is_null());
            value.map(|value| (value, below("", name)))
        };
        match parameter.location {
            Location::Body => by("body").or_else(|| by(parameter.name)),
            _ if parameter.name == "body" && !self.body_is_free => None,
            _ => by(parameter.name),
        }
    }

    /// The value that goes out for an input that is not the body: the caller's, else the default of a
    /// required one (connector-format §7, step 2).
    ///
    /// # Errors
    /// [`Reason::InputMissing`] and [`Reason::InputKind`].
    pub(crate) fn value(&self, parameter: &Parameter<'_>) -> Result<Option<Value>> {
        if let Some(callback) = self.callback_url
            && parameter.location != Location::Body
            && parameter.extensions().is_notification_url()
        {
            return Ok(Some(Value::from(callback)));
        }
        if let Some((value, pointer)) = self.given(parameter) {
            check::parameter(value, parameter.schema, &pointer)?;
            return Ok(Some(value.clone()));
        }
        if !parameter.required {
            return Ok(None);
        }
        match parameter.default() {
            Some(Node::Null) if parameter.location != Location::Path => Ok(None),
            None | Some(Node::Null) => Err(missing(parameter.name)),
            Some(default) => Ok(Some(default.to_value())),
        }
    }

    /// The value of the body with its constants filled in and the callback address put where it
    /// belongs.
    ///
    /// # Errors
    /// As [`Inputs::value`], and for properties that the body requires.
    pub(crate) fn body(
        &self,
        parameter: &Parameter<'_>,
        operation: &Operation<'_>,
    ) -> Result<Option<Value>> {
        let given = self.given(parameter);
        if let Some((value, pointer)) = &given {
            check::value(value, parameter.schema, pointer)?;
        }
        let was_given = given.is_some();
        let mut value = given.map(|(value, _)| value.clone());
        let default = parameter.default().filter(|default| !default.is_null());
        if value.is_none() && parameter.required {
            value = default.map(Node::to_value);
        }
        let mut value = constants::fill(parameter.schema, value, parameter.required);
        if let (Some(callback), Some(place)) = (self.callback_url, operation.callback_place())
            && place.parameter == parameter.name
        {
            let body = value.get_or_insert_with(|| Value::Object(Map::new()));
            constants::put(body, &place.path, callback);
        }
        if value.is_none() && parameter.required {
            // an object of which nothing is required exists by being required itself
            if !check::is_open_object(parameter.schema) {
                return Err(missing("body"));
            }
            value = Some(Value::Object(Map::new()));
        }
        if let Some(Value::Object(object)) = &value
            && (was_given || parameter.required)
        {
            check::required(object, parameter.schema, "/body")?;
        }
        Ok(value)
    }
}

fn missing(name: &str) -> Problem {
    Problem::new(Reason::InputMissing, name).at(below("", name))
}
