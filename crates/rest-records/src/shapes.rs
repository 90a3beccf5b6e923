//! What goes in and out.

use serde::{Deserialize, Serialize};
use transfer::{Dates, Duplicates, Finding, Import, Mode, Plan};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// The import of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct ImportPath {
    /// The import.
    pub(crate) import_id: Uuid,
}

/// What becomes of the columns and rows of a file.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ImportPlan)]
pub(crate) struct PlanBody {
    /// For each column of the file the logical name of the column that it fills; null for what is left out.
    pub(crate) columns: Vec<Option<String>>,
    /// `create`, `update` or `upsert`.
    #[serde(default)]
    mode: String,
    /// The columns that tell which row is meant; none for the primary key.
    #[serde(default)]
    matching: Vec<String>,
    /// What becomes of rows that are there already when rows are made: `allow`, `skip` or `refuse`.
    #[serde(default)]
    duplicates: String,
    /// Empty cells leave what is there as it is; else they empty it.
    #[serde(default)]
    keep_empty: bool,
    /// The order of the parts of a date: `iso`, `day` or `month`. ISO 8601 is always read.
    #[serde(default)]
    dates: String,
    /// The time zone of times without one, by its IANA name.
    #[serde(default)]
    #[schema(example = "Europe/Paris")]
    zone: String,
    /// Decimals stand behind a comma.
    #[serde(default)]
    decimal_comma: bool,
    /// Whose new rows are, by name, address or identifier; the caller's unless a column says it.
    #[serde(default)]
    owner: String,
    /// The currency of new rows by its ISO code, unless a column says it.
    #[serde(default)]
    currency: String,
}

impl From<Plan> for PlanBody {
    fn from(plan: Plan) -> Self {
        Self {
            columns: plan.columns,
            mode: plan.mode.as_str().to_owned(),
            matching: plan.matching,
            duplicates: plan.duplicates.as_str().to_owned(),
            keep_empty: plan.keep_empty,
            dates: plan.dates.as_str().to_owned(),
            zone: plan.zone,
            decimal_comma: plan.decimal_comma,
            owner: plan.owner,
            currency: plan.currency,
        }
    }
}

impl PlanBody {
    /// The plan; the first word that nobody knows.
    pub(crate) fn plan(self) -> Result<Plan, (&'static str, &'static str)> {
        let mode = word(&self.mode, &Mode::ALL, Mode::as_str);
        let duplicates = word(&self.duplicates, &Duplicates::ALL, Duplicates::as_str);
        let dates = word(&self.dates, &Dates::ALL, Dates::as_str);
        Ok(Plan {
            columns: self.columns,
            mode: mode.ok_or(("/mode", "create, update, upsert"))?,
            matching: self.matching,
            duplicates: duplicates.ok_or(("/duplicates", "allow, skip, refuse"))?,
            keep_empty: self.keep_empty,
            dates: dates.ok_or(("/dates", "iso, day, month"))?,
            zone: if self.zone.is_empty() { "UTC".to_owned() } else { self.zone },
            decimal_comma: self.decimal_comma,
            owner: self.owner,
            currency: self.currency,
        })
    }
}

/// The thing of that name; the usual one for none.
pub(crate) fn word<T: Copy + Default>(
    text: &str,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Option<T> {
    if text.is_empty() {
        return Some(T::default());
    }
    all.iter().copied().find(|one| name(*one) == text)
}

/// An import.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Import)]
pub(crate) struct ImportItem {
    id: Uuid,
    environment_id: Uuid,
    user_id: Uuid,
    /// The logical name of the table.
    table: String,
    file_name: String,
    /// `csv` or `xlsx`.
    kind: &'static str,
    /// `ready`, `checking`, `checked`, `running`, `stopped`, `done`, `failed`, `undoing` or `undone`.
    state: &'static str,
    /// The names of the file's columns.
    heading: Vec<String>,
    plan: PlanBody,
    /// Rows of the file.
    rows: u64,
    /// Rows that were looked at.
    done: u64,
    created: u64,
    updated: u64,
    /// Rows that were there already and left alone.
    skipped: u64,
    /// Rows with mistakes.
    failed: u64,
    /// Why it ended before its time: a code of the list of errors.
    problem: Option<String>,
    created_at: String,
    started_at: Option<String>,
    finished_at: Option<String>,
}

impl From<Import> for ImportItem {
    fn from(import: Import) -> Self {
        Self {
            id: import.id,
            environment_id: import.environment.uuid(),
            user_id: import.user.uuid(),
            table: import.table,
            file_name: import.file,
            kind: import.kind.as_str(),
            state: import.state.as_str(),
            heading: import.heading,
            plan: import.plan.into(),
            rows: import.rows,
            done: import.done,
            created: import.created,
            updated: import.updated,
            skipped: import.skipped,
            failed: import.failed,
            problem: import.problem,
            created_at: import.created_at.to_string(),
            started_at: import.started_at.map(|at| at.to_string()),
            finished_at: import.finished_at.map(|at| at.to_string()),
        }
    }
}

/// A mistake in a row of a file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportFinding)]
pub(crate) struct FindingItem {
    /// The row as spreadsheets count: the heading is 1. 0 for what was found while an import was undone.
    row: u64,
    /// The logical name of the column; empty for the whole row.
    column: String,
    /// A code of the list of errors.
    code: String,
    /// What was found.
    detail: String,
}

impl From<Finding> for FindingItem {
    fn from(finding: Finding) -> Self {
        let Finding { row, column, code, detail } = finding;
        Self { row, column, code, detail }
    }
}
