//! One transaction as a closure sees it.

use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
    fmt,
};

use kernel::{Scope, TenantId};
use uuid::Uuid;

use crate::{Error, Notice, Result, Row, Value, driver::Session};

/// A transaction, or a part of one that stands and falls alone.
///
/// Statements use `$1`, `$2` … markers, bound by number on every engine. A failed statement poisons the
/// transaction: every further one fails with [`Error::Poisoned`] until [`Tx::attempt`], in which it ran,
/// returns.
pub struct Tx<'a> {
    session: &'a dyn Session,
    scope: &'a Scope,
    poisoned: Cell<Poison>,
    notices: RefCell<Vec<Notice>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Poison {
    Clean,
    Statement,
    Fatal,
}

impl fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx").field("tenant", &self.tenant()).finish_non_exhaustive()
    }
}

impl<'a> Tx<'a> {
    /// A transaction over a driver's session; for drivers.
    pub fn new(session: &'a dyn Session, scope: &'a Scope) -> Self {
        Self {
            session,
            scope,
            poisoned: Cell::new(Poison::Clean),
            notices: RefCell::new(Vec::new()),
        }
    }

    /// The tenant; every statement says `tenant_id = $1` with it.
    pub fn tenant(&self) -> TenantId {
        self.scope.tenant()
    }

    /// Who asks.
    pub fn scope(&self) -> &Scope {
        self.scope
    }

    /// What engines do differently.
    pub fn dialect(&self) -> Dialect {
        self.session.dialect()
    }

    /// Runs a statement and tells how many rows it changed.
    ///
    /// # Errors
    /// [`Error::Constraint`] and the others; the transaction is then poisoned.
    pub fn execute(&self, sql: &str, params: &[Value<'_>]) -> Result<u64> {
        self.guarded(|session| session.execute(sql, params))
    }

    /// Runs one statement for each row of parameters; drivers may send them at once.
    ///
    /// # Errors
    /// As [`Tx::execute`], of the first that fails.
    pub fn execute_many(&self, sql: &str, rows: &[Vec<Value<'_>>]) -> Result<u64> {
        self.guarded(|session| session.execute_many(sql, rows))
    }

    /// The first row of an answer.
    ///
    /// # Errors
    /// As [`Tx::execute`].
    pub fn first(&self, sql: &str, params: &[Value<'_>]) -> Result<Option<Row>> {
        Ok(self.all(sql, params)?.into_iter().next())
    }

    /// Every row of an answer; bound it with LIMIT.
    ///
    /// # Errors
    /// As [`Tx::execute`].
    pub fn all(&self, sql: &str, params: &[Value<'_>]) -> Result<Vec<Row>> {
        self.guarded(|session| session.query(sql, params))
    }

    /// Runs `f` so that its failure undoes only what it did: the one way on after a statement error.
    ///
    /// # Errors
    /// What `f` answers; also the transaction's own failure.
    pub fn attempt<T, E: From<Error>>(
        &self,
        f: impl FnOnce(&Self) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.poisoned.get() != Poison::Clean {
            return Err(Error::Poisoned.into());
        }
        self.guarded(|session| session.savepoint())?;
        let mark = self.notices.borrow().len();
        let answer = f(self);
        match (&answer, self.poisoned.get()) {
            (_, Poison::Fatal) => {}
            (Ok(_), Poison::Clean) => self.guarded(|session| session.release())?,
            _ => {
                self.poisoned.set(Poison::Clean);
                self.notices.borrow_mut().truncate(mark);
                self.guarded(|session| session.rollback_to())?;
            }
        }
        answer
    }

    /// Tells listeners about `stream` once the transaction is committed.
    pub fn notify(&self, topic: impl Into<Cow<'static, str>>, stream: Uuid, position: i64) {
        let notice = Notice { tenant: self.tenant(), topic: topic.into(), stream, position };
        self.notices.borrow_mut().push(notice);
    }

    /// Whether a statement failed and was not caught by [`Tx::attempt`]; for drivers.
    pub fn is_poisoned(&self) -> bool {
        self.poisoned.get() != Poison::Clean
    }

    /// The notices to send after the commit; for drivers.
    pub fn into_notices(self) -> Vec<Notice> {
        self.notices.into_inner()
    }

    fn guarded<T>(&self, run: impl FnOnce(&dyn Session) -> Result<T>) -> Result<T> {
        if self.poisoned.get() != Poison::Clean {
            return Err(Error::Poisoned);
        }
        run(self.session).inspect_err(|error| {
            self.poisoned.set(if error.is_fatal() { Poison::Fatal } else { Poison::Statement });
        })
    }
}

/// What engines truly do differently, so that no room asks which one it is on.
///
/// Both engines also have the functions `fold(text)`, the text in lower case, for case-blind comparison, and
/// `plain(text)`, the same without accents ([`crate::plain`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Dialect {
    /// What to add to a SELECT that will be followed by an UPDATE of the same row.
    pub const fn for_update(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE",
        }
    }

    /// Whether one statement may hold an INSERT … RETURNING that another INSERT builds on.
    pub const fn writes_within_with(self) -> bool {
        matches!(self, Self::Postgres)
    }
}
