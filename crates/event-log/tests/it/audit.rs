//! The audit: written with the change, read by page, pruned by age.

use std::net::IpAddr;

use db::Error;
use jiff::Timestamp;
use kernel::{Actor, Ids, Permission, Scope, TenantId};
use liaison_event_log::{AuditEntry, AuditFilter, Change, Subject, audit, audit_page, prune_audit};
use serde_json::json;
use testkit::Store;

fn at(hour: i8) -> Timestamp {
    format!("2026-03-02T{hour:02}:00:00Z").parse().unwrap()
}

async fn change(store: &Store, scope: &Scope, action: &'static str, hour: i8) {
    let subject = Subject::new(action.split('.').next().unwrap(), format!("{action}-{hour}"));
    let change =
        Change { action, subject, before: None, after: Some(json!({"hour": hour})), at: at(hour) };
    store.write(scope, move |tx| audit(tx, &change)).await.unwrap();
}

async fn actions(store: &Store, scope: &Scope, filter: AuditFilter) -> Vec<String> {
    let page = store.read(scope, move |tx| audit_page(tx, &filter, None, 100)).await.unwrap();
    page.into_iter().map(|entry| entry.action).collect()
}

#[tokio::test]
async fn an_entry_tells_who_did_what_from_where() {
    let store = Store::fresh().await;
    let ids = Ids::seeded(3);
    let user = Actor::User(ids.fresh());
    let origin: IpAddr = "2001:db8::7".parse().unwrap();
    let scope = testkit::scope(ids.fresh::<TenantId>(), user, &[Permission::AuditRead])
        .with_origin(Some(origin));
    let change = Change {
        action: "webhook.disable",
        subject: Subject::new("webhook", "w1"),
        before: Some(json!({"state": "enabled"})),
        after: None,
        at: at(9),
    };
    store.write(&scope, move |tx| audit(tx, &change)).await.unwrap();
    let filter = AuditFilter::default();
    let page = store.read(&scope, move |tx| audit_page(tx, &filter, None, 10)).await.unwrap();
    assert_eq!(
        page,
        [AuditEntry {
            position: 1,
            at: at(9),
            actor_kind: "user".to_owned(),
            actor: user.to_string(),
            action: "webhook.disable".to_owned(),
            subject_kind: "webhook".to_owned(),
            subject: "w1".to_owned(),
            before: Some(json!({"state": "enabled"})),
            after: None,
            request: scope.request(),
            origin: Some("2001:db8::7".to_owned()),
        }]
    );
}

#[tokio::test]
async fn a_change_that_was_undone_is_not_in_the_audit() {
    let store = Store::fresh().await;
    let scope = testkit::system_scope(Ids::seeded(3).fresh());
    let undone = store.write(&scope, |tx| {
        let change = Change {
            action: "webhook.disable",
            subject: Subject::new("webhook", "w1"),
            before: None,
            after: None,
            at: at(9),
        };
        audit(tx, &change)?;
        Err::<(), _>(Error::Panicked)
    });
    undone.await.unwrap_err();
    change(&store, &scope, "webhook.enable", 10).await;
    assert_eq!(actions(&store, &scope, AuditFilter::default()).await, ["webhook.enable"]);
}

#[tokio::test]
async fn filters_choose_by_action_noun_actor_subject_and_time() {
    let store = Store::fresh().await;
    let ids = Ids::seeded(3);
    let tenant: TenantId = ids.fresh();
    let (ann, bob) = (Actor::User(ids.fresh()), Actor::User(ids.fresh()));
    let (by_ann, by_bob) = (testkit::scope(tenant, ann, &[]), testkit::scope(tenant, bob, &[]));
    change(&store, &by_ann, "webhook.create", 8).await;
    change(&store, &by_bob, "webhook.disable", 9).await;
    change(&store, &by_ann, "webhook_token.create", 10).await;
    change(&store, &by_bob, "user.create", 11).await;
    let stranger = testkit::system_scope(ids.fresh());
    change(&store, &stranger, "webhook.delete", 9).await;

    let none = AuditFilter::default;
    let of = |filter| actions(&store, &by_ann, filter);
    let action = |text: &str| AuditFilter { action: Some(text.to_owned()), ..none() };
    assert_eq!(
        of(none()).await,
        ["user.create", "webhook_token.create", "webhook.disable", "webhook.create"]
    );
    assert_eq!(of(action("webhook")).await, ["webhook.disable", "webhook.create"]);
    assert_eq!(of(action("webhook.create")).await, ["webhook.create"]);
    assert_eq!(of(action("webhook_token")).await, ["webhook_token.create"]);
    for nothing in ["web", "webhook.", "%", "web%", "w_bhook", "WEBHOOK", "webhook'--"] {
        assert!(of(action(nothing)).await.is_empty(), "{nothing}");
    }
    let actor = AuditFilter { actor: Some(bob.to_string()), ..none() };
    assert_eq!(of(actor).await, ["user.create", "webhook.disable"]);
    let subject = AuditFilter { subject: Some("webhook.disable-9".to_owned()), ..none() };
    assert_eq!(of(subject).await, ["webhook.disable"]);
    let time = AuditFilter { from: Some(at(9)), to: Some(at(11)), ..none() };
    assert_eq!(of(time).await, ["webhook_token.create", "webhook.disable"]);
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repetition() {
    let store = Store::fresh().await;
    let scope = testkit::system_scope(Ids::seeded(3).fresh());
    for hour in 0..7 {
        change(&store, &scope, "webhook.create", hour).await;
    }
    let (mut before, mut seen) = (None, Vec::new());
    loop {
        let filter = AuditFilter::default();
        let page = store.read(&scope, move |tx| audit_page(tx, &filter, before, 3)).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.position);
        seen.extend(page.iter().map(|entry| entry.position));
    }
    assert_eq!(seen, [7, 6, 5, 4, 3, 2, 1]);
}

#[tokio::test]
async fn old_entries_go_in_slices_and_positions_go_on() {
    let store = Store::fresh().await;
    let scope = testkit::system_scope(Ids::seeded(3).fresh());
    let stranger = testkit::system_scope(Ids::seeded(4).fresh());
    for hour in 0..5 {
        change(&store, &scope, "webhook.create", hour).await;
        change(&store, &stranger, "webhook.create", hour).await;
    }
    let prune = |limit| store.write(&scope, move |tx| prune_audit(tx, at(3), limit));
    assert_eq!(prune(2).await.unwrap(), 2);
    assert_eq!(prune(2).await.unwrap(), 1);
    assert_eq!(prune(2).await.unwrap(), 0);
    assert_eq!(actions(&store, &scope, AuditFilter::default()).await.len(), 2);
    assert_eq!(actions(&store, &stranger, AuditFilter::default()).await.len(), 5);
    change(&store, &scope, "webhook.create", 6).await;
    let filter = AuditFilter::default();
    let page = store.read(&scope, move |tx| audit_page(tx, &filter, None, 1)).await.unwrap();
    assert_eq!(page[0].position, 6);
}
