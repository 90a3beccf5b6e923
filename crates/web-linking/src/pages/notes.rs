//! What is posted to the channel of a connection when its record changes, and when.

use askama::Template;
use axum::{extract::State as Shelf, http::StatusCode, response::Response};
use edge::{Form, Path, Problem};
use jiff::Timestamp;
use kernel::{Coded as _, Kind};
use linking::{Link, LinkId};
use linking_sync::{Digest, Error, NoteRules, Noted, Quiet, minute_of_day, time_of_day};
use serde::Deserialize;
use tables::{ENGLISH, FRENCH};
use web_frame::{App, Field, Frame, Html, Section, Visit, answer};

use super::{conversation::plain, words::Told};

/// A column that can be told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Column {
    /// Chosen ones stand first.
    unticked: bool,
    label: String,
    name: String,
}

/// A card that was posted, or given up.
#[derive(Debug)]
struct Sent {
    at: Timestamp,
    what: String,
    problem: Option<Told>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "pages/notes.html")]
pub(crate) struct Page {
    frame: Frame,
    link: Link,
    /// Why nothing can be posted in this organisation or environment.
    obstacle: Option<Told>,
    /// Where it is cured, for who may.
    settings: Option<String>,
    /// Why nothing is posted for this connection just now, or what is wrong with the form.
    problem: Option<Told>,
    /// The events, and how they are gathered.
    events: [Field; 3],
    columns: Vec<Column>,
    digest: [Field; 2],
    quiet: [Field; 4],
    zone: Field,
    on: bool,
    poster: String,
    waiting: u64,
    sent: Vec<Sent>,
    /// A card as it would be posted.
    card: Option<Html>,
    /// The same for the renderer of cards.
    json: String,
    /// Whether a card was asked for that rules which are off do not post.
    nothing: bool,
}

/// What a view is told of instead.
#[derive(Debug, Template)]
#[template(path = "pages/notes_view.html")]
pub(crate) struct OfView {
    frame: Frame,
    link: Link,
}

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    column: Vec<String>,
    created: String,
    updated: String,
    closed: String,
    digest: String,
    digest_at: String,
    quiet: String,
    quiet_from: String,
    quiet_to: String,
    weekend: String,
    zone: String,
    r#do: String,
}

impl Typed {
    /// The rules; nothing where a time is none.
    fn rules(&self) -> Option<NoteRules> {
        let on = |text: &str| text == "on";
        let digest = match &*self.digest {
            "hourly" => Digest::Hourly,
            "daily" => Digest::Daily(minute_of_day(&self.digest_at)?),
            _ => Digest::None,
        };
        let quiet = if on(&self.quiet) {
            let (from, to) = (minute_of_day(&self.quiet_from)?, minute_of_day(&self.quiet_to)?);
            Some(Quiet { from, to, weekend: on(&self.weekend) })
        } else {
            None
        };
        Some(NoteRules {
            columns: self.column.clone(),
            created: on(&self.created),
            updated: on(&self.updated),
            closed: on(&self.closed),
            quiet,
            digest,
            zone: self.zone.trim().to_owned(),
        })
    }
}

pub(crate) async fn page(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(id): Path<LinkId>,
) -> Result<Response, Problem> {
    show(&app, visit, id, Turn::default()).await
}

pub(crate) async fn change(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(id): Path<LinkId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let (sync, scope) = (&app.linking_sync, &visit.scope);
    let Some(rules) = typed.rules() else {
        let problem = Some(Error::Hours.code().name());
        return show(&app, visit, id, Turn { problem, ..Turn::default() }).await;
    };
    let wanted = Some(rules.clone());
    let done = match &*typed.r#do {
        "preview" => match Box::pin(sync.note_preview(scope, id, rules)).await {
            Ok(card) => {
                let turn = Turn { wanted, nothing: card.is_none(), card, problem: None };
                return show(&app, visit, id, turn).await;
            }
            Err(error) => Err(error),
        },
        // off keeps what was chosen for the next time
        "off" => {
            let rules = NoteRules { created: false, updated: false, closed: false, ..rules };
            Box::pin(sync.set_notes(scope, id, rules)).await
        }
        _ => Box::pin(sync.set_notes(scope, id, rules)).await,
    };
    match done {
        Ok(()) => {
            let to = format!("/links/{id}/notes");
            Ok(answer::back_with(&visit.context, &to, "in-step.notes-saved"))
        }
        Err(error)
            if matches!(error.code().kind(), Kind::Invalid | Kind::Conflict | Kind::Forbidden) =>
        {
            let problem = Some(error.code().name());
            show(&app, visit, id, Turn { wanted, problem, ..Turn::default() }).await
        }
        Err(error) => Err(error.into()),
    }
}

/// What a form led to.
#[derive(Default)]
struct Turn {
    wanted: Option<NoteRules>,
    card: Option<serde_json::Value>,
    nothing: bool,
    problem: Option<&'static str>,
}

async fn show(app: &App, visit: Visit, id: LinkId, turn: Turn) -> Result<Response, Problem> {
    let scope = &visit.scope;
    let link = app.linking.link_by_id(scope, id).await?;
    if link.subject.is_view() {
        let visit = super::beside(app, visit, &link.subject).await;
        return Ok(answer::page(&OfView::new(visit.frame, link)));
    }
    let mut found = app.linking_sync.notes(scope, id).await?;
    let poster = match found.poster {
        Some(poster) => app.identity.people(scope, &[poster]).await.unwrap_or_default(),
        None => Vec::new(),
    };
    let poster = poster.into_iter().next().map(|one| one.display_name).unwrap_or_default();
    let status =
        if turn.problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let columns = if link.subject.system().is_some() {
        if found.rules.zone.is_empty() {
            "UTC".clone_into(&mut found.rules.zone);
        }
        let there = app.linking.read_there(scope, &link.subject, &[]).await?;
        let label = |name: &str| there.table.field(name).map(|field| field.label.clone());
        columns(&label, (&found, &turn))
    } else {
        let session = app.records.session_in(scope, link.subject.environment()).await?;
        if found.rules.zone.is_empty() {
            session.zone().iana_name().unwrap_or("UTC").clone_into(&mut found.rules.zone);
        }
        let language = if visit.frame.language() == "fr" { FRENCH } else { ENGLISH };
        let table = session.model().table(link.subject.table());
        let label = |name: &str| {
            let column = table.and_then(|table| table.column(name));
            column.map(|column| column.labels.text(language).to_owned())
        };
        columns(&label, (&found, &turn))
    };
    let visit = super::beside(app, visit, &link.subject).await;
    let page = Page::new(visit.frame, link, (found, poster), (columns, turn));
    Ok(answer::page_with(status, &page))
}

fn columns(label: &dyn Fn(&str) -> Option<String>, (found, turn): (&Noted, &Turn)) -> Vec<Column> {
    let rules = turn.wanted.as_ref().unwrap_or(&found.rules);
    let one = |name: &String| {
        let label = label(name).filter(|label| !label.is_empty());
        let label = label.unwrap_or_else(|| name.clone());
        let unticked = !rules.columns.contains(name);
        Column { unticked, label, name: name.clone() }
    };
    let mut columns: Vec<Column> = found.columns.iter().map(one).collect();
    columns.sort_unstable();
    columns
}

impl Page {
    fn new(
        frame: Frame,
        link: Link,
        (found, poster): (Noted, String),
        (columns, turn): (Vec<Column>, Turn),
    ) -> Self {
        let Turn { wanted, card, nothing, problem } = turn;
        let on = found.rules.is_on();
        let rules = wanted.unwrap_or(found.rules);
        let say = |key: &str| frame.say(&format!("in-step.{key}"));
        let check = |name: &str, ticked| {
            Field::check(name, say(&format!("note-{name}")), ticked)
                .hint(say(&format!("note-{name}-what")))
        };
        let (digest, digest_at) = match rules.digest {
            Digest::None => ("none", EIGHT),
            Digest::Hourly => ("hourly", EIGHT),
            Digest::Daily(at) => ("daily", at),
        };
        let ways = ["none", "hourly", "daily"].map(|way| (way, say(&format!("digest-{way}"))));
        let quiet = rules.quiet.unwrap_or(NIGHT);
        let time = |name: &str, at: i16| {
            Field::input("time", name, say(&name.replace('_', "-"))).value(time_of_day(at))
        };
        let (right, settings) = match link.subject.system() {
            Some(system) => (kernel::Permission::SalesManage, format!("/links/crm/{system}")),
            None => (
                kernel::Permission::EnvironmentManage,
                format!("/admin/environments/{}/teams", link.subject.environment()),
            ),
        };
        let may = frame.may(right) && found.obstacle.is_some();
        let obstacle = found.obstacle.map(|found| found.code().name());
        let resting = found.problem.filter(|_| on && problem.is_none());
        let shown = problem.map(ToOwned::to_owned).or(resting);
        let sent = found.posts.into_iter().map(|post| Sent {
            at: post.at,
            what: frame.say1("in-step.told", "count", post.changes),
            problem: post.problem.map(|code| Told::of(&frame, &code)),
        });
        let title = format!("{} · {}", say("notes"), link.subject_name);
        Self {
            obstacle: obstacle.map(|code| Told::of(&frame, code)),
            settings: may.then_some(settings),
            problem: shown
                .filter(|code| Some(&**code) != obstacle)
                .map(|code| Told::of(&frame, &code)),
            events: [
                check("updated", rules.updated),
                check("closed", rules.closed),
                check("created", rules.created),
            ],
            columns,
            digest: [
                Field::select("digest", say("digest"), ways).value(digest),
                time("digest_at", digest_at).hint(say("digest-at-what")),
            ],
            quiet: [
                check("quiet", rules.quiet.is_some()),
                time("quiet_from", quiet.from),
                time("quiet_to", quiet.to),
                check("weekend", quiet.weekend),
            ],
            zone: Field::text("zone", say("zone")).hint(say("zone-what")).value(&rules.zone),
            on,
            poster,
            waiting: found.waiting,
            sent: sent.collect(),
            json: card.as_ref().map(ToString::to_string).unwrap_or_default(),
            card: card.as_ref().map(|card| plain(card, "")),
            nothing,
            frame: frame.at(Section::Records, title).back_to(format!("/links/{}", link.id)),
            link,
        }
    }

    #[cfg(test)]
    pub(crate) fn sample(
        frame: Frame,
        link: Link,
        found: Noted,
        card: Option<serde_json::Value>,
    ) -> Self {
        let turn = Turn { card, ..Turn::default() };
        let columns = columns(&|_| None, (&found, &turn));
        Self::new(frame, link, (found, "Ada".to_owned()), (columns, turn))
    }

    fn path(&self) -> String {
        format!("/links/{}/notes", self.link.id)
    }
}

impl OfView {
    pub(crate) fn new(frame: Frame, link: Link) -> Self {
        let title = format!("{} · {}", frame.say("in-step.notes"), link.subject_name);
        let frame = frame.at(Section::Records, title).back_to(format!("/links/{}", link.id));
        Self { frame, link }
    }
}

/// When a daily digest is posted unless somebody says otherwise.
const EIGHT: i16 = 8 * 60;
/// Hours that are quiet unless somebody says otherwise.
const NIGHT: Quiet = Quiet { from: 20 * 60, to: 7 * 60, weekend: true };
