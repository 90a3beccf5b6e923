//! What an answer means.

use cards::press::{self, Button, ButtonKind};
use egress::Response;
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value as Json, json};

use crate::{Failure, RunKind, headers, run::clean};

/// What a target wants to be done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wish {
    /// What it says, for people.
    pub(crate) said: Option<String>,
    /// The post that replaces the card: its type and its body.
    pub(crate) card: Option<(Option<String>, Vec<u8>)>,
    /// The card for whom it was asked alone.
    pub(crate) own: Option<Json>,
}

/// A failure with what the target says about it.
pub(crate) type Failed = (Failure, Option<String>);

/// Reads an answer. Only 2xx is success; what stands in another one is words for the person alone.
pub(crate) fn read(
    kind: RunKind,
    response: &Response,
    max_card_bytes: usize,
) -> Result<Wish, Failed> {
    let said = status_text(&response.headers);
    if response.status.is_redirection() {
        return Err((Failure::Redirected, said));
    }
    if response.status.is_client_error() {
        return Err((Failure::Refused, said));
    }
    if !response.status.is_success() {
        return Err((Failure::Broken, said));
    }
    let mut wish = Wish { said, ..Wish::default() };
    if flag(&response.headers, "card-update-in-body") {
        let kind = content_type(&response.headers);
        if !kind.as_deref().is_none_or(is_card_type) {
            return Err((Failure::BadCard, wish.said));
        }
        let post = post_of(kind.as_deref(), &response.body, max_card_bytes);
        wish.card = Some(post.ok_or((Failure::BadCard, wish.said.clone()))?);
    } else if kind == RunKind::Execute && response.status != StatusCode::NO_CONTENT {
        invoke(&mut wish, &response.body, max_card_bytes)?;
    }
    Ok(wish)
}

/// The card in the answer as one that a single person sees. A MessageCard whose buttons keep their requests here is
/// none: those belong to posts.
pub(crate) fn own(wish: Wish) -> Result<Wish, Failed> {
    let Wish { said, card, .. } = wish;
    let Some((kind, body)) = card else { return Ok(Wish { said, ..Wish::default() }) };
    let Ok(post) = cards::parse(&body, kind.as_deref()) else {
        return Err((Failure::BadCard, said));
    };
    let card = cards::to_adaptive(&post);
    let keeps = |button: &Button<'_>| matches!(button.kind, ButtonKind::HttpPost(_));
    if press::buttons(&card).iter().any(keeps) {
        return Err((Failure::BadCard, said));
    }
    Ok(Wish { said, card: None, own: Some(card) })
}

/// The answer of an invoke (`adaptiveCard/action`): a card, a message, a wish to sign in, an error. What is
/// none of them says nothing.
fn invoke(wish: &mut Wish, body: &[u8], max_card_bytes: usize) -> Result<(), Failed> {
    let Ok(Json::Object(answer)) = serde_json::from_slice::<Json>(body) else { return Ok(()) };
    let status = answer.get("statusCode").and_then(Json::as_u64).unwrap_or(200);
    let kind = answer.get("type").and_then(Json::as_str).unwrap_or_default();
    let value = answer.get("value").unwrap_or(&Json::Null);
    let words = match value {
        Json::String(text) => Some(text.as_str()),
        value => value.get("message").and_then(Json::as_str),
    };
    let words = words.and_then(sentence);
    if kind.starts_with("application/vnd.microsoft.activity.loginRequest") || status == 401 {
        return Err((Failure::SignIn, words.or_else(|| wish.said.clone())));
    }
    if kind.starts_with("application/vnd.microsoft.error") || status >= 400 {
        let failure = if status >= 500 { Failure::Broken } else { Failure::Refused };
        return Err((failure, words.or_else(|| wish.said.clone())));
    }
    if kind == "application/vnd.microsoft.activity.message" {
        wish.said = words.or_else(|| wish.said.take());
    } else if kind == ADAPTIVE {
        let post = enclosed(value).filter(|body| body.len() <= max_card_bytes);
        let post = post.filter(|body| cards::parse(body, None).is_ok());
        let post = post.ok_or((Failure::BadCard, wish.said.clone()))?;
        wish.card = Some((Some("application/json".to_owned()), post));
    }
    Ok(())
}

const ADAPTIVE: &str = "application/vnd.microsoft.card.adaptive";

/// The body as a post, judged by the rules of one. A bare Adaptive Card is put into an envelope: our own
/// choice, since what is replaced is a card.
fn post_of(
    content_type: Option<&str>,
    body: &[u8],
    max_card_bytes: usize,
) -> Option<(Option<String>, Vec<u8>)> {
    if body.len() > max_card_bytes {
        return None;
    }
    if let Ok(card) = serde_json::from_slice::<Json>(body)
        && card.get("type").and_then(Json::as_str) == Some("AdaptiveCard")
    {
        let body = enclosed(&card)?;
        cards::parse(&body, None).ok()?;
        return Some((Some("application/json".to_owned()), body));
    }
    cards::parse(body, content_type).ok()?;
    Some((content_type.map(|kind| clean(kind, 200)), body.to_vec()))
}

fn enclosed(card: &Json) -> Option<Vec<u8>> {
    let is_card = card.get("type").and_then(Json::as_str) == Some("AdaptiveCard");
    let envelope = json!({
        "type": "message", "attachments": [{ "contentType": ADAPTIVE, "content": card }],
    });
    if is_card { serde_json::to_vec(&envelope).ok() } else { None }
}

fn content_type(headers: &HeaderMap) -> Option<String> {
    headers.get(header::CONTENT_TYPE).map(headers::said)
}

/// Whether a body of this type may be a card.
fn is_card_type(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    matches!(kind.as_str(), "application/json" | "text/json" | ADAPTIVE)
        || kind.ends_with("+json")
        || kind.starts_with("application/vnd.microsoft.teams.card.")
}

fn flag(headers: &HeaderMap, name: &str) -> bool {
    headers.get(name).is_some_and(|value| headers::said(value).trim().eq_ignore_ascii_case("true"))
}

fn status_text(headers: &HeaderMap) -> Option<String> {
    headers.get("card-action-status").map(headers::said).as_deref().and_then(sentence)
}

/// Words as one line, without marks that hide or turn others.
fn sentence(text: &str) -> Option<String> {
    let plain = |letter: &char| {
        !letter.is_control()
            && !matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let line: String = text.chars().map(|it| if it.is_whitespace() { ' ' } else { it }).collect();
    let line: String = line.chars().filter(plain).take(LONGEST_SENTENCE).collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

/// Characters of a sentence that are shown: our own choice.
const LONGEST_SENTENCE: usize = 300;

#[cfg(test)]
mod tests;
