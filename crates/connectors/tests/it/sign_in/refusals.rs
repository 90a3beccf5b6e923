//! Whose fault a refusal is, and what becomes of the connections of those who leave.

use std::{sync::atomic::Ordering, time::Duration};

use identity::users::UserState;
use kernel::{ConnectionId, Scope};
use liaison_connectors::{Call, Connection, Error, NewConnection, State};

use super::house::{House, code};

const REFRESH: &str = "refresh_token";

/// A shared connection that somebody has signed in to.
async fn shared(house: &House) -> (kernel::ApiConnectorId, ConnectionId, Scope) {
    let (connector, maker) = (house.signing_in().await, house.maker().await);
    let new = NewConnection { shared: true, ..NewConnection::default() };
    let made = house.connectors.create_connection(&maker, connector, new).await.unwrap();
    house.sign_in(&maker, made.id, "alice").await.unwrap();
    (connector, made.id, maker)
}

async fn state(house: &House, scope: &Scope, id: ConnectionId) -> State {
    let Connection { state, .. } = house.connectors.connection(scope, id).await.unwrap();
    state
}

#[tokio::test]
async fn one_refused_operation_does_not_take_a_shared_connection_from_everybody() {
    let Some(house) = House::new().await else { return };
    house.tested.store(true, Ordering::Relaxed);
    let (connector, id, maker) = shared(&house).await;
    let seller = house.seller().await;
    let call = |operation| Call { connection: Some(id), ..Call::new(connector, operation) };
    house.api.bar("/secrets", "");
    let refused = house.connectors.invoke(&seller, call("GetSecrets")).await.unwrap();
    assert_eq!(refused.status, 401);
    assert_eq!(state(&house, &maker, id).await, State::Connected, "its test still passes");
    house.connectors.invoke(&seller, call("GetItems")).await.unwrap();
    // Now the operation to test with is refused too.
    house.api.bar("/items", "");
    let refused = house.connectors.invoke(&seller, call("GetSecrets")).await.unwrap();
    assert_eq!(refused.status, 401);
    assert_eq!(state(&house, &maker, id).await, State::Broken);
    assert_eq!(
        code(&house.connectors.invoke(&seller, call("GetItems")).await),
        "connection.broken"
    );
}

#[tokio::test]
async fn without_a_test_what_was_taken_a_moment_ago_counts() {
    let Some(house) = House::new().await else { return };
    let (connector, id, maker) = shared(&house).await;
    let seller = house.seller().await;
    let call = |operation| Call { connection: Some(id), ..Call::new(connector, operation) };
    house.api.bar("/secrets", "");
    house.connectors.invoke(&seller, call("GetItems")).await.unwrap();
    house.connectors.invoke(&seller, call("GetSecrets")).await.unwrap();
    assert_eq!(state(&house, &maker, id).await, State::Connected);
    // Another node has not seen that.
    house.node().invoke(&seller, call("GetSecrets")).await.unwrap();
    assert_eq!(state(&house, &maker, id).await, State::Broken);
}

#[tokio::test]
async fn a_right_that_a_token_lacks_is_no_fault_of_the_connection() {
    let Some(house) = House::new().await else { return };
    let (connector, seller) = (house.signing_in().await, house.seller().await);
    let made = house.connectors.create_connection(&seller, connector, NewConnection::default());
    let id = made.await.unwrap().id;
    house.sign_in(&seller, id, "alice").await.unwrap();
    let secrets = || Call::new(connector, "GetSecrets");
    house.api.bar(
        "/secrets",
        "www-authenticate: Bearer error=\"insufficient_scope\", scope=\"more\"\r\n",
    );
    assert_eq!(house.connectors.invoke(&seller, secrets()).await.unwrap().status, 401);
    assert_eq!(house.asked(REFRESH).await, 0, "another token would lack it as well");
    assert_eq!(state(&house, &seller, id).await, State::Connected);
    // Any other refusal of a personal connection asks its owner to repair it.
    house.api.bar("/secrets", "www-authenticate: Bearer error=\"invalid_token\"\r\n");
    assert_eq!(house.connectors.invoke(&seller, secrets()).await.unwrap().status, 401);
    assert_eq!(house.asked(REFRESH).await, 1);
    assert_eq!(state(&house, &seller, id).await, State::Broken);
}

#[tokio::test]
async fn what_is_refused_to_the_callers_own_token_breaks_nothing() {
    let Some(house) = House::new().await else { return };
    let connector = house.delegating("https://crm.test").await;
    let alice = house.at_the_provider("alice").await;
    house.connectors.invoke(&alice, Call::new(connector, "GetItems")).await.unwrap();
    house.api.bar("/secrets", "");
    let refused = house.connectors.invoke(&alice, Call::new(connector, "GetSecrets")).await;
    assert_eq!(refused.unwrap().status, 401);
    let own = house.connectors.own_connections(&alice).await.unwrap();
    assert_eq!(own[0].state, State::Connected);
    house.connectors.invoke(&alice, Call::new(connector, "GetItems")).await.unwrap();
}

#[tokio::test]
async fn the_time_of_a_call_is_also_that_of_its_token() {
    let Some(house) = House::new().await else { return };
    let (connector, seller) = (house.signing_in().await, house.seller().await);
    let made = house.connectors.create_connection(&seller, connector, NewConnection::default());
    let id = made.await.unwrap().id;
    house.sign_in(&seller, id, "alice").await.unwrap();
    house.pass(Duration::from_mins(56)).await;
    house.control(r#"{"delay": 1500}"#).await;
    let call =
        Call { deadline: Some(Duration::from_millis(300)), ..Call::new(connector, "GetItems") };
    let late = house.connectors.invoke(&seller, call).await;
    assert!(matches!(late, Err(Error::Late { limit_ms: 300 })), "{late:?}");
    assert_eq!(house.connectors.figures().late, 1);
    // What it asked for is kept all the same: the next call has it.
    house.control(r#"{"delay": 0}"#).await;
    house.connectors.invoke(&seller, Call::new(connector, "GetItems")).await.unwrap();
    assert_eq!(house.asked(REFRESH).await, 1);
}

#[tokio::test]
async fn who_is_ended_during_a_sign_in_or_a_refresh_gets_no_tokens() {
    let Some(house) = House::new().await else { return };
    let (connector, seller) = (house.signing_in().await, house.seller().await);
    let made = house.connectors.create_connection(&seller, connector, NewConnection::default());
    let id = made.await.unwrap().id;
    house.sign_in(&seller, id, "alice").await.unwrap();
    house.pass(Duration::from_mins(56)).await;
    let back = house.visit(&seller, id, "bruno").await;
    house.control(r#"{"delay": 1500}"#).await;
    let call = Call { connection: Some(id), ..Call::new(connector, "GetItems") };
    let calling = house.connectors.invoke(&seller, call.clone());
    let ending = async {
        while house.asked(REFRESH).await == 0 {}
        house.set_state(&seller, UserState::Disabled).await;
        house.control(r#"{"delay": 0}"#).await;
    };
    let (called, ()) = tokio::join!(calling, ending);
    assert_ne!(code(&called), "done", "{called:?}");
    let finished = house.connectors.finish_sign_in(&seller, back).await;
    assert_eq!(code(&finished), "connection.revoked");
    let system = house.root();
    assert_eq!(code(&house.connectors.invoke(&system, call.clone()).await), "connection.revoked");
    // Whoever comes back finds what was there before: the refresh that came too late is lost, the provider says so.
    house.set_state(&seller, UserState::Active).await;
    let again = house.connectors.invoke(&seller, call).await;
    assert_ne!(code(&again), "connection.revoked");
}
