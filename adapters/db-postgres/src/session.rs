//! Statements of one closure on one connection.

use std::{
    cell::{Cell, RefCell},
    time::Instant,
};

use db::{Dialect, Error, Result, Row, Value, driver::Session};
use futures_util::{TryStreamExt as _, future};
use tokio::runtime::Runtime;
use tokio_postgres::{Error as PgError, Statement};

use crate::{
    connect::Link,
    error::{is_lost, is_stale, translate},
    options::Options,
    value,
};

/// In which kind of transaction a closure runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// SERIALIZABLE, may write.
    Write,
    /// READ COMMITTED, may write.
    Append,
    /// REPEATABLE READ READ ONLY.
    Snapshot,
    /// One statement, without BEGIN.
    Single,
}

/// Why the transaction cannot be committed any more, whatever the closure says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loss {
    /// It lost against another one, or its connection broke: run it again.
    Rerun,
    /// Running it again would not help.
    Final,
}

/// Where the closure stands that shares a transaction with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// It has the transaction to itself, or nobody has begun.
    Alone,
    /// Its savepoint goes before its first statement, behind the end of its neighbour's if there is one.
    Due { release: bool },
    /// Its savepoint is set.
    Open,
    /// It is done and its savepoint not yet released.
    Kept,
}

pub(crate) struct PgSession<'c> {
    runtime: &'c Runtime,
    link: &'c Link,
    options: &'c Options,
    mode: Mode,
    started: Instant,
    begun: Cell<bool>,
    depth: Cell<u32>,
    turn: Cell<Turn>,
    loss: Cell<Option<Loss>>,
    /// The transaction's number once it has written.
    xid: RefCell<Option<String>>,
}

impl<'c> PgSession<'c> {
    pub(crate) fn new(
        runtime: &'c Runtime,
        link: &'c Link,
        options: &'c Options,
        mode: Mode,
    ) -> Self {
        Self {
            runtime,
            link,
            options,
            mode,
            started: Instant::now(),
            begun: Cell::new(false),
            depth: Cell::new(0),
            turn: Cell::new(Turn::Alone),
            loss: Cell::new(None),
            xid: RefCell::new(None),
        }
    }

    /// Whether a transaction is open.
    pub(crate) fn is_open(&self) -> bool {
        self.begun.get()
    }

    pub(crate) fn loss(&self) -> Option<Loss> {
        self.loss.get()
    }

    /// The transaction's number, if it has written.
    pub(crate) fn xid(&self) -> Option<String> {
        self.xid.borrow().clone()
    }

    /// The next closure of a group begins. Its savepoint costs no round trip: it goes with its first
    /// statement.
    pub(crate) fn enter(&self) {
        self.turn.set(Turn::Due { release: self.turn.get() == Turn::Kept });
        self.depth.set(0);
    }

    /// Keeps what the closure of a group did.
    pub(crate) fn keep(&self) {
        self.turn.set(match self.turn.get() {
            Turn::Open | Turn::Kept | Turn::Due { release: true } => Turn::Kept,
            Turn::Alone | Turn::Due { release: false } => Turn::Alone,
        });
    }

    /// Undoes what the closure of a group did.
    pub(crate) fn undo(&self) -> Result<()> {
        if self.turn.get() == Turn::Open {
            self.turn.set(Turn::Alone);
            return self.plain("ROLLBACK TO SAVEPOINT closure; RELEASE SAVEPOINT closure");
        }
        self.keep();
        Ok(())
    }

    fn begin(&self) -> String {
        let limit = self.options.write_limit.as_millis();
        match self.mode {
            Mode::Write => format!(
                "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE; SET LOCAL statement_timeout = {limit}"
            ),
            Mode::Append => format!(
                "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; \
                 SET LOCAL statement_timeout = {limit}"
            ),
            Mode::Snapshot | Mode::Single => {
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY".to_owned()
            }
        }
    }

    /// What goes before a statement, in the same round trip.
    fn prelude(&self) -> Result<Option<String>> {
        if matches!(self.mode, Mode::Write | Mode::Append) {
            return Ok(self.due());
        }
        let (spent, limit) = (self.started.elapsed(), self.options.read_limit);
        let left = limit.checked_sub(spent).ok_or(Error::Interrupted)?;
        Ok(match (self.mode, self.begun.get()) {
            (Mode::Snapshot, false) => Some(self.begin()),
            // The server's limit is for each statement, ours for the closure.
            (_, true) if spent > limit / 5 => {
                Some(format!("SET LOCAL statement_timeout = {}", left.as_millis().max(1)))
            }
            _ => None,
        })
    }

    /// BEGIN and the closure's savepoint, as far as they are not sent.
    fn due(&self) -> Option<String> {
        let begin = (!self.begun.get()).then(|| self.begin());
        let savepoint = match self.turn.get() {
            Turn::Due { release: true } => "RELEASE SAVEPOINT closure; SAVEPOINT closure",
            Turn::Due { release: false } => "SAVEPOINT closure",
            Turn::Alone | Turn::Open | Turn::Kept => return begin,
        };
        Some(begin.map_or_else(|| savepoint.to_owned(), |begin| format!("{begin}; {savepoint}")))
    }

    /// Notes that what was due is sent.
    fn sent(&self, begins: bool) {
        self.begun.set(self.begun.get() || begins);
        if matches!(self.turn.get(), Turn::Due { .. }) {
            self.turn.set(Turn::Open);
        }
    }

    /// Runs a prepared statement, with BEGIN before it when there was none, and behind a statement that
    /// writes the question for the transaction's number: all in one round trip.
    fn statement<T>(
        &self,
        sql: &str,
        run: impl AsyncFnOnce(&Statement) -> Result<T, PgError>,
    ) -> Result<T> {
        let prelude = self.prelude().inspect_err(|_| self.loss.set(Some(Loss::Final)))?;
        let asks = matches!(self.mode, Mode::Write | Mode::Append)
            && self.xid.borrow().is_none()
            && !is_select(sql);
        let begins = prelude.is_some() && !self.begun.get();
        let (answer, known) = self.runtime.block_on(async {
            let (statement, known) = match self.link.prepare(sql).await {
                Ok(prepared) => prepared,
                Err(error) => {
                    if self.begun.get() && matches!(self.turn.get(), Turn::Due { .. }) {
                        // It failed before its savepoint was set: the neighbours are lost with it.
                        self.loss.set(Some(Loss::Rerun));
                    }
                    return (Err(error), false);
                }
            };
            self.sent(begins);
            let before = async {
                match &prelude {
                    Some(sql) => self.link.client().batch_execute(sql).await,
                    None => Ok(()),
                }
            };
            let after = async { if asks { self.link.ask(XID).await.ok().flatten() } else { None } };
            // Polled in this order, and so sent in this order.
            let (before, answer, xid) =
                Box::pin(future::join3(before, run(&statement), after)).await;
            if xid.is_some() {
                *self.xid.borrow_mut() = xid;
            }
            (before.and(answer), known)
        });
        answer.map_err(|error| {
            if known && is_stale(&error) {
                // The schema has changed since the statement was prepared.
                self.link.forget_statements();
                self.loss.set(Some(Loss::Rerun));
                return Error::Serialization;
            }
            self.failed(error)
        })
    }

    fn plain(&self, sql: &str) -> Result<()> {
        let done = self.runtime.block_on(self.link.client().batch_execute(sql));
        done.map_err(|error| self.failed(error))
    }

    fn failed(&self, error: PgError) -> Error {
        let lost = is_lost(&error);
        let error = translate(error);
        if lost || matches!(error, Error::Serialization) {
            self.loss.set(Some(Loss::Rerun));
        } else if error.is_fatal() {
            self.loss.set(Some(Loss::Final));
        }
        error
    }
}

impl Session for PgSession<'_> {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn execute(&self, sql: &str, params: &[Value<'_>]) -> Result<u64> {
        self.statement(sql, async |statement| {
            self.link.client().execute_raw(statement, params.iter().map(value::Param)).await
        })
    }

    fn execute_many(&self, sql: &str, rows: &[Vec<Value<'_>>]) -> Result<u64> {
        let client = self.link.client();
        let mut changed = 0_u64;
        for some in rows.chunks(PIPELINE) {
            changed += self.statement(sql, async |statement| {
                let all = some
                    .iter()
                    .map(|row| client.execute_raw(statement, row.iter().map(value::Param)));
                let mut sum = 0_u64;
                // The first failure is the cause; those behind it only say that the transaction failed.
                for answer in Box::pin(future::join_all(all)).await {
                    sum += answer?;
                }
                Ok(sum)
            })?;
        }
        Ok(changed)
    }

    fn query(&self, sql: &str, params: &[Value<'_>]) -> Result<Vec<Row>> {
        self.statement(sql, async |statement| {
            let client = self.link.client();
            let rows = client.query_raw(statement, params.iter().map(value::Param)).await?;
            let mut rows = Box::pin(rows);
            let mut answer = Vec::new();
            while let Some(row) = rows.try_next().await? {
                let cells =
                    (0..row.len()).map(|column| Ok(row.try_get::<_, value::Cell>(column)?.0));
                answer.push(Row::new(cells.collect::<Result<_, PgError>>()?));
            }
            Ok(answer)
        })
    }

    fn savepoint(&self) -> Result<()> {
        let name = self.depth.get() + 1;
        let mut sql = format!("SAVEPOINT inner_{name}");
        if let Some(due) = self.due() {
            sql = format!("{due}; {sql}");
            self.sent(true);
        }
        self.plain(&sql)?;
        self.depth.set(name);
        Ok(())
    }

    fn release(&self) -> Result<()> {
        let name = self.depth.get();
        self.depth.set(name.saturating_sub(1));
        self.plain(&format!("RELEASE SAVEPOINT inner_{name}"))
    }

    fn rollback_to(&self) -> Result<()> {
        let name = self.depth.get();
        self.depth.set(name.saturating_sub(1));
        self.plain(&format!("ROLLBACK TO SAVEPOINT inner_{name}; RELEASE SAVEPOINT inner_{name}"))
    }
}

/// Whether a statement only reads. A SELECT … FOR UPDATE does, too: it changes no row.
fn is_select(sql: &str) -> bool {
    sql.trim_start().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("SELECT"))
}

/// Answers nothing as long as the transaction has not written.
const XID: &str = "SELECT pg_current_xact_id_if_assigned()";
/// So many rows of parameters travel at once.
const PIPELINE: usize = 256;
