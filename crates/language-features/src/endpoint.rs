//! An endpoint that speaks `OpenAI`'s chat completions: the request, the stream that comes back, its bounds.

use std::time::Duration;

use egress::{Client, Request, Rest};
use futures_util::future::BoxFuture;
use http::{
    HeaderValue, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};
use kernel::Secret;
use serde_json::{Value as Json, json};
use url::Url;

use crate::{Answer, Engine, Redact, Result, Task, check, prompt, redact::Masks};

/// Why an endpoint gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// It cannot be reached, or broke off.
    #[error("the endpoint cannot be reached")]
    Unreachable,
    /// It took too long.
    #[error("the endpoint took too long")]
    Late,
    /// It does not take the key.
    #[error("the endpoint does not take the key")]
    Key,
    /// It knows no such model or address.
    #[error("the endpoint knows no such model or address")]
    Model,
    /// It has no room for the request now.
    #[error("the endpoint has no room for the request now")]
    Busy,
    /// It refused, or failed.
    #[error("the endpoint refused or failed")]
    Refused,
    /// What it answered is not what was asked for.
    #[error("the endpoint answered something else")]
    Garbled,
    /// What the tenant may spend in a day is spent.
    #[error("the budget of the day is spent")]
    Budget,
}

impl Trouble {
    /// A word for it that does not change.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Late => "late",
            Self::Key => "key",
            Self::Model => "model",
            Self::Busy => "busy",
            Self::Refused => "refused",
            Self::Garbled => "garbled",
            Self::Budget => "budget",
        }
    }
}

/// An endpoint as a tenant set it up, for one task.
pub(crate) struct Endpoint {
    pub(crate) client: Client,
    pub(crate) url: Url,
    pub(crate) model: String,
    pub(crate) key: Option<Secret<String>>,
    pub(crate) redact: Vec<Redact>,
    pub(crate) deadline: Duration,
    /// A word that nobody can foresee.
    pub(crate) mark: String,
}

impl Engine for Endpoint {
    fn run<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Result<Answer>> {
        Box::pin(async move {
            let ask = self.ask(task);
            let answered = tokio::time::timeout(self.deadline, ask).await;
            Ok(answered.unwrap_or(Err(Trouble::Late))?)
        })
    }
}

impl Endpoint {
    async fn ask(&self, task: &Task) -> Result<Answer, Trouble> {
        let mut masks = Masks::of(task, &self.redact);
        let mut redacted = 0;
        let texts: Vec<(String, String)> = task
            .sources
            .iter()
            .map(|source| {
                (masks.hide(&source.from, &mut redacted), masks.hide(&source.text, &mut redacted))
            })
            .collect();
        let wish = masks.hide(&task.wish, &mut redacted);
        let prompt = prompt::write(task, &texts, &self.mark, &wish);
        let mut body = json!({
            "model": self.model,
            "messages": [
                { "role": "system", "content": prompt.system },
                { "role": "user", "content": prompt.user },
            ],
            "temperature": 0,
            "max_tokens": MAX_ANSWER_TOKENS,
            "stream": true,
            "stream_options": { "include_usage": true },
            "response_format": {
                "type": "json_schema",
                "json_schema": { "name": "answer", "strict": true, "schema": prompt::schema(task.feature) },
            },
        });
        let (content, tokens) = match self.complete(&body).await {
            // Not every server of this kind knows schemas or usage in a stream: the words of the task ask for JSON too.
            Err((
                Trouble::Refused,
                Some(StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY),
            )) => {
                if let Some(fields) = body.as_object_mut() {
                    fields.remove("response_format");
                    fields.remove("stream_options");
                }
                self.complete(&body).await.map_err(|(trouble, _)| trouble)?
            }
            other => other.map_err(|(trouble, _)| trouble)?,
        };
        let mut answer =
            check::read(task, &content, &|text| masks.show(text)).ok_or(Trouble::Garbled)?;
        answer.redacted = redacted;
        let sent = prompt.system.len() + prompt.user.len() + content.len();
        // What an endpoint says it cost is believed within reason: nothing costs nothing, and nothing costs everything.
        let guess = estimate(sent);
        answer.tokens = tokens.unwrap_or(guess).clamp(guess / 8, guess.saturating_mul(16));
        Ok(answer)
    }

    async fn complete(
        &self,
        body: &Json,
    ) -> Result<(String, Option<u64>), (Trouble, Option<StatusCode>)> {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["chat", "completions"]);
        }
        let mut request =
            Request::post(url, HeaderValue::from_static("application/json"), body.to_string());
        request.timeout = Some(self.deadline);
        request
            .headers
            .insert(ACCEPT, HeaderValue::from_static("text/event-stream, application/json"));
        if let Some(key) = &self.key
            && let Ok(mut value) = HeaderValue::from_str(&format!("Bearer {}", key.expose()))
        {
            value.set_sensitive(true);
            request.headers.insert(AUTHORIZATION, value);
        }
        let opened = self.client.open(request).await.map_err(|error| (of(&error), None))?;
        let trouble = match opened.status {
            status if status.is_success() => None,
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Some(Trouble::Key),
            StatusCode::NOT_FOUND => Some(Trouble::Model),
            StatusCode::TOO_MANY_REQUESTS => Some(Trouble::Busy),
            _ => Some(Trouble::Refused),
        };
        if let Some(trouble) = trouble {
            return Err((trouble, Some(opened.status)));
        }
        let kind = opened
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let streams = kind.starts_with("text/event-stream");
        let read = if streams {
            stream(opened.rest).await
        } else {
            whole(opened.rest, self.deadline).await
        };
        read.map_err(|trouble| (trouble, None))
    }
}

/// An answer in one piece.
async fn whole(rest: Rest, deadline: Duration) -> Result<(String, Option<u64>), Trouble> {
    let bytes = rest.whole(MAX_BYTES, deadline).await.map_err(|error| of(&error))?;
    let value: Json = serde_json::from_slice(&bytes).map_err(|_odd| Trouble::Garbled)?;
    let content = value
        .pointer("/choices/0/message/content")
        .and_then(Json::as_str)
        .ok_or(Trouble::Garbled)?;
    if content.len() > MAX_CONTENT {
        return Err(Trouble::Garbled);
    }
    Ok((content.to_owned(), value.pointer("/usage/total_tokens").and_then(Json::as_u64)))
}

/// An answer as server-sent events: `data:` lines with pieces of the content, the last one `[DONE]`.
async fn stream(mut rest: Rest) -> Result<(String, Option<u64>), Trouble> {
    let (mut content, mut tokens, mut seen) = (String::new(), None, 0);
    let mut open: Vec<u8> = Vec::new();
    let mut done = false;
    while !done {
        let Some(piece) = rest.next().await.map_err(|error| of(&error))? else { break };
        seen += piece.len();
        if seen > MAX_BYTES {
            return Err(Trouble::Garbled);
        }
        // Only what is new is searched, and what is read leaves at once: neither many short lines nor one that never
        // ends cost more than their length.
        let mut from = open.len();
        open.extend_from_slice(&piece);
        let mut begin = 0;
        while let Some(end) = open.iter().skip(from).position(|byte| *byte == b'\n') {
            let line = open.get(begin..from + end).unwrap_or_default();
            from += end + 1;
            begin = from;
            let Some(data) = line.strip_prefix(b"data:") else { continue };
            let data = data.trim_ascii();
            if data.is_empty() {
                continue;
            }
            if data == b"[DONE]" {
                done = true;
                break;
            }
            let value: Json = serde_json::from_slice(data).map_err(|_odd| Trouble::Garbled)?;
            if value.get("error").is_some_and(|error| !error.is_null()) {
                return Err(Trouble::Refused);
            }
            if let Some(more) = value.pointer("/choices/0/delta/content").and_then(Json::as_str) {
                content.push_str(more);
            }
            tokens = value.pointer("/usage/total_tokens").and_then(Json::as_u64).or(tokens);
            if content.len() > MAX_CONTENT {
                return Err(Trouble::Garbled);
            }
        }
        open.drain(..begin);
        if open.len() > MAX_LINE {
            return Err(Trouble::Garbled);
        }
    }
    // Who breaks off before the end has not answered.
    if done { Ok((content, tokens)) } else { Err(Trouble::Unreachable) }
}

fn of(error: &egress::Error) -> Trouble {
    match error {
        egress::Error::Timeout => Trouble::Late,
        egress::Error::TooLarge { .. } => Trouble::Garbled,
        _ => Trouble::Unreachable,
    }
}

/// About how many tokens so many bytes are (the usual rule of four bytes).
pub(crate) fn estimate(bytes: usize) -> u64 {
    u64::try_from(bytes / 4 + 1).unwrap_or(u64::MAX)
}

/// The most tokens of an answer.
pub(crate) const MAX_ANSWER_TOKENS: u64 = 2_000;
/// The most bytes that are read of an answer, with what stands around its pieces.
const MAX_BYTES: usize = 2 << 20;
/// The most bytes of one line of a stream.
const MAX_LINE: usize = 256 << 10;
/// The most bytes of its content.
const MAX_CONTENT: usize = 64 << 10;
