//! The schema, brought up to date when a file is opened.

use db::{MigrationError, Migrations};
use rusqlite::{Connection, TransactionBehavior};
use rust_embed::RustEmbed;

use crate::session::translate;

#[derive(RustEmbed)]
#[folder = "../../migrations/sqlite"]
struct Files;

/// The migrations in SQLite's dialect.
///
/// # Errors
/// [`MigrationError::Name`] and [`MigrationError::Twice`], which a test rules out.
pub fn migrations() -> Result<Migrations, MigrationError> {
    Migrations::read(Files::iter().filter_map(|name| {
        let file = Files::get(&name)?;
        Some((name, String::from_utf8_lossy(&file.data).into_owned()))
    }))
}

/// Applies what is missing, all of it or nothing.
pub(crate) fn apply(connection: &mut Connection) -> Result<(), MigrationError> {
    let failed = |number, error| MigrationError::Failed { number, source: translate(error) };
    let before = |error| failed(0, error);
    let migrations = migrations()?;
    let tx =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(before)?;
    tx.execute_batch(
        "CREATE TABLE IF NOT EXISTS schema_migrations (\
         number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT",
    )
    .map_err(before)?;
    let applied = tx
        .prepare("SELECT number, checksum FROM schema_migrations ORDER BY number")
        .and_then(|mut statement| {
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })
        .map_err(before)?;
    let applied: Vec<(i64, String)> = applied;
    for migration in migrations.pending(&applied)? {
        let number = migration.number;
        tx.execute_batch(&migration.sql).map_err(|error| failed(number, error))?;
        tx.execute(
            "INSERT INTO schema_migrations (number, name, checksum) VALUES (?1, ?2, ?3)",
            (number, &migration.name, &migration.checksum),
        )
        .map_err(|error| failed(number, error))?;
    }
    tx.commit().map_err(before)
}
