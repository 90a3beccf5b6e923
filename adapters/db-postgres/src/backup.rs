//! Backups: one file with every table, as it stood at one instant.
//!
//! The file is text, line by line:
//! ```text
//! liaison-postgres-backup 1
//! migration 1 <checksum>
//! made r1_account   (and how: see `made`)
//! table "events" ("tenant_id", "topic", …)
//! <rows in the text format of COPY: columns between tabs, \N for NULL>
//! \.
//! end <number of tables>
//! ```
//! Tables come in such an order that each stands after those it refers to. A file without its last line
//! was cut off and is refused.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
};

use db::{Error, Result};
use futures_util::TryStreamExt as _;
use tokio_postgres::Client;

use crate::{connect, error::translate, failed, made, options::Endpoint};

/// The first line of a file.
pub(crate) const HEAD: &str = "liaison-postgres-backup 1";
/// The line behind the rows of a table.
pub(crate) const END_OF_ROWS: &str = "\\.";

/// Writes a backup to `target`, which must not exist.
pub(crate) fn write(endpoint: &Endpoint, target: &Path) -> Result<()> {
    let runtime = connect::runtime().map_err(failed)?;
    runtime.block_on(async {
        let client = connect::open_plain(endpoint).await?;
        let begin =
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0";
        client.batch_execute(begin).await.map_err(translate)?;
        let mut file = BufWriter::new(File::create_new(target).map_err(failed)?);
        copy_all(&client, &mut file).await?;
        let file = file.into_inner().map_err(failed)?;
        file.sync_all().map_err(failed)
    })
}

async fn copy_all(client: &Client, file: &mut BufWriter<File>) -> Result<()> {
    const APPLIED: &str = "SELECT number, checksum FROM schema_migrations ORDER BY number";
    writeln!(file, "{HEAD}").map_err(failed)?;
    for row in client.query(APPLIED, &[]).await.map_err(translate)? {
        let number: i64 = row.try_get(0).map_err(translate)?;
        let checksum: String = row.try_get(1).map_err(translate)?;
        writeln!(file, "migration {number} {checksum}").map_err(failed)?;
    }
    for line in made::lines(client).await? {
        writeln!(file, "{line}").map_err(failed)?;
    }
    let tables = tables(client).await?;
    for (table, columns) in &tables {
        writeln!(file, "table {table} ({columns})").map_err(failed)?;
        let sql = format!("COPY {table} ({columns}) TO STDOUT");
        let mut rows = Box::pin(client.copy_out(&sql).await.map_err(translate)?);
        while let Some(bytes) = rows.try_next().await.map_err(translate)? {
            file.write_all(&bytes).map_err(failed)?;
        }
        writeln!(file, "{END_OF_ROWS}").map_err(failed)?;
    }
    writeln!(file, "end {}", tables.len()).map_err(failed)
}

/// Every table with its stored columns, quoted, each behind those it refers to; without the indexes for full-text search,
/// which are made again from the rows.
pub(crate) async fn tables(client: &Client) -> Result<Vec<(String, String)>> {
    const TABLES: &str = "SELECT c.oid, quote_ident(c.relname), \
            string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) \
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') \
          AND NOT c.relispartition AND c.relname <> 'schema_migrations' \
          AND c.relname !~ '^f[0-9]+_' \
          AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' \
        GROUP BY c.oid, c.relname ORDER BY c.relname";
    const REFERENCES: &str = "SELECT conrelid, confrelid FROM pg_constraint \
        WHERE contype = 'f' AND conrelid <> confrelid";
    let mut waiting = Vec::new();
    for row in client.query(TABLES, &[]).await.map_err(translate)? {
        let cell = |index| row.try_get::<_, String>(index).map_err(translate);
        waiting.push((row.try_get::<_, u32>(0).map_err(translate)?, cell(1)?, cell(2)?));
    }
    let mut references = Vec::new();
    for row in client.query(REFERENCES, &[]).await.map_err(translate)? {
        let oid = |index| row.try_get::<_, u32>(index).map_err(translate);
        references.push((oid(0)?, oid(1)?));
    }
    let mut ordered = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let (ready, later): (Vec<_>, Vec<_>) = waiting.iter().cloned().partition(|(oid, ..)| {
            let mut targets = references.iter().filter(|(from, _)| from == oid);
            targets.all(|(_, to)| !waiting.iter().any(|(other, ..)| other == to))
        });
        if ready.is_empty() {
            return Err(Error::Statement { source: "tables refer to each other in a ring".into() });
        }
        ordered.extend(ready.into_iter().map(|(_, table, columns)| (table, columns)));
        waiting = later;
    }
    Ok(ordered)
}
