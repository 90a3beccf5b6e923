//! What a file is: told from its name, confirmed by its first bytes.

use crate::names;

/// Whether files of that name are not taken.
pub(crate) fn is_refused(name: &str, endings: &[String]) -> bool {
    endings.contains(&names::ending(name))
}

/// Whether the first bytes are those of a program, whatever the name says.
pub(crate) fn is_program(head: &[u8]) -> bool {
    const MARKS: &[&[u8]] = &[
        b"MZ",               // Windows, DOS
        b"\x7fELF",          // Linux
        b"\xfe\xed\xfa\xce", // macOS
        b"\xfe\xed\xfa\xcf",
        b"\xce\xfa\xed\xfe",
        b"\xcf\xfa\xed\xfe",
        b"L\0\0\0\x01\x14\x02\0", // Windows link
    ];
    MARKS.iter().any(|mark| head.starts_with(mark))
}

/// The media type of a file. A type that a browser could act on is given only when the bytes agree.
pub(crate) fn content_type(name: &str, head: &[u8]) -> &'static str {
    const UNKNOWN: &str = "application/octet-stream";
    let told = match names::ending(name).as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "pdf" => "application/pdf",
        "txt" | "log" | "md" | "csv" => "text/plain; charset=utf-8",
        "json" => "application/json",
        "zip" => "application/zip",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "mp4" => "video/mp4",
        "mp3" => "audio/mpeg",
        _ => return UNKNOWN,
    };
    let agrees = match told {
        "image/png" => head.starts_with(b"\x89PNG\r\n\x1a\n"),
        "image/jpeg" => head.starts_with(b"\xff\xd8\xff"),
        "image/gif" => head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a"),
        "image/webp" => head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP"),
        "application/pdf" => head.starts_with(b"%PDF-"),
        "video/mp4" => head.get(4..8) == Some(b"ftyp"),
        "audio/mpeg" => {
            head.starts_with(b"ID3") || matches!(head, [0xff, second, ..] if second & 0xe0 == 0xe0)
        }
        "text/plain; charset=utf-8" | "application/json" => is_text(head),
        _ => head.starts_with(b"PK"),
    };
    if agrees { told } else { UNKNOWN }
}

/// Whether a browser may show the type within our origin: it runs nothing.
pub(crate) fn is_safe_inline(content_type: &str) -> bool {
    matches!(
        content_type,
        "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "text/plain; charset=utf-8"
    )
}

/// UTF-8 without control characters; the last character may be cut.
fn is_text(head: &[u8]) -> bool {
    let text = match str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            let valid = head.get(..error.valid_up_to()).unwrap_or_default();
            str::from_utf8(valid).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// The value of a `Content-Disposition` header (RFC 6266): a plain name for old readers, the true one
/// in UTF-8 (RFC 8187) for the others. Nothing of the name can leave the header.
///
/// ```
/// let value = liaison_workspace::files::content_disposition("Été \"1\".pdf", false);
/// assert_eq!(value, "attachment; filename=\"_t_ _1_.pdf\"; filename*=UTF-8''%C3%89t%C3%A9%20%221%22.pdf");
/// ```
pub fn content_disposition(name: &str, inline: bool) -> String {
    let plain: String =
        name.chars()
            .map(|c| {
                if matches!(c, ' '..='~') && !matches!(c, '"' | '\\' | '%' | ';') { c } else { '_' }
            })
            .collect();
    let mut coded = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            coded.push(char::from(byte));
        } else {
            coded.push('%');
            for nibble in [byte >> 4, byte & 15] {
                let digit = char::from_digit(nibble.into(), 16).unwrap_or('0');
                coded.push(digit.to_ascii_uppercase());
            }
        }
    }
    let kind = if inline { "inline" } else { "attachment" };
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{coded}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_type_is_told_only_when_the_bytes_agree() {
        assert_eq!(content_type("a.PNG", b"\x89PNG\r\n\x1a\nxx"), "image/png");
        assert_eq!(content_type("a.png", b"<script>"), "application/octet-stream");
        assert_eq!(content_type("a.html", b"<html>"), "application/octet-stream");
        assert_eq!(content_type("a.svg", b"<svg>"), "application/octet-stream");
        assert_eq!(content_type("a.txt", "été".as_bytes()), "text/plain; charset=utf-8");
        assert_eq!(content_type("a.txt", &"é".as_bytes()[..1]), "text/plain; charset=utf-8");
        assert_eq!(content_type("a.txt", b"\xff\xfe"), "application/octet-stream");
        assert!(!is_safe_inline("application/pdf") && is_safe_inline("image/png"));
    }

    #[test]
    fn programs_are_recognised_under_any_name() {
        let refused = crate::Settings::default().refused_file_endings;
        assert!(is_refused("invoice.pdf.EXE", &refused) && !is_refused("exe.pdf", &refused));
        assert!(is_program(b"MZ\x90\0") && is_program(b"\x7fELF\x02") && !is_program(b"%PDF-1.7"));
    }

    proptest! {
        #[test]
        fn no_name_leaves_the_header(name in "\\PC{0,40}|[\"\\\\;\r\n=%a ]{0,12}") {
            let value = content_disposition(&name, false);
            prop_assert!(value.bytes().all(|b| (b' '..=b'~').contains(&b)));
            let inner = value.strip_prefix("attachment; filename=\"").unwrap();
            let (plain, rest) = inner.split_once('"').unwrap();
            prop_assert!(!plain.contains(['\\', ';']));
            let coded = rest.strip_prefix("; filename*=UTF-8''").unwrap();
            let decoded: Vec<u8> = decode(coded);
            prop_assert_eq!(String::from_utf8(decoded).unwrap(), name);
        }
    }

    fn decode(coded: &str) -> Vec<u8> {
        let mut bytes = coded.bytes();
        let mut out = Vec::new();
        while let Some(byte) = bytes.next() {
            if byte == b'%' {
                let pair = [bytes.next().unwrap(), bytes.next().unwrap()];
                out.push(u8::from_str_radix(str::from_utf8(&pair).unwrap(), 16).unwrap());
            } else {
                out.push(byte);
            }
        }
        out
    }
}
