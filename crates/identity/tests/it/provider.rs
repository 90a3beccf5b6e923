//! There and back, at a real provider.

use kernel::{ProviderId, Secret};
use liaison_identity::{
    Arrival, Departure, ProviderInput, ProviderRules, Returned, Way, users::UserFilter,
};
use testkit::{OpenIdProvider, browser};
use url::Url;

use crate::house::{House, code};

fn back() -> Url {
    Url::parse("http://127.0.0.1:9/sign-in/return").unwrap()
}

/// The clock of tests stands still in another year; the provider's does not.
fn now(house: &House) {
    house.clock.set(kernel::Clock::now(&kernel::SystemClock));
}

async fn known(house: &House, issuer: &str) -> ProviderId {
    let (_, admin) = house.admin().await;
    let new = ProviderInput {
        name: "Contoso ID".to_owned(),
        issuer: issuer.to_owned(),
        client_id: "liaison".to_owned(),
        client_secret: Some(Secret::new("secret+with/odd=characters".to_owned())),
        rules: ProviderRules { provision: true, ..ProviderRules::default() },
        enabled: true,
    };
    house.identity.create_provider(&admin, new).await.unwrap().id
}

async fn leave(house: &House, id: ProviderId, to: &str) -> liaison_identity::Result<Departure> {
    let way = Way { return_url: &back(), return_to: to };
    house.identity.begin_at_provider(&house.caller(), house.tenant.id, id, way).await
}

async fn come_back(house: &House, returned: Returned) -> liaison_identity::Result<Arrival> {
    let (caller, tenant) = (house.caller(), house.tenant.id);
    house.identity.finish_at_provider(&caller, tenant, &back(), returned).await
}

/// What the browser that left brings back.
async fn returned(departure: &Departure) -> Returned {
    let address = browser(&departure.redirect, &back()).await;
    let pair = |name: &str| {
        address.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    Returned {
        state: pair("state").unwrap_or_default(),
        kept: Some(departure.state.expose().to_owned()),
        code: pair("code").map(Secret::new),
        issuer: pair("iss"),
        error: pair("error"),
        description: pair("error_description"),
    }
}

#[tokio::test]
async fn a_person_goes_there_and_comes_back_signed_in() {
    let Some(real) = OpenIdProvider::start_for("alice") else { return };
    let house = House::new().await;
    now(&house);
    let id = known(&house, &real.issuer).await;
    let departure = leave(&house, id, "/teams").await.unwrap();
    let answer = returned(&departure).await;
    let arrival = come_back(&house, answer.clone()).await.unwrap();
    assert_eq!(arrival.return_to, "/teams");
    let scope = house.enter(&arrival.session).await.unwrap();
    let user = house.identity.user(&scope, arrival.session.user).await.unwrap();
    assert_eq!(user.display_name, "Alice Martin");
    assert_eq!(code(come_back(&house, answer).await), "sign_in.expired", "an answer counts once");
}

#[tokio::test]
async fn an_answer_in_another_browser_signs_nobody_in() {
    let Some(real) = OpenIdProvider::start_for("alice") else { return };
    let house = House::new().await;
    now(&house);
    let id = known(&house, &real.issuer).await;
    let departure = leave(&house, id, "//evil").await.unwrap();
    let right = returned(&departure).await;
    for kept in [None, Some(String::new()), Some("x".repeat(43))] {
        let wrong = Returned { kept, ..right.clone() };
        assert_eq!(code(come_back(&house, wrong).await), "sign_in.expired");
    }
    let nothing = Returned { kept: Some(String::new()), ..Returned::default() };
    assert_eq!(code(come_back(&house, nothing).await), "sign_in.expired");
    // The attempt is untouched: the browser that began it still comes in.
    assert_eq!(come_back(&house, right).await.unwrap().return_to, "/");
}

#[tokio::test]
async fn a_refusal_of_the_provider_says_so_and_ends_the_attempt() {
    let Some(real) = OpenIdProvider::start_for("nobody") else { return };
    let house = House::new().await;
    now(&house);
    let id = known(&house, &real.issuer).await;
    let departure = leave(&house, id, "/").await.unwrap();
    let answer = returned(&departure).await;
    assert_eq!(answer.error.as_deref(), Some("access_denied"));
    assert_eq!(code(come_back(&house, answer.clone()).await), "provider.refused");
    assert_eq!(code(come_back(&house, answer).await), "sign_in.expired");
    let root = house.root();
    let users = house.identity.users(&root, UserFilter::default(), kernel::Limit::default(), None);
    assert_eq!(users.await.unwrap().items.len(), 1, "the administrator alone");
}

#[tokio::test]
async fn a_provider_that_nobody_answers_for_is_unreachable() {
    let house = House::new().await;
    let id = known(&house, "http://127.0.0.1:9/tenant").await;
    assert_eq!(code(leave(&house, id, "/").await), "provider.unreachable");
    let unknown: ProviderId = house.ids.fresh();
    assert_eq!(code(leave(&house, unknown, "/").await), "provider.not_found");
}

#[tokio::test]
async fn a_sign_in_that_takes_too_long_is_over() {
    let Some(real) = OpenIdProvider::start_for("alice") else { return };
    let house = House::new().await;
    now(&house);
    let id = known(&house, &real.issuer).await;
    let departure = leave(&house, id, "/").await.unwrap();
    let answer = returned(&departure).await;
    house.pass(601);
    assert_eq!(code(come_back(&house, answer).await), "sign_in.expired");
}

#[tokio::test]
async fn a_provider_without_its_secret_is_asked_as_a_public_client() {
    let Some(real) = OpenIdProvider::start_for("alice") else { return };
    let house = House::new().await;
    now(&house);
    let id = known(&house, &real.issuer).await;
    house.identity.remove_provider_secret(&house.root(), id).await.unwrap();
    let departure = leave(&house, id, "/").await.unwrap();
    let answer = returned(&departure).await;
    // This provider wants the secret of this client, and does not get the one that was taken away.
    assert_eq!(code(come_back(&house, answer).await), "provider.refused");
}

#[tokio::test]
async fn a_probe_finds_the_sign_in_of_a_provider() {
    let Some(real) = OpenIdProvider::start_for("alice") else { return };
    let house = House::new().await;
    let id = known(&house, &real.issuer).await;
    let found = house.identity.probe_provider(&house.root(), id).await.unwrap();
    assert!(found.as_str().starts_with(&real.issuer), "{found}");
    let (_, zoe) = house.person("zoe", &[]).await;
    assert_eq!(code(house.identity.probe_provider(&zoe, id).await), "permission.missing");
}
