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
    if is_surely_utf8(bytes, &name) {
        return (guess(bytes), true);
    }
    match charset_decoder(name.as_bytes()) {
        Some(decode) => (decode(bytes), true),
        None => (guess(bytes), matches!(name.as_str(), "binary" | "x-unknown" | "unknown-8bit")),
    }
}

/// Whether bytes are UTF-8 whatever they are said to be: letters of several bytes that are all whole do not happen by
/// chance in another set. The sets of seven bits, in which UTF-8 cannot stand, are left alone.
fn is_surely_utf8(bytes: &[u8], named: &str) -> bool {
    let is_of_seven_bits =
        named.starts_with("iso-2022") || named.starts_with("hz") || named.starts_with("utf");
    let lead = bytes.iter().filter(|byte| **byte >= 0xC2).count();
    !is_of_seven_bits && lead >= 4 && std::str::from_utf8(bytes).is_ok()
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
            ("é à ç ù".as_bytes(), Some("iso-8859-1"), "é à ç ù", true),
            ("你好，我们".as_bytes(), Some("gb2312"), "你好，我们", true),
            (b"\xC3\xA9", Some("iso-8859-1"), "Ã©", true),
        ] {
            assert_eq!(decode(bytes, charset), (text.to_owned(), known), "{charset:?}");
        }
    }
}
