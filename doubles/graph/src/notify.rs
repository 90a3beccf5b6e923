//! Notifications: what changed, sent to those who subscribed.

use std::{sync::Arc, thread, time::Duration};

use serde_json::{Value, json};

use crate::{
    clock, outside,
    server::Shared,
    store::{Kind, Store},
    subscriptions,
    value::Fields as _,
};

/// A change.
pub(crate) struct News<'n> {
    /// `created`, `updated` or `deleted`.
    pub(crate) change: &'n str,
    /// The type without its prefix; empty where nothing is told of the resource.
    pub(crate) kind: &'n str,
    /// The resource's own address.
    pub(crate) path: String,
    pub(crate) id: &'n str,
    pub(crate) row: &'n Value,
}

/// Something that waits to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Notice {
    subscription: String,
    address: String,
    body: Value,
    /// The application that tokens of proof are for.
    proof: Option<String>,
    attempt: u32,
    due: i64,
    first: i64,
}

/// How long a notice is tried.
const PATIENCE_MS: i64 = 4 * 3_600_000;
/// How long before the end the subscriber is asked to renew.
const WARNING_MS: i64 = 15 * 60_000;

/// Queues notices for every subscription to one of these resources.
pub(crate) fn tell(store: &mut Store, resources: &[String], news: &News<'_>) {
    let now = store.now_ms();
    let wanted: Vec<Value> = store
        .list(Kind::Subscription)
        .filter(|row| {
            row.field("_ends").as_i64().unwrap_or(0) > now
                && !row.flag("_blocked")
                && row.text("changeType").split(',').any(|own| own.trim() == news.change)
                && resources.iter().any(|own| own.eq_ignore_ascii_case(row.text("_resource")))
        })
        .cloned()
        .collect();
    for row in wanted {
        let mut body = json!({
            "subscriptionId": row.text("id"), "changeType": news.change, "clientState": row.field("clientState"),
            "subscriptionExpirationDateTime": row.text("expirationDateTime"), "resource": news.path, "tenantId": crate::seeds::TENANT,
            "resourceData": if news.kind.is_empty() { Value::Null } else {
                json!({"@odata.type": format!("#Microsoft.Graph.{}", news.kind), "@odata.id": news.path, "id": news.id})
            },
        });
        let rich = row.flag("includeResourceData");
        if rich {
            body.put("encryptedContent", subscriptions::sealed(&row, news.row).unwrap_or_default());
        }
        queue(store, &row, "notificationUrl", body, rich);
    }
}

fn queue(store: &mut Store, subscription: &Value, address: &str, body: Value, rich: bool) {
    let now = store.now_ms();
    store.outbox.push(Notice {
        subscription: subscription.text("id").to_owned(),
        address: subscription.text(address).to_owned(),
        body,
        proof: rich.then(|| subscription.text("applicationId").to_owned()),
        attempt: 0,
        due: now,
        first: now,
    });
}

/// Tells the subscriber of the subscription's own life.
pub(crate) fn lifecycle(store: &mut Store, id: &str, event: &str) -> bool {
    let Some(row) = store.find(Kind::Subscription, id).cloned() else { return false };
    if row.text("lifecycleNotificationUrl").is_empty() {
        return false;
    }
    let body = json!({
        "subscriptionId": id, "subscriptionExpirationDateTime": row.text("expirationDateTime"), "tenantId": crate::seeds::TENANT,
        "clientState": row.field("clientState"), "lifecycleEvent": event, "resource": row.text("resource"),
    });
    queue(store, &row, "lifecycleNotificationUrl", body, false);
    match event {
        "subscriptionRemoved" => {
            store.remove(Kind::Subscription, id);
        }
        // Nothing more is sent until the subscriber has acted.
        "reauthorizationRequired" => {
            store.edit(Kind::Subscription, id, |row| row.put("_warned", true));
        }
        _ => {}
    }
    true
}

/// Asks those whose subscriptions end soon, and forgets those that ended.
fn age(store: &mut Store) {
    let now = store.now_ms();
    let rows: Vec<(String, i64, bool)> = store
        .list(Kind::Subscription)
        .map(|row| {
            (
                row.text("id").to_owned(),
                row.field("_ends").as_i64().unwrap_or(0),
                row.flag("_warned"),
            )
        })
        .collect();
    for (id, ends, warned) in rows {
        if ends <= now {
            store.remove(Kind::Subscription, &id);
        } else if ends - now < WARNING_MS && !warned {
            lifecycle(store, &id, "reauthorizationRequired");
        }
    }
}

/// Sends what is due until the double ends.
pub(crate) fn send(shared: &Arc<Shared>) {
    while !shared.is_over() {
        thread::sleep(Duration::from_millis(15));
        let due = {
            let mut store = shared.store();
            age(&mut store);
            let now = store.now_ms();
            let (due, later): (Vec<Notice>, Vec<Notice>) =
                store.outbox.drain(..).partition(|notice| notice.due <= now);
            store.outbox = later;
            due.into_iter().filter(|_| !crate::faults::drops(&mut store)).collect::<Vec<_>>()
        };
        let mut posts: Vec<(String, Vec<Notice>)> = Vec::new();
        for notice in due {
            match posts.iter_mut().find(|(address, _)| *address == notice.address) {
                Some((_, notices)) => notices.push(notice),
                None => posts.push((notice.address.clone(), vec![notice])),
            }
        }
        for (address, notices) in posts {
            let failed = !deliver(shared, &address, &notices);
            if failed {
                again(&mut shared.store(), notices);
            }
        }
    }
}

fn deliver(shared: &Shared, address: &str, notices: &[Notice]) -> bool {
    let values: Vec<&Value> = notices.iter().map(|notice| &notice.body).collect();
    let mut body = json!({"value": values});
    let proofs: Vec<&String> = notices.iter().filter_map(|notice| notice.proof.as_ref()).collect();
    if let Some(application) = proofs.first() {
        let now = shared.store().now_ms() / 1000;
        let token = shared.keys.sign(&json!({
            "aud": application, "iss": shared.issuer(), "iat": now, "nbf": now - 300, "exp": now + 3600, "tid": crate::seeds::TENANT, "ver": "2.0",
            "appid": PUBLISHER, "azp": PUBLISHER, "oid": PUBLISHER, "sub": PUBLISHER, "idtyp": "app",
        }));
        body.put("validationTokens", vec![token]);
    }
    let sent = outside::post(
        shared.trust.as_deref(),
        address,
        "application/json; charset=utf-8",
        body.to_string().as_bytes(),
    );
    sent.is_ok_and(|answer| (200..300).contains(&answer.status))
}

/// The application that sends rich notifications.
const PUBLISHER: &str = "0bf30f3b-4a52-48df-9a82-234910c4a086";

fn again(store: &mut Store, notices: Vec<Notice>) {
    let now = store.now_ms();
    for mut notice in notices {
        notice.attempt += 1;
        notice.due = now + (1000_i64 << notice.attempt.min(10)) / 2;
        if now - notice.first < PATIENCE_MS {
            store.outbox.push(notice);
        } else {
            // What was lost for good is told, where somebody listens.
            lifecycle(store, &notice.subscription, "missed");
        }
    }
    store.log.push(json!({"notifications": "failed", "at": clock::text(now)}));
}
