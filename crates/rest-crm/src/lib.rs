//! REST of CRMs: what administrators set up, what sellers are connected to, the records there, who administers what their
//! first sign-in made.

#![expect(unused_qualifications, reason = "the macro that describes routes writes whole paths")]

mod connections;
mod described;
mod mail_help;
mod mail_sources;
mod mails;
mod private_notes;
mod records;
mod review;
mod shapes;
mod systems;
mod views;

/// The services that the handlers call.
#[derive(Debug)]
pub struct Services {
    /// CRMs and connections to them.
    pub crm: crm_connections::CrmConnections,
    /// Mails of sellers.
    pub mailbox: std::sync::Arc<mailbox::Mailbox>,
    /// What the language features make of them.
    pub language: language_features::LanguageFeatures,
}

/// The services, shared.
pub type App = rest::App<Services>;

pub(crate) type Routes = rest::Routes<App>;

/// Every route of this crate.
pub fn routes() -> rest::Routes<App> {
    systems::routes()
        .merge(connections::routes())
        .merge(review::routes())
        .merge(records::routes())
        .merge(views::routes())
        .merge(mails::routes())
        .merge(mail_help::routes())
        .merge(private_notes::routes())
        .merge(mail_sources::routes())
}
