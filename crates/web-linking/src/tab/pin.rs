//! Putting a record or a view into a channel: environment or CRM elsewhere, then the record or view, then Save.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use edge::{Form, Problem, Query};
use kernel::{ChannelId, Coded as _, EnvironmentId, Kind};
use linking::{State as LinkState, Subject};
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{
    App, Frame, Section, Visit, answer,
    channel::{Head, Spot},
    html,
    tree::{self, Here},
};
use web_records::inside::find::{self, Choice, Hit};
use workspace::ChannelAccess;
use workspace_port::{ChannelId as PortChannel, TeamId as PortTeam};

use super::{address, page::Note};

/// The cookie of the environment that was chosen for the next time.
const PREFERENCE: &str = "liaison-pin";

/// What is asked.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Asking {
    /// The channel.
    channel: String,
    /// `record` or `view`.
    what: String,
    /// The environment; `choose` asks for another than the remembered one.
    environment: String,
    /// The table that filters, or whose views are listed.
    table: String,
    /// Words of a search.
    q: String,
}

impl Asking {
    fn is_view(&self) -> bool {
        self.what == "view"
    }

    fn href(&self) -> String {
        let all = [
            ("channel", &self.channel),
            ("what", &self.what),
            ("environment", &self.environment),
            ("table", &self.table),
            ("q", &self.q),
        ];
        let all = all.iter().filter(|(_, value)| !value.is_empty());
        let all = all.map(|(name, value)| format!("{name}={}", html::query_value(value)));
        format!("/linked/new?{}", all.collect::<Vec<_>>().join("&"))
    }
}

/// The page that chooses an environment.
#[derive(Debug, Template)]
#[template(path = "tab/environments.html")]
struct Environments {
    frame: Frame,
    head: Head,
    channel: ChannelId,
    what: String,
    choices: Vec<Choice>,
    cancel: String,
}

/// The page that chooses what to pin.
#[derive(Debug, Template)]
#[template(path = "tab/pin.html")]
struct Page {
    frame: Frame,
    head: Head,
    asking: Asking,
    environment: String,
    /// The address that asks for another environment; none where there is one alone.
    edit: Option<String>,
    records: String,
    views: String,
    tables: Vec<Choice>,
    hits: Vec<Hit>,
    /// Whether they stand by name: a CRM elsewhere does not say which were used last.
    by_name: bool,
    listed: Vec<Choice>,
    note: Option<Note>,
    cancel: String,
}

async fn channel(app: &App, visit: &Visit, channel: &str) -> Result<ChannelAccess, Problem> {
    let missing = || Problem::from(linking::Error::Unknown);
    let id: ChannelId = channel.parse().map_err(|_none| missing())?;
    Ok(app.workspace.channel(&visit.scope, id).await?)
}

pub(super) async fn choose(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Query(mut asking): Query<Asking>,
) -> Result<Response, Problem> {
    if asking.channel.is_empty() {
        return channels(&app, visit, &asking).await;
    }
    let access = channel(&app, &visit, &asking.channel).await?;
    if asking.environment.is_empty()
        && let Some(remembered) = edge::cookie(&headers, PREFERENCE)
    {
        remembered.clone_into(&mut asking.environment);
    }
    shown(&app, visit, &access, asking, None).await
}

/// The page that chooses a channel, for who comes from a record.
#[derive(Debug, Template)]
#[template(path = "tab/channels.html")]
struct Channels {
    frame: Frame,
    /// Address, team and channel.
    choices: Vec<(String, String, String)>,
}

/// The channels where the reader may pin something, each leading on with what was asked.
async fn channels(app: &App, visit: Visit, asking: &Asking) -> Result<Response, Problem> {
    let branches = app.workspace.tree(&visit.scope).await?;
    let open = branches.iter().map(|branch| &branch.access);
    let open = open.filter(|access| access.rights.write && !access.is_archived());
    let choices = open.map(|access| {
        let asking = Asking { channel: access.channel.id.to_string(), ..asking.clone() };
        (asking.href(), access.team.name.clone(), access.channel.name.clone())
    });
    let choices = choices.collect();
    let title = visit.frame.say("linked.pin-title");
    let frame = visit.frame.at(Section::Teams, title).back_to("/teams");
    Ok(answer::page(&Channels { frame, choices }))
}

async fn shown(
    app: &App,
    visit: Visit,
    access: &ChannelAccess,
    mut asking: Asking,
    note: Option<Note>,
) -> Result<Response, Problem> {
    let mut all = find::environments(app, &visit).await?;
    // a CRM elsewhere stands among them, for whom it is the one that is used
    let there = web_crm::find::elsewhere(app, &visit).await;
    if let Some(crm) = &there {
        all.push(Choice { value: crm.id.to_string(), name: crm.name.clone(), own: false });
    }
    let found = all.iter().find(|one| one.value == asking.environment);
    // without a choice nothing is asked: one environment, or one of sales
    let sales = all.iter().filter(|one| one.own).count() == 1;
    let alone = asking.environment.is_empty() && sales || all.len() == 1;
    let found = found.or_else(|| all.first().filter(|_| alone)).cloned();
    let id = access.channel.id;
    let branches = app.workspace.tree(&visit.scope).await?;
    let pane = tree::pane(&visit.frame, &branches, Here::Channel(id));
    let mut head = Head::of(app, &visit, access, Spot::Posts).await?;
    head.here = Spot::Tab(kernel::TabId::from(Uuid::nil()));
    let title = visit.frame.say("linked.pin-title");
    let cancel = format!("/channels/{id}");
    let frame = visit.frame.clone().at(Section::Teams, title).with_pane(pane).back_to(&*cancel);
    let Some(environment) = found else {
        let what = asking.what.clone();
        let choice = Environments { head, channel: id, what, choices: all, cancel, frame };
        return Ok(answer::page(&choice));
    };
    let Ok(place) = environment.value.parse::<EnvironmentId>() else {
        return Err(linking::Error::Unknown.into());
    };
    asking.environment.clone_from(&environment.value);
    let there = there.filter(|crm| crm.id == place.uuid());
    let tables = match &there {
        Some(_) => web_crm::find::tables(app, &visit).await?.into_iter().map(chosen).collect(),
        None => find::tables(app, &visit, place).await?,
    };
    if !tables.iter().any(|table| table.value == asking.table) {
        asking.table.clear();
    }
    let (mut hits, mut listed) = (Vec::new(), Vec::new());
    if asking.is_view() {
        if asking.table.is_empty() {
            asking.table = tables.first().map(|one| one.value.clone()).unwrap_or_default();
        }
        if !asking.table.is_empty() {
            listed = match &there {
                Some(_) => {
                    let all = web_crm::find::views(app, &visit, &asking.table).await?;
                    all.into_iter().map(chosen).collect()
                }
                None => find::views(app, &visit, (place, &asking.table)).await?,
            };
        }
    } else {
        hits = match &there {
            Some(_) => {
                let known: Vec<_> = tables.iter().map(of_crm).collect();
                let of = (known.as_slice(), asking.table.as_str());
                let all = web_crm::find::records(app, &visit, of, &asking.q).await?;
                all.into_iter().map(hit).collect()
            }
            None => find::records(app, &visit, (place, &asking.table), &asking.q).await?,
        };
    }
    let other = |what: &str| Asking {
        what: what.to_owned(),
        table: String::new(),
        q: String::new(),
        ..asking.clone()
    };
    let edit = Asking { environment: "choose".to_owned(), ..other(&asking.what) };
    let status = if note.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let shown = Page {
        environment: environment.name,
        edit: (all.len() > 1).then(|| edit.href()),
        records: other("").href(),
        views: other("view").href(),
        asking,
        tables,
        hits,
        by_name: there.is_some(),
        listed,
        note,
        cancel,
        head,
        frame,
    };
    Ok(answer::page_with(status, &shown))
}

/// What the forms send.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Chosen {
    channel: String,
    what: String,
    environment: String,
    /// Whether the environment is kept for the next time.
    remember: String,
    /// `table:id` of a record, `table:id` or `table:id:own` of a view.
    subject: String,
}

pub(super) async fn pin(
    State(app): State<App>,
    visit: Visit,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let access = channel(&app, &visit, &chosen.channel).await?;
    let Ok(environment) = chosen.environment.parse::<EnvironmentId>() else {
        return Err(linking::Error::Unknown.into());
    };
    let asking = Asking {
        channel: chosen.channel.clone(),
        what: chosen.what.clone(),
        environment: environment.to_string(),
        ..Asking::default()
    };
    if chosen.subject.is_empty() {
        // the environment alone was chosen, or nothing was: the next page, or the same one
        let mut response = Redirect::to(&asking.href()).into_response();
        if chosen.remember == "on" {
            remember(&visit, &mut response, environment);
        }
        return Ok(response);
    }
    let there = web_crm::find::elsewhere(&app, &visit).await;
    let there = there.is_some_and(|crm| crm.id == environment.uuid());
    let found = if there {
        of_there(environment, &chosen.subject, asking.is_view())
    } else {
        subject(environment, &chosen.subject, asking.is_view())
    };
    let Some(subject) = found else {
        return Err(linking::Error::Unknown.into());
    };
    let place = PortChannel {
        team: PortTeam(access.team.id.to_string()),
        id: access.channel.id.to_string(),
    };
    match app.linking.pin(&visit.scope, subject, &place).await {
        Ok(link) => {
            let key = match link.state {
                LinkState::TabOnly => "linked.failed",
                LinkState::Pending => "linked.pinned",
                _ => "linked.connected",
            };
            Ok(answer::back_with(&visit.context, &address(link.id), key))
        }
        Err(error) => {
            let code = error.code();
            if !matches!(code.kind(), Kind::Conflict | Kind::Invalid | Kind::Forbidden) {
                return Err(error.into());
            }
            let code = match &error {
                linking::Error::Unavailable(problem) => problem.code.clone(),
                _ => code.name().to_owned(),
            };
            let note = Note {
                class: "bad",
                icon: "error",
                title: visit.frame.t.code(&code),
                what: visit.frame.t.code_detail(&code),
                link: None,
            };
            shown(&app, visit, &access, asking, Some(note)).await
        }
    }
}

/// What was chosen.
fn subject(environment: EnvironmentId, text: &str, view: bool) -> Option<Subject> {
    let mut parts = text.split(':');
    let (table, id) = (parts.next()?.to_owned(), parts.next()?.parse::<Uuid>().ok()?);
    let personal = parts.next() == Some("own");
    Some(if view {
        Subject::View { environment, table, view: id, personal }
    } else {
        Subject::Record { environment, table, record: id }
    })
}

/// What was chosen of a CRM elsewhere, whose keys are its own.
fn of_there(system: EnvironmentId, text: &str, view: bool) -> Option<Subject> {
    let mut parts = text.split(':');
    let (table, id) = (parts.next()?, parts.next()?);
    let personal = parts.next() == Some("own");
    let system = system.uuid();
    Some(if view {
        Subject::crm_view(system, table, (id, personal))
    } else {
        Subject::crm(system, table, id)
    })
}

fn chosen(one: web_crm::find::Choice) -> Choice {
    Choice { value: one.value, name: one.name, own: one.own }
}

fn of_crm(one: &Choice) -> web_crm::find::Choice {
    web_crm::find::Choice { value: one.value.clone(), name: one.name.clone(), own: one.own }
}

fn hit(one: web_crm::find::Hit) -> Hit {
    Hit { table: one.table, id: one.id, name: one.name, kind: one.kind, icon: one.icon }
}

/// Keeps the environment for the next time.
fn remember(visit: &Visit, response: &mut Response, environment: EnvironmentId) {
    let reach = edge::cookie_reach(&visit.context);
    let line =
        format!("{PREFERENCE}={environment}; Path=/linked; Max-Age=31536000; HttpOnly; {reach}");
    if let Ok(value) = HeaderValue::from_str(&line) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
