//! Texts and instants inside a query: the one place where they are escaped.

use jiff::{Timestamp, fmt::strtime, tz::TimeZone};

/// A text in quotes (SOQL reference, "Quoted string escape sequences").
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", escaped(text))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for letter in text.chars() {
        match letter {
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            // Nothing else below a blank can be written; such letters are in no record.
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

/// The inside of a `LIKE` text that stands for the text itself: `%` and `_` are letters.
pub(super) fn pattern(text: &str) -> String {
    escaped(text).replace('%', "\\%").replace('_', "\\_")
}

/// An instant without fractions, in UTC.
pub(super) fn instant(at: Timestamp) -> String {
    let zoned = at.to_zoned(TimeZone::UTC);
    strtime::format("%Y-%m-%dT%H:%M:%SZ", &zoned).unwrap_or_default()
}
