//! Sessions that end, are renewed, and are lost.

use futures_util::future::join_all;
use liaison_crm_connections::{Settings, State};
use serde_json::json;

use crate::house::{House, code};

#[tokio::test]
async fn a_session_that_ended_is_renewed_once_and_the_call_goes_through() {
    let house = House::new().await;
    house.app(json!({ "rotate_refresh_tokens": true }));
    let (system, seller) = (house.organisation().await, house.seller("sam").await);
    house.sign_in(&seller, &system, "seller@example.com").await.unwrap();
    let token = || house.sessions.lock().unwrap().last().unwrap().token.clone();
    assert!(house.look(&seller).await.is_ok());
    for _ in 0..3 {
        let before = token();
        house.control(&json!({ "expire_sessions": "seller@example.com" }));
        assert!(house.look(&seller).await.is_ok(), "a refresh token is good once");
        assert_ne!(before, token());
    }
}

#[tokio::test]
async fn an_organisation_that_moved_is_called_where_it_is_and_nowhere_else() {
    let house = House::new().await;
    let (system, seller) = (house.organisation().await, house.seller("sam").await);
    house.sign_in(&seller, &system, "seller@example.com").await.unwrap();
    let last = || house.sessions.lock().unwrap().last().unwrap().instance.to_string();
    let before = last();
    // nobody is there to answer, but it is asked
    let there = before.replace("127.0.0.1", "127.0.0.9");
    house.control(&json!({ "instance_url": there, "expire_sessions": true }));
    assert_ne!(code(&house.look(&seller).await), "done");
    assert_eq!(last(), there);
    // the next call knows it from the beginning
    assert_ne!(code(&house.look(&seller).await), "done");
    assert_eq!(last(), there);
    // a place that no organisation has gets no token
    for stranger in ["https://salesforce.example", "http://203.0.113.7", "nonsense"] {
        house.control(&json!({ "instance_url": before }));
        house.sign_in(&seller, &system, "seller@example.com").await.unwrap();
        house.control(&json!({ "instance_url": stranger, "expire_sessions": true }));
        assert_eq!(code(&house.look(&seller).await), "done", "{stranger}");
        assert_eq!(last(), before);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_calls_on_two_nodes_share_one_refresh() {
    let house = House::new().await;
    house.app(json!({ "rotate_refresh_tokens": true }));
    let (system, seller) = (house.organisation().await, house.seller("sam").await);
    house.sign_in(&seller, &system, "seller@example.com").await.unwrap();
    let second = house.node(Settings::default());
    house.control(&json!({ "expire_sessions": "seller@example.com" }));
    let calls = (0..20).map(|number| {
        let node = if number % 2 == 0 { house.crm.clone() } else { second.clone() };
        let seller = seller.clone();
        async move { node.of(&seller).await.unwrap().permissions("Account").await }
    });
    // Each refresh token is good once: a second refresh would end the connection.
    for outcome in join_all(calls).await {
        outcome.unwrap();
    }
}

#[tokio::test]
async fn a_refresh_token_that_is_refused_is_a_connection_that_is_lost() {
    let house = House::new().await;
    let (system, seller) = (house.organisation().await, house.seller("sam").await);
    house.sign_in(&seller, &system, "seller@example.com").await.unwrap();
    house.control(&json!({ "revoke_refresh_tokens": true, "expire_sessions": true }));
    assert_eq!(code(&house.look(&seller).await), "crm_connection.lost");
    assert_eq!(code(&house.look(&seller).await), "crm_connection.lost");
    let mine = house.crm.mine(&seller).await.unwrap();
    let connection = mine[0].connection.as_ref().unwrap();
    assert_eq!(connection.state, State::Lost);
    assert_eq!(connection.reason.as_deref(), Some("crm_connection.lost"));
    house.sign_in(&seller, &system, "seller@example.com").await.unwrap();
    assert_eq!(code(&house.look(&seller).await), "done");

    // The reason is told where the organisation tells one.
    house.app(json!({ "permitted_users": "approved", "profiles": ["System Administrator"] }));
    house.control(&json!({ "expire_sessions": true }));
    assert_eq!(code(&house.look(&seller).await), "crm_connection.lost");
    let mine = house.crm.mine(&seller).await.unwrap();
    let reason = mine[0].connection.as_ref().unwrap().reason.clone();
    assert_eq!(reason.as_deref(), Some("crm_sign_in.app_access_denied"));
}

#[tokio::test]
async fn an_organisation_that_is_away_loses_nothing() {
    let house = House::new().await;
    let (system, seller) = (house.organisation().await, house.seller("sam").await);
    house.sign_in(&seller, &system, "seller@example.com").await.unwrap();
    house.control(&json!({ "unavailable": 1 }));
    assert_ne!(code(&house.look(&seller).await), "done");
    house.control(&json!({ "calm": true }));
    assert_eq!(code(&house.look(&seller).await), "done");
}

#[tokio::test]
async fn who_leaves_takes_their_connection_along() {
    let house = House::new().await;
    let (system, seller) = (house.organisation().await, house.seller("sam").await);
    house.sign_in(&seller, &system, "seller@example.com").await.unwrap();
    let admin = house.admin().await;
    let crm = house.crm.of(&seller).await.unwrap();
    house.identity.delete_user(&admin, seller.user().unwrap()).await.unwrap();
    assert_eq!(code(&crm.permissions("Account").await), "crm_connection.needed");
    house.crm.sweep().await.unwrap();
    let left = house.crm.connections(&admin, None, kernel::Limit::default(), None).await.unwrap();
    assert!(left.items.is_empty());
}
