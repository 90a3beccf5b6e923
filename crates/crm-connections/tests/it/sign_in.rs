//! Signing in at an organisation, and everything that it may refuse.

use std::time::Duration;

use kernel::{CredentialId, Factor};
use liaison_crm_connections::{NewSystem, State};
use oauth::Callback;
use serde_json::json;

use crate::house::{House, code};

#[tokio::test]
async fn a_seller_signs_in_and_calls_are_made_as_that_seller() {
    let house = House::new().await;
    house.app(json!({ "require_pkce": true }));
    let (system, seller) = (house.organisation().await, house.seller("sam").await);
    assert_eq!(code(&house.crm.of(&seller).await), "crm_connection.needed");
    let url = house.crm.begin_sign_in(&seller, system.id).await.unwrap();
    assert!(url.query().unwrap().contains("code_challenge_method=S256"), "{url}");
    let callback = house.visit(&url, "seller@example.com").await;
    let made = house.crm.finish_sign_in(&seller, callback).await.unwrap();
    assert_eq!((made.state, made.chosen), (State::Connected, true));
    assert_eq!(made.account_name.as_deref(), Some("seller@example.com"));
    assert_eq!(made.organisation.as_deref(), Some(house.said("organization_id").as_str()));
    assert!(house.look(&seller).await.is_ok());
    let session = house.sessions.lock().unwrap().last().cloned().unwrap();
    assert_eq!(Some(session.user), made.account);
    assert_ne!(session.token.expose(), &house.said("token"), "never as anybody else");

    // It is theirs alone.
    let other = house.seller("sue").await;
    assert_eq!(code(&house.crm.of(&other).await), "crm_connection.needed");
    let admin = house.admin().await;
    let page = house.crm.connections(&admin, None, kernel::Limit::default(), None);
    let page = page.await.unwrap();
    assert_eq!(page.items.iter().map(|one| one.user).collect::<Vec<_>>(), [seller.user().unwrap()]);

    house.crm.disconnect(&seller, system.id).await.unwrap();
    assert_eq!(code(&house.crm.of(&seller).await), "crm_connection.needed");
    assert_eq!(code(&house.crm.disconnect(&seller, system.id).await), "crm_connection.needed");
}

#[tokio::test]
async fn an_answer_counts_once_for_who_began_and_for_ten_minutes() {
    let house = House::new().await;
    let system = house.organisation().await;
    let session = |number| -> CredentialId { kernel::Ids::seeded(number).fresh() };
    let seller = house.seller("sam").await;
    let seller = seller.with_factor(Factor::Single).with_credential(session(1));
    let visit = async || {
        let url = house.crm.begin_sign_in(&seller, system.id).await.unwrap();
        house.visit(&url, "seller@example.com").await
    };
    let finish = async |scope: &kernel::Scope, callback: &Callback| {
        code(&house.crm.finish_sign_in(scope, callback.clone()).await)
    };
    let unknown = "crm_connection.attempt_unknown";
    let answer = visit().await;
    assert_eq!(finish(&house.seller("sue").await, &answer).await, unknown);
    assert_eq!(finish(&seller, &answer).await, unknown, "it was taken");
    let answer = visit().await;
    assert_eq!(finish(&seller.clone().with_credential(session(2)), &answer).await, unknown);
    let answer = visit().await;
    house.clock.advance(Duration::from_mins(10));
    assert_eq!(finish(&seller, &answer).await, unknown);
    let answer = visit().await;
    let made_up = Callback { state: "x".repeat(43), ..answer.clone() };
    assert_eq!(finish(&seller, &made_up).await, unknown);
    assert_eq!(finish(&seller, &answer).await, "done");
    assert_eq!(finish(&seller, &answer).await, unknown);
}

#[tokio::test]
async fn every_refusal_of_an_organisation_says_what_to_do() {
    let house = House::new().await;
    let (system, seller) = (house.organisation().await, house.seller("sam").await);
    let attempt = async || code(&house.sign_in(&seller, &system, "seller@example.com").await);
    let normal = json!({
        "permitted_users": "all", "blocked": false, "scopes": "api refresh_token", "installed": true,
    });
    house.app(normal.clone());
    assert_eq!(attempt().await, "done");
    for (change, expected) in [
        (json!({ "blocked": true }), "crm_sign_in.app_blocked"),
        (
            json!({ "permitted_users": "approved", "profiles": ["System Administrator"] }),
            "crm_sign_in.app_access_denied",
        ),
        (json!({ "scopes": "id" }), "crm_sign_in.scope_refused"),
    ] {
        house.app(normal.clone());
        house.app(change.clone());
        assert_eq!(attempt().await, expected, "{change}");
    }
    house.app(normal.clone());

    // The code is there, and then the token endpoint says no.
    for (order, mend, expected) in [
        (
            json!({ "profile": { "name": "Seller", "api_enabled": false } }),
            json!({ "profile": { "name": "Seller", "api_enabled": true } }),
            "crm.api_disabled",
        ),
        (
            json!({ "user": { "username": "seller@example.com", "active": false } }),
            json!({ "user": { "username": "seller@example.com", "active": true } }),
            "crm_sign_in.user_inactive",
        ),
    ] {
        let url = house.crm.begin_sign_in(&seller, system.id).await.unwrap();
        let callback = house.visit(&url, "seller@example.com").await;
        house.control(&order);
        let outcome = house.crm.finish_sign_in(&seller, callback).await;
        assert_eq!(code(&outcome), expected, "{order}");
        house.control(&mend);
    }
    let url = house.crm.begin_sign_in(&seller, system.id).await.unwrap();
    let callback = house.visit(&url, "seller@example.com").await;
    house.app(json!({ "installed": false }));
    let outcome = house.crm.finish_sign_in(&seller, callback).await;
    assert_eq!(code(&outcome), "crm_sign_in.app_unknown");
    house.app(normal);

    // The browser brings what a wrong My Domain says.
    let url = house.crm.begin_sign_in(&seller, system.id).await.unwrap();
    let callback = Callback {
        code: None,
        error: Some("invalid_grant".to_owned()),
        description: Some("authentication failure".to_owned()),
        ..house.visit(&url, "seller@example.com").await
    };
    let outcome = house.crm.finish_sign_in(&seller, callback).await;
    assert_eq!(code(&outcome), "crm_sign_in.wrong_domain");

    // A secret that was changed at the organisation.
    let admin = house.admin().await;
    let secret = kernel::Secret::new("wrong".to_owned());
    let wrong = NewSystem { client_secret: Some(secret), ..house.salesforce() };
    house.crm.update_system(&admin, system.id, wrong).await.unwrap();
    assert_eq!(attempt().await, "crm_sign_in.app_secret");
    // What was connected stays so: only this sign-in came to nothing.
    let mine = house.crm.mine(&seller).await.unwrap();
    assert_eq!(mine[0].connection.as_ref().map(|one| one.state), Some(State::Connected));
}

#[tokio::test]
async fn a_crm_that_is_switched_off_takes_nobody() {
    let house = House::new().await;
    let (system, seller) = (house.organisation().await, house.seller("sam").await);
    house.sign_in(&seller, &system, "seller@example.com").await.unwrap();
    let off = NewSystem { enabled: false, client_secret: None, ..house.salesforce() };
    house.crm.update_system(&house.admin().await, system.id, off).await.unwrap();
    assert_eq!(code(&house.crm.begin_sign_in(&seller, system.id).await), "crm_system.not_found");
    assert_eq!(code(&house.crm.of(&seller).await), "crm_system.not_found");
    assert!(house.crm.mine(&seller).await.unwrap().is_empty());
}
