//! Closures that run again: reads that they built on have changed.

use std::{
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use db::{Db, Dialect, Error, Tx};
use kernel::Scope;
use uuid::Uuid;

use crate::{insert, kept, proof};

fn bump(tx: &Tx<'_>, meeting: impl Fn()) -> db::Result<i64> {
    let row = tx.first("SELECT n FROM proof WHERE word = $1", &["counter".into()])?;
    let n = row.map_or(Ok(0), |row| row.get(0))?;
    meeting();
    tx.execute("UPDATE proof SET n = $1 WHERE word = $2", &[(n + 1).into(), "counter".into()])?;
    Ok(n + 1)
}

#[tokio::test]
async fn two_writers_that_read_the_same_row_lose_no_update() {
    let (store, scope) = proof().await;
    store.write(&scope, |tx| insert(tx, 0, "counter")).await.unwrap();
    let (runs, meeting) = (Arc::new(AtomicUsize::new(0)), Arc::new(Barrier::new(2)));
    // Where writers run side by side, both have read before either writes.
    let meets = store.dialect() == Dialect::Postgres;
    let write = || {
        let (runs, meeting) = (Arc::clone(&runs), Arc::clone(&meeting));
        store.write(&scope, move |tx| {
            let first = runs.fetch_add(1, Ordering::SeqCst) < 2;
            bump(tx, || {
                if meets && first {
                    meeting.wait();
                }
            })
        })
    };
    let (a, b) = tokio::join!(write(), write());
    let mut answers = [a.unwrap(), b.unwrap()];
    answers.sort_unstable();
    assert_eq!(answers, [1, 2]);
    assert_eq!(kept(&store, &scope).await, [2]);
    let expected = if meets { 3 } else { 2 };
    assert_eq!(runs.load(Ordering::SeqCst), expected);
}

#[tokio::test]
async fn write_skew_is_noticed() {
    let (store, scope) = proof().await;
    let meeting = Arc::new(Barrier::new(2));
    let runs = Arc::new(AtomicUsize::new(0));
    let meets = store.dialect() == Dialect::Postgres;
    // Each inserts only when nobody has: one row must be the end of it.
    let write = |n: i64| {
        let (runs, meeting) = (Arc::clone(&runs), Arc::clone(&meeting));
        store.write(&scope, move |tx| {
            let first = runs.fetch_add(1, Ordering::SeqCst) < 2;
            let nobody = tx.first("SELECT n FROM proof LIMIT 1", &[])?.is_none();
            if meets && first {
                meeting.wait();
            }
            if nobody {
                insert(tx, n, &n.to_string())?;
            }
            Ok::<_, Error>(nobody)
        })
    };
    let (a, b) = tokio::join!(write(1), write(2));
    assert_eq!(usize::from(a.unwrap()) + usize::from(b.unwrap()), 1);
    assert_eq!(kept(&store, &scope).await.len(), 1);
}

/// Changes the counter from another connection while a closure waits.
struct Disturber(mpsc::Sender<mpsc::Sender<()>>);

impl Disturber {
    fn new(db: Db, scope: Scope) -> Self {
        let (sender, receiver) = mpsc::channel::<mpsc::Sender<()>>();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            while let Ok(done) = receiver.recv() {
                let change = db.append(&scope, Uuid::nil(), |tx| {
                    tx.execute("UPDATE proof SET n = n + 100 WHERE word = $1", &["counter".into()])
                });
                runtime.block_on(change).unwrap();
                done.send(()).unwrap();
            }
        });
        Self(sender)
    }

    fn disturb(&self) {
        let (sender, receiver) = mpsc::channel();
        self.0.send(sender).unwrap();
        receiver.recv().unwrap();
    }
}

async fn disturbed(times: usize) -> (db::Result<i64>, usize, Vec<i64>) {
    let (store, scope) = proof().await;
    store.write(&scope, |tx| insert(tx, 0, "counter")).await.unwrap();
    let runs = Arc::new(AtomicUsize::new(0));
    // From another node: on the own one a write that keeps losing is left alone.
    let other = store.other_node().await;
    let from = other.as_ref().map_or_else(|| store.db(), |node| Db::clone(node));
    let disturber = Mutex::new(Disturber::new(from, scope.clone()));
    let alone = store.dialect() == Dialect::Sqlite;
    let counted = Arc::clone(&runs);
    let written = store.write(&scope, move |tx| {
        let run = counted.fetch_add(1, Ordering::SeqCst);
        bump(tx, || {
            if !alone && run < times {
                disturber.lock().unwrap().disturb();
            }
        })
    });
    let written = written.await;
    let kept = kept(&store, &scope).await;
    (written, runs.load(Ordering::SeqCst), kept)
}

#[tokio::test]
async fn a_closure_that_lost_is_run_again_on_what_is_there_now() {
    let (written, runs, kept) = disturbed(3).await;
    if runs == 1 {
        // One writer: nothing can come between.
        assert_eq!((written.unwrap(), kept), (1, vec![1]));
        return;
    }
    assert_eq!((written.unwrap(), runs, kept), (301, 4, vec![301]));
}

#[tokio::test]
async fn a_closure_that_always_loses_is_given_up_after_ten_reruns() {
    let (written, runs, kept) = disturbed(usize::MAX).await;
    if runs == 1 {
        assert_eq!((written.unwrap(), kept), (1, vec![1]));
        return;
    }
    assert!(matches!(written, Err(Error::Unavailable { .. })), "{written:?}");
    assert_eq!((runs, kept), (11, vec![1_100]));
}

#[tokio::test]
async fn a_deadlock_is_resolved_by_running_again() {
    let (store, scope) = proof().await;
    let both = store.write(&scope, |tx| {
        insert(tx, 1, "a")?;
        insert(tx, 2, "b")
    });
    both.await.unwrap();
    let meeting = Arc::new(Barrier::new(2));
    let runs = Arc::new(AtomicUsize::new(0));
    let meets = store.dialect() == Dialect::Postgres;
    // On two nodes: appends that wait on one node may share a transaction.
    let other = store.other_node().await;
    let there = other.as_ref().map_or_else(|| store.db(), |node| Db::clone(node));
    let swap = |db: Db, first: &'static str, second: &'static str| {
        let (runs, meeting) = (Arc::clone(&runs), Arc::clone(&meeting));
        let swap = move |tx: &Tx<'_>| {
            let early = runs.fetch_add(1, Ordering::SeqCst) < 2;
            let sql = "UPDATE proof SET n = n + 10 WHERE word = $1";
            tx.execute(sql, &[first.into()])?;
            if meets && early {
                meeting.wait();
            }
            tx.execute(sql, &[second.into()])
        };
        let scope = &scope;
        async move { db.append(scope, Uuid::nil(), swap).await }
    };
    let (a, b) = tokio::join!(swap(store.db(), "a", "b"), swap(there, "b", "a"));
    a.and(b).unwrap();
    assert_eq!(kept(&store, &scope).await, [21, 22]);
}

#[tokio::test]
async fn a_strict_write_gets_through_on_a_row_that_everybody_writes() {
    let (store, scope) = proof().await;
    store.write(&scope, |tx| insert(tx, 0, "counter")).await.unwrap();
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let (db, scope) = (store.db(), scope.clone());
        writers.spawn(async move {
            for _ in 0..60 {
                let sql = "UPDATE proof SET n = n + 1 WHERE word = $1";
                let add = move |tx: &Tx<'_>| tx.execute(sql, &["counter".into()]);
                db.append(&scope, Uuid::nil(), add).await.unwrap();
            }
        });
    }
    for _ in 0..20 {
        store.write(&scope, |tx| bump(tx, || {})).await.unwrap();
    }
    writers.join_all().await;
    assert_eq!(kept(&store, &scope).await, [6 * 60 + 20]);
}
