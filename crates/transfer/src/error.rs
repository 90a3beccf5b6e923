//! What may go wrong with files of rows, and with their rows.

use std::time::Duration;

use kernel::{Code, Coded, Denied, Kind};

/// The result of a service method.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a file cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Bytes that are no text.
    #[error("the file is no text in one encoding")]
    Encoding,
    /// No heading, or nothing below it.
    #[error("the file has no rows below a heading")]
    Empty,
    /// A quote that nobody closes.
    #[error("the quotes that are opened in row {row} are never closed")]
    OpenQuote {
        /// The row.
        row: u64,
    },
    /// Too many columns.
    #[error("row {row} has more than {most} columns")]
    Columns {
        /// The row.
        row: u64,
        /// How many there may be.
        most: usize,
    },
    /// A cell that is too long.
    #[error("a cell of row {row} is longer than {most} bytes")]
    Cell {
        /// The row.
        row: u64,
        /// How long it may be.
        most: usize,
    },
    /// A row that is too long.
    #[error("row {row} is longer than {most} bytes")]
    Row {
        /// The row.
        row: u64,
        /// How long it may be.
        most: usize,
    },
    /// Too many rows.
    #[error("the file has more than {most} rows")]
    Rows {
        /// How many there may be.
        most: u64,
    },
    /// Too many bytes.
    #[error("the file is larger than {most} bytes")]
    Large {
        /// How many there may be.
        most: u64,
    },
    /// No packed file, or a damaged one.
    #[error("the workbook is damaged or locked")]
    Packed,
    /// It would unpack to more than anybody holds.
    #[error("the workbook unpacks to too much")]
    Unpacked,
    /// A packed file without a sheet.
    #[error("the file is no workbook with a sheet of rows")]
    Sheet,
}

impl Problem {
    /// The row of the file that it is about, if it is about one.
    pub const fn row(self) -> Option<u64> {
        match self {
            Self::OpenQuote { row }
            | Self::Columns { row, .. }
            | Self::Cell { row, .. }
            | Self::Row { row, .. } => Some(row),
            _ => None,
        }
    }

    const fn code(self) -> Code {
        match self {
            Self::Encoding => Code::new("import.encoding", Kind::Invalid),
            Self::Empty => Code::new("import.empty", Kind::Invalid),
            Self::OpenQuote { .. } => Code::new("import.open_quote", Kind::Invalid),
            Self::Columns { .. } => Code::new("import.too_many_columns", Kind::TooLarge),
            Self::Cell { .. } | Self::Row { .. } => Code::new("import.too_long", Kind::TooLarge),
            Self::Rows { .. } => Code::new("import.too_many_rows", Kind::TooLarge),
            Self::Large { .. } => Code::new("import.too_large", Kind::TooLarge),
            Self::Packed | Self::Sheet => Code::new("import.no_workbook", Kind::Invalid),
            Self::Unpacked => Code::new("import.unpacks_too_large", Kind::TooLarge),
        }
    }
}

/// What may go wrong with imports and exports.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] Problem),
    /// No such import, or one of somebody else.
    #[error("there is no such import")]
    Unknown,
    /// The import is in a state in which this cannot be done.
    #[error("the import is {state}")]
    State {
        /// The state.
        state: &'static str,
    },
    /// Rows of the table do not come in files.
    #[error("rows of {table} cannot be imported")]
    Table {
        /// The table.
        table: String,
    },
    /// The plan does not fit the table or the file.
    #[error("the plan does not fit: {problem}")]
    Plan {
        /// The part of the plan, as a JSON pointer.
        pointer: &'static str,
        /// What is wrong with it.
        problem: PlanProblem,
    },
    /// The person's imports that are not done hold as much as one person may have.
    #[error("imports of one person that are not done hold at most {most} {of}")]
    Full {
        /// Imports, rows or megabytes.
        of: &'static str,
        /// How many there may be.
        most: u64,
    },
    /// The view cannot be exported.
    #[error("there is no such view")]
    View,
    /// A workbook has no place for more.
    #[error("the rows do not fit into one workbook")]
    Sheet,
    /// A mistake in one row; the import goes on.
    #[error(transparent)]
    Row(#[from] RowProblem),
    /// The environment says no.
    #[error(transparent)]
    Records(#[from] records::Error),
    /// A permission of the tenant is missing.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The person who began the import may not sign in any more.
    #[error("the person who began the import may not sign in any more")]
    Gone,
    /// Persons could not be read.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// Storing failed.
    #[error("imports could not be read or written")]
    Store(#[from] db::Error),
}

impl From<queries::Error> for Error {
    fn from(error: queries::Error) -> Self {
        Self::Records(error.into())
    }
}

/// Why a plan does not fit; [`PlanProblem::key`] names the sentence of `transfer.ftl`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanProblem {
    /// More columns than the file has.
    #[error("the file has fewer columns")]
    Wide,
    /// A column that nobody fills.
    #[error("{0} cannot be filled")]
    NotFillable(String),
    /// Two columns of the file for one of the table.
    #[error("{0} is filled twice")]
    Twice(String),
    /// Every column is left out.
    #[error("no column is filled")]
    Nothing,
    /// A column that tells rows apart, and is left out.
    #[error("no column of the file fills {0}")]
    NotFilled(String),
    /// A column that cannot tell rows apart.
    #[error("{0} cannot tell rows apart")]
    NotComparable(String),
    /// Rows are to be changed, and nothing tells which.
    #[error("nothing tells which row is meant")]
    NoMatching,
    /// Rows that are there are to be found, and nothing tells which.
    #[error("nothing tells which rows are there already")]
    NoDuplicates,
    /// No time zone of that name.
    #[error("there is no time zone {0:?}")]
    Zone(String),
    /// An owner for rows that have none.
    #[error("rows of this table have no owner")]
    NoOwner,
    /// A currency for rows that have no amounts.
    #[error("rows of this table have no amounts")]
    NoAmounts,
    /// An owner or a currency that is not there, or several.
    #[error("{0:?} is not exactly one row")]
    NotFound(String),
}

impl PlanProblem {
    /// The name of its sentence, behind `plan-`.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Wide => "wide",
            Self::NotFillable(_) => "not-fillable",
            Self::Twice(_) => "twice",
            Self::Nothing => "nothing",
            Self::NotFilled(_) => "not-filled",
            Self::NotComparable(_) => "not-comparable",
            Self::NoMatching => "no-matching",
            Self::NoDuplicates => "no-duplicates",
            Self::Zone(_) => "zone",
            Self::NoOwner => "no-owner",
            Self::NoAmounts => "no-amounts",
            Self::NotFound(_) => "not-found",
        }
    }

    /// The column or the word that it is about.
    pub fn of(&self) -> &str {
        match self {
            Self::NotFillable(of)
            | Self::Twice(of)
            | Self::NotFilled(of)
            | Self::NotComparable(of)
            | Self::Zone(of)
            | Self::NotFound(of) => of,
            _ => "",
        }
    }
}

/// What may be wrong with one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RowProblem {
    /// A lookup names no row that the person may see.
    #[error("there is no such row")]
    LookupMissing,
    /// A lookup names several rows.
    #[error("several rows have this name")]
    LookupAmbiguous,
    /// There is no row to update.
    #[error("there is no row to update")]
    RowMissing,
    /// Several rows could be meant.
    #[error("several rows match")]
    RowAmbiguous,
    /// There is such a row already.
    #[error("there is such a row already")]
    Duplicate,
    /// The key column holds no identifier.
    #[error("this is no identifier of a row")]
    Key,
    /// The text was cut when it was exported.
    #[error("the text was cut when it was exported")]
    Cut,
    /// A formula whose result the file does not hold, or an error instead of one.
    #[error("the cell holds a formula without a result")]
    Formula,
    /// Cells without a heading.
    #[error("the row has cells without a heading")]
    Beyond,
    /// Nothing stands in a column that forms insist on; the row is taken all the same, as the Web API takes it.
    #[error("a column that forms insist on is empty")]
    Empty,
}

impl RowProblem {
    /// Its code.
    pub const fn code(self) -> Code {
        match self {
            Self::LookupMissing => Code::new("import.lookup_missing", Kind::Invalid),
            Self::LookupAmbiguous => Code::new("import.lookup_ambiguous", Kind::Invalid),
            Self::RowMissing => Code::new("import.row_missing", Kind::NotFound),
            Self::RowAmbiguous => Code::new("import.row_ambiguous", Kind::Invalid),
            Self::Duplicate => Code::new("import.duplicate", Kind::Conflict),
            Self::Key => Code::new("import.key", Kind::Invalid),
            Self::Cut => Code::new("import.cut", Kind::Invalid),
            Self::Formula => Code::new("import.formula", Kind::Invalid),
            Self::Beyond => Code::new("import.beyond_heading", Kind::Invalid),
            Self::Empty => Code::new("import.asked_for", Kind::Invalid),
        }
    }
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::File(problem) => problem.code(),
            Self::Unknown => Code::new("import.not_found", Kind::NotFound),
            Self::State { .. } => Code::new("import.state", Kind::Conflict),
            Self::Table { .. } => Code::new("import.table", Kind::Invalid),
            Self::Plan { .. } => Code::new("import.plan", Kind::Invalid),
            Self::Full { .. } => Code::new("import.too_many_open", Kind::TooLarge),
            Self::View => Code::new("export.view", Kind::NotFound),
            Self::Sheet => Code::new("export.sheet", Kind::TooLarge),
            Self::Row(problem) => problem.code(),
            Self::Records(error) => error.code(),
            Self::Denied(_) => Code::new("permission.missing", Kind::Forbidden),
            Self::Gone => Code::new("import.person_gone", Kind::Forbidden),
            Self::Identity(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Records(error) => error.retry_after(),
            Self::Store(error) => error.retry_after(),
            _ => None,
        }
    }
}
