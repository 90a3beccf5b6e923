//! The tree of a JSON text: order kept, text borrowed, numbers as written.

mod convert;
mod object;
mod write;

use std::borrow::Cow;

pub use object::{Entry, Object};

use crate::pointer;

/// One value of a JSON text.
#[derive(Debug, Clone, PartialEq)]
pub enum Node<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number as it was written.
    Number(Number<'a>),
    /// A string, escapes resolved; borrowed where it holds none.
    Text(Cow<'a, str>),
    /// An array.
    List(Vec<Node<'a>>),
    /// An object, in the order of the text.
    Object(Object<'a>),
}

/// A number exactly as the text has it, so that nothing is lost on a round trip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number<'a>(pub(crate) Cow<'a, str>);

impl Number<'_> {
    /// The characters of the text.
    pub fn as_written(&self) -> &str {
        &self.0
    }

    /// The nearest double; an overflow is infinite.
    pub fn as_f64(&self) -> f64 {
        self.0.parse().unwrap_or(f64::NAN)
    }

    /// The number when it is written as a whole number of 64 bits.
    pub fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    /// The number when it is written as a whole number of 64 bits that is not negative.
    pub fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }
}

impl<'a> Node<'a> {
    /// A string node.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A boolean, given as JSON or as text in any letter case: publishers write both.
    pub fn as_bool_lenient(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::Text(text) if text.trim().eq_ignore_ascii_case("true") => Some(true),
            Self::Text(text) if text.trim().eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// A JSON boolean; text does not count.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The number of a number.
    pub fn as_number(&self) -> Option<&Number<'a>> {
        match self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The number as a double.
    pub fn as_f64(&self) -> Option<f64> {
        self.as_number().map(Number::as_f64)
    }

    /// The number as a whole number.
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number().and_then(Number::as_i64)
    }

    /// The elements of an array.
    pub fn as_list(&self) -> Option<&[Node<'a>]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The object of an object.
    pub fn as_object(&self) -> Option<&Object<'a>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The member of an object; nothing for every other kind of value.
    pub fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.as_object()?.get(key)
    }

    /// The value that an RFC 6901 pointer leads to; the empty pointer is the value itself.
    pub fn pointer(&self, pointer: &str) -> Option<&Node<'a>> {
        let mut node = self;
        for segment in pointer::segments(pointer)? {
            node = node.step(&segment)?;
        }
        Some(node)
    }

    /// One step down: the member of an object or the element of an array.
    pub fn step(&self, segment: &str) -> Option<&Node<'a>> {
        match self {
            Self::Object(object) => object.get(segment),
            Self::List(items) => items.get(pointer::index(segment)?),
            _ => None,
        }
    }

    /// The word for the kind of value: `null`, `boolean`, `number`, `string`, `array`, `object`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::Text(_) => "string",
            Self::List(_) => "array",
            Self::Object(_) => "object",
        }
    }
}
