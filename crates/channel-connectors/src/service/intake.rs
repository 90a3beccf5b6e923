//! The intake: from a post to a durable event.

use std::{net::IpAddr, sync::Arc, time::Duration};

use aws_lc_rs::digest;
use bytes::Bytes;
use db::Tx;
use event_log::NewEvent;
use jiff::{SignedDuration, Timestamp};
use kernel::{Actor, Denied, EventId, Permission, Scope, WebhookId};
use serde::Serialize;

use super::{ChannelConnectors, hooks::Hook};
use crate::{
    Busy, CARD_POSTED, Error, Post, Receipt, Result, limiter::Admission, post::masked, store,
};

impl ChannelConnectors {
    /// Accepts one post; it is durable when this answers.
    ///
    /// `scope` is what identity made of the address. What is refused is also written to the webhook's
    /// delivery log, as far as a flood allows.
    ///
    /// # Errors
    /// Everything that [`Error`] says of posts: [`Error::TooLarge`], [`Error::DiskFull`],
    /// [`Error::Removed`], [`Error::Replaced`], [`Error::SwitchedOff`], [`Error::Disabled`],
    /// [`Error::Expired`], [`Error::ChannelGone`], [`Error::ChannelArchived`], [`Error::Throttled`],
    /// [`Error::Card`], [`Error::Store`].
    pub async fn receive(&self, scope: &Scope, post: Post) -> Result<Receipt> {
        scope.require(Permission::CardPost)?;
        let Actor::Webhook(id) = scope.actor() else {
            return Err(Denied { permission: Permission::CardPost }.into());
        };
        let hook = self.hook(scope.tenant(), id).await?;
        self.take_or_refuse(scope, hook, Taking { post, origin: Origin::Sender }).await
    }

    /// The most that a post through this address may have, in bytes; so that an edge reads no more.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn body_limit(&self, scope: &Scope) -> Result<u32> {
        scope.require(Permission::CardPost)?;
        let Actor::Webhook(id) = scope.actor() else {
            return Err(Denied { permission: Permission::CardPost }.into());
        };
        Ok(self.hook(scope.tenant(), id).await?.max_body_bytes)
    }

    /// The same for posts of the test box and for replays; the caller has checked the rights.
    pub(super) async fn take_or_refuse(
        &self,
        scope: &Scope,
        hook: Arc<Hook>,
        taking: Taking,
    ) -> Result<Receipt> {
        let Taking { post, origin } = taking;
        let now = self.clock.now();
        let checked = match self.check(scope, &hook, &post, now) {
            Ok(wait) => self.wait(&hook, wait).await,
            Err(error) => Err(error),
        };
        let checked = checked.and_then(|()| {
            // The card is read to judge it; what is kept is the body as it came.
            cards::parse(&post.body, post.content_type.as_deref())?;
            Ok(())
        });
        match checked {
            Ok(()) => self.append(scope, hook, post, origin).await,
            Err(error) => {
                self.refusals.add(scope, (hook.id, now), post, &error);
                Err(error)
            }
        }
    }

    /// Everything that needs no database; how long the post has to wait.
    fn check(
        &self,
        scope: &Scope,
        hook: &Hook,
        post: &Post,
        now: Timestamp,
    ) -> Result<Option<Duration>> {
        let limit = hook.max_body_bytes;
        if post.cut || u32::try_from(post.body.len()).is_ok_and(|bytes| bytes > limit) {
            return Err(Error::TooLarge { limit });
        }
        if self.space.percent(now) < self.settings.min_free_percent {
            return Err(Error::DiskFull);
        }
        hook.check(now, scope.credential())?;
        match hook.admit(now, Duration::from_millis(self.settings.patience_ms)) {
            Admission::Now => Ok(None),
            Admission::After(wait) => Ok(Some(wait)),
            Admission::Refused(after) => Err(throttled(hook, after)),
        }
    }

    /// Waits for the place that was booked, unless too many wait already.
    async fn wait(&self, hook: &Hook, wait: Option<Duration>) -> Result<()> {
        let Some(wait) = wait else { return Ok(()) };
        let Ok(_place) = self.waiting.try_acquire() else { return Err(throttled(hook, wait)) };
        tokio::time::sleep(wait).await;
        Ok(())
    }

    async fn append(
        &self,
        scope: &Scope,
        mut hook: Arc<Hook>,
        post: Post,
        origin: Origin,
    ) -> Result<Receipt> {
        let key = if origin == Origin::Sender { repeat_key(&post) } else { None };
        let (id, event): (WebhookId, EventId) = (hook.id, self.ids.fresh());
        let at = self.clock.now();
        let kept = SignedDuration::from_hours(self.settings.repeat_hours.into());
        let cutoff = at.checked_sub(kept).unwrap_or(Timestamp::MIN);
        let meta: Arc<str> = meta(&hook, &post, origin, scope.origin()).into();
        let body: Bytes = post.body;
        for _attempt in 0..STALE_ATTEMPTS {
            let (version, meta, body) = (hook.version, Arc::clone(&meta), body.clone());
            let write = move |tx: &Tx<'_>| {
                if store::version(tx, id)? != Some(version) {
                    return Ok(None);
                }
                if let Some(key) = &key
                    && !store::is_first(tx, id, key, event, (at, cutoff))?
                {
                    return Ok(Some(Receipt { event, repeated: true }));
                }
                let stream = id.uuid();
                let (meta, body) = (&*meta, Some(&*body));
                let new = NewEvent { topic: CARD_POSTED, stream, id: event, at, meta, body };
                event_log::append(tx, &new)?;
                Ok::<_, db::Error>(Some(Receipt { event, repeated: false }))
            };
            if let Some(receipt) = self.db.append(scope, id.uuid(), write).await? {
                return Ok(receipt);
            }
            // It changed since it was read: decide anew.
            self.hooks.forget(scope.tenant(), id);
            hook = self.hook(scope.tenant(), id).await?;
            hook.check(at, scope.credential())?;
        }
        Err(db::Error::Unavailable { source: None }.into())
    }
}

/// A post on its way in.
#[derive(Debug)]
pub(super) struct Taking {
    pub(super) post: Post,
    pub(super) origin: Origin,
}

/// Where a post comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// Through the address.
    Sender,
    /// From the test box.
    Test,
    /// Again, after it was accepted at this position.
    Replay(i64),
    /// Again, after it was refused at this position.
    Retry(i64),
}

const fn throttled(hook: &Hook, retry_after: Duration) -> Error {
    let unavailable = matches!(hook.busy, Busy::Unavailable);
    Error::Throttled { hook: hook.id, retry_after, unavailable }
}

/// What is written beside the body. Read back as [`crate::Meta`], and by the workspace, which takes
/// `content_type` and `sender` from it.
#[derive(Serialize)]
struct Written<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    content_type: Option<&'a str>,
    shape: &'static str,
    sender: &'a serde_json::value::RawValue,
    headers: &'a [(String, String)],
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<IpAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replay_of: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_of: Option<i64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    test: bool,
}

fn meta(hook: &Hook, post: &Post, origin: Origin, from: Option<IpAddr>) -> String {
    let headers = masked(post.headers.clone());
    let written = Written {
        content_type: post.content_type.as_deref(),
        shape: post.shape.as_str(),
        sender: &hook.sender,
        headers: &headers,
        from,
        replay_of: if let Origin::Replay(position) = origin { Some(position) } else { None },
        retry_of: if let Origin::Retry(position) = origin { Some(position) } else { None },
        test: origin == Origin::Test,
    };
    // Strings and numbers always serialise.
    serde_json::to_string(&written).unwrap_or_else(|_| "{}".to_owned())
}

/// The sender's own identifier of a post, hashed.
///
/// `Idempotency-Key` and `webhook-id` name a post for sure. `X-Request-Id` often names the request that
/// made the sender post, and one request may make it post twice: it counts together with the body.
fn repeat_key(post: &Post) -> Option<[u8; 32]> {
    let named = |wanted: &str| {
        let header = post.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
        let value = header.1.trim();
        (!value.is_empty()).then_some(value)
    };
    let mut hash = digest::Context::new(&digest::SHA256);
    if let Some(value) = named("idempotency-key") {
        hash.update(b"idempotency-key\0");
        hash.update(value.as_bytes());
    } else if let Some(value) = named("webhook-id") {
        hash.update(b"webhook-id\0");
        hash.update(value.as_bytes());
    } else {
        let value = named("x-request-id")?;
        hash.update(b"x-request-id\0");
        hash.update(value.as_bytes());
        hash.update(b"\0");
        hash.update(&post.body);
    }
    hash.finish().as_ref().try_into().ok()
}

/// How often a post is decided anew because its webhook is being changed.
const STALE_ATTEMPTS: u32 = 4;
