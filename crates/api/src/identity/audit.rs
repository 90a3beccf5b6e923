//! Reading the audit.

use std::sync::Arc;

use axum::{body::Body, extract::State, response::Response};
use edge::{Authed, Json, PageQuery, Problem, Query};
use futures_util::stream;
use http::{HeaderValue, header};
use identity::{AuditEntry, AuditFilter, Format, Identity};
use jiff::Timestamp;
use kernel::{Cursor, Scope};
use rest::{Failures, Items, PageParams, routes};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{instant, unknown_word};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(list, export)
}

/// A change that somebody made.
#[derive(Debug, Serialize, ToSchema)]
struct AuditRow {
    /// Dense within the tenant.
    position: i64,
    #[schema(format = DateTime)]
    at: String,
    /// Such as `user:01890a5d-ac96-774b-bcce-b302099a8057`.
    actor: String,
    /// Such as `webhook.disable`.
    action: String,
    /// The kind of thing that was changed.
    subject_kind: String,
    /// Its identifier.
    subject: String,
    /// What it was; secrets masked.
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    /// What it is; secrets masked.
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
    /// The request that did it.
    request_id: String,
    /// The caller's address.
    origin: Option<String>,
}

impl From<AuditEntry> for AuditRow {
    fn from(entry: AuditEntry) -> Self {
        Self {
            position: entry.position,
            at: instant(entry.at),
            actor: entry.actor,
            action: entry.action,
            subject_kind: entry.subject_kind,
            subject: entry.subject,
            before: entry.before,
            after: entry.after,
            request_id: entry.request.to_string(),
            origin: entry.origin,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Such as `user:01890a5d-ac96-774b-bcce-b302099a8057`.
    actor: Option<String>,
    /// A whole action (`webhook.disable`) or its noun (`webhook`).
    action: Option<String>,
    /// Identifier of the thing.
    subject: Option<String>,
    /// Not before this instant.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Before this instant.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
}

impl From<Filter> for AuditFilter {
    fn from(filter: Filter) -> Self {
        let Filter { actor, action, subject, from, to } = filter;
        Self { actor, action, subject, from, to }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Shape {
    /// `csv` (the default) or `jsonl`.
    format: Option<String>,
}

/// List the audit
///
/// Newest first.
#[utoipa::path(get, path = "/api/v1/audit", operation_id = "audit.list", tag = "identity",
    params(PageParams, Filter), responses((status = 200, body = Items<AuditRow>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    page: PageQuery,
    Query(filter): Query<Filter>,
) -> Result<Json<Items<AuditRow>>, Problem> {
    let after = page.after.as_ref();
    let rows = app.identity.audit(&scope, filter.into(), page.limit, after).await?;
    Ok(Json(Items::of(rows, AuditRow::from)))
}

/// Export the audit
///
/// Whatever the filter lets through, newest first, as CSV (RFC 4180) or as one JSON object a line. The
/// export is itself audited.
#[utoipa::path(get, path = "/api/v1/audit/export", operation_id = "audit.export", tag = "identity",
    params(Filter, Shape),
    responses((status = 200, body = String, content_type = "text/csv"), Failures))]
async fn export(
    State(app): State<App>,
    Authed(scope): Authed,
    Query(filter): Query<Filter>,
    Query(shape): Query<Shape>,
) -> Result<Response, Problem> {
    let (format, file) = match shape.format.as_deref() {
        None | Some("csv") => (Format::Csv, "attachment; filename=\"audit.csv\""),
        Some("jsonl") => (Format::JsonLines, "attachment; filename=\"audit.jsonl\""),
        Some(_) => return Err(unknown_word("/format", "csv, jsonl")),
    };
    let filter = AuditFilter::from(filter);
    // The first part before the headers, so that a refusal is still a problem document.
    let first = app.identity.export_audit(&scope, filter.clone(), format, None).await?;
    let rest =
        Rest { identity: Arc::clone(&app.identity), scope, filter, format, next: first.next };
    let parts = stream::try_unfold((Some(first.text), rest), |(first, mut rest)| async move {
        let text = match first {
            Some(text) => Some(text),
            None => rest.read().await?,
        };
        Ok::<_, identity::Error>(text.map(|text| (text, (None, rest))))
    });
    let mut response = Response::new(Body::from_stream(parts));
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static(format.content_type());
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(file));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// What of an export is still to be read.
struct Rest {
    identity: Arc<Identity>,
    scope: Scope,
    filter: AuditFilter,
    format: Format,
    next: Option<Cursor>,
}

impl Rest {
    async fn read(&mut self) -> identity::Result<Option<String>> {
        let Some(after) = self.next.take() else { return Ok(None) };
        let (filter, after) = (self.filter.clone(), Some(&after));
        let chunk = self.identity.export_audit(&self.scope, filter, self.format, after).await?;
        self.next = chunk.next;
        Ok(Some(chunk.text))
    }
}
