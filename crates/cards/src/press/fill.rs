//! Answers in the request of a sender: `{{id.value}}`, escaped by the place where it stands.

use std::fmt::Write as _;

use super::Answers;

/// How an answer is written into a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Escape {
    /// Into JSON: escaped inside a string, and a whole value outside of one.
    Json,
    /// Into `application/x-www-form-urlencoded`.
    Form,
    /// Into the query of an address.
    Query,
    /// Into XML.
    Xml,
    /// As it is, but for control characters.
    Plain,
}

impl Escape {
    /// By the media type of a body.
    pub fn of(content_type: &str) -> Self {
        let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match kind.as_str() {
            "application/json" | "text/json" => Self::Json,
            "application/x-www-form-urlencoded" => Self::Form,
            "application/xml" | "text/xml" => Self::Xml,
            other if other.ends_with("+json") => Self::Json,
            other if other.ends_with("+xml") => Self::Xml,
            _ => Self::Plain,
        }
    }
}

/// Replaces every `{{id.value}}` whose id is in `known` by its answer, and by nothing where it has none
/// (in JSON outside of a string: `null`). Other braces stay as they are.
pub fn fill(template: &str, known: &[&str], answers: &Answers, escape: Escape) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    let mut quotes = Quotes::default();
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        quotes.read(before);
        let named = after.split_once("}}").and_then(|(name, after)| {
            let id = name.trim().strip_suffix(".value")?;
            known.contains(&id).then_some((id, after))
        });
        if let Some((id, after)) = named {
            let answer = answers.iter().find(|(own, _)| own == id).map(|(_, text)| text.as_str());
            write(&mut out, answer, escape, quotes.inside);
            rest = after;
        } else {
            out.push_str("{{");
            quotes.read("{{");
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// [`fill`] in the query of an address alone: scheme, host, path and fragment are the sender's.
pub fn fill_query(address: &str, known: &[&str], answers: &Answers) -> String {
    let (address, fragment) =
        address.split_once('#').map_or((address, None), |(address, rest)| (address, Some(rest)));
    let mut out = match address.split_once('?') {
        Some((path, query)) => {
            format!("{path}?{}", fill(query, known, answers, Escape::Query))
        }
        None => address.to_owned(),
    };
    if let Some(fragment) = fragment {
        out.push('#');
        out.push_str(fragment);
    }
    out
}

/// Whether a place of a JSON text is inside a string.
#[derive(Default)]
struct Quotes {
    inside: bool,
    escaped: bool,
}

impl Quotes {
    fn read(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                _ if self.escaped => self.escaped = false,
                '\\' if self.inside => self.escaped = true,
                '"' => self.inside = !self.inside,
                _ => {}
            }
        }
    }
}

fn write(out: &mut String, answer: Option<&str>, escape: Escape, inside: bool) {
    let text = answer.unwrap_or_default();
    match escape {
        Escape::Json => {
            let quoted = serde_json::Value::from(text).to_string();
            if inside {
                let inner = quoted.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
                out.push_str(inner.unwrap_or_default());
            } else if answer.is_none() {
                out.push_str("null");
            } else if is_plain_json(text) {
                out.push_str(text);
            } else {
                out.push_str(&quoted);
            }
        }
        Escape::Form => percent(out, text, true),
        Escape::Query => percent(out, text, false),
        Escape::Xml => {
            for letter in text.chars() {
                match letter {
                    '&' => out.push_str("&amp;"),
                    '<' => out.push_str("&lt;"),
                    '>' => out.push_str("&gt;"),
                    '"' => out.push_str("&quot;"),
                    '\'' => out.push_str("&apos;"),
                    letter if is_writing(letter) => out.push(letter),
                    _ => {}
                }
            }
        }
        Escape::Plain => out.extend(text.chars().filter(|letter| is_writing(*letter))),
    }
}

fn is_writing(letter: char) -> bool {
    !letter.is_control() || matches!(letter, '\n' | '\t')
}

/// A number or a truth value: what may stand in JSON without quotes.
fn is_plain_json(text: &str) -> bool {
    let value = serde_json::from_str::<serde_json::Value>(text);
    value.is_ok_and(|value| value.is_number() || value.is_boolean())
        && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn percent(out: &mut String, text: &str, plus: bool) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                out.push(char::from(byte));
            }
            b'~' if !plus => out.push('~'),
            b' ' if plus => out.push('+'),
            // writing to a String cannot fail
            _ => drop(write!(out, "%{byte:02X}")),
        }
    }
}
