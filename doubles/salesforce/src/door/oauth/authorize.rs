//! The web server flow: a page that asks, a code, and its redemption.

use doubles_http::{Request, Response, encode};

use super::{App, Form, Grant, Refused, admit, app, challenge_of, proven};

use crate::{
    door::{Code, check_browser, later, secret},
    org::Org,
    xml::escape,
};

/// How long a code can be redeemed.
const CODE_SECONDS: i64 = 15 * 60;

/// `GET` shows who asks for what; `POST` carries the name, the password and the decision.
pub(crate) fn answer(org: &mut Org, request: &Request) -> Response {
    let form = Form::all(request);
    let (app, redirect) = match check(org, &form) {
        Ok(found) => found,
        // Nobody is sent to an address that the app does not own.
        Err((error, said)) => {
            return Response::text(400, &format!("error={error}&error_description={said}"));
        }
    };
    if app.blocked {
        let said = "this app is blocked by admin";
        return back(
            &redirect,
            &form,
            &[("error", "OAUTH_APP_BLOCKED"), ("error_description", said)],
        );
    }
    if app.needs_pkce && form.of("code_challenge").is_empty() {
        return back(
            &redirect,
            &form,
            &[
                ("error", "invalid_request"),
                ("error_description", "missing required code challenge"),
            ],
        );
    }
    let Some(scopes) = app.scopes(form.given("scope")) else {
        return back(
            &redirect,
            &form,
            &[
                ("error", "invalid_scope"),
                ("error_description", "the requested scope is not allowed"),
            ],
        );
    };
    if request.method != "POST" {
        return page(&app, &form);
    }
    if form.of("decision") == "deny" {
        return back(
            &redirect,
            &form,
            &[("error", "access_denied"), ("error_description", "end-user denied authorization")],
        );
    }
    // A browser's login needs no security token.
    let Some(user) = check_browser(org, form.of("username"), form.of("password")) else {
        return page(&app, &form);
    };
    let grant = Grant { app, user, scopes, renewable: true, nonce: None };
    if let Err((error, said)) = admit(org, &grant) {
        let error = if error == "invalid_app_access" { "OAUTH_APP_ACCESS_DENIED" } else { error };
        return back(&redirect, &form, &[("error", error), ("error_description", said)]);
    }
    let code = format!("aPrx{}", secret(60));
    let challenge = form.given("code_challenge").filter(|text| !text.is_empty());
    let plain = form.of("code_challenge_method") == "plain";
    let left = Code {
        app: grant.app.key.clone(),
        user: grant.user.clone(),
        redirect: redirect.clone(),
        challenge: challenge.map(|text| if plain { challenge_of(text) } else { text.to_owned() }),
        nonce: form.given("nonce").map(str::to_owned),
        scopes: grant.scopes,
        until: later(org, CODE_SECONDS),
    };
    org.door.codes.insert(code.clone(), left);
    org.door.consents.insert((grant.app.key, grant.user));
    back(&redirect, &form, &[("code", &code)])
}

fn check(org: &Org, form: &Form) -> Result<(App, String), Refused> {
    let app = app(org, form.of("client_id"))?;
    if form.of("response_type") != "code" {
        return Err(("unsupported_response_type", "response type must be code"));
    }
    let redirect = form.of("redirect_uri").to_owned();
    if app.callback.split_whitespace().any(|own| own == redirect) {
        Ok((app, redirect))
    } else {
        Err(("redirect_uri_mismatch", "redirect_uri must match configuration"))
    }
}

fn back(redirect: &str, form: &Form, parameters: &[(&str, &str)]) -> Response {
    let mut to = redirect.to_owned();
    let mut join = if redirect.contains('?') { '&' } else { '?' };
    let state = form.given("state").map(|state| ("state", state));
    for (name, value) in parameters.iter().copied().chain(state) {
        to.push(join);
        for part in [name, "=", &encode(value)] {
            to.push_str(part);
        }
        join = '&';
    }
    Response::empty(302).with("Location", &to)
}

fn page(app: &App, form: &Form) -> Response {
    let mut hidden = String::new();
    let kept = form
        .0
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "username" | "password" | "decision"));
    for (name, value) in kept {
        let parts =
            ["<input type=hidden name=\"", &escape(name), "\" value=\"", &escape(value), "\">"];
        hidden.extend(parts);
    }
    let body = format!(
        "<!doctype html><title>Log in</title><h1>Allow access?</h1><p>{}</p>\
         <form method=post action=/services/oauth2/authorize>{hidden}\
         <label>Username <input name=username></label> \
         <label>Password <input name=password type=password></label> \
         <button name=decision value=allow>Allow</button> \
         <button name=decision value=deny>Deny</button></form>",
        escape(&app.key)
    );
    Response::new(200, "text/html;charset=UTF-8", body)
}

/// The grant that a code stands for; a code is good once.
pub(super) fn redeem(org: &mut Org, form: &Form) -> Result<Grant, Refused> {
    const INVALID: Refused = ("invalid_grant", "invalid authorization code");
    let app = app(org, form.of("client_id"))?;
    let app = match form.given("client_secret") {
        Some(_) => proven(app, form)?,
        // Without a secret the verifier is all there is.
        None if form.of("code_verifier").is_empty() => {
            return Err(("invalid_client", "invalid client credentials"));
        }
        None => app,
    };
    let now = org.now();
    let code = org.door.codes.remove(form.of("code")).ok_or(INVALID)?;
    if code.until <= now {
        return Err(("invalid_grant", "expired authorization code"));
    }
    if code.app != app.key {
        return Err(INVALID);
    }
    if code.redirect != form.of("redirect_uri") {
        return Err(("redirect_uri_mismatch", "redirect_uri must match configuration"));
    }
    if let Some(challenge) = &code.challenge
        && *challenge != challenge_of(form.of("code_verifier"))
    {
        return Err(("invalid_grant", "invalid code verifier"));
    }
    Ok(Grant { app, user: code.user, scopes: code.scopes, renewable: true, nonce: code.nonce })
}
