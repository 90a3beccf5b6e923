//! The list of users, and making one.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Form, PageQuery, Problem, Query};
use identity::{
    Role,
    users::{NewUser, User, UserFilter, UserState},
};
use jiff::Timestamp;
use kernel::{FieldError, Permission, Secret, UserId};
use serde::Deserialize;
use web_frame::html::query_value;
use web_frame::{
    App, Field, Frame, answer,
    parts::{FormPage, Ticks, filled, language_field, mistakes, role_name},
};

use super::{Admin, at};

/// The list.
#[derive(Debug, Template)]
#[template(path = "users.html")]
pub(crate) struct List {
    frame: Frame,
    search: String,
    state: String,
    role: String,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Debug)]
struct Row {
    id: UserId,
    name: String,
    account: String,
    roles: Vec<String>,
    state: UserState,
    last: Option<Timestamp>,
}

/// The colour of a state.
pub(super) const fn badge(state: UserState) -> &'static str {
    match state {
        UserState::Active => "good",
        UserState::Locked => "warning",
        UserState::Disabled | UserState::Deleted => "",
    }
}

/// The text of a state.
pub(super) fn state_name(frame: &Frame, state: UserState) -> String {
    frame.say(&format!("user-{}", state.as_str()))
}

/// The roles of a user, the own ones and those of groups, each once.
fn all_roles(user: &User) -> Vec<Role> {
    let mut roles = [user.roles.as_slice(), user.group_roles.as_slice()].concat();
    kernel::sort(&mut roles);
    roles.dedup();
    roles
}

impl Row {
    fn of(frame: &Frame, user: &User) -> Self {
        Self {
            id: user.id,
            name: user.display_name.clone(),
            account: user.addresses.first().unwrap_or(&user.user_name).clone(),
            roles: all_roles(user).into_iter().map(|role| role_name(frame, role)).collect(),
            state: user.state,
            last: user.last_sign_in_at,
        }
    }

    fn badge(&self) -> &'static str {
        badge(self.state)
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    role: String,
}

pub(super) async fn list(
    State(app): State<App>,
    admin: Admin,
    Query(wanted): Query<Wanted>,
    page: PageQuery,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::UserManage)?;
    let filter = UserFilter {
        search: filled(&wanted.q),
        state: wanted.state.parse().ok(),
        role: wanted.role.parse().ok(),
    };
    let after = page.after.as_ref();
    let found = app.identity.users(&visit.scope, filter, page.limit, after).await?;
    let rows = found.items.iter().map(|user| Row::of(&visit.frame, user)).collect();
    let (search, state, role) =
        (query_value(&wanted.q), query_value(&wanted.state), query_value(&wanted.role));
    let more = format!("/admin/users?q={search}&state={state}&role={role}");
    let next = found.next.map(|cursor| format!("{more}&after={cursor}"));
    Ok(answer::page(&List::new(visit.frame, wanted, rows, next)))
}

impl List {
    fn new(frame: Frame, wanted: Wanted, rows: Vec<Row>, next: Option<String>) -> Self {
        let title = frame.say("admin-users");
        let Wanted { q: search, state, role } = wanted;
        Self { frame: at(frame, "users", title), search, state, role, rows, next }
    }

    /// The states to filter by: word, name, whether chosen.
    fn states(&self) -> Vec<(&'static str, String, bool)> {
        [UserState::Active, UserState::Locked, UserState::Disabled, UserState::Deleted]
            .map(|s| (s.as_str(), state_name(&self.frame, s), self.state == s.as_str()))
            .into()
    }

    /// The roles to filter by.
    fn roles(&self) -> Vec<(&'static str, String, bool)> {
        Role::ALL.map(|r| (r.as_str(), role_name(&self.frame, r), self.role == r.as_str())).into()
    }

    fn is_filtered(&self) -> bool {
        ![&self.search, &self.state, &self.role].iter().all(|word| word.is_empty())
    }
}

/// What the form of a new person holds.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    user_name: String,
    #[serde(default)]
    addresses: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    roles: Vec<String>,
}

pub(super) async fn new(admin: Admin) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::UserManage)?;
    Ok(answer::page(&form(visit.frame, &Typed::default(), &[])))
}

pub(super) async fn create(
    State(app): State<App>,
    admin: Admin,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::UserManage)?;
    let has_password = !typed.password.is_empty();
    let new = NewUser {
        user_name: typed.user_name.trim().to_owned(),
        display_name: typed.display_name.trim().to_owned(),
        addresses: filled(&typed.addresses).into_iter().collect(),
        language: typed.language.parse().ok(),
        time_zone: None,
        password: has_password.then(|| Secret::new(typed.password.clone())),
        roles: typed.roles.iter().filter_map(|word| word.parse::<Role>().ok()).collect(),
    };
    match app.identity.create_user(&visit.scope, new).await {
        Ok(user) if has_password => {
            let to = format!("/admin/users/{}", user.id);
            Ok(answer::back_with(&visit.context, &to, "user-created"))
        }
        Ok(user) => super::user::show_link(&app, visit, &user).await,
        Err(error) => match mistakes(&error, "/user_name") {
            Some(errors) => {
                let page = form(visit.frame, &typed, &errors);
                Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
            }
            None => Err(error.into()),
        },
    }
}

fn form(frame: Frame, typed: &Typed, errors: &[FieldError]) -> FormPage {
    let fields = [
        Field::text("display_name", frame.say("profile-name"))
            .value(&typed.display_name)
            .required()
            .max(200)
            .autofocus(),
        Field::text("user_name", frame.say("profile-user-name"))
            .value(&typed.user_name)
            .required()
            .max(100)
            .hint(frame.say("first-run-user-name-hint")),
        Field::input("email", "addresses", frame.say("first-run-address")).value(&typed.addresses),
        language_field(&frame, typed.language.parse().ok()),
        Field::input("password", "password", frame.say("password"))
            .hint(frame.say("user-password-hint"))
            .autocomplete("new-password"),
    ];
    let on: Vec<Role> = typed.roles.iter().filter_map(|word| word.parse().ok()).collect();
    let ticks = if frame.may(Permission::RoleAssign) {
        vec![Ticks::roles(&frame, "roles", &on).checked(errors, &frame)]
    } else {
        Vec::new()
    };
    FormPage {
        intro: String::new(),
        problem: None,
        fields: fields.into_iter().map(|field| field.checked(errors, frame.t)).collect(),
        ticks,
        action: "/admin/users".to_owned(),
        cancel: "/admin/users".to_owned(),
        button: frame.say("create"),
        frame: {
            let title = frame.say("user-new");
            at(frame, "users", title).back_to("/admin/users")
        },
    }
}

#[cfg(test)]
mod tests {
    use web_proof::{ada, show};

    use super::*;

    #[test]
    fn users_are_found_and_nobody_found_is_said() {
        show("admin-users", |frame| {
            let state = UserState::Disabled;
            let other = User {
                state,
                roles: Vec::new(),
                group_roles: vec![Role::Seller],
                last_sign_in_at: None,
                ..ada(frame)
            };
            let rows = vec![Row::of(frame, &ada(frame)), Row::of(frame, &other)];
            let wanted =
                Wanted { q: "<zoé>".into(), state: "locked".into(), role: "seller".into() };
            let all = Wanted::default();
            vec![
                ("full", List::new(frame.clone(), all, rows, Some("/x".into()))),
                ("nobody", List::new(frame.clone(), wanted, Vec::new(), None)),
            ]
        });
    }

    #[test]
    fn a_user_is_made_with_or_without_a_password() {
        let errors = [FieldError::new("/user_name", "user.taken", "")];
        let typed =
            Typed { user_name: "ada".into(), roles: vec!["seller".into()], ..Typed::default() };
        show("admin-user-new", |frame| vec![("mistake", form(frame.clone(), &typed, &errors))]);
    }
}
