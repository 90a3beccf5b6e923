//! Writes: any number of operations as one transaction, every rule checked inside it.
//!
//! A run first locks its environment ([`record_tables::registry::advance`]), so that whatever it looks at stays as it is
//! until it is done: keys are free when they are found to be free, owners own what they own.

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError},
};

use db::Tx;
use jiff::Timestamp;
use kernel::Permission;
use queries::Verb;
use record_tables::{
    names,
    registry::{self, State},
};
use tables::{ColumnKind, Table, Value};
use uuid::Uuid;

use crate::{
    Error, Failure, Operation, Outcome, Result, RowKey, Session,
    operation::{Change, Entry, LinkTo, Reference},
    read::TRIES,
    snapshot::Snapshot,
};

mod check;
mod closing;
mod computed;
mod create;
mod delete;
mod history;
mod import;
mod link;
mod merge;
mod pictures;
mod update;
mod values;

pub(crate) use closing::{Closing, complete};
pub(crate) use history::{Beginning, known_sql};
pub use import::Imported;
pub use merge::may_merge;
pub(crate) use values::Cells;

/// A last step of a run, in its transaction.
pub type Then = Arc<dyn Fn(&Tx<'_>, &[Outcome]) -> Result<()> + Send + Sync>;

impl Session {
    /// Does all operations, in their order, or none of them.
    ///
    /// # Errors
    /// [`Failure`] with the first operation that cannot be done.
    pub async fn run(&self, operations: Vec<Operation>) -> Result<Vec<Outcome>, Failure> {
        self.run_with(operations, None).await
    }

    /// As [`Session::run`], with a last step in the same transaction: what it writes stands or falls with the
    /// operations. It runs again when they do; the failure of the step itself names no operation.
    ///
    /// # Errors
    /// As [`Session::run`], and what the step answers.
    pub async fn run_then(
        &self,
        operations: Vec<Operation>,
        then: Then,
    ) -> Result<Vec<Outcome>, Failure> {
        self.run_with(operations, Some(then)).await
    }

    async fn run_with(
        &self,
        operations: Vec<Operation>,
        then: Option<Then>,
    ) -> Result<Vec<Outcome>, Failure> {
        if operations.len() > MOST {
            return Err(Error::Limit { what: "operations", most: MOST }.into());
        }
        let drawn = self.draw_ids(&operations);
        let pictures = self.open_pictures(&operations).await?;
        let run = Arc::new(Run {
            operations,
            drawn,
            pictures,
            now: self.records.0.clock.now(),
            seed: self.records.0.ids.fresh(),
        });
        let mut session = self.clone();
        for _ in 0..TRIES {
            let (held, run, then) = (session.clone(), Arc::clone(&run), then.clone());
            let environment = session.snapshot.environment.id;
            let write = move |tx: &Tx<'_>| {
                let outcomes = execute(tx, &held, &run)?;
                if let Some(then) = &then {
                    then(tx, &outcomes).map_err(|error| Failure { index: usize::MAX, error })?;
                }
                Ok(outcomes)
            };
            match self.records.0.db.append(&self.scope, environment.uuid(), write).await {
                Err(Failure { error: Error::Stale, .. }) => session = session.renewed().await?,
                Ok(outcomes) => {
                    session.records.0.touched.add(session.scope.tenant(), environment);
                    if outcomes.iter().any(|one| one.table == "organization") {
                        session
                            .records
                            .0
                            .cache
                            .forget(session.scope.tenant(), session.snapshot.environment.id);
                    }
                    session.grow(&outcomes).await?;
                    return Ok(outcomes);
                }
                failed => return failed,
            }
        }
        Err(Error::Stale.into())
    }

    /// Has the engine count a table anew that has grown much: its plans are made of that.
    async fn grow(&self, outcomes: &[Outcome]) -> Result<()> {
        let Some(first) = outcomes.first().filter(|one| one.change == Change::Created) else {
            return Ok(());
        };
        let key = (self.snapshot.environment.id.uuid(), first.table.clone());
        let more = u64::try_from(outcomes.len()).unwrap_or_default();
        let is_due = {
            let mut grown = self.records.0.grown.lock().unwrap_or_else(PoisonError::into_inner);
            let rows = grown.entry(key).or_default();
            let before = *rows;
            *rows += more;
            // After a thousand rows, then each time that there are twice as many.
            before.max(1000).next_power_of_two() < rows.next_power_of_two()
        };
        if is_due {
            let all = record_tables::ddl::analyse(self.number(), &first.table);
            let count =
                move |tx: &Tx<'_>| all.iter().try_for_each(|sql| tx.execute(sql, &[]).map(drop));
            let environment = self.snapshot.environment.id.uuid();
            self.records.0.db.append(&self.scope, environment, count).await?;
        }
        Ok(())
    }

    /// Does one operation.
    ///
    /// # Errors
    /// Why it cannot be done.
    pub async fn one(&self, operation: Operation) -> Result<Outcome> {
        let outcomes = self.run(vec![operation]).await.map_err(|failure| failure.error)?;
        outcomes.into_iter().next().ok_or(Error::Stale)
    }

    /// Identifiers for rows that bring none, in the order in which rows are met: closures draw nothing.
    fn draw_ids(&self, operations: &[Operation]) -> Vec<Uuid> {
        let mut count = 0;
        for operation in operations {
            if let Operation::Create(entry) = operation {
                count += entries(entry);
            } else if let Operation::Upsert(update) | Operation::Update(update) = operation {
                count += entries(&update.entry);
            } else if let Operation::Merge(merge) = operation {
                count += entries(&merge.content);
            }
        }
        (0..count).map(|_| self.records.0.ids.fresh()).collect()
    }
}

/// How many rows an entry may make, itself among them.
fn entries(entry: &Entry) -> usize {
    let of_link = |to: &LinkTo| match to {
        LinkTo::New(one) => entries(one),
        LinkTo::NewMany(all) => all.iter().map(entries).sum(),
        LinkTo::Clear | LinkTo::Row(_) | LinkTo::Rows(_) => 0,
    };
    1 + entry.links.iter().map(|link| of_link(&link.to)).sum::<usize>()
}

/// What a run was asked for, with everything that is not to be drawn inside a closure.
pub(crate) struct Run {
    operations: Vec<Operation>,
    drawn: Vec<Uuid>,
    pictures: pictures::Pictures,
    now: Timestamp,
    seed: Uuid,
}

impl Run {
    /// A run without operations.
    pub(crate) fn empty(now: Timestamp, seed: Uuid) -> Self {
        let pictures = pictures::Pictures::new();
        Self { operations: Vec::new(), drawn: Vec::new(), pictures, now, seed }
    }
}

fn execute(tx: &Tx<'_>, session: &Session, run: &Run) -> Result<Vec<Outcome>, Failure> {
    let mut work = Work::begin(tx, session, run)?;
    let mut outcomes = Vec::with_capacity(run.operations.len());
    while let Some(operation) = run.operations.get(outcomes.len()) {
        let index = outcomes.len();
        let alike = alike(run.operations.get(index..).unwrap_or_default());
        let done = if alike.len() > 1 {
            let first = |failure: Failure| Failure { index: index + failure.index, ..failure };
            work.create_many(&alike).map_err(first)?
        } else {
            vec![work.operation(operation).map_err(|error| Failure { index, error })?]
        };
        for outcome in done {
            work.results.push((outcome.table.clone(), outcome.id));
            outcomes.push(outcome);
        }
    }
    work.end()?;
    Ok(outcomes)
}

/// The rows of one table that operations make first of all, as far as they neither nest rows nor refer to results.
fn alike(operations: &[Operation]) -> Vec<&Entry> {
    let is_plain = |entry: &Entry| {
        entry.links.iter().all(|link| match &link.to {
            LinkTo::Clear => true,
            LinkTo::Row(reference) => !matches!(reference.key, RowKey::Result(_)),
            LinkTo::Rows(_) | LinkTo::New(_) | LinkTo::NewMany(_) => false,
        })
    };
    let mut all: Vec<&Entry> = Vec::new();
    for operation in operations {
        match operation {
            Operation::Create(entry)
                if is_plain(entry)
                    && all.first().is_none_or(|first| first.table == entry.table) =>
            {
                all.push(entry);
            }
            _ => break,
        }
    }
    all
}

/// One run inside its transaction.
pub(crate) struct Work<'a> {
    pub(crate) tx: &'a Tx<'a>,
    pub(crate) session: &'a Session,
    run: &'a Run,
    /// Numbers that are drawn and not used: from the first to the last.
    numbers: (i64, i64),
    /// How many of the drawn identifiers are used.
    used: usize,
    /// What each operation was about.
    results: Vec<(String, Uuid)>,
    /// What activities of this run say about the end of rows.
    told: HashMap<Uuid, closing::Told>,
    /// Rows that this run has made.
    made: HashSet<Uuid>,
    /// Rows that were found to be there, and that may be referred to.
    checked: RefCell<HashSet<(i32, Uuid)>>,
    /// Identifiers that follow from the run's own.
    serial: u32,
    pub(crate) access_moved: bool,
    depth: usize,
}

impl<'a> Work<'a> {
    /// Begins to write; the one way to do so, and so the place where a token that only reads is refused.
    pub(crate) fn begin(tx: &'a Tx<'a>, session: &'a Session, run: &'a Run) -> Result<Self> {
        session.scope().require(Permission::RecordWrite)?;
        let count = i64::try_from(run.operations.len() + run.drawn.len()).unwrap_or(i64::MAX);
        let environment = session.snapshot.environment.id;
        let missing = || Error::NoEnvironment { name: session.snapshot.environment.name.clone() };
        let now = registry::advance(tx, environment, count)?.ok_or_else(missing)?;
        if matches!(now.state, State::ReadOnly | State::Busy) {
            return Err(Error::EnvironmentBusy);
        }
        if !session.holds(now.versions) || now.state != session.snapshot.registered.state {
            return Err(if now.state == State::Deleted { missing() } else { Error::Stale });
        }
        Ok(Self {
            tx,
            session,
            run,
            numbers: (now.position - count + 1, now.position),
            used: 0,
            results: Vec::new(),
            told: HashMap::new(),
            made: HashSet::new(),
            checked: RefCell::default(),
            serial: 0,
            access_moved: false,
            depth: 0,
        })
    }

    pub(crate) fn end(&self) -> Result<()> {
        if self.access_moved {
            registry::access_moved(self.tx, self.session.snapshot.environment.id)?;
        }
        Ok(())
    }

    fn operation(&mut self, operation: &Operation) -> Result<Outcome> {
        match operation {
            Operation::Create(entry) => self.create(entry, None, None),
            Operation::Update(update) => self.update(update, false),
            Operation::Upsert(update) => self.update(update, true),
            Operation::Delete(delete) => {
                let (table, id) = self.resolve(&delete.row)?;
                self.delete(&table, id, delete.condition)
            }
            Operation::Associate(link) => {
                let (from, to) = (self.resolve(&link.from)?, self.resolve(&link.to)?);
                self.associate(&from, &link.navigation, &to)
            }
            Operation::Disassociate(link) => {
                let from = self.resolve(&link.from)?;
                let to = link.to.as_ref().map(|to| self.resolve(to)).transpose()?;
                self.disassociate(&from, &link.navigation, to.as_ref())
            }
            Operation::Merge(merge) => self.merge(merge),
        }
    }

    pub(crate) fn snapshot(&self) -> &'a Snapshot {
        &self.session.snapshot
    }

    pub(crate) fn table(&self, logical: &str) -> Result<Arc<Table>> {
        self.snapshot().table(logical).cloned()
    }

    /// When the run takes place.
    pub(crate) const fn now(&self) -> Timestamp {
        self.run.now
    }

    /// The next number of the environment: the version of a row.
    pub(crate) fn number(&mut self) -> Result<i64> {
        let (next, last) = self.numbers;
        if next <= last {
            self.numbers.0 += 1;
            return Ok(next);
        }
        let environment = self.snapshot().environment.id;
        let now = registry::advance(self.tx, environment, MORE_NUMBERS)?.ok_or(Error::Stale)?;
        let first = now.position - MORE_NUMBERS + 1;
        self.numbers = (first + 1, now.position);
        Ok(first)
    }

    /// An identifier that was drawn for a row.
    fn fresh(&mut self) -> Uuid {
        let drawn = self.run.drawn.get(self.used).copied();
        self.used += 1;
        drawn.unwrap_or_else(|| self.derived())
    }

    /// An identifier for what is no row of its own.
    pub(crate) fn derived(&mut self) -> Uuid {
        self.serial += 1;
        names::derived(self.run.seed, &self.serial.to_string())
    }

    /// The table and the key of a row that somebody refers to; it need not be there.
    pub(crate) fn resolve(&self, reference: &Reference) -> Result<(Arc<Table>, Uuid)> {
        if let RowKey::Result(index) = reference.key {
            let (table, id) = self.results.get(index).ok_or(Error::Reference { result: index })?;
            return Ok((self.table(table)?, *id));
        }
        let table = self.table(&reference.table)?;
        let id = self.key(&table, &reference.key)?;
        Ok((table, id))
    }

    fn key(&self, table: &Arc<Table>, key: &RowKey) -> Result<Uuid> {
        match key {
            RowKey::Id(id) => Ok(*id),
            RowKey::Result(index) => self
                .results
                .get(*index)
                .map(|(_, id)| *id)
                .ok_or(Error::Reference { result: *index }),
            RowKey::Alternate(values) => {
                find(self.tx, self.snapshot(), table, values)?.ok_or_else(|| Error::RowMissing {
                    table: table.logical.clone(),
                    key: shown(values),
                })
            }
        }
    }

    fn outcome(table: &Table, id: Uuid, version: i64, change: Change) -> Outcome {
        Outcome { table: table.logical.clone(), id, version, change }
    }

    /// Notes that a table was written that says who may do what.
    fn note(&mut self, table: &Table) {
        self.checked.borrow_mut().clear();
        self.access_moved |= RULING.contains(&table.logical.as_str());
    }

    pub(crate) fn missing(table: &Table, id: Uuid) -> Error {
        Error::RowMissing { table: table.logical.clone(), key: id.to_string() }
    }

    pub(crate) fn privilege(&self, table: &Table, verb: Verb) -> Error {
        Error::Privilege {
            privilege: crate::snapshot::privilege_name(&self.snapshot().model, table, verb),
            user: self.session.user(),
            table: table.logical.clone(),
            code: table.code,
        }
    }

    /// One level deeper: nested rows, cascades.
    pub(crate) fn deeper<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= DEEPEST {
            return Err(Error::Limit { what: "levels", most: DEEPEST });
        }
        self.depth += 1;
        let done = f(self);
        self.depth -= 1;
        done
    }
}

/// The row that has these values of an alternate key.
///
/// # Errors
/// [`Error::ColumnUnknown`] when the columns are no key of the table.
pub(crate) fn find(
    tx: &Tx<'_>,
    snapshot: &Snapshot,
    table: &Table,
    values: &[(String, Value)],
) -> Result<Option<Uuid>> {
    let names: Vec<&str> = values.iter().map(|(name, _)| name.as_str()).collect();
    if table.key_of(&names).is_none() && names != [table.primary_id.as_str()] {
        return Err(Error::ColumnUnknown {
            table: table.logical.clone(),
            column: names.join(", "),
        });
    }
    if values.iter().any(|(_, value)| value.is_null()) {
        return Ok(None);
    }
    let condition = matching(table, &names, 1);
    let key = names::column(&table.primary_id);
    let from = names::table(snapshot.number(), &table.logical);
    let sql = format!("SELECT {key} FROM {from} WHERE {condition}");
    let params: Vec<db::Value<'_>> =
        values.iter().map(|(_, value)| record_tables::cells::parameter(value)).collect();
    Ok(tx.first(&sql, &params)?.map(|row| row.get(0)).transpose()?)
}

/// The condition that columns hold the parameters from `first` on; texts whatever their case, as the index has them.
fn matching(table: &Table, columns: &[&str], first: usize) -> String {
    let one = |(at, name): (usize, &&str)| {
        let (column, marker) = (names::column(name), at + first);
        match table.column(name).map(|column| &column.kind) {
            Some(ColumnKind::Text { .. } | ColumnKind::Memo { .. }) => {
                format!("fold({column}) = fold(${marker})")
            }
            _ => format!("{column} = ${marker}"),
        }
    };
    let all: Vec<String> = columns.iter().enumerate().map(one).collect();
    all.join(" AND ")
}

fn shown(values: &[(String, Value)]) -> String {
    let mut text = Vec::new();
    for (at, (name, value)) in values.iter().enumerate() {
        if at > 0 {
            text.push(b',');
        }
        text.extend_from_slice(name.as_bytes());
        text.push(b'=');
        value.write_json(&mut text);
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// Tables whose rows say who may do what.
const RULING: [&str; 13] = [
    "businessunit",
    "team",
    "role",
    "systemuser",
    "organization",
    "fieldpermission",
    "fieldsecurityprofile",
    "systemuserroles",
    "teamroles",
    "teammembership",
    "roleprivileges",
    "systemuserprofiles",
    "teamprofiles",
];

/// Operations of one run (Dataverse Web API: 1000 requests of a batch).
const MOST: usize = 1000;
/// Levels of nested rows and of cascades (our own choice).
const DEEPEST: usize = 32;
/// Numbers that are drawn at once when a cascade needs more.
const MORE_NUMBERS: i64 = 64;
