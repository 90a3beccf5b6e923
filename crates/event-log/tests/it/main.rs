//! The event log and the audit, on the engine that `LIAISON_TEST_DATABASE` chooses.
#![cfg(test)]

mod audit;
mod cursors;
mod events;
mod positions;

use db::Tx;
use kernel::{EventId, Ids, Scope, TenantId};
use liaison_event_log::{NewEvent, Topic, append};
use testkit::Store;
use uuid::Uuid;

const TOPIC: Topic = "proof.made";

async fn store() -> (Store, Scope) {
    let scope = testkit::system_scope(testkit::ids().fresh::<TenantId>());
    (Store::fresh().await, scope)
}

/// An event whose meta tells its number.
fn put(tx: &Tx<'_>, stream: Uuid, id: EventId, number: i64) -> db::Result<i64> {
    let meta = format!("{{\"number\": {number}}}");
    let at = "2026-03-02T09:00:00.000001Z".parse().unwrap();
    let body = number.to_string();
    let event = NewEvent { topic: TOPIC, stream, id, at, meta: &meta, body: Some(body.as_bytes()) };
    append(tx, &event)
}

async fn add(store: &Store, scope: &Scope, stream: Uuid, number: i64) -> i64 {
    let id = Ids::system().fresh();
    store.append(scope, stream, move |tx| put(tx, stream, id, number)).await.unwrap()
}
