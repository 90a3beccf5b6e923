//! The token of a call, and new tokens: one refresh at a time over all nodes, and what comes back is stored.

use std::time::Duration;

use jiff::SignedDuration;
use kernel::{Coded as _, Scope, Secret, UserId};
use oauth::{Application, Error as Refusal, TokenKey, TokenSet};
use seal::Context;
use serde_json::json;
use tokio::time::Instant;
use url::Url;
use uuid::Uuid;

use crate::{
    Connection, CrmConnections, CrmSystem, Error, Result, State, SystemKind, refusal,
    service::Audited, sign_in::TOKENS, store,
};

/// A connection as it is now, with its tokens.
pub(crate) struct Now {
    pub(crate) connection: Connection,
    pub(crate) tokens: TokenSet,
    claimed_at: Option<jiff::Timestamp>,
}

/// One refresh; it owns what it needs, because it outlives who asked for it.
struct Refresh {
    hub: CrmConnections,
    scope: Scope,
    user: UserId,
    system: Uuid,
    kind: SystemKind,
    application: Application,
    back: Url,
    refused: Option<Secret<String>>,
}

impl CrmConnections {
    /// A connection with its tokens, if it can be used.
    ///
    /// # Errors
    /// [`Error::Needed`], [`Error::Lost`], [`Error::Disabled`], [`Error::Seal`], [`Error::Store`].
    pub(crate) async fn connected(&self, scope: &Scope, user: UserId, system: Uuid) -> Result<Now> {
        let read = move |tx: &db::Tx<'_>| {
            // It speaks for its owner, who may not work here any longer.
            if !identity::users::is_active(tx, user)? {
                return Ok(None);
            }
            store::opened(tx, user, system)
        };
        let opened = self.0.db.read(scope, read).await?.ok_or(Error::Needed)?;
        match opened.connection.state {
            State::Connected => {}
            State::Lost => return Err(Error::Lost),
            State::Disabled => return Err(Error::Disabled),
        }
        let sealed = opened.sealed.ok_or(Error::Needed)?;
        let place = Context::new(TOKENS, scope.tenant(), opened.connection.id);
        let plain = self.0.sealer.open(&place, &sealed)?;
        let text = std::str::from_utf8(plain.expose()).map_err(|_odd| seal::Error::Damaged)?;
        let tokens = TokenSet::from_text(text).ok_or(seal::Error::Damaged)?;
        let (connection, claimed_at) = (opened.connection, opened.claimed_at);
        Ok(Now { connection, tokens, claimed_at })
    }

    /// The token to call with, and what came with it. `refused` is one that the CRM has just not taken: another one is fetched.
    ///
    /// # Errors
    /// As [`CrmConnections::connected`]; [`Error::SignIn`] when the CRM cannot be reached.
    pub(crate) async fn token(
        &self,
        scope: &Scope,
        (user, system): (UserId, &CrmSystem),
        now: &Now,
        refused: Option<&Secret<String>>,
    ) -> Result<TokenSet> {
        let is_refused = refused == Some(&now.tokens.access_token);
        if now.tokens.is_fresh(self.0.clock.now()) && !is_refused {
            return Ok(now.tokens.clone());
        }
        let key = TokenKey {
            tenant: scope.tenant(),
            user: None,
            connection: now.connection.id,
            audience: String::new(),
        };
        if let Some(refused) = refused {
            self.0.tokens.forget(&key, refused).await;
        }
        let refresh = Refresh {
            hub: self.clone(),
            scope: scope.clone(),
            user,
            system: system.id,
            kind: system.kind,
            application: self.application(scope, system).await?,
            back: self.sign_in_address()?,
            refused: refused.cloned(),
        };
        let tracker = self.0.refreshing.clone();
        // A rotated token that is not stored is a connection that is lost: asked to the end, whoever waits.
        let asked = async move {
            let task = tracker.spawn(refresh.run());
            task.await.unwrap_or(Err(Refusal::Busy { retry_after: None }))
        };
        match self.0.tokens.take(key, asked).await {
            Ok(tokens) => Ok(TokenSet::clone(&tokens)),
            Err(error) if is_over(system.kind, &error) => Err(Error::Lost),
            Err(error) => Err(error.into()),
        }
    }

    /// A session that the CRM did not take although it was fresh: only a new sign-in helps.
    pub(crate) async fn lose(&self, scope: &Scope, now: &Now, reason: &'static str) -> Result<()> {
        let (connection, at) = (now.connection.clone(), self.0.clock.now());
        let write = move |tx: &db::Tx<'_>| {
            let row = (connection.id, connection.changes);
            if store::settle(tx, row, (State::Lost, Some(reason), None), at)? > 0 {
                lost(connection.id, reason, at).write(tx)?;
            }
            Ok::<_, Error>(())
        };
        self.0.db.write(scope, write).await
    }
}

impl Refresh {
    async fn run(self) -> Result<TokenSet, Refusal> {
        match self.refresh().await {
            Ok(tokens) => Ok(tokens),
            Err(Error::SignIn(error)) => Err(error),
            // Somebody else found out first.
            Err(Error::Lost | Error::Disabled | Error::Needed) => Err(Refusal::State),
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    system.id = %self.system,
                    "tokens of a CRM connection were not refreshed"
                );
                Err(Refusal::Busy { retry_after: None })
            }
        }
    }

    async fn refresh(&self) -> Result<TokenSet> {
        let begun = Instant::now();
        loop {
            let row = self.hub.connected(&self.scope, self.user, self.system).await?;
            let now = self.hub.0.clock.now();
            if row.tokens.is_fresh(now) && self.refused.as_ref() != Some(&row.tokens.access_token) {
                return Ok(row.tokens);
            }
            let (id, changes) = (row.connection.id, row.connection.changes);
            let over = now - LEASE;
            let claim = move |tx: &db::Tx<'_>| {
                store::claim(tx, (id, changes), (now, over)).map_err(Error::Store)
            };
            let is_claimed = row.claimed_at.is_some_and(|at| at >= over);
            if !is_claimed && self.hub.0.db.write(&self.scope, claim).await? > 0 {
                return self.ask((id, changes + 1), row.tokens).await;
            }
            if begun.elapsed() >= PATIENCE {
                return Err(Refusal::Busy { retry_after: None }.into());
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    async fn ask(&self, (id, changes): (Uuid, i64), old: TokenSet) -> Result<TokenSet> {
        let answered = match &old.refresh_token {
            Some(refresh) => self.hub.0.flows.refresh(&self.application, refresh, &self.back).await,
            None => Err(Refusal::State),
        };
        let now = self.hub.0.clock.now();
        let place = Context::new(TOKENS, self.scope.tenant(), id);
        let seal = |tokens: &TokenSet| {
            self.hub.0.sealer.seal(&place, tokens.to_text().expose().as_bytes())
        };
        let (state, reason, tokens) = match &answered {
            Ok(fresh) => {
                let instance = fresh.instance.clone().or_else(|| old.instance.clone());
                let identity = fresh.identity.clone().or_else(|| old.identity.clone());
                (State::Connected, None, Some(TokenSet { instance, identity, ..fresh.clone() }))
            }
            Err(error) if is_over(self.kind, error) => {
                (State::Lost, Some(why(self.kind, error)), None)
            }
            // It may go better later: what was there stays.
            Err(_) => (State::Connected, None, Some(old)),
        };
        let sealed = tokens.as_ref().map(seal).transpose()?;
        let write = move |tx: &db::Tx<'_>| {
            let what = (state, reason, sealed.as_deref());
            let done = store::settle(tx, (id, changes), what, now)? > 0;
            if done && state == State::Lost {
                lost(id, reason.unwrap_or(LOST), now).write(tx)?;
            }
            Ok::<_, Error>(done)
        };
        if !self.hub.0.db.write(&self.scope, write).await? {
            // Signed in anew, or ended, meanwhile: that counts.
            let row = self.hub.connected(&self.scope, self.user, self.system).await?;
            return Ok(row.tokens);
        }
        Ok(answered?)
    }
}

/// Whether only a new sign-in helps.
fn is_over(kind: SystemKind, error: &Refusal) -> bool {
    error.needs_sign_in()
        || matches!(error, Refusal::State)
        || matches!(error, Refusal::Shared(inner) if is_over(kind, inner))
        || matches!(
            error.words().and_then(|words| meaning(kind, words)),
            Some(
                "crm.api_disabled"
                    | "crm_sign_in.app_blocked"
                    | "crm_sign_in.app_access_denied"
                    | "crm_sign_in.user_inactive"
                    | "crm_sign_in.network_restricted"
            )
        )
}

/// Why the CRM no longer renews a sign-in.
fn why(kind: SystemKind, error: &Refusal) -> &'static str {
    error.words().and_then(|words| meaning(kind, words)).unwrap_or(LOST)
}

fn meaning(kind: SystemKind, words: &oauth::Words) -> Option<&'static str> {
    let callback = oauth::Callback {
        error: Some(words.error.clone()),
        description: words.description.clone(),
        ..oauth::Callback::default()
    };
    refusal::brought(kind, &callback).map(|error| error.code().name())
}

fn lost(id: Uuid, reason: &str, at: jiff::Timestamp) -> Audited {
    let after = Some(json!({ "state": "lost", "reason": reason }));
    let (subject, action) = (("crm_connection", id), "crm_connection.lose");
    Audited { action, subject, before: None, after, at }
}

/// The reason where the CRM says no more than that it is over.
pub(crate) const LOST: &str = "crm_connection.lost";
/// Longer than a CRM may take; after that, whoever said so is gone.
const LEASE: SignedDuration = SignedDuration::from_secs(20);
/// How long others wait.
const PATIENCE: Duration = Duration::from_secs(20);
const LOOK_AGAIN: Duration = Duration::from_millis(200);
