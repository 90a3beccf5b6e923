//! Connections that break before, in and after a COMMIT.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use db::{Db, Error, Tx};
use futures_util::future::join_all;
use kernel::Scope;
use testkit::{BOUND, Gate, notice, sweep, within};
use uuid::Uuid;

use crate::{BRIEF, kept, postgres, proxy::Trap, through_proxy};

/// Writes a row with a key of its own, so that it cannot be written twice; how often it ran.
async fn write_once(db: &Db, scope: &Scope) -> (db::Result<()>, usize) {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let written = db.write(scope, move |tx| {
        counted.fetch_add(1, Ordering::SeqCst);
        insert(tx, 1)
    });
    let written = written.await;
    (written, runs.load(Ordering::SeqCst))
}

fn insert(tx: &Tx<'_>, n: i64) -> db::Result<()> {
    tx.execute("INSERT INTO proof (n, word) VALUES ($1, $2)", &[n.into(), n.to_string().into()])?;
    tx.notify("proof.made", Uuid::nil(), n);
    Ok(())
}

async fn trapped(trap: Trap) -> Option<(db::Result<()>, usize, Vec<i64>)> {
    let (store, scope) = postgres().await?;
    let patience = if trap == Trap::LoseAnswerAndGo { BRIEF } else { BOUND };
    let (db, proxy) = through_proxy(&store, patience).await;
    // The first write opens the connection and prepares the statement.
    db.write(&scope, |tx| insert(tx, 0)).await.unwrap();
    let mut listener = db.listen();
    proxy.set(trap);
    let (written, runs) = write_once(&db, &scope).await;
    assert!(proxy.has_snapped());
    if written.is_ok() {
        notice(&mut listener, |n| n.topic == "proof.made" && n.position == 1).await;
    }
    let kept = kept(&store, &scope).await;
    proxy.refuse(false);
    tokio::task::spawn_blocking(move || db.close()).await.unwrap();
    Some((written, runs, kept))
}

#[tokio::test]
async fn a_commit_that_never_arrived_is_run_again() {
    let Some((written, runs, kept)) = trapped(Trap::Swallow).await else { return };
    written.unwrap();
    assert_eq!((runs, kept), (2, vec![0, 1]));
}

#[tokio::test]
async fn a_transaction_stranded_on_the_server_is_ended_and_run_again() {
    let Some((written, runs, kept)) = trapped(Trap::Strand).await else { return };
    written.unwrap();
    assert_eq!((runs, kept), (2, vec![0, 1]));
}

#[tokio::test]
async fn a_commit_whose_answer_was_lost_is_answered_and_not_repeated() {
    let Some((written, runs, kept)) = trapped(Trap::LoseAnswer).await else { return };
    written.unwrap();
    assert_eq!((runs, kept), (1, vec![0, 1]));
}

#[tokio::test]
async fn a_commit_that_nobody_can_tell_about_is_answered_as_unknown() {
    let Some((written, runs, kept)) = trapped(Trap::LoseAnswerAndGo).await else { return };
    assert!(matches!(written, Err(Error::UnknownOutcome)), "{written:?}");
    assert_eq!((runs, kept), (1, vec![0, 1]));
}

/// Five appends in one transaction, whose COMMIT meets the trap; how often each ran.
async fn trapped_group(trap: Trap) -> Option<(Vec<db::Result<()>>, usize, Vec<i64>)> {
    let (store, scope) = postgres().await?;
    let patience = if trap == Trap::LoseAnswerAndGo { BRIEF } else { BOUND };
    let (db, proxy) = through_proxy(&store, patience).await;
    db.write(&scope, |tx| insert(tx, 0)).await.unwrap();
    let (gate, runs) = (Gate::closed(), Arc::new(AtomicUsize::new(0)));
    let held = gate.clone();
    // It has the only writing connection and ends without a COMMIT.
    let first = db.append(&scope, Uuid::nil(), move |_tx| {
        held.pass();
        Err::<(), _>(Error::Panicked)
    });
    let others = async {
        gate.arrival().await;
        let appends = (1..=5).map(|n| {
            let runs = Arc::clone(&runs);
            db.append(&scope, Uuid::nil(), move |tx| {
                runs.fetch_add(1, Ordering::SeqCst);
                insert(tx, n)
            })
        });
        let mut appends: Vec<_> = appends.map(Box::pin).collect();
        for append in &mut appends {
            tokio::time::timeout(Duration::ZERO, append.as_mut()).await.unwrap_err();
        }
        proxy.set(trap);
        gate.open();
        join_all(appends).await
    };
    let (first, answers) = tokio::join!(first, within("the appends", others));
    assert!(first.is_err() && proxy.has_snapped());
    let kept = kept(&store, &scope).await;
    proxy.refuse(false);
    tokio::task::spawn_blocking(move || db.close()).await.unwrap();
    Some((answers, runs.load(Ordering::SeqCst), kept))
}

#[tokio::test]
async fn appends_whose_shared_commit_never_arrived_are_run_again_one_by_one() {
    for trap in [Trap::Swallow, Trap::Strand] {
        let Some((answers, runs, kept)) = trapped_group(trap).await else { return };
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        assert_eq!((runs, kept), (10, vec![0, 1, 2, 3, 4, 5]));
    }
}

#[tokio::test]
async fn appends_whose_shared_commit_lost_its_answer_are_answered_and_not_repeated() {
    let Some((answers, runs, kept)) = trapped_group(Trap::LoseAnswer).await else { return };
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!((runs, kept), (5, vec![0, 1, 2, 3, 4, 5]));
}

#[tokio::test]
async fn appends_whose_shared_commit_nobody_can_tell_about_are_all_unknown() {
    let Some((answers, runs, kept)) = trapped_group(Trap::LoseAnswerAndGo).await else { return };
    assert!(answers.iter().all(|answer| matches!(answer, Err(Error::UnknownOutcome))));
    assert_eq!((runs, kept), (5, vec![0, 1, 2, 3, 4, 5]));
}

#[tokio::test]
async fn connections_that_died_unnoticed_cost_nothing_but_time() {
    let Some((store, scope)) = postgres().await else { return };
    let (db, proxy) = through_proxy(&store, BOUND).await;
    for n in 0..6 {
        proxy.cut();
        db.write(&scope, move |tx| insert(tx, n)).await.unwrap();
        proxy.cut();
        let count = usize::try_from(n).unwrap() + 1;
        assert_eq!(kept(&db, &scope).await.len(), count);
        proxy.cut();
        let last = db.read_one(&scope, |tx| tx.first("SELECT MAX(n) FROM proof", &[]));
        assert_eq!(last.await.unwrap().unwrap().get::<i64>(0).unwrap(), n);
    }
    tokio::task::spawn_blocking(move || db.close()).await.unwrap();
}

#[tokio::test]
async fn a_connection_that_breaks_inside_a_closure_runs_it_again() {
    let Some((store, scope)) = postgres().await else { return };
    let (db, proxy) = through_proxy(&store, BOUND).await;
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let breaking = Arc::clone(&proxy);
    let written = db.write(&scope, move |tx| {
        insert(tx, 1)?;
        if counted.fetch_add(1, Ordering::SeqCst) == 0 {
            breaking.cut();
        }
        insert(tx, 2)
    });
    written.await.unwrap();
    assert_eq!(runs.load(Ordering::SeqCst), 2);
    assert_eq!(kept(&store, &scope).await, [1, 2]);
    tokio::task::spawn_blocking(move || db.close()).await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_away_is_unavailable_and_comes_back() {
    let Some((store, scope)) = postgres().await else { return };
    let (db, proxy) = through_proxy(&store, BRIEF).await;
    proxy.refuse(true);
    proxy.cut();
    let away = db.write(&scope, |tx| insert(tx, 1)).await;
    assert!(matches!(away, Err(Error::Unavailable { .. })), "{away:?}");
    let pinged = db.clone();
    let ping = tokio::task::spawn_blocking(move || pinged.ping(BOUND)).await.unwrap();
    assert!(matches!(ping, Err(Error::Unavailable { .. })), "{ping:?}");
    // What is queued meanwhile is refused soon, not each after its patience.
    let many = (0..200).map(|n| db.write(&scope, move |tx| insert(tx, 100 + n)));
    let refused = within("the refusals", join_all(many)).await;
    assert!(refused.iter().all(|answer| matches!(answer, Err(Error::Unavailable { .. }))));
    proxy.refuse(false);
    let back = async { while db.write(&scope, |tx| insert(tx, 2)).await.is_err() {} };
    within("the return of the server", back).await;
    assert_eq!(kept(&store, &scope).await, [2]);
    tokio::task::spawn_blocking(move || db.close()).await.unwrap();
}

#[tokio::test]
async fn a_lost_listener_calls_for_a_sweep_and_hears_again() {
    let Some((store, scope)) = postgres().await else { return };
    let (db, proxy) = through_proxy(&store, BOUND).await;
    let mut listener = db.listen();
    store.write(&scope, |tx| insert(tx, 1)).await.unwrap();
    notice(&mut listener, |n| n.position == 1).await;
    proxy.cut();
    sweep(&mut listener).await;
    // Once more when it listens again: what came in between was not heard.
    sweep(&mut listener).await;
    store.write(&scope, |tx| insert(tx, 2)).await.unwrap();
    notice(&mut listener, |n| n.position == 2).await;
    tokio::task::spawn_blocking(move || db.close()).await.unwrap();
}

#[tokio::test]
async fn a_node_that_could_not_speak_asks_the_others_to_sweep() {
    let Some((store, scope)) = postgres().await else { return };
    let (db, proxy) = through_proxy(&store, BOUND).await;
    let mut elsewhere = store.listen();
    let mut here = db.listen();
    proxy.cut();
    db.write(&scope, |tx| insert(tx, 1)).await.unwrap();
    // Whether the notice itself got through or not, the others are told to look.
    sweep(&mut elsewhere).await;
    sweep(&mut here).await;
    tokio::task::spawn_blocking(move || db.close()).await.unwrap();
}

#[tokio::test]
async fn statements_prepared_before_a_change_of_the_schema_still_work() {
    let Some((store, scope)) = postgres().await else { return };
    let all = |tx: &Tx<'_>| tx.all("SELECT * FROM proof", &[]).map(|rows| rows.len());
    for n in 0..8 {
        store.write(&scope, move |tx| insert(tx, n)).await.unwrap();
        store.read(&scope, all).await.unwrap();
        store.read_one(&scope, all).await.unwrap();
    }
    crate::plain(store.url().unwrap(), "ALTER TABLE proof ADD COLUMN more TEXT").await;
    for _ in 0..8 {
        assert_eq!(store.read(&scope, all).await.unwrap(), 8);
        assert_eq!(store.read_one(&scope, all).await.unwrap(), 8);
    }
}
