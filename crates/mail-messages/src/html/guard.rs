//! Bounds of HTML, and the part of CSS that stays.

use crate::limits::{MAX_HTML_BYTES, MAX_HTML_DEPTH, MAX_HTML_MARKS};

/// Whether HTML is small and flat enough to be read: how deep elements stand in each other is told from their marks,
/// those that never close left out.
pub(super) fn is_bounded(html: &str) -> bool {
    if html.len() > MAX_HTML_BYTES {
        return false;
    }
    let bytes = html.as_bytes();
    let (mut marks, mut depth) = (0_usize, 0_usize);
    for (at, _) in bytes.iter().enumerate().filter(|&(_, &byte)| byte == b'<') {
        marks += 1;
        let name = bytes.get(at + 1..).unwrap_or_default();
        if name.first() == Some(&b'/') {
            depth = depth.saturating_sub(1);
        } else if name.first().is_some_and(u8::is_ascii_alphabetic) && !is_void(name) {
            depth += 1;
        }
        if marks > MAX_HTML_MARKS || depth > MAX_HTML_DEPTH {
            return false;
        }
    }
    true
}

/// Elements that never hold others, and those that mails leave open (`p`, `li`, `td`, `tr`) as HTML lets them.
fn is_void(name: &[u8]) -> bool {
    let end = name.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(name.len());
    let name = name.get(..end.min(12)).unwrap_or_default().to_ascii_lowercase();
    matches!(
        name.as_slice(),
        b"br"
            | b"hr"
            | b"img"
            | b"meta"
            | b"link"
            | b"input"
            | b"col"
            | b"area"
            | b"base"
            | b"wbr"
            | b"p"
            | b"li"
            | b"td"
            | b"tr"
            | b"th"
            | b"dd"
            | b"dt"
            | b"option"
    )
}

/// What stays of a `style` attribute; nothing when nothing does.
pub(super) fn style(value: &str) -> Option<String> {
    let mut out = String::new();
    if value.len() > MAX_STYLE {
        return None;
    }
    for declaration in value.split(';').take(100) {
        let Some((property, value)) = declaration.split_once(':') else { continue };
        let property = property.trim().to_ascii_lowercase();
        if !is_allowed(&property) || !is_plain(value) {
            continue;
        }
        if !out.is_empty() {
            out.push(';');
        }
        out.push_str(&property);
        out.push(':');
        out.push_str(value.trim());
    }
    (!out.is_empty()).then_some(out)
}

/// Values of words, numbers, colours and lists of fonts: nothing that loads, computes or escapes.
fn is_plain(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let calls = ["rgb(", "rgba(", "hsl(", "hsla("];
    let without = calls.iter().fold(lower.clone(), |text, call| text.replace(call, ""));
    let has_call = without.contains('(');
    let is_safe = |c: char| c.is_alphanumeric() || " \t\r\n#%.,-+!()'\"_/".contains(c);
    !has_call && !lower.contains("expression") && lower.chars().all(is_safe) && lower.len() <= 300
}

fn is_allowed(property: &str) -> bool {
    let families = ["font", "margin", "padding", "border", "text", "list-style"];
    let is_of = |family: &&str| {
        let rest = property.strip_prefix(*family);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    // a border image would load; its values hold no address, but nothing of it is needed
    (families.iter().any(is_of) && !property.contains("image"))
        || matches!(
            property,
            "color"
                | "background-color"
                | "background"
                | "width"
                | "max-width"
                | "min-width"
                | "height"
                | "max-height"
                | "line-height"
                | "letter-spacing"
                | "white-space"
                | "vertical-align"
                | "display"
                | "direction"
                | "table-layout"
                | "word-break"
                | "overflow-wrap"
                | "word-wrap"
        )
}

/// Characters of a `style` attribute; our own choice.
const MAX_STYLE: usize = 4_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_keeps_what_neither_loads_nor_computes() {
        for (given, kept) in [
            (
                "color: red; font-family: 'Segoe UI', sans-serif",
                Some("color:red;font-family:'Segoe UI', sans-serif"),
            ),
            ("background: url(https://x.example/a.png)", None),
            ("background:#fff url('x')", None),
            ("background-color: rgb(1, 2, 3)", Some("background-color:rgb(1, 2, 3)")),
            ("position: fixed; top: 0", None),
            ("color: expression(alert(1))", None),
            ("color: \\75 rl(x)", None),
            ("behavior: url(#x); -moz-binding: url(x)", None),
            ("border-image: url(x)", None),
            ("width: calc(100% - 1px)", None),
            ("color: red !important", Some("color:red !important")),
        ] {
            assert_eq!(style(given).as_deref(), kept, "{given}");
        }
    }

    #[test]
    fn html_that_is_too_deep_or_too_much_is_not_read() {
        assert!(is_bounded("<div><p>one<p>two<br></div>"));
        assert!(is_bounded(&"<p>open".repeat(5_000)));
        assert!(!is_bounded(&"<div>".repeat(MAX_HTML_DEPTH + 1)));
        assert!(!is_bounded(&"<".repeat(MAX_HTML_MARKS + 1)));
    }
}
