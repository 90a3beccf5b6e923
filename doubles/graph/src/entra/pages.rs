//! Sign-in and consent, as pages that people and scripts can fill in.

use serde_json::{Value, json};

use super::{Denied, Form, Wanted, consent, grants::check_password, lacking};
use crate::{
    clock, scopes,
    server::Shared,
    store::{Kind, Store},
    value::Fields as _,
    wire::{Call, Reply},
};

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn page(status: u16, title: &str, body: &str) -> Reply {
    let html = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>{}</title><main><h1>{}</h1>{body}</main></html>",
        escape(title),
        escape(title)
    );
    Reply::text(status, "text/html; charset=utf-8", html).with("Cache-Control", "no-store")
}

fn session(store: &Store, call: &Call) -> Option<String> {
    let cookie = call.header("cookie")?;
    let id = cookie.split(';').find_map(|own| own.trim().strip_prefix("ESTSAUTH="))?;
    Some(store.find(Kind::Code, &format!("session:{id}"))?.text("user").to_owned())
}

fn begin_session(store: &mut Store, user: &str) -> String {
    let id = clock::secret();
    store.put(Kind::Code, json!({"id": format!("session:{id}"), "user": user}));
    format!("ESTSAUTH={id}; Path=/; HttpOnly; SameSite=Lax")
}

/// Whether an address is registered: loopback ones match at any port (RFC 8252 §7.3).
fn registered(client: &Value, redirect: &str) -> bool {
    let bare = |address: &str| -> Option<String> {
        let rest = address.strip_prefix("http://")?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let name = host.split(':').next().unwrap_or_default();
        ["localhost", "127.0.0.1", "[::1]"]
            .contains(&name)
            .then(|| format!("{name}/{}", path.trim_end_matches('/')))
    };
    client
        .list("redirects")
        .iter()
        .filter_map(Value::as_str)
        .any(|own| own == redirect || (bare(own).is_some() && bare(own) == bare(redirect)))
}

/// `GET` shows what is missing, `POST` takes it; in the end the browser is sent back.
pub(super) fn authorize(shared: &Shared, store: &mut Store, call: &Call) -> Reply {
    let query = Form(doubles_http::pairs(&call.query));
    let form = Form(if call.method == "POST" {
        doubles_http::pairs(&String::from_utf8_lossy(&call.body))
    } else {
        Vec::new()
    });
    let client = store.at(Kind::Client, query.get("client_id")).clone();
    let now = store.now();
    if client.is_null() {
        let denied = Denied::new(
            "unauthorized_client",
            700_016,
            format!(
                "Application with identifier '{}' was not found in the directory.",
                query.get("client_id")
            ),
        );
        return page(400, "Sign in", &escape(&denied.description(&now)));
    }
    let redirect = query.get("redirect_uri");
    if !registered(&client, redirect) {
        let denied = Denied::new(
            "invalid_request",
            50011,
            format!(
                "The redirect URI '{redirect}' specified in the request does not match the redirect URIs configured for the application '{}'.",
                client.text("id")
            ),
        );
        return page(400, "Sign in", &escape(&denied.description(&now)));
    }
    let back = |parameters: &[(&str, &str)]| send_back(&query, parameters);
    let fail = |denied: &Denied| {
        back(&[("error", denied.error), ("error_description", &denied.description(&now))])
    };
    if query.get("response_type") != "code" {
        return fail(&Denied::new(
            "unsupported_response_type",
            700_054,
            "response_type is not enabled for the application.",
        ));
    }
    if client.flag("public") && query.get("code_challenge").is_empty() {
        return fail(&Denied::new(
            "invalid_request",
            9_002_325,
            "Proof Key for Code Exchange is required for cross-origin authorization code redemption.",
        ));
    }
    let wanted = match Wanted::read(shared, store, query.get("scope")) {
        Ok(wanted) => wanted,
        Err(denied) => return fail(&denied),
    };
    let silent = query.get("prompt") == "none";
    let mut cookie = None;
    let user = if call.method == "POST" && !form.get("username").is_empty() {
        match check_password(store, form.get("username"), form.get("password")) {
            Ok(user) => {
                cookie = Some(begin_session(store, &user));
                Some(user)
            }
            Err(denied) => {
                return page(200, "Sign in", &sign_in(&query, &denied.description(&now)));
            }
        }
    } else {
        let again =
            ["login", "select_account"].contains(&query.get("prompt")) && call.method == "GET";
        session(store, call).filter(|_| !again)
    };
    let Some(user) = user else {
        if silent {
            return fail(&Denied::new(
                "login_required",
                50058,
                "A silent sign-in request was sent but no user is signed in.",
            ));
        }
        return page(200, "Sign in", &sign_in(&query, ""));
    };
    let with_cookie = |reply: Reply| match &cookie {
        Some(cookie) => reply.with("Set-Cookie", cookie.clone()),
        None => reply,
    };
    let mut missing = lacking(shared, store, client.text("id"), &user, &wanted);
    if query.get("prompt") == "consent" && call.method == "GET" {
        missing.clone_from(&wanted.names);
    }
    if !missing.is_empty() {
        if silent {
            return fail(&Denied::new(
                "interaction_required",
                65001,
                "The user or administrator has not consented to use the application.",
            ));
        }
        let administrator = store.at(Kind::User, &user).flag("_administrator");
        let privileged =
            missing.iter().any(|name| scopes::delegated(name).is_some_and(|scope| scope.admin));
        if privileged && !administrator {
            return with_cookie(page(
                403,
                "Need admin approval",
                &escape(
                    &Denied::new(
                        "access_denied",
                        90094,
                        "An administrator of the organisation has to consent to this application.",
                    )
                    .description(&now),
                ),
            ));
        }
        match form.get("consent") {
            "accept" => consent(store, client.text("id"), &user, &wanted.key(shared), &missing),
            "cancel" => {
                return with_cookie(fail(&Denied::new(
                    "access_denied",
                    65004,
                    "User declined to consent to access the app.",
                )));
            }
            _ => {
                return with_cookie(page(
                    200,
                    "Permissions requested",
                    &consent_form(&client, &missing),
                ));
            }
        }
    }
    let code = format!("0.{}", clock::secret());
    let ends = store.now_ms() + 600_000;
    store.put(Kind::Code, json!({
        "id": code, "client": client.text("id"), "user": user, "redirect": redirect, "scope": query.get("scope"),
        "nonce": query.get("nonce"), "challenge": query.get("code_challenge"), "method": query.get("code_challenge_method"),
        "ends": ends, "strong": !query.get("claims").is_empty(),
    }));
    with_cookie(back(&[("code", &code), ("session_state", &clock::guid())]))
}

fn send_back(query: &Form, parameters: &[(&str, &str)]) -> Reply {
    let mut pairs: Vec<(&str, &str)> = parameters.to_vec();
    if !query.get("state").is_empty() {
        pairs.push(("state", query.get("state")));
    }
    let redirect = query.get("redirect_uri");
    if query.get("response_mode") == "form_post" {
        let fields: Vec<String> = pairs
            .iter()
            .map(|(name, value)| {
                format!("<input type=hidden name=\"{name}\" value=\"{}\">", escape(value))
            })
            .collect();
        return page(
            200,
            "Working…",
            &format!(
                "<form method=post action=\"{}\">{}<button>Continue</button></form><script>document.forms[0].submit()</script>",
                escape(redirect),
                fields.concat()
            ),
        );
    }
    let text: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={}", doubles_http::encode(value)))
        .collect();
    let mark = if query.get("response_mode") == "fragment" {
        '#'
    } else if redirect.contains('?') {
        '&'
    } else {
        '?'
    };
    Reply::empty(302).with("Location", format!("{redirect}{mark}{}", text.join("&")))
}

fn sign_in(query: &Form, problem: &str) -> String {
    format!(
        "<p role=alert>{}</p><form method=post><label>User <input name=username autocomplete=username value=\"{}\"></label> <label>Password <input name=password type=password></label> <button>Sign in</button></form>",
        escape(problem),
        escape(query.get("login_hint"))
    )
}

fn consent_form(client: &Value, missing: &[String]) -> String {
    let list: Vec<String> =
        missing.iter().map(|name| format!("<li>{}</li>", escape(name))).collect();
    format!(
        "<p>{} asks for:</p><ul>{}</ul><form method=post><button name=consent value=accept>Accept</button> <button name=consent value=cancel>Cancel</button></form>",
        escape(client.text("displayName")),
        list.concat()
    )
}

/// Where a person types the code of a device.
pub(super) fn device(store: &mut Store, call: &Call) -> Reply {
    let form = Form(doubles_http::pairs(&String::from_utf8_lossy(&call.body)));
    let blank = "<form method=post><label>Code <input name=code></label> <label>User <input name=username></label> <label>Password <input name=password type=password></label> <button name=consent value=accept>Accept</button> <button name=consent value=cancel>Cancel</button></form>";
    if call.method != "POST" {
        return page(200, "Enter code", blank);
    }
    let code = form.get("code").to_uppercase();
    let row = store.of(Kind::Device, "code", &code).next().cloned().unwrap_or_default();
    if row.text("state") != "pending" {
        return page(400, "That code did not work", blank);
    }
    let user = match check_password(store, form.get("username"), form.get("password")) {
        Ok(user) => user,
        Err(denied) => return page(400, "Sign in", &escape(&denied.description(&store.now()))),
    };
    let accepted = form.get("consent") != "cancel";
    if accepted {
        let names: Vec<String> = row
            .text("scope")
            .split_whitespace()
            .filter(|own| !["openid", "profile", "offline_access", "email"].contains(own))
            .map(|own| own.rsplit('/').next().unwrap_or(own).to_owned())
            .collect();
        let administrator = store.at(Kind::User, &user).flag("_administrator");
        if !administrator
            && names.iter().any(|name| scopes::delegated(name).is_some_and(|scope| scope.admin))
        {
            return page(
                403,
                "Need admin approval",
                "An administrator has to consent to this application.",
            );
        }
        consent(store, row.text("client"), &user, "graph", &names);
    }
    store.edit(Kind::Device, row.text("id"), |row| {
        row.put("state", if accepted { "accepted" } else { "declined" });
        row.put("user", user);
    });
    page(200, "You may close this window", "")
}

pub(super) fn logout(call: &Call) -> Reply {
    let query = Form(doubles_http::pairs(&call.query));
    let reply = match query.get("post_logout_redirect_uri") {
        "" => page(200, "You signed out of your account", ""),
        address => Reply::empty(302).with("Location", address),
    };
    reply.with("Set-Cookie", "ESTSAUTH=; Path=/; Max-Age=0")
}

/// `…/adminconsent`: an administrator agrees for everyone to what the application lists.
pub(super) fn admin_consent(store: &mut Store, call: &Call) -> Reply {
    let query = Form(doubles_http::pairs(&call.query));
    let client = store.at(Kind::Client, query.get("client_id")).clone();
    if client.is_null() || !registered(&client, query.get("redirect_uri")) {
        return page(400, "Sign in", "AADSTS50011: The redirect URI does not match.");
    }
    if call.method != "POST" {
        return page(
            200,
            "Permissions requested",
            &format!("{}<p>Consent on behalf of your organisation.</p>", sign_in(&query, "")),
        );
    }
    let form = Form(doubles_http::pairs(&String::from_utf8_lossy(&call.body)));
    let user = match check_password(store, form.get("username"), form.get("password")) {
        Ok(user) => user,
        Err(denied) => {
            return page(200, "Sign in", &sign_in(&query, &denied.description(&store.now())));
        }
    };
    if !store.at(Kind::User, &user).flag("_administrator") {
        return page(403, "Need admin approval", "AADSTS90094: An administrator has to consent.");
    }
    let names: Vec<String> =
        client.list("delegated").iter().filter_map(Value::as_str).map(str::to_owned).collect();
    consent(store, client.text("id"), "*", "graph", &names);
    send_back(&query, &[("admin_consent", "True"), ("tenant", crate::seeds::TENANT)])
}
