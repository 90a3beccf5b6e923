//! The life of a connection: made, tried, repaired, shared, revoked.

mod form;
pub(crate) mod leavers;
mod list;
mod parameters;
mod upkeep;

use std::sync::Arc;

use db::Tx;
use jiff::Timestamp;
use kernel::{ApiConnectorId, ConnectionId, Permission, Scope, Secret};
use seal::Context;
use serde_json::json;

use crate::{
    Connectors, Error, Result,
    cache::CONNECTIONS,
    catalogue::{Audited, known},
    connection::{Connection, ConnectionPatch, NewConnection, Opened, Secrets, State},
    sign_in::{SignInKind, sign_in_kind},
    store, text,
};

pub use form::{ConnectionForm, Control, FormParameter, SignInWay};
pub use list::{ConnectionFilter, ConnectionUses, FoundConnection, Whose};
pub use upkeep::Trial;
pub(crate) use upkeep::{REFUSED, test_call};

impl Connectors {
    /// The connections of a connector that the caller may use, own ones first; makers see all of them.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::Store`].
    pub async fn connections(&self, scope: &Scope, id: ApiConnectorId) -> Result<Vec<Connection>> {
        scope.require(Permission::ConnectionUse)?;
        let (person, maker) = (scope.user(), scope.may(Permission::ConnectorManage));
        self.db
            .read(scope, move |tx| {
                known(tx, id)?;
                Ok(if maker {
                    store::connections::of_connector(tx, id)?
                } else {
                    store::connections::usable(tx, id, person)?
                })
            })
            .await
    }

    /// The caller's own connections, over all connectors.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Store`].
    pub async fn own_connections(&self, scope: &Scope) -> Result<Vec<Connection>> {
        scope.require(Permission::ConnectionUse)?;
        let person = scope.user().ok_or(Error::PersonNeeded)?;
        Ok(self.db.read_one(scope, move |tx| store::connections::of_person(tx, person)).await?)
    }

    /// One connection.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::ConnectionNotFound`], [`Error::Store`].
    pub async fn connection(&self, scope: &Scope, id: ConnectionId) -> Result<Connection> {
        scope.require(Permission::ConnectionUse)?;
        let viewer = scope.clone();
        self.db.read(scope, move |tx| visible(tx, &viewer, id)).await
    }

    /// Makes a connection. Where the connector wants a person to sign in, it waits for that.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::Invalid`] for every value that is wrong or missing,
    /// [`Error::PolicyViolation`], [`Error::TooMany`], [`Error::PersonNeeded`], [`Error::SignIn`] where the
    /// connector's sign-in is not set up, [`Error::Store`].
    pub async fn create_connection(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        new: NewConnection,
    ) -> Result<Connection> {
        scope.require(Permission::ConnectionUse)?;
        if new.shared {
            scope.require(Permission::ConnectorManage)?;
        } else if scope.user().is_none() {
            return Err(Error::PersonNeeded);
        }
        let live = self.live(scope, id).await?;
        self.check_connection(scope, id, None).await?;
        let compiled = self.compiled_version(scope, id, live.number).await?;
        let name = new.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
        let name = name.unwrap_or(&live.name).to_owned();
        text::name("/name", &name)?;
        let set = parameters::chosen(&compiled, new.parameter_set.as_deref())?;
        if new.shared && !set.allows_sharing {
            let detail = "connections with this set of parameters are not shared";
            return Err(Error::invalid("/shared", "connection.not_shared", detail));
        }
        let values = set.check(&new.values)?;
        let kind = sign_in_kind(&live, &compiled, set.name.as_deref(), &values.all())?;
        let state = if kind == SignInKind::Person { State::Pending } else { State::Connected };
        self.insert_connection(
            scope,
            Made { id, name, set: set.name, values, shared: new.shared, silent: false, state },
        )
        .await
    }

    /// The connection that comes into being by exchanging the caller's own token, without a dialog.
    pub(crate) async fn create_silently(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
    ) -> Result<Connection> {
        let live = self.live(scope, id).await?;
        let compiled = self.compiled_version(scope, id, live.number).await?;
        let set = parameters::chosen(&compiled, None)?;
        let values = set.check(&[])?;
        let (name, set) = (live.name.clone(), set.name);
        let state = State::Connected;
        self.insert_connection(
            scope,
            Made { id, name, set, values, shared: false, silent: true, state },
        )
        .await
    }

    async fn insert_connection(&self, scope: &Scope, made: Made) -> Result<Connection> {
        let now = self.clock.now();
        let environment = self.live(scope, made.id).await?.environment;
        let connection = Connection {
            id: self.ids.fresh(),
            environment,
            connector: made.id,
            name: made.name,
            owner: scope.user(),
            shared: made.shared,
            parameter_set: made.set,
            parameters: made.values.shown,
            secret_names: made.values.secrets.iter().map(|(name, _)| name.clone()).collect(),
            silent: made.silent,
            state: made.state,
            reason: None,
            expires_at: None,
            tested_at: None,
            changes: 1,
            created_at: now,
            updated_at: now,
        };
        let secrets = Secrets { values: made.values.secrets, tokens: None };
        let sealed = self.seal_secrets(scope, connection.id, &secrets)?;
        let (row, limit) = (connection.clone(), i64::from(self.settings.max_connections));
        let outcome = self
            .db
            .write(scope, move |tx| {
                known(tx, row.connector)?;
                if leavers::is_left(tx, &row)? {
                    return Err(Error::PersonNeeded);
                }
                if row.silent
                    && let Some(there) = silent_one(tx, &row)?
                {
                    return Ok(Some(there));
                }
                if store::connections::count(tx, row.connector)? >= limit {
                    return Err(Error::TooMany { limit });
                }
                store::connections::insert(tx, &row, sealed.as_deref())?;
                tx.notify(CONNECTIONS, row.id.uuid(), 0);
                let change = Audited::new("connection.create", row.id, now);
                change.after(view(&row)).write(tx)?;
                Ok(None)
            })
            .await?;
        Ok(outcome.unwrap_or(connection))
    }

    /// Changes or repairs a connection; values that are not named stay, except that somebody who changes values of
    /// what another person owns gives its secrets anew. A connection that was broken counts as
    /// repaired, and one whose sign-in hangs on a changed value waits for a new one.
    ///
    /// # Errors
    /// As [`Connectors::create_connection`]; [`Error::ConnectionNotFound`], [`Error::Changed`].
    pub async fn update_connection(
        &self,
        scope: &Scope,
        id: ConnectionId,
        patch: ConnectionPatch,
    ) -> Result<Connection> {
        scope.require(Permission::ConnectionUse)?;
        if patch.shared == Some(true) {
            scope.require(Permission::ConnectorManage)?;
        }
        patch.name.as_ref().map_or(Ok(()), |name| text::name("/name", name))?;
        let opened = self.own_connection(scope, id).await?;
        if !may_call(scope, &opened.connection) {
            // Makers end what belongs to others; they do not fill it with other values.
            return Err(Error::PersonNeeded);
        }
        let before = opened.connection.clone();
        let live = self.live(scope, before.connector).await?;
        self.check_connection(scope, before.connector, Some(id)).await?;
        let compiled = self.compiled_version(scope, before.connector, live.number).await?;
        let set = parameters::chosen(&compiled, before.parameter_set.as_deref())?;
        if patch.shared == Some(true) && !set.allows_sharing {
            let detail = "connections with this set of parameters are not shared";
            return Err(Error::invalid("/shared", "connection.not_shared", detail));
        }
        let repaired = !patch.values.is_empty();
        // Whoever changes where a secret goes has to know it: a secret that somebody else gave is not kept with values
        // that they did not choose.
        let keeps = !repaired || (before.owner.is_some() && before.owner == scope.user());
        let old = if keeps { opened.secrets.clone() } else { Secrets::default() };
        let values = set.check(&merged((&before, &old), patch.values))?;
        let kind = sign_in_kind(&live, &compiled, set.name.as_deref(), &values.all())?;
        let mut secrets = Secrets { values: values.secrets.clone(), ..old };
        let mut after = Connection {
            name: patch.name.map_or_else(|| before.name.clone(), |name| name.trim().to_owned()),
            shared: patch.shared.unwrap_or(before.shared),
            parameters: values.shown,
            secret_names: values.secrets.iter().map(|(name, _)| name.clone()).collect(),
            updated_at: self.clock.now(),
            ..before.clone()
        };
        if repaired || after.state == State::Revoked {
            after.reason = None;
            after.state = State::Connected;
            if kind == SignInKind::Person {
                // What was granted was granted for the old values.
                secrets.tokens = None;
                after.state = State::Pending;
                after.expires_at = None;
            }
            self.forget_tokens(scope, id);
        }
        self.write_connection(scope, (before, after), &secrets, "connection.update").await
    }

    /// Withdraws a connection: its secrets and tokens are gone for good, its row stays until it is deleted.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::ConnectionNotFound`], [`Error::Changed`], [`Error::Store`].
    pub async fn revoke_connection(&self, scope: &Scope, id: ConnectionId) -> Result<Connection> {
        scope.require(Permission::ConnectionUse)?;
        let before = self.own_connection(scope, id).await?.connection.clone();
        let after = Connection {
            state: State::Revoked,
            reason: Some("connection.revoked".to_owned()),
            secret_names: Vec::new(),
            expires_at: None,
            updated_at: self.clock.now(),
            ..before.clone()
        };
        self.forget_tokens(scope, id);
        self.write_connection(scope, (before, after), &Secrets::default(), "connection.revoke")
            .await
    }

    /// Deletes a connection.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::ConnectionNotFound`], [`Error::Store`].
    pub async fn delete_connection(&self, scope: &Scope, id: ConnectionId) -> Result<()> {
        scope.require(Permission::ConnectionUse)?;
        let (viewer, now) = (scope.clone(), self.clock.now());
        self.forget_tokens(scope, id);
        self.db
            .write(scope, move |tx| {
                let before = visible(tx, &viewer, id)?;
                own(&viewer, &before)?;
                store::connections::delete(tx, id)?;
                tx.notify(CONNECTIONS, id.uuid(), 0);
                let change = Audited::new("connection.delete", id, now);
                Ok(change.before(view(&before)).write(tx)?)
            })
            .await
    }

    /// Takes a person back from a provider, as [`Connectors::finish_sign_in`] does.
    ///
    /// # Errors
    /// As [`Connectors::finish_sign_in`].
    pub async fn return_from_sign_in(
        &self,
        scope: &Scope,
        back: BroughtBack,
    ) -> Result<Connection> {
        let BroughtBack { state, code, error, description, issuer } = back;
        let callback = oauth::Callback { state, code, error, description, issuer };
        Box::pin(self.finish_sign_in(scope, callback)).await
    }

    /// A connection that the caller may change, with its secrets.
    pub(crate) async fn own_connection(
        &self,
        scope: &Scope,
        id: ConnectionId,
    ) -> Result<Arc<Opened>> {
        let opened = self.open_connection(scope, id).await?;
        own(scope, &opened.connection)?;
        Ok(opened)
    }

    /// A connection with its secrets, from memory or from its row; whoever may use it.
    pub(crate) async fn open_connection(
        &self,
        scope: &Scope,
        id: ConnectionId,
    ) -> Result<Arc<Opened>> {
        let version = self.cache.version();
        let key = (scope.tenant(), id.uuid());
        if let Some(known) = self.cache.connection(key) {
            return if may_see(scope, &known.connection) {
                Ok(known)
            } else {
                Err(Error::ConnectionNotFound { connection: id })
            };
        }
        let opened = self.load_connection(scope, id).await?;
        self.cache.keep_connection(key, &opened, version);
        if may_see(scope, &opened.connection) {
            Ok(opened)
        } else {
            Err(Error::ConnectionNotFound { connection: id })
        }
    }

    /// A connection with its secrets as its row is now; the caller says who may have it.
    pub(crate) async fn load_connection(
        &self,
        scope: &Scope,
        id: ConnectionId,
    ) -> Result<Arc<Opened>> {
        let read = move |tx: &Tx<'_>| {
            let Some((connection, sealed)) = store::connections::opened(tx, id)? else {
                return Ok(None);
            };
            let is_left = leavers::is_left(tx, &connection)?;
            Ok::<_, Error>(Some((connection, sealed, is_left)))
        };
        let found = self.db.read(scope, read).await?;
        let (mut connection, mut sealed, is_left) =
            found.ok_or(Error::ConnectionNotFound { connection: id })?;
        if is_left {
            connection.state = State::Revoked;
            connection.reason = Some(leavers::OWNER_LEFT.to_owned());
            sealed = None;
        }
        let secrets = match sealed {
            None => Secrets::default(),
            Some(sealed) => {
                let context = Context::new(COLUMN, scope.tenant(), id.uuid());
                let plain = self.sealer.open(&context, &sealed)?;
                Secrets::read(&plain).ok_or(seal::Error::Damaged)?
            }
        };
        Ok(Arc::new(Opened { connection, secrets }))
    }

    /// Keeps new tokens of a connection, or none, with the state that follows from them.
    ///
    /// # Errors
    /// [`Error::Changed`] when somebody else has changed it since it was opened.
    pub(crate) async fn save_tokens(
        &self,
        scope: &Scope,
        opened: &Opened,
        tokens: Granted<'_>,
    ) -> Result<Connection> {
        let before = opened.connection.clone();
        let after = Connection {
            state: tokens.state,
            reason: tokens.reason.map(str::to_owned),
            expires_at: tokens.expires_at,
            updated_at: self.clock.now(),
            ..before.clone()
        };
        let secrets =
            Secrets { values: opened.secrets.values.clone(), tokens: tokens.text.cloned() };
        let action = match tokens.state {
            State::Broken => "connection.break",
            _ => "connection.sign_in",
        };
        self.write_connection(scope, (before, after), &secrets, action).await
    }

    /// Says that a connection has to be repaired, unless somebody has changed it since it was opened; whether it was
    /// said.
    pub(crate) async fn mark_broken(
        &self,
        scope: &Scope,
        opened: &Opened,
        reason: &str,
    ) -> Result<bool> {
        let tokens = Granted {
            text: opened.secrets.tokens.as_ref(),
            expires_at: opened.connection.expires_at,
            state: State::Broken,
            reason: Some(reason),
        };
        match self.save_tokens(scope, opened, tokens).await {
            Ok(_) => Ok(true),
            Err(Error::Changed) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn write_connection(
        &self,
        scope: &Scope,
        (before, after): (Connection, Connection),
        secrets: &Secrets,
        action: &'static str,
    ) -> Result<Connection> {
        let sealed = self.seal_secrets(scope, after.id, secrets)?;
        let now = after.updated_at;
        let mut answer = after.clone();
        answer.changes += 1;
        self.db
            .write(scope, move |tx| {
                if after.state != State::Revoked && leavers::is_left(tx, &after)? {
                    return Err(Error::ConnectionRevoked { connection: after.id });
                }
                if !store::connections::update(tx, &after)? {
                    return Err(Error::Changed);
                }
                store::connections::set_sealed(tx, after.id, sealed.as_deref())?;
                tx.notify(CONNECTIONS, after.id.uuid(), 0);
                let change = Audited::new(action, after.id, now);
                Ok(change.before(view(&before)).after(view(&after)).write(tx)?)
            })
            .await?;
        Ok(answer)
    }

    fn seal_secrets(
        &self,
        scope: &Scope,
        id: ConnectionId,
        secrets: &Secrets,
    ) -> Result<Option<Vec<u8>>> {
        if secrets.is_empty() {
            return Ok(None);
        }
        let context = Context::new(COLUMN, scope.tenant(), id.uuid());
        Ok(Some(self.sealer.seal(&context, secrets.to_bytes().expose())?))
    }

    fn forget_tokens(&self, scope: &Scope, id: ConnectionId) {
        self.tokens.forget_connection(scope.tenant(), id.uuid());
    }
}

/// What a browser brought back from a provider (RFC 6749 §4.1.2).
#[derive(Debug, Clone, Default)]
pub struct BroughtBack {
    /// `state`.
    pub state: String,
    /// `code`.
    pub code: Option<Secret<String>>,
    /// `error`.
    pub error: Option<String>,
    /// `error_description`.
    pub description: Option<String>,
    /// `iss` (RFC 9207).
    pub issuer: Option<String>,
}

/// What was granted to a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Granted<'a> {
    /// The tokens as text; none takes them away.
    pub(crate) text: Option<&'a Secret<String>>,
    /// When a person has to sign in again, where that is known.
    pub(crate) expires_at: Option<Timestamp>,
    /// What the connection is now.
    pub(crate) state: State,
    /// Why it is broken.
    pub(crate) reason: Option<&'a str>,
}

struct Made {
    id: ApiConnectorId,
    name: String,
    set: Option<String>,
    values: parameters::Checked,
    shared: bool,
    silent: bool,
    state: State,
}

/// Another silent connection of the same person that was made at the same moment.
fn silent_one(tx: &Tx<'_>, row: &Connection) -> Result<Option<Connection>> {
    let all = store::connections::usable(tx, row.connector, row.owner)?;
    Ok(all.into_iter().find(|known| known.silent && known.owner == row.owner))
}

/// Old values under new ones.
fn merged(
    (connection, secrets): (&Connection, &Secrets),
    new: Vec<(String, Secret<String>)>,
) -> Vec<(String, Secret<String>)> {
    let mut all = new;
    let shown = connection.parameters.iter().map(|(name, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (name.clone(), Secret::new(text))
    });
    for (name, value) in shown.chain(secrets.values.iter().cloned()) {
        if !all.iter().any(|(known, _)| *known == name) {
            all.push((name, value));
        }
    }
    all
}

/// Whether a person may call with a connection: it speaks for its owner, and for nobody else unless it is shared.
pub(crate) fn may_call(scope: &Scope, connection: &Connection) -> bool {
    connection.shared
        || (connection.owner.is_some() && connection.owner == scope.user())
        || scope.may(Permission::System)
}

/// Whether a person may know of a connection: who may call with it, and makers.
fn may_see(scope: &Scope, connection: &Connection) -> bool {
    may_call(scope, connection) || scope.may(Permission::ConnectorManage)
}

/// A connection that the caller may know of.
fn visible(tx: &Tx<'_>, scope: &Scope, id: ConnectionId) -> Result<Connection> {
    let found = store::connections::lookup(tx, id)?;
    found
        .filter(|connection| may_see(scope, connection))
        .ok_or(Error::ConnectionNotFound { connection: id })
}

/// Whoever made a connection may end it, and makers may.
fn own(scope: &Scope, connection: &Connection) -> Result<()> {
    if connection.owner.is_some() && connection.owner == scope.user() {
        return Ok(());
    }
    Ok(scope.require(Permission::ConnectorManage)?)
}

fn view(connection: &Connection) -> serde_json::Value {
    json!({
        "name": connection.name, "connector": connection.connector, "shared": connection.shared,
        "parameters": connection.parameters, "secrets": connection.secret_names,
        "state": connection.state.as_str(), "reason": connection.reason,
        "silent": connection.silent, "expires_at": connection.expires_at,
    })
}

/// The sealed column.
const COLUMN: &str = "api_connections.sealed";
