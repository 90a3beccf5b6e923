//! The directory that people sign in to before they call the environment: the first endpoints of Microsoft Entra ID as
//! far as a confidential or public client with an authorization code needs them (RFC 6749 §4.1, RFC 7636).
//!
//! `GET /{directory}/oauth2/authorize` shows a form, and whoever posts it with the right password is sent back with a
//! code; `POST /{directory}/oauth2/token` redeems it, once, for a token that the environment knows, and renews it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aws_lc_rs::digest::{SHA256, digest};
use axum::{
    Router,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse as _, Response},
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use identity::Identity;
use kernel::{Ids, Scope, UserId};
use serde_json::{Value, json};
use url::Url;

/// The password of everybody.
pub(crate) const PASSWORD: &str = "double-Dynamics-1";
/// The application that may sign people in.
pub(crate) const CLIENT: &str = "51f81489-12ee-4a9e-aaae-a2591f45987d";
/// Its secret.
pub(crate) const SECRET: &str = "a-secret-of-the-double";
/// The directory.
pub(crate) const DIRECTORY: &str = "contoso.example";

/// Who may sign in.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) user: UserId,
}

/// What waits to be redeemed.
#[derive(Debug, Clone)]
struct Promise {
    user: UserId,
    redirect: String,
    challenge: String,
    resource: String,
}

/// The directory.
#[derive(Debug)]
pub(crate) struct Directory {
    identity: Arc<Identity>,
    system: Scope,
    ids: Ids,
    /// What tokens are for: the origin of the environment, with a slash at its end.
    resource: String,
    people: Vec<Person>,
    codes: Mutex<BTreeMap<String, Promise>>,
    refreshes: Mutex<BTreeMap<String, UserId>>,
}

impl Directory {
    pub(crate) fn new(
        (identity, system, ids): (Arc<Identity>, Scope, Ids),
        base: &str,
        people: Vec<Person>,
    ) -> Self {
        Self {
            identity,
            system,
            ids,
            resource: format!("{base}/"),
            people,
            codes: Mutex::default(),
            refreshes: Mutex::default(),
        }
    }

    /// Its addresses.
    pub(crate) fn router(self) -> Router {
        Router::new()
            .route("/{directory}/oauth2/authorize", get(ask).post(allow))
            .route("/{directory}/oauth2/token", post(redeem))
            .with_state(Arc::new(self))
    }

    fn person(&self, name: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.name.eq_ignore_ascii_case(name))
    }

    /// Why a request to sign in is answered by nobody, in the words of the real one.
    fn refuses(&self, directory: &str, asked: &Asked) -> Option<&'static str> {
        if directory != DIRECTORY && directory != "common" && directory != "organizations" {
            return Some("AADSTS90002: Tenant not found.");
        }
        if asked.of("client_id") != CLIENT {
            return Some("AADSTS700016: Application was not found in the directory.");
        }
        if Url::parse(asked.of("redirect_uri")).is_err() {
            return Some("AADSTS50011: The redirect URI does not match.");
        }
        if asked.of("resource") != self.resource {
            return Some("AADSTS500011: The resource principal was not found in the tenant.");
        }
        None
    }

    async fn tokens(&self, user: UserId) -> Response {
        let Ok(access) = crate::token(&self.identity, &self.system, user).await else {
            return wrong("server_error", "AADSTS90033: A transient error has occurred.");
        };
        let refresh = self.secret();
        lock(&self.refreshes).insert(refresh.clone(), user);
        json(
            StatusCode::OK,
            &json!({
                "token_type": "Bearer", "expires_in": "3599", "resource": self.resource,
                "access_token": access, "refresh_token": refresh,
            }),
        )
    }

    fn secret(&self) -> String {
        let secret: [u8; 32] = self.ids.secret_bytes();
        URL_SAFE_NO_PAD.encode(secret)
    }
}

/// What stands in an address or in a form.
#[derive(Debug)]
struct Asked(BTreeMap<String, String>);

impl Asked {
    fn of(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

async fn ask(
    State(directory): State<Arc<Directory>>,
    Path(tenant): Path<String>,
    Query(all): Query<BTreeMap<String, String>>,
) -> Response {
    let asked = Asked(all);
    if let Some(reason) = directory.refuses(&tenant, &asked) {
        return (StatusCode::BAD_REQUEST, reason).into_response();
    }
    let hidden = |(name, value): (&String, &String)| {
        format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", plain(name), plain(value))
    };
    let hidden: String = asked.0.iter().map(hidden).collect();
    Html(format!(
        "<!doctype html><title>Sign in</title><h1>Sign in</h1><form method=\"post\">{hidden}\
         <label>Account <input name=\"username\"></label>\
         <label>Password <input name=\"password\" type=\"password\"></label>\
         <button name=\"decision\" value=\"allow\">Sign in</button>\
         <button name=\"decision\" value=\"deny\">Cancel</button></form>"
    ))
    .into_response()
}

async fn allow(
    State(directory): State<Arc<Directory>>,
    Path(tenant): Path<String>,
    body: String,
) -> Response {
    let asked = Asked(form(&body));
    if let Some(reason) = directory.refuses(&tenant, &asked) {
        return (StatusCode::BAD_REQUEST, reason).into_response();
    }
    let Ok(mut back) = Url::parse(asked.of("redirect_uri")) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    back.query_pairs_mut().append_pair("state", asked.of("state"));
    if asked.of("decision") == "deny" {
        let says = "AADSTS65004: User declined to consent to access the app.";
        back.query_pairs_mut()
            .append_pair("error", "access_denied")
            .append_pair("error_description", says);
        return to(&back);
    }
    let Some(person) = directory.person(asked.of("username")) else {
        return (StatusCode::UNAUTHORIZED, "AADSTS50034: The user account does not exist.")
            .into_response();
    };
    if asked.of("password") != PASSWORD {
        return (StatusCode::UNAUTHORIZED, "AADSTS50126: Invalid username or password.")
            .into_response();
    }
    if asked.of("code_challenge").is_empty() || asked.of("code_challenge_method") != "S256" {
        let says = "AADSTS9002325: Proof Key for Code Exchange is required.";
        back.query_pairs_mut()
            .append_pair("error", "invalid_request")
            .append_pair("error_description", says);
        return to(&back);
    }
    let code = directory.secret();
    let promise = Promise {
        user: person.user,
        redirect: asked.of("redirect_uri").to_owned(),
        challenge: asked.of("code_challenge").to_owned(),
        resource: asked.of("resource").to_owned(),
    };
    lock(&directory.codes).insert(code.clone(), promise);
    back.query_pairs_mut().append_pair("code", &code).append_pair("session_state", "double");
    to(&back)
}

async fn redeem(State(directory): State<Arc<Directory>>, body: String) -> Response {
    let asked = Asked(form(&body));
    if asked.of("client_id") != CLIENT {
        return wrong("unauthorized_client", "AADSTS700016: Application was not found.");
    }
    if asked.of("client_secret") != SECRET {
        return wrong("invalid_client", "AADSTS7000215: Invalid client secret provided.");
    }
    match asked.of("grant_type") {
        "authorization_code" => {
            let promise = lock(&directory.codes).remove(asked.of("code"));
            let Some(promise) = promise else {
                return wrong("invalid_grant", "AADSTS54005: The code was already redeemed.");
            };
            let verifier = digest(&SHA256, asked.of("code_verifier").as_bytes());
            if URL_SAFE_NO_PAD.encode(verifier) != promise.challenge {
                return wrong("invalid_grant", "AADSTS501481: The code verifier does not match.");
            }
            if asked.of("redirect_uri") != promise.redirect {
                return wrong("invalid_grant", "AADSTS50011: The redirect URI does not match.");
            }
            let resource = asked.of("resource");
            if !resource.is_empty() && resource != promise.resource {
                return wrong("invalid_resource", "AADSTS50001: The resource was not found.");
            }
            directory.tokens(promise.user).await
        }
        "refresh_token" => {
            let user = lock(&directory.refreshes).get(asked.of("refresh_token")).copied();
            match user {
                Some(user) => directory.tokens(user).await,
                None => wrong("invalid_grant", "AADSTS70000: The refresh token is not valid."),
            }
        }
        _ => wrong("unsupported_grant_type", "AADSTS70003: The grant type is not supported."),
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

fn form(body: &str) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(body.as_bytes()).into_owned().collect()
}

fn plain(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn to(url: &Url) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, url.to_string())]).into_response()
}

fn json(status: StatusCode, body: &Value) -> Response {
    let kind = (header::CONTENT_TYPE, "application/json; charset=utf-8");
    (status, [kind, (header::CACHE_CONTROL, "no-store")], body.to_string()).into_response()
}

fn wrong(error: &str, says: &str) -> Response {
    json(StatusCode::BAD_REQUEST, &json!({ "error": error, "error_description": says }))
}
