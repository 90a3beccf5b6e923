use aws_lc_rs::hmac;
use kernel::{Factor, Permission, Scope, Secret};
use liaison_identity::{
    Answer, Method, Pending, Role, SignedIn,
    tenants::{Policy, TenantPatch},
};

use crate::house::{House, PASSWORD, code};

/// What an authenticator app shows, from the secret as a person would type it.
fn app(secret: &Secret<String>, at: jiff::Timestamp) -> String {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let value = |c| u64::try_from(letters.find(c).unwrap()).unwrap();
    let five_bytes = |eight: &[char]| {
        let word = eight.iter().fold(0, |word, c| (word << 5) | value(*c));
        word.to_be_bytes()[3..].to_vec()
    };
    let typed: Vec<char> = secret.expose().chars().collect();
    let key: Vec<u8> = typed.chunks_exact(8).flat_map(five_bytes).collect();
    let step = u64::try_from(at.as_second() / 30).unwrap().to_be_bytes();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &key), &step);
    let tag = tag.as_ref();
    let offset = usize::from(tag[19] & 15);
    let number = u32::from_be_bytes(tag[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

async fn enrol(house: &House, scope: &Scope) -> (Secret<String>, Vec<Secret<String>>) {
    let begun = house.identity.begin_totp(scope).await.unwrap();
    let code = app(&begun.secret, house.now());
    let codes = house.identity.confirm_totp(scope, &code).await.unwrap();
    (begun.secret, codes)
}

async fn pending(house: &House, name: &str) -> Pending {
    match house.try_sign_in(name, PASSWORD).await.unwrap() {
        SignedIn::SecondFactor(pending) => pending,
        SignedIn::Done(_) => panic!("no second factor is asked for"),
    }
}

async fn answer(
    house: &House,
    pending: &Pending,
    answer: Answer,
) -> liaison_identity::Result<liaison_identity::NewSession> {
    let attempt = pending.attempt.expose();
    house.identity.second_factor(&house.caller(), house.tenant.id, attempt, answer).await
}

#[tokio::test]
async fn a_code_of_the_app_finishes_the_sign_in() {
    let house = House::new().await;
    let (_, own) = house.person("zoe", &[]).await;
    let (secret, codes) = enrol(&house, &own).await;
    assert_eq!(codes.len(), 10);
    house.pass(60);
    let pending = pending(&house, "zoe").await;
    assert_eq!(pending.methods, [Method::Totp, Method::Recovery]);
    let session = answer(&house, &pending, Answer::Totp(app(&secret, house.now()))).await.unwrap();
    assert_eq!(house.enter(&session).await.unwrap().factor(), Factor::Totp);
    house.pass(60);
    let again = answer(&house, &pending, Answer::Totp(app(&secret, house.now()))).await;
    assert_eq!(code(again), "sign_in.expired");
}

#[tokio::test]
async fn a_code_that_was_used_is_refused() {
    let house = House::new().await;
    let (_, own) = house.person("zoe", &[]).await;
    let (secret, _) = enrol(&house, &own).await;
    let used = app(&secret, house.now());
    let waiting = pending(&house, "zoe").await;
    assert_eq!(code(answer(&house, &waiting, Answer::Totp(used)).await), "second_factor.refused");
    house.pass(30);
    let fresh = app(&secret, house.now());
    answer(&house, &waiting, Answer::Totp(fresh.clone())).await.unwrap();
    let waiting = pending(&house, "zoe").await;
    assert_eq!(code(answer(&house, &waiting, Answer::Totp(fresh)).await), "second_factor.refused");
}

#[tokio::test]
async fn wrong_codes_are_throttled_as_wrong_passwords() {
    let house = House::new().await;
    let (_, own) = house.person("zoe", &[]).await;
    enrol(&house, &own).await;
    house.pass(60);
    let waiting = pending(&house, "zoe").await;
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(code(answer(&house, &waiting, Answer::Totp("000000".to_owned())).await));
    }
    let refused = "second_factor.refused";
    assert_eq!(seen, [refused, refused, refused, "sign_in.throttled"]);
    // Whoever knows the password gets no more tries by giving it again.
    house.pass(2);
    let waiting = pending(&house, "zoe").await;
    let fourth = answer(&house, &waiting, Answer::Totp("000000".to_owned())).await;
    assert_eq!(code(fourth), refused);
    assert_eq!(code(house.try_sign_in("zoe", PASSWORD).await), "sign_in.throttled");
}

#[tokio::test]
async fn a_recovery_code_works_once() {
    let house = House::new().await;
    let (zoe, own) = house.person("zoe", &[]).await;
    let (_, codes) = enrol(&house, &own).await;
    let typed = codes[3].expose().to_uppercase();
    let waiting = pending(&house, "zoe").await;
    let session = answer(&house, &waiting, Answer::Recovery(typed.clone())).await.unwrap();
    assert_eq!(session.factor, Factor::Recovery);
    let waiting = pending(&house, "zoe").await;
    let twice = answer(&house, &waiting, Answer::Recovery(typed)).await;
    assert_eq!(code(twice), "second_factor.refused");
    let left = house.identity.factors(&house.root(), zoe.id).await.unwrap();
    assert_eq!(left.recovery_codes, 9);
    let scope = house.enter(&session).await.unwrap();
    let new = house.identity.new_recovery_codes(&scope).await.unwrap();
    house.pass(5);
    let waiting = pending(&house, "zoe").await;
    let old = answer(&house, &waiting, Answer::Recovery(codes[4].expose().clone())).await;
    assert_eq!(code(old), "second_factor.refused");
    answer(&house, &waiting, Answer::Recovery(new[0].expose().clone())).await.unwrap();
}

#[tokio::test]
async fn a_sign_in_under_way_ends_after_ten_minutes_and_stays_in_its_tenant() {
    let house = House::new().await;
    let (_, own) = house.person("zoe", &[]).await;
    let (secret, _) = enrol(&house, &own).await;
    house.pass(60);
    let waiting = pending(&house, "zoe").await;
    let there = house
        .system
        .create_tenant(liaison_identity::tenants::NewTenant {
            name: "Fabrikam".to_owned(),
            language: kernel::Language::En,
            host: None,
        })
        .await
        .unwrap();
    let elsewhere = house
        .identity
        .second_factor(
            &house.caller(),
            there.id,
            waiting.attempt.expose(),
            Answer::Totp(app(&secret, house.now())),
        )
        .await;
    assert_eq!(code(elsewhere), "sign_in.expired");
    house.pass(601);
    let late = answer(&house, &waiting, Answer::Totp(app(&secret, house.now()))).await;
    assert_eq!(code(late), "sign_in.expired");
}

#[tokio::test]
async fn a_required_factor_withholds_administration_until_it_is_enrolled() {
    let house = House::new().await;
    let (ada, admin) = house.admin().await;
    let policy = Policy { second_factor_roles: vec![Role::GlobalAdministrator] };
    let patch = TenantPatch { policy: Some(policy), ..TenantPatch::default() };
    house.identity.update_tenant(&admin, patch).await.unwrap();
    let session = house.session("ada").await;
    let caller = house.caller();
    let presented = liaison_identity::Presented::Session(session.secret.expose());
    let who = house.identity.authenticate(presented, &caller).await.unwrap();
    assert!(who.credential.needs_second_factor);
    assert!(!who.scope.may(Permission::UserManage) && who.scope.may(Permission::MessageRead));
    assert!(house.identity.factors(&who.scope, ada.id).await.unwrap().required);
    enrol(&house, &who.scope).await;
    let who = house.identity.authenticate(presented, &caller).await.unwrap();
    assert!(!who.credential.needs_second_factor);
    assert!(who.scope.may(Permission::UserManage));
    assert_eq!(who.scope.factor(), Factor::Totp);
}

#[tokio::test]
async fn factors_are_changed_with_the_factor_only() {
    let house = House::new().await;
    let zoe = house.user("zoe", &[]).await;
    let (first, second) = (house.session("zoe").await, house.session("zoe").await);
    let first = house.enter(&first).await.unwrap();
    enrol(&house, &first).await;
    let old = house.enter(&second).await.unwrap();
    assert_eq!(code(house.identity.remove_totp(&old).await), "second_factor.needed");
    let password = || Secret::new(PASSWORD.to_owned());
    let refused = house.identity.change_password(&old, password(), password()).await;
    assert_eq!(code(refused), "second_factor.needed");
    assert!(house.identity.factors(&old, zoe.id).await.unwrap().totp);
}

#[tokio::test]
async fn an_app_that_is_enrolled_counts_until_it_is_removed() {
    let house = House::new().await;
    let session = {
        house.user("zoe", &[]).await;
        house.session("zoe").await
    };
    let own = house.enter(&session).await.unwrap();
    enrol(&house, &own).await;
    let own = house.enter(&session).await.unwrap();
    assert_eq!(code(house.identity.begin_totp(&own).await), "second_factor.enrolled");
    house.identity.remove_totp(&own).await.unwrap();
    house.session("zoe").await;
}

#[tokio::test]
async fn an_administrator_resets_lost_factors() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let zoe = house.user("zoe", &[]).await;
    let session = house.session("zoe").await;
    let own = house.enter(&session).await.unwrap();
    enrol(&house, &own).await;
    house.identity.reset_factors(&admin, zoe.id).await.unwrap();
    assert_eq!(code(house.enter(&session).await), "credential.invalid");
    house.session("zoe").await;
    let (_, mallory) = house.person("mallory", &[]).await;
    let refused = house.identity.reset_factors(&mallory, zoe.id).await;
    assert_eq!(code(refused), "permission.missing");
}

#[tokio::test]
async fn the_secret_is_not_in_the_database() {
    let house = House::new().await;
    let (zoe, own) = house.person("zoe", &[]).await;
    enrol(&house, &own).await;
    let sealed: Vec<u8> = house
        .store
        .read_one(&house.root(), move |tx| {
            let sql = "SELECT secret FROM totp_secrets WHERE tenant_id = $1 AND user_id = $2";
            tx.first(sql, &[tx.tenant().into(), zoe.id.into()])?.unwrap().get(0)
        })
        .await
        .unwrap();
    // Header, wrapped key, nonce and tag around twenty bytes.
    assert_eq!(sealed.len(), 9 + 60 + 12 + 20 + 16);
}
