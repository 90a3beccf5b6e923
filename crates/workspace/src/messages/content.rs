//! What messages say: bodies joined from the event log, names from the directory, cards drawn.

use std::{collections::HashMap, sync::Arc};

use db::Tx;
use event_log::{Event, Place};
use kernel::Page;
use serde_json::Value as Json;

use super::{Content, Item, Sender, store::Stored};
use crate::people::{self, Names};

/// The topic whose events hold what webhooks posted.
pub const CARD_TOPIC: &str = "card.posted";

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
}

impl CardContent {
    /// Reads a body that was accepted when it was posted.
    fn read(entry: i64, content_type: Option<String>, body: Vec<u8>) -> Self {
        let (card, text, theme_color) = match cards::parse(&body, content_type.as_deref()) {
            Ok(post) => (cards::to_adaptive(&post), cards::plain_text(&post), post.theme_color()),
            // Rules may have become stricter since: the reader still sees what was sent.
            Err(_) => (Json::Null, String::from_utf8_lossy(&body).into_owned(), None),
        };
        Self { entry, content_type, body, card, text, theme_color }
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
    names: Names,
}

/// Looks up, in two statements at most, what the rows refer to.
pub(crate) fn join(tx: &Tx<'_>, page: Page<Stored>) -> db::Result<Joined> {
    let live = |row: &&Stored| row.deleted_at.is_none();
    let places: Vec<Place> = page.items.iter().filter(live).filter_map(|row| row.place).collect();
    let events = event_log::find_many(tx, CARD_TOPIC, &places)?;
    let events = events.into_iter().map(|event| (event.place, event)).collect();
    let names = people::names(tx, page.items.iter().filter_map(|row| row.author))?;
    Ok(Joined { page, events, names })
}

/// Turns rows into items; gives way to other tasks now and then, because drawing cards takes a while.
pub(crate) async fn render(joined: Joined) -> Page<Item> {
    let Joined { page, mut events, names } = joined;
    let mut items = Vec::with_capacity(page.items.len());
    for row in page.items {
        if items.len() % BREATH == BREATH - 1 {
            tokio::task::yield_now().await;
        }
        let event = row.place.and_then(|place| events.remove(&place));
        items.push(item(row, event, &names));
    }
    Page { items, next: page.next }
}

fn item(row: Stored, event: Option<Event>, names: &Names) -> Item {
    let change = row.change();
    let (sender_meta, content_type, body) = match event {
        Some(event) => {
            let mut meta: Meta = serde_json::from_str(&event.meta).unwrap_or_default();
            (meta.sender.take().unwrap_or_default(), meta.content_type, event.body)
        }
        None => (SenderMeta::default(), None, None),
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
            Content::Card(Arc::new(CardContent::read(entry, content_type, body)))
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
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct SenderMeta {
    name: String,
    icon: Option<String>,
}

/// How many items are drawn before other tasks get their turn.
const BREATH: usize = 16;
