//! Changing a draft: its texts, and what it selects.

use actions::{Action, ActionPatch, Operation, Selected};
use axum::{extract::State as Rooms, http::StatusCode, response::Response};
use edge::{Form, Path, Problem};
use kernel::{ActionId, FieldError, Permission};
use web_frame::{App, Visit, answer, parts::mistakes};

use crate::{
    Waits, at,
    life::done,
    make::{Make, Typed, choices, fields, of_operations},
    show::refused,
};

pub(crate) async fn page(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Path(id): Path<ActionId>,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::ConnectorManage).map_err(Problem::denied)?;
    let action = app.published.action(&visit.scope, id).await?;
    let typed = Typed {
        connector: Some(action.connector),
        name: action.name.clone(),
        description: action.description.clone(),
        instructions: action.instructions.clone(),
        operations: action.operations.iter().map(|operation| operation.id.clone()).collect(),
    };
    Ok(answer::page(&form(&app, &visit, &action, (&typed, &[])).await?))
}

async fn form(
    app: &App,
    visit: &Visit,
    action: &Action,
    (typed, errors): (&Typed, &[FieldError]),
) -> Result<Make, Problem> {
    let compiled = app.api_connectors.compiled(&visit.scope, action.connector).await?;
    let frame = visit.frame.clone();
    let title = frame.say1("web-actions.edit-title", "name", action.name.as_str());
    let waits = Waits::of(app, visit).await;
    let back = format!("/actions/{}", action.id);
    Ok(Make {
        intro: frame.say("web-actions.edit-intro"),
        action: format!("{back}/edit"),
        cancel: back.clone(),
        button: frame.say("save"),
        problem: None,
        fields: fields(&frame, typed, errors),
        connector: action.connector.to_string(),
        choices: choices(&frame, compiled.package(), &typed.operations),
        choices_error: of_operations(&frame, errors),
        frame: at(frame, waits, "", title).back_to(back),
    })
}

pub(crate) async fn save(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Path(id): Path<ActionId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::ConnectorManage).map_err(Problem::denied)?;
    let action = app.published.action(&visit.scope, id).await?;
    // what stays keeps what was set for it, in the order that it has
    let (kept, fresh): (Vec<&String>, Vec<&String>) =
        typed.operations.iter().partition(|id| action.operation(id).is_some());
    let mut operations: Vec<Selected> = action
        .operations
        .iter()
        .filter(|operation| kept.contains(&&operation.id))
        .map(selected)
        .collect();
    operations
        .extend(fresh.into_iter().map(|id| Selected { id: id.clone(), ..Selected::default() }));
    let patch = ActionPatch {
        name: Some(typed.name.clone()),
        description: Some(typed.description.clone()),
        instructions: Some(typed.instructions.clone()),
        operations: Some(operations),
    };
    match app.published.update(&visit.scope, id, patch).await {
        Ok(_) => Ok(done(&visit, id, "saved")),
        Err(actions::Error::Published) => {
            refused(&app, &visit, id, actions::Error::Published).await
        }
        Err(error) => match mistakes(&error, "/name") {
            Some(errors) => {
                let page = form(&app, &visit, &action, (&typed, &errors)).await?;
                Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
            }
            None => Err(error.into()),
        },
    }
}

/// An operation as its maker selected it.
pub(crate) fn selected(operation: &Operation) -> Selected {
    Selected {
        id: operation.id.clone(),
        title: operation.title.clone(),
        description: operation.description.clone(),
        instructions: operation.instructions.clone(),
        overrides: operation.overrides.clone(),
    }
}
