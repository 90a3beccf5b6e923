//! Filters of lists: a column, an operator of FetchXML and a value, and what people read for them.

use fetchxml::fetch::{Condition, Operator};
use tables::{Column, ColumnKind, Table};
use uuid::Uuid;
use web_frame::Frame;

use crate::{lookup, place::Place};

/// One filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) column: String,
    pub(crate) operator: &'static Offered,
    pub(crate) value: String,
}

/// An operator that lists offer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Offered {
    /// Its name in FetchXML and in addresses.
    pub(crate) name: &'static str,
    /// What its value is.
    pub(crate) value: Needs,
}

/// What an operator compares with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Nothing.
    Nothing,
    /// A value of the column.
    Value,
    /// A day.
    Day,
    /// A number of days.
    Number,
}

const fn offered(name: &'static str, value: Needs) -> Offered {
    Offered { name, value }
}

const TEXT: [Offered; 7] = [
    offered("like", Needs::Value),
    offered("begins-with", Needs::Value),
    offered("eq", Needs::Value),
    offered("ne", Needs::Value),
    offered("not-like", Needs::Value),
    offered("not-null", Needs::Nothing),
    offered("null", Needs::Nothing),
];
const NUMBER: [Offered; 8] = [
    offered("eq", Needs::Value),
    offered("ne", Needs::Value),
    offered("gt", Needs::Value),
    offered("ge", Needs::Value),
    offered("lt", Needs::Value),
    offered("le", Needs::Value),
    offered("not-null", Needs::Nothing),
    offered("null", Needs::Nothing),
];
const DATE: [Offered; 15] = [
    offered("on", Needs::Day),
    offered("on-or-after", Needs::Day),
    offered("on-or-before", Needs::Day),
    offered("today", Needs::Nothing),
    offered("tomorrow", Needs::Nothing),
    offered("this-week", Needs::Nothing),
    offered("next-week", Needs::Nothing),
    offered("this-month", Needs::Nothing),
    offered("next-month", Needs::Nothing),
    offered("last-month", Needs::Nothing),
    offered("this-year", Needs::Nothing),
    offered("last-x-days", Needs::Number),
    offered("next-x-days", Needs::Number),
    offered("not-null", Needs::Nothing),
    offered("null", Needs::Nothing),
];
const CHOICE: [Offered; 4] = [
    offered("eq", Needs::Value),
    offered("ne", Needs::Value),
    offered("not-null", Needs::Nothing),
    offered("null", Needs::Nothing),
];
const CHOICES: [Offered; 4] = [
    offered("contain-values", Needs::Value),
    offered("not-contain-values", Needs::Value),
    offered("not-null", Needs::Nothing),
    offered("null", Needs::Nothing),
];
const PERSON: [Offered; 6] = [
    offered("eq-userid", Needs::Nothing),
    offered("ne-userid", Needs::Nothing),
    offered("eq", Needs::Value),
    offered("ne", Needs::Value),
    offered("not-null", Needs::Nothing),
    offered("null", Needs::Nothing),
];

/// The operators for a column.
pub(crate) fn operators(column: &Column) -> &'static [Offered] {
    match &column.kind {
        ColumnKind::Text { .. } | ColumnKind::Memo { .. } => &TEXT,
        ColumnKind::Whole { .. }
        | ColumnKind::Big
        | ColumnKind::Decimal { .. }
        | ColumnKind::Double { .. }
        | ColumnKind::Money { .. } => &NUMBER,
        ColumnKind::DateTime { .. } => &DATE,
        ColumnKind::Choice { .. }
        | ColumnKind::Boolean { .. }
        | ColumnKind::State { .. }
        | ColumnKind::Status { .. } => &CHOICE,
        ColumnKind::Choices { .. } => &CHOICES,
        kind if kind.targets().contains(&"systemuser") => &PERSON,
        kind if kind.is_reference() => &CHOICE,
        _ => &[],
    }
}

impl Filter {
    /// A filter of a column with an operator that fits it.
    pub(crate) fn new(table: &Table, column: &str, operator: &str, value: &str) -> Option<Self> {
        let found = table.column(column).filter(|found| found.for_read)?;
        let operator = operators(found).iter().find(|one| one.name == operator)?;
        let value = if operator.value == Needs::Nothing { "" } else { value.trim() };
        if operator.value != Needs::Nothing && (value.is_empty() || value.len() > 400) {
            return None;
        }
        Some(Self { column: column.to_owned(), operator, value: value.to_owned() })
    }

    /// A filter as addresses hold it.
    pub(crate) fn parse(table: &Table, text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let (column, operator) = (parts.next()?, parts.next()?);
        Self::new(table, column, operator, parts.next().unwrap_or_default())
    }

    /// The same for an address.
    pub(crate) fn text(&self) -> String {
        format!("{}.{}.{}", self.column, self.operator.name, self.value)
    }

    /// The condition of FetchXML.
    pub(crate) fn condition(&self) -> Option<Condition> {
        let value = match self.operator.name {
            "like" | "not-like" => format!("%{}%", self.value),
            _ => self.value.clone(),
        };
        let values = if self.operator.value == Needs::Nothing { Vec::new() } else { vec![value] };
        Some(Condition {
            attribute: self.column.clone(),
            operator: Operator::from_name(self.operator.name)?,
            values,
            value_of: None,
            entity_name: None,
        })
    }

    /// What people read: the column, the operator, the value.
    pub(crate) async fn words(&self, place: &Place, frame: &Frame, table: &Table) -> String {
        let Some(column) = table.column(&self.column) else { return String::new() };
        let label = place.label(column);
        let operator = operator_words(frame, self.operator);
        let value = match &column.kind {
            _ if self.operator.value == Needs::Nothing => return format!("{label} {operator}"),
            kind if kind.is_reference() => match self.value.parse::<Uuid>() {
                Ok(id) => lookup::name_of(place, column, id).await.unwrap_or_default(),
                Err(_) => String::new(),
            },
            _ => value_words(place, frame, table, column, &self.value),
        };
        format!("{label} {operator} {value}")
    }
}

/// A value of a filter in words.
fn value_words(place: &Place, frame: &Frame, table: &Table, column: &Column, text: &str) -> String {
    if matches!(column.kind, ColumnKind::DateTime { .. }) {
        return match text.parse::<jiff::civil::Date>() {
            Ok(date) => place.day(date),
            Err(_) => text.to_owned(),
        };
    }
    let value = tables::Value::parse_text(place.session.model(), table, column, text);
    let locale =
        tables::format::Locale { language: place.language, zone: &frame.zone, currency: None };
    let shown = value
        .ok()
        .and_then(|value| tables::format::display(place.session.model(), column, &value, &locale));
    shown.unwrap_or_else(|| text.to_owned())
}

/// What people read for an operator.
pub(crate) fn operator_words(frame: &Frame, operator: &Offered) -> String {
    frame.say(&format!("web-records.op-{}", operator.name))
}

/// The columns that a list can filter by, sort by and show, by their labels.
pub(crate) fn columns<'a>(place: &Place, table: &'a Table) -> Vec<&'a Column> {
    let fits = |column: &&Column| {
        column.for_read
            && column.of.is_none()
            && place.session.access().reads(table, column)
            && !column.logical.ends_with("_base")
            && !SILENT.contains(&&*column.logical)
            && !matches!(
                column.kind,
                ColumnKind::Key
                    | ColumnKind::Guid
                    | ColumnKind::Version
                    | ColumnKind::File { .. }
                    | ColumnKind::Image { .. }
            )
    };
    let mut all: Vec<&Column> = table.columns().iter().filter(fits).collect();
    kernel::sort_by_key(&mut all, |column| place.label(column).to_lowercase());
    all
}

/// Columns that programs write and nobody looks for.
pub(crate) const SILENT: [&str; 13] = [
    "importsequencenumber",
    "overriddencreatedon",
    "timezoneruleversionnumber",
    "utcconversiontimezonecode",
    "traversedpath",
    "processid",
    "exchangerate",
    "merged",
    "owningbusinessunit",
    "owninguser",
    "owningteam",
    "createdonbehalfby",
    "modifiedonbehalfby",
];
