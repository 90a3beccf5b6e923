//! Sign-in against a real provider, and what has to be refused.
#![cfg(test)]

mod crowd;
mod grants;
mod hostile;
mod hosts;
mod house;
mod logs;

use std::sync::Arc;

use egress::{Client, Settings};
use kernel::{Coded as _, Ids, Secret, SystemClock};
use liaison_oauth::{Callback, Claims, Error, Oidc, Proof, Provider};
use testkit::{OpenIdProvider, browser};
use url::Url;

fn oidc() -> Oidc {
    let settings =
        Settings { allowed_networks: vec!["127.0.0.0/8".parse().unwrap()], ..Settings::default() };
    Oidc::new(Client::new(settings).unwrap(), Arc::new(SystemClock))
}

fn at(issuer: &str, client_id: &str, secret: Option<&str>) -> Provider {
    Provider {
        issuer: issuer.to_owned(),
        client_id: client_id.to_owned(),
        client_secret: secret.map(|s| Secret::new(s.to_owned())),
        scopes: vec!["profile".to_owned(), "email".to_owned()],
    }
}

fn back() -> Url {
    Url::parse("http://127.0.0.1:9/sign-in/return").unwrap()
}

async fn sign_in(oidc: &Oidc, provider: &Provider, user: &str) -> (Proof, String) {
    let begun = Proof::draw(&Ids::system());
    let url = oidc.begin(provider, &back(), Some(user), &begun).await.unwrap();
    let returned = browser(&url, &back()).await;
    let pair =
        |name: &str| returned.query_pairs().find(|(k, _)| k == name).map(|(_, v)| v.into_owned());
    assert_eq!(pair("state").as_ref(), Some(begun.state.expose()));
    (begun, pair("code").unwrap_or_default())
}

async fn finish(
    oidc: &Oidc,
    provider: &Provider,
    begun: &Proof,
    code: &str,
) -> Result<Claims, Error> {
    let callback = Callback {
        code: Some(Secret::new(code.to_owned())),
        issuer: Some(provider.issuer.clone()),
        ..Callback::default()
    };
    oidc.finish(provider, &back(), &callback, begun).await.map(|arrived| arrived.claims)
}

#[tokio::test]
async fn a_person_signs_in_with_every_kind_of_client() {
    let Some(real) = OpenIdProvider::start(None) else { return };
    for (client, secret) in [
        ("liaison", Some("secret+with/odd=characters")),
        ("liaison-post", Some("another-secret")),
        ("liaison-public", None),
    ] {
        let (oidc, provider) = (oidc(), at(&real.issuer, client, secret));
        let (begun, code) = sign_in(&oidc, &provider, "alice").await;
        let claims = finish(&oidc, &provider, &begun, &code).await.unwrap();
        assert_eq!((claims.subject.as_str(), &claims.issuer), ("alice", &real.issuer), "{client}");
        assert_eq!(claims.text("email"), Some("alice@liaison.test"));
        assert_eq!(claims.list("groups"), ["sellers"]);
        assert_eq!(claims.list("amr"), ["pwd"]);
    }
}

#[tokio::test]
async fn a_second_factor_shows_in_the_claims() {
    let Some(real) = OpenIdProvider::start(None) else { return };
    let (oidc, provider) = (oidc(), at(&real.issuer, "liaison-public", None));
    let (begun, code) = sign_in(&oidc, &provider, "mia").await;
    let claims = finish(&oidc, &provider, &begun, &code).await.unwrap();
    assert_eq!((claims.list("amr"), claims.text("acr")), (vec!["pwd", "otp"], Some("2")));
}

#[tokio::test]
async fn another_nonce_another_verifier_and_a_used_code_are_refused() {
    let Some(real) = OpenIdProvider::start(None) else { return };
    let (oidc, provider) = (oidc(), at(&real.issuer, "liaison-public", None));
    let (begun, code) = sign_in(&oidc, &provider, "alice").await;
    let other = Proof { nonce: Secret::new("other".to_owned()), ..begun.clone() };
    let refused = finish(&oidc, &provider, &other, &code).await;
    assert!(matches!(refused, Err(Error::Token { .. })), "{refused:?}");
    let used = finish(&oidc, &provider, &begun, &code).await;
    assert!(matches!(used, Err(Error::Provider { ref error, .. }) if error == "invalid_grant"));

    let (begun, code) = sign_in(&oidc, &provider, "alice").await;
    let other = Proof { verifier: Secret::new("x".repeat(43)), ..begun };
    let refused = finish(&oidc, &provider, &other, &code).await;
    assert!(matches!(refused, Err(Error::Provider { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_wrong_secret_is_refused_by_the_provider() {
    let Some(real) = OpenIdProvider::start(None) else { return };
    let (oidc, provider) = (oidc(), at(&real.issuer, "liaison", Some("wrong")));
    let (begun, code) = sign_in(&oidc, &provider, "alice").await;
    let refused = finish(&oidc, &provider, &begun, &code).await.unwrap_err();
    assert_eq!(refused.code().name(), "provider.refused");
}

#[tokio::test]
async fn an_answer_that_does_not_name_its_provider_is_refused() {
    let Some(real) = OpenIdProvider::start(None) else { return };
    let (oidc, provider) = (oidc(), at(&real.issuer, "liaison-public", None));
    assert!(oidc.discover(&real.issuer).await.unwrap().names_itself);
    let (begun, code) = sign_in(&oidc, &provider, "alice").await;
    for issuer in [None, Some("https://evil.example".to_owned())] {
        let callback =
            Callback { code: Some(Secret::new(code.clone())), issuer, ..Callback::default() };
        let refused = oidc.finish(&provider, &back(), &callback, &begun).await.unwrap_err();
        assert_eq!(refused.code().name(), "authorization.issuer");
    }
    finish(&oidc, &provider, &begun, &code).await.unwrap();
}

#[tokio::test]
async fn rotated_keys_are_fetched_again() {
    let Some(mut real) = OpenIdProvider::start(None) else { return };
    let clock = testkit::FixedClock::new();
    clock.set(kernel::Clock::now(&SystemClock));
    let settings =
        Settings { allowed_networks: vec!["127.0.0.0/8".parse().unwrap()], ..Settings::default() };
    let shared: Arc<dyn kernel::Clock> = Arc::<testkit::FixedClock>::clone(&clock);
    let oidc = Oidc::new(Client::new(settings).unwrap(), shared);
    let provider = at(&real.issuer, "liaison-public", None);
    let (begun, code) = sign_in(&oidc, &provider, "alice").await;
    finish(&oidc, &provider, &begun, &code).await.unwrap();

    real.restart();
    let (begun, code) = sign_in(&oidc, &provider, "alice").await;
    let early = finish(&oidc, &provider, &begun, &code).await;
    assert!(matches!(early, Err(Error::Token { .. })), "within the cool-down: {early:?}");

    clock.advance(std::time::Duration::from_secs(31));
    let (begun, code) = sign_in(&oidc, &provider, "alice").await;
    finish(&oidc, &provider, &begun, &code).await.unwrap();
}

#[tokio::test]
async fn nobody_listening_is_unreachable() {
    let nobody = oidc().discover("http://127.0.0.1:9/x").await;
    assert!(matches!(nobody, Err(Error::Unreachable(_))), "{nobody:?}");
}
