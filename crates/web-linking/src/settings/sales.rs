//! The way from the settings of the sales application: which environment is meant.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use edge::Problem;
use environments::Life;
use kernel::Permission;
use web_frame::{App, Frame, Section, Visit, answer};

use super::{path, say};

/// The page.
#[derive(Debug, Template)]
#[template(path = "settings/sales.html")]
pub(super) struct Page {
    frame: Frame,
    rows: Vec<Life>,
}

pub(super) async fn page(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    visit.scope.require(Permission::EnvironmentManage).map_err(Problem::denied)?;
    let mut rows = app.environments.list(&visit.scope).await?;
    rows.retain(|life| life.environment.crm_enabled && life.environment.deleted_at.is_none());
    if let [only] = rows.as_slice() {
        return Ok(Redirect::to(&path(only.environment.id, "")).into_response());
    }
    Ok(answer::page(&Page::new(visit.frame, rows)))
}

impl Page {
    pub(super) fn new(frame: Frame, rows: Vec<Life>) -> Self {
        let title = say(&frame, "title");
        let frame = frame.at(Section::Actions, title).back_to("/sales/extensions");
        Self { frame, rows }
    }
}
