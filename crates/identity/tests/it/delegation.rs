//! A person's own token for a connector's application, at a real provider.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Clock as _, Scope, Secret, SystemClock};
use liaison_identity::{ProviderInput, ProviderRules, Returned, Way, users::UserState};
use serde_json::Value as Json;
use testkit::{DelegationProvider, Person};
use url::Url;

use crate::house::{House, code};

const CONNECTOR: &str = "api://connector";

fn back() -> Url {
    Url::parse("http://127.0.0.1:9/sign-in/return").unwrap()
}

/// Signs `alice` in at the provider, which is set up by these rules.
async fn sign_in(house: &House, real: &DelegationProvider, act_for: bool) -> Scope {
    house.clock.set(SystemClock.now());
    let (_, admin) = house.admin().await;
    let rules = ProviderRules {
        provision: true,
        act_for,
        scopes: vec![format!("{CONNECTOR}/access_as_user")],
        ..ProviderRules::default()
    };
    let new = ProviderInput {
        name: "Contoso ID".to_owned(),
        issuer: real.issuer.to_string(),
        client_id: "hub".to_owned(),
        client_secret: Some(Secret::new("the-hub's-own-secret".to_owned())),
        rules,
        enabled: true,
    };
    let id = house.identity.create_provider(&admin, new).await.unwrap().id;
    let (caller, tenant) = (house.caller(), house.tenant.id);
    let way = Way { return_url: &back(), return_to: "/" };
    let departure = house.identity.begin_at_provider(&caller, tenant, id, way).await.unwrap();
    let address = Person::default().sign_in(&departure.redirect, &back(), "alice", true).await;
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
    let arrival =
        house.identity.finish_at_provider(&caller, tenant, &back(), returned).await.unwrap();
    house.enter(&arrival.session).await.unwrap()
}

/// Where the provider exchanges tokens.
fn exchange(real: &DelegationProvider) -> Url {
    real.address("/oauth2/v2.0/token")
}

fn claims(token: &Secret<String>) -> Json {
    let payload = token.expose().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

async fn refreshes(real: &DelegationProvider) -> u64 {
    let seen: Json = serde_json::from_str(&real.control("{}").await).unwrap();
    seen["asked"]["refresh_token"].as_u64().unwrap_or(0)
}

#[tokio::test]
async fn a_person_has_a_token_for_a_connector_as_long_as_they_are_signed_in_there() {
    let Some(real) = DelegationProvider::start() else { return };
    let house = House::new().await;
    let alice = sign_in(&house, &real, true).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (identity, alice) = (Arc::clone(&house.identity), alice.clone());
        let to = exchange(&real);
        tasks.spawn(
            async move { identity.assertion(&alice, CONNECTOR, &to).await.unwrap().unwrap() },
        );
    }
    let all = tasks.join_all().await;
    assert_eq!(refreshes(&real).await, 1, "one question for all");
    let said = claims(&all[0]);
    assert_eq!((&said["sub"], &said["aud"]), (&"alice".into(), &CONNECTOR.into()));

    // The provider takes each refresh token once: the next question goes out with the stored successor.
    for hours in 1..4 {
        house.pass(3600);
        real.control(r#"{"advance": 3600}"#).await;
        house.identity.assertion(&alice, CONNECTOR, &exchange(&real)).await.unwrap().unwrap();
        assert_eq!(refreshes(&real).await, 1 + hours);
    }

    let user = alice.user().unwrap();
    house.identity.sign_out_everywhere(&alice, user).await.unwrap();
    assert!(house.identity.assertion(&alice, CONNECTOR, &exchange(&real)).await.unwrap().is_none());
    assert_eq!(refreshes(&real).await, 4);
}

#[tokio::test]
async fn nothing_is_kept_unless_the_provider_is_set_up_so() {
    let Some(real) = DelegationProvider::start() else { return };
    let house = House::new().await;
    let alice = sign_in(&house, &real, false).await;
    assert!(house.identity.assertion(&alice, CONNECTOR, &exchange(&real)).await.unwrap().is_none());
    let root = house.root();
    assert!(house.identity.assertion(&root, CONNECTOR, &exchange(&real)).await.unwrap().is_none());
    assert_eq!(refreshes(&real).await, 0);
}

#[tokio::test]
async fn who_is_no_longer_known_there_is_told_to_sign_in_again() {
    let Some(mut real) = DelegationProvider::start() else { return };
    let house = House::new().await;
    let alice = sign_in(&house, &real, true).await;
    real.control(r#"{"advance": 90000}"#).await;
    let over = house.identity.assertion(&alice, CONNECTOR, &exchange(&real)).await;
    assert_eq!(code(over), "authorization.ended");
    real.stop();
    house.pass(10);
    let nobody = house.identity.assertion(&alice, CONNECTOR, &exchange(&real)).await;
    assert_eq!(code(nobody), "provider.unreachable");
}

#[tokio::test]
async fn a_persons_token_goes_to_the_authority_of_their_sign_in_alone() {
    let Some(real) = DelegationProvider::start() else { return };
    let house = House::new().await;
    let alice = sign_in(&house, &real, true).await;
    for elsewhere in ["https://login.evil.example/token", "https://login.microsoftonline.com/token"]
    {
        let to = Url::parse(elsewhere).unwrap();
        let refused = house.identity.assertion(&alice, CONNECTOR, &to).await;
        assert_eq!(code(refused), "authorization.authority");
    }
    assert_eq!(refreshes(&real).await, 0, "nothing was asked for");
    house.identity.assertion(&alice, CONNECTOR, &exchange(&real)).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_refresh_that_ends_after_a_sign_out_keeps_nothing() {
    let Some(real) = DelegationProvider::start() else { return };
    let house = House::new().await;
    let alice = sign_in(&house, &real, true).await;
    real.control(r#"{"delay": 1500}"#).await;
    let (identity, person, to) = (Arc::clone(&house.identity), alice.clone(), exchange(&real));
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(async move { code(identity.assertion(&person, CONNECTOR, &to).await) });
    while refreshes(&real).await == 0 {}
    house.identity.sign_out_everywhere(&alice, alice.user().unwrap()).await.unwrap();
    assert_eq!(tasks.join_all().await, ["authorization.state"]);
    real.control(r#"{"delay": 0}"#).await;
    let later = house.identity.assertion(&alice, CONNECTOR, &exchange(&real)).await;
    assert!(later.unwrap().is_none());
}

#[tokio::test]
async fn who_is_disabled_or_deleted_has_nothing_kept_and_no_late_answer_brings_it_back() {
    let Some(real) = DelegationProvider::start() else { return };
    let house = House::new().await;
    let alice = sign_in(&house, &real, true).await;
    let user = alice.user().unwrap();
    let root = house.system.scope(house.tenant.id, "test");
    real.control(r#"{"delay": 1500}"#).await;
    let (identity, person, to) = (Arc::clone(&house.identity), alice.clone(), exchange(&real));
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(async move { code(identity.assertion(&person, CONNECTOR, &to).await) });
    while refreshes(&real).await == 0 {}
    house.identity.set_user_state(&root, user, UserState::Disabled).await.unwrap();
    assert_eq!(tasks.join_all().await, ["authorization.state"]);
    real.control(r#"{"delay": 0}"#).await;
    // Being active again brings nothing back either.
    house.identity.set_user_state(&root, user, UserState::Active).await.unwrap();
    let later = house.identity.assertion(&alice, CONNECTOR, &exchange(&real)).await;
    assert!(later.unwrap().is_none());
    house.identity.delete_user(&root, user).await.unwrap();
    let later = house.identity.assertion(&alice, CONNECTOR, &exchange(&real)).await;
    assert!(later.unwrap().is_none());
}
