//! Finding, renaming, copying and sharing.

use serde_json::{Value, json};

use super::{Clash, ITEMS, Place, child, name, same, taken, tell, touched, unlocked, whole, write};
use crate::{
    clock,
    graph::Ctx,
    query::Rules,
    store::Kind,
    value::{Fields as _, merge},
    wire::{Answer, Refusal, Reply},
};

/// Copies a file; the answer names an operation that is over at once.
pub(super) fn copy(ctx: &mut Ctx<'_>, item: &Value) -> Answer {
    let body = ctx.call.json()?;
    let parent = match body.field("parentReference").text("id") {
        "" => item.text("_parent").to_owned(),
        id => id.to_owned(),
    };
    let new =
        if body.text("name").is_empty() { item.text("name") } else { body.text("name") }.to_owned();
    let bytes = ctx.store.contents.get(item.text("id")).cloned().unwrap_or_default();
    let place = Place {
        drive: item.text("_drive"),
        parent: &parent,
        name: &new,
        clash: Clash::Fail,
        known: None,
    };
    let me = ctx.me().unwrap_or_default().to_owned();
    let (id, _) = write(ctx.store, &place, &me, bytes)?;
    Ok(Reply::empty(202).with("Location", format!("{}/transfer/copied/{id}", ctx.shared.storage())))
}

pub(super) fn link(ctx: &mut Ctx<'_>, item: &Value) -> Answer {
    let body = ctx.call.json()?;
    let kind = body.text("type").to_owned();
    if !["view", "edit"].contains(&kind.as_str()) {
        return Err(Refusal::new(400, "invalidRequest", "The type of a link is view or edit."));
    }
    let scope =
        if body.text("scope").is_empty() { "organization" } else { body.text("scope") }.to_owned();
    let role = if kind == "view" { "read" } else { "write" };
    let same = ctx
        .store
        .of(Kind::Permission, "_item", item.text("id"))
        .find(|own| {
            own.field("link").text("type") == kind && own.field("link").text("scope") == scope
        })
        .cloned();
    if let Some(same) = same {
        return ctx.query.one(200, &same, "permission");
    }
    let id = clock::guid();
    ctx.store.put(Kind::Permission, json!({
        "id": id, "roles": [role], "link": {"type": kind, "scope": scope, "webUrl": format!("{}?share={id}", item.text("webUrl")), "preventsDownload": false},
        "hasPassword": false, "_item": item.text("id"), "_drive": item.text("_drive"),
    }));
    let row = ctx.store.at(Kind::Permission, &id).clone();
    ctx.query.one(201, &row, "permission")
}

pub(super) fn invite(ctx: &mut Ctx<'_>, item: &Value) -> Answer {
    let body = ctx.call.json()?;
    let mut rows = Vec::new();
    for recipient in body.list("recipients") {
        let key = if recipient.text("email").is_empty() {
            recipient.text("objectId")
        } else {
            recipient.text("email")
        };
        let user = ctx.store.user(key).cloned().ok_or_else(|| {
            Refusal::new(400, "invalidRequest", format!("Recipient {key} could not be resolved."))
        })?;
        let id = clock::guid();
        ctx.store.put(Kind::Permission, json!({
            "id": id, "roles": body.field("roles"), "grantedToV2": {"user": {"id": user.text("id"), "displayName": user.text("displayName"), "email": user.text("mail")}},
            "_item": item.text("id"), "_drive": item.text("_drive"), "_user": user.text("id"),
        }));
        rows.push(ctx.store.at(Kind::Permission, &id).clone());
    }
    ctx.query.page(rows, &Rules::new("Collection(permission)", ""))
}

pub(super) fn search(ctx: &Ctx<'_>, drive: &str, query: &str) -> Answer {
    let query = query.trim_matches('\'').trim_start_matches("q=").trim_matches('\'').to_lowercase();
    let query = ctx.path.argument("q").map_or(query, str::to_lowercase);
    let rows = ctx
        .store
        .of(Kind::Item, "_drive", drive)
        .filter(|item| item.text("name").to_lowercase().contains(&query));
    ctx.query.page(rows.map(|item| whole(ctx, item)).collect(), &ITEMS)
}

/// Renames and moves.
pub(super) fn change(ctx: &mut Ctx<'_>, item: &Value) -> Answer {
    same(ctx, item)?;
    unlocked(item)?;
    let body = ctx.call.json()?;
    let wanted =
        if body.text("name").is_empty() { item.text("name") } else { body.text("name") }.to_owned();
    name(&wanted)?;
    let parent = match body.field("parentReference").text("id") {
        "" => item.text("_parent").to_owned(),
        id => {
            let there = ctx.store.find(Kind::Item, id).filter(|own| {
                own.text("_drive") == item.text("_drive") && own.get("folder").is_some()
            });
            there.ok_or_else(Refusal::item)?.text("id").to_owned()
        }
    };
    if child(ctx.store, &parent, &wanted).is_some_and(|other| other.text("id") != item.text("id")) {
        return Err(taken());
    }
    let now = ctx.store.now();
    let above = ctx.store.at(Kind::Item, &parent).text("webUrl").to_owned();
    ctx.store.edit(Kind::Item, item.text("id"), |row| {
        row.put("webUrl", format!("{above}/{}", doubles_http::encode(&wanted)));
        row.put("name", wanted);
        row.put("_parent", parent.clone());
        merge(row, &json!({"parentReference": {"id": parent}}), &["parentReference"]);
        merge(row, &body, &["description"]);
        touched(row, &now, false);
    });
    tell(ctx.store, item.text("_drive"), "updated");
    let item = whole(ctx, &ctx.store.at(Kind::Item, item.text("id")).clone());
    ctx.query.one(200, &item, "driveItems")
}
