//! What is in a mail, as documents of their own: nothing of it is part of a page.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use edge::{Path, Problem, Query};
use mailbox::html;
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{App, Visit};
use workspace::files::content_disposition;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// Whether the reader asked for pictures from elsewhere.
    pictures: Option<u8>,
}

/// The mail's own HTML, made safe, under a policy that lets nothing run, load or send.
pub(crate) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let opened = app.mailbox.open(&visit.scope, id).await?;
    let with_pictures = asked.pictures.is_some();
    let shown = html::page(&opened.message, with_pictures);
    let document = document(visit.frame.language(), &shown.body);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(html::policy(with_pictures))),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    Ok((headers, document).into_response())
}

/// A mail is written for a white page; on a dark screen it keeps it.
fn document(language: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><base target=\"_blank\"><style>\
         body{{margin:12px 16px;font:14px/1.45 'Segoe UI',system-ui,sans-serif;color:#242424;background:#fff;overflow-wrap:anywhere}}\
         img{{max-width:100%;height:auto}}table{{max-width:100%}}blockquote{{margin:8px 0 8px 4px;padding-left:12px;border-left:2px solid #d1d1d1}}\
         pre{{white-space:pre-wrap}}</style></head><body>{body}</body></html>"
    )
}

/// A file of a mail, always as a download.
pub(crate) async fn attachment(
    State(app): State<App>,
    visit: Visit,
    Path((id, index)): Path<(Uuid, usize)>,
) -> Result<Response, Problem> {
    let file = app.mailbox.attachment(&visit.scope, id, index).await?;
    Ok(download(&file.name, file.content))
}

/// The mail as it came.
pub(crate) async fn file(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let (mail, file) = app.mailbox.file(&visit.scope, id).await?;
    let ending = if file.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) { "msg" } else { "eml" };
    let bad = |c: char| c.is_control() || "\\/:*?\"<>|".contains(c);
    let name: String = mail.subject.chars().filter(|&c| !bad(c)).take(80).collect();
    let name = if name.trim().is_empty() { "mail".to_owned() } else { name };
    Ok(download(&format!("{}.{ending}", name.trim()), file))
}

fn download(name: &str, content: Vec<u8>) -> Response {
    let place = HeaderValue::from_str(&content_disposition(name, false));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (
            header::CONTENT_DISPOSITION,
            place.unwrap_or_else(|_odd| HeaderValue::from_static("attachment")),
        ),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ];
    (headers, Body::from(content)).into_response()
}
