//! A closure's own error, panic and failed statements; savepoints.

use db::Error;
use testkit::Gate;

use crate::{Failure, insert, kept, numbers, proof};

#[tokio::test]
async fn an_own_error_undoes_only_its_own_work() {
    let (store, scope) = proof().await;
    let good = |n: i64| store.write(&scope, move |tx| insert(tx, n, &n.to_string()));
    let bad = store.write(&scope, |tx| {
        insert(tx, 100, "never")?;
        Err::<(), _>(Failure::Own("changed my mind"))
    });
    let (first, failed, second) = tokio::join!(good(1), bad, good(2));
    first.unwrap();
    second.unwrap();
    assert!(matches!(failed, Err(Failure::Own("changed my mind"))));
    assert_eq!(kept(&store, &scope).await, [1, 2]);
}

#[tokio::test]
async fn a_panic_undoes_only_its_own_work() {
    let (store, scope) = proof().await;
    let good = |n: i64| store.write(&scope, move |tx| insert(tx, n, &n.to_string()));
    let bad = store.write(&scope, |tx| {
        insert(tx, 100, "never")?;
        let seen = numbers(tx)?;
        assert!(seen.is_empty(), "on purpose");
        Ok::<_, Error>(())
    });
    let (first, failed, second) = tokio::join!(good(1), bad, good(2));
    first.unwrap();
    second.unwrap();
    assert!(matches!(failed, Err(Error::Panicked)));
    assert_eq!(kept(&store, &scope).await, [1, 2]);
    good(3).await.unwrap();
}

#[tokio::test]
async fn a_panic_in_a_read_is_answered_and_the_next_read_works() {
    let (store, scope) = proof().await;
    for _ in 0..20 {
        let read = store.read(&scope, |tx| {
            let seen = numbers(tx)?;
            assert!(!seen.is_empty(), "on purpose");
            Ok::<_, Error>(())
        });
        assert!(matches!(read.await, Err(Error::Panicked)));
    }
    assert!(kept(&store, &scope).await.is_empty());
}

#[tokio::test]
async fn a_failed_statement_poisons_the_transaction() {
    let (store, scope) = proof().await;
    let written = store.write(&scope, |tx| {
        insert(tx, 1, "one")?;
        let again = insert(tx, 1, "uno");
        assert!(again.is_err_and(|error| error.is_unique()));
        assert!(matches!(numbers(tx), Err(Error::Poisoned)));
        assert!(matches!(tx.attempt(numbers), Err(Error::Poisoned)));
        Ok::<_, Error>(())
    });
    // The closure says all is well; it is not.
    assert!(matches!(written.await, Err(Error::Poisoned)));
    assert!(kept(&store, &scope).await.is_empty());
}

#[tokio::test]
async fn an_attempt_undoes_what_failed_and_leads_on() {
    let (store, scope) = proof().await;
    let written = store.write(&scope, |tx| {
        insert(tx, 1, "one")?;
        let failed = tx.attempt(|tx| {
            insert(tx, 2, "two")?;
            insert(tx, 1, "uno")
        });
        assert!(failed.is_err_and(|error| error.is_unique()));
        assert_eq!(numbers(tx)?, [1]);
        tx.attempt(|tx| {
            insert(tx, 3, "three")?;
            let own = tx.attempt(|tx| {
                insert(tx, 4, "four")?;
                Err::<(), _>(Failure::Own("inner"))
            });
            assert!(matches!(own, Err(Failure::Own("inner"))));
            insert(tx, 5, "five")
        })?;
        numbers(tx)
    });
    assert_eq!(written.await.unwrap(), [1, 3, 5]);
    assert_eq!(kept(&store, &scope).await, [1, 3, 5]);
}

#[tokio::test]
async fn an_attempt_may_come_first_and_in_reads() {
    let (store, scope) = proof().await;
    let written = store.write(&scope, |tx| {
        let failed = tx.attempt(|tx| tx.execute("INSERT INTO nowhere VALUES (1)", &[]));
        assert!(matches!(failed, Err(Error::Statement { .. })));
        insert(tx, 1, "one")
    });
    written.await.unwrap();
    let read = store.read(&scope, |tx| {
        let failed = tx.attempt(|tx| tx.all("SELECT * FROM nowhere", &[]));
        assert!(matches!(failed, Err(Error::Statement { .. })));
        numbers(tx)
    });
    assert_eq!(read.await.unwrap(), [1]);
    let read = store.read_one(&scope, |tx| {
        let failed = tx.attempt(|tx| tx.all("SELECT * FROM nowhere", &[]));
        assert!(failed.is_err());
        numbers(tx)
    });
    assert_eq!(read.await.unwrap(), [1]);
}

#[tokio::test]
async fn a_read_cannot_write() {
    let (store, scope) = proof().await;
    let in_snapshot = store.read(&scope, |tx| insert(tx, 1, "one"));
    assert!(matches!(in_snapshot.await, Err(Error::Statement { .. })));
    let single = store.read_one(&scope, |tx| insert(tx, 1, "one"));
    assert!(matches!(single.await, Err(Error::Statement { .. })));
    assert!(kept(&store, &scope).await.is_empty());
}

#[tokio::test]
async fn a_read_has_one_view_over_its_statements() {
    let (store, scope) = proof().await;
    store.write(&scope, |tx| insert(tx, 1, "one")).await.unwrap();
    let gate = Gate::closed();
    let held = gate.clone();
    let reading = store.read(&scope, move |tx| {
        let before = numbers(tx)?;
        held.pass();
        Ok::<_, Error>((before, numbers(tx)?))
    });
    let writing = async {
        gate.arrival().await;
        store.write(&scope, |tx| insert(tx, 2, "two")).await.unwrap();
        gate.open();
    };
    let (read, ()) = tokio::join!(reading, writing);
    assert_eq!(read.unwrap(), (vec![1], vec![1]));
    assert_eq!(kept(&store, &scope).await, [1, 2]);
}
