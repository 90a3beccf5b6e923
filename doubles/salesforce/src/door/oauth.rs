//! The token endpoint and its neighbours.

mod authorize;

use aws_lc_rs::{constant_time::verify_slices_are_equal, digest, hmac};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use doubles_http::{Request, Response};
use serde_json::{Value, json};

use super::{
    App, Permitted, Refresh, RefreshPolicy, Refusal, check_password, device, jwt, later, open,
    openid, secret, user_of,
};

use crate::{
    org::{Org, text},
    rights::Caller,
};

pub(crate) use authorize::answer as authorize;

/// An error and its description.
pub(super) type Refused = (&'static str, &'static str);

const DISABLED: Refused = ("API_CURRENTLY_DISABLED", "API is disabled for this User");
const NO_USER: Refused = ("invalid_grant", "authentication failure");

pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// What a page sends, in its address or in its body.
    pub(super) fn all(request: &Request) -> Self {
        Self([request.parameters(), request.form()].concat())
    }

    pub(super) fn of(&self, name: &str) -> &str {
        self.given(name).unwrap_or_default()
    }

    pub(super) fn given(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// What a grant comes to.
pub(super) struct Grant {
    pub(super) app: App,
    pub(super) user: String,
    pub(super) scopes: Vec<String>,
    /// Whether the flow may leave a refresh token.
    pub(super) renewable: bool,
    /// What the client wants to find in the token of identity.
    pub(super) nonce: Option<String>,
}

pub(super) fn json(status: u16, body: &Value) -> Response {
    Response::new(status, "application/json;charset=UTF-8", body.to_string())
        .with("Cache-Control", "no-store")
}

fn refused((error, description): Refused) -> Response {
    json(400, &json!({ "error": error, "error_description": description }))
}

/// `POST /services/oauth2/token`
pub(crate) fn token(org: &mut Org, request: &Request) -> Response {
    if request.method != "POST" {
        return refused(("invalid_request", "only POST is allowed"));
    }
    let mut form = request.form();
    if let Some((name, password)) = basic(request) {
        form.push(("client_id".to_owned(), name));
        form.push(("client_secret".to_owned(), password));
    }
    let form = Form(form);
    let base = request.base();
    if form.of("response_type") == "device_code" {
        return device::begin(org, &form, &base).unwrap_or_else(refused);
    }
    let grant = match form.of("grant_type") {
        "device" => device::redeem(org, &form),
        "" => Err(("invalid_request", "missing required parameter: grant_type")),
        "authorization_code" => authorize::redeem(org, &form),
        "refresh_token" => return refresh(org, &form, &base).unwrap_or_else(refused),
        "password" => password(org, &form),
        "client_credentials" => client_credentials(org, &form, request),
        "urn:ietf:params:oauth:grant-type:jwt-bearer" => assertion(org, &form, &base),
        _ => Err(("unsupported_grant_type", "grant type not supported")),
    };
    match grant.and_then(|grant| admit(org, &grant).map(|()| grant)) {
        Ok(grant) => json(200, &issue(org, &grant, &base)),
        Err(error) => refused(error),
    }
}

fn basic(request: &Request) -> Option<(String, String)> {
    let (scheme, value) = request.header("authorization")?.split_once(' ')?;
    let bytes =
        STANDARD.decode(value.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let text = String::from_utf8(bytes).ok()?;
    let (name, password) = text.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

/// The app of a consumer key.
pub(super) fn app(org: &Org, key: &str) -> Result<App, Refused> {
    let app = org.door.apps.iter().find(|app| app.key == key).cloned();
    let app = app.ok_or(("invalid_client_id", "client identifier invalid"))?;
    if app.installed {
        Ok(app)
    } else {
        Err(("invalid_client", "External client app is not installed in this org"))
    }
}

pub(super) fn proven(app: App, form: &Form) -> Result<App, Refused> {
    let same = verify_slices_are_equal(app.secret.as_bytes(), form.of("client_secret").as_bytes());
    if same.is_ok() { Ok(app) } else { Err(("invalid_client", "invalid client credentials")) }
}

fn password(org: &mut Org, form: &Form) -> Result<Grant, Refused> {
    let app = proven(app(org, form.of("client_id"))?, form)?;
    let user = check_password(org, form.of("username"), form.of("password"), false);
    let user = user.map_err(|refusal| match refusal {
        Refusal::ApiDisabled => DISABLED,
        _ => NO_USER,
    })?;
    let scopes = app.scopes.clone();
    // Whoever gives an app the password has said yes to it.
    org.door.consents.insert((app.key.clone(), user.clone()));
    Ok(Grant { app, user, scopes, renewable: false, nonce: None })
}

fn client_credentials(org: &Org, form: &Form, request: &Request) -> Result<Grant, Refused> {
    let host = request.header("host").unwrap_or_default();
    if host.starts_with("login.") || host.starts_with("test.") {
        return Err(("invalid_grant", "request not supported on this domain"));
    }
    let app = proven(app(org, form.of("client_id"))?, form)?;
    let user = app.run_as.clone().ok_or(("invalid_grant", "no client credentials user enabled"))?;
    let scopes = app.scopes.clone();
    Ok(Grant { app, user, scopes, renewable: false, nonce: None })
}

fn assertion(org: &Org, form: &Form, base: &str) -> Result<Grant, Refused> {
    const INVALID: Refused = ("invalid_grant", "invalid assertion");
    let assertion = jwt::read(form.of("assertion")).ok_or(INVALID)?;
    let app = app(org, &assertion.issuer)?;
    let now = org.now().as_second();
    assertion.check(&app, now, base).map_err(|said| ("invalid_grant", said))?;
    let user = user_of(org, &assertion.subject).ok_or(("invalid_grant", "user not found"))?;
    let known = org.door.consents.contains(&(app.key.clone(), user.clone()));
    if app.permitted == Permitted::All && !known {
        return Err(("invalid_grant", "user hasn't approved this consumer"));
    }
    let scopes = app.scopes.clone();
    Ok(Grant { app, user, scopes, renewable: false, nonce: None })
}

/// What holds for every flow: the app's users, active ones, with the interface switched on.
fn admit(org: &Org, grant: &Grant) -> Result<(), Refused> {
    let caller = Caller::of(org, &grant.user).ok_or(("inactive_user", "user is inactive"))?;
    let profile = org.row("User", &grant.user).and_then(|row| text(row, "ProfileId"));
    if let Permitted::Approved(profiles) = &grant.app.permitted
        && !profile.is_some_and(|profile| profiles.contains(profile))
        && !crate::policies::is_granted(org, &grant.user, &grant.app)
    {
        return Err(("invalid_app_access", "user is not admin approved to access this app"));
    }
    if caller.rights.api { Ok(()) } else { Err(DISABLED) }
}

fn issue(org: &mut Org, grant: &Grant, base: &str) -> Value {
    let token = open(org, &grant.user, Some(&grant.app.key), &grant.scopes);
    let mut said = said(org, grant, base, &token);
    let nonce = grant.nonce.as_deref();
    let signed = openid::Signed { user: &grant.user, app: &grant.app.key, token: &token, nonce };
    if grant.scopes.iter().any(|scope| scope == "openid")
        && let Some(identity) = openid::token(org, base, &signed)
        && let Some(members) = said.as_object_mut()
    {
        members.insert("id_token".to_owned(), identity.into());
    }
    let asked =
        |scope: &String| matches!(scope.as_str(), "refresh_token" | "offline_access" | "full");
    if grant.renewable
        && grant.scopes.iter().any(asked)
        && let Some(members) = said.as_object_mut()
    {
        members.insert("refresh_token".to_owned(), leave_refresh(org, grant).into());
    }
    said
}

fn leave_refresh(org: &mut Org, grant: &Grant) -> String {
    let token = format!("5Aep{}", secret(80));
    let until = match grant.app.refresh {
        RefreshPolicy::UntilRevoked => None,
        RefreshPolicy::Hours(hours) => Some(later(org, hours.saturating_mul(3600))),
        RefreshPolicy::Immediately => Some(org.now()),
    };
    let Grant { app, user, scopes, .. } = grant;
    let refresh =
        Refresh { app: app.key.clone(), user: user.clone(), scopes: scopes.clone(), until };
    org.door.refresh.insert(token.clone(), refresh);
    token
}

fn said(org: &Org, grant: &Grant, base: &str, token: &str) -> Value {
    let id = format!("{base}/id/{}/{}", org.id, grant.user);
    let issued = org.now().as_millisecond().to_string();
    let key = hmac::Key::new(hmac::HMAC_SHA256, grant.app.secret.as_bytes());
    let signature = STANDARD.encode(hmac::sign(&key, format!("{id}{issued}").as_bytes()));
    json!({
        "access_token": token,
        "signature": signature,
        "scope": grant.scopes.join(" "),
        "instance_url": org.moved.as_deref().unwrap_or(base),
        "id": id,
        "token_type": "Bearer",
        "issued_at": issued,
    })
}

fn refresh(org: &mut Org, form: &Form, base: &str) -> Result<Response, Refused> {
    const EXPIRED: Refused = ("invalid_grant", "expired access/refresh token");
    let app = app(org, form.of("client_id"))?;
    let app = match form.given("client_secret") {
        Some(_) => proven(app, form)?,
        None if app.secret_for_refresh => {
            return Err(("invalid_client", "invalid client credentials"));
        }
        None => app,
    };
    let now = org.now();
    let known = org.door.refresh.get(form.of("refresh_token")).cloned();
    let known = known.filter(|known| known.app == app.key && known.until.is_none_or(|at| at > now));
    let known = known.ok_or(EXPIRED)?;
    let grant =
        Grant { app, user: known.user, scopes: known.scopes, renewable: false, nonce: None };
    admit(org, &grant)?;
    let mut said = issue(org, &grant, base);
    // With rotation a refresh token is good once.
    if grant.app.rotates
        && let Some(members) = said.as_object_mut()
    {
        org.door.refresh.remove(form.of("refresh_token"));
        members.insert("refresh_token".to_owned(), leave_refresh(org, &grant).into());
    }
    Ok(json(200, &said))
}

/// `/services/oauth2/revoke`: of a refresh token, everything that it opened goes too.
pub(crate) fn revoke(org: &mut Org, request: &Request) -> Response {
    let parameters = Form([request.form(), request.parameters()].concat());
    let token = parameters.of("token");
    if let Some(refresh) = org.door.refresh.remove(token) {
        let of_it = |session: &super::Session| {
            session.user == refresh.user && session.app.as_ref() == Some(&refresh.app)
        };
        org.door.sessions.retain(|_, session| !of_it(session));
        return Response::empty(200);
    }
    if org.door.sessions.remove(token).is_some() {
        return Response::empty(200);
    }
    refused(("unsupported_token_type", "this token type is not supported"))
}

/// `/services/oauth2/introspect`
pub(crate) fn introspect(org: &mut Org, request: &Request) -> Response {
    let mut form = request.form();
    if let Some((name, password)) = basic(request) {
        form.push(("client_id".to_owned(), name));
        form.push(("client_secret".to_owned(), password));
    }
    let form = Form(form);
    let asking = app(org, form.of("client_id")).and_then(|app| proven(app, &form));
    if let Err((error, description)) = asking {
        return json(401, &json!({ "error": error, "error_description": description }));
    }
    let Some(session) = super::session(org, form.of("token")) else {
        return json(200, &renewing(org, form.of("token")));
    };
    let name = org.row("User", &session.user).and_then(|row| text(row, "Username"));
    json(
        200,
        &json!({
            "active": true,
            "scope": session.scopes.join(" "),
            "client_id": session.app,
            "username": name,
            "sub": format!("{}/id/{}/{}", request.base(), org.id, session.user),
            "token_type": "access_token",
            "exp": session.until.as_second(),
        }),
    )
}

/// What is said of a refresh token.
fn renewing(org: &Org, token: &str) -> Value {
    let now = org.now();
    let known = org.door.refresh.get(token);
    let Some(known) = known.filter(|known| known.until.is_none_or(|at| at > now)) else {
        return json!({ "active": false });
    };
    let name = org.row("User", &known.user).and_then(|row| text(row, "Username"));
    json!({
        "active": true,
        "scope": known.scopes.join(" "),
        "client_id": known.app,
        "username": name,
        "token_type": "refresh_token",
        "exp": known.until.map(jiff::Timestamp::as_second),
    })
}

/// The S256 challenge of a verifier (RFC 7636 §4.2).
fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}
