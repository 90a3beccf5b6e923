//! The records of an environment as a seller's CRM.
//!
//! [`Embedded`] is one person in one environment: every call opens a session as that person's scope, so that what it
//! gives is what `records` gives them. `describe.rs` says what tables look like, `translate.rs` makes queries out of
//! the port's, `cells.rs` turns values into cells and back, `several.rs` reads many, puts by key and asks for
//! rights, `views.rs` tells the views of everybody and the person's own, `refusal.rs` says why something was refused.

mod cells;
mod describe;
mod port;
mod refusal;
mod several;
mod translate;
mod views;

pub use port::Embedded;
