//! Why the app does not do what was asked, by what can be done about it.

use kernel::{Code, Coded, Denied, FieldError, Kind};

/// The result of a service method.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the app does not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody set a bot up for the tenant.
    #[error("no bot is set up")]
    NoBot,
    /// What came does not prove that the Bot Connector sent it.
    #[error("the request does not prove that it comes from the Bot Connector")]
    Unproven(#[source] oauth::Error),
    /// The request has no token.
    #[error("the request carries no token")]
    NoToken,
    /// It comes from another directory than the one that the bot is for.
    #[error("the request comes from another directory")]
    OtherDirectory,
    /// It is no activity.
    #[error("the request is no activity: {reason}")]
    NoActivity {
        /// What is missing.
        reason: &'static str,
    },
    /// Only a person can do this.
    #[error("only a person can do this")]
    PersonNeeded,
    /// The code of a sign-in was used, is too old or was never given.
    #[error("the code is used, too old or unknown")]
    Code,
    /// An address that leads to no record of the person's CRMs.
    #[error("the address leads to no record")]
    NoRecord,
    /// The bot has nothing to prove itself with: it cannot speak by itself.
    #[error("the bot has no secret")]
    NoSecret,
    /// The directory gave the bot no token.
    #[error("the bot got no token")]
    Grant(#[source] oauth::Error),
    /// An activity wants answers sent to a place that is none of the published ones.
    #[error("the service address is none of the published ones")]
    Place,
    /// The Bot Connector could not be reached.
    #[error("the Bot Connector could not be reached")]
    Unreachable(#[source] egress::Error),
    /// The Bot Connector wants to be left alone for a while.
    #[error("the Bot Connector takes no more messages now")]
    Busy,
    /// There is no such conversation any more, or the person blocked the bot.
    #[error("the conversation is gone")]
    Gone,
    /// The Bot Connector refused a message.
    #[error("the Bot Connector answered {status}")]
    Refused {
        /// The status of HTTP.
        status: u16,
    },
    /// A secret cannot be sealed or opened.
    #[error(transparent)]
    Seal(#[from] seal::Error),
    /// The input breaks rules.
    #[error("the input breaks {} rules", fields.len())]
    Invalid {
        /// Which, and where.
        fields: Vec<FieldError>,
    },
    /// The CRM refused, or stands in the way.
    #[error(transparent)]
    Crm(#[from] crm_connections::Error),
    /// A card could not be posted.
    #[error(transparent)]
    Workspace(#[from] workspace::Error),
    /// People could not be read.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// A permission is missing.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Storing failed.
    #[error("what the app remembers could not be read or written")]
    Store(#[from] db::Error),
}

impl From<crm::Error> for Error {
    fn from(error: crm::Error) -> Self {
        Self::Crm(error.into())
    }
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::NoBot => Code::new("teams_app.no_bot", Kind::NotFound),
            Self::Unproven(error) => match error {
                oauth::Error::Token { .. } => {
                    Code::new("teams_app.unproven", Kind::Unauthenticated)
                }
                other => other.code(),
            },
            Self::NoToken => Code::new("teams_app.no_token", Kind::Unauthenticated),
            Self::OtherDirectory => Code::new("teams_app.other_directory", Kind::Forbidden),
            Self::NoActivity { .. } => Code::new("teams_app.no_activity", Kind::Invalid),
            Self::PersonNeeded => Code::new("teams_app.person_needed", Kind::Forbidden),
            Self::Code => Code::new("teams_app.code", Kind::Conflict),
            Self::NoRecord => Code::new("teams_app.no_record", Kind::NotFound),
            Self::NoSecret => Code::new("teams_app.no_secret", Kind::Conflict),
            Self::Grant(error) => error.code(),
            Self::Place => Code::new("teams_app.service", Kind::Forbidden),
            Self::Unreachable(_) => Code::new("teams_app.unreachable", Kind::Upstream),
            Self::Busy => Code::new("teams_app.busy", Kind::Throttled),
            Self::Gone => Code::new("teams_app.gone", Kind::Gone),
            Self::Refused { .. } => Code::new("teams_app.refused", Kind::Upstream),
            Self::Seal(error) => error.code(),
            Self::Invalid { .. } => Code::new("teams_app.invalid", Kind::Invalid),
            Self::Crm(error) => error.code(),
            Self::Workspace(error) => error.code(),
            Self::Identity(error) => error.code(),
            Self::Denied(_) => Code::new("permission.missing", Kind::Forbidden),
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid { fields } => fields,
            Self::Crm(error) => error.fields(),
            Self::Workspace(error) => error.fields(),
            Self::Identity(error) => error.fields(),
            _ => &[],
        }
    }
}
