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
        // what older programs of Western Europe write: letters of one byte, and nothing that is no text
        Err(_) if bytes.iter().all(|byte| is_western(*byte)) => Ok(western(bytes)),
        Err(error) => Err(Error::NotText { at: skipped + error.valid_up_to() }),
    }
}

/// Whether a byte is a letter or a mark of windows-1252, no control character.
const fn is_western(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7E | 0x80 | 0x82..=0x8C | 0x8E | 0x91..=0x9C | 0x9E..=0xFF)
}

/// windows-1252: as Latin-1, but for the marks between 0x80 and 0x9F.
fn western(bytes: &[u8]) -> String {
    let letter = |byte: &u8| {
        let marks = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ";
        let mark = byte.checked_sub(0x80).filter(|at| *at < 0x20);
        mark.and_then(|at| marks.chars().nth(usize::from(at))).unwrap_or(char::from(*byte))
    };
    bytes.iter().map(letter).collect()
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Error> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(Error::NotText { at: bytes.len() + 1 });
    }
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16(&units).map_err(|_lone_surrogate| Error::NotText { at: 2 })
}
