//! What a meeting becomes in the caller's CRM, what to know before it, and where its recap is posted.

use axum::extract::State;
use crm::RecordRef;
use edge::{Authed, Json, Path, Problem};
use http::StatusCode;
use kernel::{FieldError, Kind};
use meetings::{Channel, Made, Matched, NewTask, Owner, Preparation, Shown};
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{App, MeetingPath, Routes};

pub(crate) fn routes() -> Routes {
    routes!(prepare, draft, connect, disconnect, owners, task, notes, channels, post)
}

/// A record of a CRM.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeetingRecord)]
struct RecordItem {
    table: String,
    id: String,
    name: String,
    /// What one of its table is called.
    label: String,
}

impl From<Shown> for RecordItem {
    fn from(one: Shown) -> Self {
        let Shown { table, id, name, label } = one;
        Self { table, id, name, label }
    }
}

/// The record that a meeting is about.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MeetingToConnect, example = json!({ "table": "opportunity", "id": "0f2c" }))]
struct ToConnect {
    table: String,
    id: String,
}

/// What was made of a meeting in a CRM.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeetingMade)]
pub(crate) struct MadeItem {
    /// `notes`, or `task:` and the key of an action.
    what: String,
    /// Whether it is there; else somebody is at it.
    done: bool,
    table: String,
    id: String,
}

impl From<Made> for MadeItem {
    fn from(made: Made) -> Self {
        let Made { what, done, table, id, .. } = made;
        Self { what, done, table, id }
    }
}

/// Somebody at a meeting who can own a task.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeetingTaskOwner)]
struct OwnerItem {
    id: String,
    name: String,
    address: String,
}

impl From<Owner> for OwnerItem {
    fn from(owner: Owner) -> Self {
        let Owner { id, name, address } = owner;
        Self { id, name, address }
    }
}

/// A task to be made of an action.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewMeetingTask, example = json!({ "action": "12-0", "subject": "Send the offer", "due": "2026-11-27" }))]
struct TaskItem {
    /// The key of the action.
    action: String,
    subject: String,
    /// Who is to do it, by the CRM's identifier; you unless given.
    owner: Option<String>,
    due: Option<String>,
}

/// Notes to be saved.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewMeetingNotes, example = json!({ "notes": "They renew in June." }))]
struct NotesItem {
    notes: String,
}

/// A channel to which the record of a meeting is linked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeetingChannel)]
struct ChannelItem {
    /// The link.
    #[schema(format = Uuid)]
    link_id: String,
    name: String,
    /// When the recap was posted there.
    #[schema(format = DateTime)]
    posted_at: Option<String>,
}

impl From<Channel> for ChannelItem {
    fn from(one: Channel) -> Self {
        let posted_at = one.posted_at.map(|at| at.to_string());
        Self { link_id: one.link.to_string(), name: one.name, posted_at }
    }
}

/// Where a recap is posted, and with what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewMeetingPost, example = json!({ "link_id": "0198c0de-0000-7000-8000-000000000001", "with_sentences": false }))]
struct PostItem {
    link_id: Uuid,
    /// Whether summary and actions stand in the card: everybody in the channel reads them then.
    #[serde(default)]
    with_sentences: bool,
}

/// Somebody who comes to a meeting.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeetingVisitor)]
struct VisitorItem {
    address: String,
    /// What the CRM calls them; nothing where it does not know them, or several.
    contact: Option<String>,
}

/// Something that happened with a record.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeetingActivity)]
struct ActivityItem {
    kind: String,
    subject: String,
    #[schema(format = DateTime)]
    at: Option<String>,
}

/// What to know before a meeting.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeetingPreparation)]
struct PreparationItem {
    people: Vec<VisitorItem>,
    /// The record of the meeting, or the one that is suggested.
    record: Option<RecordItem>,
    is_connected: bool,
    activities: Vec<ActivityItem>,
    /// The last meeting with these people or about this record.
    #[schema(format = Uuid)]
    last_meeting: Option<String>,
    /// What was left open there.
    open_actions: Vec<String>,
    /// Why the CRM says nothing.
    crm_trouble: Option<&'static str>,
}

impl From<Preparation> for PreparationItem {
    fn from(one: Preparation) -> Self {
        let visitor = |person: meetings::Visitor| VisitorItem {
            contact: match person.matched {
                Matched::One(contact) => Some(contact.name),
                _ => None,
            },
            address: person.address.address,
        };
        let activity = |one: meetings::Activity| ActivityItem {
            kind: one.kind,
            subject: one.subject,
            at: one.at.map(|at| at.to_string()),
        };
        Self {
            people: one.people.into_iter().map(visitor).collect(),
            record: one.record.map(Into::into),
            is_connected: one.is_connected,
            activities: one.activities.into_iter().map(activity).collect(),
            last_meeting: one.last.map(|last| last.id.to_string()),
            open_actions: one.open_actions.into_iter().map(|action| action.said.text).collect(),
            crm_trouble: one.trouble,
        }
    }
}

/// Prepare a meeting
///
/// Who comes, what the CRM shows you of it, and what was left open the last time.
#[utoipa::path(get, path = "/api/v1/meetings/{meeting_id}/preparation", operation_id = "meetings.prepare",
    tag = "meetings", params(MeetingPath), responses((status = 200, body = PreparationItem), Failures))]
async fn prepare(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MeetingPath>,
) -> Result<Json<PreparationItem>, Problem> {
    let (_, prepared) = Box::pin(app.meetings.prepared(&scope, path.meeting_id)).await?;
    Ok(Json(prepared.into()))
}

/// Connect a meeting to a record
///
/// Of your CRM, which you may see; one for each meeting.
#[utoipa::path(put, path = "/api/v1/meetings/{meeting_id}/record", operation_id = "meetings.connect",
    tag = "meetings", params(MeetingPath), request_body = ToConnect,
    responses((status = 200, body = RecordItem), Failures))]
async fn connect(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MeetingPath>,
    Json(to): Json<ToConnect>,
) -> Result<Json<RecordItem>, Problem> {
    let record = RecordRef::new(to.table, to.id);
    Ok(Json(app.meetings.connect(&scope, path.meeting_id, record).await?.into()))
}

/// Take the connection of a meeting back
#[utoipa::path(delete, path = "/api/v1/meetings/{meeting_id}/record", operation_id = "meetings.disconnect",
    tag = "meetings", params(MeetingPath), responses((status = 204), Failures))]
async fn disconnect(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MeetingPath>,
) -> Result<StatusCode, Problem> {
    app.meetings.disconnect(&scope, path.meeting_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List who can own tasks of a meeting
///
/// Colleagues who take part in it and whom your CRM knows as users.
#[utoipa::path(get, path = "/api/v1/meetings/{meeting_id}/owners", operation_id = "meetings.owners",
    tag = "meetings", params(MeetingPath), responses((status = 200, body = Vec<OwnerItem>), Failures))]
async fn owners(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MeetingPath>,
) -> Result<Json<Vec<OwnerItem>>, Problem> {
    let opened = app.meetings.open(&scope, path.meeting_id).await?;
    let all = app.meetings.owners(&scope, &opened).await?;
    Ok(Json(all.into_iter().map(Into::into).collect()))
}

/// Make a task of an action
///
/// In your CRM, as you; once for each action.
#[utoipa::path(post, path = "/api/v1/meetings/{meeting_id}/tasks", operation_id = "meetings.create_task",
    tag = "meetings", params(MeetingPath), request_body = TaskItem,
    responses((status = 201, body = MadeItem), Failures))]
async fn task(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MeetingPath>,
    Json(new): Json<TaskItem>,
) -> Result<(StatusCode, Json<MadeItem>), Problem> {
    let due = new.due.as_deref().map(str::parse).transpose().map_err(|_odd| {
        let field = FieldError::new("/due", "field.invalid", "a day, as 2026-11-27");
        Problem::new("request.invalid", Kind::Invalid, "a day is none").with_fields(vec![field])
    })?;
    let task = NewTask { subject: new.subject, owner: new.owner, due };
    let made = Box::pin(app.meetings.create_task(&scope, (path.meeting_id, &new.action), task));
    Ok((StatusCode::CREATED, Json(made.await?.into())))
}

/// Save notes of a meeting
///
/// As an entry of the CRM's calendar about the record of the meeting; once.
#[utoipa::path(post, path = "/api/v1/meetings/{meeting_id}/notes", operation_id = "meetings.save_notes",
    tag = "meetings", params(MeetingPath), request_body = NotesItem,
    responses((status = 201, body = MadeItem), Failures))]
async fn notes(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MeetingPath>,
    Json(new): Json<NotesItem>,
) -> Result<(StatusCode, Json<MadeItem>), Problem> {
    let made = Box::pin(app.meetings.save_notes(&scope, path.meeting_id, &new.notes)).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// List the channels of a meeting's record
#[utoipa::path(get, path = "/api/v1/meetings/{meeting_id}/channels", operation_id = "meetings.channels",
    tag = "meetings", params(MeetingPath), responses((status = 200, body = Vec<ChannelItem>), Failures))]
async fn channels(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MeetingPath>,
) -> Result<Json<Vec<ChannelItem>>, Problem> {
    let opened = app.meetings.open(&scope, path.meeting_id).await?;
    let all = Box::pin(app.meetings.channels(&scope, &opened)).await?;
    Ok(Json(all.into_iter().map(Into::into).collect()))
}

/// Post the recap of a meeting to a channel
///
/// As an Adaptive Card that leads to the recap; once to each channel.
#[utoipa::path(post, path = "/api/v1/meetings/{meeting_id}/posts", operation_id = "meetings.post",
    tag = "meetings", params(MeetingPath), request_body = PostItem,
    responses((status = 204), Failures))]
async fn post(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MeetingPath>,
    Json(new): Json<PostItem>,
) -> Result<StatusCode, Problem> {
    let where_to = (new.link_id, new.with_sentences);
    Box::pin(app.meetings.post(&scope, path.meeting_id, where_to)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A mail that follows a meeting.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeetingDraft)]
struct DraftItem {
    /// Addresses of those from outside.
    #[schema(example = json!(["ben@fabrikam.example"]))]
    to: Vec<String>,
    #[schema(example = "After our meeting: Renewal")]
    subject: String,
    /// Plain text.
    #[schema(example = "Hello,")]
    text: String,
}

/// Draft the mail that follows a meeting
///
/// Written from the recap; nothing is kept of it, and nothing is sent.
#[utoipa::path(get, path = "/api/v1/meetings/{meeting_id}/draft", operation_id = "meetings.draft",
    tag = "meetings", params(MeetingPath), responses((status = 200, body = DraftItem), Failures))]
async fn draft(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(at): Path<MeetingPath>,
) -> Result<Json<DraftItem>, Problem> {
    let (_, meetings::Draft { to, subject, text }) =
        app.meetings.draft(&scope, at.meeting_id).await?;
    Ok(Json(DraftItem { to, subject, text }))
}
