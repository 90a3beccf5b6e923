//! What only this kind of CRM says, with what can be done about it.

use kernel::{Code, Coded, Kind};

/// Why an environment refuses, where the port has no word for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The seller is no user of the environment.
    #[error("the seller is no user of the environment")]
    NoMember,
    /// The seller's user is disabled in the environment.
    #[error("the seller's user is disabled in the environment")]
    UserDisabled,
    /// The seller has no security role at all.
    #[error("the seller has no security role in the environment")]
    NoRole,
    /// Only administrators may enter the environment now.
    #[error("the environment is in administration mode")]
    AdministrationMode,
    /// The table does not track its changes.
    #[error("the table does not track its changes")]
    NotTracked,
    /// Other records need the one that is to be deleted.
    #[error("other records need this one")]
    Needed,
    /// No room is left in the environment.
    #[error("the environment has no room left")]
    Full,
}

impl Coded for Refusal {
    fn code(&self) -> Code {
        match self {
            Self::NoMember => Code::new("crm_dataverse.no_member", Kind::Forbidden),
            Self::UserDisabled => Code::new("crm_dataverse.user_disabled", Kind::Forbidden),
            Self::NoRole => Code::new("crm_dataverse.no_role", Kind::Forbidden),
            Self::AdministrationMode => {
                Code::new("crm_dataverse.administration_mode", Kind::Unavailable)
            }
            Self::NotTracked => Code::new("crm_dataverse.not_tracked", Kind::Conflict),
            Self::Needed => Code::new("crm_dataverse.needed", Kind::Conflict),
            Self::Full => Code::new("crm_dataverse.full", Kind::Unavailable),
        }
    }
}

impl From<Refusal> for crm::Error {
    fn from(refusal: Refusal) -> Self {
        Self::Other(Box::new(refusal))
    }
}
