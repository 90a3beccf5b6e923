//! What only PostgreSQL can show: connections that break, other nodes, its own backups.
//!
//! Without `LIAISON_TEST_DATABASE` there is no server and these tests say so.
#![cfg(test)]

mod backup;
mod broken;
mod migrations;
mod proxy;
mod tls;

use std::{sync::Arc, time::Duration};

use db::{Db, driver::Driver};
use kernel::{Scope, TenantId};
use liaison_db_postgres::{Options, PostgresDriver};
use testkit::Store;

use crate::proxy::Proxy;

/// A database of its own, if there is a server.
async fn postgres() -> Option<(Store, Scope)> {
    let store = Store::fresh().await;
    if store.url().is_none() {
        println!("LIAISON_TEST_DATABASE names no server: nothing to see here");
        return None;
    }
    let scope = testkit::system_scope(testkit::ids().fresh::<TenantId>());
    let made = store.write(&scope, |tx| {
        tx.execute("CREATE TABLE proof (n BIGINT PRIMARY KEY, word TEXT UNIQUE)", &[])
    });
    made.await.unwrap();
    Some((store, scope))
}

/// A second facade on the store's database, through a proxy that can break its connections.
async fn through_proxy(store: &Store, patience: Duration) -> (Db, Arc<Proxy>) {
    let url = store.url().unwrap();
    let (server, proxied) = address(url);
    let proxy = Proxy::start(server);
    let mut options = Options::new(proxied.replace("PROXY", &proxy.address().to_string()));
    options.connections = 2;
    options.patience = patience;
    let opened = tokio::task::spawn_blocking(move || PostgresDriver::open(options).unwrap());
    (Db::new(opened.await.unwrap() as Arc<dyn Driver>), proxy)
}

/// For tests in which the server stays away.
const BRIEF: Duration = Duration::from_secs(1);

/// The server's host and port, and the URL with `PROXY` in their place.
fn address(url: &str) -> (String, String) {
    let (start, rest) = url.split_once("://").unwrap();
    let (authority, path) = rest.split_once('/').unwrap();
    let (user, host) = authority.rsplit_once('@').unwrap();
    (host.to_owned(), format!("{start}://{user}@PROXY/{path}"))
}

async fn kept(db: &Db, scope: &Scope) -> Vec<i64> {
    let read = db.read(scope, |tx| {
        let rows = tx.all("SELECT n FROM proof ORDER BY n", &[])?;
        rows.iter().map(|row| row.get(0)).collect::<db::Result<Vec<i64>>>()
    });
    read.await.unwrap()
}

/// Plain SQL beside the driver.
async fn plain(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::runtime::Handle::current().spawn(connection);
    client.batch_execute(sql).await.unwrap();
}
