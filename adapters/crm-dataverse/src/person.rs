//! What a seller may do in an environment.

use std::{collections::HashSet, sync::Arc};

use crm::{Error, Permissions, Result};
use jiff::Timestamp;
use odata::{
    tree::{
        expr::{Arguments, Segment},
        options::QueryOptions,
    },
    value::Guid,
};
use serde_json::Value as Json;

use crate::{
    address,
    client::{Call, Dataverse, Failed, Seller},
    describe::{About, Open, Opened},
    refusal::Doing,
};

/// The seller's user in an environment, with what their roles allow.
pub(crate) struct Person {
    pub(crate) user: Guid,
    /// Names and ids of privileges, in small letters.
    privileges: HashSet<String>,
    heard_at: Timestamp,
}

impl Person {
    fn may(&self, about: &About, verb: &str) -> bool {
        about.privileges.get(verb).is_some_and(|(name, id)| {
            self.privileges.contains(id) || self.privileges.contains(&name.to_lowercase())
        })
    }

    /// Whether they hold a privilege, by its id or its name.
    pub(crate) fn holds(&self, privilege: &str) -> bool {
        !privilege.is_empty() && self.privileges.contains(&privilege.to_lowercase())
    }

    /// What they may do with rows of a table, own ones at least.
    pub(crate) fn permissions(&self, about: &About) -> Permissions {
        Permissions {
            read: self.may(about, "Read"),
            create: self.may(about, "Create"),
            update: self.may(about, "Write"),
            delete: self.may(about, "Delete"),
        }
    }
}

impl Dataverse {
    /// Who a seller is in the environment; kept for a while.
    pub(crate) async fn person(&self, seller: &Seller) -> Result<Arc<Person>> {
        let key = seller.key("");
        if let Some(known) = self.0.people.get(&key).filter(|known| self.fresh(known.heard_at)) {
            return Ok(known);
        }
        let call = Segment::Call("WhoAmI".to_owned(), Arguments::Named(Vec::new()));
        let who = self.function(seller, vec![call], QueryOptions::default()).await?;
        let user = who.get("UserId").and_then(Json::as_str).and_then(|id| id.parse().ok());
        let user: Guid = user.ok_or(Error::Answer { reason: "nobody is said to call" })?;
        let none = Arguments::Named(Vec::new());
        let path = address::bound("systemusers", user, "RetrieveUserPrivileges", none);
        let held = self.function(seller, path, QueryOptions::default()).await?;
        let held = held.get("RolePrivileges").and_then(Json::as_array);
        let held = held.ok_or(Error::Answer { reason: "the privileges cannot be read" })?;
        let names = held.iter().flat_map(|one| {
            let text = |name: &str| one.get(name).and_then(Json::as_str).map(str::to_lowercase);
            [text("PrivilegeId"), text("PrivilegeName")].into_iter().flatten()
        });
        let privileges = names.collect();
        let person = Arc::new(Person { user, privileges, heard_at: self.0.clock.now() });
        self.0.people.insert(&key, Arc::clone(&person));
        Ok(person)
    }

    /// What profiles open to a seller of secured columns.
    pub(crate) async fn opened_columns(&self, seller: &Seller) -> Result<Opened> {
        let user = self.person(seller).await?.user;
        let (name, none) = ("RetrievePrincipalAttributePrivileges", Arguments::Named(Vec::new()));
        let path = address::bound("systemusers", user, name, none);
        let held = self.function(seller, path, QueryOptions::default()).await?;
        let all = held.get("AttributePrivileges").and_then(Json::as_array);
        let all = all.ok_or(Error::Answer { reason: "the privileges cannot be read" })?;
        let one = |one: &Json| {
            let id = one.get("AttributeId")?.as_str()?.to_lowercase();
            let on = |name: &str| one.get(name).and_then(Json::as_i64).unwrap_or(0) > 0;
            let (read, create, update) = (on("CanRead"), on("CanCreate"), on("CanUpdate"));
            Some((id, Open { read, create, update }))
        };
        Ok(all.iter().filter_map(one).collect())
    }

    /// Calls a function that concerns the seller.
    pub(crate) async fn function(
        &self,
        seller: &Seller,
        path: Vec<Segment>,
        options: QueryOptions,
    ) -> Result<Json> {
        let url = address::to(seller, path, options)?;
        match self.send(seller, Call::get(url)).await {
            Ok(got) => Ok(got.body),
            Err(Failed::Refused(refused)) => Err(refused.error(&Doing::Entering)),
            Err(Failed::Other(error)) => Err(error),
        }
    }
}
