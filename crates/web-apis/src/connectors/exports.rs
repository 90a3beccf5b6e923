//! Findings as files, and the archive for submission.

use axum::{
    extract::{Multipart, State},
    http::HeaderMap,
    response::Response,
};
use connectors::{Compiled, DEFINITION, PROPERTIES};
use edge::{Path, Problem, Query};
use kernel::{ApiConnectorId, Kind, Permission};
use openapi::{Finding, Part, Severity};
use serde::Deserialize;
use serde_json::{Value, json};
use web_frame::{App, Frame, Visit};

use super::{
    certification::refused,
    file,
    findings::{positions, words},
    posted::Posted,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    version: Option<i64>,
    level: String,
    format: String,
}

pub(super) async fn findings(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ApiConnectorId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::ConnectorManage).map_err(Problem::denied)?;
    let connector = app.api_connectors.connector(&visit.scope, id).await?;
    let number = wanted.version.unwrap_or(connector.version.number);
    let strict = wanted.level != "draft";
    let found = app.api_connectors.findings(&visit.scope, id, Some(number), strict).await?;
    let compiled = app.api_connectors.compiled_at(&visit.scope, id, number).await?;
    let name = format!("{}-{number}", connector.name);
    let (document, kind, end) = match wanted.format.as_str() {
        "sarif" => (sarif(&visit.frame, &compiled, &found), "application/sarif+json", "sarif"),
        _ => (plain(&visit.frame, &compiled, &found), "application/json", "json"),
    };
    let bytes = serde_json::to_vec_pretty(&document).unwrap_or_default();
    Ok(file(kind, &format!("{name}.{end}"), bytes))
}

pub(super) async fn submission(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ApiConnectorId>,
    (headers, form): (HeaderMap, Multipart),
) -> Result<Response, Problem> {
    visit.scope.require(Permission::ConnectorManage).map_err(Problem::denied)?;
    let connector = app.api_connectors.connector(&visit.scope, id).await?;
    let posted = Posted::read(&visit, &headers, form).await?;
    let version = match posted.text("version") {
        "" => connector.version.number,
        text => text.parse().map_err(|_source| {
            Problem::new("request.invalid", Kind::Invalid, "version is a number")
        })?,
    };
    let flow = posted.files.into_iter().next().map(|(_, bytes)| bytes.to_vec());
    let made = app.api_connectors.submission(&visit.scope, id, Some(version), flow);
    match Box::pin(made).await {
        Ok(download) => Ok(file("application/zip", &download.file_name, download.bytes)),
        Err(error) => refused(&app, visit, id, (version, error)).await,
    }
}

const fn file_of(part: Part) -> &'static str {
    match part {
        Part::Definition => DEFINITION,
        Part::Properties => PROPERTIES,
        Part::Package => "",
    }
}

/// Findings with their places; those far behind in a long list go without line and column.
fn placed<'a>(
    compiled: &'a Compiled,
    found: &'a [Finding],
) -> impl Iterator<Item = (&'a Finding, Option<openapi::Position>)> {
    let near: Vec<&Finding> = found.iter().take(MAX_PLACES).collect();
    let places = positions(compiled, &near).into_iter().chain(std::iter::repeat(None));
    found.iter().zip(places)
}

fn plain(frame: &Frame, compiled: &Compiled, found: &[Finding]) -> Value {
    let line = |(finding, at): (&Finding, Option<openapi::Position>)| {
        let (message, remedy) = words(frame, finding);
        json!({
            "severity": finding.severity.code(), "code": finding.code.as_str(),
            "part": finding.part.code(), "pointer": finding.pointer,
            "line": at.map(|at| at.line), "column": at.map(|at| at.column),
            "message": message, "remedy": remedy,
        })
    };
    json!({ "version": compiled.number(), "findings": placed(compiled, found).map(line).collect::<Vec<_>>() })
}

/// SARIF 2.1.0 (OASIS).
fn sarif(frame: &Frame, compiled: &Compiled, found: &[Finding]) -> Value {
    let result = |(finding, at): (&Finding, Option<openapi::Position>)| {
        let (message, remedy) = words(frame, finding);
        let level = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "note",
        };
        let mut physical = json!({ "artifactLocation": { "uri": file_of(finding.part) } });
        if let (Some(at), Some(physical)) = (at, physical.as_object_mut()) {
            let region = json!({ "startLine": at.line, "startColumn": at.column });
            physical.insert("region".to_owned(), region);
        }
        json!({
            "ruleId": finding.code.as_str(),
            "level": level,
            "message": { "text": format!("{message} {remedy}").trim() },
            "locations": [{
                "physicalLocation": physical,
                "logicalLocations": [{ "fullyQualifiedName": finding.pointer }],
            }],
        })
    };
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "liaison", "version": env!("CARGO_PKG_VERSION") } },
            "results": placed(compiled, found).map(result).collect::<Vec<_>>(),
        }],
    })
}

/// Findings whose line is looked up.
const MAX_PLACES: usize = 500;
