//! What may go wrong with the life of environments.

use std::time::Duration;

use identity::environments::EnvironmentKind;
use kernel::{Code, Coded, Denied, FieldError, Kind};

/// The result of a service method.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What may go wrong with the life of environments.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A permission of the tenant is missing.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Only who made it and administrators lead its life.
    #[error("the environment is somebody else's")]
    NotYours,
    /// The tenant lets only administrators make these.
    #[error("only administrators make {} environments", kind.as_str())]
    OnlyAdministrators {
        /// What was to be made.
        kind: EnvironmentKind,
    },
    /// No environment of this kind becomes one of that.
    #[error("a {} environment does not become a {} one", from.as_str(), to.as_str())]
    KindFixed {
        /// What it is.
        from: EnvironmentKind,
        /// What it was to be.
        to: EnvironmentKind,
    },
    /// Only a sandbox is emptied or overwritten.
    #[error("only a sandbox can be reset or copied over")]
    NotSandbox,
    /// It is copied, reset or made ready at the moment.
    #[error("an operation on the environment is running")]
    Running,
    /// The product finds the environment by its name.
    #[error("the environment that the product keeps its data in keeps its name")]
    Provisioned,
    /// Another environment has got its name since it was deleted.
    #[error("another environment has its name by now")]
    NameInUse,
    /// No such operation on this environment.
    #[error("no such operation")]
    NoOperation,
    /// The input is wrong.
    #[error("the input is not valid")]
    Invalid(Vec<FieldError>),
    /// Who is it, and does it exist.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// What is inside could not be read or written.
    #[error(transparent)]
    Records(#[from] records::Error),
    /// Storing failed.
    #[error("environments could not be read or written")]
    Store(#[from] db::Error),
}

impl Error {
    pub(crate) fn field(pointer: &'static str, code: &'static str, detail: &str) -> Self {
        Self::Invalid(vec![FieldError::new(pointer, code, detail)])
    }
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::Denied(_) => Code::new("permission.missing", Kind::Forbidden),
            Self::NotYours => Code::new("environment.not_yours", Kind::Forbidden),
            Self::OnlyAdministrators { .. } => {
                Code::new("environment.only_administrators", Kind::Forbidden)
            }
            Self::KindFixed { .. } => Code::new("environment.kind_fixed", Kind::Conflict),
            Self::NotSandbox => Code::new("environment.not_sandbox", Kind::Conflict),
            Self::Running => Code::new("environment.operation_running", Kind::Conflict),
            Self::Provisioned => Code::new("environment.provisioned", Kind::Conflict),
            Self::NameInUse => Code::new("environment.name_in_use", Kind::Conflict),
            Self::NoOperation => Code::new("environment_operation.not_found", Kind::NotFound),
            Self::Invalid(_) => Code::new("input.invalid", Kind::Invalid),
            Self::Identity(error) => error.code(),
            Self::Records(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid(fields) => fields,
            Self::Identity(error) => error.fields(),
            _ => &[],
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
