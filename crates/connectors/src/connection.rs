//! Connections as callers see them.

use jiff::Timestamp;
use kernel::{ApiConnectorId, ConnectionId, EnvironmentId, Secret, UserId};
use serde_json::{Map, Value};

/// What an API is reached with: the values of a connector's parameters, for one person or shared.
#[derive(Debug, Clone, PartialEq)]
pub struct Connection {
    /// The identifier.
    pub id: ConnectionId,
    /// Where its connector is.
    pub environment: EnvironmentId,
    /// What it is for.
    pub connector: ApiConnectorId,
    /// The name that people see.
    pub name: String,
    /// Whose it is; a shared one belongs to whoever made it.
    pub owner: Option<UserId>,
    /// Whether everybody in the organisation may use it.
    pub shared: bool,
    /// The name of the chosen set of parameters, where the connector has several.
    pub parameter_set: Option<String>,
    /// The values that may be seen, by parameter.
    pub parameters: Map<String, Value>,
    /// The parameters whose values are sealed; they are never shown.
    pub secret_names: Vec<String>,
    /// Whether it came into being by exchanging the token of its owner, without a dialog.
    pub silent: bool,
    /// Whether it can be used.
    pub state: State,
    /// Why it cannot, as a code such as `authorization.ended`.
    pub reason: Option<String>,
    /// When it has to be renewed by a person, where that is known.
    pub expires_at: Option<Timestamp>,
    /// When it was last tried with success.
    pub tested_at: Option<Timestamp>,
    /// Rises with every change.
    pub changes: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Whether a connection can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It waits for a sign-in.
    Pending,
    /// It can be used.
    Connected,
    /// It has to be repaired: the API or the provider of the sign-in has refused it.
    Broken,
    /// Somebody has withdrawn it; its secrets are gone.
    Revoked,
}

impl State {
    /// The name in the interface and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Connected => "connected",
            Self::Broken => "broken",
            Self::Revoked => "revoked",
        }
    }

    /// The state of a name.
    pub fn read(text: &str) -> Option<Self> {
        [Self::Pending, Self::Connected, Self::Broken, Self::Revoked]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// A connection to make.
#[derive(Debug, Clone, Default)]
pub struct NewConnection {
    /// The name that people see; the connector's unless given.
    pub name: Option<String>,
    /// Whether everybody in the organisation may use it; makers only.
    pub shared: bool,
    /// The set of parameters, where the connector has several.
    pub parameter_set: Option<String>,
    /// Values by parameter, secrets too.
    pub values: Vec<(String, Secret<String>)>,
}

/// What to change of a connection; `None` leaves as it is.
#[derive(Debug, Clone, Default)]
pub struct ConnectionPatch {
    /// The name.
    pub name: Option<String>,
    /// Whether everybody in the organisation may use it; makers only.
    pub shared: Option<bool>,
    /// Values by parameter; those that are not named stay. An empty one is taken away.
    pub values: Vec<(String, Secret<String>)>,
}

/// Everything of a connection that a call needs, its secrets opened.
#[derive(Debug, Clone)]
pub(crate) struct Opened {
    pub(crate) connection: Connection,
    pub(crate) secrets: Secrets,
}

impl Opened {
    /// Every value as text, secret or not.
    pub(crate) fn all_values(&self) -> Vec<(String, Secret<String>)> {
        let shown = self.connection.parameters.iter().map(|(name, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            (name.clone(), Secret::new(text))
        });
        shown.chain(self.secrets.values.iter().cloned()).collect()
    }
}

/// The sealed part of a connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Secrets {
    /// Values of secret parameters.
    pub(crate) values: Vec<(String, Secret<String>)>,
    /// Tokens of a sign-in, as `oauth::TokenSet` writes them.
    pub(crate) tokens: Option<Secret<String>>,
}

impl Secrets {
    /// As the bytes that are sealed.
    pub(crate) fn to_bytes(&self) -> Secret<Vec<u8>> {
        let values: Map<String, Value> = self
            .values
            .iter()
            .map(|(name, value)| (name.clone(), Value::String(value.expose().clone())))
            .collect();
        let tokens = self.tokens.as_ref().map(|t| Value::String(t.expose().clone()));
        let json = serde_json::json!({ "values": values, "tokens": tokens });
        Secret::new(json.to_string().into_bytes())
    }

    /// Reads what [`Self::to_bytes`] wrote.
    pub(crate) fn read(bytes: &Secret<Vec<u8>>) -> Option<Self> {
        let json: Value = serde_json::from_slice(bytes.expose()).ok()?;
        let text = |value: &Value| value.as_str().map(|t| Secret::new(t.to_owned()));
        let values = json.get("values")?.as_object()?.iter();
        Some(Self {
            values: values.filter_map(|(n, v)| Some((n.clone(), text(v)?))).collect(),
            tokens: json.get("tokens").and_then(text),
        })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty() && self.tokens.is_none()
    }
}
