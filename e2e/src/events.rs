//! Server-sent events as a browser reads them.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Result, bail};

use crate::{Connection, Item};

/// An open stream.
#[derive(Debug)]
pub struct Events {
    connection: Connection,
    text: String,
    last_id: Option<String>,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The `id:` line.
    pub id: Option<String>,
    /// The `event:` line; `message` when there is none.
    pub kind: String,
    /// The `data:` lines.
    pub data: String,
}

impl Event {
    /// The message it carries.
    ///
    /// # Errors
    /// When the data is no item of the message list.
    pub fn item(&self) -> Result<Item> {
        Ok(serde_json::from_str(&self.data)?)
    }
}

impl Events {
    /// Opens a channel's stream, after `last_id` if given.
    ///
    /// # Errors
    /// When it is refused.
    pub fn open(
        address: SocketAddr,
        token: &str,
        channel_id: &str,
        last_id: Option<&str>,
    ) -> Result<Self> {
        let mut connection = Connection::open(address)?;
        let resume = last_id.map(|id| format!("Last-Event-ID: {id}\r\n")).unwrap_or_default();
        let head = format!(
            "GET /api/v1/channels/{channel_id}/events HTTP/1.1\r\nHost: {address}\r\n\
             Authorization: Bearer {token}\r\nAccept: text/event-stream\r\n{resume}\r\n"
        );
        connection.write(head.as_bytes())?;
        let head = connection.read_head()?;
        if !head.starts_with("HTTP/1.1 200") || !head.to_lowercase().contains("text/event-stream") {
            bail!("the event stream was refused: {head}");
        }
        Ok(Self { connection, text: String::new(), last_id: last_id.map(str::to_owned) })
    }

    /// The next event that carries data; comments are passed over.
    ///
    /// # Errors
    /// When the stream ends or nothing comes in time.
    pub fn next_within(&mut self, patience: Duration) -> Result<Event> {
        self.connection.set_patience(patience)?;
        loop {
            if let Some(at) = self.text.find("\n\n") {
                let rest = self.text.split_off(at + 2);
                let block = std::mem::replace(&mut self.text, rest);
                if let Some(event) = self.read_block(&block) {
                    return Ok(event);
                }
                continue;
            }
            match self.connection.read_chunk()? {
                Some(chunk) => {
                    self.text.push_str(&String::from_utf8_lossy(&chunk).replace("\r\n", "\n"));
                }
                None => bail!("the event stream ended"),
            }
        }
    }

    /// The id to resume after.
    pub fn last_id(&self) -> Option<&str> {
        self.last_id.as_deref()
    }

    fn read_block(&mut self, block: &str) -> Option<Event> {
        let mut event = Event { id: None, kind: "message".to_owned(), data: String::new() };
        let mut has_data = false;
        for line in block.lines() {
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match name {
                "id" => event.id = Some(value.to_owned()),
                "event" => value.clone_into(&mut event.kind),
                "data" => {
                    if has_data {
                        event.data.push('\n');
                    }
                    event.data.push_str(value);
                    has_data = true;
                }
                _ => {}
            }
        }
        if let Some(id) = &event.id {
            self.last_id = Some(id.clone());
        }
        has_data.then_some(event)
    }
}
