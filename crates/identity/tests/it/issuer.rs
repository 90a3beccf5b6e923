//! Tokens of our own, verified as a receiver does: by what is published.

use identity::{Error, PublicKey, Role, TokenClaims};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use kernel::{Permission, Scope};
use liaison_identity as identity;
use serde_json::Value as Json;

use crate::house::House;

const DAY: u64 = 24 * 60 * 60;

fn claims() -> TokenClaims {
    let id = uuid::Uuid::from_u128(7);
    TokenClaims { audience: "https://api.contoso.example".to_owned(), id }
}

/// The claims, if one of the keys signed them for this audience.
fn verified(token: &str, keys: &[PublicKey], audience: &str) -> Option<Json> {
    let header = decode_header(token).unwrap();
    let key = keys.iter().find(|key| Some(&key.id) == header.kid.as_ref())?;
    let key = DecodingKey::from_rsa_components(&key.modulus, &key.exponent).unwrap();
    let mut rules = Validation::new(Algorithm::RS256);
    rules.set_audience(&[audience]);
    // the clock of these tests stands still
    (rules.validate_exp, rules.validate_nbf) = (false, false);
    decode::<Json>(token, &key, &rules).ok().map(|token| token.claims)
}

async fn person(house: &House) -> Scope {
    let user = house.user("ada", &[Role::Seller]).await.id;
    let may = &[Permission::MessageWrite];
    testkit::scope(house.tenant.id, kernel::Actor::User(user), may)
}

#[tokio::test]
async fn a_receiver_verifies_a_token_by_what_is_published() {
    let house = House::new().await;
    let ada = person(&house).await;
    assert!(house.identity.public_keys(house.tenant.id).await.unwrap().is_empty());
    let token = house.identity.sign_token(&ada, &claims()).await.unwrap();
    let keys = house.identity.public_keys(house.tenant.id).await.unwrap();
    assert_eq!(keys.len(), 1);
    let said = verified(token.expose(), &keys, "https://api.contoso.example").unwrap();
    let now = house.now().as_second();
    let issuer = format!("https://hub.example.org/sts/{}", house.tenant.id);
    assert_eq!(house.identity.issuer(house.tenant.id), issuer);
    assert_eq!(said["iss"], issuer);
    assert_eq!(said["sub"], ada.user().unwrap().to_string());
    assert_eq!((&said["iat"], &said["exp"]), (&now.into(), &(now + 300).into()));
    assert!(said["nbf"].as_i64().unwrap() <= now);
    assert_eq!(said["jti"], claims().id.to_string());
    assert!(verified(token.expose(), &keys, "https://other.example").is_none());
    let (signed, signature) = token.expose().rsplit_once('.').unwrap();
    let forged = format!("{}.{signature}", signed.replacen('.', ".e30", 1));
    assert!(verified(&forged, &keys, "https://api.contoso.example").is_none());
}

#[tokio::test]
async fn a_key_is_published_before_it_signs_and_after() {
    let house = House::new().await;
    let (ada, root) = (person(&house).await, house.root());
    let first = house.identity.sign_token(&ada, &claims()).await.unwrap();
    let made = house.identity.rotate_signing_key(&root, false).await.unwrap();
    let second = house.identity.sign_token(&ada, &claims()).await.unwrap();
    let kid = |token: &str| decode_header(token).unwrap().kid.unwrap();
    assert_eq!(kid(first.expose()), kid(second.expose()), "the new key does not sign yet");
    let keys = house.identity.public_keys(house.tenant.id).await.unwrap();
    assert_eq!(keys.len(), 2);
    house.pass(DAY + 1);
    let third = house.identity.sign_token(&ada, &claims()).await.unwrap();
    assert_eq!(kid(third.expose()), made.id.to_string());
    let keys = house.identity.public_keys(house.tenant.id).await.unwrap();
    for token in [&second, &third] {
        assert!(verified(token.expose(), &keys, &claims().audience).is_some());
    }
    house.pass(DAY);
    let keys = house.identity.public_keys(house.tenant.id).await.unwrap();
    assert_eq!(keys.iter().map(|key| key.id.as_str()).collect::<Vec<_>>(), [made.id.to_string()]);
}

#[tokio::test]
async fn a_key_gives_way_to_a_new_one_in_time() {
    let house = House::new().await;
    let ada = person(&house).await;
    house.identity.sign_token(&ada, &claims()).await.unwrap();
    house.pass(91 * DAY);
    house.identity.sign_token(&ada, &claims()).await.unwrap();
    house.pass(61);
    house.identity.sign_token(&ada, &claims()).await.unwrap();
    let keys = house.identity.signing_keys(&house.root()).await.unwrap();
    assert_eq!(keys.len(), 2, "one successor, not one a token");
    assert!(keys[0].starts_at > house.now());
}

#[tokio::test]
async fn a_key_that_others_know_is_gone_at_once() {
    let house = House::new().await;
    let (ada, root) = (person(&house).await, house.root());
    let old = house.identity.sign_token(&ada, &claims()).await.unwrap();
    house.identity.rotate_signing_key(&root, true).await.unwrap();
    let keys = house.identity.public_keys(house.tenant.id).await.unwrap();
    assert!(verified(old.expose(), &keys, &claims().audience).is_none());
    let new = house.identity.sign_token(&ada, &claims()).await.unwrap();
    assert!(verified(new.expose(), &keys, &claims().audience).is_some());
    let denied = house.identity.rotate_signing_key(&ada, true).await;
    assert!(matches!(denied, Err(Error::Denied(_))));
}

#[tokio::test]
async fn only_a_person_gets_a_token_and_only_a_tenant_has_keys() {
    let house = House::new().await;
    let refused = house.identity.sign_token(&house.root(), &claims()).await;
    assert!(matches!(refused, Err(Error::Unauthenticated)));
    let nobody = uuid::Uuid::from_u128(9).into();
    assert!(matches!(house.identity.public_keys(nobody).await, Err(Error::Unknown(_))));
}
