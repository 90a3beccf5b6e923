//! What becomes of the connections of people who leave.

use identity::users::UserState;
use kernel::Limit;
use liaison_connectors::{Call, NewConnection, State};

use crate::{
    house::{House, code, values},
    upstream::{KEY, Upstream},
};

#[tokio::test]
async fn a_personal_connection_is_in_force_as_long_as_its_owner_may_work_here() {
    let house = House::new().await;
    let (maker, seller, upstream) =
        (house.maker().await, house.seller().await, Upstream::start().await);
    let connector = house.things(&maker, &upstream).await.id;
    let id = house.keyed(&seller, connector).await.id;
    let c = &house.connectors;
    // As a trigger calls, which nobody is asked about.
    let system = house.system.scope(house.tenant.id, "test");
    let call = || Call { connection: Some(id), ..Call::new(connector, "ListThings") };
    c.invoke(&system, call()).await.unwrap();
    let user = seller.user().unwrap();
    for state in [UserState::Disabled, UserState::Locked] {
        house.identity.set_user_state(&system, user, state).await.unwrap();
        assert_eq!(code(c.invoke(&system, call()).await), "connection.revoked");
        assert_eq!(code(c.invoke(&seller, call()).await), "connection.revoked");
        c.sweep().await.unwrap();
        house.identity.set_user_state(&system, user, UserState::Active).await.unwrap();
        c.invoke(&system, call()).await.unwrap();
    }
    house.identity.delete_user(&system, user).await.unwrap();
    assert_eq!(code(c.invoke(&system, call()).await), "connection.revoked");
    // What a request of theirs does that is still under way comes too late.
    let new = NewConnection { values: values(&[("api_key", KEY)]), ..NewConnection::default() };
    let late = c.create_connection(&seller, connector, new).await;
    assert_eq!(code(late), "actor.person_needed");
    c.sweep().await.unwrap();
    let left = c.connection(&maker, id).await.unwrap();
    assert_eq!(
        (left.state, left.reason.as_deref()),
        (State::Revoked, Some("connection.owner_left"))
    );
    assert!(left.secret_names.is_empty());
    let db = house.store.db();
    let row = db.read_one(&system, move |tx| {
        const SQL: &str = "SELECT id FROM api_connections WHERE tenant_id = $1 AND id = $2 \
                           AND sealed IS NULL";
        tx.first(SQL, &[tx.tenant().into(), id.into()])
    });
    assert!(row.await.unwrap().is_some(), "its secrets are gone for good");
    let filter = identity::AuditFilter {
        action: Some("connection.revoke".to_owned()),
        ..identity::AuditFilter::default()
    };
    let admin = house.admin().await;
    let audit = house.identity.audit(&admin, filter, Limit::default(), None).await.unwrap();
    assert_eq!(audit.items.len(), 1);
}

#[tokio::test]
async fn a_sweep_finds_who_left_before_and_who_leaves_while_it_goes_round() {
    let house = House::new().await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    let connector = house.things(&maker, &upstream).await.id;
    let c = &house.connectors;
    let root = house.system.scope(house.tenant.id, "test");
    for name in ["ann", "bob"] {
        let person = house.person(name, &[]).await;
        let id = house.keyed(&person, connector).await.id;
        house.identity.delete_user(&root, person.user().unwrap()).await.unwrap();
        c.sweep().await.unwrap();
        assert_eq!(c.connection(&maker, id).await.unwrap().state, State::Revoked, "{name}");
    }
}

#[tokio::test]
async fn what_somebody_shared_stays_when_they_leave() {
    let house = House::new().await;
    let (maker, seller, upstream) =
        (house.maker().await, house.seller().await, Upstream::start().await);
    let connector = house.things(&maker, &upstream).await.id;
    let new = NewConnection {
        shared: true,
        values: values(&[("api_key", KEY)]),
        ..NewConnection::default()
    };
    let c = &house.connectors;
    let id = c.create_connection(&maker, connector, new).await.unwrap().id;
    let root = house.system.scope(house.tenant.id, "test");
    house.identity.delete_user(&root, maker.user().unwrap()).await.unwrap();
    c.sweep().await.unwrap();
    let answer = c.invoke(&seller, Call::new(connector, "ListThings")).await.unwrap();
    assert_eq!(answer.connection, Some(id));
}
