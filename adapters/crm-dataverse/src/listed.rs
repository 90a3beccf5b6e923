//! Which tables a seller may work with.

use std::sync::Arc;

use crm::{Error, Result, TableName};
use jiff::Timestamp;
use odata::tree::{expr::Segment, options::QueryOptions};
use serde_json::Value as Json;

use crate::{
    address::{self, is_name},
    client::{Call, Dataverse, Failed, Seller},
    describe::label,
    refusal::Doing,
};

/// What is asked of every table.
const OF_TABLE: [&str; 7] = [
    "LogicalName",
    "DisplayName",
    "DisplayCollectionName",
    "PrimaryNameAttribute",
    "IsIntersect",
    "IsPrivate",
    "Privileges",
];
/// The most tables that are believed of an environment.
const MAX_TABLES: usize = 5000;

/// The tables of a seller, and when that was heard.
pub(crate) struct Tables {
    all: Arc<Vec<TableName>>,
    heard_at: Timestamp,
}

impl Dataverse {
    /// The tables that a seller may read; kept for a while.
    pub(crate) async fn tables(&self, seller: &Seller) -> Result<Arc<Vec<TableName>>> {
        let key = seller.key("");
        if let Some(known) = self.0.listed.get(&key).filter(|known| self.fresh(known.heard_at)) {
            return Ok(Arc::clone(&known.all));
        }
        let person = self.person(seller).await?;
        let select = Some(address::select(OF_TABLE));
        let options = QueryOptions { select, ..QueryOptions::default() };
        let path = vec![Segment::Name("EntityDefinitions".to_owned())];
        let url = address::to(seller, path, options)?;
        let body = match self.send(seller, Call::get(url)).await {
            Ok(got) => got.body,
            Err(Failed::Refused(refused)) => return Err(refused.error(&Doing::Entering)),
            Err(Failed::Other(error)) => return Err(error),
        };
        let found = body.get("value").and_then(Json::as_array);
        let found = found.ok_or(Error::Answer { reason: "the list of tables cannot be read" })?;
        let seen = |one: &&Json| {
            let privileges = one.get("Privileges").and_then(Json::as_array);
            let mut privileges = privileges.into_iter().flatten();
            privileges.any(|one| {
                let text = |name: &str| one.get(name).and_then(Json::as_str).unwrap_or_default();
                text("PrivilegeType") == "Read"
                    && (person.holds(text("PrivilegeId")) || person.holds(text("Name")))
            })
        };
        let all = found.iter().filter(seen).filter_map(listed).take(MAX_TABLES).collect();
        let tables = Tables { all: Arc::new(all), heard_at: self.0.clock.now() };
        let all = Arc::clone(&tables.all);
        self.0.listed.insert(&key, Arc::new(tables));
        Ok(all)
    }
}

/// A table, if people open it as such.
fn listed(value: &Json) -> Option<TableName> {
    let text = |name: &str| value.get(name).and_then(Json::as_str);
    let on = |name: &str| value.get(name).and_then(Json::as_bool).unwrap_or(false);
    let name = text("LogicalName").filter(|name| is_name(name))?.to_owned();
    if on("IsIntersect") || on("IsPrivate") || text("PrimaryNameAttribute").is_none() {
        return None;
    }
    let of = |member: &str, or: &str| {
        value.get(member).map_or_else(|| or.to_owned(), |labels| label(labels, or))
    };
    let one = of("DisplayName", &name);
    Some(TableName { plural: of("DisplayCollectionName", &one), label: one, name })
}
