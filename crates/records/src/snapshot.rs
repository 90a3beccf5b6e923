//! What is kept in memory of an environment.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use identity::environments::Environment;
use queries::Verb;
use record_tables::{changes::Past, registry::Registered, rows};
use tables::{Model, RowRef, Table, Value, baseline};
use uuid::Uuid;

use crate::{Error, Result};

/// An environment at one version of its definitions.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) environment: Environment,
    pub(crate) registered: Registered,
    pub(crate) model: Arc<Model>,
    /// The currency that amounts are converted to.
    pub(crate) currency: Uuid,
    /// The month and day that the organisation's fiscal years begin with.
    pub(crate) fiscal_start: (i8, i8),
    /// What each privilege is about.
    pub(crate) privileges: HashMap<Uuid, (String, Verb)>,
    /// What became of columns and of auditing before.
    pub(crate) past: Past,
    statements: HashMap<i32, Statements>,
}

/// Statements on whole rows of one table; always the same text, so that engines keep them prepared.
#[derive(Debug, Default)]
struct Statements {
    insert: OnceLock<String>,
    load: OnceLock<String>,
}

impl Snapshot {
    pub(crate) fn new(
        environment: Environment,
        registered: Registered,
        model: Model,
        (currency, fiscal_start): (Uuid, (i8, i8)),
        past: Past,
    ) -> Self {
        let mut privileges = HashMap::new();
        let mut statements = HashMap::new();
        for table in model.tables() {
            statements.insert(table.code, Statements::default());
            for verb in baseline::verbs_of(table) {
                let name = baseline::privilege_name(&model, table, *verb);
                if let Some(verb) = asked(*verb) {
                    let about = (table.logical.clone(), verb);
                    privileges.insert(baseline::privilege_id(&name), about);
                }
            }
        }
        let model = Arc::new(model);
        Self {
            environment,
            registered,
            model,
            currency,
            fiscal_start,
            privileges,
            past,
            statements,
        }
    }

    pub(crate) fn number(&self) -> i64 {
        self.registered.number
    }

    pub(crate) fn table(&self, logical: &str) -> Result<&Arc<Table>> {
        let unknown = || Error::TableUnknown { table: logical.to_owned() };
        self.model.table(logical).ok_or_else(unknown)
    }

    pub(crate) fn insert(&self, table: &Table) -> std::borrow::Cow<'_, str> {
        self.kept(table, |kept| &kept.insert, || rows::insert_sql(self.number(), table))
    }

    pub(crate) fn load(&self, table: &Table) -> std::borrow::Cow<'_, str> {
        self.kept(table, |kept| &kept.load, || rows::load_sql(self.number(), table))
    }

    fn kept(
        &self,
        table: &Table,
        which: impl Fn(&Statements) -> &OnceLock<String>,
        make: impl Fn() -> String,
    ) -> std::borrow::Cow<'_, str> {
        match self.statements.get(&table.code) {
            Some(kept) => which(kept).get_or_init(make).into(),
            None => make().into(),
        }
    }

    /// A reference to a row of a table of the baseline.
    pub(crate) fn reference(&self, table: &str, id: Uuid) -> Value {
        let row = |table: &Arc<Table>| Value::Row(RowRef { code: table.code, id });
        self.model.table(table).map_or(Value::Null, row)
    }
}

/// The name of a privilege on a table.
pub(crate) fn privilege_name(model: &Model, table: &Table, verb: Verb) -> String {
    let one = baseline::Verb::ALL.into_iter().find(|one| one.name() == verb.name());
    one.map_or_else(String::new, |verb| baseline::privilege_name(model, table, verb))
}

fn asked(verb: baseline::Verb) -> Option<Verb> {
    Verb::ALL.into_iter().find(|one| one.name() == verb.name())
}
