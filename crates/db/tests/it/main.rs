//! What closures may count on, on the engine that `LIAISON_TEST_DATABASE` chooses.
#![cfg(test)]

extern crate liaison_db as db;

mod appends;
mod closures;
mod limits;
mod notices;
mod reruns;
mod values;

use db::{Db, Error, Tx};
use kernel::{Scope, TenantId};
use testkit::Store;

/// A failure of a closure of these tests.
#[derive(Debug)]
enum Failure {
    Store(Error),
    Own(&'static str),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

/// A store with the table `proof`, and somebody who asks.
async fn proof() -> (Store, Scope) {
    prepared(Store::fresh().await).await
}

async fn prepared(store: Store) -> (Store, Scope) {
    let scope = testkit::system_scope(testkit::ids().fresh::<TenantId>());
    let made = store.write(&scope, |tx| {
        tx.execute("CREATE TABLE proof (n BIGINT PRIMARY KEY, word TEXT UNIQUE)", &[])
    });
    made.await.unwrap();
    (store, scope)
}

fn insert(tx: &Tx<'_>, n: i64, word: &str) -> db::Result<u64> {
    tx.execute("INSERT INTO proof (n, word) VALUES ($1, $2)", &[n.into(), word.into()])
}

fn numbers(tx: &Tx<'_>) -> db::Result<Vec<i64>> {
    tx.all("SELECT n FROM proof ORDER BY n", &[])?.iter().map(|row| row.get(0)).collect()
}

async fn kept(db: &Db, scope: &Scope) -> Vec<i64> {
    db.read(scope, numbers).await.unwrap()
}
