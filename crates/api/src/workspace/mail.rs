//! Group mailboxes.

use axum::{body::Body, extract::State, response::Response};
use edge::{Authed, Json, PageQuery, Path, Problem};
use http::{HeaderValue, StatusCode, header};
use kernel::MailId;
use rest::{Failures, Items, PageParams, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use workspace::{NewMail, files::content_disposition};

use super::{TeamPath, instant};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(list, send, read, delete, restore, attachment)
}

/// A mail of a team's mailbox.
#[derive(Debug, Serialize, ToSchema)]
struct Mail {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = Uuid)]
    team_id: String,
    /// `in` or `out`.
    direction: &'static str,
    /// `received`, `queued`, `sent` or `failed`.
    state: &'static str,
    sender: String,
    recipients: Vec<String>,
    subject: String,
    /// The beginning of the text.
    preview: String,
    /// How many attachments it has.
    attachments: i64,
    /// Length in bytes.
    size: i64,
    #[schema(format = DateTime)]
    created_at: String,
    /// How often the relay was tried.
    attempts: i64,
    /// What the relay said last, when it did not take the mail.
    failure: Option<String>,
}

impl From<workspace::Mail> for Mail {
    fn from(mail: workspace::Mail) -> Self {
        Self {
            id: mail.id.to_string(),
            team_id: mail.team.to_string(),
            direction: mail.direction.as_str(),
            state: mail.state.as_str(),
            sender: mail.sender,
            recipients: mail.recipients,
            subject: mail.subject,
            preview: mail.preview,
            attachments: mail.attachments,
            size: mail.size,
            created_at: instant(mail.created_at),
            attempts: mail.attempts,
            failure: mail.failure,
        }
    }
}

/// A mail with its text.
#[derive(Debug, Serialize, ToSchema)]
struct OpenMail {
    mail: Mail,
    /// The text; of an HTML mail its text without marks.
    text: String,
    files: Vec<Attached>,
}

/// A file in a mail.
#[derive(Debug, Serialize, ToSchema)]
struct Attached {
    /// Its number in the mail.
    index: u32,
    name: String,
    /// Length in bytes.
    size: u64,
}

/// A mail to send.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MailToSend {
    /// Addresses, with or without names.
    to: Vec<String>,
    #[serde(default)]
    subject: String,
    text: String,
    /// The mail of the same mailbox that it answers.
    #[schema(value_type = Option<String>, format = Uuid)]
    in_reply_to: Option<MailId>,
}

/// The mail of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct MailPath {
    /// The mail.
    #[param(value_type = String, format = Uuid)]
    mail_id: MailId,
}

/// The attachment of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct AttachmentPath {
    /// The mail.
    #[param(value_type = String, format = Uuid)]
    mail_id: MailId,
    /// The number of the attachment in the mail.
    index: u32,
}

/// List the mails of a team
///
/// Newest first; read on with `before`.
#[utoipa::path(get, path = "/api/v1/teams/{team_id}/mails", operation_id = "mails.list",
    tag = "workspace", params(TeamPath, PageParams),
    responses((status = 200, body = Items<Mail>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TeamPath>,
    page: PageQuery,
) -> Result<Json<Items<Mail>>, Problem> {
    let before = page.before.or(page.after);
    let mails = app.workspace.mails(&scope, path.team_id, before, page.limit).await?;
    Ok(Json(Items::of(mails, Mail::from)))
}

/// Send a mail
///
/// From the team's mailbox; it is queued durably and handed to the relay soon after.
#[utoipa::path(post, path = "/api/v1/teams/{team_id}/mails", operation_id = "mails.send",
    tag = "workspace", params(TeamPath), request_body = MailToSend,
    responses((status = 202, body = Mail), Failures))]
async fn send(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TeamPath>,
    Json(new): Json<MailToSend>,
) -> Result<(StatusCode, Json<Mail>), Problem> {
    let MailToSend { to, subject, text, in_reply_to } = new;
    let new = NewMail { to, subject, text, in_reply_to };
    let mail = app.workspace.send_mail(&scope, path.team_id, new).await?;
    Ok((StatusCode::ACCEPTED, Json(mail.into())))
}

/// Read a mail
#[utoipa::path(get, path = "/api/v1/mails/{mail_id}", operation_id = "mails.read", tag = "workspace",
    params(MailPath), responses((status = 200, body = OpenMail), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MailPath>,
) -> Result<Json<OpenMail>, Problem> {
    let view = app.workspace.mail(&scope, path.mail_id).await?;
    let attached = |file: workspace::mail::Attachment| Attached {
        index: file.index,
        name: file.name,
        size: file.size,
    };
    Ok(Json(OpenMail {
        mail: view.mail.into(),
        text: view.content.text,
        files: view.content.attachments.into_iter().map(attached).collect(),
    }))
}

/// Delete a mail
///
/// It can be restored for a while.
#[utoipa::path(delete, path = "/api/v1/mails/{mail_id}", operation_id = "mails.delete",
    tag = "workspace", params(MailPath), responses((status = 204), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MailPath>,
) -> Result<StatusCode, Problem> {
    app.workspace.delete_mail(&scope, path.mail_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Restore a deleted mail
#[utoipa::path(post, path = "/api/v1/mails/{mail_id}/restore", operation_id = "mails.restore",
    tag = "workspace", params(MailPath), responses((status = 204), Failures))]
async fn restore(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MailPath>,
) -> Result<StatusCode, Problem> {
    app.workspace.restore_mail(&scope, path.mail_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Download an attachment
///
/// Always as a file: whatever a stranger sent is not shown within our origin.
#[utoipa::path(get, path = "/api/v1/mails/{mail_id}/attachments/{index}",
    operation_id = "mails.attachment", tag = "workspace", params(AttachmentPath),
    responses((status = 200, body = String, content_type = "application/octet-stream"), Failures))]
async fn attachment(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<AttachmentPath>,
) -> Result<Response, Problem> {
    let (file, bytes) = app.workspace.mail_attachment(&scope, path.mail_id, path.index).await?;
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("application/octet-stream");
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if let Ok(name) = HeaderValue::from_str(&content_disposition(&file.name, false)) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}
