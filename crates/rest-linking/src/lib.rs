//! REST of links: records and views in channels, and the settings of an environment that they stand under.

#![expect(unused_qualifications, reason = "the macro that describes routes writes whole paths")]

mod collaborate;
mod crm;
mod links;
mod members;
mod notes;
mod report;
mod setup;
mod shapes;
mod workspace;

use std::sync::Arc;

use linking::Linking;
use linking_setup::LinkingSetup;
use linking_sync::LinkingSync;

/// The services that the handlers call.
#[derive(Debug)]
pub struct Services {
    /// Links.
    pub linking: Arc<Linking>,
    /// Whether they may be, and what is in the way.
    pub setup: Arc<LinkingSetup>,
    /// What keeps them in step.
    pub sync: Arc<LinkingSync>,
}

/// The services, shared.
pub type App = rest::App<Services>;

pub(crate) type Routes = rest::Routes<App>;

/// Every route of this crate.
pub fn routes() -> rest::Routes<App> {
    let links =
        links::routes().merge(crm::routes()).merge(members::routes()).merge(notes::routes());
    setup::routes()
        .merge(workspace::routes())
        .merge(report::routes())
        .merge(collaborate::routes())
        .merge(links)
}
