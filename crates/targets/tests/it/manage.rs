//! Making, changing and removing targets, and who may.

use doubles::Vendor;
use kernel::{Actor, Coded as _, Limit, Permission};
use targets::{Details, Error, Kind, NewTarget, Settings, State, TargetChange};
use workspace::MailSettings;

use crate::house::{House, MEMBER, numbers, quick};

#[tokio::test]
async fn owners_of_the_team_manage_targets_and_members_do_not() {
    let house = House::new().await;
    let place = house.receiver.place(Vendor::Slack);
    let target = house.target(Kind::Slack, &place).await;
    let grace = house.person("grace").await;
    let owner = house.owner();
    let role = workspace::Role::Member;
    house.workspace.set_member(&owner, house.team, grace, role).await.unwrap();
    let member = house.scope_of(grace);
    let limit = Limit::default();
    let listed = house.targets.list(&member, house.source(), limit, None).await.unwrap_err();
    assert_eq!(listed.code().name(), "target.not_owner");
    let unknown = |error: Error| assert_eq!(error.code().name(), "target.not_found");
    unknown(house.targets.lookup(&member, target).await.unwrap_err());
    unknown(house.targets.delete(&member, target).await.unwrap_err());
    unknown(house.targets.test(&member, target).await.unwrap_err());
    let log = house.targets.attempts(&member, target, None, (limit, None)).await;
    unknown(log.unwrap_err());
    let outsider = house.scope_of(house.person("eve").await);
    unknown(house.targets.lookup(&outsider, target).await.unwrap_err());
    let admin = testkit::scope(
        house.tenant,
        Actor::User(grace),
        &[Permission::MessageRead, Permission::WebhookManage, Permission::TeamManageAll],
    );
    assert_eq!(house.targets.lookup(&admin, target).await.unwrap().id, target);
    let reader = testkit::scope(house.tenant, Actor::User(house.owner), &[Permission::MessageRead]);
    let denied = house.targets.delete(&reader, target).await.unwrap_err();
    assert_eq!(denied.code().name(), "permission.missing");
}

#[tokio::test]
async fn another_tenant_sees_nothing() {
    let house = House::new().await;
    let place = house.receiver.place(Vendor::Slack);
    let target = house.target(Kind::Slack, &place).await;
    let new = identity::tenants::NewTenant {
        name: "Fabrikam".to_owned(),
        language: kernel::Language::Fr,
        host: None,
    };
    let other = house.scopes.create_tenant(new).await.unwrap().id;
    let scope = testkit::scope(
        other,
        Actor::User(house.owner),
        &[MEMBER, &[Permission::TeamManageAll, Permission::WebhookManageAll]].concat(),
    );
    let error = house.targets.lookup(&scope, target).await.unwrap_err();
    assert_eq!(error.code().name(), "target.not_found");
    assert!(house.targets.list(&scope, house.source(), Limit::default(), None).await.is_err());
}

#[tokio::test]
async fn faults_are_told_together() {
    let house = House::new().await;
    let new = NewTarget {
        kind: Kind::Slack,
        name: " ".to_owned(),
        details: Details { url: Some("nowhere".to_owned()), ..Details::default() },
        per_minute: Some(0),
    };
    let Err(Error::Invalid { fields }) =
        house.targets.create(&house.owner(), house.source(), new).await
    else {
        panic!("it was taken")
    };
    let codes: Vec<&str> = fields.iter().map(|field| field.code).collect();
    assert_eq!(codes, ["target.name_invalid", "target.rate_invalid", "target.url_malformed"]);
}

#[tokio::test]
async fn a_change_of_address_acts_at_once_and_ends_a_pause() {
    let house = House::new().await;
    let (old, new) = (house.receiver.place(Vendor::Slack), house.receiver.place(Vendor::Slack));
    let target = house.target(Kind::Slack, &old).await;
    old.set_plan(doubles::Plan::always(doubles::Fault::Busy(3000)));
    house.post_numbers(0..2).await;
    house.drain().await;
    let details = Details { url: Some(new.url().to_owned()), ..Details::default() };
    let change = TargetChange {
        name: Some("Elsewhere".to_owned()),
        details: Some(details),
        per_minute: None,
    };
    let changed = house.targets.update(&house.owner(), target, change).await.unwrap();
    assert_eq!(changed.name, "Elsewhere");
    house.drain().await;
    assert_eq!(numbers(&new), [0, 1]);
}

#[tokio::test]
async fn a_disabled_target_waits_and_goes_on_where_it_stopped() {
    let house = House::new().await;
    let place = house.receiver.place(Vendor::Slack);
    let target = house.target(Kind::Slack, &place).await;
    let owner = house.owner();
    house.targets.set_enabled(&owner, target, false).await.unwrap();
    house.post_numbers(0..2).await;
    house.drain().await;
    assert_eq!(place.requests(), 0);
    let waiting = house.look(target).await;
    assert_eq!((waiting.state, waiting.health.behind), (State::Disabled, 2));
    house.targets.set_enabled(&owner, target, true).await.unwrap();
    house.drain().await;
    assert_eq!(numbers(&place), [0, 1]);
}

#[tokio::test]
async fn a_removed_target_is_gone_with_its_log_and_the_audit_tells_of_it() {
    let house = House::new().await;
    let place = house.receiver.place(Vendor::Slack);
    let target = house.target(Kind::Slack, &place).await;
    place.set_plan(doubles::Plan::always(doubles::Fault::Status(400)));
    house.post("hello").await;
    house.drain().await;
    house.targets.delete(&house.owner(), target).await.unwrap();
    house.post("nobody gets this").await;
    house.drain().await;
    assert_eq!(place.requests(), 1);
    let system = house.scopes.scope(house.tenant, "test");
    let filter = event_log::AuditFilter::default();
    let read = move |tx: &db::Tx<'_>| event_log::audit_page(tx, &filter, None, 100);
    let rows = house.store.read::<_, db::Error, _>(&system, read).await.unwrap();
    let of_target: Vec<_> = rows.iter().filter(|row| row.subject_kind == "target").collect();
    let actions: Vec<&str> = of_target.iter().map(|row| row.action.as_str()).collect();
    assert_eq!(actions, ["target.delete", "target.create"]);
    let secret = place.url().rsplit('/').next().unwrap().to_owned();
    assert!(!format!("{of_target:?}").contains(&secret), "the audit keeps no secret");
}

#[tokio::test]
async fn a_channel_has_a_limited_number_of_targets() {
    let settings = Settings { max_per_channel: 2, ..quick() };
    let house = House::with(settings, MailSettings::default()).await;
    for _ in 0..2 {
        let place = house.receiver.place(Vendor::Slack);
        house.target(Kind::Slack, &place).await;
    }
    let place = house.receiver.place(Vendor::Slack);
    let details = Details { url: Some(place.url().to_owned()), ..Details::default() };
    let new =
        NewTarget { kind: Kind::Slack, name: "One more".to_owned(), details, per_minute: None };
    let error = house.targets.create(&house.owner(), house.source(), new).await.unwrap_err();
    assert_eq!(error.code().name(), "target.too_many");
    let limit = Limit::new(1).unwrap();
    let page = house.targets.list(&house.owner(), house.source(), limit, None).await.unwrap();
    let rest = house
        .targets
        .list(&house.owner(), house.source(), limit, page.next.as_ref())
        .await
        .unwrap();
    assert_eq!((page.items.len(), rest.items.len(), rest.next), (1, 1, None));
}

#[tokio::test]
async fn the_log_is_bounded_by_rows_and_by_time() {
    let settings = Settings { kept_attempts: 10, ..quick() };
    let house = House::with(settings, MailSettings::default()).await;
    let place = house.receiver.place(Vendor::Slack);
    let target = house.target(Kind::Slack, &place).await;
    place.set_plan(doubles::Plan::always(doubles::Fault::Status(400)));
    house.post_numbers(0..150).await;
    house.drain().await;
    let limit = Limit::new(200).unwrap();
    let owner = house.owner();
    let log = house.targets.attempts(&owner, target, None, (limit, None)).await.unwrap();
    assert!(log.items.len() < 100, "{} rows", log.items.len());
    house.advance(31 * 24 * 3600);
    house.targets.retain().await.unwrap();
    let log = house.targets.attempts(&owner, target, None, (limit, None)).await.unwrap();
    assert!(log.items.is_empty());
}
