//! Bytes to text: UTF-8, or UTF-16 with a byte order mark; one kind of line end; no NUL.

use crate::{Error, MAX_BYTES};

/// The text of some bytes, with `\n` at the end of lines.
pub(crate) fn text(bytes: &[u8]) -> Result<String, Error> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::TooLarge);
    }
    let text = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest, 3)?,
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes)?,
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes)?,
        _ => utf8(bytes, 0)?,
    };
    // A zip or a compound file is no text, even where its bytes happen to be UTF-8.
    if text.starts_with("PK\u{3}\u{4}") || text.starts_with("%PDF-") {
        return Err(Error::NotText { at: 0 });
    }
    Ok(text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{FFFD}"))
}

fn utf8(bytes: &[u8], skipped: usize) -> Result<String, Error> {
    match str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => Err(Error::NotText { at: skipped + error.valid_up_to() }),
    }
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Error> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(Error::NotText { at: bytes.len() + 1 });
    }
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16(&units).map_err(|_lone_surrogate| Error::NotText { at: 2 })
}
