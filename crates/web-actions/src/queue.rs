//! Requests: the queue of administrators, and what the reader asked for.

use actions::{Decision, Request, RequestState};
use askama::Template;
use axum::{extract::State as Rooms, http::StatusCode, response::Response};
use edge::{Form, PageQuery, Path, Problem, Query};
use jiff::Timestamp;
use kernel::{ActionRequestId, Coded as _, Kind, Page as Rows, Permission};
use serde::Deserialize;
use web_frame::{App, Frame, Visit, answer, parts::told};

use crate::{
    Waits, at,
    shapes::{Badge, Names, request_state},
};

/// The page.
#[derive(Debug, Template)]
#[template(path = "queue.html")]
pub(crate) struct Queue {
    frame: Frame,
    decides: bool,
    tabs: Vec<(String, String, bool)>,
    rows: Vec<Row>,
    next: Option<String>,
    problem: Option<(String, Vec<String>)>,
}

/// A request.
#[derive(Debug, Clone)]
struct Row {
    id: String,
    href: String,
    action: String,
    person: String,
    note: String,
    at: Timestamp,
    state: Badge,
    open: bool,
    answer: String,
    decided: Option<(String, Timestamp)>,
}

/// Which requests are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Show {
    /// What nobody decided.
    #[default]
    Open,
    /// What was granted.
    Granted,
    /// What was declined.
    Declined,
}

impl Show {
    const fn state(self) -> RequestState {
        match self {
            Self::Open => RequestState::Open,
            Self::Granted => RequestState::Granted,
            Self::Declined => RequestState::Declined,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asking {
    #[serde(default)]
    show: Option<Show>,
}

pub(crate) async fn page(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Query(asking): Query<Asking>,
    page: PageQuery,
) -> Result<Response, Problem> {
    let show = asking.show.unwrap_or_default();
    Ok(answer::page(&Queue::read(&app, &visit, show, Some(page)).await?))
}

impl Queue {
    async fn read(
        app: &App,
        visit: &Visit,
        show: Show,
        page: Option<PageQuery>,
    ) -> Result<Self, Problem> {
        let scope = &visit.scope;
        let found = if visit.frame.may(Permission::ActionManage) {
            let (limit, after) = page.map(|page| (page.limit, page.after)).unwrap_or_default();
            app.published.requests(scope, Some(show.state()), limit, after.as_ref()).await?
        } else {
            Rows { items: app.published.own_requests(scope).await?, next: None }
        };
        let people = found.items.iter().flat_map(|request| {
            [Some(request.user), request.decided.and_then(|(by, _)| by)].into_iter().flatten()
        });
        let people: Vec<_> = people.collect();
        let names = Names::default().and_people(app, visit, people).await;
        let waits = Waits::of(app, visit).await;
        Ok(Self::new((visit.frame.clone(), waits), found, &names, show))
    }

    fn new(
        (frame, waits): (Frame, Waits),
        found: Rows<Request>,
        names: &Names,
        show: Show,
    ) -> Self {
        let decides = frame.may(Permission::ActionManage);
        let row = |request: &Request| Row {
            id: request.id.to_string(),
            href: format!("/actions/{}", request.action),
            action: request.name.clone(),
            person: names.person(Some(request.user)),
            note: request.note.clone(),
            at: request.created_at,
            state: request_state(&frame, request.state),
            open: request.state == RequestState::Open,
            answer: request.answer.clone(),
            decided: request.decided.map(|(by, at)| (names.person(by), at)),
        };
        let tab = |it: Show| {
            let word = it.state().as_str();
            let name = frame.say(&format!("web-actions.requests-{word}"));
            (format!("/actions/requests?show={word}"), name, it == show)
        };
        let tabs = [Show::Open, Show::Granted, Show::Declined].map(tab).into();
        let word = show.state().as_str();
        let next = found.next.map(|next| format!("/actions/requests?show={word}&after={next}"));
        let title =
            if decides { "web-actions.pane-requests" } else { "web-actions.pane-own-requests" };
        let title = frame.say(title);
        Self {
            decides,
            tabs,
            rows: found.items.iter().map(row).collect(),
            next,
            problem: None,
            frame: at(frame, waits, "requests", title),
        }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Answer {
    #[serde(default)]
    note: String,
}

pub(crate) async fn decline(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Path(id): Path<ActionRequestId>,
    Form(answered): Form<Answer>,
) -> Result<Response, Problem> {
    let declined = app.published.decide(&visit.scope, id, Decision::Decline, &answered.note).await;
    let Err(error) = declined else {
        return Ok(answer::back_with(&visit.context, "/actions/requests", "web-actions.refused"));
    };
    if !matches!(error.code().kind(), Kind::Invalid | Kind::Conflict) {
        return Err(error.into());
    }
    let page = Queue::read(&app, &visit, Show::Open, None).await?;
    let (title, detail) = told(&visit.frame, &error);
    let page = Queue { problem: Some((title, vec![detail])), ..page };
    Ok(answer::page_with(StatusCode::CONFLICT, &page))
}

#[cfg(test)]
mod tests {
    use kernel::{Cursor, Permissions};
    use web_proof::show;

    use super::*;
    use crate::samples::{names, request};

    #[test]
    fn administrators_see_everybody_and_others_themselves() {
        show("queue", |frame| {
            let few = Permissions::of(&[Permission::ActionUse]);
            let seller = Frame { permissions: few, ..frame.clone() };
            let queue = |frame: &Frame, items: Vec<Request>, shown| {
                let next = (items.len() == 1).then(|| Cursor::new("a"));
                let waits = Waits { actions: 0, requests: 1 };
                Queue::new((frame.clone(), waits), Rows { items, next }, &names(), shown)
            };
            let all = vec![request(RequestState::Granted), request(RequestState::Declined)];
            vec![
                ("open", queue(frame, vec![request(RequestState::Open)], Show::Open)),
                ("own", queue(&seller, all, Show::Open)),
                ("empty", queue(frame, Vec::new(), Show::Granted)),
            ]
        });
    }
}
