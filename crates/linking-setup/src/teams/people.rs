//! People's own tokens for Graph: kept sealed, renewed one at a time over all nodes.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use kernel::{Permission, Scope, Secret, UserId};
use oauth::{Application, Error as Refusal, TokenKey, TokenSet};
use seal::Context;
use tokio::time::Instant;
use url::Url;

use super::{MicrosoftTeams, store};
use crate::{Error, Result};

/// Where somebody's sign-in stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignInState {
    /// It can be used.
    Open,
    /// It ended there: only signing in again helps.
    Lost,
}

impl SignInState {
    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Lost => "lost",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Open, Self::Lost].into_iter().find(|one| one.as_str() == text)
    }
}

/// Somebody at the organisation's Teams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// What the directory calls them.
    pub id: String,
    /// Their name there.
    pub name: String,
    /// Whether the sign-in can be used.
    pub state: SignInState,
    /// When they signed in.
    pub signed_in_at: Timestamp,
}

impl MicrosoftTeams {
    /// Who the caller is at the organisation's Teams; nobody when they did not sign in there for the hub.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Store`].
    pub async fn account(&self, scope: &Scope) -> Result<Option<Account>> {
        scope.require(Permission::ConnectionUse)?;
        let user = scope.user().ok_or(Error::PersonNeeded)?;
        let found = self.parts.db.read_one(scope, move |tx| store::person(tx, user)).await?;
        Ok(found.map(|signed| signed.account))
    }

    /// Ends the caller's own sign-in: its tokens are forgotten here.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Store`].
    pub async fn sign_out(&self, scope: &Scope) -> Result<()> {
        scope.require(Permission::ConnectionUse)?;
        let user = scope.user().ok_or(Error::PersonNeeded)?;
        let now = self.parts.clock.now();
        let write = move |tx: &db::Tx<'_>| -> Result<()> {
            if store::delete_person(tx, user)? > 0 {
                let subject = event_log::Subject::new("user", user);
                super::audited(tx, ("linking.teams_sign_out", subject), (None, None), now)?;
            }
            Ok(())
        };
        self.parts.db.write(scope, write).await?;
        if let Some(kept) = self.current(scope).await? {
            self.renewed.forget_connection(scope.tenant(), kept.teams.id);
        }
        Ok(())
    }

    /// Somebody's own token for Graph; nothing where they did not sign in, or have to again.
    pub(crate) async fn own_token(
        &self,
        scope: &Scope,
        kept: &store::Kept,
        user: UserId,
    ) -> Result<Option<Secret<String>>> {
        let Some((signed, tokens)) = self.signed(scope, user).await? else { return Ok(None) };
        if tokens.is_fresh(self.parts.clock.now()) {
            return Ok(Some(tokens.access_token));
        }
        let key = TokenKey {
            tenant: scope.tenant(),
            user: Some(user),
            connection: kept.teams.id,
            audience: signed.id.to_string(),
        };
        let renewal = Renewal {
            db: self.parts.db.clone(),
            flows: self.flows.clone(),
            clock: std::sync::Arc::clone(&self.parts.clock),
            sealer: self.parts.sealer.clone(),
            scope: scope.clone(),
            user,
            application: self.organisation(scope, kept)?.sign_in(&[])?,
            back: self.sign_in_address()?,
        };
        let tracker = self.renewing.clone();
        // a rotated token that is not stored is a sign-in that is lost: asked to the end, whoever waits
        let asked = async move {
            let task = tracker.spawn(renewal.run());
            task.await.unwrap_or(Err(Refusal::Busy { retry_after: None }))
        };
        match self.renewed.take(key, asked).await {
            Ok(tokens) => Ok(Some(tokens.access_token.clone())),
            Err(error) if is_over(&error) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Somebody's sign-in that can be used, with its tokens.
    async fn signed(
        &self,
        scope: &Scope,
        user: UserId,
    ) -> Result<Option<(store::Signed, TokenSet)>> {
        let found = self.parts.db.read_one(scope, move |tx| store::person(tx, user)).await?;
        opened(&self.parts.sealer, scope, found)
    }
}

/// Opens the tokens of a sign-in that can be used.
fn opened(
    sealer: &seal::Sealer,
    scope: &Scope,
    found: Option<store::Signed>,
) -> Result<Option<(store::Signed, TokenSet)>> {
    let Some(signed) = found.filter(|one| one.account.state == SignInState::Open) else {
        return Ok(None);
    };
    let Some(bytes) = &signed.sealed else { return Ok(None) };
    let place = Context::new(TOKENS, scope.tenant(), signed.id);
    let plain = sealer.open(&place, bytes)?;
    let text = std::str::from_utf8(plain.expose()).map_err(|_odd| seal::Error::Damaged)?;
    let tokens = TokenSet::from_text(text).ok_or(seal::Error::Damaged)?;
    Ok(Some((signed, tokens)))
}

/// One renewal; it owns what it needs, because it outlives who asked for it.
struct Renewal {
    db: db::Db,
    flows: oauth::Flows,
    clock: std::sync::Arc<dyn kernel::Clock>,
    sealer: seal::Sealer,
    scope: Scope,
    user: UserId,
    application: Application,
    back: Url,
}

impl Renewal {
    async fn run(self) -> std::result::Result<TokenSet, Refusal> {
        match self.renew().await {
            Ok(tokens) => Ok(tokens),
            Err(Error::SignIn(error)) => Err(error),
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, "tokens of a sign-in to Teams were not renewed");
                Err(Refusal::Busy { retry_after: None })
            }
        }
    }

    async fn renew(&self) -> Result<TokenSet> {
        let begun = Instant::now();
        let user = self.user;
        loop {
            let found = self.db.read_one(&self.scope, move |tx| store::person(tx, user)).await?;
            let Some((signed, tokens)) = opened(&self.sealer, &self.scope, found)? else {
                return Err(Refusal::State.into());
            };
            let now = self.clock.now();
            if tokens.is_fresh(now) {
                return Ok(tokens);
            }
            let (changes, over) = (signed.changes, now - LEASE);
            if signed.claimed_at.is_none_or(|at| at < over) {
                let claim = move |tx: &db::Tx<'_>| {
                    store::claim(tx, (user, changes), (now, over)).map_err(Error::Store)
                };
                if self.db.write(&self.scope, claim).await? {
                    return self.ask((&signed, changes + 1), tokens).await;
                }
            }
            if begun.elapsed() >= PATIENCE {
                return Err(Refusal::Busy { retry_after: None }.into());
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    async fn ask(
        &self,
        (signed, changes): (&store::Signed, i64),
        old: TokenSet,
    ) -> Result<TokenSet> {
        let answered = match &old.refresh_token {
            Some(refresh) => self.flows.refresh(&self.application, refresh, &self.back).await,
            None => Err(Refusal::State),
        };
        let (state, tokens) = match &answered {
            Ok(fresh) => (SignInState::Open, Some(fresh)),
            Err(error) if is_over(error) => (SignInState::Lost, None),
            // it may go better later: what was there stays
            Err(_) => (SignInState::Open, Some(&old)),
        };
        let place = Context::new(TOKENS, self.scope.tenant(), signed.id);
        let sealed =
            tokens.map(|tokens| self.sealer.seal(&place, tokens.to_text().expose().as_bytes()));
        let (sealed, user, now) = (sealed.transpose()?, self.user, self.clock.now());
        let write = move |tx: &db::Tx<'_>| -> Result<()> {
            let what = (state, sealed.as_deref());
            let done = store::settle(tx, (user, changes), what, now)?;
            if done && state == SignInState::Lost {
                let subject = event_log::Subject::new("user", user);
                super::audited(tx, ("linking.teams_sign_in_lost", subject), (None, None), now)?;
            }
            Ok(())
        };
        self.db.write(&self.scope, write).await?;
        Ok(answered?)
    }
}

/// Whether only a new sign-in helps.
fn is_over(error: &Refusal) -> bool {
    error.needs_sign_in()
        || matches!(error, Refusal::State)
        || matches!(error, Refusal::Shared(inner) if is_over(inner))
}

/// The sealed column of tokens.
pub(crate) const TOKENS: &str = "linking_teams_people.sealed";
/// Longer than a directory may take; after that, whoever said so is gone.
const LEASE: SignedDuration = SignedDuration::from_secs(20);
/// How long others wait.
const PATIENCE: Duration = Duration::from_secs(20);
const LOOK_AGAIN: Duration = Duration::from_millis(200);
