//! Discord: Execute Webhook and the limits of embeds.

use serde_json::{Map, Value, json};

use super::{document, items, length};
use crate::{Answer, Request};

pub(super) fn judge(request: &Request) -> Result<(), Answer> {
    let Some(body) = document(request).filter(Value::is_object) else {
        let body = json!({ "message": "The request body contains invalid JSON.", "code": 50109 });
        return Err(Answer::json(400, &body));
    };
    let embeds = items(&body, "embeds");
    if length(&body, "content").unwrap_or(0) == 0 && embeds.is_empty() {
        let body = json!({ "message": "Cannot send an empty message", "code": 50006 });
        return Err(Answer::json(400, &body));
    }
    too_long(&body, "content", 2000, "content")?;
    too_long(&body, "username", 80, "username")?;
    let name = body.get("username").and_then(Value::as_str).map(str::to_lowercase);
    if name
        .is_some_and(|name| name.is_empty() || name.contains("discord") || name.contains("clyde"))
    {
        return Err(error("username", "Username cannot contain \"discord\""));
    }
    if embeds.len() > 10 {
        return Err(error("embeds", "Must be 10 or fewer in length."));
    }
    let mut total = 0;
    for embed in embeds {
        total += check_embed(embed)?;
    }
    if total > 6000 {
        return Err(error("embeds", "Embed size exceeds maximum size of 6000"));
    }
    Ok(())
}

/// Characters that count against the limit of all embeds.
fn check_embed(embed: &Value) -> Result<usize, Answer> {
    too_long(embed, "title", 256, "embeds.0.title")?;
    too_long(embed, "description", 4096, "embeds.0.description")?;
    let fields = items(embed, "fields");
    if fields.len() > 25 {
        return Err(error("embeds.0.fields", "Must be 25 or fewer in length."));
    }
    let mut total = length(embed, "title").unwrap_or(0) + length(embed, "description").unwrap_or(0);
    for field in fields {
        for (name, most) in [("name", 256), ("value", 1024)] {
            too_long(field, name, most, "embeds.0.fields")?;
            if length(field, name).unwrap_or(0) == 0 {
                return Err(error("embeds.0.fields", "This field is required"));
            }
            total += length(field, name).unwrap_or(0);
        }
    }
    if let Some(footer) = embed.get("footer") {
        too_long(footer, "text", 2048, "embeds.0.footer")?;
        total += length(footer, "text").unwrap_or(0);
    }
    if let Some(author) = embed.get("author") {
        too_long(author, "name", 256, "embeds.0.author")?;
        total += length(author, "name").unwrap_or(0);
    }
    if embed.get("color").is_some_and(|color| color.as_u64().is_none_or(|c| c > 0xff_ffff)) {
        return Err(error("embeds.0.color", "int value should be between 0 and 16777215."));
    }
    let url = embed.pointer("/image/url").and_then(Value::as_str);
    if url.is_some_and(|url| !(url.starts_with("http://") || url.starts_with("https://"))) {
        return Err(error("embeds.0.image.url", "Not a well formed URL."));
    }
    let empty = total == 0 && url.is_none();
    if empty { Err(error("embeds.0", "This field is required")) } else { Ok(total) }
}

fn too_long(value: &Value, name: &str, most: usize, path: &str) -> Result<(), Answer> {
    if length(value, name).is_some_and(|length| length > most) {
        return Err(error(path, &format!("Must be {most} or fewer in length.")));
    }
    Ok(())
}

/// An error at a path of names.
fn error(path: &str, message: &str) -> Answer {
    let leaf = json!({ "_errors": [{ "code": "BASE_TYPE_MAX_LENGTH", "message": message }] });
    let errors = path.rsplit('.').fold(leaf, |inside, name| {
        let mut members = Map::new();
        members.insert(name.to_owned(), inside);
        Value::Object(members)
    });
    let body = json!({ "message": "Invalid Form Body", "code": 50035, "errors": errors });
    Answer::json(400, &body)
}
