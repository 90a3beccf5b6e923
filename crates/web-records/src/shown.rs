//! Cells as people read them, in a list and beside a form.

use queries::Property;
use records::{Currencies, Rows};
use tables::{ColumnKind, TextFormat, Value, format};
use uuid::Uuid;
use web_frame::Frame;

use crate::place::Place;

/// One cell.
#[derive(Debug, Default, Clone)]
pub(crate) struct Cell {
    /// What is read.
    pub(crate) text: String,
    /// Where it leads: to the row of a lookup, to a mail, a telephone, a site.
    pub(crate) href: Option<String>,
    /// Numbers stand at the right.
    pub(crate) number: bool,
}

/// Reads the cells of rows that were asked for with display names.
pub(crate) struct Reader<'a> {
    place: &'a Place,
    frame: &'a Frame,
    currencies: &'a Currencies,
    rows: &'a Rows,
    currency: Option<&'a Property>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(
        place: &'a Place,
        frame: &'a Frame,
        currencies: &'a Currencies,
        rows: &'a Rows,
    ) -> Self {
        let of_row = |property: &&Property| {
            !property.is_named()
                && property.column().is_some_and(|it| it.logical == "transactioncurrencyid")
        };
        let currency = rows.plan.shown.properties.iter().find(of_row);
        Self { place, frame, currencies, rows, currency }
    }

    /// The property of a column of the table itself, or of `alias.column`.
    pub(crate) fn property(&self, name: &str) -> Option<&'a Property> {
        self.rows.plan.shown.properties.iter().find(|property| {
            if property.is_named() {
                property.name() == name
            } else {
                property.column().is_some_and(|column| column.logical == name)
            }
        })
    }

    /// The primary key of a row.
    pub(crate) fn key(&self, row: &db::Row) -> Option<Uuid> {
        row.get(self.rows.plan.shown.key?).ok()
    }

    /// A cell; an empty one where the column is not shown.
    pub(crate) fn cell(&self, property: Option<&Property>, row: &db::Row) -> db::Result<Cell> {
        let Some((property, column)) = property.and_then(|it| Some((it, it.column()?))) else {
            return Ok(Cell::default());
        };
        let value = property.value(row)?;
        if let Value::Row(reference) = &value {
            let name = match property.name_cell {
                Some(cell) => row.get::<Option<String>>(cell)?,
                None => None,
            };
            let table = self.place.session.model().table_by_code(reference.code);
            let open = table.and_then(|table| self.place.table(&table.logical).ok());
            let href = open.map(|it| self.place.href(&format!("/{}/{}", it.logical, reference.id)));
            // without a name the reader may not see the row, or it has none
            let hidden = || self.frame.say("web-records.no-name");
            let href = href.filter(|_| name.is_some());
            return Ok(Cell { text: name.unwrap_or_else(hidden), href, number: false });
        }
        let of = match self.currency {
            Some(currency) => match currency.value(row)? {
                Value::Row(reference) => Some(reference.id),
                _ => None,
            },
            None => None,
        };
        let locale = format::Locale {
            language: self.place.language,
            zone: &self.frame.zone,
            currency: self.currencies.of(of),
        };
        let text = match format::display(self.place.session.model(), column, &value, &locale) {
            Some(text) => text,
            None => plain(&value),
        };
        let href = match &column.kind {
            _ if text.is_empty() => None,
            ColumnKind::Text { format: TextFormat::Email, .. } => Some(format!("mailto:{text}")),
            ColumnKind::Text { format: TextFormat::Phone, .. } => Some(tel(&text)),
            ColumnKind::Text { format: TextFormat::Url, .. } if is_web(&text) => Some(text.clone()),
            _ => None,
        };
        let number = is_number(&column.kind);
        Ok(Cell { text, href, number })
    }
}

/// What a telephone dials: RFC 3966 has no place for what people put between digits.
fn tel(text: &str) -> String {
    let dialled = text.chars().filter(|c| c.is_ascii_digit() || matches!(c, '+' | '*' | '#'));
    format!("tel:{}", dialled.collect::<String>())
}

/// Whether cells of a kind are numbers.
pub(crate) const fn is_number(kind: &ColumnKind) -> bool {
    matches!(
        kind,
        ColumnKind::Whole { .. }
            | ColumnKind::Big
            | ColumnKind::Decimal { .. }
            | ColumnKind::Double { .. }
            | ColumnKind::Money { .. }
    )
}

/// Whether an address from a record may become a link: nothing but the web.
fn is_web(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

/// A value as forms send it.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::Null | Value::Row(_) => String::new(),
        Value::Text(text) => text.clone(),
        Value::Whole(number) => number.to_string(),
        Value::Fixed(number) => number.to_string(),
        Value::Double(number) => number.to_string(),
        Value::Boolean(is) => is.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Instant(at) => at.to_string(),
        Value::Choices(entries) => {
            entries.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
        }
        Value::Guid(id) => id.to_string(),
    }
}
