//! Organisations of Salesforce and Dynamics 365 for tests of rooms and pages.
//!
//! Each is a server of its own that stores rows and enforces rules ([`Elsewhere`]); between it and the hub are the real
//! adapters ([`adapters`]), and people sign in as they do in a browser ([`visit`]). What a test says of a room stays in
//! that room's tests; what each of them would repeat is here: the ground under their houses ([`Floor`]) too.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "tests stop where something is odd"
)]

mod elsewhere;
mod floor;
mod people;
mod rooms;
mod stall;

pub use elsewhere::{At, Elsewhere, dynamics, salesforce};
pub use floor::Floor;
pub use people::{back, visit};
pub use rooms::{Ground, Watch, adapters, connections, connections_by, connectors, open_networks};
pub use stall::{Stall, stalling};

/// The code of what a call ended in.
pub fn code<T>(outcome: &Result<T, impl kernel::Coded>) -> &'static str {
    outcome.as_ref().err().map_or("done", |error| error.code().name())
}
