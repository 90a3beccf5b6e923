//! Setup policies.

use apps::{Filter, NewPolicy, Policy, PolicyApp};
use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Form, Path, Problem};
use kernel::{AppId, FieldError, GroupId, Limit, Permission, SetupPolicyId};
use serde::Deserialize;
use web_frame::{
    App, Field, Frame, Visit, answer,
    parts::{Nothing, mistakes},
};

use super::shapes::texts;
use crate::at;

/// The list.
#[derive(Debug, Template)]
#[template(path = "apps/policies.html")]
struct List {
    frame: Frame,
    rows: Vec<Policy>,
}

impl List {
    #[expect(clippy::unused_self, reason = "the template calls it as a method")]
    fn size(&self, policy: &Policy) -> i64 {
        i64::try_from(policy.apps.len()).unwrap_or(i64::MAX)
    }
}

/// One policy, or a new one.
#[derive(Debug, Template)]
#[template(path = "apps/policy.html")]
struct Page {
    frame: Frame,
    fields: Vec<Field>,
    rank: Field,
    apps: Vec<Offer>,
    groups: Vec<(GroupId, String, bool)>,
    problems: Vec<String>,
    action: String,
    delete: Option<String>,
    name: String,
}

/// An app that a policy can have.
#[derive(Debug)]
struct Offer {
    id: AppId,
    name: String,
    installed: bool,
    pinned: bool,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    everyone: String,
    #[serde(default)]
    apps: Vec<AppId>,
    #[serde(default)]
    pinned: Vec<AppId>,
    #[serde(default)]
    groups: Vec<GroupId>,
    #[serde(default)]
    rank: String,
}

impl Typed {
    fn of(policy: &Policy) -> Self {
        let pinned = policy.apps.iter().filter(|it| it.is_pinned);
        Self {
            name: policy.name.clone(),
            description: policy.description.clone(),
            everyone: if policy.everyone { "on".to_owned() } else { String::new() },
            pinned: pinned.map(|it| it.app).collect(),
            apps: policy.apps.iter().map(|it| it.app).collect(),
            groups: policy.groups.iter().map(|it| it.group).collect(),
            rank: policy.groups.first().map(|it| it.rank.to_string()).unwrap_or_default(),
        }
    }

    /// Whoever is pinned is installed too.
    fn read(&self) -> NewPolicy {
        let mut apps: Vec<PolicyApp> =
            self.pinned.iter().map(|&app| PolicyApp { app, is_pinned: true }).collect();
        let others = self.apps.iter().filter(|app| !self.pinned.contains(app));
        apps.extend(others.map(|&app| PolicyApp { app, is_pinned: false }));
        let rank = self.rank.trim().parse().unwrap_or(100);
        NewPolicy {
            name: self.name.clone(),
            description: self.description.clone(),
            everyone: !self.everyone.is_empty(),
            apps,
            groups: self.groups.iter().map(|&group| (group, rank)).collect(),
        }
    }
}

pub(super) async fn list(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    visit.scope.require(Permission::AppManage).map_err(Problem::denied)?;
    let rows = app.apps.policies(&visit.scope).await?;
    let title = visit.frame.say("apps.policies");
    let frame = at(visit.frame, "apps", title).back_to("/apps/manage");
    Ok(answer::page(&List { frame, rows }))
}

pub(super) async fn new(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    visit.scope.require(Permission::AppManage).map_err(Problem::denied)?;
    let page = Page::of(&app, &visit, None, (&Typed::default(), &[])).await?;
    Ok(answer::page(&page))
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<SetupPolicyId>,
) -> Result<Response, Problem> {
    let policy = app.apps.policy(&visit.scope, id).await?;
    let page = Page::of(&app, &visit, Some(id), (&Typed::of(&policy), &[])).await?;
    Ok(answer::page(&page))
}

pub(super) async fn create(
    State(app): State<App>,
    visit: Visit,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let made = app.apps.create_policy(&visit.scope, typed.read()).await;
    kept(&app, visit, None, (made, &typed)).await
}

pub(super) async fn replace(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<SetupPolicyId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let made = app.apps.replace_policy(&visit.scope, id, typed.read()).await;
    kept(&app, visit, Some(id), (made, &typed)).await
}

async fn kept(
    app: &App,
    visit: Visit,
    id: Option<SetupPolicyId>,
    (made, typed): (apps::Result<Policy>, &Typed),
) -> Result<Response, Problem> {
    match made {
        Ok(_) => Ok(answer::back_with(&visit.context, "/apps/policies", "apps.policy-saved")),
        Err(error) => match mistakes(&error, "/name") {
            Some(errors) => {
                let page = Page::of(app, &visit, id, (typed, &errors)).await?;
                Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
            }
            None => Err(error.into()),
        },
    }
}

pub(super) async fn delete(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<SetupPolicyId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.apps.delete_policy(&visit.scope, id).await?;
    Ok(answer::back_with(&visit.context, "/apps/policies", "apps.policy-deleted"))
}

impl Page {
    async fn of(
        app: &App,
        visit: &Visit,
        id: Option<SetupPolicyId>,
        (typed, errors): (&Typed, &[FieldError]),
    ) -> Result<Self, Problem> {
        let frame = visit.frame.clone();
        let most = Limit::new(Limit::MAX).unwrap_or_default();
        let catalogue = app.apps.catalogue(&visit.scope, Filter::default(), None, most).await?;
        let groups = app.identity.groups(&visit.scope, most, None).await?;
        let offer = |it: apps::Entry| Offer {
            id: it.app.id,
            name: texts(&frame, &it.version).name.clone(),
            installed: typed.apps.contains(&it.app.id),
            pinned: typed.pinned.contains(&it.app.id),
        };
        let fields = [
            Field::text("name", frame.say("apps.name")).value(&typed.name).required().max(100),
            Field::area("description", frame.say("apps.policy-description"))
                .value(&typed.description)
                .max(1000),
            Field::check("everyone", frame.say("apps.policy-everyone"), !typed.everyone.is_empty()),
        ];
        let fields: Vec<Field> =
            fields.into_iter().map(|field| field.checked(errors, frame.t)).collect();
        // What is wrong with a box that is ticked stands above the boxes.
        let boxes = errors.iter().filter(|it| it.pointer.matches('/').count() > 1);
        let problems = boxes.map(|it| frame.t.rule(it.code, it.limit)).collect();
        let title = if id.is_some() { typed.name.clone() } else { frame.say("apps.policy-new") };
        let action =
            id.map_or_else(|| "/apps/policies".to_owned(), |id| format!("/apps/policies/{id}"));
        Ok(Self {
            fields,
            rank: Field::input("number", "rank", frame.say("apps.policy-rank"))
                .value(if typed.rank.is_empty() { "100" } else { &typed.rank })
                .hint(frame.say("apps.policy-rank-hint")),
            apps: catalogue.items.into_iter().map(offer).collect(),
            groups: groups
                .items
                .into_iter()
                .map(|it| (it.id, it.name, typed.groups.contains(&it.id)))
                .collect(),
            problems,
            delete: id.map(|_| format!("{action}/delete")),
            action,
            name: typed.name.clone(),
            frame: at(frame, "apps", title).back_to("/apps/policies"),
        })
    }
}
