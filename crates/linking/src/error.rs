//! What may go wrong with links.

use std::time::Duration;

use kernel::{Code, Coded, Denied, FieldError, Kind};

use crate::Problem;

/// The result of a service method.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What may go wrong with links.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such link, record or view, or the caller may not know of it.
    #[error("there is no such link or record")]
    Unknown,
    /// Only a person can do this.
    #[error("only a person can do this")]
    PersonNeeded,
    /// Linking is switched off here, or something is in the way that an administrator cures.
    #[error("linking is not available here: {}", .0.code)]
    Unavailable(Problem),
    /// The caller may read the record and not change it.
    #[error("the record may only be read")]
    ReadOnly,
    /// The caller may not make rows of links.
    #[error("the caller may not make links")]
    MayNotLink,
    /// The caller may not delete the row of the link.
    #[error("the caller may not undo links")]
    MayNotUnlink,
    /// The record is not saved yet, or its table cannot be linked.
    #[error("rows of {table} cannot be linked")]
    Table {
        /// The table.
        table: String,
    },
    /// A name or a choice breaks rules.
    #[error("the names break rules of the workspace")]
    Invalid {
        /// Which, and where.
        fields: Vec<FieldError>,
    },
    /// Another thing of the team is called so.
    #[error("the team has a channel of that name")]
    ChannelNameTaken,
    /// The team has as many channels as it may have.
    #[error("the team has {most} channels of this kind")]
    ChannelLimit {
        /// How many it may have.
        most: usize,
    },
    /// The record is already tied to that channel, by another link.
    #[error("the record is tied to that channel already")]
    Exists,
    /// The link is in a state in which this cannot be done.
    #[error("the link is {state}")]
    State {
        /// The state.
        state: &'static str,
    },
    /// The caller can open the record: there is nothing to ask for.
    #[error("the caller may see the record already")]
    HasAccess,
    /// A cursor that this list did not give.
    #[error("the cursor was not given by this list")]
    Cursor(#[from] kernel::CursorError),
    /// The workspace says no.
    #[error(transparent)]
    Workspace(#[from] workspace_port::Error),
    /// The environment says no.
    #[error(transparent)]
    Records(#[from] records::Error),
    /// The CRM elsewhere says no.
    #[error(transparent)]
    Crm(#[from] crm::Error),
    /// There is no way to the CRM elsewhere.
    #[error(transparent)]
    Crms(Box<crm_connections::Error>),
    /// A permission of the tenant is missing.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Persons could not be read.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// The settings of linking could not be read.
    #[error(transparent)]
    Setup(linking_setup::Error),
    /// Storing failed.
    #[error("links could not be read or written")]
    Store(#[from] db::Error),
}

impl From<crm_connections::Error> for Error {
    fn from(error: crm_connections::Error) -> Self {
        match error {
            crm_connections::Error::Crm(error) => Self::Crm(error),
            crm_connections::Error::Store(error) => Self::Store(error),
            other => Self::Crms(Box::new(other)),
        }
    }
}

impl From<queries::Error> for Error {
    fn from(error: queries::Error) -> Self {
        Self::Records(error.into())
    }
}

impl From<records::Failure> for Error {
    fn from(failure: records::Failure) -> Self {
        Self::Records(failure.error)
    }
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::Unknown => Code::new("link.not_found", Kind::NotFound),
            Self::PersonNeeded => Code::new("actor.person_needed", Kind::Forbidden),
            Self::Unavailable(_) => Code::new("link.unavailable", Kind::Conflict),
            Self::ReadOnly => Code::new("link.record_read_only", Kind::Forbidden),
            Self::MayNotLink => Code::new("link.may_not_link", Kind::Forbidden),
            Self::MayNotUnlink => Code::new("link.may_not_unlink", Kind::Forbidden),
            Self::Table { .. } => Code::new("link.table", Kind::Invalid),
            Self::Invalid { .. } => Code::new("link.names", Kind::Invalid),
            Self::ChannelNameTaken => Code::new("link.channel_name_taken", Kind::Conflict),
            Self::ChannelLimit { .. } => Code::new("link.channel_limit", Kind::Conflict),
            Self::Exists => Code::new("link.exists", Kind::Conflict),
            Self::State { .. } => Code::new("link.state", Kind::Conflict),
            Self::HasAccess => Code::new("link.has_access", Kind::Conflict),
            Self::Cursor(_) => Code::new("cursor.invalid", Kind::Invalid),
            Self::Workspace(error) => error.code(),
            Self::Records(error) => error.code(),
            Self::Crm(error) => error.code(),
            Self::Crms(error) => error.code(),
            Self::Denied(_) => Code::new("permission.missing", Kind::Forbidden),
            Self::Identity(error) => error.code(),
            Self::Setup(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid { fields } => fields,
            Self::Workspace(error) => error.fields(),
            Self::Crm(error) => error.fields(),
            Self::Crms(error) => error.fields(),
            _ => &[],
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Workspace(error) => error.retry_after(),
            Self::Records(error) => error.retry_after(),
            Self::Crm(error) => error.retry_after(),
            Self::Crms(error) => error.retry_after(),
            Self::Store(error) => error.retry_after(),
            _ => None,
        }
    }
}
