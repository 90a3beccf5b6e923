//! REST of sellers' meetings: entries, what was said, what was made of it, and what becomes of that in the CRM.

#![expect(unused_qualifications, reason = "the macro that describes routes writes whole paths")]

mod crm_work;
mod entries;
mod recap;
mod rules;
mod speech;

use std::sync::Arc;

use meetings::Meetings;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

/// The services that the handlers call.
#[derive(Debug)]
pub struct Services {
    /// Meetings of sellers.
    pub meetings: Arc<Meetings>,
}

/// The services, shared.
pub type App = rest::App<Services>;

pub(crate) type Routes = rest::Routes<App>;

/// Every route of this crate.
pub fn routes() -> rest::Routes<App> {
    entries::routes().merge(speech::routes()).merge(crm_work::routes()).merge(rules::routes())
}

/// The meeting of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct MeetingPath {
    /// The meeting.
    pub(crate) meeting_id: Uuid,
}
