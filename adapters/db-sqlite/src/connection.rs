//! Opening connections.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use db::{Error, Result};
use rusqlite::{Connection, OpenFlags, config::DbConfig, functions::FunctionFlags};

use crate::session::translate;

/// How the file is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// The database file; its `-wal` and `-shm` files lie beside it.
    pub path: PathBuf,
    /// How many reads run at the same time.
    pub readers: usize,
    /// How long a read may take before it is interrupted.
    pub read_limit: Duration,
    /// The largest size of the file in pages of 4 KiB; `None` leaves the engine's own limit.
    pub max_pages: Option<u32>,
    /// Whether a commit has reached the disk before it is answered; without, it survives the end of the process, not of
    /// the machine. Only tests do without.
    pub synced: bool,
}

impl Options {
    /// The defaults for a file: four readers, reads of at most five seconds.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            readers: 4,
            read_limit: Duration::from_secs(5),
            max_pages: None,
            synced: true,
        }
    }
}

/// Opens the connection of the writer: WAL, every commit synced, checkpoints left to another connection.
pub(crate) fn open_writer(options: &Options) -> Result<Connection> {
    let connection =
        open(options, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    let mut setup = String::from(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; \
         PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-16384; PRAGMA foreign_keys=ON;",
    );
    if !options.synced {
        setup.push_str(" PRAGMA synchronous=OFF;");
    }
    if let Some(pages) = options.max_pages {
        setup = format!("{setup} PRAGMA max_page_count={pages};");
    }
    connection.execute_batch(&setup).map_err(translate)?;
    Ok(connection)
}

/// Opens a connection of a reader: it cannot write.
pub(crate) fn open_reader(options: &Options) -> Result<Connection> {
    let connection = open(options, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection
        .execute_batch("PRAGMA query_only=ON; PRAGMA cache_size=-4096;")
        .map_err(translate)?;
    Ok(connection)
}

/// Copies the database as it stands, in one read transaction beside the writer.
pub(crate) fn backup(options: &Options, target: &Path) -> Result<()> {
    let connection = open(options, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let target = target.to_str().ok_or_else(|| Error::Statement {
        source: "the backup's path is not valid UTF-8".into(),
    })?;
    connection.execute("VACUUM INTO ?1", [target]).map_err(translate)?;
    Ok(())
}

fn open(options: &Options, flags: OpenFlags) -> Result<Connection> {
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&options.path, flags).map_err(translate)?;
    connection.busy_timeout(Duration::from_secs(10)).map_err(translate)?;
    connection.set_prepared_statement_cache_capacity(512);
    // Without it a plan may depend on a bound value (a partial index, LIKE), and every new value prepares the
    // statement anew: a fourteenth of the processor under load.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(translate)?;
    // A name in double quotes that nothing has is an error, as elsewhere, and not a text.
    for config in [DbConfig::SQLITE_DBCONFIG_DQS_DML, DbConfig::SQLITE_DBCONFIG_DQS_DDL] {
        connection.set_db_config(config, false).map_err(translate)?;
    }
    connection
        .execute_batch(
            "PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF; PRAGMA analysis_limit=1000;",
        )
        .map_err(translate)?;
    let pure = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection
        .create_scalar_function("fold", 1, pure, |context| {
            Ok(context.get::<Option<String>>(0)?.map(|text| text.to_lowercase()))
        })
        .map_err(translate)?;
    connection
        .create_scalar_function("plain", 1, pure, |context| {
            Ok(context.get::<Option<String>>(0)?.map(|text| db::plain(&text)))
        })
        .map_err(translate)?;
    Ok(connection)
}
