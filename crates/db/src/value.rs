//! Parameters of statements, and cells of rows.

use std::borrow::Cow;

use jiff::Timestamp;
use kernel::{
    ActionId, ActionRequestId, ActionRunId, ApiConnectorId, AppId, ChannelId, ConfigurationId,
    ConnectionAttemptId, ConnectionId, ConnectorId, CredentialId, DataPolicyId, EnvironmentId,
    EventId, ExampleId, FileId, GroupId, LicenceId, MailId, MessageId, ProviderId, RequestId,
    SetupPolicyId, TabId, TargetId, TeamId, TenantId, TriggerId, UserId, WebhookId,
};
use uuid::Uuid;

/// A value that goes into or comes out of a statement. Each driver stores it its best way.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// Every integer is 64 bits wide.
    Int(i64),
    /// A double.
    Real(f64),
    /// Text.
    Text(Cow<'a, str>),
    /// Bytes.
    Bytes(Cow<'a, [u8]>),
    /// An identifier.
    Uuid(Uuid),
    /// An instant, to the microsecond.
    Instant(Timestamp),
    /// A JSON document, as text.
    Json(Cow<'a, str>),
}

impl Value<'_> {
    /// The same value that borrows nothing.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(b) => Value::Bool(b),
            Self::Int(n) => Value::Int(n),
            Self::Real(n) => Value::Real(n),
            Self::Text(t) => Value::Text(Cow::Owned(t.into_owned())),
            Self::Bytes(b) => Value::Bytes(Cow::Owned(b.into_owned())),
            Self::Uuid(u) => Value::Uuid(u),
            Self::Instant(t) => Value::Instant(t),
            Self::Json(t) => Value::Json(Cow::Owned(t.into_owned())),
        }
    }

    /// A JSON document as a parameter.
    pub fn json(document: &serde_json::Value) -> Value<'static> {
        Value::Json(Cow::Owned(document.to_string()))
    }
}

macro_rules! from_ids {
    ($($id:ty),* $(,)?) => {$(
        impl From<$id> for Value<'_> {
            fn from(id: $id) -> Self {
                Self::Uuid(id.uuid())
            }
        }
    )*};
}

from_ids!(
    ActionId,
    ActionRequestId,
    ActionRunId,
    ApiConnectorId,
    AppId,
    ChannelId,
    ConfigurationId,
    ConnectionAttemptId,
    ConnectionId,
    ConnectorId,
    CredentialId,
    DataPolicyId,
    EnvironmentId,
    EventId,
    ExampleId,
    FileId,
    GroupId,
    LicenceId,
    MailId,
    TabId,
    MessageId,
    ProviderId,
    RequestId,
    SetupPolicyId,
    TargetId,
    TeamId,
    TenantId,
    TriggerId,
    UserId,
    WebhookId,
);

impl From<bool> for Value<'_> {
    fn from(b: bool) -> Self {
        Self::Bool(b)
    }
}

impl From<i64> for Value<'_> {
    fn from(n: i64) -> Self {
        Self::Int(n)
    }
}

impl From<u32> for Value<'_> {
    fn from(n: u32) -> Self {
        Self::Int(n.into())
    }
}

impl From<f64> for Value<'_> {
    fn from(n: f64) -> Self {
        Self::Real(n)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(Cow::Borrowed(bytes))
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::Bytes(Cow::Borrowed(bytes))
    }
}

impl From<Vec<u8>> for Value<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(Cow::Owned(bytes))
    }
}

impl From<Uuid> for Value<'_> {
    fn from(uuid: Uuid) -> Self {
        Self::Uuid(uuid)
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(at: Timestamp) -> Self {
        Self::Instant(at)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(option: Option<T>) -> Self {
        option.map_or(Self::Null, Into::into)
    }
}
