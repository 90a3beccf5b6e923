//! What the edge stands on: the tools of a caller, and a call of one.

use std::sync::Arc;

use ::actions::Catalogue;
use bytes::Bytes;
use edge::Problem;
use futures_util::{future::BoxFuture, stream::BoxStream};
use kernel::Scope;
use serde::{Serialize, Serializer, ser::SerializeMap as _};
use serde_json::{Map, Value};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// The tools of callers; the enabled actions in the hub, a fixed set in tests of the protocol.
pub trait Tools: Send + Sync {
    /// The tools that somebody may use.
    fn catalogue<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<Arc<Catalogue>, Problem>>;

    /// Calls a tool. The name was found in the catalogue just before.
    fn call<'a>(&'a self, scope: &'a Scope, call: Call) -> BoxFuture<'a, Result<Outcome, Failed>>;

    /// Says each time when what the caller may use has changed.
    fn changes(&self, scope: &Scope) -> BoxStream<'static, ()>;
}

/// One call of a tool.
#[derive(Debug)]
pub struct Call {
    /// The tool.
    pub name: String,
    /// The arguments by name.
    pub arguments: Map<String, Value>,
    /// What the client can do beside, as it declared (`ClientCapabilities`).
    pub capabilities: Map<String, Value>,
    /// How far it is, for a caller that wants to know.
    pub progress: Progress,
    /// Cancelled when nobody waits for the answer any more.
    pub cancelled: CancellationToken,
}

/// What a call came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// For models and people.
    pub content: Vec<Content>,
    /// A JSON object that fits the tool's output schema, as text.
    pub structured: Option<Bytes>,
    /// Whether the tool failed; then the content says why.
    pub is_error: bool,
}

impl Outcome {
    /// An outcome that is one text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { content: vec![Content::Text(text.into())], ..Self::default() }
    }

    /// A failure that is one text.
    pub fn failure(text: impl Into<String>) -> Self {
        Self { is_error: true, ..Self::text(text) }
    }
}

/// A piece of an outcome (`ContentBlock`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Text.
    Text(String),
    /// A picture, in base 64.
    Image {
        /// The bytes in base 64.
        data: String,
        /// Of which type.
        mime_type: String,
    },
    /// Sound, in base 64.
    Audio {
        /// The bytes in base 64.
        data: String,
        /// Of which type.
        mime_type: String,
    },
    /// Text with an address and a type of its own.
    Resource {
        /// The address.
        uri: String,
        /// Of which type.
        mime_type: String,
        /// The text.
        text: String,
    },
    /// Bytes with an address and a type of their own.
    Blob {
        /// The address.
        uri: String,
        /// Of which type.
        mime_type: String,
        /// The bytes in base 64.
        blob: String,
    },
}

impl Serialize for Content {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Text(text) => {
                map.serialize_entry("type", "text")?;
                map.serialize_entry("text", text)?;
            }
            Self::Image { data, mime_type } | Self::Audio { data, mime_type } => {
                let kind = if matches!(self, Self::Image { .. }) { "image" } else { "audio" };
                map.serialize_entry("type", kind)?;
                map.serialize_entry("data", data)?;
                map.serialize_entry("mimeType", mime_type)?;
            }
            Self::Resource { uri, mime_type, text } => {
                map.serialize_entry("type", "resource")?;
                let resource = serde_json::json!({"uri": uri, "mimeType": mime_type, "text": text});
                map.serialize_entry("resource", &resource)?;
            }
            Self::Blob { uri, mime_type, blob } => {
                map.serialize_entry("type", "resource")?;
                let resource = serde_json::json!({"uri": uri, "mimeType": mime_type, "blob": blob});
                map.serialize_entry("resource", &resource)?;
            }
        }
        map.end()
    }
}

/// Why a call came to nothing.
#[derive(Debug)]
pub enum Failed {
    /// Anything that has a code; the model reads the text and may do better.
    Problem(Problem),
    /// The client did not declare a capability that the tool cannot do without.
    Needs(&'static str),
}

impl<E: kernel::Coded> From<E> for Failed {
    fn from(error: E) -> Self {
        Self::Problem(Problem::of(&error))
    }
}

/// How far a call is; tells nobody unless the caller asked.
#[derive(Debug, Clone, Default)]
pub struct Progress(Option<mpsc::Sender<Report>>);

/// One word on how far a call is.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// How far; grows.
    pub progress: f64,
    /// What it will be in the end, if that is known.
    pub total: Option<f64>,
    /// What is being done.
    pub message: Option<String>,
}

impl Progress {
    pub(crate) fn channel() -> (Self, mpsc::Receiver<Report>) {
        let (sender, receiver) = mpsc::channel(BACKLOG);
        (Self(Some(sender)), receiver)
    }

    /// Tells how far it is. A caller that reads too slowly misses some.
    pub fn report(&self, report: Report) {
        if let Some(sender) = &self.0 {
            drop(sender.try_send(report));
        }
    }
}

/// How many reports wait for a slow reader.
const BACKLOG: usize = 64;
