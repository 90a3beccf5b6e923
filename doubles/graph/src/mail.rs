//! Mail boxes.

pub(crate) mod categories;
mod parts;

use parts::{attachments, from_mime, mime};
use serde_json::{Value, json};

use crate::{
    caller::Area,
    clock,
    graph::{Ctx, unknown},
    html, notify,
    query::Rules,
    store::{Kind, Row, Store},
    token::{base64, base64url, unbase64},
    value::{Fields as _, merge, shown},
    wire::{Answer, Refusal, Reply},
};

const MESSAGES: Rules =
    Rules::new("messages", "filter orderby top skip search count expand").pages(10, 1000);
const FOLDERS: Rules = Rules::new("mailFolders", "filter top skip count expand").pages(10, 250);

/// The folders that every box has, by their well-known names.
pub(crate) const FOLDER_NAMES: [(&str, &str); 6] = [
    ("inbox", "Inbox"),
    ("drafts", "Drafts"),
    ("sentitems", "Sent Items"),
    ("deleteditems", "Deleted Items"),
    ("archive", "Archive"),
    ("junkemail", "Junk Email"),
];

const READ: &str = "Mail.Read Mail.ReadWrite";
const WRITE: &str = "Mail.ReadWrite";

/// Fields that a client sets.
const FIELDS: [&str; 14] = [
    "subject",
    "body",
    "importance",
    "toRecipients",
    "ccRecipients",
    "bccRecipients",
    "replyTo",
    "from",
    "sender",
    "categories",
    "isRead",
    "flag",
    "internetMessageHeaders",
    "isReadReceiptRequested",
];

pub(crate) fn route(ctx: &mut Ctx<'_>, method: &str, words: &[&str]) -> Answer {
    let sends = matches!(words, [_, _, "sendmail"] | [_, _, "messages", _, "send"]);
    if sends {
        ctx.need(Area::Mail, "Mail.Send", "Mail.Send")?;
    } else if method == "GET" {
        ctx.need(Area::Mail, READ, READ)?;
    } else {
        ctx.need(Area::Mail, WRITE, WRITE)?;
    }
    let user = ctx.at(1);
    if ctx.store.find(Kind::User, &user).is_none() {
        return Err(Refusal::new(
            404,
            "ErrorInvalidUser",
            format!("The requested user '{user}' is invalid."),
        ));
    }
    if ctx.me().is_some_and(|me| me != user) {
        return Err(Refusal::new(
            403,
            "ErrorAccessDenied",
            "Access is denied. Check credentials and try again.",
        ));
    }
    let place = words.iter().position(|word| *word == "messages").map_or(0, |at| at + 1);
    let rest: Vec<&str> = words.get(place..).unwrap_or(&[]).to_vec();
    match (method, words) {
        ("POST", [_, _, "sendmail"]) => send_mail(ctx, &user),
        ("GET", [_, _, "mailfolders"]) => {
            let rows = ctx
                .store
                .of(Kind::MailFolder, "_user", &user)
                .map(|row| counted(ctx.store, row))
                .collect();
            ctx.query.page(rows, &FOLDERS)
        }
        ("GET", [_, _, "mailfolders", _]) => {
            let row = folder(ctx, &user, ctx.path.at(3))?;
            let row = counted(ctx.store, &row);
            ctx.query.one(200, &row, "mailFolders")
        }
        ("POST", [_, _, "mailfolders"]) => {
            let body = ctx.call.json()?;
            let name = body.text("displayName").to_owned();
            let taken = ctx
                .store
                .of(Kind::MailFolder, "_user", &user)
                .any(|row| row.text("displayName").eq_ignore_ascii_case(&name));
            if name.is_empty() || taken {
                return Err(Refusal::new(
                    409,
                    "ErrorFolderExists",
                    "A folder with the specified name already exists.",
                ));
            }
            let id = add_folder(ctx.store, &user, "", &name);
            let row = counted(ctx.store, ctx.store.at(Kind::MailFolder, &id));
            ctx.query.one(201, &row, "mailFolders")
        }
        (_, [_, _, "mailfolders", _, "messages", ..]) => {
            let folder = folder(ctx, &user, ctx.path.at(3))?.text("id").to_owned();
            messages(ctx, method, (&rest, place), (&user, Some(&folder)))
        }
        (_, [_, _, "messages", ..]) => messages(ctx, method, (&rest, place), (&user, None)),
        _ => Err(unknown(words)),
    }
}

pub(crate) fn add_folder(store: &mut Store, user: &str, known: &str, name: &str) -> String {
    let id = format!("AQMk{}", base64url(&clock::chance::<33>()));
    store.put(Kind::MailFolder, json!({
        "id": id, "displayName": name, "parentFolderId": "msgfolderroot", "childFolderCount": 0, "isHidden": false, "_user": user, "_known": known,
    }))
}

fn counted(store: &Store, row: &Value) -> Value {
    let mut row = row.clone();
    let id = row.text("id").to_owned();
    let total = store.of(Kind::Mail, "parentFolderId", &id).count();
    let unread =
        store.of(Kind::Mail, "parentFolderId", &id).filter(|mail| !mail.flag("isRead")).count();
    row.put("totalItemCount", total);
    row.put("unreadItemCount", unread);
    row
}

fn known(store: &Store, user: &str, name: &str) -> String {
    store
        .of(Kind::MailFolder, "_user", user)
        .find(|row| row.text("_known") == name)
        .map_or("", |row| row.text("id"))
        .to_owned()
}

fn folder(ctx: &Ctx<'_>, user: &str, key: &str) -> Result<Value, Refusal> {
    let word = key.to_ascii_lowercase();
    ctx.store
        .of(Kind::MailFolder, "_user", user)
        .find(|row| row.text("id") == key || !word.is_empty() && row.text("_known") == word)
        .cloned()
        .ok_or_else(Refusal::mail)
}

fn messages(
    ctx: &mut Ctx<'_>,
    method: &str,
    (rest, place): (&[&str], usize),
    (user, folder_id): (&str, Option<&str>),
) -> Answer {
    let id = ctx.at(place);
    match (method, rest) {
        ("GET", []) => {
            let rows = ctx
                .store
                .of(Kind::Mail, "_user", user)
                .filter(|mail| folder_id.is_none_or(|f| mail.text("parentFolderId") == f));
            let mut rows: Vec<Value> = rows.map(|mail| seen(ctx, mail, false)).collect();
            rows.sort_by(|a, b| b.text("receivedDateTime").cmp(a.text("receivedDateTime")));
            ctx.query.page(rows, &MESSAGES)
        }
        ("GET", ["delta"]) => {
            let folder_id = folder_id
                .ok_or_else(|| Refusal::bad("Change tracking of messages is per folder."))?;
            let rows: Vec<&Row> = ctx
                .store
                .rows(Kind::Mail)
                .filter(|row| {
                    row.value.text("_user") == user && row.value.text("parentFolderId") == folder_id
                })
                .collect();
            ctx.query.delta(
                &rows,
                ctx.store.change,
                ctx.store.delta_floor,
                &Rules::new("message", "filter orderby top expand"),
            )
        }
        ("POST", []) => {
            let body = ctx.call.json()?;
            let id = draft(ctx, user, &body)?;
            let row = seen(ctx, ctx.store.at(Kind::Mail, &id), true);
            ctx.query.one(201, &row, "messages")
        }
        _ => one(ctx, method, rest, &id),
    }
}

/// One message and what is done with it.
fn one(ctx: &mut Ctx<'_>, method: &str, rest: &[&str], id: &str) -> Answer {
    let user = ctx.at(1);
    let mail = ctx
        .store
        .find(Kind::Mail, id)
        .filter(|mail| mail.text("_user") == user)
        .cloned()
        .ok_or_else(Refusal::mail)?;
    match (method, rest.get(1..).unwrap_or(&[])) {
        ("GET", []) => {
            let row = seen(ctx, &mail, true);
            ctx.query.one(200, &row, "messages")
        }
        ("GET", ["$value"]) => Ok(Reply::text(200, "text/plain", mime(&mail))),
        ("PATCH", []) => {
            let body = ctx.call.json()?;
            ctx.store.edit(Kind::Mail, id, |row| {
                merge(row, &body, &FIELDS);
                changed(row);
            });
            tell(ctx.store, id, "updated");
            let row = seen(ctx, ctx.store.at(Kind::Mail, id), true);
            ctx.query.one(200, &row, "messages")
        }
        ("DELETE", []) => {
            let bin = known(ctx.store, &user, "deleteditems");
            tell(ctx.store, id, "deleted");
            if mail.text("parentFolderId") == bin {
                ctx.store.remove(Kind::Mail, id);
            } else {
                ctx.store.edit(Kind::Mail, id, |row| row.put("parentFolderId", bin));
            }
            Ok(Reply::empty(204))
        }
        ("POST", ["send"]) => {
            if !mail.flag("isDraft") {
                return Err(Refusal::bad("Only drafts can be sent."));
            }
            recipients(&mail)?;
            let sent = known(ctx.store, &user, "sentitems");
            deliver(ctx.store, &mail);
            let now = ctx.store.now();
            ctx.store.edit(Kind::Mail, id, |row| {
                row.put("parentFolderId", sent);
                row.put("isDraft", false);
                row.put("sentDateTime", now);
            });
            Ok(Reply::empty(202))
        }
        (
            "POST",
            [
                act @ ("createreply" | "createreplyall" | "createforward" | "reply" | "replyall"
                | "forward"),
            ],
        ) => answer(ctx, &mail, act),
        ("POST", [act @ ("move" | "copy")]) => {
            let body = ctx.call.json()?;
            let to = folder(ctx, &user, body.text("destinationId"))?.text("id").to_owned();
            let new_id = format!("AAMk{}", base64url(&clock::chance::<45>()));
            let mut row = mail.clone();
            row.put("id", new_id.clone());
            row.put("parentFolderId", to);
            ctx.store.put(Kind::Mail, row);
            if *act == "move" {
                ctx.store.remove(Kind::Mail, id);
            }
            let row = seen(ctx, ctx.store.at(Kind::Mail, &new_id), true);
            ctx.query.one(201, &row, "messages")
        }
        (_, ["attachments", ..]) => attachments(ctx, method, rest.get(2..).unwrap_or(&[]), &mail),
        _ => Err(unknown(rest)),
    }
}

fn changed(row: &mut Value) {
    let key = base64(&clock::chance::<24>());
    row.put("@odata.etag", format!("W/\"{key}\""));
    row.put("changeKey", key);
}

/// A message as it is shown: headers when they are asked for, the body in the form that is preferred.
fn seen(ctx: &Ctx<'_>, mail: &Value, one: bool) -> Value {
    let mut mail = mail.clone();
    let asked = ctx
        .query
        .get("select")
        .is_some_and(|names| names.to_ascii_lowercase().contains("internetmessageheaders"));
    if !asked && let Value::Object(map) = &mut mail {
        map.shift_remove("internetMessageHeaders");
    }
    if ctx.prefers("outlook.body-content-type=\"text\"")
        && mail.field("body").text("contentType") == "html"
    {
        let text = html::text(mail.field("body").text("content"));
        mail.put("body", json!({"contentType": "text", "content": text}));
    }
    if ctx.query.expands("attachments") {
        let list: Vec<Value> = mail.list("_attachments").iter().map(shown).collect();
        mail.put("attachments", list);
    }
    if !one && !ctx.query.expands("attachments") {
        mail.put("attachments", Value::Null);
        if let Value::Object(map) = &mut mail {
            map.shift_remove("attachments");
        }
    }
    mail
}

/// Headers of one's own begin with `x-`.
fn headers(body: &Value) -> Result<(), Refusal> {
    for header in body.list("internetMessageHeaders") {
        if !header.text("name").to_ascii_lowercase().starts_with("x-") {
            return Err(Refusal::new(
                400,
                "InvalidInternetMessageHeader",
                format!(
                    "The internet message header name '{}' should start with 'x-' or 'X-'.",
                    header.text("name")
                ),
            ));
        }
    }
    Ok(())
}

fn all_recipients(mail: &Value) -> Vec<String> {
    ["toRecipients", "ccRecipients", "bccRecipients"]
        .iter()
        .flat_map(|list| mail.list(list))
        .map(|own| own.field("emailAddress").text("address").to_owned())
        .collect()
}

fn recipients(mail: &Value) -> Result<(), Refusal> {
    let all = all_recipients(mail);
    if all.is_empty() || all.iter().any(|own| !own.contains('@')) {
        return Err(Refusal::new(
            400,
            "ErrorInvalidRecipients",
            "At least one recipient is not valid.",
        ));
    }
    Ok(())
}

/// Makes a draft.
fn draft(ctx: &mut Ctx<'_>, user: &str, body: &Value) -> Result<String, Refusal> {
    headers(body)?;
    let folder = known(ctx.store, user, "drafts");
    let person = ctx.store.at(Kind::User, user).clone();
    let from = json!({"emailAddress": {"name": person.text("displayName"), "address": person.text("mail")}});
    let mut mail = body.clone();
    mail.put("from", from.clone());
    mail.put("sender", from);
    Ok(add(ctx.store, user, &folder, &mail))
}

/// Puts a message into a folder.
pub(crate) fn add(store: &mut Store, user: &str, folder: &str, given: &Value) -> String {
    let (id, now) = (format!("AAMk{}", base64url(&clock::chance::<45>())), store.now());
    let content = if given.field("body").is_object() {
        given.field("body").clone()
    } else {
        json!({"contentType": "text", "content": ""})
    };
    let kind =
        if content.text("contentType").eq_ignore_ascii_case("html") { "html" } else { "text" };
    let preview: String = html::text(content.text("content"))
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(255)
        .collect();
    let attachments: Vec<Value> = given.list("attachments").iter().map(attachment).collect();
    let conversation = match given.text("conversationId") {
        "" => format!("AAQk{}", base64url(&clock::chance::<24>())),
        own => own.to_owned(),
    };
    let message_id = match given.text("internetMessageId") {
        "" => format!("<{}@{}>", clock::guid(), crate::seeds::DOMAIN),
        own => own.to_owned(),
    };
    let is_draft = store.at(Kind::MailFolder, folder).text("_known") == "drafts";
    let mut row = json!({
        "id": id, "createdDateTime": now, "lastModifiedDateTime": now, "receivedDateTime": now, "sentDateTime": now,
        "hasAttachments": !attachments.is_empty(), "internetMessageId": message_id, "subject": given.text("subject"), "bodyPreview": preview,
        "importance": "normal", "parentFolderId": folder, "conversationId": conversation, "conversationIndex": base64(&clock::chance::<22>()),
        "isDeliveryReceiptRequested": null, "isReadReceiptRequested": false, "isRead": is_draft, "isDraft": is_draft, "inferenceClassification": "focused",
        "webLink": format!("https://outlook.office365.com/owa/?ItemID={id}"), "categories": [], "from": null, "sender": null,
        "toRecipients": [], "ccRecipients": [], "bccRecipients": [], "replyTo": [], "flag": {"flagStatus": "notFlagged"},
        "_user": user, "_attachments": attachments,
    });
    merge(&mut row, given, &FIELDS);
    row.put("body", json!({"contentType": kind, "content": content.text("content")}));
    changed(&mut row);
    store.put(Kind::Mail, row);
    tell(store, &id, "created");
    id
}

/// A message comes in from outside.
pub(crate) fn arrive(store: &mut Store, user: &str, given: &Value) -> Option<String> {
    let inbox = known(store, user, "inbox");
    (!inbox.is_empty()).then(|| add(store, user, &inbox, given))
}

fn attachment(given: &Value) -> Value {
    let kind = if given.text("@odata.type").is_empty() {
        "#microsoft.graph.fileAttachment"
    } else {
        given.text("@odata.type")
    };
    let size = unbase64(given.text("contentBytes")).map_or(0, |bytes| bytes.len());
    json!({
        "@odata.type": kind, "id": format!("AAMkAtt{}", base64url(&clock::chance::<24>())), "name": given.text("name"), "size": size,
        "contentType": if given.text("contentType").is_empty() { "application/octet-stream" } else { given.text("contentType") },
        "isInline": given.flag("isInline"), "contentId": given.field("contentId"), "contentBytes": given.field("contentBytes"), "item": given.field("item"),
    })
}

/// Puts the message into the boxes of the tenant's people whom it is addressed to.
fn deliver(store: &mut Store, mail: &Value) {
    for address in all_recipients(mail) {
        let user = store.user(&address).map(|user| user.text("id").to_owned());
        if let Some(user) = user {
            let inbox = known(store, &user, "inbox");
            let mut copy = mail.clone();
            copy.put("isRead", false);
            copy.put("bccRecipients", json!([]));
            copy.put("attachments", mail.field("_attachments").clone());
            add(store, &user, &inbox, &copy);
        }
    }
}

fn send_mail(ctx: &mut Ctx<'_>, user: &str) -> Answer {
    let kind = ctx.call.header("content-type").unwrap_or_default();
    if kind.starts_with("text/plain") {
        let bytes = unbase64(&String::from_utf8_lossy(&ctx.call.body)).ok_or_else(|| {
            Refusal::new(
                400,
                "ErrorMimeContentInvalidBase64String",
                "Invalid base64 string for MIME content.",
            )
        })?;
        let mail = from_mime(&String::from_utf8_lossy(&bytes));
        return dispatch(ctx, user, &mail, true);
    }
    let body = ctx.call.json()?;
    let mail =
        if body.get("Message").is_some() { body.field("Message") } else { body.field("message") }
            .clone();
    let keep = body
        .get("saveToSentItems")
        .or_else(|| body.get("SaveToSentItems"))
        .is_none_or(|_| body.flag("saveToSentItems") || body.flag("SaveToSentItems"));
    dispatch(ctx, user, &mail, keep)
}

fn dispatch(ctx: &mut Ctx<'_>, user: &str, mail: &Value, keep: bool) -> Answer {
    headers(mail)?;
    recipients(mail)?;
    let person = ctx.store.at(Kind::User, user).clone();
    let from = json!({"emailAddress": {"name": person.text("displayName"), "address": person.text("mail")}});
    let mut mail = mail.clone();
    mail.put("from", from.clone());
    mail.put("sender", from);
    mail.put("internetMessageId", format!("<{}@{}>", clock::guid(), crate::seeds::DOMAIN));
    mail.put("conversationId", format!("AAQk{}", base64url(&clock::chance::<24>())));
    if keep {
        let sent = known(ctx.store, user, "sentitems");
        let id = add(ctx.store, user, &sent, &mail);
        ctx.store.edit(Kind::Mail, &id, |row| row.put("isRead", true));
    }
    let mut out = mail.clone();
    let attachments: Vec<Value> = mail.list("attachments").iter().map(attachment).collect();
    out.put("_attachments", attachments);
    deliver(ctx.store, &out);
    Ok(Reply::empty(202))
}

fn answer(ctx: &mut Ctx<'_>, mail: &Value, act: &str) -> Answer {
    let user = ctx.at(1);
    let body = ctx.call.json_or_empty()?;
    let forwards = act.contains("forward");
    let (prefix, to) = if forwards {
        ("FW: ", body.list("toRecipients").to_vec())
    } else {
        ("RE: ", vec![mail.field("from").clone()])
    };
    let mut new = json!({
        "subject": format!("{prefix}{}", mail.text("subject").trim_start_matches(prefix)), "toRecipients": to, "conversationId": mail.text("conversationId"),
        "body": {"contentType": "html", "content": format!("<p>{}</p><hr>{}", body.text("comment"), mail.field("body").text("content"))},
    });
    if act.contains("all") {
        new.put("ccRecipients", mail.field("ccRecipients").clone());
    }
    if forwards {
        new.put("attachments", mail.field("_attachments").clone());
    }
    merge(&mut new, body.field("message"), &FIELDS);
    let id = draft(ctx, &user, &new)?;
    if act.starts_with("create") {
        let row = seen(ctx, ctx.store.at(Kind::Mail, &id), true);
        return ctx.query.one(201, &row, "messages");
    }
    let row = ctx.store.at(Kind::Mail, &id).clone();
    recipients(&row)?;
    deliver(ctx.store, &row);
    let sent = known(ctx.store, &user, "sentitems");
    ctx.store.edit(Kind::Mail, &id, |row| {
        row.put("parentFolderId", sent);
        row.put("isDraft", false);
    });
    Ok(Reply::empty(202))
}

fn tell(store: &mut Store, id: &str, change: &str) {
    let row = shown(store.at(Kind::Mail, id));
    let user = store.at(Kind::Mail, id).text("_user").to_owned();
    let folder = row.text("parentFolderId").to_owned();
    let well_known = store.at(Kind::MailFolder, &folder).text("_known").to_owned();
    let mut resources = vec![
        format!("users/{user}/messages"),
        format!("users/{user}/mailfolders/{folder}/messages"),
    ];
    if !well_known.is_empty() {
        resources.push(format!("users/{user}/mailfolders/{well_known}/messages"));
    }
    let news = notify::News {
        change,
        kind: "Message",
        path: format!("Users/{user}/Messages/{id}"),
        id,
        row: &row,
    };
    notify::tell(store, &resources, &news);
}
