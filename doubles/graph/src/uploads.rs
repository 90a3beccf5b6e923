//! Uploads in pieces, and addresses that carry their own permission.

use serde_json::{Value, json};

use crate::{
    clock,
    files::{self, Clash, Place},
    graph::Ctx,
    server::Shared,
    store::{Kind, Store},
    value::Fields as _,
    wire::{Answer, Call, Refusal, Reply},
};

/// All pieces but the last are multiples of this.
const STEP: u64 = 320 * 1024;
const MAX_PIECE: u64 = 60 * 1024 * 1024;
/// What the double keeps of one file.
const MAX_FILE: u64 = 150 * 1024 * 1024;

/// Begins an upload.
pub(crate) fn create(ctx: &mut Ctx<'_>) -> Answer {
    let drive = files::drive(ctx, true)?;
    let id = drive.text("id").to_owned();
    let target = files::target(ctx, &id)?;
    let body = ctx.call.json_or_empty()?;
    let item = body.field("item");
    let clash = item.text("@microsoft.graph.conflictBehavior").to_owned();
    let name = if item.text("name").is_empty() {
        target.name.clone()
    } else {
        item.text("name").to_owned()
    };
    files::name(&name)?;
    let clashes = Clash::read(&clash, Clash::Replace)?;
    if clashes == Clash::Fail && files::child(ctx.store, &target.parent, &name).is_some() {
        return Err(files::taken());
    }
    if item.number("fileSize") > MAX_FILE {
        return Err(Refusal::new(
            507,
            "insufficientStorage",
            "The quota of the drive is exceeded.",
        ));
    }
    let ticket = clock::secret();
    let ends = ctx.store.now_ms() + 3_600_000;
    let me = ctx.me().unwrap_or_default().to_owned();
    ctx.store.put(Kind::Upload, json!({
        "id": ticket, "drive": id, "parent": target.parent, "name": name, "clash": clash, "user": me, "ends": ends, "total": 0,
        "known": target.item.map(|item| item.text("id").to_owned()),
    }));
    ctx.store.contents.insert(ticket.clone(), Vec::new());
    Ok(Reply::json(
        200,
        &json!({
            "@odata.context": format!("{}/$metadata#microsoft.graph.uploadSession", ctx.base()),
            "uploadUrl": format!("{}/transfer/up/{ticket}", ctx.shared.storage()),
            "expirationDateTime": clock::text(ends), "nextExpectedRanges": ["0-"],
        }),
    ))
}

/// `/transfer/…`: no bearer, the address is the permission.
pub(crate) fn transfer(store: &mut Store, shared: &Shared, call: &Call, rest: &str) -> Answer {
    let (kind, ticket) = rest.split_once('/').unwrap_or((rest, ""));
    match (call.method.as_str(), kind) {
        ("GET" | "HEAD", "down") => download(store, call, ticket),
        ("GET", "copied") => Ok(Reply::plain_json(
            200,
            &json!({"status": "completed", "percentageComplete": 100.0, "resourceId": ticket}),
        )),
        (_, "up") => upload(store, shared, call, ticket),
        _ => Err(Refusal::item()),
    }
}

fn download(store: &Store, call: &Call, ticket: &str) -> Answer {
    let item = store.of(Kind::Item, "_ticket", ticket).next().ok_or_else(Refusal::item)?;
    let bytes = store.contents.get(item.text("id")).cloned().unwrap_or_default();
    let kind = item.field("file").text("mimeType");
    let range = call
        .header("range")
        .and_then(|range| range.strip_prefix("bytes="))
        .and_then(|range| range.split_once('-'));
    let reply = match range {
        Some((from, to)) => {
            let from: usize = from.parse().unwrap_or(0);
            let to: usize = to.parse::<usize>().map_or(bytes.len(), |to| (to + 1).min(bytes.len()));
            let Some(part) = bytes.get(from..to) else {
                return Err(Refusal::new(416, "invalidRange", "The specified range is invalid."));
            };
            let place = format!("bytes {from}-{}/{}", to.saturating_sub(1), bytes.len());
            Reply::bytes(206, kind, part.to_vec()).with("Content-Range", place)
        }
        None => Reply::bytes(200, kind, bytes),
    };
    let name = doubles_http::encode(item.text("name"));
    Ok(reply
        .with("ETag", item.text("eTag"))
        .with("Content-Disposition", format!("attachment; filename*=UTF-8''{name}")))
}

fn upload(store: &mut Store, shared: &Shared, call: &Call, ticket: &str) -> Answer {
    let row = store
        .find(Kind::Upload, ticket)
        .filter(|row| row.field("ends").as_i64().unwrap_or(0) > store.now_ms())
        .cloned()
        .ok_or_else(|| Refusal::new(404, "itemNotFound", "The upload session was not found"))?;
    let have = store.contents.get(ticket).map_or(0, Vec::len);
    let state = |have: usize| json!({"expirationDateTime": clock::text(row.field("ends").as_i64().unwrap_or(0)), "nextExpectedRanges": [format!("{have}-")]});
    match call.method.as_str() {
        "GET" => return Ok(Reply::plain_json(200, &state(have))),
        "DELETE" => {
            store.remove(Kind::Upload, ticket);
            store.contents.remove(ticket);
            return Ok(Reply::empty(204));
        }
        "PUT" => {}
        _ => return Err(Refusal::new(405, "invalidRequest", "The method is not allowed.")),
    }
    if call.header("authorization").is_some() {
        return Err(Refusal::new(
            401,
            "unauthenticated",
            "The upload address takes no Authorization header.",
        ));
    }
    let invalid = |text: &str| Refusal::new(400, "invalidRequest", text);
    let range = call
        .header("content-range")
        .and_then(|text| text.strip_prefix("bytes "))
        .ok_or_else(|| invalid("The Content-Range header is missing or malformed."))?;
    let (span, total) =
        range.split_once('/').ok_or_else(|| invalid("The Content-Range header is malformed."))?;
    let (from, to) =
        span.split_once('-').ok_or_else(|| invalid("The Content-Range header is malformed."))?;
    let read = |text: &str| {
        text.trim()
            .parse::<u64>()
            .map_err(|_text| invalid("The Content-Range header is malformed."))
    };
    let (from, to, total) = (read(from)?, read(to)?, read(total)?);
    let length = u64::try_from(call.body.len()).unwrap_or(u64::MAX);
    if to < from || to - from + 1 != length || to >= total {
        return Err(invalid(
            "The Content-Range header length does not match the provided number of bytes.",
        ));
    }
    if total > MAX_FILE {
        return Err(Refusal::new(
            507,
            "insufficientStorage",
            "The quota of the drive is exceeded.",
        ));
    }
    if row.number("total") != 0 && row.number("total") != total {
        return Err(invalid("The total size of the file has changed."));
    }
    if length > MAX_PIECE {
        return Err(Refusal::new(413, "requestEntityTooLarge", "A piece has less than 60 MiB."));
    }
    if from != u64::try_from(have).unwrap_or(u64::MAX) {
        return Err(Refusal::new(
            416,
            "invalidRange",
            "The uploaded fragment has already been received or is out of order.",
        ));
    }
    let last = to + 1 == total;
    if !last && !length.is_multiple_of(STEP) {
        return Err(invalid("The size of a piece has to be a multiple of 320 KiB."));
    }
    store.edit(Kind::Upload, ticket, |row| row.put("total", total));
    let bytes = store.contents.entry(ticket.to_owned()).or_default();
    bytes.extend_from_slice(&call.body);
    let have = bytes.len();
    if !last {
        return Ok(Reply::plain_json(202, &state(have)));
    }
    let bytes = store.contents.remove(ticket).unwrap_or_default();
    store.remove(Kind::Upload, ticket);
    let known: Option<Value> = store.find(Kind::Item, row.text("known")).cloned();
    let place = Place {
        drive: row.text("drive"),
        parent: row.text("parent"),
        name: row.text("name"),
        clash: Clash::read(row.text("clash"), Clash::Replace)?,
        known: known.as_ref(),
    };
    let (id, status) = files::write(store, &place, row.text("user"), bytes)?;
    let mut item = crate::value::shown(store.at(Kind::Item, &id));
    let ticket = store.at(Kind::Item, &id).text("_ticket").to_owned();
    item.put(
        "@microsoft.graph.downloadUrl",
        format!("{}/transfer/down/{ticket}", shared.storage()),
    );
    Ok(Reply::plain_json(status, &item))
}
