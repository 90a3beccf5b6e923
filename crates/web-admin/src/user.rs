//! One user, as an administrator sees and changes them.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Form, Path, Problem};
use identity::{
    Factors, Role,
    users::{User, UserPatch, UserState},
};
use jiff::Timestamp;
use kernel::{FieldError, Kind, Permission, UserId};
use serde::Deserialize;
use web_frame::{
    App, Field, Frame, Visit, answer,
    parts::{Nothing, Once, Ticks, filled, language_field, mistakes, role_name},
};

use super::{Admin, at, licences, users};

/// The page.
#[derive(Debug, Template)]
#[template(path = "user.html")]
pub(crate) struct Page {
    frame: Frame,
    user: User,
    /// Whether it is the reader's own account, which has its own pages.
    me: bool,
    locked_until: Option<Timestamp>,
    factors: Factors,
    sessions: usize,
    groups: String,
    licences: Vec<Held>,
    fields: Vec<Field>,
    roles: Ticks,
    heir: Field,
}

/// What is known of a user beyond the account.
#[derive(Debug)]
struct Beside {
    factors: Factors,
    locked_until: Option<Timestamp>,
    sessions: usize,
    groups: Vec<String>,
    licences: Vec<Held>,
}

/// A licence that the user holds.
#[derive(Debug)]
struct Held {
    name: String,
    /// Given to them, or through which groups.
    ways: String,
}

impl Page {
    async fn read(
        app: &App,
        visit: &Visit,
        id: UserId,
        errors: &[FieldError],
    ) -> Result<Self, Problem> {
        let (identity, scope) = (&app.identity, &visit.scope);
        let user = identity.user(scope, id).await?;
        if user.state == UserState::Deleted {
            return Err(Problem::new("user.not_found", Kind::NotFound, "the account was deleted"));
        }
        let groups = identity.groups_of(scope, id).await?;
        let held = identity.held_licences(scope, id).await?;
        let beside = Beside {
            factors: identity.factors(scope, id).await?,
            locked_until: identity.locked_until(scope, id).await?,
            sessions: identity.sessions(scope, id).await?.len(),
            groups: groups.into_iter().map(|group| group.name).collect(),
            licences: held
                .into_iter()
                .map(|one| Held {
                    name: one.licence.name,
                    ways: licences::ways(&visit.frame, one.direct, &one.groups),
                })
                .collect(),
        };
        let mut page = Self::of(&visit.frame, user, beside, errors);
        page.me = scope.user() == Some(id);
        Ok(page)
    }

    fn of(frame: &Frame, user: User, beside: Beside, errors: &[FieldError]) -> Self {
        let fields = [
            Field::text("display_name", frame.say("profile-name"))
                .value(&user.display_name)
                .required()
                .max(200),
            Field::text("user_name", frame.say("profile-user-name"))
                .value(&user.user_name)
                .required()
                .max(100),
            Field::area("addresses", frame.say("profile-addresses"))
                .value(user.addresses.join("\n"))
                .hint(frame.say("user-addresses-hint")),
            language_field(frame, user.language),
            Field::text("time_zone", frame.say("profile-time-zone")).value(&user.time_zone),
        ];
        let Beside { factors, locked_until, sessions, groups, licences } = beside;
        let heir = Field::text("to", frame.say("user-hand-over-to")).required();
        Self {
            fields: fields.into_iter().map(|field| field.checked(errors, frame.t)).collect(),
            roles: Ticks::roles(frame, "roles", &user.roles).checked(errors, frame),
            heir: heir.hint(frame.say("person-hint")).checked(errors, frame.t),
            me: false,
            locked_until,
            factors,
            sessions,
            groups: groups.join(", "),
            licences,
            frame: at(frame.clone(), "users", user.display_name.clone()).back_to("/admin/users"),
            user,
        }
    }

    fn group_roles(&self) -> String {
        let names = self.user.group_roles.iter().map(|role| role_name(&self.frame, *role));
        names.collect::<Vec<_>>().join(", ")
    }

    fn path(&self, rest: &str) -> String {
        format!("/admin/users/{}{rest}", self.user.id)
    }

    fn badge(&self) -> &'static str {
        users::badge(self.user.state)
    }

    fn state_name(&self) -> String {
        users::state_name(&self.frame, self.user.state)
    }

    fn is_active(&self) -> bool {
        self.user.state == UserState::Active
    }

    fn has_factor(&self) -> bool {
        self.factors.totp || !self.factors.passkeys.is_empty()
    }

    /// What is enrolled, in words.
    fn enrolled(&self) -> String {
        let mut all = Vec::new();
        if self.factors.totp {
            all.push(self.frame.say("factor-app"));
        }
        all.extend(self.factors.passkeys.iter().map(|key| key.name.clone()));
        if all.is_empty() { self.frame.say("factor-none") } else { all.join(", ") }
    }
}

pub(super) async fn page(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<UserId>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::UserManage)?;
    Ok(answer::page(&Page::read(&app, &visit, id, &[]).await?))
}

#[derive(Debug, Deserialize)]
pub(super) struct Typed {
    display_name: String,
    user_name: String,
    #[serde(default)]
    addresses: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    time_zone: String,
}

pub(super) async fn update(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<UserId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::UserManage)?;
    let addresses = typed.addresses.split([',', ';', '\n', '\r', ' ']).filter_map(filled).collect();
    let patch = UserPatch {
        user_name: Some(typed.user_name.trim().to_owned()),
        display_name: Some(typed.display_name.clone()),
        addresses: Some(addresses),
        language: Some(typed.language.parse().ok()),
        time_zone: filled(&typed.time_zone),
        theme: None,
    };
    match app.identity.update_user(&visit.scope, id, patch).await {
        Ok(_) => Ok(done(&visit, id, "saved")),
        Err(error) => match mistakes(&error, "/user_name") {
            Some(errors) => {
                let page = Page::read(&app, &visit, id, &errors).await?;
                Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
            }
            None => Err(error.into()),
        },
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Roles {
    #[serde(default)]
    roles: Vec<String>,
}

pub(super) async fn roles(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<UserId>,
    Form(typed): Form<Roles>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::RoleAssign)?;
    let has = app.identity.roles_of(&visit.scope, id).await?;
    let wanted: Vec<Role> = typed.roles.iter().filter_map(|word| word.parse().ok()).collect();
    for role in Role::ALL {
        match (has.contains(&role), wanted.contains(&role)) {
            (false, true) => app.identity.assign_role(&visit.scope, id, role).await?,
            (true, false) => app.identity.remove_role(&visit.scope, id, role).await?,
            _ => {}
        }
    }
    Ok(done(&visit, id, "saved"))
}

#[derive(Debug, Deserialize)]
pub(super) struct Wish {
    state: String,
}

pub(super) async fn state(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<UserId>,
    Form(wish): Form<Wish>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::UserManage)?;
    let wanted = match wish.state.as_str() {
        "active" => UserState::Active,
        "locked" => UserState::Locked,
        "disabled" => UserState::Disabled,
        _ => return Err(Problem::new("field.invalid", Kind::Invalid, "no such state")),
    };
    app.identity.set_user_state(&visit.scope, id, wanted).await?;
    Ok(done(&visit, id, "user-state-set"))
}

pub(super) async fn unlock(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<UserId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::UserManage)?;
    app.identity.unlock_user(&visit.scope, id).await?;
    Ok(done(&visit, id, "user-unlocked"))
}

pub(super) async fn delete(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<UserId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::UserManage)?;
    app.identity.delete_user(&visit.scope, id).await?;
    Ok(answer::back_with(&visit.context, "/admin/users", "user-deleted"))
}

pub(super) async fn password_link(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<UserId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::UserManage)?;
    let user = app.identity.user(&visit.scope, id).await?;
    show_link(&app, visit, &user).await
}

/// Makes a link to set a password, and shows it once.
pub(super) async fn show_link(app: &App, visit: Visit, user: &User) -> Result<Response, Problem> {
    let link = app.identity.password_link(&visit.scope, user.id).await?;
    let (base, secret) = (visit.context.base_url(), link.secret.expose());
    let address = format!("{base}/password-link?link={secret}");
    Ok(answer::page(&link_page(&visit.frame, user, address, link.expires_at)))
}

fn link_page(frame: &Frame, user: &User, address: String, until: Timestamp) -> Once {
    let args = [("name", user.display_name.as_str().into()), ("until", frame.exact(&until).into())];
    let title = frame.say("user-link");
    let done = format!("/admin/users/{}", user.id);
    Once {
        what: frame.say_with("user-link-what", &args),
        lines: vec![address],
        file: None,
        example: None,
        frame: at(frame.clone(), "users", title).back_to(done.clone()),
        done,
    }
}

pub(super) async fn reset_factors(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<UserId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::UserManage)?;
    app.identity.reset_factors(&visit.scope, id).await?;
    Ok(done(&visit, id, "factors-reset"))
}

pub(super) async fn sign_out(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<UserId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::UserManage)?;
    app.identity.sign_out_everywhere(&visit.scope, id).await?;
    Ok(done(&visit, id, "user-signed-out"))
}

#[derive(Debug, Deserialize)]
pub(super) struct Heir {
    to: String,
}

pub(super) async fn hand_over(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<UserId>,
    Form(heir): Form<Heir>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::UserManage)?;
    let Some(to) = app.find_person(&visit.scope, &heir.to).await? else {
        let errors = [FieldError::new("/to", "user.not_found", "nobody has this name")];
        let page = Page::read(&app, &visit, id, &errors).await?;
        return Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    app.connectors.hand_over_all(&visit.scope, id, to).await?;
    Ok(done(&visit, id, "user-handed-over"))
}

fn done(visit: &Visit, id: UserId, key: &str) -> Response {
    answer::back_with(&visit.context, &format!("/admin/users/{id}"), key)
}

#[cfg(test)]
mod tests {
    use web_proof::{ada, show};

    use super::*;

    fn beside(frame: &Frame, busy: bool) -> Beside {
        Beside {
            factors: Factors {
                totp: busy,
                recovery_codes: 3,
                passkeys: Vec::new(),
                required: busy,
            },
            locked_until: busy.then_some(frame.now),
            sessions: usize::from(busy),
            groups: vec!["Sales <EMEA>".into()],
            licences: vec![Held {
                name: "Sales".into(),
                ways: frame.say1("admin.licence-through", "groups", "Sales <EMEA>"),
            }],
        }
    }

    #[test]
    fn a_user_page_offers_what_the_state_allows() {
        show("admin-user", |frame| {
            let own = Page { me: true, ..Page::of(frame, ada(frame), beside(frame, true), &[]) };
            let disabled = User { state: UserState::Disabled, ..ada(frame) };
            let errors = [FieldError::new("/to", "user.not_found", "")];
            vec![
                ("active", Page::of(frame, ada(frame), beside(frame, true), &[])),
                ("disabled", Page::of(frame, disabled, beside(frame, false), &errors)),
                ("own", own),
            ]
        });
    }

    #[test]
    fn a_link_is_shown_with_its_end() {
        show("admin-user-link", |frame| {
            let address = "https://hub.example.org/password-link?link=x".to_owned();
            vec![("plain", link_page(frame, &ada(frame), address, frame.now))]
        });
    }
}
