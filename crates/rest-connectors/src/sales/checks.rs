//! Connectors and actions held against the contract, and the definition to begin with.

use axum::{extract::State, response::Response};
use edge::{Authed, Json, PageQuery, Path, Problem, Query};
use http::{HeaderValue, header};
use kernel::{ActionId, ApiConnectorId, EnvironmentId};
use rest::{Failures, Items, PageParams, routes};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::shapes::InspectionShape;
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(list, action, connector, package, starter)
}

/// The action of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ActionPath {
    /// The action.
    #[param(value_type = String, format = Uuid)]
    action_id: ActionId,
}

/// The connector of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ConnectorPath {
    /// The connector.
    #[param(value_type = String, format = Uuid)]
    api_connector_id: ApiConnectorId,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct NumberQuery {
    /// The number of the version; the current one unless given.
    number: Option<i64>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct EnvironmentQuery {
    /// Of one environment.
    #[param(value_type = Option<String>, format = Uuid)]
    environment_id: Option<EnvironmentId>,
}

/// A package before anybody makes a connector of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PackageToCheck {
    /// The definition, as JSON or as its text.
    #[schema(value_type = Object)]
    definition: Value,
    /// The properties file, as JSON or as its text.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    properties: Option<Value>,
}

/// An action that is for a sales surface, or nearly.
#[derive(Debug, Serialize, ToSchema)]
struct ExtensionItem {
    #[schema(format = Uuid)]
    action_id: String,
    action: String,
    /// `draft`, `waiting`, `enabled` or `disabled`.
    state: &'static str,
    #[schema(format = Uuid)]
    environment_id: String,
    #[schema(format = Uuid)]
    connector_id: String,
    connector: String,
    #[serde(flatten)]
    inspection: InspectionShape,
}

impl ExtensionItem {
    fn of(extension: &sales::Extension, language: kernel::Language) -> Self {
        let action = &extension.action;
        Self {
            action_id: action.id.to_string(),
            action: action.name.clone(),
            state: action.state.as_str(),
            environment_id: action.environment.to_string(),
            connector_id: action.connector.to_string(),
            connector: extension.connector_name.clone(),
            inspection: InspectionShape::of(&extension.inspection, language),
        }
    }
}

/// List the actions that are for sales surfaces
///
/// With what was found. For makers and administrators. A page goes through so many actions and holds those of them
/// that are for a surface, so it may hold fewer than were asked for.
#[utoipa::path(get, path = "/api/v1/sales/extensions/actions",
    operation_id = "sales_extensions.list", tag = "sales-extensions",
    params(PageParams, EnvironmentQuery),
    responses((status = 200, body = Items<ExtensionItem>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    page: PageQuery,
    Query(query): Query<EnvironmentQuery>,
) -> Result<Json<Items<ExtensionItem>>, Problem> {
    let found = app.sales.extensions(&scope, query.environment_id, page.limit, page.after.as_ref());
    let language = scope.language();
    Ok(Json(Items::of(found.await?, |extension| ExtensionItem::of(&extension, language))))
}

/// Hold an action against the contract
///
/// With what the action says of its operations and inputs (V1 to V14).
#[utoipa::path(get, path = "/api/v1/sales/extensions/actions/{action_id}",
    operation_id = "sales_extensions.action", tag = "sales-extensions", params(ActionPath),
    responses((status = 200, body = ExtensionItem), Failures))]
async fn action(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ActionPath>,
) -> Result<Json<ExtensionItem>, Problem> {
    let extension = app.sales.inspect_action(&scope, path.action_id).await?;
    Ok(Json(ExtensionItem::of(&extension, scope.language())))
}

/// Hold a connector against the contract
///
/// As it is, without any action (V1 to V13).
#[utoipa::path(get, path = "/api/v1/sales/extensions/connectors/{api_connector_id}",
    operation_id = "sales_extensions.connector", tag = "sales-extensions",
    params(ConnectorPath, NumberQuery),
    responses((status = 200, body = InspectionShape), Failures))]
async fn connector(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
    Query(query): Query<NumberQuery>,
) -> Result<Json<InspectionShape>, Problem> {
    let found = app.sales.inspect_connector(&scope, path.api_connector_id, query.number).await?;
    Ok(Json(InspectionShape::of(&found, scope.language())))
}

/// Hold a package against the contract
///
/// Before anybody makes a connector of it.
#[utoipa::path(post, path = "/api/v1/sales/extensions/packages",
    operation_id = "sales_extensions.package", tag = "sales-extensions",
    request_body = PackageToCheck,
    responses((status = 200, body = InspectionShape), Failures))]
async fn package(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(package): Json<PackageToCheck>,
) -> Result<Json<InspectionShape>, Problem> {
    let text = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    let definition = text(package.definition);
    let properties = package.properties.filter(|own| !own.is_null()).map(text);
    let found = app.sales.inspect_package(&scope, definition, properties).await?;
    Ok(Json(InspectionShape::of(&found, scope.language())))
}

/// Take the starter definition
///
/// The five operations with every string of the contract. Replace host, paths and publisher; leave the descriptions.
#[utoipa::path(get, path = "/api/v1/sales/extensions/starter",
    operation_id = "sales_extensions.starter", tag = "sales-extensions",
    responses((status = 200, body = Object, description = "A Swagger 2.0 definition"), Failures))]
async fn starter(Authed(_scope): Authed) -> Response {
    let mut response = Response::new(sales::STARTER.into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let name = "attachment; filename=\"apiDefinition.swagger.json\"";
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(name));
    response
}
