//! What may go wrong with records.

use std::time::Duration;

use kernel::{Code, Coded, Denied, Kind};
use uuid::Uuid;

/// The result of a service method.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What may go wrong with records. Where the platform has a code for it, [`Error::dataverse_code`] tells.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such environment, or it waits for its end.
    #[error("there is no environment {name:?}")]
    NoEnvironment {
        /// What was asked for.
        name: String,
    },
    /// Only System Administrators and System Customizers may come in at the moment. The text is the platform's own.
    #[error(
        "User does not have required privileges (or role membership) to access the org when it is in Admin Only mode."
    )]
    AdministrationMode,
    /// The environment is being copied, reset or made anew.
    #[error("the environment is being copied or reset: try again when that is done")]
    EnvironmentBusy,
    /// Only a person has rights in an environment.
    #[error("only a person can do this")]
    PersonNeeded,
    /// No such table.
    #[error("there is no table {table:?}")]
    TableUnknown {
        /// The name that was given.
        table: String,
    },
    /// No such column.
    #[error("the table {table} has no column {column:?}")]
    ColumnUnknown {
        /// The table.
        table: String,
        /// The name that was given.
        column: String,
    },
    /// No such navigation property.
    #[error("the table {table} has no navigation property {navigation:?}")]
    NavigationUnknown {
        /// The table.
        table: String,
        /// The name that was given.
        navigation: String,
    },
    /// No such row, or the caller may not know of it.
    #[error("{table} With Id = {key} Does Not Exist")]
    RowMissing {
        /// The table.
        table: String,
        /// How it was named.
        key: String,
    },
    /// The caller has the privilege at no depth.
    #[error(
        "Principal user (Id={user}, type=8) is missing {privilege} privilege (Id={}) on OTC={code} for entity '{table}'",
        tables::baseline::privilege_id(privilege)
    )]
    Privilege {
        /// Such as `prvCreateAccount`.
        privilege: String,
        /// The caller's `systemuserid`.
        user: Uuid,
        /// The table.
        table: String,
        /// Its code.
        code: i32,
    },
    /// The caller may read the row but not do this with it.
    #[error("the user {user} has no {right} on the row {id} of {table}")]
    Right {
        /// The table.
        table: String,
        /// The row.
        id: Uuid,
        /// Such as `WriteAccess`.
        right: &'static str,
        /// The caller's `systemuserid`.
        user: Uuid,
    },
    /// The caller may not write a secured column.
    #[error("the column {column} of {table} is secured")]
    ColumnSecured {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// The row is at another version.
    #[error("the version of the existing record doesn't match the RowVersion property provided")]
    VersionMismatch,
    /// There is such a row already.
    #[error("a record with matching key values already exists")]
    Exists {
        /// The table.
        table: String,
    },
    /// Another row has these values of an alternate key.
    #[error("a record that has the attribute values {columns} already exists")]
    DuplicateKey {
        /// The table.
        table: String,
        /// The columns of the key.
        columns: String,
    },
    /// A value is not one that the column can hold.
    #[error(transparent)]
    Value(Box<tables::ValueError>),
    /// A picture that is not taken.
    #[error("the picture of the column {column} is not taken: {refusal}")]
    Picture {
        /// The column.
        column: String,
        /// Why.
        #[source]
        refusal: pictures::Refusal,
    },
    /// A value that must be there is not.
    #[error("the column {column} of {table} must have a value")]
    Required {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// The column is not for callers to write.
    #[error("the column {column} of {table} cannot be written")]
    ReadOnly {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// Rows of the table are not written this way.
    #[error("rows of {table} cannot be written this way")]
    NotWritable {
        /// The table.
        table: String,
    },
    /// Other rows need the row.
    #[error("the row is needed by rows of {by}")]
    Restricted {
        /// The table of the row.
        table: String,
        /// The table of the others.
        by: String,
    },
    /// An operation refers to the result of one that made none.
    #[error("Content-ID Reference: '${result}' does not exist in the batch context.")]
    Reference {
        /// The index that was given.
        result: usize,
    },
    /// A reference to a row of a table that it does not lead to.
    #[error("'{navigation}' of {table} leads to {expected}, not to a row of {found}")]
    WrongTable {
        /// The table.
        table: String,
        /// The navigation property, or the column.
        navigation: String,
        /// The tables that it leads to.
        expected: String,
        /// The table of the row that was given.
        found: String,
    },
    /// A status that does not go with the state.
    #[error("{status} is not a valid status code for state code {state} on {table}")]
    Status {
        /// The table.
        table: String,
        /// The status that was given.
        status: i64,
        /// The state that the row has or gets.
        state: i64,
    },
    /// Nobody gives rights that they do not have.
    #[error("the rights given are more than the giver has")]
    Escalation,
    /// A rule of the product refuses the write.
    #[error("{message}")]
    Refused {
        /// The platform's code.
        code: &'static str,
        /// Why, for people.
        message: String,
    },
    /// A rule of a room above refuses the write, under a code of that room that pages have words for.
    #[error("{message}")]
    Rule {
        /// The room's code.
        rule: Code,
        /// The platform's code.
        code: &'static str,
        /// Why, as clients of the platform read it.
        message: String,
    },
    /// More than there may be.
    #[error("more than {most} {what}")]
    Limit {
        /// Of what.
        what: &'static str,
        /// How many there may be.
        most: usize,
    },
    /// A hierarchy would become a circle.
    #[error("the row would be above itself")]
    Circle {
        /// The table.
        table: String,
    },
    /// A change of definitions that cannot be made.
    #[error(transparent)]
    Definition(Box<tables::define::DefinitionError>),
    /// The query cannot be run.
    #[error(transparent)]
    Query(#[from] queries::Error),
    /// The token is older than what is kept of deletions: the caller reads everything anew.
    #[error("the token is older than what is kept of deletions: read the table anew")]
    Expired,
    /// The definitions or rights have changed while the call was under way; it is made again.
    #[error("definitions or rights have changed meanwhile")]
    Stale,
    /// A permission of the tenant is missing.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Persons or environments could not be read.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// Storing failed.
    #[error("records could not be read or written")]
    Store(#[from] db::Error),
}

impl From<tables::ValueError> for Error {
    fn from(error: tables::ValueError) -> Self {
        Self::Value(Box::new(error))
    }
}

impl From<tables::define::DefinitionError> for Error {
    fn from(error: tables::define::DefinitionError) -> Self {
        Self::Definition(Box::new(error))
    }
}

impl Error {
    /// The code by which clients of the platform know the failure.
    pub fn dataverse_code(&self) -> &'static str {
        match self {
            Self::TableUnknown { .. } => "0x8006088a",
            Self::ColumnUnknown { .. }
            | Self::NavigationUnknown { .. }
            | Self::WrongTable { .. } => "0x80048d19",
            Self::RowMissing { .. } | Self::NoEnvironment { .. } => "0x80040217",
            Self::Privilege { .. } | Self::Escalation => "0x80040220",
            Self::Right { .. } => "0x80048306",
            Self::ColumnSecured { .. } => "0x8004f508",
            Self::VersionMismatch => "0x80060882",
            Self::Expired => "0x80044352",
            Self::Exists { .. } => "0x80040237",
            Self::DuplicateKey { .. } => "0x80060892",
            Self::Value(error) => error.code(),
            Self::Required { .. } => "0x80048105",
            Self::ReadOnly { .. }
            | Self::NotWritable { .. }
            | Self::Limit { .. }
            | Self::Picture { .. } => "0x80040203",
            Self::Restricted { .. } => "0x80040227",
            Self::Reference { .. } => "0x0",
            Self::Status { .. } => "0x80048408",
            Self::Refused { code, .. } | Self::Rule { code, .. } => code,
            Self::Definition(_) => "0x80044363",
            Self::Circle { .. } => "0x80048404",
            Self::AdministrationMode => "0x80044330",
            _ => "0x80040216",
        }
    }
}

/// The code of a refusal, under which pages have its words in the reader's language; what rooms above refuse without
/// one of theirs ([`Error::Rule`]) has none, and its message is shown.
fn refusal(message: &str) -> Code {
    match message {
        FOUNDATION => Code::new("record.foundation", Kind::Conflict),
        ADMINISTRATOR_STAYS => Code::new("record.administrator_stays", Kind::Conflict),
        ADMINISTRATOR_FIXED => Code::new("record.administrator_fixed", Kind::Conflict),
        LEAD_CLOSED => Code::new("record.lead_closed", Kind::Conflict),
        MERGE_ITSELF => Code::new("record.merge_itself", Kind::Conflict),
        MERGE_ACTIVE => Code::new("record.merge_active", Kind::Conflict),
        MERGE_PARENTS => Code::new("record.merge_parents", Kind::Conflict),
        PERSON_DISABLED => Code::new("record.person_disabled", Kind::Conflict),
        TOO_MANY_TO_GROUP => Code::new("record.too_many_to_group", Kind::Conflict),
        _ if message.ends_with(CLOSED) => Code::new("record.closed", Kind::Conflict),
        _ => Code::new("record.refused", Kind::Conflict),
    }
}

// What clients of the platform read; pages have it by its code.
pub(crate) const FOUNDATION: &str = "The environment cannot do without this row.";
pub(crate) const ADMINISTRATOR_STAYS: &str =
    "Nobody takes the System Administrator role from themselves: another administrator can.";
pub(crate) const ADMINISTRATOR_FIXED: &str = "The System Administrator role cannot be changed.";
pub(crate) const LEAD_CLOSED: &str = "The lead is closed: only an open lead can be qualified.";
pub(crate) const MERGE_ITSELF: &str = "A row cannot be merged into itself.";
pub(crate) const MERGE_ACTIVE: &str = "Only active rows can be merged.";
pub(crate) const MERGE_PARENTS: &str = "The rows belong to different parents.";
pub(crate) const PERSON_DISABLED: &str =
    "The specified user is either disabled or is not a member of any business unit.";
pub(crate) const TOO_MANY_TO_GROUP: &str =
    "AggregateQueryRecordLimit exceeded. Cannot perform this operation.";
pub(crate) const CLOSED: &str = " has already been closed.";

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::NoEnvironment { .. } => Code::new("environment.not_found", Kind::NotFound),
            Self::AdministrationMode => {
                Code::new("environment.administration_mode", Kind::Forbidden)
            }
            Self::EnvironmentBusy => Code::new("environment.busy", Kind::Unavailable),
            Self::PersonNeeded => Code::new("actor.person_needed", Kind::Forbidden),
            Self::TableUnknown { .. } => Code::new("table.not_found", Kind::NotFound),
            Self::ColumnUnknown { .. } => Code::new("column.not_found", Kind::Invalid),
            Self::NavigationUnknown { .. } => Code::new("navigation.not_found", Kind::Invalid),
            Self::RowMissing { .. } => Code::new("record.not_found", Kind::NotFound),
            Self::Privilege { .. } => Code::new("record.privilege_missing", Kind::Forbidden),
            Self::Right { .. } => Code::new("record.right_missing", Kind::Forbidden),
            Self::ColumnSecured { .. } => Code::new("record.column_secured", Kind::Forbidden),
            Self::VersionMismatch => Code::new("record.changed", Kind::Conflict),
            Self::Exists { .. } => Code::new("record.exists", Kind::Conflict),
            Self::DuplicateKey { .. } => Code::new("record.duplicate", Kind::Conflict),
            Self::Value(_) => Code::new("record.value", Kind::Invalid),
            Self::Picture { .. } => Code::new("record.picture", Kind::Invalid),
            Self::Required { .. } => Code::new("record.value_missing", Kind::Invalid),
            Self::ReadOnly { .. } => Code::new("record.read_only", Kind::Invalid),
            Self::NotWritable { .. } => Code::new("record.not_writable", Kind::Invalid),
            Self::Restricted { .. } => Code::new("record.needed", Kind::Conflict),
            Self::Reference { .. } => Code::new("record.reference", Kind::Invalid),
            Self::WrongTable { .. } => Code::new("record.wrong_table", Kind::Invalid),
            Self::Status { .. } => Code::new("record.status", Kind::Invalid),
            Self::Escalation => Code::new("permission.escalation", Kind::Forbidden),
            Self::Refused { message, .. } => refusal(message),
            Self::Rule { rule, .. } => *rule,
            Self::Limit { .. } => Code::new("record.limit", Kind::TooLarge),
            Self::Circle { .. } => Code::new("record.circle", Kind::Conflict),
            Self::Definition(_) => Code::new("table.definition", Kind::Invalid),
            Self::Query(_) => Code::new("record.query", Kind::Invalid),
            Self::Expired => Code::new("record.changes_expired", Kind::Gone),
            Self::Stale => Code::new("record.busy", Kind::Unavailable),
            Self::Denied(_) => Code::new("permission.missing", Kind::Forbidden),
            Self::Identity(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Stale => Some(Duration::from_secs(1)),
            Self::EnvironmentBusy => Some(Duration::from_secs(15)),
            Self::Store(error) => error.retry_after(),
            _ => None,
        }
    }
}
