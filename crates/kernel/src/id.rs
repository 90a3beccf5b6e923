//! Identifiers: newtypes over UUID v7, and the one place that draws them.

use std::{
    fmt,
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::Timestamp;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

/// What every identifier can do; rooms are generic over it where they store or print ids.
pub trait Id: Copy + Eq + fmt::Display + From<Uuid> + Into<Uuid> {}

/// A text that is not the identifier it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not an identifier: 36 characters such as 01890a5d-ac96-774b-bcce-b302099a8057 are expected"
)]
pub struct IdError;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl Id for $name {}

        impl $name {
            /// The identifier as its 16 bytes.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                if text.len() != 36 {
                    return Err(IdError);
                }
                Uuid::try_parse(text).map(Self).map_err(|_source| IdError)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    )*};
}

ids! {
    /// One organisation; every row belongs to one.
    TenantId;
    /// A person: a local account or one from an OpenID Connect provider.
    UserId;
    /// A set of persons.
    GroupId;
    /// An entitlement that persons and groups hold.
    LicenceId;
    /// A container of tables, connectors and policies inside a tenant.
    EnvironmentId;
    /// An OpenID Connect provider that a tenant signs in with.
    ProviderId;
    /// One row of the table of credentials: a session, an API token, a webhook URL.
    CredentialId;
    /// A team of the workspace.
    TeamId;
    /// A channel of a team.
    ChannelId;
    /// A message of a channel.
    MessageId;
    /// A file or a folder of a channel.
    FileId;
    /// A mail of a group's mailbox.
    MailId;
    /// A tab of a channel.
    TabId;
    /// An incoming webhook.
    WebhookId;
    /// A registered channel connector.
    ConnectorId;
    /// A channel connector as somebody configured it, in a channel, a group's mailbox or an inbox.
    ConfigurationId;
    /// An app: one line of a catalogue, or one upload to a team. Its manifest has an id of its own.
    AppId;
    /// A setup policy: which apps are installed and pinned for whom.
    SetupPolicyId;
    /// An outside place that a channel or a webhook forwards its cards to.
    TargetId;
    /// One press of a button on a card.
    ActionRunId;
    /// A connector to an API, in an environment.
    ApiConnectorId;
    /// What somebody reaches an API with: a connector's parameters and secrets.
    ConnectionId;
    /// A sign-in at the provider of a connection that is under way.
    ConnectionAttemptId;
    /// A policy on which connectors, operations and addresses may be used together.
    DataPolicyId;
    /// An operation of a connector that watches for something: polled, or called back.
    TriggerId;
    /// A published selection of operations.
    ActionId;
    /// The wish of somebody that an action be enabled.
    ActionRequestId;
    /// One call of an operation, kept as an example that can be run again.
    ExampleId;
    /// An event of the event log; a webhook's message keeps the id of its event.
    EventId;
    /// One request, as written in logs, problems and the audit.
    RequestId;
}

/// Draws identifiers and secrets. Seeded in tests, from the system's randomness otherwise.
///
/// Identifiers are UUID v7 (RFC 9562 §5.7): near to each other in time, near in the B-tree. They are drawn
/// before a write closure, never inside one, and are never used as an order.
#[derive(Clone)]
pub struct Ids {
    seeded: Option<Arc<Mutex<(StdRng, u64)>>>,
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ids").field("seeded", &self.seeded.is_some()).finish()
    }
}

impl Ids {
    /// Identifiers for production.
    pub const fn system() -> Self {
        Self { seeded: None }
    }

    /// The same identifiers at every run; for tests.
    pub fn seeded(seed: u64) -> Self {
        Self { seeded: Some(Arc::new(Mutex::new((StdRng::seed_from_u64(seed), 0)))) }
    }

    /// A new identifier.
    pub fn fresh<T: From<Uuid>>(&self) -> T {
        T::from(match &self.seeded {
            None => system_uuid(),
            Some(state) => {
                let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                state.1 += 1;
                let mut random = [0_u8; 10];
                state.0.fill_bytes(&mut random);
                Builder::from_unix_timestamp_millis(1_700_000_000_000 + state.1, &random)
                    .into_uuid()
            }
        })
    }

    /// Bytes that nobody can guess.
    pub fn secret_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0_u8; N];
        match &self.seeded {
            None => system_random(&mut bytes),
            Some(state) => {
                state.lock().unwrap_or_else(PoisonError::into_inner).0.fill_bytes(&mut bytes);
            }
        }
        bytes
    }
}

/// A UUID v7 whose random part comes from this thread's generator, which spares a call of the system.
#[expect(clippy::disallowed_methods, reason = "the one place that draws identifiers")]
fn system_uuid() -> Uuid {
    let mut random = [0; 10];
    system_random(&mut random);
    let millis = u64::try_from(Timestamp::now().as_millisecond()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

fn system_random(bytes: &mut [u8]) {
    rand::rng().fill_bytes(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeded_ids_repeat_and_differ_from_each_other() {
        let (a, b) = (Ids::seeded(1), Ids::seeded(1));
        let first: UserId = a.fresh();
        assert_eq!(first, b.fresh::<UserId>());
        assert_ne!(first, a.fresh::<UserId>());
    }

    #[test]
    fn only_the_hyphenated_form_is_an_id() {
        let id: TeamId = Ids::system().fresh();
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.uuid().simple().to_string().parse::<TeamId>(), Err(IdError));
        assert_eq!("".parse::<TeamId>(), Err(IdError));
    }

    #[test]
    fn ids_are_version_7() {
        assert_eq!(Ids::system().fresh::<Uuid>().get_version_num(), 7);
        assert_eq!(Ids::seeded(3).fresh::<Uuid>().get_version_num(), 7);
    }
}
