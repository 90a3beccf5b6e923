//! What data policies refused: when, who, what, and which rule.

use askama::Template;
use axum::{extract::State, response::Response};
use connectors::{Prebuilt, Refusal, RefusalFilter};
use edge::{Problem, Query};
use jiff::Timestamp;
use kernel::{ActionId, ApiConnectorId, Cursor, DataPolicyId, Limit, Permission, UserId};
use serde::Deserialize;
use web_frame::html::query_value;
use web_frame::{App, Field, Frame, Visit, answer};

use super::ground_name;
use crate::{Admin, at};

/// The page.
#[derive(Debug, Template)]
#[template(path = "data_policy_violations.html")]
pub(super) struct Page {
    frame: Frame,
    policy: Field,
    environment: Field,
    is_filtered: bool,
    lines: Vec<Line>,
    next: Option<String>,
}

/// One refusal.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) at: Timestamp,
    pub(super) who: String,
    pub(super) connector: ApiConnectorId,
    pub(super) connector_name: Option<String>,
    pub(super) operation: String,
    /// What was wanted, where it was no call.
    pub(super) attempt: Option<String>,
    /// The action that was to be published.
    pub(super) action: Option<ActionId>,
    pub(super) environment: String,
    pub(super) via: String,
    pub(super) policy: DataPolicyId,
    pub(super) policy_name: Option<String>,
    pub(super) why: String,
}

/// What the address asks for.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    policy: String,
    environment: String,
    after: Option<String>,
}

impl Line {
    /// The page of the connector; CRMs have one of their own.
    pub(super) fn href(&self) -> String {
        match Prebuilt::of(self.connector) {
            Some(_) => "/admin/crm".to_owned(),
            None => format!("/apis/{}", self.connector),
        }
    }
}

pub(super) async fn list(
    State(app): State<App>,
    admin: Admin,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::DataPolicyManage)?;
    let (lines, next) = read(&app, &visit, &asked, Limit::default()).await?;
    let policies = app.api_connectors.data_policies(&visit.scope).await?;
    let policies = policies.into_iter().map(|policy| (policy.id.to_string(), policy.name));
    let environments = app.identity.environments(&visit.scope).await?;
    let environments = environments.into_iter().map(|known| (known.id.to_string(), known.name));
    let choices = (policies.collect(), environments.collect());
    Ok(answer::page(&Page::of(&visit.frame, &asked, choices, (lines, next))))
}

/// A page of refusals, and where the next one begins.
pub(super) async fn read(
    app: &App,
    visit: &Visit,
    asked: &Asked,
    limit: Limit,
) -> Result<(Vec<Line>, Option<Cursor>), Problem> {
    let filter = RefusalFilter {
        policy: asked.policy.parse().ok(),
        environment: asked.environment.parse().ok(),
    };
    let after = asked.after.clone().map(Cursor::from);
    let (hub, scope) = (&app.api_connectors, &visit.scope);
    let page = hub.refusals(scope, filter, limit, after.as_ref()).await?;
    let users: Vec<UserId> = page.items.iter().filter_map(|row| user(&row.call.actor)).collect();
    let people = app.identity.people(scope, &users).await?;
    let environments = app.identity.environments(scope).await?;
    let line = |row: Refusal| {
        let id = user(&row.call.actor);
        let person = people.iter().find(|person| Some(person.id) == id);
        let environment = environments.iter().find(|known| known.id == row.environment);
        Line {
            at: row.call.at,
            who: person.map_or_else(|| row.call.actor.clone(), |p| p.display_name.clone()),
            connector: row.call.connector,
            connector_name: row.connector_name,
            attempt: attempt(&visit.frame, &row.call.via),
            action: row.call.subject.filter(|_| row.call.via == "publication").map(ActionId::from),
            operation: row.call.operation,
            environment: environment.map(|known| known.name.clone()).unwrap_or_default(),
            via: visit.frame.say(&format!("governance.via-{}", row.call.via.replace('_', "-"))),
            policy: row.policy,
            policy_name: row.policy_name,
            why: ground_name(&visit.frame, row.ground),
        }
    };
    Ok((page.items.into_iter().map(line).collect(), page.next))
}

/// What was wanted, where it was no call.
fn attempt(frame: &Frame, via: &str) -> Option<String> {
    let wanted = matches!(via, "connection" | "publication");
    wanted.then(|| frame.say(&format!("governance.attempt-{via}")))
}

/// The person behind an actor such as `user:01890a5d-…`.
fn user(actor: &str) -> Option<UserId> {
    actor.strip_prefix("user:")?.parse().ok()
}

type Choices = Vec<(String, String)>;

impl Page {
    fn of(
        frame: &Frame,
        asked: &Asked,
        (policies, environments): (Choices, Choices),
        (lines, next): (Vec<Line>, Option<Cursor>),
    ) -> Self {
        let any = |key: &str, mut choices: Choices| {
            choices.insert(0, (String::new(), frame.say(key)));
            choices
        };
        let policies = any("governance.any-policy", policies);
        let environments = any("governance.any-environment", environments);
        let title = frame.say("governance.violations");
        let next = next.map(|after| {
            let (policy, environment) = (query_value(&asked.policy), query_value(&asked.environment));
            let after = after.as_str();
            format!("/admin/data-policies/violations?policy={policy}&environment={environment}&after={after}")
        });
        Self {
            policy: Field::select("policy", frame.say("governance.policy"), policies)
                .value(&asked.policy),
            environment: Field::select(
                "environment",
                frame.say("governance.environment"),
                environments,
            )
            .value(&asked.environment),
            is_filtered: !asked.policy.is_empty() || !asked.environment.is_empty(),
            lines,
            next,
            frame: at(frame.clone(), "data-policies", title).back_to("/admin/data-policies"),
        }
    }
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<(&'static str, Page)> {
    let choices = || (vec![("p".to_owned(), "Closed".to_owned())], Vec::new());
    let connection = Line {
        operation: String::new(),
        attempt: attempt(frame, "connection"),
        via: frame.say("governance.via-connection"),
        ..line(frame, true)
    };
    let publication = Line {
        attempt: attempt(frame, "publication"),
        action: Some(uuid::Uuid::from_u128(9).into()),
        via: frame.say("governance.via-publication"),
        ..line(frame, true)
    };
    let lines = vec![line(frame, true), line(frame, false), connection, publication];
    let full = (lines, Some(Cursor::new("x")));
    vec![
        ("full", Page::of(frame, &Asked::default(), choices(), full)),
        ("empty", Page::of(frame, &Asked::default(), choices(), (Vec::new(), None))),
    ]
}

#[cfg(test)]
pub(super) fn line(frame: &Frame, there: bool) -> Line {
    use uuid::Uuid;

    Line {
        at: frame.now,
        who: "Sam <Seller>".to_owned(),
        connector: Uuid::from_u128(5).into(),
        connector_name: there.then(|| "Items".to_owned()),
        operation: "GetItems".to_owned(),
        attempt: None,
        action: None,
        environment: "Contoso".to_owned(),
        via: frame.say("governance.via-mcp"),
        policy: Uuid::from_u128(8).into(),
        policy_name: there.then(|| "Closed".to_owned()),
        why: ground_name(frame, connectors::policy::Ground::Connector),
    }
}
