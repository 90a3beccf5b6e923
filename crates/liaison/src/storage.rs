//! Opening the database that the settings name.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use db::{Db, driver::Driver};
use db_postgres::PostgresDriver;
use db_sqlite::SqliteDriver;

use crate::{
    exit::{Exit, Failure, Result},
    settings::Settings,
};

/// Which engine holds the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Engine {
    /// A file in the data folder.
    Sqlite,
    /// A server.
    Postgres,
}

/// Opens the database and brings its schema up to date. Blocks.
pub(crate) fn open(settings: &Settings) -> Result<(Db, Engine)> {
    let failed = |error: &dyn std::error::Error| Failure::of(Exit::Unavailable, error);
    let (driver, engine): (Arc<dyn Driver>, Engine) = match settings.database_url()? {
        Some(url) => {
            let mut options = db_postgres::Options::new(url.expose());
            if let Some(connections) = settings.database.connections {
                options.connections = connections.clamp(2, 200);
            }
            let driver = PostgresDriver::open(options).map_err(|error| failed(&error))?;
            (driver, Engine::Postgres)
        }
        None => (open_file(&database_file(&settings.data))?, Engine::Sqlite),
    };
    Ok((Db::new(driver), engine))
}

/// Opens an SQLite file. Blocks.
pub(crate) fn open_file(path: &Path) -> Result<Arc<SqliteDriver>> {
    let options = db_sqlite::Options::new(path);
    SqliteDriver::open(options).map_err(|error| Failure::of(Exit::Unavailable, &error))
}

/// The database file of a data folder.
pub(crate) fn database_file(data: &Path) -> PathBuf {
    data.join("liaison.db")
}

/// The folder of uploaded files.
pub(crate) fn files_folder(data: &Path) -> PathBuf {
    data.join("files")
}

/// Makes the data folder, for its owner alone.
pub(crate) fn prepare_folder(data: &Path) -> Result {
    let failed = |error: io::Error| {
        Failure::new(Exit::Config, format!("the data folder {}: {error}", data.display()))
    };
    if data.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(data).map_err(failed)
}

/// Writes a file for its owner alone, whole or not at all: beside it, synced, then renamed.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result {
    let failed =
        |error: io::Error| Failure::new(Exit::Config, format!("{}: {error}", path.display()));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    // Files of this crate are made with mode 0600.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    io::Write::write_all(&mut file, bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
