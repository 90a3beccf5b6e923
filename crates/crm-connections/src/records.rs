//! What a seller works on: records of the CRM that is used for them, with the seller's own rights.
//!
//! [`SellersRecords`] is what pages, REST and the command line ask alike; it knows no CRM's language. Names of tables and
//! fields are the CRM's own. What people look at first in a list or a form is decided by names that Dynamics 365 and
//! Salesforce give their standard tables, and by the description for all others.

mod asked;
mod check;
mod formed;
mod value;
mod views;

use std::{fmt, sync::Arc};

use crm::{
    Comparison, Crm, Direction, FieldKind, Filter, Permissions, Query, Record, RecordRef, Rights,
    Table, TableName, Value, Values, Version,
};
use kernel::Scope;
use sales_settings::{Forms, RecordType};
use url::Url;

use self::asked::COLUMNS;
pub use self::{
    asked::{Asked, Condition, Listed, MAX_CONDITIONS, Operator, Sort},
    value::{from_json, from_text, to_json, to_text},
    views::{OpenedView, view_key, view_of},
};
use crate::{CrmConnections, CrmSystem, Error, Result, SystemKind, store};

/// Records that are offered for a lookup, of each table that it leads to.
pub const SUGGESTED: u32 = 10;
/// Tables that a lookup's suggestions are looked for in; more are never asked at once (our own choice).
const MAX_TARGETS: usize = 4;

/// The records of the CRM that is used for one person.
#[derive(Clone)]
pub struct SellersRecords {
    crm: Arc<dyn Crm>,
    system: CrmSystem,
    instance: Option<Url>,
    /// What administrators published; nothing where people see what the CRM shows them.
    forms: Option<Arc<Forms>>,
}

impl fmt::Debug for SellersRecords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SellersRecords").field("system", &self.system.id).finish_non_exhaustive()
    }
}

/// A record with what its page needs.
#[derive(Debug, Clone)]
pub struct Opened {
    /// What its table looks like to the seller.
    pub table: Arc<Table>,
    /// The record with every field that the port carries.
    pub record: Record,
    /// What the seller may do with it.
    pub rights: Rights,
}

impl Opened {
    /// What people call the record; nothing where it has no name.
    pub fn name(&self) -> &str {
        name_of(&self.table, &self.record)
    }
}

/// A record that a lookup may lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggested {
    /// Which one.
    pub at: RecordRef,
    /// What people call it.
    pub name: String,
    /// What people call its table.
    pub table: String,
}

/// Records of another table that lead to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Their table.
    pub table: TableName,
    /// The field that leads here.
    pub field: String,
    /// What people call it.
    pub label: String,
}

impl CrmConnections {
    /// The records of the CRM that is used for the caller. What stands in the way of it is told by its calls, except
    /// that there is none.
    ///
    /// # Errors
    /// As [`CrmConnections::of`].
    pub async fn records(&self, scope: &Scope) -> Result<SellersRecords> {
        let (user, system) = self.used(scope).await?;
        let id = system.id;
        let read = move |tx: &db::Tx<'_>| {
            Ok::<_, Error>((store::of_person(tx, user)?, sales_settings::forms(tx, id)?))
        };
        let (connections, forms) = self.0.db.read(scope, read).await?;
        let own = connections.into_iter().find(|one| one.system == id);
        let instance = own.and_then(|one| one.instance).or_else(|| system.address.clone());
        let crm = self.seat(scope, user, system.clone());
        let forms = forms.map(Arc::new);
        Ok(SellersRecords { forms, ..SellersRecords::new(crm, system, instance) })
    }
}

impl SellersRecords {
    /// The records of a CRM; `instance` is where it is, where it is elsewhere.
    pub const fn new(crm: Arc<dyn Crm>, system: CrmSystem, instance: Option<Url>) -> Self {
        Self { crm, system, instance, forms: None }
    }

    /// The same through forms that administrators published.
    #[must_use]
    pub fn through(self, forms: Forms) -> Self {
        Self { forms: Some(Arc::new(forms)), ..self }
    }

    /// The form of a table, where administrators published one.
    pub fn form(&self, table: &str) -> Option<&RecordType> {
        self.forms.as_deref()?.of(table)
    }

    /// A table as the CRM shows it to the seller, through its form.
    async fn described(&self, table: &str) -> Result<Arc<Table>> {
        let table = self.crm.describe(table).await?;
        Ok(self
            .form(&table.name)
            .map_or_else(|| Arc::clone(&table), |form| Arc::new(form.shape(&table))))
    }

    /// The CRM.
    pub const fn system(&self) -> &CrmSystem {
        &self.system
    }

    /// The port itself.
    pub fn crm(&self) -> &dyn Crm {
        &*self.crm
    }

    /// Where the CRM itself shows a record: a page of the hub for its own environments.
    pub fn address(&self, record: &RecordRef) -> Option<String> {
        let (table, id) = (&record.table, &record.id.0);
        let plain =
            |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
        if !plain(table) || !plain(id) {
            return None;
        }
        if let Some(environment) = self.system.environment {
            return Some(format!("/records/{environment}/{table}/{id}"));
        }
        self.there(&match self.system.kind {
            SystemKind::Dataverse => format!("main.aspx?pagetype=entityrecord&etn={table}&id={id}"),
            _ => format!("lightning/r/{table}/{id}/view"),
        })
    }

    /// A page of the CRM itself.
    fn there(&self, path: &str) -> Option<String> {
        let mut instance = self.instance.clone()?;
        // an environment of the hub is a folder: what is joined stands below it
        if !instance.path().ends_with('/') {
            instance.set_path(&format!("{}/", instance.path()));
        }
        instance.join(path).ok().map(String::from)
    }

    /// The tables that the seller may read, those of daily work first.
    ///
    /// # Errors
    /// [`Error::Crm`].
    pub async fn tables(&self) -> Result<Vec<TableName>> {
        let mut all = self.crm.tables().await?.to_vec();
        kernel::sort_by_key(&mut all, |table| (daily(&table.name), table.plural.to_lowercase()));
        Ok(all)
    }

    /// A table, and what the seller may do with records of it.
    ///
    /// # Errors
    /// [`Error::Crm`].
    pub async fn table(&self, table: &str) -> Result<(Arc<Table>, Permissions)> {
        let described = self.described(table).await?;
        let mut permissions = self.crm.permissions(&described.name).await?;
        if let Some(form) = self.form(&described.name) {
            permissions.create &= form.create_here;
            permissions.update &= form.edit;
        }
        Ok((described, permissions))
    }

    /// One page of a table.
    ///
    /// # Errors
    /// [`Error::Crm`]; with a finding at `/filter` or `/sort` for what cannot be asked.
    pub async fn list(&self, table: &Arc<Table>, asked: &Asked) -> Result<Listed> {
        if let Some(listed) = self.viewed(table, asked).await? {
            return Ok(listed);
        }
        let mut asked = asked.clone();
        if asked.columns.is_empty() {
            asked.columns = self.shown(table);
        }
        let mut query = asked.query(table)?;
        let words = asked.search.trim();
        if !words.is_empty() {
            let hits = self.crm.search(words, std::slice::from_ref(&table.name)).await?;
            let ids = hits.into_iter().map(|hit| Value::Id(hit.id)).collect::<Vec<_>>();
            if ids.is_empty() {
                return Ok(Listed { records: Vec::new(), next: None, columns: query.fields });
            }
            let mut all: Vec<Filter> = query.filter.take().into_iter().collect();
            all.push(Filter::OneOf(table.id_field.clone(), ids));
            query.filter = Some(Filter::All(all));
        }
        let page = self.crm.query(&query).await?;
        Ok(Listed { records: page.records, next: page.next, columns: query.fields })
    }

    /// A record, with everything that the seller may see of it.
    ///
    /// # Errors
    /// [`Error::Crm`].
    pub async fn open(&self, table: &str, id: &str) -> Result<Opened> {
        let (table, record) = self.read(table, id).await?;
        let mut rights = self.crm.rights(&RecordRef::new(&table.name, id)).await?;
        rights.write &= self.form(&table.name).is_none_or(|form| form.edit);
        Ok(Opened { table, record, rights })
    }

    /// The same without what the seller may do with it: one call, for who looks again.
    ///
    /// # Errors
    /// [`Error::Crm`].
    pub async fn read(&self, table: &str, id: &str) -> Result<(Arc<Table>, Record)> {
        let table = self.described(table).await?;
        let at = RecordRef::new(&table.name, id);
        let carried = |field: &&crm::Field| !matches!(field.kind, FieldKind::Other(_));
        let fields = table.fields.iter().filter(carried).map(|field| field.name.clone());
        let fields: Vec<String> = fields.collect();
        let record = self.crm.read(&at, &fields).await?;
        Ok((table, record))
    }

    /// Makes a record of values that were checked against the description first.
    ///
    /// # Errors
    /// [`Error::Crm`]: [`crm::Error::Refused`] with a finding for each field.
    pub async fn create(&self, table: &str, values: &Values) -> Result<RecordRef> {
        let table = self.described(table).await?;
        check::values(&table, values, true)?;
        Ok(self.crm.create(&table.name, values).await?)
    }

    /// Changes fields of a record, while it is at a version where one is given.
    ///
    /// # Errors
    /// As [`SellersRecords::create`]; [`crm::Error::Changed`].
    pub async fn change(
        &self,
        record: &RecordRef,
        values: &Values,
        expected: Option<&Version>,
    ) -> Result<()> {
        let table = self.described(&record.table).await?;
        check::values(&table, values, false)?;
        if values.is_empty() {
            return Ok(());
        }
        Ok(self.crm.update(record, values, expected).await?)
    }

    /// Deletes a record, while it is at a version where one is given.
    ///
    /// # Errors
    /// [`Error::Crm`].
    pub async fn delete(&self, record: &RecordRef, expected: Option<&Version>) -> Result<()> {
        Ok(self.crm.delete(record, expected).await?)
    }

    /// Records that a lookup may lead to, whose names hold some words; `exactly` are those that have this very name.
    ///
    /// # Errors
    /// [`Error::Crm`]; a table of the lookup that the seller may not read has nothing to offer.
    pub async fn suggest(
        &self,
        targets: &[String],
        words: &str,
        exactly: bool,
    ) -> Result<Vec<Suggested>> {
        let words: String = words.trim().chars().take(100).filter(|c| !c.is_control()).collect();
        let mut all = Vec::new();
        for target in targets.iter().take(MAX_TARGETS) {
            let table = match self.crm.describe(target).await {
                Ok(table) => table,
                Err(crm::Error::ObjectHidden { .. }) => continue,
                Err(error) => return Err(error.into()),
            };
            let Some(name) = table.name_field.clone() else { continue };
            let mut query = Query::of(&table.name, &[&name])
                .order_by(&name, Direction::Ascending)
                .size(SUGGESTED);
            if exactly {
                let same = Value::Text(words.clone());
                query = query.filter(Filter::compare(&name, Comparison::Equal, same));
            } else if !words.is_empty() {
                query = query.filter(Filter::Contains(name.clone(), words.clone()));
            }
            let found = self.crm.query(&query).await?;
            all.extend(found.records.into_iter().map(|record| Suggested {
                name: name_of(&table, &record).to_owned(),
                table: table.label.clone(),
                at: record.at,
            }));
        }
        Ok(all)
    }

    /// What people call a record; nothing where the seller may not see it.
    ///
    /// # Errors
    /// [`Error::Crm`].
    pub async fn name(&self, at: &RecordRef) -> Result<Option<String>> {
        let table = match self.crm.describe(&at.table).await {
            Ok(table) => table,
            Err(crm::Error::ObjectHidden { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let fields: Vec<String> = table.name_field.iter().cloned().collect();
        match self.crm.read(at, &fields).await {
            Ok(record) => Ok(Some(name_of(&table, &record).to_owned())),
            Err(crm::Error::NotFound | crm::Error::Deleted) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// What may lead to records of a table: the lookups of the tables of daily work.
    ///
    /// # Errors
    /// [`Error::Crm`]; tables whose description cannot be had now are left out.
    pub async fn related(&self, table: &Table) -> Result<Vec<Related>> {
        let mut all = Vec::new();
        for other in self.tables().await?.into_iter().filter(|other| is_daily(&other.name)) {
            let Ok(described) = self.crm.describe(&other.name).await else { continue };
            for field in &described.fields {
                let FieldKind::Row(to) = &field.kind else { continue };
                // who made or owns it is not what people look for
                if to.contains(&table.name) && field.createable {
                    let (field, label) = (field.name.clone(), field.label.clone());
                    all.push(Related { table: other.clone(), field, label });
                }
            }
        }
        // records of the same table are parts of it: what else belongs to it comes first
        kernel::sort_by_key(&mut all, |one: &Related| one.table.name == table.name);
        Ok(all)
    }
}

/// What people call a record.
pub fn name_of<'a>(table: &Table, record: &'a Record) -> &'a str {
    let name = table.name_field.as_deref().and_then(|name| record.values.get(name));
    match name {
        Some(Value::Text(text)) => text,
        _ => "",
    }
}

/// Where a table stands among those of daily work; behind them for all others.
fn daily(table: &str) -> usize {
    DAILY.iter().position(|name| name.eq_ignore_ascii_case(table)).unwrap_or(DAILY.len())
}

/// Whether sellers work with a table every day.
pub fn is_daily(table: &str) -> bool {
    daily(table) < DAILY.len()
}

/// The tables of daily work, as Dynamics 365 and Salesforce call them.
const DAILY: [&str; 17] = [
    "account",
    "contact",
    "lead",
    "opportunity",
    "quote",
    "salesorder",
    "order",
    "invoice",
    "contract",
    "incident",
    "case",
    "task",
    "event",
    "appointment",
    "phonecall",
    "email",
    "campaign",
];

/// A value of a field that cannot be taken, as the CRM itself would refuse it.
fn refused(findings: Vec<kernel::FieldError>) -> Error {
    Error::Crm(crm::Error::Refused { code: String::new(), findings })
}
