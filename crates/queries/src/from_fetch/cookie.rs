//! Paging cookies of FetchXML and skip tokens of OData, in the form in which clients read them.

use std::fmt::Write as _;

use crate::cursor::Cursor;

/// The cookie of the page after `page`: `<cookie pagenumber="2" pagingcookie="…" istracking="False" />`.
///
/// `pagenumber` is the page to ask for next. The inner cookie is URL-encoded twice and decodes to
/// `<cookie page="1">…</cookie>`, which clients put into the attribute `paging-cookie`. Without a cursor only
/// the number counts.
pub fn write(page: u32, cursor: Option<&Cursor>) -> String {
    let next = page.saturating_add(1);
    let Some(cursor) = cursor else {
        return format!("<cookie pagenumber=\"{next}\" istracking=\"False\" />");
    };
    let inner = format!("<cookie page=\"{page}\"><last key=\"{}\" /></cookie>", cursor.encode());
    let twice = encoded(&encoded(&inner));
    format!("<cookie pagenumber=\"{next}\" pagingcookie=\"{twice}\" istracking=\"False\" />")
}

/// The page number and the cursor of what [`write`] made, whole or only its inner cookie, decoded or not.
pub fn read(text: &str) -> Option<Cursor> {
    let mut text = text.to_owned();
    for _ in 0..4 {
        if let Some(found) = after(&text, "last key=\"") {
            return Cursor::decode(&found).ok();
        }
        if let Some(inner) = after(&text, "pagingcookie=\"") {
            text = inner;
        }
        text = decoded(&text)?;
    }
    None
}

/// The page number that a cookie asks for next.
pub fn page(text: &str) -> Option<u32> {
    let mut text = text.to_owned();
    for _ in 0..3 {
        if let Some(found) = after(&text, "pagenumber=\"") {
            return found.parse().ok();
        }
        text = decoded(&text)?;
    }
    None
}

/// What stands behind `mark` until the next quote.
fn after(text: &str, mark: &str) -> Option<String> {
    let (_, rest) = text.split_once(mark)?;
    rest.split_once('"').map(|(found, _)| found.to_owned())
}

fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            out.push(char::from(byte));
        } else {
            // writing into a string cannot fail
            let _ = write!(out, "%{byte:02x}");
        }
    }
    out
}

fn decoded(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut digit = || char::from(bytes.next()?).to_digit(16);
        let value = digit()? * 16 + digit()?;
        out.push(u8::try_from(value).ok()?);
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use db::Value;

    use super::*;

    #[test]
    fn a_cookie_is_read_whole_and_in_part() {
        let cursor = Cursor(vec![Value::Int(7), Value::Text("é".into())]);
        let whole = write(1, Some(&cursor));
        assert!(whole.starts_with(
            "<cookie pagenumber=\"2\" pagingcookie=\"%253ccookie%2520page%253d%25221%2522%253e"
        ));
        assert_eq!(read(&whole), Some(cursor.clone()));
        assert_eq!(page(&whole), Some(2));
        assert_eq!(page(&encoded(&whole)), Some(2));
        let inner = after(&whole, "pagingcookie=\"").unwrap();
        let inner = decoded(&decoded(&inner).unwrap()).unwrap();
        assert!(inner.starts_with("<cookie page=\"1\">") && inner.ends_with("</cookie>"));
        assert_eq!(read(&inner), Some(cursor));
    }

    #[test]
    fn what_is_no_cookie_is_none() {
        for text in ["", "%", "<cookie", "last key=\"", "last key=\"!\"", "%25%25%25zz"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
