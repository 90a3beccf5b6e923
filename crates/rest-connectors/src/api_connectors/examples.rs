//! Examples of connectors, which run as their regression tests; versions that wait to be used; what forms ask for.

use axum::{body::Body, extract::State};
use connector_forms::{Looked, Typed};
use connectors::{Difference, Example, Expected, FormPlace, Last, NewExample, Report};
use edge::{Authed, Json, Path, Problem, Query};
use http::{HeaderMap, StatusCode};
use kernel::{ApiConnectorId, ConnectionId, ExampleId};
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::{
    ConnectorPath, NumberQuery, OperationPath, VersionPath,
    shapes::{ApiConnector, ApiConnectorVersion},
    sources::{BesideArchive, Brought, brought},
    versions::VersionToAdd,
};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(list, save, lookup, delete, run, run_all, stage, take_tested, choices)
}

/// The example of a connector of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ExamplePath {
    /// The connector.
    #[param(value_type = String, format = Uuid)]
    api_connector_id: ApiConnectorId,
    /// The example.
    #[param(value_type = String, format = Uuid)]
    example_id: ExampleId,
}

/// What is expected of an answer.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectedAnswer {
    /// The status.
    status: u16,
    /// The shape of a JSON answer: `string`, `number`, `boolean` or `any`, an array with the shape of every element, or
    /// an object with the shapes of the members that have to be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shape: Option<Value>,
    /// The values that matter, by JSON pointer into the answer.
    #[serde(default)]
    #[schema(value_type = Object)]
    values: Map<String, Value>,
    /// Where the answer departed from its schema already, each as pointer and code.
    #[serde(default)]
    drift: Vec<(String, String)>,
}

impl From<Expected> for ExpectedAnswer {
    fn from(expected: Expected) -> Self {
        let Expected { status, shape, values, drift } = expected;
        Self { status, shape, values: values.into_iter().collect(), drift }
    }
}

impl From<ExpectedAnswer> for Expected {
    fn from(expected: ExpectedAnswer) -> Self {
        let ExpectedAnswer { status, shape, values, drift } = expected;
        Self { status, shape, values: values.into_iter().collect(), drift }
    }
}

/// An example to save.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ExampleToSave {
    name: String,
    /// The operationId.
    operation: String,
    /// Values by parameter name; `body` is the body. Secrets are refused: they belong into a connection.
    #[serde(default)]
    #[schema(value_type = Object)]
    inputs: Map<String, Value>,
    /// Whatever whoever runs it has, unless given.
    #[schema(value_type = Option<String>, format = Uuid)]
    connection_id: Option<ConnectionId>,
    /// Unless given, the operation is called now, and what comes is expected from now on.
    expected: Option<ExpectedAnswer>,
}

/// A call that is kept with what is expected of its answer.
#[derive(Debug, Serialize, ToSchema)]
struct ConnectorExample {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    /// The operationId.
    operation: String,
    #[schema(value_type = Object)]
    inputs: Map<String, Value>,
    #[schema(format = Uuid)]
    connection_id: Option<String>,
    expected: ExpectedAnswer,
    /// How the last run went.
    last_run: Option<LastRun>,
    #[schema(format = Uuid)]
    created_by: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
}

/// How the last run of an example went.
#[derive(Debug, Serialize, ToSchema)]
struct LastRun {
    #[schema(format = DateTime)]
    at: String,
    version: i64,
    passed: bool,
    /// The status of the answer, if one came.
    status: Option<i64>,
    differences: Vec<ExampleDifference>,
}

impl From<Last> for LastRun {
    fn from(last: Last) -> Self {
        Self {
            at: last.at.to_string(),
            version: last.version,
            passed: last.passed,
            status: last.status,
            differences: last.differences.into_iter().map(ExampleDifference::from).collect(),
        }
    }
}

/// Something that is not as expected.
#[derive(Debug, Serialize, ToSchema)]
struct ExampleDifference {
    /// JSON pointer into the answer, or into the inputs where the call was refused.
    pointer: String,
    /// `example.status`, `example.missing`, `example.kind`, `example.value`, `example.drift`, `example.failed` or
    /// `example.not_run`.
    code: String,
    expected: String,
    /// What came; with `example.failed` a stable code.
    found: String,
}

impl From<Difference> for ExampleDifference {
    fn from(difference: Difference) -> Self {
        let Difference { pointer, code, expected, found } = difference;
        Self { pointer, code, expected, found }
    }
}

impl From<Example> for ConnectorExample {
    fn from(example: Example) -> Self {
        Self {
            id: example.id.to_string(),
            name: example.name,
            operation: example.operation,
            inputs: example.inputs,
            connection_id: example.connection.map(|id| id.to_string()),
            expected: example.expected.into(),
            last_run: example.last.map(LastRun::from),
            created_by: example.created_by.map(|id| id.to_string()),
            created_at: example.created_at.to_string(),
        }
    }
}

/// How the run of an example went.
#[derive(Debug, Serialize, ToSchema)]
struct ExampleRun {
    #[schema(format = Uuid)]
    example_id: String,
    name: String,
    /// The operationId.
    operation: String,
    version: i64,
    #[schema(format = DateTime)]
    at: String,
    passed: bool,
    /// The status of the answer, if one came.
    status: Option<u16>,
    duration_us: u64,
    /// What is not as expected.
    differences: Vec<ExampleDifference>,
}

impl From<Report> for ExampleRun {
    fn from(report: Report) -> Self {
        Self {
            example_id: report.example.to_string(),
            passed: report.passed(),
            name: report.name,
            operation: report.operation,
            version: report.version,
            at: report.at.to_string(),
            status: report.status,
            duration_us: u64::try_from(report.duration.as_micros()).unwrap_or(u64::MAX),
            differences: report.differences.into_iter().map(ExampleDifference::from).collect(),
        }
    }
}

/// List the examples of a connector
#[utoipa::path(get, path = "/api/v1/api-connectors/{api_connector_id}/examples",
    operation_id = "api_connectors.examples", tag = "api-connectors", params(ConnectorPath),
    responses((status = 200, body = Vec<ConnectorExample>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
) -> Result<Json<Vec<ConnectorExample>>, Problem> {
    let all = app.api_connectors.examples(&scope, path.api_connector_id).await?;
    Ok(Json(all.into_iter().map(ConnectorExample::from).collect()))
}

/// Save a call as an example
#[utoipa::path(post, path = "/api/v1/api-connectors/{api_connector_id}/examples",
    operation_id = "api_connectors.save_example", tag = "api-connectors", params(ConnectorPath),
    request_body = ExampleToSave, responses((status = 201, body = ConnectorExample), Failures))]
async fn save(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
    Json(new): Json<ExampleToSave>,
) -> Result<(StatusCode, Json<ConnectorExample>), Problem> {
    let ExampleToSave { name, operation, inputs, connection_id, expected } = new;
    let expected = expected.map(Expected::from);
    let new = NewExample { name, operation, inputs, connection: connection_id, expected };
    let id = path.api_connector_id;
    let saved = Box::pin(app.api_connectors.save_example(&scope, id, new)).await?;
    Ok((StatusCode::CREATED, Json(saved.into())))
}

/// Look an example up
#[utoipa::path(get, path = "/api/v1/api-connectors/{api_connector_id}/examples/{example_id}",
    operation_id = "api_connectors.example", tag = "api-connectors", params(ExamplePath),
    responses((status = 200, body = ConnectorExample), Failures))]
async fn lookup(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ExamplePath>,
) -> Result<Json<ConnectorExample>, Problem> {
    let found = app.api_connectors.example(&scope, path.api_connector_id, path.example_id).await?;
    Ok(Json(found.into()))
}

/// Delete an example
#[utoipa::path(delete, path = "/api/v1/api-connectors/{api_connector_id}/examples/{example_id}",
    operation_id = "api_connectors.delete_example", tag = "api-connectors", params(ExamplePath),
    responses((status = 204), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ExamplePath>,
) -> Result<StatusCode, Problem> {
    let ExamplePath { api_connector_id, example_id } = path;
    app.api_connectors.delete_example(&scope, api_connector_id, example_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Run an example
///
/// Against the current version unless another one is named. A call that fails is a difference, no failure.
#[utoipa::path(post,
    path = "/api/v1/api-connectors/{api_connector_id}/examples/{example_id}/run",
    operation_id = "api_connectors.run_example", tag = "api-connectors",
    params(ExamplePath, NumberQuery), responses((status = 200, body = ExampleRun), Failures))]
async fn run(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ExamplePath>,
    Query(query): Query<NumberQuery>,
) -> Result<Json<ExampleRun>, Problem> {
    let place = (path.api_connector_id, path.example_id);
    let run = app.api_connectors.run_example(&scope, place, query.number);
    Ok(Json(Box::pin(run).await?.into()))
}

/// Run all examples of a connector
///
/// One after the other, by name; against the current version unless another one is named.
#[utoipa::path(post, path = "/api/v1/api-connectors/{api_connector_id}/example-runs",
    operation_id = "api_connectors.run_examples", tag = "api-connectors",
    params(ConnectorPath, NumberQuery),
    responses((status = 200, body = Vec<ExampleRun>), Failures))]
async fn run_all(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
    Query(query): Query<NumberQuery>,
) -> Result<Json<Vec<ExampleRun>>, Problem> {
    let run = app.api_connectors.run_examples(&scope, path.api_connector_id, query.number);
    Ok(Json(Box::pin(run).await?.into_iter().map(ExampleRun::from).collect()))
}

/// Add a version without using it
///
/// It can be compared and its examples can be run; using it makes it the current one. The body is as for a version that
/// is used at once.
#[utoipa::path(post, path = "/api/v1/api-connectors/{api_connector_id}/staged-versions",
    operation_id = "api_connectors.stage_version", tag = "api-connectors",
    params(ConnectorPath, BesideArchive), request_body = VersionToAdd,
    responses((status = 201, body = ApiConnectorVersion), Failures))]
async fn stage(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
    Query(beside): Query<BesideArchive>,
    (headers, body): (HeaderMap, Body),
) -> Result<(StatusCode, Json<ApiConnectorVersion>), Problem> {
    let most = app.api_connectors.settings().max_package_bytes;
    let (upload, note) = match brought::<VersionToAdd>(&headers, body, most).await? {
        Brought::Json(new) => (new.source.into_upload()?, new.note),
        Brought::Archive(upload) => (upload, beside.note.unwrap_or_default()),
    };
    let id = path.api_connector_id;
    let made = Box::pin(app.api_connectors.stage_version(&scope, id, upload, note)).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Use a version if all examples pass
///
/// Runs the examples against it; it becomes the current one when all of them pass.
#[utoipa::path(post,
    path = "/api/v1/api-connectors/{api_connector_id}/versions/{number}/use-tested",
    operation_id = "api_connectors.use_tested_version", tag = "api-connectors",
    params(VersionPath), responses((status = 200, body = ApiConnector), Failures))]
async fn take_tested(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<VersionPath>,
) -> Result<Json<ApiConnector>, Problem> {
    let VersionPath { api_connector_id, number } = path;
    let taken = app.api_connectors.use_tested_version(&scope, api_connector_id, number);
    Ok(Json(Box::pin(taken).await?.into()))
}

/// What a field of a form asks for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChoicesAsked {
    /// JSON pointer into the inputs, such as `/body/customer`.
    pointer: String,
    /// What was filled in so far.
    #[serde(default)]
    #[schema(value_type = Object)]
    inputs: Map<String, Value>,
    /// In trees, the elements that were opened, as the choices gave them.
    #[serde(default)]
    opened: Vec<Value>,
    #[schema(value_type = Option<String>, format = Uuid)]
    connection_id: Option<ConnectionId>,
    /// The current version unless given.
    version: Option<i64>,
}

/// What a field has to choose from.
#[derive(Debug, Serialize, ToSchema)]
struct Offered {
    /// Things to choose.
    choices: Vec<OfferedChoice>,
    /// What has to be filled in first.
    missing: Vec<String>,
    /// Why there are none, as a stable code.
    failed: Option<String>,
    /// Whether the field is an object whose fields another operation gives; they are in `schema`.
    is_object: bool,
    /// The schema of such a field.
    schema: Option<Value>,
}

/// One thing to choose.
#[derive(Debug, Serialize, ToSchema)]
struct OfferedChoice {
    value: Value,
    title: String,
    /// Whether there is something below it, in trees.
    is_parent: bool,
    /// The element, to ask for what is below it.
    element: Value,
}

/// Ask what a field of an operation has to choose from
///
/// With the connection and what was filled in so far, as the operation's description says.
#[utoipa::path(post,
    path = "/api/v1/api-connectors/{api_connector_id}/operations/{operation}/choices",
    operation_id = "api_connectors.choices", tag = "api-connectors", params(OperationPath),
    request_body = ChoicesAsked, responses((status = 200, body = Offered), Failures))]
async fn choices(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<OperationPath>,
    Json(asked): Json<ChoicesAsked>,
) -> Result<Json<Offered>, Problem> {
    let mut typed = Typed::over(asked.inputs);
    typed.ask(&asked.pointer);
    for element in asked.opened {
        typed.open(&asked.pointer, serde_json::json!({ "title": "", "element": element }));
    }
    let place = FormPlace {
        connector: path.api_connector_id,
        version: asked.version,
        operation: path.operation,
        connection: asked.connection_id,
    };
    let found = Box::pin(app.api_connectors.found(&scope, &place, &typed)).await?;
    let mut offered = Offered {
        choices: Vec::new(),
        missing: Vec::new(),
        failed: None,
        is_object: false,
        schema: None,
    };
    match found.at(&asked.pointer) {
        None => {}
        Some(Looked::Missing(names)) => offered.missing.clone_from(names),
        Some(Looked::Failed(code)) => offered.failed = Some(code.clone()),
        Some(Looked::Schema(_)) => {
            offered.is_object = true;
            offered.schema = found.schema_json(&asked.pointer);
        }
        Some(Looked::Choices { choices, .. }) => {
            let shape = |choice: &connector_engine::dynamic::Choice| OfferedChoice {
                value: choice.value.clone(),
                title: choice.title.clone(),
                is_parent: choice.is_parent == Some(true),
                element: choice.element.clone(),
            };
            offered.choices = choices.iter().map(shape).collect();
        }
    }
    Ok(Json(offered))
}
