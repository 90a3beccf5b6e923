//! Drives: folders and files.

mod share;

use serde_json::{Value, json};
use share::{change, copy, invite, link, search};

use crate::{
    caller::Area,
    channels, clock,
    graph::{Ctx, unknown},
    hash, notify,
    query::Rules,
    store::{Kind, Row, Store},
    token::base64,
    value::{Fields as _, merge},
    wire::{Answer, Refusal, Reply},
};

const CHILDREN: Rules = Rules::new("driveItems", "expand orderby top count filter").pages(200, 999);
const ITEMS: Rules = Rules::new("driveItems", "expand top").pages(200, 999);

pub(crate) const READ: &str = "Files.Read Files.ReadWrite Files.Read.All Files.ReadWrite.All Sites.Read.All Sites.ReadWrite.All Group.Read.All Group.ReadWrite.All";
pub(crate) const READ_APP: &str = "Files.Read.All Files.ReadWrite.All Sites.Read.All Sites.ReadWrite.All Group.Read.All Group.ReadWrite.All";
pub(crate) const WRITE: &str =
    "Files.ReadWrite Files.ReadWrite.All Sites.ReadWrite.All Group.ReadWrite.All";
pub(crate) const WRITE_APP: &str = "Files.ReadWrite.All Sites.ReadWrite.All Group.ReadWrite.All";

/// What one `PUT` may bring.
const MAX_PUT_BYTES: usize = 250 * 1024 * 1024;
const REFUSED: &str = "\"*:<>?/\\|";

/// The id of a drive's root.
pub(crate) fn root(drive: &str) -> String {
    format!("01ROOT{}", drive.get(2..10).unwrap_or("00000000").to_ascii_uppercase())
}

/// A drive with its root.
pub(crate) fn new_drive(store: &mut Store, address: &str, key: &str, owner: &str) -> String {
    let id = format!("b!{}", crate::token::base64url(&clock::chance::<33>()));
    let now = store.now();
    let kind = if key == "_user" { "business" } else { "documentLibrary" };
    let mut drive = json!({
        "id": id, "driveType": kind, "name": if key == "_user" { "OneDrive" } else { "Documents" }, "webUrl": address,
        "createdDateTime": now, "lastModifiedDateTime": now,
        "quota": {"total": 27_487_790_694_400_u64, "used": 0, "remaining": 27_487_790_694_400_u64, "state": "normal"},
    });
    drive.put(key, owner);
    store.put(Kind::Drive, drive);
    let item = Item { drive: &id, id: root(&id), parent: "", name: "root" };
    put(store, &item, json!({"root": {}, "folder": {"childCount": 0}, "webUrl": address}));
    id
}

/// What makes an item.
struct Item<'i> {
    drive: &'i str,
    id: String,
    parent: &'i str,
    name: &'i str,
}

fn put(store: &mut Store, item: &Item<'_>, more: Value) -> String {
    let (now, guid) = (store.now(), clock::guid().to_uppercase());
    let drive = store.at(Kind::Drive, item.drive).clone();
    let parent = store.at(Kind::Item, item.parent).clone();
    let inside = if parent.get("root").is_some() {
        format!("/drives/{}/root:", item.drive)
    } else {
        format!("{}/{}", parent.field("parentReference").text("path"), parent.text("name"))
    };
    let mut row = json!({
        "id": item.id, "name": item.name, "size": 0, "eTag": format!("\"{{{guid}}},1\""), "cTag": format!("\"c:{{{guid}}},1\""),
        "createdDateTime": now, "lastModifiedDateTime": now,
        "webUrl": format!("{}/{}", parent.text("webUrl"), doubles_http::encode(item.name)),
        "parentReference": {"driveId": item.drive, "driveType": drive.text("driveType"), "id": item.parent, "path": inside},
        "fileSystemInfo": {"createdDateTime": now, "lastModifiedDateTime": now},
        "_drive": item.drive, "_parent": item.parent, "_guid": guid, "_version": 1,
    });
    if let Value::Object(more) = more {
        for (name, value) in more {
            row.put(&name, value);
        }
    }
    store.put(Kind::Item, row)
}

fn new_id() -> String {
    let letters = clock::guid().replace('-', "").to_uppercase();
    format!("01{letters}")
}

/// A folder, or the one that is there.
pub(crate) fn new_folder(store: &mut Store, drive: &str, parent: &str, name: &str) -> String {
    if let Some(old) = child(store, parent, name) {
        return old.text("id").to_owned();
    }
    put(store, &Item { drive, id: new_id(), parent, name }, json!({"folder": {"childCount": 0}}))
}

pub(crate) fn child<'s>(store: &'s Store, parent: &'s str, name: &str) -> Option<&'s Value> {
    let name = name.to_lowercase();
    store.of(Kind::Item, "_parent", parent).find(|item| item.text("name").to_lowercase() == name)
}

/// The folder of a channel, once it is there.
pub(crate) fn folder_of_channel(ctx: &Ctx<'_>) -> Answer {
    ctx.need(Area::Files, READ, READ_APP)?;
    let (_, channel) = channels::visible(ctx)?;
    if ctx.store.now_ms()
        < channel.field("_made").as_i64().unwrap_or(0) + ctx.store.limits.folder_ms
    {
        return Err(Refusal::new(
            404,
            "NotFound",
            "Folder location for the channel is not ready yet, please try again later.",
        ));
    }
    let item =
        ctx.store.find(Kind::Item, channel.text("_folder")).cloned().ok_or_else(Refusal::item)?;
    let item = whole(ctx, &item);
    ctx.query.one(200, &item, "driveItems")
}

/// Whether a caller may come into a drive.
fn enter(ctx: &Ctx<'_>, drive: &Value, write: bool) -> Result<(), Refusal> {
    if write {
        ctx.need(Area::Files, WRITE, WRITE_APP)?;
    } else {
        ctx.need(Area::Files, READ, READ_APP)?;
    }
    let Some(me) = ctx.me() else { return Ok(()) };
    let home = [drive.text("_group"), drive.text("_channel")].into_iter().find(|of| !of.is_empty());
    let allowed = match home {
        Some(of) => ctx.store.membership(of, me).is_some(),
        None => drive.text("_user") == me,
    };
    let shared = ctx.store.of(Kind::Permission, "_user", me).any(|own| {
        own.text("_drive") == drive.text("id")
            && (!write || own.list("roles").iter().any(|role| role == "write"))
    });
    if allowed || shared { Ok(()) } else { Err(Refusal::new(403, "accessDenied", "Access denied")) }
}

/// The drive of a path.
pub(crate) fn drive(ctx: &Ctx<'_>, write: bool) -> Result<Value, Refusal> {
    let drive = ctx.store.find(Kind::Drive, ctx.path.at(1)).cloned().ok_or_else(Refusal::item)?;
    enter(ctx, &drive, write)?;
    if write
        && ctx.store.at(Kind::Team, drive.text("_group")).flag("isArchived")
        && ctx.me().is_some()
    {
        return Err(Refusal::new(403, "accessDenied", "The site is read-only."));
    }
    Ok(drive)
}

/// Where a path leads: an item, or a name that its parent has not.
pub(crate) struct Target {
    pub(crate) item: Option<Value>,
    pub(crate) parent: String,
    pub(crate) name: String,
    /// How many segments named it.
    pub(crate) used: usize,
}

/// Follows `root`, `items/{id}` and a path behind it.
pub(crate) fn target(ctx: &Ctx<'_>, drive: &str) -> Result<Target, Refusal> {
    let words: Vec<&str> = ctx.path.words.iter().map(String::as_str).collect();
    let (start, used) = match words.get(2..) {
        Some(["root", ..]) => (root(drive), 3),
        Some(["items", _, ..]) => {
            let id = ctx.path.at(3);
            (if id.eq_ignore_ascii_case("root") { root(drive) } else { id.to_owned() }, 4)
        }
        _ => return Err(unknown(&words)),
    };
    let item = ctx
        .store
        .find(Kind::Item, &start)
        .filter(|item| item.text("_drive") == drive)
        .cloned()
        .ok_or_else(Refusal::item)?;
    let Some(way) = ctx.path.parts.get(used).and_then(|part| part.strip_prefix(':')) else {
        let (parent, name) = (item.text("_parent").to_owned(), item.text("name").to_owned());
        return Ok(Target { item: Some(item), parent, name, used });
    };
    let mut parent = item;
    let mut names = way.split('/').filter(|name| !name.is_empty()).peekable();
    while let Some(name) = names.next() {
        let found = child(ctx.store, parent.text("id"), name).cloned();
        match found {
            Some(found) if names.peek().is_some() => parent = found,
            found if names.peek().is_none() => {
                return Ok(Target {
                    item: found,
                    parent: parent.text("id").to_owned(),
                    name: name.to_owned(),
                    used: used + 1,
                });
            }
            _ => return Err(Refusal::item()),
        }
    }
    let (up, name) = (parent.text("_parent").to_owned(), parent.text("name").to_owned());
    Ok(Target { item: Some(parent), parent: up, name, used: used + 1 })
}

/// A name that a file may have.
pub(crate) fn name(text: &str) -> Result<(), Refusal> {
    let wrong = text.is_empty()
        || text.chars().count() > 255
        || text.chars().any(|c| REFUSED.contains(c))
        || text.starts_with(' ')
        || text.ends_with(['.', ' ']);
    if wrong {
        return Err(Refusal::new(
            400,
            "invalidRequest",
            "The provided name cannot contain any of the characters \" * : < > ? / \\ | or is too long.",
        ));
    }
    Ok(())
}

/// An item with what is reckoned anew each time.
pub(crate) fn whole(ctx: &Ctx<'_>, item: &Value) -> Value {
    let mut item = item.clone();
    if item.get("folder").is_some() {
        let count = ctx.store.of(Kind::Item, "_parent", item.text("id")).count();
        item.put("folder", json!({"childCount": count}));
    } else {
        item.put(
            "@microsoft.graph.downloadUrl",
            format!("{}/transfer/down/{}", ctx.shared.storage(), item.text("_ticket")),
        );
    }
    if ctx.query.expands("children") {
        let children: Vec<Value> =
            ctx.store.of(Kind::Item, "_parent", item.text("id")).map(crate::value::shown).collect();
        item.put("children", children);
    }
    item
}

/// `If-Match` and `If-None-Match`.
fn same(ctx: &Ctx<'_>, item: &Value) -> Result<bool, Refusal> {
    let is = |tags: &str| {
        tags.split(", ").any(|tag| {
            tag == "*"
                || tag.trim_start_matches("W/") == item.text("eTag")
                || tag == item.text("cTag")
        })
    };
    if ctx.call.header("if-match").is_some_and(|tags| !is(tags)) {
        return Err(Refusal::new(
            412,
            "preconditionFailed",
            "ETag does not match current item's value",
        ));
    }
    Ok(ctx.call.header("if-none-match").is_some_and(is))
}

fn unlocked(item: &Value) -> Result<(), Refusal> {
    if item.flag("_locked") {
        return Err(Refusal::new(
            423,
            "resourceLocked",
            "The resource you are attempting to access is locked",
        ));
    }
    Ok(())
}

pub(crate) fn route(ctx: &mut Ctx<'_>, method: &str, words: &[&str]) -> Answer {
    let reads = method == "GET";
    let drive = drive(ctx, !reads)?;
    let id = drive.text("id").to_owned();
    if words.len() == 2 {
        return ctx.query.one(200, &drive, "drives");
    }
    let target = target(ctx, &id)?;
    let rest: Vec<&str> = words.get(target.used..).unwrap_or(&[]).to_vec();
    if method == "PUT" && rest.as_slice() == ["content"] {
        return upload(ctx, &id, &target);
    }
    let item = target.item.ok_or_else(Refusal::item)?;
    match (method, rest.as_slice()) {
        ("GET", []) => {
            if same(ctx, &item)? {
                return Ok(Reply::empty(304).with("ETag", item.text("eTag")));
            }
            let item = whole(ctx, &item);
            ctx.query.one(200, &item, "driveItems")
        }
        ("GET", ["children"]) => {
            let rows = ctx
                .store
                .of(Kind::Item, "_parent", item.text("id"))
                .map(|item| whole(ctx, item))
                .collect();
            ctx.query.page(rows, &CHILDREN)
        }
        ("GET", ["content"]) => {
            if item.get("file").is_none() {
                return Err(Refusal::new(
                    400,
                    "invalidRequest",
                    "You cannot get content for a folder",
                ));
            }
            if same(ctx, &item)? {
                return Ok(Reply::empty(304));
            }
            Ok(Reply::empty(302)
                .with("Location", whole(ctx, &item).text("@microsoft.graph.downloadUrl")))
        }
        ("GET", ["delta"]) => {
            let rows: Vec<&Row> =
                ctx.store.rows(Kind::Item).filter(|row| row.value.text("_drive") == id).collect();
            ctx.query.delta(&rows, ctx.store.change, ctx.store.delta_floor, &ITEMS)
        }
        ("GET", ["search"]) => {
            let query = words.last().copied().unwrap_or_default().to_owned();
            search(ctx, &id, &query)
        }
        ("GET", ["search", _]) => {
            let query = ctx.path.parts.last().cloned().unwrap_or_default();
            search(ctx, &id, &query)
        }
        ("GET", ["versions"]) => {
            ctx.query.page(item.list("_versions").to_vec(), &Rules::new("versions", "top"))
        }
        ("GET", ["permissions"]) => {
            let rows = ctx.store.of(Kind::Permission, "_item", item.text("id")).cloned().collect();
            ctx.query.page(rows, &Rules::new("permissions", "filter top"))
        }
        ("DELETE", ["permissions", _]) => {
            let key = ctx.path.parts.last().cloned().unwrap_or_default();
            ctx.store.remove(Kind::Permission, &key).ok_or_else(Refusal::item)?;
            Ok(Reply::empty(204))
        }
        ("POST", ["createlink"]) => link(ctx, &item),
        ("POST", ["invite"]) => invite(ctx, &item),
        ("POST", ["children"]) => create_folder(ctx, &id, &item),
        ("PATCH", []) => change(ctx, &item),
        ("DELETE", []) => {
            same(ctx, &item)?;
            unlocked(&item)?;
            if item.get("root").is_some() {
                return Err(Refusal::new(
                    400,
                    "invalidRequest",
                    "The root folder cannot be deleted.",
                ));
            }
            remove(ctx.store, item.text("id"));
            tell(ctx.store, &id, "updated");
            Ok(Reply::empty(204))
        }
        ("POST", ["copy"]) => copy(ctx, &item),
        ("POST", ["checkout" | "checkin"]) => Ok(Reply::empty(204)),
        _ => Err(unknown(words)),
    }
}

fn remove(store: &mut Store, id: &str) {
    let children: Vec<String> =
        store.of(Kind::Item, "_parent", id).map(|item| item.text("id").to_owned()).collect();
    for child in children {
        remove(store, &child);
    }
    store.remove(Kind::Item, id);
}

/// What happens to a name that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clash {
    Fail,
    Replace,
    Rename,
}

impl Clash {
    pub(crate) fn read(text: &str, usual: Self) -> Result<Self, Refusal> {
        match text {
            "" => Ok(usual),
            "fail" => Ok(Self::Fail),
            "replace" => Ok(Self::Replace),
            "rename" => Ok(Self::Rename),
            other => Err(Refusal::new(
                400,
                "invalidRequest",
                format!("conflictBehavior '{other}' is unknown."),
            )),
        }
    }
}

pub(crate) fn taken() -> Refusal {
    Refusal::new(409, "nameAlreadyExists", "The specified item name already exists.")
}

/// A name that the folder has not: `a 1.txt`.
fn other_name(store: &Store, parent: &str, name: &str) -> String {
    let (stem, extension) = name
        .rsplit_once('.')
        .map_or((name, String::new()), |(stem, end)| (stem, format!(".{end}")));
    let mut number = 1;
    loop {
        let next = format!("{stem} {number}{extension}");
        if child(store, parent, &next).is_none() {
            return next;
        }
        number += 1;
    }
}

fn upload(ctx: &mut Ctx<'_>, drive: &str, target: &Target) -> Answer {
    let bytes = ctx.call.body.clone();
    if bytes.len() > MAX_PUT_BYTES {
        return Err(Refusal::new(
            413,
            "requestEntityTooLarge",
            "Files over 250 MB need an upload session.",
        ));
    }
    if let Some(item) = &target.item {
        same(ctx, item)?;
    }
    let behaviour = ctx.query.get("@microsoft.graph.conflictBehavior").unwrap_or_default();
    let clash = Clash::read(behaviour, Clash::Replace)?;
    let place = Place {
        drive,
        parent: &target.parent,
        name: &target.name,
        clash,
        known: target.item.as_ref(),
    };
    let me = ctx.me().unwrap_or_default().to_owned();
    let (id, status) = write(ctx.store, &place, &me, bytes)?;
    let item = whole(ctx, &ctx.store.at(Kind::Item, &id).clone());
    ctx.query.one(status, &item, "driveItems")
}

/// Where a file is written.
pub(crate) struct Place<'p> {
    pub(crate) drive: &'p str,
    pub(crate) parent: &'p str,
    pub(crate) name: &'p str,
    pub(crate) clash: Clash,
    /// The item that was addressed by its id.
    pub(crate) known: Option<&'p Value>,
}

/// Writes a file: its id, and 201 for a new one.
pub(crate) fn write(
    store: &mut Store,
    place: &Place<'_>,
    who: &str,
    bytes: Vec<u8>,
) -> Result<(String, u16), Refusal> {
    let old = place.known.cloned().or_else(|| child(store, place.parent, place.name).cloned());
    let person = store.at(Kind::User, who).text("displayName").to_owned();
    let by = if who.is_empty() {
        json!({"application": {"displayName": "Liaison"}})
    } else {
        json!({"user": {"id": who, "displayName": person}})
    };
    let facts = json!({
        "size": bytes.len(), "_ticket": clock::secret(), "lastModifiedBy": by,
        "file": {"mimeType": kind_of(place.name), "hashes": {"quickXorHash": base64(&hash::quick_xor(&bytes))}},
    });
    let (id, status) = match old {
        Some(old) if place.clash == Clash::Replace => {
            if old.get("folder").is_some() {
                return Err(taken());
            }
            unlocked(&old)?;
            let now = store.now();
            store.edit(Kind::Item, old.text("id"), |row| {
                let mut versions = row.list("_versions").to_vec();
                versions.insert(0, json!({"id": format!("{}.0", row.number("_version")), "lastModifiedDateTime": row.text("lastModifiedDateTime"), "size": row.field("size")}));
                merge(row, &facts, &["size", "_ticket", "lastModifiedBy", "file"]);
                row.put("_versions", versions);
                touched(row, &now, true);
            });
            (old.text("id").to_owned(), 200)
        }
        Some(_) if place.clash == Clash::Fail => return Err(taken()),
        other => {
            let new_name = if other.is_some() {
                other_name(store, place.parent, place.name)
            } else {
                place.name.to_owned()
            };
            name(&new_name)?;
            let mut facts = facts;
            facts.put("createdBy", by);
            (
                put(
                    store,
                    &Item {
                        drive: place.drive,
                        id: new_id(),
                        parent: place.parent,
                        name: &new_name,
                    },
                    facts,
                ),
                201,
            )
        }
    };
    store.contents.insert(id.clone(), bytes);
    tell(store, place.drive, "updated");
    Ok((id, status))
}

/// A new version of an item.
fn touched(row: &mut Value, now: &str, content: bool) {
    let version = row.number("_version") + 1;
    let guid = row.text("_guid").to_owned();
    row.put("_version", version);
    row.put("eTag", format!("\"{{{guid}}},{version}\""));
    if content {
        row.put("cTag", format!("\"c:{{{guid}}},{version}\""));
    }
    row.put("lastModifiedDateTime", now);
}

fn kind_of(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "txt" => "text/plain",
        "md" => "text/markdown",
        "csv" => "text/csv",
        "html" => "text/html",
        "json" => "application/json",
        "pdf" => "application/pdf",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        _ => "application/octet-stream",
    }
}

fn create_folder(ctx: &mut Ctx<'_>, drive: &str, parent: &Value) -> Answer {
    let body = ctx.call.json()?;
    if !body.field("folder").is_object() {
        return Err(Refusal::new(400, "invalidRequest", "The request has to have a folder facet."));
    }
    if parent.get("folder").is_none() {
        return Err(Refusal::new(400, "invalidRequest", "The parent is no folder."));
    }
    let wanted = body.text("name").to_owned();
    name(&wanted)?;
    let clash = Clash::read(body.text("@microsoft.graph.conflictBehavior"), Clash::Fail)?;
    let exists = child(ctx.store, parent.text("id"), &wanted).is_some();
    let wanted = match clash {
        Clash::Fail if exists => return Err(taken()),
        Clash::Rename if exists => other_name(ctx.store, parent.text("id"), &wanted),
        _ => wanted,
    };
    let id = new_folder(ctx.store, drive, parent.text("id"), &wanted);
    tell(ctx.store, drive, "updated");
    let item = whole(ctx, &ctx.store.at(Kind::Item, &id).clone());
    ctx.query.one(201, &item, "driveItems")
}

pub(crate) fn tell(store: &mut Store, drive: &str, change: &str) {
    let row = store.at(Kind::Drive, drive).clone();
    let mut resources = vec![format!("drives/{drive}/root")];
    for (key, base) in [("_group", "groups"), ("_user", "users")] {
        if !row.text(key).is_empty() {
            resources.push(format!("{base}/{}/drive/root", row.text(key)));
        }
    }
    let news = notify::News {
        change,
        kind: "",
        path: format!("drives('{drive}')/root"),
        id: "",
        row: &Value::Null,
    };
    notify::tell(store, &resources, &news);
}
