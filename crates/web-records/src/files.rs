//! Files and pictures of records: shown, taken, replaced, removed; and what is attached to notes.

use askama::Template;
use axum::{
    body::Body,
    extract::{Multipart, State},
    http::{HeaderMap, HeaderValue, Method, header},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use edge::{Path, Problem, Query};
use kernel::{EnvironmentId, Kind};
use queries::Verb;
use records::{Condition, Entry, FileName, Operation, Reference, RowKey, Update};
use serde::Deserialize;
use tables::{Column, ColumnKind, Table, Value};
use uuid::Uuid;
use web_frame::{App, Frame, Html, Visit, answer};

use crate::{
    form::{Form, Sent},
    found::Found,
    place::{Place, may},
    record,
};

/// A file of a record.
#[derive(Debug)]
struct Slot {
    label: String,
    column: String,
    picture: bool,
    /// What is there: its name and its size.
    held: Option<(String, String)>,
    href: String,
    limit: String,
}

/// The files of a record.
#[derive(Debug, Template)]
#[template(path = "files.html")]
struct Files<'a> {
    frame: &'a Frame,
    slots: Vec<Slot>,
    may_write: bool,
}

fn is_slot(column: &Column) -> bool {
    matches!(column.kind, ColumnKind::File { .. } | ColumnKind::Image { .. }) && column.for_read
}

/// The column whose picture stands in the head of a record, where there is one.
pub(crate) fn picture(table: &Table, found: &Found) -> Option<String> {
    let mut pictures =
        table.columns().iter().filter(|it| matches!(it.kind, ColumnKind::Image { .. }));
    let column = pictures.find(|column| !found.value(&column.logical).is_null())?;
    Some(column.logical.clone())
}

/// The first column of pictures of a table, and the column that says since when a row has its own.
pub(crate) fn since(table: &Table) -> Option<(&Column, String)> {
    let is_picture = |column: &&Column| matches!(column.kind, ColumnKind::Image { .. });
    let column = table.columns().iter().find(is_picture)?;
    let since = format!("{}_timestamp", column.logical);
    table.column(&since)?;
    Some((column, since))
}

/// The files of a record, where its table has columns for them.
pub(crate) async fn panel(form: &Form<'_>, found: &Found, address: &str) -> Option<Html> {
    let (place, table, frame) = (form.place, form.table, form.frame);
    let access = place.session.access();
    let mut slots = Vec::new();
    for column in table.columns().iter().filter(|it| is_slot(it) && access.reads(table, it)) {
        let value = found.value(&column.logical);
        let picture = matches!(column.kind, ColumnKind::Image { .. });
        let row = Reference::id(&table.logical, found.id);
        let held = if value.is_null() {
            None
        } else {
            let part = place.session.download(&row, &column.logical, 0, 1).await.ok()?;
            match (part, &value) {
                (Some(part), _) => Some((part.name, frame.t.bytes(part.size))),
                // a picture that is small enough stands in the row
                (None, Value::Text(text)) => {
                    let size = u64::try_from(text.len() / 4 * 3).unwrap_or_default();
                    Some((place.label(column), frame.t.bytes(size)))
                }
                _ => None,
            }
        };
        let (ColumnKind::File { max_kb } | ColumnKind::Image { max_kb }) = column.kind else {
            continue;
        };
        slots.push(Slot {
            label: place.label(column),
            column: column.logical.clone(),
            picture,
            held,
            href: format!("{address}/files/{}", column.logical),
            limit: frame.t.bytes(u64::from(max_kb) * 1024),
        });
    }
    if slots.is_empty() {
        return None;
    }
    let may_write = may(&place.session, table, Verb::Write);
    Some(Html::of(&Files { frame, slots, may_write }))
}

/// What a form of several parts sent.
pub(crate) struct Posted {
    pub(crate) fields: Sent,
    pub(crate) file: Option<(FileName, Vec<u8>)>,
}

/// Reads a form with a file: its token first, no more bytes than may be.
pub(crate) async fn posted(
    visit: &Visit,
    headers: &HeaderMap,
    mut form: Multipart,
    most: usize,
) -> Result<Posted, Problem> {
    edge::same_origin(&visit.context, &Method::POST, headers)?;
    let mut posted = Posted { fields: Sent::new(), file: None };
    let mut trusted = false;
    while let Some(mut part) = form.next_field().await.map_err(edge::unreadable_form)? {
        let name: String = part.name().unwrap_or_default().chars().take(100).collect();
        if name == "csrf" {
            let token = part.text().await.map_err(edge::unreadable_form)?;
            edge::verify_csrf(&visit.context, Some(token.as_str()).filter(|it| it.len() <= 256))?;
            trusted = true;
            continue;
        }
        if !trusted {
            edge::verify_csrf(&visit.context, None)?;
        }
        let file = part.file_name().map(|file| file.chars().take(255).collect::<String>());
        let kind = part.content_type().unwrap_or("application/octet-stream").to_owned();
        let mut bytes = Vec::new();
        while let Some(more) = part.chunk().await.map_err(edge::unreadable_form)? {
            if bytes.len() + more.len() > most {
                let told = "the file is larger than the column holds";
                return Err(Problem::new("record.limit", Kind::TooLarge, told));
            }
            bytes.extend_from_slice(&more);
        }
        match file {
            Some(file) if !file.is_empty() => {
                posted.file = Some((FileName { name: file, kind }, bytes));
            }
            Some(_) => {}
            None => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                posted.fields.insert(name, text);
            }
        }
    }
    Ok(posted)
}

fn column<'a>(table: &'a Table, name: &str) -> Result<(&'a Column, u32), Problem> {
    let found = table.column(name);
    match found.map(|column| (column, &column.kind)) {
        Some((column, ColumnKind::File { max_kb } | ColumnKind::Image { max_kb })) => {
            Ok((column, *max_kb))
        }
        _ => Err(records::Error::RowMissing {
            table: table.logical.clone(),
            key: name.chars().take(100).collect(),
        }
        .into()),
    }
}

/// Takes a file.
pub(crate) async fn upload(
    State(app): State<App>,
    Path((environment, table, record, name)): Path<(EnvironmentId, String, Uuid, String)>,
    visit: Visit,
    (headers, form): (HeaderMap, Multipart),
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    place.require(table, Verb::Write)?;
    let (column, max_kb) = column(table, &name)?;
    let most = usize::try_from(max_kb).unwrap_or(usize::MAX).saturating_mul(1024);
    let posted = posted(&visit, &headers, form, most.min(MOST_BYTES)).await?;
    let to = record::address(&place, table, record);
    let Some((file, bytes)) = posted.file else {
        return Ok(answer::back_with(&visit.context, &to, "web-records.nothing"));
    };
    let row = Reference::id(&table.logical, record);
    if matches!(column.kind, ColumnKind::Image { .. }) {
        let json = serde_json::Value::String(STANDARD.encode(&bytes));
        let model = place.session.model();
        let value = Value::parse(model, table, column, &json).map_err(records::Error::from)?;
        let entry = Entry::of(&table.logical).with(&column.logical, value);
        let key = RowKey::Id(record);
        let update = Operation::Update(Update { key, entry, condition: Condition::Present });
        place.session.run(vec![update]).await.map_err(|failure| failure.error)?;
    } else {
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let begun = place.session.begin_upload(&row, &column.logical, file, Some(size)).await?;
        place.session.upload_block(begun, 0, Some(size), &bytes).await?;
    }
    Ok(answer::back_with(&visit.context, &to, "web-records.file-kept"))
}

/// Removes a file.
pub(crate) async fn remove(
    State(app): State<App>,
    Path((environment, table, record, name)): Path<(EnvironmentId, String, Uuid, String)>,
    visit: Visit,
    edge::Form(_): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    place.require(table, Verb::Write)?;
    let (column, _) = column(table, &name)?;
    if matches!(column.kind, ColumnKind::Image { .. }) {
        let entry = Entry::of(&table.logical).with(&column.logical, Value::Null);
        let key = RowKey::Id(record);
        let update = Operation::Update(Update { key, entry, condition: Condition::Present });
        place.session.run(vec![update]).await.map_err(|failure| failure.error)?;
    } else {
        let row = Reference::id(&table.logical, record);
        place.session.clear_file(&row, &column.logical).await?;
    }
    let to = record::address(&place, table, record);
    Ok(answer::back_with(&visit.context, &to, "web-records.file-gone"))
}

/// Which of a picture is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Which {
    /// `full` for the picture as it came; else its thumbnail.
    size: String,
    /// Since when the row has it: such an address never leads to another picture.
    at: String,
}

/// Hands a file out.
pub(crate) async fn download(
    State(app): State<App>,
    Path((environment, table, record, name)): Path<(EnvironmentId, String, Uuid, String)>,
    Query(which): Query<Which>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    let (column, _) = column(table, &name)?;
    let missing = || {
        let (table, key) = (table.logical.clone(), column.logical.clone());
        Problem::from(records::Error::RowMissing { table, key })
    };
    let row = Reference::id(&table.logical, record);
    if matches!(column.kind, ColumnKind::Image { .. }) {
        let whole = if which.size == "full" {
            file(&place, &row, column).await?.map(|(_, bytes)| bytes)
        } else {
            None
        };
        let bytes = if let Some(bytes) = whole {
            bytes
        } else {
            let form = Form::new(&place, &visit.frame, table, false);
            let found = Found::of(&place, &form, record).await?;
            let Value::Text(text) = found.value(&column.logical) else { return Err(missing()) };
            STANDARD.decode(text).map_err(|_broken| missing())?
        };
        let kind = pictures::Kind::of(&bytes).ok_or_else(missing)?;
        let mut response = handed("picture", kind.media_type(), bytes, true);
        if !which.at.is_empty() {
            let kept = HeaderValue::from_static("private, max-age=604800, immutable");
            response.headers_mut().insert(header::CACHE_CONTROL, kept);
        }
        return Ok(response);
    }
    let (named, bytes) = file(&place, &row, column).await?.ok_or_else(missing)?;
    Ok(handed(&named, "application/octet-stream", bytes, false))
}

/// The whole of a file, with its name.
async fn file(
    place: &Place,
    row: &Reference,
    column: &Column,
) -> Result<Option<(String, Vec<u8>)>, Problem> {
    let mut bytes = Vec::new();
    loop {
        let at = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let part = place.session.download(row, &column.logical, at, 4 << 20).await?;
        let Some(part) = part else { return Ok(None) };
        let done = part.bytes.is_empty();
        bytes.extend_from_slice(&part.bytes);
        if done || u64::try_from(bytes.len()).unwrap_or(u64::MAX) >= part.size {
            return Ok(Some((part.name, bytes)));
        }
    }
}

/// Bytes as an answer that no browser takes for a page of ours.
pub(crate) fn handed(name: &str, kind: &'static str, bytes: Vec<u8>, inline: bool) -> Response {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || " ._-()".contains(c) { c } else { '_' })
        .collect();
    let encoded = web_frame::html::query_value(name);
    let way = if inline { "inline" } else { "attachment" };
    let disposition = format!("{way}; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    let mut response = Body::from(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// Bytes that a form sends at once (our own choice: longer files come in blocks through the Web API).
const MOST_BYTES: usize = 16 << 20;
