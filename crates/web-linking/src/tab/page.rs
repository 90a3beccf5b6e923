//! The record or the view itself.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use edge::{Form, Path, Problem, Query};
use kernel::Kind;
use linking::{LinkId, State as LinkState, Subject};
use uuid::Uuid;
use web_frame::{App, Asked, Frame, Html, Visit, answer, channel::Head};
use web_records::inside::{self, At, Inside, Looked, View};

use super::Place;
use crate::pages::words;

/// The buttons of the tab.
#[derive(Debug, Template)]
#[template(path = "tab/tools.html")]
pub(super) struct Tools<'a> {
    pub(super) frame: &'a Frame,
    /// The addresses that all tabs have, where it is still one.
    pub(super) tab: Option<String>,
    pub(super) share: String,
    pub(super) from: String,
    pub(super) website: Option<String>,
    pub(super) live: bool,
    pub(super) may_change: bool,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "tab/page.html")]
struct Page {
    frame: Frame,
    head: Head,
    notes: Vec<Note>,
    /// The view that a row was opened from: address and name.
    above: Option<(String, String)>,
    body: Part,
    asked: Vec<super::access::Open>,
}

/// What stands in the page, and is fetched anew when it changes.
#[derive(Debug, Template)]
#[template(path = "tab/part.html")]
struct Part {
    /// Whether nothing is asked while nobody sees the page: a CRM elsewhere counts the calls of each person.
    rests: bool,
    address: String,
    stamp: String,
    body: Html,
}

impl askama::filters::HtmlSafe for Part {}

/// A sentence above the content.
#[derive(Debug)]
pub(super) struct Note {
    pub(super) class: &'static str,
    pub(super) icon: &'static str,
    pub(super) title: String,
    pub(super) what: String,
    /// An address to go to, and what it is called.
    pub(super) link: Option<(String, String)>,
}

/// Nothing can be shown: why, and what to do.
#[derive(Debug, Template)]
#[template(path = "tab/closed.html")]
struct Closed {
    frame: Frame,
    head: Head,
    above: Option<(String, String)>,
    title: String,
    what: String,
    /// The code by which it is looked up; empty where the words say all.
    code: String,
    /// An address to go to, and what it is called.
    go: Option<(String, String)>,
    /// Where access is asked for, where it can be.
    ask: Option<String>,
    /// Whether it was asked for already.
    waiting: bool,
}

/// What forms send.
pub(super) type Sent = BTreeMap<String, String>;

/// Shows what the link is tied to.
pub(super) async fn show(
    State(app): State<App>,
    visit: Visit,
    Path(link): Path<LinkId>,
    Query(looked): Query<Looked>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, link).await?;
    let address = place.address();
    let inside = match &place.link.subject {
        Subject::Record { environment, table, record } => {
            let (environment, record) = (*environment, *record);
            let at = At { environment, table, record, address: &address };
            inside::record(&app, &visit, at).await.map(Some)
        }
        Subject::View { environment, table, view, .. } => {
            let (environment, view) = (*environment, *view);
            let view = View { environment, table, view, address: &address };
            inside::list(&app, &visit, view, &looked).await
        }
        Subject::Crm { .. } | Subject::CrmView { .. } => {
            return super::crm::show(app, visit, place, looked.after).await;
        }
    };
    shown(&app, visit, place, (None, address), (inside, StatusCode::OK)).await
}

/// Shows a row of the view in the same tab.
pub(super) async fn row(
    State(app): State<App>,
    visit: Visit,
    Path((link, row)): Path<(LinkId, String)>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, link).await?;
    if let Subject::CrmView { .. } = place.link.subject {
        return super::crm::show_row(app, visit, place, row).await;
    }
    let row = own_key(&row)?;
    let Some((above, address)) = of_view(&place, row) else {
        return Err(linking::Error::Unknown.into());
    };
    let inside = inside::record(&app, &visit, at(&place, row, &address)).await.map(Some);
    let above = (Some(above), address);
    shown(&app, visit, place, above, (inside, StatusCode::OK)).await
}

/// Keeps what was changed in the record.
pub(super) async fn save(
    State(app): State<App>,
    visit: Visit,
    Path(link): Path<LinkId>,
    Form(sent): Form<Sent>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, link).await?;
    if place.link.subject.system().is_some() {
        return super::crm::save(app, visit, place, sent).await;
    }
    let Subject::Record { record, .. } = place.link.subject else {
        return Err(linking::Error::Unknown.into());
    };
    let address = place.address();
    keep(&app, visit, (place, record, None, address), sent).await
}

/// Keeps what was changed in a row of the view.
pub(super) async fn save_row(
    State(app): State<App>,
    visit: Visit,
    Path((link, row)): Path<(LinkId, String)>,
    Form(sent): Form<Sent>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, link).await?;
    if let Subject::CrmView { .. } = place.link.subject {
        return super::crm::save_row(app, visit, place, (row, sent)).await;
    }
    let row = own_key(&row)?;
    let Some((above, address)) = of_view(&place, row) else {
        return Err(linking::Error::Unknown.into());
    };
    keep(&app, visit, (place, row, Some(above), address), sent).await
}

/// A row, its address, and the view that it stands in.
type Opened = (Place, Uuid, Option<(String, String)>, String);

async fn keep(
    app: &App,
    visit: Visit,
    (place, row, above, address): Opened,
    sent: Sent,
) -> Result<Response, Problem> {
    let kept = inside::save(app, &visit, at(&place, row, &address), sent).await?;
    let Some(again) = kept else {
        return Ok(answer::back_with(&visit.context, &address, "saved"));
    };
    let inside = (Ok(Some(again)), StatusCode::UNPROCESSABLE_ENTITY);
    shown(app, visit, place, (above, address), inside).await
}

/// The key of a row of the hub's own environments.
pub(super) fn own_key(text: &str) -> Result<Uuid, Problem> {
    Uuid::try_parse(text).map_err(|_none| linking::Error::Unknown.into())
}

fn at<'a>(place: &'a Place, record: Uuid, address: &'a str) -> At<'a> {
    let subject = &place.link.subject;
    At { environment: subject.environment(), table: subject.table(), record, address }
}

/// The view above a row, and the address of the row.
pub(super) fn of_view(
    place: &Place,
    row: impl std::fmt::Display,
) -> Option<((String, String), String)> {
    let address = place.address();
    let view = place.link.subject.is_view();
    let at = format!("{address}/rows/{row}");
    view.then(|| ((address, place.link.subject_name.clone()), at))
}

pub(super) async fn shown(
    app: &App,
    visit: Visit,
    mut place: Place,
    (above, address): (Above, String),
    (inside, status): (Result<Option<Inside>, Problem>, StatusCode),
) -> Result<Response, Problem> {
    let inside = match inside {
        Ok(Some(inside)) => inside,
        Ok(None) => return closed(app, visit, place, above).await,
        Err(problem) => match problem.code().kind() {
            Kind::NotFound | Kind::Forbidden => return closed(app, visit, place, above).await,
            _ => return Err(problem),
        },
    };
    let rests = place.link.subject.system().is_some();
    let part = Part { rests, address, stamp: inside.stamp, body: inside.body };
    if visit.asked == Asked::Part {
        return Ok(answer::part(Html::of(&part)));
    }
    let frame = place.frame(app, &visit, &inside.title).await?;
    place.head.tools = Some(place.tools(&frame, Some(inside.website), true));
    let notes = notes(&frame, &place);
    let asked = super::access::open(app, &visit, &place).await?;
    let page = Page { head: place.head, notes, above, body: part, asked, frame };
    Ok(answer::page_with(status, &page))
}

/// What is not as it should be with the link, in the words of the guide.
fn notes(frame: &Frame, place: &Place) -> Vec<Note> {
    let mut notes = Vec::new();
    let link = &place.link;
    let more = || Some((format!("/links/{}", link.id), frame.say("linked.see-link")));
    if let Some(problem) = &link.problem {
        notes.push(Note {
            class: "warning",
            icon: "warning",
            title: frame.t.code(&problem.code),
            what: words::cure(frame, problem),
            link: more(),
        });
    } else if link.state == LinkState::TabOnly {
        notes.push(Note {
            class: "warning",
            icon: "warning",
            title: frame.say("linked.failed"),
            what: frame.say("linked.failed-what"),
            link: more(),
        });
    }
    if matches!(link.state, LinkState::Unlinked | LinkState::Unlinking) {
        notes.push(Note {
            class: "",
            icon: "info",
            title: frame.say("linked.unlinked"),
            what: frame.say("linked.unlinked-what"),
            link: None,
        });
    }
    if place.channel.is_archived() {
        notes.push(Note {
            class: "",
            icon: "archive",
            title: frame.say("channel-archived"),
            what: frame.say("linked.archived-what"),
            link: None,
        });
    }
    notes
}

/// What stands between the reader and a CRM elsewhere: what is wrong and what helps.
pub(super) struct Barred {
    pub(super) title: String,
    pub(super) what: String,
    pub(super) code: String,
    /// An address to go to, and what it is called.
    pub(super) go: Option<(String, String)>,
}

/// Says what the reader has to do before the record can be shown.
pub(super) async fn barred(
    app: App,
    visit: Visit,
    mut place: Place,
    barred: Barred,
) -> Result<Response, Problem> {
    let frame = place.frame(&app, &visit, &barred.title).await?;
    place.head.tools = Some(place.tools(&frame, None, false));
    let Barred { title, what, code, go } = barred;
    let (above, ask, waiting) = (None, None, false);
    let page = Closed { frame, head: place.head, above, title, what, code, go, ask, waiting };
    Ok(answer::page_with(StatusCode::FORBIDDEN, &page))
}

/// The view above a row: its address and name.
pub(super) type Above = Option<(String, String)>;

/// Who may not see it is told so, and can ask for it.
async fn closed(
    app: &App,
    visit: Visit,
    mut place: Place,
    above: Option<(String, String)>,
) -> Result<Response, Problem> {
    let gone = place.link.state == LinkState::Gone && !place.link.subject_name.is_empty();
    let view = place.link.subject.is_view();
    let (title, what) = match (gone, view) {
        (true, _) => ("linked.gone", "linked.gone-what"),
        (_, true) => ("linked.no-view", "linked.no-view-what"),
        _ => ("linked.no-access", "linked.no-access-what"),
    };
    let asked = app.linking.asked_by_me(&visit.scope, place.link.id).await?;
    let frame = place.frame(app, &visit, &visit.frame.say(title)).await?;
    let address = place.address();
    if visit.asked == Asked::Part {
        // the script asks for the whole page
        return Ok(StatusCode::CONFLICT.into_response());
    }
    place.head.tools = Some(place.tools(&frame, None, false));
    let can_ask = !gone && above.is_none();
    Ok(answer::page_with(
        StatusCode::FORBIDDEN,
        &Closed {
            title: frame.say(title),
            what: frame.say(what),
            code: String::new(),
            go: None,
            head: place.head,
            above,
            ask: can_ask.then(|| format!("{address}/access")),
            waiting: asked.is_some(),
            frame,
        },
    ))
}

/// Back to the tab.
pub(super) fn back(address: &str) -> Response {
    Redirect::to(address).into_response()
}
