//! Reading cells: from the JSON that rows carry, and from text (files of rows, forms, keys in URLs).

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    Column, ColumnKind, DateBehaviour, Fixed, MONEY_SCALE, Model, RowRef, Table, Value,
    value_error::{Problem, Range, ValueError},
};

/// The first year of a date that the store keeps (as the real service).
pub const FIRST_YEAR: i16 = 1753;
/// Entries that one cell of a multiple choice may have.
pub const MAX_CHOICES: usize = 150;

/// What a cell is read from.
enum Source<'s> {
    Json(&'s Json),
    Text(&'s str),
}

impl Value {
    /// Reads a cell from the JSON of a row. An empty text is nothing, as in the real service; more
    /// digits than the column keeps are rounded, half away from zero; seconds are not divided.
    ///
    /// A reference is read from the bare UUID, and only where the column has one table to refer to:
    /// the others are set through their navigation properties.
    ///
    /// # Errors
    /// [`ValueError`] with the table, the column and what is wrong.
    pub fn parse(
        model: &Model,
        table: &Table,
        column: &Column,
        json: &Json,
    ) -> Result<Self, ValueError> {
        if json.is_null() {
            return Ok(Self::Null);
        }
        read(model, column, &Source::Json(json))
            .map_err(|problem| ValueError::new(table, column, problem))
    }

    /// Reads a cell from text: a file of rows, a form, a key in a URL. An empty text is nothing; the
    /// entries of choices and booleans may be given by number or by label, in any language.
    ///
    /// # Errors
    /// [`ValueError`] with the table, the column and what is wrong.
    pub fn parse_text(
        model: &Model,
        table: &Table,
        column: &Column,
        text: &str,
    ) -> Result<Self, ValueError> {
        if text.is_empty() {
            return Ok(Self::Null);
        }
        read(model, column, &Source::Text(text))
            .map_err(|problem| ValueError::new(table, column, problem))
    }
}

fn read(model: &Model, column: &Column, source: &Source<'_>) -> Result<Value, Problem> {
    match &column.kind {
        ColumnKind::Key | ColumnKind::Guid => guid(source).map(Value::Guid),
        ColumnKind::Text { max, .. } | ColumnKind::Memo { max, .. } => text(source, *max),
        ColumnKind::Whole { min, max, .. } => whole(source, i64::from(*min), i64::from(*max)),
        ColumnKind::Big | ColumnKind::Version => integer(source, "Edm.Int64").map(Value::Whole),
        ColumnKind::Decimal { precision, min, max } => {
            fixed(source, *precision, *precision, (*min, *max))
        }
        ColumnKind::Money { precision, min, max } => {
            fixed(source, *precision, MONEY_SCALE, (*min, *max))
        }
        ColumnKind::Double { min, max, .. } => double(source, *min, *max),
        ColumnKind::DateTime { behaviour: DateBehaviour::DateOnly, .. } => {
            date(source).map(Value::Date)
        }
        ColumnKind::DateTime { .. } => instant(source).map(Value::Instant),
        ColumnKind::Boolean { yes, no, .. } => match source {
            Source::Json(Json::Bool(value)) => Ok(Value::Boolean(*value)),
            Source::Text(text) => {
                let says = |word: &str, number: &str, labels: &crate::Labels| {
                    text.eq_ignore_ascii_case(word)
                        || *text == number
                        || labels.iter().any(|(_, label)| same(label, text))
                };
                if says("true", "1", yes) {
                    Ok(Value::Boolean(true))
                } else if says("false", "0", no) {
                    Ok(Value::Boolean(false))
                } else {
                    Err(wrong(source, "Edm.Boolean"))
                }
            }
            Source::Json(_) => Err(wrong(source, "Edm.Boolean")),
        },
        ColumnKind::Choice { .. } | ColumnKind::State { .. } | ColumnKind::Status { .. } => {
            let entries = entries(model, column);
            one_entry(source, &entries).map(|value| Value::Whole(i64::from(value)))
        }
        ColumnKind::Choices { .. } => several_entries(source, &entries(model, column)),
        ColumnKind::Lookup { targets } => match targets.as_slice() {
            [one] => {
                let code = model.table(one).map(|table| table.code).ok_or(Problem::NotSettable)?;
                Ok(Value::Row(RowRef { code, id: guid(source)? }))
            }
            _ => Err(Problem::NotSettable),
        },
        ColumnKind::Image { max_kb } => picture(source, *max_kb),
        ColumnKind::Customer | ColumnKind::Owner | ColumnKind::File { .. } => {
            Err(Problem::NotSettable)
        }
    }
}

fn same(label: &str, text: &str) -> bool {
    label == text || label.to_lowercase() == text.trim().to_lowercase()
}

fn wrong(source: &Source<'_>, expected: &'static str) -> Problem {
    let found = match source {
        Source::Json(Json::String(text)) => (*text).clone(),
        Source::Json(json) => json.to_string(),
        Source::Text(text) => (*text).to_owned(),
    };
    // an error repeats what was sent, but not a megabyte of it
    Problem::WrongType { expected, found: found.chars().take(100).collect() }
}

fn string<'s>(source: &Source<'s>, expected: &'static str) -> Result<&'s str, Problem> {
    match source {
        Source::Json(Json::String(text)) => Ok(text),
        Source::Text(text) => Ok(text),
        Source::Json(_) => Err(wrong(source, expected)),
    }
}

/// The digits of a number: a JSON number, or a text that holds one.
fn digits(source: &Source<'_>, expected: &'static str) -> Result<String, Problem> {
    match source {
        Source::Json(Json::Number(number)) => Ok(number.to_string()),
        _ => string(source, expected).map(|text| text.trim().to_owned()),
    }
}

fn guid(source: &Source<'_>) -> Result<Uuid, Problem> {
    const TYPE: &str = "Edm.Guid";
    Uuid::try_parse(string(source, TYPE)?.trim()).map_err(|_not_one| wrong(source, TYPE))
}

fn text(source: &Source<'_>, max: u32) -> Result<Value, Problem> {
    let text = string(source, "Edm.String")?;
    if text.is_empty() {
        return Ok(Value::Null);
    }
    let max = usize::try_from(max).unwrap_or(usize::MAX);
    // bytes are never fewer than UTF-16 units: most texts need no count
    if text.len() > max && text.encode_utf16().count() > max {
        return Err(Problem::TooLong { max });
    }
    Ok(Value::Text(text.to_owned()))
}

fn picture(source: &Source<'_>, max_kb: u32) -> Result<Value, Problem> {
    const TYPE: &str = "Edm.Binary";
    let text = string(source, TYPE)?;
    let max = usize::try_from(max_kb).unwrap_or(usize::MAX).saturating_mul(1024);
    if text.len() / 4 * 3 > max {
        return Err(Problem::TooLong { max });
    }
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    if !text.len().is_multiple_of(4) || !text.bytes().all(base64) {
        return Err(wrong(source, TYPE));
    }
    Ok(if text.is_empty() { Value::Null } else { Value::Text(text.to_owned()) })
}

fn integer(source: &Source<'_>, expected: &'static str) -> Result<i64, Problem> {
    match source {
        Source::Json(Json::Number(number)) => match number.as_i64() {
            Some(number) => Ok(number),
            None => Fixed::parse(&number.to_string(), 0)
                .filter(|fixed| fixed.exact)
                .map(|fixed| fixed.value.units)
                .ok_or_else(|| wrong(source, expected)),
        },
        _ => string(source, expected)?.trim().parse().map_err(|_not_one| wrong(source, expected)),
    }
}

fn whole(source: &Source<'_>, min: i64, max: i64) -> Result<Value, Problem> {
    let number = integer(source, "Edm.Int32")?;
    if number < min || number > max {
        return Err(Problem::OutOfRange(Range::Whole { number, min, max }));
    }
    Ok(Value::Whole(number))
}

fn fixed(
    source: &Source<'_>,
    precision: u8,
    scale: u8,
    (min, max): (i64, i64),
) -> Result<Value, Problem> {
    const TYPE: &str = "Edm.Decimal";
    let digits = digits(source, TYPE)?;
    let out = || {
        Problem::OutOfRange(Range::Fixed {
            number: digits.chars().take(40).collect(),
            min: Fixed::new(min, scale),
            max: Fixed::new(max, scale),
        })
    };
    let number = match Fixed::parse(&digits, precision) {
        Some(parsed) => parsed.value.rescaled(scale).ok_or_else(out)?,
        None if digits.parse::<f64>().is_ok_and(f64::is_finite) => return Err(out()),
        None => return Err(wrong(source, TYPE)),
    };
    if number.units < min || number.units > max {
        return Err(out());
    }
    Ok(Value::Fixed(number))
}

fn double(source: &Source<'_>, min: f64, max: f64) -> Result<Value, Problem> {
    const TYPE: &str = "Edm.Double";
    let number: f64 = digits(source, TYPE)?
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())
        .ok_or_else(|| wrong(source, TYPE))?;
    if number < min || number > max {
        return Err(Problem::OutOfRange(Range::Double { number, min, max }));
    }
    Ok(Value::Double(number))
}

fn date(source: &Source<'_>) -> Result<Date, Problem> {
    const TYPE: &str = "Edm.Date";
    let text = string(source, TYPE)?.trim();
    let date = match text.parse::<Date>() {
        // a date with a time parses as a date too: the time must be midnight
        Ok(date) if text.len() <= "2026-01-31".len() => date,
        _ => text
            .trim_end_matches('Z')
            .parse::<DateTime>()
            .ok()
            .filter(|at| at.time() == jiff::civil::Time::midnight())
            .map(DateTime::date)
            .ok_or_else(|| wrong(source, TYPE))?,
    };
    if date.year() < FIRST_YEAR { Err(Problem::TooEarly) } else { Ok(date) }
}

fn instant(source: &Source<'_>) -> Result<Timestamp, Problem> {
    const TYPE: &str = "Edm.DateTimeOffset";
    let text = string(source, TYPE)?.trim();
    let at = text
        .parse::<Timestamp>()
        .ok()
        .or_else(|| {
            let local = text.parse::<DateTime>().ok()?;
            local.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
        })
        .ok_or_else(|| wrong(source, TYPE))?;
    let at = Timestamp::from_second(at.as_second()).unwrap_or(at);
    if at.to_zoned(TimeZone::UTC).year() < FIRST_YEAR {
        return Err(Problem::TooEarly);
    }
    Ok(at)
}

/// The entries of a choice, a state or a status: number and labels.
fn entries<'m>(model: &'m Model, column: &'m Column) -> Vec<(i32, &'m crate::Labels)> {
    match &column.kind {
        ColumnKind::State { options } => {
            options.iter().map(|option| (option.value, &option.labels)).collect()
        }
        ColumnKind::Status { options } => {
            options.iter().map(|option| (option.value, &option.labels)).collect()
        }
        _ => model.options(column).iter().map(|option| (option.value, &option.labels)).collect(),
    }
}

fn one_entry(source: &Source<'_>, entries: &[(i32, &crate::Labels)]) -> Result<i32, Problem> {
    let number = match integer(source, "Edm.Int32") {
        Ok(number) => number,
        Err(problem) => {
            let Source::Text(text) = source else { return Err(problem) };
            let named = |labels: &crate::Labels| labels.iter().any(|(_, label)| same(label, text));
            return entries
                .iter()
                .find(|(_, labels)| named(labels))
                .map(|(value, _)| *value)
                .ok_or(problem);
        }
    };
    entries
        .iter()
        .find(|(value, _)| i64::from(*value) == number)
        .map(|(value, _)| *value)
        .ok_or_else(|| Problem::NotAnEntry {
            number,
            entries: entries.iter().map(|(value, _)| *value).collect(),
        })
}

fn several_entries(
    source: &Source<'_>,
    entries: &[(i32, &crate::Labels)],
) -> Result<Value, Problem> {
    if let Source::Json(Json::Number(_)) = source {
        return one_entry(source, entries).map(|value| Value::Choices(vec![value]));
    }
    let list = string(source, "Edm.String")?;
    let from_json = matches!(source, Source::Json(_));
    let mut values = Vec::new();
    for part in list.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()) {
        if values.len() == MAX_CHOICES {
            return Err(Problem::TooLong { max: MAX_CHOICES });
        }
        // JSON knows numbers alone, and says so about the whole text
        if from_json && part.parse::<i64>().is_err() {
            return Err(wrong(source, "Edm.Int32"));
        }
        values.push(one_entry(&Source::Text(part), entries)?);
    }
    values.sort_unstable();
    values.dedup();
    Ok(if values.is_empty() { Value::Null } else { Value::Choices(values) })
}
