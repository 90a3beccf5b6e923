//! The administrator's switch over kinds of places.

use doubles::{Fault, Plan, Vendor};
use kernel::{Actor, Coded as _, Permission, Scope};
use targets::{Details, Error, Forwarding, Kind, NewTarget};

use crate::house::{House, numbers};

fn administrator(house: &House) -> Scope {
    let may = [Permission::MessageRead, Permission::WebhookManage, Permission::WebhookManageAll];
    testkit::scope(house.tenant, Actor::User(house.owner), &may)
}

#[tokio::test]
async fn a_barred_kind_gets_nothing_until_it_is_allowed_again() {
    let house = House::new().await;
    let (slack, other) =
        (house.receiver.place(Vendor::Slack), house.receiver.place(Vendor::Endpoint));
    let barred = house.target(Kind::Slack, &slack).await;
    house.target(Kind::Http, &other).await;
    let admin = administrator(&house);
    let now = house.targets.set_forwarding(&admin, &[(Kind::Slack, false)]).await.unwrap();
    assert_eq!(now, Forwarding::barring([Kind::Slack]));
    house.post_numbers(0..3).await;
    house.drain().await;
    assert_eq!((numbers(&slack), numbers(&other)), (vec![], vec![0, 1, 2]));
    let look = house.look(barred).await;
    assert_eq!((look.health.barred, look.health.behind), (true, 3));
    // neither a test nor a new one goes round it
    let error = house.targets.test(&house.owner(), barred).await.unwrap_err();
    assert_eq!(error.code().name(), "target.kind_barred");
    let details = Details { url: Some(slack.url().to_owned()), ..Details::default() };
    let new =
        NewTarget { kind: Kind::Slack, name: "Another".to_owned(), details, per_minute: None };
    let refused = house.targets.create(&house.owner(), house.source(), new).await.unwrap_err();
    assert!(matches!(refused, Error::Barred { kind: Kind::Slack }), "{refused}");
    assert_eq!(slack.requests(), 0);
    house.targets.set_forwarding(&admin, &[(Kind::Slack, true)]).await.unwrap();
    house.drain().await;
    assert_eq!(numbers(&slack), [0, 1, 2]);
    assert!(!house.look(barred).await.health.barred);
}

#[tokio::test]
async fn only_administrators_switch_and_the_audit_says_what() {
    let house = House::new().await;
    let owner = house.owner();
    let denied = house.targets.set_forwarding(&owner, &[(Kind::Mail, false)]).await.unwrap_err();
    assert!(matches!(denied, Error::Denied(_)));
    assert_eq!(house.targets.forwarding(&owner).await.unwrap(), Forwarding::default());
    let admin = administrator(&house);
    let changes = [(Kind::Discord, false), (Kind::Mail, false)];
    house.targets.set_forwarding(&admin, &changes).await.unwrap();
    // nothing changes: nothing is written
    house.targets.set_forwarding(&admin, &[(Kind::Mail, false)]).await.unwrap();
    let filter = event_log::AuditFilter::default();
    let read = move |tx: &db::Tx<'_>| event_log::audit_page(tx, &filter, None, 100);
    let rows = house.store.read::<_, db::Error, _>(&admin, read).await.unwrap();
    let rows: Vec<_> = rows.iter().filter(|row| row.action == "forwarding.switch").collect();
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    let (before, after) = (row.before.as_ref().unwrap(), row.after.as_ref().unwrap());
    assert_eq!((&before["discord"], &after["discord"]), (&true.into(), &false.into()));
    assert_eq!((&after["mail"], &after["slack"]), (&false.into(), &true.into()));
    let foreign = testkit::scope(
        house.ids.fresh(),
        Actor::User(house.owner),
        &[Permission::MessageRead, Permission::WebhookManageAll],
    );
    assert_eq!(house.targets.forwarding(&foreign).await.unwrap(), Forwarding::default());
}

#[tokio::test]
async fn who_manages_a_channel_is_shown_what_keeps_failing() {
    let house = House::new().await;
    let place = house.receiver.place(Vendor::Endpoint);
    let target = house.target(Kind::Http, &place).await;
    place.set_plan(Plan::always(Fault::Status(503)));
    house.post_numbers(0..1).await;
    house.drain().await;
    let failing = async |scope: &Scope| {
        let found = house.targets.failing_in(scope, house.channel).await.unwrap();
        found.into_iter().map(|target| target.id).collect::<Vec<_>>()
    };
    assert_eq!(failing(&house.owner()).await, [], "one failure is nobody's business");
    for _ in 0..8 {
        house.advance(60);
        house.drain().await;
    }
    assert_eq!(failing(&house.owner()).await, [target]);
    let stranger = house.person("bob").await;
    assert_eq!(failing(&house.scope_of(stranger)).await, []);
    // what is barred is no news
    let admin = administrator(&house);
    house.targets.set_forwarding(&admin, &[(Kind::Http, false)]).await.unwrap();
    assert_eq!(failing(&house.owner()).await, []);
    house.targets.set_forwarding(&admin, &[(Kind::Http, true)]).await.unwrap();
    place.set_plan(Plan::good());
    house.advance(600);
    house.drain().await;
    assert_eq!(failing(&house.owner()).await, []);
}
