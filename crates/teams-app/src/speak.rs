//! What the bot says by itself: activities posted to the Bot Connector (Bot Connector REST API 3.0, "Conversations").
//!
//! A token of the bot lets its holder speak as the bot. It goes nowhere but to the published places of the connector, or to
//! an address that the operator opened, however the address came here.

use std::time::Duration;

use egress::{Request, Response};
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER},
};
use jiff::Timestamp;
use kernel::{Permission, Scope, UserId};
use serde_json::{Value as Json, json};
use url::Url;

use crate::{
    Bot, Error, Result, TeamsApp, bot::SecretInfo, card::ADAPTIVE, secret, service::note, store,
};

/// Where Teams takes messages of bots, by who signs for the connector (documented for proactive messages): the public
/// cloud with the one of US governments' communities, and the closed ones.
const PLACES: [(&str, &str); 4] = [
    ("https://api.botframework.com", "smba.trafficmanager.net"),
    ("https://api.botframework.com", "smba.infra.gcc.teams.microsoft.com"),
    ("https://api.botframework.us", "smba.infra.gov.teams.microsoft.us"),
    ("https://api.botframework.us", "smba.infra.dod.teams.microsoft.us"),
];

/// Where the bot speaks with a person, as a proven activity of theirs said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chat {
    /// The bot.
    pub(crate) application: String,
    /// Directory and object of the person.
    pub(crate) who: (String, String),
    /// The conversation.
    pub(crate) conversation: String,
    /// Where activities are posted.
    pub(crate) service: String,
}

/// A message to a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Telling {
    /// What a notification says.
    pub summary: String,
    /// An Adaptive Card.
    pub card: Json,
}

impl Telling {
    /// The message as the connector takes it.
    pub(crate) fn activity(&self) -> Json {
        json!({
            "type": "message",
            "summary": self.summary,
            "attachments": [{ "contentType": ADAPTIVE, "content": self.card }],
        })
    }
}

/// How an activity is said.
#[derive(Debug, Clone, Copy)]
pub(crate) enum How<'a> {
    /// As a message of its own.
    New,
    /// As an answer to an activity.
    Reply(&'a str),
}

impl TeamsApp {
    /// Whether the bot can say something to the caller by itself.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Store`].
    pub async fn has_chat(&self, scope: &Scope) -> Result<bool> {
        scope.require(Permission::ProfileRead)?;
        let user = crate::service::person(scope)?;
        Ok(self.reach(scope, user).await?.is_some())
    }

    /// Whether the tenant's bot can say anything by itself.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn speaks(&self, root: &Scope) -> Result<bool> {
        let bot = self.0.db.read_one(root, store::bot).await?;
        Ok(bot.is_some_and(|bot| bot.secret.is_some()))
    }

    /// Says something to a person who talks with the bot; false where the person does not, or does no longer. For the hub's
    /// own work.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Place`], [`Error::Grant`], [`Error::Unreachable`], [`Error::Busy`],
    /// [`Error::Refused`], [`Error::Seal`], [`Error::Store`].
    pub async fn tell(&self, root: &Scope, user: UserId, telling: &Telling) -> Result<bool> {
        root.require(Permission::System)?;
        let Some((bot, chat)) = self.reach(root, user).await? else { return Ok(false) };
        let activity = telling.activity();
        let said = self.say(root, (&bot, &chat), How::New, &activity).await;
        let now = self.0.clock.now();
        match said {
            Ok(id) => {
                let after = json!({ "activity": id, "conversation": chat.conversation });
                let write = move |tx: &db::Tx<'_>| {
                    let after = Some(after.clone());
                    note(tx, ("teams_bot.tell", ("user", user.uuid())), (None, after), now)
                };
                self.0.db.write(root, write).await?;
                Ok(true)
            }
            Err(Error::Gone) => {
                let write = move |tx: &db::Tx<'_>| store::forget_chat(tx, user);
                self.0.db.write::<_, db::Error, _>(root, write).await?;
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// The bot and the chat, where there are both, the bot can speak, and whoever it is there still is this person here.
    async fn reach(&self, scope: &Scope, user: UserId) -> Result<Option<(Bot, Chat)>> {
        let read = move |tx: &db::Tx<'_>| -> db::Result<_> {
            let Some(bot) = store::bot(tx)? else { return Ok(None) };
            let Some(chat) = store::chat(tx, user)? else { return Ok(None) };
            let same = store::user_of(tx, (&chat.who.0, &chat.who.1))? == Some(user);
            Ok(same.then_some((bot, chat)))
        };
        let found: Option<(Bot, Chat)> = self.0.db.read(scope, read).await?;
        Ok(found.filter(|(bot, chat)| {
            bot.secret.is_some() && bot.application.to_string() == chat.application
        }))
    }

    /// Posts an activity; its identifier there.
    pub(crate) async fn say(
        &self,
        root: &Scope,
        (bot, chat): (&Bot, &Chat),
        how: How<'_>,
        activity: &Json,
    ) -> Result<String> {
        let mut url = self.place(bot, &chat.service).ok_or(Error::Place)?;
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["v3", "conversations"]).push(&chat.conversation);
            path.push("activities");
            if let How::Reply(id) = how {
                path.push(id);
            }
        }
        let body = activity.to_string();
        if body.len() > MAX_SAID {
            return Err(Error::Refused { status: StatusCode::PAYLOAD_TOO_LARGE.as_u16() });
        }
        let answer = self.send(root, bot, (&url, &body)).await?;
        let body: Json = serde_json::from_slice(&answer.body).unwrap_or_default();
        let id = body.get("id").and_then(Json::as_str).unwrap_or_default();
        Ok(id.chars().filter(|c| !c.is_control()).take(MAX_ID).collect())
    }

    /// Sends a request, and again where the connector asks for that: 412, 429, 502 and 504 (documented for bots of Teams,
    /// "Optimize your bot with rate limiting"), and 503.
    async fn send(&self, root: &Scope, bot: &Bot, (url, body): (&Url, &str)) -> Result<Response> {
        let (mut attempt, mut fresh) = (1, true);
        loop {
            let (key, token) = self.token(root, bot).await?;
            let mut headers = HeaderMap::new();
            let bearer = HeaderValue::try_from(format!("Bearer {}", token.expose()));
            let mut bearer = bearer.map_err(|_odd| Error::Refused { status: 401 })?;
            bearer.set_sensitive(true);
            headers.insert(AUTHORIZATION, bearer);
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            let request = Request {
                method: Method::POST,
                headers,
                body: body.to_owned().into(),
                follow: false,
                max_bytes: Some(MAX_ANSWER),
                timeout: Some(PATIENCE),
                ..Request::get(url.clone())
            };
            let answer = self.0.http.fetch(request).await.map_err(Error::Unreachable)?;
            let status = answer.status.as_u16();
            if status == 401 && fresh {
                // once: a second refusal is no matter of age
                fresh = false;
                self.0.granted.forget(&key, &token).await;
                continue;
            }
            if !matches!(status, 412 | 429 | 502 | 503 | 504) {
                return judged(answer);
            }
            let wait = wait(&answer).unwrap_or(Duration::from_millis(250 << attempt));
            if attempt == ATTEMPTS || wait > LONGEST {
                return Err(Error::Busy);
            }
            attempt += 1;
            tokio::time::sleep(wait).await;
        }
    }

    /// A service address that a token of the bot may go to.
    pub(crate) fn place(&self, bot: &Bot, text: &str) -> Option<Url> {
        let SecretInfo { login, .. } = bot.secret.as_ref()?;
        let url = Url::parse(text).ok().filter(|_| text.len() <= MAX_PLACE)?;
        if !secret::is_plain(&url) || url.cannot_be_a_base() {
            return None;
        }
        let published = url.scheme() == "https"
            && url.port().is_none()
            && PLACES.iter().any(|(of, host)| *of == bot.issuer && url.host_str() == Some(host));
        // what the operator opened is for hubs that speak with a connector of their own throughout
        let own = || {
            let login = Url::parse(login).ok();
            self.is_opened(&url) && login.is_some_and(|login| self.is_opened(&login))
        };
        (published || own()).then_some(url)
    }

    /// Remembers where somebody talks with the bot.
    pub(crate) async fn remember(
        &self,
        root: &Scope,
        user: UserId,
        chat: &Chat,
        now: Timestamp,
    ) -> Result<()> {
        let chat = chat.clone();
        let known = self.0.db.read_one(root, move |tx| store::chat(tx, user)).await?;
        if known.as_ref() == Some(&chat) {
            return Ok(());
        }
        let is_new = known.is_none();
        let write = move |tx: &db::Tx<'_>| {
            store::put_chat(tx, user, &chat, now)?;
            if is_new {
                let after = Some(json!({ "service": chat.service }));
                note(tx, ("teams_bot.chat", ("user", user.uuid())), (None, after), now)?;
            }
            Ok::<_, Error>(())
        };
        self.0.db.write(root, write).await
    }
}

/// What an answer means.
fn judged(answer: Response) -> Result<Response> {
    let status = answer.status;
    if status.is_success() {
        return Ok(answer);
    }
    let body: Json = serde_json::from_slice(&answer.body).unwrap_or_default();
    let code = body.pointer("/error/code").and_then(Json::as_str).unwrap_or_default();
    // the person blocked the bot or took the app away, or there is no such conversation
    let gone = ["ConversationBlockedByUser", "BotNotInConversationRoster", "MessageWritesBlocked"];
    match status.as_u16() {
        403 if gone.contains(&code) => Err(Error::Gone),
        404 => Err(Error::Gone),
        status => Err(Error::Refused { status }),
    }
}

fn wait(answer: &Response) -> Option<Duration> {
    let text = answer.headers.get(RETRY_AFTER)?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}

/// Requests for one activity in all, the longest wait between two, and for one answer; our own choices.
const ATTEMPTS: u32 = 4;
const LONGEST: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(15);
/// The published limit of a message is about 28 KB.
const MAX_SAID: usize = 28 * 1024;
/// An answer is an identifier.
const MAX_ANSWER: usize = 64 * 1024;
/// Ours.
const MAX_ID: usize = 200;
const MAX_PLACE: usize = 500;
