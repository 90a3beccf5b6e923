//! Groups: the list, one group with its members.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Form, PageQuery, Path, Problem};
use identity::{Group, GroupPatch, NewGroup, Role};
use kernel::{FieldError, GroupId, Page as Rows, Permission, UserId};
use serde::Deserialize;
use web_frame::{
    App, Field, Frame, Visit, answer,
    parts::{FormPage, Nothing, Ticks, mistakes},
};

use super::{Admin, Someone, at};

/// The list.
#[derive(Debug, Template)]
#[template(path = "groups.html")]
pub(crate) struct List {
    frame: Frame,
    rows: Vec<Group>,
    next: Option<String>,
}

/// One group.
#[derive(Debug, Template)]
#[template(path = "group.html")]
pub(crate) struct Page {
    frame: Frame,
    group: Group,
    members: Vec<Someone>,
    /// Names of licences that whoever is in it holds.
    licences: String,
    next: Option<String>,
    fields: Vec<Field>,
    add: Field,
    roles: Ticks,
}

pub(super) async fn list(
    State(app): State<App>,
    admin: Admin,
    page: PageQuery,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::GroupManage)?;
    let found = app.identity.groups(&visit.scope, page.limit, page.after.as_ref()).await?;
    Ok(answer::page(&List::new(visit.frame, found)))
}

impl List {
    fn new(frame: Frame, found: Rows<Group>) -> Self {
        let title = frame.say("admin-groups");
        let next = found.next.map(|cursor| format!("/admin/groups?after={cursor}"));
        Self { frame: at(frame, "groups", title), rows: found.items, next }
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Typed {
    name: String,
    #[serde(default)]
    description: String,
}

pub(super) async fn new(admin: Admin) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::GroupManage)?;
    Ok(answer::page(&form(visit.frame, &Typed::default(), &[])))
}

pub(super) async fn create(
    State(app): State<App>,
    admin: Admin,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::GroupManage)?;
    let new = NewGroup { name: typed.name.clone(), description: typed.description.clone() };
    match app.identity.create_group(&visit.scope, new).await {
        Ok(group) => Ok(done(&visit, group.id, "group-created")),
        Err(error) => match mistakes(&error, "/name") {
            Some(errors) => {
                let page = form(visit.frame, &typed, &errors);
                Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
            }
            None => Err(error.into()),
        },
    }
}

fn fields(frame: &Frame, typed: &Typed, errors: &[FieldError]) -> Vec<Field> {
    let fields = [
        Field::text("name", frame.say("group-name")).value(&typed.name).required().max(200),
        Field::area("description", frame.say("group-description")).value(&typed.description),
    ];
    fields.into_iter().map(|field| field.checked(errors, frame.t)).collect()
}

fn form(frame: Frame, typed: &Typed, errors: &[FieldError]) -> FormPage {
    let title = frame.say("group-new");
    FormPage {
        intro: String::new(),
        problem: None,
        fields: fields(&frame, typed, errors),
        ticks: Vec::new(),
        action: "/admin/groups".to_owned(),
        cancel: "/admin/groups".to_owned(),
        button: frame.say("create"),
        frame: at(frame, "groups", title).back_to("/admin/groups"),
    }
}

pub(super) async fn page(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<GroupId>,
    page: PageQuery,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::GroupManage)?;
    Ok(answer::page(&Page::read(&app, &visit, id, (page, &[])).await?))
}

impl Page {
    async fn read(
        app: &App,
        visit: &Visit,
        id: GroupId,
        (page, errors): (PageQuery, &[FieldError]),
    ) -> Result<Self, Problem> {
        let (identity, scope) = (&app.identity, &visit.scope);
        let group = identity.group(scope, id).await?;
        let members = identity.members(scope, id, page.limit, page.after.as_ref()).await?;
        let held = identity.licences_of_group(scope, id).await?;
        let names: Vec<String> = held.into_iter().map(|licence| licence.name).collect();
        let page = Self::of(visit.frame.clone(), group, members.map(Someone::from), errors);
        Ok(Self { licences: names.join(", "), ..page })
    }

    fn of(frame: Frame, group: Group, members: Rows<Someone>, errors: &[FieldError]) -> Self {
        let typed = Typed { name: group.name.clone(), description: group.description.clone() };
        let add = Field::text("person", frame.say("group-add"));
        let roles = Ticks::roles(&frame, "roles", &group.roles);
        Self {
            roles: roles.hint(frame.say("admin.group-roles-hint")).checked(errors, &frame),
            fields: fields(&frame, &typed, errors),
            add: add.required().hint(frame.say("person-hint")).checked(errors, frame.t),
            next: members.next.map(|cursor| format!("/admin/groups/{}?after={cursor}", group.id)),
            members: members.items,
            licences: String::new(),
            frame: at(frame, "groups", group.name.clone()).back_to("/admin/groups"),
            group,
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("/admin/groups/{}{rest}", self.group.id)
    }

    fn remove(&self, person: &Someone) -> String {
        format!("/admin/groups/{}/members/{}/remove", self.group.id, person.id)
    }
}

pub(super) async fn update(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<GroupId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::GroupManage)?;
    let patch = GroupPatch { name: Some(typed.name), description: Some(typed.description) };
    match app.identity.update_group(&visit.scope, id, patch).await {
        Ok(_) => Ok(done(&visit, id, "saved")),
        Err(error) => match mistakes(&error, "/name") {
            Some(errors) => wrong(&app, &visit, id, &errors).await,
            None => Err(error.into()),
        },
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Ticked {
    #[serde(default)]
    roles: Vec<String>,
}

/// Gives the group the roles that are ticked, and takes the others.
pub(super) async fn set_roles(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<GroupId>,
    Form(ticked): Form<Ticked>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::RoleAssign)?;
    let wanted: Vec<Role> = ticked.roles.iter().filter_map(|word| word.parse().ok()).collect();
    let before = app.identity.group(&visit.scope, id).await?.roles;
    for role in Role::ALL {
        let changed = match (before.contains(&role), wanted.contains(&role)) {
            (false, true) => app.identity.assign_group_role(&visit.scope, id, role).await,
            (true, false) => app.identity.remove_group_role(&visit.scope, id, role).await,
            _ => continue,
        };
        if let Err(error) = changed {
            let errors = mistakes(&error, "/roles").ok_or_else(|| Problem::of(&error))?;
            return wrong(&app, &visit, id, &errors).await;
        }
    }
    Ok(done(&visit, id, "saved"))
}

pub(super) async fn delete(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<GroupId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::GroupManage)?;
    app.identity.delete_group(&visit.scope, id).await?;
    Ok(answer::back_with(&visit.context, "/admin/groups", "group-deleted"))
}

#[derive(Debug, Deserialize)]
pub(super) struct Chosen {
    person: String,
}

pub(super) async fn add(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<GroupId>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::GroupManage)?;
    let Some(user) = app.find_person(&visit.scope, &chosen.person).await? else {
        let errors = [FieldError::new("/person", "user.not_found", "nobody has this name")];
        return wrong(&app, &visit, id, &errors).await;
    };
    app.identity.add_member(&visit.scope, id, user).await?;
    Ok(done(&visit, id, "group-joined"))
}

pub(super) async fn remove(
    State(app): State<App>,
    admin: Admin,
    Path((id, user)): Path<(GroupId, UserId)>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::GroupManage)?;
    app.identity.remove_member(&visit.scope, id, user).await?;
    Ok(done(&visit, id, "group-left"))
}

async fn wrong(
    app: &App,
    visit: &Visit,
    id: GroupId,
    errors: &[FieldError],
) -> Result<Response, Problem> {
    let page = Page::read(app, visit, id, (PageQuery::default(), errors)).await?;
    Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

fn done(visit: &Visit, id: GroupId, key: &str) -> Response {
    answer::back_with(&visit.context, &format!("/admin/groups/{id}"), key)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use web_proof::show;

    use super::*;

    fn group(frame: &Frame) -> Group {
        Group {
            id: Uuid::from_u128(4).into(),
            name: "Sales <EMEA>".into(),
            description: "Europe".into(),
            members: 1,
            roles: vec![Role::TeamsAdministrator],
            created_at: frame.now,
        }
    }

    #[test]
    fn groups_are_listed_made_and_filled() {
        show("admin-groups", |frame| {
            let none = Rows { items: Vec::new(), next: None };
            let some = Rows { items: vec![group(frame)], next: None };
            vec![
                ("empty", List::new(frame.clone(), none)),
                ("full", List::new(frame.clone(), some)),
            ]
        });
        show("admin-group", |frame| {
            let ada = Someone {
                id: Uuid::from_u128(3).into(),
                name: "Ada".into(),
                address: "ada@example.org".into(),
            };
            let errors = [FieldError::new("/person", "user.not_found", "")];
            let full = Rows { items: vec![ada], next: None };
            let none = Rows { items: Vec::new(), next: None };
            vec![
                (
                    "full",
                    Page {
                        licences: "Sales <b>".into(),
                        ..Page::of(frame.clone(), group(frame), full, &[])
                    },
                ),
                ("empty", Page::of(frame.clone(), group(frame), none, &errors)),
            ]
        });
        let errors = [FieldError::new("/name", "group.taken", "")];
        let typed = Typed { name: "Sales".into(), description: String::new() };
        show("admin-group-new", |frame| vec![("taken", form(frame.clone(), &typed, &errors))]);
    }
}
