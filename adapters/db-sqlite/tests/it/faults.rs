//! A transaction that is lost as a whole, with neighbours in it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use db::{Constraint, Db, Error, Tx};
use futures_util::future::join_all;
use kernel::Scope;
use testkit::{Gate, notice};
use uuid::Uuid;

use crate::open;

/// Rows that refer to each other, looked at only when the transaction is committed: the one way to make a
/// COMMIT fail on demand. No migration may do this.
const TABLE: &str = "CREATE TABLE pair (n INTEGER PRIMARY KEY, other INTEGER \
                     REFERENCES pair (n) DEFERRABLE INITIALLY DEFERRED)";

type Work = Arc<dyn Fn(&Tx<'_>) -> db::Result<()> + Send + Sync>;

/// What each closure was answered, and how often it ran.
struct Outcome {
    answers: Vec<db::Result<()>>,
    runs: Vec<usize>,
}

/// Queues closures while the writer is busy, so that one transaction takes them all.
async fn in_one_transaction(db: &Db, scope: &Scope, work: Vec<Work>) -> Outcome {
    let gate = Gate::closed();
    let held = gate.clone();
    let busy = db.write(scope, move |_tx| {
        held.pass();
        Ok::<_, Error>(())
    });
    let counts: Vec<_> = work.iter().map(|_| Arc::new(AtomicUsize::new(0))).collect();
    let writes = work.into_iter().zip(&counts).map(|(work, count)| {
        let count = Arc::clone(count);
        db.write(scope, move |tx| {
            count.fetch_add(1, Ordering::SeqCst);
            work(tx)
        })
    });
    // The closures are queued in this order, the gate behind all but the first.
    let opening = async {
        gate.arrival().await;
        gate.open();
    };
    let (busy, answers, ()) = tokio::join!(busy, join_all(writes), opening);
    busy.unwrap();
    Outcome { answers, runs: counts.iter().map(|count| count.load(Ordering::SeqCst)).collect() }
}

fn insert(n: i64, other: Option<i64>) -> Work {
    Arc::new(move |tx| {
        tx.execute("INSERT INTO pair (n, other) VALUES ($1, $2)", &[n.into(), other.into()])?;
        tx.notify("pair.made", Uuid::nil(), n);
        Ok(())
    })
}

async fn kept(db: &Db, scope: &Scope) -> Vec<i64> {
    let read = db.read(scope, |tx| {
        let rows = tx.all("SELECT n FROM pair ORDER BY n", &[])?;
        rows.iter().map(|row| row.get(0)).collect::<db::Result<Vec<i64>>>()
    });
    read.await.unwrap()
}

async fn prepared() -> (Db, Scope, impl Sized) {
    let (db, driver, folder, scope) = open(|_| {});
    db.write(&scope, |tx| tx.execute(TABLE, &[])).await.unwrap();
    (db, scope, (driver, folder))
}

#[tokio::test]
async fn closures_that_wait_share_a_transaction_and_run_once() {
    let (db, scope, _keep) = prepared().await;
    let work = (1..=5).map(|n| insert(n, None)).collect();
    let outcome = in_one_transaction(&db, &scope, work).await;
    assert!(outcome.answers.iter().all(Result::is_ok));
    assert_eq!(outcome.runs, [1; 5]);
    assert_eq!(kept(&db, &scope).await, [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn when_the_commit_fails_the_survivors_are_run_one_by_one() {
    let (db, scope, _keep) = prepared().await;
    let mut listener = db.listen();
    let work = vec![insert(1, None), insert(2, Some(99)), insert(3, None), insert(4, Some(1))];
    let outcome = in_one_transaction(&db, &scope, work).await;
    let [first, second, third, fourth] = &outcome.answers[..] else { panic!() };
    assert!(first.is_ok() && third.is_ok() && fourth.is_ok(), "{:?}", outcome.answers);
    assert!(
        matches!(second, Err(Error::Constraint { kind: Constraint::ForeignKey, .. })),
        "{second:?}"
    );
    assert_eq!(outcome.runs, [2; 4]);
    assert_eq!(kept(&db, &scope).await, [1, 3, 4]);
    // What failed is never told; what stayed is.
    for expected in [1, 3, 4] {
        let heard = notice(&mut listener, |n| n.topic == "pair.made").await;
        assert_eq!(heard.position, expected);
    }
}

#[tokio::test]
async fn when_the_engine_rolls_all_back_the_neighbours_are_run_again() {
    let (db, scope, _keep) = prepared().await;
    db.write(&scope, |tx| tx.execute("INSERT INTO pair (n) VALUES (7)", &[])).await.unwrap();
    let undo_all: Work =
        Arc::new(|tx| tx.execute("INSERT OR ROLLBACK INTO pair (n) VALUES (7)", &[]).map(drop));
    let work = vec![insert(1, None), undo_all, insert(2, None)];
    let outcome = in_one_transaction(&db, &scope, work).await;
    let [first, second, third] = &outcome.answers[..] else { panic!() };
    assert!(first.is_ok() && third.is_ok(), "{:?}", outcome.answers);
    assert!(second.as_ref().is_err_and(Error::is_unique), "{second:?}");
    assert_eq!(outcome.runs, [2, 2, 1]);
    assert_eq!(kept(&db, &scope).await, [1, 2, 7]);
}

#[tokio::test]
async fn a_panic_among_neighbours_undoes_only_its_own_work() {
    let (db, scope, _keep) = prepared().await;
    let panics: Work = Arc::new(|tx| {
        tx.execute("INSERT INTO pair (n) VALUES (50)", &[])?;
        panic!("on purpose")
    });
    let fails: Work = Arc::new(|tx| {
        tx.execute("INSERT INTO pair (n) VALUES (51)", &[])?;
        tx.execute("INSERT INTO nowhere VALUES (1)", &[]).map(drop)
    });
    let work = vec![insert(1, None), panics, insert(2, None), fails, insert(3, None)];
    let outcome = in_one_transaction(&db, &scope, work).await;
    assert!(matches!(outcome.answers[1], Err(Error::Panicked)));
    assert!(matches!(outcome.answers[3], Err(Error::Statement { .. })));
    assert_eq!(outcome.runs, [1; 5]);
    assert_eq!(kept(&db, &scope).await, [1, 2, 3]);
}

#[tokio::test]
async fn a_full_disk_in_a_group_takes_only_who_filled_it() {
    let (db, _driver, _folder, scope) = open(|options| options.max_pages = Some(400));
    db.write(&scope, |tx| tx.execute(TABLE, &[])).await.unwrap();
    db.write(&scope, |tx| tx.execute("CREATE TABLE heap (body BLOB)", &[])).await.unwrap();
    let fills: Work =
        Arc::new(|tx| tx.execute("INSERT INTO heap VALUES (zeroblob(50000000))", &[]).map(drop));
    let work = vec![insert(1, None), fills, insert(2, None)];
    let outcome = in_one_transaction(&db, &scope, work).await;
    assert!(matches!(outcome.answers[1], Err(Error::Full)), "{:?}", outcome.answers);
    assert!(outcome.answers[0].is_ok() && outcome.answers[2].is_ok(), "{:?}", outcome.answers);
    assert_eq!(kept(&db, &scope).await, [1, 2]);
}
