//! The CRMs whose settings the reader may open, and what holds for the tenant.

use askama::Template;
use axum::{Extension, extract::State, response::Response};
use edge::{Form, Problem};
use http::StatusCode;
use identity::Group;
use kernel::{Coded as _, FieldError, Limit, Permission};
use sales_settings::{Error, Kept, TENANT, TenantSettings};
use web_frame::{App, Frame, Visit, administration, answer};

use crate::{
    Rooms,
    typed::{Shown, Typed, fields, read},
};

/// The page.
#[derive(Debug, Template)]
#[template(path = "sales.html")]
pub(crate) struct Page {
    frame: Frame,
    /// CRMs with their addresses.
    systems: Vec<(String, String)>,
    fields: Vec<Shown>,
    changes: i64,
    manages: bool,
    wrong: Vec<String>,
}

pub(crate) async fn page(
    State(app): State<App>,
    Extension(rooms): Extension<Rooms>,
    visit: Visit,
) -> Result<Response, Problem> {
    let (systems, groups) = parts(&app, &visit).await?;
    let kept = if visit.scope.may(Permission::SalesManage) {
        Some(rooms.settings.tenant(&visit.scope).await?)
    } else {
        None
    };
    Ok(answer::page(&Page::new(visit.frame, systems, (kept.as_ref(), &groups), &[])))
}

pub(crate) async fn save(
    State(app): State<App>,
    Extension(rooms): Extension<Rooms>,
    visit: Visit,
    Form(form): Form<Typed>,
) -> Result<Response, Problem> {
    let changes = form.get("changes").and_then(|text| text.parse().ok());
    match rooms.settings.update_tenant(&visit.scope, read(TENANT, &form), changes).await {
        Ok(_) => Ok(answer::back_with(&visit.context, "/admin/sales-settings", "saved")),
        Err(error @ Error::Invalid { .. }) => {
            let (systems, groups) = parts(&app, &visit).await?;
            let kept = rooms.settings.tenant(&visit.scope).await?;
            let page = Page::new(visit.frame, systems, (Some(&kept), &groups), error.fields());
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

/// The CRMs with their addresses, and the groups.
async fn parts(app: &App, visit: &Visit) -> Result<(Vec<(String, String)>, Vec<Group>), Problem> {
    let mine = app.crm.mine(&visit.scope).await?;
    let each = mine
        .into_iter()
        .map(|one| (format!("/admin/sales-settings/{}", one.system.id), one.system.name));
    Ok((each.collect(), groups(app, visit).await?))
}

/// Groups of the tenant, as far as one page shows them.
pub(crate) async fn groups(app: &App, visit: &Visit) -> Result<Vec<Group>, Problem> {
    if !visit.scope.may(Permission::DirectoryRead) {
        return Ok(Vec::new());
    }
    let limit = Limit::default();
    Ok(app.identity.groups(&visit.scope, limit, None).await?.items)
}

impl Page {
    pub(crate) fn new(
        frame: Frame,
        systems: Vec<(String, String)>,
        (kept, groups): (Option<&Kept<TenantSettings>>, &[Group]),
        errors: &[FieldError],
    ) -> Self {
        let title = frame.say("web-settings.title");
        let frame = administration::at(frame, "sales-settings", title);
        let shown = kept.map(|kept| {
            let values = serde_json::json!(kept.value);
            fields(&frame, TENANT, (&values, groups), errors)
        });
        Self {
            systems,
            fields: shown.unwrap_or_default(),
            changes: kept.map_or(0, |kept| kept.changes),
            manages: kept.is_some(),
            wrong: errors.iter().map(|error| frame.t.code(error.code)).collect(),
            frame,
        }
    }
}
