//! The schema, brought up to date when a database is opened.

use db::{Error, Migration, MigrationError, Migrations};
use rust_embed::RustEmbed;
use tokio_postgres::Client;

use crate::{OpenError, connect, error::translate, options::Endpoint};

#[derive(RustEmbed)]
#[folder = "../../migrations/postgres"]
struct Files;

/// The migrations in PostgreSQL's dialect.
///
/// # Errors
/// [`MigrationError::Name`] and [`MigrationError::Twice`], which a test rules out.
pub fn migrations() -> Result<Migrations, MigrationError> {
    Migrations::read(Files::iter().filter_map(|name| {
        let file = Files::get(&name)?;
        Some((name, String::from_utf8_lossy(&file.data).into_owned()))
    }))
}

/// Applies what is missing, all of it or nothing. Of several nodes that start, one does it.
pub(crate) fn bring_up_to_date(endpoint: &Endpoint) -> Result<(), OpenError> {
    let migrations = migrations()?;
    let runtime = connect::runtime().map_err(OpenError::Thread)?;
    runtime.block_on(async {
        let client = connect::open_plain(endpoint).await.map_err(OpenError::Connect)?;
        client.batch_execute("BEGIN").await.map_err(translate).map_err(before)?;
        let applied = lock_and_list(&client).await?;
        apply(&client, &migrations.pending(&applied)?).await?;
        client.batch_execute("COMMIT").await.map_err(translate).map_err(before)?;
        Ok(())
    })
}

/// Takes the lock of migrations until the end of the transaction; what was applied.
pub(crate) async fn lock_and_list(client: &Client) -> Result<Vec<(i64, String)>, MigrationError> {
    const SETUP: &str = "SELECT pg_advisory_xact_lock(7809644628571680105); \
                         CREATE TABLE IF NOT EXISTS schema_migrations (\
                         number BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)";
    const LIST: &str = "SELECT number, checksum FROM schema_migrations ORDER BY number";
    client.batch_execute(SETUP).await.map_err(translate).map_err(before)?;
    let rows = client.query(LIST, &[]).await.map_err(translate).map_err(before)?;
    let rows = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
    rows.collect::<Result<_, tokio_postgres::Error>>().map_err(translate).map_err(before)
}

/// Applies migrations within the open transaction.
pub(crate) async fn apply(client: &Client, todo: &[&Migration]) -> Result<(), MigrationError> {
    const NOTE: &str = "INSERT INTO schema_migrations (number, name, checksum) VALUES ($1, $2, $3)";
    for migration in todo {
        let number = migration.number;
        let failed = |source| MigrationError::Failed { number, source: translate(source) };
        client.batch_execute(&migration.sql).await.map_err(failed)?;
        let note = [&number as _, &migration.name as _, &migration.checksum as _];
        client.execute(NOTE, &note).await.map_err(failed)?;
    }
    Ok(())
}

/// A failure outside of any file.
const fn before(source: Error) -> MigrationError {
    MigrationError::Failed { number: 0, source }
}
