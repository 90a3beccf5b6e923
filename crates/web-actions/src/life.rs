//! The steps that makers and administrators take: publish, withdraw, disable, delete.

use axum::{extract::State as Rooms, response::Response};
use edge::{Form, Path, Problem};
use kernel::ActionId;
use serde::Deserialize;
use web_frame::{App, Visit, answer, parts::Nothing};

use crate::show::refused;

pub(crate) async fn publish(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Path(id): Path<ActionId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    match app.published.publish(&visit.scope, id).await {
        Ok(_) => Ok(done(&visit, id, "published")),
        Err(error) => refused(&app, &visit, id, error).await,
    }
}

pub(crate) async fn withdraw(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Path(id): Path<ActionId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.published.withdraw(&visit.scope, id).await?;
    Ok(done(&visit, id, "withdrawn"))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Why {
    #[serde(default)]
    note: String,
}

pub(crate) async fn disable(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Path(id): Path<ActionId>,
    Form(why): Form<Why>,
) -> Result<Response, Problem> {
    match app.published.disable(&visit.scope, id, &why.note).await {
        Ok(_) => Ok(done(&visit, id, "disabled")),
        Err(error) => refused(&app, &visit, id, error).await,
    }
}

pub(crate) async fn delete(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Path(id): Path<ActionId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.published.delete(&visit.scope, id).await?;
    Ok(answer::back_with(&visit.context, "/actions", "web-actions.deleted"))
}

/// Back to the action with a toast.
pub(crate) fn done(visit: &Visit, id: ActionId, key: &str) -> Response {
    answer::back_with(&visit.context, &format!("/actions/{id}"), &format!("web-actions.{key}"))
}
