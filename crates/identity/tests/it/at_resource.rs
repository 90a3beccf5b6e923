//! Access tokens of a real provider, shown to a resource of the hub.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use egress::Request;
use http::HeaderValue;
use kernel::{Permission, ProviderId, Scope, Secret};
use liaison_identity::{ProviderInput, ProviderRules, Result, Returned, Way, users::UserState};
use serde_json::{Value as Json, json};
use testkit::{OpenIdProvider, browser, within};
use url::Url;

use crate::house::{House, code};

const RESOURCE: &str = "https://hub.example.org/mcp";
const VERIFIER: &str = "a-verifier-of-a-test-that-is-long-enough-43-chars";
const CHALLENGE: &str = "V3c4CW3-cevE5_10JTJwIW4MTSZPt83ayoNCEiMNwx0";

fn now(house: &House) {
    house.clock.set(kernel::Clock::now(&kernel::SystemClock));
}

fn input(issuer: &str, enabled: bool) -> ProviderInput {
    ProviderInput {
        name: "Contoso ID".to_owned(),
        issuer: issuer.to_owned(),
        client_id: "liaison-public".to_owned(),
        client_secret: None,
        rules: ProviderRules { provision: true, ..ProviderRules::default() },
        enabled,
    }
}

/// A provider that the house knows, and `alice` who has signed in with it once.
async fn known(house: &House, real: &OpenIdProvider) -> ProviderId {
    now(house);
    let (_, admin) = house.admin().await;
    let new = input(&real.issuer, true);
    let id = house.identity.create_provider(&admin, new).await.unwrap().id;
    let back = Url::parse("http://127.0.0.1:9/sign-in/return").unwrap();
    let way = Way { return_url: &back, return_to: "/" };
    let caller = house.caller();
    let departure =
        house.identity.begin_at_provider(&caller, house.tenant.id, id, way).await.unwrap();
    let address = browser(&departure.redirect, &back).await;
    let pair = |name: &str| {
        address.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    let returned = Returned {
        state: pair("state").unwrap(),
        kept: Some(departure.state.expose().to_owned()),
        code: pair("code").map(Secret::new),
        issuer: pair("iss"),
        ..Returned::default()
    };
    house.identity.finish_at_provider(&caller, house.tenant.id, &back, returned).await.unwrap();
    id
}

/// What an agent gets at the token endpoint for somebody.
async fn answer(real: &OpenIdProvider, user: &str, wanted: (&str, &str)) -> Json {
    let (resource, scope) = wanted;
    let back = Url::parse("http://127.0.0.1:9/callback").unwrap();
    let mut start = Url::parse(&format!("{}/auth", real.issuer)).unwrap();
    start
        .query_pairs_mut()
        .append_pair("client_id", "agent")
        .append_pair("response_type", "code")
        .append_pair("redirect_uri", back.as_str())
        .append_pair("scope", scope)
        .append_pair("resource", resource)
        .append_pair("login_hint", user)
        .append_pair("code_challenge", CHALLENGE)
        .append_pair("code_challenge_method", "S256");
    let arrived = browser(&start, &back).await;
    let code = arrived.query_pairs().find(|(key, _)| key == "code").expect("a code").1.into_owned();
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "authorization_code")
        .append_pair("client_id", "agent")
        .append_pair("code", &code)
        .append_pair("redirect_uri", back.as_str())
        .append_pair("code_verifier", VERIFIER)
        .append_pair("resource", resource)
        .finish();
    let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
    let address = Url::parse(&format!("{}/token", real.issuer)).unwrap();
    let answer = testkit::outbound().fetch(Request::post(address, kind, form)).await.unwrap();
    serde_json::from_slice(&answer.body).unwrap()
}

async fn token(real: &OpenIdProvider, user: &str, resource: &str, scope: &str) -> String {
    let answer = answer(real, user, (resource, scope)).await;
    answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

async fn show(house: &House, token: &str) -> Result<Scope> {
    let caller = house.caller();
    house.identity.authenticate_at_resource(house.tenant.id, RESOURCE, token, &caller).await
}

#[tokio::test]
async fn a_token_for_this_resource_lets_its_person_in_with_what_its_scopes_name() {
    let Some(real) = OpenIdProvider::start_for("alice") else { return };
    let house = House::new().await;
    known(&house, &real).await;
    let good = token(&real, "alice", RESOURCE, "openid actions:use").await;
    let scope = show(&house, &good).await.unwrap();
    let user = house.identity.user(&house.root(), scope.user().unwrap()).await.unwrap();
    assert_eq!(user.display_name, "Alice Martin");
    assert!(scope.may(Permission::ActionUse) && scope.may(Permission::ConnectionUse));
    assert!(!scope.may(Permission::MessageRead) && !scope.may(Permission::ProfileRead));
    // the same token is the same credential, and another one is another
    let again = show(&house, &good).await.unwrap();
    assert_eq!(again.credential(), scope.credential());
    let other = token(&real, "alice", RESOURCE, "openid actions:use messages:read").await;
    let other = show(&house, &other).await.unwrap();
    assert_ne!(other.credential(), scope.credential());
    assert!(!other.may(Permission::MessageRead), "tokens of providers call actions, and no more");
    // a token that may not call is known, and may nothing
    let narrow = token(&real, "alice", RESOURCE, "openid messages:read").await;
    assert!(!show(&house, &narrow).await.unwrap().may(Permission::ActionUse));
}

#[tokio::test]
async fn a_token_for_somebody_else_or_for_nobody_here_is_refused() {
    let Some(real) = OpenIdProvider::start_for("alice") else { return };
    let house = House::new().await;
    known(&house, &real).await;
    let elsewhere = token(&real, "alice", "https://other.example.org/mcp", "actions:use").await;
    assert_eq!(code(show(&house, &elsewhere).await), "credential.invalid");
    // nobody is made by a token
    let stranger = token(&real, "mia", RESOURCE, "openid actions:use").await;
    assert_eq!(code(show(&house, &stranger).await), "credential.invalid");
    // an id token says who somebody is, and opens nothing
    let answer = answer(&real, "alice", (RESOURCE, "openid actions:use")).await;
    let id_token = answer["id_token"].as_str().unwrap();
    assert_eq!(code(show(&house, id_token).await), "credential.invalid");
}

#[tokio::test]
async fn what_was_changed_by_anybody_is_refused() {
    let Some(real) = OpenIdProvider::start_for("alice") else { return };
    let house = House::new().await;
    known(&house, &real).await;
    let good = token(&real, "alice", RESOURCE, "openid actions:use").await;
    let [head, payload, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!() };
    let decoded = |part: &str| -> Json {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    let write = |json: &Json| URL_SAFE_NO_PAD.encode(json.to_string());
    let mut claims = decoded(payload);
    claims["sub"] = json!("mia");
    let mut header = decoded(head);
    let mut forged = vec![format!("{head}.{}.{signature}", write(&claims))];
    for alg in ["none", "HS256"] {
        header["alg"] = json!(alg);
        forged.push(format!("{}.{payload}.{signature}", write(&header)));
        forged.push(format!("{}.{payload}.", write(&header)));
    }
    let mut header = decoded(head);
    header["kid"] = json!("another");
    forged.push(format!("{}.{payload}.{signature}", write(&header)));
    forged.extend([format!("{head}.{payload}"), format!("{good}.x"), format!("{head}.{payload}.")]);
    // a provider that the tenant does not know
    claims["iss"] = json!("http://127.0.0.1:9/elsewhere");
    forged.push(format!("{head}.{}.{signature}", write(&claims)));
    for token in &forged {
        assert_eq!(code(show(&house, token).await), "credential.invalid", "{token}");
    }
    assert!(show(&house, &good).await.is_ok());
}

#[tokio::test]
async fn it_ends_with_its_time_and_begins_with_it() {
    let Some(real) = OpenIdProvider::start_for("alice") else { return };
    let house = House::new().await;
    known(&house, &real).await;
    let good = token(&real, "alice", RESOURCE, "openid actions:use").await;
    assert!(show(&house, &good).await.is_ok());
    // clocks may differ by a minute
    house.pass(600 + 30);
    assert!(show(&house, &good).await.is_ok());
    house.pass(60);
    assert_eq!(code(show(&house, &good).await), "credential.invalid");
    house.clock.set(kernel::Clock::now(&kernel::SystemClock) - Duration::from_mins(10));
    let early = token(&real, "alice", RESOURCE, "openid actions:use").await;
    assert_eq!(code(show(&house, &early).await), "credential.invalid");
}

#[tokio::test]
async fn a_person_or_a_provider_that_is_shut_out_is_out_at_once() {
    let Some(real) = OpenIdProvider::start_for("alice") else { return };
    let house = House::new().await;
    let id = known(&house, &real).await;
    let root = house.root();
    let good = token(&real, "alice", RESOURCE, "openid actions:use").await;
    let scope = show(&house, &good).await.unwrap();
    let mut stays = house.identity.presence(&scope);
    let early = tokio::time::timeout(Duration::from_millis(200), stays.over()).await;
    assert!(early.is_err(), "who may stay, stays");
    let off = input(&real.issuer, false);
    house.identity.update_provider(&root, id, off).await.unwrap();
    within("the end with the provider", stays.over()).await;
    assert_eq!(code(show(&house, &good).await), "credential.invalid");
    let on = input(&real.issuer, true);
    house.identity.update_provider(&root, id, on).await.unwrap();
    let scope = show(&house, &good).await.unwrap();
    let mut stays = house.identity.presence(&scope);
    house.identity.set_user_state(&root, scope.user().unwrap(), UserState::Locked).await.unwrap();
    within("the end with the person", stays.over()).await;
    assert_eq!(code(show(&house, &good).await), "credential.invalid");
}

#[tokio::test]
async fn keys_that_a_provider_took_back_open_nothing_and_its_new_ones_do() {
    let Some(mut real) = OpenIdProvider::start_for("alice") else { return };
    let house = House::new().await;
    known(&house, &real).await;
    let old = token(&real, "alice", RESOURCE, "openid actions:use").await;
    assert!(show(&house, &old).await.is_ok());
    real.restart();
    let new = token(&real, "alice", RESOURCE, "openid actions:use").await;
    // an unknown key makes the hub look again, once in a while
    house.pass(31);
    assert!(show(&house, &new).await.is_ok());
    // what was proven counts for five minutes
    house.pass(301);
    assert_eq!(code(show(&house, &old).await), "credential.invalid");
}

#[tokio::test]
async fn a_provider_that_is_down_is_no_verdict_and_is_not_asked_over_and_over() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    house.identity.create_provider(&admin, input("http://127.0.0.1:9/tenant", true)).await.unwrap();
    let part = |json: Json| URL_SAFE_NO_PAD.encode(json.to_string());
    let head = part(json!({"alg": "RS256", "kid": "k", "typ": "at+jwt"}));
    let claims = part(json!({"iss": "http://127.0.0.1:9/tenant", "aud": RESOURCE}));
    let token = format!("{head}.{claims}.c2ln");
    assert_eq!(code(show(&house, &token).await), "provider.unreachable");
    assert_eq!(code(show(&house, &token).await), "authorization.busy");
}
