//! Licences: kinds with their seats, and who holds one.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Form, PageQuery, Path, Problem};
use identity::{Giver, Holder, Licence, LicencePatch, Licensed};
use kernel::{FieldError, GroupId, Kind, LicenceId, Limit, Page as Rows, Permission, UserId};
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{
    App, Field, Frame, Visit, answer,
    parts::{FormPage, Nothing, filled, mistakes},
};

use super::{Admin, at};

/// The list.
#[derive(Debug, Template)]
#[template(path = "licences.html")]
pub(crate) struct List {
    frame: Frame,
    rows: Vec<Licence>,
}

/// One licence.
#[derive(Debug, Template)]
#[template(path = "licence.html")]
pub(crate) struct Page {
    frame: Frame,
    licence: Licence,
    holders: Vec<Row>,
    give: Field,
    group: Field,
    has_groups: bool,
    /// Whom it reaches.
    reached: Vec<Licensed>,
    next: Option<String>,
    fields: Vec<Field>,
}

/// What a page of one licence shows beside it.
struct Beside {
    holders: Vec<Row>,
    groups: Vec<(GroupId, String)>,
    reached: Rows<Licensed>,
}

/// Who holds it.
#[derive(Debug)]
struct Row {
    id: Uuid,
    name: String,
    kind: &'static str,
}

pub(super) async fn list(State(app): State<App>, admin: Admin) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::LicenceAssign)?;
    let rows = app.identity.licences(&visit.scope).await?;
    Ok(answer::page(&List::new(visit.frame, rows)))
}

impl List {
    fn new(frame: Frame, rows: Vec<Licence>) -> Self {
        let title = frame.say("admin-licences");
        Self { frame: at(frame, "licences", title), rows }
    }
}

/// How many seats are taken, of how many.
fn seats(frame: &Frame, licence: &Licence) -> String {
    match licence.seats {
        Some(seats) => {
            let args = [("taken", licence.taken.into()), ("seats", seats.into())];
            frame.say_with("licence-seats-of", &args)
        }
        None => frame.say1("licence-seats-any", "taken", licence.taken),
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Typed {
    name: String,
    #[serde(default)]
    seats: String,
}

pub(super) async fn new(admin: Admin) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::LicenceAssign)?;
    Ok(answer::page(&form(visit.frame, &Typed::default(), &[])))
}

pub(super) async fn create(
    State(app): State<App>,
    admin: Admin,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::LicenceAssign)?;
    // what is no number becomes one that the service refuses
    let seats = filled(&typed.seats).map(|text| text.parse().unwrap_or(0));
    match app.identity.create_licence(&visit.scope, &typed.name, seats).await {
        Ok(made) => {
            let to = format!("/admin/licences/{}", made.id);
            Ok(answer::back_with(&visit.context, &to, "licence-created"))
        }
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
        Field::text("name", frame.say("licence-name")).value(&typed.name).required().max(200),
        Field::input("number", "seats", frame.say("licence-seats"))
            .value(&typed.seats)
            .hint(frame.say("licence-seats-hint")),
    ];
    fields.into_iter().map(|field| field.checked(errors, frame.t)).collect()
}

fn form(frame: Frame, typed: &Typed, errors: &[FieldError]) -> FormPage {
    let title = frame.say("licence-new");
    FormPage {
        intro: String::new(),
        problem: None,
        fields: fields(&frame, typed, errors),
        ticks: Vec::new(),
        action: "/admin/licences".to_owned(),
        cancel: "/admin/licences".to_owned(),
        button: frame.say("create"),
        frame: at(frame, "licences", title).back_to("/admin/licences"),
    }
}

pub(super) async fn page(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<LicenceId>,
    page: PageQuery,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::LicenceAssign)?;
    Ok(answer::page(&Page::read(&app, &visit, id, (page, &[])).await?))
}

/// The ways by which somebody has it, in one line.
pub(super) fn ways(frame: &Frame, direct: bool, groups: &[Giver]) -> String {
    let names: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
    let args = [("groups", names.join(", ").into())];
    match (direct, groups.is_empty()) {
        (_, true) => frame.say("admin.licence-direct"),
        (true, false) => frame.say_with("admin.licence-both", &args),
        (false, false) => frame.say_with("admin.licence-through", &args),
    }
}

impl Page {
    async fn read(
        app: &App,
        visit: &Visit,
        id: LicenceId,
        (page, errors): (PageQuery, &[FieldError]),
    ) -> Result<Self, Problem> {
        let (identity, scope) = (&app.identity, &visit.scope);
        let all = identity.licences(scope).await?;
        let licence = all.into_iter().find(|licence| licence.id == id).ok_or_else(|| {
            Problem::new("licence.not_found", Kind::NotFound, "no such licence in this tenant")
        })?;
        let holders = identity.holders(scope, id).await?;
        let users: Vec<UserId> = holders
            .iter()
            .filter_map(|holder| match holder {
                Holder::User(user) => Some(*user),
                Holder::Group(_) => None,
            })
            .collect();
        let people = identity.people(scope, &users).await?;
        let limit = Limit::new(Limit::MAX).unwrap_or_default();
        let groups = identity.groups(scope, limit, None).await?.items;
        let name = |holder: &Holder| match holder {
            Holder::User(id) => people.iter().find(|p| p.id == *id).map(|p| p.display_name.clone()),
            Holder::Group(id) => groups.iter().find(|g| g.id == *id).map(|g| g.name.clone()),
        };
        let row = |holder: &Holder| Row {
            id: holder.uuid(),
            name: name(holder).unwrap_or_else(|| holder.uuid().to_string()),
            kind: holder.kind(),
        };
        let beside = Beside {
            holders: holders.iter().map(row).collect(),
            groups: groups.iter().map(|group| (group.id, group.name.clone())).collect(),
            reached: identity.licensed(scope, id, page.limit, page.after.as_ref()).await?,
        };
        Ok(Self::of(visit.frame.clone(), licence, beside, errors))
    }

    fn of(frame: Frame, licence: Licence, beside: Beside, errors: &[FieldError]) -> Self {
        let Beside { holders, groups, reached } = beside;
        let person = Field::text("person", frame.say("licence-person")).required();
        let has_groups = !groups.is_empty();
        let groups = groups.into_iter().map(|(id, name)| (id.to_string(), name));
        let seats = licence.seats.map(|seats| seats.to_string()).unwrap_or_default();
        let typed = Typed { name: licence.name.clone(), seats };
        Self {
            fields: fields(&frame, &typed, errors),
            give: person.hint(frame.say("person-hint")).checked(errors, frame.t),
            group: Field::select("group", frame.say("licence-group"), groups)
                .checked(errors, frame.t),
            has_groups,
            holders,
            next: reached.next.map(|at| format!("/admin/licences/{}?after={at}", licence.id)),
            reached: reached.items,
            frame: at(frame, "licences", licence.name.clone()).back_to("/admin/licences"),
            licence,
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("/admin/licences/{}{rest}", self.licence.id)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Chosen {
    #[serde(default)]
    person: String,
    #[serde(default)]
    group: String,
}

pub(super) async fn assign(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<LicenceId>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::LicenceAssign)?;
    let pointer = if chosen.person.is_empty() { "/group" } else { "/person" };
    let holder = if chosen.person.is_empty() {
        chosen.group.parse().ok().map(Holder::Group)
    } else {
        app.find_person(&visit.scope, &chosen.person).await?.map(Holder::User)
    };
    let Some(holder) = holder else {
        let errors = [FieldError::new(pointer, "user.not_found", "nobody has this name")];
        let page = Page::read(&app, &visit, id, (PageQuery::default(), &errors)).await?;
        return Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    match app.identity.assign_licence(&visit.scope, id, holder).await {
        Ok(()) => Ok(done(&visit, id, "licence-assigned")),
        Err(error) => match mistakes(&error, pointer) {
            Some(errors) => {
                let page = Page::read(&app, &visit, id, (PageQuery::default(), &errors)).await?;
                Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
            }
            None => Err(error.into()),
        },
    }
}

pub(super) async fn update(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<LicenceId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::LicenceAssign)?;
    let seats = filled(&typed.seats).map(|text| text.parse().unwrap_or(0));
    let patch = LicencePatch { name: Some(typed.name), seats: Some(seats) };
    match app.identity.update_licence(&visit.scope, id, patch).await {
        Ok(_) => Ok(done(&visit, id, "saved")),
        Err(error) => match mistakes(&error, "/name") {
            Some(errors) => {
                let page = Page::read(&app, &visit, id, (PageQuery::default(), &errors)).await?;
                Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
            }
            None => Err(error.into()),
        },
    }
}

pub(super) async fn delete(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<LicenceId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::LicenceAssign)?;
    app.identity.delete_licence(&visit.scope, id).await?;
    Ok(answer::back_with(&visit.context, "/admin/licences", "admin.licence-deleted"))
}

#[derive(Debug, Deserialize)]
pub(super) struct Gone {
    kind: String,
    holder: Uuid,
}

pub(super) async fn remove(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<LicenceId>,
    Form(gone): Form<Gone>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::LicenceAssign)?;
    let holder = if gone.kind == "group" {
        Holder::Group(gone.holder.into())
    } else {
        Holder::User(gone.holder.into())
    };
    app.identity.remove_licence(&visit.scope, id, holder).await?;
    Ok(done(&visit, id, "licence-removed"))
}

fn done(visit: &Visit, id: LicenceId, key: &str) -> Response {
    answer::back_with(&visit.context, &format!("/admin/licences/{id}"), key)
}

#[cfg(test)]
mod tests {
    use web_proof::show;

    use super::*;

    fn licence(frame: &Frame, seats: Option<i64>) -> Licence {
        Licence {
            id: Uuid::from_u128(5).into(),
            name: "Sales".into(),
            seats,
            taken: 2,
            people: 14,
            created_at: frame.now,
        }
    }

    #[test]
    fn licences_count_their_seats() {
        show("admin-licences", |frame| {
            let rows = vec![licence(frame, Some(1200)), licence(frame, None)];
            vec![
                ("empty", List::new(frame.clone(), Vec::new())),
                ("full", List::new(frame.clone(), rows)),
            ]
        });
        show("admin-licence", |frame| {
            let row = |kind| Row { id: Uuid::from_u128(3), name: "Ada <b>".into(), kind };
            let groups = vec![(Uuid::from_u128(4).into(), "Sales".to_owned())];
            let giver = |name: &str| Giver { id: Uuid::from_u128(4).into(), name: name.into() };
            let reached = |direct, groups| Licensed {
                person: identity::users::Person {
                    id: Uuid::from_u128(3).into(),
                    display_name: "Ada <b>".into(),
                    address: Some("ada@example.org".into()),
                },
                direct,
                groups,
            };
            let people = vec![
                reached(true, Vec::new()),
                reached(true, vec![giver("Sales")]),
                reached(false, vec![giver("Partners"), giver("Sales <EMEA>")]),
            ];
            let full = Beside {
                holders: vec![row("user"), row("group")],
                groups,
                reached: Rows { items: people, next: Some(kernel::Cursor::new("ada")) },
            };
            let errors = [FieldError::new("/person", "licence.seats_taken", "")];
            let nobody = Rows { items: Vec::new(), next: None };
            let none = Beside { holders: Vec::new(), groups: Vec::new(), reached: nobody };
            vec![
                ("full", Page::of(frame.clone(), licence(frame, Some(2)), full, &errors)),
                ("empty", Page::of(frame.clone(), licence(frame, None), none, &[])),
            ]
        });
    }
}
