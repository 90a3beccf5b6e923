//! A person's own token for another application, from what was kept of their sign-in.

use std::sync::Arc;

use db::{Result as StoreResult, Tx};
use jiff::Timestamp;
use kernel::{Permission, ProviderId, Scope, Secret, UserId};
use oauth::{Provider, TokenKey, TokenSet};
use url::Url;

use crate::{Error, Identity, Result, users};

/// What is kept of a sign-in.
struct Kept {
    provider: ProviderId,
    sealed: Vec<u8>,
    changes: i64,
}

impl Identity {
    /// The caller's own token for an application that acts on their behalf, named by its client id or its
    /// application id URI. `None` when nothing is kept of a sign-in of theirs: they have a password here, the
    /// provider's rules do not say so, or no person asks.
    ///
    /// `to` is the address that the token will be sent to. Unless that is the authority at which the person signed
    /// in, nothing is asked for: whoever else holds the token could speak as the person.
    ///
    /// One question per person and application is under way at a time, and one at all per person: many
    /// providers take a refresh token once.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Provider`] when `to` is another authority, and when the provider refuses or
    /// cannot be reached, [`Error::Store`], [`Error::Seal`].
    pub async fn assertion(
        self: &Arc<Self>,
        scope: &Scope,
        audience: &str,
        to: &Url,
    ) -> Result<Option<Secret<String>>> {
        scope.require(Permission::ConnectionUse)?;
        let Some(user) = scope.user() else { return Ok(None) };
        let Some(kept) = self.db.read_one(scope, move |tx| lookup(tx, user)).await? else {
            return Ok(None);
        };
        let client = match self.provider_client(scope, kept.provider).await {
            Ok((rules, client)) if rules.act_for => client,
            Ok(_) | Err(Error::Unknown(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        if !oauth::is_same_authority(&client.issuer, to) {
            return Err(Error::Provider(oauth::Error::Authority));
        }
        let key = TokenKey {
            tenant: scope.tenant(),
            user: Some(user),
            connection: kept.provider.uuid(),
            audience: audience.to_owned(),
        };
        let provider = Provider {
            issuer: client.issuer,
            client_id: client.client_id,
            client_secret: client.client_secret,
            scopes: Vec::new(),
        };
        // A rotated token that is not stored is a person who has to sign in again: the question is asked to its
        // end, whoever still waits for it.
        let (this, scope) = (Arc::clone(self), scope.clone());
        let wanted = format!("{audience}/.default");
        let asked =
            async move { this.ask(&scope, (user, kept.provider), &provider, &wanted).await };
        let tracker = self.asking.clone();
        let mut failed = None;
        let slot = &mut failed;
        let token = self
            .own_tokens
            .take(key, async move {
                match tracker.spawn(asked).await {
                    Ok(Ok(tokens)) => Ok(tokens),
                    Ok(Err(Error::Provider(error))) => Err(error),
                    Ok(Err(error)) => {
                        *slot = Some(error);
                        Err(oauth::Error::Busy { retry_after: None })
                    }
                    Err(_interrupted) => Err(oauth::Error::Busy { retry_after: None }),
                }
            })
            .await;
        match (token, failed) {
            (Ok(tokens), _) => Ok(Some(tokens.access_token.clone())),
            (Err(_), Some(error)) => Err(error),
            (Err(error), None) => Err(error.into()),
        }
    }

    /// Asks the provider with the newest refresh token, and keeps the one that comes back.
    async fn ask(
        &self,
        scope: &Scope,
        (user, id): (UserId, ProviderId),
        provider: &Provider,
        wanted: &str,
    ) -> Result<TokenSet> {
        let turn = self.turns.get_with(&(scope.tenant(), user), Arc::default);
        let _mine = turn.lock().await;
        let mut tried = None;
        loop {
            let over = || Error::from(oauth::Error::State);
            let kept = self.db.read_one(scope, move |tx| lookup(tx, user)).await?;
            // What another provider granted meanwhile is not for this one.
            let kept = kept.filter(|kept| kept.provider == id).ok_or_else(over)?;
            // Nobody else replaced the token that was refused.
            if let Some((changes, error)) = tried.take()
                && changes == kept.changes
            {
                return Err(Error::Provider(error));
            }
            let plain = self.sealer.open(&place(scope, user), &kept.sealed)?;
            let text =
                std::str::from_utf8(plain.expose()).map_err(|_source| seal::Error::Damaged)?;
            let tokens = TokenSet::from_text(text).ok_or(seal::Error::Damaged)?;
            let Some(refresh) = &tokens.refresh_token else {
                // A provider without refresh tokens: the sign-in's own token, for as long as it lives.
                return if tokens.is_fresh(self.clock.now()) { Ok(tokens) } else { Err(over()) };
            };
            match self.oidc.refresh(provider, refresh, wanted).await {
                Ok(fresh) => {
                    let is_kept = self.replace_tokens(scope, user, (&kept, &fresh)).await?;
                    return if is_kept { Ok(fresh) } else { Err(over()) };
                }
                // Another node may have used the token in the same moment, and stored its successor.
                Err(error @ oauth::Error::Ended(_)) => tried = Some((kept.changes, error)),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Keeps what a refresh brought, if the row is still the one whose token was used: only a sign-in makes one. False
    /// when nothing is kept of the person any longer.
    async fn replace_tokens(
        &self,
        scope: &Scope,
        user: UserId,
        (kept, fresh): (&Kept, &TokenSet),
    ) -> Result<bool> {
        let sealed = self.sealer.seal(&place(scope, user), fresh.to_text().expose().as_bytes())?;
        let (provider, changes, now) = (kept.provider, kept.changes, self.clock.now());
        let write = move |tx: &Tx<'_>| -> StoreResult<bool> {
            if replace(tx, (user, provider, changes), &sealed, now)? == 1 {
                return Ok(true);
            }
            // Somebody else stored newer ones, or the person has signed out.
            Ok(lookup(tx, user)?.is_some_and(|row| row.provider == provider))
        };
        Ok(self.db.write(scope, write).await?)
    }

    /// Keeps what a sign-in brought, in place of what was kept before.
    pub(super) async fn keep_tokens(
        &self,
        scope: &Scope,
        user: UserId,
        provider: ProviderId,
        tokens: &TokenSet,
    ) -> Result<()> {
        let sealed = self.sealer.seal(&place(scope, user), tokens.to_text().expose().as_bytes())?;
        let now = self.clock.now();
        let write = move |tx: &Tx<'_>| -> StoreResult<()> {
            // Who was ended while the browser was at the provider has nothing kept for them.
            if users::is_active(tx, user)? {
                store(tx, user, provider, &sealed, now)?;
            }
            Ok(())
        };
        Ok(self.db.write(scope, write).await?)
    }

    /// Forgets the tokens of a person that are in memory; the row is the caller's.
    pub(crate) fn forget_own_tokens(&self, scope: &Scope, user: UserId) {
        self.own_tokens.forget_user(scope.tenant(), user);
    }
}

fn place(scope: &Scope, user: UserId) -> seal::Context {
    seal::Context::new("user_tokens.sealed", scope.tenant(), user.uuid())
}

fn lookup(tx: &Tx<'_>, user: UserId) -> StoreResult<Option<Kept>> {
    const SQL: &str = "SELECT provider_id, sealed, changes FROM user_tokens \
                       WHERE tenant_id = $1 AND user_id = $2";
    let row = tx.first(SQL, &[tx.tenant().into(), user.into()])?;
    row.map(|row| Ok(Kept { provider: row.id(0)?, sealed: row.get(1)?, changes: row.get(2)? }))
        .transpose()
}

fn store(
    tx: &Tx<'_>,
    user: UserId,
    provider: ProviderId,
    sealed: &[u8],
    now: Timestamp,
) -> StoreResult<u64> {
    const SQL: &str = "INSERT INTO user_tokens \
                       (tenant_id, user_id, provider_id, sealed, changes, updated_at) \
                       VALUES ($1, $2, $3, $4, 0, $5) ON CONFLICT (tenant_id, user_id) DO UPDATE \
                       SET provider_id = excluded.provider_id, sealed = excluded.sealed, \
                       changes = user_tokens.changes + 1, updated_at = excluded.updated_at";
    let params = [tx.tenant().into(), user.into(), provider.into(), sealed.into(), now.into()];
    tx.execute(SQL, &params)
}

/// Writes over the row that was read, and over no other.
fn replace(
    tx: &Tx<'_>,
    (user, provider, changes): (UserId, ProviderId, i64),
    sealed: &[u8],
    now: Timestamp,
) -> StoreResult<u64> {
    const SQL: &str = "UPDATE user_tokens SET sealed = $5, changes = changes + 1, updated_at = $6 \
                       WHERE tenant_id = $1 AND user_id = $2 AND provider_id = $3 \
                       AND changes = $4";
    let params = [
        tx.tenant().into(),
        user.into(),
        provider.into(),
        changes.into(),
        sealed.into(),
        now.into(),
    ];
    tx.execute(SQL, &params)
}

/// Deletes what is kept of a person.
pub(crate) fn delete(tx: &Tx<'_>, user: UserId) -> StoreResult<u64> {
    const SQL: &str = "DELETE FROM user_tokens WHERE tenant_id = $1 AND user_id = $2";
    tx.execute(SQL, &[tx.tenant().into(), user.into()])
}

/// Deletes what is kept of everybody's sign-in at a provider.
pub(crate) fn delete_of_provider(tx: &Tx<'_>, provider: ProviderId) -> StoreResult<u64> {
    const SQL: &str = "DELETE FROM user_tokens WHERE tenant_id = $1 AND provider_id = $2";
    tx.execute(SQL, &[tx.tenant().into(), provider.into()])
}
