//! One connection: how far it is, what became of it, what happened to it, trying again, undoing it.

use askama::Template;
use axum::{
    extract::State as Shelf,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use edge::{Form, Path, Problem};
use jiff::Timestamp;
use kernel::Coded as _;
use linking::{Files, HistoryEntry, Link, LinkId, Preview, State, Step, Subject, TabAfter, Unlink};
use linking_setup::Kind;
use serde::Deserialize;
use web_frame::{App, Frame, Section, Visit, answer, parts::Nothing};

use super::words::{Badge, Told, badge};

/// A part of the work.
#[derive(Debug)]
struct Part {
    name: String,
    /// `done`, `here` or nothing.
    class: &'static str,
}

/// Something that happened.
#[derive(Debug)]
struct Event {
    at: Timestamp,
    who: String,
    what: String,
    told: Option<Told>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "pages/link.html")]
#[expect(clippy::struct_excessive_bools, reason = "each belongs to another part of the page")]
pub(crate) struct Page {
    frame: Frame,
    link: Link,
    badge: Badge,
    told: Option<Told>,
    parts: Vec<Part>,
    events: Vec<Event>,
    who: String,
    /// The record or the list, and what is under it.
    subject: String,
    base: String,
    open: Option<String>,
    outside: bool,
    success: bool,
    /// Whether the record is one of Salesforce, which the published sentence does not speak of.
    salesforce: bool,
    may_retry: bool,
    may_unlink: bool,
    embedded: bool,
}

pub(crate) async fn page(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(id): Path<LinkId>,
) -> Result<Response, Problem> {
    let link = app.linking.link_by_id(&visit.scope, id).await?;
    // who is only in the channel is not told what happened to the record
    let history = match app.linking.history(&visit.scope, id).await {
        Err(error) if error.code().kind() == kernel::Kind::NotFound => Vec::new(),
        other => other?,
    };
    let people = app.identity.people(&visit.scope, &[link.created_by]).await.unwrap_or_default();
    let who = people.into_iter().next().map(|one| one.display_name).unwrap_or_default();
    let embedded = app.linking_setup.workspaces().kind(&visit.scope) == Kind::Embedded;
    let visit = super::beside(&app, visit, &link.subject).await;
    let there = link.subject.system().is_some();
    let salesforce =
        there && !app.linking.is_of_dynamics(&visit.scope, &link.subject).await.unwrap_or(true);
    let page = Page::new(visit.frame, link, history, (who, embedded));
    Ok(answer::page(&Page { salesforce, ..page }))
}

impl Page {
    pub(crate) fn new(
        frame: Frame,
        link: Link,
        history: Vec<HistoryEntry>,
        (who, embedded): (String, bool),
    ) -> Self {
        let (subject, base) = addresses(&link.subject);
        let told = link.problem.as_ref().map(|problem| Told::kept(&frame, problem));
        let parts = parts(&frame, &link);
        let events = history.into_iter().map(|entry| event(&frame, entry)).collect();
        let title = format!("{} · {}", frame.say("collaborate.connection"), link.subject_name);
        let open = link.address.as_ref().map(ToString::to_string);
        let ended = matches!(link.state, State::Unlinked | State::Unlinking);
        Self {
            badge: badge(&frame, link.state),
            told,
            parts,
            events,
            who,
            open: open.filter(|_| !matches!(link.state, State::Gone | State::Pending)),
            outside: external(&link),
            salesforce: false,
            success: link.state == State::Connected && link.problem.is_none(),
            may_retry: link.problem.is_some() && !ended,
            may_unlink: !ended,
            embedded,
            frame: frame.at(Section::Records, title).back_to(format!("{base}/collaborate")),
            subject,
            base,
            link,
        }
    }

    /// That it stands, in the words of the guide.
    fn succeeded(&self) -> String {
        let view = if self.is_record() { "" } else { "-view" };
        let key = format!("collaborate.success{view}");
        if self.salesforce {
            return self.frame.say(&format!("{key}-salesforce"));
        }
        self.frame.say(&key)
    }

    /// Whether somebody waits for it.
    const fn is_under_way(&self) -> bool {
        self.link.is_under_way() && self.link.problem.is_none()
    }

    const fn is_record(&self) -> bool {
        !self.link.subject.is_view()
    }

    /// Whether files stand beside it and members are kept in step: of a record, wherever it is.
    const fn has_documents(&self) -> bool {
        !self.link.subject.is_view()
    }

    fn path(&self, rest: &str) -> String {
        format!("/links/{}{rest}", self.link.id)
    }
}

fn external(link: &Link) -> bool {
    link.workspace == Kind::Graph
}

/// The page of what is linked, and what addresses of ours begin with.
fn addresses(subject: &Subject) -> (String, String) {
    match subject {
        Subject::Record { environment, table, record } => {
            let address = format!("/records/{environment}/{table}/{record}");
            (address.clone(), address)
        }
        Subject::View { environment, table, view, .. } => {
            let list = format!("/records/{environment}/{table}");
            (format!("{list}?view={view}"), format!("{list}/views/{view}"))
        }
        Subject::Crm { system, table, record } => {
            let base = super::place::crm_base(*system, table, record);
            (format!("/crm/records/{table}/{record}"), base)
        }
        Subject::CrmView { .. } => super::place::crm_view_addresses(subject),
    }
}

/// The work as people see it, in its order, with the step that ends each part.
const WAY: [(&str, Step); 6] = [
    ("team", Step::TeamReady),
    ("channel", Step::ChannelReady),
    ("members", Step::Members),
    ("files", Step::Library),
    ("rows", Step::Row),
    ("tab", Step::Connected),
];

/// The way back.
const BACK: [(&str, Step); 3] = [
    ("tab-gone", Step::TabRemoved),
    ("files-gone", Step::FilesRemoved),
    ("rows-gone", Step::Unlinked),
];

fn parts(frame: &Frame, link: &Link) -> Vec<Part> {
    if !link.is_under_way() {
        return Vec::new();
    }
    let way: &[(&str, Step)] = if link.state == State::Unlinking { &BACK } else { &WAY };
    let place = |step: Step| Step::ALL.iter().position(|one| *one == step);
    let now = place(link.step);
    let mut is_next = true;
    let mut parts = Vec::new();
    for (key, until) in way {
        if *key == "files" && link.subject.is_view() {
            continue;
        }
        let class = if now >= place(*until) {
            "done"
        } else if std::mem::take(&mut is_next) {
            "here"
        } else {
            ""
        };
        parts.push(Part { name: frame.say(&format!("collaborate.part-{key}")), class });
    }
    parts
}

fn event(frame: &Frame, entry: HistoryEntry) -> Event {
    let HistoryEntry { at, actor, event, problem, .. } = entry;
    let tail = event.rsplit('.').next().unwrap_or_default();
    let known = EVENTS.iter().find(|known| **known == tail).unwrap_or(&"changed");
    let key = known.replace('_', "-");
    let told = problem.map(|problem| Told::kept(frame, &problem));
    let who = if actor.starts_with("system:") { frame.say("collaborate.by-hub") } else { actor };
    Event { at, who, what: frame.say(&format!("collaborate.event-{key}")), told }
}

/// What happens to links, as the history names it.
const EVENTS: [&str; 19] = [
    "begun",
    "team_made",
    "channel_made",
    "connected",
    "tab_only",
    "library_not_ready",
    "location_refused",
    "members_left_out",
    "person_gone",
    "stopped",
    "renamed",
    "stale_name",
    "moved",
    "merged",
    "row_left",
    "archived",
    "gone",
    "unlinking",
    "unlinked",
];

pub(crate) async fn retry(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(id): Path<LinkId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.linking.retry(&visit.scope, id).await?;
    Ok(Redirect::to(&format!("/links/{id}")).into_response())
}

/// Before a connection is undone: what goes and what stays.
#[derive(Debug, Template)]
#[template(path = "pages/unlink.html")]
pub(crate) struct Ending {
    frame: Frame,
    link: Link,
    preview: Preview,
    tab: String,
    files: String,
    told: Option<Told>,
    is_record: bool,
}

/// What the form says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Choice {
    tab: String,
    files: String,
}

pub(crate) async fn ask(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(id): Path<LinkId>,
) -> Result<Response, Problem> {
    ending(&app, visit, id, (Choice::default(), None)).await
}

async fn ending(
    app: &App,
    visit: Visit,
    id: LinkId,
    (choice, told): (Choice, Option<Told>),
) -> Result<Response, Problem> {
    let link = app.linking.link_by_id(&visit.scope, id).await?;
    let preview = app.linking.unlink_preview(&visit.scope, id).await?;
    let status = if told.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let visit = super::beside(app, visit, &link.subject).await;
    Ok(answer::page_with(status, &Ending::new(visit.frame, link, preview, (choice, told))))
}

impl Ending {
    pub(crate) fn new(
        frame: Frame,
        link: Link,
        preview: Preview,
        (choice, told): (Choice, Option<Told>),
    ) -> Self {
        let title = frame.say("collaborate.unlink");
        let back = format!("/links/{}", link.id);
        Self {
            frame: frame.at(Section::Records, title).back_to(back),
            preview,
            tab: if choice.tab == "keep" { "keep" } else { "remove" }.to_owned(),
            files: if choice.files == "delete" { "delete" } else { "keep" }.to_owned(),
            told,
            is_record: !link.subject.is_view(),
            link,
        }
    }
}

pub(crate) async fn unlink(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(id): Path<LinkId>,
    Form(choice): Form<Choice>,
) -> Result<Response, Problem> {
    let how = Unlink {
        tab: TabAfter::parse(&choice.tab).unwrap_or(TabAfter::Remove),
        files: Files::parse(&choice.files).unwrap_or(Files::Keep),
    };
    let link = app.linking.link_by_id(&visit.scope, id).await?;
    if let Err(error) = app.linking.unlink(&visit.scope, id, how).await {
        let told = Told::of(&visit.frame, error.code().name());
        return ending(&app, visit, id, (choice, Some(told))).await;
    }
    let (_, base) = addresses(&link.subject);
    let to = format!("{base}/collaborate");
    Ok(answer::back_with(&visit.context, &to, "collaborate.unlinked"))
}
