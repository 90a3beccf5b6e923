//! Refused posts on their way into the delivery log: counted always, kept as far as a flood allows.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use db::Tx;
use event_log::NewEvent;
use jiff::Timestamp;
use kernel::{Coded as _, EventId, Kind, Scope, WebhookId};

use super::ChannelConnectors;
use crate::{
    CARD_REFUSED, Error, Meta, Post, RefusalMeta, Settings,
    post::masked,
    store::{self, Tally},
};

/// Refused posts that are not written yet.
#[derive(Debug)]
pub(super) struct Refusals {
    a_second: u32,
    kept: u32,
    pending: Mutex<Pending>,
}

#[derive(Debug, Default)]
struct Pending {
    webhooks: HashMap<WebhookId, Waiting>,
    bytes: usize,
}

/// What waits to be written for one webhook.
#[derive(Debug)]
struct Waiting {
    scope: Scope,
    /// One for each hour, with its latest instant.
    hours: Vec<(Timestamp, Tally)>,
    entries: Vec<Entry>,
    second: i64,
    in_second: u32,
    left_out: u64,
}

#[derive(Debug, Clone)]
struct Entry {
    at: Timestamp,
    meta: Meta,
    body: bytes::Bytes,
}

impl Refusals {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            a_second: settings.refused_a_second,
            kept: settings.refused_kept,
            pending: Mutex::new(Pending::default()),
        }
    }

    /// Counts a refused post, and keeps it unless there are too many. Failures of our own are not the
    /// sender's refusals: they are in the hub's log.
    pub(super) fn add(
        &self,
        scope: &Scope,
        (hook, now): (WebhookId, Timestamp),
        post: Post,
        error: &Error,
    ) {
        let code = error.code();
        let own = matches!(code.kind(), Kind::Internal | Kind::Upstream)
            || matches!(error, Error::Store(_) | Error::DiskFull | Error::Removed { .. });
        if own {
            return;
        }
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        let room = pending.bytes < PENDING_BYTES;
        let waiting = pending.webhooks.entry(hook).or_insert_with(|| Waiting::new(scope));
        waiting.count(now, matches!(error, Error::Throttled { .. }));
        let second = now.as_second();
        if waiting.second != second {
            (waiting.second, waiting.in_second) = (second, 0);
        }
        if waiting.in_second >= self.a_second || !room {
            waiting.left_out += 1;
            return;
        }
        waiting.in_second += 1;
        let left_out = std::mem::take(&mut waiting.left_out);
        let mut entry = Entry::new(post, error, now, left_out);
        entry.meta.from = scope.origin();
        let bytes = entry.body.len();
        waiting.entries.push(entry);
        pending.bytes += bytes;
    }

    fn take(&self) -> HashMap<WebhookId, Waiting> {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        pending.bytes = 0;
        let taken = std::mem::take(&mut pending.webhooks);
        // What was already let through in this second stays counted.
        for (hook, waiting) in &taken {
            if waiting.in_second > 0 || waiting.left_out > 0 {
                let rest = Waiting {
                    scope: waiting.scope.clone(),
                    hours: Vec::new(),
                    entries: Vec::new(),
                    ..*waiting
                };
                if pending.webhooks.len() < REMEMBERED {
                    pending.webhooks.insert(*hook, rest);
                }
            }
        }
        taken
    }
}

impl Waiting {
    fn new(scope: &Scope) -> Self {
        Self {
            scope: scope.clone(),
            hours: Vec::new(),
            entries: Vec::new(),
            second: i64::MIN,
            in_second: 0,
            left_out: 0,
        }
    }

    fn count(&mut self, now: Timestamp, throttled: bool) {
        if self.hours.last().is_none_or(|(at, _)| store::hour(*at) != store::hour(now)) {
            self.hours.push((now, Tally::default()));
        }
        let Some((at, tally)) = self.hours.last_mut() else { return };
        *at = now;
        if throttled {
            tally.throttled += 1;
        } else {
            tally.refused += 1;
        }
    }
}

impl Entry {
    fn new(post: Post, error: &Error, at: Timestamp, left_out: u64) -> Self {
        let code = error.code();
        let (pointer, place) = match error {
            Error::Card(refusal) => {
                (refusal.pointer.clone(), refusal.position.map(|at| (at.line, at.column)))
            }
            _ => (String::new(), None),
        };
        let whole = post.body.len();
        let cut = post.cut || whole > EXCERPT && matches!(error, Error::TooLarge { .. });
        let body = if cut { post.body.slice(..whole.min(EXCERPT)) } else { post.body };
        let refusal = RefusalMeta {
            code: code.name().to_owned(),
            // A key of the body may hold what PostgreSQL takes in no JSON.
            pointer: pointer.replace('\0', "\u{fffd}"),
            place,
            status: status(code.kind()),
            bytes: u64::try_from(whole).unwrap_or(u64::MAX),
            cut,
            left_out,
        };
        let meta = Meta {
            content_type: post.content_type,
            shape: post.shape.as_str().to_owned(),
            headers: masked(post.headers),
            refusal: Some(refusal),
            ..Meta::default()
        };
        Self { at, meta, body }
    }
}

/// The HTTP status that the sender was answered.
pub(super) const fn status(kind: Kind) -> u16 {
    match kind {
        Kind::Invalid => 400,
        Kind::Unauthenticated => 401,
        Kind::Forbidden => 403,
        Kind::NotFound => 404,
        Kind::Conflict => 409,
        Kind::Gone => 410,
        Kind::TooLarge => 413,
        Kind::Throttled => 429,
        Kind::Upstream => 502,
        Kind::Unavailable => 503,
        Kind::Internal => 500,
    }
}

impl ChannelConnectors {
    /// Writes refused posts and their counts; what cannot be written is lost but for the hub's log.
    pub(super) async fn flush(&self) {
        for (hook, waiting) in self.refusals.take() {
            if waiting.hours.is_empty() {
                continue;
            }
            let scope = waiting.scope.clone();
            let ids: Vec<EventId> = waiting.entries.iter().map(|_| self.ids.fresh()).collect();
            let kept = i64::from(self.refusals.kept);
            let write = move |tx: &Tx<'_>| {
                write(tx, hook, &waiting, &ids)?;
                let head = event_log::head(tx, CARD_REFUSED, hook.uuid())?;
                if head > kept {
                    event_log::prune(tx, CARD_REFUSED, hook.uuid(), head - kept)?;
                }
                Ok::<_, db::Error>(())
            };
            if let Err(error) = self.db.append(&scope, hook.uuid(), write).await {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(webhook.id = %hook, error, "webhook.refusals_lost");
            }
        }
    }
}

fn write(tx: &Tx<'_>, hook: WebhookId, waiting: &Waiting, ids: &[EventId]) -> db::Result<()> {
    for (entry, id) in waiting.entries.iter().zip(ids) {
        // Strings and numbers always serialise.
        let meta = serde_json::to_string(&entry.meta).unwrap_or_else(|_| "{}".to_owned());
        let (stream, at) = (hook.uuid(), entry.at);
        let body = Some(&*entry.body);
        let event = NewEvent { topic: CARD_REFUSED, stream, id: *id, at, meta: &meta, body };
        event_log::append(tx, &event)?;
    }
    waiting.hours.iter().try_for_each(|(at, tally)| store::count(tx, hook, *tally, *at))
}

/// Bytes of bodies that wait to be written, of all webhooks.
const PENDING_BYTES: usize = 8 << 20;

/// Bytes that are kept of a body that is over the limit.
const EXCERPT: usize = 4_096;

/// Webhooks whose share of a second is remembered over a write.
const REMEMBERED: usize = 10_000;
