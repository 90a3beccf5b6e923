//! Telling the other nodes what was taken of the limits, and hearing what they took.
//!
//! Nobody waits for it: a post is admitted by what its node knows. So the longer windows may be exceeded by what
//! the other nodes admit within a second, and windows of less than [`crate::limiter::SHARED_FROM`] seconds by
//! as many times as there are nodes.

use std::sync::PoisonError;

use db::Tx;
use kernel::{TenantId, WebhookId};

use super::{ChannelConnectors, hooks::SharedLimiter};
use crate::{limiter::Spent, store};

/// What a limiter has to tell.
struct News {
    hook: (TenantId, WebhookId),
    limiter: SharedLimiter,
    spent: Vec<Spent>,
}

impl ChannelConnectors {
    /// Tells what is new; what cannot be told now is told the next time.
    pub(super) async fn share_rates(&self) {
        let mut news: Vec<News> = self.hooks.limiters().into_iter().filter_map(news_of).collect();
        // In one order on all nodes, so that none waits for another that waits for it.
        kernel::sort_by_key(&mut news, |news| news.hook);
        for some in news.chunk_by(|a, b| a.hook.0 == b.hook.0).flat_map(|same| same.chunks(SLICE)) {
            if let Err(error) = self.tell(some).await {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, webhooks = some.len(), "webhook.rates_not_shared");
            }
        }
    }

    async fn tell(&self, news: &[News]) -> db::Result<()> {
        let Some(first) = news.first() else { return Ok(()) };
        let scope = self.scopes.scope(first.hook.0, "rates");
        let told: Vec<(WebhookId, Vec<Spent>)> =
            news.iter().map(|news| (news.hook.1, news.spent.clone())).collect();
        let take = move |tx: &Tx<'_>| {
            let mut all = Vec::new();
            for (hook, spent) in &told {
                for own in spent {
                    all.push((*hook, store::rates::take(tx, *hook, *own)?));
                }
            }
            Ok::<_, db::Error>(all)
        };
        let all = self.db.write(&scope, take).await?;
        for News { limiter, spent, .. } in news {
            let mut limiter = limiter.lock().unwrap_or_else(PoisonError::into_inner);
            for own in spent {
                limiter.told(*own);
            }
        }
        for (hook, all) in all {
            if let Some(hook) = self.hooks.known(scope.tenant(), hook) {
                hook.learn(all);
            }
        }
        Ok(())
    }
}

fn news_of((hook, limiter): ((TenantId, WebhookId), SharedLimiter)) -> Option<News> {
    let spent = limiter.lock().unwrap_or_else(PoisonError::into_inner).spent();
    (!spent.is_empty()).then_some(News { hook, limiter, spent })
}

/// Webhooks of one transaction.
const SLICE: usize = 100;
