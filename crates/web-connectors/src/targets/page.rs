//! One target: how it fares, its log, its dead letters, its settings.

use askama::Template;
use axum::{extract::State, response::Response};
use delivery::{DeadLetter, outside::Circuit};
use edge::{PageQuery, Path, Problem, Query};
use jiff::Timestamp;
use kernel::{FieldError, Limit, TargetId};
use serde::Deserialize;
use targets::{Attempt, AttemptOutcome, Kind, Target};
use web_frame::{App, Asked, Field, Frame, Html, Visit, answer};

use super::{
    Place, list, said,
    typed::{self, Typed},
};

/// The page of a target.
#[derive(Debug, Template)]
#[template(path = "targets/page.html")]
pub(super) struct Page {
    pub(super) frame: Frame,
    id: String,
    name: String,
    kind: String,
    place: (String, String),
    state: (String, &'static str),
    enabled: bool,
    /// What is wrong, in a sentence, and what to do.
    trouble: Option<(String, String)>,
    facts: Vec<(String, String)>,
    signed: bool,
    rows: Vec<Row>,
    outcome: String,
    outcomes: Vec<(&'static str, String)>,
    next: Option<String>,
    letters: Vec<Letter>,
    more_letters: bool,
    dead: i64,
    fields: Vec<Field>,
}

/// A row of the log.
#[derive(Debug)]
struct Row {
    number: i64,
    at: Timestamp,
    outcome: String,
    badge: &'static str,
    messages: String,
    status: String,
    reason: String,
    took: String,
}

/// A dead letter.
#[derive(Debug)]
struct Letter {
    position: i64,
    at: Timestamp,
    reason: String,
    detail: String,
    attempts: i64,
    message: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    outcome: String,
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(target): Path<TargetId>,
    Query(wanted): Query<Wanted>,
    page: PageQuery,
) -> Result<Response, Problem> {
    Ok(answer::page(&Page::read(&app, &visit, target, (wanted, page)).await?))
}

impl Page {
    pub(super) async fn read(
        app: &App,
        visit: &Visit,
        id: TargetId,
        (wanted, page): (Wanted, PageQuery),
    ) -> Result<Self, Problem> {
        let target = app.targets.lookup(&visit.scope, id).await?;
        let place = Place::of(app, visit, target.source).await?;
        let chosen = AttemptOutcome::ALL.into_iter().find(|one| one.as_str() == wanted.outcome);
        let part = (page.limit, page.after.as_ref());
        let log = app.targets.attempts(&visit.scope, id, chosen, part).await?;
        let letters = app.targets.dead_letters(&visit.scope, id, Limit::default(), None).await?;
        let frame = place.frame(app, visit, &target.name, &place.list).await?;
        let next = log
            .next
            .map(|cursor| format!("/targets/{id}?outcome={}&after={cursor}#log", wanted.outcome));
        let channel = target.source.channel();
        let letter = |letter: &DeadLetter| Letter {
            position: letter.place.position,
            at: letter.at,
            reason: frame.t.code(&letter.code),
            detail: letter.detail.clone(),
            attempts: letter.attempts,
            message: format!("/channels/{channel}/messages/{}", letter.event),
        };
        let mut page = Self::of(&frame, &target, &place);
        page.rows = log.items.iter().map(|attempt| Row::of(&frame, attempt)).collect();
        page.next = next;
        page.outcome = wanted.outcome;
        page.letters = letters.items.iter().map(letter).collect();
        page.more_letters = letters.next.is_some();
        Ok(page)
    }

    fn of(frame: &Frame, target: &Target, place: &Place) -> Self {
        let health = &target.health;
        let moment = |at: Option<Timestamp>| at.map(|at| frame.exact(&at));
        let mut facts = vec![
            (frame.say("targets.address"), list::shown(frame, &target.shown)),
            (frame.say("targets.circuit"), said(frame, "circuit", health.circuit.as_str())),
            (frame.say("targets.delivered"), frame.t.number(health.delivered)),
            (frame.say("targets.waiting"), frame.t.number(health.behind)),
        ];
        let more = [
            ("targets.delivered-at", moment(health.delivered_at)),
            ("targets.failing-since", moment(health.failing_since)),
            ("targets.next-at", moment(health.next_at)),
            (
                "targets.failures",
                (health.failures > 0).then(|| frame.t.number(i64::from(health.failures))),
            ),
        ];
        for (key, value) in more {
            facts.extend(value.map(|value| (frame.say(key), value)));
        }
        let barred = || {
            let what = frame.say1(
                "targets.barred-what",
                "kind",
                said(frame, "kind", target.kind.as_str()),
            );
            (frame.say("targets.health-barred"), what)
        };
        let trouble =
            health.last_code.as_ref().map(|code| (frame.t.code(code), frame.t.code_detail(code)));
        Self {
            id: target.id.to_string(),
            name: target.name.clone(),
            kind: said(frame, "kind", target.kind.as_str()),
            place: (place.home.clone(), place.name.clone()),
            state: list::state(frame, target),
            enabled: target.state == targets::State::Enabled,
            trouble: health.barred.then(barred).or_else(|| {
                trouble.filter(|_| {
                    health.circuit != Circuit::Closed
                        || health.failures > 0
                        || target.state == targets::State::Gone
                })
            }),
            facts,
            signed: target.kind == Kind::Http,
            rows: Vec::new(),
            outcome: String::new(),
            outcomes: outcomes(frame),
            next: None,
            letters: Vec::new(),
            more_letters: false,
            dead: health.dead,
            fields: typed::settings(frame, target.kind, &Typed::of(target), &[]),
            frame: frame.clone(),
        }
    }

    /// The page with the settings as they were typed and what is wrong with them.
    pub(super) fn with_faults(mut self, kind: Kind, typed: &Typed, errors: &[FieldError]) -> Self {
        self.fields = typed::settings(&self.frame, kind, typed, errors);
        self
    }

    fn path(&self, rest: &str) -> String {
        format!("/targets/{}{rest}", self.id)
    }
}

fn outcomes(frame: &Frame) -> Vec<(&'static str, String)> {
    AttemptOutcome::ALL.map(|one| (one.as_str(), said(frame, "outcome", one.as_str()))).to_vec()
}

impl Row {
    fn of(frame: &Frame, attempt: &Attempt) -> Self {
        let badge = match attempt.outcome {
            AttemptOutcome::Test if attempt.code.is_none() => "good",
            AttemptOutcome::Delivered => "good",
            AttemptOutcome::Busy | AttemptOutcome::Failed => "warning",
            AttemptOutcome::Dead | AttemptOutcome::Gone | AttemptOutcome::Test => "bad",
        };
        Self {
            number: attempt.number,
            at: attempt.at,
            outcome: said(frame, "outcome", attempt.outcome.as_str()),
            badge,
            messages: frame.t.number(attempt.messages),
            status: attempt.status.map_or_else(|| "–".to_owned(), |status| status.to_string()),
            reason: attempt.code.as_ref().map(|code| frame.t.code(code)).unwrap_or_default(),
            took: took(frame, attempt),
        }
    }
}

/// The time of one answer, on average.
fn took(frame: &Frame, attempt: &Attempt) -> String {
    let each = attempt.duration_us / attempt.messages.max(1);
    if each < 1000 { "< 1 ms".to_owned() } else { format!("{} ms", frame.t.number(each / 1000)) }
}

/// The side sheet with one attempt.
#[derive(Debug, Template)]
#[template(path = "targets/attempt.html")]
struct Sheet {
    frame: Frame,
    close: String,
    facts: Vec<(String, String)>,
    remedy: String,
    request: String,
    answer: String,
}

pub(super) async fn attempt(
    State(app): State<App>,
    visit: Visit,
    Path((target, number)): Path<(TargetId, i64)>,
    page: PageQuery,
) -> Result<Response, Problem> {
    let found = app.targets.attempt(&visit.scope, target, number).await?;
    let sheet = Html::of(&Sheet::of(&visit.frame, target, &found));
    if visit.asked == Asked::Sheet {
        return Ok(answer::part(sheet));
    }
    let mut page = Page::read(&app, &visit, target, (Wanted::default(), page)).await?;
    page.frame = page.frame.with_sheet(sheet);
    Ok(answer::page(&page))
}

impl Sheet {
    fn of(frame: &Frame, target: TargetId, attempt: &Attempt) -> Self {
        let outcome = said(frame, "outcome", attempt.outcome.as_str());
        let mut facts = vec![
            (frame.say("targets.when"), frame.exact(&attempt.at)),
            (frame.say("targets.outcome"), outcome),
            (frame.say("targets.messages"), frame.t.number(attempt.messages)),
            (frame.say("targets.attempt"), frame.t.number(attempt.attempt)),
            (frame.say("targets.took"), took(frame, attempt)),
        ];
        if let Some(status) = attempt.status {
            facts.push((frame.say("targets.status"), status.to_string()));
        }
        let mut remedy = String::new();
        if let Some(code) = &attempt.code {
            facts.push((frame.say("targets.reason"), frame.t.code(code)));
            remedy = frame.t.code_detail(code);
        }
        if let Some(at) = attempt.retry_at {
            facts.push((frame.say("targets.next-at"), frame.exact(&at)));
        }
        if let Some(detail) = &attempt.detail {
            facts.push((frame.say("targets.detail"), detail.clone()));
        }
        Self {
            frame: frame.clone(),
            close: format!("/targets/{target}#log"),
            facts,
            remedy,
            request: request(&attempt.request),
            answer: pretty(&attempt.answer),
        }
    }
}

/// The request as it went over the wire, its body on several lines.
fn request(kept: &str) -> String {
    let Ok(document) = serde_json::from_str::<serde_json::Value>(kept) else {
        return kept.to_owned();
    };
    let text = |name: &str| document.get(name).and_then(|value| value.as_str());
    let mut lines = vec![format!(
        "{} {}",
        text("method").unwrap_or_default(),
        text("address").unwrap_or_default()
    )];
    lines.extend(text("content_type").map(|kind| format!("Content-Type: {kind}")));
    lines.extend(text("subject").map(|subject| format!("Subject: {subject}")));
    for header in document.get("headers").and_then(|list| list.as_array()).into_iter().flatten() {
        let part = |index: usize| header.get(index).and_then(|part| part.as_str());
        lines.push(format!("{}: {}", part(0).unwrap_or_default(), part(1).unwrap_or_default()));
    }
    lines.push(String::new());
    lines.push(pretty(text("body").unwrap_or_default()));
    lines.join("\n")
}

/// JSON on several lines; anything else as it came. What was cut is no JSON any more.
fn pretty(text: &str) -> String {
    let read: Option<serde_json::Value> = serde_json::from_str(text).ok();
    read.and_then(|json| serde_json::to_string_pretty(&json).ok())
        .unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use web_proof::show;

    use super::*;

    fn page(frame: &Frame) -> Page {
        Page {
            frame: frame.clone(),
            id: "7".into(),
            name: "On-call".into(),
            kind: frame.say("targets.kind-http"),
            place: ("/channels/7".into(), "Operations › alerts".into()),
            state: (frame.say("targets.health-well"), "good"),
            enabled: true,
            trouble: None,
            facts: vec![
                (frame.say("targets.address"), "https://alerts.example.org/…vwx".into()),
                (frame.say("targets.circuit"), frame.say("targets.circuit-closed")),
                (frame.say("targets.delivered"), frame.t.number(1204)),
            ],
            signed: true,
            rows: Vec::new(),
            outcome: String::new(),
            outcomes: outcomes(frame),
            next: None,
            letters: Vec::new(),
            more_letters: false,
            dead: 0,
            fields: typed::settings(frame, Kind::Http, &Typed::default(), &[]),
        }
    }

    fn samples(frame: &Frame) -> Vec<(&'static str, Page)> {
        let row = |number: i64, outcome: &str, badge| Row {
            number,
            at: frame.now,
            outcome: said(frame, "outcome", outcome),
            badge,
            messages: "12".into(),
            status: "503".into(),
            reason: frame.t.code("target.failed"),
            took: "12 ms".into(),
        };
        let failing = Page {
            state: (frame.say("targets.health-failing"), "warning"),
            trouble: Some((frame.t.code("target.failed"), frame.t.code_detail("target.failed"))),
            rows: vec![row(2, "failed", "warning"), row(1, "delivered", "good")],
            letters: vec![Letter {
                position: 41,
                at: frame.now,
                reason: frame.t.code("target.refused"),
                detail: "the answer was 400 Bad Request: invalid_blocks".into(),
                attempts: 1,
                message: "/channels/7/messages/7".into(),
            }],
            dead: 1,
            next: Some("/targets/7?after=x".into()),
            ..page(frame)
        };
        let gone = Page {
            state: (frame.say("targets.state-gone"), "bad"),
            enabled: false,
            trouble: Some((frame.t.code("target.gone"), frame.t.code_detail("target.gone"))),
            signed: false,
            ..page(frame)
        };
        vec![("quiet", page(frame)), ("failing", failing), ("gone", gone)]
    }

    #[test]
    fn a_target_shows_how_it_fares_and_what_did_not_arrive() {
        show("target", samples);
    }
}
