//! Backups that are taken under load, and restored.

use std::{fs, path::Path};

use db::Error;
use event_log::{NewEvent, Topic};
use kernel::Scope;
use liaison_db_postgres::{Options, RestoreError, restore};
use testkit::Store;
use uuid::Uuid;

use crate::{plain, postgres};

const TOPIC: Topic = "proof.made";
const STREAM: Uuid = Uuid::from_u128(5);

async fn append(store: &Store, scope: &Scope, meta: &'static str, body: &'static [u8]) {
    let (id, at) = (kernel::Ids::system().fresh(), "2026-01-02T03:04:05Z".parse().unwrap());
    let appended = store.append(scope, STREAM, move |tx| {
        let event = NewEvent { topic: TOPIC, stream: STREAM, id, at, meta, body: Some(body) };
        event_log::append(tx, &event)
    });
    appended.await.unwrap();
}

async fn restored(store: &Store, file: &Path) -> Result<(), RestoreError> {
    let (options, file) = (Options::new(store.url().unwrap()), file.to_owned());
    tokio::task::spawn_blocking(move || restore(options, &file)).await.unwrap()
}

async fn empty(store: &Store) {
    plain(store.url().unwrap(), "DROP SCHEMA public CASCADE; CREATE SCHEMA public").await;
}

#[tokio::test]
async fn a_backup_under_load_is_one_instant_and_comes_back_whole() {
    let Some((store, scope)) = postgres().await else { return };
    plain(store.url().unwrap(), "DROP TABLE proof").await;
    let odd: &[u8] = &[0, b'\\', b'\t', b'\n', b'\r', 255];
    append(&store, &scope, r#"{"text": "a\tb\\.\n\\. é"}"#, odd).await;
    // A table of an environment, which no migration makes.
    let made = "CREATE TABLE \"r1_account\" (\"accountid\" UUID NOT NULL PRIMARY KEY, \"name\" TEXT COLLATE \"C\", \"owner:t\" BIGINT); \
        CREATE INDEX \"x1_1\" ON \"r1_account\" (fold(\"name\") NULLS FIRST, \"accountid\"); \
        CREATE UNIQUE INDEX \"x1_2\" ON \"r1_account\" (\"owner:t\") WHERE \"owner:t\" IS NOT NULL; \
        INSERT INTO \"r1_account\" VALUES ('00000000-0000-0000-0000-000000000001', 'É', 8); \
        CREATE TABLE \"f1_found\" (\"row_id\" UUID NOT NULL PRIMARY KEY, \"words\" TSVECTOR NOT NULL); \
        CREATE INDEX \"x1_words\" ON \"f1_found\" USING gin (\"words\"); \
        INSERT INTO \"f1_found\" VALUES ('00000000-0000-0000-0000-000000000001', 'e:1A')";
    plain(store.url().unwrap(), made).await;
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("backup");
    let (db, file) = (store.db(), target.clone());
    let backing = tokio::task::spawn_blocking(move || db.backup(&file));
    let load = async {
        for _ in 0..200 {
            append(&store, &scope, "{}", b"more").await;
        }
    };
    let (backed, ()) = tokio::join!(backing, load);
    backed.unwrap().unwrap();
    let (db, file) = (store.db(), target.clone());
    let again = tokio::task::spawn_blocking(move || db.backup(&file)).await.unwrap();
    assert!(again.is_err(), "an existing file was overwritten");

    let other = Store::fresh().await;
    empty(&other).await;
    restored(&other, &target).await.unwrap();
    let read = other.read(&scope, |tx| {
        let head = event_log::head(tx, TOPIC, STREAM)?;
        let events = event_log::read_back(tx, TOPIC, STREAM, i64::MAX, 1_000)?;
        Ok::<_, Error>((head, events))
    });
    let (head, events) = read.await.unwrap();
    // The head row and the events are of the same instant.
    assert_eq!(usize::try_from(head).unwrap(), events.len());
    let first = events.last().unwrap();
    assert_eq!(first.body.as_deref(), Some(odd));
    assert_eq!(first.meta, r#"{"text": "a\tb\\.\n\\. é"}"#);
    let again = other.read(&scope, |tx| {
        let row = tx.first("SELECT name FROM r1_account WHERE fold(name) = 'é'", &[])?;
        let indexes = "SELECT count(*) FROM pg_indexes WHERE tablename = 'r1_account'";
        let indexes = tx.first(indexes, &[])?;
        // what is made again from rows is left out
        let words = "SELECT 1 FROM pg_class WHERE relname = 'f1_found'";
        assert!(tx.first(words, &[])?.is_none());
        Ok::<_, Error>((row.unwrap().get::<String>(0)?, indexes.unwrap().get::<i64>(0)?))
    });
    assert_eq!(again.await.unwrap(), ("É".to_owned(), 3));
    // Whoever goes on from there draws the next position.
    append(&other, &scope, "{}", b"next").await;
}

#[tokio::test]
async fn a_damaged_file_is_refused_and_nothing_is_changed() {
    let Some((store, scope)) = postgres().await else { return };
    plain(store.url().unwrap(), "DROP TABLE proof").await;
    append(&store, &scope, "{}", b"one").await;
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole");
    let (db, file) = (store.db(), whole.clone());
    tokio::task::spawn_blocking(move || db.backup(&file)).await.unwrap().unwrap();
    let text = fs::read_to_string(&whole).unwrap();
    let other = Store::fresh().await;
    empty(&other).await;
    let damaged = [
        ("empty", String::new()),
        ("no backup", "hello\n".to_owned()),
        ("cut in the middle", text.chars().take(text.chars().count() / 2).collect()),
        ("cut before the end", text.rsplit_once("end ").unwrap().0.to_owned()),
        ("cut in the last line", text.trim_end().to_owned()),
        ("a table more", text.replace("table audit (", "table audit FROM PROGRAM 'true' --(")),
        ("a table that is not there", text.replace("table audit (", "table nowhere (")),
        ("a missing table", text.replacen("end ", "end 1", 1)),
        ("a newer schema", text.replacen("migration 1 ", "migration 9999 00\nmigration 1 ", 1)),
        ("an edited schema", text.replacen("migration 1 ", "migration 1 0", 1)),
    ];
    for (what, damaged) in damaged {
        assert_ne!(damaged, text, "{what}");
        let file = folder.path().join("damaged");
        fs::write(&file, damaged).unwrap();
        let outcome = restored(&other, &file).await;
        assert!(
            matches!(outcome, Err(RestoreError::Shape { .. } | RestoreError::Schema(_))),
            "{what}: {outcome:?}"
        );
        plain(other.url().unwrap(), "CREATE TABLE events (); DROP TABLE events").await;
    }
    restored(&other, &whole).await.unwrap();
    let twice = restored(&other, &whole).await;
    assert!(matches!(twice, Err(RestoreError::Occupied)), "{twice:?}");
}
