//! Entries of calendars, as files carry them: iCalendar (RFC 5545), as far as meetings of people need it.
//!
//! [`parse`] reads a file and gives its events with who organises them and who is invited. What is odd in one property
//! is left out; what is beyond the bounds, or no calendar at all, is refused with its line. Times get their zone from
//! its IANA name, from the name that Windows has for it, or from the offset that the file itself gives.
//!
//! What it is not: a place that keeps entries, or one that works out the days of a series; it says that one is there.
//!
//! ```
//! let file = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Renewal\r\nDTSTART:20260302T090000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
//! let events = liaison_calendar_files::parse(file).unwrap();
//! assert_eq!((events[0].summary.as_str(), events[0].starts_at.to_string().as_str()), ("Renewal", "2026-03-02T09:00:00Z"));
//! ```

mod error;
mod event;
mod lines;
mod time;
mod zones;

pub use crate::{
    error::Error,
    event::{Event, Part, Person, parse},
};

/// The most bytes of a file (our own choice: a year of a busy calendar).
pub const MAX_BYTES: usize = 4 << 20;
/// The most events that are read of a file (our own choice).
pub const MAX_EVENTS: usize = 1_000;
/// The most people of one event (Exchange invites no more to one meeting either).
pub const MAX_PEOPLE: usize = 500;
/// The most characters of a subject or a name; what is longer is cut.
pub const MAX_TEXT: usize = 400;

#[cfg(test)]
mod tests;
