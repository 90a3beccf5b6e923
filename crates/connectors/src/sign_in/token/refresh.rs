//! Refreshing the tokens of a connection: one at a time over all nodes, and what comes back is stored.

use std::{sync::Arc, time::Duration};

use db::{Db, Tx};
use jiff::{SignedDuration, Timestamp};
use kernel::{Clock, Coded as _, ConnectionId, Scope, Secret};
use oauth::{Application, Error as Refusal, Flows, TokenSet};
use seal::{Context, Sealer};
use serde_json::json;
use tokio::time::Instant;
use url::Url;

use super::super::ends_at;
use crate::{
    Error, Result,
    cache::CONNECTIONS,
    catalogue::Audited,
    connection::{Connection, Secrets, State},
    connections::leavers::is_left,
    store::connections,
};

/// One refresh; it owns what it needs, because it outlives who asked for it.
pub(super) struct Refresh {
    pub(super) db: Db,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) sealer: Sealer,
    pub(super) flows: Flows,
    pub(super) scope: Scope,
    pub(super) application: Application,
    pub(super) back: Url,
    pub(super) connection: ConnectionId,
    pub(super) refused: Option<Secret<String>>,
}

/// A row as it is now.
struct Now {
    connection: Connection,
    secrets: Secrets,
    tokens: TokenSet,
}

impl Refresh {
    /// Fresh tokens of the connection: those that somebody else has stored meanwhile, or new ones.
    ///
    /// Providers take a refresh token once, and many end everything when they see it twice. Whoever refreshes
    /// therefore says so in the row first; others wait for what comes of it.
    pub(super) async fn run(self) -> Result<TokenSet, Refusal> {
        match self.refresh().await {
            Ok(tokens) => Ok(tokens),
            Err(Error::SignIn(error)) => Err(error),
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    connection.id = %self.connection,
                    "tokens of a connection were not refreshed"
                );
                Err(Refusal::Busy { retry_after: None })
            }
        }
    }

    async fn refresh(&self) -> Result<TokenSet> {
        let begun = Instant::now();
        loop {
            let row = self.load().await?;
            let now = self.clock.now();
            if row.tokens.is_fresh(now) && self.refused.as_ref() != Some(&row.tokens.access_token) {
                return Ok(row.tokens);
            }
            let waited = begun.elapsed() >= PATIENCE;
            if !waited && (is_claimed(&row.connection, now) || !self.claim(&row, now).await?) {
                tokio::time::sleep(LOOK_AGAIN).await;
                continue;
            }
            if waited && !self.claim(&row, now).await? {
                return Err(Refusal::Busy { retry_after: None }.into());
            }
            return self.ask(&row.tokens).await;
        }
    }

    async fn ask(&self, tokens: &TokenSet) -> Result<TokenSet> {
        let over = || Error::from(Refusal::State);
        let refresh = tokens.refresh_token.as_ref().ok_or_else(over)?;
        match self.flows.refresh(&self.application, refresh, &self.back).await {
            Ok(fresh) => Ok(self.settle(refresh, Ok(&fresh)).await?.unwrap_or(fresh)),
            Err(error) => {
                let newer = self.settle(refresh, Err(&error)).await?;
                let newer = newer.filter(|tokens| tokens.is_fresh(self.clock.now()));
                newer.ok_or_else(|| error.into())
            }
        }
    }

    async fn load(&self) -> Result<Now> {
        let id = self.connection;
        let read = move |tx: &Tx<'_>| {
            let found = connections::opened(tx, id)?;
            let is_left = match &found {
                Some((connection, _)) => is_left(tx, connection)?,
                None => false,
            };
            Ok::<_, Error>(found.filter(|_| !is_left))
        };
        let found = self.db.read(&self.scope, read).await?;
        let gone = || Error::ConnectionNotFound { connection: id };
        let (connection, sealed) = found.ok_or_else(gone)?;
        if connection.state == State::Revoked {
            return Err(Error::ConnectionRevoked { connection: id });
        }
        let plain = self.sealer.open(&self.place(), &sealed.ok_or_else(gone)?)?;
        let secrets = Secrets::read(&plain).ok_or(seal::Error::Damaged)?;
        let text = secrets.tokens.as_ref().ok_or_else(gone)?;
        let tokens = TokenSet::from_text(text.expose()).ok_or(seal::Error::Damaged)?;
        Ok(Now { connection, secrets, tokens })
    }

    /// Says in the row that it is being refreshed; false when somebody else was faster.
    async fn claim(&self, row: &Now, now: Timestamp) -> Result<bool> {
        let claimed = Connection {
            reason: Some(REFRESHING.to_owned()),
            updated_at: now,
            ..row.connection.clone()
        };
        let write = move |tx: &Tx<'_>| {
            let is_mine = connections::update(tx, &claimed)?;
            if is_mine {
                // What others have in memory is no longer what they could write over.
                tx.notify(CONNECTIONS, claimed.id.uuid(), 0);
            }
            Ok::<_, Error>(is_mine)
        };
        self.db.write(&self.scope, write).await
    }

    /// Writes what came of it into the row, whatever else happened to the row meanwhile. Only when somebody has signed
    /// in anew, so that other tokens are there than those that were `asked` with, they stay, and are answered.
    async fn settle(
        &self,
        asked: &Secret<String>,
        outcome: Result<&TokenSet, &Refusal>,
    ) -> Result<Option<TokenSet>> {
        for _ in 0..TRIES {
            let Now { connection, mut secrets, tokens } = self.load().await?;
            if tokens.refresh_token.as_ref() != Some(asked) {
                return Ok(Some(tokens));
            }
            let now = self.clock.now();
            let mut after = Connection { reason: None, updated_at: now, ..connection };
            let mut broke = false;
            match outcome {
                Ok(tokens) => {
                    secrets.tokens = Some(tokens.to_text());
                    after.state = State::Connected;
                    after.expires_at = ends_at(tokens);
                }
                Err(error) if error.needs_sign_in() => {
                    broke = true;
                    after.state = State::Broken;
                    after.reason = Some(error.code().name().to_owned());
                }
                Err(_) => {}
            }
            let sealed = self.sealer.seal(&self.place(), secrets.to_bytes().expose())?;
            let write = move |tx: &Tx<'_>| {
                if is_left(tx, &after)? {
                    return Err(Error::ConnectionRevoked { connection: after.id });
                }
                if !connections::update(tx, &after)? {
                    return Ok(false);
                }
                connections::set_sealed(tx, after.id, Some(&sealed))?;
                tx.notify(CONNECTIONS, after.id.uuid(), 0);
                // Refreshing is no news; that somebody has to sign in again is.
                if broke {
                    let what = json!({ "state": after.state.as_str(), "reason": after.reason });
                    Audited::new("connection.break", after.id, now).after(what).write(tx)?;
                }
                Ok::<_, Error>(true)
            };
            if self.db.write(&self.scope, write).await? {
                return Ok(None);
            }
        }
        Err(Error::Changed)
    }

    fn place(&self) -> Context {
        Context::new("api_connections.sealed", self.scope.tenant(), self.connection.uuid())
    }
}

/// Whether somebody else said, not long ago, that they refresh it.
fn is_claimed(connection: &Connection, now: Timestamp) -> bool {
    connection.reason.as_deref() == Some(REFRESHING)
        && now.duration_since(connection.updated_at) < LEASE
}

/// The reason while a refresh is under way.
const REFRESHING: &str = "connection.refreshing";
/// Longer than a provider may take; after that, whoever said so is gone.
const LEASE: SignedDuration = SignedDuration::from_secs(20);
/// How long others wait.
const PATIENCE: Duration = Duration::from_secs(20);
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// How often the row may change under the hands of who settles it.
const TRIES: u32 = 20;
