//! A stand-in for the Bot Connector of Teams and for the directory's token endpoint in front of it.
//!
//! It gives tokens to one application that proves itself (client credentials), publishes the keys with which it signs what
//! it sends to a bot, and takes activities into conversations that were opened: a bot cannot write where nobody put it,
//! and what is wrong with an activity is refused as the service refuses it.

use std::{
    collections::BTreeMap,
    fmt, io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use doubles_http::{Request, Response, Server, decode};
use serde_json::{Value, json};

use crate::{clock, token::Keys, value::Fields as _};

/// Who the bot is.
#[derive(Debug, Clone)]
pub struct BotConfig {
    /// Its application.
    pub application: String,
    /// The secret of that.
    pub secret: String,
    /// The directory whose tokens it may have.
    pub directory: String,
    /// Who signs what is sent to it, and whom tokens are for.
    pub issuer: String,
}

/// An activity that was taken.
#[derive(Debug, Clone)]
pub struct Said {
    /// `POST`, or `PUT` in place of an earlier one.
    pub method: String,
    /// The conversation.
    pub conversation: String,
    /// What it answers, or stands in place of.
    pub of: Option<String>,
    /// The activity.
    pub activity: Value,
}

#[derive(Default)]
struct State {
    tokens: Vec<String>,
    asked: Vec<Vec<(String, String)>>,
    /// Conversations, and whether their people blocked the bot.
    conversations: BTreeMap<String, bool>,
    said: Vec<Said>,
    /// Statuses that the next activities are answered with, and how long to wait.
    failures: Vec<(u16, Option<u64>)>,
    tries: usize,
}

struct Shared {
    config: BotConfig,
    keys: Keys,
    state: Mutex<State>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running stand-in; it ends with the value.
pub struct BotConnector {
    shared: Arc<Shared>,
    server: Server,
}

impl fmt::Debug for BotConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BotConnector").field("server", &self.server).finish_non_exhaustive()
    }
}

impl BotConnector {
    /// Listens on loopback when it returns.
    ///
    /// # Errors
    /// When no address is free, or no key can be made.
    pub fn start(config: BotConfig) -> io::Result<Self> {
        let shared = Arc::new(Shared { config, keys: Keys::create()?, state: Mutex::default() });
        let own = Arc::clone(&shared);
        let server =
            Server::start(([127, 0, 0, 1], 0).into(), None, move |request| answer(&own, &request))?;
        Ok(Self { shared, server })
    }

    /// Where it is.
    pub fn url(&self) -> String {
        self.server.url().trim_end_matches('/').to_owned()
    }

    /// Where the directory is.
    pub fn login(&self) -> String {
        format!("{}/", self.url())
    }

    /// Where activities are posted (`serviceUrl`).
    pub fn service(&self) -> String {
        format!("{}/emea/", self.url())
    }

    /// Where its keys are published.
    pub fn metadata(&self) -> String {
        format!("{}/v1/.well-known/openidconfiguration", self.url())
    }

    /// The proof of an activity for the bot, with these claims beside issuer, audience and service address.
    pub fn proof(&self, claims: &Value) -> String {
        let config = &self.shared.config;
        let mut all = json!({
            "iss": config.issuer, "aud": config.application, "serviceurl": self.service(),
        });
        if let (Some(all), Some(more)) = (all.as_object_mut(), claims.as_object()) {
            all.extend(more.clone());
        }
        format!("Bearer {}", self.shared.keys.sign(&all))
    }

    /// The bot comes into a conversation, or is blocked there.
    pub fn open(&self, conversation: &str, blocked: bool) {
        self.shared.state().conversations.insert(conversation.to_owned(), blocked);
    }

    /// The conversation ends.
    pub fn close(&self, conversation: &str) {
        self.shared.state().conversations.remove(conversation);
    }

    /// The next activity is answered with this status.
    pub fn fail(&self, status: u16, retry_after: Option<u64>) {
        self.shared.state().failures.push((status, retry_after));
    }

    /// Tokens that were given are no longer taken.
    pub fn revoke(&self) {
        self.shared.state().tokens.clear();
    }

    /// What was said since the last time, without what shows that somebody types.
    pub fn said(&self) -> Vec<Said> {
        let mut all = std::mem::take(&mut self.shared.state().said);
        all.retain(|one| one.activity.text("type") != "typing");
        all
    }

    /// How often activities were posted, and how often a token was asked for.
    pub fn counts(&self) -> (usize, usize) {
        let state = self.shared.state();
        (state.tries, state.asked.len())
    }

    /// The form of the last request for a token.
    pub fn asked(&self) -> Vec<(String, String)> {
        self.shared.state().asked.last().cloned().unwrap_or_default()
    }
}

fn json_of(status: u16, body: &Value) -> Response {
    Response::new(status, "application/json; charset=utf-8", body.to_string())
}

fn refused(status: u16, code: &str, message: &str) -> Response {
    json_of(status, &json!({ "error": { "code": code, "message": message } }))
}

fn answer(shared: &Shared, request: &Request) -> Response {
    let config = &shared.config;
    let token = format!("/{}/oauth2/v2.0/token", config.directory);
    match request.path.as_str() {
        "/v1/.well-known/openidconfiguration" => json_of(
            200,
            &json!({
                "issuer": config.issuer,
                "authorization_endpoint": "https://invalid.botframework.com",
                "jwks_uri": format!("{}/v1/.well-known/keys", request.base()),
                "id_token_signing_alg_values_supported": ["RS256"],
            }),
        ),
        "/v1/.well-known/keys" => {
            let mut keys = shared.keys.published(&config.issuer);
            if let Some(key) = keys.pointer_mut("/keys/0").and_then(Value::as_object_mut) {
                key.insert("endorsements".to_owned(), json!(["msteams"]));
            }
            json_of(200, &keys)
        }
        path if path == token && request.method == "POST" => grant(shared, request),
        path => match path.split_once("/v3/conversations/") {
            Some((_service, rest)) => take(shared, request, rest),
            None => refused(404, "NotFound", "there is nothing here"),
        },
    }
}

/// RFC 6749 §4.4, as the directory answers it.
fn grant(shared: &Shared, request: &Request) -> Response {
    let (config, form) = (&shared.config, request.form());
    shared.state().asked.push(form.clone());
    let of = |name: &str| {
        let found = form.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    let wrong = |error: &str, number: u32| {
        let text = format!("AADSTS{number}: refused.");
        let body = json!({ "error": error, "error_description": text, "error_codes": [number] });
        json_of(if error == "invalid_client" { 401 } else { 400 }, &body)
    };
    if of("grant_type") != "client_credentials" {
        return wrong("unsupported_grant_type", 70_003);
    }
    if of("client_id") != config.application {
        return wrong("unauthorized_client", 700_016);
    }
    if of("client_secret") != config.secret {
        return wrong("invalid_client", 7_000_215);
    }
    if of("scope") != format!("{}/.default", config.issuer) {
        return wrong("invalid_scope", 1_002_012);
    }
    let token = format!("bot-{}", crate::token::base64url(&clock::chance::<24>()));
    shared.state().tokens.push(token.clone());
    json_of(200, &json!({ "token_type": "Bearer", "expires_in": 3599, "access_token": token }))
}

/// `{conversation}/activities[/{activity}]`.
fn take(shared: &Shared, request: &Request, rest: &str) -> Response {
    let mut state = shared.state();
    state.tries += 1;
    let bearer = request.header("authorization").and_then(|text| text.strip_prefix("Bearer "));
    if !bearer.is_some_and(|token| state.tokens.iter().any(|own| own == token)) {
        return json_of(
            401,
            &json!({ "message": "Authorization has been denied for this request." }),
        );
    }
    if !state.failures.is_empty() {
        let (status, wait) = state.failures.remove(0);
        let answer = refused(status, "ServiceError", "as it was ordered");
        return match wait {
            Some(seconds) => answer.with("Retry-After", &seconds.to_string()),
            None => answer,
        };
    }
    let parts: Vec<String> = rest.split('/').map(decode).collect();
    let (conversation, of) = match parts.as_slice() {
        [conversation, activities] if activities == "activities" => (conversation, None),
        [conversation, activities, of] if activities == "activities" => (conversation, Some(of)),
        _ => return refused(404, "NotFound", "there is nothing here"),
    };
    let fits = match request.method.as_str() {
        "POST" => true,
        "PUT" | "DELETE" => of.is_some(),
        _ => false,
    };
    if !fits {
        return refused(405, "MethodNotAllowed", "not like this");
    }
    match state.conversations.get(conversation.as_str()) {
        None => return refused(404, "ConversationNotFound", "Conversation not found."),
        Some(true) => {
            return refused(403, "ConversationBlockedByUser", "User blocked the conversation.");
        }
        Some(false) => {}
    }
    if request.body.len() > 28 * 1024 {
        return refused(413, "MessageSizeTooBig", "Message size too large.");
    }
    let known =
        |state: &State, id: &str| state.said.iter().any(|one| one.activity.text("id") == id);
    if matches!(request.method.as_str(), "PUT" | "DELETE")
        && !of.is_some_and(|id| known(&state, id))
    {
        return refused(404, "ActivityNotFoundInConversation", "Activity not found.");
    }
    if request.method == "DELETE" {
        state.said.retain(|one| Some(one.activity.text("id")) != of.map(String::as_str));
        return Response::empty(200);
    }
    let Ok(mut activity) = serde_json::from_slice::<Value>(&request.body) else {
        return refused(400, "BadSyntax", "Activity is no JSON.");
    };
    if let Some(wrong) = problem(&activity) {
        return refused(400, "BadSyntax", wrong);
    }
    let id = match (request.method.as_str(), of) {
        ("PUT", Some(of)) => of.clone(),
        _ => format!("1:{}", crate::token::base64url(&clock::chance::<12>())),
    };
    if let Some(activity) = activity.as_object_mut() {
        activity.insert("id".to_owned(), id.clone().into());
    }
    let method = request.method.clone();
    state.said.push(Said { method, conversation: conversation.clone(), of: of.cloned(), activity });
    json_of(201, &json!({ "id": id }))
}

/// What the service refuses of an activity.
fn problem(activity: &Value) -> Option<&'static str> {
    match activity.text("type") {
        "typing" => return None,
        "message" => {}
        _ => return Some("Activity type is not supported."),
    }
    let attachments = activity.get("attachments").and_then(Value::as_array);
    let attachments = attachments.map(Vec::as_slice).unwrap_or_default();
    if attachments.is_empty() && activity.text("text").is_empty() {
        return Some("Activity must include non-empty text or attachments.");
    }
    for one in attachments {
        let content = one.get("content").filter(|content| content.is_object());
        match (one.text("contentType"), content) {
            ("application/vnd.microsoft.card.adaptive", Some(card)) => {
                let shaped = card.text("type") == "AdaptiveCard"
                    && !card.text("version").is_empty()
                    && card.get("body").is_some_and(Value::is_array);
                if !shaped {
                    return Some("Unknown attachment type: the card is none.");
                }
            }
            ("application/vnd.microsoft.card.signin", Some(card)) => {
                let buttons = card.get("buttons").and_then(Value::as_array);
                let good = |one: &Value| {
                    one.text("type") == "signin" && one.text("value").starts_with("http")
                };
                if !buttons.is_some_and(|all| all.len() == 1 && all.iter().all(good)) {
                    return Some("A sign-in card has one button.");
                }
            }
            _ => return Some("Unknown attachment type."),
        }
    }
    None
}
