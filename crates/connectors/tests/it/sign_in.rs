//! Sign-in of connections at a real provider, seen by the API that is called with what it gave.

mod house;
mod refusals;

use std::{sync::Arc, time::Duration};

use kernel::{CredentialId, Factor, Secret};
use liaison_connectors::{Call, ConnectionPatch, Error, NewConnection, State};
use oauth::Callback;
use tokio::task::JoinSet;

use self::house::{House, claims, code};

const REFRESH: &str = "refresh_token";
const BEHALF: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const APPLICATION: &str = "client_credentials";

#[tokio::test]
async fn a_person_signs_in_and_calls_carry_their_token() {
    let Some(house) = House::new().await else { return };
    let (connector, seller) = (house.signing_in().await, house.seller().await);
    let made = house.connectors.create_connection(&seller, connector, NewConnection::default());
    let made = made.await.unwrap();
    assert_eq!(made.state, State::Pending);
    let call = Call { connection: Some(made.id), ..Call::new(connector, "GetItems") };
    let early = house.connectors.invoke(&seller, call.clone()).await;
    assert!(matches!(early, Err(Error::ConnectionBroken { .. })), "{early:?}");

    let connection = house.sign_in(&seller, made.id, "alice").await.unwrap();
    assert_eq!((connection.state, connection.reason), (State::Connected, None));
    let answer = house.connectors.invoke(&seller, call.clone()).await.unwrap();
    assert_eq!(answer.status, 200);
    let said = claims(&house.api.last());
    assert_eq!((&said["sub"], &said["aud"]), (&"alice".into(), &"https://crm.test".into()));

    // It is the seller's, and nobody else's.
    let other = house.connectors.invoke(&house.seller().await, call).await;
    assert_eq!(code(&other), "connection.not_found");
    let foreign = house.connectors.begin_sign_in(&house.maker().await, made.id).await;
    assert_eq!(code(&foreign), "connection.not_found");
}

#[tokio::test]
async fn an_answer_counts_once_for_who_began_and_for_ten_minutes() {
    let Some(house) = House::new().await else { return };
    let connector = house.signing_in().await;
    let session = |number| -> CredentialId { kernel::Ids::seeded(number).fresh() };
    let seller = house.seller().await.with_factor(Factor::Single).with_credential(session(1));
    let made = house.connectors.create_connection(&seller, connector, NewConnection::default());
    let id = made.await.unwrap().id;
    let finish = async |scope: &kernel::Scope, callback: &Callback| {
        code(&house.connectors.finish_sign_in(scope, callback.clone()).await)
    };

    let answer = house.visit(&seller, id, "alice").await;
    assert_eq!(finish(&house.seller().await, &answer).await, "connection.attempt_unknown");
    assert_eq!(finish(&seller, &answer).await, "connection.attempt_unknown", "it was taken");

    let answer = house.visit(&seller, id, "alice").await;
    let elsewhere = seller.clone().with_credential(session(2));
    assert_eq!(finish(&elsewhere, &answer).await, "connection.attempt_unknown");

    let answer = house.visit(&seller, id, "alice").await;
    house.clock.advance(Duration::from_mins(10));
    assert_eq!(finish(&seller, &answer).await, "connection.attempt_unknown");

    let answer = house.visit(&seller, id, "alice").await;
    let made_up = Callback { state: "x".repeat(43), ..answer.clone() };
    assert_eq!(finish(&seller, &made_up).await, "connection.attempt_unknown");
    assert_eq!(finish(&seller, &answer).await, "done");
    assert_eq!(finish(&seller, &answer).await, "connection.attempt_unknown");

    let declined = Callback {
        code: None,
        error: Some("access_denied".to_owned()),
        ..house.visit(&seller, id, "alice").await
    };
    assert_eq!(finish(&seller, &declined).await, "authorization.declined");
    let still = house.connectors.connection(&seller, id).await.unwrap();
    assert_eq!(still.state, State::Connected, "who changes their mind keeps what they had");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_refreshed_once_for_all_calls_and_all_nodes() {
    let Some(house) = House::new().await else { return };
    let (connector, seller) = (house.signing_in().await, house.seller().await);
    let made = house.connectors.create_connection(&seller, connector, NewConnection::default());
    let id = made.await.unwrap().id;
    house.sign_in(&seller, id, "alice").await.unwrap();
    let call = Call { connection: Some(id), ..Call::new(connector, "GetItems") };
    let second = house.node();
    let crowd = async || {
        let mut calls = JoinSet::new();
        for number in 0..60 {
            let node = if number % 2 == 0 { &house.connectors } else { &second };
            let (node, seller, call) = (Arc::clone(node), seller.clone(), call.clone());
            calls.spawn(async move { node.invoke(&seller, call).await.unwrap().status });
        }
        assert!(calls.join_all().await.iter().all(|status| *status == 200));
    };
    crowd().await;
    assert_eq!(house.asked(REFRESH).await, 0);
    house.control(r#"{"delay": 150}"#).await;
    for round in 1..4 {
        house.pass(Duration::from_mins(56)).await;
        crowd().await;
        assert_eq!(house.asked(REFRESH).await, round, "the provider takes each token once");
    }
    // The API does not take the token any longer, whatever its life: one more, and the call goes through.
    house.api.refuse(&house.api.last());
    crowd().await;
    assert_eq!(house.asked(REFRESH).await, 4);
    let connection = house.connectors.connection(&seller, id).await.unwrap();
    assert_eq!((connection.state, connection.reason), (State::Connected, None));
}

#[tokio::test]
async fn a_sign_in_that_was_revoked_breaks_the_connection_until_it_is_repaired() {
    let Some(mut house) = House::new().await else { return };
    let (connector, seller) = (house.signing_in().await, house.seller().await);
    let made = house.connectors.create_connection(&seller, connector, NewConnection::default());
    let id = made.await.unwrap().id;
    house.sign_in(&seller, id, "alice").await.unwrap();
    let call = Call { connection: Some(id), ..Call::new(connector, "GetItems") };
    house.pass(Duration::from_hours(25)).await;
    let over = house.connectors.invoke(&seller, call.clone()).await;
    assert!(
        matches!(&over, Err(Error::ConnectionBroken { reason, .. }) if reason == "authorization.ended"),
        "{over:?}"
    );
    let broken = house.connectors.connection(&seller, id).await.unwrap();
    assert_eq!(
        (broken.state, broken.reason.as_deref()),
        (State::Broken, Some("authorization.ended"))
    );
    let ailing = house.connectors.ailing_connections(&seller).await.unwrap();
    assert_eq!(ailing.first().map(|c| c.id), Some(id));
    let asked = house.asked(REFRESH).await;
    house.connectors.invoke(&seller, call.clone()).await.unwrap_err();
    assert_eq!(house.asked(REFRESH).await, asked, "a broken connection asks nobody");

    house.sign_in(&seller, id, "alice").await.unwrap();
    house.connectors.invoke(&seller, call.clone()).await.unwrap();

    // A provider that is down breaks nothing.
    house.pass(Duration::from_mins(56)).await;
    house.provider.stop();
    let down = house.connectors.invoke(&seller, call).await;
    assert_eq!(code(&down), "provider.unreachable");
    let connection = house.connectors.connection(&seller, id).await.unwrap();
    assert_eq!((connection.state, connection.reason), (State::Connected, None));

    house.connectors.revoke_connection(&seller, id).await.unwrap();
    let revoked = house.connectors.begin_sign_in(&seller, id).await;
    assert_eq!(code(&revoked), "connection.revoked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_first_calls_make_one_connection_by_one_exchange() {
    let Some(house) = House::new().await else { return };
    let connector = house.delegating("https://crm.test").await;
    let alice = house.at_the_provider("alice").await;
    house.control(r#"{"delay": 300}"#).await;
    let mut calls = JoinSet::new();
    for _ in 0..200 {
        let (connectors, alice) = (Arc::clone(&house.connectors), alice.clone());
        calls.spawn(
            async move { connectors.invoke(&alice, Call::new(connector, "GetItems")).await },
        );
    }
    for answer in calls.join_all().await {
        assert_eq!(answer.unwrap().status, 200);
    }
    assert_eq!((house.asked(BEHALF).await, house.asked(REFRESH).await), (1, 1));
    let said = claims(&house.api.last());
    assert_eq!((&said["sub"], &said["aud"]), (&"alice".into(), &"https://crm.test".into()));
    let own = house.connectors.own_connections(&alice).await.unwrap();
    assert!(
        matches!(own.as_slice(), [one] if one.silent && one.state == State::Connected),
        "{own:?}"
    );

    // Bruno is somebody else, with an exchange of his own.
    let bruno = house.at_the_provider("bruno").await;
    house.connectors.invoke(&bruno, Call::new(connector, "GetItems")).await.unwrap();
    assert_eq!(claims(&house.api.last())["sub"], "bruno");
    assert_eq!(house.asked(BEHALF).await, 2);

    // A token that the API no longer takes is exchanged once more; one whose consent is gone is not had.
    house.api.refuse(&house.api.last());
    house.connectors.invoke(&bruno, Call::new(connector, "GetItems")).await.unwrap();
    assert_eq!(house.asked(BEHALF).await, 3);
    house.control(r#"{"withdraw": "https://crm.test"}"#).await;
    house.pass(Duration::from_mins(56)).await;
    let gone = house.connectors.invoke(&bruno, Call::new(connector, "GetItems")).await;
    assert!(
        matches!(&gone, Err(Error::ConnectionBroken { reason, .. }) if reason == "authorization.consent"),
        "{gone:?}"
    );
}

#[tokio::test]
async fn who_cannot_be_acted_for_is_told_why() {
    let Some(mut house) = House::new().await else { return };
    let unconsented = house.delegating("https://unconsented.test").await;
    let alice = house.at_the_provider("alice").await;
    let call = |connector| Call::new(connector, "GetItems");
    let refused = house.connectors.invoke(&alice, call(unconsented)).await;
    assert!(
        matches!(&refused, Err(Error::ConnectionBroken { reason, .. }) if reason == "authorization.consent"),
        "{refused:?}"
    );

    let crm = house.delegating("https://crm.test").await;
    let stepped = house.at_the_provider("stepped").await;
    let refused = house.connectors.invoke(&stepped, call(crm)).await;
    assert!(
        matches!(&refused, Err(Error::ConnectionBroken { reason, .. }) if reason == "authorization.interaction"),
        "{refused:?}"
    );

    // Somebody with a password here signs in to the connection instead.
    let seller = house.seller().await;
    let refused = house.connectors.invoke(&seller, call(crm)).await;
    let Err(Error::ConnectionBroken { connection, reason }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(reason, "authorization.interaction");
    house.sign_in(&seller, connection, "bruno").await.unwrap();
    house.connectors.invoke(&seller, call(crm)).await.unwrap();
    assert_eq!(claims(&house.api.last())["sub"], "bruno");

    house.provider.stop();
    let down = house.connectors.invoke(&alice, call(crm)).await;
    assert_eq!(code(&down), "provider.unreachable");
}

#[tokio::test]
async fn an_application_is_let_in_without_a_person() {
    let Some(house) = House::new().await else { return };
    let connector = house.of_its_own().await;
    let maker = house.maker().await;
    let new = NewConnection { shared: true, ..NewConnection::default() };
    let made = house.connectors.create_connection(&maker, connector, new).await.unwrap();
    assert_eq!(made.state, State::Connected);
    let seller = house.seller().await;
    for _ in 0..3 {
        house.connectors.invoke(&seller, Call::new(connector, "GetItems")).await.unwrap();
    }
    assert_eq!(claims(&house.api.last())["idtyp"], "app");
    assert_eq!(house.asked(APPLICATION).await, 1);
    let nobody = house.connectors.begin_sign_in(&maker, made.id).await;
    assert_eq!(code(&nobody), "provider.settings");
}

#[tokio::test]
async fn an_application_may_prove_itself_by_a_certificate() {
    let Some(house) = House::new().await else { return };
    let bundle = house.bundle();
    let (connector, seller) =
        (house.with_client("certified", Some(&bundle)).await, house.seller().await);
    let made = house.connectors.create_connection(&seller, connector, NewConnection::default());
    let id = made.await.unwrap().id;
    house.sign_in(&seller, id, "alice").await.unwrap();
    house.connectors.invoke(&seller, Call::new(connector, "GetItems")).await.unwrap();
    assert_eq!(claims(&house.api.last())["azp"], "certified");
}

#[tokio::test]
async fn a_placeholder_stands_in_the_way_until_a_maker_registers_an_application() {
    let Some(house) = House::new().await else { return };
    let connector = house.with_client("<<Please add your clientID here>>", None).await;
    let seller = house.seller().await;
    let new = NewConnection::default();
    let refused = house.connectors.create_connection(&seller, connector, new.clone()).await;
    assert_eq!(code(&refused), "authorization.placeholder");
    let own = liaison_connectors::Application {
        parameter: "token".to_owned(),
        client_id: Some("connector".to_owned()),
        client_secret: Some(Secret::new(house::CONNECTOR_SECRET.to_owned())),
    };
    house.connectors.set_application(&house.maker().await, connector, own).await.unwrap();
    let made = house.connectors.create_connection(&seller, connector, new).await.unwrap();
    house.sign_in(&seller, made.id, "alice").await.unwrap();
    let patch = ConnectionPatch { name: Some("Mine".to_owned()), ..ConnectionPatch::default() };
    let renamed = house.connectors.update_connection(&seller, made.id, patch).await.unwrap();
    assert_eq!(renamed.state, State::Connected, "a name is no reason to sign in again");
    house.connectors.invoke(&seller, Call::new(connector, "GetItems")).await.unwrap();
}

#[tokio::test]
async fn nothing_of_a_sign_in_or_a_call_is_logged_that_is_secret() {
    let Some(house) = House::new().await else { return };
    let log = house::capture();
    let (connector, seller) = (house.signing_in().await, house.seller().await);
    let made = house.connectors.create_connection(&seller, connector, NewConnection::default());
    let id = made.await.unwrap().id;
    let answer = house.visit(&seller, id, "alice").await;
    house.connectors.finish_sign_in(&seller, answer.clone()).await.unwrap();
    let call = Call { connection: Some(id), trace: true, ..Call::new(connector, "GetItems") };
    let traced = house.connectors.invoke(&seller, call.clone()).await.unwrap();
    let first = house.api.last();
    house.pass(Duration::from_mins(56)).await;
    house.connectors.invoke(&seller, call).await.unwrap();
    let second = house.api.last();
    let crm = house.delegating("https://crm.test").await;
    let alice = house.at_the_provider("alice").await;
    house.connectors.invoke(&alice, Call::new(crm, "GetItems")).await.unwrap();
    let third = house.api.last();
    let text = log.text();
    assert!(text.contains("oauth.granted"), "captured: {text}");
    let shown = format!("{:?} {answer:?} {traced:?}", house.connectors);
    let code = answer.code.unwrap();
    for secret in
        [first.as_str(), &second, &third, code.expose(), house::CONNECTOR_SECRET, &answer.state]
    {
        let end = secret.get(secret.len().saturating_sub(24)..).unwrap();
        assert!(!text.contains(end), "a secret in the log");
        if secret != answer.state {
            assert!(!shown.contains(end), "a secret in what is shown");
        }
    }
}

#[tokio::test]
async fn a_connector_does_not_get_a_persons_token_for_another_authority() {
    let Some(house) = House::new().await else { return };
    let elsewhere = house.delegating_at("http://127.0.0.2:9", "https://crm.test").await;
    let alice = house.at_the_provider("alice").await;
    let refused = house.connectors.invoke(&alice, Call::new(elsewhere, "GetItems")).await;
    assert_eq!(code(&refused), "authorization.authority");
    assert_eq!(house.asked(REFRESH).await, 0, "nothing was asked for");
}

#[tokio::test]
async fn a_connectors_secret_goes_to_allowed_hosts_alone() {
    let Some(house) = House::new().await else { return };
    let seller = house.seller().await;
    let at = |host: &str| NewConnection {
        values: vec![("token:customHost".to_owned(), Secret::new(host.to_owned()))],
        ..NewConnection::default()
    };
    let open = house.hosted(&[]).await;
    let refused = house.connectors.create_connection(&seller, open, at("evil.example")).await;
    assert_eq!(code(&refused), "authorization.host");
    let error = refused.unwrap_err();
    assert_eq!(kernel::Coded::fields(&error)[0].pointer, "/values/token:customHost");
    let limited = house.hosted(&["id.vendor.example"]).await;
    let made = house.connectors.create_connection(&seller, limited, at("id.vendor.example")).await;
    assert_eq!(made.unwrap().state, State::Pending);
}

#[tokio::test]
async fn a_refresh_that_ends_after_a_new_sign_in_leaves_it_alone() {
    let Some(house) = House::new().await else { return };
    let (connector, seller) = (house.signing_in().await, house.seller().await);
    let made = house.connectors.create_connection(&seller, connector, NewConnection::default());
    let id = made.await.unwrap().id;
    house.sign_in(&seller, id, "alice").await.unwrap();
    house.pass(Duration::from_mins(56)).await;
    let answer = house.visit(&seller, id, "bruno").await;
    house.control(r#"{"delay": 2000}"#).await;
    let call = Call { connection: Some(id), ..Call::new(connector, "GetItems") };
    let (connectors, scope, slow) = (Arc::clone(&house.connectors), seller.clone(), call.clone());
    let mut calls = JoinSet::new();
    calls.spawn(async move { connectors.invoke(&scope, slow).await });
    while house.asked(REFRESH).await == 0 {}
    house.control(r#"{"delay": 0}"#).await;
    house.connectors.finish_sign_in(&seller, answer).await.unwrap();
    calls.join_all().await.pop().unwrap().unwrap();
    house.connectors.invoke(&seller, call).await.unwrap();
    assert_eq!(claims(&house.api.last())["sub"], "bruno");
    assert_eq!(house.asked(REFRESH).await, 1);
}
