//! How tables and cells are stored: names of physical tables and columns, types, and values on their way
//! in and out.

use db::{Dialect, Result, Row, Value};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use tables::{Column, ColumnKind, DateBehaviour, Fixed, MONEY_SCALE, Model, RowRef};
use uuid::Uuid;

/// Writes a name in double quotes.
pub(crate) fn quote(name: &str, out: &mut String) {
    out.push('"');
    if !name.contains('"') {
        out.push_str(name);
        out.push('"');
        return;
    }
    for part in name.split('"').enumerate() {
        if part.0 > 0 {
            out.push_str("\"\"");
        }
        out.push_str(part.1);
    }
    out.push('"');
}

fn quoted(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 2);
    quote(name, &mut out);
    out
}

/// The physical table of a table, in quotes.
pub fn table(number: i64, logical: &str) -> String {
    quoted(&format!("r{number}_{logical}"))
}

/// The physical column of a column, in quotes.
pub fn column(logical: &str) -> String {
    quoted(logical)
}

/// The physical column with the table code of a reference to one of several tables, in quotes.
pub fn type_column(logical: &str) -> String {
    quoted(&format!("{logical}:t"))
}

/// The shares of an environment, in quotes: `principal_id`, `table_code`, `row_id`, `mask`.
pub fn shares(number: i64) -> String {
    quoted(&format!("s{number}_shares"))
}

/// The deleted rows of an environment, in quotes.
pub fn tombstones(number: i64) -> String {
    quoted(&format!("s{number}_tombstones"))
}

/// The history of an environment, in quotes.
pub fn history(number: i64) -> String {
    quoted(&format!("s{number}_history"))
}

/// What an engine keeps of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "they say it")]
pub enum CellType {
    Text,
    Int,
    Real,
    Bool,
    Id,
    Instant,
}

impl CellType {
    /// Of a kind of column.
    pub const fn of(kind: &ColumnKind) -> Self {
        match kind {
            ColumnKind::Key
            | ColumnKind::Guid
            | ColumnKind::Lookup { .. }
            | ColumnKind::Customer
            | ColumnKind::Owner
            | ColumnKind::File { .. } => Self::Id,
            ColumnKind::Text { .. }
            | ColumnKind::Memo { .. }
            | ColumnKind::Choices { .. }
            | ColumnKind::Image { .. } => Self::Text,
            ColumnKind::Double { .. } => Self::Real,
            ColumnKind::Boolean { .. } => Self::Bool,
            ColumnKind::DateTime { .. } => Self::Instant,
            ColumnKind::Whole { .. }
            | ColumnKind::Big
            | ColumnKind::Decimal { .. }
            | ColumnKind::Money { .. }
            | ColumnKind::Choice { .. }
            | ColumnKind::State { .. }
            | ColumnKind::Status { .. }
            | ColumnKind::Version => Self::Int,
        }
    }

    /// The type in SQL.
    pub const fn sql(self, dialect: Dialect) -> &'static str {
        match (self, dialect) {
            (Self::Text, _) => "TEXT",
            (Self::Int, _) | (Self::Instant, Dialect::Sqlite) => "BIGINT",
            (Self::Real, _) => "DOUBLE PRECISION",
            (Self::Bool, _) => "BOOLEAN",
            (Self::Id, Dialect::Sqlite) => "BLOB",
            (Self::Id, Dialect::Postgres) => "UUID",
            (Self::Instant, Dialect::Postgres) => "TIMESTAMPTZ",
        }
    }

    /// Reads a cell as it is.
    ///
    /// # Errors
    /// [`db::Error::Inconsistent`] when it holds something else.
    pub fn read(self, row: &Row, cell: usize) -> Result<Value<'static>> {
        Ok(match self {
            Self::Text => row.get::<Option<String>>(cell)?.into(),
            Self::Int => row.get::<Option<i64>>(cell)?.into(),
            Self::Real => row.get::<Option<f64>>(cell)?.into(),
            Self::Bool => row.get::<Option<bool>>(cell)?.into(),
            Self::Id => row.get::<Option<Uuid>>(cell)?.into(),
            Self::Instant => row.get::<Option<Timestamp>>(cell)?.into(),
        })
    }

    /// Whether a value may be compared with such a cell.
    pub const fn fits(self, value: &Value<'_>) -> bool {
        matches!(
            (self, value),
            (_, Value::Null)
                | (Self::Text, Value::Text(_))
                | (Self::Int, Value::Int(_))
                | (Self::Real, Value::Real(_))
                | (Self::Bool, Value::Bool(_))
                | (Self::Id, Value::Uuid(_))
                | (Self::Instant, Value::Instant(_))
        )
    }
}

/// The type in SQL of a column. Text sorts by its bytes on both engines.
pub fn sql_type(kind: &ColumnKind, dialect: Dialect) -> &'static str {
    match (CellType::of(kind), dialect) {
        (CellType::Text, Dialect::Postgres) => "TEXT COLLATE \"C\"",
        (other, _) => other.sql(dialect),
    }
}

/// Digits behind the point that a whole number of units stands for.
pub const fn scale(kind: &ColumnKind) -> u8 {
    match kind {
        ColumnKind::Decimal { precision, .. } => *precision,
        ColumnKind::Money { .. } => MONEY_SCALE,
        _ => 0,
    }
}

/// A value as it is stored in a column: the cell, and for a reference to one of several tables the code of its
/// table. Nothing when the value is not of the column's kind.
pub fn to_db(column: &Column, value: &tables::Value) -> Option<(Value<'static>, Option<i64>)> {
    let kind = &column.kind;
    let cell: Value<'static> = match (CellType::of(kind), value) {
        (_, tables::Value::Null) => Value::Null,
        (CellType::Text, tables::Value::Text(text)) => text.clone().into(),
        (CellType::Text, tables::Value::Choices(values)) => choices(values).into(),
        (CellType::Int, tables::Value::Whole(n)) => Value::Int(*n),
        (CellType::Int, tables::Value::Fixed(fixed)) => Value::Int(rescale(*fixed, scale(kind))?),
        (CellType::Real, tables::Value::Double(n)) => Value::Real(*n),
        (CellType::Bool, tables::Value::Boolean(yes)) => Value::Bool(*yes),
        (CellType::Instant, tables::Value::Instant(at)) => Value::Instant(*at),
        (CellType::Instant, tables::Value::Date(date)) => {
            let at = TimeZone::UTC.to_timestamp(DateTime::from(*date));
            Value::Instant(at.ok()?)
        }
        (CellType::Id, tables::Value::Guid(id)) => Value::Uuid(*id),
        (CellType::Id, tables::Value::Row(row)) => {
            let code = kind.is_polymorphic().then_some(i64::from(row.code));
            return Some((Value::Uuid(row.id), code));
        }
        _ => return None,
    };
    Some((cell, None))
}

fn rescale(fixed: Fixed, scale: u8) -> Option<i64> {
    if fixed.scale <= scale {
        let factor = 10_i64.checked_pow(u32::from(scale - fixed.scale))?;
        return fixed.units.checked_mul(factor);
    }
    let factor = 10_i64.checked_pow(u32::from(fixed.scale - scale))?;
    (fixed.units % factor == 0).then_some(fixed.units / factor)
}

/// Several entries of a choice as text: `,1,2,`.
pub fn choices(values: &[i32]) -> String {
    use std::fmt::Write as _;
    let mut text = String::from(",");
    for value in values {
        let _ = write!(text, "{value},");
    }
    text
}

/// Reads the cell of a column, with the cell of its table code where it may refer to several tables, and the code of the
/// table where there is just one.
///
/// # Errors
/// [`db::Error::Inconsistent`] when the cell holds something else.
pub fn from_db(
    row: &Row,
    cell: usize,
    (type_cell, sole): (Option<usize>, i32),
    column: &Column,
) -> Result<tables::Value> {
    Ok(match CellType::of(&column.kind).read(row, cell)? {
        Value::Text(text) if matches!(column.kind, ColumnKind::Choices { .. }) => {
            tables::Value::Choices(text.split(',').filter_map(|one| one.parse().ok()).collect())
        }
        Value::Text(text) => tables::Value::Text(text.into_owned()),
        Value::Int(units)
            if matches!(column.kind, ColumnKind::Decimal { .. } | ColumnKind::Money { .. }) =>
        {
            tables::Value::Fixed(Fixed::new(units, scale(&column.kind)))
        }
        Value::Int(n) => tables::Value::Whole(n),
        Value::Real(n) => tables::Value::Double(n),
        Value::Bool(yes) => tables::Value::Boolean(yes),
        Value::Instant(at) if is_date(&column.kind) => {
            tables::Value::Date(at.to_zoned(TimeZone::UTC).date())
        }
        Value::Instant(at) => tables::Value::Instant(at),
        Value::Uuid(id) if column.kind.is_reference() => {
            let code = match type_cell {
                Some(cell) => row.get::<Option<i64>>(cell)?.and_then(|code| code.try_into().ok()),
                None => Some(sole),
            };
            tables::Value::Row(RowRef { code: code.unwrap_or(0), id })
        }
        Value::Uuid(id) => tables::Value::Guid(id),
        _ => tables::Value::Null,
    })
}

/// The code of the table that a column refers to, where there is just one; else 0.
pub(crate) fn sole_target(model: &Model, column: &Column) -> i32 {
    match column.kind.targets().as_slice() {
        [one] => model.table(one).map_or(0, |table| table.code),
        _ => 0,
    }
}

/// Whether cells are dates without a time.
pub const fn is_date(kind: &ColumnKind) -> bool {
    matches!(kind, ColumnKind::DateTime { behaviour: DateBehaviour::DateOnly, .. })
}
