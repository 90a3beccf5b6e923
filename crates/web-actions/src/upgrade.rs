//! Taking an action along to a newer version of its connector, once its changes were looked at.

use actions::{Action, Upgrade};
use askama::Template;
use axum::{
    extract::State as Rooms,
    response::{IntoResponse as _, Redirect, Response},
};
use edge::{Form, Path, Problem};
use kernel::{ActionId, FieldError, Permission};
use serde::Deserialize;
use web_frame::{App, Frame, Visit, answer};

use crate::{
    Waits, at,
    life::done,
    show::{refused, title},
};

/// The page.
#[derive(Debug, Template)]
#[template(path = "upgrade.html")]
pub(crate) struct Page {
    frame: Frame,
    path: String,
    to: i64,
    words: String,
    stays: bool,
    changes: Vec<Change>,
    elsewhere: i64,
    obstacles: Vec<String>,
    edits: bool,
}

/// What changes for callers.
#[derive(Debug, Clone)]
struct Change {
    severity: &'static str,
    class: &'static str,
    message: String,
    remedy: String,
    pointer: String,
    code: String,
}

pub(crate) async fn page(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Path(id): Path<ActionId>,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::ConnectorManage).map_err(Problem::denied)?;
    let action = app.published.action(&visit.scope, id).await?;
    match app.published.upgrade_of(&visit.scope, id).await? {
        Some(upgrade) => {
            let waits = Waits::of(&app, &visit).await;
            Ok(answer::page(&Page::new((visit.frame, waits), &action, &upgrade)))
        }
        None => Ok(Redirect::to(&format!("/actions/{id}")).into_response()),
    }
}

impl Page {
    fn new((frame, waits): (Frame, Waits), action: &Action, upgrade: &Upgrade) -> Self {
        let versions = [("from", upgrade.from.into()), ("to", upgrade.to.into())];
        let change = |finding: &openapi::Finding| {
            let (key, remedy) = connector_rules::text_keys(finding);
            let args: Vec<_> =
                finding.args.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
            let class = match finding.severity {
                openapi::Severity::Error => "bad",
                openapi::Severity::Warning => "warning",
                openapi::Severity::Info => "",
            };
            Change {
                severity: finding.severity.code(),
                class,
                message: frame.say_with(&key, &args),
                remedy: frame.say_with(&remedy, &args),
                pointer: finding.pointer.clone(),
                code: finding.code.as_str().to_owned(),
            }
        };
        let obstacle = |field: &FieldError| {
            let index = field.pointer.trim_start_matches("/operations/").split('/').next();
            let index = index.and_then(|index| index.parse::<usize>().ok());
            let name = index.and_then(|index| action.operations.get(index)).map(title);
            format!("{} – {}", name.unwrap_or_default(), frame.t.rule(field.code, field.limit))
        };
        let heading = frame.say1("web-actions.upgrade-title", "name", action.name.as_str());
        let path = format!("/actions/{}", action.id);
        Self {
            to: upgrade.to,
            words: frame.say_with("web-actions.upgrade-what", &versions),
            stays: frame.may(Permission::ActionManage),
            changes: upgrade.changes.iter().map(change).collect(),
            elsewhere: i64::try_from(upgrade.elsewhere).unwrap_or(i64::MAX),
            obstacles: upgrade.obstacles.iter().map(obstacle).collect(),
            edits: action.state == actions::State::Disabled,
            frame: at(frame, waits, "", heading).back_to(path.clone()),
            path,
        }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct To {
    #[serde(default)]
    to: String,
}

pub(crate) async fn take(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Path(id): Path<ActionId>,
    Form(form): Form<To>,
) -> Result<Response, Problem> {
    // what is no number is no version that anybody looked at
    let to = form.to.parse().unwrap_or_default();
    match app.published.upgrade(&visit.scope, id, to).await {
        Ok(_) => Ok(done(&visit, id, "upgraded")),
        Err(error) => refused(&app, &visit, id, error).await,
    }
}

#[cfg(test)]
mod tests {
    use actions::State;
    use openapi::{Code, Finding, Part, Severity};
    use web_proof::show;

    use super::*;
    use crate::samples::action;

    #[test]
    fn what_breaks_is_named_before_a_version_is_taken() {
        show("upgrade", |frame| {
            let page = |changes: Vec<Finding>, obstacles: Vec<FieldError>| {
                let upgrade = Upgrade { from: 1, to: 2, changes, elsewhere: 3, obstacles };
                Page::new((frame.clone(), Waits::default()), &action(State::Enabled), &upgrade)
            };
            let code = Code("OperationRemoved");
            let change = Finding::new(Part::Definition, "/paths/~1a/get", code, Severity::Error);
            let change = change.with("what", "ListThings");
            let gone = FieldError::new("/operations/1/id", "api_action.operation_unknown", "");
            vec![("breaks", page(vec![change], vec![gone])), ("fine", page(Vec::new(), Vec::new()))]
        });
    }
}
