//! Making, listing, changing and removing targets.

use db::Tx;
use delivery::outside::Course;
use event_log::{Change, Subject};
use jiff::{SignedDuration, Timestamp};
use kernel::{ChannelId, Cursor, FieldError, Limit, Page, Permission, Scope, TargetId, TenantId};
use seal::Context;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{Targets, forwarding, rights};
use crate::{
    Details, Error, Health, Kind, NewTarget, Result, Source, State, Target, TargetChange,
    address::Address,
    store::{self, LETTERS, Stored, course},
    target::ShownOnce,
};

/// A page of targets.
pub type TargetPage = Page<Target>;

impl Targets {
    /// Makes a target; it forwards what comes from now on. The secret of the kind `http` is shown here and never
    /// again.
    ///
    /// # Errors
    /// [`Error::NotOwner`], [`Error::Workspace`] for a channel that is not there, [`Error::TooMany`],
    /// [`Error::MailOff`], [`Error::Invalid`].
    pub async fn create(
        &self,
        scope: &Scope,
        source: Source,
        new: NewTarget,
    ) -> Result<(Target, Option<ShownOnce>)> {
        scope.require(Permission::WebhookManage)?;
        let mut faults = Vec::new();
        check_name(&new.name, &mut faults);
        check_rate(new.per_minute, &mut faults);
        if new.kind == Kind::Mail && !self.has_mail() {
            return Err(Error::MailOff);
        }
        let address = gather(Address::new(new.kind, new.details, &self.ids), faults)?;
        let (id, now): (TargetId, _) = (self.ids.fresh(), self.clock.now());
        let stored = Stored {
            id,
            source,
            kind: new.kind,
            name: new.name.trim().to_owned(),
            owner: scope.user(),
            state: State::Enabled,
            sealed: self.seal(scope.tenant(), id, &address)?,
            shown: address.shown(),
            per_minute: new.per_minute,
            created_at: now,
            updated_at: now,
            course: Course::default(),
            lease: None,
            delivered: 0,
            delivered_at: None,
            last_code: None,
            alerted_at: None,
        };
        let limit = self.settings.max_per_channel;
        let policy = self.settings.policy();
        let write = move |tx: &Tx<'_>| {
            let access = rights::managed(tx, source.channel())?;
            forwarding::check(tx, stored.kind)?;
            if access.is_archived() {
                let channel = source.channel();
                return Err(workspace::Error::ChannelArchived { channel }.into());
            }
            let from = (TargetId::from(Uuid::nil()), i64::from(limit));
            let there = store::of_channel(tx, source.channel(), from)?;
            if there.len() >= limit as usize {
                return Err(Error::TooMany { limit });
            }
            let (topic, stream) = source.stream();
            let position = event_log::head(tx, topic, stream)?;
            let course = Course { position, ..Course::default() };
            let stored = Stored { course, ..stored.clone() };
            store::insert(tx, &stored)?;
            audit(tx, "target.create", &stored, (None, Some(summary(&stored))), now)?;
            Ok(view(tx, stored, &policy, now)?)
        };
        let target = self.db.write(scope, write).await?;
        Ok((target, address.secret().map(ShownOnce::new)))
    }

    /// Targets of a channel, those of its webhooks included, or of a webhook; in the order in which they were made.
    ///
    /// # Errors
    /// [`Error::NotOwner`], [`Error::Workspace`], [`Error::Cursor`].
    pub async fn list(
        &self,
        scope: &Scope,
        source: Source,
        limit: Limit,
        after: Option<&Cursor>,
    ) -> Result<TargetPage> {
        scope.require(Permission::MessageRead)?;
        let after = after.map(Cursor::parse::<TargetId>).transpose()?;
        let from = after.unwrap_or_else(|| Uuid::nil().into());
        let (now, policy) = (self.clock.now(), self.settings.policy());
        let read = move |tx: &Tx<'_>| {
            rights::managed(tx, source.channel())?;
            let rows = match source {
                Source::Channel(channel) => store::of_channel(tx, channel, (from, limit.probe()))?,
                Source::Webhook { webhook, .. } => {
                    store::of_webhook(tx, webhook, (from, limit.probe()))?
                }
            };
            let page = Page::cut(rows, limit, |row| Cursor::new(&row.id.to_string()));
            let mut items = Vec::with_capacity(page.items.len());
            for row in page.items {
                items.push(view(tx, row, &policy, now)?);
            }
            Ok::<_, Error>(Page { items, next: page.next })
        };
        self.db.read(scope, read).await
    }

    /// A target.
    ///
    /// # Errors
    /// [`Error::Unknown`], also when the actor does not manage it.
    pub async fn lookup(&self, scope: &Scope, target: TargetId) -> Result<Target> {
        scope.require(Permission::MessageRead)?;
        let (now, policy) = (self.clock.now(), self.settings.policy());
        let read = move |tx: &Tx<'_>| Ok(view(tx, rights::owned(tx, target)?, &policy, now)?);
        self.db.read(scope, read).await
    }

    /// Targets of the actor that keep failing.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn failing(&self, scope: &Scope) -> Result<Vec<Target>> {
        scope.require(Permission::MessageRead)?;
        let Some(user) = scope.user() else { return Ok(Vec::new()) };
        let (now, policy) = (self.clock.now(), self.settings.policy());
        let read = move |tx: &Tx<'_>| {
            let rows = store::failing_of(tx, user, 200)?;
            rows.into_iter().map(|row| view(tx, row, &policy, now)).collect::<db::Result<Vec<_>>>()
        };
        Ok(self.db.read(scope, read).await?)
    }

    /// Targets of a channel that keep failing, for those who manage it; nothing for everybody else.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn failing_in(&self, scope: &Scope, channel: ChannelId) -> Result<Vec<Target>> {
        scope.require(Permission::MessageRead)?;
        let (now, policy) = (self.clock.now(), self.settings.policy());
        let read = move |tx: &Tx<'_>| {
            match rights::managed(tx, channel) {
                Ok(_) => {}
                Err(Error::Store(error)) => return Err(error),
                Err(_) => return Ok(Vec::new()),
            }
            let rows = store::failing_in(tx, channel, FAILING)?;
            rows.into_iter().map(|row| view(tx, row, &policy, now)).collect::<db::Result<Vec<_>>>()
        };
        Ok(self.db.read(scope, read).await?)
    }

    /// Changes a target; the secret stays.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Invalid`].
    pub async fn update(
        &self,
        scope: &Scope,
        target: TargetId,
        change: TargetChange,
    ) -> Result<Target> {
        scope.require(Permission::WebhookManage)?;
        let old = self.db.read(scope, move |tx: &Tx<'_>| rights::owned(tx, target)).await?;
        let mut faults = Vec::new();
        if let Some(name) = &change.name {
            check_name(name, &mut faults);
        }
        check_rate(change.per_minute.flatten(), &mut faults);
        let sealed = match change.details {
            Some(details) => Some(self.readdress(scope, &old, details, faults)?),
            None if faults.is_empty() => None,
            None => return Err(Error::Invalid { fields: faults }),
        };
        let now = self.clock.now();
        let (name, per_minute) = (change.name, change.per_minute);
        let alter = move |stored: &mut Stored| {
            if let Some(name) = &name {
                name.trim().clone_into(&mut stored.name);
            }
            if let Some(per_minute) = per_minute {
                stored.per_minute = per_minute;
            }
            if let Some((sealed, shown)) = &sealed {
                stored.sealed.clone_from(sealed);
                stored.shown.clone_from(shown);
            }
        };
        self.change(scope, target, "target.update", (alter, now)).await
    }

    fn readdress(
        &self,
        scope: &Scope,
        old: &Stored,
        mut details: Details,
        faults: Vec<FieldError>,
    ) -> Result<(Vec<u8>, String)> {
        // The secret has a way of its own.
        details.secret = None;
        let before = self.open(scope.tenant(), old)?;
        let address = gather(Address::new(old.kind, details, &self.ids), faults)?;
        let address = address.with_secret_of(&before);
        Ok((self.seal(scope.tenant(), old.id, &address)?, address.shown()))
    }

    /// Switches a target on or off. One that is switched on goes on where it stopped, at once.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub async fn set_enabled(
        &self,
        scope: &Scope,
        target: TargetId,
        enabled: bool,
    ) -> Result<Target> {
        scope.require(Permission::WebhookManage)?;
        let (action, state) = if enabled {
            ("target.enable", State::Enabled)
        } else {
            ("target.disable", State::Disabled)
        };
        let alter = move |stored: &mut Stored| stored.state = state;
        self.change(scope, target, action, (alter, self.clock.now())).await
    }

    /// Gives a target of the kind `http` a new secret; the old one signs as well for a day.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::NoSecret`].
    pub async fn rotate_secret(&self, scope: &Scope, target: TargetId) -> Result<ShownOnce> {
        scope.require(Permission::WebhookManage)?;
        let old = self.db.read(scope, move |tx: &Tx<'_>| rights::owned(tx, target)).await?;
        let mut address = self.open(scope.tenant(), &old)?;
        let now = self.clock.now();
        let until = now.checked_add(OVERLAP).unwrap_or(Timestamp::MAX);
        let secret = address.rotate(&self.ids, until).ok_or(Error::NoSecret)?;
        let sealed = self.seal(scope.tenant(), target, &address)?;
        let alter = move |stored: &mut Stored| stored.sealed.clone_from(&sealed);
        self.change(scope, target, "target.rotate_secret", (alter, now)).await?;
        Ok(ShownOnce::new(secret))
    }

    /// Removes a target with its log and its dead letters.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub async fn delete(&self, scope: &Scope, target: TargetId) -> Result<()> {
        scope.require(Permission::WebhookManage)?;
        let now = self.clock.now();
        let write = move |tx: &Tx<'_>| {
            let stored = rights::owned(tx, target)?;
            store::delete(tx, target)?;
            audit(tx, "target.delete", &stored, (Some(summary(&stored)), None), now)?;
            Ok(())
        };
        self.db.write(scope, write).await
    }

    async fn change<F>(
        &self,
        scope: &Scope,
        target: TargetId,
        action: &'static str,
        (alter, now): (F, Timestamp),
    ) -> Result<Target>
    where
        F: Fn(&mut Stored) + Send + 'static,
    {
        let policy = self.settings.policy();
        let write = move |tx: &Tx<'_>| {
            let before = rights::owned(tx, target)?;
            let mut changed = before.clone();
            alter(&mut changed);
            store::update(tx, &changed, now)?;
            // Whoever changes it wants to see what it does now.
            course::refresh(tx, target)?;
            let both = (Some(summary(&before)), Some(summary(&changed)));
            audit(tx, action, &changed, both, now)?;
            let stored = store::lookup(tx, target)?.ok_or(Error::Unknown { target })?;
            Ok(view(tx, stored, &policy, now)?)
        };
        self.db.write(scope, write).await
    }

    pub(crate) fn seal(
        &self,
        tenant: TenantId,
        target: TargetId,
        address: &Address,
    ) -> Result<Vec<u8>> {
        let plain = serde_json::to_vec(address).unwrap_or_default();
        Ok(self.sealer.seal(&place(tenant, target), &plain)?)
    }

    pub(crate) fn open(&self, tenant: TenantId, stored: &Stored) -> Result<Address> {
        let plain = self.sealer.open(&place(tenant, stored.id), &stored.sealed)?;
        let wrong = db::Error::Inconsistent { column: 7, expected: "an address" };
        serde_json::from_slice(plain.expose()).map_err(|_source| wrong.into())
    }
}

fn place(tenant: TenantId, target: TargetId) -> Context {
    Context::new("targets.sealed", tenant, target.uuid())
}

/// The address, or all faults together.
fn gather(address: Result<Address>, mut faults: Vec<FieldError>) -> Result<Address> {
    match address {
        Ok(address) if faults.is_empty() => Ok(address),
        Ok(_) => Err(Error::Invalid { fields: faults }),
        Err(Error::Invalid { fields }) => {
            faults.extend(fields);
            Err(Error::Invalid { fields: faults })
        }
        Err(other) => Err(other),
    }
}

fn check_name(name: &str, faults: &mut Vec<FieldError>) {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        let detail = format!("1 to {MAX_NAME} characters on one line");
        faults.push(FieldError::new("/name", "target.name_invalid", detail));
    }
}

fn check_rate(per_minute: Option<u32>, faults: &mut Vec<FieldError>) {
    if per_minute.is_some_and(|rate| rate == 0 || rate > MAX_RATE) {
        let detail = format!("1 to {MAX_RATE} messages a minute");
        faults.push(FieldError::new("/per_minute", "target.rate_invalid", detail));
    }
}

/// The target as callers see it.
pub(super) fn view(
    tx: &Tx<'_>,
    stored: Stored,
    policy: &delivery::outside::Policy,
    now: Timestamp,
) -> db::Result<Target> {
    let (topic, stream) = stored.source.stream();
    let head = event_log::head(tx, topic, stream)?;
    let course = stored.course;
    let health = Health {
        circuit: course.circuit(policy, now),
        failures: course.failures,
        attempts: course.attempts,
        failing_since: course.failing_since,
        next_at: course.waits(now),
        delivered: stored.delivered,
        delivered_at: stored.delivered_at,
        dead: LETTERS.count(tx, stored.id.uuid())?,
        last_code: stored.last_code,
        alerted_at: stored.alerted_at,
        barred: store::forwarding::bars(tx, stored.kind)?,
        behind: (head - course.position).max(0),
    };
    Ok(Target {
        id: stored.id,
        source: stored.source,
        kind: stored.kind,
        name: stored.name,
        owner: stored.owner,
        state: stored.state,
        shown: stored.shown,
        per_minute: stored.per_minute,
        created_at: stored.created_at,
        updated_at: stored.updated_at,
        health,
    })
}

/// What the audit keeps: nothing of the address but what everybody sees.
fn summary(stored: &Stored) -> Json {
    json!({
        "name": stored.name,
        "kind": stored.kind.as_str(),
        "channel": stored.source.channel(),
        "webhook": stored.source.webhook(),
        "state": stored.state.as_str(),
        "address": stored.shown,
        "per_minute": stored.per_minute,
    })
}

fn audit(
    tx: &Tx<'_>,
    action: &'static str,
    stored: &Stored,
    (before, after): (Option<Json>, Option<Json>),
    at: Timestamp,
) -> db::Result<()> {
    let subject = Subject::new("target", stored.id);
    event_log::audit(tx, &Change { action, subject, before, after, at })
}

/// Failing targets of a channel that are told of.
const FAILING: i64 = 20;

/// Characters of a name.
const MAX_NAME: usize = 80;

/// Messages a minute.
const MAX_RATE: u32 = 600_000;

/// How long an old secret signs beside the new one.
const OVERLAP: SignedDuration = SignedDuration::from_hours(24);
