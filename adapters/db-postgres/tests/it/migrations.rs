//! The schema of a database that is opened.

use db::MigrationError;
use liaison_db_postgres::{OpenError, Options, PostgresDriver, migrations};
use testkit::Store;

use crate::{plain, postgres};

async fn open(store: &Store) -> Result<(), OpenError> {
    let options = Options::new(store.url().unwrap());
    tokio::task::spawn_blocking(move || PostgresDriver::open(options).map(drop)).await.unwrap()
}

#[tokio::test]
async fn an_edited_migration_is_refused() {
    let Some((store, _)) = postgres().await else { return };
    open(&store).await.unwrap();
    let edit = "UPDATE schema_migrations SET checksum = '00' WHERE number = 1";
    plain(store.url().unwrap(), edit).await;
    let opened = open(&store).await;
    assert!(
        matches!(opened, Err(OpenError::Migration(MigrationError::Edited { number: 1 }))),
        "{opened:?}"
    );
}

#[tokio::test]
async fn data_of_a_newer_program_is_refused() {
    let Some((store, _)) = postgres().await else { return };
    plain(store.url().unwrap(), "INSERT INTO schema_migrations VALUES (9999, 'later', '00')").await;
    let opened = open(&store).await;
    assert!(
        matches!(opened, Err(OpenError::Migration(MigrationError::Newer { number: 9999 }))),
        "{opened:?}"
    );
}

#[tokio::test]
async fn several_nodes_that_start_at_once_migrate_once() {
    let Some((store, _)) = postgres().await else { return };
    plain(store.url().unwrap(), "DROP SCHEMA public CASCADE; CREATE SCHEMA public").await;
    let (a, b, c) = tokio::join!(open(&store), open(&store), open(&store));
    a.and(b).and(c).unwrap();
    let scope = testkit::system_scope(testkit::ids().fresh());
    let count = store.read(&scope, |tx| {
        tx.first("SELECT COUNT(*) FROM schema_migrations", &[])?.unwrap().get::<i64>(0)
    });
    let expected = migrations().unwrap().all().len();
    assert_eq!(usize::try_from(count.await.unwrap()).unwrap(), expected);
}

#[tokio::test]
async fn a_wrong_address_is_told_and_not_waited_for() {
    let options = Options::new("postgres://nobody@127.0.0.1:1/nothing");
    let opened = tokio::task::spawn_blocking(move || PostgresDriver::open(options));
    assert!(matches!(opened.await.unwrap(), Err(OpenError::Connect(_))));
}
