//! The organisation: rows, and everything beside them that lives as long as the process.

use std::collections::{BTreeMap, HashMap, HashSet};

use doubles_salesforce_schema::{Schema, id};
use doubles_soql::instant;
use jiff::Timestamp;
use serde_json::Value;

use crate::{
    bulk::Loads, clock, control::Trouble, door::Door, jobs::Jobs, query::Cursors, rights::Rights,
    write::Rule,
};

/// The values of a row by the names of its fields; a field that is not there is null.
pub(crate) type Row = BTreeMap<String, Value>;

/// A way back: the object, the id, and what stood there.
type Undo = (&'static str, String, Option<Row>);

pub(crate) struct Org {
    pub(crate) id: String,
    pub(crate) schema: Schema,
    tables: BTreeMap<&'static str, BTreeMap<String, Row>>,
    counters: HashMap<String, u64>,
    journal: Vec<Undo>,
    /// Seconds by which the organisation is ahead of the real time.
    pub(crate) ahead: i64,
    /// What profiles may.
    pub(crate) rights: HashMap<String, Rights>,
    pub(crate) door: Door,
    pub(crate) cursors: Cursors,
    pub(crate) jobs: Jobs,
    pub(crate) loads: Loads,
    pub(crate) trouble: Trouble,
    /// Rows that somebody else holds.
    pub(crate) held: HashSet<String>,
    /// Rows that an approval process locked.
    pub(crate) locked: HashSet<String>,
    /// The standard duplicate rule of contacts and leads.
    pub(crate) duplicate_rule: Rule,
    /// Calls left in the day.
    pub(crate) calls: Calls,
    /// What each user looked at last, the newest first.
    pub(crate) recent: HashMap<String, Vec<String>>,
    /// Where its data is by now, as token answers say it; where clients reached us unless told.
    pub(crate) moved: Option<String>,
    /// List views.
    pub(crate) lists: Vec<List>,
}

/// A list that people keep of an object's rows.
#[derive(Debug, Clone)]
pub(crate) struct List {
    pub(crate) id: String,
    pub(crate) object: &'static str,
    pub(crate) name: String,
    pub(crate) label: String,
    /// Fields, and fields of other rows as `Owner.Name`.
    pub(crate) columns: Vec<String>,
    /// A condition as queries have it, or nothing.
    pub(crate) filter: String,
    pub(crate) order: String,
    /// Whether it shows what belongs to whoever looks.
    pub(crate) mine: bool,
    /// Whose it is, where nobody else sees it.
    pub(crate) only: Option<String>,
}

impl List {
    pub(crate) fn is_for(&self, caller: &crate::rights::Caller) -> bool {
        self.only.as_ref().is_none_or(|only| *only == caller.user)
    }
}

/// The daily limit of calls.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Calls {
    pub(crate) max: i64,
    pub(crate) used: i64,
    /// When the window began.
    pub(crate) since: Timestamp,
}

impl Org {
    pub(crate) fn empty() -> Self {
        let since = clock::now(0);
        Self {
            id: id::make("00D", 1),
            schema: Schema::baseline(),
            tables: BTreeMap::new(),
            counters: HashMap::new(),
            journal: Vec::new(),
            ahead: 0,
            rights: HashMap::new(),
            door: Door::default(),
            cursors: Cursors::default(),
            jobs: Jobs::default(),
            loads: Loads::default(),
            trouble: Trouble::default(),
            held: HashSet::new(),
            locked: HashSet::new(),
            duplicate_rule: Rule::Off,
            calls: Calls { max: 15_000, used: 0, since },
            recent: HashMap::new(),
            moved: None,
            lists: Vec::new(),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        clock::now(self.ahead)
    }

    /// Now to the second, as rows have it.
    pub(crate) fn stamp(&self) -> String {
        let second = Timestamp::from_second(self.now().as_second());
        second.map_or_else(|_odd| String::new(), instant::write)
    }

    /// The next id of a prefix; it is never given twice, whatever is taken back.
    pub(crate) fn next_id(&mut self, prefix: &str) -> String {
        let counter = self.counters.entry(prefix.to_owned()).or_default();
        *counter += 1;
        id::make(prefix, *counter)
    }

    /// A row, deleted ones included.
    pub(crate) fn row(&self, object: &str, id: &str) -> Option<&Row> {
        self.tables.get(object)?.get(id)
    }

    /// A row that is not deleted.
    pub(crate) fn living(&self, object: &str, id: &str) -> Option<&Row> {
        self.row(object, id).filter(|row| !is_deleted(row))
    }

    /// The rows of an object in the order in which they were made, deleted ones included.
    pub(crate) fn rows(&self, object: &str) -> impl Iterator<Item = (&String, &Row)> {
        self.tables.get(object).into_iter().flatten()
    }

    /// Writes a row and keeps the way back.
    pub(crate) fn put(&mut self, object: &'static str, id: &str, row: Option<Row>) {
        let table = self.tables.entry(object).or_default();
        let before = match row {
            Some(row) => table.insert(id.to_owned(), row),
            None => table.remove(id),
        };
        self.journal.push((object, id.to_owned(), before));
    }

    /// A place to come back to.
    pub(crate) const fn mark(&self) -> usize {
        self.journal.len()
    }

    /// Undoes everything since a mark.
    pub(crate) fn take_back(&mut self, mark: usize) {
        while self.journal.len() > mark {
            let Some((object, id, before)) = self.journal.pop() else { return };
            let table = self.tables.entry(object).or_default();
            match before {
                Some(row) => table.insert(id, row),
                None => table.remove(&id),
            };
        }
    }

    /// Forgets the way back: what is written stays.
    pub(crate) fn keep(&mut self) {
        self.journal.clear();
    }
}

pub(crate) fn is_deleted(row: &Row) -> bool {
    row.get("IsDeleted") == Some(&Value::Bool(true))
}

/// A text of a row.
pub(crate) fn text<'a>(row: &'a Row, field: &str) -> Option<&'a str> {
    row.get(field).and_then(Value::as_str)
}
