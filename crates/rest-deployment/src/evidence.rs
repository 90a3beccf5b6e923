//! Files that are handed in.

use axum::{body::Body, extract::State};
use deployment::{Evidence, NewEvidence, evidence};
use edge::{Authed, Json, Path, Problem, Query};
use http::StatusCode;
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{App, Routes, unknown_word};

pub(crate) fn routes() -> Routes {
    routes!(list, add, remove)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct About {
    /// The name of the file.
    file_name: Option<String>,
    /// `mailbox-policy`, `meeting-policy`, `setup-policy`, `channels-policy`, `group-assignment`, `teams-app`, `data-policy` or `salesforce-package`; found
    /// out unless given.
    kind: Option<String>,
    /// What is to be said of it.
    note: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct EvidencePath {
    /// The evidence.
    deployment_evidence_id: Uuid,
}

/// A file that was handed in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeploymentEvidence)]
struct EvidenceItem {
    #[schema(format = Uuid)]
    id: String,
    #[schema(example = "meeting-policy")]
    kind: &'static str,
    #[schema(example = "meeting.json")]
    name: String,
    note: String,
    /// How many things it tells of.
    #[schema(example = 4)]
    things: i64,
    #[schema(example = 2048)]
    bytes: i64,
    /// In hexadecimal.
    sha256: String,
    #[schema(format = Uuid)]
    added_by: Option<String>,
    #[schema(format = DateTime)]
    added_at: String,
}

impl From<Evidence> for EvidenceItem {
    fn from(one: Evidence) -> Self {
        Self {
            id: one.id.to_string(),
            kind: one.kind.as_str(),
            name: one.name,
            note: one.note,
            things: one.things,
            bytes: one.bytes,
            sha256: one.sha256,
            added_by: one.added_by.map(|id| id.to_string()),
            added_at: one.added_at.to_string(),
        }
    }
}

/// List evidence, the newest first
#[utoipa::path(get, path = "/api/v1/deployment/evidence", operation_id = "deployment_evidence.list",
    tag = "deployment", responses((status = 200, body = Vec<EvidenceItem>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Vec<EvidenceItem>>, Problem> {
    let all = app.deployment.evidence(&scope).await?;
    Ok(Json(all.into_iter().map(EvidenceItem::from).collect()))
}

/// Hand in evidence
///
/// The body is the file: the JSON that a cmdlet wrote, in any of its encodings, or a metadata package of Salesforce. Only
/// what checks ask for is kept, and its SHA-256.
#[utoipa::path(post, path = "/api/v1/deployment/evidence", operation_id = "deployment_evidence.add",
    tag = "deployment", params(About),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 201, body = EvidenceItem), Failures))]
async fn add(
    State(app): State<App>,
    Authed(scope): Authed,
    Query(about): Query<About>,
    body: Body,
) -> Result<(StatusCode, Json<EvidenceItem>), Problem> {
    const WORDS: &str = "mailbox-policy, meeting-policy, setup-policy, channels-policy, group-assignment, \
                         teams-app, data-policy, salesforce-package";
    let kind = match about.kind.as_deref() {
        None => None,
        Some(word) => {
            Some(evidence::Kind::parse(word).ok_or_else(|| unknown_word("/kind", WORDS))?)
        }
    };
    // who may not hand anything in is told before the file is taken
    let most = app.deployment.largest_evidence(&scope)?;
    let bytes = edge::read_body(body, most).await?.into();
    let name = about.file_name.unwrap_or_default();
    let new = NewEvidence { name, bytes, kind, note: about.note.unwrap_or_default() };
    let kept = Box::pin(app.deployment.add_evidence(&scope, new)).await?;
    Ok((StatusCode::CREATED, Json(kept.into())))
}

/// Forget evidence
#[utoipa::path(delete, path = "/api/v1/deployment/evidence/{deployment_evidence_id}",
    operation_id = "deployment_evidence.remove", tag = "deployment", params(EvidencePath),
    responses((status = 204, description = "Forgotten"), Failures))]
async fn remove(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EvidencePath>,
) -> Result<StatusCode, Problem> {
    Box::pin(app.deployment.remove_evidence(&scope, path.deployment_evidence_id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
