//! How members of all links of an environment follow the access to their records.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Form, Path, Problem};
use kernel::{Coded as _, EnvironmentId};
use linking_sync::{Error, Policy};
use web_frame::{App, Frame, Visit, answer};

use super::{below, path};
use crate::pages::{
    policy::{PolicyFields, Typed},
    words::Told,
};

/// The page.
#[derive(Debug, Template)]
#[template(path = "settings/members.html")]
pub(super) struct Page {
    frame: Frame,
    environment: EnvironmentId,
    fields: PolicyFields,
    obstacle: Option<Told>,
    problem: Option<Told>,
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(environment): Path<EnvironmentId>,
) -> Result<Response, Problem> {
    let policy = app.linking_sync.policy(&visit.scope, environment).await?;
    show(&app, visit, environment, (policy, None)).await
}

pub(super) async fn save(
    State(app): State<App>,
    visit: Visit,
    Path(environment): Path<EnvironmentId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let wanted = typed.policy();
    match app.linking_sync.set_policy(&visit.scope, environment, wanted).await {
        Ok(()) => {
            let to = path(environment, "/members");
            Ok(answer::back_with(&visit.context, &to, "in-step.saved"))
        }
        Err(error @ Error::Setup(_)) => {
            show(&app, visit, environment, (wanted, Some(error.code().name()))).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn show(
    app: &App,
    visit: Visit,
    environment: EnvironmentId,
    (policy, problem): (Policy, Option<&'static str>),
) -> Result<Response, Problem> {
    let obstacle = app.linking_sync.sync_obstacle(&visit.scope, environment, None).await?;
    let obstacle = obstacle.map(|found| found.code().name());
    let status = if problem.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let page = Page::new(visit.frame, environment, (policy, obstacle, problem));
    Ok(answer::page_with(status, &page))
}

impl Page {
    pub(super) fn new(
        frame: Frame,
        environment: EnvironmentId,
        (policy, obstacle, problem): (Policy, Option<&str>, Option<&str>),
    ) -> Self {
        let title = frame.say("in-step.members");
        let told = |code: Option<&str>| code.map(|code| Told::of(&frame, code));
        Self {
            fields: PolicyFields::new(&frame, policy, obstacle.is_some()),
            problem: told(problem.filter(|code| Some(*code) != obstacle)),
            obstacle: told(obstacle),
            frame: below(frame, environment, title),
            environment,
        }
    }
}
