//! Pages of the administration: users, groups, roles, licences, tokens, providers, the organisation, connectors, audit.
//!
//! What it is not: a place for rules; the rooms ask for the right again. The overview and what the pages share stand
//! here, each area in a module of its own. How a page is made says `web-frame`.

mod audit;
mod connectors;
mod data_policies;
mod environments;
mod groups;
mod licences;
mod organisation;
mod providers;
mod roles;
mod tokens;
mod user;
mod users;

use askama::Template;
use axum::{
    Router,
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse as _, Redirect, Response},
};
use edge::{Problem, get, get_and_post, post};
use kernel::{Permission, UserId};
pub(crate) use web_frame::administration::at;
use web_frame::{
    App, Frame, Visit,
    administration::{Area, areas},
    answer,
};

/// The addresses of the administration.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/admin", get(overview))
        .route("/admin/users", get_and_post(users::list, users::create))
        .route("/admin/users/new", get(users::new))
        .route("/admin/users/{user}", get_and_post(user::page, user::update))
        .route("/admin/users/{user}/roles", post(user::roles))
        .route("/admin/users/{user}/state", post(user::state))
        .route("/admin/users/{user}/unlock", post(user::unlock))
        .route("/admin/users/{user}/delete", post(user::delete))
        .route("/admin/users/{user}/password-link", post(user::password_link))
        .route("/admin/users/{user}/reset-factors", post(user::reset_factors))
        .route("/admin/users/{user}/sign-out", post(user::sign_out))
        .route("/admin/users/{user}/hand-over", post(user::hand_over))
        .route("/admin/groups", get_and_post(groups::list, groups::create))
        .route("/admin/groups/new", get(groups::new))
        .route("/admin/groups/{group}", get_and_post(groups::page, groups::update))
        .route("/admin/groups/{group}/delete", post(groups::delete))
        .route("/admin/groups/{group}/roles", post(groups::set_roles))
        .route("/admin/groups/{group}/members", post(groups::add))
        .route("/admin/groups/{group}/members/{user}/remove", post(groups::remove))
        .route("/admin/roles", get(roles::page))
        .route("/admin/licences", get_and_post(licences::list, licences::create))
        .route("/admin/licences/new", get(licences::new))
        .route("/admin/licences/{licence}", get_and_post(licences::page, licences::assign))
        .route("/admin/licences/{licence}/remove", post(licences::remove))
        .route("/admin/licences/{licence}/settings", post(licences::update))
        .route("/admin/licences/{licence}/delete", post(licences::delete))
        .route("/admin/tokens", get_and_post(tokens::list, tokens::create))
        .route("/admin/tokens/new", get(tokens::new))
        .route("/admin/tokens/{token}/revoke", post(tokens::revoke))
        .route("/admin/providers", get_and_post(providers::list, providers::create))
        .route("/admin/providers/new", get(providers::new))
        .route("/admin/providers/{provider}", get_and_post(providers::page, providers::update))
        .route("/admin/providers/{provider}/test", post(providers::test))
        .route("/admin/providers/{provider}/forget-secret", post(providers::forget_secret))
        .route("/admin/providers/{provider}/delete", post(providers::delete))
        .route("/admin/organisation", get_and_post(organisation::page, organisation::update))
        .route("/admin/connectors", get_and_post(connectors::page, connectors::update))
        .route("/admin/connectors/forwarding", post(connectors::forwarding))
        .route("/admin/connectors/off", post(connectors::everything_off))
        .route("/admin/audit", get(audit::list))
        .route("/admin/audit/export", get(audit::export))
        .merge(environments::routes())
        .merge(data_policies::routes())
}

/// A visit of the administration. Where a role asks for a second factor that this session did not use, the
/// rights of the role rest, and the page about second factors says so.
#[derive(Debug)]
pub(crate) struct Admin(pub(crate) Visit);

impl FromRequestParts<App> for Admin {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let visit = Visit::from_request_parts(parts, app).await?;
        if visit.context.needs_second_factor() {
            return Err(Redirect::to("/profile/security").into_response());
        }
        Ok(Self(visit))
    }
}

impl Admin {
    /// The visit, of somebody who may.
    pub(crate) fn who_may(self, permission: Permission) -> Result<Visit, Problem> {
        self.0.scope.require(permission).map_err(Problem::denied)?;
        Ok(self.0)
    }
}

/// The overview.
#[derive(Debug, Template)]
#[template(path = "overview.html")]
pub(crate) struct Overview {
    frame: Frame,
    areas: Vec<Area>,
}

async fn overview(Admin(visit): Admin) -> Result<Response, Problem> {
    let areas = areas(&visit.frame);
    if areas.is_empty() {
        visit.scope.require(Permission::UserManage).map_err(Problem::denied)?;
    }
    Ok(answer::page(&Overview::new(visit.frame)))
}

impl Overview {
    fn new(frame: Frame) -> Self {
        let title = frame.say("admin");
        let areas = areas(&frame);
        Self { frame: at(frame, "", title), areas }
    }
}

/// A person of a list.
#[derive(Debug)]
pub(crate) struct Someone {
    pub(crate) id: UserId,
    pub(crate) name: String,
    pub(crate) address: String,
}

impl From<identity::users::Person> for Someone {
    fn from(person: identity::users::Person) -> Self {
        let address = person.address.unwrap_or_default();
        Self { id: person.id, name: person.display_name, address }
    }
}

#[cfg(test)]
mod tests {
    use kernel::Permissions;
    use web_proof::show;

    use super::*;

    #[test]
    fn the_overview_shows_only_what_may_be_opened() {
        show("admin", |frame| {
            let teams = Permissions::of(&[Permission::WebhookManageAll, Permission::GroupManage]);
            let teams = Frame { permissions: teams, ..frame.clone() };
            vec![("all", Overview::new(frame.clone())), ("teams", Overview::new(teams))]
        });
    }
}
