use std::time::Duration;

use kernel::{Coded as _, Factor, Secret};
use liaison_identity::{Presented, Role, users::UserState};

use crate::house::{House, PASSWORD, code};

#[tokio::test]
async fn a_person_signs_in_by_name_and_by_address() {
    let house = House::new().await;
    let zoe = house.user("zoe", &[]).await;
    for name in ["zoe", " ZOE ", "Zoe@Example.org"] {
        let session = house.session(name).await;
        assert_eq!((session.user, session.factor), (zoe.id, Factor::Single));
        let scope = house.enter(&session).await.unwrap();
        assert_eq!((scope.user(), scope.factor()), (Some(zoe.id), Factor::Single));
    }
    let seen = house.identity.user(&house.root(), zoe.id).await.unwrap();
    assert_eq!(seen.last_sign_in_at, Some(house.now()));
}

#[tokio::test]
async fn nobody_learns_which_names_exist() {
    let house = House::new().await;
    house.user("zoe", &[]).await;
    let disabled = house.user("off", &[]).await;
    house.identity.set_user_state(&house.root(), disabled.id, UserState::Disabled).await.unwrap();
    // Wrong password, unknown name, disabled account: the same words, the same growing delays.
    for (name, password) in [("zoe", "wrong"), ("nobody", "wrong"), ("off", PASSWORD)] {
        let mut seen = Vec::new();
        for _ in 0..5 {
            seen.push(code(house.try_sign_in(name, password).await));
        }
        let refused = "sign_in.refused";
        let expected = [refused, refused, refused, "sign_in.throttled", "sign_in.throttled"];
        assert_eq!(seen, expected, "{name}");
    }
}

#[tokio::test]
async fn an_account_locks_after_ten_failures_and_opens_with_time() {
    let house = House::new().await;
    let zoe = house.user("zoe", &[]).await;
    for _ in 0..10 {
        assert_eq!(code(house.try_sign_in("zoe", "wrong").await), "sign_in.refused");
        house.pass(61);
    }
    let refused = house.try_sign_in("zoe", PASSWORD).await.unwrap_err();
    assert_eq!(refused.code().name(), "sign_in.throttled");
    assert_eq!(refused.retry_after(), Some(Duration::from_secs(900 - 61)));
    let until = house.identity.locked_until(&house.root(), zoe.id).await.unwrap();
    assert_eq!(until, Some(house.now() + Duration::from_secs(900 - 61)));
    house.pass(900 - 61);
    house.session("zoe").await;
}

#[tokio::test]
async fn an_administrator_opens_a_locked_account() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let zoe = house.user("zoe", &[]).await;
    for _ in 0..10 {
        drop(house.try_sign_in("zoe", "wrong").await);
        house.pass(61);
    }
    assert_eq!(code(house.try_sign_in("zoe", PASSWORD).await), "sign_in.throttled");
    house.identity.unlock_user(&admin, zoe.id).await.unwrap();
    house.session("zoe").await;
}

#[tokio::test]
async fn tries_at_the_same_moment_do_not_slip_through_together() {
    let house = House::new().await;
    house.user("zoe", &[]).await;
    let tries = (0..12).map(|_| house.try_sign_in("zoe", "wrong"));
    let mut refused = 0;
    for outcome in futures_join(tries).await {
        refused += usize::from(code(outcome) == "sign_in.refused");
    }
    assert_eq!(refused, 3);
}

/// Runs futures together and waits for all.
async fn futures_join<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = all.map(|f| (Box::pin(f), None)).collect();
    std::future::poll_fn(|context| {
        let mut open = false;
        for (future, answer) in &mut waiting {
            if answer.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *answer = Some(value),
                    std::task::Poll::Pending => open = true,
                }
            }
        }
        if open { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
    })
    .await;
    waiting.into_iter().filter_map(|(_, answer)| answer).collect()
}

#[tokio::test]
async fn a_right_password_forgets_the_failures_before_it() {
    let house = House::new().await;
    house.user("zoe", &[]).await;
    for _ in 0..4 {
        drop(house.try_sign_in("zoe", "wrong").await);
        drop(house.try_sign_in("zoe", "wrong").await);
        house.session("zoe").await;
    }
}

#[tokio::test]
async fn each_sign_in_has_a_secret_of_its_own_and_signing_out_ends_one() {
    let house = House::new().await;
    house.user("zoe", &[]).await;
    let (one, two) = (house.session("zoe").await, house.session("zoe").await);
    assert_ne!(one.secret, two.secret);
    let scope = house.enter(&one).await.unwrap();
    assert_eq!(house.identity.sessions(&scope, one.user).await.unwrap().len(), 2);
    house.identity.sign_out(&scope).await.unwrap();
    assert_eq!(code(house.enter(&one).await), "credential.invalid");
    let scope = house.enter(&two).await.unwrap();
    let left = house.identity.sessions(&scope, two.user).await.unwrap();
    assert_eq!(
        left.iter().map(|s| (s.id, s.label.as_str())).collect::<Vec<_>>(),
        [(two.id, "Test/1.0")]
    );
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session() {
    let house = House::new().await;
    house.user("zoe", &[]).await;
    let (one, two) = (house.session("zoe").await, house.session("zoe").await);
    let scope = house.enter(&one).await.unwrap();
    house.enter(&two).await.unwrap();
    assert_eq!(house.identity.sign_out_everywhere(&scope, one.user).await.unwrap(), 2);
    for session in [&one, &two] {
        assert_eq!(code(house.enter(session).await), "credential.invalid");
    }
}

#[tokio::test]
async fn a_session_of_somebody_else_is_not_found() {
    let house = House::new().await;
    let (_, mallory) = house.person("mallory", &[]).await;
    house.user("zoe", &[]).await;
    let session = house.session("zoe").await;
    let refused = house.identity.end_session(&mallory, session.id).await;
    assert_eq!(code(refused), "session.not_found");
    let refused = house.identity.sessions(&mallory, session.user).await;
    assert_eq!(code(refused), "permission.missing");
    house.enter(&session).await.unwrap();
    let (_, admin) = house.admin().await;
    house.identity.end_session(&admin, session.id).await.unwrap();
    assert_eq!(code(house.enter(&session).await), "credential.invalid");
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions() {
    let house = House::new().await;
    house.user("zoe", &[]).await;
    let (here, there) = (house.session("zoe").await, house.session("zoe").await);
    let scope = house.enter(&here).await.unwrap();
    house.enter(&there).await.unwrap();
    let new = || Secret::new("another horse staple".to_owned());
    let wrong =
        house.identity.change_password(&scope, Secret::new("wrong".to_owned()), new()).await;
    assert_eq!(code(wrong), "sign_in.refused");
    let right = Secret::new(PASSWORD.to_owned());
    house.identity.change_password(&scope, right, new()).await.unwrap();
    house.enter(&here).await.unwrap();
    assert_eq!(code(house.enter(&there).await), "credential.invalid");
    assert_eq!(code(house.try_sign_in("zoe", PASSWORD).await), "sign_in.refused");
    house.try_sign_in("zoe", "another horse staple").await.unwrap();
}

#[tokio::test]
async fn a_password_link_works_once_and_before_its_end() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let zoe = house.user("zoe", &[]).await;
    let session = house.session("zoe").await;
    house.enter(&session).await.unwrap();
    let new = || Secret::new("another horse staple".to_owned());
    let redeem = async |link: &str| {
        house.identity.redeem_password_link(&house.caller(), house.tenant.id, link, new()).await
    };
    let old = house.identity.password_link(&admin, zoe.id).await.unwrap();
    house.pass(24 * 3600);
    assert_eq!(code(redeem(old.secret.expose()).await), "link.invalid");
    let replaced = house.identity.password_link(&admin, zoe.id).await.unwrap();
    let link = house.identity.password_link(&admin, zoe.id).await.unwrap();
    assert_eq!(code(redeem(replaced.secret.expose()).await), "link.invalid");
    assert_eq!(redeem(link.secret.expose()).await.unwrap(), zoe.id);
    assert_eq!(code(redeem(link.secret.expose()).await), "link.invalid");
    assert_eq!(code(house.enter(&session).await), "credential.invalid");
    house.try_sign_in("zoe", "another horse staple").await.unwrap();
    for junk in ["", "x", "été"] {
        assert_eq!(code(redeem(junk).await), "link.invalid");
    }
}

#[tokio::test]
async fn a_link_is_no_session() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let zoe = house.user("zoe", &[Role::Seller]).await;
    let link = house.identity.password_link(&admin, zoe.id).await.unwrap();
    let presented = Presented::Session(link.secret.expose());
    let refused = house.identity.authenticate(presented, &house.caller()).await;
    assert_eq!(code(refused), "credential.invalid");
}
