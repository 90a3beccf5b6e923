//! Why the guide cannot be read or gone on with, by what can be done about it.

use kernel::{Code, Coded, Denied, FieldError, Kind};

/// The result of a service method.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the guide cannot be read or gone on with.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no check of this identifier.
    #[error("there is no such check")]
    CheckUnknown,
    /// There is no such evidence.
    #[error("there is no such evidence")]
    EvidenceUnknown,
    /// The input breaks rules.
    #[error("the input breaks {} rules", fields.len())]
    Invalid {
        /// Which, and where.
        fields: Vec<FieldError>,
    },
    /// Only a person can say that something is so.
    #[error("only a person can do this")]
    PersonNeeded,
    /// People, roles or licences could not be read.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// CRMs could not be read.
    #[error(transparent)]
    Crm(#[from] crm_connections::Error),
    /// Data policies could not be read.
    #[error(transparent)]
    Policies(#[from] connectors::Error),
    /// Environments could not be read.
    #[error(transparent)]
    Environments(#[from] environments::Error),
    /// Mail could not be sent.
    #[error(transparent)]
    Workspace(#[from] workspace::Error),
    /// The bot of the app inside Teams could not be read.
    #[error(transparent)]
    Teams(#[from] teams_app::Error),
    /// A permission is missing.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Heavy work was cut off.
    #[error("the file could not be looked at")]
    Interrupted(#[source] tokio::task::JoinError),
    /// Storing failed.
    #[error("the state of the roll-out could not be read or written")]
    Store(#[from] db::Error),
}

impl Error {
    /// One broken rule.
    pub(crate) fn invalid(
        pointer: impl Into<std::borrow::Cow<'static, str>>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self::Invalid { fields: vec![FieldError::new(pointer.into(), code, detail.into())] }
    }
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::CheckUnknown => Code::new("deployment.check_unknown", Kind::NotFound),
            Self::EvidenceUnknown => Code::new("deployment.evidence_unknown", Kind::NotFound),
            Self::Invalid { .. } => Code::new("deployment.invalid", Kind::Invalid),
            Self::PersonNeeded => Code::new("deployment.person_needed", Kind::Forbidden),
            Self::Identity(error) => error.code(),
            Self::Crm(error) => error.code(),
            Self::Policies(error) => error.code(),
            Self::Environments(error) => error.code(),
            Self::Workspace(error) => error.code(),
            Self::Teams(error) => error.code(),
            Self::Denied(_) => Code::new("permission.missing", Kind::Forbidden),
            Self::Interrupted(_) => Code::INTERNAL,
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid { fields } => fields,
            Self::Identity(error) => error.fields(),
            Self::Crm(error) => error.fields(),
            Self::Teams(error) => error.fields(),
            _ => &[],
        }
    }
}
