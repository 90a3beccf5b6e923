//! The tree that a body is read into: borrowed from it wherever no escape stands in the way.

mod lenient;
mod strict;

use std::borrow::Cow;

use serde_json::{Map, Number, Value};

use crate::refusal::Refusal;

pub(crate) use lenient::Step;

/// A JSON value, its texts borrowed from the body.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'a, str>),
    List(Vec<Self>),
    Object(Object<'a>),
}

/// Members in the order of the body. Of a repeated name the last counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Object<'a>(pub(crate) Vec<(Cow<'a, str>, Json<'a>)>);

/// What was read, and whether it took the lenient reader.
#[derive(Debug)]
pub(crate) struct Read<'a> {
    pub(crate) json: Json<'a>,
    pub(crate) leniently: bool,
}

/// Reads `text` strictly and, when that fails, once more leniently.
pub(crate) fn read(text: &str) -> Result<Read<'_>, Refusal> {
    match strict::read(text) {
        Ok(json) => Ok(Read { json, leniently: false }),
        Err(strict::Fault::Bounds(refusal)) => Err(refusal),
        Err(strict::Fault::Syntax) => {
            lenient::read(text).map(|json| Read { json, leniently: true })
        }
    }
}

impl<'a> Json<'a> {
    /// The text, if it is one.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The members, if it is an object.
    pub(crate) const fn as_object(&self) -> Option<&Object<'a>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// What kind of value it is, in JSON's words.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "an array",
            Self::Object(_) => "an object",
        }
    }

    /// The same without borrowing.
    pub(crate) fn into_owned(self) -> Json<'static> {
        match self {
            Self::Null => Json::Null,
            Self::Bool(flag) => Json::Bool(flag),
            Self::Number(number) => Json::Number(number),
            Self::Text(text) => Json::Text(Cow::Owned(text.into_owned())),
            Self::List(items) => Json::List(items.into_iter().map(Json::into_owned).collect()),
            Self::Object(Object(members)) => Json::Object(Object(
                members
                    .into_iter()
                    .map(|(name, value)| (Cow::Owned(name.into_owned()), value.into_owned()))
                    .collect(),
            )),
        }
    }

    /// The same as everyone's JSON value.
    pub(crate) fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(flag) => Value::Bool(*flag),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Text(text) => Value::String(text.as_ref().to_owned()),
            Self::List(items) => Value::Array(items.iter().map(Json::to_value).collect()),
            Self::Object(object) => Value::Object(object.to_map()),
        }
    }
}

impl<'a> Object<'a> {
    /// The member of exactly this name.
    pub(crate) fn member(&self, name: &str) -> Option<&Json<'a>> {
        self.0.iter().rev().find_map(|(own, value)| (own == name).then_some(value))
    }

    /// The member of this name in any case, the exact one first.
    pub(crate) fn member_any_case(&self, name: &str) -> Option<&Json<'a>> {
        self.member(name).or_else(|| {
            self.0
                .iter()
                .rev()
                .find_map(|(own, value)| own.eq_ignore_ascii_case(name).then_some(value))
        })
    }

    /// The same as everyone's JSON object.
    pub(crate) fn to_map(&self) -> Map<String, Value> {
        self.0.iter().map(|(name, value)| (name.as_ref().to_owned(), value.to_value())).collect()
    }
}

/// A text without U+0000, which no page and no database takes.
pub(crate) fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests;
