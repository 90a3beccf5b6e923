use kernel::ConnectionId;
use liaison_connectors::{ConnectionPatch, NewConnection, State};

use crate::{
    house::{House, code, fields, values},
    upstream::{KEY, Upstream},
};

fn shared(pairs: &[(&str, &str)]) -> NewConnection {
    NewConnection { shared: true, values: values(pairs), ..NewConnection::default() }
}

#[tokio::test]
async fn secrets_are_named_and_never_shown() {
    let house = House::new().await;
    let (maker, seller) = (house.maker().await, house.seller().await);
    let upstream = Upstream::start().await;
    let connector = house.things(&maker, &upstream).await;
    let new = NewConnection {
        values: values(&[("api_key", KEY), ("region", "eu")]),
        ..NewConnection::default()
    };
    let made = house.connectors.create_connection(&seller, connector.id, new).await.unwrap();
    assert_eq!(made.state, State::Connected);
    assert_eq!(made.secret_names, ["api_key"]);
    assert_eq!(serde_json::json!(made.parameters), serde_json::json!({ "region": "eu" }));
    assert!(!format!("{made:?}").contains(KEY));
    let id = made.id;
    let db = house.store.db();
    let rows = db.read_one(&seller, move |tx| {
        const SQL: &str = "SELECT parameters, sealed FROM api_connections \
                           WHERE tenant_id = $1 AND id = $2";
        tx.first(SQL, &[tx.tenant().into(), id.into()])
    });
    let row = format!("{:?}", rows.await.unwrap().unwrap());
    assert!(!row.contains(KEY), "{row}");
}

#[tokio::test]
async fn values_are_checked_against_what_the_connector_asks_for() {
    let house = House::new().await;
    let (maker, seller) = (house.maker().await, house.seller().await);
    let upstream = Upstream::start().await;
    let connector = house.things(&maker, &upstream).await;
    let attempt = async |pairs: &[(&str, &str)]| {
        let new = NewConnection { values: values(pairs), ..NewConnection::default() };
        house.connectors.create_connection(&seller, connector.id, new).await
    };
    let missing = fields(attempt(&[]).await);
    assert_eq!(missing, [("/values/api_key".to_owned(), "connection.value_missing")]);
    let wrong = fields(attempt(&[("api_key", "x"), ("region", "mars"), ("a/b", "1")]).await);
    assert_eq!(
        wrong,
        [
            ("/values/a~1b".to_owned(), "connection.parameter_unknown"),
            ("/values/region".to_owned(), "connection.value_invalid"),
        ]
    );
    let control = fields(attempt(&[("api_key", "a\u{0}b")]).await);
    assert_eq!(control, [("/values/api_key".to_owned(), "text.control")]);
    let set = NewConnection { parameter_set: Some("none".to_owned()), ..shared(&[]) };
    let refused = house.connectors.create_connection(&maker, connector.id, set).await;
    assert_eq!(fields(refused), [("/parameter_set".to_owned(), "connection.set_unknown")]);
}

#[tokio::test]
async fn a_personal_connection_is_its_owners_alone() {
    let house = House::new().await;
    let (maker, seller) = (house.maker().await, house.seller().await);
    let (colleague, stranger) = (house.person("zoe", &[]).await, house.stranger().await);
    let upstream = Upstream::start().await;
    let connector = house.things(&maker, &upstream).await;
    let c = &house.connectors;
    let made = house.keyed(&seller, connector.id).await;
    for other in [&colleague, &stranger] {
        assert_eq!(code(c.connection(other, made.id).await), "connection.not_found");
        let patch = ConnectionPatch::default();
        let changed = c.update_connection(other, made.id, patch).await;
        assert_eq!(code(changed), "connection.not_found");
        assert_eq!(code(c.revoke_connection(other, made.id).await), "connection.not_found");
        assert_eq!(code(c.delete_connection(other, made.id).await), "connection.not_found");
        assert_eq!(code(c.test_connection(other, made.id).await), "connection.not_found");
    }
    // a maker sees it and may end it, and cannot use it or fill it with other values
    assert_eq!(c.connection(&maker, made.id).await.unwrap().owner, seller.user());
    assert_eq!(code(c.test_connection(&maker, made.id).await), "connection.not_found");
    let patch =
        ConnectionPatch { values: values(&[("region", "us")]), ..ConnectionPatch::default() };
    assert_eq!(code(c.update_connection(&maker, made.id, patch).await), "actor.person_needed");
    c.revoke_connection(&maker, made.id).await.unwrap();
    assert_eq!(code(c.test_connection(&seller, made.id).await), "connection.revoked");
    let unknown: ConnectionId = house.ids.fresh();
    assert_eq!(code(c.connection(&maker, unknown).await), "connection.not_found");
}

#[tokio::test]
async fn only_makers_share() {
    let house = House::new().await;
    let (maker, seller) = (house.maker().await, house.seller().await);
    let upstream = Upstream::start().await;
    let connector = house.things(&maker, &upstream).await;
    let c = &house.connectors;
    let refused = c.create_connection(&seller, connector.id, shared(&[("api_key", KEY)])).await;
    assert_eq!(code(refused), "permission.missing");
    let made =
        c.create_connection(&maker, connector.id, shared(&[("api_key", KEY)])).await.unwrap();
    assert_eq!(c.connections(&seller, connector.id).await.unwrap(), std::slice::from_ref(&made));
    assert_eq!(c.test_connection(&seller, made.id).await.unwrap().accepted, Some(true));
    assert_eq!(code(c.delete_connection(&seller, made.id).await), "permission.missing");
}

#[tokio::test]
async fn a_refused_connection_is_broken_until_it_is_repaired() {
    let house = House::new().await;
    let (maker, seller) = (house.maker().await, house.seller().await);
    let upstream = Upstream::start().await;
    let connector = house.things(&maker, &upstream).await;
    let c = &house.connectors;
    let new = NewConnection { values: values(&[("api_key", "wrong")]), ..NewConnection::default() };
    let made = c.create_connection(&seller, connector.id, new).await.unwrap();
    let trial = c.test_connection(&seller, made.id).await.unwrap();
    assert_eq!((trial.accepted, trial.status), (Some(false), Some(401)));
    let broken = c.connection(&seller, made.id).await.unwrap();
    assert_eq!(
        (broken.state, broken.reason.as_deref()),
        (State::Broken, Some("connection.refused"))
    );
    assert_eq!(c.ailing_connections(&seller).await.unwrap().len(), 1);
    assert_eq!(code(c.test_connection(&seller, made.id).await), "connection.broken");
    let patch =
        ConnectionPatch { values: values(&[("api_key", KEY)]), ..ConnectionPatch::default() };
    let repaired = c.update_connection(&seller, made.id, patch).await.unwrap();
    assert_eq!((repaired.state, repaired.reason), (State::Connected, None));
    assert_eq!(c.test_connection(&seller, made.id).await.unwrap().accepted, Some(true));
    assert!(c.connection(&seller, made.id).await.unwrap().tested_at.is_some());
    assert!(c.ailing_connections(&seller).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_revoked_connection_has_no_secrets_left() {
    let house = House::new().await;
    let (maker, seller) = (house.maker().await, house.seller().await);
    let upstream = Upstream::start().await;
    let connector = house.things(&maker, &upstream).await;
    let c = &house.connectors;
    let made = house.keyed(&seller, connector.id).await;
    let revoked = c.revoke_connection(&seller, made.id).await.unwrap();
    assert_eq!(revoked.state, State::Revoked);
    let id = made.id;
    let db = house.store.db();
    let row = db.read_one(&seller, move |tx| {
        const SQL: &str = "SELECT id FROM api_connections WHERE tenant_id = $1 AND id = $2 \
                           AND sealed IS NULL";
        tx.first(SQL, &[tx.tenant().into(), id.into()])
    });
    assert!(row.await.unwrap().is_some());
    c.delete_connection(&seller, made.id).await.unwrap();
    assert!(c.own_connections(&seller).await.unwrap().is_empty());
}

#[tokio::test]
async fn who_changes_anothers_shared_connection_gives_its_secrets_anew() {
    let house = House::new().await;
    let (maker, other) = (house.maker().await, house.admin().await);
    let upstream = Upstream::start().await;
    let connector = house.things(&maker, &upstream).await;
    let c = &house.connectors;
    let made =
        c.create_connection(&maker, connector.id, shared(&[("api_key", KEY)])).await.unwrap();
    let patch = |pairs: &[(&str, &str)]| ConnectionPatch {
        values: values(pairs),
        ..ConnectionPatch::default()
    };
    let refused = c.update_connection(&other, made.id, patch(&[("region", "us")])).await;
    assert_eq!(
        fields(refused),
        [("/values/api_key".to_owned(), "connection.value_missing")],
        "the key of the one who shared it is not sent where somebody else says"
    );
    let name = ConnectionPatch { name: Some("Ours".to_owned()), ..ConnectionPatch::default() };
    let renamed = c.update_connection(&other, made.id, name).await.unwrap();
    assert_eq!(renamed.secret_names, ["api_key"], "a name moves nothing");
    let whole = patch(&[("region", "us"), ("api_key", KEY)]);
    c.update_connection(&other, made.id, whole).await.unwrap();
    let own = c.update_connection(&maker, made.id, patch(&[("region", "eu")])).await.unwrap();
    assert_eq!(own.secret_names, ["api_key"]);
    assert_eq!(c.test_connection(&maker, made.id).await.unwrap().accepted, Some(true));
}
