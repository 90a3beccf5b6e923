//! Databases on a PostgreSQL server, cloned from a migrated template.
#![expect(clippy::expect_used, reason = "without a database there is no test")]

use std::{sync::Arc, thread};

use db::{Db, driver::Driver};
use db_postgres::{Options, PostgresDriver};
use kernel::Ids;
use tokio::runtime::{Builder, Handle};
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

use super::{Engine, Store, Tuning};

/// A database of its own on a server.
pub(super) struct Database {
    server: String,
    name: String,
    url: String,
}

impl Database {
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Drops the database; other connections to it end.
    pub(super) fn drop_it(&self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // On a thread of its own: the test's runtime is around us.
        let dropped = thread::spawn(move || {
            on_server(&server, async |client| {
                client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await
            });
        });
        drop(dropped.join());
    }
}

pub(super) fn store(server: &str, tuning: &Tuning) -> Store {
    let template = template(server);
    let name = format!("liaison_test_{}", Ids::system().fresh::<Uuid>().simple());
    on_server(server, async |client| {
        client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await
    });
    let url = with_database(server, &name);
    let db = Db::new(open(&url, tuning));
    let database = Database { server: server.to_owned(), name, url };
    Store { db, engine: Engine::Postgres(database) }
}

pub(super) fn open(url: &str, tuning: &Tuning) -> Arc<dyn Driver> {
    let mut options = Options::new(url);
    options.connections = tuning.connections.unwrap_or(4);
    if let Some(limit) = tuning.read_limit {
        options.read_limit = limit;
    }
    PostgresDriver::open(options).expect("a migrated database")
}

/// The name of the migrated template; the first one who needs it makes it.
fn template(server: &str) -> String {
    let migrations = db_postgres::migrations().expect("migrations with proper names");
    let sum = super::checksum(migrations.all());
    let name = format!("liaison_template_{sum:016x}");
    on_server(server, async |client| {
        client.batch_execute("SELECT pg_advisory_lock(4913025719)").await?;
        let find = "SELECT 1 FROM pg_database WHERE datname = $1";
        if client.query_opt(find, &[&name]).await?.is_some() {
            return Ok(());
        }
        let making = format!("{name}_making");
        client.batch_execute(&format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)")).await?;
        client.batch_execute(&format!("CREATE DATABASE {making} ENCODING 'UTF8'")).await?;
        open(&with_database(server, &making), &Tuning::default()).close();
        // The server may need a moment to see that the connections are gone.
        client.batch_execute(&format!(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{making}'"
        )).await?;
        client.batch_execute(&format!("ALTER DATABASE {making} RENAME TO {name}")).await
    });
    name
}

/// Runs `work` on a connection to the server's own database.
fn on_server<T>(
    server: &str,
    work: impl AsyncFnOnce(&Client) -> Result<T, tokio_postgres::Error>,
) -> T {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let connected = tokio_postgres::connect(server, NoTls).await;
        let (client, connection) = connected.expect("the server of LIAISON_TEST_DATABASE");
        Handle::current().spawn(connection);
        Box::pin(work(&client)).await.expect("the server makes and drops databases")
    })
}

/// The same URL with another database.
fn with_database(server: &str, name: &str) -> String {
    let (base, query) = server.split_once('?').map_or((server, None), |(b, q)| (b, Some(q)));
    let host = base.rsplit_once('/').map_or(base, |(host, _database)| host);
    query.map_or_else(|| format!("{host}/{name}"), |query| format!("{host}/{name}?{query}"))
}
