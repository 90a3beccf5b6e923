//! The audit as a file.

use std::{borrow::Cow, fmt::Write as _};

use event_log::AuditEntry;
use kernel::{Cursor, Page};
use serde_json::json;

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values (RFC 4180), with a header line.
    Csv,
    /// One JSON object a line.
    JsonLines,
}

impl Format {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
        }
    }

    /// The media type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::JsonLines => "application/jsonl",
        }
    }
}

/// A part of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// What to send.
    pub text: String,
    /// Where the next part starts; `None` at the end.
    pub next: Option<Cursor>,
}

pub(super) fn render(page: &Page<AuditEntry>, format: Format, is_first: bool) -> Chunk {
    let mut text = String::new();
    if is_first && format == Format::Csv {
        text.push_str(HEADER);
    }
    for entry in &page.items {
        match format {
            Format::Csv => csv(&mut text, entry),
            Format::JsonLines => json_line(&mut text, entry),
        }
    }
    Chunk { text, next: page.next.clone() }
}

fn csv(text: &mut String, entry: &AuditEntry) {
    let json = |value: &Option<serde_json::Value>| {
        value.as_ref().map(ToString::to_string).unwrap_or_default()
    };
    let cells = [
        entry.position.to_string(),
        entry.at.to_string(),
        entry.actor.clone(),
        entry.action.clone(),
        entry.subject_kind.clone(),
        entry.subject.clone(),
        json(&entry.before),
        json(&entry.after),
        entry.request.to_string(),
        entry.origin.clone().unwrap_or_default(),
    ];
    for (n, cell) in cells.iter().enumerate() {
        let comma = if n == 0 { "" } else { "," };
        // Writing to a text does not fail.
        let _ = write!(text, "{comma}\"{}\"", harmless(cell).replace('"', "\"\""));
    }
    text.push_str("\r\n");
}

/// A cell that no spreadsheet takes for a formula: what starts like one is led by an apostrophe.
fn harmless(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

fn json_line(text: &mut String, entry: &AuditEntry) {
    let line = json!({
        "position": entry.position, "at": entry.at, "actor_kind": entry.actor_kind,
        "actor": entry.actor, "action": entry.action, "subject_kind": entry.subject_kind,
        "subject": entry.subject, "before": entry.before, "after": entry.after,
        "request_id": entry.request, "origin": entry.origin,
    });
    let _ = writeln!(text, "{line}");
}

const HEADER: &str =
    "position,at,actor,action,subject_kind,subject,before,after,request_id,origin\r\n";

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use kernel::Ids;

    fn entry(subject: &str) -> AuditEntry {
        AuditEntry {
            position: 7,
            at: Timestamp::UNIX_EPOCH,
            actor_kind: "user".to_owned(),
            actor: "user:x".to_owned(),
            action: "user.update".to_owned(),
            subject_kind: "user".to_owned(),
            subject: subject.to_owned(),
            before: None,
            after: Some(json!({"name": "a \"b\"\n, c"})),
            request: Ids::seeded(1).fresh(),
            origin: None,
        }
    }

    #[test]
    fn a_formula_is_led_by_an_apostrophe() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(harmless(formula), format!("'{formula}"));
        }
        assert_eq!(harmless("a=1"), "a=1");
    }

    #[test]
    fn a_row_stays_one_row_whatever_is_in_it() {
        let page = Page { items: vec![entry("=cmd|' /C calc'!A0")], next: None };
        let text = render(&page, Format::Csv, true).text;
        assert_eq!(
            text,
            format!(
                "{HEADER}\"7\",\"1970-01-01T00:00:00Z\",\"user:x\",\"user.update\",\"user\",\
                 \"'=cmd|' /C calc'!A0\",\"\",\"{{\"\"name\"\":\"\"a \\\"\"b\\\"\"\\n, c\"\"}}\",\"{}\",\"\"\r\n",
                page.items[0].request
            )
        );
    }

    #[test]
    fn a_line_of_json_reads_back() {
        let page = Page { items: vec![entry("a"), entry("b")], next: None };
        let text = render(&page, Format::JsonLines, true).text;
        let lines: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((lines.len(), &lines[1]["subject"]), (2, &json!("b")));
    }
}
