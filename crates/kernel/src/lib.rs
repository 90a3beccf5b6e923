//! Words that every room shares: identifiers, [`Scope`], [`Permission`], [`Clock`], [`Secret`],
//! [`Page`], [`Code`] and [`Kind`].
//!
//! The kernel does no I/O, knows no framework and holds no rule of a feature. It changes rarely:
//! everything in the house is compiled against it.
//!
//! ```
//! use liaison_kernel::{Ids, TenantId};
//!
//! let ids = Ids::seeded(7);
//! let tenant: TenantId = ids.fresh();
//! assert_eq!(tenant.to_string().parse::<TenantId>(), Ok(tenant));
//! ```

mod cache;
mod clock;
mod code;
mod id;
mod page;
mod permission;
mod scope;
mod secret;
mod sort;

pub use cache::{Cache, Key, Name, Stay};
pub use clock::{Clock, SystemClock};
pub use code::{Code, Coded, FieldError, Kind};
pub use id::{
    ActionId, ActionRequestId, ActionRunId, ApiConnectorId, AppId, ChannelId, ConfigurationId,
    ConnectionAttemptId, ConnectionId, ConnectorId, CredentialId, DataPolicyId, EnvironmentId,
    EventId, ExampleId, FileId, GroupId, Id, IdError, Ids, LicenceId, MailId, MessageId,
    ProviderId, RequestId, SetupPolicyId, TabId, TargetId, TeamId, TenantId, TriggerId, UserId,
    WebhookId,
};
pub use page::{Cursor, CursorError, Limit, Page};
pub use permission::{Permission, Permissions};
pub use scope::{Actor, Denied, Factor, Language, Scope};
pub use secret::Secret;
pub use sort::{sort, sort_by, sort_by_key};
