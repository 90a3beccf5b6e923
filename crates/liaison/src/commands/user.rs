//! `user …`

use http::Method;
use serde_json::{Value, json};

use super::text;
use crate::{
    api::Api,
    cli::{Place, User},
    exit::{Exit, Failure, Result},
    out,
};

const COLUMNS: [&str; 5] = ["id", "user_name", "display_name", "state", "roles"];

pub(crate) fn run(place: &Place, command: &User) -> Result {
    let hub = match command {
        User::List(hub)
        | User::Add { hub, .. }
        | User::Lock { hub, .. }
        | User::Unlock { hub, .. }
        | User::Disable { hub, .. }
        | User::Enable { hub, .. }
        | User::ResetPassword { hub, .. } => hub,
    };
    let api = Api::connect(place, hub)?;
    match command {
        User::List(_) => super::list(&api.all("/api/v1/users")?, &COLUMNS, hub.output),
        User::Add { user, name, roles, .. } => {
            let shown = name.as_ref().unwrap_or(user);
            let addresses: Vec<&String> =
                Some(user).filter(|user| user.contains('@')).into_iter().collect();
            let new = json!({
                "user_name": user, "display_name": shown, "addresses": addresses, "roles": roles,
            });
            let mut made = api.post("/api/v1/users", &new)?;
            let link = link(&api, &made)?;
            if hub.output.json {
                if let Value::Object(fields) = &mut made {
                    fields.insert("password_link".to_owned(), link);
                }
                out::json(&made);
            } else {
                super::one(&made, &COLUMNS, hub.output);
                out::say(format!(
                    "\nset the password with this link; it works once:\n\n  {}\n",
                    text(&link, "url")
                ));
            }
        }
        User::Lock { user, .. } => set_state(&api, user, "locked", hub.output)?,
        User::Unlock { user, .. } => unlock(&api, user, hub.output)?,
        User::Disable { user, .. } => set_state(&api, user, "disabled", hub.output)?,
        User::Enable { user, .. } => set_state(&api, user, "active", hub.output)?,
        User::ResetPassword { user, .. } => {
            let link = link(&api, &find(&api, user)?)?;
            super::one(&link, &["url", "expires_at"], hub.output);
        }
    }
    api.finish();
    Ok(())
}

/// Takes away a lock by an administrator and one by failed sign-ins, and nothing else.
fn unlock(api: &Api, user: &str, output: crate::cli::Output) -> Result {
    let known = find(api, user)?;
    let name = out::printable(user);
    match text(&known, "state").as_str() {
        "disabled" => Err(Failure::new(
            Exit::Refused,
            format!("{name:?} is disabled, not locked: `liaison user enable` lets it work again"),
        )),
        state => {
            let path = format!("/api/v1/users/{}/lock", text(&known, "id"));
            api.send(&Method::DELETE, &path, None)?;
            if state == "locked" {
                return set_state(api, user, "active", output);
            }
            super::one(&known, &COLUMNS, output);
            Ok(())
        }
    }
}

fn set_state(api: &Api, user: &str, state: &str, output: crate::cli::Output) -> Result {
    let path = format!("/api/v1/users/{}/state", text(&find(api, user)?, "id"));
    let changed = api.send(&Method::PUT, &path, Some(&json!({ "state": state })))?;
    super::one(&changed, &COLUMNS, output);
    Ok(())
}

fn link(api: &Api, user: &Value) -> Result<Value> {
    api.post(&format!("/api/v1/users/{}/password-link", text(user, "id")), &json!({}))
}

/// A user by identifier or user name.
pub(crate) fn find(api: &Api, named: &str) -> Result<Value> {
    let folded = named.to_lowercase();
    let is =
        |row: &Value| text(row, "id") == named || text(row, "user_name").to_lowercase() == folded;
    api.all("/api/v1/users")?.into_iter().find(is).ok_or_else(|| {
        Failure::new(Exit::NotFound, format!("there is no user {:?}", out::printable(named)))
    })
}
