//! What the Bot Connector sends, and what it is answered: the message extension (`composeExtension/…`) and the buttons and
//! refreshes of cards (`adaptiveCard/action`), by their documented shapes. What people type is for `chat`.

use kernel::{Coded as _, Kind, Language, Scope, TenantId};
use oauth::BotCall;
use serde_json::{Value as Json, json};
use url::Url;
use uuid::Uuid;

use crate::{
    Bot, Error, Hit, Result, Seen, TeamsApp, Turn,
    card::{ADAPTIVE, VERB, in_data},
    people::JOB,
    records::MOST,
    store,
};

/// What an activity is answered.
#[derive(Debug)]
pub enum Reply {
    /// With a body.
    Answer(Json),
    /// Taken note of; there is nothing to say.
    Noted,
    /// Nothing that this bot does.
    Unsupported,
    /// Taken note of; what there is to say goes another way ([`TeamsApp::answer`]).
    Turn(Box<Turn>),
}

/// What every activity says of itself.
pub(crate) struct Activity<'a> {
    pub(crate) all: &'a Json,
    pub(crate) kind: &'a str,
    name: &'a str,
    pub(crate) channel: &'a str,
    pub(crate) service: &'a str,
    /// Directory and object of the person, GUIDs in small letters.
    pub(crate) who: Option<(String, String)>,
}

impl<'a> Activity<'a> {
    fn read(all: &'a Json) -> Result<Self> {
        let text = |pointer: &str| all.pointer(pointer).and_then(Json::as_str);
        let needed = |pointer: &str, reason| {
            let found = text(pointer).filter(|text| !text.is_empty() && text.len() <= MAX_TEXT);
            found.ok_or(Error::NoActivity { reason })
        };
        let guid = |text: &str| Uuid::try_parse(text).ok().map(|id| id.to_string());
        let directory = text("/conversation/tenantId")
            .or_else(|| text("/channelData/tenant/id"))
            .and_then(guid);
        let object = text("/from/aadObjectId").and_then(guid);
        Ok(Self {
            all,
            kind: needed("/type", "it has no type")?,
            name: text("/name").unwrap_or_default(),
            channel: needed("/channelId", "it names no channel")?,
            service: needed("/serviceUrl", "it names no service address")?,
            who: directory.zip(object),
        })
    }

    fn value(&self, pointer: &str) -> Option<&'a Json> {
        self.all.pointer("/value").and_then(|value| value.pointer(pointer))
    }

    /// A text of the activity itself.
    pub(crate) fn pointer(&self, pointer: &str) -> Option<&'a str> {
        self.all.pointer(pointer).and_then(Json::as_str)
    }

    /// A text of its value.
    pub(crate) fn text(&self, pointer: &str) -> &'a str {
        self.value(pointer).and_then(Json::as_str).unwrap_or_default()
    }

    /// A parameter of a query.
    fn parameter(&self, name: &str) -> &'a str {
        let all = self.value("/parameters").and_then(Json::as_array).into_iter().flatten();
        let mut all = all.filter(|one| one.get("name").and_then(Json::as_str) == Some(name));
        all.next().and_then(|one| one.get("value")).and_then(Json::as_str).unwrap_or_default()
    }

    /// The language of the person's client, before anything is known of the person.
    pub(crate) fn language(&self) -> Option<Language> {
        let said = self.all.get("locale").and_then(Json::as_str)?;
        said.get(..2)?.to_ascii_lowercase().parse().ok()
    }
}

impl TeamsApp {
    /// Takes an activity: proves that the Bot Connector sent it for the tenant's bot, finds out who asks, and answers as
    /// that person.
    ///
    /// # Errors
    /// [`Error::NoBot`], [`Error::NoToken`], [`Error::Unproven`], [`Error::OtherDirectory`], [`Error::NoActivity`],
    /// [`Error::Store`]. What goes wrong for the person is told in the answer.
    pub async fn receive(
        &self,
        tenant: TenantId,
        authorization: Option<&str>,
        activity: &Json,
    ) -> Result<Reply> {
        let root = self.0.scopes.scope(tenant, JOB);
        let bot = self.0.db.read_one(&root, store::bot).await?.ok_or(Error::NoBot)?;
        let token = authorization.and_then(bearer).ok_or(Error::NoToken)?;
        let activity = Activity::read(activity)?;
        self.prove(&bot, &activity, token).await?;
        let other = |only: Uuid| {
            let named = activity.who.as_ref().map(|(directory, _)| directory);
            named.is_some_and(|directory| only.to_string() != *directory)
        };
        if bot.directory.is_some_and(other) {
            return Err(Error::OtherDirectory);
        }
        match (activity.kind, activity.name) {
            ("invoke", "adaptiveCard/action") => {
                Ok(Reply::Answer(Box::pin(self.pressed(tenant, &activity)).await?))
            }
            ("invoke", name) if name.starts_with("composeExtension/") => {
                Box::pin(self.extension(tenant, &activity)).await
            }
            ("invoke", "signin/verifyState") => {
                Box::pin(self.verified(tenant, bot, &activity)).await
            }
            ("invoke", _) => Ok(Reply::Unsupported),
            _ => Box::pin(self.heard(tenant, bot, &activity)).await,
        }
    }

    async fn prove(&self, bot: &Bot, activity: &Activity<'_>, token: &str) -> Result<()> {
        let metadata: Url = bot.metadata.parse().map_err(|_source| {
            Error::Unproven(oauth::Error::Settings { reason: "the address of the keys is none" })
        })?;
        let application = bot.application.to_string();
        let call = BotCall {
            metadata: &metadata,
            issuer: &bot.issuer,
            application: &application,
            channel: activity.channel,
            service_url: activity.service,
        };
        match self.0.tokens.check(call, token).await {
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::info!(%error, "an activity for the bot is refused");
                Err(Error::Unproven(error))
            }
        }
    }

    /// Who asks, after a code that came along was taken. `Err` where the code is none.
    async fn person(
        &self,
        tenant: TenantId,
        activity: &Activity<'_>,
    ) -> Result<Option<(Scope, Language)>> {
        let Some(who) = &activity.who else { return Ok(None) };
        let code = activity.text("/state");
        if !code.is_empty() {
            self.link(tenant, code, who).await?;
        }
        let Some(scope) = self.asking(tenant, who).await? else { return Ok(None) };
        let language = activity.language().unwrap_or(scope.language());
        Ok(Some((scope.with_language(language), language)))
    }

    async fn extension(&self, tenant: TenantId, activity: &Activity<'_>) -> Result<Reply> {
        let language = activity.language().unwrap_or_default();
        match activity.name {
            "composeExtension/querySettingUrl" => {
                let open = json!({ "type": "openUrl", "value": self.at("/teams/home") });
                return Ok(Reply::Answer(json!({ "composeExtension": {
                    "type": "config", "suggestedActions": { "actions": [open] },
                } })));
            }
            "composeExtension/setting" => return Ok(Reply::Answer(json!({}))),
            "composeExtension/query" | "composeExtension/queryLink" => {}
            _ => return Ok(Reply::Unsupported),
        }
        let (scope, language) = match self.person(tenant, activity).await {
            Ok(Some(found)) => found,
            Ok(None) | Err(Error::Code) => return Ok(Reply::Answer(self.sign_in(language))),
            Err(error) => return Err(error),
        };
        let found = match activity.name {
            "composeExtension/query" => Box::pin(self.query(&scope, activity)).await,
            _ => Box::pin(self.unfurl(&scope, activity.text("/url"))).await,
        };
        match found {
            Ok(hits) => {
                let each: Vec<Json> =
                    hits.iter().map(|hit| self.attachment(language, hit)).collect();
                Ok(Reply::Answer(json!({
                    "composeExtension": {
                        "type": "result", "attachmentLayout": "list", "attachments": each,
                    },
                    // what one person finds is nobody else's
                    "cacheInfo": { "cacheType": "no_cache", "cacheDuration": 0 },
                })))
            }
            Err(error) => told(language, error).map(|text| {
                Reply::Answer(json!({ "composeExtension": { "type": "message", "text": text } }))
            }),
        }
    }

    async fn query(&self, scope: &Scope, activity: &Activity<'_>) -> Result<Vec<Hit>> {
        let number = |name: &str| {
            let found = activity.value("/queryOptions").and_then(|all| all.get(name));
            found.and_then(Json::as_u64).and_then(|number| usize::try_from(number).ok())
        };
        // Teams sends initialRun=true when the extension opens and nothing was typed
        let words = activity.parameter("search");
        let page = (number("skip").unwrap_or_default(), number("count").unwrap_or(MOST));
        let found = self.search(scope, (words, activity.parameter("type")), page).await?;
        Ok(found.hits)
    }

    async fn unfurl(&self, scope: &Scope, address: &str) -> Result<Vec<Hit>> {
        let Some(at) = self.at_address(scope, address).await? else { return Ok(Vec::new()) };
        let Some(view) = self.view(scope, &at).await?.view() else { return Ok(Vec::new()) };
        self.used(scope, &view.at).await?;
        let subtitle = view.fields.into_iter().take(2).map(|(_, text)| text);
        let subtitle: Vec<String> = subtitle.collect();
        let (name, table) = (view.name, view.table);
        Ok(vec![Hit { at: view.at, name, table, subtitle: subtitle.join(" · ") }])
    }

    /// A button or the refresh of a card: the card of who looks.
    async fn pressed(&self, tenant: TenantId, activity: &Activity<'_>) -> Result<Json> {
        let language = activity.language().unwrap_or_default();
        let at = (activity.text("/action/verb") == VERB)
            .then(|| activity.value("/action/data").and_then(in_data))
            .flatten();
        let Some(at) = at else {
            return Ok(refused(400, "BadRequest", "this is no action of a card of Liaison"));
        };
        let (scope, language) = match self.person(tenant, activity).await {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(self.login(language)),
            Err(Error::Code) => {
                return Ok(json!({
                    "statusCode": 401, "type": "application/vnd.microsoft.error.incorrectAuthCode",
                    "value": null,
                }));
            }
            Err(error) => return Err(error),
        };
        let seen: Seen = match Box::pin(self.view(&scope, &at)).await {
            Ok(seen) => seen,
            Err(error) => {
                let text = told(language, error)?;
                return Ok(refused(500, "ServiceError", &text));
            }
        };
        let card = self.card_of(language, &at, &seen);
        Ok(json!({ "statusCode": 200, "type": ADAPTIVE, "value": card }))
    }

    pub(crate) fn door(&self) -> String {
        self.at("/teams/bot/sign-in")
    }

    /// What a message extension answers somebody who never said who they are.
    fn sign_in(&self, language: Language) -> Json {
        let title = i18n::Texts::global().text(language.tag(), "teams-app.sign-in", &[]);
        json!({ "composeExtension": { "type": "auth", "suggestedActions": { "actions": [
            { "type": "openUrl", "value": self.door(), "title": title },
        ] } } })
    }

    /// What a card answers them.
    fn login(&self, language: Language) -> Json {
        let text = |name: &str| {
            i18n::Texts::global().text(language.tag(), &format!("teams-app.{name}"), &[])
        };
        json!({
            "statusCode": 401, "type": "application/vnd.microsoft.activity.loginRequest",
            "value": {
                "text": text("sign-in-what"),
                "connectionName": "liaison",
                "buttons": [{
                    "title": text("sign-in"), "text": text("sign-in-what"), "type": "signin",
                    "value": self.door(),
                }],
            },
        })
    }
}

/// What is wrong, in the person's words; failures of ours stay failures.
fn told(language: Language, error: Error) -> Result<String> {
    if error.code().kind() == Kind::Internal {
        return Err(error);
    }
    let t = i18n::Texts::global().speak(language.tag());
    let code = error.code().name();
    Ok(format!("{}. {}", t.code(code), t.code_detail(code)))
}

fn refused(status: u16, code: &str, message: &str) -> Json {
    json!({
        "statusCode": status, "type": "application/vnd.microsoft.error",
        "value": { "code": code, "message": message },
    })
}

/// The token of a header `Authorization` (RFC 6750 §2.1).
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim()).filter(|token| !token.is_empty())
}

/// What an activity says of itself is short.
const MAX_TEXT: usize = 2000;
