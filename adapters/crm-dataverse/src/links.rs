//! How references to rows are written: by the navigation property of the table that they lead to.

use std::sync::Arc;

use crm::{Error, Result};
use odata::tree::{expr::Segment, options::QueryOptions};
use serde_json::Value as Json;

use crate::{
    address::{self, is_name},
    client::{Call, Dataverse, Failed, Seller},
    refusal::Doing,
};

/// A column that leads to a table, and the property that it is written by.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) column: String,
    pub(crate) target: String,
    pub(crate) property: String,
    /// The property of the other table that holds these rows, where it has one.
    pub(crate) collection: Option<String>,
}

impl Dataverse {
    /// The references that rows of a table may hold.
    pub(crate) async fn links(&self, seller: &Seller, table: &str) -> Result<Arc<Vec<Link>>> {
        let key = seller.key(table);
        if let Some(known) = self.0.links.get(&key) {
            return Ok(known);
        }
        let names = [
            "ReferencingAttribute",
            "ReferencedEntity",
            "ReferencingEntityNavigationPropertyName",
            "ReferencedEntityNavigationPropertyName",
        ];
        let path =
            vec![address::definition(table), Segment::Name("ManyToOneRelationships".to_owned())];
        let options =
            QueryOptions { select: Some(address::select(names)), ..QueryOptions::default() };
        let url = address::to(seller, path, options)?;
        let body = match self.send(seller, Call::get(url)).await {
            Ok(got) => got.body,
            Err(Failed::Refused(refused)) => return Err(refused.error(&Doing::Describing(table))),
            Err(Failed::Other(error)) => return Err(error),
        };
        let list = body.get("value").and_then(Json::as_array);
        let list = list.ok_or(Error::Answer { reason: "the references cannot be read" })?;
        let one = |value: &Json| {
            let text = |name: &str| {
                let text = value.get(name).and_then(Json::as_str);
                text.filter(|text| is_name(text)).map(str::to_owned)
            };
            let [column, target, property, collection] = names.map(text);
            // a lookup of rows that are only ever nested may have no property of its own
            let property = property.unwrap_or_default();
            Some(Link { column: column?, target: target?, property, collection })
        };
        let links = Arc::new(list.iter().filter_map(one).collect());
        self.0.links.insert(&key, Arc::clone(&links));
        Ok(links)
    }

    /// Whether rows of a table are told apart by these columns.
    pub(crate) async fn is_key(
        &self,
        seller: &Seller,
        (table, columns): (&str, &[String]),
    ) -> Result<bool> {
        let key = seller.key(table);
        let same = |one: &Vec<String>| {
            one.len() == columns.len() && columns.iter().all(|column| one.contains(column))
        };
        if self.0.keys.get(&key).is_some_and(|keys| keys.iter().any(same)) {
            return Ok(true);
        }
        let path = vec![address::definition(table), Segment::Name("Keys".to_owned())];
        let options = QueryOptions {
            select: Some(address::select(["KeyAttributes"])),
            ..QueryOptions::default()
        };
        let url = address::to(seller, path, options)?;
        let body = match self.send(seller, Call::get(url)).await {
            Ok(got) => got.body,
            Err(Failed::Refused(refused)) => return Err(refused.error(&Doing::Describing(table))),
            Err(Failed::Other(error)) => return Err(error),
        };
        let list = body.get("value").and_then(Json::as_array);
        let list = list.ok_or(Error::Answer { reason: "the keys cannot be read" })?;
        let one = |value: &Json| {
            let columns = value.get("KeyAttributes")?.as_array()?.iter();
            columns.map(|column| column.as_str().map(str::to_owned)).collect()
        };
        let keys: Arc<Vec<Vec<String>>> = Arc::new(list.iter().filter_map(one).collect());
        self.0.keys.insert(&key, Arc::clone(&keys));
        Ok(keys.iter().any(same))
    }

    /// The set of a table that a reference leads to; asked for on its own, for it may be hidden otherwise.
    pub(crate) async fn set_of(&self, seller: &Seller, table: &str) -> Result<String> {
        let hidden = || Error::ObjectHidden { object: table.to_owned() };
        if !is_name(table) {
            return Err(hidden());
        }
        let key = format!("{}\n{table}", seller.environment);
        if let Some(known) = self.0.sets.get(&key) {
            return Ok(known);
        }
        let options = QueryOptions {
            select: Some(address::select(["EntitySetName"])),
            ..QueryOptions::default()
        };
        let url = address::to(seller, vec![address::definition(table)], options)?;
        let body = match self.send(seller, Call::get(url)).await {
            Ok(got) => got.body,
            Err(Failed::Refused(refused)) => return Err(refused.error(&Doing::Describing(table))),
            Err(Failed::Other(error)) => return Err(error),
        };
        let set = body.get("EntitySetName").and_then(Json::as_str).filter(|set| is_name(set));
        let set = set.ok_or_else(hidden)?.to_owned();
        self.0.sets.insert(&key, set.clone());
        Ok(set)
    }
}
