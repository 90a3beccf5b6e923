//! The recap of a meeting: every section of it, from its transcript.

use jiff::civil::Date;
use serde::Serialize;
use transcripts::{Transcript, talk::Talk};

use crate::{
    Lang, Sentence, Source,
    actions::{self, Action},
    mentions::{self, Mentions},
    parts::{self, Part},
    questions::{self, Asked},
    rank::Vectors,
    sentiment::{self, Sentiment},
    summary::{Budget, Chooser},
    tracked::{self, Mentioned, Tracked},
    updates::{self, Suggestion},
};

/// What stands in a meeting.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The language by which it was read.
    pub lang: Lang,
    /// Whether that language was found in what was said; else the rules know little of it.
    pub is_known_language: bool,
    /// The summary, in order.
    pub summary: Vec<Sentence>,
    /// The parts with their highlights.
    pub parts: Vec<Part>,
    /// What somebody is to do.
    pub actions: Vec<Action>,
    /// Questions by who asked.
    pub questions: Vec<Asked>,
    /// Who and what was named.
    pub mentions: Mentions,
    /// Tracked keywords that were said.
    pub keywords: Vec<Mentioned>,
    /// The mood.
    pub sentiment: Sentiment,
    /// What it suggests for the opportunity.
    pub updates: Vec<Suggestion>,
    /// Who spoke how long.
    #[serde(skip)]
    pub talk: Talk,
}

/// What a report needs to know besides the transcript.
#[derive(Debug, Clone)]
pub struct Options {
    /// The day of the meeting: `tomorrow` is the day after it.
    pub date: Date,
    /// What is looked for.
    pub tracked: Tracked,
    /// How long the summary may be.
    pub budget: Budget,
}

/// Makes the recap of a transcript.
pub fn report(transcript: &Transcript, options: &Options) -> Report {
    let source = Source::of_transcript(transcript);
    Report {
        actions: actions::find(&source, options.date),
        updates: updates::suggest(&source, options.date),
        ..sections(transcript, &source, options)
    }
}

/// The same without what it suggests for the opportunity, and with actions only where somebody wants them.
pub fn recap(transcript: &Transcript, options: &Options, with_actions: bool) -> Report {
    let source = Source::of_transcript(transcript);
    let actions = if with_actions { actions::find(&source, options.date) } else { Vec::new() };
    Report { actions, ..sections(transcript, &source, options) }
}

/// What neither is an action nor suggests anything.
fn sections(transcript: &Transcript, source: &Source, options: &Options) -> Report {
    let vectors = Vectors::of(source);
    let central = vectors.centrality();
    let all = 0..source.sentences.len();
    let mut chosen = Chooser::new(source, &vectors, &central, all).run(options.budget);
    chosen.sort_unstable();
    Report {
        lang: source.lang,
        is_known_language: source.is_known,
        summary: chosen.into_iter().filter_map(|at| source.sentences.get(at).cloned()).collect(),
        parts: parts::with(source, &vectors, &central),
        actions: Vec::new(),
        questions: questions::by_asker(source),
        mentions: mentions::find(source, &options.tracked, options.date),
        keywords: tracked::find(source, &options.tracked.keywords),
        sentiment: sentiment::measure(source),
        updates: Vec::new(),
        talk: Talk::of(transcript),
    }
}
