//! What may go wrong with members, life and notes of links.

use kernel::{Code, Coded, Denied, FieldError, Kind};

/// The result of a service method.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What may go wrong with members, life and notes of links.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller lacks a permission.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such link or finding, or the caller may not know of it.
    #[error("there is no such thing here")]
    Unknown,
    /// Only an administrator of the environment may do this.
    #[error("only an administrator of the environment may do this")]
    AdministratorNeeded,
    /// Columns that cannot be told.
    #[error("these columns cannot be told in a channel")]
    Columns {
        /// Which.
        columns: Vec<String>,
    },
    /// Hours that make no sense.
    #[error("these hours make no sense")]
    Hours,
    /// No time zone.
    #[error("there is no such time zone")]
    Zone,
    /// What was found cannot be mended by the hub.
    #[error("the hub cannot mend this by itself")]
    NotMendable,
    /// Views have no change notes.
    #[error("a view has no change notes")]
    ViewNotes,
    /// Nobody decided that members follow.
    #[error("members of this link do not follow the access to its record")]
    MembersOff,
    /// The links.
    #[error(transparent)]
    Linking(#[from] linking::Error),
    /// What may be linked where.
    #[error(transparent)]
    Setup(#[from] linking_setup::Error),
    /// The rows of environments.
    #[error(transparent)]
    Records(#[from] records::Error),
    /// People.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// The workspace.
    #[error(transparent)]
    Workspace(#[from] workspace_port::Error),
    /// Storage failed.
    #[error("storing failed")]
    Store(#[from] db::Error),
}

impl From<queries::Error> for Error {
    fn from(error: queries::Error) -> Self {
        Self::Records(records::Error::Query(error))
    }
}

impl Error {
    /// Whether it may be over the next time.
    pub(crate) fn passes(&self) -> bool {
        matches!(
            self.code().kind(),
            Kind::Throttled | Kind::Unavailable | Kind::Upstream | Kind::Internal
        )
    }
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::Denied(_) => Code::new("permission.missing", Kind::Forbidden),
            Self::Unknown => Code::new("link.not_found", Kind::NotFound),
            Self::AdministratorNeeded => Code::new("linking.administrator_needed", Kind::Forbidden),
            Self::Columns { .. } => Code::new("linking.columns", Kind::Invalid),
            Self::Hours => Code::new("linking.hours", Kind::Invalid),
            Self::Zone => Code::new("linking.zone", Kind::Invalid),
            Self::NotMendable => Code::new("linking.not_mendable", Kind::Conflict),
            Self::ViewNotes => Code::new("linking.view_notes", Kind::Conflict),
            Self::MembersOff => Code::new("linking.members_off", Kind::Conflict),
            Self::Linking(error) => error.code(),
            Self::Setup(error) => error.code(),
            Self::Records(error) => error.code(),
            Self::Identity(error) => error.code(),
            Self::Workspace(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Linking(error) => error.fields(),
            Self::Setup(error) => error.fields(),
            Self::Records(error) => error.fields(),
            Self::Workspace(error) => error.fields(),
            _ => &[],
        }
    }
}
