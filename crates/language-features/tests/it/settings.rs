//! What administrators decide, and what nobody can do without it.

use insights::updates::Change;
use jiff::civil::date;
use kernel::{Coded as _, Secret};
use language_features::{Availability, Error, Feature, NewConfig, Switch, Task, Worker};

use crate::house::{House, task};

fn codes(error: &Error) -> Vec<String> {
    error.fields().iter().map(|field| field.code.to_owned()).collect()
}

#[tokio::test]
async fn at_the_beginning_rules_do_the_work_and_nothing_leaves() {
    let house = House::new().await;
    let summary = house.room.run(&house.seller(), &task(Feature::Thread)).await.unwrap();
    assert!(
        !summary.by_endpoint && summary.items.iter().any(|item| item.text.contains("45,000 euros")),
        "{summary:?}"
    );
    let actions = house.room.run(&house.seller(), &task(Feature::Actions)).await.unwrap();
    let short: Vec<_> =
        actions.items.iter().map(|item| (item.owner.as_deref(), item.due, item.source)).collect();
    assert!(short.contains(&(Some("Bob Hope"), Some(date(2026, 3, 6)), 1)), "{short:?}");
    let updates = house.room.run(&house.seller(), &task(Feature::Updates)).await.unwrap();
    assert_eq!(
        updates.items[0].change,
        Some(Change::Amount { cents: 4_500_000, currency: Some("EUR") })
    );
    let draft = house.room.run(&house.seller(), &task(Feature::Draft)).await.unwrap();
    assert!(
        draft.draft.starts_with("Hello Bob Hope,") && draft.draft.contains("> Which depots"),
        "{}",
        draft.draft
    );
    let mut known = task(Feature::Draft);
    known.reply.facts = vec![("Est. Close Date".to_owned(), "30 June 2026".to_owned())];
    let known = house.room.run(&house.seller(), &known).await.unwrap();
    let line = "This is where we stand:\n\n- Est. Close Date: 30 June 2026\n";
    assert!(known.draft.contains(line), "{}", known.draft);
    let mut meeting = task(Feature::Meeting);
    meeting.sources = Task::sources_of(b"WEBVTT\n\n0:0:0.0 --> 0:0:9.0\n<v Ada>The rollout of the scanners begins in May in all four depots.</v>").unwrap();
    let meeting = house.room.run(&house.seller(), &meeting).await.unwrap();
    assert_eq!((meeting.items[0].from.as_str(), meeting.items[0].at_ms), ("Ada", Some(0)));
    assert!(house.bodies().is_empty());
}

#[tokio::test]
async fn text_leaves_only_with_an_address_a_model_a_place_and_consent() {
    let house = House::new().await;
    let bare = NewConfig {
        endpoint: String::new(),
        model: String::new(),
        location: String::new(),
        key: None,
        consent: false,
        ..house.out()
    };
    let error = house.room.update_config(&house.admin(), bare).await.unwrap_err();
    assert_eq!(
        codes(&error),
        [
            "language.endpoint_missing",
            "language.model_missing",
            "language.location_missing",
            "language.consent_missing"
        ]
    );
    let odd =
        NewConfig { endpoint: "ftp://x".to_owned(), daily_tokens: 1, timeout_ms: 1, ..house.out() };
    let error = house.room.update_config(&house.admin(), odd).await.unwrap_err();
    assert!(
        codes(&error).contains(&"language.endpoint_address".to_owned()) && codes(&error).len() == 4,
        "{:?}",
        codes(&error)
    );
    assert!(!house.room.config(&house.admin()).await.unwrap().sends());
}

#[tokio::test]
async fn another_address_needs_its_key_and_the_consent_again() {
    let house = House::new().await;
    house.switch_on().await;
    let moved = NewConfig {
        endpoint: "https://other.example/v1".to_owned(),
        key: None,
        consent: false,
        ..house.out()
    };
    let error = house.room.update_config(&house.admin(), moved).await.unwrap_err();
    assert_eq!(codes(&error), ["language.key_again", "language.consent_missing"]);
    let kept = NewConfig { key: None, consent: false, ..house.out() };
    let after = house.room.update_config(&house.admin(), kept).await.unwrap();
    assert!(after.has_key && after.consented_at.is_some());
    let gone = NewConfig { key: Some(Secret::new(String::new())), ..house.out() };
    assert!(!house.room.update_config(&house.admin(), gone).await.unwrap().has_key);
}

#[tokio::test]
async fn features_are_off_for_all_or_a_preview_for_those_who_administer() {
    let house = House::new().await;
    let switch = |feature, availability| Switch { feature, availability, worker: Worker::Rules };
    let new = NewConfig {
        switches: vec![
            switch(Feature::Draft, Availability::Off),
            switch(Feature::Updates, Availability::Preview),
        ],
        ..house.out()
    };
    house.room.update_config(&house.admin(), new).await.unwrap();
    for (scope, feature, there) in [
        (house.seller(), Feature::Draft, false),
        (house.admin(), Feature::Draft, false),
        (house.seller(), Feature::Updates, false),
        (house.admin(), Feature::Updates, true),
        (house.seller(), Feature::Thread, true),
    ] {
        let ran = house.room.run(&scope, &task(feature)).await;
        assert_eq!(ran.is_ok(), there, "{feature:?}");
        assert!(there || matches!(ran, Err(Error::Off)));
    }
    assert_eq!(house.room.offered(&house.seller()).await.unwrap().0.len(), 3);
}

#[tokio::test]
async fn settings_are_for_those_who_administer_and_change_one_after_the_other() {
    let house = House::new().await;
    assert!(matches!(house.room.config(&house.seller()).await, Err(Error::Denied(_))));
    assert!(matches!(
        house.room.update_config(&house.seller(), house.out()).await,
        Err(Error::Denied(_))
    ));
    assert!(matches!(
        house.room.run(&house.scope(&[]), &task(Feature::Thread)).await,
        Err(Error::Denied(_))
    ));
    house.switch_on().await;
    let late = NewConfig { changes: Some(0), ..house.out() };
    assert!(matches!(house.room.update_config(&house.admin(), late).await, Err(Error::Changed)));
    let current = NewConfig { changes: Some(1), ..house.out() };
    assert_eq!(house.room.update_config(&house.admin(), current).await.unwrap().changes, 2);
}

#[tokio::test]
async fn another_tenant_has_settings_of_its_own() {
    let mut house = House::new().await;
    house.switch_on().await;
    house.tenant = kernel::Ids::system().fresh();
    assert_eq!(
        house.room.config(&house.admin()).await.unwrap(),
        language_features::Config::default()
    );
}

#[tokio::test]
async fn empty_and_endless_tasks_are_refused() {
    let house = House::new().await;
    let mut none = task(Feature::Thread);
    none.sources.clear();
    assert!(matches!(house.room.run(&house.seller(), &none).await, Err(Error::Empty)));
    let mut huge = task(Feature::Thread);
    huge.sources[0].text = "a ".repeat(600_000);
    assert!(matches!(house.room.run(&house.seller(), &huge).await, Err(Error::TooLarge)));
    let error = Task::sources_of(b"WEBVTT\n\n0:x --> 0:0:1\n<v A>b</v>").unwrap_err().told();
    assert_eq!(error.fields()[0].pointer, "/transcript/line/3");
}

#[tokio::test]
async fn what_administrators_of_sales_give_somebody_holds_before_every_switch() {
    let house = House::new().await;
    let new = NewConfig {
        switches: vec![Switch {
            feature: Feature::Draft,
            availability: Availability::Preview,
            worker: Worker::Rules,
        }],
        consent: false,
        endpoint: String::new(),
        key: None,
        ..house.out()
    };
    house.room.update_config(&house.admin(), new).await.unwrap();
    let (seller, other) = (house.seller(), house.seller());
    let (tries, out) = (seller.user(), other.user());
    house.room.given_by(Box::new(move |scope| {
        let given =
            language_features::Given { any: scope.user() != out, preview: scope.user() == tries };
        Box::pin(async move { Ok(given) })
    }));
    let offered = house.room.offered(&seller).await.unwrap().0;
    assert!(offered.iter().any(|one| one.feature == Feature::Draft), "a preview for them too");
    assert!(house.room.run(&seller, &task(Feature::Draft)).await.is_ok());
    assert!(house.room.run(&house.seller(), &task(Feature::Draft)).await.is_err());
    assert!(house.room.run(&house.seller(), &task(Feature::Thread)).await.is_ok());
    assert!(house.room.offered(&other).await.unwrap().0.is_empty(), "whoever is given nothing");
    let refused = house.room.run(&other, &task(Feature::Thread)).await.unwrap_err();
    assert_eq!(refused.code().name(), "language.off");
}
