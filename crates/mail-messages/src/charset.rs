//! Characters out of bytes.

use mail_parser::decoders::charsets::map::charset_decoder;

/// The text of bytes, and whether the character set was known. Without one, UTF-8 where the bytes are that, else
/// windows-1252, as the web does it (WHATWG Encoding).
pub(crate) fn decode(bytes: &[u8], charset: Option<&str>) -> (String, bool) {
    let named = charset.map(|name| name.trim().trim_matches(['"', '\'']).to_ascii_lowercase());
    let named = named.filter(|name| !name.is_empty() && name.len() <= 40);
    let Some(name) = named else { return (guess(bytes), charset.is_none()) };
    if matches!(name.as_str(), "utf-8" | "utf8" | "us-ascii" | "ascii") {
        return (guess(bytes), true);
    }
    match charset_decoder(name.as_bytes()) {
        Some(decode) => (decode(bytes), true),
        None => (guess(bytes), matches!(name.as_str(), "binary" | "x-unknown" | "unknown-8bit")),
    }
}

fn guess(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let lossy = String::from_utf8_lossy(bytes);
    let odd = lossy.chars().filter(|&c| c == '\u{FFFD}').count();
    let other = lossy.chars().filter(|&c| !c.is_ascii()).count() - odd;
    // mostly UTF-8 with a wrong byte stays that
    let windows = charset_decoder(b"windows-1252").filter(|_| other <= odd);
    windows.map_or_else(|| lossy.into_owned(), |decode| decode(bytes))
}

/// The character set of a Windows code page ([MS-UCODEREF]).
pub(crate) fn of_code_page(page: u32) -> Option<String> {
    Some(match page {
        65001 => "utf-8".to_owned(),
        20127 => "us-ascii".to_owned(),
        28591..=28606 => format!("iso-8859-{}", page - 28590),
        20866 => "koi8-r".to_owned(),
        21866 => "koi8-u".to_owned(),
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        874 | 1250..=1258 => format!("windows-{page}"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_text_in_the_set_they_name() {
        for (bytes, charset, text, known) in [
            (&b"caf\xE9"[..], Some("iso-8859-1"), "café", true),
            (b"caf\xC3\xA9", Some("\"UTF-8\""), "café", true),
            (b"caf\xC3\xA9", None, "café", true),
            (b"caf\xE9", None, "café", true),
            (b"caf\xE9", Some("utf-8"), "café", true),
            (b"caf\xE9", Some("x-nobody-knows"), "café", false),
            (b"\x83n", Some("shift_jis"), "ハ", true),
        ] {
            assert_eq!(decode(bytes, charset), (text.to_owned(), known), "{charset:?}");
        }
    }
}
