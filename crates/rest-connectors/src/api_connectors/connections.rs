//! Connections: made, tried, repaired, revoked, signed in to.

use std::collections::BTreeMap;

use axum::extract::State;
use connectors::{
    ConnectionForm, ConnectionPatch, Control, FormParameter, NewConnection, SignInWay,
};
use edge::{Authed, Json, Path, Problem};
use http::StatusCode;
use kernel::Secret;
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ConnectionPath, ConnectorPath, shapes::ApiConnection};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(
        of_connector,
        create,
        own,
        ailing,
        read,
        update,
        delete,
        test,
        revoke,
        sign_in,
        signed_in,
        forms
    )
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConnectionToCreate {
    /// The connector's name unless given.
    name: Option<String>,
    /// Whether everybody in the organisation may use it; makers only.
    #[serde(default)]
    shared: bool,
    /// The set of parameters, where the connector has several.
    parameter_set: Option<String>,
    /// Values by parameter, secrets too.
    #[serde(default)]
    values: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConnectionToUpdate {
    name: Option<String>,
    /// Whether everybody in the organisation may use it; makers only.
    shared: Option<bool>,
    /// Values by parameter; those that are not named stay, an empty one is taken away.
    #[serde(default)]
    values: BTreeMap<String, String>,
}

/// How trying a connection went.
#[derive(Debug, Serialize, ToSchema)]
struct ConnectionTrial {
    /// Whether the API took it; null where there is nothing to try it with.
    accepted: Option<bool>,
    /// The operation that was called.
    operation: Option<String>,
    /// The status of the answer.
    status: Option<u16>,
}

/// Where to send the browser.
#[derive(Debug, Serialize, ToSchema)]
struct SignInBegun {
    /// The provider's address.
    url: String,
}

/// What the browser brought back from the provider.
#[derive(Debug, Deserialize, ToSchema)]
struct SignInReturn {
    state: String,
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
    /// The issuer (RFC 9207).
    iss: Option<String>,
}

/// List the connections of a connector
///
/// Those that the caller may use, own ones first; makers see all of them.
#[utoipa::path(get, path = "/api/v1/api-connectors/{api_connector_id}/connections",
    operation_id = "api_connections.of_connector", tag = "api-connectors", params(ConnectorPath),
    responses((status = 200, body = Vec<ApiConnection>), Failures))]
async fn of_connector(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
) -> Result<Json<Vec<ApiConnection>>, Problem> {
    let all = app.api_connectors.connections(&scope, path.api_connector_id).await?;
    Ok(Json(all.into_iter().map(ApiConnection::from).collect()))
}

/// Create a connection to a connector
///
/// Where the connector wants a person to sign in, it waits for that.
#[utoipa::path(post, path = "/api/v1/api-connectors/{api_connector_id}/connections",
    operation_id = "api_connections.create", tag = "api-connectors", params(ConnectorPath),
    request_body = ConnectionToCreate,
    responses((status = 201, body = ApiConnection), Failures))]
async fn create(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
    Json(new): Json<ConnectionToCreate>,
) -> Result<(StatusCode, Json<ApiConnection>), Problem> {
    let new = NewConnection {
        name: new.name,
        shared: new.shared,
        parameter_set: new.parameter_set,
        values: secrets(new.values),
    };
    let made = app.api_connectors.create_connection(&scope, path.api_connector_id, new).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// List one's own connections
#[utoipa::path(get, path = "/api/v1/connections", operation_id = "api_connections.own",
    tag = "api-connectors", responses((status = 200, body = Vec<ApiConnection>), Failures))]
async fn own(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Vec<ApiConnection>>, Problem> {
    let all = app.api_connectors.own_connections(&scope).await?;
    Ok(Json(all.into_iter().map(ApiConnection::from).collect()))
}

/// List connections that are broken or end soon
///
/// One's own; makers see all of them.
#[utoipa::path(get, path = "/api/v1/ailing-connections", operation_id = "api_connections.ailing",
    tag = "api-connectors", responses((status = 200, body = Vec<ApiConnection>), Failures))]
async fn ailing(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Vec<ApiConnection>>, Problem> {
    let all = app.api_connectors.ailing_connections(&scope).await?;
    Ok(Json(all.into_iter().map(ApiConnection::from).collect()))
}

/// Read a connection
#[utoipa::path(get, path = "/api/v1/connections/{connection_id}",
    operation_id = "api_connections.read", tag = "api-connectors", params(ConnectionPath),
    responses((status = 200, body = ApiConnection), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectionPath>,
) -> Result<Json<ApiConnection>, Problem> {
    Ok(Json(app.api_connectors.connection(&scope, path.connection_id).await?.into()))
}

/// Change or repair a connection
#[utoipa::path(patch, path = "/api/v1/connections/{connection_id}",
    operation_id = "api_connections.update", tag = "api-connectors", params(ConnectionPath),
    request_body = ConnectionToUpdate,
    responses((status = 200, body = ApiConnection), Failures))]
async fn update(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectionPath>,
    Json(new): Json<ConnectionToUpdate>,
) -> Result<Json<ApiConnection>, Problem> {
    let ConnectionToUpdate { name, shared, values } = new;
    let change = ConnectionPatch { name, shared, values: secrets(values) };
    Ok(Json(app.api_connectors.update_connection(&scope, path.connection_id, change).await?.into()))
}

/// Delete a connection
#[utoipa::path(delete, path = "/api/v1/connections/{connection_id}",
    operation_id = "api_connections.delete", tag = "api-connectors", params(ConnectionPath),
    responses((status = 204), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectionPath>,
) -> Result<StatusCode, Problem> {
    app.api_connectors.delete_connection(&scope, path.connection_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Try a connection
#[utoipa::path(post, path = "/api/v1/connections/{connection_id}/test",
    operation_id = "api_connections.test", tag = "api-connectors", params(ConnectionPath),
    responses((status = 200, body = ConnectionTrial), Failures))]
async fn test(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectionPath>,
) -> Result<Json<ConnectionTrial>, Problem> {
    let trial = Box::pin(app.api_connectors.test_connection(&scope, path.connection_id)).await?;
    let connectors::Trial { accepted, operation, status } = trial;
    Ok(Json(ConnectionTrial { accepted, operation, status }))
}

/// Revoke a connection
///
/// Its secrets and tokens are gone for good; it can be filled with others.
#[utoipa::path(post, path = "/api/v1/connections/{connection_id}/revoke",
    operation_id = "api_connections.revoke", tag = "api-connectors", params(ConnectionPath),
    responses((status = 200, body = ApiConnection), Failures))]
async fn revoke(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectionPath>,
) -> Result<Json<ApiConnection>, Problem> {
    Ok(Json(app.api_connectors.revoke_connection(&scope, path.connection_id).await?.into()))
}

/// Begin a sign-in to a connection
///
/// For the first time or again. The browser goes to the address and comes back to the hub.
#[utoipa::path(post, path = "/api/v1/connections/{connection_id}/sign-in",
    operation_id = "api_connections.sign_in", tag = "api-connectors", params(ConnectionPath),
    responses((status = 200, body = SignInBegun), Failures))]
async fn sign_in(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectionPath>,
) -> Result<Json<SignInBegun>, Problem> {
    let url = app.api_connectors.begin_sign_in(&scope, path.connection_id).await?;
    Ok(Json(SignInBegun { url: url.into() }))
}

/// Finish a sign-in to a connection
///
/// With what the browser brought back; by whoever began it.
#[utoipa::path(post, path = "/api/v1/connection-sign-ins",
    operation_id = "api_connections.signed_in", tag = "api-connectors",
    request_body = SignInReturn, responses((status = 200, body = ApiConnection), Failures))]
async fn signed_in(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(back): Json<SignInReturn>,
) -> Result<Json<ApiConnection>, Problem> {
    let SignInReturn { state, code, error, error_description, iss } = back;
    let code = code.map(Secret::new);
    let back =
        connectors::BroughtBack { state, code, error, description: error_description, issuer: iss };
    let connection = Box::pin(app.api_connectors.return_from_sign_in(&scope, back)).await?;
    Ok(Json(connection.into()))
}

/// One way to make a connection: the values that it takes.
#[derive(Debug, Serialize, ToSchema)]
struct ConnectionFormItem {
    /// The name of the set of parameters, where the connector has several.
    parameter_set: Option<String>,
    /// What people read.
    title: Option<String>,
    description: Option<String>,
    /// Whether such connections may be shared.
    shareable: bool,
    /// How they come by their token: `none`, `person`, `application`, `on_behalf_of`, or `unready`.
    sign_in: &'static str,
    /// What the sign-in of the connector lacks, as a code.
    lacks: Option<&'static str>,
    values: Vec<ConnectionValueItem>,
}

/// A value that a connection takes.
#[derive(Debug, Serialize, ToSchema)]
struct ConnectionValueItem {
    name: String,
    /// What people read.
    label: String,
    description: Option<String>,
    /// `text`, `integer`, `boolean` or `choice`.
    kind: &'static str,
    required: bool,
    /// Whether it is sealed and never shown.
    secret: bool,
    /// What counts where none is given.
    default: Option<String>,
    /// The values to choose from.
    allowed: Vec<String>,
    /// Other values of the form that it depends on: it is asked for only while each of them is as is said here.
    depends: Vec<ConnectionValueCondition>,
}

/// A value, and what it has to be.
#[derive(Debug, Serialize, ToSchema)]
struct ConnectionValueCondition {
    /// The name of the other value.
    name: String,
    /// One of these.
    values: Vec<String>,
}

impl From<FormParameter> for ConnectionValueItem {
    fn from(parameter: FormParameter) -> Self {
        let (kind, allowed) = match parameter.control {
            Control::Text | Control::Masked | Control::Lines => ("text", Vec::new()),
            Control::Number => ("integer", Vec::new()),
            Control::Flag => ("boolean", Vec::new()),
            Control::Choice(all) => ("choice", all.into_iter().map(|(value, _)| value).collect()),
        };
        Self {
            name: parameter.name,
            label: parameter.label,
            description: parameter.description,
            kind,
            required: parameter.required,
            secret: parameter.secret,
            default: parameter.default,
            allowed,
            depends: parameter
                .depends
                .into_iter()
                .map(|(name, values)| ConnectionValueCondition { name, values })
                .collect(),
        }
    }
}

impl From<ConnectionForm> for ConnectionFormItem {
    fn from(form: ConnectionForm) -> Self {
        let (sign_in, lacks) = match form.sign_in {
            SignInWay::Nobody => ("none", None),
            SignInWay::Person => ("person", None),
            SignInWay::Application => ("application", None),
            SignInWay::OnBehalfOf => ("on_behalf_of", None),
            SignInWay::Unready(code) => ("unready", Some(code)),
        };
        Self {
            parameter_set: form.set,
            title: form.title,
            description: form.description,
            shareable: form.allows_sharing,
            sign_in,
            lacks,
            values: form.parameters.into_iter().map(ConnectionValueItem::from).collect(),
        }
    }
}

/// See what a connection to a connector asks for
///
/// One form for each way in, the usual one first.
#[utoipa::path(get, path = "/api/v1/api-connectors/{api_connector_id}/connection-forms",
    operation_id = "api_connections.forms", tag = "api-connectors", params(ConnectorPath),
    responses((status = 200, body = Vec<ConnectionFormItem>), Failures))]
async fn forms(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
) -> Result<Json<Vec<ConnectionFormItem>>, Problem> {
    let forms = app.api_connectors.connection_forms(&scope, path.api_connector_id).await?;
    Ok(Json(forms.into_iter().map(ConnectionFormItem::from).collect()))
}

fn secrets(values: BTreeMap<String, String>) -> Vec<(String, Secret<String>)> {
    values.into_iter().map(|(name, value)| (name, Secret::new(value))).collect()
}
