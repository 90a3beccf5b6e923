//! Tokens that are kept for a while, each fetched by one caller for all that wait.

use std::{fmt, future::Future, sync::Arc, time::Duration};

use jiff::Timestamp;
use kernel::{Clock, Coded as _, Secret, TenantId, UserId};
use moka::future::Cache;
use uuid::Uuid;

use crate::{Error, TokenSet};

/// Whose token it is, and for what.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenKey {
    /// The tenant.
    pub tenant: TenantId,
    /// The person; none for a token of the application itself.
    pub user: Option<UserId>,
    /// The connection, or whatever else the token is kept for.
    pub connection: Uuid,
    /// The audience.
    pub audience: String,
}

/// The token cache; cheap to clone.
///
/// For each key one exchange is under way at most, whoever waits for it. A token is handed out until shortly
/// before it ends ([`TokenSet::is_fresh`]); what an exchange was refused with is handed out for a few seconds,
/// so that a provider in trouble is not asked by everybody. Nothing is written anywhere: a restart
/// exchanges again.
///
/// The exchange runs in the caller that came first. When that caller goes away, the next one that waits begins
/// anew with its own; two are never under way at once.
#[derive(Clone)]
pub struct Tokens {
    clock: Arc<dyn Clock>,
    kept: Cache<TokenKey, Kept>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("kept", &self.kept.entry_count()).finish_non_exhaustive()
    }
}

#[derive(Clone)]
struct Kept {
    outcome: Result<Arc<TokenSet>, Arc<Error>>,
    until: Option<Timestamp>,
}

impl Tokens {
    /// An empty cache.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let kept = Cache::builder()
            .max_capacity(MOST)
            .time_to_idle(IDLE)
            .support_invalidation_closures()
            .build();
        Self { clock, kept }
    }

    /// The token of `key`: the one that is kept, the one that somebody is fetching, or what `exchange` fetches.
    ///
    /// # Errors
    /// [`Error::Shared`] with what the exchange was refused with.
    pub async fn take(
        &self,
        key: TokenKey,
        exchange: impl Future<Output = Result<TokenSet, Error>> + Send,
    ) -> Result<Arc<TokenSet>, Error> {
        // Held on the heap: the cache's own future would carry it several times over.
        let exchange = Box::pin(exchange);
        let init = async {
            let outcome = exchange.await;
            self.keep(outcome)
        };
        let is_over = |kept: &Kept| !self.is_good(kept);
        let entry = Box::pin(self.kept.entry(key).or_insert_with_if(init, is_over)).await;
        entry.into_value().outcome.map_err(Error::Shared)
    }

    /// The token of `key`, where a good one is kept.
    pub async fn peek(&self, key: &TokenKey) -> Option<Arc<TokenSet>> {
        let kept = self.kept.get(key).await.filter(|kept| self.is_good(kept))?;
        kept.outcome.ok()
    }

    /// Forgets what is kept for `key`: the API did not accept the token (401), so that the next caller fetches
    /// another. Only if it still is that token; callers that were refused together do not throw away what the
    /// first of them fetched.
    pub async fn forget(&self, key: &TokenKey, refused: &Secret<String>) {
        let kept = self.kept.get(key).await;
        let is_it = |token: &Arc<TokenSet>| token.access_token == *refused;
        if kept.is_some_and(|kept| kept.outcome.as_ref().is_ok_and(is_it)) {
            self.kept.invalidate(key).await;
        }
    }

    /// Forgets everything that is kept for a connection.
    pub fn forget_connection(&self, tenant: TenantId, connection: Uuid) {
        let is_its =
            move |key: &TokenKey, _: &Kept| key.tenant == tenant && key.connection == connection;
        // It fails only without support for closures, which `new` asks for.
        drop(self.kept.invalidate_entries_if(is_its));
    }

    /// Forgets everything that is kept for a person, who signed out everywhere or may no longer.
    pub fn forget_user(&self, tenant: TenantId, user: UserId) {
        let is_theirs =
            move |key: &TokenKey, _: &Kept| key.tenant == tenant && key.user == Some(user);
        drop(self.kept.invalidate_entries_if(is_theirs));
    }

    fn is_good(&self, kept: &Kept) -> bool {
        let now = self.clock.now();
        kept.until.is_none_or(|until| now < until)
            && kept.outcome.as_ref().map_or(true, |token| token.is_fresh(now))
    }

    fn keep(&self, outcome: Result<TokenSet, Error>) -> Kept {
        let now = self.clock.now();
        let after = |wait: Duration| now.checked_add(wait).ok();
        match outcome {
            Ok(token) => {
                let until = if token.expires_at.is_none() { after(UNSTATED) } else { None };
                Kept { outcome: Ok(Arc::new(token)), until }
            }
            Err(error) => {
                let wait = error.retry_after().map_or(REFUSED, |wait| wait.clamp(REFUSED, LONGEST));
                Kept { outcome: Err(Arc::new(error)), until: after(wait) }
            }
        }
    }
}

/// Our own choice: about 40 MB of tokens with few claims.
const MOST: u64 = 20_000;
/// Our own choice: who is away that long exchanges anew.
const IDLE: Duration = Duration::from_hours(2);
/// Our own choice: how long a token of unstated life is handed out.
const UNSTATED: Duration = Duration::from_mins(10);
/// How long a refusal is handed out.
const REFUSED: Duration = Duration::from_secs(3);
/// The longest that a provider's `Retry-After` makes callers wait here.
const LONGEST: Duration = Duration::from_mins(1);
