//! Views that people keep in the CRM that is used for the caller.

use axum::extract::State;
use crm::{Cursor, ViewRef};
use edge::{Authed, Json, Path, Problem, Query};
use rest::{Failures, Items, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    App, Routes,
    records::{RecordItem, TablePath},
};

pub(crate) fn routes() -> Routes {
    routes!(list, records)
}

/// A view of the CRM.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ViewPath {
    /// As the CRM calls it: `account`, `Opportunity`.
    crm_table: String,
    /// As the CRM writes it.
    crm_view: String,
}

/// Whose view, and where its page begins.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct Looked {
    /// Whether a person keeps the view (`userquery` in Dynamics 365).
    personal: bool,
    /// Start after this place: `next` of the page before.
    after: Option<String>,
}

/// A view of the CRM.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CrmView)]
struct ViewItem {
    /// As the CRM writes it.
    #[schema(example = "00B5g00000abcdeAAA")]
    id: String,
    /// The table that it lists.
    #[schema(example = "Opportunity")]
    table: String,
    /// What people call it.
    #[schema(example = "Closing this month")]
    name: String,
    /// Whether a person keeps it.
    personal: bool,
    /// Where the CRM itself shows it.
    #[schema(
        example = "https://contoso.my.salesforce.com/lightning/o/Opportunity/list?filterName=00B5g00000abcdeAAA"
    )]
    address: Option<String>,
}

/// List the views of a table of the CRM
///
/// List views of Salesforce; of Dynamics 365 and of an environment of the hub the views of everybody and those that the caller
/// keeps, in Dynamics 365 also those that are shared with the caller.
#[utoipa::path(get, path = "/api/v1/crm/views/{crm_table}", operation_id = "crm_views.list",
    tag = "crm", params(TablePath), responses((status = 200, body = Vec<ViewItem>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TablePath>,
) -> Result<Json<Vec<ViewItem>>, Problem> {
    let crm = app.crm.records(&scope).await?;
    let all = crm.views(&path.crm_table).await?.into_iter().map(|view| ViewItem {
        address: crm.view_address(&view.at),
        id: view.at.id.0,
        table: view.at.table,
        name: view.name,
        personal: view.at.personal,
    });
    Ok(Json(all.collect()))
}

/// List the records of a view of the CRM
///
/// As the CRM selects and sorts them, with the columns of the view; those that the caller may see there.
#[utoipa::path(get, path = "/api/v1/crm/views/{crm_table}/{crm_view}/records",
    operation_id = "crm_views.records", tag = "crm", params(ViewPath, Looked),
    responses((status = 200, body = Items<RecordItem>), Failures))]
async fn records(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ViewPath>,
    Query(looked): Query<Looked>,
) -> Result<Json<Items<RecordItem>>, Problem> {
    let crm = app.crm.records(&scope).await?;
    let view = ViewRef::new(path.crm_table, path.crm_view, looked.personal);
    let after = looked.after.filter(|after| !after.is_empty()).map(Cursor);
    let found = crm.open_view(&view, after.as_ref()).await?;
    let (table, next) = (found.table, found.page.next);
    let items = found.page.records.into_iter().map(|one| RecordItem::of(&crm, &table, one));
    Ok(Json(Items { items: items.collect(), next: next.map(|next| next.0) }))
}
