//! From pieces to text or JSON.

use std::{borrow::Cow, fmt};

use serde_json::Value;

use super::{Argument, Call, Piece, Place, Root, Step, Template};
use crate::{
    connection::Values,
    headers::Headers,
    limits::{MAX_BUILT_BYTES, weight},
    problem::{Problem, Reason, Result},
    query::Query,
};

/// What expressions read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'c> {
    /// Connection parameters.
    pub connection: Option<&'c Values>,
    /// Headers at that moment.
    pub headers: Option<&'c Headers>,
    /// Query parameters at that moment.
    pub query: Option<&'c Query>,
    /// The body being transformed.
    pub body: Option<&'c Value>,
    /// The element being walked.
    pub item: Option<&'c Value>,
    /// The last answer of a polling trigger.
    pub trigger_body: Option<&'c Value>,
    /// The method that the operation declares.
    pub method: &'c str,
}

/// What becomes of a parameter, header or query parameter that is not there and has no default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The call fails: hosts and paths.
    Fails,
    /// It is empty text: headers and query values.
    Empty,
}

impl Template {
    /// The text with every call replaced; values go through `shape` first.
    ///
    /// # Errors
    /// When a function is unknown, a value is missing, or a property on a path is null;
    /// [`Reason::InputTooLarge`] for a text that is longer than anybody would send.
    pub fn text(
        &self,
        context: &Context<'_>,
        missing: Missing,
        shape: impl Fn(&str) -> Result<String>,
    ) -> Result<String> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Call(call) => {
                    let value = context.text(call, missing)?;
                    if text.len().saturating_add(value.len()) > MAX_BUILT_BYTES {
                        return Err(too_large());
                    }
                    text.push_str(&shape(&value)?);
                }
            }
        }
        Ok(text)
    }

    /// The text with every call replaced by its value as it is.
    ///
    /// # Errors
    /// As [`Template::text`].
    pub fn plain(&self, context: &Context<'_>, missing: Missing) -> Result<String> {
        self.text(context, missing, |value| Ok(value.to_owned()))
    }

    /// A JSON value: exactly one call copies what it reads; text that is a JSON array or object
    /// becomes one; everything else is a string.
    ///
    /// # Errors
    /// As [`Template::text`].
    pub fn json(&self, context: &Context<'_>) -> Result<Value> {
        self.json_within(context, MAX_BUILT_BYTES)
    }

    /// The same, with the largest weight that the value may have. Nothing larger is built up first.
    ///
    /// # Errors
    /// As [`Template::text`].
    pub(crate) fn json_within(&self, context: &Context<'_>, most: usize) -> Result<Value> {
        if let [Piece::Call(Call::Value(place))] = self.pieces.as_slice() {
            let value = context.value(place)?;
            return if weight(value) > most { Err(too_large()) } else { Ok(value.clone()) };
        }
        let mut room = text_room(most);
        let mut parts: Vec<Cow<'_, str>> = Vec::with_capacity(self.pieces.len());
        for piece in &self.pieces {
            let part = match piece {
                Piece::Text(plain) => Cow::Borrowed(plain.as_str()),
                Piece::Call(call) => context.text(call, Missing::Fails)?,
            };
            room = room.checked_sub(part.len()).ok_or_else(too_large)?;
            parts.push(part);
        }
        let text = parts.concat();
        let structured = text.trim_start().starts_with(['[', '{']);
        let read = structured.then(|| serde_json::from_str::<Value>(&text).ok()).flatten();
        Ok(read.unwrap_or(Value::String(text)))
    }

    /// The template with everything filled in that is the same for every element. What cannot be
    /// evaluated stays a call, and fails where it stands.
    ///
    /// # Errors
    /// [`Reason::InputTooLarge`]
    pub(crate) fn filled(&self, context: &Context<'_>, most: usize) -> Result<Self> {
        let mut room = text_room(most);
        let mut pieces = Vec::with_capacity(self.pieces.len());
        for piece in &self.pieces {
            let text = match piece {
                Piece::Call(call) if !call.reads(Root::Item) => {
                    context.text(call, Missing::Fails).ok()
                }
                Piece::Call(_) | Piece::Text(_) => None,
            };
            let Some(text) = text else {
                pieces.push(piece.clone());
                continue;
            };
            room = room.checked_sub(text.len()).ok_or_else(too_large)?;
            pieces.push(Piece::Text(text.into_owned()));
        }
        Ok(Self { pieces })
    }
}

/// How long the text of a value may be: numbers and escapes may take more room in it than in the value.
const fn text_room(most: usize) -> usize {
    most.saturating_mul(2)
}

fn too_large() -> Problem {
    Problem::new(Reason::InputTooLarge, "policy")
}

impl<'c> Context<'c> {
    /// The value at a place.
    ///
    /// # Errors
    /// [`Reason::ExpressionNull`] when it, or a property on the way, is null;
    /// [`Reason::ExpressionMissing`] when it is not there.
    pub fn value(&self, place: &Place) -> Result<&'c Value> {
        let root = match place.root {
            Root::Body => self.body,
            Root::Item => self.item,
            Root::TriggerBody => self.trigger_body,
        };
        let missing = || Problem::new(Reason::ExpressionMissing, place.to_string());
        let mut at = root.ok_or_else(missing)?;
        for step in place.path.steps() {
            if at.is_null() {
                return Err(Problem::new(Reason::ExpressionNull, place.to_string()));
            }
            at = step.of(at).ok_or_else(missing)?;
        }
        if at.is_null() {
            return Err(Problem::new(Reason::ExpressionNull, place.to_string()));
        }
        Ok(at)
    }

    fn text(&self, call: &Call, missing: Missing) -> Result<Cow<'c, str>> {
        let (found, argument, reason) = match call {
            Call::OriginalMethod => return Ok(Cow::Borrowed(self.method)),
            Call::Unknown(name) => return Err(Problem::new(Reason::ExpressionUnknown, name)),
            Call::Value(place) => return self.value(place).map(to_text),
            Call::Connection(argument) => {
                let found = self.connection.and_then(|values| values.text(&argument.name));
                // a field left blank is a field not filled
                let blank = argument.default.is_some() && found.is_some_and(str::is_empty);
                (found.filter(|_| !blank), argument, Reason::ConnectionParameter)
            }
            Call::Environment(argument) => {
                let found = self.connection.and_then(|values| values.variable(&argument.name));
                (found, argument, Reason::ConnectionParameter)
            }
            Call::Header(argument) => {
                let found = self.headers.and_then(|headers| headers.value(&argument.name));
                (found, argument, Reason::ExpressionMissing)
            }
            Call::Query(argument) => {
                let found = self.query.and_then(|query| query.value(&argument.name));
                (found, argument, Reason::ExpressionMissing)
            }
        };
        let Argument { name, default } = argument;
        match (found, default) {
            (Some(found), _) => Ok(Cow::Borrowed(found)),
            (None, Some(default)) => Ok(Cow::Owned(default.clone())),
            (None, None) if missing == Missing::Empty => Ok(Cow::Borrowed("")),
            (None, None) => Err(Problem::new(reason, name)),
        }
    }
}

/// A value inside text: strings bare, everything else as JSON.
pub fn to_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Null => Cow::Borrowed(""),
        other => Cow::Owned(other.to_string()),
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.root {
            Root::Body => "@body()",
            Root::Item => "@item()",
            Root::TriggerBody => "@triggerBody()",
        })?;
        for step in self.path.steps() {
            match step {
                Step::Name(name) => write!(f, "['{name}']")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
