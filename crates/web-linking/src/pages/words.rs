//! What people read for states and problems of links.

use i18n::{Arg, Texts};
use linking::{Problem, State};
use web_frame::Frame;

/// A state as a badge shows it.
#[derive(Debug)]
pub(crate) struct Badge {
    pub(crate) class: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) word: String,
    /// What it means, in a sentence.
    pub(crate) what: String,
}

/// The badge of a state.
pub(crate) fn badge(frame: &Frame, state: State) -> Badge {
    let (key, class, icon) = match state {
        State::Pending => ("pending", "brand", "rotate"),
        State::Connected => ("connected", "good", "check-circle"),
        State::TabOnly => ("tab-only", "warning", "warning"),
        State::StaleName => ("stale-name", "warning", "edit"),
        State::Archived => ("archived", "", "archive"),
        State::Gone => ("gone", "bad", "error"),
        State::Unlinking => ("unlinking", "brand", "rotate"),
        State::Unlinked => ("unlinked", "", "plug-off"),
    };
    let word = frame.say(&format!("collaborate.state-{key}"));
    Badge { class, icon, word, what: frame.say(&format!("collaborate.state-{key}-what")) }
}

/// What went wrong: the sentence, what to do, and the code.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) title: String,
    pub(crate) detail: String,
    pub(crate) code: String,
}

impl Told {
    /// By code.
    pub(crate) fn of(frame: &Frame, code: &str) -> Self {
        Self { title: frame.t.code(code), detail: frame.t.code_detail(code), code: code.to_owned() }
    }

    /// In words of these pages.
    pub(crate) fn words(frame: &Frame, key: &str) -> Self {
        Self {
            title: frame.say(&format!("collaborate.{key}")),
            detail: frame.say(&format!("collaborate.{key}-what")),
            code: String::new(),
        }
    }

    /// A problem that is kept with a link.
    pub(crate) fn kept(frame: &Frame, problem: &Problem) -> Self {
        Self { detail: cure(frame, problem), ..Self::of(frame, &problem.code) }
    }
}

/// What to do about a problem that is kept with a link, with what it names.
pub(crate) fn cure(frame: &Frame, problem: &Problem) -> String {
    let args: Vec<(&str, Arg<'_>)> =
        problem.args.iter().map(|(name, value)| (name.as_str(), value.as_str().into())).collect();
    let detail = Texts::global().detail_of_code(frame.language(), &problem.code, &args);
    detail.unwrap_or_else(|| frame.t.code_detail(&problem.code))
}
