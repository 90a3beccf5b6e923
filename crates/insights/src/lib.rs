//! What stands in meetings and mails, in English and French, by rules alone: no network, no model, no clock.
//!
//! [`meeting::report`] makes of a transcript the sections of a recap: summary, highlights by part, actions, questions,
//! mentions, tracked words, sentiment. [`thread::summarise`] does the same for a thread of mails, [`updates::suggest`] finds
//! what a text says about an opportunity. Whatever is found names its [`Place`]: nothing is written that was not said.
//!
//! What it is not: a model that writes, or a place that reads records.
//!
//! ```
//! use liaison_insights::{Lang, sentences};
//!
//! let text = "Mr. Byron paid 3.5 million. Did he sign?";
//! let found: Vec<&str> = sentences::split(text, Lang::English).map(|range| &text[range]).collect();
//! assert_eq!(found, ["Mr. Byron paid 3.5 million.", "Did he sign?"]);
//! ```

pub mod actions;
pub mod dates;
mod lang;
mod lexicon;
pub mod meeting;
pub mod mentions;
pub mod money;
mod names;
pub mod parts;
pub mod questions;
mod rank;
pub mod sentences;
pub mod sentiment;
mod source;
pub mod stakeholders;
mod stems;
mod stops;
pub mod summary;
pub mod thread;
pub mod tracked;
#[expect(clippy::ref_option_ref, reason = "what serde derives for an optional &str")]
pub mod updates;
mod words;

pub use crate::{
    lang::{Lang, detect},
    source::{Passage, Place, Sentence, Source, Unit},
};

/// The most sentences that are looked at (our own choice: a day of talk).
pub const MAX_SENTENCES: usize = 12_000;

#[cfg(test)]
mod tests;
