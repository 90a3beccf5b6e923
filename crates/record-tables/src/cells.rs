//! Values of cells on their way to the database and back.

use db::{Error, Result, Row};
use jiff::{Timestamp, tz::TimeZone};
use tables::{ColumnKind, DateBehaviour, Fixed, MONEY_SCALE, Model, RowRef, Table, Value};
use uuid::Uuid;

use crate::names;

/// The value as a parameter: the identifier of a reference, without its table.
pub fn parameter(value: &Value) -> db::Value<'static> {
    match value {
        Value::Null => db::Value::Null,
        Value::Text(text) => db::Value::Text(text.clone().into()),
        Value::Whole(number) => db::Value::Int(*number),
        Value::Fixed(number) => db::Value::Int(number.units),
        Value::Double(number) => db::Value::Real(*number),
        Value::Boolean(is) => db::Value::Bool(*is),
        Value::Date(date) => date
            .to_zoned(TimeZone::UTC)
            .map_or(db::Value::Null, |midnight| db::Value::Instant(midnight.timestamp())),
        Value::Instant(at) => db::Value::Instant(*at),
        Value::Choices(values) => {
            let mut text = String::from(",");
            for value in values {
                text.push_str(&value.to_string());
                text.push(',');
            }
            db::Value::Text(text.into())
        }
        Value::Guid(id) => db::Value::Uuid(*id),
        Value::Row(row) => db::Value::Uuid(row.id),
    }
}

/// The columns of the database that hold a column, each with its value.
pub fn parameters(
    kind: &ColumnKind,
    logical: &str,
    value: &Value,
) -> Vec<(String, db::Value<'static>)> {
    let mut all = vec![(names::column(logical), parameter(value))];
    if kind.is_polymorphic() {
        let code = match value {
            Value::Row(row) => db::Value::Int(row.code.into()),
            _ => db::Value::Null,
        };
        all.push((names::type_column(logical), code));
    }
    all
}

/// Every column of a table as a list for SELECT, in the order that [`read`] expects.
pub fn select_list(table: &Table) -> String {
    let mut list = String::new();
    for column in table.columns() {
        if !list.is_empty() {
            list.push_str(", ");
        }
        list.push_str(&names::column(&column.logical));
        if column.kind.is_polymorphic() {
            list.push_str(", ");
            list.push_str(&names::type_column(&column.logical));
        }
    }
    list
}

/// Reads a row of [`select_list`]: one value for each column of the table; and the index of the first cell behind them.
///
/// # Errors
/// [`Error::Inconsistent`] when a cell holds what its column cannot.
pub fn read(model: &Model, table: &Table, row: &Row) -> Result<(Vec<Value>, usize)> {
    let mut at = 0;
    let mut values = Vec::with_capacity(table.columns().len());
    for column in table.columns() {
        let value = match (&column.kind, column.kind.is_polymorphic()) {
            (_, true) => {
                let (id, code) = (row.get::<Option<Uuid>>(at)?, row.get::<Option<i64>>(at + 1)?);
                at += 1;
                reference(id, code.and_then(|code| i32::try_from(code).ok()))
            }
            (ColumnKind::Lookup { targets }, false) => {
                let code = targets.first().and_then(|name| model.table(name)).map(|one| one.code);
                reference(row.get(at)?, code)
            }
            (kind, false) => cell(kind, row, at)?,
        };
        at += 1;
        values.push(value);
    }
    Ok((values, at))
}

fn reference(id: Option<Uuid>, code: Option<i32>) -> Value {
    match (id, code) {
        (Some(id), Some(code)) => Value::Row(RowRef { code, id }),
        _ => Value::Null,
    }
}

/// Reads one cell of a column that is no reference.
///
/// # Errors
/// [`Error::Inconsistent`] when it holds what the column cannot.
pub fn cell(kind: &ColumnKind, row: &Row, at: usize) -> Result<Value> {
    Ok(match kind {
        ColumnKind::Key | ColumnKind::Guid | ColumnKind::File { .. } => {
            row.get::<Option<Uuid>>(at)?.map_or(Value::Null, Value::Guid)
        }
        ColumnKind::Text { .. } | ColumnKind::Memo { .. } | ColumnKind::Image { .. } => {
            row.get::<Option<String>>(at)?.map_or(Value::Null, Value::Text)
        }
        ColumnKind::Whole { .. }
        | ColumnKind::Big
        | ColumnKind::Version
        | ColumnKind::Choice { .. }
        | ColumnKind::State { .. }
        | ColumnKind::Status { .. } => {
            row.get::<Option<i64>>(at)?.map_or(Value::Null, Value::Whole)
        }
        ColumnKind::Decimal { precision, .. } => fixed(row, at, *precision)?,
        ColumnKind::Money { .. } => fixed(row, at, MONEY_SCALE)?,
        ColumnKind::Double { .. } => row.get::<Option<f64>>(at)?.map_or(Value::Null, Value::Double),
        ColumnKind::Boolean { .. } => {
            row.get::<Option<bool>>(at)?.map_or(Value::Null, Value::Boolean)
        }
        ColumnKind::DateTime { behaviour, .. } => {
            match (row.get::<Option<Timestamp>>(at)?, behaviour) {
                (None, _) => Value::Null,
                (Some(at), DateBehaviour::DateOnly) => {
                    Value::Date(at.to_zoned(TimeZone::UTC).date())
                }
                (Some(at), _) => Value::Instant(at),
            }
        }
        ColumnKind::Choices { .. } => match row.get::<Option<String>>(at)? {
            None => Value::Null,
            Some(text) => Value::Choices(choices(&text, at)?),
        },
        ColumnKind::Lookup { .. } | ColumnKind::Customer | ColumnKind::Owner => {
            return Err(Error::Inconsistent { column: at, expected: "no reference" });
        }
    })
}

fn fixed(row: &Row, at: usize, scale: u8) -> Result<Value> {
    Ok(row
        .get::<Option<i64>>(at)?
        .map_or(Value::Null, |units| Value::Fixed(Fixed::new(units, scale))))
}

fn choices(text: &str, column: usize) -> Result<Vec<i32>> {
    let wrong = |_error| Error::Inconsistent { column, expected: "numbers of a choice" };
    text.split(',').filter(|word| !word.is_empty()).map(|w| w.parse().map_err(wrong)).collect()
}
