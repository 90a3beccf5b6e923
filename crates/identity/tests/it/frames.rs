//! Sessions for frames of hosts: by a code from a window, by a token of the host.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use egress::Request;
use http::HeaderValue;
use kernel::{Factor, Secret};
use liaison_identity::{
    NewSession, ProviderInput, ProviderRules, Result, Returned, Way, users::UserState,
};
use serde_json::Value as Json;
use testkit::{OpenIdProvider, browser};
use url::Url;

use crate::house::{House, code};

const VERIFIER: &str = "a-verifier-of-a-test-that-is-long-enough-43-chars";
const CHALLENGE: &str = "V3c4CW3-cevE5_10JTJwIW4MTSZPt83ayoNCEiMNwx0";

impl House {
    async fn taken(&self, code: &str, verifier: &str) -> Result<NewSession> {
        self.identity.take_over(&self.caller(), self.tenant.id, code, verifier).await
    }
}

#[tokio::test]
async fn a_code_gives_the_frame_that_asked_a_session_of_the_same_person_once() {
    let house = House::new().await;
    let (user, zoe) = house.person("zoe", &[]).await;
    let given = house.identity.hand_over(&zoe, CHALLENGE).await.unwrap();
    let session = house.taken(given.expose(), VERIFIER).await.unwrap();
    assert_eq!((session.user, session.factor), (user.id, Factor::Single));
    let framed = house.enter(&session).await.unwrap();
    assert_eq!((framed.user(), framed.factor()), (Some(user.id), Factor::Single));
    // a session of its own, which the person sees beside the other and can end
    let all = house.identity.sessions(&zoe, user.id).await.unwrap();
    assert_eq!(all.len(), 2);
    house.identity.end_session(&zoe, session.id).await.unwrap();
    assert_eq!(code(house.enter(&session).await), "credential.invalid");
    // the code is used up
    assert_eq!(code(house.taken(given.expose(), VERIFIER).await), "sign_in.expired");
}

#[tokio::test]
async fn a_code_is_nothing_to_another_frame_later_or_without_a_session_behind_it() {
    let house = House::new().await;
    let (user, zoe) = house.person("zoe", &[]).await;
    for challenge in ["", "short", &"A".repeat(44), &"!".repeat(43), &"A".repeat(100_000)] {
        let refused = house.identity.hand_over(&zoe, challenge).await;
        assert_eq!(code(refused), "sign_in.expired", "{challenge:.50}");
    }
    // who asks with another verifier gets nothing, and uses it up
    let given = house.identity.hand_over(&zoe, CHALLENGE).await.unwrap();
    assert_eq!(code(house.taken(given.expose(), "another").await), "sign_in.expired");
    assert_eq!(code(house.taken(given.expose(), VERIFIER).await), "sign_in.expired");
    let given = house.identity.hand_over(&zoe, CHALLENGE).await.unwrap();
    assert_eq!(code(house.taken(given.expose(), &"v".repeat(1 << 20)).await), "sign_in.expired");
    // a minute
    let given = house.identity.hand_over(&zoe, CHALLENGE).await.unwrap();
    house.pass(61);
    assert_eq!(code(house.taken(given.expose(), VERIFIER).await), "sign_in.expired");
    // a token of a program is no person who sits before a browser
    let root = house.root();
    assert_eq!(code(house.identity.hand_over(&root, CHALLENGE).await), "sign_in.expired");
    // who may no longer sign in
    let given = house.identity.hand_over(&zoe, CHALLENGE).await.unwrap();
    house.identity.set_user_state(&root, user.id, UserState::Disabled).await.unwrap();
    assert_eq!(code(house.taken(given.expose(), VERIFIER).await), "sign_in.refused");
}

/// A token for the hub, given to a client.
async fn token(real: &OpenIdProvider, client: &str, resource: &str, scope: &str) -> String {
    let back = Url::parse("http://127.0.0.1:9/callback").unwrap();
    let mut start = Url::parse(&format!("{}/auth", real.issuer)).unwrap();
    start
        .query_pairs_mut()
        .append_pair("client_id", client)
        .append_pair("response_type", "code")
        .append_pair("redirect_uri", back.as_str())
        .append_pair("scope", scope)
        .append_pair("resource", resource)
        .append_pair("login_hint", "alice")
        .append_pair("code_challenge", CHALLENGE)
        .append_pair("code_challenge_method", "S256");
    let arrived = browser(&start, &back).await;
    let code = arrived.query_pairs().find(|(key, _)| key == "code").expect("a code").1.into_owned();
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "authorization_code")
        .append_pair("client_id", client)
        .append_pair("code", &code)
        .append_pair("redirect_uri", back.as_str())
        .append_pair("code_verifier", VERIFIER)
        .append_pair("resource", resource)
        .finish();
    let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
    let address = Url::parse(&format!("{}/token", real.issuer)).unwrap();
    let answer = testkit::outbound().fetch(Request::post(address, kind, form)).await.unwrap();
    let answer: Json = serde_json::from_slice(&answer.body).unwrap();
    answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// The client of Teams on the web, as Microsoft publishes it.
const TEAMS: &str = "5e3ce6c0-2b1f-4285-8d4b-75ee78787346";
const HOST: &str = "hub.example.org";
const RESOURCE: &str = "api://hub.example.org/liaison-public";

async fn at_host(house: &House, token: &str) -> Result<NewSession> {
    house.identity.sign_in_at_host(&house.caller(), house.tenant.id, HOST, token).await
}

#[tokio::test]
async fn a_token_that_teams_was_given_for_this_hub_signs_its_person_in() {
    let Some(real) = OpenIdProvider::start_for("alice") else { return };
    let house = House::new().await;
    house.clock.set(kernel::Clock::now(&kernel::SystemClock));
    let (_, admin) = house.admin().await;
    let mut input = ProviderInput {
        name: "Contoso ID".to_owned(),
        issuer: real.issuer.clone(),
        client_id: "liaison-public".to_owned(),
        client_secret: None,
        rules: ProviderRules { provision: true, ..ProviderRules::default() },
        enabled: true,
    };
    let id = house.identity.create_provider(&admin, input.clone()).await.unwrap().id;
    let good = token(&real, TEAMS, RESOURCE, "openid access_as_user").await;
    let session = at_host(&house, &good).await.unwrap();
    let alice = house.enter(&session).await.unwrap();
    let named = house.identity.user(&house.root(), alice.user().unwrap()).await.unwrap();
    // whoever signs in with the same provider in a window is the same person
    let back = Url::parse("http://127.0.0.1:9/sign-in/return").unwrap();
    let way = Way { return_url: &back, return_to: "/" };
    let caller = house.caller();
    let away = house.identity.begin_at_provider(&caller, house.tenant.id, id, way).await.unwrap();
    let address = browser(&away.redirect, &back).await;
    let pair = |name: &str| {
        address.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    let returned = Returned {
        state: pair("state").unwrap(),
        kept: Some(away.state.expose().to_owned()),
        code: pair("code").map(Secret::new),
        issuer: pair("iss"),
        ..Returned::default()
    };
    let arrived = house.identity.finish_at_provider(&caller, house.tenant.id, &back, returned);
    assert_eq!(arrived.await.unwrap().session.user, named.id);
    // others' tokens: another program, another hub, another purpose, a forged one, one that is over
    let mut forged = good.clone();
    forged.replace_range(good.len() - 8.., "AAAAAAAA");
    let others = [
        token(&real, "agent", RESOURCE, "openid access_as_user").await,
        token(&real, TEAMS, "api://other.example.org/liaison-public", "access_as_user").await,
        token(&real, TEAMS, RESOURCE, "openid actions:use").await,
        forged,
        format!("{}.{}.", "e30", URL_SAFE_NO_PAD.encode("{}")),
        String::new(),
    ];
    for other in &others {
        assert_eq!(code(at_host(&house, other).await), "credential.invalid", "{other}");
    }
    input.enabled = false;
    house.identity.update_provider(&admin, id, input.clone()).await.unwrap();
    assert_eq!(code(at_host(&house, &good).await), "credential.invalid");
    input.enabled = true;
    house.identity.update_provider(&admin, id, input).await.unwrap();
    house.clock.advance(Duration::from_hours(1));
    assert_eq!(code(at_host(&house, &good).await), "credential.invalid");
}
