//! Bytes that PowerShell wrote, as JSON: with or without a mark in front, in UTF-8 or in UTF-16.

use serde_json::Value as Json;

use super::Fault;

/// The document in a file. `serde_json` stops at 128 levels by itself.
pub(super) fn document(bytes: &[u8]) -> Result<Json, Fault> {
    let text = decode(bytes)?;
    let text = text.trim();
    if text.is_empty() {
        return Err(Fault::new("", "evidence.empty", "the file has nothing in it"));
    }
    serde_json::from_str(text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        Fault::new("", "evidence.not_json", format!("{place}: {error}"))
    })
}

/// `Out-File` of Windows PowerShell writes UTF-16 with a mark; PowerShell 7 writes UTF-8, some with one.
pub(super) fn decode(bytes: &[u8]) -> Result<String, Fault> {
    let wrong = |detail| Fault::new("", "evidence.not_text", detail);
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => utf_8(rest),
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes).ok_or_else(|| wrong("no UTF-16")),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes).ok_or_else(|| wrong("no UTF-16")),
        // without a mark: the first sign of JSON is ASCII, so one of its two bytes is zero
        [first, 0, ..] if *first != 0 => {
            wide(bytes, u16::from_le_bytes).ok_or_else(|| wrong("no UTF-16"))
        }
        [0, first, ..] if *first != 0 => {
            wide(bytes, u16::from_be_bytes).ok_or_else(|| wrong("no UTF-16"))
        }
        _ => utf_8(bytes),
    }
}

fn utf_8(bytes: &[u8]) -> Result<String, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let detail = format!("no UTF-8 at byte {}", error.valid_up_to());
        Fault::new("", "evidence.not_text", detail)
    })?;
    Ok(text.to_owned())
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect::<Result<_, _>>().ok()
}
