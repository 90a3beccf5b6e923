//! What a turn begins with: the target, its address, what waits.

use db::Tx;
use event_log::{Event, Place};
use jiff::Timestamp;
use kernel::{Scope, TargetId, TenantId};
use uuid::Uuid;
use workspace::{CARD_TOPIC, ChannelAccess, posts};

use crate::{
    Kind, Recipients, Result, Source,
    address::Address,
    message::{Home, Raw},
    send::Envelope,
    service::Targets,
    store::{self, Stored, course},
};

/// A target that may be served.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) stored: Stored,
    pub(super) access: ChannelAccess,
    pub(super) batch: Batch,
    /// Positions that somebody wants sent once more.
    pub(super) replays: Vec<i64>,
}

/// What follows a position of the source.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) messages: Vec<Raw>,
    /// Up to where the source was read: everything up to it is in `messages` or concerns nobody.
    pub(super) through: i64,
    /// More follows.
    pub(super) more: bool,
}

impl Targets {
    /// Reads the target and what waits; `None` when it is not served.
    pub(super) async fn open_lane(
        &self,
        scope: &Scope,
        target: TargetId,
    ) -> Result<Option<Opened>> {
        let limit = i64::from(self.settings.batch_messages.max(1));
        let read = move |tx: &Tx<'_>| {
            let Some(stored) = store::lookup(tx, target)? else { return Ok(None) };
            if stored.state != crate::State::Enabled {
                return Ok(None);
            }
            if store::forwarding::bars(tx, stored.kind)? {
                return Ok(None);
            }
            let access = match workspace::access::channel(tx, stored.source.channel()) {
                Ok(access) => access,
                Err(workspace::Error::Store(error)) => return Err(error),
                // A deleted channel may be restored: then its targets go on.
                Err(_) => return Ok(None),
            };
            let batch = batch(tx, stored.source, stored.course.position, limit)?;
            let replays = course::asked(tx, target, REPLAYS)?;
            Ok(Some(Opened { stored, access, batch, replays }))
        };
        Ok(self.db.read(scope, read).await?)
    }

    /// What follows a position.
    pub(super) async fn read_batch(
        &self,
        scope: &Scope,
        source: Source,
        after: i64,
    ) -> Result<Batch> {
        let limit = i64::from(self.settings.batch_messages.max(1));
        Ok(self.db.read(scope, move |tx: &Tx<'_>| batch(tx, source, after, limit)).await?)
    }

    /// The message at a position, if its body is still there.
    pub(super) async fn read_at(
        &self,
        scope: &Scope,
        source: Source,
        position: i64,
    ) -> Result<Option<Raw>> {
        let read = move |tx: &Tx<'_>| batch(tx, source, position - 1, 1);
        let batch: Batch = self.db.read::<_, db::Error, _>(scope, read).await?;
        Ok(batch.messages.into_iter().find(|raw| raw.position == position))
    }

    /// Where the messages of a channel stand.
    pub(crate) fn home(&self, access: &ChannelAccess) -> Home {
        Home {
            channel_id: access.channel.id,
            team: access.team.name.clone(),
            channel: access.channel.name.clone(),
            base_url: self.base_url.clone(),
        }
    }

    /// Sender and recipients, for mail.
    pub(crate) async fn envelope(
        &self,
        tenant: TenantId,
        stored: &Stored,
        (address, access): (&Address, &ChannelAccess),
    ) -> Result<Option<Envelope>> {
        if stored.kind != Kind::Mail {
            return Ok(None);
        }
        let to = match &address.recipients {
            Some(Recipients::Addresses(list)) => list.clone(),
            Some(Recipients::Members) | None => self.members(tenant, access).await?,
        };
        let from = self.workspace.mail_address(&access.team);
        Ok(Some(Envelope { name: format!("{} (Liaison)", access.team.name), from, to }))
    }

    /// The main addresses of a team's members.
    async fn members(&self, tenant: TenantId, access: &ChannelAccess) -> Result<Vec<String>> {
        let scope = self.scopes.scope(tenant, "targets");
        let limit = kernel::Limit::new(kernel::Limit::MAX).unwrap_or_default();
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = self.workspace.members(&scope, access.team.id, after, limit).await?;
            let ids: Vec<_> = page.items.iter().map(|member| member.user).collect();
            let people = self.identity.people(&scope, &ids).await?;
            all.extend(people.into_iter().filter_map(|person| person.address));
            match page.next {
                Some(next) if all.len() < MOST_MEMBERS => after = Some(next),
                _ => break,
            }
        }
        all.truncate(MOST_MEMBERS);
        Ok(all)
    }

    /// Takes the lease or makes sure that it outlives a request; `None` says that another node has it, and until
    /// when.
    pub(super) async fn hold(
        &self,
        scope: &Scope,
        stored: &Stored,
        lease_until: &mut Option<Timestamp>,
    ) -> Result<Result<(), Timestamp>> {
        let now = self.clock.now();
        if lease_until.is_some_and(|until| until > later(now, self.settings.timeout() * 2)) {
            return Ok(Ok(()));
        }
        let until = if self.shared { later(now, self.settings.lease()) } else { FOREVER };
        let (target, node) = (stored.id, self.node);
        let write = move |tx: &Tx<'_>| course::lease(tx, target, node, (now, until));
        if self.db.write::<_, db::Error, _>(scope, write).await? {
            *lease_until = Some(until);
            return Ok(Ok(()));
        }
        *lease_until = None;
        let theirs = stored.lease.map_or(now, |(_, until)| until);
        Ok(Err(theirs.max(later(now, std::time::Duration::from_secs(1)))))
    }
}

pub(super) fn later(now: Timestamp, by: std::time::Duration) -> Timestamp {
    let by = jiff::SignedDuration::try_from(by).unwrap_or(jiff::SignedDuration::MAX);
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}

fn batch(tx: &Tx<'_>, source: Source, after: i64, limit: i64) -> db::Result<Batch> {
    let (topic, stream) = source.stream();
    let head = event_log::head(tx, topic, stream)?;
    if head <= after {
        return Ok(Batch { through: after, ..Batch::default() });
    }
    match source {
        Source::Channel(channel) => {
            let posted = posts::after(tx, channel, after, limit)?;
            let more = i64::try_from(posted.len()).is_ok_and(|count| count >= limit);
            let through =
                if more { posted.last().map_or(after, |last| last.position) } else { head };
            let places: Vec<Place> = posted.iter().map(|one| one.place).collect();
            let mut events: std::collections::HashMap<Place, Event> =
                event_log::find_many(tx, CARD_TOPIC, &places)?
                    .into_iter()
                    .map(|event| (event.place, event))
                    .collect();
            let raw = |one: posts::Posted| {
                let event = events.remove(&one.place);
                let (meta, body) = event.map_or_else(Default::default, |e| (e.meta, e.body));
                Raw {
                    position: one.position,
                    id: one.message_id.uuid(),
                    webhook: one.webhook,
                    at: one.created_at,
                    meta,
                    body,
                }
            };
            Ok(Batch { messages: posted.into_iter().map(raw).collect(), through, more })
        }
        Source::Webhook { webhook, .. } => {
            let last = head.min(after.saturating_add(limit));
            let place = |position| Place { stream: webhook.uuid(), position };
            let places: Vec<Place> = (after + 1..=last).map(place).collect();
            let mut events = event_log::find_many(tx, CARD_TOPIC, &places)?;
            // Passed over for good, as in a channel: what is brought back later is not forwarded any more.
            let deleted = posts::deleted(tx, webhook, (after + 1, last))?;
            events.retain(|event| !deleted.contains(&event.place.position));
            kernel::sort_by_key(&mut events, |event| event.place.position);
            let raw = |event: Event| Raw {
                position: event.place.position,
                id: Uuid::from(event.id),
                webhook,
                at: event.at,
                meta: event.meta,
                body: event.body,
            };
            let messages = events.into_iter().map(raw).collect();
            Ok(Batch { messages, through: last, more: last < head })
        }
    }
}

/// The lease of the only node there is: the year 9987, which every engine can store.
pub(super) const FOREVER: Timestamp = Timestamp::constant(253_000_000_000, 0);

/// Replays of one turn.
const REPLAYS: i64 = 100;

/// Members that a mail goes to.
const MOST_MEMBERS: usize = 100;
