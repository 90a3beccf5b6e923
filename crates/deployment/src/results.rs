//! What came of checks, as it is seen at an instant: what held too long ago is a warning, what nobody can tell is
//! unknown.

use jiff::{SignedDuration, Timestamp};

use crate::{
    Check, Class, Guide, Source, State, Statement, Why,
    check::{Step, Verdict},
    facts::Facts,
};

/// What came of a check.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The check.
    pub check: &'static Check,
    /// What is seen of it.
    pub state: State,
    /// Why nobody can tell, or why what held is a warning.
    pub why: Option<Why>,
    /// What was seen, in the words of the system that said it.
    pub observed: Vec<String>,
    /// How it is known.
    pub source: Option<Source>,
    /// Of when that is.
    pub read_at: Option<Timestamp>,
    /// What somebody said of it.
    pub statement: Option<Statement>,
}

/// What is kept of a judgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) holds: Option<bool>,
    pub(crate) why: Option<Why>,
    pub(crate) observed: Vec<String>,
    pub(crate) source: Option<Source>,
    pub(crate) read_at: Option<Timestamp>,
}

impl From<Verdict> for Kept {
    fn from(verdict: Verdict) -> Self {
        let Verdict { holds, why, observed, source, at } = verdict;
        Self { holds, why, observed, source, read_at: at }
    }
}

/// Judges a check by the facts.
pub(crate) fn judge(check: &Check, facts: &Facts) -> Kept {
    (check.judge)(facts).into()
}

/// A check as it is seen now: by what was read, else by what somebody said.
pub(crate) fn outcome(
    check: &'static Check,
    kept: Option<&Kept>,
    statement: Option<&Statement>,
    (guide, now, max_age): (Guide, Timestamp, SignedDuration),
) -> Outcome {
    let statement = statement.cloned();
    let mut seen = Outcome {
        check,
        state: State::Unknown,
        why: Some(if check.reads.is_empty() { Why::NotSaid } else { Why::Unchecked }),
        observed: Vec::new(),
        source: None,
        read_at: None,
        statement,
    };
    if !guide.has(check) {
        (seen.state, seen.why) = (State::NotApplicable, None);
        return seen;
    }
    let mut holds = None;
    if let Some(kept) = kept {
        holds = kept.holds;
        seen.observed.clone_from(&kept.observed);
        (seen.source, seen.read_at) = (kept.source, kept.read_at);
        if kept.holds.is_none() {
            seen.why = kept.why.or(seen.why);
        }
    }
    if let (None, Some(said)) = (holds, &seen.statement) {
        holds = Some(said.holds);
        (seen.source, seen.read_at) = (Some(Source::Said), Some(said.at));
    }
    match holds {
        None => return seen,
        Some(true) => (seen.state, seen.why) = (State::Pass, None),
        Some(false) if check.class == Class::Warning => {
            (seen.state, seen.why) = (State::Warning, None);
        }
        Some(false) => (seen.state, seen.why) = (State::Fail, None),
    }
    let old = seen.read_at.is_none_or(|at| now.duration_since(at) > max_age);
    if seen.state == State::Pass && old {
        (seen.state, seen.why) = (State::Warning, Some(Why::Old));
    }
    seen
}

/// All that a guide says at an instant.
#[derive(Debug, Clone)]
pub struct Report {
    /// The guide.
    pub guide: Guide,
    /// Of when it is.
    pub at: Timestamp,
    /// When systems were last read; nothing before the first time.
    pub checked_at: Option<Timestamp>,
    /// The checks, step after step.
    pub outcomes: Vec<Outcome>,
}

/// How many checks are how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Counts {
    pub pass: usize,
    pub fail: usize,
    pub warning: usize,
    pub unknown: usize,
}

impl Counts {
    /// All together.
    pub const fn all(self) -> usize {
        self.pass + self.fail + self.warning + self.unknown
    }

    /// What a step of the guide shows: what is worst in it.
    pub const fn state(self) -> State {
        match self {
            Self { fail: 1.., .. } => State::Fail,
            Self { unknown: 1.., .. } => State::Unknown,
            Self { warning: 1.., .. } => State::Warning,
            _ => State::Pass,
        }
    }
}

impl Report {
    /// The outcomes of a step.
    pub fn of(&self, step: Step) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(move |one| one.check.step == step)
    }

    /// What does not hold and keeps something from working.
    pub fn failing(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(|one| one.state == State::Fail)
    }

    /// How many are how, of a step or of all.
    pub fn counts(&self, step: Option<Step>) -> Counts {
        let mut counts = Counts::default();
        for one in &self.outcomes {
            if step.is_some_and(|step| one.check.step != step) {
                continue;
            }
            match one.state {
                State::Pass => counts.pass += 1,
                State::Fail => counts.fail += 1,
                State::Warning => counts.warning += 1,
                State::Unknown => counts.unknown += 1,
                State::NotApplicable => {}
            }
        }
        counts
    }
}
