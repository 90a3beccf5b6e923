//! Notices: after the commit, merged, never of what was undone.

use std::sync::Arc;

use db::{Error, Notice};
use kernel::Scope;
use testkit::{Gate, Store, notice};
use uuid::Uuid;

use crate::{Failure, insert, kept, proof};

const TOPIC: &str = "proof.made";

async fn told(store: &Store, scope: &Scope, position: i64) {
    let stream = Uuid::from_u128(99);
    let end = store.write(scope, move |tx| {
        tx.notify("proof.end", stream, position);
        Ok::<_, Error>(())
    });
    end.await.unwrap();
}

#[tokio::test]
async fn a_commit_is_told_once_with_the_highest_position_of_each_stream() {
    let (store, scope) = proof().await;
    let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let mut listener = store.listen();
    let written = store.write(&scope, move |tx| {
        insert(tx, 1, "one")?;
        tx.notify(TOPIC, a, 1);
        tx.notify(TOPIC, b, 7);
        tx.notify(TOPIC, a, 2);
        Ok::<_, Error>(())
    });
    written.await.unwrap();
    let heard = testkit::within("the notices", listener.next()).await.unwrap();
    let tenant = scope.tenant();
    let expected: Vec<_> = [(a, 2), (b, 7)]
        .map(|(stream, position)| Notice { tenant, topic: TOPIC.into(), stream, position })
        .into();
    assert_eq!(heard, Arc::from(expected));
    // The work was there when the notice came.
    assert_eq!(kept(&store, &scope).await, [1]);
}

#[tokio::test]
async fn nothing_is_told_before_the_commit() {
    let (store, scope) = proof().await;
    let gate = Gate::closed();
    let held = gate.clone();
    let mut listener = store.listen();
    let writing = store.write(&scope, move |tx| {
        insert(tx, 1, "one")?;
        tx.notify(TOPIC, Uuid::nil(), 1);
        held.pass();
        Ok::<_, Error>(())
    });
    let watching = async {
        gate.arrival().await;
        let early = tokio::time::timeout(std::time::Duration::ZERO, listener.next()).await;
        assert!(early.is_err(), "a notice before the commit: {early:?}");
        gate.open();
    };
    let (written, ()) = tokio::join!(writing, watching);
    written.unwrap();
    notice(&mut listener, |n| n.topic == TOPIC).await;
}

#[tokio::test]
async fn what_was_undone_is_never_told() {
    let (store, scope) = proof().await;
    let mut listener = store.listen();
    let failed = store.write(&scope, |tx| {
        tx.notify(TOPIC, Uuid::nil(), 1);
        Err::<(), _>(Failure::Own("undone"))
    });
    failed.await.unwrap_err();
    let poisoned = store.write(&scope, |tx| {
        tx.notify(TOPIC, Uuid::nil(), 2);
        drop(tx.execute("INSERT INTO nowhere VALUES (1)", &[]));
        Ok::<_, Error>(())
    });
    poisoned.await.unwrap_err();
    let partly = store.write(&scope, |tx| {
        insert(tx, 1, "one")?;
        let undone = tx.attempt(|tx| {
            tx.notify(TOPIC, Uuid::nil(), 3);
            insert(tx, 1, "uno")
        });
        assert!(undone.is_err());
        tx.notify("proof.kept", Uuid::nil(), 4);
        Ok::<_, Error>(())
    });
    partly.await.unwrap();
    told(&store, &scope, 1).await;
    loop {
        let heard = testkit::within("the notices", listener.next()).await.unwrap();
        assert!(heard.iter().all(|n| n.topic != TOPIC), "{heard:?}");
        if heard.iter().any(|n| n.topic == "proof.end") {
            return;
        }
    }
}

#[tokio::test]
async fn another_node_hears_of_commits_and_the_own_node_only_once() {
    let (store, scope) = proof().await;
    let Some(other) = store.other_node().await else { return };
    let (mut here, mut there) = (store.listen(), other.listen());
    for n in 1..=200_i64 {
        let written = store.append(&scope, Uuid::nil(), move |tx| {
            tx.notify(TOPIC, Uuid::nil(), n);
            insert(tx, n, &n.to_string())
        });
        written.await.unwrap();
    }
    let last = notice(&mut there, |n| n.topic == TOPIC && n.position == 200).await;
    assert_eq!((last.tenant, last.stream), (scope.tenant(), Uuid::nil()));
    assert_eq!(kept(&other, &scope).await.len(), 200);
    // Here each commit was told once: an echo would come between the last one and the end.
    told(&store, &scope, 1).await;
    notice(&mut there, |n| n.topic == "proof.end").await;
    let mut count = 0;
    while let Ok(heard) = tokio::time::timeout(std::time::Duration::ZERO, here.next()).await {
        count += heard.unwrap().iter().filter(|n| n.topic == TOPIC).count();
    }
    assert_eq!(count, 200);
}
