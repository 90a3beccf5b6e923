//! The CRM that features use for a seller: every call is asked of data policies, made with the seller's own session,
//! and made once more with a renewed one where the CRM did not take it.

use std::{fmt, sync::Arc};

use crm::{
    Answer, Changes, Child, Colleagues, Crm, Fate, Feed, Page, Permissions, Query, Record,
    RecordId, RecordRef, Rights, Table, TableName, Upserted, Values, Version,
};
use identity::environments::EnvironmentKind;
use kernel::{Permission, Scope, Secret, UserId};
use oauth::TokenSet;
use sales_settings::{Access, Area};
use url::Url;
use uuid::Uuid;

use crate::{
    Connection, CrmConnections, CrmSystem, Error, Result, Session, SystemKind,
    refresh::{LOST, Now},
    store,
    system::is_instance,
};

impl CrmConnections {
    /// The caller's CRM. What stands in the way of it is told by its calls, except that there is none.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Needed`], [`Error::SystemNotFound`], [`Error::Store`].
    pub async fn of(&self, scope: &Scope) -> Result<Arc<dyn Crm>> {
        let (user, system) = self.used(scope).await?;
        Ok(self.seat(scope, user, system))
    }

    /// The caller, and the CRM that features use for them.
    pub(crate) async fn used(&self, scope: &Scope) -> Result<(UserId, CrmSystem)> {
        scope.require(Permission::ConnectionUse)?;
        let user = scope.user().ok_or(Error::PersonNeeded)?;
        let read = move |tx: &db::Tx<'_>| {
            let chosen = store::of_person(tx, user)?.into_iter().find(|one| one.chosen);
            let Some(chosen) = chosen else { return Ok::<_, Error>(Err(store::systems(tx)?)) };
            Ok(Ok(store::system(tx, chosen.system)?.ok_or(Error::SystemNotFound)?))
        };
        let system = match self.0.db.read(scope, read).await? {
            Ok(system) => system,
            Err(all) => {
                let id = self.by_itself(scope, &all).await?.ok_or(Error::Needed)?;
                all.into_iter().find(|system| system.id == id).ok_or(Error::Needed)?
            }
        };
        if !system.enabled {
            return Err(Error::SystemNotFound);
        }
        let id = system.id;
        let read = move |tx: &db::Tx<'_>| sales_settings::access(tx, id, user, Area::Product);
        match self.0.db.read_one(scope, read).await? {
            Access::Granted => Ok((user, system)),
            Access::Off => Err(Error::TurnedOff),
            Access::NotTheirs => Err(Error::NotYours),
        }
    }

    /// A person's place at a CRM.
    pub(crate) fn seat(&self, scope: &Scope, user: UserId, system: CrmSystem) -> Arc<dyn Crm> {
        if let (SystemKind::Embedded, Some(environment)) = (system.kind, system.environment) {
            return (self.0.adapters.embedded)(scope, environment);
        }
        let (hub, scope) = (self.clone(), scope.clone());
        Arc::new(SellersCrm { hub, scope, user, system })
    }

    /// Where the data is: an organisation that moved says so when a session is renewed. What is no place of such an
    /// organisation is not believed.
    fn instance(
        &self,
        system: &CrmSystem,
        connection: &Connection,
        tokens: &TokenSet,
    ) -> Option<Url> {
        let said = tokens.instance.as_deref().filter(|_| system.kind == SystemKind::Salesforce);
        let moved = said.and_then(|said| Url::parse(said).ok());
        let moved = moved.filter(|place| is_instance(&self.0.networks, place));
        moved.or_else(|| connection.instance.clone())
    }

    /// The environment of the hub that a person uses who chose nothing: the only one, else the first that is for
    /// production, else the first.
    pub(crate) async fn by_itself(
        &self,
        scope: &Scope,
        systems: &[CrmSystem],
    ) -> Result<Option<Uuid>> {
        let mut first = None;
        for system in systems.iter().filter(|system| system.enabled) {
            let Some(environment) = system.environment else { continue };
            let found = match self.0.identity.environment(scope, environment).await {
                Err(identity::Error::Unknown(_)) => continue,
                other => other?,
            };
            if matches!(found.kind, EnvironmentKind::Production | EnvironmentKind::Default) {
                return Ok(Some(system.id));
            }
            first = first.or(Some(system.id));
        }
        Ok(first)
    }
}

/// A seller at a CRM elsewhere.
#[derive(Clone)]
struct SellersCrm {
    hub: CrmConnections,
    scope: Scope,
    user: UserId,
    system: CrmSystem,
}

impl fmt::Debug for SellersCrm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SellersCrm").field("system", &self.system.id).finish_non_exhaustive()
    }
}

/// A CRM with a session that may be used.
struct Ready {
    crm: Arc<dyn Crm>,
    now: Now,
    token: Secret<String>,
}

impl SellersCrm {
    /// The adapter, for one call. `refused` is a token that the CRM has just not taken.
    async fn ready(
        &self,
        operation: &str,
        refused: Option<&Secret<String>>,
    ) -> std::result::Result<Ready, crm::Error> {
        self.prepared(operation, refused).await.map_err(passed)
    }

    async fn prepared(&self, operation: &str, refused: Option<&Secret<String>>) -> Result<Ready> {
        let (hub, scope) = (&self.hub, &self.scope);
        if refused.is_none() {
            hub.check_policy(scope, &self.system, Some(operation)).await?;
        }
        let now = hub.connected(scope, self.user, self.system.id).await?;
        let tokens = hub.token(scope, (self.user, &self.system), &now, refused).await?;
        let token = tokens.access_token.clone();
        let connection = &now.connection;
        let session = Session {
            instance: hub.instance(&self.system, connection, &tokens).ok_or(Error::Needed)?,
            user: connection.account.clone().unwrap_or_else(|| connection.id.to_string()),
            token: token.clone(),
        };
        let adapters = &hub.0.adapters;
        let crm = match self.system.kind {
            SystemKind::Dataverse => (adapters.dataverse)(session),
            _ => (adapters.salesforce)(session),
        };
        Ok(Ready { crm, now, token })
    }

    /// What is said of a session that was not taken although it was just renewed.
    async fn over(&self, ready: &Ready) -> crm::Error {
        match self.hub.lose(&self.scope, &ready.now, LOST).await {
            Ok(()) => passed(Error::Lost),
            Err(error) => passed(error),
        }
    }
}

/// An error of ours as the port passes it on.
pub(crate) fn passed(error: Error) -> crm::Error {
    match error {
        Error::Crm(error) => error,
        other => crm::Error::Other(Box::new(other)),
    }
}

/// One call, once more with a renewed session where the CRM did not take the first.
macro_rules! asked {
    ($self:ident, $operation:literal, $crm:ident => $call:expr) => {
        Box::pin(async move {
            let ready = $self.ready($operation, None).await?;
            let $crm = &ready.crm;
            match $call.await {
                Err(crm::Error::SessionEnded) => {}
                outcome => return outcome,
            }
            let ready = $self.ready($operation, Some(&ready.token)).await?;
            let $crm = &ready.crm;
            match $call.await {
                Err(crm::Error::SessionEnded) => Err($self.over(&ready).await),
                outcome => outcome,
            }
        })
    };
}

/// The same for a call that writes to a table, and who listens is told.
macro_rules! wrote {
    ($self:ident, $operation:literal, $table:expr, $crm:ident => $call:expr) => {
        Box::pin(async move {
            let done: Answer<'_, _> = asked!($self, $operation, $crm => $call);
            let done = done.await;
            if done.is_ok() {
                $self.hub.0.tell($self.system.id, $table);
            }
            done
        })
    };
}

impl Crm for SellersCrm {
    fn tables(&self) -> Answer<'_, Arc<Vec<TableName>>> {
        asked!(self, "describe", crm => crm.tables())
    }

    fn describe<'a>(&'a self, table: &'a str) -> Answer<'a, Arc<Table>> {
        asked!(self, "describe", crm => crm.describe(table))
    }

    fn query<'a>(&'a self, query: &'a Query) -> Answer<'a, Page> {
        asked!(self, "query", crm => crm.query(query))
    }

    fn read<'a>(&'a self, record: &'a RecordRef, fields: &'a [String]) -> Answer<'a, Record> {
        asked!(self, "read", crm => crm.read(record, fields))
    }

    fn read_many<'a>(
        &'a self,
        table: &'a str,
        ids: &'a [RecordId],
        fields: &'a [String],
    ) -> Answer<'a, Vec<Option<Record>>> {
        asked!(self, "read", crm => crm.read_many(table, ids, fields))
    }

    fn create<'a>(&'a self, table: &'a str, values: &'a Values) -> Answer<'a, RecordRef> {
        wrote!(self, "create", table, crm => crm.create(table, values))
    }

    fn create_with<'a>(
        &'a self,
        table: &'a str,
        values: &'a Values,
        children: &'a [Child],
    ) -> Answer<'a, RecordRef> {
        wrote!(self, "create", table, crm => crm.create_with(table, values, children))
    }

    fn update<'a>(
        &'a self,
        record: &'a RecordRef,
        values: &'a Values,
        expected: Option<&'a Version>,
    ) -> Answer<'a, ()> {
        wrote!(self, "update", &record.table, crm => crm.update(record, values, expected))
    }

    fn delete<'a>(
        &'a self,
        record: &'a RecordRef,
        expected: Option<&'a Version>,
    ) -> Answer<'a, ()> {
        wrote!(self, "delete", &record.table, crm => crm.delete(record, expected))
    }

    fn upsert<'a>(
        &'a self,
        table: &'a str,
        key: &'a Values,
        values: &'a Values,
    ) -> Answer<'a, Upserted> {
        wrote!(self, "upsert", table, crm => crm.upsert(table, key, values))
    }

    fn rights<'a>(&'a self, record: &'a RecordRef) -> Answer<'a, Rights> {
        asked!(self, "rights", crm => crm.rights(record))
    }

    fn search<'a>(&'a self, words: &'a str, tables: &'a [String]) -> Answer<'a, Vec<RecordRef>> {
        asked!(self, "search", crm => crm.search(words, tables))
    }

    fn permissions<'a>(&'a self, table: &'a str) -> Answer<'a, Permissions> {
        asked!(self, "permissions", crm => crm.permissions(table))
    }

    fn colleagues<'a>(&'a self, record: &'a RecordRef) -> Answer<'a, Colleagues> {
        asked!(self, "read", crm => crm.colleagues(record))
    }

    fn views<'a>(&'a self, table: &'a str) -> Answer<'a, Vec<crm::View>> {
        asked!(self, "read", crm => crm.views(table))
    }

    fn view<'a>(&'a self, view: &'a crm::ViewRef) -> Answer<'a, crm::View> {
        asked!(self, "read", crm => crm.view(view))
    }

    fn listed<'a>(
        &'a self,
        view: &'a crm::ViewRef,
        after: Option<&'a crm::Cursor>,
    ) -> Answer<'a, crm::ViewPage> {
        asked!(self, "read", crm => crm.listed(view, after))
    }

    fn me(&self) -> Answer<'_, RecordRef> {
        asked!(self, "read", crm => crm.me())
    }

    fn administers(&self) -> Answer<'_, bool> {
        asked!(self, "read", crm => crm.administers())
    }

    fn reads<'a>(&'a self, record: &'a RecordRef, mail: &'a str) -> Answer<'a, Option<bool>> {
        asked!(self, "read", crm => crm.reads(record, mail))
    }

    fn edits<'a>(
        &'a self,
        user: &'a RecordRef,
        records: &'a [RecordRef],
    ) -> Answer<'a, Option<Vec<bool>>> {
        asked!(self, "read", crm => crm.edits(user, records))
    }

    fn fate<'a>(&'a self, record: &'a RecordRef) -> Answer<'a, Fate> {
        asked!(self, "read", crm => crm.fate(record))
    }

    fn begin<'a>(&'a self, table: &'a str) -> Answer<'a, Option<crm::Position>> {
        asked!(self, "changes", crm => crm.begin(table))
    }

    fn changes<'a>(&'a self, feed: &'a Feed) -> Answer<'a, Changes> {
        asked!(self, "changes", crm => crm.changes(feed))
    }
}
