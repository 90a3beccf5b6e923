//! Order, attempts, back-off, dead letters and replay; knows neither cards nor channels.
//!
//! A [`Pump`] is one consumer of one topic of the event log. It takes the events of each stream in their
//! order, hands them in batches to the consumer's function, and moves the consumer's cursor **in the same
//! transaction**: what was delivered and how far delivery has come cannot disagree, so that a crash at any
//! moment loses nothing and repeats nothing. Streams run beside each other; one stream never overtakes
//! itself. Notices of commits wake the pump; a sweep finds what a lost notice would have told.
//!
//! An event that the function rejects becomes a [`DeadLetter`] and the stream goes on. An event that makes
//! the function fail is tried again with growing pauses, alone, and becomes a dead letter in the end.
//! What fails before anything was tried (no database, no space) is tried again for ever.
//!
//! What leaves the hub cannot be undone with a transaction: [`outside`] has the rules for such attempts.
//!
//! ```ignore
//! let consumer = Consumer::new("messages", "card.posted", |tx, stream, events| post(tx, stream, events));
//! let pump = Arc::new(Pump::new(db, scopes, clock, consumer, Settings::default()));
//! tracker.spawn(Arc::clone(&pump).run(stop));
//! ```

mod backoff;
mod letters;
pub mod outside;
mod pump;
mod schedule;
mod settings;
mod stage;

pub use backoff::Backoff;
pub use letters::{DeadLetter, Letters, Reason, prune_letters};
pub use pump::{Consumer, Delivery, Figures, Pump};
pub use schedule::{Key, Schedule};
pub use settings::Settings;
pub use stage::{Error, Rejected, Stage};
