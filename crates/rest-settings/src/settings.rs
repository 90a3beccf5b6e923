//! The settings of a CRM and of the tenant, and forms and fields.

use axum::extract::State;
use edge::{Authed, Json, Path, Problem};
use rest::{Failures, routes};
use sales_settings::{Forms, Kept};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{App, Routes};

pub(crate) fn routes() -> Routes {
    routes!(tenant, set_tenant)
        .merge(routes!(read, set))
        .merge(routes!(forms, publish))
        .merge(routes!(views, set_view, refresh))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct SystemPath {
    /// A CRM of the tenant.
    crm_system_id: Uuid,
}

/// Settings with how often they were changed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SalesSettings)]
struct Item {
    /// The settings by their names.
    #[schema(value_type = Object, example = json!({ "saving": { "mails": true, "mails_connect": "one" } }))]
    settings: Value,
    /// How often they were changed; 0 where nobody ever set anything.
    #[schema(example = 3)]
    changes: i64,
}

impl Item {
    fn of<T: Serialize>(kept: &Kept<T>) -> Self {
        Self { settings: serde_json::json!(kept.value), changes: kept.changes }
    }
}

/// Settings to be changed: what is named, and nothing else.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSalesSettings)]
struct Patch {
    /// The settings by their names.
    #[schema(value_type = Object, example = json!({ "saving": { "mails": false } }))]
    settings: Map<String, Value>,
    /// The `changes` of the settings as you read them; another answer is a conflict.
    #[schema(example = 3)]
    changes: Option<i64>,
}

/// Forms to be published.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSalesForms)]
struct NewForms {
    /// The record types in order, as they are read.
    #[schema(value_type = Object, example = json!({ "types": [{ "table": "contact", "edit": true,
        "fields": [{ "name": "jobtitle", "required": true, "editable": true }] }] }))]
    settings: Value,
    /// The `changes` of the forms as you read them; another answer is a conflict.
    #[schema(example = 3)]
    changes: Option<i64>,
}

/// Read the settings of sales for the tenant
#[utoipa::path(get, path = "/api/v1/sales-settings", operation_id = "sales_settings.tenant",
    tag = "settings", responses((status = 200, body = Item), Failures))]
async fn tenant(State(app): State<App>, Authed(scope): Authed) -> Result<Json<Item>, Problem> {
    Ok(Json(Item::of(&app.settings.tenant(&scope).await?)))
}

/// Change the settings of sales for the tenant
#[utoipa::path(put, path = "/api/v1/sales-settings", operation_id = "sales_settings.set_tenant",
    tag = "settings", request_body = Patch, responses((status = 200, body = Item), Failures))]
async fn set_tenant(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(new): Json<Patch>,
) -> Result<Json<Item>, Problem> {
    let kept = app.settings.update_tenant(&scope, new.settings, new.changes).await?;
    Ok(Json(Item::of(&kept)))
}

/// Read the settings of sales for a CRM
///
/// For whom the CRM itself calls an administrator.
#[utoipa::path(get, path = "/api/v1/crm-systems/{crm_system_id}/settings",
    operation_id = "sales_settings.read", tag = "settings", params(SystemPath),
    responses((status = 200, body = Item), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<SystemPath>,
) -> Result<Json<Item>, Problem> {
    Ok(Json(Item::of(&app.settings.settings(&scope, path.crm_system_id).await?)))
}

/// Change the settings of sales for a CRM
#[utoipa::path(put, path = "/api/v1/crm-systems/{crm_system_id}/settings",
    operation_id = "sales_settings.set", tag = "settings", params(SystemPath), request_body = Patch,
    responses((status = 200, body = Item), Failures))]
async fn set(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<SystemPath>,
    Json(new): Json<Patch>,
) -> Result<Json<Item>, Problem> {
    let system = path.crm_system_id;
    let kept = app.settings.update(&scope, system, new.settings, new.changes).await?;
    Ok(Json(Item::of(&kept)))
}

/// Read the forms of a CRM
///
/// Those that were published, else those of the beginning: contact, opportunity and account.
#[utoipa::path(get, path = "/api/v1/crm-systems/{crm_system_id}/forms",
    operation_id = "sales_forms.read", tag = "settings", params(SystemPath),
    responses((status = 200, body = Item), Failures))]
async fn forms(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<SystemPath>,
) -> Result<Json<Item>, Problem> {
    Ok(Json(Item::of(&app.settings.forms(&scope, path.crm_system_id).await?)))
}

/// Publish the forms of a CRM
///
/// From then on sellers see and change records through them. What the CRM hides or keeps from a seller stays so.
#[utoipa::path(put, path = "/api/v1/crm-systems/{crm_system_id}/forms",
    operation_id = "sales_forms.publish", tag = "settings", params(SystemPath), request_body = NewForms,
    responses((status = 200, body = Item), Failures))]
async fn publish(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<SystemPath>,
    Json(new): Json<NewForms>,
) -> Result<Json<Item>, Problem> {
    let system = path.crm_system_id;
    // who may not publish learns nothing of what would be wrong
    app.settings.administered(&scope, system).await?;
    let forms: Forms = serde_json::from_value(new.settings).map_err(|odd| {
        let field = kernel::FieldError::new("/settings", "sales_forms.table", odd.to_string());
        Problem::new("sales_settings.invalid", kernel::Kind::Invalid, "the forms cannot be read")
            .with_fields(vec![field])
    })?;
    Ok(Json(Item::of(&app.settings.publish(&scope, system, forms, new.changes).await?)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct TablePath {
    /// A CRM of the tenant.
    crm_system_id: Uuid,
    /// A record type, as the CRM names its table.
    form_table: String,
}

/// A view of a CRM.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SalesFormView)]
struct ViewItem {
    /// The view, as the CRM writes it.
    #[schema(example = "00000000-0000-0000-00aa-000010001002")]
    id: String,
    #[schema(example = "Active Accounts")]
    name: String,
    /// Whether it is one that a person keeps.
    #[schema(example = false)]
    personal: bool,
}

/// The view that a record type is seen through; nothing for none.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSalesFormView)]
struct NewView {
    /// The view, as the CRM writes it; nothing for none.
    #[schema(example = "00000000-0000-0000-00aa-000010001002")]
    id: Option<String>,
    /// Whether it is one that a person keeps.
    #[schema(example = false)]
    #[serde(default)]
    personal: bool,
    /// The `changes` of the forms as you read them; another answer is a conflict.
    #[schema(example = 3)]
    changes: Option<i64>,
}

/// What is read again.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = SalesFormRefresh)]
struct Refresh {
    /// One record type; all of them without.
    #[schema(example = "account")]
    table: Option<String>,
}

/// List the views that a record type may be seen through
#[utoipa::path(get, path = "/api/v1/crm-systems/{crm_system_id}/forms/{form_table}/views",
    operation_id = "sales_forms.views", tag = "settings", params(TablePath),
    responses((status = 200, body = Vec<ViewItem>), Failures))]
async fn views(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TablePath>,
) -> Result<Json<Vec<ViewItem>>, Problem> {
    let all = app.settings.views(&scope, path.crm_system_id, &path.form_table).await?;
    let item = |view: crm::View| ViewItem {
        id: view.at.id.0,
        name: view.name,
        personal: view.at.personal,
    };
    Ok(Json(all.into_iter().map(item).collect()))
}

/// Publish a record type through a view
///
/// Fields and their order come from the view, and sellers' lists show its records. Another view resets key fields.
#[utoipa::path(put, path = "/api/v1/crm-systems/{crm_system_id}/forms/{form_table}/view",
    operation_id = "sales_forms.set_view", tag = "settings", params(TablePath),
    request_body = NewView, responses((status = 200, body = Item), Failures))]
async fn set_view(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TablePath>,
    Json(new): Json<NewView>,
) -> Result<Json<Item>, Problem> {
    let view = new.id.map(|id| crm::ViewRef::new(&path.form_table, id, new.personal));
    let about = (path.form_table.as_str(), view);
    let kept = app.settings.set_view(&scope, path.crm_system_id, about, new.changes).await?;
    Ok(Json(Item::of(&kept)))
}

/// Read the views of record types again
///
/// Nothing does so by itself.
#[utoipa::path(post, path = "/api/v1/crm-systems/{crm_system_id}/forms/refresh",
    operation_id = "sales_forms.refresh", tag = "settings", params(SystemPath),
    request_body = Refresh, responses((status = 200, body = Item), Failures))]
async fn refresh(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<SystemPath>,
    Json(what): Json<Refresh>,
) -> Result<Json<Item>, Problem> {
    let table = what.table.as_deref();
    let kept = app.settings.refresh_views(&scope, path.crm_system_id, table, None).await?;
    Ok(Json(Item::of(&kept)))
}
