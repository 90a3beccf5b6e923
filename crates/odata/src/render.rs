//! From trees to text.
//!
//! [`Display`](std::fmt::Display) writes OData that is not encoded: what [`parse`](crate::parse) reads as the value of
//! one option. [`QueryOptions::to_query`] and [`Url::to_address`] write what may stand in a URL.

mod apply;
mod expr;
mod options;

use std::fmt;

use crate::tree::{
    apply::Transformation,
    expr::{Expr, Segment},
    options::{QueryOptions, Search},
    resource::{Resource, Url},
};

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        expr::write(self, &mut text);
        f.write_str(&text)
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        expr::segment(self, &mut text);
        f.write_str(&text)
    }
}

impl fmt::Display for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        options::search(self, 0, &mut text);
        f.write_str(&text)
    }
}

impl fmt::Display for Transformation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        apply::transformation(self, &mut text);
        f.write_str(&text)
    }
}

impl QueryOptions {
    /// The query of a URL, encoded, without its `?`; empty if there are no options.
    pub fn to_query(&self) -> String {
        let mut query = String::new();
        for (name, value) in options::list(self) {
            if !query.is_empty() {
                query.push('&');
            }
            // the first bare sign stands in front of the value
            percent(&name, b"-._~!$'()*,/:;@", &mut query);
            if let Some(value) = value {
                query.push('=');
                encode(&value, &mut query);
            }
        }
        query
    }
}

impl Url {
    /// The URL relative to the service root, encoded.
    pub fn to_address(&self) -> String {
        let mut address = self.resource.to_path();
        let query = self.options.to_query();
        if !query.is_empty() {
            address.push('?');
            address.push_str(&query);
        }
        address
    }
}

impl Resource {
    /// The path relative to the service root, encoded.
    pub fn to_path(&self) -> String {
        let segments = |list: &[Segment]| {
            let mut path = String::new();
            for segment in list {
                // a key belongs to the segment before it
                if !path.is_empty() && !matches!(segment, Segment::Key(_)) {
                    path.push('/');
                }
                encode_segment(&segment.to_string(), &mut path);
            }
            path
        };
        let with_cast = |name: &str, cast: &Option<String>| match cast {
            Some(cast) => format!("{name}/{cast}"),
            None => name.to_owned(),
        };
        match self {
            Self::ServiceDocument => String::new(),
            Self::Batch => "$batch".to_owned(),
            Self::Metadata => "$metadata".to_owned(),
            Self::Entity(cast) => with_cast("$entity", cast),
            Self::All(cast) => with_cast("$all", cast),
            Self::CrossJoin(sets, behind) => {
                let mut path = format!("$crossjoin({})", sets.join(","));
                if !behind.is_empty() {
                    path.push('/');
                    path.push_str(&segments(behind));
                }
                path
            }
            Self::Path(list) => segments(list),
        }
    }
}

/// Percent-encodes what has a meaning of its own in a query, or none; a slash within quotes too, as the published
/// grammar wants it.
fn encode(text: &str, into: &mut String) {
    percent(text, b"-._~!$'()*,/:;=@", into);
}

/// The same in a path: a slash would begin a segment.
fn encode_segment(text: &str, into: &mut String) {
    percent(text, b"-._~!$'()*,:;=@", into);
}

fn percent(text: &str, plain: &[u8], into: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    // the quote that is open, and whether a backslash stood before
    let (mut open, mut escaped) = (None, false);
    for byte in text.bytes() {
        match open {
            None if matches!(byte, b'\'' | b'"') => open = Some(byte),
            Some(b'"') if escaped => escaped = false,
            Some(b'"') if byte == b'\\' => escaped = true,
            Some(quote) if quote == byte => open = None,
            _ => {}
        }
        let within = open == Some(b'\'') && byte == b'/';
        if byte.is_ascii_alphanumeric() || (plain.contains(&byte) && !within) {
            into.push(char::from(byte));
            continue;
        }
        into.push('%');
        for digit in [byte >> 4, byte & 15] {
            into.extend(DIGITS.get(usize::from(digit)).map(|digit| char::from(*digit)));
        }
    }
}
