//! Positions follow commits: dense, without loss, never reordered.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use db::Error;
use kernel::Ids;
use liaison_event_log::{draw, draw_many, head, read_after};
use testkit::{Gate, within};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{TOPIC, put, store};

const STREAM: Uuid = Uuid::from_u128(1);

#[tokio::test]
async fn a_reader_misses_nothing_while_a_transaction_is_open_and_another_commits() {
    let (store, scope) = store().await;
    let ids = Ids::system();
    let (first, second, other) = (ids.fresh(), ids.fresh(), ids.fresh());
    let gate = Gate::closed();
    let held = gate.clone();
    // Draws its position, then stays open.
    let slow = store.append(&scope, STREAM, move |tx| {
        let position = put(tx, STREAM, first, 1)?;
        held.pass();
        Ok::<_, Error>(position)
    });
    let after = |last| store.read(&scope, move |tx| read_after(tx, TOPIC, STREAM, last, 10));
    let elsewhere = Uuid::from_u128(2);
    let runs = Arc::new(AtomicUsize::new(0));
    let beside = async {
        gate.arrival().await;
        assert!(after(0).await.unwrap().is_empty());
        let counted = Arc::clone(&runs);
        let fast = store.append(&scope, STREAM, move |tx| {
            counted.fetch_add(1, Ordering::SeqCst);
            put(tx, STREAM, second, 2)
        });
        let away = store.append(&scope, elsewhere, move |tx| put(tx, elsewhere, other, 3));
        let (mut fast, mut away) = (Box::pin(fast), Box::pin(away));
        if store.dialect() == db::Dialect::Postgres {
            // Another stream does not wait.
            assert_eq!(within("the other stream", away.as_mut()).await.unwrap(), 1);
        }
        // Both are on their way; the one on the same stream cannot overtake.
        let early = tokio::time::timeout(std::time::Duration::ZERO, fast.as_mut()).await;
        assert!(early.is_err());
        assert!(after(0).await.unwrap().is_empty());
        gate.open();
        let position = fast.await.unwrap();
        if store.dialect() == db::Dialect::Sqlite {
            assert_eq!(away.await.unwrap(), 1);
        }
        position
    };
    let (slow, fast) = tokio::join!(slow, beside);
    assert_eq!((slow.unwrap(), fast), (1, 2));
    // An append waits for the head of its stream; it does not lose against it.
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    let seen: Vec<_> = after(0).await.unwrap().into_iter().map(|e| (e.position, e.id)).collect();
    assert_eq!(seen, [(1, first), (2, second)]);
    assert_eq!(after(1).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_was_undone_leaves_no_gap() {
    let (store, scope) = store().await;
    let ids = Ids::system();
    let (undone, kept) = (ids.fresh(), ids.fresh());
    let failed = store.append(&scope, STREAM, move |tx| {
        put(tx, STREAM, undone, 1)?;
        Err::<(), _>(Error::Panicked)
    });
    failed.await.unwrap_err();
    let position = store.append(&scope, STREAM, move |tx| {
        let lost = tx.attempt(|tx| {
            put(tx, STREAM, undone, 1)?;
            Err::<(), _>(Error::Panicked)
        });
        assert!(lost.is_err());
        put(tx, STREAM, kept, 2)
    });
    assert_eq!(position.await.unwrap(), 1);
    assert_eq!(store.read(&scope, |tx| head(tx, TOPIC, STREAM)).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_reader_that_follows_many_writers_sees_each_event_once_and_in_order() {
    const WRITERS: i64 = 8;
    const EACH: i64 = 40;
    let (store, scope) = store().await;
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let (db, scope) = (store.db(), scope.clone());
        writers.spawn(async move {
            for n in 0..EACH {
                let id = Ids::system().fresh();
                let number = writer * EACH + n;
                // Both kinds of writes draw from the same head.
                let write = move |tx: &db::Tx<'_>| put(tx, STREAM, id, number);
                let written = if n % 4 == 0 {
                    db.write(&scope, write).await
                } else {
                    db.append(&scope, STREAM, write).await
                };
                written.unwrap();
            }
        });
    }
    let follow = async {
        let (mut last, mut numbers) = (0, Vec::new());
        while numbers.len() < usize::try_from(WRITERS * EACH).unwrap() {
            let events = store.read(&scope, move |tx| read_after(tx, TOPIC, STREAM, last, 7));
            for event in events.await.unwrap() {
                assert_eq!(event.position, last + 1, "a gap or a repetition");
                last = event.position;
                numbers.push(number(&event.meta));
            }
        }
        numbers
    };
    let numbers = within("the last event", follow).await;
    writers.join_all().await;
    for writer in 0..WRITERS {
        let own: Vec<_> = numbers.iter().filter(|n| **n / EACH == writer).collect();
        assert!(own.is_sorted() && own.len() == usize::try_from(EACH).unwrap(), "{own:?}");
    }
}

/// The number in `{"number": 7}`, however the engine writes JSON.
fn number(meta: &str) -> i64 {
    let json: serde_json::Value = serde_json::from_str(meta).unwrap();
    json["number"].as_i64().unwrap()
}

#[tokio::test]
async fn positions_may_be_drawn_several_at_once() {
    let (store, scope) = store().await;
    let drawn = store.write(&scope, |tx| {
        let one = draw(tx, TOPIC, STREAM)?;
        let five = draw_many(tx, TOPIC, STREAM, 5)?;
        Ok::<_, Error>((one, five, draw(tx, TOPIC, STREAM)?))
    });
    assert_eq!(drawn.await.unwrap(), (1, 2, 7));
}
