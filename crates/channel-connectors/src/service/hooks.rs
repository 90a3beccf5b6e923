//! What decides whether a post is taken, kept in memory and told anew by every change.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use db::Tx;
use jiff::Timestamp;
use kernel::{Cache, ChannelId, CredentialId, Stay, TenantId, WebhookId};
use serde_json::{
    json,
    value::{RawValue, to_raw_value},
};

use super::ChannelConnectors;
use crate::{
    Busy, Error, Place, Result, Settings, State, Switch, Window,
    limiter::{Admission, Limiter, Spent},
    store::{self, Stored},
};

/// What decides whether a post is taken.
#[derive(Debug)]
pub(super) struct Hook {
    pub(super) id: WebhookId,
    pub(super) version: i64,
    pub(super) max_body_bytes: u32,
    pub(super) busy: Busy,
    /// `{"name": …, "icon": …}` as messages show it, ready to be written.
    pub(super) sender: Box<RawValue>,
    channel: ChannelId,
    state: State,
    expires_at: Option<Timestamp>,
    off: Option<Switch>,
    home: Home,
    /// Credentials of addresses that were replaced, with their ends.
    replaced: Vec<(CredentialId, Timestamp)>,
    windows: Vec<Window>,
    limiter: SharedLimiter,
}

/// A webhook's limiter on this node.
pub(super) type SharedLimiter = Arc<Mutex<Limiter>>;

/// What became of the channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Home {
    Open,
    Archived,
    Gone,
}

impl Hook {
    /// Whether posts are taken now, through the address with this credential.
    pub(super) fn check(&self, now: Timestamp, credential: Option<CredentialId>) -> Result<()> {
        let hook = self.id;
        if self.state == State::Removed {
            return Err(Error::Removed { hook });
        }
        let replaced = self.replaced.iter().find(|(id, _)| Some(*id) == credential);
        if replaced.is_some_and(|(_, end)| now >= *end) {
            return Err(Error::Replaced { hook });
        }
        if let Some(switch) = self.off {
            return Err(Error::SwitchedOff { switch });
        }
        if self.state == State::Disabled {
            return Err(Error::Disabled { hook });
        }
        if self.state == State::Suspended {
            return Err(Error::Suspended { hook });
        }
        if let Some(at) = self.expires_at.filter(|end| now >= *end) {
            return Err(Error::Expired { hook, at });
        }
        match self.home {
            Home::Open => Ok(()),
            Home::Archived => Err(Error::ChannelArchived { channel: self.channel }),
            Home::Gone => Err(Error::ChannelGone { channel: self.channel }),
        }
    }

    /// Takes a place in the windows of its limit.
    pub(super) fn admit(&self, now: Timestamp, patience: Duration) -> Admission {
        if self.windows.is_empty() {
            return Admission::Now;
        }
        let mut limiter = self.limiter.lock().unwrap_or_else(PoisonError::into_inner);
        limiter.admit(&self.windows, now.as_microsecond(), patience)
    }

    /// Takes over what all nodes together have taken.
    pub(super) fn learn(&self, all: Spent) {
        let mut limiter = self.limiter.lock().unwrap_or_else(PoisonError::into_inner);
        limiter.learn(&self.windows, all);
    }
}

/// The hooks of this node, and their limiters, which outlive a change of the hook.
#[derive(Debug)]
pub(super) struct Hooks {
    cache: Cache<(TenantId, WebhookId), Arc<Hook>>,
    limiters: Mutex<HashMap<(TenantId, WebhookId), SharedLimiter>>,
}

impl Hooks {
    pub(super) fn new() -> Self {
        let cache = Cache::new(HOOKS, Stay::For(STALE));
        Self { cache, limiters: Mutex::new(HashMap::new()) }
    }

    /// Forgets one, because it changed.
    pub(super) fn forget(&self, tenant: TenantId, hook: WebhookId) {
        self.cache.invalidate(&(tenant, hook));
    }

    /// Forgets all, because something changed that many depend on.
    pub(super) fn forget_all(&self) {
        self.cache.invalidate_all();
    }

    fn limiter(&self, tenant: TenantId, hook: WebhookId) -> SharedLimiter {
        let mut limiters = self.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(limiters.entry((tenant, hook)).or_default())
    }

    /// Every limiter of this node.
    pub(super) fn limiters(&self) -> Vec<((TenantId, WebhookId), SharedLimiter)> {
        let limiters = self.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        limiters.iter().map(|(hook, limiter)| (*hook, Arc::clone(limiter))).collect()
    }

    /// The hook, if it is at hand.
    pub(super) fn known(&self, tenant: TenantId, hook: WebhookId) -> Option<Arc<Hook>> {
        self.cache.get(&(tenant, hook))
    }
}

impl ChannelConnectors {
    /// The hook from the cache, else from the database.
    pub(super) async fn hook(&self, tenant: TenantId, id: WebhookId) -> Result<Arc<Hook>> {
        if let Some(hook) = self.hooks.cache.get(&(tenant, id)) {
            return Ok(hook);
        }
        let now = self.clock.now();
        // The system asks, because the holder of an address sees neither the row nor the channel.
        let scope = self.scopes.scope(tenant, "intake");
        let loaded = self.db.read(&scope, move |tx| load(tx, id, now)).await?;
        let loaded = loaded.ok_or(Error::Unknown { hook: id })?;
        let hook = Arc::new(self.hook_of(tenant, loaded));
        self.hooks.cache.insert(&(tenant, id), Arc::clone(&hook));
        Ok(hook)
    }

    fn hook_of(&self, tenant: TenantId, loaded: Loaded) -> Hook {
        let Loaded { stored, replaced, off, home, taken } = loaded;
        let Stored { webhook, version, .. } = stored;
        let settings: &Settings = &self.settings;
        let icon =
            webhook.icon.map(|_| format!("/api/v1/webhooks/{}/icon?v={version}", webhook.id));
        let hook = Hook {
            id: webhook.id,
            version,
            max_body_bytes: webhook.max_body_bytes.unwrap_or(settings.max_body_bytes),
            busy: webhook.busy,
            sender: to_raw_value(&json!({ "name": webhook.name, "icon": icon }))
                .unwrap_or_default(),
            channel: webhook.channel,
            // Whether it has expired is asked of the clock at every post.
            state: if webhook.state == State::Expired { State::Enabled } else { webhook.state },
            expires_at: webhook.expires_at,
            off,
            home,
            replaced,
            windows: webhook.rate.windows(settings),
            limiter: self.hooks.limiter(tenant, webhook.id),
        };
        for all in taken {
            hook.learn(all);
        }
        hook
    }
}

struct Loaded {
    stored: Stored,
    replaced: Vec<(CredentialId, Timestamp)>,
    off: Option<Switch>,
    home: Home,
    /// What all nodes together took of its limit.
    taken: Vec<Spent>,
}

fn load(tx: &Tx<'_>, id: WebhookId, now: Timestamp) -> Result<Option<Loaded>> {
    let Some(stored) = store::lookup(tx, id, now)? else { return Ok(None) };
    let place = stored.webhook.place;
    let off = store::switches(tx, stored.webhook.team)?.off_in(place);
    let mut replaced = Vec::new();
    for row in store::addresses(tx, id)? {
        if let Some(end) = row.retires_at {
            replaced.extend([(row.connector, end), (row.workflow, end)]);
        }
    }
    let archived = match place {
        Place::Channel(id) => workspace::access::channel(tx, id).map(|access| access.is_archived()),
        Place::Mailbox(id) => {
            workspace::access::team(tx, id).map(|access| access.team.archived_at.is_some())
        }
        // Who left gets no mail any more.
        Place::Inbox(id) if identity::users::is_active(tx, id)? => Ok(false),
        Place::Inbox(user) => Err(workspace::Error::MemberNotFound { user }),
    };
    let home = match archived {
        Ok(true) => Home::Archived,
        Ok(false) => Home::Open,
        Err(workspace::Error::Store(error)) => return Err(error.into()),
        Err(_) => Home::Gone,
    };
    let taken = store::rates::taken(tx, id)?;
    Ok(Some(Loaded { stored, replaced, off, home, taken }))
}

/// How many hooks a node keeps in memory.
const HOOKS: u64 = 100_000;

/// A notice may be lost; after this long the database is asked again.
const STALE: Duration = Duration::from_mins(1);
