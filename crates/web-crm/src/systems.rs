//! The CRMs of the organisation, for administrators.

use askama::Template;
use axum::{extract::State, response::Response};
use crm_connections::Held;
use edge::Problem;
use identity::environments::Environment;
use kernel::Permission;
use web_frame::{App, Frame, Visit, answer};

use crate::{at, kind_name};

/// The page.
#[derive(Debug, Template)]
#[template(path = "systems.html")]
pub(crate) struct Page {
    frame: Frame,
    rows: Vec<Row>,
    /// What stands in the way of each blocked one: its name and the words.
    blocked: Vec<(String, String)>,
    /// Whether the list of administrators wants to be looked at.
    is_due: bool,
    sees_policies: bool,
}

#[derive(Debug)]
struct Row {
    held: Held,
    kind: String,
    place: String,
}

pub(crate) async fn list(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    let held = app.crm.held(&visit.scope).await?;
    let environments = app.identity.environments(&visit.scope).await?;
    let is_due = if visit.scope.may(Permission::DataPolicyManage) {
        app.crm.review(&visit.scope).await?.is_some_and(|review| review.is_due())
    } else {
        false
    };
    Ok(answer::page(&Page::new(visit.frame, held, &environments, is_due)))
}

impl Page {
    pub(crate) fn new(
        frame: Frame,
        held: Vec<Held>,
        environments: &[Environment],
        is_due: bool,
    ) -> Self {
        let named = |id| {
            let known = environments.iter().find(|known| known.id == id);
            known.map(|known| known.name.clone()).unwrap_or_default()
        };
        let words = |held: &Held| {
            let blocked = held.blocked.as_ref()?;
            let environment = named(blocked.environment);
            let args = [
                ("policy", blocked.policy.as_str().into()),
                ("environment", environment.as_str().into()),
            ];
            Some((held.system.name.clone(), frame.say_with("web-crm.blocked-by", &args)))
        };
        let blocked = held.iter().filter_map(words).collect();
        let row = |held: Held| Row {
            kind: kind_name(&frame, held.system.kind),
            place: match (held.system.environment, &held.system.address) {
                (Some(id), _) => named(id),
                (None, url) => {
                    url.as_ref().and_then(|url| url.host_str()).unwrap_or_default().to_owned()
                }
            },
            held,
        };
        let rows = held.into_iter().map(row).collect();
        let sees_policies = frame.may(Permission::DataPolicyManage);
        let title = frame.say("web-crm.systems");
        Self { rows, blocked, is_due, sees_policies, frame: at(frame, "systems", title) }
    }
}
