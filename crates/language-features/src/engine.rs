//! What is asked of whoever does the work, and what they answer.

use futures_util::future::BoxFuture;
use insights::{tracked::Tracked, updates::Change};
use jiff::civil::Date;

use crate::{Feature, Length, Purpose, Result, Tone};

/// A piece of a source: a mail, or what somebody said in one go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// Who wrote or said it.
    pub from: String,
    /// On which day, when it is known.
    pub day: Option<Date>,
    /// When in a recording, in milliseconds.
    pub at_ms: Option<i64>,
    /// The text.
    pub text: String,
    /// Whether it comes from outside of the organisation.
    pub is_external: bool,
}

/// What is to be done.
#[derive(Debug, Clone)]
pub struct Task {
    /// Which feature.
    pub feature: Feature,
    /// What is read, in order.
    pub sources: Vec<Source>,
    /// The day from which `tomorrow` counts.
    pub date: Date,
    /// What is looked for in meetings.
    pub tracked: Tracked,
    /// The language of the answer (`en`, `fr`); that of the text when nobody says.
    pub language: Option<String>,
    /// What a draft should say, by who asked for it; at most 2,000 characters.
    pub wish: String,
    /// What kind of reply a draft is to be.
    pub reply: Reply,
}

/// What kind of reply a draft is to be (sales reference §5.4).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// What for.
    pub purpose: Purpose,
    /// How long.
    pub length: Length,
    /// In which tone.
    pub tone: Tone,
    /// What the CRM says of the record that it is about: labels and values, as the seller may see them.
    pub facts: Vec<(String, String)>,
}

/// Something that was found, with the words that say so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What: a sentence of the source, or one that an endpoint wrote.
    pub text: String,
    /// The words of the source that say so.
    pub quote: String,
    /// The piece in which they stand, from 0.
    pub source: usize,
    /// The byte of that piece's text at which they begin.
    pub start: usize,
    /// Who said it.
    pub from: String,
    /// When in a recording, in milliseconds.
    pub at_ms: Option<i64>,
    /// Who is to do it: of actions.
    pub owner: Option<String>,
    /// By when: of actions.
    pub due: Option<Date>,
    /// What would change: of suggested updates.
    pub change: Option<Change>,
}

/// What came of a task.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// What was found.
    pub items: Vec<Item>,
    /// The text of a draft.
    pub draft: String,
    /// How many statements an endpoint made that the source does not bear out; they are left out.
    pub dropped: usize,
    /// How many words were taken out before the text left.
    pub redacted: usize,
    /// How many tokens it cost.
    pub tokens: u64,
    /// Whether an endpoint did the work; else the hub's own rules.
    pub by_endpoint: bool,
    /// Why the rules did what the endpoint should have done: the code of its trouble.
    pub fell_back: Option<&'static str>,
}

/// Whoever does the work.
pub trait Engine: Send + Sync {
    /// Does a task.
    fn run<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Result<Answer>>;

    /// Summarises a thread of mails.
    fn summarise_thread<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Result<Answer>> {
        self.run(task)
    }

    /// Summarises a meeting.
    fn summarise_meeting<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Result<Answer>> {
        self.run(task)
    }

    /// Finds who is to do what by when.
    fn find_actions<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Result<Answer>> {
        self.run(task)
    }

    /// Finds what a text says about an opportunity.
    fn suggest_updates<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Result<Answer>> {
        self.run(task)
    }

    /// Drafts a reply to the last mail.
    fn draft_reply<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Result<Answer>> {
        self.run(task)
    }
}
