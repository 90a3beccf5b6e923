//! Cards, posted by people: Graph lets no application post.

use http::Method;
use serde_json::{Value, json};
use workspace_port::{ChannelId, Error, MessageId, Result};

use crate::{Seat, paths, seat::text};

/// The largest message with its card, in bytes. Common knowledge, about 28 KB; we stay below.
const MOST: usize = 27 * 1024;

/// The name of the card within its message.
const ATTACHMENT: &str = "liaison";

impl Seat {
    pub(crate) async fn post(&self, channel: &ChannelId, card: &Value) -> Result<MessageId> {
        self.person_only()?;
        let card = card.to_string();
        if card.len() > MOST {
            return Err(Error::TooLarge);
        }
        let body = json!({
            "body": {
                "contentType": "html",
                "content": format!("<attachment id=\"{ATTACHMENT}\"></attachment>"),
            },
            "attachments": [{
                "id": ATTACHMENT,
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": null,
                "content": card,
                "name": null,
                "thumbnailUrl": null,
            }],
        });
        let path = format!("{}/messages", paths::channel(channel));
        let answer = self.change(&channel.team, (Method::POST, path), Some(body)).await?;
        Ok(MessageId(text(&answer.body, "id")?.to_owned()))
    }

    /// The message among the latest 50 of a channel whose card holds a text.
    pub(crate) async fn posted(
        &self,
        channel: &ChannelId,
        marker: &str,
    ) -> Result<Option<MessageId>> {
        let path = format!("{}/messages?$top=50", paths::channel(channel));
        let answer = self.read(&path).await?;
        let messages = answer.get("value").and_then(Value::as_array);
        let holds = |message: &&Value| {
            let attachments = message.get("attachments").and_then(Value::as_array);
            attachments.into_iter().flatten().any(|attachment| {
                let content = attachment.get("content").and_then(Value::as_str);
                content.is_some_and(|content| content.contains(marker))
            })
        };
        let found = messages.into_iter().flatten().find(holds);
        found.map(|message| Ok(MessageId(text(message, "id")?.to_owned()))).transpose()
    }
}
