//! Values as people read them (`…@OData.Community.Display.V1.FormattedValue`), in English and French.

use std::fmt::Write as _;

use jiff::tz::TimeZone;

use crate::{
    Column, ColumnKind, DateBehaviour, DateFormat, FRENCH, Fixed, Model, Value, WholeFormat,
};

/// Who reads: language, time zone and the currency of the row.
#[derive(Clone, Debug)]
pub struct Locale<'l> {
    /// The language code; what is not French reads English.
    pub language: u16,
    /// The reader's time zone, for dates of behaviour `UserLocal`.
    pub zone: &'l TimeZone,
    /// The currency of the row; none gives bare amounts.
    pub currency: Option<Currency<'l>>,
}

/// How amounts of a currency are shown.
#[derive(Clone, Copy, Debug)]
pub struct Currency<'l> {
    /// `currencysymbol`, `€`.
    pub symbol: &'l str,
    /// `currencyprecision`; none takes the column's.
    pub precision: Option<u8>,
}

/// The value as people read it; `None` where the value itself is what they read, as for texts, and
/// for references, whose text is the name of the row.
pub fn display(
    model: &Model,
    column: &Column,
    value: &Value,
    locale: &Locale<'_>,
) -> Option<String> {
    let language = locale.language;
    match (&column.kind, value) {
        (ColumnKind::Boolean { yes, no, .. }, Value::Boolean(is)) => {
            Some((if *is { yes } else { no }).text(language).to_owned())
        }
        (ColumnKind::State { options }, Value::Whole(number)) => options
            .iter()
            .find(|option| i64::from(option.value) == *number)
            .map(|option| option.labels.text(language).to_owned()),
        (ColumnKind::Status { options }, Value::Whole(number)) => options
            .iter()
            .find(|option| i64::from(option.value) == *number)
            .map(|option| option.labels.text(language).to_owned()),
        (ColumnKind::Choice { .. }, Value::Whole(number)) => {
            label(model, column, i32::try_from(*number).ok()?, language).map(str::to_owned)
        }
        (ColumnKind::Choices { .. }, Value::Choices(numbers)) => {
            let mut text = String::new();
            for (at, number) in numbers.iter().enumerate() {
                text.push_str(if at == 0 { "" } else { "; " });
                match label(model, column, *number, language) {
                    Some(label) => text.push_str(label),
                    None => write!(text, "{number}").ok()?,
                }
            }
            Some(text)
        }
        (ColumnKind::Whole { format, .. }, Value::Whole(number)) => Some(match format {
            WholeFormat::None => fixed(Fixed::new(*number, 0), 0, language),
            WholeFormat::Duration => duration(*number, language),
            WholeFormat::TimeZone | WholeFormat::Language | WholeFormat::Locale => {
                number.to_string()
            }
        }),
        (ColumnKind::Big | ColumnKind::Version, Value::Whole(number)) => {
            Some(fixed(Fixed::new(*number, 0), 0, language))
        }
        (ColumnKind::Decimal { precision, .. }, Value::Fixed(number)) => {
            Some(fixed(*number, *precision, language))
        }
        (ColumnKind::Double { precision, .. }, Value::Double(number)) => {
            let digits = format!("{number:.0$}", usize::from(*precision));
            Some(group(&digits, language))
        }
        (ColumnKind::Money { precision, .. }, Value::Fixed(number)) => {
            Some(money(*number, *precision, locale))
        }
        (ColumnKind::DateTime { .. }, Value::Date(date)) => {
            Some(date.strftime(date_pattern(language)).to_string())
        }
        (ColumnKind::DateTime { format, behaviour }, Value::Instant(at)) => {
            let zone = match behaviour {
                DateBehaviour::UserLocal => locale.zone.clone(),
                DateBehaviour::DateOnly | DateBehaviour::TimeZoneIndependent => TimeZone::UTC,
            };
            let pattern = match (format, language == FRENCH) {
                (DateFormat::DateOnly, _) => date_pattern(language),
                (DateFormat::DateAndTime, true) => "%d/%m/%Y %H:%M",
                (DateFormat::DateAndTime, false) => "%-m/%-d/%Y %-I:%M %p",
            };
            Some(at.to_zoned(zone).strftime(pattern).to_string())
        }
        _ => None,
    }
}

const fn date_pattern(language: u16) -> &'static str {
    if language == FRENCH { "%d/%m/%Y" } else { "%-m/%-d/%Y" }
}

fn label<'m>(model: &'m Model, column: &'m Column, number: i32, language: u16) -> Option<&'m str> {
    model
        .options(column)
        .iter()
        .find(|option| option.value == number)
        .map(|option| option.labels.text(language))
}

/// An amount: `$1,234.50`, `1 234,50 €`.
pub fn money(number: Fixed, precision: u8, locale: &Locale<'_>) -> String {
    let precision = locale.currency.and_then(|currency| currency.precision).unwrap_or(precision);
    let bare = fixed(number, precision, locale.language);
    let Some(Currency { symbol, .. }) = locale.currency else { return bare };
    if locale.language == FRENCH {
        return format!("{bare}\u{a0}{symbol}");
    }
    match bare.strip_prefix('-') {
        Some(rest) => format!("-{symbol}{rest}"),
        None => format!("{symbol}{bare}"),
    }
}

/// A number with exactly so many digits after the point, in the signs of the language.
pub fn fixed(number: Fixed, precision: u8, language: u16) -> String {
    let Some(rounded) = number.rescaled(precision) else { return number.to_string() };
    let digits = usize::from(precision);
    let text = rounded.to_string();
    let text = match text.split_once('.') {
        Some((whole, rest)) => format!("{whole}.{rest:0<digits$}"),
        None if digits > 0 => format!("{text}.{:0<digits$}", ""),
        None => text,
    };
    group(&text, language)
}

/// Puts in the signs of the language: `1,234.5`, `1 234,5`.
fn group(digits: &str, language: u16) -> String {
    let (between, point) = if language == FRENCH { ('\u{202f}', ',') } else { (',', '.') };
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let (sign, whole) = match whole.strip_prefix('-') {
        Some(whole) => ("-", whole),
        None => ("", whole),
    };
    let mut text = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(between);
        }
        text.push(digit);
    }
    if !rest.is_empty() {
        text.push(point);
        text.push_str(rest);
    }
    text
}

/// Minutes as people say them: `30 minutes`, `1.5 hours`, `2 days`.
fn duration(minutes: i64, language: u16) -> String {
    const HOUR: i64 = 60;
    const DAY: i64 = 24 * HOUR;
    let french = language == FRENCH;
    let (unit, one, many) = match (minutes.abs(), french) {
        (..HOUR, _) => (1, "minute", "minutes"),
        (HOUR..DAY, false) => (HOUR, "hour", "hours"),
        (HOUR..DAY, true) => (HOUR, "heure", "heures"),
        (_, false) => (DAY, "day", "days"),
        (_, true) => (DAY, "jour", "jours"),
    };
    let hundredths = minutes.saturating_mul(100) / unit;
    let number = group(&Fixed::new(hundredths, 2).to_string(), language);
    // French says "1,5 heure"
    let single = if french { hundredths.abs() < 200 } else { hundredths == 100 };
    format!("{number} {}", if single { one } else { many })
}
