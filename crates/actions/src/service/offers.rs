//! Actions that the operator of the hub offers to every organisation, together with their certified connector. The
//! administrators of each decide.
//!
//! What is offered is told to each tenant, so that every statement stays within one; [`Actions::reconcile_offers`] does
//! it again for tenants that came later. Who takes an offer gets a connector and an action of its own: nothing of the
//! tenant that offers is used or seen by the one that takes, and values that a maker fixed stay behind, because they
//! may be keys.

use std::collections::{BTreeMap, HashSet};

use connectors::{NewConnector, Prepared, PreparedVersion, Upload};
use db::Tx;
use event_log::{Change, Subject};
use jiff::Timestamp;
use kernel::{ActionId, ApiConnectorId, EnvironmentId, Permission, Scope, TenantId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    manage::{audit, insert},
    upgrade::{made, put},
};
use crate::{
    Actions, Annotations, Error, Result,
    model::{Action, NewAction, Operation, Override, Selected, State},
    store,
};

/// An action that is offered to a tenant.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// The action of the tenant that offers it; what the offer is known by.
    pub id: ActionId,
    /// Whose it is.
    pub source: TenantId,
    /// The certified version of the connector that comes with it.
    pub version: i64,
    /// What it is.
    pub about: About,
    /// When it was offered.
    pub offered_at: Timestamp,
    /// It is no longer offered; what was taken stays.
    pub is_withdrawn: bool,
    /// What this tenant took of it.
    pub taken: Option<Taken>,
}

impl Offer {
    /// Whether a newer version than the one that was taken is offered.
    pub fn is_newer(&self) -> bool {
        !self.is_withdrawn && self.taken.is_some_and(|taken| taken.version != self.version)
    }
}

/// What a tenant took of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// The action that was made.
    pub action: ActionId,
    /// The connector that was made.
    pub connector: ApiConnectorId,
    /// The version of the offer.
    pub version: i64,
    /// Who took it.
    pub by: Option<UserId>,
    /// When.
    pub at: Timestamp,
}

/// What administrators see of an offer before they take it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// The name of the action.
    pub name: String,
    /// For people.
    pub description: String,
    /// The name of the connector.
    pub connector: String,
    /// The host that it calls.
    pub host: String,
    /// Its operations.
    pub operations: Vec<AboutOperation>,
    /// How many values its maker fixed, which are not taken along.
    pub fixed: usize,
}

/// An operation of an offer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AboutOperation {
    /// The operationId.
    pub id: String,
    /// The name for people.
    pub title: String,
    /// What a call does.
    pub annotations: Option<Annotations>,
}

/// What telling every tenant came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Told {
    /// Offers that a tenant did not know.
    pub added: u32,
    /// Offers that changed.
    pub updated: u32,
    /// Offers that are withdrawn.
    pub withdrawn: u32,
}

impl Actions {
    /// Offers a published action with its certified connector to every tenant; or no longer. For the operator of the
    /// hub alone.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::NotPublished`], [`Error::NotCertified`],
    /// [`Error::Connectors`], [`Error::Store`].
    pub async fn set_offered(&self, scope: &Scope, id: ActionId, offered: bool) -> Result<Told> {
        scope.require(Permission::System)?;
        let action = self.action(scope, id).await?;
        if offered {
            let connector = self.connectors.connector(scope, action.connector).await?;
            if action.version.is_none() || action.state == State::Draft {
                return Err(Error::NotPublished);
            }
            if connector.certified != action.version {
                return Err(Error::NotCertified);
            }
        }
        let now = self.clock.now();
        let set = move |tx: &Tx<'_>| {
            if store::offers::set(tx, id, offered.then_some(now))? {
                let named = if offered { "api_action.offer" } else { "api_action.unoffer" };
                let change = Change {
                    action: named,
                    subject: Subject::new("api_action", id),
                    before: None,
                    after: Some(json!({ "offered": offered })),
                    at: now,
                };
                event_log::audit(tx, &change)?;
            }
            Ok::<_, Error>(())
        };
        self.db.write(scope, set).await?;
        self.reconcile_offers().await
    }

    /// Tells every tenant what is offered to it, and what is not any more.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::Identity`], [`Error::Connectors`].
    pub async fn reconcile_offers(&self) -> Result<Told> {
        let tenants = self.scopes.tenants().await?;
        let mut offers = Vec::new();
        for tenant in &tenants {
            let scope = self.scopes.scope(tenant.id, JOB);
            for (id, at) in self.db.read_one(&scope, store::offers::offerings).await? {
                offers.extend(self.packed(&scope, id, at).await?);
            }
        }
        let mut told = Told::default();
        for tenant in &tenants {
            let scope = self.scopes.scope(tenant.id, JOB);
            let here: Vec<Offer> =
                offers.iter().filter(|offer| offer.source != tenant.id).cloned().collect();
            let came = self.db.write(&scope, move |tx| tell(tx, &here)).await?;
            told.added += came.added;
            told.updated += came.updated;
            told.withdrawn += came.withdrawn;
        }
        Ok(told)
    }

    /// An offer as other tenants see it; nothing where the action is no longer fit for it.
    async fn packed(&self, scope: &Scope, id: ActionId, at: Timestamp) -> Result<Option<Offer>> {
        let Some(action) = self.db.read_one(scope, move |tx| store::lookup(tx, id)).await? else {
            return Ok(None);
        };
        let connector = match self.connectors.connector(scope, action.connector).await {
            Ok(connector) => connector,
            Err(connectors::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let fit = action.state != State::Draft && connector.certified == action.version;
        let Some(version) = action.version.filter(|_| fit) else { return Ok(None) };
        let fixed = |operation: &Operation| {
            operation.overrides.values().filter(|set| set.fixed.is_some()).count()
        };
        let about = About {
            fixed: action.operations.iter().map(fixed).sum(),
            operations: action.operations.iter().map(AboutOperation::of).collect(),
            name: action.name,
            description: action.description,
            connector: connector.name,
            host: connector.version.host,
        };
        let source = scope.tenant();
        let offered_at = at;
        Ok(Some(Offer { id, source, version, about, offered_at, is_withdrawn: false, taken: None }))
    }

    /// What is offered to the organisation, and what it took of it, newest first; at most 500.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn offers(&self, scope: &Scope) -> Result<Vec<Offer>> {
        scope.require(Permission::ActionManage)?;
        Ok(self.db.read_one(scope, store::offers::all).await?)
    }

    /// Takes an offer: a connector in an environment, and an action that waits to be enabled. Whoever took it before
    /// gets the offered version as a new one of the connector; the action goes along when somebody says so. All of it
    /// is one transaction: whatever fails leaves nothing behind.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`] when it is not offered, [`Error::Changed`] when somebody else took it in
    /// the meantime, [`Error::Taken`], [`Error::Connectors`] when the connector cannot be made there,
    /// [`Error::Store`].
    pub async fn take_offer(
        &self,
        scope: &Scope,
        id: ActionId,
        environment: EnvironmentId,
    ) -> Result<Action> {
        scope.require(Permission::ActionManage)?;
        scope.require(Permission::ConnectorManage)?;
        let missing = || Error::NotFound { action: id };
        let known = self.db.read_one(scope, move |tx| store::offers::lookup(tx, id)).await?;
        let known = known.filter(|offer| !offer.is_withdrawn).ok_or_else(missing)?;
        // what is told may be some minutes old: the source decides
        let there = self.scopes.scope(known.source, JOB);
        let offered = self.db.read_one(&there, store::offers::offerings).await?;
        let (_, at) = offered.into_iter().find(|(known, _)| *known == id).ok_or_else(missing)?;
        let offer = self.packed(&there, id, at).await?.ok_or_else(missing)?;
        let source = self.action(&there, id).await?;
        let number = Some(offer.version);
        let files = self.connectors.files(&there, source.connector, number).await?;
        let files =
            files.named().into_iter().map(|(name, bytes)| (name.to_owned(), bytes.to_vec()));
        let upload = Upload::Files(files.map(|(name, bytes)| (name, bytes.into())).collect());
        let making = match self.still_there(scope, &known).await? {
            Some((action, connector)) => {
                let note = String::new();
                let version = self.connectors.prepare_version(scope, connector, upload, note);
                Making::Version(Box::new((action, Box::pin(version).await?)))
            }
            None => self.make_of_offer(scope, (environment, upload), (&offer, &source)).await?,
        };
        let (now, by, version) = (self.clock.now(), scope.user(), offer.version);
        // all of it or nothing
        let take = move |tx: &Tx<'_>| {
            let still = store::offers::lookup(tx, id)?.filter(|offer| !offer.is_withdrawn);
            let still = still.ok_or(Error::NotFound { action: id })?;
            if still.taken != known.taken {
                // somebody else took it in the meantime
                return Err(Error::Changed);
            }
            let (action, connector) = making.put(tx, now)?;
            let taken = Taken { action: action.id, connector, version, by, at: now };
            store::offers::set_taken(tx, id, &taken)?;
            let change = Change {
                action: "api_action.take_offer",
                subject: Subject::new("api_action", taken.action),
                before: None,
                after: Some(json!({ "offer": id, "version": taken.version })),
                at: now,
            };
            event_log::audit(tx, &change)?;
            Ok(action)
        };
        self.db.write(scope, take).await
    }

    /// What was taken of an offer, as far as it is still there.
    async fn still_there(
        &self,
        scope: &Scope,
        offer: &Offer,
    ) -> Result<Option<(Action, ApiConnectorId)>> {
        let Some(taken) = offer.taken else { return Ok(None) };
        match self.action(scope, taken.action).await {
            Ok(action) => Ok(Some((action, taken.connector))),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads and checks everything that a first taking writes.
    async fn make_of_offer(
        &self,
        scope: &Scope,
        (environment, upload): (EnvironmentId, Upload),
        (offer, source): (&Offer, &Action),
    ) -> Result<Making> {
        let new = NewConnector {
            name: Some(offer.about.connector.clone()),
            description: None,
            preview: false,
            upload,
            note: String::new(),
        };
        let connector = Box::pin(self.connectors.prepare(scope, environment, new)).await?;
        let new = NewAction {
            connector: connector.connector().id,
            name: source.name.clone(),
            description: source.description.clone(),
            instructions: source.instructions.clone(),
            operations: source.operations.iter().map(without_fixed).collect(),
        };
        let package = connector.compiled().package();
        let (action, selected) = self.drafted(scope, new, (connector.connector(), package))?;
        // values that its maker fixed are to be set first
        let mut publishes = offer.about.fixed == 0;
        for operation in &selected {
            match self.connectors.check_prepared(scope, &connector, &operation.id).await {
                Ok(()) => {}
                // an administrator sees that on its page
                Err(connectors::Error::PolicyViolation { .. }) => publishes = false,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Making::New(Box::new(New { connector, action, selected, publishes })))
    }
}

/// What taking an offer writes.
enum Making {
    /// A version for the connector of the action that was taken before.
    Version(Box<(Action, PreparedVersion)>),
    /// A connector and an action on it.
    New(Box<New>),
}

struct New {
    connector: Prepared,
    action: Action,
    selected: Vec<Selected>,
    publishes: bool,
}

impl Making {
    fn put(&self, tx: &Tx<'_>, now: Timestamp) -> Result<(Action, ApiConnectorId)> {
        match self {
            Self::Version(made) => {
                let (action, version) = made.as_ref();
                Ok((action.clone(), version.put(tx)?.id))
            }
            Self::New(new) => {
                new.connector.put(tx)?;
                let action = insert(tx, new.action.clone(), &new.selected)?;
                let id = new.connector.connector().id;
                Ok((if new.publishes { new.publish(tx, &action, now)? } else { action }, id))
            }
        }
    }
}

impl New {
    /// Lets the action wait for an administrator.
    fn publish(&self, tx: &Tx<'_>, draft: &Action, now: Timestamp) -> Result<Action> {
        let mut action = draft.clone();
        let tools = made(draft, self.connector.compiled().package());
        put(&mut action, self.connector.connector().version.number, &tools);
        action.state = State::Waiting;
        action.published_at = Some(now);
        action.updated_at = now;
        store::update(tx, &action)?;
        audit(tx, "api_action.publish", Some(draft), Some(&action), now)?;
        Ok(action)
    }
}

impl AboutOperation {
    fn of(operation: &Operation) -> Self {
        let made = operation.prepared.as_ref();
        let title = operation.title.clone().or_else(|| made.map(|made| made.title.clone()));
        Self {
            id: operation.id.clone(),
            title: title.unwrap_or_else(|| operation.id.clone()),
            annotations: made.map(|made| made.annotations),
        }
    }
}

/// An operation without the values that its maker fixed.
fn without_fixed(operation: &Operation) -> Selected {
    let open = |(name, set): (&String, &Override)| {
        let set = Override { fixed: None, ..set.clone() };
        (set != Override::default()).then(|| (name.clone(), set))
    };
    Selected {
        id: operation.id.clone(),
        title: operation.title.clone(),
        description: operation.description.clone(),
        instructions: operation.instructions.clone(),
        overrides: operation.overrides.iter().filter_map(open).collect::<BTreeMap<_, _>>(),
    }
}

/// Tells one tenant what is offered to it.
fn tell(tx: &Tx<'_>, offers: &[Offer]) -> Result<Told> {
    let mut told = Told::default();
    let known = store::offers::all(tx)?;
    for offer in offers {
        let before = known.iter().find(|known| known.id == offer.id);
        let same = |before: &Offer| {
            !before.is_withdrawn && before.version == offer.version && before.about == offer.about
        };
        match before {
            Some(before) if same(before) => continue,
            Some(_) => told.updated += 1,
            None => told.added += 1,
        }
        store::offers::put(tx, offer)?;
    }
    let here: HashSet<ActionId> = offers.iter().map(|offer| offer.id).collect();
    for gone in known.iter().filter(|known| !here.contains(&known.id) && !known.is_withdrawn) {
        told.withdrawn += 1;
        store::offers::withdraw(tx, gone)?;
    }
    Ok(told)
}

/// What the audit shows as the actor.
const JOB: &str = "action-offers";
