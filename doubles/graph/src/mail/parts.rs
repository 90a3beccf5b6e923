//! MIME, and what hangs on messages.

use serde_json::{Value, json};

use super::{attachment, changed};
use crate::{
    graph::{Ctx, unknown},
    query::Rules,
    store::Kind,
    token::{base64, unbase64},
    value::Fields as _,
    wire::{Answer, Refusal, Reply},
};

/// As much of MIME as its head says.
pub(super) fn from_mime(text: &str) -> Value {
    let text = text.replace("\r\n", "\n");
    let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    let head = head.replace("\n ", " ").replace("\n\t", " ");
    let header = |name: &str| {
        head.lines().find_map(|line| {
            line.split_once(':')
                .filter(|(own, _)| own.eq_ignore_ascii_case(name))
                .map(|(_, v)| v.trim().to_owned())
        })
    };
    let people = |name: &str| -> Vec<Value> {
        header(name)
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|own| !own.is_empty())
            .map(|own| {
                let address = own.split_once('<').and_then(|(_, rest)| rest.split('>').next()).unwrap_or(own);
                json!({"emailAddress": {"address": address.trim(), "name": own.split('<').next().unwrap_or_default().trim()}})
            })
            .collect()
    };
    let kind = if header("content-type").is_some_and(|kind| kind.contains("html")) {
        "html"
    } else {
        "text"
    };
    json!({
        "subject": header("subject").unwrap_or_default(), "body": {"contentType": kind, "content": body},
        "toRecipients": people("to"), "ccRecipients": people("cc"), "bccRecipients": people("bcc"),
    })
}

pub(super) fn mime(mail: &Value) -> String {
    let people = |list: &str| {
        let all: Vec<String> = mail
            .list(list)
            .iter()
            .map(|own| own.field("emailAddress"))
            .map(|own| format!("{} <{}>", own.text("name"), own.text("address")))
            .collect();
        all.join(", ")
    };
    let from = mail.field("from").field("emailAddress");
    let kind =
        if mail.field("body").text("contentType") == "html" { "text/html" } else { "text/plain" };
    let body = base64(mail.field("body").text("content").as_bytes());
    let text = format!(
        "Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}\r\n"
    );
    let mut head = format!(
        "From: {} <{}>\r\nTo: {}\r\nCc: {}\r\nSubject: =?utf-8?B?{}?=\r\nMessage-ID: {}\r\nDate: {}\r\nThread-Index: {}\r\nMIME-Version: 1.0\r\n",
        from.text("name"),
        from.text("address"),
        people("toRecipients"),
        people("ccRecipients"),
        base64(mail.text("subject").as_bytes()),
        mail.text("internetMessageId"),
        date(mail.text("sentDateTime")),
        mail.text("conversationIndex"),
    );
    for header in mail.list("internetMessageHeaders") {
        head.extend([header.text("name"), ": ", header.text("value"), "\r\n"]);
    }
    let files = mail.list("_attachments");
    if files.is_empty() {
        return head + &text;
    }
    head.push_str("Content-Type: multipart/mixed; boundary=\"_parts_\"\r\n\r\n--_parts_\r\n");
    head.push_str(&text);
    for file in files {
        head.extend([
            "--_parts_\r\nContent-Type: ",
            file.text("contentType"),
            "\r\nContent-Disposition: attachment; filename=\"",
            file.text("name"),
            "\"\r\nContent-Transfer-Encoding: base64\r\n\r\n",
            file.text("contentBytes"),
            "\r\n",
        ]);
    }
    head + "--_parts_--\r\n"
}

/// `2026-01-31T10:00:00Z` as mails write it.
fn date(text: &str) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or("00");
    let month = part(5, 7).parse::<usize>().unwrap_or(1);
    let month = MONTHS.get(month.saturating_sub(1)).unwrap_or(&"Jan");
    format!("{} {month} {} {} +0000", part(8, 10), part(0, 4), part(11, 19))
}

pub(super) fn attachments(ctx: &mut Ctx<'_>, method: &str, rest: &[&str], mail: &Value) -> Answer {
    let id = mail.text("id").to_owned();
    let all = mail.list("_attachments").to_vec();
    let key =
        ctx.path.parts.iter().find(|part| part.starts_with("AAMkAtt")).cloned().unwrap_or_default();
    let find = || all.iter().find(|own| own.text("id") == key).cloned().ok_or_else(Refusal::mail);
    match (method, rest) {
        ("GET", []) => ctx.query.page(all, &Rules::new("attachments", "filter top expand count")),
        ("GET", [_]) => ctx.query.one(200, &find()?, "attachments"),
        ("GET", [_, "$value"]) => {
            let own = find()?;
            Ok(Reply::bytes(
                200,
                own.text("contentType"),
                unbase64(own.text("contentBytes")).unwrap_or_default(),
            ))
        }
        ("POST", []) => {
            let body = ctx.call.json()?;
            if body.text("contentBytes").len() > 4 * 1024 * 1024 {
                return Err(Refusal::new(
                    413,
                    "ErrorMessageSizeExceeded",
                    "The attachment is too large: over 3 MB it needs an upload session.",
                ));
            }
            let new = attachment(&body);
            ctx.store.edit(Kind::Mail, &id, |row| {
                let mut all = row.list("_attachments").to_vec();
                all.push(new.clone());
                row.put("_attachments", all);
                row.put("hasAttachments", true);
                changed(row);
            });
            ctx.query.one(201, &new, "attachments")
        }
        ("DELETE", [_]) => {
            find()?;
            ctx.store.edit(Kind::Mail, &id, |row| {
                let left: Vec<Value> = row
                    .list("_attachments")
                    .iter()
                    .filter(|own| own.text("id") != key)
                    .cloned()
                    .collect();
                row.put("hasAttachments", !left.is_empty());
                row.put("_attachments", left);
            });
            Ok(Reply::empty(204))
        }
        _ => Err(unknown(rest)),
    }
}
