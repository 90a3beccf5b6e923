//! `If-Match` and `If-None-Match`.

use http::{HeaderMap, header};

use crate::fault::Fault;

/// What must hold for a request to have an effect.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Condition {
    /// Nothing.
    #[default]
    None,
    /// The row is there (`If-Match: *`).
    Present,
    /// The row is not there (`If-None-Match: *`).
    Absent,
    /// The row has this version (`If-Match: W/"n"`).
    Version(i64),
    /// The row has another version (`If-None-Match: W/"n"`).
    Other(i64),
}

impl Condition {
    /// Reads both headers. `null` is what documentation recommends to send always: it says nothing.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self, Fault> {
        if let Some(text) = value(headers, &header::IF_MATCH) {
            return match text {
                "*" => Ok(Self::Present),
                _ => version(text).map(Self::Version).ok_or_else(|| malformed("If-Match")),
            };
        }
        match value(headers, &header::IF_NONE_MATCH) {
            None => Ok(Self::None),
            Some("*") => Ok(Self::Absent),
            Some(text) => version(text).map(Self::Other).ok_or_else(|| malformed("If-None-Match")),
        }
    }
}

fn value<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Option<&'a str> {
    let text = headers.get(name)?.to_str().unwrap_or("?").trim();
    (!text.is_empty() && text != "null").then_some(text)
}

/// The number of `W/"123"`; the strong form is taken as well.
fn version(text: &str) -> Option<i64> {
    let text = text.strip_prefix("W/").unwrap_or(text);
    text.strip_prefix('"')?.strip_suffix('"')?.parse().ok()
}

fn malformed(header: &str) -> Fault {
    Fault::malformed(format!(
        "The format of value in the header '{header}' is not a valid entity tag."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn read(name: header::HeaderName, text: &'static str) -> Result<Condition, u16> {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_static(text));
        Condition::of(&headers).map_err(|fault| fault.status().as_u16())
    }

    #[test]
    fn conditions_are_read() {
        assert_eq!(read(header::IF_MATCH, "*"), Ok(Condition::Present));
        assert_eq!(read(header::IF_MATCH, "W/\"123\""), Ok(Condition::Version(123)));
        assert_eq!(read(header::IF_NONE_MATCH, "*"), Ok(Condition::Absent));
        assert_eq!(read(header::IF_NONE_MATCH, "null"), Ok(Condition::None));
        assert_eq!(read(header::IF_NONE_MATCH, "\"9\""), Ok(Condition::Other(9)));
    }

    #[test]
    fn what_is_no_tag_is_refused() {
        for text in
            ["W/", "\"", "W/\"x\"", "123", "W/\"1\",W/\"2\"", "W/\"99999999999999999999999\""]
        {
            assert_eq!(read(header::IF_MATCH, text), Err(400), "{text}");
        }
    }
}
