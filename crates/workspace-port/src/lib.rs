//! The port to a workspace of teams and channels.
//!
//! [`Workspace`] is one person at one workspace, or the workspace's own jobs: every call is made as that caller, with
//! what the workspace lets them see and do. Teams, channels, members, tabs and files have the identifiers of the
//! workspace itself; nothing but the adapter that gave one understands it. What an adapter must do is said by
//! [`conformance`], which every adapter's tests run; what one workspace has and another lacks is said by
//! [`Capabilities`], and asked for nevertheless ends in [`Error::Unsupported`].
//!
//! It stores nothing and speaks no protocol: the embedded workspace and each vendor's interface have an adapter.
//!
//! ```
//! use liaison_workspace_port::{Creation, NewTeam, Visibility, Workspace};
//!
//! async fn open(workspace: &dyn Workspace) -> liaison_workspace_port::Result<Creation> {
//!     let team = NewTeam {
//!         name: "Contoso".to_owned(),
//!         description: String::new(),
//!         visibility: Visibility::Private,
//!         label: None,
//!     };
//!     workspace.create_team(&team).await
//! }
//! ```

pub mod conformance;
mod error;
mod file;
mod place;
mod port;
mod tab;

pub use error::{Error, Result};
pub use file::{Conflict, File, FileId, FileKind, FileVersion, MAX_UPLOAD, NewFile};
pub use place::{
    Channel, ChannelChange, ChannelId, ChannelKind, Member, NewChannel, NewTeam, Person, PersonId,
    Place, Role, Team, TeamChange, TeamId, Visibility,
};
pub use port::{Answer, Capabilities, Creation, MOST, MessageId, Pending, Workspace};
pub use tab::{NewTab, Tab, TabId};
