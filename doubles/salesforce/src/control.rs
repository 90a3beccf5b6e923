//! The control: breaks things on demand, and mends them.
//!
//! `POST` a JSON object to the control address; each member is an order, and they are followed in turn:
//!
//! | order | value |
//! |---|---|
//! | `expire_sessions` | `true`, or a user name |
//! | `revoke_refresh_tokens` | `true` |
//! | `exhaust_limits` | `true`: no call is left until a day has passed |
//! | `limit` | calls of a day |
//! | `unavailable` | how many calls are answered with 503 |
//! | `fail` | `{"status", "errorCode", "message", "count", "path"}` |
//! | `slow` | `{"milliseconds", "count", "path"}` |
//! | `hold`, `release` | ids of rows that somebody else holds: `UNABLE_TO_LOCK_ROW` |
//! | `lock`, `unlock` | ids of rows that an approval locks: `ENTITY_IS_LOCKED` |
//! | `advance_seconds` | moves the organisation's time |
//! | `duplicate_rule` | `true` switches the rule for contacts and leads of one address on, which may be overruled; `"block"` makes one that may not |
//! | `busy_polls` | how often a bulk job says that it is at work |
//! | `app` | `{"consumer_key", …}` changes the policies of an app |
//! | `user` | `{"username", "active", "profile"}` changes a user |
//! | `organisation` | `{"edition"}`, `{"licence", "total"}`: what it is sold |
//! | `profile` | `{"name", "api_enabled", "modify_all_data", "objects", "hidden_fields", "read_only_fields"}` |
//! | `merge` | `{"winner", "loser"}`: ids of two rows of one object; people merge in the organisation's own pages |
//! | `list` | `{"object", "label", "columns", "filter", "order", "only"}` adds a list view; `only` names the one user who sees it |
//! | `instance_url` | where its data is by now, as token answers say it; `null` for where clients reach it |
//! | `calm` | `true`: no more trouble |

mod settings;

use std::time::Duration;

use doubles_http::{Request, Response};
use doubles_salesforce_schema::id;
use serde_json::{Value, json};

use crate::{fault::Fault, org::Org, write::Rule};

/// Troubles to come.
#[derive(Debug, Default)]
pub(crate) struct Trouble {
    ahead: Vec<Blow>,
}

#[derive(Debug)]
struct Blow {
    left: u64,
    /// Calls whose path holds this.
    path: String,
    what: Struck,
}

/// What befalls a call.
#[derive(Debug, Clone)]
pub(crate) enum Struck {
    Slow(Duration),
    Fault(Fault),
}

/// The longest that an answer is kept waiting.
const MAX_SLOW: Duration = Duration::from_mins(2);

impl Trouble {
    /// What befalls this call, if anything.
    pub(crate) fn strike(&mut self, path: &str) -> Option<Struck> {
        let at = self.ahead.iter().position(|blow| blow.left > 0 && path.contains(&blow.path))?;
        let blow = self.ahead.get_mut(at)?;
        blow.left -= 1;
        let what = blow.what.clone();
        self.ahead.retain(|blow| blow.left > 0);
        Some(what)
    }
}

/// Answers the control address.
pub(crate) fn answer(org: &mut Org, request: &Request) -> Response {
    let order = serde_json::from_slice(&request.body);
    let done = order.map_err(|error| error.to_string()).and_then(|order| self::order(org, &order));
    match done {
        Ok(()) => Response::new(200, "application/json", json!({ "done": true }).to_string()),
        Err(said) => Response::new(400, "application/json", json!({ "error": said }).to_string()),
    }
}

/// Follows the orders of an object.
pub(crate) fn order(org: &mut Org, orders: &Value) -> Result<(), String> {
    let orders = orders.as_object().ok_or("an order is an object")?;
    for (name, value) in orders {
        one(org, name, value)?;
    }
    org.keep();
    Ok(())
}

fn one(org: &mut Org, name: &str, value: &Value) -> Result<(), String> {
    let count = |name: &str| value.get(name).and_then(Value::as_u64).unwrap_or(1);
    let path = || value.get("path").and_then(Value::as_str).unwrap_or("/services/data").to_owned();
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let whole = || value.as_i64().ok_or_else(|| format!("{name} needs a number"));
    match name {
        "expire_sessions" => match value.as_str() {
            Some(user) => {
                let user = crate::door::user_of(org, user);
                org.door.sessions.retain(|_, session| Some(&session.user) != user.as_ref());
            }
            None => org.door.sessions.clear(),
        },
        "revoke_refresh_tokens" => org.door.refresh.clear(),
        "exhaust_limits" => {
            org.calls.used = org.calls.max;
            org.calls.since = org.now();
        }
        "limit" => org.calls.max = whole()?,
        "unavailable" => {
            let fault = Fault::new("SERVER_UNAVAILABLE", "The server is unavailable");
            let left = value.as_u64().unwrap_or(1);
            org.trouble.ahead.push(Blow { left, path: path(), what: Struck::Fault(fault) });
        }
        "fail" => {
            let code = text("errorCode").unwrap_or("UNKNOWN_EXCEPTION");
            let mut fault =
                Fault::new(code, text("message").unwrap_or("An unexpected error occurred"));
            let status = value.get("status").and_then(Value::as_u64);
            if let Some(status) = status.and_then(|status| u16::try_from(status).ok()) {
                fault.status = status;
            }
            let what = Struck::Fault(fault);
            org.trouble.ahead.push(Blow { left: count("count"), path: path(), what });
        }
        "slow" => {
            let time = Duration::from_millis(count("milliseconds")).min(MAX_SLOW);
            let what = Struck::Slow(time);
            org.trouble.ahead.push(Blow { left: count("count"), path: path(), what });
        }
        "hold" => org.held.extend(ids(value)?),
        "release" => {
            for id in ids(value)? {
                org.held.remove(&id);
            }
        }
        "lock" => org.locked.extend(ids(value)?),
        "unlock" => {
            for id in ids(value)? {
                org.locked.remove(&id);
            }
        }
        "advance_seconds" => org.ahead = org.ahead.saturating_add(whole()?),
        "busy_polls" => org.jobs.polls = usize::try_from(whole()?).unwrap_or_default(),
        "instance_url" => org.moved = value.as_str().map(str::to_owned),
        "merge" => settings::merge(org, value)?,
        "list" => settings::list(org, value)?,
        "duplicate_rule" => {
            org.duplicate_rule = match value {
                Value::Bool(true) => Rule::Alert,
                Value::String(action) if action == "block" => Rule::Block,
                _ => Rule::Off,
            }
        }
        "app" => settings::app(org, value)?,
        "organisation" => settings::organisation(org, value)?,
        "user" => settings::user(org, value)?,
        "profile" => settings::profile(org, value)?,
        "calm" => {
            org.trouble.ahead.clear();
            org.held.clear();
            org.locked.clear();
            org.calls.used = 0;
            org.jobs.polls = 0;
            for known in org.door.passwords.values_mut() {
                known.failures = 0;
            }
        }
        _ => return Err(format!("unknown order: {name}")),
    }
    Ok(())
}

fn ids(value: &Value) -> Result<Vec<String>, String> {
    let all = value.as_array().ok_or("ids are an array")?;
    let one = |value: &Value| value.as_str().and_then(id::full);
    all.iter().map(|value| one(value).ok_or_else(|| format!("no id: {value}"))).collect()
}
