//! The token endpoint.

use serde_json::{Value, json};

use super::{Denied, Form, LIFETIME, Ticket, Wanted, access_token, consented, lacking};
use crate::{
    clock, der,
    server::Shared,
    store::{Kind, Store},
    token::{self, Wrong, base64url},
    value::Fields as _,
    wire::Call,
};

type Granted = Result<Value, Denied>;

/// The application that asks, having proved itself.
fn client(shared: &Shared, store: &Store, call: &Call, form: &Form) -> Result<Value, Denied> {
    let basic = call
        .header("authorization")
        .and_then(|value| value.strip_prefix("Basic "))
        .and_then(token::unbase64)
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let (id, secret) = match basic.as_deref().and_then(|text| text.split_once(':')) {
        Some((id, secret)) => (doubles_http::decode(id), doubles_http::decode(secret)),
        None => (form.get("client_id").to_owned(), form.get("client_secret").to_owned()),
    };
    if id.is_empty() {
        return Err(Denied::new(
            "invalid_request",
            900_144,
            "The request body must contain the following parameter: 'client_id'.",
        ));
    }
    let client = store.find(Kind::Client, &id).ok_or_else(|| {
        Denied::new(
            "unauthorized_client",
            700_016,
            format!("Application with identifier '{id}' was not found in the directory."),
        )
    })?;
    if client.flag("public") {
        return Ok(client.clone());
    }
    if !form.get("client_assertion").is_empty() {
        return assertion(shared, store, client, form.get("client_assertion"));
    }
    if secret.is_empty() {
        return Err(Denied::new(
            "invalid_client",
            7_000_218,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        ));
    }
    if client.text("secret") != secret {
        return Err(Denied::new(
            "invalid_client",
            7_000_215,
            format!(
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{id}'."
            ),
        ));
    }
    Ok(client.clone())
}

/// RFC 7523 §2.2, with the certificate that is registered.
fn assertion(shared: &Shared, store: &Store, client: &Value, text: &str) -> Granted {
    let refuse = || {
        Denied::new(
            "invalid_client",
            700_027,
            "The certificate with identifier used to sign the client assertion is not registered on application, or its signature is not valid.",
        )
    };
    let certificate = der::unwrap(client.text("certificate")).ok_or_else(refuse)?;
    let key = der::key_of_certificate(&certificate).ok_or_else(refuse)?;
    let claims = token::verify(text, &key, store.now_ms()).map_err(|_wrong| refuse())?;
    let endpoint = format!("{}/oauth2/v2.0/token", shared.authority());
    let own = [endpoint, shared.issuer(), shared.authority()];
    let id = client.text("id");
    if claims.text("iss") != id
        || claims.text("sub") != id
        || !own.iter().any(|own| claims.text("aud") == own)
    {
        return Err(Denied::new(
            "invalid_client",
            700_023,
            "Client assertion audience claim does not match Realm issuer.",
        ));
    }
    Ok(client.clone())
}

/// Answers a request for tokens.
pub(super) fn token(shared: &Shared, store: &mut Store, call: &Call, form: &Form) -> Granted {
    let client = client(shared, store, call, form)?;
    match form.get("grant_type") {
        "client_credentials" => application(shared, store, &client, form),
        "authorization_code" => code(shared, store, &client, form),
        "refresh_token" => refresh(shared, store, &client, form),
        "urn:ietf:params:oauth:grant-type:jwt-bearer" => on_behalf(shared, store, &client, form),
        "urn:ietf:params:oauth:grant-type:device_code" | "device_code" => {
            device_code(shared, store, &client, form)
        }
        "password" => password(shared, store, &client, form),
        "" => Err(Denied::new(
            "invalid_request",
            900_144,
            "The request body must contain the following parameter: 'grant_type'.",
        )),
        other => Err(Denied::new(
            "unsupported_grant_type",
            70003,
            format!("The app requested an unsupported grant type '{other}'."),
        )),
    }
}

fn application(shared: &Shared, store: &Store, client: &Value, form: &Form) -> Granted {
    if client.flag("public") {
        return Err(Denied::new(
            "unauthorized_client",
            700_025,
            "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
        ));
    }
    let scope = form.get("scope");
    if !scope.ends_with("/.default") || scope.contains(' ') {
        return Err(Denied::new(
            "invalid_scope",
            1_002_012,
            format!(
                "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."
            ),
        ));
    }
    let wanted = Wanted::read(shared, store, scope)?;
    let rights = if shared.is_graph(&wanted.resource) {
        client.list("roles").iter().filter_map(Value::as_str).map(str::to_owned).collect()
    } else {
        Vec::new()
    };
    let ticket = Ticket {
        client: client.text("id"),
        user: None,
        resource: &wanted.resource,
        rights,
        strong: false,
    };
    Ok(json!({
        "token_type": "Bearer", "expires_in": LIFETIME, "ext_expires_in": LIFETIME,
        "access_token": access_token(shared, store, &ticket),
    }))
}

/// What is known of a person who has signed in.
struct Person<'p> {
    user: &'p str,
    nonce: &'p str,
    strong: bool,
}

/// The answer to a person's application.
fn for_person(
    shared: &Shared,
    store: &mut Store,
    client: &Value,
    person: &Person<'_>,
    wanted: &Wanted,
) -> Granted {
    let id = client.text("id");
    let missing = lacking(shared, store, id, person.user, wanted);
    if !missing.is_empty() {
        return Err(Denied::new("invalid_grant", 65001, format!("The user or administrator has not consented to use the application with ID '{id}' named '{}'. Send an interactive authorization request for this user and resource.", client.text("displayName")))
            .with("suberror", "consent_required"));
    }
    let mut rights = consented(store, id, person.user, &wanted.key(shared));
    if rights.is_empty() && shared.is_graph(&wanted.resource) {
        rights.push("User.Read".to_owned());
    }
    let ticket = Ticket {
        client: id,
        user: Some(person.user),
        resource: &wanted.resource,
        rights: rights.clone(),
        strong: person.strong,
    };
    let mut scope: Vec<String> =
        rights.iter().map(|name| format!("{}/{name}", wanted.resource)).collect();
    scope.extend(wanted.oidc.iter().filter(|own| *own != "offline_access").cloned());
    let mut body = json!({
        "token_type": "Bearer", "scope": scope.join(" "), "expires_in": LIFETIME, "ext_expires_in": LIFETIME,
        "access_token": access_token(shared, store, &ticket),
        "client_info": base64url(json!({"uid": person.user, "utid": crate::seeds::TENANT}).to_string().as_bytes()),
    });
    if wanted.oidc.iter().any(|own| own == "offline_access") {
        let refresh = format!("1.{}", clock::secret());
        let ends = store.now_ms() + 90 * 86_400_000;
        store.put(Kind::Refresh, json!({
            "id": refresh, "client": id, "user": person.user, "resource": wanted.resource, "ends": ends, "strong": person.strong,
        }));
        body.put("refresh_token", refresh);
    }
    if wanted.oidc.iter().any(|own| own == "openid") {
        body.put("id_token", id_token(shared, store, id, person));
    }
    Ok(body)
}

fn id_token(shared: &Shared, store: &Store, client: &str, person: &Person<'_>) -> String {
    let now = store.now_ms() / 1000;
    let row = store.at(Kind::User, person.user);
    let mut claims = json!({
        "aud": client, "iss": shared.issuer(), "iat": now, "nbf": now - 300, "exp": now + LIFETIME,
        "sub": person.user, "oid": person.user, "tid": crate::seeds::TENANT, "ver": "2.0",
        "name": row.text("displayName"), "preferred_username": row.text("userPrincipalName"),
        "email": row.text("mail"), "uti": base64url(&clock::chance::<16>()),
    });
    if !person.nonce.is_empty() {
        claims.put("nonce", person.nonce);
    }
    shared.keys.sign(&claims)
}

fn code(shared: &Shared, store: &mut Store, client: &Value, form: &Form) -> Granted {
    let code = form.get("code").to_owned();
    let row = store.at(Kind::Code, &code).clone();
    if row.text("client") != client.text("id") {
        return Err(Denied::new(
            "invalid_grant",
            70000,
            "The provided value for the 'code' parameter is not valid.",
        ));
    }
    if row.flag("used") {
        return Err(Denied::new(
            "invalid_grant",
            54005,
            "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
        ));
    }
    store.edit(Kind::Code, &code, |row| row.put("used", true));
    if row.field("ends").as_i64().unwrap_or(0) < store.now_ms() {
        return Err(Denied::new(
            "invalid_grant",
            70008,
            "The provided authorization code or refresh token has expired due to inactivity.",
        ));
    }
    if row.text("redirect") != form.get("redirect_uri") {
        return Err(Denied::new(
            "invalid_grant",
            50011,
            "The redirect URI specified in the request does not match the one that was used to request the authorization code.",
        ));
    }
    let verifier = form.get("code_verifier");
    let challenge = row.text("challenge");
    let proof =
        if row.text("method") == "S256" { token::challenge(verifier) } else { verifier.to_owned() };
    if !challenge.is_empty() && proof != challenge {
        return Err(Denied::new(
            "invalid_grant",
            501_481,
            "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
        ));
    }
    let mut wanted = Wanted::read(shared, store, row.text("scope"))?;
    if !form.get("scope").is_empty() {
        let again = Wanted::read(shared, store, form.get("scope"))?;
        if !again.names.is_empty() {
            wanted = Wanted { oidc: wanted.oidc, ..again };
        }
    }
    let person =
        Person { user: row.text("user"), nonce: row.text("nonce"), strong: row.flag("strong") };
    for_person(shared, store, client, &person, &wanted)
}

fn refresh(shared: &Shared, store: &mut Store, client: &Value, form: &Form) -> Granted {
    let row = store.at(Kind::Refresh, form.get("refresh_token")).clone();
    let user = row.text("user");
    if row.text("client") != client.text("id") {
        return Err(Denied::new(
            "invalid_grant",
            9_002_313,
            "Invalid request. Request is malformed or invalid.",
        ));
    }
    if row.field("ends").as_i64().unwrap_or(0) < store.now_ms() {
        return Err(Denied::new(
            "invalid_grant",
            700_082,
            "The refresh token has expired due to inactivity.",
        ));
    }
    if store.revoked.iter().any(|own| own == user)
        || !store.at(Kind::User, user).flag("accountEnabled")
    {
        return Err(Denied::new(
            "invalid_grant",
            50173,
            "The provided grant has expired due to it being revoked, a fresh auth token is needed.",
        )
        .with("suberror", "bad_token"));
    }
    let scope = if form.get("scope").is_empty() {
        format!("{}/.default", row.text("resource"))
    } else {
        form.get("scope").to_owned()
    };
    let mut wanted = Wanted::read(shared, store, &scope)?;
    if !wanted.oidc.iter().any(|own| own == "offline_access") {
        wanted.oidc.push("offline_access".to_owned());
    }
    let person = Person { user, nonce: "", strong: row.flag("strong") };
    step_up(store, &person)?;
    for_person(shared, store, client, &person, &wanted)
}

/// A policy asks for a second factor.
fn step_up(store: &Store, person: &Person<'_>) -> Result<(), Denied> {
    if person.strong || !store.at(Kind::User, person.user).flag("_step_up") {
        return Ok(());
    }
    let claims = json!({"access_token": {"acrs": {"essential": true, "value": "c1"}}}).to_string();
    Err(Denied::new("interaction_required", 50076, "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access this resource.")
        .with("suberror", "basic_action")
        .with("claims", claims))
}

fn on_behalf(shared: &Shared, store: &mut Store, client: &Value, form: &Form) -> Granted {
    let bad = |code, text: &str| Denied::new("invalid_grant", code, text);
    if form.get("requested_token_use") != "on_behalf_of" {
        return Err(Denied::new(
            "invalid_request",
            900_144,
            "The request body must contain the following parameter: 'requested_token_use'.",
        ));
    }
    let claims = shared.keys.check(form.get("assertion"), store.now_ms()).map_err(|wrong| match wrong {
        Wrong::Expired => bad(500_133, "Assertion is not within its valid time range. Ensure that the access token is not expired before using it for user assertion."),
        Wrong::Shape => bad(50027, "JWT token is invalid or malformed."),
        Wrong::Signature => bad(50013, "Assertion failed signature validation."),
    })?;
    let id = client.text("id");
    let audience = claims.text("aud");
    if audience != id && audience.strip_prefix("api://") != Some(id) {
        return Err(bad(
            500_131,
            "Assertion audience does not match the Client app presenting the assertion. The audience in the assertion was a different one and the expected audience is the application's own.",
        ));
    }
    if claims.text("idtyp") == "app" {
        return Err(bad(
            7_000_114,
            "Application is not allowed to make application on-behalf-of calls.",
        ));
    }
    let user = claims.text("oid").to_owned();
    if !store.at(Kind::User, &user).flag("accountEnabled") {
        return Err(bad(50034, "The user account does not exist in the directory."));
    }
    let wanted = Wanted::read(shared, store, form.get("scope"))?;
    let strong = claims.list("amr").iter().any(|own| own == "mfa");
    let person = Person { user: &user, nonce: "", strong };
    step_up(store, &person)?;
    for_person(shared, store, client, &person, &wanted)
}

/// Begins a sign-in on another device.
pub(super) fn device(shared: &Shared, store: &mut Store, form: &Form) -> Granted {
    let id = form.get("client_id");
    if !store.at(Kind::Client, id).flag("public") {
        return Err(Denied::new(
            "invalid_client",
            7_000_218,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        ));
    }
    Wanted::read(shared, store, form.get("scope"))?;
    let device = clock::secret();
    let user_code =
        clock::guid().replace('-', "").chars().take(9).collect::<String>().to_uppercase();
    let ends = store.now_ms() + 900_000;
    store.put(Kind::Device, json!({
        "id": device, "code": user_code, "client": id, "scope": form.get("scope"), "ends": ends, "state": "pending",
    }));
    let address = format!("{}/oauth2/v2.0/devicelogin", shared.authority());
    Ok(json!({
        "user_code": user_code, "device_code": device, "verification_uri": address, "expires_in": 900, "interval": 1,
        "message": format!("To sign in, use a web browser to open the page {address} and enter the code {user_code} to authenticate."),
    }))
}

fn device_code(shared: &Shared, store: &mut Store, client: &Value, form: &Form) -> Granted {
    let row = store.at(Kind::Device, form.get("device_code")).clone();
    if row.text("client") != client.text("id") {
        return Err(Denied::new(
            "bad_verification_code",
            70020,
            "The provided value for the input parameter 'device_code' is not valid.",
        ));
    }
    if row.field("ends").as_i64().unwrap_or(0) < store.now_ms() {
        return Err(Denied::new("expired_token", 70020, "The device code has expired."));
    }
    match row.text("state") {
        "accepted" => {
            let wanted = Wanted::read(shared, store, row.text("scope"))?;
            store.edit(Kind::Device, row.text("id"), |row| row.put("state", "used"));
            let person = Person { user: row.text("user"), nonce: "", strong: false };
            for_person(shared, store, client, &person, &wanted)
        }
        "declined" => Err(Denied::new(
            "authorization_declined",
            65004,
            "User declined to consent to access the app.",
        )),
        "used" => Err(Denied::new("invalid_grant", 70000, "The device code was already redeemed.")),
        _ => Err(Denied::new(
            "authorization_pending",
            70016,
            "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
        )),
    }
}

fn password(shared: &Shared, store: &mut Store, client: &Value, form: &Form) -> Granted {
    let user = check_password(store, form.get("username"), form.get("password"))?;
    let wanted = Wanted::read(shared, store, form.get("scope"))?;
    let person = Person { user: &user, nonce: "", strong: false };
    step_up(store, &person)?;
    for_person(shared, store, client, &person, &wanted)
}

/// The id of the person who signs in.
pub(super) fn check_password(store: &Store, name: &str, password: &str) -> Result<String, Denied> {
    let row = store.user(name).ok_or_else(|| {
        Denied::new("invalid_grant", 50034, format!("The user account {name} does not exist in the directory. To sign into this application, the account must be added to the directory."))
    })?;
    if row.text("_password") != password {
        return Err(Denied::new(
            "invalid_grant",
            50126,
            "Error validating credentials due to invalid username or password.",
        ));
    }
    if !row.flag("accountEnabled") {
        return Err(Denied::new("invalid_grant", 50057, "The user account is disabled."));
    }
    Ok(row.text("id").to_owned())
}
