//! Messages of channels and chats.

use serde_json::{Value, json};

use crate::{
    caller::Area,
    channels, clock,
    graph::{Ctx, bound, unknown},
    html, notify,
    query::Rules,
    store::{Kind, Row},
    teams,
    value::{Fields as _, shown},
    wire::{Answer, Refusal, Reply},
};

const MESSAGES: Rules = Rules::new("messages", "expand top").pages(20, 50);
const CHAT_MESSAGES: Rules = Rules::new("messages", "filter orderby top").pages(20, 50);
const DELTA: Rules = Rules::new("chatMessage", "filter expand top").pages(20, 50);
const CHATS: Rules = Rules::new("chats", "filter expand orderby top").pages(50, 50);

const READ: &str = "ChannelMessage.Read.All Group.Read.All Group.ReadWrite.All";
const READ_APP: &str = "ChannelMessage.Read.All Group.Read.All Group.ReadWrite.All";
const SEND: &str = "ChannelMessage.Send Group.ReadWrite.All";
const READ_CHAT: &str = "Chat.Read Chat.ReadWrite";
const SEND_CHAT: &str = "ChatMessage.Send Chat.ReadWrite";
/// Applications write messages only when they bring in old ones, which is not modelled.
const IMPORT: &str = "Teamwork.Migrate.All";

/// Bytes that a message may have.
const MAX_BYTES: usize = 28 * 1024;

/// Where messages are.
struct Home {
    /// The key of its messages: the channel or the chat.
    of: String,
    team: Option<String>,
    /// Where the message's id stands in the path.
    place: usize,
    /// The resource of subscriptions.
    resource: String,
}

fn home(ctx: &Ctx<'_>, words: &[&str]) -> Result<Home, Refusal> {
    if words.first() == Some(&"chats") {
        let chat = chat(ctx)?.text("id").to_owned();
        return Ok(Home {
            resource: format!("chats/{chat}/messages"),
            of: chat,
            team: None,
            place: 3,
        });
    }
    let (team, channel) = channels::visible(ctx)?;
    let (team, of) = (team.text("id").to_owned(), channel.text("id").to_owned());
    Ok(Home {
        resource: format!("teams/{team}/channels/{of}/messages"),
        of,
        team: Some(team),
        place: 5,
    })
}

pub(crate) fn route(ctx: &mut Ctx<'_>, method: &str, words: &[&str]) -> Answer {
    let in_chat = words.first() == Some(&"chats");
    let (read, read_app, send) =
        if in_chat { (READ_CHAT, "Chat.Read.All", SEND_CHAT) } else { (READ, READ_APP, SEND) };
    let edit = if in_chat {
        "Chat.ReadWrite"
    } else {
        "ChannelMessage.ReadWrite ChannelMessage.Send Group.ReadWrite.All"
    };
    match method {
        "GET" => ctx.need(Area::Teams, read, read_app)?,
        "POST" => ctx.need(Area::Teams, send, IMPORT)?,
        _ => ctx.need(Area::Teams, edit, IMPORT)?,
    }
    if method == "POST" && ctx.me().is_none() {
        return Err(Refusal::forbidden(
            "Messages can be posted by applications in channels in migration mode only.",
        ));
    }
    let home = home(ctx, words)?;
    let rest: Vec<&str> = words.get(home.place..).unwrap_or(&[]).to_vec();
    match (method, rest.as_slice()) {
        ("GET", []) => list(ctx, &home, None),
        ("GET", ["delta"]) => {
            let rows: Vec<&Row> = ctx
                .store
                .rows(Kind::Message)
                .filter(|row| {
                    row.value.text("_of") == home.of && row.value.field("replyToId").is_null()
                })
                .collect();
            ctx.query.delta(&rows, ctx.store.change, ctx.store.delta_floor, &DELTA)
        }
        ("GET", [id] | [_, "replies", id]) => {
            let row = message(ctx, &home, id)?;
            ctx.query.one(200, &row, "messages")
        }
        ("GET", [id, "replies"]) => {
            message(ctx, &home, id)?;
            list(ctx, &home, Some(id))
        }
        ("GET", [id, "hostedcontents"] | [_, "replies", id, "hostedcontents"]) => {
            let row = message(ctx, &home, id)?;
            let rows = row
                .list("_hosted")
                .iter()
                .map(|own| json!({"id": own.text("id"), "contentType": null, "contentBytes": null}))
                .collect();
            ctx.query.page(rows, &Rules::new("hostedContents", ""))
        }
        (
            "GET",
            [id, "hostedcontents", _, "$value"] | [_, "replies", id, "hostedcontents", _, "$value"],
        ) => {
            let row = message(ctx, &home, id)?;
            let key = ctx.path.parts.iter().rev().nth(1).cloned().unwrap_or_default();
            let own = row
                .list("_hosted")
                .iter()
                .find(|own| own.text("id") == key)
                .ok_or_else(|| Refusal::missing("hosted content"))?;
            let bytes = crate::token::unbase64(own.text("contentBytes")).unwrap_or_default();
            Ok(Reply::bytes(200, own.text("contentType"), bytes))
        }
        ("POST", []) => post(ctx, &home, None),
        ("POST", [id, "replies"]) if !in_chat => {
            let row = message(ctx, &home, id)?;
            if row.field("deletedDateTime").is_string() {
                return Err(Refusal::missing("message"));
            }
            post(ctx, &home, Some(id))
        }
        ("PATCH", [id] | [_, "replies", id]) => change(ctx, &home, id, Change::Edit),
        ("POST", [id, act] | [_, "replies", id, act]) => {
            let act = match *act {
                "softdelete" => Change::Delete,
                "undosoftdelete" => Change::Undelete,
                "setreaction" => Change::React,
                "unsetreaction" => Change::Unreact,
                _ => return Err(unknown(words)),
            };
            change(ctx, &home, id, act)
        }
        _ => Err(unknown(words)),
    }
}

fn message(ctx: &Ctx<'_>, home: &Home, id: &str) -> Result<Value, Refusal> {
    ctx.store
        .find(Kind::Message, &format!("{}/{id}", home.of))
        .cloned()
        .map(|row| plain(ctx, row))
        .ok_or_else(|| Refusal::missing("message"))
}

/// The row's own id is that within its channel.
fn plain(ctx: &Ctx<'_>, mut row: Value) -> Value {
    let id = row.text("_id").to_owned();
    row.put("id", id);
    if row.text("messageType") == "systemEventMessage"
        && !ctx.prefers("include-unknown-enum-members")
    {
        row.put("messageType", "unknownFutureValue");
    }
    row
}

fn list(ctx: &Ctx<'_>, home: &Home, of: Option<&str>) -> Answer {
    let mut rows: Vec<Value> = ctx
        .store
        .of(Kind::Message, "_of", &home.of)
        .filter(|row| match of {
            Some(parent) => row.text("replyToId") == parent,
            None => row.field("replyToId").is_null(),
        })
        .cloned()
        .map(|row| plain(ctx, row))
        .collect();
    rows.sort_by(|a, b| {
        b.text("lastModifiedDateTime")
            .cmp(a.text("lastModifiedDateTime"))
            .then_with(|| b.text("id").cmp(a.text("id")))
    });
    if ctx.query.expands("replies") && home.team.is_some() {
        for row in &mut rows {
            let id = row.text("id").to_owned();
            let replies: Vec<Value> = ctx
                .store
                .of(Kind::Message, "_of", &home.of)
                .filter(|own| own.text("replyToId") == id)
                .map(|own| shown(&plain(ctx, own.clone())))
                .collect();
            row.put("replies@odata.count", replies.len());
            row.put("replies", replies);
        }
    }
    ctx.query.page(rows, if home.team.is_some() { &MESSAGES } else { &CHAT_MESSAGES })
}

fn ids_in(text: &str, open: &str) -> Vec<String> {
    text.match_indices(open)
        .filter_map(|(at, _)| text.get(at + open.len()..)?.split('"').next().map(str::to_owned))
        .collect()
}

/// What a body has to be, and what is left of it.
fn checked(ctx: &Ctx<'_>, body: &Value) -> Result<Value, Refusal> {
    let given = body.field("body");
    let mut kind = given.text("contentType").to_ascii_lowercase();
    if kind.is_empty() {
        kind.push_str("text");
    }
    if given.is_null() {
        return Err(Refusal::bad("Missing body content."));
    }
    if !["text", "html"].contains(&kind.as_str()) {
        return Err(Refusal::bad(format!("Invalid contentType '{kind}'.")));
    }
    let content = given.text("content");
    let attachments = body.list("attachments");
    let whole = content.len() + attachments.iter().map(|a| a.text("content").len()).sum::<usize>();
    if whole > MAX_BYTES {
        return Err(Refusal::new(
            413,
            "RequestEntityTooLarge",
            "The message exceeds the maximum size of 28 KB.",
        ));
    }
    if content.is_empty() && attachments.is_empty() {
        return Err(Refusal::bad("Neither body content nor attachments were given."));
    }
    let content = if kind == "html" { html::filter(content) } else { content.to_owned() };
    let named = ids_in(&content, "<attachment id=\"");
    for attachment in attachments {
        if !named.iter().any(|id| id == attachment.text("id")) {
            return Err(Refusal::bad(format!(
                "Attachment id '{}' could not be found in the body: each attachment needs <attachment id=\"…\"></attachment>.",
                attachment.text("id")
            )));
        }
        let card = attachment.text("contentType").starts_with("application/vnd.microsoft.card");
        if card && !attachment.field("content").is_string() {
            return Err(Refusal::bad(
                "The content of a card attachment has to be a string of JSON.",
            ));
        }
        if card && serde_json::from_str::<Value>(attachment.text("content")).is_err() {
            return Err(Refusal::bad("The content of the card attachment is no valid JSON."));
        }
        if attachment.text("contentType") == "reference" && attachment.text("contentUrl").is_empty()
        {
            return Err(Refusal::bad("A reference attachment needs a contentUrl."));
        }
    }
    if let Some(id) = named.iter().find(|id| !attachments.iter().any(|a| a.text("id") == **id)) {
        return Err(Refusal::bad(format!("Attachment '{id}' is named in the body but not given.")));
    }
    for id in ids_in(&content, "<at id=\"") {
        if !body.list("mentions").iter().any(|mention| {
            mention.field("id").as_u64().map(|own| own.to_string()).as_ref() == Some(&id)
        }) {
            return Err(Refusal::bad(format!("Mention with id '{id}' is missing from mentions.")));
        }
    }
    for mention in body.list("mentions") {
        let user = mention.field("mentioned").field("user").text("id");
        if !user.is_empty() && ctx.store.find(Kind::User, user).is_none() {
            return Err(Refusal::bad(format!("Mentioned user '{user}' was not found.")));
        }
    }
    Ok(json!({"contentType": kind, "content": content}))
}

fn post(ctx: &mut Ctx<'_>, home: &Home, reply_to: Option<&str>) -> Answer {
    let body = ctx.call.json()?;
    let me = ctx.me().unwrap_or_default().to_owned();
    if let Some(team) = &home.team {
        teams::open(ctx.store, team)?;
        if ctx.store.at(Kind::Channel, &home.of).flag("isArchived") {
            return Err(Refusal::forbidden("The channel is archived and read-only."));
        }
    }
    let mut content = checked(ctx, &body)?;
    let app = ctx.caller.app.clone();
    crate::faults::posting(ctx.store, &app, home.team.as_deref().unwrap_or(&home.of), &home.of)?;
    let ms = ctx.store.message_ms();
    let (id, now) = (ms.to_string(), clock::text(ms));
    let mut hosted = Vec::new();
    for own in body.list("hostedContents") {
        let (temporary, key) = (
            own.text("@microsoft.graph.temporaryId"),
            crate::token::base64(clock::guid().as_bytes()),
        );
        if crate::token::unbase64(own.text("contentBytes")).is_none() {
            return Err(Refusal::bad("Invalid contentBytes of a hosted content."));
        }
        let address = format!("{}/{}/{id}/hostedContents/{key}/$value", ctx.base(), home.resource);
        let text = content
            .text("content")
            .replace(&format!("../hostedContents/{temporary}/$value"), &address);
        content.put("content", text);
        hosted.push(json!({"id": key, "contentBytes": own.text("contentBytes"), "contentType": own.text("contentType")}));
    }
    let person = ctx.store.at(Kind::User, &me).text("displayName").to_owned();
    let tenant = crate::seeds::TENANT;
    let identity = home.team.as_ref().map(|team| json!({"teamId": team, "channelId": home.of}));
    let parent = reply_to.unwrap_or(&id);
    let address = home.team.as_ref().map(|team| {
        format!("https://teams.microsoft.com/l/message/{}/{id}?groupId={team}&tenantId={tenant}&parentMessageId={parent}", doubles_http::encode(&home.of))
    });
    let importance =
        if body.text("importance").is_empty() { "normal" } else { body.text("importance") };
    ctx.store.put(Kind::Message, json!({
        "id": format!("{}/{id}", home.of), "_id": id, "replyToId": reply_to, "etag": id, "messageType": "message",
        "createdDateTime": now, "lastModifiedDateTime": now, "lastEditedDateTime": null, "deletedDateTime": null,
        "subject": body.field("subject"), "summary": body.field("summary"), "chatId": home.team.is_none().then_some(&home.of),
        "importance": importance, "locale": "en-us", "webUrl": address, "policyViolation": null, "eventDetail": null,
        "from": {"application": null, "device": null, "user": {"@odata.type": "#microsoft.graph.teamworkUserIdentity", "id": me,
            "displayName": person, "userIdentityType": "aadUser", "tenantId": tenant}},
        "body": content, "channelIdentity": identity, "attachments": body.list("attachments"), "mentions": body.list("mentions"),
        "reactions": [], "messageHistory": [], "_of": home.of, "_hosted": hosted,
    }));
    let row = message(ctx, home, &id)?;
    tell(ctx, home, &row, "created");
    ctx.query.one(201, &row, "messages")
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Edit,
    Delete,
    Undelete,
    React,
    Unreact,
}

fn change(ctx: &mut Ctx<'_>, home: &Home, id: &str, act: Change) -> Answer {
    let row = message(ctx, home, id)?;
    let me = ctx.me().unwrap_or_default().to_owned();
    let own = row.field("from").field("user").text("id") == me;
    let moderates = act == Change::Delete
        && home.team.as_deref().is_some_and(|team| ctx.store.is_owner(team, &me));
    let reacts = matches!(act, Change::React | Change::Unreact);
    if !own && !moderates && !reacts {
        return Err(Refusal::forbidden("Only the author of a message may change it."));
    }
    let body = if act == Change::Edit || reacts { ctx.call.json()? } else { Value::Null };
    let content = match act {
        Change::Edit if row.field("deletedDateTime").is_string() => {
            return Err(Refusal::missing("message"));
        }
        Change::Edit => Some(checked(ctx, &body)?),
        _ => None,
    };
    let reaction = body.text("reactionType").to_owned();
    if reacts && reaction.is_empty() {
        return Err(Refusal::bad("reactionType is required."));
    }
    let now = clock::text(ctx.store.message_ms());
    ctx.store.edit(Kind::Message, &format!("{}/{id}", home.of), |row| {
        row.put("lastModifiedDateTime", now.clone());
        row.put("etag", clock::parse(&now).unwrap_or_default().to_string());
        let others: Vec<Value> = row
            .list("reactions")
            .iter()
            .filter(|r| !(r.text("reactionType") == reaction && r.field("user").field("user").text("id") == me))
            .cloned()
            .collect();
        match act {
            Change::Edit => {
                row.put("body", content);
                row.put("lastEditedDateTime", now);
                for name in ["attachments", "mentions"] {
                    if let Some(value) = body.get(name) {
                        row.put(name, value.clone());
                    }
                }
            }
            Change::Delete => {
                let body = row.field("body").clone();
                row.put("_body", body);
                row.put("body", json!({"contentType": "text", "content": ""}));
                row.put("deletedDateTime", now);
            }
            Change::Undelete => {
                let body = row.field("_body").clone();
                row.put("body", body);
                row.put("deletedDateTime", Value::Null);
            }
            Change::Unreact => row.put("reactions", others),
            Change::React => {
                let mut all = others;
                all.push(json!({"reactionType": reaction, "createdDateTime": now, "user": {"user": {"id": me, "userIdentityType": "aadUser"}}}));
                row.put("reactions", all);
            }
        }
    });
    let row = message(ctx, home, id)?;
    tell(ctx, home, &row, if act == Change::Delete { "deleted" } else { "updated" });
    Ok(Reply::empty(204))
}

fn tell(ctx: &mut Ctx<'_>, home: &Home, row: &Value, change: &str) {
    let id = row.text("id");
    let quoted = match &home.team {
        Some(team) => format!("teams('{team}')/channels('{}')/messages", home.of),
        None => format!("chats('{}')/messages", home.of),
    };
    let path = match row.text("replyToId") {
        "" => format!("{quoted}('{id}')"),
        parent => format!("{quoted}('{parent}')/replies('{id}')"),
    };
    let news = notify::News { change, kind: "chatMessage", path, id, row: &shown(row) };
    let all = if home.team.is_some() { "teams/getallmessages" } else { "chats/getallmessages" };
    notify::tell(ctx.store, &[home.resource.clone(), all.to_owned()], &news);
}

/// The chat of a path, if the caller is in it.
pub(crate) fn chat(ctx: &Ctx<'_>) -> Result<Value, Refusal> {
    let id = ctx.path.at(1);
    ctx.store
        .find(Kind::Chat, id)
        .filter(|_| ctx.me().is_none_or(|me| ctx.store.membership(id, me).is_some()))
        .cloned()
        .ok_or_else(|| Refusal::missing("chat"))
}

pub(crate) fn chats(ctx: &mut Ctx<'_>, method: &str, words: &[&str]) -> Answer {
    match (method, words) {
        ("GET", ["chats"] | ["users", _, "chats"]) => {
            ctx.need(
                Area::Teams,
                "Chat.ReadBasic Chat.Read Chat.ReadWrite",
                "Chat.ReadBasic.All Chat.Read.All",
            )?;
            let user =
                if words.len() == 3 { ctx.at(1) } else { ctx.me().unwrap_or_default().to_owned() };
            let rows = ctx
                .store
                .list(Kind::Chat)
                .filter(|chat| ctx.store.membership(chat.text("id"), &user).is_some());
            ctx.query.page(rows.cloned().collect(), &CHATS)
        }
        ("GET", ["users", _, "chats", "getallmessages"]) => {
            ctx.need(Area::Teams, "", "Chat.Read.All")?;
            let user = ctx.at(1);
            let rows = ctx.store.list(Kind::Message).filter(|row| {
                row.field("chatId").is_string()
                    && ctx.store.membership(row.text("_of"), &user).is_some()
            });
            let rows = rows.cloned().map(|row| plain(ctx, row)).collect();
            ctx.query.page(rows, &CHAT_MESSAGES)
        }
        ("GET", ["chats", _]) => {
            ctx.need(
                Area::Teams,
                "Chat.ReadBasic Chat.Read Chat.ReadWrite",
                "Chat.ReadBasic.All Chat.Read.All",
            )?;
            let mut row = chat(ctx)?;
            if ctx.query.expands("members") {
                let members: Vec<Value> =
                    ctx.store.of(Kind::Member, "_of", row.text("id")).map(shown).collect();
                row.put("members", members);
            }
            ctx.query.one(200, &row, "chats")
        }
        ("POST", ["chats"]) => create_chat(ctx),
        _ => Err(unknown(words)),
    }
}

fn create_chat(ctx: &mut Ctx<'_>) -> Answer {
    ctx.need(Area::Teams, "Chat.Create Chat.ReadWrite", "Chat.Create")?;
    let body = ctx.call.json()?;
    let kind = body.text("chatType").to_owned();
    let mut users = Vec::new();
    for member in body.list("members") {
        let key = bound(member, "user").unwrap_or_default();
        users.push(
            ctx.store
                .user(&key)
                .map(|user| user.text("id").to_owned())
                .ok_or_else(|| Refusal::missing("user"))?,
        );
    }
    users.sort_unstable();
    let right = match kind.as_str() {
        "oneOnOne" => users.len() == 2,
        "group" => users.len() >= 2,
        _ => false,
    };
    if !right {
        return Err(Refusal::bad(
            "A chat is oneOnOne with two members or group with at least two.",
        ));
    }
    if ctx.me().is_some_and(|me| !users.iter().any(|user| user == me)) {
        return Err(Refusal::forbidden("The caller has to be one of the members."));
    }
    let id = if kind == "oneOnOne" {
        format!("19:{}@unq.gbl.spaces", users.join("_"))
    } else {
        format!("19:{:032x}@thread.v2", u128::from_be_bytes(clock::chance()))
    };
    if ctx.store.find(Kind::Chat, &id).is_none() {
        let now = ctx.store.now();
        ctx.store.put(Kind::Chat, json!({
            "id": id, "topic": body.field("topic"), "createdDateTime": now, "lastUpdatedDateTime": now, "chatType": kind,
            "webUrl": format!("https://teams.microsoft.com/l/chat/{}/0?tenantId={}", doubles_http::encode(&id), crate::seeds::TENANT),
            "tenantId": crate::seeds::TENANT, "onlineMeetingInfo": null,
        }));
        for user in users {
            ctx.store.join(&id, &user, &["owner"]);
        }
    }
    let row = ctx.store.at(Kind::Chat, &id).clone();
    ctx.query.one(201, &row, "chats")
}
