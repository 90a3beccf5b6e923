//! What published forms say beyond what a table looks like (sales reference §4.1): which record types sellers work with,
//! what stands beside a name, and where new records are made.

use std::sync::Arc;

use crm::{Crm, FieldKind, Table};
use kernel::{Permission, Scope};
use uuid::Uuid;

use super::{Asked, COLUMNS, Listed, SellersRecords};
use crate::{CrmConnections, Error, Result, SystemKind, store};

/// What sellers search where nobody published forms, as Dynamics 365 and Salesforce call it.
const USUAL: [&str; 4] = ["opportunity", "account", "lead", "contact"];

impl CrmConnections {
    /// The caller's records at one of the tenant's CRMs, whichever they chose for other features, through its forms.
    ///
    /// # Errors
    /// As [`CrmConnections::at`].
    pub async fn records_at(&self, scope: &Scope, system: Uuid) -> Result<SellersRecords> {
        scope.require(Permission::ConnectionUse)?;
        let user = scope.user().ok_or(Error::PersonNeeded)?;
        let (system, crm) = self.at(scope, system).await?;
        let id = system.id;
        let read = move |tx: &db::Tx<'_>| {
            Ok::<_, Error>((store::of_person(tx, user)?, sales_settings::forms(tx, id)?))
        };
        let (connections, forms) = self.0.db.read(scope, read).await?;
        let own = connections.into_iter().find(|one| one.system == id);
        let instance = own.and_then(|one| one.instance).or_else(|| system.address.clone());
        let records = SellersRecords::new(crm, system, instance);
        Ok(match forms {
            Some(forms) => records.through(forms),
            None => records,
        })
    }
}

impl SellersRecords {
    /// The seller's place at the CRM.
    pub fn seat(&self) -> Arc<dyn Crm> {
        Arc::clone(&self.crm)
    }

    /// Whether sellers look for records of a table: the record types that administrators published, else those that are
    /// there from the beginning.
    pub fn is_searched(&self, table: &str) -> bool {
        match self.forms.as_deref() {
            Some(forms) => forms.of(table).is_some(),
            None => USUAL.iter().any(|name| name.eq_ignore_ascii_case(table)),
        }
    }

    /// Names of the record types that sellers look for, in the order of the forms.
    pub fn searched(&self) -> Vec<String> {
        match self.forms.as_deref() {
            Some(forms) => forms.types.iter().map(|one| one.table.clone()).collect(),
            None if self.system.kind == SystemKind::Salesforce => {
                ["Opportunity", "Account", "Lead", "Contact"].map(str::to_owned).to_vec()
            }
            None => USUAL.map(str::to_owned).to_vec(),
        }
    }

    /// Fields of a list or a card: the name, the key fields, and what stands first on the form; of a table without a
    /// form those that people look at first.
    pub fn shown(&self, table: &Table) -> Vec<String> {
        let form = self.form(&table.name).filter(|form| !form.fields.is_empty());
        let Some(form) = form else {
            let columns = self.keys(table);
            return Asked { columns, ..Asked::default() }.shown(table);
        };
        let mut all: Vec<String> = table.name_field.iter().cloned().collect();
        let wanted = form.keys.iter().chain(form.fields.iter().map(|field| &field.name));
        for field in wanted.filter_map(|name| table.field(name)) {
            let is_shown = !matches!(field.kind, FieldKind::Other(_) | FieldKind::Id);
            if is_shown && all.len() < COLUMNS && !all.contains(&field.name) {
                all.push(field.name.clone());
            }
        }
        all
    }

    /// A page of the view that administrators published for a table, where nothing else is asked for. A view that is not
    /// there for the seller leaves them the plain list.
    pub(super) async fn viewed(&self, table: &Table, asked: &Asked) -> Result<Option<Listed>> {
        let view = self.form(&table.name).and_then(|form| form.view.as_ref());
        let is_plain = asked.search.trim().is_empty()
            && asked.columns.is_empty()
            && asked.conditions.is_empty()
            && asked.sort.is_none();
        let Some(view) = view.filter(|_| is_plain) else { return Ok(None) };
        let page = match self.crm.listed(&view.at(&table.name), asked.after.as_ref()).await {
            Err(crm::Error::NotFound) => return Ok(None),
            other => other?,
        };
        let mut columns: Vec<String> = table.name_field.iter().cloned().collect();
        for column in page.columns {
            if table.field(&column.name).is_some() && !columns.contains(&column.name) {
                columns.push(column.name);
            }
        }
        Ok(Some(Listed { records: page.records, next: page.next, columns }))
    }

    /// The key fields of a table's form that the seller sees; none where there is no form.
    pub fn keys(&self, table: &Table) -> Vec<String> {
        let keys = self.form(&table.name).map(|form| form.keys.as_slice()).unwrap_or_default();
        let seen = keys.iter().filter_map(|key| table.field(key));
        seen.map(|field| field.name.clone()).collect()
    }

    /// What a search shows of a record: the name, and the two key fields where a form names some.
    pub fn titles(&self, table: &Table) -> Vec<String> {
        let keys = self.keys(table);
        let mut all = if keys.is_empty() {
            self.shown(table)
        } else {
            table.name_field.iter().cloned().chain(keys).collect()
        };
        all.truncate(TITLES);
        all
    }

    /// Where the CRM itself makes a record of a table; nothing where administrators lead nobody there, or where the seller
    /// may not make any.
    ///
    /// # Errors
    /// [`Error::Crm`].
    pub async fn made_in_crm(&self, table: &Table) -> Result<Option<String>> {
        let form = self.form(&table.name).filter(|form| form.create_in_crm);
        if form.is_none() || !self.crm.permissions(&table.name).await?.create {
            return Ok(None);
        }
        let name = &table.name;
        if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Ok(None);
        }
        if let Some(environment) = self.system.environment {
            return Ok(Some(format!("/records/{environment}/{name}/new")));
        }
        Ok(self.there(&match self.system.kind {
            SystemKind::Dataverse => format!("main.aspx?pagetype=entityrecord&etn={name}"),
            _ => format!("lightning/o/{name}/new"),
        }))
    }
}

/// The name and two subtitles (reference §4.1).
const TITLES: usize = 3;
