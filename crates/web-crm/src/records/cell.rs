//! What people read in a field.

use crm::{Field, FieldKind, Record, Value};
use crm_connections::records::to_text;
use jiff::{Timestamp, civil::Date};
use web_frame::Frame;

use super::address;

/// One cell.
#[derive(Debug, Default, Clone)]
pub(crate) struct Cell {
    /// What is read.
    pub(crate) text: String,
    /// Where it leads: to the record of a lookup, to a mail, a telephone, a site.
    pub(crate) href: Option<String>,
    /// Numbers stand at the right.
    pub(crate) number: bool,
}

/// A field of a record as people read it.
pub(crate) fn cell(frame: &Frame, field: &Field, record: &Record) -> Cell {
    let value = record.values.get(&field.name).unwrap_or(&Value::Null);
    let told = record.texts.get(&field.name).filter(|text| !text.is_empty());
    let number = is_number(&field.kind);
    let text = match (value, told) {
        (Value::Null, _) => return Cell { number, ..Cell::default() },
        // instants, days and numbers are written as the reader's language and zone have them
        (Value::Instant(at), _) => instant(frame, *at),
        (Value::Date(day), _) => self::day(frame, *day),
        (Value::Boolean(is), _) => frame.say(if *is { "web-crm.yes" } else { "web-crm.no" }),
        (Value::Text(text), _) => text.clone(),
        (_, Some(told)) => told.clone(),
        (Value::Whole(number), None) => frame.t.number(*number),
        (Value::Number(number), None) => frame.t.number(*number),
        (Value::Choice(value), None) => label(field, value),
        (Value::Choices(values), None) => {
            values.iter().map(|value| label(field, value)).collect::<Vec<_>>().join("; ")
        }
        // without a name the reader may not see the record, or it has none
        (Value::Row(_), None) => frame.say("web-records.no-name"),
        (other, None) => to_text(other),
    };
    let href = match value {
        Value::Row(to) if told.is_some() && is_plain(&to.table) && is_plain(&to.id.0) => {
            Some(address(&to.table, &to.id.0))
        }
        Value::Text(text) => linked(&field.name, text),
        _ => None,
    };
    Cell { text, href, number }
}

/// A day as lists of records write it.
pub(crate) fn day(frame: &Frame, day: Date) -> String {
    let pattern = if frame.language() == "fr" { "%d/%m/%Y" } else { "%-m/%-d/%Y" };
    day.strftime(pattern).to_string()
}

/// An instant as lists of records write it, in the reader's zone.
pub(crate) fn instant(frame: &Frame, at: Timestamp) -> String {
    let french = frame.language() == "fr";
    let pattern = if french { "%d/%m/%Y %H:%M" } else { "%-m/%-d/%Y %-I:%M %p" };
    at.to_zoned(frame.zone.clone()).strftime(pattern).to_string()
}

/// Whether cells of a kind are numbers.
pub(crate) const fn is_number(kind: &FieldKind) -> bool {
    matches!(kind, FieldKind::Whole | FieldKind::Number | FieldKind::Money)
}

/// What people read for an entry of a choice.
fn label(field: &Field, value: &str) -> String {
    let (FieldKind::Choice(entries) | FieldKind::Choices(entries)) = &field.kind else {
        return value.to_owned();
    };
    let known = entries.iter().find(|entry| entry.value == value);
    known.map_or_else(|| value.to_owned(), |entry| entry.label.clone())
}

fn is_plain(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    !text.is_empty() && text.bytes().all(plain)
}

/// Where a text leads, by the name of its field: the port does not tell addresses from other texts.
fn linked(name: &str, text: &str) -> Option<String> {
    let name = name.to_ascii_lowercase();
    let text = text.trim();
    if text.is_empty() || text.chars().any(|c| c.is_control() || c == '"') {
        return None;
    }
    if is_mail(&name) && text.contains('@') && !text.contains(char::is_whitespace) {
        return Some(format!("mailto:{text}"));
    }
    if is_phone(&name) {
        return Some(format!("tel:{}", text.replace(char::is_whitespace, "")));
    }
    let web = text.starts_with("https://") || text.starts_with("http://");
    (web && is_site(&name)).then(|| text.to_owned())
}

/// Whether a field with this name, in small letters, holds an address for mail.
pub(crate) fn is_mail(name: &str) -> bool {
    name.contains("email") && !name.contains("bounced") && !name.contains("donot")
}

/// Whether it holds a telephone number.
pub(crate) fn is_phone(name: &str) -> bool {
    ["phone", "fax"].iter().any(|part| name.contains(part)) && !name.contains("donot")
}

/// Whether it holds the address of a site.
pub(crate) fn is_site(name: &str) -> bool {
    ["website", "url"].iter().any(|part| name.contains(part))
}
