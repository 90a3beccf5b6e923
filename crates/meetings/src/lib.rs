//! Meetings of sellers: what calendars say of them, what was said in them, and what becomes of that.
//!
//! One service, [`Meetings`]. Entries are typed, read from calendar files or from the organisation's calendar; only those
//! who take part and have an account of the tenant see them, administrators no more than others. A transcript is brought
//! or fetched, and [`Recap`] is what the language features make of it: a summary, actions, questions, mentions, mood and
//! who spoke how long, each sentence with its place. A recap is made only for meetings that had the app: those with
//! somebody from outside have it by themselves, others when their organiser adds it. Tasks, notes and posts are made as
//! the seller, once each.
//!
//! What it is not: a reader of calendars (`calendar-files`) or transcripts (`transcripts`), a finder of what they say
//! (`insights`), or a client of Graph (`graph`).

mod draft;
mod error;
mod heeded;
mod in_teams;
mod keep;
mod model;
mod prepare;
mod privacy;
mod recap;
mod remind;
mod remote;
mod rules;
mod service;
mod settings;
mod share;
mod speech;
mod store;
mod work;
mod worker;

/// The largest calendar file in bytes.
pub use calendar_files::MAX_BYTES as MAX_CALENDAR_BYTES;
pub use draft::{Draft, written as draft_of};
pub use error::{Error, Result};
pub use mailbox::{Contact, Matched, Person as Visitor};
pub use model::{
    Absence, Connected, Cue, Kept, Made, Meeting, NewMeeting, Opened, Origin, Part, Person, Post,
    Transcript,
};
pub use prepare::{Activity, Preparation};
pub use privacy::{Before, Swept};
pub use recap::{Action, Asked, Mention, Part as RecapPart, Recap, Said, Sentiment, Speaker};
pub use remind::{Reminders, Way};
pub use remote::{At, Outside};
pub use rules::Rules;
pub use service::{Meetings, Parts};
pub use settings::Settings;
pub use share::Channel;
/// The largest transcript in bytes.
pub use transcripts::MAX_BYTES as MAX_TRANSCRIPT_BYTES;
/// Times of a recording as people read them.
pub use transcripts::shown_clock;
pub use work::{NewTask, Owner, Shown};
