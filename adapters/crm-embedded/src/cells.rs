//! Values of the port and cells of rows.

use crm::{Error, RecordId, RecordRef, Result, Value};
use serde_json::Value as Json;
use tables::{Column, ColumnKind, Model, RowRef, Table, Value as Cell};
use uuid::Uuid;

use crate::refusal;

/// What a cell holds, in the port's words.
pub(crate) fn value(model: &Model, column: &Column, cell: Cell) -> Value {
    let choice = matches!(
        column.kind,
        ColumnKind::Choice { .. } | ColumnKind::State { .. } | ColumnKind::Status { .. }
    );
    match cell {
        Cell::Null => Value::Null,
        Cell::Text(text) => Value::Text(text),
        Cell::Whole(number) if choice => Value::Choice(number.to_string()),
        Cell::Whole(number) => Value::Whole(number),
        Cell::Fixed(number) => Value::Number(number.to_f64()),
        Cell::Double(number) => Value::Number(number),
        Cell::Boolean(yes) => Value::Boolean(yes),
        Cell::Date(date) => Value::Date(date),
        Cell::Instant(at) => Value::Instant(at),
        Cell::Choices(several) => Value::Choices(several.iter().map(i32::to_string).collect()),
        Cell::Guid(id) => Value::Id(RecordId(id.to_string())),
        Cell::Row(RowRef { code, id }) => {
            let table = model.table_by_code(code).map(|table| table.logical.clone());
            Value::Row(RecordRef::new(table.unwrap_or_default(), id.to_string()))
        }
    }
}

/// A value as the cell of a column.
pub(crate) fn cell(
    model: &Model,
    (table, column): (&Table, &Column),
    value: &Value,
) -> Result<Cell> {
    let json = match value {
        Value::Null => return Ok(Cell::Null),
        Value::Row(to) => return reference(model, column, to),
        Value::Id(id) if column.kind.is_reference() => {
            return match column.kind.targets().as_slice() {
                [one] => reference(model, column, &RecordRef::new(*one, id.0.clone())),
                _ => Err(wrong(column, "the table of the record is not said")),
            };
        }
        Value::Text(text) => Json::from(text.as_str()),
        Value::Id(id) => Json::from(id.0.as_str()),
        Value::Whole(number) => Json::from(*number),
        Value::Number(number) => Json::from(*number),
        Value::Boolean(yes) => Json::from(*yes),
        Value::Date(date) => Json::from(date.to_string()),
        Value::Instant(at) => Json::from(at.to_string()),
        Value::Choice(entry) => match entry.parse::<i32>() {
            Ok(entry) => Json::from(entry),
            Err(_no_number) => return Err(wrong(column, "no entry of the choice")),
        },
        Value::Choices(entries) => Json::from(entries.join(",")),
    };
    Cell::parse(model, table, column, &json).map_err(refusal::store)
}

fn wrong(column: &Column, detail: &str) -> Error {
    refusal::field("value", &column.logical, detail)
}

fn reference(model: &Model, column: &Column, to: &RecordRef) -> Result<Cell> {
    let targets = column.kind.targets();
    let table = model.table(&to.table).filter(|table| targets.contains(&table.logical.as_str()));
    let table = table.ok_or_else(|| wrong(column, "a record of another table"))?;
    let id = Uuid::try_parse(&to.id.0).map_err(|_odd| wrong(column, "no id of a record"))?;
    Ok(Cell::Row(RowRef { code: table.code, id }))
}
