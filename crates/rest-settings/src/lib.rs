//! REST of the settings of sales, and of people's data.

#![expect(unused_qualifications, reason = "the macro that describes routes writes whole paths")]

mod people;
mod settings;

use privacy::Privacy;
use sales_settings::SalesSettings;

/// The services that the handlers call.
#[derive(Debug)]
pub struct Services {
    /// What administrators of sales set.
    pub settings: SalesSettings,
    /// People's data.
    pub privacy: Privacy,
}

/// The services, shared.
pub type App = rest::App<Services>;

pub(crate) type Routes = rest::Routes<App>;

/// Every route of this crate.
pub fn routes() -> rest::Routes<App> {
    settings::routes().merge(people::routes())
}
