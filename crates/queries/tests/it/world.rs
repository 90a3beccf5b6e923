//! Rows, users, teams, business units, shares and roles: in the database and beside it.

use std::collections::{BTreeMap, HashMap, HashSet};

use db::{Dialect, Row, Value};
use jiff::Timestamp;
use kernel::Scope;
use liaison_queries::{Access, Context, Reach, Rights, Statement, Verb, physical};
use tables::ColumnKind;
use testkit::Store;
use uuid::Uuid;

use crate::{
    model::{MODEL, table},
    random::Random,
};

/// A row: cells by column, and table codes of references to one of several tables.
#[derive(Debug, Clone, Default)]
pub(crate) struct Record {
    pub(crate) cells: HashMap<String, Value<'static>>,
    pub(crate) codes: HashMap<String, i64>,
}

impl Record {
    pub(crate) fn cell(&self, column: &str) -> Value<'static> {
        self.cells.get(column).cloned().unwrap_or(Value::Null)
    }

    pub(crate) fn id(&self, column: &str) -> Option<Uuid> {
        match self.cells.get(column) {
            Some(Value::Uuid(id)) => Some(*id),
            _ => None,
        }
    }
}

pub(crate) struct World {
    pub(crate) number: i64,
    pub(crate) dialect: Dialect,
    pub(crate) rows: BTreeMap<&'static str, Vec<Record>>,
    /// principal, table code, row, mask
    pub(crate) shares: Vec<(Uuid, i64, Uuid, i64)>,
    pub(crate) callers: Vec<Access>,
}

pub(crate) fn scope() -> Scope {
    testkit::system_scope(testkit::ids().fresh())
}

const ORDER: [&str; 7] =
    ["businessunit", "systemuser", "team", "account", "contact", "topic", "accounttopic"];

/// Makes the tables of an environment.
pub(crate) fn tables(number: i64, dialect: Dialect) -> Vec<String> {
    let mut statements = Vec::new();
    for name in ORDER {
        let mut columns = Vec::new();
        for column in table(name).columns() {
            let key = matches!(column.kind, ColumnKind::Key);
            columns.push(format!(
                "{} {}{}",
                physical::column(&column.logical),
                physical::sql_type(&column.kind, dialect),
                if key { " NOT NULL PRIMARY KEY" } else { "" }
            ));
            if column.kind.is_polymorphic() {
                columns.push(format!("{} BIGINT", physical::type_column(&column.logical)));
            }
        }
        let physical = physical::table(number, name);
        statements.push(format!("CREATE TABLE {physical} ({})", columns.join(", ")));
        for column in ["ownerid", "owningbusinessunit", "parentcustomerid", "parentaccountid"] {
            if table(name).column(column).is_some() {
                statements.push(format!(
                    "CREATE INDEX \"r{number}_{name}_{column}\" ON {physical} (\"{column}\")"
                ));
            }
        }
    }
    let id = physical::sql_type(&ColumnKind::Key, dialect);
    let shares = physical::shares(number);
    statements.push(format!(
        "CREATE TABLE {shares} (principal_id {id} NOT NULL, table_code BIGINT NOT NULL, row_id {id} NOT NULL, \
         mask BIGINT NOT NULL, PRIMARY KEY (principal_id, table_code, row_id))"
    ));
    statements
}

const WORDS: [&str; 12] = [
    "Alpha",
    "alpha",
    "ALPHA beta",
    "Été",
    "été",
    "Beta_1",
    "100%",
    "o'Hara",
    "",
    "Zoë",
    "beta",
    "Straße",
];

pub(crate) fn instant(random: &mut Random) -> Timestamp {
    let days = i64::try_from(random.below(900)).unwrap();
    let second =
        1_767_225_600 + (days - 450) * 86_400 + i64::try_from(random.below(86_400)).unwrap();
    Timestamp::from_second(second).unwrap()
}

fn midnight(random: &mut Random) -> Timestamp {
    let second = instant(random).as_second().div_euclid(86_400) * 86_400;
    Timestamp::from_second(second).unwrap()
}

impl World {
    pub(crate) async fn make(store: &Store, number: i64, seed: u64) -> Self {
        let mut random = Random::seeded(seed);
        let mut world = Self {
            number,
            dialect: store.dialect(),
            rows: BTreeMap::new(),
            shares: Vec::new(),
            callers: Vec::new(),
        };
        world.people(&mut random);
        world.data(&mut random);
        world.roles(&mut random);
        world.store(store).await;
        world
    }

    fn people(&mut self, random: &mut Random) {
        let units: Vec<Uuid> = (0..4).map(|_| random.uuid()).collect();
        let mut rows = Vec::new();
        for (place, id) in units.iter().enumerate() {
            let mut row = Record::default();
            row.cells.insert("businessunitid".into(), Value::Uuid(*id));
            row.cells.insert("name".into(), format!("Unit {place}").into());
            if place > 0 {
                let parent = units[(place - 1) / 2];
                row.cells.insert("parentbusinessunitid".into(), Value::Uuid(parent));
            }
            rows.push(row);
        }
        self.rows.insert("businessunit", rows);
        for (name, key, title, count) in
            [("systemuser", "systemuserid", "fullname", 8), ("team", "teamid", "name", 4)]
        {
            let mut rows = Vec::new();
            for place in 0..count {
                let mut row = Record::default();
                row.cells.insert(key.into(), Value::Uuid(random.uuid()));
                row.cells.insert(title.into(), format!("{name} {place}").into());
                let unit = *random.pick(&units);
                row.cells.insert("businessunitid".into(), Value::Uuid(unit));
                rows.push(row);
            }
            self.rows.insert(name, rows);
        }
    }

    pub(crate) fn ids(&self, name: &str) -> Vec<Uuid> {
        let key = &table(name).primary_id;
        self.rows[name].iter().filter_map(|row| row.id(key)).collect()
    }

    fn owned(&self, random: &mut Random, row: &mut Record) {
        let team = random.one_in(4);
        let name = if team { "team" } else { "systemuser" };
        let owner = random.pick(&self.rows[name]).clone();
        let id = owner.id(&table(name).primary_id).unwrap();
        row.cells.insert("ownerid".into(), Value::Uuid(id));
        row.codes.insert("ownerid".into(), table(name).code.into());
        // Mostly the owner's unit; now and then another, as after a move.
        let unit = if random.one_in(8) {
            *random.pick(&self.ids("businessunit"))
        } else {
            owner.id("businessunitid").unwrap()
        };
        row.cells.insert("owningbusinessunit".into(), Value::Uuid(unit));
    }

    fn data(&mut self, random: &mut Random) {
        let accounts: Vec<Uuid> = (0..28).map(|_| random.uuid()).collect();
        let contacts: Vec<Uuid> = (0..32).map(|_| random.uuid()).collect();
        let topics: Vec<Uuid> = (0..6).map(|_| random.uuid()).collect();
        let mut rows = Vec::new();
        for (place, id) in accounts.iter().enumerate() {
            let mut row = Record::default();
            self.owned(random, &mut row);
            let mut set = |random: &mut Random, name: &str, value: Value<'static>| {
                if !random.one_in(6) {
                    row.cells.insert(name.into(), value);
                }
            };
            for name in ["name", "nickname", "secret", "description", "hidden"] {
                let word = *random.pick(&WORDS);
                set(random, name, word.into());
            }
            let small = i64::try_from(random.below(5)).unwrap();
            set(random, "revenue", Value::Int((small - 2) * 12_345));
            let share = i64::try_from(random.below(5)).unwrap();
            set(random, "share", Value::Int(share * 25));
            let people = i64::try_from(random.below(6)).unwrap();
            set(random, "employees", Value::Int(people));
            let rating = i32::try_from(random.below(9)).unwrap();
            set(random, "rating", Value::Real(f64::from(rating) / 2.0 - 1.0));
            let hold = random.one_in(2);
            set(random, "hold", Value::Bool(hold));
            let industry = i64::try_from(random.below(4)).unwrap();
            set(random, "industry", Value::Int(industry));
            let tags: Vec<i32> = (1..=12).filter(|_| random.one_in(4)).collect();
            if !tags.is_empty() {
                set(random, "tags", physical::choices(&tags).into());
            }
            let at = instant(random);
            set(random, "createdon", Value::Instant(at));
            let at = midnight(random);
            set(random, "founded", Value::Instant(at));
            let parent = *random.pick(&accounts);
            if parent != *id || random.one_in(3) {
                set(random, "parentaccountid", Value::Uuid(parent));
            }
            let contact = if random.one_in(9) { random.uuid() } else { *random.pick(&contacts) };
            set(random, "primarycontactid", Value::Uuid(contact));
            row.cells.insert("accountid".into(), Value::Uuid(*id));
            let version = i64::try_from(place).unwrap() + 1;
            row.cells.insert("versionnumber".into(), Value::Int(version));
            rows.push(row);
        }
        self.rows.insert("account", rows);
        let mut rows = Vec::new();
        for (place, id) in contacts.iter().enumerate() {
            let mut row = Record::default();
            self.owned(random, &mut row);
            row.cells.insert("contactid".into(), Value::Uuid(*id));
            let name = *random.pick(&WORDS);
            row.cells.insert("fullname".into(), name.into());
            if !random.one_in(4) {
                row.cells.insert("birth".into(), Value::Instant(midnight(random)));
                let pay = i64::try_from(random.below(4)).unwrap();
                row.cells.insert("salary".into(), Value::Int(pay * 10_000));
            }
            if !random.one_in(4) {
                let account = random.one_in(2);
                let (of, code) = if account { (&accounts, 1) } else { (&contacts, 2) };
                // Few parents have many.
                let parent = of[random.below(6)];
                row.cells.insert("parentcustomerid".into(), Value::Uuid(parent));
                row.codes.insert("parentcustomerid".into(), code);
            }
            let version = i64::try_from(place).unwrap() + 100;
            row.cells.insert("versionnumber".into(), Value::Int(version));
            rows.push(row);
        }
        self.rows.insert("contact", rows);
        let mut rows = Vec::new();
        for id in &topics {
            let mut row = Record::default();
            row.cells.insert("topicid".into(), Value::Uuid(*id));
            let title = *random.pick(&WORDS);
            row.cells.insert("title".into(), title.into());
            let weight = i64::try_from(random.below(3)).unwrap();
            row.cells.insert("weight".into(), Value::Int(weight));
            rows.push(row);
        }
        self.rows.insert("topic", rows);
        let (mut rows, mut pairs) = (Vec::new(), HashSet::new());
        for _ in 0..40 {
            let pair = (*random.pick(&accounts), *random.pick(&topics));
            if pairs.insert(pair) {
                let mut row = Record::default();
                row.cells.insert("accounttopicid".into(), Value::Uuid(random.uuid()));
                row.cells.insert("accountid".into(), Value::Uuid(pair.0));
                row.cells.insert("topicid".into(), Value::Uuid(pair.1));
                rows.push(row);
            }
        }
        self.rows.insert("accounttopic", rows);
        let mut shared = HashSet::new();
        for _ in 0..60 {
            let name = *random.pick(&["account", "contact"]);
            let of = if random.one_in(3) { "team" } else { "systemuser" };
            let principal = *random.pick(&self.ids(of));
            let row = *random.pick(&self.ids(name));
            let code = i64::from(table(name).code);
            let mask = Verb::ALL.iter().filter(|_| random.one_in(3)).map(|verb| verb.mask()).sum();
            if shared.insert((principal, code, row)) {
                self.shares.push((principal, code, row, mask));
            }
        }
    }

    fn roles(&mut self, random: &mut Random) {
        let users = self.rows["systemuser"].clone();
        for place in 0..12 {
            let user = random.pick(&users);
            let (id, unit) = (user.id("systemuserid").unwrap(), user.id("businessunitid").unwrap());
            let some = |random: &mut Random, world: &Self, name: &str, n: usize| -> Vec<Uuid> {
                world.ids(name).into_iter().filter(|_| random.one_in(n)).collect()
            };
            let teams = some(random, self, "team", 3);
            let administrator = place == 0;
            let mut access = Access { user: id, unit, teams, administrator, ..Access::default() };
            if random.one_in(3) {
                access.reports = some(random, self, "systemuser", 5);
                access.subordinates = access.reports.clone();
                access.subordinates.extend(some(random, self, "team", 5));
            }
            for name in ORDER {
                if random.one_in(12) {
                    continue;
                }
                let mut rights = Rights::default();
                for verb in Verb::ALL {
                    let reach = match random.below(8) {
                        0 if place > 3 => Reach::Nothing,
                        0..=2 => Reach::Own,
                        3 => Reach::Units(vec![unit].into()),
                        4 => Reach::Units(some(random, self, "businessunit", 2).into()),
                        _ if place < 4 => Reach::Own,
                        _ => Reach::All,
                    };
                    rights.set(verb, reach);
                }
                access.rights.insert(name.to_owned(), rights);
            }
            for (name, column) in [("account", "secret"), ("contact", "salary")] {
                if random.one_in(2) {
                    access.unreadable.insert(name.to_owned(), HashSet::from([column.to_owned()]));
                }
            }
            self.callers.push(access);
        }
    }

    async fn store(&self, store: &Store) {
        let number = self.number;
        let mut inserts: Vec<(String, Vec<Value<'static>>)> = Vec::new();
        for (name, rows) in &self.rows {
            for row in rows {
                let (mut names, mut params) = (Vec::new(), Vec::new());
                for (column, value) in &row.cells {
                    names.push(physical::column(column));
                    params.push(value.clone());
                }
                for (column, code) in &row.codes {
                    names.push(physical::type_column(column));
                    params.push(Value::Int(*code));
                }
                let markers: Vec<_> = (1..=params.len()).map(|n| format!("${n}")).collect();
                let (names, markers) = (names.join(", "), markers.join(", "));
                let into = physical::table(number, name);
                inserts.push((format!("INSERT INTO {into} ({names}) VALUES ({markers})"), params));
            }
        }
        for (principal, code, row, mask) in &self.shares {
            inserts.push((
                format!("INSERT INTO {} VALUES ($1, $2, $3, $4)", physical::shares(number)),
                vec![
                    Value::Uuid(*principal),
                    Value::Int(*code),
                    Value::Uuid(*row),
                    Value::Int(*mask),
                ],
            ));
        }
        let made = tables(number, self.dialect);
        store
            .write(&scope(), move |tx| {
                for statement in &made {
                    tx.execute(statement, &[])?;
                }
                for (sql, params) in &inserts {
                    tx.execute(sql, params)?;
                }
                Ok::<_, db::Error>(())
            })
            .await
            .unwrap();
    }

    pub(crate) fn context<'a>(&self, access: &'a Access) -> Context<'a> {
        Context { model: &MODEL, access, number: self.number, dialect: self.dialect }
    }
}

/// Runs a statement.
pub(crate) async fn run(store: &Store, statement: &Statement) -> Vec<Row> {
    let (sql, params) = (statement.sql.clone(), statement.params.clone());
    let found = store.read(&scope(), move |tx| tx.all(&sql, &params)).await;
    found.unwrap_or_else(|error| {
        let source = std::error::Error::source(&error).map(ToString::to_string);
        panic!("{error} {source:?}\n{}\n{:?}", statement.sql, statement.params)
    })
}
