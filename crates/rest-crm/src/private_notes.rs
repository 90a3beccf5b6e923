//! What a seller writes down about a record for nobody else.

use axum::extract::State;
use crm::RecordRef;
use edge::{Authed, Json, Path, Problem};
use mailbox::PrivateNote;
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{App, Routes, records::RecordPath};

pub(crate) fn routes() -> Routes {
    routes!(read, write)
}

/// What the caller wrote down about a record; nobody else gets it, the CRM neither.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrivateNote)]
struct NoteItem {
    /// Empty where there is none.
    #[schema(example = "Prefers calls in the morning.")]
    text: String,
    #[schema(format = DateTime)]
    written_at: Option<String>,
}

impl NoteItem {
    fn of(note: Option<PrivateNote>) -> Self {
        let written_at = note.as_ref().map(|note| note.written_at.to_string());
        Self { text: note.map(|note| note.text).unwrap_or_default(), written_at }
    }
}

/// What is written down.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PrivateNoteToWrite, example = json!({ "text": "Prefers calls in the morning." }))]
struct ToWrite {
    /// At most 4,000 signs; nothing removes the note.
    text: String,
}

/// Read one's private note about a record
///
/// It is kept in the hub and shown to nobody else.
#[utoipa::path(get, path = "/api/v1/crm/records/{crm_table}/{crm_record}/private-note",
    operation_id = "private_notes.read", tag = "crm", params(RecordPath),
    responses((status = 200, body = NoteItem), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<RecordPath>,
) -> Result<Json<NoteItem>, Problem> {
    let record = RecordRef::new(path.crm_table, path.crm_record);
    Ok(Json(NoteItem::of(app.mailbox.private_note(&scope, &record).await?)))
}

/// Write one's private note about a record
#[utoipa::path(put, path = "/api/v1/crm/records/{crm_table}/{crm_record}/private-note",
    operation_id = "private_notes.replace", tag = "crm", params(RecordPath), request_body = ToWrite,
    responses((status = 200, body = NoteItem), Failures))]
async fn write(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<RecordPath>,
    Json(new): Json<ToWrite>,
) -> Result<Json<NoteItem>, Problem> {
    let record = RecordRef::new(path.crm_table, path.crm_record);
    Ok(Json(NoteItem::of(app.mailbox.write_private_note(&scope, &record, &new.text).await?)))
}
