//! Reading the delivery log, posting again, and the test box.

use std::collections::HashMap;

use bytes::Bytes;
use db::Tx;
use delivery::{Consumer, DeadLetter};
use event_log::{Event, Place};
use jiff::Timestamp;
use kernel::{Cursor, CursorError, Limit, Page, Permission, Scope, WebhookId};
use uuid::Uuid;

use super::{
    ChannelConnectors,
    intake::{Origin, Taking},
    manage::audit,
};
use crate::{
    CARD_POSTED, CARD_REFUSED, EntryId, Error, LogEntry, LogFilter, Meta, Post, Receipt, Result,
    SAMPLES, Sample, Shape, Verdict, access::Reach,
};

impl ChannelConnectors {
    /// Posts of a webhook, accepted and refused, newest first; for its owners and administrators.
    ///
    /// A page looks at 2,000 posts at most, so one with a filter may be short and still have a next one.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::NotOwner`], [`Error::Cursor`], [`Error::Store`].
    #[expect(
        clippy::too_many_arguments,
        reason = "the last two are a place, as every list takes it"
    )]
    pub async fn log(
        &self,
        scope: &Scope,
        hook: WebhookId,
        filter: LogFilter,
        limit: Limit,
        after: Option<&Cursor>,
    ) -> Result<Page<LogEntry>> {
        scope.require(Permission::WebhookManage)?;
        let start = after.map_or(Ok(Marks::TOP), Marks::read)?;
        self.flush().await;
        let (consumer, now) = (self.consumer.clone(), self.clock.now());
        self.db
            .read(scope, move |tx| {
                let known = Self::reached(tx, hook, Reach::Own, now);
                if !matches!(known, Ok(_) | Err(Error::Removed { .. })) {
                    known?;
                }
                Ok::<_, Error>(page(tx, &consumer, (hook, start), &filter, limit)?)
            })
            .await
    }

    /// One post of the delivery log, with its request.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::NotOwner`], [`Error::UnknownEntry`],
    /// [`Error::Store`].
    pub async fn log_entry(
        &self,
        scope: &Scope,
        hook: WebhookId,
        entry: EntryId,
    ) -> Result<LogEntry> {
        scope.require(Permission::WebhookManage)?;
        self.flush().await;
        let (consumer, now) = (self.consumer.clone(), self.clock.now());
        self.db
            .read(scope, move |tx| {
                let known = Self::reached(tx, hook, Reach::Own, now);
                if !matches!(known, Ok(_) | Err(Error::Removed { .. })) {
                    known?;
                }
                find(tx, &consumer, hook, entry)?.ok_or(Error::UnknownEntry)
            })
            .await
    }

    /// Posts an entry of the delivery log again.
    ///
    /// What could not be delivered is delivered as it is. What was delivered becomes a new message that is
    /// marked as a replay. What was refused goes through the intake once more, by the rules of now.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::NotOwner`], [`Error::UnknownEntry`],
    /// [`Error::NotReplayable`], [`Error::Delivery`], and everything of [`ChannelConnectors::receive`].
    pub async fn replay(&self, scope: &Scope, hook: WebhookId, entry: EntryId) -> Result<Receipt> {
        let found = self.log_entry(scope, hook, entry).await?;
        if !found.replayable {
            return Err(Error::NotReplayable);
        }
        let at = self.clock.now();
        let after = Some(serde_json::json!({ "entry": entry.to_string() }));
        self.db
            .write(scope, move |tx| {
                Self::reached(tx, hook, Reach::Own, at)?;
                audit(tx, "webhook.replay", hook, (None, after.clone()), at)
            })
            .await?;
        let origin = match entry {
            EntryId::Accepted(position) if found.verdict == Verdict::Undelivered => {
                let consumer = self.consumer.clone();
                let place = Place { stream: hook.uuid(), position };
                let system = self.scopes.scope(scope.tenant(), "replay");
                self.db.write(&system, move |tx| consumer.replay(tx, place, at)).await?;
                return Ok(Receipt { event: found.event, repeated: false });
            }
            EntryId::Accepted(position) => Origin::Replay(position),
            EntryId::Refused(position) => Origin::Retry(position),
        };
        let shape = match found.meta.shape.as_str() {
            "workflow" => Shape::Workflow,
            _ => Shape::Connector,
        };
        let post = Post {
            shape,
            content_type: found.meta.content_type,
            headers: found.meta.headers,
            body: Bytes::from(found.body),
            cut: false,
        };
        let loaded = self.hook(scope.tenant(), hook).await?;
        self.take_or_refuse(scope, loaded, Taking { post, origin }).await
    }

    /// Posts a sample card to a webhook, through the same rules as a sender's.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::NotOwner`], and everything of
    /// [`ChannelConnectors::receive`].
    pub async fn test(&self, scope: &Scope, hook: WebhookId, sample: Sample) -> Result<Receipt> {
        scope.require(Permission::WebhookManage)?;
        let now = self.clock.now();
        self.db
            .read(scope, move |tx| Self::reached(tx, hook, Reach::Manage, now).map(drop))
            .await?;
        let post = Post {
            shape: Shape::Connector,
            content_type: Some("application/json".to_owned()),
            headers: Vec::new(),
            body: Bytes::from_static(sample.body.as_bytes()),
            cut: false,
        };
        let loaded = self.hook(scope.tenant(), hook).await?;
        self.take_or_refuse(scope, loaded, Taking { post, origin: Origin::Test }).await
    }

    /// The sample cards of the test box.
    pub const fn samples() -> &'static [Sample] {
        &SAMPLES
    }
}

/// Where a page goes on: below these positions of the two streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Marks {
    accepted: i64,
    refused: i64,
}

impl Marks {
    const TOP: Self = Self { accepted: i64::MAX, refused: i64::MAX };

    fn read(cursor: &Cursor) -> Result<Self> {
        let key = cursor.key()?;
        let (accepted, refused) = key.split_once('.').ok_or(CursorError)?;
        let number = |text: &str| text.parse().map_err(|_source| CursorError);
        Ok(Self { accepted: number(accepted)?, refused: number(refused)? })
    }

    fn cursor(self) -> Cursor {
        Cursor::new(&format!("{}.{}", self.accepted, self.refused))
    }
}

/// One page: the two streams merged by time, newest first, and sieved.
fn page(
    tx: &Tx<'_>,
    consumer: &Consumer,
    (hook, start): (WebhookId, Marks),
    filter: &LogFilter,
    limit: Limit,
) -> db::Result<Page<LogEntry>> {
    let stream = hook.uuid();
    let success = filter.verdict.is_none_or(Verdict::is_success);
    let failure = filter.verdict.is_none_or(|verdict| !verdict.is_success());
    let mut marks = start;
    if let Some(to) = filter.to {
        let accepted = first_at(tx, CARD_POSTED, stream, to)?;
        let refused = first_at(tx, CARD_REFUSED, stream, to)?;
        marks.accepted = marks.accepted.min(accepted);
        marks.refused = marks.refused.min(refused);
    }
    let reached = consumer.position(tx, stream)?;
    let mut items = Vec::new();
    let mut looked_at = 0;
    let mut chunk = u32::try_from(limit.rows()).unwrap_or(50) + 1;
    loop {
        let take = |wanted: bool, topic, below: i64| {
            if wanted && below > 1 {
                event_log::read_back(tx, topic, stream, below, chunk)
            } else {
                Ok(Vec::new())
            }
        };
        let accepted = take(success, CARD_POSTED, marks.accepted)?;
        let refused = take(failure, CARD_REFUSED, marks.refused)?;
        let more = |events: &[Event]| events.len() >= chunk as usize;
        let (more_accepted, more_refused) = (more(&accepted), more(&refused));
        let letters = letters(tx, consumer, stream, &accepted)?;
        let mut accepted = accepted.into_iter().peekable();
        let mut refused = refused.into_iter().peekable();
        loop {
            // A stream that ran dry but has more decides where the chunk ends.
            let dry = accepted.peek().is_none() && more_accepted
                || refused.peek().is_none() && more_refused;
            if dry {
                break;
            }
            let newer = match (accepted.peek(), refused.peek()) {
                (Some(a), Some(r)) => a.at >= r.at,
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (None, None) => break,
            };
            let next = if newer { accepted.next() } else { refused.next() };
            let Some(event) = next else { break };
            looked_at += 1;
            let position = event.place.position;
            if filter.from.is_some_and(|from| event.at < from) {
                // Older than asked for: this stream is through.
                if newer {
                    (marks.accepted, accepted) = (1, Vec::new().into_iter().peekable());
                } else {
                    (marks.refused, refused) = (1, Vec::new().into_iter().peekable());
                }
                continue;
            }
            if newer {
                marks.accepted = position;
            } else {
                marks.refused = position;
            }
            let entry = if newer {
                accepted_entry(event, reached, letters.get(&position))
            } else {
                refused_entry(event)
            };
            if matches(&entry, filter) {
                items.push(entry);
                if items.len() >= limit.rows() {
                    return Ok(Page { items, next: rest(tx, stream, marks)? });
                }
            }
        }
        let through = |wanted: bool, more: bool, mark: i64| !wanted || !more || mark <= 1;
        if through(success, more_accepted, marks.accepted)
            && through(failure, more_refused, marks.refused)
        {
            return Ok(Page { items, next: None });
        }
        if looked_at >= LOOKED_AT {
            return Ok(Page { items, next: rest(tx, stream, marks)? });
        }
        chunk = CHUNK;
    }
}

/// The cursor of what lies below the marks; `None` when nothing does.
fn rest(tx: &Tx<'_>, stream: Uuid, marks: Marks) -> db::Result<Option<Cursor>> {
    let more = !event_log::read_back(tx, CARD_POSTED, stream, marks.accepted, 1)?.is_empty()
        || !event_log::read_back(tx, CARD_REFUSED, stream, marks.refused, 1)?.is_empty();
    Ok(more.then(|| marks.cursor()))
}

/// The first position of a stream at or after an instant; times follow positions but for the skew of a
/// commit, which a person who filters by time does not see.
fn first_at(tx: &Tx<'_>, topic: event_log::Topic, stream: Uuid, at: Timestamp) -> db::Result<i64> {
    let (mut low, mut high) = (0, event_log::head(tx, topic, stream)?);
    while low < high {
        let middle = low + (high - low) / 2;
        match event_log::read_after(tx, topic, stream, middle, 1)?.first() {
            Some(event) if event.at < at => low = event.position,
            _ => high = middle,
        }
    }
    Ok(low + 1)
}

fn letters(
    tx: &Tx<'_>,
    consumer: &Consumer,
    stream: Uuid,
    events: &[Event],
) -> db::Result<HashMap<i64, DeadLetter>> {
    let (Some(last), Some(first)) = (events.first(), events.last()) else {
        return Ok(HashMap::new());
    };
    let range = (first.place.position, last.place.position);
    let letters = consumer.letters(tx, stream, range)?;
    Ok(letters.into_iter().map(|letter| (letter.place.position, letter)).collect())
}

fn find(
    tx: &Tx<'_>,
    consumer: &Consumer,
    hook: WebhookId,
    entry: EntryId,
) -> db::Result<Option<LogEntry>> {
    let stream = hook.uuid();
    match entry {
        EntryId::Accepted(position) => {
            let place = Place { stream, position };
            let Some(event) = event_log::find(tx, CARD_POSTED, place)? else { return Ok(None) };
            let letter = consumer.letters(tx, stream, (position, position))?.pop();
            let reached = consumer.position(tx, stream)?;
            Ok(Some(accepted_entry(event, reached, letter.as_ref())))
        }
        EntryId::Refused(position) => {
            let place = Place { stream, position };
            Ok(event_log::find(tx, CARD_REFUSED, place)?.map(refused_entry))
        }
    }
}

fn accepted_entry(event: Event, reached: i64, letter: Option<&DeadLetter>) -> LogEntry {
    let dead = letter.filter(|letter| letter.replayed_at.is_none());
    let verdict = match dead {
        Some(_) => Verdict::Undelivered,
        None if event.place.position <= reached => Verdict::Delivered,
        None => Verdict::Accepted,
    };
    let body = event.body.unwrap_or_default();
    LogEntry {
        id: EntryId::Accepted(event.place.position),
        event: event.id,
        at: event.at,
        verdict,
        code: dead.map(|letter| letter.code.clone()),
        pointer: String::new(),
        status: 200,
        bytes: u64::try_from(body.len()).unwrap_or(u64::MAX),
        meta: read_meta(&event.meta),
        // What is still on its way is not posted twice.
        replayable: verdict != Verdict::Accepted && !body.is_empty(),
        body,
    }
}

fn refused_entry(event: Event) -> LogEntry {
    let meta = read_meta(&event.meta);
    let refusal = meta.refusal.clone().unwrap_or_default();
    let throttled = refusal.code == "webhook.throttled";
    let body = event.body.unwrap_or_default();
    LogEntry {
        id: EntryId::Refused(event.place.position),
        event: event.id,
        at: event.at,
        verdict: if throttled { Verdict::Throttled } else { Verdict::Refused },
        code: Some(refusal.code),
        pointer: refusal.pointer,
        status: refusal.status,
        bytes: refusal.bytes,
        meta,
        replayable: !refusal.cut && !body.is_empty(),
        body,
    }
}

fn read_meta(text: &str) -> Meta {
    serde_json::from_str(text).unwrap_or_default()
}

fn matches(entry: &LogEntry, filter: &LogFilter) -> bool {
    let verdict = match filter.verdict {
        None => true,
        // "Accepted" is what the sender was told, whatever came after.
        Some(Verdict::Accepted) => entry.verdict.is_success(),
        Some(wanted) => entry.verdict == wanted,
    };
    let after = filter.from.is_none_or(|from| entry.at >= from);
    let before = filter.to.is_none_or(|to| entry.at < to);
    let text = filter.text.as_deref().is_none_or(|part| {
        let part = part.trim().to_lowercase();
        let said = |text: &str| text.to_lowercase().contains(&part);
        part.is_empty()
            || said(&String::from_utf8_lossy(&entry.body))
            || entry.code.as_deref().is_some_and(said)
    });
    verdict && after && before && text
}

/// Posts that one page looks at before it is handed out short.
const LOOKED_AT: u32 = 2_000;

/// Posts that are read at once while a filter searches.
const CHUNK: u32 = 200;
