//! From the text of cells to values: dates, numbers and yes or no as people write them.

use std::borrow::Cow;

use jiff::{
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};
use tables::{Column, ColumnKind, DateBehaviour, Model, Table, Value};
use uuid::Uuid;

use crate::{
    FileKind, RowProblem,
    csv::Row,
    plan::{Dates, Plan, VERSION},
    xlsx,
};

/// What it takes to read the rows of one import.
#[derive(Debug, Clone)]
pub(crate) struct Reading<'a> {
    pub(crate) model: &'a Model,
    pub(crate) table: &'a Table,
    pub(crate) plan: &'a Plan,
    pub(crate) zone: TimeZone,
    /// How many columns the heading names.
    pub(crate) width: usize,
    pub(crate) kind: FileKind,
}

/// A row that is read, as far as its own cells tell.
#[derive(Debug, Clone, Default)]
pub(crate) struct Draft {
    /// Its number in the file.
    pub(crate) number: u64,
    /// What its cells hold.
    pub(crate) values: Vec<(String, Value)>,
    /// What its lookups say: the column and the text.
    pub(crate) lookups: Vec<(String, String)>,
    pub(crate) id: Option<Uuid>,
    pub(crate) version: Option<i64>,
    pub(crate) findings: Vec<Finding>,
}

/// A mistake in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The row as spreadsheets count.
    pub row: u64,
    /// The logical name of the column; empty for the whole row.
    pub column: String,
    /// What it is, for programs.
    pub code: String,
    /// What was found, for people who look closer.
    pub detail: String,
}

impl Finding {
    pub(crate) fn new(row: u64, column: &str, problem: RowProblem, detail: &str) -> Self {
        let code = problem.code().name().to_owned();
        Self { row, column: column.to_owned(), code, detail: shortened(detail) }
    }
}

/// So much of a text that it can be recognised.
pub(crate) fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(200).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

impl Reading<'_> {
    /// Reads a row.
    pub(crate) fn draft(&self, row: &Row) -> Draft {
        let mut draft = Draft { number: row.number, ..Draft::default() };
        if row.cells().skip(self.width).any(|cell| !cell.trim().is_empty()) {
            draft.findings.push(Finding::new(row.number, "", RowProblem::Beyond, ""));
        }
        for (at, name) in self.plan.columns.iter().enumerate() {
            let Some(column) = name.as_ref().and_then(|name| self.table.column(name)) else {
                continue;
            };
            let text = row.cell(at);
            if column.logical == self.table.primary_id {
                match text.trim() {
                    "" => {}
                    text => match Uuid::try_parse(text) {
                        Ok(id) => draft.id = Some(id),
                        Err(_) => draft.fault(column, RowProblem::Key, text),
                    },
                }
                continue;
            }
            if column.logical == VERSION {
                draft.version = text.trim().parse().ok();
                continue;
            }
            self.cell(&mut draft, column, text);
        }
        draft
    }

    fn cell(&self, draft: &mut Draft, column: &Column, text: &str) {
        if text.trim().is_empty() {
            if !self.plan.keep_empty {
                draft.values.push((column.logical.clone(), Value::Null));
            }
            return;
        }
        if let Some(formula) = text.strip_prefix(xlsx::UNCOMPUTED) {
            draft.fault(column, RowProblem::Formula, formula);
            return;
        }
        if column.kind.is_reference() {
            draft.lookups.push((column.logical.clone(), text.trim().to_owned()));
            return;
        }
        if self.kind == FileKind::Xlsx && text.ends_with(xlsx::CUT) {
            draft.fault(column, RowProblem::Cut, text);
            return;
        }
        let text = self.normal(column, text);
        match Value::parse_text(self.model, self.table, column, &text) {
            Ok(value) => draft.values.push((column.logical.clone(), value)),
            Err(_unfit) => {
                let detail = shortened(&text);
                draft.findings.push(Finding {
                    row: draft.number,
                    column: column.logical.clone(),
                    code: "record.value".to_owned(),
                    detail,
                });
            }
        }
    }

    /// The text as the store reads it; one that cannot be understood stays as it is.
    fn normal<'t>(&self, column: &Column, text: &'t str) -> Cow<'t, str> {
        match &column.kind {
            ColumnKind::Text { .. } | ColumnKind::Memo { .. } => text.into(),
            ColumnKind::Whole { .. }
            | ColumnKind::Big
            | ColumnKind::Decimal { .. }
            | ColumnKind::Double { .. }
            | ColumnKind::Money { .. } => {
                let comma = self.plan.decimal_comma && self.kind == FileKind::Csv;
                let found = number(text, comma);
                let whole = matches!(column.kind, ColumnKind::Whole { .. } | ColumnKind::Big);
                match found {
                    // what spreadsheets make of whole numbers
                    Some(found) if whole => found.trim_end_matches(".0").to_owned().into(),
                    Some(found) => found.into(),
                    None => text.trim().into(),
                }
            }
            ColumnKind::DateTime { behaviour, .. } => {
                self.date(*behaviour, text).map_or(text.trim().into(), Into::into)
            }
            ColumnKind::Boolean { .. } => match &*text.trim().to_lowercase() {
                "yes" | "y" | "oui" | "o" | "vrai" | "x" | "on" if !self.labelled(column, text) => {
                    "true".into()
                }
                "no" | "n" | "non" | "faux" | "off" if !self.labelled(column, text) => {
                    "false".into()
                }
                _ => text.trim().into(),
            },
            _ => text.trim().into(),
        }
    }

    /// Whether a text is what the column itself calls yes or no.
    fn labelled(&self, column: &Column, text: &str) -> bool {
        Value::parse_text(self.model, self.table, column, text.trim()).is_ok()
    }

    /// A date or an instant in ISO 8601.
    fn date(&self, behaviour: DateBehaviour, text: &str) -> Option<String> {
        let text = text.trim();
        if let Ok(instant) = text.parse::<jiff::Timestamp>() {
            return Some(match behaviour {
                DateBehaviour::UserLocal => instant.to_string(),
                DateBehaviour::DateOnly => instant.to_zoned(self.zone.clone()).date().to_string(),
                DateBehaviour::TimeZoneIndependent => {
                    instant.to_zoned(self.zone.clone()).datetime().to_string() + "Z"
                }
            });
        }
        let at = date_time(text, self.plan.dates)?;
        Some(match behaviour {
            DateBehaviour::DateOnly => at.date().to_string(),
            DateBehaviour::TimeZoneIndependent => format!("{at}Z"),
            DateBehaviour::UserLocal => {
                at.to_zoned(self.zone.clone()).ok()?.timestamp().to_string()
            }
        })
    }
}

impl Draft {
    pub(crate) fn fault(&mut self, column: &Column, problem: RowProblem, detail: &str) {
        self.findings.push(Finding::new(self.number, &column.logical, problem, detail));
    }
}

/// A date with or without a time, in ISO 8601 or in the order of its parts that was chosen.
pub(crate) fn date_time(text: &str, dates: Dates) -> Option<DateTime> {
    let text = text.trim();
    let (day, time) = match text.split_once(['T', ' ', '\u{a0}', '\u{202f}']) {
        Some((day, time)) => (day, time.trim()),
        None => (text, ""),
    };
    let mut parts = day.split(['-', '/', '.']);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (year, month, day) = match dates {
        // a year of four digits in front leaves no doubt
        _ if first.len() == 4 => (first, second, third),
        Dates::Iso => return None,
        Dates::Day => (third, second, first),
        Dates::Month => (third, first, second),
    };
    let small = |text: &str| {
        (text.len() <= 2 && !text.is_empty()).then(|| text.parse::<i8>().ok()).flatten()
    };
    let year = match (year.len(), year.parse::<i16>().ok()?) {
        (4, year) => year,
        // as spreadsheets do
        (2, year) if year < 30 => 2000 + year,
        (2, year) => 1900 + year,
        _ => return None,
    };
    let date = Date::new(year, small(month)?, small(day)?).ok()?;
    Some(date.to_datetime(if time.is_empty() { Time::midnight() } else { clock(time)? }))
}

/// `7:26`, `19:26:07`, `7:26 pm`, `19h26`.
fn clock(text: &str) -> Option<Time> {
    let lower = text.trim_end_matches('Z').to_lowercase();
    let (lower, shift) = match lower.trim() {
        lower if lower.ends_with("pm") => {
            (lower.trim_end_matches("pm").trim().to_owned(), Some(12))
        }
        lower if lower.ends_with("am") => (lower.trim_end_matches("am").trim().to_owned(), Some(0)),
        lower => (lower.to_owned(), None),
    };
    let mut parts = lower.split([':', 'h']);
    let hour = parts.next()?.trim().parse::<i8>().ok()?;
    let minute = match parts.next()?.trim() {
        "" => 0,
        text => text.parse().ok()?,
    };
    let second = match parts.next() {
        Some(text) => text.split('.').next()?.parse().ok()?,
        None => 0,
    };
    let hour = match shift {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(shift) => hour % 12 + shift,
        None => hour,
    };
    Time::new(hour, minute, second, 0).ok()
}

/// A number with a point: spaces, groups of three, signs of currencies and brackets of what is owed are taken away.
pub(crate) fn number(text: &str, decimal_comma: bool) -> Option<String> {
    let is_sign = |one: char| {
        one.is_whitespace()
            || matches!(one, '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’')
            || ('\u{20a0}'..='\u{20cf}').contains(&one)
            || matches!(one, '$' | '£' | '¥' | '¤')
    };
    let text = text.trim();
    // a currency by its code, before or behind
    let code = |text: &str| text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    let text = match (text.split_once(' '), text.rsplit_once(' ')) {
        (Some((first, rest)), _) if code(first) => rest,
        (_, Some((rest, last))) if code(last) => rest,
        _ => text,
    };
    let (text, owed) = match text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inside) => (inside, true),
        None => (text, false),
    };
    let bare: String = text.chars().filter(|one| !is_sign(*one)).collect();
    let bare = bare.replace('\u{2212}', "-");
    let (point, group) = if decimal_comma { (',', '.') } else { ('.', ',') };
    let (whole, decimals) = match bare.split_once(point) {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (bare.as_str(), None),
    };
    let whole = if whole.contains(group) {
        let mut groups = whole.split(group);
        let first = groups.next()?.trim_start_matches(['-', '+']);
        let even = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
        if !even {
            return None;
        }
        whole.replace(group, "")
    } else {
        whole.to_owned()
    };
    let mut out = if owed { format!("-{whole}") } else { whole };
    if let Some(decimals) = decimals {
        out.push('.');
        out.push_str(decimals);
    }
    let out = out.strip_prefix('+').unwrap_or(&out).to_owned();
    let digits = out.strip_prefix('-').unwrap_or(&out);
    let plain = digits.starts_with(|one: char| one.is_ascii_digit() || one == '.')
        && digits
            .chars()
            .all(|one| one.is_ascii_digit() || matches!(one, '.' | 'e' | 'E' | '+' | '-'));
    (plain && out.parse::<f64>().is_ok()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let us = |text: &str| number(text, false);
        let fr = |text: &str| number(text, true);
        assert_eq!(us("$1,234.50").as_deref(), Some("1234.50"));
        assert_eq!(us("(12.00)").as_deref(), Some("-12.00"));
        assert_eq!(us("USD 1,000,000").as_deref(), Some("1000000"));
        assert_eq!(us("+5").as_deref(), Some("5"));
        assert_eq!(us("1e3").as_deref(), Some("1e3"));
        assert_eq!(fr("1\u{202f}234,50\u{a0}€").as_deref(), Some("1234.50"));
        assert_eq!(fr("1.234.567,8").as_deref(), Some("1234567.8"));
        assert_eq!(fr("12 EUR").as_deref(), Some("12"));
        // what could be meant otherwise is not guessed
        assert_eq!(us("1,5"), None);
        assert_eq!(fr("1.5"), None);
        assert_eq!(us("twelve"), None);
        assert_eq!(us(""), None);
        assert_eq!(us("1-2"), None);
    }

    #[test]
    fn dates_are_read_in_the_order_that_was_chosen() {
        let read = |text, dates| date_time(text, dates).map(|at| at.to_string());
        assert_eq!(read("22/11/2026", Dates::Day).as_deref(), Some("2026-11-22T00:00:00"));
        assert_eq!(read("11/22/26 7:05 PM", Dates::Month).as_deref(), Some("2026-11-22T19:05:00"));
        assert_eq!(read("22.11.2026 19h26", Dates::Day).as_deref(), Some("2026-11-22T19:26:00"));
        assert_eq!(
            read("2026-11-22 19:26:07", Dates::Month).as_deref(),
            Some("2026-11-22T19:26:07")
        );
        assert_eq!(read("12:30 AM", Dates::Month), None);
        assert_eq!(read("1/2/2026 12:30 am", Dates::Month).as_deref(), Some("2026-01-02T00:30:00"));
        assert_eq!(read("11/22/2026", Dates::Day), None);
        assert_eq!(read("22/11/2026", Dates::Iso), None);
        assert_eq!(read("30/02/2026", Dates::Day), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,30}", comma in proptest::bool::ANY) {
            let _ = number(&text, comma);
            for dates in Dates::ALL {
                let _ = date_time(&text, dates);
            }
        }
    }
}
