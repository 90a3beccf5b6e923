//! Attempts that leave the hub: what follows from an answer, when to try again, when to give up.
//!
//! A pump ([`crate::Pump`]) delivers inside one database and is undone with it. What is sent to a place
//! outside cannot be undone: it is sent, the answer is judged, and a [`Course`] remembers what follows. The
//! rules here are plain functions over a clock that is handed in; who sends, and what, is the caller's
//! matter.
//!
//! - An answer that takes the message moves the course on.
//! - A place that asks for patience gets it: `Retry-After` is honoured and counts as no failure.
//! - A failure is tried again with growing pauses ([`crate::Backoff`]). After some in a row the circuit opens:
//!   from then on one message at a time probes the place, with longer pauses.
//! - What a place refuses for what it is, what was tried too often and what is too old becomes a dead letter,
//!   and the next message gets its turn.

mod course;
mod pace;
mod wait;

pub use course::{Circuit, Course, GivenUp, Head, Outcome, Policy, Step};
pub use pace::{Pace, Rate};
pub use wait::retry_after;
