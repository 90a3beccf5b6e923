//! Why a CRM cannot be set up, signed in to or used, by what can be done about it.

use std::time::Duration;

use kernel::{Code, Coded, Denied, FieldError, Kind};

/// The result of a service method.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a CRM cannot be set up, signed in to or used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such CRM, or sellers may not use it.
    #[error("there is no such CRM")]
    SystemNotFound,
    /// Another CRM of the tenant has this name.
    #[error("the name is taken")]
    NameTaken,
    /// There are as many as there may be.
    #[error("there are {limit} already, the most there may be")]
    TooMany {
        /// The limit.
        limit: i64,
    },
    /// The input breaks rules.
    #[error("the input breaks {} rules", fields.len())]
    Invalid {
        /// Which, and where.
        fields: Vec<FieldError>,
    },
    /// The seller is connected to no CRM.
    #[error("the seller is connected to no CRM")]
    Needed,
    /// Administrators turned the sales features off at this CRM.
    #[error("the sales features are turned off at this CRM")]
    TurnedOff,
    /// Administrators gave the sales features of this CRM to other groups.
    #[error("the sales features of this CRM are for people of other groups")]
    NotYours,
    /// The CRM no longer renews the sign-in: "Connection lost".
    #[error("the connection is lost")]
    Lost,
    /// A data policy took the connection out of use.
    #[error("Error from token exchange: The connection is disabled so it cannot be used.")]
    Disabled,
    /// The sign-in under way is unknown, used, somebody else's or too old.
    #[error("the sign-in under way is unknown or has expired")]
    Attempt,
    /// Somebody changed it meanwhile.
    #[error("it was changed meanwhile")]
    Changed,
    /// Only a person can do this, no service token.
    #[error("only a person can do this")]
    PersonNeeded,
    /// The environment that the first sign-in makes is not there yet.
    #[error("no environment was provisioned yet")]
    NothingProvisioned,
    /// `OAUTH_APP_BLOCKED`: an administrator of the organisation blocked the application.
    #[error("the application is blocked by an administrator of the organisation")]
    AppBlocked,
    /// `OAUTH_APP_ACCESS_DENIED`: the application is for approved users, and the seller is none.
    #[error("the seller is not approved to use the application")]
    AppAccessDenied,
    /// `invalid_grant`, `authentication failure`: the My Domain is another one.
    #[error("the seller does not belong to the domain that was signed in to")]
    WrongDomain,
    /// The organisation does not know the application, or has not installed it.
    #[error("the organisation does not know the application")]
    AppUnknown,
    /// The secret of the application is wrong.
    #[error("the organisation does not accept the secret of the application")]
    AppSecret,
    /// The seller's account, or the whole organisation, is not active.
    #[error("the account is not active in the CRM")]
    UserInactive,
    /// The application does not name the hub as the place to come back to.
    #[error("the application does not allow the browser to come back here")]
    RedirectUnknown,
    /// The application does not grant what is needed.
    #[error("the application does not grant the scopes api and refresh_token")]
    ScopeRefused,
    /// The organisation lets people in from some networks only.
    #[error("the organisation lets nobody in from this network")]
    NetworkRestricted,
    /// The sign-in leads to an address that is not the vendor's.
    #[error("the sign-in leads to an address that is none of the vendor's")]
    InstanceForeign,
    /// The seller has no access to the environment of Dynamics 365.
    #[error("the seller has no access to Dynamics 365")]
    NoAccess,
    /// `msdyn_viva` could not be made.
    #[error("the environment for the product's data could not be made")]
    NotProvisioned(#[source] Box<records::Error>),
    /// Data policies could not be asked, or refuse it.
    #[error(transparent)]
    Policy(#[from] connectors::Error),
    /// The provider refused, or cannot be reached.
    #[error(transparent)]
    SignIn(#[from] oauth::Error),
    /// The CRM refused.
    #[error(transparent)]
    Crm(#[from] crm::Error),
    /// Records could not be read or written.
    #[error(transparent)]
    Records(#[from] records::Error),
    /// People or environments could not be read.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// A permission is missing.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Sealing or opening failed.
    #[error("a sealed value could not be handled")]
    Seal(#[from] seal::Error),
    /// Storing failed.
    #[error("CRM connections could not be read or written")]
    Store(#[from] db::Error),
}

impl Error {
    /// One broken rule.
    pub(crate) fn invalid(pointer: &'static str, code: &'static str, detail: &'static str) -> Self {
        Self::Invalid { fields: vec![FieldError::new(pointer, code, detail)] }
    }

    /// The code by which the platform's own surfaces and Salesforce know it, where there is one.
    pub const fn protocol_code(&self) -> Option<&'static str> {
        match self {
            Self::Policy(error) => error.protocol_code(),
            Self::AppBlocked => Some("OAUTH_APP_BLOCKED"),
            Self::AppAccessDenied => Some("OAUTH_APP_ACCESS_DENIED"),
            Self::WrongDomain => Some("invalid_grant"),
            Self::Crm(crm::Error::ApiDisabled) => Some("API_DISABLED_FOR_ORG"),
            _ => None,
        }
    }
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::SystemNotFound => Code::new("crm_system.not_found", Kind::NotFound),
            Self::NameTaken => Code::new("crm_system.name_taken", Kind::Conflict),
            Self::TooMany { .. } => Code::new("crm_system.too_many", Kind::Conflict),
            Self::Invalid { .. } => Code::new("crm_system.invalid", Kind::Invalid),
            Self::Needed => Code::new("crm_connection.needed", Kind::NotFound),
            Self::Lost => Code::new("crm_connection.lost", Kind::Conflict),
            Self::Disabled => Code::new("crm_connection.disabled", Kind::Forbidden),
            Self::Attempt => Code::new("crm_connection.attempt_unknown", Kind::Conflict),
            Self::Changed => Code::new("crm_connection.changed", Kind::Conflict),
            Self::PersonNeeded => Code::new("crm_connection.person_needed", Kind::Forbidden),
            Self::NothingProvisioned => Code::new("crm_review.not_provisioned", Kind::NotFound),
            Self::AppBlocked => Code::new("crm_sign_in.app_blocked", Kind::Forbidden),
            Self::AppAccessDenied => Code::new("crm_sign_in.app_access_denied", Kind::Forbidden),
            Self::WrongDomain => Code::new("crm_sign_in.wrong_domain", Kind::Conflict),
            Self::AppUnknown => Code::new("crm_sign_in.app_unknown", Kind::Upstream),
            Self::AppSecret => Code::new("crm_sign_in.app_secret", Kind::Upstream),
            Self::UserInactive => Code::new("crm_sign_in.user_inactive", Kind::Forbidden),
            Self::RedirectUnknown => Code::new("crm_sign_in.redirect_unknown", Kind::Upstream),
            Self::ScopeRefused => Code::new("crm_sign_in.scope_refused", Kind::Upstream),
            Self::NetworkRestricted => Code::new("crm_sign_in.network_restricted", Kind::Forbidden),
            Self::InstanceForeign => Code::new("crm_sign_in.instance_foreign", Kind::Upstream),
            Self::NoAccess => Code::new("crm_sign_in.no_access", Kind::Forbidden),
            Self::NotProvisioned(_) => Code::new("crm_sign_in.not_provisioned", Kind::Unavailable),
            Self::TurnedOff => Code::new("crm_connection.turned_off", Kind::Forbidden),
            Self::NotYours => Code::new("crm_connection.not_for_your_groups", Kind::Forbidden),
            Self::Policy(error) => error.code(),
            Self::SignIn(error) => error.code(),
            Self::Crm(error) => error.code(),
            Self::Records(error) => error.code(),
            Self::Identity(error) => error.code(),
            Self::Denied(_) => Code::new("permission.missing", Kind::Forbidden),
            Self::Seal(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid { fields } => fields,
            Self::Policy(error) => error.fields(),
            Self::SignIn(error) => error.fields(),
            Self::Crm(error) => error.fields(),
            Self::Records(error) => error.fields(),
            Self::Identity(error) => error.fields(),
            _ => &[],
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Policy(error) => error.retry_after(),
            Self::SignIn(error) => error.retry_after(),
            Self::Crm(error) => error.retry_after(),
            _ => None,
        }
    }
}
