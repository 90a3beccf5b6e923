//! The enabled actions of the hub as tools.

use std::sync::Arc;

use ::actions::{Actions, Catalogue, Error, Invoked, Surface};
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
pub struct ActionTools {
    actions: Arc<Actions>,
    /// The largest answer that is handed on, in bytes.
    limit: usize,
}

impl ActionTools {
    /// Tools over the actions; an answer of more than `max_answer_bytes` is cut.
    pub fn new(actions: Arc<Actions>, max_answer_bytes: usize) -> Self {
        Self { actions, limit: max_answer_bytes }
    }
}

impl Tools for ActionTools {
    fn catalogue<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<Arc<Catalogue>, Problem>> {
        async move { Ok(self.actions.catalogue_for(scope, Surface::Mcp).await?) }.boxed()
    }

    fn call<'a>(&'a self, scope: &'a Scope, call: Call) -> BoxFuture<'a, Result<Outcome, Failed>> {
        let invoked = async move {
            let Call { name, arguments, .. } = call;
            let invoked = self.actions.invoke_tool(scope, &name, arguments, Via::Mcp).await;
            Ok(outcome(
                (scope.language(), self.limit),
                &invoked.map_err(|error: Error| Problem::of(&error)).map_err(Failed::Problem)?,
            ))
        };
        invoked.boxed()
    }

    fn changes(&self, scope: &Scope) -> BoxStream<'static, ()> {
        self.actions.changes(scope)
    }
}

/// What an API answered, as a model reads it.
fn outcome((language, limit): (Language, usize), invoked: &Invoked) -> Outcome {
    let answer = &invoked.answer;
    if !(200..400).contains(&answer.status) {
        return refused(language, answer.status, answer.body.bytes());
    }
    if answer.body.bytes().len() > limit {
        return cut(language, limit, invoked);
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

/// The beginning of an answer that is too large for a model, and what to do. Where the tool promises an answer of a
/// certain shape, a part of it is none: that is a failure, which the model may mend by asking for less.
fn cut(language: Language, limit: usize, invoked: &Invoked) -> Outcome {
    let bytes = invoked.answer.body.bytes();
    let size = |bytes: usize| u64::try_from(bytes).unwrap_or(u64::MAX);
    let sizes = [("size", size(bytes.len()).into()), ("limit", size(limit).into())];
    let said = Texts::global().text(language, "api-actions.mcp-too-large", &sizes);
    let mut content = vec![Content::Text(said)];
    // what is no text is nothing in parts
    let begin = bytes.get(..limit).unwrap_or(bytes);
    let text = match std::str::from_utf8(begin) {
        Ok(text) => Some(text),
        // the limit fell into a character
        Err(error) if error.error_len().is_none() => {
            begin.get(..error.valid_up_to()).and_then(|begin| std::str::from_utf8(begin).ok())
        }
        Err(_) => None,
    };
    let is_text = text.is_some();
    content.extend(text.map(|text| Content::Text(text.to_owned())));
    Outcome { content, structured: None, is_error: invoked.structured || !is_text }
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

#[cfg(test)]
mod tests {
    use connectors::Answer;
    use serde_json::json;

    use super::*;

    fn invoked(body: Body, structured: bool) -> Invoked {
        let json = matches!(body, Body::Json(_)).then(|| json!(null));
        Invoked {
            structured,
            wrapped: false,
            answer: Answer {
                status: 200,
                headers: Vec::new(),
                body,
                json,
                drift: Vec::new(),
                next_link: None,
                retry_after: None,
                events: None,
                memory: None,
                subscription: None,
                connection: None,
                version: 1,
                duration: std::time::Duration::ZERO,
                exchanges: Vec::new(),
                steps: Vec::new(),
                rest: None,
            },
        }
    }

    fn read(outcome: &Outcome) -> Vec<&str> {
        let texts = outcome.content.iter().map(|content| match content {
            Content::Text(text) => text.as_str(),
            _ => "",
        });
        texts.collect()
    }

    #[test]
    fn an_answer_too_large_for_a_model_is_cut_and_says_so() {
        let json = || Body::Json(Bytes::from_static(r#"{"name":"é"}"#.as_bytes()));
        let whole = outcome((Language::En, 13), &invoked(json(), true));
        assert_eq!((whole.is_error, whole.structured.is_some()), (false, true));
        // where a shape is promised, a part is a failure; the cut never falls into a character
        let part = outcome((Language::En, 10), &invoked(json(), true));
        assert!(part.is_error && part.structured.is_none());
        let [said, begin] = read(&part)[..] else { panic!("{part:?}") };
        assert!(said.contains("13 bytes") && said.contains("at most 10"), "{said}");
        assert_eq!(begin, r#"{"name":""#);
        let part = outcome((Language::Fr, 10), &invoked(json(), false));
        assert!(!part.is_error && read(&part)[0].contains("13 octets"), "{part:?}");
        let bytes = Body::Bytes { content_type: None, bytes: vec![0xFF; 20].into() };
        let nothing = outcome((Language::En, 10), &invoked(bytes, false));
        assert!(nothing.is_error && nothing.content.len() == 1, "{nothing:?}");
    }
}
