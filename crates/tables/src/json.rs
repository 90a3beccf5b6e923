//! Writing cells as JSON, straight into bytes: for readers that hold a raw value and no [`crate::Value`].

use std::{fmt, io::Write as _};

use jiff::Timestamp;
use uuid::Uuid;

/// Writes a text as a JSON string.
pub fn write_text(text: &str, out: &mut Vec<u8>) {
    // writing into a vector cannot fail, and a text is always JSON
    let _ = serde_json::to_writer(out, text);
}

/// Writes a UUID in quotes.
pub fn write_guid(id: Uuid, out: &mut Vec<u8>) {
    let mut buffer = [0_u8; uuid::fmt::Hyphenated::LENGTH];
    out.push(b'"');
    out.extend_from_slice(id.hyphenated().encode_lower(&mut buffer).as_bytes());
    out.push(b'"');
}

/// Writes an instant in quotes, to the second: `"2026-01-31T10:00:00Z"`.
pub fn write_instant(instant: Timestamp, out: &mut Vec<u8>) {
    let _ = write!(out, "\"{instant:.0}\"");
}

/// Writes the numbers of a multiple choice: `"1,2"`.
pub fn write_choices(values: &[i32], out: &mut Vec<u8>) {
    out.push(b'"');
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write_display(value, out);
    }
    out.push(b'"');
}

pub(crate) fn write_double(number: f64, out: &mut Vec<u8>) {
    // writing into a vector cannot fail; what is not finite becomes null
    let _ = serde_json::to_writer(out, &number);
}

pub(crate) fn write_display(value: &impl fmt::Display, out: &mut Vec<u8>) {
    let _ = write!(out, "{value}");
}

pub(crate) fn write_quoted(value: &impl fmt::Display, out: &mut Vec<u8>) {
    let _ = write!(out, "\"{value}\"");
}
