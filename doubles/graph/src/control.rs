//! The control: what a test does that no client could.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    clock,
    entra::{self, Ticket},
    faults::Fault,
    mail, meetings, notify,
    query::Path,
    server::Shared,
    store::{Kind, Store},
    value::{Fields as _, shown},
    wire::{Call, Reply},
};

/// Answers the control's own address.
pub(crate) fn handle(shared: &Arc<Shared>, call: &Call) -> Reply {
    let body: Value = serde_json::from_slice(&call.body).unwrap_or_else(|_error| json!({}));
    let path = Path::parse(&call.path);
    let words: Vec<&str> = path.words.iter().map(String::as_str).collect();
    let mut store = shared.store();
    let store = &mut *store;
    let done = |done: bool| {
        if done {
            Reply::empty(204)
        } else {
            Reply::plain_json(404, &json!({"error": "not found"}))
        }
    };
    match (call.method.as_str(), words.as_slice()) {
        ("POST", ["faults"]) => {
            store.faults.push(Fault::read(&body));
            done(true)
        }
        ("DELETE", ["faults"]) => {
            store.faults.clear();
            done(true)
        }
        ("POST", ["limits"]) => {
            store.limits.messages_per_second =
                body.get("messages_per_second").and_then(Value::as_u64);
            store.limits.requests_per_minute =
                body.get("requests_per_minute").and_then(Value::as_u64);
            store.limits.settle_ms = body.field("settle_ms").as_i64().unwrap_or(0);
            store.limits.folder_ms = body.field("folder_ms").as_i64().unwrap_or(0);
            store.posts.clear();
            done(true)
        }
        ("POST", ["policy"]) => {
            store.policy = body;
            done(true)
        }
        ("POST", ["clock"]) => {
            store.moved += body.field("advance_seconds").as_i64().unwrap_or(0) * 1000;
            Reply::plain_json(200, &json!({"now": store.now()}))
        }
        ("POST", ["token"]) => token(shared, store, &body),
        ("POST", ["revoke"]) => {
            match store.user(body.text("user")).map(|user| user.text("id").to_owned()) {
                Some(id) => {
                    store.revoked.push(id);
                    done(true)
                }
                None => done(false),
            }
        }
        ("DELETE", ["revoke"]) => {
            store.revoked.clear();
            done(true)
        }
        ("POST", ["users", _]) => {
            let id = store.user(path.at(1)).map_or("", |user| user.text("id")).to_owned();
            let changed = store.edit(Kind::User, &id, |row| {
                if let Value::Object(map) = &body {
                    for (name, value) in map {
                        row.put(name, value.clone());
                    }
                }
            });
            done(changed)
        }
        ("POST", ["lifecycle"]) => {
            done(notify::lifecycle(store, body.text("subscription"), body.text("event")))
        }
        ("POST", ["transcripts"]) => {
            match meetings::add_transcript(store, body.text("meeting"), body.text("vtt")) {
                Some(id) => Reply::plain_json(200, &json!({"id": id})),
                None => done(false),
            }
        }
        ("POST", ["mails"]) => {
            let user = store.user(body.text("user")).map_or("", |user| user.text("id")).to_owned();
            match mail::arrive(store, &user, body.field("mail")) {
                Some(id) => Reply::plain_json(200, &json!({"id": id})),
                None => done(false),
            }
        }
        ("POST", ["delta", "expire"]) => {
            store.change += 1;
            store.delta_floor = store.change;
            done(true)
        }
        ("POST", ["lock"]) => done(
            store
                .edit(Kind::Item, body.text("item"), |row| row.put("_locked", body.flag("locked"))),
        ),
        ("POST", ["clients"]) => client(store, &body),
        ("POST", ["grants"]) => {
            let who = match body.text("user") {
                "" => "*".to_owned(),
                user => store.user(user).map_or("", |user| user.text("id")).to_owned(),
            };
            let client = body.text("client").to_owned();
            let key = format!("{client}|{who}|graph");
            store.put(Kind::Grant, json!({"id": key, "clientId": client, "principal": who, "resource": "graph", "scopes": body.field("scopes")}));
            done(true)
        }
        ("GET", ["log"]) => Reply::plain_json(200, &Value::from(store.log.clone())),
        ("GET", ["subscriptions"]) => {
            let rows: Vec<Value> = store.list(Kind::Subscription).map(shown).collect();
            Reply::plain_json(200, &Value::from(rows))
        }
        _ => done(false),
    }
}

fn token(shared: &Shared, store: &Store, body: &Value) -> Reply {
    let user = store.user(body.text("user")).map(|user| user.text("id"));
    let names = if user.is_some() { body.field("scopes") } else { body.field("roles") };
    let rights = match names {
        Value::String(text) => text.split_whitespace().map(str::to_owned).collect(),
        other => other.as_array().map_or_else(Vec::new, |list| {
            list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }),
    };
    let client =
        if body.text("client").is_empty() { crate::seeds::CLIENT } else { body.text("client") };
    let audience = if body.text("audience").is_empty() {
        Shared::audience()
    } else {
        body.text("audience").to_owned()
    };
    let ticket = Ticket { client, user, resource: &audience, rights, strong: body.flag("strong") };
    Reply::plain_json(200, &json!({"token": entra::access_token(shared, store, &ticket)}))
}

fn client(store: &mut Store, body: &Value) -> Reply {
    let id = if body.text("id").is_empty() { clock::guid() } else { body.text("id").to_owned() };
    if store.find(Kind::Client, &id).is_none() {
        let secret = clock::secret();
        store.put(Kind::Client, json!({"id": id, "secret": secret, "_principal": clock::guid(), "redirects": [], "roles": [], "delegated": [], "scopes": []}));
    }
    store.edit(Kind::Client, &id, |row| {
        for name in [
            "displayName",
            "redirects",
            "certificate",
            "roles",
            "delegated",
            "scopes",
            "public",
            "meetings",
            "secret",
        ] {
            if let Some(value) = body.get(name) {
                row.put(name, value.clone());
            }
        }
    });
    Reply::plain_json(200, store.at(Kind::Client, &id))
}
