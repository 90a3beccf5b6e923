//! How members follow, as a form asks for it.

use askama::Template;
use linking_sync::{Mode, Policy};
use serde::Deserialize;
use web_frame::{Field, Frame};

/// The fields.
#[derive(Debug, Template)]
#[template(path = "pages/policy.html")]
pub(crate) struct PolicyFields {
    title: String,
    also: String,
    modes: Vec<Choice>,
    others: Field,
    guests: Field,
    closed: bool,
}

impl askama::filters::HtmlSafe for PolicyFields {}

/// A way to follow.
#[derive(Debug)]
struct Choice {
    value: &'static str,
    name: String,
    what: String,
    on: bool,
}

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    mode: String,
    guests: String,
    others: String,
    /// Which button was pressed.
    pub(crate) r#do: String,
}

impl Typed {
    pub(crate) fn policy(&self) -> Policy {
        Policy {
            mode: Mode::parse(&self.mode).unwrap_or_default(),
            guests: self.guests == "on",
            others: self.others == "on",
        }
    }
}

/// The name of a way to follow.
pub(crate) fn name(frame: &Frame, mode: Mode) -> String {
    frame.say(&format!("in-step.mode-{}", key(mode)))
}

fn key(mode: Mode) -> String {
    mode.as_str().replace('_', "-")
}

impl PolicyFields {
    pub(crate) fn new(frame: &Frame, policy: Policy, closed: bool) -> Self {
        let say = |key: &str| frame.say(&format!("in-step.{key}"));
        let check = |name: &str, ticked| {
            Field::check(name, say(name), ticked).hint(say(&format!("{name}-what")))
        };
        let modes = Mode::ALL.map(|mode| Choice {
            value: mode.as_str(),
            name: name(frame, mode),
            what: say(&format!("mode-{}-what", key(mode))),
            on: mode == policy.mode,
        });
        Self {
            title: say("mode"),
            also: say("also"),
            modes: modes.into(),
            others: check("others", policy.others),
            guests: check("guests", policy.guests),
            closed,
        }
    }
}
