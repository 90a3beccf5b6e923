//! What an environment allows: the page “Microsoft Teams collaboration and chat”.

use askama::Template;
use axum::{Router, extract::State, response::Response};
use edge::{Path, Problem, get};
use kernel::{EnvironmentId, Permission};
use web_frame::{App, Frame, Section, Visit, answer};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/admin/environments/{environment}/teams", get(page))
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "settings.html")]
struct Page {
    frame: Frame,
}

async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(environment): Path<EnvironmentId>,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::EnvironmentManage).map_err(Problem::denied)?;
    let life = app.environments.life(&visit.scope, environment).await?;
    let title = visit.frame.say("linking.settings");
    let back = format!("/admin/environments/{}", life.environment.id);
    let frame = visit.frame.at(Section::Administration, title).back_to(back);
    Ok(answer::page(&Page { frame }))
}
