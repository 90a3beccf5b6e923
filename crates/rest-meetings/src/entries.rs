//! Entries: typed, out of files, out of the organisation's calendar.

use axum::{
    body::{Body, to_bytes},
    extract::State,
};
use edge::{Authed, Json, PageQuery, Path, Problem, Query};
use http::StatusCode;
use jiff::Timestamp;
use kernel::{FieldError, Kind};
use meetings::{Kept, Meeting, NewMeeting, Opened, Person};
use rest::{Failures, Items, PageParams, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{App, MeetingPath, Routes, crm_work::MadeItem, recap::RecapItem};

pub(crate) fn routes() -> Routes {
    routes!(list, create, upload, read_calendar, read, delete, add_app)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Those that are over, the latest first; else those to come.
    past: Option<bool>,
}

/// A meeting of a seller.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Meeting)]
#[expect(clippy::struct_excessive_bools, reason = "things that each may be so or not")]
pub(crate) struct MeetingItem {
    #[schema(format = Uuid)]
    id: String,
    subject: String,
    #[schema(format = DateTime)]
    starts_at: String,
    #[schema(format = DateTime)]
    ends_at: String,
    /// The address of whoever organises it.
    organiser: String,
    /// `typed`, `file` or `graph`.
    origin: &'static str,
    is_recurring: bool,
    is_cancelled: bool,
    /// Whether the app was added to it; a recap is made of such meetings only.
    has_app: bool,
    has_transcript: bool,
    has_recap: bool,
}

impl From<Meeting> for MeetingItem {
    fn from(one: Meeting) -> Self {
        Self {
            id: one.id.to_string(),
            subject: one.subject,
            starts_at: one.starts_at.to_string(),
            ends_at: one.ends_at.to_string(),
            organiser: one.organiser,
            origin: one.origin.as_str(),
            is_recurring: one.is_recurring,
            is_cancelled: one.is_cancelled,
            has_app: one.app_at.is_some(),
            has_transcript: one.has_transcript,
            has_recap: one.has_recap,
        }
    }
}

/// Somebody at a meeting.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeetingPerson)]
pub(crate) struct PersonItem {
    name: String,
    address: String,
    /// `organiser`, `required` or `optional`.
    part: &'static str,
    is_external: bool,
}

impl From<Person> for PersonItem {
    fn from(one: Person) -> Self {
        Self {
            name: one.name,
            address: one.address,
            part: one.part.as_str(),
            is_external: one.is_external,
        }
    }
}

/// A meeting with what was made of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeetingOpened)]
pub(crate) struct OpenedItem {
    meeting: MeetingItem,
    people: Vec<PersonItem>,
    recap: Option<RecapItem>,
    /// Why there is no recap: `no_transcript`, `no_app`, `app_late`, `policy`, `fetch_off`, `not_connected`,
    /// `no_access`, `several`, `unreadable`, `feature_off`, `expired` or `cancelled`.
    no_recap_because: Option<&'static str>,
    /// The table of the record that it is connected to.
    record_table: Option<String>,
    /// That record.
    record_id: Option<String>,
    /// Tasks and notes that were made of it in a CRM.
    made: Vec<MadeItem>,
}

impl From<Opened> for OpenedItem {
    fn from(opened: Opened) -> Self {
        let (table, id) = opened.connected.map(|one| (one.table, one.id)).unzip();
        Self {
            meeting: opened.meeting.into(),
            people: opened.people.into_iter().map(Into::into).collect(),
            recap: opened.recap.map(Into::into),
            no_recap_because: opened.absence.map(meetings::Absence::as_str),
            record_table: table,
            record_id: id,
            made: opened.made.into_iter().map(Into::into).collect(),
        }
    }
}

/// A meeting to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewMeeting, example = json!({ "subject": "Renewal", "starts_at": "2026-11-23T10:00:00Z", "ends_at": "2026-11-23T11:00:00Z", "people": ["Ben King <ben@fabrikam.example>"] }))]
struct NewItem {
    subject: String,
    #[schema(format = DateTime)]
    starts_at: String,
    #[schema(format = DateTime)]
    ends_at: String,
    /// Names and addresses of those who are invited.
    #[serde(default)]
    people: Vec<String>,
}

/// What keeping entries came to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeetingsKept)]
struct KeptItem {
    /// The meetings that are here now.
    meetings: Vec<String>,
    /// How many of them were here before.
    again: usize,
    /// Private entries: they are never stored.
    private: usize,
    /// Whole days, and entries in which you take no part.
    left_out: usize,
}

impl From<Kept> for KeptItem {
    fn from(kept: Kept) -> Self {
        Self {
            meetings: kept.meetings.iter().map(ToString::to_string).collect(),
            again: kept.again,
            private: kept.private,
            left_out: kept.left_out,
        }
    }
}

/// List one's meetings
///
/// Those to come, the next first, or those that are over. Only meetings in which you take part.
#[utoipa::path(get, path = "/api/v1/meetings", operation_id = "meetings.list", tag = "meetings",
    params(Which, PageParams), responses((status = 200, body = Items<MeetingItem>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    Query(which): Query<Which>,
    page: PageQuery,
) -> Result<Json<Items<MeetingItem>>, Problem> {
    let coming = !which.past.unwrap_or_default();
    let all = app.meetings.list(&scope, coming, page.limit, page.after.as_ref()).await?;
    Ok(Json(Items::of(all, MeetingItem::from)))
}

/// Keep a meeting
///
/// You organise it. With somebody from outside it has the app by itself.
#[utoipa::path(post, path = "/api/v1/meetings", operation_id = "meetings.create", tag = "meetings",
    request_body = NewItem, responses((status = 201, body = MeetingItem), Failures))]
async fn create(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(new): Json<NewItem>,
) -> Result<(StatusCode, Json<MeetingItem>), Problem> {
    let at = |text: &str, pointer: &'static str| -> Result<Timestamp, Problem> {
        let field = || FieldError::new(pointer, "field.invalid", "2026-11-23T10:00:00Z");
        text.parse().map_err(|_odd| {
            let what = "a time is none";
            Problem::new("request.invalid", Kind::Invalid, what).with_fields(vec![field()])
        })
    };
    let new = NewMeeting {
        starts_at: at(&new.starts_at, "/starts_at")?,
        ends_at: at(&new.ends_at, "/ends_at")?,
        subject: new.subject,
        people: new.people,
    };
    let made = app.meetings.create(&scope, new).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Bring a calendar file
///
/// The body is an iCalendar file (`.ics`). Entries in which you take part are kept; private ones never are.
#[utoipa::path(post, path = "/api/v1/meetings/calendar", operation_id = "meetings.upload_calendar",
    tag = "meetings", request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 200, body = KeptItem), Failures))]
async fn upload(
    State(app): State<App>,
    Authed(scope): Authed,
    body: Body,
) -> Result<Json<KeptItem>, Problem> {
    let file = to_bytes(body, meetings::MAX_CALENDAR_BYTES + 1).await.map_err(|_cut| {
        Problem::new("meeting.calendar_too_large", Kind::TooLarge, "the file is too large")
    })?;
    Ok(Json(app.meetings.bring_calendar(&scope, file.into()).await?.into()))
}

/// Read one's calendar of the organisation
///
/// Over Microsoft Graph: a week back and two ahead.
#[utoipa::path(post, path = "/api/v1/meetings/calendar/read", operation_id = "meetings.read_calendar",
    tag = "meetings", responses((status = 200, body = KeptItem), Failures))]
async fn read_calendar(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<KeptItem>, Problem> {
    Ok(Json(Box::pin(app.meetings.read_calendar(&scope)).await?.into()))
}

/// Read a meeting with its recap
///
/// For those who take part in it. What you do not have of the language features is left out.
#[utoipa::path(get, path = "/api/v1/meetings/{meeting_id}", operation_id = "meetings.read",
    tag = "meetings", params(MeetingPath), responses((status = 200, body = OpenedItem), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MeetingPath>,
) -> Result<Json<OpenedItem>, Problem> {
    Ok(Json(app.meetings.open(&scope, path.meeting_id).await?.into()))
}

/// Delete a meeting
///
/// For good and for everybody, with what was said in it; for whoever brought or organises it.
#[utoipa::path(delete, path = "/api/v1/meetings/{meeting_id}", operation_id = "meetings.delete",
    tag = "meetings", params(MeetingPath), responses((status = 204), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MeetingPath>,
) -> Result<StatusCode, Problem> {
    app.meetings.delete(&scope, path.meeting_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Add the app to a meeting
///
/// For its organiser. Meetings with somebody from outside have it by themselves.
#[utoipa::path(post, path = "/api/v1/meetings/{meeting_id}/app", operation_id = "meetings.add_app",
    tag = "meetings", params(MeetingPath), responses((status = 204), Failures))]
async fn add_app(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MeetingPath>,
) -> Result<StatusCode, Problem> {
    app.meetings.add_app(&scope, path.meeting_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
