//! Limits of kinds, choices, labels and alternate keys.

use std::collections::BTreeSet;

use super::{DefinitionError, NewColumn, Place, Problem};
use crate::{
    ChoiceOption, Column, ColumnKind, DateBehaviour, DateFormat, Labels, Model, Options, Table,
    limits,
    names::{self, MAX_LONG_NAME, MAX_NAME},
};

type Checked = Result<(), DefinitionError>;

/// A schema name given by a maker.
pub(super) fn name(place: &Place, schema: &str, long: bool) -> Checked {
    let max = if long { MAX_LONG_NAME } else { MAX_NAME };
    names::check(schema, max).map_err(|problem| place.clone().fail(Problem::Name(problem)))
}

/// A text that people read, or one that may be absent.
pub(super) fn labels(place: &Place, labels: &Labels, needed: bool, max: usize) -> Checked {
    if needed && labels.is_empty() {
        return Err(place.clone().fail(Problem::NoLabel));
    }
    if labels.iter().any(|(_, text)| text.len() > max && text.chars().count() > max) {
        let max = i64::try_from(max).unwrap_or(i64::MAX);
        return Err(place.clone().fail(Problem::Limit { min: 0, max }));
    }
    if labels.iter().len() > 200 {
        return Err(place.clone().fail(Problem::TooMany { max: 200 }));
    }
    Ok(())
}

fn between(place: Place, value: i64, min: i64, max: i64) -> Checked {
    if (min..=max).contains(&value) { Ok(()) } else { Err(place.fail(Problem::Limit { min, max })) }
}

/// Entries of a choice.
pub(super) fn options(place: &Place, options: &[ChoiceOption]) -> Checked {
    if options.len() > limits::OPTIONS {
        return Err(place.clone().fail(Problem::TooMany { max: limits::OPTIONS }));
    }
    let mut seen = BTreeSet::new();
    for option in options {
        if !seen.insert(option.value) {
            return Err(place.clone().fail(Problem::Twice { value: option.value }));
        }
        labels(place, &option.labels, true, limits::LABEL)?;
        if option.colour.as_ref().is_some_and(|colour| colour.len() > 32) {
            return Err(place.clone().fail(Problem::Limit { min: 0, max: 32 }));
        }
    }
    Ok(())
}

/// A column as a maker wants it, apart from its name.
pub(super) fn column(model: &Parts<'_>, table: &str, column: &NewColumn) -> Checked {
    let logical = column.schema.to_ascii_lowercase();
    let place = |property: &'static str| Place::new(table, &logical, property);
    labels(&place("DisplayName"), &column.labels, true, limits::LABEL)?;
    labels(&place("Description"), &column.description, false, limits::DESCRIPTION)?;
    if column.auto_number.as_ref().is_some_and(|form| form.len() > 200) {
        return Err(place("AutoNumberFormat").fail(Problem::Limit { min: 0, max: 200 }));
    }
    kind(model, &column.kind, &place)
}

/// Where the shared choices are looked up.
pub(super) struct Parts<'p> {
    /// Finds the entries of a shared choice.
    pub(super) choice: &'p dyn Fn(&str) -> Option<Vec<i32>>,
}

impl<'p> Parts<'p> {
    pub(super) fn new(choice: &'p dyn Fn(&str) -> Option<Vec<i32>>) -> Self {
        Self { choice }
    }
}

fn kind(parts: &Parts<'_>, kind: &ColumnKind, place: &dyn Fn(&'static str) -> Place) -> Checked {
    let range = |least: i64, greatest: i64| {
        if least > greatest { Err(place("MinValue").fail(Problem::Range)) } else { Ok(()) }
    };
    match kind {
        ColumnKind::Text { max, .. } => {
            between(place("MaxLength"), i64::from(*max), 1, i64::from(limits::TEXT))
        }
        ColumnKind::Memo { max, .. } => {
            between(place("MaxLength"), i64::from(*max), 1, i64::from(limits::MEMO))
        }
        ColumnKind::Whole { min, max, .. } => range(i64::from(*min), i64::from(*max)),
        ColumnKind::Decimal { precision, min, max } => {
            let most = i64::from(limits::DECIMAL_PRECISION);
            between(place("Precision"), i64::from(*precision), 0, most)?;
            let widest = limits::decimal_range(*precision);
            between(place("MinValue"), *min, -widest, widest)?;
            between(place("MaxValue"), *max, -widest, widest)?;
            range(*min, *max)
        }
        ColumnKind::Double { precision, min, max } => {
            let most = i64::from(limits::DOUBLE_PRECISION);
            between(place("Precision"), i64::from(*precision), 0, most)?;
            #[expect(clippy::cast_precision_loss, reason = "the limit is a round number")]
            let widest = limits::DECIMAL as f64;
            let inside = |value: f64| (-widest..=widest).contains(&value);
            if !inside(*min) || !inside(*max) {
                let (min, max) = (-limits::DECIMAL, limits::DECIMAL);
                return Err(place("MinValue").fail(Problem::Limit { min, max }));
            }
            if min > max { Err(place("MinValue").fail(Problem::Range)) } else { Ok(()) }
        }
        ColumnKind::Money { precision, min, max } => {
            let most = i64::from(limits::MONEY_PRECISION);
            between(place("Precision"), i64::from(*precision), 0, most)?;
            between(place("MinValue"), *min, -limits::MONEY, limits::MONEY)?;
            between(place("MaxValue"), *max, -limits::MONEY, limits::MONEY)?;
            range(*min, *max)
        }
        ColumnKind::DateTime { format, behaviour } => {
            if *behaviour == DateBehaviour::DateOnly && *format != DateFormat::DateOnly {
                return Err(place("DateTimeBehavior").fail(Problem::Unsupported));
            }
            Ok(())
        }
        ColumnKind::Boolean { yes, no, .. } => {
            labels(&place("OptionSet"), yes, true, limits::LABEL)?;
            labels(&place("OptionSet"), no, true, limits::LABEL)
        }
        ColumnKind::Choice { options: entries, default } => {
            let values = choice(parts, entries, place)?;
            if default.is_some_and(|default| !values.contains(&default)) {
                return Err(place("DefaultFormValue").fail(Problem::Default));
            }
            Ok(())
        }
        ColumnKind::Choices { options: entries } => choice(parts, entries, place).map(|_values| ()),
        ColumnKind::File { max_kb } => {
            between(place("MaxSizeInKB"), i64::from(*max_kb), 1, i64::from(limits::FILE_KB))
        }
        ColumnKind::Image { max_kb } => {
            between(place("MaxSizeInKB"), i64::from(*max_kb), 1, i64::from(limits::IMAGE_KB))
        }
        ColumnKind::Big | ColumnKind::Guid => Ok(()),
        ColumnKind::Status { .. }
        | ColumnKind::State { .. }
        | ColumnKind::Key
        | ColumnKind::Lookup { .. }
        | ColumnKind::Customer
        | ColumnKind::Owner
        | ColumnKind::Version => Err(place("AttributeType").fail(Problem::Kind)),
    }
}

fn choice(
    parts: &Parts<'_>,
    entries: &Options,
    place: &dyn Fn(&'static str) -> Place,
) -> Result<Vec<i32>, DefinitionError> {
    match entries {
        Options::Local(entries) => {
            options(&place("OptionSet"), entries)?;
            Ok(entries.iter().map(|entry| entry.value).collect())
        }
        Options::Global(name) => {
            (parts.choice)(name).ok_or_else(|| place("GlobalOptionSet").fail(Problem::Missing))
        }
    }
}

/// An alternate key of a table.
pub(super) fn key(table: &Table, schema: &str, columns: &[String]) -> Checked {
    let place = |property| Place::new(&table.logical, schema, property);
    if columns.is_empty() || columns.len() > limits::KEY_COLUMNS {
        let max = i64::try_from(limits::KEY_COLUMNS).unwrap_or(i64::MAX);
        return Err(place("KeyAttributes").fail(Problem::Limit { min: 1, max }));
    }
    if table.keys.len() >= limits::KEYS {
        return Err(place("Keys").fail(Problem::TooMany { max: limits::KEYS }));
    }
    let mut bytes = 0;
    let mut seen = BTreeSet::new();
    for name in columns {
        let Some(column) = table.column(name) else {
            return Err(Place::new(&table.logical, name, "KeyAttributes").fail(Problem::Missing));
        };
        if !seen.insert(name) {
            return Err(Place::new(&table.logical, name, "KeyAttributes").fail(Problem::Exists));
        }
        bytes += key_bytes(column).ok_or_else(|| {
            Place::new(&table.logical, name, "KeyAttributes").fail(Problem::NotInKey)
        })?;
    }
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    if table.key_of(&names).is_some() {
        return Err(place("KeyAttributes").fail(Problem::Exists));
    }
    if bytes > limits::KEY_BYTES {
        return Err(
            place("KeyAttributes").fail(Problem::KeyTooLong { bytes, max: limits::KEY_BYTES })
        );
    }
    Ok(())
}

/// What a column counts for in an alternate key; `None` where it cannot be in one.
pub(super) fn key_bytes(column: &Column) -> Option<u32> {
    if column.secured {
        return None;
    }
    match &column.kind {
        ColumnKind::Text { max, .. } => Some(max.saturating_mul(2)),
        ColumnKind::Whole { .. } | ColumnKind::Choice { .. } => Some(4),
        ColumnKind::Decimal { .. } => Some(17),
        ColumnKind::DateTime { .. } => Some(8),
        ColumnKind::Lookup { .. } | ColumnKind::Guid => Some(16),
        _ => None,
    }
}

/// Whether one kind may become the other: the same kind with other limits.
pub(super) fn same_kind(before: &ColumnKind, after: &ColumnKind) -> bool {
    if std::mem::discriminant(before) != std::mem::discriminant(after) {
        return false;
    }
    let source = |options: &Options| match options {
        Options::Local(_) => None,
        Options::Global(name) => Some(name.clone()),
    };
    match (before, after) {
        (ColumnKind::Choice { options: old, .. }, ColumnKind::Choice { options: new, .. })
        | (ColumnKind::Choices { options: old }, ColumnKind::Choices { options: new }) => {
            source(old) == source(new)
        }
        (
            ColumnKind::DateTime { behaviour: old, .. },
            ColumnKind::DateTime { behaviour: new, .. },
        ) => old == new || *old == DateBehaviour::UserLocal,
        (ColumnKind::Lookup { targets: old }, ColumnKind::Lookup { targets: new }) => old == new,
        _ => true,
    }
}

/// Whether a view's query and columns fit the model.
pub(super) fn view(model: &Model, view: &crate::View) -> Checked {
    let place = |property| Place::new(&view.table, view.labels.text(crate::ENGLISH), property);
    let Some(table) = model.table(&view.table) else {
        return Err(place("ReturnedTypeCode").fail(Problem::Missing));
    };
    labels(&place("Name"), &view.labels, true, limits::LABEL)?;
    let max = limits::COLUMNS;
    if view.columns.len() > max {
        return Err(place("LayoutXml").fail(Problem::TooMany { max }));
    }
    for column in view.columns.iter().filter(|column| !column.name.contains('.')) {
        if table.column(&column.name).is_none() {
            return Err(Place::new(&view.table, &column.name, "LayoutXml").fail(Problem::Missing));
        }
    }
    if view.fetch.len() > 1_048_576 || !view.fetch.contains(&format!("\"{}\"", table.logical)) {
        return Err(place("FetchXml").fail(Problem::Query));
    }
    Ok(())
}
