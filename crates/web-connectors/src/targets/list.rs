//! The targets of a channel or a webhook, and the form of a new one.

use askama::Template;
use axum::{extract::State, response::Response};
use edge::{PageQuery, Path, Problem, Query};
use jiff::Timestamp;
use kernel::{ChannelId, FieldError, WebhookId};
use serde::Deserialize;
use targets::{Forwarding, Kind, Target};
use web_frame::{App, Field, Frame, Visit, answer};

use super::{
    Place, said,
    typed::{self, Typed},
};

/// The list.
#[derive(Debug, Template)]
#[template(path = "targets/list.html")]
struct List {
    frame: Frame,
    title: String,
    address: String,
    rows: Vec<Row>,
    kinds: Vec<(&'static str, String)>,
    next: Option<String>,
}

/// A target of the list.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) address: String,
    pub(super) state: String,
    pub(super) badge: &'static str,
    pub(super) delivered: String,
    pub(super) waiting: String,
    pub(super) dead: i64,
    pub(super) delivered_at: Option<Timestamp>,
}

impl Row {
    pub(super) fn of(frame: &Frame, target: &Target) -> Self {
        let (state, badge) = state(frame, target);
        Self {
            id: target.id.to_string(),
            name: target.name.clone(),
            kind: said(frame, "kind", target.kind.as_str()),
            address: shown(frame, &target.shown),
            state,
            badge,
            delivered: frame.t.number(target.health.delivered),
            waiting: frame.t.number(target.health.behind),
            dead: target.health.dead,
            delivered_at: target.health.delivered_at,
        }
    }
}

/// The address as people read it.
pub(super) fn shown(frame: &Frame, shown: &str) -> String {
    if shown == "members" { frame.say("targets.members") } else { shown.to_owned() }
}

/// The state in a word, and its colour: what is switched off, then what fails.
pub(super) fn state(frame: &Frame, target: &Target) -> (String, &'static str) {
    if target.state != targets::State::Enabled {
        let badge = if target.state == targets::State::Gone { "bad" } else { "" };
        return (said(frame, "state", target.state.as_str()), badge);
    }
    if target.health.barred {
        return (frame.say("targets.health-barred"), "warning");
    }
    if target.health.failures > 0 {
        let word = if target.health.alerted_at.is_some() { "failing" } else { "trying" };
        return (said(frame, "health", word), "warning");
    }
    if target.health.dead > 0 {
        return (frame.say("targets.health-dead"), "warning");
    }
    (frame.say("targets.health-well"), "good")
}

pub(super) async fn channel(
    State(app): State<App>,
    visit: Visit,
    Path(channel): Path<ChannelId>,
    page: PageQuery,
) -> Result<Response, Problem> {
    let place = Place::of_channel(&app, &visit, channel).await?;
    show(&app, &visit, &place, page).await
}

pub(super) async fn webhook(
    State(app): State<App>,
    visit: Visit,
    Path(webhook): Path<WebhookId>,
    page: PageQuery,
) -> Result<Response, Problem> {
    let place = Place::of_webhook(&app, &visit, webhook).await?;
    show(&app, &visit, &place, page).await
}

async fn show(
    app: &App,
    visit: &Visit,
    place: &Place,
    page: PageQuery,
) -> Result<Response, Problem> {
    let after = page.after.as_ref();
    let found = app.targets.list(&visit.scope, place.source, page.limit, after).await?;
    let title = visit.frame.say1("targets.title", "place", place.name.as_str());
    let frame = place.frame(app, visit, &title, &place.home).await?;
    let rows = found.items.iter().map(|target| Row::of(&frame, target)).collect();
    let next = found.next.map(|cursor| format!("{}?after={cursor}", place.list));
    let allowed = app.targets.forwarding(&visit.scope).await?;
    let kinds = kinds(app, &frame, &allowed);
    Ok(answer::page(&List { title, address: place.list.clone(), rows, kinds, next, frame }))
}

/// The kinds that can be made here.
fn kinds(app: &App, frame: &Frame, allowed: &Forwarding) -> Vec<(&'static str, String)> {
    Kind::ALL
        .into_iter()
        .filter(|kind| allowed.allows(*kind) && (*kind != Kind::Mail || app.targets.has_mail()))
        .map(|kind| (kind.as_str(), said(frame, "kind", kind.as_str())))
        .collect()
}

/// The form of a new target.
#[derive(Debug, Template)]
#[template(path = "targets/new.html")]
pub(super) struct New {
    frame: Frame,
    what: String,
    action: String,
    cancel: String,
    fields: Vec<Field>,
    kind: &'static str,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Chosen {
    #[serde(default)]
    kind: String,
}

pub(super) async fn new_of_channel(
    State(app): State<App>,
    visit: Visit,
    Path(channel): Path<ChannelId>,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Problem> {
    let place = Place::of_channel(&app, &visit, channel).await?;
    blank(&app, &visit, &place, &chosen).await
}

pub(super) async fn new_of_webhook(
    State(app): State<App>,
    visit: Visit,
    Path(webhook): Path<WebhookId>,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Problem> {
    let place = Place::of_webhook(&app, &visit, webhook).await?;
    blank(&app, &visit, &place, &chosen).await
}

async fn blank(
    app: &App,
    visit: &Visit,
    place: &Place,
    chosen: &Chosen,
) -> Result<Response, Problem> {
    // Whoever may not make one learns it before filling in a form.
    app.targets.list(&visit.scope, place.source, kernel::Limit::default(), None).await?;
    let kind = chosen.kind.parse().unwrap_or(Kind::Slack);
    let form = form(app, visit, place, (kind, &Typed::default(), &[])).await?;
    Ok(answer::page(&form))
}

pub(super) async fn form(
    app: &App,
    visit: &Visit,
    place: &Place,
    (kind, typed, errors): (Kind, &Typed, &[FieldError]),
) -> Result<New, Problem> {
    let name = said(&visit.frame, "kind", kind.as_str());
    let title = visit.frame.say1("targets.new-title", "kind", name);
    let frame = place.frame(app, visit, &title, &place.list).await?;
    let what = said(&frame, "how", kind.as_str());
    let fields = typed::fields(&frame, kind, typed, errors);
    let (action, cancel) = (place.list.clone(), place.list.clone());
    Ok(New { what, action, cancel, fields, kind: kind.as_str(), frame })
}

#[cfg(test)]
mod tests {
    use web_proof::show;

    use super::*;

    fn list(frame: &Frame, rows: Vec<Row>) -> List {
        List {
            frame: frame.clone(),
            title: "Targets of Operations › alerts".into(),
            address: "/channels/7/targets".into(),
            rows,
            kinds: Kind::ALL
                .map(|kind| (kind.as_str(), said(frame, "kind", kind.as_str())))
                .to_vec(),
            next: None,
        }
    }

    fn row(frame: &Frame, name: &str, (state, badge): (&str, &'static str)) -> Row {
        Row {
            id: "7".into(),
            name: name.into(),
            kind: frame.say("targets.kind-slack"),
            address: "https://hooks.slack.com/…vwx".into(),
            state: frame.say(state),
            badge,
            delivered: frame.t.number(1204),
            waiting: frame.t.number(3),
            dead: 2,
            delivered_at: Some(frame.now),
        }
    }

    fn samples(frame: &Frame) -> Vec<(&'static str, List)> {
        let rows = vec![
            row(frame, "On-call", ("targets.health-well", "good")),
            row(
                frame,
                "A very long name of a target that somebody gave it",
                ("targets.health-failing", "warning"),
            ),
        ];
        vec![("empty", list(frame, Vec::new())), ("rows", list(frame, rows))]
    }

    #[test]
    fn the_list_shows_how_each_target_fares() {
        show("targets", samples);
    }

    fn forms(frame: &Frame) -> Vec<(&'static str, New)> {
        let of = |kind: Kind, errors: &[FieldError]| New {
            frame: frame.clone(),
            what: said(frame, "how", kind.as_str()),
            action: "/channels/7/targets".into(),
            cancel: "/channels/7/targets".into(),
            fields: typed::fields(frame, kind, &Typed::default(), errors),
            kind: kind.as_str(),
        };
        let wrong = [FieldError::new("/url", "target.url_missing", "")];
        vec![
            ("slack-wrong", of(Kind::Slack, &wrong)),
            ("http", of(Kind::Http, &[])),
            ("mail", of(Kind::Mail, &[])),
        ]
    }

    #[test]
    fn a_new_target_asks_for_what_its_kind_needs() {
        show("target-new", forms);
    }
}
