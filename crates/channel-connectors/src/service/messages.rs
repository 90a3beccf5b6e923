//! From accepted posts to messages of a channel.

use db::{Result, Tx};
use delivery::Rejected;
use event_log::{EventRef, Place as At};
use kernel::WebhookId;
use uuid::Uuid;
use workspace::posts::Post;

use crate::{
    Place,
    store::{self, Tally, mails},
};

/// Turns events of one webhook into messages, in their order, and counts them.
pub(super) fn post(tx: &Tx<'_>, stream: Uuid, events: &[EventRef]) -> Result<Vec<Rejected>> {
    let hook = WebhookId::from(stream);
    let channel = match store::home(tx, hook)? {
        Some(Place::Channel(channel)) => channel,
        Some(Place::Mailbox(_) | Place::Inbox(_)) => {
            // A mail is made of files, which no transaction writes: a worker does, soon.
            mails::queue_mails(tx, hook, events)?;
            count(tx, hook, events)?;
            return Ok(Vec::new());
        }
        None => return Ok(reject(events, "webhook.not_found", "the webhook is not there")),
    };
    match workspace::access::channel(tx, channel) {
        Ok(access) if access.is_archived() => {
            return Ok(reject(events, "channel.archived", "the channel is archived"));
        }
        Ok(_) => {}
        Err(workspace::Error::Store(error)) => return Err(error),
        Err(_) => return Ok(reject(events, "channel.deleted", "the channel was deleted")),
    }
    let posts: Vec<Post> = events
        .iter()
        .map(|event| Post {
            message_id: event.id.uuid().into(),
            place: At { stream, position: event.position },
            created_at: event.at,
        })
        .collect();
    if workspace::posts::append(tx, channel, hook, &posts)?.is_empty() {
        return Ok(reject(events, "channel.deleted", "the channel was deleted"));
    }
    count(tx, hook, events)?;
    Ok(Vec::new())
}

/// Adds the posts to the counts of the hours they came in.
fn count(tx: &Tx<'_>, hook: WebhookId, events: &[EventRef]) -> Result<()> {
    for same in events.chunk_by(|a, b| store::hour(a.at) == store::hour(b.at)) {
        let Some(last) = same.last() else { continue };
        let accepted = i64::try_from(same.len()).unwrap_or(i64::MAX);
        let tally = Tally { accepted, ..Tally::default() };
        store::count(tx, hook, tally, last.at)?;
    }
    Ok(())
}

fn reject(events: &[EventRef], code: &'static str, detail: &'static str) -> Vec<Rejected> {
    events.iter().map(|event| Rejected { position: event.position, code, detail }).collect()
}
