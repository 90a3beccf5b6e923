//! Values of the languages as values of columns, and comparisons with them.

use std::borrow::Cow;

use db::Value;
use jiff::{Timestamp, civil};
use odata::value::Decimal;
use tables::{Column, ColumnKind};
use uuid::Uuid;

use crate::{
    Error, Result,
    physical::{self, CellType, is_date},
    query::{Comparison, Condition, Field, Moment},
};

/// A value as a language gives it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Given<'a> {
    Null,
    Bool(bool),
    Number(Decimal),
    Text(Cow<'a, str>),
    Id(Uuid),
    Date(civil::Date),
    Instant(Timestamp),
}

/// The operators of comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Op {
    /// The name in messages.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Equal => "Equal",
            Self::NotEqual => "NotEqual",
            Self::Less => "LessThan",
            Self::LessOrEqual => "LessThanOrEqual",
            Self::Greater => "GreaterThan",
            Self::GreaterOrEqual => "GreaterThanOrEqual",
        }
    }

    /// The operator with its sides exchanged.
    pub(crate) const fn flipped(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }

    const fn comparison(self) -> Comparison {
        match self {
            Self::Equal | Self::NotEqual => Comparison::Equal,
            Self::Less => Comparison::Less,
            Self::LessOrEqual => Comparison::LessOrEqual,
            Self::Greater => Comparison::Greater,
            Self::GreaterOrEqual => Comparison::GreaterOrEqual,
        }
    }
}

/// The type of a column in messages.
pub(crate) const fn edm(kind: &ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Key
        | ColumnKind::Guid
        | ColumnKind::Lookup { .. }
        | ColumnKind::Customer
        | ColumnKind::Owner
        | ColumnKind::File { .. } => "Edm.Guid",
        ColumnKind::Image { .. } => "Edm.Binary",
        ColumnKind::Text { .. } | ColumnKind::Memo { .. } | ColumnKind::Choices { .. } => {
            "Edm.String"
        }
        ColumnKind::Whole { .. }
        | ColumnKind::Choice { .. }
        | ColumnKind::State { .. }
        | ColumnKind::Status { .. } => "Edm.Int32",
        ColumnKind::Big | ColumnKind::Version => "Edm.Int64",
        ColumnKind::Decimal { .. } | ColumnKind::Money { .. } => "Edm.Decimal",
        ColumnKind::Double { .. } => "Edm.Double",
        ColumnKind::Boolean { .. } => "Edm.Boolean",
        kind @ ColumnKind::DateTime { .. } if is_date(kind) => "Edm.Date",
        ColumnKind::DateTime { .. } => "Edm.DateTimeOffset",
    }
}

impl Given<'_> {
    /// Its type in messages.
    pub(crate) const fn edm(&self) -> &'static str {
        match self {
            Self::Null => "Edm.Null",
            Self::Bool(_) => "Edm.Boolean",
            Self::Number(number) if number.scale > 0 => "Edm.Decimal",
            Self::Number(_) => "Edm.Int32",
            Self::Text(_) => "Edm.String",
            Self::Id(_) => "Edm.Guid",
            Self::Date(_) => "Edm.Date",
            Self::Instant(_) => "Edm.DateTimeOffset",
        }
    }
}

/// That two columns or values of these types do not compare.
pub(crate) fn mismatch(column: &Column, given: &Given<'_>, op: Op) -> Error {
    Error::Types { left: edm(&column.kind), right: given.edm(), operator: op.name() }
}

/// What is left of a comparison once its value is one of the column.
enum Fitted {
    Value(Value<'static>),
    /// Just below the number that was given; the column holds nothing between.
    Below(i64),
    /// Greater than all that the column holds.
    AboveAll,
    /// Less than all that the column holds.
    BelowAll,
}

/// `column op value`.
pub(crate) fn compare(
    field: Field,
    column: &Column,
    op: Op,
    given: &Given<'_>,
) -> Result<Condition> {
    if *given == Given::Null {
        return match op {
            Op::Equal => Ok(Condition::Null(field)),
            Op::NotEqual => Ok(Condition::Null(field).negated()),
            // Nothing compares with nothing.
            _ => Ok(Condition::never()),
        };
    }
    let kind = CellType::of(&column.kind);
    let ordered = !matches!(op, Op::Equal | Op::NotEqual);
    let image = matches!(column.kind, ColumnKind::Image { .. });
    if image {
        return Err(mismatch(column, given, op));
    }
    let choices = matches!(column.kind, ColumnKind::Choices { .. });
    if ordered && (choices || matches!(kind, CellType::Id | CellType::Bool)) {
        return Err(mismatch(column, given, op));
    }
    let fitted = fit(column, given).ok_or_else(|| mismatch(column, given, op))?;
    let any = || Condition::Null(field).negated();
    let condition = match (fitted, op) {
        (Fitted::Value(value), op) => Condition::Compare(field, op.comparison(), value),
        (Fitted::Below(_) | Fitted::AboveAll | Fitted::BelowAll, Op::Equal | Op::NotEqual) => {
            Condition::never()
        }
        (Fitted::Below(floor), Op::Greater | Op::GreaterOrEqual) => {
            Condition::Compare(field, Comparison::Greater, Value::Int(floor))
        }
        (Fitted::Below(floor), _) => {
            Condition::Compare(field, Comparison::LessOrEqual, Value::Int(floor))
        }
        (Fitted::AboveAll, Op::Less | Op::LessOrEqual)
        | (Fitted::BelowAll, Op::Greater | Op::GreaterOrEqual) => any(),
        (Fitted::AboveAll | Fitted::BelowAll, _) => Condition::never(),
    };
    Ok(if op == Op::NotEqual { condition.negated() } else { condition })
}

/// `column in (…)`; values that the column cannot hold are not among its cells.
pub(crate) fn one_of(field: Field, column: &Column, list: &[Given<'_>]) -> Result<Condition> {
    if list.len() > crate::limits::VALUES {
        return Err(Error::Limit { of: "values in a list", most: crate::limits::VALUES });
    }
    let mut values = Vec::with_capacity(list.len());
    let mut or_null = false;
    for given in list {
        if *given == Given::Null {
            or_null = true;
            continue;
        }
        match fit(column, given).ok_or_else(|| mismatch(column, given, Op::Equal))? {
            Fitted::Value(value) if !values.contains(&value) => values.push(value),
            _ => {}
        }
    }
    let condition =
        if values.is_empty() { Condition::never() } else { Condition::In(field, values) };
    Ok(if or_null { Condition::Any(vec![condition, Condition::Null(field)]) } else { condition })
}

fn fit(column: &Column, given: &Given<'_>) -> Option<Fitted> {
    let kind = &column.kind;
    let value = match (CellType::of(kind), given) {
        (CellType::Int, Given::Number(number)) => {
            return Some(units(*number, physical::scale(kind)));
        }
        (CellType::Real, Given::Number(number)) => Value::Real(number.to_f64()),
        (CellType::Text, Given::Text(text)) if matches!(kind, ColumnKind::Choices { .. }) => {
            let mut entries: Vec<i32> = Vec::new();
            for one in text.split(',') {
                entries.push(one.trim().parse().ok()?);
            }
            entries.sort_unstable();
            entries.dedup();
            Value::Text(physical::choices(&entries).into())
        }
        // No engine keeps this character.
        (CellType::Text, Given::Text(text)) if text.contains('\0') => {
            return Some(Fitted::AboveAll);
        }
        (CellType::Text, Given::Text(text)) => Value::Text(text.clone().into_owned().into()),
        (CellType::Bool, Given::Bool(yes)) => Value::Bool(*yes),
        (CellType::Id, Given::Id(id)) => Value::Uuid(*id),
        (CellType::Id, Given::Text(text)) => Value::Uuid(Uuid::try_parse(text).ok()?),
        (CellType::Instant, Given::Date(date)) => Value::Instant(midnight(*date)?),
        (CellType::Instant, Given::Instant(at)) if is_date(kind) => {
            Value::Instant(midnight(at.to_zoned(jiff::tz::TimeZone::UTC).date())?)
        }
        (CellType::Instant, Given::Instant(at)) => Value::Instant(*at),
        _ => return None,
    };
    Some(Fitted::Value(value))
}

/// Midnight in UTC.
pub(crate) fn midnight(date: civil::Date) -> Option<Timestamp> {
    jiff::tz::TimeZone::UTC.to_timestamp(civil::DateTime::from(date)).ok()
}

/// A number in units of `10^-scale`, exactly.
fn units(number: Decimal, scale: u8) -> Fitted {
    let outside = if number.coefficient < 0 { Fitted::BelowAll } else { Fitted::AboveAll };
    let shift = i32::from(scale).saturating_sub(number.scale);
    let power = 10_i128.checked_pow(shift.unsigned_abs());
    let (floor, exact) = match (shift >= 0, power) {
        (true, Some(power)) => match number.coefficient.checked_mul(power) {
            Some(units) => (units, true),
            None => return outside,
        },
        (true, None) if number.coefficient == 0 => (0, true),
        (true, None) => return outside,
        (false, Some(power)) => {
            (number.coefficient.div_euclid(power), number.coefficient.rem_euclid(power) == 0)
        }
        (false, None) => (if number.coefficient < 0 { -1 } else { 0 }, number.coefficient == 0),
    };
    match i64::try_from(floor) {
        Ok(floor) if exact => Fitted::Value(Value::Int(floor)),
        Ok(floor) => Fitted::Below(floor),
        Err(_) => outside,
    }
}

/// A text as a value of a column: how FetchXML and parameters of functions give all values.
pub(crate) fn read<'a>(column: &Column, text: &'a str, moment: &Moment) -> Result<Given<'a>> {
    let wrong = || Error::Literal { literal: text.to_owned(), expected: edm(&column.kind) };
    let trimmed = text.trim();
    Ok(match CellType::of(&column.kind) {
        CellType::Text => Given::Text(Cow::Borrowed(text)),
        CellType::Int | CellType::Real => Given::Number(trimmed.parse().map_err(|()| wrong())?),
        CellType::Bool => match trimmed {
            "1" | "true" | "True" | "TRUE" => Given::Bool(true),
            "0" | "false" | "False" | "FALSE" => Given::Bool(false),
            _ => return Err(wrong()),
        },
        CellType::Id => Given::Id(Uuid::try_parse(trimmed).ok().ok_or_else(wrong)?),
        CellType::Instant => instant(trimmed, moment).ok_or_else(wrong)?,
    })
}

/// A date, or a date and a time; without an offset the time is the caller's.
pub(crate) fn instant(text: &str, moment: &Moment) -> Option<Given<'static>> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(Given::Instant(at));
    }
    if text.len() <= LONGEST_DATE
        && let Ok(date) = text.parse::<civil::Date>()
    {
        return Some(Given::Date(date));
    }
    let local: civil::DateTime = text.parse().ok()?;
    Some(Given::Instant(moment.zone.to_timestamp(local).ok()?))
}

const LONGEST_DATE: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(text: &str, scale: u8) -> (Option<i64>, Option<i64>) {
        match units(text.parse().unwrap(), scale) {
            Fitted::Value(Value::Int(n)) => (Some(n), None),
            Fitted::Below(n) => (None, Some(n)),
            _ => (None, None),
        }
    }

    #[test]
    fn numbers_become_units_exactly() {
        assert_eq!(fitted("12.5", 4), (Some(125_000), None));
        assert_eq!(fitted("1.23456", 4), (None, Some(12_345)));
        assert_eq!(fitted("-1.23456", 4), (None, Some(-12_346)));
        assert_eq!(fitted("1e3", 0), (Some(1000), None));
        assert_eq!(fitted("1e30", 4), (None, None));
        assert_eq!(fitted("1e-300", 4), (None, Some(0)));
        assert_eq!(fitted("0e300", 4), (Some(0), None));
        assert_eq!(fitted("9223372036854775808", 0), (None, None));
    }
}
