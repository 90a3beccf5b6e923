//! Appends that share a transaction.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use db::{Db, Dialect, Error, Tx};
use kernel::Scope;
use testkit::{Gate, notice, within};
use uuid::Uuid;

use crate::{Failure, insert, kept, proof};

const STREAM: Uuid = Uuid::from_u128(1);

type Answer = Result<i64, Failure>;
type Waiting<'a> = Pin<Box<dyn Future<Output = Answer> + 'a>>;

/// Appends a row by `f`, and tells.
fn append<'a>(
    db: &'a Db,
    scope: &'a Scope,
    stream: Uuid,
    f: impl Fn(&Tx<'_>) -> Answer + Send + 'static,
) -> Waiting<'a> {
    Box::pin(db.append(scope, stream, f))
}

/// Queues all of them behind one that holds their stream, then lets it go.
async fn behind_one(db: &Db, scope: &Scope, mut waiting: Vec<Waiting<'_>>) -> Vec<Answer> {
    let gate = Gate::closed();
    let held = gate.clone();
    let first = append(db, scope, STREAM, move |_tx| {
        held.pass();
        Ok(0)
    });
    let others = async {
        gate.arrival().await;
        for one in &mut waiting {
            let early = tokio::time::timeout(Duration::ZERO, one.as_mut()).await;
            assert!(early.is_err(), "it did not wait for its stream");
        }
        gate.open();
        let mut answers = Vec::new();
        for one in waiting {
            answers.push(within("an append", one).await);
        }
        answers
    };
    let (first, answers) = tokio::join!(first, others);
    first.unwrap();
    answers
}

/// The transaction, where it has a number.
fn number(tx: &Tx<'_>) -> db::Result<i64> {
    match tx.dialect() {
        Dialect::Sqlite => Ok(1),
        Dialect::Postgres => tx.first("SELECT txid_current()", &[])?.unwrap().get(0),
    }
}

#[tokio::test]
async fn appends_that_wait_share_a_transaction_and_each_stands_alone_in_it() {
    let (store, scope) = proof().await;
    let good = |n: i64| {
        append(&store, &scope, STREAM, move |tx| {
            insert(tx, n, &n.to_string())?;
            tx.notify("proof.made", STREAM, n);
            Ok(number(tx)?)
        })
    };
    let waiting = vec![
        good(1),
        append(&store, &scope, STREAM, |tx| {
            insert(tx, 100, "never")?;
            tx.notify("proof.made", STREAM, 100);
            Err(Failure::Own("changed my mind"))
        }),
        good(2),
        append(&store, &scope, STREAM, |tx| {
            insert(tx, 101, "nor this")?;
            assert_eq!(kept_in(tx), 0, "on purpose");
            Ok(0)
        }),
        append(&store, &scope, STREAM, |_tx| Ok(7)),
        append(&store, &scope, STREAM, |tx| Ok(i64::try_from(insert(tx, 1, "uno")?).unwrap())),
        append(&store, &scope, STREAM, |tx| {
            insert(tx, 102, "nor that")?;
            assert!(tx.execute("INSERT INTO nowhere VALUES (1)", &[]).is_err());
            Ok(0)
        }),
        append(&store, &scope, STREAM, |tx| {
            let failed = tx.attempt(|tx| insert(tx, 2, "due"));
            assert!(failed.is_err_and(|error| error.is_unique()));
            tx.attempt(|tx| insert(tx, 3, "three"))?;
            Ok(number(tx)?)
        }),
        append(&store, &scope, STREAM, |_tx| Err(Failure::Own("nothing done"))),
        good(4),
    ];
    let mut listener = store.listen();
    let answers = behind_one(&store, &scope, waiting).await;
    let shared = *answers[0].as_ref().unwrap();
    for good in [2, 7, 9] {
        assert_eq!(*answers[good].as_ref().unwrap(), shared, "{good}");
    }
    assert!(matches!(answers[1], Err(Failure::Own("changed my mind"))));
    assert!(matches!(answers[3], Err(Failure::Store(Error::Panicked))));
    assert_eq!(*answers[4].as_ref().unwrap(), 7);
    assert!(matches!(&answers[5], Err(Failure::Store(error)) if error.is_unique()));
    assert!(matches!(answers[6], Err(Failure::Store(Error::Poisoned))));
    assert!(matches!(answers[8], Err(Failure::Own("nothing done"))));
    assert_eq!(kept(&store, &scope).await, [1, 2, 3, 4]);
    // What was undone is not told.
    let told = |n: &db::Notice| {
        assert_ne!(n.position, 100);
        n.position == 4
    };
    notice(&mut listener, told).await;
}

fn kept_in(tx: &Tx<'_>) -> usize {
    crate::numbers(tx).unwrap().len()
}

#[tokio::test]
async fn a_statement_that_nobody_understands_costs_its_neighbours_nothing() {
    let (store, scope) = proof().await;
    let runs = Arc::new(AtomicUsize::new(0));
    let good = |n: i64| {
        let runs = Arc::clone(&runs);
        append(&store, &scope, STREAM, move |tx| {
            runs.fetch_add(1, Ordering::SeqCst);
            insert(tx, n, &n.to_string())?;
            Ok(n)
        })
    };
    // Refused while it is prepared, before anything of the closure has reached the server.
    let strange = append(&store, &scope, STREAM, |tx| {
        tx.execute("INSERT INTO nowhere_at_all VALUES (1)", &[])?;
        Ok(0)
    });
    let answers = behind_one(&store, &scope, vec![good(1), strange, good(2)]).await;
    assert_eq!((*answers[0].as_ref().unwrap(), *answers[2].as_ref().unwrap()), (1, 2));
    assert!(matches!(answers[1], Err(Failure::Store(Error::Statement { .. }))));
    assert_eq!(kept(&store, &scope).await, [1, 2]);
}

#[tokio::test]
async fn more_appends_than_one_transaction_takes_keep_their_order() {
    const MANY: i64 = 150;
    let (store, scope) = proof().await;
    let next = |n: i64| {
        append(&store, &scope, STREAM, move |tx| {
            let count = tx.first("SELECT COUNT(*) FROM proof", &[])?.unwrap().get::<i64>(0)?;
            insert(tx, n, &n.to_string())?;
            Ok(count)
        })
    };
    let answers = behind_one(&store, &scope, (0..MANY).map(next).collect()).await;
    let before: Vec<i64> = answers.into_iter().map(Result::unwrap).collect();
    assert_eq!(before, (0..MANY).collect::<Vec<_>>());
}
