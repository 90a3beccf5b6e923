//! Messages and replies.

use std::sync::Arc;

use axum::extract::State;
use edge::{Authed, Json, PageQuery, Path, Problem};
use http::StatusCode;
use rest::{Failures, Items, PageParams, routes};
use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;
use workspace::{CardContent, Content, Item, Origin, Sender, Window};

use super::{ChannelPath, MessagePath, instant};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(list, post, read, edit, delete, undelete, replies, reply)
}

/// A message or reply.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Message {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// The incoming webhook that posted it; null for a person's message.
    #[schema(format = Uuid)]
    webhook_id: Option<String>,
    /// The Adaptive Card as it is shown; null for a person's message.
    #[schema(value_type = Option<Object>)]
    card: Option<ShownCard>,
    /// The text without marks; empty when the message was deleted.
    text: String,
    /// What was received; null for a person's message.
    #[schema(value_type = Option<Source>)]
    source: Option<ReceivedSource>,
    /// How it came to be posted; null for a person's message.
    meta: Option<Meta>,
    #[schema(format = Uuid)]
    channel_id: String,
    sender: From,
    /// The text in Markdown, of a person's message.
    markdown: Option<String>,
    #[schema(format = DateTime)]
    edited_at: Option<String>,
    #[schema(format = DateTime)]
    deleted_at: Option<String>,
    /// The message that it replies to.
    #[schema(format = Uuid)]
    parent_id: Option<String>,
    /// How many replies it has.
    replies: i64,
    /// How many times a button replaced the card; null for a person's message.
    card_version: Option<i64>,
    /// What the last button of the card said.
    action_status: Option<ActionStatus>,
    /// Its place in the list: `after` or `before` it.
    cursor: String,
}

/// What a button of a card said.
#[derive(Debug, Serialize, ToSchema)]
struct ActionStatus {
    /// The sentence of whom was called.
    text: String,
    /// Who pressed.
    #[schema(format = Uuid)]
    user_id: String,
    /// The name of that person.
    name: String,
    #[schema(format = DateTime)]
    at: String,
}

/// Who sent a message.
#[derive(Debug, Serialize, ToSchema)]
struct From {
    /// `user` or `webhook`.
    kind: &'static str,
    #[schema(format = Uuid)]
    id: String,
    name: String,
    /// The address of an icon.
    icon: Option<String>,
}

/// A body as received.
#[derive(Debug, Serialize, ToSchema)]
struct Source {
    /// The header `Content-Type`.
    content_type: Option<String>,
    /// The body.
    body: String,
}

/// How a webhook's post came about.
#[derive(Debug, Serialize, ToSchema)]
struct Meta {
    /// The entry of the delivery log, such as `a7`, that was accepted before and posted again.
    replay_of: Option<String>,
    /// The entry of the delivery log, such as `r7`, that was refused before and posted again.
    retry_of: Option<String>,
    /// Whether somebody tried the webhook out.
    test: bool,
}

impl Meta {
    fn of(origin: Origin) -> Self {
        let (mut replay_of, mut retry_of) = (None, None);
        match origin {
            Origin::Replay(position) => replay_of = Some(format!("a{position}")),
            Origin::Retry(position) => retry_of = Some(format!("r{position}")),
            Origin::Sender | Origin::Test => {}
        }
        Self { replay_of, retry_of, test: origin == Origin::Test }
    }
}

/// The card inside a content that pages share.
#[derive(Debug)]
struct ShownCard(Arc<CardContent>);

impl Serialize for ShownCard {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.card.serialize(serializer)
    }
}

/// The body inside a content that pages share.
#[derive(Debug)]
struct ReceivedSource(Arc<CardContent>);

impl Serialize for ReceivedSource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let content_type = self.0.content_type.clone();
        Source { content_type, body: self.0.source() }.serialize(serializer)
    }
}

impl Message {
    pub(super) fn of(item: &Item) -> Self {
        let (card, markdown) = match &item.content {
            Content::Card(card) => (Some(card), None),
            Content::Text(source) => (None, Some(source.clone())),
            Content::Deleted | Content::Expired => (None, None),
        };
        let (sender, webhook_id) = match &item.sender {
            Sender::Person { id, name } => {
                let id = id.to_string();
                (From { kind: "user", id, name: name.clone(), icon: None }, None)
            }
            Sender::Webhook { id, name, icon } => {
                let id = id.to_string();
                let (name, icon) = (name.clone(), icon.clone());
                (From { kind: "webhook", id: id.clone(), name, icon }, Some(id))
            }
        };
        Self {
            id: item.id.to_string(),
            created_at: instant(item.created_at),
            webhook_id,
            card: card.map(|card| ShownCard(Arc::clone(card))),
            text: item.text(),
            source: card.map(|card| ReceivedSource(Arc::clone(card))),
            meta: card.map(|card| Meta::of(card.origin)),
            channel_id: item.channel.to_string(),
            sender,
            markdown,
            edited_at: item.edited_at.map(instant),
            deleted_at: item.deleted_at.map(instant),
            parent_id: item.parent.map(|id| id.to_string()),
            replies: item.replies,
            card_version: card.map(|card| card.changes.version),
            action_status: card.and_then(|card| card.changes.status.as_ref()).map(|status| {
                ActionStatus {
                    text: status.text.clone(),
                    user_id: status.by.to_string(),
                    name: status.name.clone(),
                    at: instant(status.at),
                }
            }),
            cursor: item.cursor().to_string(),
        }
    }
}

/// A text to post.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Text {
    /// Markdown; a mention is written `@[Name](user:ID)`.
    text: String,
}

/// List the messages of a channel
///
/// In the channel's order, oldest first, independent of clocks. Replies are not in this list. With
/// `before` the page holds what comes before that place, newest first.
#[utoipa::path(get, path = "/api/v1/channels/{channel_id}/messages", operation_id = "messages.list",
    tag = "workspace", params(ChannelPath, PageParams),
    responses((status = 200, body = Items<Message>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ChannelPath>,
    page: PageQuery,
) -> Result<Json<Items<Message>>, Problem> {
    let window = match page.before {
        Some(before) => Window::Before(Some(before)),
        None => Window::After(page.after),
    };
    let messages = app.workspace.messages(&scope, path.channel_id, window, page.limit).await?;
    Ok(Json(Items::of(messages, |item| Message::of(&item))))
}

/// Post a message
#[utoipa::path(post, path = "/api/v1/channels/{channel_id}/messages", operation_id = "messages.post",
    tag = "workspace", params(ChannelPath), request_body = Text,
    responses((status = 201, body = Message), Failures))]
async fn post(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ChannelPath>,
    Json(new): Json<Text>,
) -> Result<(StatusCode, Json<Message>), Problem> {
    let item = app.workspace.post(&scope, path.channel_id, &new.text).await?;
    Ok((StatusCode::CREATED, Json(Message::of(&item))))
}

/// Read a message
#[utoipa::path(get, path = "/api/v1/messages/{message_id}", operation_id = "messages.read",
    tag = "workspace", params(MessagePath), responses((status = 200, body = Message), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MessagePath>,
) -> Result<Json<Message>, Problem> {
    Ok(Json(Message::of(&app.workspace.message(&scope, path.message_id).await?)))
}

/// Edit a message
///
/// Its author and owners of the team may.
#[utoipa::path(patch, path = "/api/v1/messages/{message_id}", operation_id = "messages.edit",
    tag = "workspace", params(MessagePath), request_body = Text,
    responses((status = 200, body = Message), Failures))]
async fn edit(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MessagePath>,
    Json(new): Json<Text>,
) -> Result<Json<Message>, Problem> {
    Ok(Json(Message::of(&app.workspace.edit(&scope, path.message_id, &new.text).await?)))
}

/// Delete a message
///
/// A mark stays in its place. Its author and owners of the team may; whoever did it can take it back for ten minutes, then
/// what it said is erased.
#[utoipa::path(delete, path = "/api/v1/messages/{message_id}", operation_id = "messages.delete",
    tag = "workspace", params(MessagePath), responses((status = 204), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MessagePath>,
) -> Result<StatusCode, Problem> {
    app.workspace.delete(&scope, path.message_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Bring a deleted message back
///
/// Within ten minutes, by whoever deleted it.
#[utoipa::path(post, path = "/api/v1/messages/{message_id}/undelete", operation_id = "messages.undelete",
    tag = "workspace", params(MessagePath),
    responses((status = 200, body = Message), Failures))]
async fn undelete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MessagePath>,
) -> Result<Json<Message>, Problem> {
    Ok(Json(Message::of(&app.workspace.undelete(&scope, path.message_id).await?)))
}

/// List the replies to a message
///
/// Oldest first.
#[utoipa::path(get, path = "/api/v1/messages/{message_id}/replies", operation_id = "replies.list",
    tag = "workspace", params(MessagePath, PageParams),
    responses((status = 200, body = Items<Message>), Failures))]
async fn replies(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MessagePath>,
    page: PageQuery,
) -> Result<Json<Items<Message>>, Problem> {
    let id = path.message_id;
    let replies = app.workspace.replies(&scope, id, page.after, page.limit).await?;
    Ok(Json(Items::of(replies, |item| Message::of(&item))))
}

/// Reply to a message
#[utoipa::path(post, path = "/api/v1/messages/{message_id}/replies", operation_id = "replies.post",
    tag = "workspace", params(MessagePath), request_body = Text,
    responses((status = 201, body = Message), Failures))]
async fn reply(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MessagePath>,
    Json(new): Json<Text>,
) -> Result<(StatusCode, Json<Message>), Problem> {
    let item = app.workspace.reply(&scope, path.message_id, &new.text).await?;
    Ok((StatusCode::CREATED, Json(Message::of(&item))))
}
