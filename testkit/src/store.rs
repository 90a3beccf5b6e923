//! A migrated database of its own for each test.

mod postgres;
mod template;

use std::{fmt, ops::Deref, path::Path, sync::Arc, time::Duration};

use db::{Db, Dialect, Migration, driver::Driver};
use db_sqlite::{Options, SqliteDriver};
use tempfile::TempDir;

use self::postgres::Database;

/// A migrated, empty database; it goes away with the value.
pub struct Store {
    db: Db,
    engine: Engine,
}

enum Engine {
    Sqlite { folder: TempDir },
    Postgres(Database),
}

/// What a test may want otherwise than the product does.
#[derive(Debug, Clone, Default)]
pub struct Tuning {
    /// How long a read may take; the driver's own limit when empty.
    pub read_limit: Option<Duration>,
    /// How many connections a PostgreSQL store has; four when empty.
    pub connections: Option<usize>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("dialect", &self.dialect()).finish_non_exhaustive()
    }
}

impl Store {
    /// A database of its own.
    ///
    /// # Panics
    /// When the engine cannot be started or reached.
    pub async fn fresh() -> Self {
        Self::tuned(Tuning::default()).await
    }

    /// A database of its own with other limits.
    ///
    /// # Panics
    /// As [`Store::fresh`].
    #[expect(clippy::expect_used, reason = "without a database there is no test")]
    pub async fn tuned(tuning: Tuning) -> Self {
        let made = tokio::task::spawn_blocking(move || match server() {
            Some(server) => postgres::store(&server, &tuning),
            None => sqlite(&tuning),
        });
        made.await.expect("the database is made")
    }

    /// An SQLite database whatever the environment says; for tests that compare the engines.
    ///
    /// # Panics
    /// As [`Store::fresh`].
    #[expect(clippy::expect_used, reason = "without a database there is no test")]
    pub async fn sqlite() -> Self {
        let made = tokio::task::spawn_blocking(|| sqlite(&Tuning::default()));
        made.await.expect("the database is made")
    }

    /// A handle that a service can own.
    pub fn db(&self) -> Db {
        self.db.clone()
    }

    /// Which engine it is; for tests of what engines do differently.
    pub fn dialect(&self) -> Dialect {
        match &self.engine {
            Engine::Sqlite { .. } => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
        }
    }

    /// The folder of an SQLite database; it may also hold other files of the test.
    pub fn folder(&self) -> Option<&Path> {
        match &self.engine {
            Engine::Sqlite { folder } => Some(folder.path()),
            Engine::Postgres(_) => None,
        }
    }

    /// The URL of a PostgreSQL database.
    pub fn url(&self) -> Option<&str> {
        match &self.engine {
            Engine::Sqlite { .. } => None,
            Engine::Postgres(database) => Some(database.url()),
        }
    }

    /// Another node on the same database, where the engine allows several.
    ///
    /// # Panics
    /// When the server does not let it in.
    #[expect(clippy::expect_used, reason = "without a database there is no test")]
    pub async fn other_node(&self) -> Option<Node> {
        let url = self.url()?.to_owned();
        let opened =
            tokio::task::spawn_blocking(move || Db::new(postgres::open(&url, &Tuning::default())));
        Some(Node(opened.await.expect("another node")))
    }
}

impl Deref for Store {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

/// Another node on the database of a [`Store`]; stops with the value.
#[derive(Debug)]
pub struct Node(Db);

impl Deref for Node {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.0
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.db.close();
        if let Engine::Postgres(database) = &self.engine {
            database.drop_it();
        }
    }
}

/// A number for a set of migrations: the start of each checksum tells them well enough for tests.
fn checksum(migrations: &[Migration]) -> u64 {
    migrations.iter().fold(0, |sum: u64, migration| {
        let start = migration.checksum.get(..16).and_then(|hex| u64::from_str_radix(hex, 16).ok());
        sum.rotate_left(7) ^ start.unwrap_or_default()
    })
}

#[expect(clippy::disallowed_methods, reason = "the test runner says which engine it is")]
fn server() -> Option<String> {
    std::env::var("LIAISON_TEST_DATABASE").ok().filter(|url| !url.is_empty())
}

#[expect(clippy::expect_used, reason = "without a database there is no test")]
fn sqlite(tuning: &Tuning) -> Store {
    let folder = TempDir::new().expect("a temporary folder");
    let mut options = Options::new(folder.path().join("liaison.db"));
    options.synced = false;
    template::copy_to(&options.path);
    if let Some(limit) = tuning.read_limit {
        options.read_limit = limit;
    }
    let driver = SqliteDriver::open(options).expect("a migrated database");
    Store { db: Db::new(driver as Arc<dyn Driver>), engine: Engine::Sqlite { folder } }
}
