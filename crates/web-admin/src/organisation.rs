//! The organisation: its name, its language, who needs a second factor.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Form, Problem};
use identity::{
    Role,
    tenants::{Policy, Tenant, TenantPatch},
};
use kernel::{FieldError, Permission};
use serde::Deserialize;
use web_frame::{
    App, Field, Frame, answer,
    parts::{Ticks, filled, mistakes},
};

use super::{Admin, at};

/// The page.
#[derive(Debug, Template)]
#[template(path = "organisation.html")]
pub(crate) struct Page {
    frame: Frame,
    id: String,
    fields: Vec<Field>,
    roles: Ticks,
}

pub(super) async fn page(State(app): State<App>, admin: Admin) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::SettingsManage)?;
    let tenant = app.identity.tenant(&visit.scope).await?;
    Ok(answer::page(&Page::of(visit.frame, &tenant, &[])))
}

#[derive(Debug, Deserialize)]
pub(super) struct Typed {
    name: String,
    #[serde(default)]
    language: String,
    host: Option<String>,
    #[serde(default)]
    second_factor_roles: Vec<String>,
}

pub(super) async fn update(
    State(app): State<App>,
    admin: Admin,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::SettingsManage)?;
    let second_factor_roles: Vec<Role> =
        typed.second_factor_roles.iter().filter_map(|word| word.parse().ok()).collect();
    let policy = Policy { second_factor_roles };
    let patch = TenantPatch {
        name: Some(typed.name.clone()),
        language: typed.language.parse().ok(),
        policy: Some(policy.clone()),
        host: typed.host.as_deref().map(filled),
    };
    match app.identity.update_tenant(&visit.scope, patch).await {
        Ok(_) => Ok(answer::back_with(&visit.context, "/admin/organisation", "saved")),
        Err(error) => match mistakes(&error, pointer(&error)) {
            Some(errors) => {
                let tenant = app.identity.tenant(&visit.scope).await?;
                let host = typed.host.or(tenant.host);
                let tenant = Tenant { name: typed.name, host, policy, ..tenant };
                let page = Page::of(visit.frame, &tenant, &errors);
                Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
            }
            None => Err(error.into()),
        },
    }
}

/// The field that a refusal without one belongs to.
const fn pointer(error: &identity::Error) -> &'static str {
    match error {
        identity::Error::Taken(_) => "/host",
        _ => "/name",
    }
}

impl Page {
    fn of(frame: Frame, tenant: &Tenant, errors: &[FieldError]) -> Self {
        let languages = [("en", "English"), ("fr", "Français")];
        let fields = [
            Field::text("name", frame.say("organisation-name"))
                .value(&tenant.name)
                .required()
                .max(200),
            Field::select("language", frame.say("language"), languages)
                .value(tenant.language.tag())
                .hint(frame.say("organisation-language-hint")),
            Field::text("host", frame.say("organisation-host"))
                .value(tenant.host.as_deref().unwrap_or_default())
                .max(253)
                .hint(frame.say("admin.organisation-host-hint")),
        ];
        let on = &tenant.policy.second_factor_roles;
        let roles = Ticks::factor_roles(&frame, on);
        let title = frame.say("admin-organisation");
        Self {
            id: tenant.id.to_string(),
            fields: fields.into_iter().map(|field| field.checked(errors, frame.t)).collect(),
            roles,
            frame: at(frame, "organisation", title),
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::Language;
    use uuid::Uuid;
    use web_proof::show;

    use super::*;

    #[test]
    fn the_organisation_decides_who_needs_a_second_factor() {
        show("admin-organisation", |frame| {
            let tenant = Tenant {
                id: Uuid::from_u128(1).into(),
                name: "Contoso <b>".into(),
                host: Some("hub.example.org".into()),
                language: Language::Fr,
                policy: Policy { second_factor_roles: vec![Role::GlobalAdministrator] },
                created_at: frame.now,
            };
            let errors = [FieldError::new("/name", "name.empty", "")];
            let nowhere = Tenant { host: None, ..tenant.clone() };
            vec![
                ("plain", Page::of(frame.clone(), &tenant, &[])),
                ("mistake", Page::of(frame.clone(), &nowhere, &errors)),
            ]
        });
    }
}
