//! Microsoft Teams behind the port to a workspace.
//!
//! [`Seat`] is one person, or our application's own jobs, at the Teams of one organisation, asked over Microsoft Graph.
//! Graph decides what they may; what it tells apart by words alone is found out by asking again. The client itself,
//! with tokens, waits and repeats, is `graph`.
//!
//! Documented by Graph: paths, bodies, statuses. Our own choices stand beside the lines that make them.

mod cards;
mod channels;
mod files;
mod members;
mod names;
mod paths;
mod refusal;
mod seat;
mod tabs;
mod teams;

pub use seat::{Seat, Who};
