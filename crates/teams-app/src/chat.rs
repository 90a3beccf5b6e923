//! The bot as somebody to talk with, in a chat of its own: it greets, helps, finds records, and says what can be done about
//! a CRM. Everything is done as the person who asks; nobody whom the hub does not know is told anything but how to sign in.

use std::{pin::Pin, time::Duration};

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use kernel::{Coded as _, Language, Scope, TenantId};
use serde_json::{Value as Json, json};

use crate::{
    Bot, Error, Result, TeamsApp, Telling,
    invoke::{Activity, Reply},
    people::JOB,
    speak::{Chat, How},
    store,
};

mod sheet;
mod words;

use words::{Asked, asked};

/// What somebody said, proven and taken, that is still to be answered.
#[derive(Debug)]
pub struct Turn {
    tenant: TenantId,
    bot: Bot,
    chat: Chat,
    /// What it answers.
    activity: String,
    asked: Asked,
    language: Language,
    /// Who asks; nobody whom the hub knows.
    scope: Option<Scope>,
}

impl Turn {
    /// Who wants to see their coming meetings; whoever holds those hands them to [`TeamsApp::answer`].
    pub fn wants_meetings(&self) -> Option<&Scope> {
        self.scope.as_ref().filter(|_| self.asked == Asked::Meetings)
    }
}

impl TeamsApp {
    /// Takes what is no invoke: once, however often the connector sends it.
    pub(crate) async fn heard(
        &self,
        tenant: TenantId,
        bot: Bot,
        activity: &Activity<'_>,
    ) -> Result<Reply> {
        let root = self.0.scopes.scope(tenant, JOB);
        let text = |pointer: &str| {
            activity.pointer(pointer).filter(|text| (1..=MAX_ID).contains(&text.len()))
        };
        let (Some(conversation), Some(id)) = (text("/conversation/id"), text("/id")) else {
            return Ok(Reply::Noted);
        };
        // elsewhere everybody would read what one person may see
        let is_own = text("/conversation/conversationType") == Some("personal");
        let Some(heard) = heard(activity).filter(|_| is_own) else { return Ok(Reply::Noted) };
        let now = self.0.clock.now();
        let key = key(&[activity.channel, conversation, id]);
        // one greeting, whichever of the two that tell of the app comes first
        let greeting = key_of_greeting(activity.channel, conversation);
        let gone = heard == Heard::Gone;
        let greets = heard == Heard::Came;
        let place = conversation.to_owned();
        let take = move |tx: &db::Tx<'_>| -> db::Result<bool> {
            store::prune_activities(tx, now - KNOWN)?;
            if !store::take_activity(tx, &key, now)? {
                return Ok(false);
            }
            if gone {
                store::forget_conversation(tx, &place)?;
                store::forget_activity(tx, &greeting)?;
            }
            Ok(!greets || store::take_activity(tx, &greeting, now)?)
        };
        let taken = self.0.db.write::<_, db::Error, _>(&root, take).await?;
        if !taken || gone || bot.secret.is_none() {
            return Ok(Reply::Noted);
        }
        if self.place(&bot, activity.service).is_none() {
            tracing::warn!(
                "an activity names a service address that is none of the published ones"
            );
            return Err(Error::Place);
        }
        let (scope, language) = match &activity.who {
            Some(who) => self.known(tenant, who, activity.language()).await?,
            None => (None, activity.language().unwrap_or_default()),
        };
        let chat = Chat {
            application: bot.application.to_string(),
            who: activity.who.clone().unwrap_or_default(),
            conversation: conversation.to_owned(),
            service: activity.service.to_owned(),
        };
        if let Some(user) = scope.as_ref().and_then(Scope::user) {
            let read = move |tx: &db::Tx<'_>| store::chat(tx, user);
            // a new version of the app is no reason to greet anew
            if greets && self.0.db.read_one(&root, read).await?.as_ref() == Some(&chat) {
                return Ok(Reply::Noted);
            }
            self.remember(&root, user, &chat, now).await?;
        }
        let asked = match heard {
            Heard::Said(words) => asked(&words),
            _ => Asked::Welcome,
        };
        let activity = id.to_owned();
        Ok(Reply::Turn(Box::new(Turn { tenant, bot, chat, activity, asked, language, scope })))
    }

    /// Takes the code that a window of sign-in gave to Teams (`signin/verifyState`).
    pub(crate) async fn verified(
        &self,
        tenant: TenantId,
        bot: Bot,
        activity: &Activity<'_>,
    ) -> Result<Reply> {
        let Some(who) = &activity.who else { return Ok(Reply::Answer(json!({}))) };
        match self.link(tenant, activity.text("/state"), who).await {
            Ok(()) => {}
            // Teams then shows that it did not work, and the person begins again
            Err(Error::Code) => return Ok(Reply::Unsupported),
            Err(error) => return Err(error),
        }
        let conversation = activity.pointer("/conversation/id").unwrap_or_default();
        let is_own = activity.pointer("/conversation/conversationType") == Some("personal");
        let (scope, language) = self.known(tenant, who, activity.language()).await?;
        let Some(user) = scope.as_ref().and_then(Scope::user).filter(|_| is_own) else {
            return Ok(Reply::Answer(json!({})));
        };
        if self.place(&bot, activity.service).is_none() || conversation.len() > MAX_ID {
            return Ok(Reply::Answer(json!({})));
        }
        let chat = Chat {
            application: bot.application.to_string(),
            who: who.clone(),
            conversation: conversation.to_owned(),
            service: activity.service.to_owned(),
        };
        let root = self.0.scopes.scope(tenant, JOB);
        self.remember(&root, user, &chat, self.0.clock.now()).await?;
        let (asked, activity) = (Asked::Welcome, String::new());
        Ok(Reply::Turn(Box::new(Turn { tenant, bot, chat, activity, asked, language, scope })))
    }

    /// Who that is here, with the language that the person set, else that of their client.
    async fn known(
        &self,
        tenant: TenantId,
        who: &(String, String),
        client: Option<Language>,
    ) -> Result<(Option<Scope>, Language)> {
        let Some(scope) = self.asking(tenant, who).await? else {
            return Ok((None, client.unwrap_or_default()));
        };
        let root = self.0.scopes.scope(tenant, JOB);
        let own = match scope.user() {
            Some(user) => self.0.identity.user(&root, user).await?.language,
            None => None,
        };
        let language = own.or(client).unwrap_or(scope.language());
        Ok((Some(scope.with_language(language)), language))
    }

    /// Answers what was said. `meetings` is what [`Turn::wants_meetings`] asked for.
    ///
    /// # Errors
    /// [`Error::Grant`], [`Error::Unreachable`], [`Error::Busy`], [`Error::Gone`], [`Error::Refused`], [`Error::Seal`],
    /// [`Error::Store`].
    pub async fn answer(&self, turn: Turn, meetings: Option<Vec<Telling>>) -> Result<()> {
        let root = self.0.scopes.scope(turn.tenant, JOB);
        let at = (&turn.bot, &turn.chat);
        if matches!(turn.asked, Asked::Words(_)) && turn.scope.is_some() {
            // whoever waits sees that something goes on; nothing hangs on it
            drop(self.say(&root, at, How::New, &json!({ "type": "typing" })).await);
        }
        let activities = Box::pin(self.answers(&turn, meetings)).await?;
        for activity in &activities {
            let how = match turn.activity.as_str() {
                "" => How::New,
                id => How::Reply(id),
            };
            match self.say(&root, at, how, activity).await {
                Ok(_id) => {}
                Err(Error::Gone) => {
                    let conversation = turn.chat.conversation.clone();
                    let write =
                        move |tx: &db::Tx<'_>| store::forget_conversation(tx, &conversation);
                    self.0.db.write::<_, db::Error, _>(&root, write).await?;
                    return Err(Error::Gone);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Has an answer go on even where whoever brought the words waits no longer, and waits for it itself for a while.
    pub async fn aside(&self, answer: Pin<Box<dyn Future<Output = ()> + Send>>) {
        let answer = self.0.answering.spawn(answer);
        drop(tokio::time::timeout(PATIENCE, answer).await);
    }

    async fn answers(&self, turn: &Turn, meetings: Option<Vec<Telling>>) -> Result<Vec<Json>> {
        let language = turn.language;
        let Some(scope) = &turn.scope else { return Ok(vec![self.stranger(language)]) };
        let one = match &turn.asked {
            Asked::Welcome => self.help(language, true),
            Asked::Help => self.help(language, false),
            Asked::Crm => Box::pin(self.own_crms(scope, language)).await?,
            Asked::Reminders => self.reminders(language),
            Asked::Meetings => match meetings {
                Some(all) if !all.is_empty() => {
                    return Ok(all.iter().map(Telling::activity).collect());
                }
                _ => self.no_meetings(language),
            },
            Asked::Words(words) => {
                let found = Box::pin(self.search(scope, (words, ""), (0, SHOWN))).await;
                match found {
                    Ok(found) => Box::pin(self.results(scope, words, &found)).await?,
                    Err(error) if error.code().kind() == kernel::Kind::Internal => {
                        return Err(error);
                    }
                    Err(error) => self.trouble(language, error.code().name()),
                }
            }
        };
        Ok(vec![one.activity()])
    }
}

/// What an activity is for the bot.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Heard {
    /// Words of a person.
    Said(String),
    /// The app came into the chat.
    Came,
    /// It went.
    Gone,
}

fn heard(activity: &Activity<'_>) -> Option<Heard> {
    match activity.kind {
        "message" => {
            let text = activity.pointer("/text").unwrap_or_default();
            Some(Heard::Said(text.chars().take(MAX_WORDS).collect()))
        }
        "installationUpdate" => match activity.pointer("/action")? {
            "add" | "add-upgrade" => Some(Heard::Came),
            "remove" => Some(Heard::Gone),
            _ => None,
        },
        "conversationUpdate" => {
            let own = activity.pointer("/recipient/id")?;
            let added = activity.all.get("membersAdded").and_then(Json::as_array)?;
            let is_own = |one: &Json| one.get("id").and_then(Json::as_str) == Some(own);
            added.iter().take(MAX_MEMBERS).any(is_own).then_some(Heard::Came)
        }
        _ => None,
    }
}

/// What stands for an activity: nothing that tells where it came from.
fn key(parts: &[&str]) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, parts.join("\n").as_bytes()))
}

fn key_of_greeting(channel: &str, conversation: &str) -> String {
    key(&[channel, conversation, "", "greeting"])
}

/// For how long activities are known: tokens of the connector live for an hour. Our own choice.
const KNOWN: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The connector waits 15 seconds at most; our own choice is less.
const PATIENCE: Duration = Duration::from_secs(10);
/// Records of one answer.
const SHOWN: usize = 5;
/// Characters of an identifier and of what is read of a message; ours.
const MAX_ID: usize = 500;
const MAX_WORDS: usize = 1000;
const MAX_MEMBERS: usize = 100;
