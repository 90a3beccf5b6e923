//! What may go wrong with registered connectors.

use std::time::Duration;

use channel_connectors::Place;
use kernel::{Code, Coded, ConfigurationId, ConnectorId, Denied, FieldError, Kind, WebhookId};

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What may go wrong with registered connectors.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The actor may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such connector, or the actor may not know it.
    #[error("connector {connector} does not exist")]
    UnknownConnector {
        /// Which.
        connector: ConnectorId,
    },
    /// Only who registered the connector and administrators may do this.
    #[error("only the owner of the connector and administrators may do this")]
    NotConnectorOwner,
    /// The identifier belongs to another connector, or belonged to one.
    #[error("connector {connector} exists already, or existed")]
    ConnectorTaken {
        /// Which.
        connector: ConnectorId,
    },
    /// The preset for governments allows no connectors of one's own.
    #[error("the organisation's preset for governments allows no connectors of one's own")]
    Government,
    /// The connector is not offered in this place.
    #[error("connector {connector} is not offered in the {place}")]
    NotOffered {
        /// Which.
        connector: ConnectorId,
        /// Where.
        place: Place,
    },
    /// Neither the app's manifest nor the registration names a configuration page.
    #[error("connector {connector} has no configuration page")]
    NoPage {
        /// Which.
        connector: ConnectorId,
    },
    /// There is no such configuration, or the actor may not know it.
    #[error("configuration {configuration} does not exist")]
    UnknownConfiguration {
        /// Which.
        configuration: ConfigurationId,
    },
    /// The page said that it saved, and has set nothing.
    #[error("the page of configuration {configuration} has set nothing")]
    NothingSet {
        /// Which.
        configuration: ConfigurationId,
    },
    /// One person has too many dialogs open.
    #[error("{limit} configurations are open and not saved, the most there may be")]
    TooManyPending {
        /// How many there may be.
        limit: i64,
    },
    /// The webhook belongs to a connector already.
    #[error("incoming webhook {hook} belongs to a connector already")]
    Configured {
        /// Which.
        hook: WebhookId,
    },
    /// Asking apps failed.
    #[error("asking apps failed")]
    Apps(#[from] apps::Error),
    /// The input of a form or a request is wrong.
    #[error("the input has {} faults", fields.len())]
    Invalid {
        /// What is wrong where.
        fields: Vec<FieldError>,
    },
    /// The cursor was not given by this list.
    #[error(transparent)]
    Cursor(#[from] kernel::CursorError),
    /// What webhooks and places say.
    #[error(transparent)]
    Webhooks(#[from] channel_connectors::Error),
    /// Asking the workspace failed.
    #[error("asking the workspace failed")]
    Workspace(#[from] workspace::Error),
    /// Storing failed.
    #[error("storing failed")]
    Store(#[from] db::Error),
}

impl Error {
    /// One fault of an input.
    pub(crate) fn invalid(
        pointer: &'static str,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self::Invalid { fields: vec![FieldError::new(pointer, code, detail)] }
    }
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::Denied(_) => Code::new("permission.missing", Kind::Forbidden),
            Self::UnknownConnector { .. } => Code::new("connector.not_found", Kind::NotFound),
            Self::NotConnectorOwner => Code::new("connector.not_owner", Kind::Forbidden),
            Self::ConnectorTaken { .. } => Code::new("connector.taken", Kind::Conflict),
            Self::Government => Code::new("connector.government", Kind::Forbidden),
            Self::NotOffered { .. } => Code::new("connector.not_offered", Kind::Forbidden),
            Self::NoPage { .. } => Code::new("connector.no_page", Kind::Conflict),
            Self::UnknownConfiguration { .. } => {
                Code::new("configuration.not_found", Kind::NotFound)
            }
            Self::NothingSet { .. } => Code::new("configuration.nothing_set", Kind::Conflict),
            Self::TooManyPending { .. } => Code::new("configuration.too_many", Kind::Conflict),
            Self::Configured { .. } => Code::new("webhook.configured", Kind::Conflict),
            Self::Apps(error) => error.code(),
            Self::Invalid { .. } => Code::new("webhook.invalid", Kind::Invalid),
            Self::Cursor(_) => Code::new("cursor.invalid", Kind::Invalid),
            Self::Webhooks(error) => error.code(),
            Self::Workspace(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid { fields } => fields,
            Self::Apps(error) => error.fields(),
            Self::Webhooks(error) => error.fields(),
            Self::Workspace(error) => error.fields(),
            _ => &[],
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Apps(error) => error.retry_after(),
            Self::Webhooks(error) => error.retry_after(),
            Self::Workspace(error) => error.retry_after(),
            Self::Store(error) => error.retry_after(),
            _ => None,
        }
    }
}
