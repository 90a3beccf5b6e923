//! Collaborate: what is connected already, or how to begin.

use askama::Template;
use axum::{extract::State as Shelf, response::Response};
use edge::{Path, Problem};
use kernel::Permission;
use linking::{Collaborate, Connected, Level, LinkId, State};
use linking_setup::Kind;
use web_frame::{App, Frame, Visit, answer, html::query_value};

use super::{
    offers,
    place::{CrmKey, CrmViewKey, Key, Place, Tab},
    words::{Badge, Told, badge},
};

/// A channel that is connected.
#[derive(Debug)]
struct Row {
    id: LinkId,
    channel: String,
    team: String,
    private: bool,
    badge: Badge,
    /// What is wrong with it.
    problem: Option<Told>,
    /// Where the channel is opened.
    open: Option<String>,
    /// Whether the reader is not in the channel.
    outside: bool,
    /// Whether its name is not the reader's to know.
    hidden: bool,
    since: jiff::Timestamp,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "pages/list.html")]
#[expect(clippy::struct_excessive_bools, reason = "each belongs to another part of the page")]
pub(crate) struct List {
    frame: Frame,
    name: String,
    kind: String,
    icon: &'static str,
    is_record: bool,
    base: String,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    /// Whether channels are chosen and made here, not only pinned from the channel.
    enhanced: bool,
    off: bool,
    may_link: bool,
    why_not: Option<Told>,
    /// The way to the reader's own sign-in at the workspace, where that is what is missing.
    sign_in: Option<String>,
    /// The settings, for whom they are open.
    settings: Option<String>,
    /// The application of the workspace, to pin there.
    workspace: String,
    embedded: bool,
    documents: bool,
}

pub(crate) async fn record(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(key): Path<Key>,
) -> Result<Response, Problem> {
    let place = Place::of_record(&app, &visit, key).await?;
    show(&app, visit, &place).await
}

pub(crate) async fn view(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(key): Path<Key>,
) -> Result<Response, Problem> {
    let place = Place::of_view(&app, &visit, key).await?;
    show(&app, visit, &place).await
}

pub(crate) async fn crm(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(key): Path<CrmKey>,
) -> Result<Response, Problem> {
    let place = Place::of_crm(&app, &visit, key).await?;
    show(&app, visit, &place).await
}

pub(crate) async fn crm_view(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(key): Path<CrmViewKey>,
) -> Result<Response, Problem> {
    let place = Place::of_crm_view(&app, &visit, key).await?;
    show(&app, visit, &place).await
}

async fn show(app: &App, visit: Visit, place: &Place) -> Result<Response, Problem> {
    let found = app.linking.collaborate(&visit.scope, &place.subject).await?;
    let ours = offers(app, &visit, place).await?;
    let embedded = app.linking_setup.workspaces().kind(&visit.scope) == Kind::Embedded;
    let frame = &visit.frame;
    let settings = match (&place.own, place.subject.system()) {
        (Some((session, _)), _) => frame
            .may(Permission::EnvironmentManage)
            .then(|| format!("/admin/environments/{}/teams", session.environment().id)),
        (None, Some(system)) => {
            let tends =
                frame.may(Permission::SalesManage) || frame.may(Permission::DataPolicyManage);
            tends.then(|| format!("/links/crm/{system}"))
        }
        (None, None) => None,
    };
    Ok(answer::page(&List::new(visit.frame, place, found, (&ours, embedded, settings))))
}

impl List {
    pub(crate) fn new(
        frame: Frame,
        place: &Place,
        found: Collaborate,
        (ours, embedded, settings): (&[&str], bool, Option<String>),
    ) -> Self {
        let off = found.level == Level::Off;
        let rows = found.links.into_iter().map(|one| Row::new(&frame, one)).collect();
        let why_not = found.why_not.as_ref().map(|problem| Told::kept(&frame, problem));
        let sign_in = why_not.as_ref().filter(|told| told.code == "workspace.sign_in_again");
        let sign_in =
            sign_in.map(|_| crate::workspace::mine_at(&format!("{}/collaborate", place.base)));
        let workspace = if embedded { pinned(place) } else { TEAMS_APP.to_owned() };
        let what = frame.say("collaborate.title");
        Self {
            tabs: place.tabs(&frame, "", ours),
            frame: place.at(frame, &what, place.address.clone()),
            name: place.name.clone(),
            kind: place.kind.clone(),
            icon: place.icon(),
            is_record: place.is_record(),
            base: place.base.clone(),
            rows,
            enhanced: found.level == Level::Enhanced,
            off,
            may_link: found.may_link,
            why_not,
            sign_in,
            settings,
            workspace,
            embedded,
            documents: ours.contains(&"documents"),
        }
    }
}

impl List {
    fn back(&self) -> &str {
        self.frame.back.as_deref().unwrap_or_default()
    }
}

impl Row {
    fn new(frame: &Frame, Connected { link, member }: Connected) -> Self {
        let alive = matches!(
            link.state,
            State::Connected | State::TabOnly | State::StaleName | State::Archived
        );
        Self {
            id: link.id,
            badge: badge(frame, link.state),
            problem: link.problem.as_ref().map(|problem| Told::kept(frame, problem)),
            open: link.address.as_ref().filter(|_| alive).map(ToString::to_string),
            private: link.channel_kind == workspace_port::ChannelKind::Private,
            outside: member == Some(false),
            hidden: link.channel_name.is_empty(),
            channel: link.channel_name,
            team: link.team_name,
            since: link.created_at,
        }
    }

    /// The page of the link.
    fn page(&self) -> String {
        format!("/links/{}", self.id)
    }
}

/// The app of the CRM in Microsoft Teams, from where a record is pinned by hand.
const TEAMS_APP: &str = "https://teams.microsoft.com/l/app/cd2d8695-bdc9-4d8e-9620-cc963ed81f41";

/// Where a record or view is put into a channel of the hub's own by hand: its page with what is looked for filled in.
fn pinned(place: &Place) -> String {
    let (environment, table) = (place.subject.environment(), place.subject.table());
    let what = if place.is_record() { "" } else { "&what=view" };
    let mut address = format!("/linked/new?environment={environment}&table={table}{what}");
    if place.is_record() {
        address.extend(["&q=", &query_value(&place.name)]);
    }
    address
}
