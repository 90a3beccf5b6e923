//! Rows, and how cells become types.

use std::borrow::Cow;

use jiff::Timestamp;
use kernel::Id;
use uuid::Uuid;

use crate::{Error, Result, Value};

/// One row of an answer; it owns its cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Row(Vec<Value<'static>>);

impl Row {
    /// A row; for drivers.
    pub const fn new(cells: Vec<Value<'static>>) -> Self {
        Self(cells)
    }

    /// The cell of the column at `index`, from 0, as a `T`.
    ///
    /// # Errors
    /// [`Error::Inconsistent`] when there is no such column or it holds something else.
    pub fn get<T: FromValue>(&self, index: usize) -> Result<T> {
        let wrong = || Error::Inconsistent { column: index, expected: T::EXPECTED };
        self.0.get(index).and_then(T::from_value).ok_or_else(wrong)
    }

    /// An identifier.
    ///
    /// # Errors
    /// As [`Row::get`].
    pub fn id<T: Id>(&self, index: usize) -> Result<T> {
        self.get::<Uuid>(index).map(T::from)
    }

    /// An identifier, if there is one.
    ///
    /// # Errors
    /// As [`Row::get`].
    pub fn maybe_id<T: Id>(&self, index: usize) -> Result<Option<T>> {
        Ok(self.get::<Option<Uuid>>(index)?.map(T::from))
    }

    /// The text of a column, read by `read`; for enums that are stored by name.
    ///
    /// # Errors
    /// As [`Row::get`]; also when `read` does not know the text.
    pub fn parsed<T>(&self, index: usize, read: impl FnOnce(&str) -> Option<T>) -> Result<T> {
        let wrong = || Error::Inconsistent { column: index, expected: "a known word" };
        match self.0.get(index) {
            Some(Value::Text(text)) => read(text).ok_or_else(wrong),
            _ => Err(wrong()),
        }
    }

    /// Takes the bytes of a column out of the row without copying them.
    ///
    /// # Errors
    /// As [`Row::get`].
    pub fn take_bytes(&mut self, index: usize) -> Result<Option<Vec<u8>>> {
        let wrong = || Error::Inconsistent { column: index, expected: Vec::<u8>::EXPECTED };
        match std::mem::replace(self.0.get_mut(index).ok_or_else(wrong)?, Value::Null) {
            Value::Null => Ok(None),
            Value::Bytes(bytes) => Ok(Some(bytes.into_owned())),
            _ => Err(wrong()),
        }
    }
}

/// A type that a cell can become.
pub trait FromValue: Sized {
    /// What is expected, for [`Error::Inconsistent`].
    const EXPECTED: &'static str;

    /// Reads the cell; `None` when it holds something else.
    fn from_value(value: &Value<'static>) -> Option<Self>;
}

impl FromValue for bool {
    const EXPECTED: &'static str = "a boolean";

    fn from_value(value: &Value<'static>) -> Option<Self> {
        match value {
            Value::Bool(b) => Some(*b),
            Value::Int(n @ (0 | 1)) => Some(*n == 1),
            _ => None,
        }
    }
}

impl FromValue for i64 {
    const EXPECTED: &'static str = "an integer";

    fn from_value(value: &Value<'static>) -> Option<Self> {
        match value {
            Value::Int(n) => Some(*n),
            _ => None,
        }
    }
}

impl FromValue for f64 {
    const EXPECTED: &'static str = "a number";

    fn from_value(value: &Value<'static>) -> Option<Self> {
        match value {
            Value::Real(n) => Some(*n),
            _ => None,
        }
    }
}

impl FromValue for String {
    const EXPECTED: &'static str = "a text";

    fn from_value(value: &Value<'static>) -> Option<Self> {
        match value {
            Value::Text(text) | Value::Json(text) => Some(text.clone().into_owned()),
            _ => None,
        }
    }
}

impl FromValue for Vec<u8> {
    const EXPECTED: &'static str = "bytes";

    fn from_value(value: &Value<'static>) -> Option<Self> {
        match value {
            Value::Bytes(bytes) => Some(bytes.clone().into_owned()),
            _ => None,
        }
    }
}

impl FromValue for Uuid {
    const EXPECTED: &'static str = "an identifier";

    fn from_value(value: &Value<'static>) -> Option<Self> {
        match value {
            Value::Uuid(uuid) => Some(*uuid),
            Value::Bytes(Cow::Borrowed(bytes)) => Self::from_slice(bytes).ok(),
            Value::Bytes(Cow::Owned(bytes)) => Self::from_slice(bytes).ok(),
            _ => None,
        }
    }
}

impl FromValue for Timestamp {
    const EXPECTED: &'static str = "an instant";

    fn from_value(value: &Value<'static>) -> Option<Self> {
        match value {
            Value::Instant(at) => Some(*at),
            Value::Int(micros) => Self::from_microsecond(*micros).ok(),
            _ => None,
        }
    }
}

impl FromValue for serde_json::Value {
    const EXPECTED: &'static str = "a JSON document";

    fn from_value(value: &Value<'static>) -> Option<Self> {
        match value {
            Value::Json(text) | Value::Text(text) => serde_json::from_str(text).ok(),
            _ => None,
        }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn from_value(value: &Value<'static>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            other => T::from_value(other).map(Some),
        }
    }
}
