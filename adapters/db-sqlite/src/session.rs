//! Statements on one connection.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use db::{Constraint, Dialect, Error, Result, Row, Value, driver::Session};
use foldhash::fast::RandomState;
use rusqlite::{
    CachedStatement, Connection, ErrorCode, ToSql,
    ffi::{
        SQLITE_CONSTRAINT_CHECK, SQLITE_CONSTRAINT_FOREIGNKEY, SQLITE_CONSTRAINT_NOTNULL,
        SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE,
    },
    types::{ToSqlOutput, ValueRef},
};

/// The session of one closure.
pub(crate) struct SqliteSession<'c> {
    connection: &'c Connection,
    depth: Cell<u32>,
}

impl<'c> SqliteSession<'c> {
    pub(crate) const fn new(connection: &'c Connection) -> Self {
        Self { connection, depth: Cell::new(0) }
    }

    fn prepare(&self, sql: &str) -> Result<CachedStatement<'c>> {
        self.connection.prepare_cached(sql).map_err(translate)
    }

    fn plain(&self, sql: &str) -> Result<()> {
        self.prepare(sql)?.raw_execute().map_err(translate)?;
        Ok(())
    }
}

impl Session for SqliteSession<'_> {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn execute(&self, sql: &str, params: &[Value<'_>]) -> Result<u64> {
        let mut statement = self.prepare(sql)?;
        let places = places(sql, &statement)?;
        bind(&mut statement, &places, params)?;
        let changed = statement.raw_execute().map_err(translate)?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }

    fn execute_many(&self, sql: &str, rows: &[Vec<Value<'_>>]) -> Result<u64> {
        let mut statement = self.prepare(sql)?;
        let places = places(sql, &statement)?;
        let mut changed = 0_u64;
        for (at, params) in rows.iter().enumerate() {
            if at > 0 {
                statement.clear_bindings();
            }
            bind(&mut statement, &places, params)?;
            let more = statement.raw_execute().map_err(translate)?;
            changed = changed.saturating_add(u64::try_from(more).unwrap_or(u64::MAX));
        }
        Ok(changed)
    }

    fn query(&self, sql: &str, params: &[Value<'_>]) -> Result<Vec<Row>> {
        let mut statement = self.prepare(sql)?;
        let places = places(sql, &statement)?;
        bind(&mut statement, &places, params)?;
        let columns = statement.column_count();
        let mut answer = Vec::new();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(translate)? {
            let mut cells = Vec::with_capacity(columns);
            for column in 0..columns {
                cells.push(cell(row.get_ref(column).map_err(translate)?)?);
            }
            answer.push(Row::new(cells));
        }
        Ok(answer)
    }

    fn savepoint(&self) -> Result<()> {
        self.plain("SAVEPOINT inner")?;
        self.depth.set(self.depth.get() + 1);
        Ok(())
    }

    fn release(&self) -> Result<()> {
        self.depth.set(self.depth.get().saturating_sub(1));
        self.plain("RELEASE inner")
    }

    fn rollback_to(&self) -> Result<()> {
        self.depth.set(self.depth.get().saturating_sub(1));
        self.plain("ROLLBACK TO inner")?;
        self.plain("RELEASE inner")
    }
}

/// Which parameter each marker of a statement stands for, marker after marker.
///
/// Markers are `$1`, `$2` …: to SQLite they are names, numbered by first appearance, and it looks through all of them for
/// each. What was found out for long statements is kept with their text.
fn places(sql: &str, statement: &CachedStatement<'_>) -> Result<Rc<[usize]>> {
    if statement.parameter_count() <= FEW {
        return read_places(statement).map(Rc::from);
    }
    PLACES.with_borrow_mut(|known| {
        if let Some(places) = known.get(sql) {
            return Ok(Rc::clone(places));
        }
        let places: Rc<[usize]> = read_places(statement)?.into();
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.insert(sql.into(), Rc::clone(&places));
        Ok(places)
    })
}

fn read_places(statement: &CachedStatement<'_>) -> Result<Vec<usize>> {
    let read = |index| {
        let name = statement.parameter_name(index)?.strip_prefix('$')?;
        name.parse::<usize>().ok()?.checked_sub(1)
    };
    (1..=statement.parameter_count()).map(|index| read(index).ok_or_else(unbound)).collect()
}

fn unbound() -> Error {
    Error::Statement { source: "a marker of the statement has no parameter".into() }
}

/// Binds the parameters to their markers, which hold nothing yet.
fn bind(statement: &mut CachedStatement<'_>, places: &[usize], params: &[Value<'_>]) -> Result<()> {
    for (index, place) in places.iter().enumerate() {
        let value = params.get(*place).ok_or_else(unbound)?;
        if matches!(value, Value::Null) {
            continue;
        }
        statement.raw_bind_parameter(index + 1, Parameter(value)).map_err(translate)?;
    }
    Ok(())
}

thread_local! {
    /// Each connection has a thread of its own.
    static PLACES: RefCell<HashMap<Box<str>, Rc<[usize]>, RandomState>> = RefCell::default();
}

/// Markers of statements that are read anew each time.
const FEW: usize = 8;
/// Statements whose markers are kept.
const MOST_KNOWN: usize = 512;

struct Parameter<'v>(&'v Value<'v>);

impl ToSql for Parameter<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Bool(b) => ValueRef::Integer((*b).into()),
            Value::Int(n) => ValueRef::Integer(*n),
            Value::Real(n) => ValueRef::Real(*n),
            Value::Text(text) | Value::Json(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
            Value::Uuid(uuid) => ValueRef::Blob(uuid.as_bytes()),
            Value::Instant(at) => ValueRef::Integer(at.as_microsecond()),
        }))
    }
}

fn cell(value: ValueRef<'_>) -> Result<Value<'static>> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(n) => Value::Int(n),
        ValueRef::Real(n) => Value::Real(n),
        ValueRef::Text(text) => {
            let text = std::str::from_utf8(text)
                .map_err(|source| Error::Statement { source: source.into() })?;
            Value::Text(text.to_owned().into())
        }
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec().into()),
    })
}

/// The engine's errors in the facade's words.
pub(crate) fn translate(error: rusqlite::Error) -> Error {
    let rusqlite::Error::SqliteFailure(failure, _) = &error else {
        return Error::Statement { source: error.into() };
    };
    match failure.code {
        ErrorCode::ConstraintViolation => match constraint(failure.extended_code) {
            Some(kind) => Error::Constraint { kind, source: error.into() },
            None => Error::Statement { source: error.into() },
        },
        ErrorCode::DiskFull => Error::Full,
        ErrorCode::OperationInterrupted => Error::Interrupted,
        ErrorCode::SystemIoFailure
        | ErrorCode::CannotOpen
        | ErrorCode::DatabaseBusy
        | ErrorCode::DatabaseLocked
        | ErrorCode::OutOfMemory => Error::Unavailable { source: Some(error.into()) },
        _ => Error::Statement { source: error.into() },
    }
}

const fn constraint(extended: i32) -> Option<Constraint> {
    match extended {
        SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_PRIMARYKEY => Some(Constraint::Unique),
        SQLITE_CONSTRAINT_FOREIGNKEY => Some(Constraint::ForeignKey),
        SQLITE_CONSTRAINT_NOTNULL => Some(Constraint::NotNull),
        SQLITE_CONSTRAINT_CHECK => Some(Constraint::Check),
        _ => None,
    }
}
