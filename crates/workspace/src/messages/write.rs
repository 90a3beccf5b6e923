//! Posting, replying, editing: what persons do.

use db::Tx;
use event_log::Subject;
use jiff::Timestamp;
use kernel::{ChannelId, FieldError, MessageId, Page, Permission, Scope, UserId};
use serde_json::json;

use super::{Item, MESSAGES_TOPIC, content, store, store::Stored};
use crate::{
    ChannelAccess, ChannelKind, Error, Result, Role, Workspace, access, markdown,
    members::Circle,
    people,
    service::{change, changed},
};

impl Workspace {
    /// Posts a person's message, in Markdown.
    ///
    /// # Errors
    /// [`Error::ChannelNotFound`] and the like, [`Error::ChannelArchived`], [`Error::Invalid`],
    /// [`Error::PersonNeeded`].
    pub async fn post(&self, scope: &Scope, channel: ChannelId, text: &str) -> Result<Item> {
        scope.require(Permission::MessageWrite)?;
        let draft = self.draft(scope, text)?;
        let post = move |tx: &Tx<'_>| {
            let access = access::writable(tx, channel)?;
            let position = event_log::draw(tx, MESSAGES_TOPIC, channel.uuid())?;
            draft.insert(tx, &access, position, None)?;
            tx.notify(MESSAGES_TOPIC, channel.uuid(), position);
            read_back(tx, draft.id)
        };
        self.only(scope, post).await
    }

    /// Replies to a message; a reply to a reply joins the same thread.
    ///
    /// # Errors
    /// [`Error::MessageNotFound`], [`Error::MessageDeleted`], [`Error::ChannelArchived`],
    /// [`Error::Invalid`], [`Error::PersonNeeded`].
    pub async fn reply(&self, scope: &Scope, to: MessageId, text: &str) -> Result<Item> {
        scope.require(Permission::MessageWrite)?;
        let draft = self.draft(scope, text)?;
        let reply = move |tx: &Tx<'_>| {
            let message = super::readable(tx, to)?;
            let access = access::writable(tx, message.channel)?;
            let parent = match message.parent {
                Some(parent) => {
                    store::lookup(tx, parent)?.ok_or(Error::MessageNotFound { message: parent })?
                }
                None => message,
            };
            if parent.deleted_at.is_some() {
                return Err(Error::MessageDeleted { message: parent.id });
            }
            let stream = parent.channel.uuid();
            let position = event_log::draw_many(tx, MESSAGES_TOPIC, stream, 2)?;
            draft.insert(tx, &access, position, Some(&parent))?;
            store::count_reply(tx, parent.id, position + 1, (1, Some(draft.at)))?;
            tx.notify(MESSAGES_TOPIC, stream, position + 1);
            read_back(tx, draft.id)
        };
        self.only(scope, reply).await
    }

    /// Changes the text of a message; its author and who moderates the channel may.
    ///
    /// # Errors
    /// [`Error::MessageNotFound`], [`Error::MessageDeleted`], [`Error::RoleNeeded`],
    /// [`Error::ChannelArchived`], [`Error::Invalid`]; also for a webhook's message.
    pub async fn edit(&self, scope: &Scope, id: MessageId, text: &str) -> Result<Item> {
        scope.require(Permission::MessageWrite)?;
        let draft = self.draft(scope, text)?;
        let edit = move |tx: &Tx<'_>| {
            let (message, access) = own(tx, id)?;
            if message.text.is_none() {
                let detail = "what a webhook posted cannot be edited";
                return Err(Error::invalid(FieldError::new("/text", "message.not_text", detail)));
            }
            let (text, mentioned) = draft.resolve(tx, &access)?;
            let stream = message.channel.uuid();
            let position = event_log::draw(tx, MESSAGES_TOPIC, stream)?;
            store::set_text(tx, id, position, (&text, draft.at))?;
            let parent = message.parent.map(|parent| store::lookup(tx, parent)).transpose()?;
            let concerned = concerned(mentioned, parent.flatten().as_ref(), message.author);
            store::set_mentions(tx, (message.channel, id), &concerned, draft.at)?;
            if message.author != tx.scope().user() {
                event_log::audit(tx, &moderation("message.edit", &message, draft.at))?;
            }
            tx.notify(MESSAGES_TOPIC, stream, position);
            read_back(tx, id)
        };
        self.only(scope, edit).await
    }

    fn draft(&self, scope: &Scope, text: &str) -> Result<Draft> {
        let author = scope.user().ok_or(Error::PersonNeeded)?;
        let limit = self.settings.max_message_chars;
        let text = text.replace("\r\n", "\n");
        let text: String =
            text.chars().filter(|&c| c == '\n' || c == '\t' || !c.is_control()).collect();
        let text = text.trim();
        let refuse =
            |code, detail: String| Err(Error::invalid(FieldError::new("/text", code, detail)));
        if text.is_empty() {
            return refuse("message.empty", "a message needs a text".to_owned());
        }
        if text.chars().count() > usize::try_from(limit).unwrap_or(usize::MAX) {
            return refuse("message.too_long", format!("a message has at most {limit} characters"));
        }
        Ok(Draft { id: self.ids.fresh(), author, text: text.to_owned(), at: self.clock.now() })
    }

    pub(super) async fn only(
        &self,
        scope: &Scope,
        write: impl Fn(&Tx<'_>) -> Result<content::Joined> + Send + 'static,
    ) -> Result<Item> {
        let joined = self.db.write(scope, write).await?;
        let page = content::render(joined).await;
        let inconsistent = db::Error::Inconsistent { column: 0, expected: "the message" };
        page.items.into_iter().next().ok_or(Error::Store(inconsistent))
    }
}

/// A text on its way into a channel.
#[derive(Debug, Clone)]
struct Draft {
    id: MessageId,
    author: UserId,
    text: String,
    at: Timestamp,
}

impl Draft {
    /// The text with the true names of who is mentioned, and those persons. Who cannot read the
    /// channel is not mentioned: the name stays as plain text.
    fn resolve(&self, tx: &Tx<'_>, access: &ChannelAccess) -> db::Result<(String, Vec<UserId>)> {
        let members = members(tx, access, &markdown::mentions(&self.text))?;
        let names = people::names(tx, members.iter().copied())?;
        Ok((markdown::with_names(&self.text, &names), names.into_keys().collect()))
    }

    fn insert(
        &self,
        tx: &Tx<'_>,
        access: &ChannelAccess,
        position: i64,
        parent: Option<&Stored>,
    ) -> db::Result<()> {
        let (text, mentioned) = self.resolve(tx, access)?;
        let concerned = concerned(mentioned, parent, Some(self.author));
        let row = Stored {
            channel: access.channel.id,
            position,
            id: self.id,
            created_at: self.at,
            author: Some(self.author),
            webhook: None,
            place: None,
            parent: parent.map(|parent| parent.id),
            text: Some(text),
            changed: None,
            edited_at: None,
            deleted_at: None,
            replies: 0,
            replied_at: None,
            version: None,
            status: None,
        };
        store::insert(tx, &row)?;
        store::set_mentions(tx, (row.channel, row.id), &concerned, self.at)
    }
}

/// Those of some persons who can read the channel.
pub(super) fn members(
    tx: &Tx<'_>,
    access: &ChannelAccess,
    users: &[UserId],
) -> db::Result<Vec<UserId>> {
    let mut members = Vec::new();
    for user in users.iter().copied() {
        let in_team = Circle::Team(access.team.id).role(tx, user)?.is_some();
        let in_channel = access.channel.kind == ChannelKind::Standard
            || Circle::Channel(access.channel.id).role(tx, user)?.is_some();
        if in_team && in_channel {
            members.push(user);
        }
    }
    Ok(members)
}

/// Whom a message concerns: who is mentioned, and whose message it answers; never its own author.
pub(super) fn concerned(
    mut mentioned: Vec<UserId>,
    parent: Option<&Stored>,
    author: Option<UserId>,
) -> Vec<UserId> {
    let answered = parent.and_then(|parent| parent.author);
    mentioned.extend(answered.filter(|user| !mentioned.contains(user)));
    mentioned.retain(|user| Some(*user) != author);
    mentioned
}

/// A message that the actor may change.
pub(super) fn own(tx: &Tx<'_>, id: MessageId) -> Result<(Stored, ChannelAccess)> {
    let message = super::readable(tx, id)?;
    let access = access::writable(tx, message.channel)?;
    let author = message.author.is_some() && message.author == tx.scope().user();
    if !author && !access.rights.moderate {
        return Err(Error::RoleNeeded { needed: Role::Owner });
    }
    if message.deleted_at.is_some() {
        return Err(Error::MessageDeleted { message: id });
    }
    Ok((message, access))
}

pub(super) fn read_back(tx: &Tx<'_>, id: MessageId) -> Result<content::Joined> {
    let row = store::lookup(tx, id)?.ok_or(Error::MessageNotFound { message: id })?;
    Ok(content::join(tx, Page { items: vec![row], next: None })?)
}

/// The audit says who did it to whose message, not what it said.
pub(super) fn moderation(
    action: &'static str,
    message: &Stored,
    now: Timestamp,
) -> event_log::Change {
    let before = json!({
        "channel": message.channel,
        "author": message.author,
        "webhook": message.webhook,
    });
    changed(change(action, Subject::new("message", message.id), now), Some(before), None)
}
