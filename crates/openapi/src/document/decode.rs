//! From the bytes of a file to text.

use std::borrow::Cow;

use crate::finding::{
    Finding, Findings, Part, Severity,
    codes::{BYTE_ORDER_MARK, NOT_UTF_8},
};

/// How the bytes of a file became text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    /// UTF-8 after the three bytes of a byte order mark.
    Utf8Marked,
    Windows1252,
    Utf16,
}

/// The bytes of a UTF-8 byte order mark.
const MARK: &[u8] = b"\xEF\xBB\xBF";

impl Encoding {
    /// What there is to say about it.
    pub(super) fn findings(self, part: Part) -> Findings {
        let mut found = Findings::default();
        match self {
            Self::Utf8 => {}
            Self::Utf8Marked => {
                found.push(Finding::new(part, "", BYTE_ORDER_MARK, Severity::Info));
            }
            Self::Windows1252 | Self::Utf16 => {
                let name = if self == Self::Utf16 { "UTF-16" } else { "Windows-1252" };
                let finding = Finding::new(part, "", NOT_UTF_8, Severity::Warning);
                found.push(finding.with("encoding", name));
            }
        }
        found
    }

    /// Bytes of the file before the character that `text` ends with.
    pub(super) fn bytes_before(self, text: &str) -> usize {
        match self {
            Self::Utf8 => text.len(),
            Self::Utf8Marked => MARK.len() + text.len(),
            Self::Windows1252 => text.chars().count(),
            Self::Utf16 => 2 + 2 * text.chars().map(char::len_utf16).sum::<usize>(),
        }
    }
}

/// Decodes a file: UTF-16 by its mark, else UTF-8, else Windows-1252.
pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, str>, Encoding) {
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return (Cow::Owned(utf_16(rest, u16::from_le_bytes)), Encoding::Utf16);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return (Cow::Owned(utf_16(rest, u16::from_be_bytes)), Encoding::Utf16);
    }
    let (rest, encoding) = match bytes.strip_prefix(MARK) {
        Some(rest) => (rest, Encoding::Utf8Marked),
        None => (bytes, Encoding::Utf8),
    };
    match str::from_utf8(rest) {
        Ok(text) => (Cow::Borrowed(text), encoding),
        Err(_) => (Cow::Owned(bytes.iter().map(|byte| windows_1252(*byte)).collect()), {
            Encoding::Windows1252
        }),
    }
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (units, _) = bytes.as_chunks::<2>();
    char::decode_utf16(units.iter().map(|pair| unit(*pair)))
        .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// One character of Windows-1252 (WHATWG Encoding, index windows-1252: what C1 bytes stand for).
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž',
        '\u{8F}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}',
        'ž', 'Ÿ',
    ];
    let high = byte.checked_sub(0x80).and_then(|at| HIGH.get(usize::from(at)));
    high.copied().unwrap_or_else(|| char::from(byte))
}
