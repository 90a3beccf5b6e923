//! The registry of what is inside environments: numbers of tables, progress, and the head of writes.
//!
//! The row of an environment is its head: every write begins with [`draw`], which locks the row, tells whether the
//! snapshots that the write was prepared with still hold, and gives numbers that grow with every write. Within one
//! environment writes are therefore serial on every engine.

use std::str::FromStr;

use db::{Dialect, Error, Result, Row, Tx};
use jiff::Timestamp;
use kernel::EnvironmentId;
use uuid::Uuid;

/// What may be done in an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Everything.
    Ready,
    /// Only System Administrators come in.
    Administration,
    /// It is copied: everything can be read, nothing written.
    ReadOnly,
    /// It is made anew, empty or as a copy; nobody comes in.
    Busy,
    /// It waits for its end; nobody comes in.
    Deleted,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 5] =
        [Self::Ready, Self::Administration, Self::ReadOnly, Self::Busy, Self::Deleted];

    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Administration => "administration",
            Self::ReadOnly => "read_only",
            Self::Busy => "busy",
            Self::Deleted => "deleted",
        }
    }
}

impl FromStr for State {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(())
    }
}

/// One environment, as its tables are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// The environment.
    pub environment: EnvironmentId,
    /// The number in the names of its tables; no two environments of the hub ever have the same.
    pub number: i64,
    /// What may be done in it.
    pub state: State,
    /// The number of the last write.
    pub position: i64,
    /// Moves with every change of a definition.
    pub model_version: i64,
    /// Moves with every change of roles, units and teams.
    pub access_version: i64,
    /// How far each set of tables is made.
    pub sets: Progress,
    /// The business unit that all others are below.
    pub root_unit: Uuid,
    /// The row of the organisation.
    pub organization: Uuid,
}

/// The snapshots that a read or a write was prepared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Versions {
    /// Of the model.
    pub model: i64,
    /// Of the rights.
    pub access: i64,
}

/// How many steps of each set are done, as `core=12 sales=3`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress(Vec<(String, i64)>);

impl Progress {
    /// How many steps of a set are done; none when it was never begun.
    pub fn of(&self, set: &str) -> i64 {
        self.0.iter().find(|(name, _)| name == set).map_or(0, |(_, steps)| *steps)
    }

    /// The same with another figure.
    #[must_use]
    pub fn with(mut self, set: &str, steps: i64) -> Self {
        match self.0.iter_mut().find(|(name, _)| name == set) {
            Some((_, known)) => *known = steps,
            None => self.0.push((set.to_owned(), steps)),
        }
        self
    }

    fn read(text: &str) -> Option<Self> {
        let one = |word: &str| {
            let (name, steps) = word.split_once('=')?;
            Some((name.to_owned(), steps.parse().ok()?))
        };
        text.split_ascii_whitespace().map(one).collect::<Option<_>>().map(Self)
    }

    fn write(&self) -> String {
        let words: Vec<String> =
            self.0.iter().map(|(name, steps)| format!("{name}={steps}")).collect();
        words.join(" ")
    }
}

/// The environment of the transaction's tenant, if its tables were ever begun.
///
/// # Errors
/// Any of [`db::Error`].
pub fn lookup(tx: &Tx<'_>, environment: EnvironmentId) -> Result<Option<Registered>> {
    const SQL: &str = "SELECT environment_id, number, state, position, model_version, \
                       access_version, sets, root_unit, organization FROM record_environments \
                       WHERE tenant_id = $1 AND environment_id = $2";
    tx.first(SQL, &[tx.tenant().into(), environment.into()])?.as_ref().map(read).transpose()
}

/// Every environment of the transaction's tenant whose tables were begun.
///
/// # Errors
/// Any of [`db::Error`].
pub fn all(tx: &Tx<'_>) -> Result<Vec<Registered>> {
    const SQL: &str = "SELECT environment_id, number, state, position, model_version, \
                       access_version, sets, root_unit, organization FROM record_environments \
                       WHERE tenant_id = $1 ORDER BY number";
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(read).collect()
}

/// Takes an environment's tables away from it: they wait under another identifier for being dropped, and the
/// environment begins anew on its next use.
///
/// # Errors
/// Any of [`db::Error`].
pub fn bury(tx: &Tx<'_>, environment: EnvironmentId, grave: Uuid, now: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE record_environments SET environment_id = $3, state = 'deleted', \
                       changed_at = $4 WHERE tenant_id = $1 AND environment_id = $2";
    const DEFINITIONS: &str = "UPDATE record_definitions SET environment_id = $3 \
                               WHERE tenant_id = $1 AND environment_id = $2";
    crate::changes::forget(tx, environment)?;
    let params = [tx.tenant().into(), environment.into(), grave.into()];
    tx.execute(DEFINITIONS, &params)?;
    let [tenant, id, grave] = params;
    tx.execute(SQL, &[tenant, id, grave, now.into()])?;
    tx.notify(MODELS, environment.uuid(), 0);
    tx.notify(RIGHTS, environment.uuid(), 0);
    Ok(())
}

/// Begins an environment anew after [`bury`]: its versions go on behind those of `before`, so that no snapshot of what
/// was there holds for what comes. Nobody comes in until its state is set.
///
/// # Errors
/// Any of [`db::Error`].
pub fn begin_anew(
    tx: &Tx<'_>,
    environment: EnvironmentId,
    before: Option<&Registered>,
    now: Timestamp,
) -> Result<Registered> {
    const SQL: &str = "UPDATE record_environments SET model_version = $3, access_version = $4 \
                       WHERE tenant_id = $1 AND environment_id = $2";
    let made = begin(tx, environment, now)?;
    set_state(tx, environment, State::Busy, now)?;
    let model = before.map_or(0, |before| before.model_version) + 1;
    let access = before.map_or(0, |before| before.access_version) + 1;
    tx.execute(SQL, &[tx.tenant().into(), environment.into(), model.into(), access.into()])?;
    Ok(Registered { state: State::Busy, model_version: model, access_version: access, ..made })
}

/// Begins an environment: draws its number. Nothing changes when it was begun before.
///
/// # Errors
/// Any of [`db::Error`].
pub fn begin(tx: &Tx<'_>, environment: EnvironmentId, now: Timestamp) -> Result<Registered> {
    // The only row without a tenant: numbers are told apart over the whole hub.
    const NUMBER: &str =
        "UPDATE record_numbers SET number = number + 1 WHERE one = 1 RETURNING number";
    const SQL: &str = "INSERT INTO record_environments (tenant_id, environment_id, number, state, \
                       position, model_version, access_version, sets, root_unit, \
                       organization, changed_at) \
                       VALUES ($1, $2, $3, 'ready', 0, 1, 1, '', $4, $5, $6)";
    if let Some(known) = lookup(tx, environment)? {
        return Ok(known);
    }
    let number = tx.first(NUMBER, &[])?.map(|row| row.get::<i64>(0)).transpose()?;
    let number = number.ok_or(Error::Inconsistent { column: 0, expected: "a row of numbers" })?;
    let made = Registered {
        environment,
        number,
        state: State::Ready,
        position: 0,
        model_version: 1,
        access_version: 1,
        sets: Progress::default(),
        root_unit: crate::names::derived(environment.uuid(), "businessunit"),
        organization: crate::names::derived(environment.uuid(), "organization"),
    };
    tx.execute(
        SQL,
        &[
            tx.tenant().into(),
            environment.into(),
            number.into(),
            made.root_unit.into(),
            made.organization.into(),
            now.into(),
        ],
    )?;
    Ok(made)
}

/// Locks the environment for the rest of the transaction and moves its head by `count`: the head as it is then, with
/// `position` the last of the numbers drawn.
///
/// # Errors
/// Any of [`db::Error`].
pub fn draw(tx: &Tx<'_>, environment: EnvironmentId, count: i64) -> Result<Option<Registered>> {
    const SQL: &str = "UPDATE record_environments SET position = position + $3 \
                       WHERE tenant_id = $1 AND environment_id = $2 \
                       RETURNING environment_id, number, state, position, model_version, \
                       access_version, sets, root_unit, organization";
    let params = [tx.tenant().into(), environment.into(), count.into()];
    tx.first(SQL, &params)?.as_ref().map(read).transpose()
}

/// Where an environment stands while it is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// What may be done in it.
    pub state: State,
    /// The number of the last write, with those that were drawn.
    pub position: i64,
    /// What holds now.
    pub versions: Versions,
}

/// As [`draw`], for whoever holds a snapshot and writes rows: it answers what may have moved since.
///
/// # Errors
/// Any of [`db::Error`].
pub fn advance(tx: &Tx<'_>, environment: EnvironmentId, count: i64) -> Result<Option<Head>> {
    const READ: &str = "SELECT position, state, model_version, access_version \
                        FROM record_environments WHERE tenant_id = $1 AND environment_id = $2";
    const MOVE: &str = "UPDATE record_environments SET position = position + $3 \
                        WHERE tenant_id = $1 AND environment_id = $2";
    const BOTH: &str = "UPDATE record_environments SET position = position + $3 \
                        WHERE tenant_id = $1 AND environment_id = $2 \
                        RETURNING position, state, model_version, access_version";
    let params = [tx.tenant().into(), environment.into(), count.into()];
    // SQLite makes a table of its own for what is returned, which costs more than to ask first; it is locked already.
    let (row, more) = match tx.dialect() {
        Dialect::Sqlite => {
            let row = tx.first(READ, params.get(..2).unwrap_or_default())?;
            tx.execute(MOVE, &params)?;
            (row, count)
        }
        Dialect::Postgres => (tx.first(BOTH, &params)?, 0),
    };
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Head {
        position: row.get::<i64>(0)? + more,
        state: row.parsed(1, |word| word.parse().ok())?,
        versions: Versions { model: row.get(2)?, access: row.get(3)? },
    }))
}

/// The versions that hold now, with the state; for reads.
///
/// # Errors
/// Any of [`db::Error`].
pub fn versions(tx: &Tx<'_>, environment: EnvironmentId) -> Result<Option<(Versions, State)>> {
    const SQL: &str = "SELECT model_version, access_version, state FROM record_environments \
                       WHERE tenant_id = $1 AND environment_id = $2";
    let Some(row) = tx.first(SQL, &[tx.tenant().into(), environment.into()])? else {
        return Ok(None);
    };
    let versions = Versions { model: row.get(0)?, access: row.get(1)? };
    Ok(Some((versions, row.parsed(2, |word| word.parse().ok())?)))
}

/// Notes how far a set is made.
///
/// # Errors
/// Any of [`db::Error`].
pub fn progress(tx: &Tx<'_>, environment: EnvironmentId, sets: &Progress) -> Result<u64> {
    const SQL: &str = "UPDATE record_environments SET sets = $3 \
                       WHERE tenant_id = $1 AND environment_id = $2";
    tx.execute(SQL, &[tx.tenant().into(), environment.into(), sets.write().into()])
}

/// Sets what may be done in an environment.
///
/// # Errors
/// Any of [`db::Error`].
pub fn set_state(
    tx: &Tx<'_>,
    environment: EnvironmentId,
    state: State,
    now: Timestamp,
) -> Result<u64> {
    const SQL: &str = "UPDATE record_environments SET state = $3, changed_at = $4 \
                       WHERE tenant_id = $1 AND environment_id = $2";
    let params = [tx.tenant().into(), environment.into(), state.as_str().into(), now.into()];
    tx.execute(SQL, &params)
}

/// Says that definitions have changed; whoever holds a snapshot of the model makes it anew.
///
/// # Errors
/// Any of [`db::Error`].
pub fn model_moved(tx: &Tx<'_>, environment: EnvironmentId) -> Result<()> {
    const SQL: &str = "UPDATE record_environments SET model_version = model_version + 1 \
                       WHERE tenant_id = $1 AND environment_id = $2";
    tx.execute(SQL, &[tx.tenant().into(), environment.into()])?;
    tx.notify(MODELS, environment.uuid(), 0);
    Ok(())
}

/// Says that roles, units or teams have changed; whoever holds a snapshot of somebody's rights makes it anew.
///
/// # Errors
/// Any of [`db::Error`].
pub fn access_moved(tx: &Tx<'_>, environment: EnvironmentId) -> Result<()> {
    const SQL: &str = "UPDATE record_environments SET access_version = access_version + 1 \
                       WHERE tenant_id = $1 AND environment_id = $2";
    tx.execute(SQL, &[tx.tenant().into(), environment.into()])?;
    tx.notify(RIGHTS, environment.uuid(), 0);
    Ok(())
}

/// Forgets an environment whose tables are gone.
///
/// # Errors
/// Any of [`db::Error`].
pub fn forget(tx: &Tx<'_>, environment: EnvironmentId) -> Result<()> {
    const DEFINITIONS: &str =
        "DELETE FROM record_definitions WHERE tenant_id = $1 AND environment_id = $2";
    const SQL: &str =
        "DELETE FROM record_environments WHERE tenant_id = $1 AND environment_id = $2";
    crate::changes::forget(tx, environment)?;
    let params = [tx.tenant().into(), environment.into()];
    tx.execute(DEFINITIONS, &params)?;
    tx.execute(SQL, &params)?;
    Ok(())
}

fn read(row: &Row) -> Result<Registered> {
    Ok(Registered {
        environment: row.id(0)?,
        number: row.get(1)?,
        state: row.parsed(2, |word| word.parse().ok())?,
        position: row.get(3)?,
        model_version: row.get(4)?,
        access_version: row.get(5)?,
        sets: row.parsed(6, Progress::read)?,
        root_unit: row.get(7)?,
        organization: row.get(8)?,
    })
}

/// Notices of changed definitions; the stream is the environment.
pub const MODELS: &str = "records.model";
/// Notices of changed rights; the stream is the environment.
pub const RIGHTS: &str = "records.access";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_comes_back_as_it_went() {
        let progress = Progress::default().with("core", 12).with("sales", 3).with("core", 13);
        assert_eq!(Progress::read(&progress.write()), Some(progress.clone()));
        assert_eq!((progress.of("core"), progress.of("viva")), (13, 0));
        assert_eq!(Progress::read("core"), None);
    }
}
