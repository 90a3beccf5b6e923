//! Whether records may be linked to channels, and what is still in the way.
//!
//! One service, [`LinkingSetup`]. Linking is off until a System Administrator of an environment turns it on; making
//! links from the hub also takes the consent of somebody who administers the tenant. What must be so beforehand is
//! judged all at once, with the setting that cures each of it. Everybody else asks one question: may this be done here.
//!
//! ```ignore
//! let overview = setup.turn(&scope, environment, Turn::Basic(true)).await?;
//! setup.require(&scope, environment, Some("opportunity"), Feature::Enhanced).await?;
//! ```
//!
//! The switches are columns of the row of the organisation, so that whoever writes that row obeys the same rules
//! ([`LinkingSetup::plugins`]). It links nothing: that is the room `linking`, over the same [`Workspaces`].

mod audit;
mod cache;
mod conditions;
mod consent;
mod crm;
mod devices;
mod error;
mod guard;
mod licences;
mod may;
mod service;
mod store;
mod switches;
mod table_settings;
mod teams;
mod workspaces;

pub use conditions::{CODE, Condition, Met, Place};
pub use consent::{Consent, ConsentState, Decision, Which};
pub use devices::{DeviceRule, Devices, Library};
pub use error::{Error, Result};
pub use licences::{Counted, CountsAs, Licences, Missing};
pub use may::{Answer, Feature, Obstacle};
pub use service::{LinkingSetup, Parts};
pub use switches::{Overview, Switches, Turn};
pub use table_settings::{LINKABLE, TableChange, TableSetting, TablesSet};
pub use teams::{
    Account, BroughtBack, Came, Checked, Cloud, Finding, Heard, Label, MAX_NOTICE_BYTES,
    MicrosoftTeams, NewLabel, NewTeams, Proof, Purpose, SeatOf, SignInState, Sitting, Spoken,
    TEAMS_TOLD, TRANSCRIPTS_TOLD, Teams, TeamsParts, Woken,
};
pub use workspaces::{Kind, OwnWorkspace, Workspaces};

/// The sealed columns of this room.
pub const SEALED: &[seal::SealedColumn] = &[
    seal::sealed_column!("linking_teams", "sealed", "id"),
    seal::sealed_column!("linking_teams_people", "sealed", "id"),
    seal::sealed_column!("linking_teams_attempts", "sealed", "id"),
];
