//! What the language features make of a mail: which of them there are, what they are given, and who did the work.
//!
//! What it is not: a place that decides who may have them or who does the work; `language-features` does.

use axum::{http::HeaderMap, response::Response};
use edge::Problem;
use language_features::{Answer, Error, Feature, LanguageFeatures, Task};
use mailbox::{Opened, Remark};
use web_frame::{App, Frame, Html, Visit, answer};

use crate::pane::Alone;

/// Which features there are for the reader.
#[derive(Debug, Default, Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "three features that each may be there, and one that comes unasked"
)]
pub(crate) struct Helps {
    pub(crate) summary: bool,
    /// Whether the summary comes unasked.
    pub(crate) at_once: bool,
    pub(crate) updates: bool,
    pub(crate) draft: bool,
}

/// Asks which there are; who may have none has none. Of an encrypted mail there is nothing to read.
pub(crate) async fn offered(
    (app, language): (&App, &LanguageFeatures),
    visit: &Visit,
    opened: &Opened,
) -> Helps {
    if opened.message.remarks.contains(&Remark::Encrypted) {
        return Helps::default();
    }
    let Ok((switches, _)) = language.offered(&visit.scope).await else { return Helps::default() };
    let has = |feature: Feature| switches.iter().any(|switch| switch.feature == feature);
    // off: the seller asks for it
    let known = app.crm.known(&visit.scope).await;
    let unasked = known.is_ok_and(|known| known.settings.insights.auto_summary);
    Helps {
        summary: has(Feature::Thread),
        at_once: opened.message.text.chars().count() > LONG && unasked,
        updates: has(Feature::Updates),
        draft: has(Feature::Draft),
    }
}

/// From how many signs on a mail is summarised unasked (sales reference §5.3).
const LONG: usize = 1_000;

/// What comes of a task; nothing where the mail has no text.
pub(crate) async fn run(
    language: &LanguageFeatures,
    visit: &Visit,
    task: &Task,
) -> Result<Option<Answer>, Problem> {
    match language.run(&visit.scope, task).await {
        Ok(answer) => Ok(Some(answer)),
        Err(Error::Empty) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whether a script asks, for a part of a page.
pub(crate) fn is_part(headers: &HeaderMap) -> bool {
    headers.contains_key("hx-request")
}

/// A part of the pane; a page of its own where no script asked for it.
pub(crate) fn part(headers: &HeaderMap, frame: Frame, opened: &Opened, html: Html) -> Response {
    if is_part(headers) {
        answer::part(html)
    } else {
        answer::page(&Alone::around(frame, opened, html))
    }
}

/// Who made it and what became of the rest, as lines.
pub(crate) fn made(frame: &Frame, answer: &Answer) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(reason) = answer.fell_back {
        let reason = frame.say(&format!("web-mail.made-why-{reason}"));
        lines.push(frame.say1("web-mail.made-fell-back", "reason", reason));
    }
    let by = if answer.by_endpoint { "web-mail.made-endpoint" } else { "web-mail.made-rules" };
    lines.push(frame.say(by));
    if answer.dropped > 0 {
        lines.push(frame.say1("web-mail.made-dropped", "count", answer.dropped));
    }
    lines
}
