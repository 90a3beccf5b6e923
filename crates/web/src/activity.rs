//! What concerns the reader: mentions, answers, and cards of own webhooks that did not arrive.

use askama::Template;
use axum::{Router, extract::State, response::Response};
use channel_connectors::{Listed, LogEntry, LogFilter, Verdict, Webhook};
use edge::{PageQuery, Problem, Query, get};
use jiff::{SignedDuration, Timestamp};
use kernel::{Cursor, Limit, Page, Permission};
use linking_sync::Asked;
use serde::Deserialize;
use targets::Target;
use web_frame::{App, Frame, Section, Visit, answer, parts::reason};
use workspace::{Mention, Sender};

/// Webhooks that are asked for what went wrong; our own choice.
const WEBHOOKS: usize = 20;

/// Entries of each; our own choice.
const ENTRIES: u16 = 5;

/// Days back that the log is looked at; our own choice.
const DAYS: i64 = 7;

/// Characters of a text that are shown; our own choice.
const EXCERPT: usize = 200;

/// The address.
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/activity", get(page))
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "activity.html")]
pub(crate) struct Activity {
    frame: Frame,
    show: Show,
    rows: Vec<Row>,
    next: Option<String>,
    webhooks: bool,
}

/// One thing that happened.
#[derive(Debug)]
pub(crate) struct Row {
    href: String,
    icon: &'static str,
    /// Whose picture stands before it; empty shows the icon.
    who: String,
    what: String,
    place: String,
    text: String,
    at: Timestamp,
    bad: bool,
}

/// Which kinds are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Show {
    #[default]
    All,
    Messages,
    Webhooks,
}

#[derive(Debug, Default, Deserialize)]
struct Asking {
    #[serde(default)]
    show: Show,
}

async fn page(
    State(app): State<App>,
    visit: Visit,
    Query(asking): Query<Asking>,
    page: PageQuery,
) -> Result<Response, Problem> {
    let from = page.before.or(page.after);
    let first = from.is_none();
    let show = asking.show;
    let messages = visit.scope.user().is_some() && visit.frame.may(Permission::MessageRead);
    let found = if messages && show != Show::Webhooks {
        app.workspace.mentions(&visit.scope, from, page.limit).await?
    } else {
        Page { items: Vec::new(), next: None }
    };
    let mut rows: Vec<Row> = found.items.iter().map(|m| told(&visit.frame, m)).collect();
    if first && show != Show::Messages && visit.frame.may(Permission::WebhookManage) {
        rows.extend(failures(&app, &visit).await?);
        let failing = app.targets.failing(&visit.scope).await?;
        rows.extend(failing.iter().map(|target| failing_row(&visit.frame, target)));
    }
    if first && show == Show::All && visit.frame.may(Permission::RecordRead) {
        // what a person may not look at in an environment is nothing that concerns them
        let asked = app.linking_sync.asked_of_me(&visit.scope).await.unwrap_or_default();
        rows.extend(asked.iter().map(|one| asked_row(&visit.frame, one)));
    }
    kernel::sort_by_key(&mut rows, |row| std::cmp::Reverse(row.at));
    let next = found.next.map(|cursor: Cursor| format!("/activity?show=messages&before={cursor}"));
    Ok(answer::page(&Activity::new(visit.frame, show, rows, next)))
}

impl Activity {
    fn new(frame: Frame, show: Show, rows: Vec<Row>, next: Option<String>) -> Self {
        let title = frame.say("activity");
        let webhooks = frame.may(Permission::WebhookManage);
        Self { frame: frame.at(Section::Activity, title), show, rows, next, webhooks }
    }

    /// The tabs: address, name, whether chosen.
    fn tabs(&self) -> [(&'static str, String, bool); 3] {
        [
            ("/activity", "activity-all", Show::All),
            ("/activity?show=messages", "activity-messages", Show::Messages),
            ("/activity?show=webhooks", "activity-webhooks", Show::Webhooks),
        ]
        .map(|(href, key, show)| (href, self.frame.say(key), show == self.show))
    }
}

/// A mention or an answer.
fn told(frame: &Frame, mention: &Mention) -> Row {
    let item = &mention.item;
    let name = match &item.sender {
        Sender::Person { name, .. } | Sender::Webhook { name, .. } => name.clone(),
    };
    let key = if mention.answer { "activity-answered" } else { "activity-mentioned" };
    let thread = item.parent.unwrap_or(item.id);
    let (team, channel) = (&mention.channel.team, &mention.channel.channel);
    Row {
        href: format!("/channels/{}/messages/{thread}", channel.id),
        icon: if mention.answer { "reply" } else { "at" },
        what: frame.say1(key, "name", &name),
        who: name,
        place: format!("{} › {}", team.name, channel.name),
        text: cut(&item.text()),
        at: mention.at,
        bad: false,
    }
}

/// The beginning of a text, on one line.
fn cut(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(EXCERPT) {
        Some((at, _)) => words.split_at(at).0.trim_end().to_owned() + "…",
        None => words,
    }
}

/// What own webhooks could not deliver lately.
async fn failures(app: &App, visit: &Visit) -> Result<Vec<Row>, Problem> {
    let limit = Limit::new(Limit::MAX).unwrap_or_default();
    let mine = app.connectors.list(&visit.scope, Listed::Mine, limit, None).await?.items;
    let since = visit.frame.now.checked_sub(SignedDuration::from_hours(24 * DAYS)).ok();
    let mut rows = Vec::new();
    for hook in mine.iter().filter(|hook| hook.totals.last_refused_at >= since).take(WEBHOOKS) {
        let limit = Limit::new(ENTRIES).unwrap_or_default();
        for verdict in [Verdict::Refused, Verdict::Undelivered] {
            let filter = LogFilter { verdict: Some(verdict), from: since, ..LogFilter::default() };
            let page = app.connectors.log(&visit.scope, hook.id, filter, limit, None).await?;
            rows.extend(page.items.iter().map(|entry| failed(&visit.frame, hook, entry)));
        }
    }
    Ok(rows)
}

/// An own target that keeps failing.
fn failing_row(frame: &Frame, target: &Target) -> Row {
    let health = &target.health;
    Row {
        href: format!("/targets/{}", target.id),
        icon: "warning",
        who: String::new(),
        what: frame.say1("targets.keeps-failing", "name", &target.name),
        place: health.last_code.as_deref().map(|code| reason(frame, code)).unwrap_or_default(),
        text: frame.say1("targets.waiting-count", "count", health.behind),
        at: health.alerted_at.unwrap_or(frame.now),
        bad: true,
    }
}

/// Somebody asks for a record of the reader.
fn asked_row(frame: &Frame, asked: &Asked) -> Row {
    let unknown = || frame.say("message-unknown-person");
    let name = if asked.name.is_empty() { unknown() } else { asked.name.clone() };
    Row {
        href: format!("/linked/{}/access", asked.link),
        icon: "key",
        what: frame.say1("in-step.asked", "name", &name),
        who: name,
        place: asked.place.clone(),
        text: if asked.message.is_empty() {
            asked.subject.clone()
        } else {
            format!("{} · {}", asked.subject, cut(&asked.message))
        },
        at: asked.at,
        bad: false,
    }
}

/// A card that did not arrive.
fn failed(frame: &Frame, hook: &Webhook, entry: &LogEntry) -> Row {
    let key = if entry.verdict == Verdict::Refused { "activity-refused" } else { "activity-lost" };
    Row {
        href: format!("/webhooks/{}/log/{}", hook.id, entry.id),
        icon: "plug-off",
        who: String::new(),
        what: frame.say1(key, "name", &hook.name),
        place: entry.code.as_deref().map(|code| reason(frame, code)).unwrap_or_default(),
        text: entry.excerpt(EXCERPT),
        at: entry.at,
        bad: true,
    }
}

#[cfg(test)]
mod tests {
    use web_proof::show;

    use super::*;

    #[test]
    fn what_happened_stands_newest_first() {
        show("activity", |frame| {
            let row = |who: &str, what: &str, bad| Row {
                href: "/channels/1/messages/2".to_owned(),
                icon: if bad { "plug-off" } else { "at" },
                who: who.to_owned(),
                what: frame.say1(what, "name", if bad { "Prometheus <prod>" } else { who }),
                place: "Operations › Alerts".to_owned(),
                text: "<b>Please</b> have a look".to_owned(),
                at: frame.now,
                bad,
            };
            let rows = vec![
                row("Grace Hopper", "activity-mentioned", false),
                row("Alan Turing", "activity-answered", false),
                row("", "activity-refused", true),
            ];
            let next = Some("/activity?show=messages&before=x".to_owned());
            vec![
                ("full", Activity::new(frame.clone(), Show::All, rows, next)),
                ("empty", Activity::new(frame.clone(), Show::Webhooks, Vec::new(), None)),
            ]
        });
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(cut("a\n b"), "a b");
        let long = "é".repeat(EXCERPT + 1);
        assert_eq!(cut(&long), "é".repeat(EXCERPT) + "…");
    }
}
