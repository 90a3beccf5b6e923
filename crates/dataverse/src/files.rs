//! Files and images of rows: whole, in blocks, and by ranges.

use std::{collections::HashMap, sync::Arc};

use axum::body::Body;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::{Bytes, BytesMut};
use http::{HeaderValue, Method, StatusCode, header, request::Parts};
use http_body_util::BodyExt as _;
use odata::tree::{expr::Segment, resource::Resource};
use pictures::Kind;
use records::{Entry, FileName, Operation, Reference, RowKey, Update};
use serde_json::json;
use tables::{Column, ColumnKind, Model, Table, Value};
use uuid::Uuid;

use crate::{
    call::Call,
    fault::Fault,
    keys, read,
    reply::{Reply, Rest},
    write::{self, Answer, Prepared},
};

/// Whether a request brings a file, so that its body is not JSON.
pub(crate) fn is_upload(parts: &Parts) -> bool {
    let writes = matches!(parts.method, Method::PATCH | Method::PUT);
    let kind = parts
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    let query = parts.uri.query().unwrap_or_default();
    writes
        && (parts.headers.contains_key("x-ms-transfer-mode")
            || parts.headers.contains_key("x-ms-file-name")
            || parts.headers.contains_key(header::CONTENT_RANGE)
            || kind.starts_with("application/octet-stream")
            || query.contains("sessiontoken="))
}

/// Takes a file, or a part of one.
pub(crate) async fn upload(call: &Call<'_>, body: Body) -> Result<Reply, Fault> {
    let (table, row, column) = place(call)?;
    let length = call.header("content-length").and_then(|text| text.parse::<u64>().ok());
    if !matches!(column.kind, ColumnKind::File { .. } | ColumnKind::Image { .. }) {
        return Err(Fault::argument(format!("The column '{}' holds no file.", column.logical)));
    }
    let session = call.options.custom_value("sessiontoken").map(str::to_owned);
    let chunked =
        call.header("x-ms-transfer-mode").is_some_and(|mode| mode.eq_ignore_ascii_case("chunked"));
    if let ColumnKind::Image { max_kb } = column.kind
        && session.is_none()
        && !chunked
    {
        return image(call, (&table, row, &column), (body, max_kb)).await;
    }
    if let Some(token) = session {
        let token = keys::guid(&token).ok_or_else(unknown_session)?;
        return block(call, (&row, &column), token, body).await;
    }
    let file = FileName { name: name(call)?, kind: kind(call) };
    if chunked {
        let path = call.address.split('?').next().unwrap_or_default();
        // the token is the file itself, so that any node can be asked next
        let token = call.session.begin_upload(&row, &column.logical, file, None).await?;
        let mut reply = Reply::empty(StatusCode::OK);
        reply.text("location", &format!("{}{path}?sessiontoken={token}", call.root.url));
        reply.header("x-ms-chunk-size", HeaderValue::from(BLOCK));
        reply.header("accept-ranges", HeaderValue::from_static("bytes"));
        reply.header("access-control-expose-headers", HeaderValue::from_static("x-ms-chunk-size"));
        return Ok(reply);
    }
    let total = length.ok_or_else(|| {
        Fault::new(
            StatusCode::LENGTH_REQUIRED,
            "0x80040203",
            "The Content-Length of the file is missing.",
        )
    })?;
    if total > WHOLE {
        return Err(Fault::too_large(usize::try_from(WHOLE).unwrap_or(usize::MAX)));
    }
    let upload = call.session.begin_upload(&row, &column.logical, file, Some(total)).await?;
    if let Err(fault) = whole(call, (upload, total), body).await {
        // half a file is of no use to anybody
        drop(call.session.abandon_upload(upload).await);
        return Err(fault);
    }
    Ok(Reply::done())
}

/// The whole of a file, passed on in blocks as it arrives.
async fn whole(call: &Call<'_>, (token, total): (Uuid, u64), mut body: Body) -> Result<(), Fault> {
    let size = usize::try_from(BLOCK).unwrap_or(usize::MAX);
    let mut waiting = BytesMut::new();
    let (mut start, mut done) = (0_u64, total == 0);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_gone| interrupted())?;
        let Ok(data) = frame.into_data() else { continue };
        waiting.extend_from_slice(&data);
        while waiting.len() >= size {
            let block = waiting.split_to(size);
            done = call.session.upload_block(token, start, None, &block).await?;
            start += block.len() as u64;
        }
    }
    if !waiting.is_empty() {
        done = call.session.upload_block(token, start, None, &waiting).await?;
    }
    if done { Ok(()) } else { Err(interrupted()) }
}

/// One block of a file.
async fn block(
    call: &Call<'_>,
    (row, column): (&Reference, &Column),
    token: Uuid,
    body: Body,
) -> Result<Reply, Fault> {
    let range = call.header("content-range").and_then(content_range);
    let (start, end, total) = range.ok_or_else(|| {
        Fault::argument("The header Content-Range must be 'bytes first-last/total'.")
    })?;
    let size = usize::try_from(BLOCK).unwrap_or(usize::MAX);
    let bytes =
        edge::read_body(body, size * 2).await.map_err(|_problem| Fault::too_large(size * 2))?;
    if bytes.len() as u64 != end - start + 1 {
        return Err(Fault::argument("The block is not as long as its Content-Range says."));
    }
    let under_way = call.session.under_way(token).await?.ok_or_else(unknown_session)?;
    let other = matches!(row.key, RowKey::Id(_)) && row.key != under_way.row.key;
    if other || under_way.column != column.logical || under_way.row.table != row.table {
        return Err(unknown_session());
    }
    // the first block says how long the file is
    let done = call.session.upload_block(token, start, Some(total), &bytes).await?;
    Ok(Reply::empty(if done { StatusCode::NO_CONTENT } else { StatusCode::PARTIAL_CONTENT }))
}

/// Takes a picture, which is kept in its row.
async fn image(
    call: &Call<'_>,
    (table, row, column): (&Arc<Table>, Reference, &Column),
    (body, max_kb): (Body, u32),
) -> Result<Reply, Fault> {
    let most = usize::try_from(max_kb).unwrap_or(usize::MAX).saturating_mul(1024);
    let bytes = edge::read_body(body, most).await.map_err(|_problem| Fault::too_large(most))?;
    let entry = Entry::of(table.logical.clone())
        .with(column.logical.clone(), Value::Text(STANDARD.encode(&bytes)));
    let update = Update { key: row.key, entry, condition: records::Condition::Present };
    write::answer(call, Prepared { operation: Operation::Update(update), answer: Answer::Done })
        .await
}

/// Whatever else is asked of a file: `GET`, `GET …/$value`, `DELETE`.
pub(crate) async fn answer(
    call: &Call<'_>,
    table: &Arc<Table>,
    (row, column): (Reference, &Column),
    raw: bool,
) -> Result<Reply, Fault> {
    match call.method {
        Method::GET => {}
        Method::DELETE if !raw => {
            if matches!(column.kind, ColumnKind::Image { .. }) {
                let entry =
                    Entry::of(table.logical.clone()).with(column.logical.clone(), Value::Null);
                let update = Update { key: row.key, entry, condition: records::Condition::Present };
                return write::answer(
                    call,
                    Prepared { operation: Operation::Update(update), answer: Answer::Done },
                )
                .await;
            }
            call.session.clear_file(&row, &column.logical).await?;
            return Ok(Reply::done());
        }
        _ => return Err(Fault::method()),
    }
    let range = call.header("range").and_then(asked_range);
    let place = row.clone();
    let Some(file) = found(call, table, (row, column), range).await? else {
        return Ok(Reply::done());
    };
    let File { name, kind, size, start, bytes } = file;
    if start > 0 && start >= size {
        // RFC 9110 §14.4
        let mut reply = out_of_range().reply(&call.preferences.annotations);
        reply.text("content-range", &format!("bytes */{size}"));
        return Ok(reply);
    }
    let end = start + bytes.len() as u64;
    // without a range all of it is sent, block by block; JSON holds one block at most
    let goes_on = raw && range.is_none() && end < size;
    let is_part = range.is_some() || (end < size && !goes_on);
    let status = if is_part { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let mut reply = if raw {
        let mut reply = Reply::typed(status, "application/octet-stream", bytes.clone());
        if goes_on {
            reply.header("content-length", HeaderValue::from(size));
            let (session, column) = (call.session.clone(), column.logical.clone());
            reply.rest = Some(Rest { session, row: place, column, at: end, end: size });
        }
        reply
    } else {
        let path = call.address.split('?').next().unwrap_or_default();
        let context = format!("{}$metadata#{path}", call.root.url);
        let body = json!({ "@odata.context": context, "value": STANDARD.encode(&bytes) });
        let mut reply = Reply::json(status, body.to_string());
        reply.text("location", &format!("{}{}", call.root.url, call.address));
        reply
    };
    if is_part && !bytes.is_empty() {
        let last = end - 1;
        reply.text("content-range", &format!("bytes {start}-{last}/{size}"));
    }
    reply.header("accept-ranges", HeaderValue::from_static("bytes"));
    // clients tell files from other answers by this header, in JSON too
    let plain = |c: char| c == ' ' || (c.is_ascii_graphic() && !matches!(c, '"' | '\\'));
    let shown: String = name.chars().map(|c| if plain(c) { c } else { '_' }).collect();
    reply.text("content-disposition", &format!("attachment; filename=\"{shown}\""));
    reply.header("x-ms-file-size", HeaderValue::from(size));
    let encoded = percent_encoding::utf8_percent_encode(&name, NAME).to_string();
    reply.text("x-ms-file-name", &encoded);
    reply.text("mimetype", &kind);
    Ok(reply)
}

/// The address of the picture that `{column}_url` leads to: `Entity=account&Attribute=entityimage&Id={id}&…`, the
/// thumbnail unless it says `Full=true`.
pub(crate) fn picture(model: &Model, query: &str) -> Option<String> {
    let mut named = HashMap::new();
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        named.insert(name, value);
    }
    let table = model.table(named.get("Entity")?)?;
    let column = table.column(named.get("Attribute")?)?;
    let id = keys::guid(named.get("Id")?)?;
    let full = named.get("Full").is_some_and(|full| full.eq_ignore_ascii_case("true"));
    let size = if full { "?size=full" } else { "" };
    matches!(column.kind, ColumnKind::Image { .. })
        .then(|| format!("{}({id})/{}/$value{size}", table.set, column.logical))
}

/// What was asked for of a file.
struct File {
    name: String,
    kind: String,
    size: u64,
    start: u64,
    bytes: Bytes,
}

async fn found(
    call: &Call<'_>,
    table: &Arc<Table>,
    (row, column): (Reference, &Column),
    range: Option<(u64, Option<u64>)>,
) -> Result<Option<File>, Fault> {
    let (start, last) = range.map_or((0, None), |(start, last)| (start, last));
    let is_picture = matches!(column.kind, ColumnKind::Image { .. });
    let full = call.options.custom_value("size").is_some_and(|it| it.eq_ignore_ascii_case("full"));
    let most = last.map_or(WHOLE, |last| last.saturating_add(1).saturating_sub(start).min(WHOLE));
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let whole = if is_picture && !full {
        None
    } else {
        call.session.download(&row, &column.logical, start, most).await?
    };
    if is_picture && whole.is_none() {
        let rows = read::columns(call, (table, &row.key), &[&column.logical]).await?;
        let property = rows
            .plan
            .shown
            .properties
            .iter()
            .find(|p| p.column().is_some_and(|c| c.logical == column.logical));
        let text = match (property, rows.rows.first()) {
            (Some(property), Some(row)) => {
                property.value(row).map_err(|error| Fault::internal(error.to_string()))?
            }
            _ => Value::Null,
        };
        let Value::Text(text) = text else { return Ok(None) };
        let bytes = STANDARD.decode(text).map_err(|error| Fault::internal(error.to_string()))?;
        let size = bytes.len() as u64;
        let end = last.map_or(size, |last| last.saturating_add(1).min(size));
        let at = |place: u64| usize::try_from(place).unwrap_or(usize::MAX);
        let part = bytes.get(at(start)..at(end)).ok_or_else(out_of_range)?.to_vec();
        let kind = Kind::of(&bytes);
        return Ok(Some(File {
            name: format!("{}.{}", column.logical, kind.map_or("jpg", Kind::ending)),
            kind: kind.map_or("application/octet-stream", Kind::media_type).to_owned(),
            size,
            start,
            bytes: part.into(),
        }));
    }
    Ok(whole.map(|file| File {
        name: file.name,
        kind: file.kind,
        size: file.size,
        start: file.start,
        bytes: file.bytes.into(),
    }))
}

/// The table, the row and the column that an upload's address names.
fn place(call: &Call<'_>) -> Result<(Arc<Table>, Reference, Column), Fault> {
    let Resource::Path(segments) = &call.resource else { return Err(Fault::segment("")) };
    let [Segment::Call(set, arguments), Segment::Name(name), ..] = segments.as_slice() else {
        return Err(Fault::malformed(
            "A file is sent to a column of a row: {set}({key})/{column}.",
        ));
    };
    let table = call.model().table_by_set(set).cloned().ok_or_else(|| Fault::segment(set))?;
    let key = keys::key(call.model(), &table, arguments, &call.options)?;
    let column = table.column(name).cloned().ok_or_else(|| Fault::segment(name))?;
    let row = Reference { table: table.logical.clone(), key };
    Ok((table, row, column))
}

/// The name of the file: of the header or of the query, where clients write it with or without escapes.
fn name(call: &Call<'_>) -> Result<String, Fault> {
    let header = call
        .headers
        .get("x-ms-file-name")
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let named = header.or_else(|| call.options.custom_value("x-ms-file-name").map(str::to_owned));
    let named = named.ok_or_else(|| Fault::argument("The header x-ms-file-name is missing."))?;
    tidy(&percent_encoding::percent_decode_str(&named).decode_utf8_lossy())
}

/// The name of a file without its folders and what cannot be shown.
pub(crate) fn tidy(name: &str) -> Result<String, Fault> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(NAME_CHARS).collect();
    if name.is_empty() { Err(Fault::argument("The name of the file is empty.")) } else { Ok(name) }
}

/// `bytes 0-4194303/9000000`.
fn content_range(text: &str) -> Option<(u64, u64, u64)> {
    let rest = text.trim().strip_prefix("bytes")?.trim_start();
    let (range, total) = rest.split_once('/')?;
    let (start, end) = range.split_once('-')?;
    let (start, end, total) =
        (start.trim().parse().ok()?, end.trim().parse().ok()?, total.trim().parse().ok()?);
    (start <= end && end < total).then_some((start, end, total))
}

/// `bytes=0-4194303`, `bytes=100-`; others are not heeded.
fn asked_range(text: &str) -> Option<(u64, Option<u64>)> {
    let (start, end) = text.trim().strip_prefix("bytes=")?.split_once('-')?;
    let start: u64 = start.trim().parse().ok()?;
    if end.trim().is_empty() {
        return Some((start, None));
    }
    let end: u64 = end.trim().parse().ok()?;
    (start <= end).then_some((start, Some(end)))
}

/// The media type of the file.
fn kind(call: &Call<'_>) -> String {
    let kind = call.header("content-type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if kind.is_empty() || kind.len() > 100 {
        "application/octet-stream".into()
    } else {
        kind.to_owned()
    }
}

fn unknown_session() -> Fault {
    Fault::argument("The session token is not known: begin the upload again.")
}

fn interrupted() -> Fault {
    Fault::new(StatusCode::BAD_REQUEST, "0x80040203", "The file did not arrive whole.")
}

fn out_of_range() -> Fault {
    Fault::new(StatusCode::RANGE_NOT_SATISFIABLE, "0x80040203", "The range is outside of the file.")
}

/// What stands in a header as an escape.
const NAME: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS.add(b'%').add(b'"');

/// Bytes of a block (Dataverse Web API: 4 MiB).
pub(crate) const BLOCK: u64 = 4_194_304;

/// Bytes of a file in one request (Dataverse Web API: 128 MB).
const WHOLE: u64 = 128 << 20;

/// Characters of a file's name; our own choice.
const NAME_CHARS: usize = 255;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read() {
        assert_eq!(content_range("bytes 0-9/10"), Some((0, 9, 10)));
        assert_eq!(asked_range("bytes=5-"), Some((5, None)));
        assert_eq!(asked_range("bytes=5-7"), Some((5, Some(7))));
    }

    #[test]
    fn senseless_ranges_are_none() {
        for text in [
            "",
            "bytes",
            "bytes 5-4/10",
            "bytes 0-10/10",
            "bytes a-b/c",
            "bytes 0-1/99999999999999999999999",
        ] {
            assert_eq!(content_range(text), None, "{text}");
        }
        for text in ["bytes=-5", "bytes=7-5", "items=0-1", "bytes=99999999999999999999-"] {
            assert_eq!(asked_range(text), None, "{text}");
        }
    }
}
