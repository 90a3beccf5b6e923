//! Data policies: connectors sorted into groups, operations and addresses that may be called, and what was refused.

mod connector;
mod form;
mod violations;

use askama::Template;
use axum::{Router, extract::State, http::StatusCode, response::Response};
use connectors::{
    Broken, Connector, Held, Prebuilt,
    policy::{DataPolicy, Ground, Group, Subject, Verdict},
};
use edge::{Form, Path, Problem, get, get_and_post, post};
use identity::environments::Environment;
use jiff::Timestamp;
use kernel::{ApiConnectorId, DataPolicyId, EnvironmentId, FieldError, Limit, Permission, UserId};
use web_frame::{
    App, Field, Frame, Visit, answer,
    parts::{Nothing, mistakes},
};

use self::{
    form::{Lines, Typed},
    violations::Line,
};
use super::{Admin, at};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/admin/data-policies", get_and_post(list, create))
        .route("/admin/data-policies/new", get(new))
        .route("/admin/data-policies/violations", get(violations::list))
        .route("/admin/data-policies/{data_policy}", get_and_post(page, update))
        .route("/admin/data-policies/{data_policy}/delete", post(delete))
        .route(
            "/admin/data-policies/{data_policy}/connectors/{api_connector}",
            get_and_post(connector::page, connector::update),
        )
}

/// The list.
#[derive(Debug, Template)]
#[template(path = "data_policies.html")]
pub(crate) struct List {
    frame: Frame,
    rows: Vec<Row>,
    lately: Vec<Line>,
}

/// One line of the list.
#[derive(Debug)]
struct Row {
    id: DataPolicyId,
    name: String,
    reach: String,
    business: usize,
    blocked: usize,
    operations: usize,
    addresses: usize,
    default: Group,
    changed_at: Timestamp,
}

async fn list(State(app): State<App>, admin: Admin) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::DataPolicyManage)?;
    let environments = app.identity.environments(&visit.scope).await?;
    let policies = app.api_connectors.data_policies(&visit.scope).await?;
    let rows = policies.iter().map(|policy| Row::of(&visit.frame, policy, &environments)).collect();
    let few = Limit::new(5).unwrap_or_default();
    let (lately, _) = violations::read(&app, &visit, &violations::Asked::default(), few).await?;
    Ok(answer::page(&List::new(visit.frame, rows, lately)))
}

impl List {
    fn new(frame: Frame, rows: Vec<Row>, lately: Vec<Line>) -> Self {
        let title = frame.say("admin-data-policies");
        Self { frame: at(frame, "data-policies", title), rows, lately }
    }
}

impl Row {
    fn of(frame: &Frame, policy: &DataPolicy, environments: &[Environment]) -> Self {
        let rules = &policy.rules;
        let name_of = |id: &EnvironmentId| {
            let known = environments.iter().find(|environment| environment.id == *id);
            known.map(|environment| environment.name.clone())
        };
        let names: Vec<String> = policy.reach.environments().iter().filter_map(name_of).collect();
        let reach = format!("governance.reach-{}-names", policy.reach.as_str());
        let count = |group| rules.connectors.iter().filter(|rule| rule.group == group).count();
        Self {
            id: policy.id,
            name: policy.name.clone(),
            reach: frame.say1(&reach, "names", names.join(", ")),
            business: count(Group::Business),
            blocked: count(Group::Blocked),
            operations: rules.operations.iter().map(|of| of.rules.len()).sum(),
            addresses: rules.endpoints.iter().map(|of| of.rules.len()).sum(),
            default: rules.default_group,
            changed_at: policy.updated_at,
        }
    }
}

/// The name of a group.
fn group_name(frame: &Frame, group: Group) -> String {
    frame.say(&format!("governance.group-{}", group.as_str().replace('_', "-")))
}

/// Why something is forbidden, in words.
fn ground_name(frame: &Frame, ground: Ground) -> String {
    let word = match ground {
        Ground::Connector => "connector",
        Ground::Operation => "operation",
        Ground::Endpoint => "endpoint",
        Ground::Mixed => "mixed",
    };
    frame.say(&format!("governance.ground-{word}"))
}

/// What would break, one line each.
#[derive(Debug)]
struct Broke {
    connector: ApiConnectorId,
    name: String,
    environment: String,
    operation: Option<String>,
    why: String,
    calls: i64,
    /// What stands on it besides the connections below.
    dependents: Vec<String>,
    /// The connections that would be refused, and whose they are.
    connections: Vec<(String, String)>,
}

impl Broke {
    /// What a dry run found, in words.
    async fn all(
        app: &App,
        visit: &Visit,
        broken: Vec<Broken>,
        environments: &[Environment],
    ) -> Result<Vec<Self>, Problem> {
        let held = broken.iter().flat_map(|broken| &broken.connections);
        let owners: Vec<UserId> = held.filter_map(|held| held.owner).collect();
        let people = app.identity.people(&visit.scope, &owners).await?;
        let named = |id: UserId| {
            let known = people.iter().find(|person| person.id == id);
            known.map(|person| person.display_name.clone())
        };
        let broke = |one| Self::of(&visit.frame, one, environments, &named);
        Ok(broken.into_iter().map(broke).collect())
    }

    fn of(
        frame: &Frame,
        broken: Broken,
        environments: &[Environment],
        person: &dyn Fn(UserId) -> Option<String>,
    ) -> Self {
        let known = environments.iter().find(|known| known.id == broken.environment);
        let whose = |held: &Held| {
            let owner = held.owner.filter(|_| !held.shared).and_then(person);
            let word = if held.shared { "shared" } else { "nobody" };
            owner.unwrap_or_else(|| frame.say(&format!("governance.tried-connection-{word}")))
        };
        let is_told = |id| broken.connections.iter().any(|held| held.id.uuid() == id);
        let named = |kind: &str, name: &str| {
            let kind = frame.say(&format!("governance.dependent-{kind}"));
            format!("{kind} {name}")
        };
        Self {
            connector: broken.connector,
            name: broken.name,
            environment: known.map(|known| known.name.clone()).unwrap_or_default(),
            operation: broken.operation,
            why: ground_name(frame, broken.ground),
            calls: broken.calls,
            dependents: broken
                .dependents
                .iter()
                .filter(|dependent| !is_told(dependent.id))
                .map(|dependent| named(&dependent.kind, &dependent.name))
                .collect(),
            connections: broken
                .connections
                .iter()
                .map(|held| (held.name.clone(), whose(held)))
                .collect(),
        }
    }
}

/// A policy, or a new one.
#[derive(Debug, Template)]
#[template(path = "data_policy.html")]
pub(crate) struct Page {
    frame: Frame,
    id: Option<DataPolicyId>,
    name: Field,
    reach: Field,
    environments: Vec<Ticked>,
    environments_error: Option<String>,
    default: Group,
    columns: Vec<Column>,
    patterns: Lines,
    addresses: Lines,
    /// Connectors with rules of their own, and all the others.
    ruled: Vec<Ruled>,
    others: Vec<(ApiConnectorId, String)>,
    problem: Option<String>,
    /// What a dry run found; none where there was no dry run.
    tried: Option<Vec<Broke>>,
}

/// An environment to tick.
#[derive(Debug)]
struct Ticked {
    id: EnvironmentId,
    name: String,
    on: bool,
}

/// One group with what stands in it.
#[derive(Debug)]
struct Column {
    group: Group,
    rows: Vec<Sorted>,
}

/// A connector in its group.
#[derive(Debug)]
struct Sorted {
    id: ApiConnectorId,
    name: String,
    environment: String,
    /// The group that it was put in; none where it stands by default or by a pattern.
    chosen: Option<Group>,
    /// The pattern that puts it there.
    pattern: Option<String>,
}

impl Sorted {
    fn is_in(&self, group: Group) -> bool {
        self.chosen == Some(group)
    }
}

/// A connector that has rules of its own.
#[derive(Debug)]
struct Ruled {
    id: ApiConnectorId,
    name: String,
    blocked: usize,
    allowed: usize,
    by_default: Verdict,
    addresses: usize,
}

async fn new(State(app): State<App>, admin: Admin) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::DataPolicyManage)?;
    let typed = Typed::blank();
    let shelf = Shelf::read(&app, &visit, &typed).await?;
    Ok(answer::page(&Page::of(&visit.frame, &shelf, None, (&typed, &[]))))
}

async fn create(
    State(app): State<App>,
    admin: Admin,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::DataPolicyManage)?;
    take(&app, &visit, None, &typed).await
}

async fn page(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<DataPolicyId>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::DataPolicyManage)?;
    let policy = app.api_connectors.data_policy(&visit.scope, id).await?;
    let typed = Typed::of(&policy);
    let shelf = Shelf::read(&app, &visit, &typed).await?;
    Ok(answer::page(&Page::of(&visit.frame, &shelf, Some(&policy), (&typed, &[]))))
}

async fn update(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<DataPolicyId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::DataPolicyManage)?;
    let policy = app.api_connectors.data_policy(&visit.scope, id).await?;
    take(&app, &visit, Some(policy), &typed).await
}

/// Tries or saves what was typed.
async fn take(
    app: &App,
    visit: &Visit,
    policy: Option<DataPolicy>,
    typed: &Typed,
) -> Result<Response, Problem> {
    let (hub, scope) = (&app.api_connectors, &visit.scope);
    let new = typed.policy(policy.as_ref());
    let id = policy.as_ref().map(|policy| policy.id);
    let outcome = if typed.is_try() {
        hub.try_data_policy(scope, new, id).await.map(Err)
    } else if let Some(id) = id {
        hub.update_data_policy(scope, id, new).await.map(Ok)
    } else {
        hub.create_data_policy(scope, new).await.map(Ok)
    };
    let shelf = Shelf::read(app, visit, typed).await?;
    match outcome {
        Ok(Ok(saved)) => {
            let to = format!("/admin/data-policies/{}", saved.id);
            let key =
                if id.is_some() { "governance.policy-saved" } else { "governance.policy-created" };
            Ok(answer::back_with(&visit.context, &to, key))
        }
        Ok(Err(broken)) => {
            let mut page = Page::of(&visit.frame, &shelf, policy.as_ref(), (typed, &[]));
            page.tried = Some(Broke::all(app, visit, broken, &shelf.environments).await?);
            Ok(answer::page(&page))
        }
        Err(error) => {
            let errors = mistakes(&error, "/name").ok_or_else(|| Problem::of(&error))?;
            let page = Page::of(&visit.frame, &shelf, policy.as_ref(), (typed, &errors));
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

async fn delete(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<DataPolicyId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::DataPolicyManage)?;
    app.api_connectors.delete_data_policy(&visit.scope, id).await?;
    let to = "/admin/data-policies";
    Ok(answer::back_with(&visit.context, to, "governance.policy-deleted"))
}

/// Everything that a policy may speak of.
#[derive(Debug)]
struct Shelf {
    environments: Vec<Environment>,
    /// Each with its address, where it was asked for.
    connectors: Vec<(Connector, String)>,
}

impl Shelf {
    /// Everything there is. Addresses stand in definitions, so they are only looked up where a pattern asks for them.
    async fn read(app: &App, visit: &Visit, typed: &Typed) -> Result<Self, Problem> {
        let environments = app.identity.environments(&visit.scope).await?;
        let mut connectors = Vec::new();
        for environment in &environments {
            for connector in app.api_connectors.list(&visit.scope, environment.id).await? {
                let mut address = String::new();
                if typed.has_patterns() {
                    let compiled = app.api_connectors.compiled(&visit.scope, connector.id).await?;
                    address = compiled.address();
                }
                connectors.push((connector, address));
            }
        }
        Ok(Self { environments, connectors })
    }

    fn environment(&self, id: EnvironmentId) -> String {
        let known = self.environments.iter().find(|environment| environment.id == id);
        known.map(|environment| environment.name.clone()).unwrap_or_default()
    }
}

impl Page {
    fn of(
        frame: &Frame,
        shelf: &Shelf,
        policy: Option<&DataPolicy>,
        (typed, errors): (&Typed, &[FieldError]),
    ) -> Self {
        let draft = typed.draft(policy);
        let reaches = ["all", "only", "except"]
            .map(|word| (word, frame.say(&format!("governance.reach-{word}"))));
        let tick = |environment: &Environment| Ticked {
            id: environment.id,
            name: environment.name.clone(),
            on: draft.reach.environments().contains(&environment.id),
        };
        let error_at = |pointer: &str| {
            let error = errors.iter().find(|error| error.pointer == pointer);
            error.map(|error| frame.t.rule(error.code, error.limit))
        };
        let many = ["/rules/connectors", "/rules/operations", "/rules/endpoints"];
        let ruled = ruled(&draft, shelf);
        let is_ruled = |id| ruled.iter().any(|ruled: &Ruled| ruled.id == id);
        let others = shelf.connectors.iter().filter(|(connector, _)| !is_ruled(connector.id));
        let title =
            policy.map_or_else(|| frame.say("governance.policy-new"), |policy| policy.name.clone());
        Self {
            id: policy.map(|policy| policy.id),
            name: Field::text("name", frame.say("governance.policy-name"))
                .value(&typed.name)
                .required()
                .max(200)
                .checked(errors, frame.t),
            reach: Field::select("reach", frame.say("governance.reach"), reaches)
                .value(draft.reach.as_str()),
            environments: shelf.environments.iter().map(tick).collect(),
            environments_error: error_at("/environments"),
            default: draft.rules.default_group,
            columns: columns(&draft, shelf),
            patterns: typed.pattern_lines(frame, errors),
            addresses: typed.address_lines(frame, errors),
            others: others.map(|(c, _)| (c.id, c.name.clone())).collect(),
            ruled,
            problem: many.into_iter().find_map(error_at),
            tried: None,
            frame: at(frame.clone(), "data-policies", title).back_to("/admin/data-policies"),
        }
    }

    fn path(&self, rest: &str) -> String {
        match self.id {
            Some(id) => format!("/admin/data-policies/{id}{rest}"),
            None => "/admin/data-policies".to_owned(),
        }
    }

    fn save_label(&self) -> String {
        self.frame.say(if self.id.is_some() { "save" } else { "create" })
    }
}

/// The connectors by the group in which the policy puts them.
fn columns(policy: &DataPolicy, shelf: &Shelf) -> Vec<Column> {
    let mut columns = [Group::Business, Group::NonBusiness, Group::Blocked]
        .map(|group| Column { group, rows: Vec::new() });
    for (connector, address) in &shelf.connectors {
        let group = policy.group_of(Subject { connector: connector.id, address });
        let rules = &policy.rules.connectors;
        let chosen = rules.iter().find(|rule| rule.connector == Some(connector.id));
        let pattern = match chosen {
            Some(_) => None,
            None => policy.pattern_of(address).map(str::to_owned),
        };
        let row = Sorted {
            id: connector.id,
            name: connector.name.clone(),
            environment: shelf.environment(connector.environment),
            chosen: chosen.map(|rule| rule.group),
            pattern,
        };
        if let Some(column) = columns.iter_mut().find(|column| column.group == group) {
            column.rows.push(row);
        }
    }
    for prebuilt in Prebuilt::ALL {
        let (id, address) = (prebuilt.id(), prebuilt.address());
        let group = policy.group_of(Subject { connector: id, address });
        let chosen = policy.rules.connectors.iter().find(|rule| rule.connector == Some(id));
        let pattern = if chosen.is_some() { None } else { policy.pattern_of(address) };
        let row = Sorted {
            id,
            name: prebuilt.name().to_owned(),
            environment: prebuilt.api().to_owned(),
            chosen: chosen.map(|rule| rule.group),
            pattern: pattern.map(str::to_owned),
        };
        if let Some(column) = columns.iter_mut().find(|column| column.group == group) {
            column.rows.push(row);
        }
    }
    columns.into()
}

/// The connectors with rules of their own for operations or addresses.
fn ruled(policy: &DataPolicy, shelf: &Shelf) -> Vec<Ruled> {
    let rules = &policy.rules;
    let one = |(connector, _): &(Connector, String)| {
        let id = connector.id;
        let operations = rules.operations.iter().find(|of| of.connector == id);
        let addresses: usize = rules
            .endpoints
            .iter()
            .filter(|of| of.connector == Some(id))
            .map(|of| of.rules.len())
            .sum();
        if operations.is_none() && addresses == 0 {
            return None;
        }
        let count = |verdict| {
            let rules = operations.map(|of| of.rules.as_slice()).unwrap_or_default();
            rules.iter().filter(|rule| rule.verdict == verdict).count()
        };
        Some(Ruled {
            id,
            name: connector.name.clone(),
            blocked: count(Verdict::Block),
            allowed: count(Verdict::Allow),
            by_default: operations.map(|of| of.default).unwrap_or_default(),
            addresses,
        })
    };
    shelf.connectors.iter().filter_map(one).collect()
}

/// What the rules of a connector say, in counted words.
fn ruled_words(frame: &Frame, ruled: &Ruled) -> String {
    let count = |key: &str, count: usize| {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        (count > 0).then(|| frame.say1(&format!("governance.ruled-{key}"), "count", count))
    };
    let default =
        (ruled.by_default == Verdict::Block).then(|| frame.say("governance.ruled-closed"));
    let parts = [
        default,
        count("blocked", ruled.blocked),
        count("allowed", ruled.allowed),
        count("addresses", ruled.addresses),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests;
