//! Reads that take too long, and the writer that stays free.

use std::time::{Duration, Instant};

use db::{Dialect, Error};
use kernel::Coded as _;
use testkit::{Store, Tuning};

use crate::{insert, kept, numbers, prepared, proof};

async fn impatient() -> Store {
    Store::tuned(Tuning { read_limit: Some(Duration::from_millis(150)), ..Tuning::default() }).await
}

const ENDLESS: &str = "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r \
                       WHERE n < 2000000000) SELECT COUNT(*) FROM r";

#[tokio::test]
async fn a_read_is_interrupted_after_its_limit() {
    let (store, scope) = prepared(impatient().await).await;
    let read = testkit::within("the interruption", store.read(&scope, |tx| tx.first(ENDLESS, &[])));
    let error = read.await.unwrap_err();
    assert!(matches!(error, Error::Interrupted), "{error:?}");
    assert_eq!(error.code().to_string(), "storage.interrupted");
    let single = store.read_one(&scope, |tx| tx.first(ENDLESS, &[]));
    assert!(matches!(testkit::within("it", single).await, Err(Error::Interrupted)));
    store.write(&scope, |tx| insert(tx, 1, "one")).await.unwrap();
}

#[tokio::test]
async fn a_read_of_many_short_statements_is_interrupted_too() {
    let (store, scope) = prepared(impatient().await).await;
    let started = Instant::now();
    let read = store.read(&scope, |tx| {
        loop {
            numbers(tx)?;
            tx.first(
                "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 20000) \
                 SELECT COUNT(*) FROM r",
                &[],
            )?;
        }
    });
    let read: Result<(), Error> = testkit::within("the interruption", read).await;
    assert!(matches!(read, Err(Error::Interrupted)));
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn short_writes_pass_between_the_slices_of_bulk_work() {
    let (store, scope) = proof().await;
    let slices = async {
        for slice in 0..20_i64 {
            let written = store.write(&scope, move |tx| {
                let rows: Vec<_> = (0..500)
                    .map(|n| {
                        let n = 1_000_000 + slice * 500 + n;
                        vec![n.into(), n.to_string().into()]
                    })
                    .collect();
                tx.execute_many("INSERT INTO proof (n, word) VALUES ($1, $2)", &rows)
            });
            written.await.unwrap();
        }
        Instant::now()
    };
    let shorts = async {
        let mut first = None;
        for n in 0..20_i64 {
            store.write(&scope, move |tx| insert(tx, n, &n.to_string())).await.unwrap();
            first.get_or_insert_with(Instant::now);
        }
        first.unwrap()
    };
    let (bulk_done, first_short) = tokio::join!(slices, shorts);
    assert!(first_short < bulk_done, "a short write waited for all of the bulk work");
    assert_eq!(kept(&store, &scope).await.len(), 10_020);
}

#[tokio::test]
async fn a_slow_read_does_not_hold_up_writes() {
    let (store, scope) = proof().await;
    let gate = testkit::Gate::closed();
    let held = gate.clone();
    let reading = store.read(&scope, move |tx| {
        let seen = numbers(tx)?;
        held.pass();
        Ok::<_, Error>(seen)
    });
    let writing = async {
        gate.arrival().await;
        for n in 0..10_i64 {
            store.write(&scope, move |tx| insert(tx, n, &n.to_string())).await.unwrap();
        }
        gate.open();
    };
    let (read, ()) = tokio::join!(reading, writing);
    assert!(read.unwrap().is_empty());
}

#[tokio::test]
async fn the_engine_answers_a_ping_and_a_closed_one_says_so() {
    let (store, scope) = proof().await;
    let db = store.db();
    let blocking = |work: fn(&db::Db)| {
        let db = db.clone();
        tokio::task::spawn_blocking(move || work(&db))
    };
    blocking(|db| db.ping(Duration::from_secs(20)).unwrap()).await.unwrap();
    blocking(db::Db::close).await.unwrap();
    let late = store.write(&scope, |tx| insert(tx, 1, "one")).await;
    assert!(matches!(late, Err(Error::Closed)));
    assert!(matches!(store.read(&scope, numbers).await, Err(Error::Closed)));
    blocking(|db| assert!(db.ping(Duration::from_secs(1)).is_err())).await.unwrap();
    blocking(db::Db::close).await.unwrap();
}

#[tokio::test]
async fn closing_finishes_what_is_queued() {
    let (store, scope) = proof().await;
    let Some(folder) = store.folder().map(std::path::Path::to_owned) else {
        // The other engine: look at it from another node.
        let other = store.other_node().await.unwrap();
        closing(&store, &scope).await;
        assert_eq!(kept(&other, &scope).await.len(), 50);
        return;
    };
    assert_eq!(store.dialect(), Dialect::Sqlite);
    closing(&store, &scope).await;
    assert!(folder.join("liaison.db").exists());
}

async fn closing(store: &Store, scope: &kernel::Scope) {
    let mut writes = Vec::new();
    for n in 0..50_i64 {
        writes.push(Box::pin(store.write(scope, move |tx| insert(tx, n, &n.to_string()))));
    }
    // Each is queued at its first poll.
    for write in &mut writes {
        let queued = tokio::time::timeout(Duration::ZERO, write.as_mut()).await;
        assert!(queued.is_err() || queued.is_ok_and(|answer| answer.is_ok()));
    }
    let db = store.db();
    tokio::task::spawn_blocking(move || db.close()).await.unwrap();
}
