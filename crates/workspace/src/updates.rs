//! What buttons make of a card: the answer of whom was called replaces it, for everybody.

use db::{Result, Tx};
use event_log::NewEvent;
use jiff::Timestamp;
use kernel::{EventId, MessageId, UserId};
use serde_json::json;

use crate::{
    MESSAGES_TOPIC,
    messages::{CARD_UPDATED, store},
};

/// What a button made of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardUpdate {
    /// Of which message.
    pub message: MessageId,
    /// Who pressed.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// What whom was called says; kept with the card.
    pub status: Option<String>,
    /// The card that replaces it, which `cards::parse` takes.
    pub card: Option<NewCard>,
}

/// A card that replaces another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCard {
    /// The identifier of its event.
    pub event: EventId,
    /// The `Content-Type` header as received.
    pub content_type: Option<String>,
    /// The body as received.
    pub body: Vec<u8>,
}

/// Replaces the card of a message, keeps what was said, and tells every open page; the version that is
/// shown then. The post itself stays in the event log as it came. `None`: the message is gone, or is
/// none of a webhook.
///
/// # Errors
/// Any of [`db::Error`].
pub fn update_card(tx: &Tx<'_>, update: &CardUpdate) -> Result<Option<i64>> {
    let Some(row) = store::lookup(tx, update.message)? else { return Ok(None) };
    if row.deleted_at.is_some() || row.place.is_none() {
        return Ok(None);
    }
    let (stream, shown) = (update.message.uuid(), row.version.unwrap_or(0));
    let version = match &update.card {
        Some(card) => {
            let meta = json!({ "content_type": card.content_type, "by": update.by }).to_string();
            let event = NewEvent {
                topic: CARD_UPDATED,
                stream,
                id: card.event,
                at: update.at,
                meta: &meta,
                body: Some(&card.body),
            };
            let version = event_log::append(tx, &event)?;
            event_log::prune(tx, CARD_UPDATED, stream, version - VERSIONS_KEPT)?;
            Some(version)
        }
        None => None,
    };
    let status = update.status.as_ref().map(|text| store::Status {
        text: text.clone(),
        by: update.by,
        at: update.at,
    });
    if version.is_some() || status.is_some() {
        let position = event_log::draw(tx, MESSAGES_TOPIC, row.channel.uuid())?;
        store::set_card(tx, update.message, position, (version, status.as_ref()))?;
        tx.notify(MESSAGES_TOPIC, row.channel.uuid(), position);
    }
    Ok(Some(version.unwrap_or(shown)))
}

/// Versions of a card that are kept, the posted one not counted: our own choice.
const VERSIONS_KEPT: i64 = 10;
