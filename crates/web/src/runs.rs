//! Presses of a card's buttons, as the owners of a webhook read them beside the post.

use askama::Template;
use card_actions::{Cause, Outcome, Run};
use channel_connectors::EntryId;
use edge::Problem;
use kernel::WebhookId;
use web_frame::{App, Frame, Html, Visit};

#[derive(Debug, Template)]
#[template(path = "webhook/runs.html")]
struct Runs<'a> {
    frame: &'a Frame,
    runs: Vec<Row<'a>>,
}

#[derive(Debug)]
struct Row<'a> {
    run: &'a Run,
    by: String,
    class: &'static str,
    outcome: String,
    took: Option<String>,
    sent: String,
    told: Option<String>,
}

/// The presses of one post, newest first; nothing where there are none.
pub(crate) async fn of_entry(
    app: &App,
    visit: &Visit,
    hook: WebhookId,
    entry: EntryId,
) -> Result<Html, Problem> {
    let runs = app.actions.runs(&visit.scope, hook, entry).await?;
    Ok(part(&visit.frame, &runs))
}

/// The same of runs that are at hand.
pub(crate) fn part(frame: &Frame, runs: &[Run]) -> Html {
    if runs.is_empty() {
        return Html::trusted(String::new());
    }
    Html::of(&Runs { frame, runs: runs.iter().map(|run| Row::of(frame, run)).collect() })
}

impl<'a> Row<'a> {
    fn of(frame: &Frame, run: &'a Run) -> Self {
        let (class, outcome) = match run.outcome {
            Outcome::Running => ("", frame.say("actions.run-running")),
            Outcome::Done => ("good", frame.say("actions.run-done")),
            Outcome::Failed(failure) => ("bad", frame.t.code(failure.code().name())),
        };
        let args = [("name", run.name.as_str().into()), ("title", run.title.as_str().into())];
        let by = match run.cause {
            Cause::Press => frame.say_with("actions.run-by", &args),
            Cause::Refresh => frame.say1("actions.run-refreshed", "name", run.name.as_str()),
            Cause::Shown => frame.say1("actions.run-shown", "name", run.name.as_str()),
        };
        let request = &run.request;
        let sent = message(&format!("POST {}", request.url), &request.headers, &request.body);
        let told = run.answer.as_ref().filter(|_| run.http_status.is_some()).map(|answer| {
            let status = run.http_status.map_or_else(String::new, |status| status.to_string());
            message(&format!("HTTP {status}"), &answer.headers, &answer.body)
        });
        let took = run.duration_ms().map(|ms| frame.say1("actions.run-took", "ms", ms));
        Self { run, by, class, outcome, took, sent, told }
    }

    /// What went wrong below HTTP.
    fn error(&self) -> Option<&str> {
        self.run.answer.as_ref().and_then(|answer| answer.error.as_deref())
    }
}

/// A message of HTTP as text.
fn message(first: &str, headers: &[(String, String)], body: &str) -> String {
    let lines = headers.iter().map(|(name, value)| format!("{name}: {value}"));
    let mut text: Vec<String> = std::iter::once(first.to_owned()).chain(lines).collect();
    if !body.is_empty() {
        text.push(String::new());
        text.push(body.to_owned());
    }
    text.join("\n")
}
