//! What is to become of the columns of a file: proposed from its heading, changed by people, checked against the table.

use jiff::tz::TimeZone;
use queries::Access;
use serde::{Deserialize, Serialize};
use tables::{Column, ColumnKind, Model, Table};

use crate::{Error, FileKind, PlanProblem as Of, Result};

/// Whether rows are made, changed, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Every row of the file is a new one.
    #[default]
    Create,
    /// Every row of the file changes one that is there.
    Update,
    /// What is there is changed, everything else is new.
    Upsert,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Self; 3] = [Self::Create, Self::Update, Self::Upsert];

    /// Its name in REST and in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Upsert => "upsert",
        }
    }
}

/// What becomes of a row that is there already, when rows are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Duplicates {
    /// It is made again.
    #[default]
    Allow,
    /// It is left out.
    Skip,
    /// It is a mistake.
    Refuse,
}

impl Duplicates {
    /// Every rule.
    pub const ALL: [Self; 3] = [Self::Allow, Self::Skip, Self::Refuse];

    /// Its name in REST and in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Skip => "skip",
            Self::Refuse => "refuse",
        }
    }
}

/// In which order the parts of a date stand. ISO 8601 is always read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dates {
    /// 2026-11-22.
    #[default]
    Iso,
    /// 22/11/2026.
    Day,
    /// 11/22/2026.
    Month,
}

impl Dates {
    /// Every order.
    pub const ALL: [Self; 3] = [Self::Iso, Self::Day, Self::Month];

    /// Its name in REST and in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Iso => "iso",
            Self::Day => "day",
            Self::Month => "month",
        }
    }
}

/// What is to become of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plan {
    /// For each column of the file the logical name of the column that it fills; none for what is left out.
    pub columns: Vec<Option<String>>,
    /// Whether rows are made, changed, or both.
    pub mode: Mode,
    /// The columns that tell which row is meant; none for the primary key.
    pub matching: Vec<String>,
    /// What becomes of rows that are there already.
    pub duplicates: Duplicates,
    /// Empty cells leave what is there as it is; else they empty it.
    pub keep_empty: bool,
    /// How dates are written.
    pub dates: Dates,
    /// The time zone of times without one.
    pub zone: String,
    /// Decimals stand behind a comma.
    pub decimal_comma: bool,
    /// Whose the rows are, by name, address or identifier; the person who imports, unless a column says it.
    pub owner: String,
    /// The currency of amounts, by its ISO code, unless a column says it.
    pub currency: String,
}

/// The columns that may be filled, and the two that tell which row is meant.
pub fn targets<'t>(table: &'t Table, access: &Access) -> Vec<&'t Column> {
    let fits = |column: &&Column| {
        column.logical == table.primary_id
            || column.logical == VERSION
            || (((column.for_create && access.creates(table, column))
                || (column.for_update && access.writes(table, column)))
                && column.computed.is_none()
                && column.of.is_none()
                && !matches!(
                    column.kind,
                    ColumnKind::Key
                        | ColumnKind::Version
                        | ColumnKind::File { .. }
                        | ColumnKind::Image { .. }
                ))
    };
    table.columns().iter().filter(fits).collect()
}

impl Plan {
    /// What a heading suggests: columns by logical name, by `label (name)`, by label in any language.
    pub fn propose(
        table: &Table,
        access: &Access,
        heading: &[String],
        (kind, delimiter): (FileKind, Option<char>),
    ) -> Self {
        let offered = targets(table, access);
        let mut taken: Vec<&str> = Vec::new();
        let mut columns = Vec::with_capacity(heading.len());
        for name in heading {
            let found = meant(&offered, name).filter(|found| !taken.contains(&&*found.logical));
            taken.extend(found.map(|found| found.logical.as_str()));
            columns.push(found.map(|found| found.logical.clone()));
        }
        let has = |name: &str| taken.contains(&name);
        let key = table.keys.iter().find(|key| key.columns.iter().all(|name| has(name)));
        let by_id = has(&table.primary_id);
        let matching = match key {
            Some(key) if !by_id => key.columns.clone(),
            _ => Vec::new(),
        };
        let mode = if by_id || !matching.is_empty() { Mode::Upsert } else { Mode::Create };
        let decimal_comma = kind == FileKind::Csv && delimiter == Some(';');
        Self {
            columns,
            mode,
            matching,
            decimal_comma,
            dates: if decimal_comma { Dates::Day } else { Dates::Iso },
            zone: "UTC".to_owned(),
            ..Self::default()
        }
    }

    /// Whether it fits the table and the file.
    ///
    /// # Errors
    /// [`Error::Plan`] with the part that does not fit.
    pub fn check(&self, model: &Model, table: &Table, access: &Access, file: usize) -> Result<()> {
        let wrong = |pointer, problem: Of| Err(Error::Plan { pointer, problem });
        if self.columns.len() > file {
            return wrong("/columns", Of::Wide);
        }
        let offered = targets(table, access);
        let mut seen: Vec<&str> = Vec::new();
        for name in self.columns.iter().flatten() {
            if !offered.iter().any(|column| column.logical == *name) {
                return wrong("/columns", Of::NotFillable(name.clone()));
            }
            if seen.contains(&name.as_str()) {
                return wrong("/columns", Of::Twice(name.clone()));
            }
            seen.push(name);
        }
        let fills = seen.iter().filter(|name| **name != table.primary_id && **name != VERSION);
        if fills.count() == 0 {
            return wrong("/columns", Of::Nothing);
        }
        if let Some(name) = self.matching.iter().find(|name| !seen.contains(&name.as_str())) {
            return wrong("/matching", Of::NotFilled(name.clone()));
        }
        let compares = |name: &String| {
            table.column(name).is_some_and(|column| {
                !matches!(column.kind, ColumnKind::Choices { .. } | ColumnKind::Memo { .. })
            })
        };
        if let Some(name) = self.matching.iter().find(|name| !compares(name)) {
            return wrong("/matching", Of::NotComparable(name.clone()));
        }
        let by_id = seen.contains(&table.primary_id.as_str());
        if self.mode != Mode::Create && self.matching.is_empty() && !by_id {
            return wrong("/matching", Of::NoMatching);
        }
        if self.mode == Mode::Create
            && self.duplicates != Duplicates::Allow
            && self.matching.is_empty()
        {
            return wrong("/matching", Of::NoDuplicates);
        }
        if TimeZone::get(&self.zone).is_err() {
            return wrong("/zone", Of::Zone(self.zone.clone()));
        }
        if !self.owner.trim().is_empty() && table.column("ownerid").is_none() {
            return wrong("/owner", Of::NoOwner);
        }
        if !self.currency.trim().is_empty()
            && (table.column(CURRENCY).is_none() || model.table("transactioncurrency").is_none())
        {
            return wrong("/currency", Of::NoAmounts);
        }
        Ok(())
    }

    /// Whether the rows of the file may be taken in any order, several steps at a time: none can mean another.
    pub(crate) fn is_free(&self, table: &Table) -> bool {
        let refers_to_itself = |name: &String| {
            let column = table.column(name);
            column.is_some_and(|column| column.kind.targets().contains(&&*table.logical))
        };
        self.mode == Mode::Create
            && self.duplicates == Duplicates::Allow
            && !self.columns.iter().flatten().any(refers_to_itself)
    }
}

/// The column that a name of a heading means.
fn meant<'t>(offered: &[&'t Column], name: &str) -> Option<&'t Column> {
    let name = name.trim().trim_end_matches('*').trim();
    let is = |wanted: &str| {
        offered.iter().find(|column| column.logical.eq_ignore_ascii_case(wanted)).copied()
    };
    let inside = name.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    let folded = name.to_lowercase();
    is(name).or_else(|| inside.and_then(|(_, inside)| is(inside.trim()))).or_else(|| {
        let labelled = |column: &&&'t Column| {
            column.labels.iter().any(|(_, label)| label.to_lowercase() == folded)
        };
        offered.iter().find(labelled).copied()
    })
}

/// The version of a row: what an export writes so that an import sees what has changed meanwhile.
pub(crate) const VERSION: &str = "versionnumber";
/// The currency of a row.
pub(crate) const CURRENCY: &str = "transactioncurrencyid";
