//! Pauses, the circuit, giving up, dead letters and their replay.

use delivery::outside::Circuit;
use doubles::{Fault, Plan, Vendor};
use kernel::{Coded as _, Limit};
use targets::{AttemptOutcome, Kind, Replay, Settings};
use workspace::MailSettings;

use crate::house::{House, numbers, quick};

#[tokio::test]
async fn a_wait_that_is_asked_for_is_given() {
    let house = House::new().await;
    let place = house.receiver.place(Vendor::Slack);
    let target = house.target(Kind::Slack, &place).await;
    place.set_plan(Plan::first(vec![Fault::Busy(90)]));
    house.post_numbers(0..2).await;
    house.drain().await;
    house.advance(89);
    house.drain().await;
    assert_eq!(place.requests(), 1);
    assert_eq!(house.look(target).await.health.failures, 0, "asking for patience is no failure");
    house.advance(1);
    house.drain().await;
    assert_eq!(numbers(&place), [0, 1]);
}

#[tokio::test]
async fn a_failing_target_is_tried_less_and_less_and_disturbs_no_other() {
    let house = House::new().await;
    let (bad, good) =
        (house.receiver.place(Vendor::Endpoint), house.receiver.place(Vendor::Endpoint));
    let failing = house.target(Kind::Http, &bad).await;
    house.target(Kind::Http, &good).await;
    bad.set_plan(Plan::always(Fault::Status(503)));
    house.post_numbers(0..4).await;
    for _ in 0..200 {
        house.drain().await;
        house.advance(1);
    }
    assert_eq!(numbers(&good), [0, 1, 2, 3]);
    let tried = bad.requests();
    assert!((6..=12).contains(&tried), "{tried} attempts in 200 s");
    let health = house.look(failing).await.health;
    assert_ne!(health.circuit, Circuit::Closed);
    assert!(health.failing_since.is_some() && health.next_at.is_some());
    assert_eq!(health.last_code.as_deref(), Some("target.failed"));
    bad.set_plan(Plan::good());
    house.advance(600);
    house.drain().await;
    assert_eq!(numbers(&bad), [0, 1, 2, 3]);
    let health = house.look(failing).await.health;
    assert_eq!((health.circuit, health.failures), (Circuit::Closed, 0));
}

#[tokio::test]
async fn a_refused_message_is_a_dead_letter_with_the_reason_and_the_next_goes_on() {
    let house = House::new().await;
    let place = house.receiver.place(Vendor::Discord);
    let target = house.target(Kind::Discord, &place).await;
    place.set_plan(Plan::first(vec![Fault::None, Fault::Status(400)]));
    house.post_numbers(0..4).await;
    house.drain().await;
    assert_eq!(numbers(&place), [0, 2, 3]);
    let letters = house.letters(target).await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].code, "target.refused");
    assert!(letters[0].detail.contains("something failed"), "{}", letters[0].detail);
    let owner = house.owner();
    let dead = Some(AttemptOutcome::Dead);
    let log = house.targets.attempts(&owner, target, dead, (Limit::default(), None)).await.unwrap();
    assert_eq!(log.items.len(), 1);
    assert_eq!(log.items[0].status, Some(400));
    let row = house.targets.attempt(&owner, target, log.items[0].number).await.unwrap();
    assert!(row.request.contains("number 00001"), "{}", row.request);
}

#[tokio::test]
async fn dead_letters_are_replayed_one_some_and_all() {
    let house = House::new().await;
    let place = house.receiver.place(Vendor::Endpoint);
    let target = house.target(Kind::Http, &place).await;
    place.set_plan(Plan::always(Fault::Status(422)));
    house.post_numbers(0..6).await;
    house.drain().await;
    place.set_plan(Plan::good());
    let letters = house.letters(target).await;
    let positions: Vec<i64> = letters.iter().rev().map(|letter| letter.place.position).collect();
    assert_eq!(positions.len(), 6);
    let (owner, targets) = (house.owner(), &house.targets);
    let one = Replay::Positions(vec![positions[3]]);
    assert_eq!(targets.replay(&owner, target, one).await.unwrap(), 1);
    house.drain().await;
    assert_eq!(numbers(&place), [3]);
    let some = Replay::Range(positions[0], positions[1]);
    assert_eq!(targets.replay(&owner, target, some).await.unwrap(), 2);
    house.drain().await;
    assert_eq!(numbers(&place), [3, 0, 1]);
    assert_eq!(targets.replay(&owner, target, Replay::All).await.unwrap(), 3);
    house.drain().await;
    assert_eq!(numbers(&place), [3, 0, 1, 2, 4, 5]);
    assert!(house.letters(target).await.is_empty());
    let nothing = targets.replay(&owner, target, Replay::All).await.unwrap_err();
    assert_eq!(nothing.code().name(), "dead_letter.not_found");
}

#[tokio::test]
async fn a_replay_that_fails_stays_a_dead_letter() {
    let house = House::new().await;
    let place = house.receiver.place(Vendor::Endpoint);
    let target = house.target(Kind::Http, &place).await;
    place.set_plan(Plan::always(Fault::Status(422)));
    house.post("no").await;
    house.drain().await;
    house.targets.replay(&house.owner(), target, Replay::All).await.unwrap();
    house.drain().await;
    let letters = house.letters(target).await;
    assert_eq!((letters.len(), letters[0].attempts), (1, 2));
    let tried = place.requests();
    house.advance(3600);
    house.drain().await;
    assert_eq!(place.requests(), tried, "one replay is one attempt");
}

#[tokio::test]
async fn what_was_tried_too_often_or_is_too_old_is_given_up() {
    let settings = Settings { attempts: 3, ..quick() };
    let house = House::with(settings, MailSettings::default()).await;
    let place = house.receiver.place(Vendor::Endpoint);
    let target = house.target(Kind::Http, &place).await;
    place.set_plan(Plan::always(Fault::Status(500)));
    house.post_numbers(0..1).await;
    for _ in 0..20 {
        house.drain().await;
        house.advance(60);
    }
    assert_eq!(place.requests(), 3);
    assert_eq!(house.letters(target).await[0].code, "target.failed");
    house.targets.set_enabled(&house.owner(), target, false).await.unwrap();
    house.post_numbers(1..3).await;
    house.advance(73 * 3600);
    place.set_plan(Plan::good());
    house.targets.set_enabled(&house.owner(), target, true).await.unwrap();
    house.post_numbers(3..4).await;
    house.drain().await;
    assert_eq!(numbers(&place), [3]);
    let codes: Vec<String> = house.letters(target).await.into_iter().map(|l| l.code).collect();
    assert_eq!(codes, ["target.too_old", "target.too_old", "target.failed"]);
}

#[tokio::test]
async fn the_owner_hears_once_that_it_keeps_failing_and_once_that_it_recovered() {
    let server = doubles::MailServer::start().unwrap();
    let mail = MailSettings {
        domain: "hub.example.org".to_owned(),
        relay_host: Some("127.0.0.1".to_owned()),
        relay_port: server.address().port(),
        relay_security: workspace::RelaySecurity::None,
        ..MailSettings::default()
    };
    let house = House::with(quick(), mail).await;
    let place = house.receiver.place(Vendor::Endpoint);
    house.target(Kind::Http, &place).await;
    place.set_plan(Plan::always(Fault::Reset));
    house.post("hello").await;
    for _ in 0..40 {
        house.drain().await;
        house.advance(60);
    }
    assert_eq!(server.mails().len(), 1);
    assert_eq!(server.mails()[0].to, ["ada@example.org"]);
    assert_eq!(house.targets.failing(&house.owner()).await.unwrap().len(), 1);
    let grace = house.person("grace").await;
    assert!(house.targets.failing(&house.scope_of(grace)).await.unwrap().is_empty());
    place.set_plan(Plan::good());
    house.advance(3600);
    house.drain().await;
    assert_eq!(server.mails().len(), 2);
    assert!(house.targets.failing(&house.owner()).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_address_of_the_hub_s_own_network_is_not_reached() {
    let house = House::new().await;
    let place = house.receiver.place(Vendor::Endpoint);
    let inner = place.url().replace("127.0.0.1", "10.1.2.3");
    let details = targets::Details { url: Some(inner), ..targets::Details::default() };
    let new = targets::NewTarget {
        kind: Kind::Http,
        name: "Inside".to_owned(),
        details,
        per_minute: None,
    };
    let (target, _) = house.targets.create(&house.owner(), house.source(), new).await.unwrap();
    house.post("hello").await;
    house.drain().await;
    let health = house.look(target.id).await.health;
    assert_eq!(health.last_code.as_deref(), Some("outbound.network"));
}
