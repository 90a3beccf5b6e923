//! `mail …`

use std::io::Read as _;

use http::Method;
use serde_json::{Value, json};

use super::text;
use crate::{
    api::Api,
    cli::{Mail, MailSecurity, MailSignIn, Output, Place},
    exit::{Exit, Failure, Result},
    out,
};

const MAILS: [&str; 5] = ["id", "sent_at", "sender_address", "subject", "attachments"];
const BROUGHT: [&str; 3] = ["id", "subject", "again"];
const SOURCES: [&str; 6] = ["id", "kind", "name", "host", "account", "problem"];
const FOLDERS: [&str; 5] = ["id", "name", "role", "unread", "chosen"];
const HEADS: [&str; 5] = ["id", "received_at", "sender_address", "subject", "unread"];
const PEOPLE: [&str; 3] = ["address", "name", "matched"];
const SAVE: [&str; 4] = ["table", "id", "attachments", "left_out"];
const SUGGESTIONS: [&str; 5] = ["field", "label", "now", "value", "can_accept"];
const RULES: [&str; 2] = ["imap", "graph"];
const PLACE: &str = "/api/v1/seller-mails";
const AWAY: &str = "/api/v1/mail-sources";
const ALLOW: &str = "/api/v1/mail-source-rules";

pub(crate) fn run(place: &Place, command: &Mail) -> Result {
    match command {
        Mail::List { hub, words } => {
            let api = Api::connect(place, hub)?;
            let rows = api.all(&format!("{PLACE}?words={}", encoded(words)))?;
            super::list(&rows, &MAILS, hub.output);
            api.finish();
        }
        Mail::Show { hub, mail } => {
            let api = Api::connect(place, hub)?;
            show(&api.get(&at(mail, ""))?, hub.output);
            api.finish();
        }
        Mail::Thread { hub, mail } => {
            let api = Api::connect(place, hub)?;
            super::list(&rows(api.get(&at(mail, "/thread"))?), &MAILS, hub.output);
            api.finish();
        }
        Mail::People { hub, mail } => {
            let api = Api::connect(place, hub)?;
            super::list(&rows(api.get(&at(mail, "/people"))?), &PEOPLE, hub.output);
            api.finish();
        }
        Mail::Upload { hub, files } => {
            let api = Api::connect(place, hub)?;
            let mut all = Vec::new();
            for path in files {
                let bytes = std::fs::read(path).map_err(|error| {
                    Failure::new(Exit::Usage, format!("{}: {error}", path.display()))
                })?;
                let answer = api.upload(&Method::POST, PLACE, bytes)?;
                all.push(kept(&serde_json::from_slice(&answer).unwrap_or_default()));
            }
            super::list(&all, &BROUGHT, hub.output);
            api.finish();
        }
        Mail::Save { hub, mail, about, file } => {
            let api = Api::connect(place, hub)?;
            let about = about.as_deref().map(|about| record("--about", about)).transpose()?;
            let body = json!({ "about": about, "files": file });
            super::one(&api.post(&at(mail, "/save"), &body)?, &SAVE, hub.output);
            api.finish();
        }
        Mail::Unsave { hub, mail } => {
            let api = Api::connect(place, hub)?;
            api.send(&Method::DELETE, &at(mail, "/save"), None)?;
            api.finish();
        }
        Mail::Delete { hub, mail } => {
            let api = Api::connect(place, hub)?;
            api.send(&Method::DELETE, &at(mail, ""), None)?;
            api.finish();
        }
        other => helped(place, other)?,
    }
    Ok(())
}

/// What the language features make of a mail.
fn helped(place: &Place, command: &Mail) -> Result {
    match command {
        Mail::Summary { hub, mail, language } => {
            let api = Api::connect(place, hub)?;
            let path = language.as_deref().map(encoded).map_or_else(
                || "/summary".to_owned(),
                |language| format!("/summary?language={language}"),
            );
            let found = api.get(&at(mail, &path))?;
            summary(&found, hub.output);
            api.finish();
        }
        Mail::Note { hub, mail, record: at_record } => {
            let record = record("--record", at_record)?;
            let api = Api::connect(place, hub)?;
            let body = json!({ "record": record, "text": typed()? });
            super::one(&api.post(&at(mail, "/summary-note"), &body)?, &["table", "id"], hub.output);
            api.finish();
        }
        Mail::Suggest { hub, mail, opportunity } => {
            let api = Api::connect(place, hub)?;
            let path = format!("/updates?opportunity={}", encoded(opportunity));
            let found = api.get(&at(mail, &path))?;
            let found = found.get("suggestions").cloned().unwrap_or_default();
            super::list(&rows(found), &SUGGESTIONS, hub.output);
            api.finish();
        }
        Mail::Decide { hub, mail, opportunity, field, suggested, value, reject } => {
            let api = Api::connect(place, hub)?;
            let body = json!({
                "opportunity": opportunity, "field": field, "suggested": suggested, "value": value,
                "accept": !reject,
            });
            api.send(&Method::POST, &at(mail, "/updates"), Some(&body))?;
            api.finish();
        }
        Mail::Draft { hub, mail, purpose, length, tone, language, record: about, wish } => {
            let about = about.as_deref().map(|about| record("--record", about)).transpose()?;
            let api = Api::connect(place, hub)?;
            let body = json!({
                "purpose": purpose, "length": length, "tone": tone, "language": language,
                "record": about, "wish": wish,
            });
            let made = api.post(&at(mail, "/drafts"), &body)?;
            if hub.output.json {
                out::json(&made);
            } else {
                for line in text(&made, "text").lines() {
                    out::say(out::printable(line));
                }
            }
            api.finish();
        }
        other => elsewhere(place, other)?,
    }
    Ok(())
}

fn summary(found: &Value, output: Output) {
    if output.json {
        out::json(found);
        return;
    }
    for statement in rows(found.get("statements").cloned().unwrap_or_default()) {
        out::say(format!("- {}", out::printable(&text(&statement, "text"))));
    }
    let words = rows(found.get("speaks_of").cloned().unwrap_or_default());
    let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
    if !words.is_empty() {
        out::say(format!("Speaks of: {}", words.join(", ")));
    }
}

/// A record as an argument names it.
fn record(argument: &str, given: &str) -> Result<Value> {
    let Some((table, id)) = given.split_once('/') else {
        let told = format!("{argument} is a table and an identifier: account/0f2c");
        return Err(Failure::new(Exit::Usage, told));
    };
    Ok(json!({ "table": table, "id": id }))
}

/// What is done with mailboxes elsewhere.
fn elsewhere(place: &Place, command: &Mail) -> Result {
    match command {
        Mail::Mailboxes(hub) => {
            let api = Api::connect(place, hub)?;
            super::list(&rows(api.get(AWAY)?), &SOURCES, hub.output);
            api.finish();
        }
        Mail::ConnectImap { hub, host, account, port, security, sign_in, name } => {
            let api = Api::connect(place, hub)?;
            let body = json!({
                "kind": "imap", "host": host, "account": account, "port": port, "name": name,
                "security": if *security == MailSecurity::Tls { "tls" } else { "starttls" },
                "sign_in": if *sign_in == MailSignIn::Password { "password" } else { "token" },
                "secret": typed()?,
            });
            super::one(&api.post(AWAY, &body)?, &SOURCES, hub.output);
            api.finish();
        }
        Mail::ConnectMicrosoft(hub) => {
            let api = Api::connect(place, hub)?;
            super::one(&api.post(AWAY, &json!({ "kind": "graph" }))?, &SOURCES, hub.output);
            api.finish();
        }
        Mail::Disconnect { hub, mailbox } => {
            let api = Api::connect(place, hub)?;
            let path = source(&api, mailbox, "")?;
            api.send(&Method::DELETE, &path, None)?;
            api.finish();
        }
        Mail::Folders { hub, mailbox, choose } => {
            let api = Api::connect(place, hub)?;
            let path = source(&api, mailbox, "/folders")?;
            if !choose.is_empty() {
                api.send(&Method::PUT, &path, Some(&json!({ "folders": choose })))?;
            }
            super::list(&rows(api.get(&path)?), &FOLDERS, hub.output);
            api.finish();
        }
        Mail::Messages { hub, mailbox, folder, words, unread, limit } => {
            let api = Api::connect(place, hub)?;
            let folder = folder.as_deref().map(|id| format!("&folder={}", encoded(id)));
            let path = format!(
                "{}?limit={limit}&unread={unread}&words={}{}",
                source(&api, mailbox, "/messages")?,
                encoded(words),
                folder.unwrap_or_default()
            );
            let mut page = api.get(&path)?;
            let found = page.get_mut("items").map(Value::take).unwrap_or_default();
            super::list(&rows(found), &HEADS, hub.output);
            api.finish();
        }
        Mail::Open { hub, mailbox, message, folder } => {
            let api = Api::connect(place, hub)?;
            let path = source(&api, mailbox, "")?;
            let folder = match folder {
                Some(folder) => folder.clone(),
                None => first_folder(&api, &path)?,
            };
            let body = json!({ "folder": folder, "message": message });
            let opened = api.post(&format!("{path}/open"), &body)?;
            super::one(&kept(&opened), &BROUGHT, hub.output);
            api.finish();
        }
        Mail::Allow { hub, imap, microsoft } => {
            let api = Api::connect(place, hub)?;
            let mut rules = api.get(ALLOW)?;
            if imap.is_some() || microsoft.is_some() {
                let was = |name: &str| rules.get(name).and_then(Value::as_bool).unwrap_or_default();
                let imap = imap.unwrap_or_else(|| was("imap"));
                let graph = microsoft.unwrap_or_else(|| was("graph"));
                let body = json!({ "imap": imap, "graph": graph });
                rules = api.send(&Method::PUT, ALLOW, Some(&body))?;
            }
            super::one(&rules, &RULES, hub.output);
            api.finish();
        }
        _ => {}
    }
    Ok(())
}

fn show(opened: &Value, output: Output) {
    if output.json {
        out::json(opened);
        return;
    }
    let mail = opened.get("mail").unwrap_or(&Value::Null);
    let line = |name: &str, value: String| out::say(format!("{name}: {}", out::printable(&value)));
    line("From", format!("{} <{}>", text(mail, "sender_name"), text(mail, "sender_address")));
    for (name, field) in [("To", "to"), ("Cc", "cc")] {
        let people = rows(opened.get(field).cloned().unwrap_or_default());
        let people: Vec<&str> = people.iter().filter_map(Value::as_str).collect();
        if !people.is_empty() {
            line(name, people.join(", "));
        }
    }
    line("Date", text(mail, "sent_at"));
    line("Subject", text(mail, "subject"));
    for file in rows(opened.get("files").cloned().unwrap_or_default()) {
        let told = [text(&file, "index"), text(&file, "name"), text(&file, "media_type")];
        line("File", told.join(" "));
    }
    out::say("");
    for one in text(opened, "text").lines() {
        out::say(out::printable(one));
    }
}

/// A mail that was brought, on one row.
fn kept(answer: &Value) -> Value {
    let mail = answer.get("mail").cloned().unwrap_or_default();
    json!({ "id": mail.get("id"), "subject": mail.get("subject"), "again": answer.get("again") })
}

fn at(mail: &str, rest: &str) -> String {
    format!("{PLACE}/{}{rest}", encoded(mail))
}

/// The path of the mailbox with this identifier or name, whatever the case of the name.
fn source(api: &Api, named: &str, rest: &str) -> Result<String> {
    let folded = named.trim().to_lowercase();
    let is = |row: &Value| text(row, "id") == folded || text(row, "name").to_lowercase() == folded;
    let found = rows(api.get(AWAY)?).into_iter().find(is);
    let found = found.ok_or_else(|| {
        let told = format!("there is no mailbox {:?}", out::printable(named));
        Failure::new(Exit::NotFound, told)
    })?;
    Ok(format!("{AWAY}/{}{rest}", text(&found, "id")))
}

fn first_folder(api: &Api, path: &str) -> Result<String> {
    let folders = rows(api.get(&format!("{path}/folders"))?);
    let chosen = |row: &&Value| row.get("chosen").and_then(Value::as_bool).unwrap_or_default();
    let first = folders.iter().find(chosen).map(|row| text(row, "id"));
    first.ok_or_else(|| Failure::new(Exit::NotFound, "no folder is chosen".to_owned()))
}

fn rows(value: Value) -> Vec<Value> {
    match value {
        Value::Array(rows) => rows,
        _ => Vec::new(),
    }
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// What comes from standard input: a secret, so that it stands in no list of processes, or a text.
fn typed() -> Result<String> {
    let mut typed = String::new();
    let read = std::io::stdin().take(32_768).read_to_string(&mut typed);
    read.map_err(|error| Failure::plain(&error))?;
    Ok(typed.trim_end_matches(['\r', '\n']).to_owned())
}
