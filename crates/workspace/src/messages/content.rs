//! What messages say: bodies joined from the event log, names from the directory, cards drawn.

use std::{collections::HashMap, sync::Arc};

use db::Tx;
use event_log::{Event, Place};
use jiff::Timestamp;
use kernel::{Page, UserId};
use serde_json::Value as Json;

use super::{Content, Item, Sender, store::Stored};
use crate::people::{self, Names};

/// The topic whose events hold what webhooks posted.
pub const CARD_TOPIC: &str = "card.posted";

/// The topic whose events hold what buttons made of a card; the stream is the message.
pub(crate) const CARD_UPDATED: &str = "card.updated";

/// What a webhook posted, as received and as shown.
#[derive(Debug, Clone, PartialEq)]
pub struct CardContent {
    /// Its position among the accepted posts of the webhook: `a7` in the delivery log.
    pub entry: i64,
    /// The `Content-Type` header as received.
    pub content_type: Option<String>,
    /// The body as received.
    pub body: Vec<u8>,
    /// The Adaptive Card that is shown.
    pub card: Json,
    /// The text without marks.
    pub text: String,
    /// `#rrggbb`, if the sender gave a colour.
    pub theme_color: Option<String>,
    /// How it came to be posted.
    pub origin: Origin,
    /// What buttons made of it.
    pub changes: CardChanges,
}

/// What buttons made of a card since it was posted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CardChanges {
    /// How many times a button replaced the card; 0 is the card as it was posted.
    pub version: i64,
    /// The type and the body that are shown in place of those that were posted.
    pub replaced: Option<(Option<String>, Vec<u8>)>,
    /// What the last button said.
    pub status: Option<CardStatus>,
}

/// What a button of a card said, with who pressed it and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardStatus {
    /// The sentence of whom was called.
    pub text: String,
    /// Who pressed.
    pub by: UserId,
    /// The name of that person; empty when the account is gone.
    pub name: String,
    /// When.
    pub at: Timestamp,
}

/// How a webhook's post came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Origin {
    /// Its sender posted it.
    #[default]
    Sender,
    /// Somebody tried the webhook out.
    Test,
    /// Somebody posted again what was accepted at this position of the delivery log.
    Replay(i64),
    /// Somebody posted again what was refused at this position of the delivery log.
    Retry(i64),
}

impl CardContent {
    /// Reads a body that was accepted when it was posted, and what became of it.
    fn read(
        entry: i64,
        (content_type, origin): (Option<String>, Origin),
        body: Vec<u8>,
        changes: CardChanges,
    ) -> Self {
        let replaced = changes.replaced.as_ref();
        let shown = replaced
            .map_or((&body, content_type.as_deref()), |(kind, body)| (body, kind.as_deref()));
        let (card, text, theme_color) = match cards::parse(shown.0, shown.1) {
            Ok(post) => {
                let card = cards::to_adaptive(&post);
                let text = cards::plain_text_of(&post, &card);
                (card, text, post.theme_color())
            }
            // Rules may have become stricter since: the reader still sees what was sent.
            Err(_) => (Json::Null, String::from_utf8_lossy(shown.0).into_owned(), None),
        };
        Self { entry, content_type, body, card, text, theme_color, origin, changes }
    }

    /// The post that is shown: its body and its type.
    pub fn shown(&self) -> (&[u8], Option<&str>) {
        match &self.changes.replaced {
            Some((kind, body)) => (body, kind.as_deref()),
            None => (&self.body, self.content_type.as_deref()),
        }
    }

    /// The body as text.
    pub fn source(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Rows with all that their rendering needs.
#[derive(Debug)]
pub(crate) struct Joined {
    page: Page<Stored>,
    events: HashMap<Place, Event>,
    updates: HashMap<Place, Event>,
    names: Names,
}

/// Looks up what the rows refer to: in two statements, and one more for each card that was replaced.
pub(crate) fn join(tx: &Tx<'_>, page: Page<Stored>) -> db::Result<Joined> {
    let live = |row: &&Stored| row.deleted_at.is_none();
    let places: Vec<Place> = page.items.iter().filter(live).filter_map(|row| row.place).collect();
    let events = event_log::find_many(tx, CARD_TOPIC, &places)?;
    let events = events.into_iter().map(|event| (event.place, event)).collect();
    let places: Vec<Place> =
        page.items.iter().filter(live).filter_map(Stored::update_place).collect();
    let updates = event_log::find_many(tx, CARD_UPDATED, &places)?;
    let updates = updates.into_iter().map(|event| (event.place, event)).collect();
    let pressed = |row: &Stored| row.status.as_ref().map(|status| status.by);
    let persons = page.items.iter().flat_map(|row| [row.author, pressed(row)]).flatten();
    let names = people::names(tx, persons)?;
    Ok(Joined { page, events, updates, names })
}

/// Turns rows into items; gives way to other tasks now and then, because drawing cards takes a while.
pub(crate) async fn render(joined: Joined) -> Page<Item> {
    let Joined { page, mut events, mut updates, names } = joined;
    let mut items = Vec::with_capacity(page.items.len());
    for row in page.items {
        if items.len() % BREATH == BREATH - 1 {
            tokio::task::yield_now().await;
        }
        let event = row.place.and_then(|place| events.remove(&place));
        let update = row.update_place().and_then(|place| updates.remove(&place));
        items.push(item(row, event, update, &names));
    }
    Page { items, next: page.next }
}

fn item(row: Stored, event: Option<Event>, update: Option<Event>, names: &Names) -> Item {
    let change = row.change();
    let (sender_meta, beside, body) = match event {
        Some(event) => {
            let mut meta: Meta = serde_json::from_str(&event.meta).unwrap_or_default();
            let origin = meta.origin();
            (meta.sender.take().unwrap_or_default(), (meta.content_type, origin), event.body)
        }
        None => (SenderMeta::default(), (None, Origin::Sender), None),
    };
    let sender = match (row.webhook, row.author) {
        (Some(id), _) => Sender::Webhook { id, name: sender_meta.name, icon: sender_meta.icon },
        (None, author) => {
            let id = author.unwrap_or_else(|| uuid::Uuid::nil().into());
            Sender::Person { id, name: names.get(&id).cloned().unwrap_or_default() }
        }
    };
    let entry = row.place.map_or(0, |place| place.position);
    let content = match (row.deleted_at, row.text, body) {
        (Some(_), _, _) => Content::Deleted,
        (None, Some(text), _) => Content::Text(text),
        (None, None, Some(body)) => {
            let status = row.status.map(|status| CardStatus {
                name: names.get(&status.by).cloned().unwrap_or_default(),
                text: status.text,
                by: status.by,
                at: status.at,
            });
            let replaced = update.and_then(|event| {
                let meta: Meta = serde_json::from_str(&event.meta).unwrap_or_default();
                Some((meta.content_type, event.body?))
            });
            let version = if replaced.is_some() { row.version.unwrap_or(0) } else { 0 };
            let changes = CardChanges { version, replaced, status };
            Content::Card(Arc::new(CardContent::read(entry, beside, body, changes)))
        }
        (None, None, None) => Content::Expired,
    };
    Item {
        id: row.id,
        channel: row.channel,
        position: row.position,
        change,
        created_at: row.created_at,
        edited_at: row.edited_at,
        deleted_at: row.deleted_at,
        parent: row.parent,
        replies: row.replies,
        replied_at: row.replied_at,
        sender,
        content,
    }
}

/// What the intake writes beside a body.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct Meta {
    content_type: Option<String>,
    sender: Option<SenderMeta>,
    replay_of: Option<i64>,
    retry_of: Option<i64>,
    test: bool,
}

impl Meta {
    const fn origin(&self) -> Origin {
        match (self.replay_of, self.retry_of, self.test) {
            (Some(position), _, _) => Origin::Replay(position),
            (None, Some(position), _) => Origin::Retry(position),
            (None, None, true) => Origin::Test,
            (None, None, false) => Origin::Sender,
        }
    }
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct SenderMeta {
    name: String,
    icon: Option<String>,
}

/// How many items are drawn before other tasks get their turn.
const BREATH: usize = 16;
