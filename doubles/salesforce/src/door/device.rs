//! The device flow: a code that a person types in at another screen (Salesforce help, "OAuth 2.0 Device Flow").

use doubles_http::{Request, Response};
use jiff::Timestamp;
use serde_json::json;

use super::{
    check_browser, later,
    oauth::{self, Form, Grant, Refused},
    secret,
};
use crate::{org::Org, xml::escape};

/// How long a code waits for somebody.
const SECONDS: i64 = 10 * 60;
/// How often the device may ask.
const INTERVAL_SECONDS: i64 = 5;

/// A device that waits.
#[derive(Debug, Clone)]
pub(crate) struct Device {
    app: String,
    /// What the person types in.
    shown: String,
    scopes: Vec<String>,
    until: Timestamp,
    answer: Answer,
}

#[derive(Debug, Clone)]
enum Answer {
    Pending,
    Denied,
    Given(String),
}

/// `response_type=device_code` at the token endpoint.
pub(super) fn begin(org: &mut Org, form: &Form, base: &str) -> Result<Response, Refused> {
    let app = oauth::app(org, form.of("client_id"))?;
    let refused = ("invalid_scope", "the requested scope is not allowed");
    let scopes = app.scopes(form.given("scope")).ok_or(refused)?;
    let shown = secret(8).replace(['.', '_'], "X").to_ascii_uppercase();
    let code = secret(60);
    let until = later(org, SECONDS);
    let device =
        Device { app: app.key, shown: shown.clone(), scopes, until, answer: Answer::Pending };
    org.door.devices.insert(code.clone(), device);
    Ok(oauth::json(
        200,
        &json!({
            "device_code": code,
            "user_code": shown,
            "verification_uri": format!("{base}/setup/connect"),
            "interval": INTERVAL_SECONDS,
        }),
    ))
}

/// `grant_type=device`: what became of a code.
pub(super) fn redeem(org: &mut Org, form: &Form) -> Result<Grant, Refused> {
    let app = oauth::app(org, form.of("client_id"))?;
    let app = if form.given("client_secret").is_some() { oauth::proven(app, form)? } else { app };
    let code = form.of("code");
    let now = org.now();
    let device = org.door.devices.get(code).filter(|device| device.app == app.key).cloned();
    let device = device.ok_or(("invalid_grant", "invalid device code"))?;
    if device.until <= now {
        org.door.devices.remove(code);
        return Err(("invalid_grant", "expired device code"));
    }
    match device.answer {
        Answer::Pending => {
            Err(("authorization_pending", "User has not yet completed authorization"))
        }
        Answer::Denied => {
            org.door.devices.remove(code);
            Err(("access_denied", "end-user denied authorization"))
        }
        Answer::Given(user) => {
            org.door.devices.remove(code);
            org.door.consents.insert((app.key.clone(), user.clone()));
            Ok(Grant { app, user, scopes: device.scopes, renewable: true, nonce: None })
        }
    }
}

/// `/setup/connect`: where the person types the code in.
pub(crate) fn page(org: &mut Org, request: &Request) -> Response {
    let form = Form::all(request);
    let shown = form.of("user_code").to_owned();
    let now = org.now();
    let found = org
        .door
        .devices
        .iter()
        .find(|(_, device)| device.until > now && device.shown.eq_ignore_ascii_case(&shown));
    let found = found.map(|(code, _)| code.clone());
    let (Some(code), "POST") = (found, request.method.as_str()) else { return form_of(&shown) };
    let answer = if form.of("decision") == "deny" {
        Answer::Denied
    } else {
        match check_browser(org, form.of("username"), form.of("password")) {
            Some(user) => Answer::Given(user),
            None => return form_of(&shown),
        }
    };
    if let Some(device) = org.door.devices.get_mut(&code) {
        device.answer = answer;
    }
    Response::new(
        200,
        "text/html;charset=UTF-8",
        "<!doctype html><title>Done</title><h1>Done</h1>".to_owned(),
    )
}

fn form_of(shown: &str) -> Response {
    let body = format!(
        "<!doctype html><title>Connect a device</title><h1>Connect a device</h1>\
         <form method=post action=/setup/connect>\
         <label>Code <input name=user_code value=\"{}\"></label> \
         <label>Username <input name=username></label> \
         <label>Password <input name=password type=password></label> \
         <button name=decision value=allow>Allow</button> \
         <button name=decision value=deny>Deny</button></form>",
        escape(shown)
    );
    Response::new(200, "text/html;charset=UTF-8", body)
}
