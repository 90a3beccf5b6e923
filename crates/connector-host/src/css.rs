//! Addresses in the style sheets of proxied pages: `url(…)` and `@import "…"`.
//!
//! Comments and other strings stay as they are, and so do addresses written with escapes, and the strings of
//! `image-set()`: pages that write those for their own hosts have not been met.

use crate::html::{absolute, find_ignoring_case};

/// The sheet with its absolute addresses mapped; `map` says nothing for those that stay. One pass over the bytes.
pub(crate) fn rewritten(sheet: &[u8], map: &impl Fn(&str) -> Option<String>) -> Vec<u8> {
    let mut out = Vec::with_capacity(sheet.len() + 64);
    let mut rest = sheet;
    let mut imports = false;
    while let Some(&first) = rest.first() {
        let end = match first {
            b'/' if rest.starts_with(b"/*") => {
                let inner = rest.get(2..).unwrap_or_default();
                find_ignoring_case(inner, b"*/").map_or(rest.len(), |at| at + 4)
            }
            b'"' | b'\'' => {
                let inner = rest.get(1..).unwrap_or_default();
                let length = string_length(inner, first);
                let (value, _) = inner.split_at(length);
                out.push(first);
                write(&mut out, value, imports, map);
                imports = false;
                rest = inner.get(length..).unwrap_or_default();
                // the closing quote is copied as any other byte
                usize::from(rest.first() == Some(&first))
            }
            b'u' | b'U' if is_url(rest, out.last().copied()) => {
                out.extend_from_slice(rest.get(..4).unwrap_or_default());
                rest = rest.get(4..).unwrap_or_default();
                let blanks = rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
                let (blank, value) = rest.split_at(blanks);
                out.extend_from_slice(blank);
                imports = false;
                if let Some(quote @ (b'"' | b'\'')) = value.first().copied() {
                    let inner = value.get(1..).unwrap_or_default();
                    let length = string_length(inner, quote);
                    out.push(quote);
                    write(&mut out, inner.get(..length).unwrap_or_default(), true, map);
                    rest = inner.get(length..).unwrap_or_default();
                    usize::from(rest.first() == Some(&quote))
                } else {
                    let ends = |b: &u8| *b == b')' || b.is_ascii_whitespace();
                    let length = value.iter().position(ends).unwrap_or(value.len());
                    write(&mut out, value.get(..length).unwrap_or_default(), true, map);
                    rest = value.get(length..).unwrap_or_default();
                    0
                }
            }
            b'@' => {
                imports = rest.get(..7).is_some_and(|word| word.eq_ignore_ascii_case(b"@import"));
                1
            }
            b';' | b'{' => {
                imports = false;
                1
            }
            _ => 1,
        };
        let (copied, more) = rest.split_at(end.min(rest.len()));
        out.extend_from_slice(copied);
        rest = more;
    }
    out
}

/// How long a string is whose opening quote was read: to its end, to the end of its line (CSS Syntax §4.3.5) or of all.
fn string_length(inner: &[u8], quote: u8) -> usize {
    let mut escaped = false;
    for (at, &byte) in inner.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'\n' => return at,
            b if b == quote => return at,
            _ => {}
        }
    }
    inner.len()
}

/// Whether a function `url(` begins, which is no end of a longer name.
fn is_url(rest: &[u8], before: Option<u8>) -> bool {
    let name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'\\') || b >= 0x80;
    rest.get(..4).is_some_and(|word| word.eq_ignore_ascii_case(b"url("))
        && !before.is_some_and(name)
}

fn write(out: &mut Vec<u8>, value: &[u8], leads: bool, map: &impl Fn(&str) -> Option<String>) {
    let mapped = if leads { absolute(value, map) } else { None };
    match mapped.filter(|text| !text.contains(['(', ')', '\\', '\n'])) {
        Some(text) => out.extend_from_slice(text.as_bytes()),
        None => out.extend_from_slice(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::tests::own;

    fn rewrite(sheet: &str) -> String {
        String::from_utf8(rewritten(sheet.as_bytes(), &own)).unwrap()
    }

    #[test]
    fn addresses_of_own_hosts_are_mapped() {
        for (sheet, expected) in [
            ("a{b:url(https://own.example/i.png)}", "a{b:url(/i.png)}"),
            ("a{b:URL( 'https://own.example/i.png' )}", "a{b:URL( '/i.png' )}"),
            (
                "a{b:url(\"//own.example/i.png\"),url(//own.example/j)}",
                "a{b:url(\"/i.png\"),url(/j)}",
            ),
            ("@import \"https://own.example/a.css\" screen;", "@import \"/a.css\" screen;"),
            ("@IMPORT url(https://own.example/a.css);", "@IMPORT url(/a.css);"),
        ] {
            assert_eq!(rewrite(sheet), expected);
        }
    }

    #[test]
    fn everything_else_stays_as_it_is() {
        for sheet in [
            "a{b:url(https://other.example/i.png)}",
            "a{content:\"https://own.example/\"}",
            "a{content:'url(https://own.example/)'}",
            "/* url(https://own.example/a) @import 'https://own.example/' */",
            "a{b:my-url(https://own.example/)}",
            "a{b:url(data:image/png;base64,AA==)}",
            "@import",
            "@import 'https://own.example/unfinished\n",
            "url(",
            "url('",
            "/*",
            "\"\\\"",
            "",
        ] {
            let got = rewrite(sheet);
            assert!(got == sheet || sheet.contains("unfinished"), "{sheet} became {got}");
        }
    }

    #[test]
    fn hostile_sheets_take_one_pass() {
        for part in ["url(", "/*", "@import '", "\"", "\\"] {
            let sheet = part.repeat(200_000);
            assert_eq!(rewrite(&sheet).len(), sheet.len());
        }
    }
}
