//! What was said, and what is made of it.

use axum::{
    body::{Body, to_bytes},
    extract::State,
};
use edge::{Authed, Json, Path, Problem};
use http::StatusCode;
use kernel::Kind;
use meetings::{Cue, Transcript};
use rest::{Failures, routes};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{App, MeetingPath, Routes, entries::OpenedItem};

pub(crate) fn routes() -> Routes {
    routes!(read, bring, delete, fetch, make)
}

/// One piece of speech.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeetingCue)]
struct CueItem {
    #[schema(example = "Ben King")]
    speaker: Option<String>,
    #[schema(example = 0)]
    start_ms: i64,
    #[schema(example = 5_320)]
    end_ms: i64,
    #[schema(example = "Shall we begin?")]
    text: String,
}

impl From<Cue> for CueItem {
    fn from(cue: Cue) -> Self {
        let Cue { speaker, start_ms, end_ms, text } = cue;
        Self { speaker, start_ms, end_ms, text }
    }
}

/// A transcript of a meeting.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeetingTranscript)]
struct TranscriptItem {
    /// `file` or `graph`.
    source: &'static str,
    /// `webvtt`, `metadata`, `subrip`, `json` or `text`.
    format: String,
    /// Where its times come from: `given`, `starts` or `estimated`.
    times: String,
    language: Option<String>,
    words: i64,
    cues: Vec<CueItem>,
}

impl From<Transcript> for TranscriptItem {
    fn from(one: Transcript) -> Self {
        Self {
            source: one.source.as_str(),
            format: one.format,
            times: one.times,
            language: one.language,
            words: one.words,
            cues: one.cues.into_iter().map(Into::into).collect(),
        }
    }
}

/// Why no transcript was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeetingFetched)]
struct FetchedItem {
    /// Whether there is a transcript now.
    found: bool,
    /// Why there is none, in the words of `no_recap_because`.
    because: Option<&'static str>,
}

/// Read the transcript of a meeting
#[utoipa::path(get, path = "/api/v1/meetings/{meeting_id}/transcript", operation_id = "meetings.transcript",
    tag = "meetings", params(MeetingPath), responses((status = 200, body = TranscriptItem), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MeetingPath>,
) -> Result<Json<TranscriptItem>, Problem> {
    let opened = app.meetings.open(&scope, path.meeting_id).await?;
    let none = || Problem::new("meeting.no_transcript", Kind::NotFound, "there is no transcript");
    Ok(Json(opened.transcript.ok_or_else(none)?.into()))
}

/// Bring the transcript of a meeting
///
/// The body is the file: `WebVTT` as Teams writes it, `SubRip`, JSON or lines with names. The recap is made at once, where
/// that may be.
#[utoipa::path(put, path = "/api/v1/meetings/{meeting_id}/transcript", operation_id = "meetings.bring_transcript",
    tag = "meetings", params(MeetingPath),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 200, body = OpenedItem), Failures))]
async fn bring(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MeetingPath>,
    body: Body,
) -> Result<Json<OpenedItem>, Problem> {
    let file = to_bytes(body, meetings::MAX_TRANSCRIPT_BYTES + 1).await.map_err(|_cut| {
        Problem::new("meeting.transcript_too_large", Kind::TooLarge, "the file is too large")
    })?;
    let opened = Box::pin(app.meetings.bring_transcript(&scope, path.meeting_id, file.into()));
    Ok(Json(opened.await?.into()))
}

/// Delete the transcript of a meeting, and its recap
#[utoipa::path(delete, path = "/api/v1/meetings/{meeting_id}/transcript",
    operation_id = "meetings.delete_transcript", tag = "meetings", params(MeetingPath),
    responses((status = 204), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MeetingPath>,
) -> Result<StatusCode, Problem> {
    app.meetings.delete_transcript(&scope, path.meeting_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Look for the transcript of a meeting at Microsoft Graph
#[utoipa::path(post, path = "/api/v1/meetings/{meeting_id}/transcript/fetch",
    operation_id = "meetings.fetch_transcript", tag = "meetings", params(MeetingPath),
    responses((status = 200, body = FetchedItem), Failures))]
async fn fetch(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MeetingPath>,
) -> Result<Json<FetchedItem>, Problem> {
    let because = Box::pin(app.meetings.fetch(&scope, path.meeting_id)).await?;
    let found = because.is_none();
    Ok(Json(FetchedItem { found, because: because.map(meetings::Absence::as_str) }))
}

/// Make the recap of a meeting once more
///
/// As the language features are now.
#[utoipa::path(post, path = "/api/v1/meetings/{meeting_id}/recap", operation_id = "meetings.make_recap",
    tag = "meetings", params(MeetingPath), responses((status = 200, body = OpenedItem), Failures))]
async fn make(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MeetingPath>,
) -> Result<Json<OpenedItem>, Problem> {
    Box::pin(app.meetings.make_recap(&scope, path.meeting_id)).await?;
    Ok(Json(app.meetings.open(&scope, path.meeting_id).await?.into()))
}
