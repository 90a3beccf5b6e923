use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use kernel::{Factor, Scope};
use liaison_identity::{
    Answer, Method, SignedIn,
    passkeys::{NewPasskey, Passkey},
};
use serde_json::{Value as Json, json};
use webauthn::Assertion;

use crate::{
    authenticator::Authenticator,
    house::{House, PASSWORD, code},
};

type Change = fn(&mut Authenticator);

async fn try_enrol(
    house: &House,
    scope: &Scope,
    make: impl FnOnce(&Json) -> Json,
) -> liaison_identity::Result<Passkey> {
    let begun = house.identity.begin_passkey(scope).await?;
    let answer = json!({ "name": "Key", "credential": make(&begun.options) });
    let new: NewPasskey = serde_json::from_value(answer).unwrap();
    let added = house.identity.add_passkey(scope, begun.attempt.expose(), new).await;
    added.map(|(passkey, _)| passkey)
}

async fn sign_in(
    house: &House,
    make: impl FnOnce(&Json) -> Json,
) -> liaison_identity::Result<liaison_identity::NewSession> {
    let (attempt, options) =
        house.identity.begin_passkey_sign_in(&house.caller(), house.tenant.id).await?;
    let assertion: Assertion = serde_json::from_value(make(&options)).unwrap();
    let (caller, tenant) = (house.caller(), house.tenant.id);
    house.identity.passkey_sign_in(&caller, tenant, attempt.expose(), &assertion).await
}

#[tokio::test]
async fn every_kind_of_key_enrols_and_signs_in() {
    let house = House::new().await;
    for (name, mut device) in [
        ("ed", Authenticator::ed25519(b"device-ed")),
        ("ec", Authenticator::p256(b"device-ec")),
        ("rsa", Authenticator::rsa(b"device-rsa")),
    ] {
        let (user, own) = house.person(name, &[]).await;
        try_enrol(&house, &own, |options| device.create(options)).await.unwrap();
        device.user_handle = Some(B64.encode(user.id.uuid().as_bytes()));
        let session = sign_in(&house, |options| device.get(options)).await.unwrap();
        assert_eq!((session.user, session.factor), (user.id, Factor::Passkey), "{name}");
        assert_eq!(house.enter(&session).await.unwrap().factor(), Factor::Passkey);
    }
}

#[tokio::test]
async fn a_passkey_is_a_second_factor_after_the_password() {
    let house = House::new().await;
    let (_, own) = house.person("zoe", &[]).await;
    let mut device = Authenticator::p256(b"device");
    try_enrol(&house, &own, |options| device.create(options)).await.unwrap();
    let SignedIn::SecondFactor(pending) = house.try_sign_in("zoe", PASSWORD).await.unwrap() else {
        panic!("no second factor is asked for");
    };
    assert_eq!(pending.methods, [Method::Passkey, Method::Recovery]);
    let options = pending.passkey.unwrap();
    assert_eq!(options["allowCredentials"][0]["id"], B64.encode(b"device"));
    let assertion = |answer: Json| Answer::Passkey(serde_json::from_value(answer).unwrap());
    let finish = async |answer: Answer| {
        let attempt = pending.attempt.expose();
        house.identity.second_factor(&house.caller(), house.tenant.id, attempt, answer).await
    };
    let session = finish(assertion(device.get(&options))).await.unwrap();
    assert_eq!(session.factor, Factor::Passkey);
    // The challenge is single use.
    assert_eq!(code(finish(assertion(device.get(&options))).await), "sign_in.expired");
}

#[tokio::test]
async fn a_passkey_for_another_site_or_person_or_challenge_is_refused() {
    let house = House::new().await;
    let (_, own) = house.person("zoe", &[]).await;
    let changes: [(&str, Change); 4] = [
        ("origin", |d| d.origin = "https://evil.example.org".to_owned()),
        ("rp id", |d| d.rp_id = "example.org".to_owned()),
        ("frame", |d| d.cross_origin = true),
        ("not verified", |d| d.flags = 1),
    ];
    for (what, change) in changes {
        let mut device = Authenticator::p256(what.as_bytes());
        change(&mut device);
        let refused = try_enrol(&house, &own, |options| device.create(options)).await;
        assert_eq!(code(refused), "passkey.refused", "{what}");
    }
    let mut device = Authenticator::p256(b"device");
    try_enrol(&house, &own, |options| device.create(options)).await.unwrap();
    for (what, change) in changes {
        change(&mut device);
        let refused = sign_in(&house, |options| device.get(options)).await;
        assert_eq!(code(refused), "passkey.refused", "{what}");
        device.origin = "https://hub.example.org".to_owned();
        device.rp_id = "hub.example.org".to_owned();
        device.cross_origin = false;
        device.flags = crate::authenticator::PRESENT_AND_VERIFIED;
    }
    let other = json!({ "challenge": B64.encode([7; 32]) });
    let refused = sign_in(&house, |_| device.get(&other)).await;
    assert_eq!(code(refused), "passkey.refused");
    device.user_handle = Some(B64.encode([7; 16]));
    let refused = sign_in(&house, |options| device.get(options)).await;
    assert_eq!(code(refused), "second_factor.refused");
    device.user_handle = None;
    sign_in(&house, |options| device.get(options)).await.unwrap();
}

#[tokio::test]
async fn a_copied_passkey_is_noticed_by_its_counter() {
    let house = House::new().await;
    let (_, own) = house.person("zoe", &[]).await;
    let mut device = Authenticator::p256(b"device");
    try_enrol(&house, &own, |options| device.create(options)).await.unwrap();
    sign_in(&house, |options| device.get(options)).await.unwrap();
    device.count -= 1;
    let refused = sign_in(&house, |options| device.get(options)).await;
    assert_eq!(code(refused), "passkey.refused");
}

#[tokio::test]
async fn a_device_without_a_counter_is_welcome() {
    let house = House::new().await;
    let (_, own) = house.person("zoe", &[]).await;
    let mut device = Authenticator::ed25519(b"device");
    device.count = 0;
    try_enrol(&house, &own, |options| device.create(options)).await.unwrap();
    for _ in 0..2 {
        sign_in(&house, |options| device.get_without_counting(options)).await.unwrap();
    }
}

#[tokio::test]
async fn a_tampered_answer_is_refused() {
    let house = House::new().await;
    let (_, own) = house.person("zoe", &[]).await;
    let mut device = Authenticator::p256(b"device");
    try_enrol(&house, &own, |options| device.create(options)).await.unwrap();
    for field in ["authenticatorData", "signature", "clientDataJSON"] {
        for (n, junk) in [json!(""), json!("!!!"), json!(B64.encode([0; 40])), json!("é")]
            .into_iter()
            .enumerate()
        {
            let refused = sign_in(&house, |options| {
                let mut answer = device.get(options);
                answer["response"][field] = junk;
                answer
            })
            .await;
            assert_eq!(code(refused), "passkey.refused", "{field} {n}");
        }
    }
    let unknown = sign_in(&house, |options| {
        let mut answer = device.get(options);
        answer["id"] = json!(B64.encode(b"nobody"));
        answer
    })
    .await;
    assert_eq!(code(unknown), "second_factor.refused");
}

#[tokio::test]
async fn a_passkey_is_enrolled_once_and_removed_by_its_owner() {
    let house = House::new().await;
    let session = {
        house.user("zoe", &[]).await;
        house.session("zoe").await
    };
    let own = house.enter(&session).await.unwrap();
    let device = Authenticator::p256(b"device");
    let passkey = try_enrol(&house, &own, |options| device.create(options)).await.unwrap();
    let own = house.enter(&session).await.unwrap();
    let twice = try_enrol(&house, &own, |options| device.create(options)).await;
    assert_eq!(code(twice), "passkey.taken");
    let (_, mallory) = house.person("mallory", &[]).await;
    let refused = house.identity.remove_passkey(&mallory, passkey.id).await;
    assert_eq!(code(refused), "passkey.not_found");
    house.identity.remove_passkey(&own, passkey.id).await.unwrap();
    house.session("zoe").await;
}
