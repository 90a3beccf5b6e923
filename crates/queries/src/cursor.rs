//! Where a page ended.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use db::Value;
use jiff::Timestamp;
use uuid::Uuid;

use crate::{Error, Result, limits};

/// The sort values and keys of the last row of a page. The next page begins behind it, whatever was
/// inserted since.
///
/// Its values only ever become parameters of a statement, after a check against the order's columns: a forged
/// one asks for another place of what the caller may see anyway.
#[derive(Debug, Clone, PartialEq)]
pub struct Cursor(pub(crate) Vec<Value<'static>>);

impl Cursor {
    /// As text for a URL.
    pub fn encode(&self) -> String {
        let mut bytes = Vec::with_capacity(40);
        for value in &self.0 {
            match value {
                Value::Bool(yes) => bytes.extend([BOOL, u8::from(*yes)]),
                Value::Int(n) => tagged(INT, &n.to_be_bytes(), &mut bytes),
                Value::Real(n) => tagged(REAL, &n.to_bits().to_be_bytes(), &mut bytes),
                Value::Text(text) => {
                    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
                    tagged(TEXT, &length.to_be_bytes(), &mut bytes);
                    bytes.extend_from_slice(text.as_bytes());
                }
                Value::Uuid(id) => tagged(ID, id.as_bytes(), &mut bytes),
                Value::Instant(at) => {
                    tagged(INSTANT, &at.as_microsecond().to_be_bytes(), &mut bytes);
                }
                Value::Null | Value::Bytes(_) | Value::Json(_) => bytes.push(NULL),
            }
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads what [`Cursor::encode`] wrote.
    ///
    /// # Errors
    /// [`Error::Cursor`].
    pub fn decode(text: &str) -> Result<Self> {
        if text.len() > LONGEST {
            return Err(Error::Cursor);
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok().ok_or(Error::Cursor)?;
        let mut rest = bytes.as_slice();
        let mut values = Vec::new();
        while let Some((tag, after)) = rest.split_first() {
            if values.len() > limits::ORDERS + limits::SOURCES {
                return Err(Error::Cursor);
            }
            rest = after;
            values.push(match *tag {
                NULL => Value::Null,
                BOOL => Value::Bool(take::<1>(&mut rest)? == [1]),
                INT => Value::Int(i64::from_be_bytes(take(&mut rest)?)),
                REAL => Value::Real(f64::from_bits(u64::from_be_bytes(take(&mut rest)?))),
                ID => Value::Uuid(Uuid::from_bytes(take(&mut rest)?)),
                INSTANT => {
                    let micros = i64::from_be_bytes(take(&mut rest)?);
                    let at = Timestamp::from_microsecond(micros).ok().ok_or(Error::Cursor)?;
                    Value::Instant(at)
                }
                TEXT => {
                    let length = u32::from_be_bytes(take(&mut rest)?);
                    let length = usize::try_from(length).ok().ok_or(Error::Cursor)?;
                    let (text, after) = rest.split_at_checked(length).ok_or(Error::Cursor)?;
                    rest = after;
                    let text = str::from_utf8(text).ok().ok_or(Error::Cursor)?;
                    if text.contains('\0') {
                        return Err(Error::Cursor);
                    }
                    Value::Text(text.to_owned().into())
                }
                _ => return Err(Error::Cursor),
            });
        }
        if values.is_empty() { Err(Error::Cursor) } else { Ok(Self(values)) }
    }
}

fn tagged(tag: u8, content: &[u8], bytes: &mut Vec<u8>) {
    bytes.push(tag);
    bytes.extend_from_slice(content);
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N]> {
    let (head, after) = rest.split_first_chunk::<N>().ok_or(Error::Cursor)?;
    *rest = after;
    Ok(*head)
}

/// Longer than any cursor of ours: sixteen texts of 4,000 characters.
const LONGEST: usize = 512 * 1024;
const NULL: u8 = 0;
const BOOL: u8 = 1;
const INT: u8 = 2;
const REAL: u8 = 3;
const TEXT: u8 = 4;
const ID: u8 = 5;
const INSTANT: u8 = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let cursor = Cursor(vec![
            Value::Null,
            Value::Bool(true),
            Value::Int(-7),
            Value::Real(0.5),
            Value::Text("été \"x\"".into()),
            Value::Instant(Timestamp::from_microsecond(1_234_567).unwrap()),
            Value::Uuid(Uuid::from_u128(9)),
        ]);
        assert_eq!(Cursor::decode(&cursor.encode()).unwrap(), cursor);
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in ["", "%", "AAAA!", "BA", "BP____8A", "_w"] {
            assert_eq!(Cursor::decode(text), Err(Error::Cursor), "{text}");
        }
    }
}
