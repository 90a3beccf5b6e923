//! What happened to a record, as it is kept until it is told.

use kernel::UserId;
use records::RowChange;
use serde::{Deserialize, Serialize};
use tables::{
    Column, ColumnKind, ENGLISH, FRENCH, Model, Value,
    format::{Locale, display},
};
use uuid::Uuid;

use super::NoteRules;

/// Characters of one value on a card.
const LONGEST: usize = 200;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// An activity or a note was added to the record.
    Added,
    /// Columns changed.
    Updated,
    /// The record is not active any more.
    Closed,
    /// The record is active again.
    Reopened,
    /// The record is gone.
    Deleted,
}

impl Event {
    /// As it is stored; also the end of the key of its text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Updated => "updated",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::Deleted => "deleted",
        }
    }

    /// The event of a stored word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Added, Self::Updated, Self::Closed, Self::Reopened, Self::Deleted]
            .into_iter()
            .find(|one| one.as_str() == text)
    }
}

/// A value as it is shown later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// Nothing.
    None,
    /// The same in every language.
    Text(String),
    /// English and French.
    Both(String, String),
    /// A row, whose name is looked up when it is told, with the rights of who tells it.
    Row(String, Uuid),
}

impl Shown {
    /// The text, where it does not have to be looked up.
    pub fn text(&self, french: bool) -> Option<&str> {
        match self {
            Self::None => Some(""),
            Self::Text(text) => Some(text),
            Self::Both(english, in_french) => Some(if french { in_french } else { english }),
            Self::Row(..) => None,
        }
    }
}

/// One column that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Its logical name.
    pub column: String,
    /// Its label, English and French.
    pub label: (String, String),
    /// What it was.
    pub was: Shown,
    /// What it is.
    pub is: Shown,
}

/// What happened to a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What.
    pub event: Event,
    /// Who did it: a person of the tenant, or the hub.
    pub by: Uuid,
    /// The kind of what was added, English and French.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<(String, String)>,
    /// What changed of what was chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<Cell>,
}

impl Told {
    /// The person who did it.
    pub fn person(&self) -> UserId {
        self.by.into()
    }
}

/// What the rules of a link tell of a change of its record; nothing when they tell nothing.
pub fn of_record(rules: &NoteRules, change: &RowChange<'_>) -> Option<Told> {
    let told = |event, cells| Told { event, by: change.user, kind: None, cells };
    change.before?;
    if change.after.is_none() {
        return rules.closed.then(|| told(Event::Deleted, Vec::new()));
    }
    let cells = if rules.updated { cells(rules, change) } else { Vec::new() };
    let turned = turned(change).filter(|_event| rules.closed);
    let event = match turned {
        Some(event) => event,
        None if cells.is_empty() => return None,
        None => Event::Updated,
    };
    Some(told(event, cells))
}

/// What the rules of a link tell of a row that was added to its record.
pub fn of_added(rules: &NoteRules, change: &RowChange<'_>) -> Option<Told> {
    if !rules.created || change.before.is_some() {
        return None;
    }
    let kind = change.table.labels.clone();
    let kind = Some((kind.text(ENGLISH).to_owned(), kind.text(FRENCH).to_owned()));
    Some(Told { event: Event::Added, by: change.user, kind, cells: Vec::new() })
}

/// Whether a record was closed or opened again.
fn turned(change: &RowChange<'_>) -> Option<Event> {
    if !change.changes("statecode") {
        return None;
    }
    let active = |value: Option<&Value>| matches!(value, Some(Value::Whole(0)));
    match (active(change.was("statecode")), active(change.is("statecode"))) {
        (true, false) => Some(Event::Closed),
        (false, true) => Some(Event::Reopened),
        _ => None,
    }
}

fn cells(rules: &NoteRules, change: &RowChange<'_>) -> Vec<Cell> {
    let columns = change.table.columns().iter();
    columns
        .filter(|column| is_told(column) && rules.columns.contains(&column.logical))
        .filter(|column| change.changes(&column.logical))
        .map(|column| Cell {
            column: column.logical.clone(),
            label: (column.labels.text(ENGLISH).to_owned(), column.labels.text(FRENCH).to_owned()),
            was: shown(change.model, column, change.was(&column.logical), rules),
            is: shown(change.model, column, change.is(&column.logical), rules),
        })
        .collect()
}

/// Whether a column may be told at all: what only some may read is not for a channel.
pub fn is_told(column: &Column) -> bool {
    !column.secured
        && column.for_read
        && column.of.is_none()
        && !matches!(
            column.kind,
            ColumnKind::Key
                | ColumnKind::Version
                | ColumnKind::File { .. }
                | ColumnKind::Image { .. }
        )
}

pub(crate) fn shown(
    model: &Model,
    column: &Column,
    value: Option<&Value>,
    rules: &NoteRules,
) -> Shown {
    let value = match value {
        None | Some(Value::Null) => return Shown::None,
        Some(Value::Text(text)) => return Shown::Text(short(text)),
        Some(Value::Row(row)) => {
            return match model.table_by_code(row.code) {
                Some(table) => Shown::Row(table.logical.clone(), row.id),
                None => Shown::None,
            };
        }
        Some(value) => value,
    };
    let zone = rules.zone();
    let text = |language| {
        let locale = Locale { language, zone: &zone, currency: None };
        display(model, column, value, &locale)
    };
    match (text(ENGLISH), text(FRENCH)) {
        (Some(english), Some(french)) if english != french => {
            Shown::Both(short(&english), short(&french))
        }
        (Some(text), _) => Shown::Text(short(&text)),
        (None, _) => {
            let mut bytes = Vec::new();
            value.write_json(&mut bytes);
            Shown::Text(short(String::from_utf8_lossy(&bytes).trim_matches('"')))
        }
    }
}

/// At most [`LONGEST`] characters of a text.
fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}
