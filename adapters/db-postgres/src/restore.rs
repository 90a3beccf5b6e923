//! Restoring a backup into an empty database.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader},
    path::Path,
    thread,
};

use bytes::Bytes;
use db::{Migration, MigrationError};
use futures_util::SinkExt as _;
use tokio_postgres::Client;

use crate::{
    OpenError, Options,
    backup::{self, END_OF_ROWS, HEAD},
    connect,
    error::translate,
    made::{Making, Taken},
    migrate,
    options::Endpoint,
};

/// Why a backup cannot be restored. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The server cannot be reached.
    #[error("the database cannot be opened")]
    Open(#[from] OpenError),
    /// The file cannot be read.
    #[error("the backup cannot be read")]
    File(#[from] io::Error),
    /// The file is no backup, or was cut off.
    #[error("line {line} of the backup is not what it should be; the file may be cut off")]
    Shape {
        /// The line, from 1.
        line: u64,
    },
    /// The backup's schema does not fit this program.
    #[error("the backup does not fit this program")]
    Schema(#[from] MigrationError),
    /// The database holds data already.
    #[error("the database is not empty: restore into a new one")]
    Occupied,
    /// A statement failed.
    #[error("the database refused a part of the backup")]
    Refused(#[source] db::Error),
}

/// Restores a backup into an empty database, all of it or nothing, and brings its schema up to date.
/// Blocks the calling thread.
///
/// # Errors
/// [`RestoreError`].
pub fn restore(options: Options, source: &Path) -> Result<(), RestoreError> {
    let endpoint = Endpoint::new(options).map_err(OpenError::Url)?;
    let file = Lines { reader: BufReader::new(File::open(source)?), line: Vec::new(), number: 0 };
    // On a thread of its own: the caller may be inside another runtime.
    let work = move || -> Result<(), RestoreError> {
        let runtime = connect::runtime().map_err(OpenError::Thread)?;
        runtime.block_on(async {
            let client = connect::open_plain(&endpoint).await.map_err(OpenError::Connect)?;
            let begin = "BEGIN; SET LOCAL statement_timeout = 0";
            client.batch_execute(begin).await.map_err(refused)?;
            load(&client, file).await?;
            client.batch_execute("COMMIT").await.map_err(refused)
        })
    };
    let thread = thread::Builder::new().name("db-restore".to_owned()).spawn(work);
    let panicked = |_panic| OpenError::Thread(io::Error::other("the thread panicked"));
    thread.map_err(OpenError::Thread)?.join().map_err(panicked)?
}

async fn load(client: &Client, mut file: Lines) -> Result<(), RestoreError> {
    if !file.next()? || file.text() != HEAD {
        return Err(file.wrong());
    }
    if !migrate::lock_and_list(client).await?.is_empty() {
        return Err(RestoreError::Occupied);
    }
    let mut written = Vec::new();
    let mut more = file.next()?;
    while more && let Some(migration) = file.text().strip_prefix("migration ") {
        let (number, checksum) = migration.split_once(' ').ok_or_else(|| file.wrong())?;
        written.push((number.parse().map_err(|_number| file.wrong())?, checksum.to_owned()));
        more = file.next()?;
    }
    let all = migrate::migrations()?;
    // The schema as it was, then its rows, then what has come since.
    let later = all.pending(&written)?;
    let earlier: Vec<&Migration> = all.all().iter().filter(|m| !later.contains(m)).collect();
    migrate::apply(client, &earlier).await?;
    let mut making = Making::default();
    while more && making.take(file.text()).ok_or_else(|| file.wrong())? == Taken::Yes {
        more = file.next()?;
    }
    for statement in making.finish() {
        client.batch_execute(&statement).await.map_err(refused)?;
    }
    // The file only chooses among the tables that are there: it is text from outside.
    let known: Vec<_> = backup::tables(client).await.map_err(RestoreError::Refused)?;
    let known: Vec<_> =
        known.iter().map(|(table, columns)| format!("{table} ({columns})")).collect();
    let mut tables = 0_u64;
    while more && let Some(table) = file.text().strip_prefix("table ") {
        let table = known.iter().find(|known| *known == table).ok_or_else(|| file.wrong())?;
        copy(client, table, &mut file).await?;
        tables += 1;
        more = file.next()?;
    }
    if !more || file.text() != format!("end {tables}") {
        return Err(file.wrong());
    }
    migrate::apply(client, &later).await?;
    Ok(())
}

async fn copy(client: &Client, table: &str, file: &mut Lines) -> Result<(), RestoreError> {
    // A migration may have put a first row there: what the backup says takes its place.
    let name = table.split_once(" (").map_or(table, |(name, _columns)| name);
    client.batch_execute(&format!("DELETE FROM {name}")).await.map_err(refused)?;
    let sink = client.copy_in(&format!("COPY {table} FROM STDIN")).await.map_err(refused)?;
    let mut sink = Box::pin(sink);
    let mut some = Vec::with_capacity(CHUNK);
    while file.next()? {
        if file.text() == END_OF_ROWS {
            sink.send(Bytes::from(some)).await.map_err(refused)?;
            sink.as_mut().finish().await.map_err(refused)?;
            return Ok(());
        }
        some.extend_from_slice(&file.line);
        some.push(b'\n');
        if some.len() >= CHUNK {
            let full = std::mem::replace(&mut some, Vec::with_capacity(CHUNK));
            sink.send(Bytes::from(full)).await.map_err(refused)?;
        }
    }
    Err(file.wrong())
}

fn refused(error: tokio_postgres::Error) -> RestoreError {
    RestoreError::Refused(translate(error))
}

struct Lines {
    reader: BufReader<File>,
    line: Vec<u8>,
    number: u64,
}

impl Lines {
    /// Reads the next line; whether there was one, and it was whole.
    fn next(&mut self) -> io::Result<bool> {
        self.line.clear();
        self.reader.read_until(b'\n', &mut self.line)?;
        self.number += 1;
        Ok(self.line.pop_if(|last| *last == b'\n').is_some())
    }

    fn text(&self) -> &str {
        str::from_utf8(&self.line).unwrap_or_default()
    }

    const fn wrong(&self) -> RestoreError {
        RestoreError::Shape { line: self.number }
    }
}

/// Rows travel in pieces of about this many bytes.
const CHUNK: usize = 64 * 1024;
