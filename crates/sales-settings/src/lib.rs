//! What administrators of sales set for each CRM, and for the tenant: the settings catalogue.
//!
//! One service, [`SalesSettings`], for whoever administers; plain functions for rooms that obey, to be called inside
//! their own transactions: [`settings`], [`tenant_settings`], [`forms`], [`access`]. Nothing that was never set is as
//! the catalogue says at the beginning ([`Settings::default`]). Who administers is told by the CRM itself
//! (`crm::Crm::administers`): a role of Dynamics 365 or of an environment of the hub, a right of the profile in Salesforce.
//!
//! What a form says never gives a right: [`RecordType::shape`] only takes away from what the CRM shows the seller.
//!
//! ```
//! use liaison_sales_settings::{Connect, Settings};
//!
//! let settings = Settings::default();
//! assert!(settings.saving.mails && settings.saving.mails_connect == Connect::One);
//! assert!(settings.conversation.figures);
//! ```
//!
//! What it is not: a place for what rooms set for themselves beside it (the endpoint of the language features, addresses
//! of contacts), or one that calls a CRM for people.

mod access;
mod catalogue;
mod check;
mod error;
mod forms;
mod model;
mod service;
mod store;
mod viewed;

pub use access::{Access, Area, access};
pub use catalogue::{CATALOGUE, Entry, Kind, Page, TENANT};
pub use error::{Error, Result};
pub use forms::{FormField, Forms, RecordType, Relation, Vendor, View, addable};
pub use model::{
    Ai, Audience, Connect, Conversation, Gate, Gates, MailInsights, NotesIn, Prompt, Saving,
    Settings, Summaries, TenantSettings,
};
pub use service::{Kept, Parts, Place, SalesSettings, Seat};
pub use store::{forms, settings, tenant_settings};
