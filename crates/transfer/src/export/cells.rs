//! Cells of rows as files hold them.

use jiff::{Timestamp, tz::TimeZone};
use queries::Property;
use records::{Rows, Session};
use tables::{Column, ColumnKind, DateBehaviour, DateFormat, Value, format};
use uuid::Uuid;

use super::Export;
use crate::xlsx::Cell;

/// Reads rows of one page.
pub(super) struct Reader<'a> {
    session: &'a Session,
    export: &'a Export,
    page: &'a Rows,
    columns: Vec<Option<&'a Property>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(session: &'a Session, export: &'a Export, page: &'a Rows) -> Self {
        let property = |name: &String| {
            page.plan.shown.properties.iter().find(|property| {
                if property.is_named() {
                    property.name() == *name
                } else {
                    property.column().is_some_and(|column| column.logical == *name)
                }
            })
        };
        Self { session, export, page, columns: export.columns.iter().map(property).collect() }
    }

    /// What people read over a column.
    pub(super) fn label(&self, name: &str) -> String {
        let at = self.export.columns.iter().position(|one| one == name);
        let property = at.and_then(|at| self.columns.get(at).copied().flatten());
        let column = property.and_then(|property| property.column());
        column.map(|column| column.labels.text(self.export.language).to_owned()).unwrap_or_default()
    }

    /// The cells of a row.
    pub(super) fn row(&self, row: &db::Row) -> db::Result<Vec<Cell>> {
        let mut cells = Vec::with_capacity(self.columns.len() + 2);
        if self.export.with_keys {
            let shown = &self.page.plan.shown;
            let id: Option<Uuid> = shown.key.map(|key| row.get(key)).transpose()?;
            cells.push(id.map_or(Cell::Empty, |id| Cell::Text(id.to_string())));
            let version: Option<i64> = shown.version.map(|cell| row.get(cell)).transpose()?;
            cells.push(version.map_or(Cell::Empty, |at| Cell::Number(at.to_string(), false)));
        }
        for property in &self.columns {
            cells.push(match property {
                Some(property) => self.cell(property, row)?,
                None => Cell::Empty,
            });
        }
        Ok(cells)
    }

    fn cell(&self, property: &Property, row: &db::Row) -> db::Result<Cell> {
        let value = property.value(row)?;
        let Some(column) = property.column() else { return Ok(plain(&value)) };
        Ok(match &value {
            Value::Null => Cell::Empty,
            Value::Row(reference) => {
                let name: Option<String> = match property.name_cell {
                    Some(cell) => row.get(cell)?,
                    None => None,
                };
                // without a name the reader may not see the row, or it has none
                let name = name.filter(|name| !name.is_empty());
                Cell::Text(name.unwrap_or_else(|| reference.id.to_string()))
            }
            Value::Fixed(number) => {
                Cell::Number(number.to_string(), matches!(column.kind, ColumnKind::Money { .. }))
            }
            Value::Instant(at) => self.moment(column, *at),
            Value::Boolean(_) | Value::Choices(_) => self.shown(column, &value),
            Value::Whole(_)
                if matches!(
                    column.kind,
                    ColumnKind::Choice { .. }
                        | ColumnKind::State { .. }
                        | ColumnKind::Status { .. }
                ) =>
            {
                self.shown(column, &value)
            }
            _ => plain(&value),
        })
    }

    /// A value by its label.
    fn shown(&self, column: &Column, value: &Value) -> Cell {
        let (language, zone) = (self.export.language, &self.export.zone);
        let locale = format::Locale { language, zone, currency: None };
        let text = format::display(self.session.model(), column, value, &locale);
        text.filter(|text| !text.is_empty()).map_or_else(|| plain(value), Cell::Text)
    }

    /// An instant as the reader's clock shows it; with its offset where the clock shows it twice.
    fn moment(&self, column: &Column, at: Timestamp) -> Cell {
        let (zone, day) = match &column.kind {
            ColumnKind::DateTime { behaviour, format } => {
                let local = matches!(behaviour, DateBehaviour::UserLocal);
                let zone = if local { self.export.zone.clone() } else { TimeZone::UTC };
                (zone, matches!(format, DateFormat::DateOnly))
            }
            _ => (TimeZone::UTC, false),
        };
        let shown = at.to_zoned(zone.clone());
        if day {
            return Cell::Date(shown.date());
        }
        if zone.to_ambiguous_zoned(shown.datetime()).is_ambiguous() {
            return Cell::Text(shown.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string());
        }
        Cell::Moment(shown.datetime())
    }
}

fn plain(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Empty,
        Value::Text(text) => Cell::Text(text.clone()),
        Value::Whole(number) => Cell::Number(number.to_string(), false),
        Value::Fixed(number) => Cell::Number(number.to_string(), false),
        Value::Double(number) => Cell::Number(number.to_string(), false),
        Value::Boolean(is) => Cell::Text(is.to_string()),
        Value::Date(date) => Cell::Date(*date),
        Value::Instant(at) => Cell::Text(at.to_string()),
        Value::Choices(entries) => {
            let entries: Vec<String> = entries.iter().map(ToString::to_string).collect();
            Cell::Text(entries.join("; "))
        }
        Value::Guid(id) => Cell::Text(id.to_string()),
        Value::Row(row) => Cell::Text(row.id.to_string()),
    }
}
