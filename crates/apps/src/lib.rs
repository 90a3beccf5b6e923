//! Apps: uploads to a team, the organisation's catalogue, installation with consent, setup policies, and
//! apps that the operator of the hub offers to every tenant.
//!
//! One service, [`Apps`]. A package is read and judged by `app-packages`; here it gets a place, a life and
//! its readers:
//!
//! | origin | who brings it | judged on the level | who may install it |
//! |---|---|---|---|
//! | [`Origin::Upload`] | an owner of a team, to that team | load | nobody else |
//! | [`Origin::Catalogue`] | anybody submits, an administrator approves and publishes | publish | owners of teams |
//! | [`Origin::Offer`] | the operator offers it, an administrator of the tenant publishes | publish | owners of teams |
//!
//! The identifier of an app in its manifest stays, its version rises. An installation follows the published
//! version by itself as long as that one asks for nothing new; else it waits for somebody's consent.
//! Every step is audited, and an event of the topic [`APP_CHANGED`].
//!
//! ```ignore
//! let apps = Arc::new(Apps::new(Parts { db, clock, ids, scopes, settings }));
//! let app = apps.submit(&scope, bytes).await?;
//! apps.approve(&administrator, app.app.id, 1).await?;
//! apps.publish(&administrator, app.app.id, 1).await?;
//! apps.install(&owner, app.app.id, team, 1).await?;
//! ```
//!
//! It does not run apps: what a package's connectors do is `connector-registry`'s.

mod catalogue;
mod changes;
mod connectors;
mod error;
mod installs;
mod intake;
mod model;
mod offers;
mod policies;
mod publishing;
mod service;
mod settings;
mod store;
mod uploads;
mod words;

pub use catalogue::{Filter, Icon};
pub use changes::{APP_CHANGED, APPS_TOPIC};
pub use connectors::{Source, TeamConnector, blocked_connectors_of_team, connectors_of_team};
pub use error::{Error, Result};
pub use installs::{Installed, TeamApp};
pub use model::{
    About, AboutConnector, App, Asks, Dependents, Entry, Installation, Origin, Texts, Version,
    VersionState,
};
pub use offers::Reconciled;
pub use policies::{EffectiveApp, NewPolicy, Policy, PolicyApp, PolicyGroup};
pub use service::{Apps, Parts};
pub use settings::Settings;
