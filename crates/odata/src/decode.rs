//! From a URL to plain text, and from a place in plain text back to the URL.

use std::borrow::Cow;

use crate::error::{Error, Problem, Result};

/// How a query string is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// `+` is a blank (form encoding), else a plus sign (RFC 3986).
    pub plus_is_blank: bool,
    /// System query options may lack their `$` (OData 4.01), else such names are custom options.
    pub bare_names: bool,
}

impl Reading {
    /// By the standard, 4.01.
    pub const STANDARD: Self = Self { plus_is_blank: false, bare_names: true };

    /// What clients of the Dataverse Web API send: form-encoded, `$` (or `%24`) always there.
    pub const FORM: Self = Self { plus_is_blank: true, bare_names: false };
}

fn hex(byte: Option<&u8>) -> Option<u8> {
    u8::try_from(char::from(*byte?).to_digit(16)?).ok()
}

/// Decodes `%XX`, and `+` as a blank if asked to; offsets of errors count in `text`.
pub(crate) fn decode(text: &str, plus_is_blank: bool) -> Result<Cow<'_, str>> {
    let special = |byte: u8| byte == b'%' || (plus_is_blank && byte == b'+');
    if !text.bytes().any(special) {
        return Ok(Cow::Borrowed(text));
    }
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'%' => {
                let (Some(high), Some(low)) = (hex(bytes.get(at + 1)), hex(bytes.get(at + 2)))
                else {
                    return Err(Error { at, problem: Problem::Percent });
                };
                plain.push(high << 4 | low);
                at += 3;
            }
            b'+' if plus_is_blank => {
                plain.push(b' ');
                at += 1;
            }
            _ => {
                plain.push(byte);
                at += 1;
            }
        }
    }
    match String::from_utf8(plain) {
        Ok(plain) => Ok(Cow::Owned(plain)),
        Err(error) => {
            let at = encoded_offset(text, error.utf8_error().valid_up_to());
            Err(Error { at, problem: Problem::Utf8 })
        }
    }
}

/// Where in `text` the byte stands that is at `plain_at` once it is decoded.
pub(crate) fn encoded_offset(text: &str, plain_at: usize) -> usize {
    let mut at = 0;
    let bytes = text.as_bytes();
    for _ in 0..plain_at {
        at += match bytes.get(at) {
            Some(b'%') => 3,
            Some(_) => 1,
            None => return bytes.len(),
        };
    }
    at.min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_in_the_encoded_text() {
        assert_eq!(decode("a%20b+c", true).unwrap(), "a b c");
        assert_eq!(decode("a%20b+c", false).unwrap(), "a b+c");
        assert_eq!(encoded_offset("a%20b+c", 2), 4);
        assert_eq!(encoded_offset("%C3%A9x", 2), 6);
        assert_eq!(encoded_offset("ab", 9), 2);
    }

    #[test]
    fn what_cannot_be_decoded_says_where() {
        assert_eq!(decode("ab%2", false).unwrap_err(), Error { at: 2, problem: Problem::Percent });
        assert_eq!(decode("a%C3z", false).unwrap_err(), Error { at: 1, problem: Problem::Utf8 });
    }
}
