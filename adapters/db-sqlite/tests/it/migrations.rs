//! The schema of a file that is opened.

use db::MigrationError;
use liaison_db_sqlite::{OpenError, Options, SqliteDriver, migrations};
use rusqlite::Connection;
use tempfile::TempDir;

fn closed() -> (TempDir, Options) {
    let folder = tempfile::tempdir().unwrap();
    let options = Options::new(folder.path().join("test.db"));
    db::driver::Driver::close(&*SqliteDriver::open(options.clone()).unwrap());
    (folder, options)
}

fn change(options: &Options, sql: &str) {
    Connection::open(&options.path).unwrap().execute_batch(sql).unwrap();
}

fn refusal(options: &Options) -> MigrationError {
    match SqliteDriver::open(options.clone()) {
        Err(OpenError::Migration { source, .. }) => source,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_opens_again_and_every_migration_was_applied_once() {
    let (_folder, options) = closed();
    db::driver::Driver::close(&*SqliteDriver::open(options.clone()).unwrap());
    let connection = Connection::open(&options.path).unwrap();
    let sql = "SELECT COUNT(*) FROM schema_migrations";
    let count: u32 = connection.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(usize::try_from(count).unwrap(), migrations().unwrap().all().len());
}

#[test]
fn an_edited_migration_is_refused() {
    let (_folder, options) = closed();
    change(&options, "UPDATE schema_migrations SET checksum = '00' WHERE number = 1");
    assert!(matches!(refusal(&options), MigrationError::Edited { number: 1 }));
}

#[test]
fn data_of_a_newer_program_is_refused() {
    let (_folder, options) = closed();
    change(&options, "INSERT INTO schema_migrations VALUES (9999, 'later', '00')");
    assert!(matches!(refusal(&options), MigrationError::Newer { number: 9999 }));
}

#[test]
fn a_migration_that_fails_changes_nothing() {
    let (_folder, options) = closed();
    // As if the first file had never run: its tables are in the way now.
    change(&options, "DELETE FROM schema_migrations; DROP TABLE event_streams");
    assert!(matches!(refusal(&options), MigrationError::Failed { number: 1, .. }));
    let connection = Connection::open(&options.path).unwrap();
    let sql = "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'event_streams'";
    assert_eq!(connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
}
