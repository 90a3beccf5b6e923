//! The enabled actions of the hub as tools.

use std::sync::Arc;

use ::actions::{Actions, Catalogue, Error, Invoked};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use connectors::{Body, Via};
use edge::Problem;
use futures_util::{FutureExt as _, future::BoxFuture, stream::BoxStream};
use i18n::Texts;
use kernel::{Language, Scope};

use crate::tools::{Call, Content, Failed, Outcome, Tools};

/// The enabled actions of the hub as tools.
#[derive(Debug, Clone)]
pub struct ActionTools(Arc<Actions>);

impl ActionTools {
    /// Tools over the actions.
    pub fn new(actions: Arc<Actions>) -> Self {
        Self(actions)
    }
}

impl Tools for ActionTools {
    fn catalogue<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<Arc<Catalogue>, Problem>> {
        async move { Ok(self.0.catalogue(scope).await?) }.boxed()
    }

    fn call<'a>(&'a self, scope: &'a Scope, call: Call) -> BoxFuture<'a, Result<Outcome, Failed>> {
        let invoked = async move {
            let Call { name, arguments, .. } = call;
            let invoked = self.0.invoke_tool(scope, &name, arguments, Via::Mcp).await;
            Ok(outcome(
                scope.language(),
                &invoked.map_err(|error: Error| Problem::of(&error)).map_err(Failed::Problem)?,
            ))
        };
        invoked.boxed()
    }

    fn changes(&self, scope: &Scope) -> BoxStream<'static, ()> {
        self.0.changes(scope)
    }
}

/// What an API answered, as a model reads it.
fn outcome(language: Language, invoked: &Invoked) -> Outcome {
    let answer = &invoked.answer;
    if !(200..400).contains(&answer.status) {
        return refused(language, answer.status, answer.body.bytes());
    }
    match &answer.body {
        Body::Empty => {
            let said = Texts::global().text(
                language,
                "api-actions.mcp-no-body",
                &[("status", answer.status.into())],
            );
            let structured = match (invoked.structured, invoked.wrapped) {
                (true, true) => Some(Bytes::from_static(br#"{"result":null}"#)),
                (true, false) => Some(Bytes::from_static(b"{}")),
                (false, _) => None,
            };
            Outcome { structured, ..Outcome::text(said) }
        }
        Body::Json(json) if answer.json.is_some() => {
            let text = String::from_utf8_lossy(json).into_owned();
            let is_object = json.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
            let structured = if is_object && !invoked.wrapped {
                Some(json.clone())
            } else if invoked.structured {
                Some([br#"{"result":"#, json.as_ref(), b"}"].concat().into())
            } else {
                None
            };
            Outcome { structured, ..Outcome::text(text) }
        }
        Body::Json(bytes) => Outcome::text(String::from_utf8_lossy(bytes)),
        Body::Bytes { content_type, bytes } => {
            let essence = content_type.as_deref().unwrap_or_default();
            let essence = essence.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            Outcome { content: vec![piece(essence, bytes)], ..Outcome::default() }
        }
    }
}

fn piece(essence: String, bytes: &Bytes) -> Content {
    let data = || STANDARD.encode(bytes);
    if essence.starts_with("image/") {
        return Content::Image { data: data(), mime_type: essence };
    }
    if essence.starts_with("audio/") {
        return Content::Audio { data: data(), mime_type: essence };
    }
    match std::str::from_utf8(bytes) {
        Ok(text)
            if essence.is_empty() || essence.starts_with("text/") || essence.ends_with("xml") =>
        {
            Content::Text(text.to_owned())
        }
        _ => {
            let mime_type =
                if essence.is_empty() { "application/octet-stream".to_owned() } else { essence };
            Content::Blob { uri: ANSWER.to_owned(), mime_type, blob: data() }
        }
    }
}

/// A status of failure with the beginning of what the API says about it.
fn refused(language: Language, status: u16, body: &[u8]) -> Outcome {
    let said =
        Texts::global().text(language, "api-actions.mcp-refused", &[("status", status.into())]);
    let body: String = String::from_utf8_lossy(body).chars().take(MAX_REFUSAL).collect();
    let text = if body.trim().is_empty() { said } else { format!("{said}\n{}", body.trim()) };
    Outcome::failure(text)
}

/// The name of an answer that is no text; there is only one in each result.
const ANSWER: &str = "liaison:answer";

/// How much of a refusal is shown; our own choice.
const MAX_REFUSAL: usize = 2000;
