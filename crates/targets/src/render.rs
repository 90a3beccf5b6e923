//! Cards in the form that each kind of place takes: pure functions of a message.
//!
//! Every conversion goes through the same plain tree of a card (`cards::fallback_of_card`), so that all kinds
//! show the same pieces in the same order. Published limits are constants beside the conversion that keeps
//! them; what does not fit is cut, and the message says so and links to the whole card. One message is one
//! request: a split message could arrive by halves.

mod attachment;
mod discord;
mod google_chat;
mod http;
mod mail;
mod markup;
mod mattermost;
mod pieces;
mod rocketchat;
mod slack;
mod workflows;

use bytes::Bytes;
use serde_json::Value;

use crate::{
    Format, Kind,
    message::{Home, Message, Raw},
};

pub use mail::Letter;

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parcel {
    /// The body of a POST.
    Http {
        /// The `Content-Type`.
        content_type: String,
        /// The body.
        body: Bytes,
    },
    /// A mail.
    Mail(Box<Letter>),
}

impl Parcel {
    /// The beginning of what is sent, for the log.
    pub fn excerpt(&self, chars: usize) -> String {
        match self {
            Self::Http { body, .. } => {
                let most = body.len().min(chars.saturating_mul(4));
                let start = body.get(..most).unwrap_or_default();
                String::from_utf8_lossy(start).chars().take(chars).collect()
            }
            Self::Mail(letter) => letter.text.chars().take(chars).collect(),
        }
    }
}

/// The message as places of a kind take it.
pub fn render(kind: Kind, message: &Message, home: &Home) -> Parcel {
    match kind {
        Kind::Workflows => json(&workflows::render(message, home)),
        Kind::Slack => json(&slack::render(message, home)),
        Kind::Mattermost => json(&mattermost::render(message, home)),
        Kind::RocketChat => json(&rocketchat::render(message, home)),
        Kind::GoogleChat => json(&google_chat::render(message, home)),
        Kind::Discord => json(&discord::render(message, home)),
        Kind::Http => Parcel::Http {
            content_type: JSON.to_owned(),
            body: Bytes::from(http::render(message, home)),
        },
        Kind::Mail => Parcel::Mail(Box::new(mail::render(message, home))),
    }
}

/// What was accepted as a place of a kind takes it; nothing is read of what goes on as it came.
pub fn prepare(kind: Kind, format: Format, raw: &Raw, home: &Home) -> Parcel {
    if kind == Kind::Http && format == Format::AsReceived {
        let content_type = raw.content_type().unwrap_or_else(|| JSON.to_owned());
        let body = Bytes::from(raw.body.clone().unwrap_or_default());
        return Parcel::Http { content_type, body };
    }
    render(kind, &Message::read(raw), home)
}

fn json(document: &Value) -> Parcel {
    let body = Bytes::from(document.to_string().into_bytes());
    Parcel::Http { content_type: JSON.to_owned(), body }
}

const JSON: &str = "application/json";
