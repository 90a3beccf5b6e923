//! Pressing a button of a finished card: which one, what it asks for, what was answered.
//!
//! A button is named by the opaque id that the conversion gave it (`h1`, for `HttpPOST`), or by the RFC
//! 6901 pointer to it in the card as it is shown (`/actions/0`). [`find`] gives the button with the inputs
//! that belong to it, [`check`] judges the answers as the renderer in the page does, once more, and
//! [`fill`] puts them into the request of the sender.

mod asked;
mod check;
mod fill;
mod refresh;

use serde_json::{Map, Value};

pub use asked::{Asked, AskedKind};
pub use check::{Answers, Fault, FaultKind, check};
pub use fill::{Escape, fill, fill_query};
pub use refresh::{MOST_USERS, REFRESH_ACTION, Refresh, refresh};

/// The verb of buttons whose request stays on the server.
pub const HTTP_POST_VERB: &str = "liaison.httpPost";

/// The member of their data that names the request.
pub const HTTP_POST_ID: &str = "liaisonAction";

/// A button that somebody may press, and what has to be answered for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Button<'c> {
    /// RFC 6901 pointer to it in the card.
    pub pointer: String,
    /// Its label.
    pub title: &'c str,
    /// What it does.
    pub kind: ButtonKind<'c>,
    /// Questions that belong to it: those of its card and of the cards around it, not of other ones
    /// that open below a button.
    pub asked: Vec<Asked<'c>>,
}

/// What a button does when the hub is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ButtonKind<'c> {
    /// The request of a MessageCard with this id; see [`crate::Post::http_press`].
    HttpPost(&'c str),
    /// `Action.Submit` with its data.
    Submit(Option<&'c Value>),
    /// `Action.Execute`.
    Execute {
        /// Its verb.
        verb: Option<&'c str>,
        /// Its own id.
        id: Option<&'c str>,
        /// Its data.
        data: Option<&'c Value>,
    },
}

/// The button that `id` names, if the card has it and it is enabled.
pub fn find<'c>(card: &'c Value, id: &str) -> Option<Button<'c>> {
    if id.starts_with('/') {
        return at(card, id);
    }
    buttons(card).into_iter().find(|button| button.kind == ButtonKind::HttpPost(id))
}

/// Every button of the card that [`find`] finds, in the order of the card; at most [`MOST`].
pub fn buttons(card: &Value) -> Vec<Button<'_>> {
    let mut pointers = Vec::new();
    walk(card, &mut String::new(), &mut pointers);
    pointers.iter().filter_map(|pointer| at(card, pointer)).collect()
}

/// Buttons that a list of them holds at most: our own choice.
pub const MOST: usize = 200;

fn walk(value: &Value, pointer: &mut String, found: &mut Vec<String>) {
    if found.len() >= MOST {
        return;
    }
    let length = pointer.len();
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointer.push('/');
                pointer.push_str(&index.to_string());
                walk(item, pointer, found);
                pointer.truncate(length);
            }
        }
        Value::Object(members) => {
            if asks(members).is_some() {
                found.push(pointer.clone());
            }
            for (name, member) in members {
                if !is_apart(name) {
                    pointer.push('/');
                    pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
                    walk(member, pointer, found);
                    pointer.truncate(length);
                }
            }
        }
        _ => {}
    }
}

/// Members that hold no part of what is shown.
pub(crate) fn is_apart(name: &str) -> bool {
    matches!(name, "data" | "refresh" | "authentication" | "requires" | "msteams" | "msTeams")
}

fn at<'c>(card: &'c Value, pointer: &str) -> Option<Button<'c>> {
    let mut cards = vec![card];
    let mut value = card;
    for token in pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        value = match value {
            Value::Object(members) => {
                let inner = members.get(&token).filter(|_| !is_apart(&token))?;
                if token == "card" && is(members, "Action.ShowCard") {
                    cards.push(inner);
                }
                inner
            }
            Value::Array(items) => items.get(token.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    let members = value.as_object()?;
    let kind = asks(members)?;
    let word = |name: &str| members.get(name).and_then(Value::as_str);
    let gathers = !word("associatedInputs").is_some_and(|it| it.eq_ignore_ascii_case("none"));
    let asked = if gathers {
        cards.into_iter().rev().flat_map(asked::inputs).collect()
    } else {
        Vec::new()
    };
    let title = word("title").unwrap_or_default();
    Some(Button { pointer: pointer.to_owned(), title, kind, asked })
}

/// What the object does as a button; none if it is none, or asleep.
fn asks(members: &Map<String, Value>) -> Option<ButtonKind<'_>> {
    if members.get("isEnabled") == Some(&Value::Bool(false)) {
        return None;
    }
    let data = members.get("data").filter(|data| !data.is_null());
    if is(members, "Action.Submit") {
        return Some(ButtonKind::Submit(data));
    }
    if !is(members, "Action.Execute") {
        return None;
    }
    let verb = members.get("verb").and_then(Value::as_str);
    if verb == Some(HTTP_POST_VERB)
        && let Some(id) = data.and_then(|data| data.get(HTTP_POST_ID)).and_then(Value::as_str)
    {
        return Some(ButtonKind::HttpPost(id));
    }
    Some(ButtonKind::Execute { verb, id: members.get("id").and_then(Value::as_str), data })
}

fn is(members: &Map<String, Value>, kind: &str) -> bool {
    members.get("type").and_then(Value::as_str) == Some(kind)
}

#[cfg(test)]
mod tests;
