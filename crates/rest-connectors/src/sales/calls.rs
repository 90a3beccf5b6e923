//! What calls of surfaces came to.

use axum::extract::State;
use edge::{Authed, Json, PageQuery, Path, Problem, Query};
use kernel::ActionId;
use rest::{Failures, Items, PageParams, routes};
use sales::{Diagnostic, DiagnosticFilter, Outcome, Point};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(list, one)
}

/// The call of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct CallPath {
    /// The call.
    #[param(value_type = String, format = Uuid)]
    call_id: Uuid,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CallsQuery {
    /// Of one surface.
    surface: Option<String>,
    /// Of one action.
    #[param(value_type = Option<String>, format = Uuid)]
    action_id: Option<ActionId>,
    /// With one outcome, such as `late`.
    outcome: Option<String>,
    /// Only those that are not as they should be.
    #[serde(default)]
    failed: bool,
}

/// What a call of a surface came to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SalesCall)]
struct CallItem {
    /// The partner was told it in `x-ms-client-request-id`.
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = DateTime)]
    at: String,
    surface: &'static str,
    #[schema(format = Uuid)]
    environment_id: String,
    #[schema(format = Uuid)]
    action_id: String,
    #[schema(format = Uuid)]
    connector_id: String,
    connector: String,
    operation: String,
    /// Who, such as `user:01890a5d-…`.
    actor: String,
    /// The request that asked for the surface.
    #[schema(format = Uuid)]
    request_id: String,
    /// Such as `shown` or `late`.
    outcome: &'static str,
    /// The code of the failure, the partner's or ours.
    code: Option<String>,
    /// What the partner said about it.
    message: Option<String>,
    /// The partner's own identifier of it.
    activity_id: Option<String>,
    status: Option<i64>,
    duration_ms: f64,
    /// Items that came.
    received: i64,
    /// Items that are shown.
    shown: i64,
    /// Method, address and inputs as they were sent; of what an email says its size alone.
    #[schema(value_type = Object)]
    sent: Value,
    /// What was left out or changed: `index`, `field` and `what` each.
    #[schema(value_type = Vec<Object>)]
    remarks: Value,
}

impl From<Diagnostic> for CallItem {
    fn from(call: Diagnostic) -> Self {
        let micros = u32::try_from(call.duration_us).unwrap_or(u32::MAX);
        Self {
            id: call.id.to_string(),
            at: call.at.to_string(),
            surface: call.point.as_str(),
            environment_id: call.environment.to_string(),
            action_id: call.action.to_string(),
            connector_id: call.connector.to_string(),
            connector: call.connector_name,
            operation: call.operation,
            actor: call.actor,
            request_id: call.request.to_string(),
            outcome: call.outcome.as_str(),
            code: call.code,
            message: call.message,
            activity_id: call.activity,
            status: call.status,
            duration_ms: f64::from(micros) / 1000.0,
            received: call.received,
            shown: call.shown,
            sent: call.sent,
            remarks: call.remarks,
        }
    }
}

/// List what calls of sales surfaces came to
///
/// Newest first, for makers and administrators. They are kept for a week unless the operator says otherwise.
#[utoipa::path(get, path = "/api/v1/sales/extensions/calls",
    operation_id = "sales_extensions.calls", tag = "sales-extensions",
    params(PageParams, CallsQuery), responses((status = 200, body = Items<CallItem>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    page: PageQuery,
    Query(query): Query<CallsQuery>,
) -> Result<Json<Items<CallItem>>, Problem> {
    let point =
        query.surface.as_deref().map(|text| Point::parse(text).ok_or(sales::Error::UnknownSurface));
    let outcome = query.outcome.as_deref();
    let outcome = outcome.map(|text| Outcome::parse(text).ok_or(sales::Error::UnknownOutcome));
    let filter = DiagnosticFilter {
        point: point.transpose()?,
        action: query.action_id,
        outcome: outcome.transpose()?,
        failed: query.failed,
    };
    let found = app.sales.diagnostics(&scope, filter, page.limit, page.after.as_ref()).await?;
    Ok(Json(Items::of(found, CallItem::from)))
}

/// See what one call of a sales surface came to
#[utoipa::path(get, path = "/api/v1/sales/extensions/calls/{call_id}",
    operation_id = "sales_extensions.call", tag = "sales-extensions", params(CallPath),
    responses((status = 200, body = CallItem), Failures))]
async fn one(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<CallPath>,
) -> Result<Json<CallItem>, Problem> {
    Ok(Json(app.sales.diagnostic(&scope, path.call_id).await?.into()))
}
