//! Kinds, days, who may, modes, figures.

use std::time::Duration;

use identity::{
    Role,
    environments::{EnvironmentKind, NewEnvironment, Region, default_of},
};
use kernel::{EnvironmentId, Language, Scope};
use liaison_environments::{Makers, OperationKind, OperationState, Patch, Policy, Reset, State};

use crate::house::{House, account, code, create, total};

const DAY: Duration = Duration::from_hours(24);

fn a(kind: EnvironmentKind, name: &str) -> NewEnvironment {
    NewEnvironment { name: name.to_owned(), kind, crm_enabled: false }
}

fn to(kind: EnvironmentKind) -> Patch {
    Patch { kind: Some(kind), ..Patch::default() }
}

fn shut(on: bool) -> Patch {
    Patch { administration_mode: Some(on), ..Patch::default() }
}

async fn make(house: &House, scope: &Scope, kind: EnvironmentKind, name: &str) -> EnvironmentId {
    house.environments.create(scope, a(kind, name), Region::default()).await.unwrap().id
}

#[tokio::test]
async fn a_deleted_environment_comes_back_within_its_days_and_is_gone_after_them() {
    let house = House::new().await;
    let (id, admin, e) = (house.sales().await, house.admin().await, &house.environments);
    let session = house.records.session(&admin, "Sales").await.unwrap();
    create(&session, account("Kept")).await;
    e.delete(&admin, id).await.unwrap();
    assert!(house.records.session(&admin, "Sales").await.is_err());
    assert!(house.identity.environment(&admin, id).await.is_err(), "it is there for nobody");
    let late = session.one(records::Operation::Create(account("Late"))).await;
    assert!(matches!(late, Err(records::Error::NoEnvironment { .. })), "{late:?}");
    let waiting = &e.deleted(&admin).await.unwrap()[0];
    let now = kernel::Clock::now(&*house.clock);
    assert_eq!(waiting.goes_at, Some(now + jiff::SignedDuration::from_hours(7 * 24)));
    house.clock.advance(DAY * 6);
    e.sweep().await.unwrap();
    e.restore(&admin, id).await.unwrap();
    let session = house.records.session(&admin, "Sales").await.unwrap();
    assert_eq!(total(&session, "account").await, 1);
    e.delete(&admin, id).await.unwrap();
    house.clock.advance(DAY * 8);
    e.sweep().await.unwrap();
    assert_eq!(code(e.restore(&admin, id).await), "environment.not_found");
    assert!(e.deleted(&admin).await.unwrap().is_empty());
    house.records.sweep().await.unwrap();
    let db = house.store.db();
    let gone = db.read_one(&admin, move |tx| record_tables::registry::lookup(tx, id)).await;
    assert_eq!(gone.unwrap(), None, "its tables are dropped");
}

#[tokio::test]
async fn the_name_of_a_deleted_environment_is_free_and_a_second_one_is_in_the_way_of_the_first() {
    let house = House::new().await;
    let (admin, e) = (house.admin().await, &house.environments);
    let first = make(&house, &admin, EnvironmentKind::Sandbox, "North").await;
    e.delete(&admin, first).await.unwrap();
    let second = make(&house, &admin, EnvironmentKind::Sandbox, "NORTH").await;
    assert_eq!(code(e.restore(&admin, first).await), "environment.name_in_use");
    e.delete(&admin, second).await.unwrap();
    e.restore(&admin, first).await.unwrap();
    assert_eq!(e.list(&admin).await.unwrap().len(), 2);
    assert_eq!(code(e.restore(&admin, first).await), "environment.not_found");
}

#[tokio::test]
async fn kinds_turn_into_each_other_as_the_platform_says_and_no_other_way() {
    let house = House::new().await;
    let (admin, e) = (house.admin().await, &house.environments);
    let first = default_of(house.tenant.id);
    assert_eq!(code(e.delete(&admin, first).await), "environment.default");
    for kind in [EnvironmentKind::Production, EnvironmentKind::Sandbox] {
        assert_eq!(code(e.update(&admin, first, to(kind)).await), "environment.kind_fixed");
    }
    let id = make(&house, &admin, EnvironmentKind::Trial, "Try").await;
    for kind in [EnvironmentKind::Sandbox, EnvironmentKind::Default] {
        assert_eq!(code(e.update(&admin, id, to(kind)).await), "environment.kind_fixed");
    }
    assert!(e.life(&admin, id).await.unwrap().environment.ends_at.is_some());
    e.update(&admin, id, to(EnvironmentKind::Production)).await.unwrap();
    let life = e.life(&admin, id).await.unwrap();
    assert_eq!(
        (life.environment.kind, life.environment.ends_at),
        (EnvironmentKind::Production, None)
    );
    assert_eq!(
        code(e.update(&admin, id, to(EnvironmentKind::Trial)).await),
        "environment.kind_fixed"
    );
    e.update(&admin, id, to(EnvironmentKind::Sandbox)).await.unwrap();
    e.update(&admin, id, to(EnvironmentKind::Production)).await.unwrap();
    let kinds: Vec<_> =
        e.operations(&admin, id).await.unwrap().iter().map(|one| one.kind).collect();
    assert_eq!(
        kinds,
        [
            OperationKind::Convert,
            OperationKind::Convert,
            OperationKind::Convert,
            OperationKind::Create
        ]
    );
}

#[tokio::test]
async fn a_trial_ends_with_its_days_unless_it_is_converted_and_the_products_own_does_not() {
    let house = House::new().await;
    let (admin, e) = (house.admin().await, &house.environments);
    let ends = make(&house, &admin, EnvironmentKind::Trial, "Ends").await;
    let stays = make(&house, &admin, EnvironmentKind::Trial, "Stays").await;
    let viva = house.records.provision_viva(&admin).await.unwrap().environment;
    house.clock.advance(DAY * 29);
    e.sweep().await.unwrap();
    e.update(&admin, stays, to(EnvironmentKind::Production)).await.unwrap();
    assert_eq!(e.list(&admin).await.unwrap().len(), 4);
    house.clock.advance(DAY * 2);
    e.sweep().await.unwrap();
    assert!(e.life(&admin, viva).await.unwrap().environment.deleted_at.is_none());
    let waiting = e.deleted(&admin).await.unwrap();
    assert_eq!(waiting.iter().map(|life| life.environment.id).collect::<Vec<_>>(), [ends]);
    // Whoever brings it back has its days to convert it.
    e.restore(&admin, ends).await.unwrap();
    e.sweep().await.unwrap();
    e.update(&admin, ends, to(EnvironmentKind::Production)).await.unwrap();
    house.clock.advance(DAY * 60);
    e.sweep().await.unwrap();
    assert_eq!(e.list(&admin).await.unwrap().len(), 4);
    e.update(&admin, viva, to(EnvironmentKind::Production)).await.unwrap();
    let renamed = Patch { name: Some("Mine".to_owned()), ..Patch::default() };
    assert_eq!(code(e.update(&admin, viva, renamed).await), "environment.provisioned");
    assert_eq!(
        code(e.update(&admin, viva, to(EnvironmentKind::Sandbox)).await),
        "environment.kind_fixed"
    );
}

#[tokio::test]
async fn a_trial_from_before_trials_ended_has_all_its_days_yet() {
    let house = House::new().await;
    let (admin, e) = (house.admin().await, &house.environments);
    let old = house.identity.create_environment(&admin, a(EnvironmentKind::Trial, "Old")).await;
    let old = old.unwrap().id;
    house.clock.advance(DAY * 400);
    e.sweep().await.unwrap();
    house.clock.advance(DAY * 29);
    e.sweep().await.unwrap();
    assert!(e.life(&admin, old).await.unwrap().environment.deleted_at.is_none());
    house.clock.advance(DAY * 2);
    e.sweep().await.unwrap();
    assert!(e.life(&admin, old).await.unwrap().environment.deleted_at.is_some());
}

#[tokio::test]
async fn makers_lead_what_they_made_and_administrators_everything() {
    let house = House::new().await;
    let (admin, e) = (house.admin().await, &house.environments);
    let maker = house.person("max", &[Role::EnvironmentMaker]).await;
    let other = house.person("mia", &[Role::EnvironmentMaker]).await;
    let seller = house.person("sam", &[Role::Seller]).await;
    let stranger = house.stranger().await;
    let id = make(&house, &maker, EnvironmentKind::Sandbox, "Mine").await;
    assert_eq!(code(e.delete(&seller, id).await), "permission.missing");
    assert_eq!(code(e.delete(&other, id).await), "environment.not_yours");
    assert_eq!(code(e.update(&other, id, shut(true)).await), "environment.not_yours");
    let reset = || Reset { region: Region::default(), crm_enabled: false };
    assert_eq!(code(e.reset(&other, id, reset()).await), "environment.not_yours");
    assert_eq!(code(e.life(&stranger, id).await), "environment.not_found");
    assert_eq!(code(e.delete(&stranger, id).await), "environment.not_found");
    assert_eq!(code(e.reset(&stranger, id, reset()).await), "environment.not_found");
    assert_eq!(code(e.capacity(&stranger, id).await), "environment.not_found");
    e.delete(&maker, id).await.unwrap();
    assert_eq!(code(e.life(&other, id).await), "environment.not_found");
    assert_eq!(code(e.restore(&other, id).await), "environment.not_yours");
    e.restore(&admin, id).await.unwrap();
}

#[tokio::test]
async fn a_tenant_can_keep_making_environments_for_administrators_but_not_the_first_sign_in() {
    let house = House::new().await;
    let (admin, e) = (house.admin().await, &house.environments);
    let maker = house.person("max", &[Role::EnvironmentMaker]).await;
    let seller = house.person("sam", &[Role::Seller]).await;
    let only = Policy { trials: Makers::Administrators, others: Makers::Everyone };
    assert_eq!(code(e.set_policy(&maker, only).await), "environment.not_yours");
    assert_eq!(code(e.set_policy(&seller, only).await), "permission.missing");
    e.set_policy(&admin, only).await.unwrap();
    assert_eq!(e.policy(&seller).await.unwrap(), only);
    let trial = e.create(&maker, a(EnvironmentKind::Trial, "T"), Region::default()).await;
    assert_eq!(code(trial), "environment.only_administrators");
    make(&house, &maker, EnvironmentKind::Sandbox, "S").await;
    make(&house, &admin, EnvironmentKind::Trial, "T").await;
    let made = house.records.provision_viva(&seller).await.unwrap();
    assert!(made.made, "what the hub does by itself goes round it");
    let both = Policy { others: Makers::Administrators, ..only };
    e.set_policy(&admin, both).await.unwrap();
    let more = e.create(&maker, a(EnvironmentKind::Production, "P"), Region::default()).await;
    assert_eq!(code(more), "environment.only_administrators");
}

#[tokio::test]
async fn only_administrators_and_customizers_come_in_in_administration_mode() {
    let house = House::new().await;
    let (id, admin, e) = (house.sales().await, house.admin().await, &house.environments);
    let seller = house.person("sam", &[Role::Seller]).await;
    let maker = house.person("cleo", &[Role::Seller]).await;
    let session = house.records.session(&admin, "Sales").await.unwrap();
    house.records.session(&seller, "Sales").await.unwrap();
    house.records.session(&maker, "Sales").await.unwrap();
    let customizer = tables::baseline::Baseline::of(&[tables::baseline::Set::Core])
        .roles
        .iter()
        .find(|role| role.name == "System Customizer")
        .unwrap()
        .id;
    let give = records::Operation::Associate(records::Associate {
        from: records::Reference::id("systemuser", maker.user().unwrap().uuid()),
        navigation: "systemuserroles_association".to_owned(),
        to: records::Reference::id("role", customizer),
    });
    session.one(give).await.unwrap();
    e.update(&admin, id, shut(true)).await.unwrap();
    let error = house.records.session(&seller, "Sales").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "User does not have required privileges (or role membership) to access the org when it is in Admin Only mode."
    );
    house.records.session(&admin, "Sales").await.unwrap();
    house.records.session(&maker, "Sales").await.unwrap();
    let quiet = Patch { background_operations: Some(false), ..Patch::default() };
    e.update(&admin, id, quiet).await.unwrap();
    let life = e.life(&admin, id).await.unwrap();
    assert_eq!((life.state, life.environment.background_off), (State::Administration, true));
    e.update(&admin, id, shut(false)).await.unwrap();
    let life = e.life(&admin, id).await.unwrap();
    assert_eq!((life.state, life.environment.background_off), (State::Ready, false));
    house.records.session(&seller, "Sales").await.unwrap();
}

#[tokio::test]
async fn an_environment_begins_with_its_language_and_currency() {
    let house = House::new().await;
    let (admin, e) = (house.admin().await, &house.environments);
    let odd = Region { language: Language::Fr, currency: "QQQ".to_owned() };
    let refused = e.create(&admin, a(EnvironmentKind::Sandbox, "Odd"), odd).await;
    assert_eq!(code(refused), "input.invalid");
    let region = Region { language: Language::Fr, currency: "jpy".to_owned() };
    let made = e.create(&admin, a(EnvironmentKind::Sandbox, "Kyoto"), region).await.unwrap();
    assert_eq!(made.region.currency, "JPY");
    let session = house.records.session(&admin, "Kyoto").await.unwrap();
    let table = session.model().table("organization").unwrap();
    let query = queries::Query::of(table).select(["languagecode"]).unwrap();
    let key = records::RowKey::Id(session.organization());
    let rows = session.read("organization", &key, &query).await.unwrap().unwrap();
    let language = rows.plan.shown.properties[0].value(&rows.rows[0]).unwrap();
    assert_eq!(language, tables::Value::Whole(tables::FRENCH.into()));
    let table = session.model().table("transactioncurrency").unwrap();
    let query = queries::Query::of(table).select(["isocurrencycode"]).unwrap();
    let rows = session.query(&query, &queries::Paging::default()).await.unwrap();
    assert_eq!(rows.rows.len(), 1);
    let iso = rows.plan.shown.properties[0].value(&rows.rows[0]).unwrap();
    assert_eq!(iso, tables::Value::Text("JPY".to_owned()));
}

#[tokio::test]
async fn sales_tables_that_are_asked_for_later_come_in_the_background() {
    let house = House::new().await;
    let (admin, e) = (house.admin().await, &house.environments);
    let id = house.environment("Plain", false).await;
    house.records.session(&admin, "Plain").await.unwrap();
    let crm = Patch { crm_enabled: Some(true), ..Patch::default() };
    e.update(&admin, id, crm).await.unwrap();
    assert_eq!(code(e.delete(&admin, id).await), "environment.operation_running");
    house.work().await;
    let done = &e.operations(&admin, id).await.unwrap()[0];
    assert_eq!((done.kind, done.state), (OperationKind::SalesTables, OperationState::Succeeded));
    let session = house.records.session(&admin, "Plain").await.unwrap();
    let table = session.model().table("account").unwrap();
    assert_eq!(table.labels.text(tables::ENGLISH), "Account");
    assert_eq!(table.labels.text(tables::FRENCH), "Compte");
    create(&session, account("First")).await;
}

#[tokio::test]
async fn what_environments_hold_is_measured_where_something_was_written_and_kept_for_each_day() {
    let house = House::new().await;
    let (id, admin, e) = (house.sales().await, house.admin().await, &house.environments);
    assert_eq!(e.capacity(&admin, id).await.unwrap(), None);
    let session = house.records.session(&admin, "Sales").await.unwrap();
    e.sweep().await.unwrap();
    let first = e.capacity(&admin, id).await.unwrap().unwrap();
    assert!(first.database_bytes > 100_000, "{first:?}");
    for _ in 0..200 {
        create(&session, account(&"long ".repeat(30))).await;
    }
    house.clock.advance(DAY);
    e.sweep().await.unwrap();
    let second = e.capacity(&admin, id).await.unwrap().unwrap();
    assert!(second.database_bytes > first.database_bytes + 20_000, "{first:?} {second:?}");
    assert!(second.tables.iter().any(|(name, bytes)| name == "account" && *bytes > 20_000));
    assert_eq!(e.trend(&admin, id).await.unwrap().len(), 2);
    house.clock.advance(DAY);
    e.sweep().await.unwrap();
    let third = e.capacity(&admin, id).await.unwrap().unwrap();
    assert_eq!(third.measured_at, second.measured_at, "nothing was written, nothing is measured");
    assert_eq!(e.trend(&admin, id).await.unwrap().len(), 3);
    assert!(e.total(&admin).await.unwrap().bytes() >= third.bytes());
    house.clock.advance(DAY * 200);
    e.sweep().await.unwrap();
    assert_eq!(e.trend(&admin, id).await.unwrap().len(), 1);
}
