//! Texts and addresses of strangers.

use url::Url;

use super::MAX_ADDRESS;

/// A text on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) text: String,
    /// Whether it was longer than its limit.
    pub(crate) cut: bool,
    /// Whether something was taken out that steers how text is shown.
    pub(crate) cleaned: bool,
}

/// A text on one line of at most `most` characters: control characters and blanks become one blank, marks that turn the
/// direction of what follows or are not seen are taken out, what is too long ends in an ellipsis.
pub(crate) fn line(text: &str, most: usize) -> Line {
    let mut out = String::new();
    let (mut count, mut pending, mut cleaned, mut cut) = (0, false, false, false);
    for c in text.chars() {
        if is_steering(c) {
            cleaned = true;
            continue;
        }
        if c.is_whitespace() || c.is_control() {
            pending = true;
            continue;
        }
        let blank = pending && count > 0;
        pending = false;
        let needed = if blank { 2 } else { 1 };
        if count + needed > most {
            cut = true;
            break;
        }
        if blank {
            out.push(' ');
        }
        out.push(c);
        count += needed;
    }
    if cut {
        // the ellipsis counts as well
        if count == most {
            out.pop();
        }
        let kept = out.trim_end().len();
        out.truncate(kept);
        if most > 0 {
            out.push('…');
        }
    }
    Line { text: out, cut, cleaned }
}

/// Marks that change the direction of text around them, or are there and not seen.
const fn is_steering(c: char) -> bool {
    matches!(
        c,
        '\u{00AD}'
            | '\u{061C}'
            | '\u{200B}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2069}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

/// An address that may be opened: http or https, absolute, with a host and without a name or password in it.
pub(crate) fn link(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > MAX_ADDRESS || text.contains(['\\', '"', '<', '>', '`']) {
        return None;
    }
    let lower = text.get(..8).or(text.get(..7)).unwrap_or_default().to_ascii_lowercase();
    if !lower.starts_with("https://") && !lower.starts_with("http://") {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let is_plain = url.username().is_empty() && url.password().is_none();
    (is_plain && url.has_host() && url.as_str().len() <= MAX_ADDRESS * 3).then(|| url.to_string())
}
