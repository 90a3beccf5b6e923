//! What waits for an administrator, as a table to decide from.

use actions::{Action, Find, RequestState, State};
use askama::Template;
use axum::{extract::State as Rooms, response::Response};
use edge::{PageQuery, Problem};
use jiff::Timestamp;
use kernel::{Limit, Permission};
use web_frame::{App, Frame, Visit, answer};

use crate::{
    Waits, at,
    shapes::{Badge, Names, does},
};

/// The table.
#[derive(Debug, Template)]
#[template(path = "waiting.html")]
pub(crate) struct Waiting {
    frame: Frame,
    rows: Vec<Row>,
    next: Option<String>,
}

/// An action to decide about.
#[derive(Debug, Clone)]
struct Row {
    href: String,
    name: String,
    what: String,
    connector: String,
    connector_href: String,
    environment: String,
    maker: String,
    published_at: Option<Timestamp>,
    does: Vec<Badge>,
    /// How many ask for it; with `+` where there are more.
    asking: String,
    barred: bool,
}

pub(crate) async fn page(
    Rooms(app): Rooms<App>,
    visit: Visit,
    page: PageQuery,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::ActionManage).map_err(Problem::denied)?;
    let find = Find { state: Some(State::Waiting), ..Find::default() };
    let found = app.published.find(&visit.scope, find, page.limit, page.after.as_ref()).await?;
    let actions: Vec<_> = found.items.iter().map(|offered| &offered.action).collect();
    let makers: Vec<_> = actions.iter().filter_map(|action| action.created_by).collect();
    let names = Names::of(&app, &visit, &actions).await.and_people(&app, &visit, makers).await;
    let mut rows = Vec::new();
    for action in actions {
        rows.push(Row::read(&app, &visit, action, &names).await);
    }
    let next = found.next.map(|cursor| format!("/actions/waiting?after={cursor}"));
    let waits = Waits::of(&app, &visit).await;
    Ok(answer::page(&Waiting::new((visit.frame, waits), rows, next)))
}

impl Waiting {
    fn new((frame, waits): (Frame, Waits), rows: Vec<Row>, next: Option<String>) -> Self {
        let title = frame.say("web-actions.pane-waiting");
        Self { rows, next, frame: at(frame, waits, "waiting", title) }
    }
}

impl Row {
    async fn read(app: &App, visit: &Visit, action: &Action, names: &Names) -> Self {
        let (open, most) = (Some(RequestState::Open), Limit::default());
        let asked = app.published.requests_on(&visit.scope, (action.id, open), most, None).await;
        let barred = app.published.violations(&visit.scope, action).await;
        let asking = asked.map(|found| {
            let more = if found.next.is_some() { "+" } else { "" };
            format!("{}{more}", found.items.len())
        });
        Self {
            href: format!("/actions/{}", action.id),
            name: action.name.clone(),
            what: action.description.clone(),
            connector: names.connector(action.connector),
            connector_href: format!("/apis/{}", action.connector),
            environment: names.environment(action.environment),
            maker: names.person(action.created_by),
            published_at: action.published_at,
            does: does(&visit.frame, action),
            asking: asking.unwrap_or_default(),
            barred: barred.is_ok_and(|fields| !fields.is_empty()),
        }
    }
}
