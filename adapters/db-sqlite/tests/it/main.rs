//! The driver's own rules; what every engine keeps is shown by the facade's suite.
#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "tests issue scopes themselves")]

mod faults;
mod migrations;

use std::{sync::Arc, time::Duration};

use db::{Db, Error, Tx, Value};
use kernel::{Actor, Ids, Permissions, Scope};
use liaison_db_sqlite::{Options, SqliteDriver};
use tempfile::TempDir;
use testkit::Gate;
use uuid::Uuid;

fn open(change: impl FnOnce(&mut Options)) -> (Db, Arc<SqliteDriver>, TempDir, Scope) {
    let folder = tempfile::tempdir().unwrap();
    let mut options = Options::new(folder.path().join("test.db"));
    change(&mut options);
    let driver = SqliteDriver::open(options).unwrap();
    let ids = Ids::seeded(1);
    let actor = Actor::System { job: "test" };
    let scope = Scope::issue(ids.fresh(), actor, Permissions::NONE, ids.fresh());
    let shared: Arc<dyn db::driver::Driver> = Arc::<SqliteDriver>::clone(&driver);
    (Db::new(shared), driver, folder, scope)
}

async fn table(db: &Db, scope: &Scope) {
    let create = |tx: &Tx<'_>| {
        tx.execute("CREATE TABLE t (k BLOB NOT NULL PRIMARY KEY, v BLOB) STRICT", &[]).map(drop)
    };
    db.write::<_, Error, _>(scope, create).await.unwrap();
}

async fn count(db: &Db, scope: &Scope) -> i64 {
    let count = |tx: &Tx<'_>| tx.first("SELECT count(*) FROM t", &[])?.unwrap().get::<i64>(0);
    db.read_one::<_, Error, _>(scope, count).await.unwrap()
}

fn insert(size: usize) -> impl Fn(&Tx<'_>) -> db::Result<()> + Send + 'static {
    let id: Uuid = Ids::system().fresh();
    move |tx| {
        let body = vec![7_u8; size];
        tx.execute("INSERT INTO t (v, k) VALUES ($2, $1)", &[id.into(), body.into()]).map(drop)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn markers_are_bound_by_number_and_fold_knows_accents() {
    let (db, _driver, _folder, scope) = open(|_| {});
    let row = db
        .read_one::<_, Error, _>(&scope, |tx| {
            let params = ["ÉTÉ".into(), Value::Int(2)];
            tx.first("SELECT $2, fold($1), $2", &params).map(Option::unwrap)
        })
        .await
        .unwrap();
    assert_eq!(row.get::<i64>(0).unwrap(), 2);
    assert_eq!(row.get::<String>(1).unwrap(), "été");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_takes_only_the_closure_that_filled_it() {
    let (db, _driver, _folder, scope) = open(|options| options.max_pages = Some(400));
    table(&db, &scope).await;
    let mut tasks = Vec::new();
    for size in [10, 2_000_000, 10, 2_000_000, 10] {
        let (db, scope) = (db.clone(), scope.clone());
        tasks.push(tokio::spawn(async move { db.write(&scope, insert(size)).await }));
    }
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }
    let kept = outcomes.iter().filter(|o| o.is_ok()).count();
    assert_eq!(kept, 3, "{outcomes:?}");
    assert!(outcomes.iter().filter_map(|o| o.as_ref().err()).all(|e| matches!(e, Error::Full)));
    assert_eq!(count(&db, &scope).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_read_is_interrupted_and_the_reader_lives_on() {
    let (db, _driver, _folder, scope) = open(|options| {
        options.readers = 1;
        options.read_limit = Duration::from_millis(50);
    });
    let endless =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
    let slow = db.read::<_, Error, _>(&scope, move |tx| tx.first(endless, &[])).await;
    assert!(matches!(slow, Err(Error::Interrupted)), "{slow:?}");
    table(&db, &scope).await;
    assert_eq!(count(&db, &scope).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_cannot_write() {
    let (db, _driver, _folder, scope) = open(|_| {});
    table(&db, &scope).await;
    let refused = db.read(&scope, insert(1)).await;
    assert!(refused.is_err());
    assert_eq!(count(&db, &scope).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_that_outlives_the_closing_leaves_no_connection_behind() {
    let (db, _driver, _folder, scope) = open(|_| {});
    table(&db, &scope).await;
    let gate = Gate::closed();
    let (looking, inside, who) = (db.clone(), gate.clone(), scope.clone());
    let look = tokio::spawn(async move {
        let look = move |_: &Tx<'_>| {
            inside.pass();
            Ok::<_, Error>(())
        };
        looking.glance(&who, look).await
    });
    gate.arrival().await;
    let closing = db.clone();
    tokio::task::spawn_blocking(move || closing.close()).await.unwrap();
    gate.open();
    look.await.unwrap().unwrap();
    let later = db.glance(&scope, |_: &Tx<'_>| Ok::<_, Error>(())).await;
    assert!(matches!(later, Err(Error::Closed)));
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_finishes_what_is_queued_and_refuses_what_comes_after() {
    let (db, driver, _folder, scope) = open(|_| {});
    table(&db, &scope).await;
    let mut tasks = Vec::new();
    for _ in 0..100 {
        let (db, scope) = (db.clone(), scope.clone());
        tasks.push(tokio::spawn(async move { db.write(&scope, insert(10)).await }));
    }
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let path = driver.path().to_owned();
    let closing = db.clone();
    tokio::task::spawn_blocking(move || closing.close()).await.unwrap();
    assert!(matches!(db.write(&scope, insert(10)).await, Err(Error::Closed)));
    drop((db, driver));
    let again = Db::new(SqliteDriver::open(Options::new(path)).unwrap());
    assert_eq!(count(&again, &scope).await, 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_taken_under_load_is_whole() {
    let (db, _driver, folder, scope) = open(|_| {});
    table(&db, &scope).await;
    let writer = {
        let (db, scope) = (db.clone(), scope.clone());
        tokio::spawn(async move {
            for _ in 0..500 {
                db.write(&scope, insert(500)).await.unwrap();
            }
        })
    };
    let (source, target) = (db.clone(), folder.path().join("copy.db"));
    let copy = target.clone();
    tokio::task::spawn_blocking(move || source.backup(&copy)).await.unwrap().unwrap();
    writer.await.unwrap();
    let copied = Db::new(SqliteDriver::open(Options::new(target)).unwrap());
    let check = copied
        .read_one::<_, Error, _>(&scope, |tx| {
            tx.first("PRAGMA integrity_check", &[])?.unwrap().get::<String>(0)
        })
        .await
        .unwrap();
    assert_eq!(check, "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_starts_over_under_steady_writing() {
    let (db, driver, _folder, scope) = open(|_| {});
    table(&db, &scope).await;
    for _ in 0..60 {
        let many: Vec<_> = (0..32).map(|_| db.write(&scope, insert(100_000))).collect();
        for write in many {
            write.await.unwrap();
        }
    }
    let mut log = driver.path().as_os_str().to_owned();
    log.push("-wal");
    let size = std::fs::metadata(log).unwrap().len();
    assert!(size < 160 * 1024 * 1024, "190 MB were written, the log holds {size} bytes");
}
