//! Which tables have documents, and which may be linked.

use kernel::{EnvironmentId, Scope};
use records::Session;
use serde_json::json;
use tables::{
    ENGLISH, FRENCH, Ownership, Table,
    define::{Change, Problem},
};

use crate::{Error, LinkingSetup, Result, audit::Audited, store};

/// Tables that may be linked before anybody says otherwise: those of the published list, by their logical names.
pub const LINKABLE: [&str; 35] = [
    "account",
    "annotation",
    "appointment",
    "businessunit",
    "campaign",
    "category",
    "competitor",
    "contact",
    "email",
    "incident",
    "invoice",
    "kbarticle",
    "knowledgearticle",
    "lead",
    "msdyn_agreement",
    "msdyn_expense",
    "msdyn_fulfillmentpreference",
    "msdyn_inventoryadjustment",
    "msdyn_inventorytransfer",
    "msdyn_project",
    "msdyn_purchaseorder",
    "msdyn_purchaseorderreceipt",
    "msdyn_resourcerequest",
    "msdyn_rma",
    "msdyn_rmareceipt",
    "msdyn_rtv",
    "msdyn_workorder",
    "opportunity",
    "opportunityproduct",
    "product",
    "quote",
    "salesliterature",
    "salesorder",
    "task",
    "team",
];

/// The tables whose rows describe documents and links; they are not linked themselves.
const OWN: [&str; 5] = [
    "sharepointsite",
    "sharepointdocumentlocation",
    "msdyn_teamscollaboration",
    "msdyn_teamschatassociation",
    "organization",
];

/// What is kept of a table whose settings somebody changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) table: String,
    pub(crate) links: bool,
    pub(crate) documents: bool,
}

impl Kept {
    /// What a table begins with.
    pub(crate) fn first(table: &str) -> Self {
        let links = LINKABLE.binary_search(&table).is_ok();
        Self { table: table.to_owned(), links, documents: links }
    }
}

/// The settings of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSetting {
    /// Its logical name.
    pub table: String,
    /// What it is called in English and in French.
    pub names: [String; 2],
    /// Whether its records have documents.
    pub documents: bool,
    /// Whether its records and views may be linked.
    pub links: bool,
    /// Whether it is one that somebody made.
    pub custom: bool,
}

/// What a change of tables came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TablesSet {
    /// Those that are so now.
    pub passed: Vec<String>,
    /// Those that are not there, or cannot be linked.
    pub failed: Vec<String>,
}

/// Tables of one call; our own choice.
const MOST: usize = 500;

/// Whether rows of a table can be linked at all.
pub(crate) fn is_linkable(table: &Table) -> bool {
    !OWN.contains(&&*table.logical)
        && !table.intersect
        && !table.private
        && table.union_of.is_empty()
        && (LINKABLE.binary_search(&&*table.logical).is_ok()
            || table.custom
            || matches!(table.ownership, Ownership::User | Ownership::BusinessUnit))
}

/// The settings of every table that can be linked, by name.
pub(crate) fn settings(session: &Session, kept: &[Kept]) -> Vec<TableSetting> {
    let tables = session.model().tables().iter().filter(|table| is_linkable(table));
    let mut all: Vec<TableSetting> = tables
        .map(|table| {
            let found = kept.iter().find(|kept| kept.table == *table.logical);
            let now = found.cloned().unwrap_or_else(|| Kept::first(&table.logical));
            TableSetting {
                names: [ENGLISH, FRENCH].map(|language| table.labels.text(language).to_owned()),
                documents: now.documents,
                links: now.links,
                custom: table.custom,
                table: now.table,
            }
        })
        .collect();
    kernel::sort_by(&mut all, |a, b| a.names.cmp(&b.names).then_with(|| a.table.cmp(&b.table)));
    all
}

/// A change of the settings of a table; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableChange {
    /// Its logical name.
    pub table: String,
    /// Whether its records have documents.
    pub documents: Option<bool>,
    /// Whether its records and views may be linked.
    pub links: Option<bool>,
}

impl LinkingSetup {
    /// Allows tables to be linked, with their documents, or forbids it (`msdyn_SetTeamsDocumentStatus`). Links that are
    /// there stay.
    ///
    /// # Errors
    /// [`Error::AdministratorNeeded`], [`Error::Invalid`] when there are too many, [`Error::Records`], [`Error::Store`].
    pub async fn set_tables(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
        (enable, tables): (bool, &[String]),
    ) -> Result<TablesSet> {
        let change = |table: &String| TableChange {
            table: table.clone(),
            links: Some(enable),
            // who forbids links does not take documents away
            documents: enable.then_some(true),
        };
        let changes = tables.iter().map(change).collect();
        self.change_tables(scope, environment, changes).await
    }

    /// Changes the settings of tables.
    ///
    /// # Errors
    /// As [`LinkingSetup::set_tables`].
    pub async fn change_tables(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
        changes: Vec<TableChange>,
    ) -> Result<TablesSet> {
        let session = self.administrator(scope, environment).await?;
        if changes.len() > MOST {
            let detail = format!("at most {MOST} tables at once");
            return Err(Error::invalid("/tables", "linking.tables", detail));
        }
        let mut set = TablesSet::default();
        let mut good = Vec::with_capacity(changes.len());
        for change in changes {
            let table = session.model().table(&change.table);
            if table.is_some_and(|table| is_linkable(table)) {
                set.passed.push(change.table.clone());
                good.push(change);
            } else {
                set.failed.push(change.table);
            }
        }
        for change in &good {
            if change.links == Some(true) || change.documents == Some(true) {
                widen(&session, &change.table).await?;
            }
        }
        let now = self.0.clock.now();
        let write = move |tx: &db::Tx<'_>| {
            for change in &good {
                let before = store::table(tx, environment, &change.table)?;
                let before = before.unwrap_or_else(|| Kept::first(&change.table));
                let after = Kept {
                    links: change.links.unwrap_or(before.links),
                    documents: change.documents.unwrap_or(before.documents),
                    table: before.table.clone(),
                };
                if after == before {
                    continue;
                }
                store::put_table(tx, environment, &after, now)?;
                let audited = Audited {
                    action: "linking.table",
                    subject: ("environment", environment.to_string()),
                };
                audited.write(tx, (view(&before), view(&after)), now)?;
            }
            Ok::<_, Error>(())
        };
        self.0.db.write(scope, write).await?;
        Ok(set)
    }
}

/// Document locations can be about rows of the table from now on. Whoever allows links or documents has that said in the
/// definitions; locations that are there stay when it is forbidden again.
async fn widen(session: &Session, table: &str) -> Result<()> {
    let knows = |session: &Session| {
        let column =
            session.model().table(LOCATIONS).and_then(|one| one.column("regardingobjectid"));
        column.is_none_or(|column| column.kind.targets().contains(&table))
    };
    if knows(session) {
        return Ok(());
    }
    let change = Change::AttachDocuments { table: table.to_owned() };
    match session.define(vec![change]).await {
        // somebody else was faster
        Err(records::Error::Definition(error)) if error.problem == Problem::Exists => Ok(()),
        other => Ok(other.map(drop)?),
    }
}

/// The table of document locations.
const LOCATIONS: &str = "sharepointdocumentlocation";

fn view(kept: &Kept) -> serde_json::Value {
    json!({ "table": kept.table, "links": kept.links, "documents": kept.documents })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_list_is_in_order_so_that_it_can_be_searched() {
        assert!(LINKABLE.is_sorted());
        assert!(Kept::first("opportunity").links && Kept::first("msdyn_workorder").links);
        assert!(!Kept::first("new_ship").links && !Kept::first("phonecall").links);
    }
}
