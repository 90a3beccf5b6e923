//! Cards that persons post: a record that somebody links or shares.

use db::Tx;
use event_log::NewEvent;
use kernel::{ChannelId, EventId, FieldError, MessageId, Permission, Scope};
use serde_json::{Value as Json, json};

use super::{CARD_TOPIC, Item, MESSAGES_TOPIC, store, store::Stored, write::read_back};
use crate::{Error, Result, Workspace, access};

impl Workspace {
    /// Posts an Adaptive Card as a person's message.
    ///
    /// # Errors
    /// [`Error::ChannelNotFound`] and the like, [`Error::ChannelArchived`], [`Error::Invalid`] for what is no card,
    /// [`Error::PersonNeeded`].
    pub async fn post_card(&self, scope: &Scope, channel: ChannelId, card: &Json) -> Result<Item> {
        scope.require(Permission::MessageWrite)?;
        let author = scope.user().ok_or(Error::PersonNeeded)?;
        let body = wrapped(card).to_string().into_bytes();
        if let Err(error) = cards::parse(&body, Some(JSON)) {
            let refused = FieldError::new("/card", "card.refused", error.to_string());
            return Err(Error::invalid(refused));
        }
        let (id, event, at) = (self.ids.fresh(), self.ids.fresh(), self.clock.now());
        let post = move |tx: &Tx<'_>| {
            access::writable(tx, channel)?;
            let meta = json!({ "content_type": JSON }).to_string();
            let posted = stored(tx, (channel, id, event), (author, at), (&meta, &body))?;
            tx.notify(MESSAGES_TOPIC, channel.uuid(), posted);
            read_back(tx, id)
        };
        self.only(scope, post).await
    }
}

/// Puts the body into the event log and the message that refers to it into the channel; its position.
fn stored(
    tx: &Tx<'_>,
    (channel, id, event): (ChannelId, MessageId, EventId),
    (author, at): (kernel::UserId, jiff::Timestamp),
    (meta, body): (&str, &[u8]),
) -> Result<i64> {
    // a stream of its own: what the message refers to goes with it
    let stream = id.uuid();
    let event = NewEvent { topic: CARD_TOPIC, stream, id: event, at, meta, body: Some(body) };
    let entry = event_log::append(tx, &event)?;
    let position = event_log::draw(tx, MESSAGES_TOPIC, channel.uuid())?;
    let row = Stored {
        channel,
        position,
        id,
        created_at: at,
        author: Some(author),
        webhook: None,
        place: Some(event_log::Place { stream, position: entry }),
        parent: None,
        text: None,
        changed: None,
        edited_at: None,
        deleted_at: None,
        replies: 0,
        replied_at: None,
        version: None,
        status: None,
    };
    store::insert(tx, &row)?;
    Ok(position)
}

/// The card as a message that holds nothing else, the shape that webhooks take too.
fn wrapped(card: &Json) -> Json {
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": card,
        }],
    })
}

const JSON: &str = "application/json";
