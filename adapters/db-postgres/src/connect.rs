//! One connection and the statements prepared on it.

use std::{
    cell::RefCell,
    collections::HashMap,
    thread,
    time::{Duration, Instant},
};

use db::{Error, Result};
use tokio::{
    runtime::{Builder, Handle, Runtime},
    task::JoinHandle,
    time::timeout,
};
use tokio_postgres::{Client, SimpleQueryMessage, Statement};

use crate::{error::translate, options::Endpoint};

/// A runtime for one thread; its connections move only while the thread waits for them.
pub(crate) fn runtime() -> std::io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

/// A connection, as closures use it.
pub(crate) struct Link {
    client: Client,
    carrier: JoinHandle<()>,
    statements: RefCell<HashMap<Box<str>, Statement>>,
    /// The server's process that serves it.
    pid: String,
}

impl Link {
    /// Connects once.
    pub(crate) async fn open(endpoint: &Endpoint) -> Result<Self> {
        let (client, carrier) = open_carried(endpoint).await?;
        let limit = endpoint.options().read_limit.as_millis();
        let setup = format!(
            "SET default_transaction_read_only = on; \
             SET statement_timeout = {limit}; \
             SET idle_in_transaction_session_timeout = 60000; \
             SET TIME ZONE 'UTC'; \
             SELECT set_config('synchronous_commit', 'on', false) \
                 WHERE current_setting('synchronous_commit') = 'off'; \
             SELECT pg_backend_pid()"
        );
        let answer = client.simple_query(&setup).await.map_err(translate)?;
        let pid = last_cell(&answer).ok_or(Error::Unavailable { source: None })?;
        Ok(Self { client, carrier, statements: RefCell::default(), pid })
    }

    /// Takes leave of the server.
    pub(crate) async fn close(self) {
        drop((self.client, self.statements));
        // Whether the word gets through or not, the connection ends.
        drop(timeout(FAREWELL, self.carrier).await);
    }

    pub(crate) const fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn pid(&self) -> &str {
        &self.pid
    }

    /// The statement, prepared once on this connection, and whether it was there already.
    pub(crate) async fn prepare(
        &self,
        sql: &str,
    ) -> Result<(Statement, bool), tokio_postgres::Error> {
        if let Some(known) = self.statements.borrow().get(sql) {
            return Ok((known.clone(), true));
        }
        let statement = self.client.prepare(sql).await?;
        let mut statements = self.statements.borrow_mut();
        if statements.len() >= STATEMENTS {
            statements.clear();
        }
        statements.insert(sql.into(), statement.clone());
        Ok((statement, false))
    }

    /// Forgets every prepared statement; the schema has changed under them.
    pub(crate) fn forget_statements(&self) {
        self.statements.borrow_mut().clear();
    }

    /// The first cell of the last row that plain SQL answers.
    pub(crate) async fn ask(&self, sql: &str) -> Result<Option<String>, tokio_postgres::Error> {
        Ok(last_cell(&self.client.simple_query(sql).await?))
    }
}

fn last_cell(answer: &[SimpleQueryMessage]) -> Option<String> {
    answer.iter().rev().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    })
}

/// Connects without the settings of closures; for migrations and backups.
pub(crate) async fn open_plain(endpoint: &Endpoint) -> Result<Client> {
    open_carried(endpoint).await.map(|(client, _carrier)| client)
}

async fn open_carried(endpoint: &Endpoint) -> Result<(Client, JoinHandle<()>)> {
    let connecting = Box::pin(endpoint.config().connect(endpoint.tls()));
    let (client, connection) = connecting.await.map_err(translate)?;
    // The thread's own runtime holds the task; it ends with the client.
    let carrier = Handle::current().spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(error = &error as &dyn std::error::Error, "db.connection_ended");
        }
    });
    Ok((client, carrier))
}

/// Connects, with growing pauses, until the patience is over.
///
/// Whoever comes while the server is known to be away is not kept waiting: what is queued must not pay the
/// patience one after the other.
pub(crate) fn open_patiently(runtime: &Runtime, endpoint: &Endpoint) -> Result<Link> {
    let started = Instant::now();
    let mut pause = FIRST_PAUSE;
    let patience = match endpoint.away_for() {
        Some(since) if since < REFUSAL => return Err(Error::Unavailable { source: None }),
        Some(since) if since < DOUBT => Duration::ZERO,
        _ => endpoint.options().patience,
    };
    loop {
        match runtime.block_on(Link::open(endpoint)) {
            Ok(link) => return Ok(link),
            Err(error) if started.elapsed() + pause > patience => {
                endpoint.note_away();
                tracing::error!(error = &error as &dyn std::error::Error, "db.unreachable");
                return Err(Error::Unavailable { source: Some(error.into()) });
            }
            Err(_) => thread::sleep(pause),
        }
        pause = (pause * 2).min(LAST_PAUSE);
    }
}

/// So long the end of a connection may take.
const FAREWELL: Duration = Duration::from_secs(1);
/// So long after a vain attempt nobody tries again.
const REFUSAL: Duration = Duration::from_millis(200);
/// So long after a vain attempt one more is enough to give up.
const DOUBT: Duration = Duration::from_secs(2);
/// At most so many prepared statements a connection; then it starts over.
const STATEMENTS: usize = 1_000;
/// Pauses between attempts to connect grow from the first to the last.
pub(crate) const FIRST_PAUSE: Duration = Duration::from_millis(20);
/// The longest pause.
pub(crate) const LAST_PAUSE: Duration = Duration::from_secs(1);
