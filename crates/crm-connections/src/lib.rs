//! Which CRMs a tenant has, and each seller's sign-in to one of them.
//!
//! One service, [`CrmConnections`]. Administrators set up [`CrmSystem`]s: an environment of the hub's own, an
//! organisation of Salesforce, an environment of Dynamics 365. A seller signs in to one of them with an authorization
//! code and PKCE; the tokens are sealed, and every call that features make through [`CrmConnections::of`] is made as
//! that seller, never as the hub. Salesforce and Dataverse are connectors to the data policies: what one blocks is
//! refused before anything leaves. The first sign-in of a Salesforce seller provisions the environment in which the
//! product keeps what the CRM has no place for.
//!
//! ```ignore
//! let url = crm.begin_sign_in(&seller, system).await?; // the browser goes there and comes back
//! let connection = crm.finish_sign_in(&seller, callback).await?;
//! let account = crm.of(&seller).await?.read(&record, &fields).await?;
//! ```
//!
//! It speaks no CRM's language: that is what adapters of the port `crm` do, which whoever builds the hub hands over.

mod at;
mod connection;
mod error;
mod oversight;
mod policy;
mod provision;
pub mod records;
mod refresh;
mod refusal;
mod seller;
mod service;
mod settings;
mod sign_in;
mod store;
mod system;
mod systems;
mod whoami;
mod worker;

pub use at::Known;
pub use connection::{Connection, Overview, State};
pub use error::{Error, Result};
pub use oversight::{Blocked, Held};
pub use provision::{Administrator, Review, VIVA};
pub use service::{Adapters, CrmConnections, Parts, Session, Written};
pub use settings::Settings;
pub use sign_in::BroughtBack;
pub use system::{Application, CrmSystem, NewSystem, SystemKind};

/// The sealed columns of this room.
pub const SEALED: &[seal::SealedColumn] = &[
    seal::sealed_column!("crm_systems", "sealed", "id"),
    seal::sealed_column!("crm_connections", "sealed", "id"),
    seal::sealed_column!("crm_attempts", "sealed", "id"),
];
