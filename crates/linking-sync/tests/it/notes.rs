//! Changes of records as cards in channels.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use kernel::{Coded as _, Language};
use liaison_linking_sync::{Digest, Error, NoteRules, Quiet};
use linking_setup::Obstacle;
use records::{Condition, Delete, Entry, Operation};
use tables::{Fixed, Value};
use workspace_port::{Role, Workspace as _};

use crate::house::{House, at, person, team};

fn rules() -> NoteRules {
    NoteRules {
        columns: vec!["estimatedvalue".to_owned(), "name".to_owned(), "ownerid".to_owned()],
        updated: true,
        closed: true,
        zone: "UTC".to_owned(),
        ..NoteRules::default()
    }
}

fn worth(amount: i64) -> Entry {
    Entry::of("opportunity").with("estimatedvalue", Value::Fixed(Fixed::new(amount * 10_000, 4)))
}

fn worded(entry: &str) -> Entry {
    Entry::of("opportunity").text("description", entry)
}

#[tokio::test]
async fn change_notes_need_the_second_consent() {
    let house = House::first(Language::En).await;
    let link = house.linked("Coffee").await;
    let refused = house.sync.set_notes(&house.admin, link.id, rules()).await.unwrap_err();
    assert_eq!(refused.code().name(), Obstacle::SecondConsentMissing.code().name());
}

#[tokio::test]
async fn changes_are_told_in_order_on_one_card_and_only_what_was_chosen() {
    let house = House::new().await;
    let link = house.linked("Coffee").await;
    house.sync.set_notes(&house.admin, link.id, rules()).await.unwrap();
    house.change(&link.subject, worded("Hidden words")).await;
    house.change(&link.subject, worth(1000)).await;
    house.change(&link.subject, worth(2500)).await;
    house.work().await;
    assert_eq!(house.cards(&link.channel).await, Vec::<String>::new(), "they wait for others");
    house.after(30).await;
    let cards = house.cards(&link.channel).await;
    assert_eq!(cards.len(), 1, "{cards:?}");
    let (first, second) = (cards[0].find("1,000.00"), cards[0].find("2,500.00"));
    assert!(first.is_some() && first < second, "{}", cards[0]);
    assert!(!cards[0].contains("Hidden") && cards[0].contains("ada"), "{}", cards[0]);
    house.change(&link.subject, worth(3000)).await;
    house.after(30).await;
    assert_eq!(house.cards(&link.channel).await.len(), 2);
    let noted = house.sync.notes(&house.admin, link.id).await.unwrap();
    assert_eq!((noted.waiting, noted.posts.len(), noted.problem), (0, 2, None));
    assert_eq!(noted.posts[1].changes, 2);
}

#[tokio::test]
async fn words_are_in_the_language_of_the_tenant() {
    let house = House::first(Language::Fr).await;
    house.second().await;
    let link = house.linked("Café").await;
    house.sync.set_notes(&house.admin, link.id, rules()).await.unwrap();
    house.change(&link.subject, worth(1000)).await;
    house.after(30).await;
    let cards = house.cards(&link.channel).await;
    assert!(cards[0].contains("ada a modifié l’enregistrement"), "{}", cards[0]);
    assert!(cards[0].contains("1\u{202f}000,00"), "{}", cards[0]);
}

#[tokio::test]
async fn closing_reopening_and_adding_are_told_where_chosen() {
    let house = House::new().await;
    let link = house.linked("Coffee").await;
    let rules =
        NoteRules { created: true, closed: true, zone: "UTC".to_owned(), ..NoteRules::default() };
    house.sync.set_notes(&house.admin, link.id, rules).await.unwrap();
    house.change(&link.subject, worth(5)).await;
    let session = house.session(&house.admin).await;
    let regarding = tables::RowRef { code: 3, id: link.subject.id() };
    let task = Entry::of("task")
        .text("subject", "Call the boss")
        .with("regardingobjectid", Value::Row(regarding));
    session.one(Operation::Create(task)).await.unwrap();
    let closed = Entry::of("opportunity").with("statecode", Value::Whole(2));
    house.change(&link.subject, closed).await;
    house.after(30).await;
    let cards = house.cards(&link.channel).await;
    assert_eq!(cards.len(), 1);
    assert!(cards[0].contains("ada added: Task"), "{}", cards[0]);
    assert!(cards[0].contains("ada closed the record"), "{}", cards[0]);
    assert!(!cards[0].contains("Call the boss"), "by its kind alone: {}", cards[0]);
}

#[tokio::test]
async fn quiet_hours_and_digests_hold_changes_back() {
    let house = House::new().await;
    let link = house.linked("Coffee").await;
    let all_day = Quiet { from: 0, to: 1439, weekend: true };
    let quiet = NoteRules { quiet: Some(all_day), ..rules() };
    house.sync.set_notes(&house.admin, link.id, quiet).await.unwrap();
    house.change(&link.subject, worth(1)).await;
    house.after(3600).await;
    assert_eq!(house.cards(&link.channel).await.len(), 0);
    house.after(7 * 86_400).await;
    assert_eq!(house.cards(&link.channel).await.len(), 1, "what waited is told when it is over");
    let digest = NoteRules { digest: Digest::Daily(9 * 60), ..rules() };
    house.sync.set_notes(&house.admin, link.id, digest).await.unwrap();
    for amount in 2..7 {
        house.change(&link.subject, worth(amount)).await;
        house.clock.advance(std::time::Duration::from_mins(1));
    }
    house.after(60).await;
    house.after(86_400).await;
    let cards = house.cards(&link.channel).await;
    assert!(cards.len() >= 2, "{}", cards.len());
    let noted = house.sync.notes(&house.admin, link.id).await.unwrap();
    assert_eq!(noted.posts.iter().map(|post| post.changes).sum::<u64>(), 6, "none is lost");
}

#[tokio::test]
async fn secured_and_senseless_columns_are_refused_and_readers_decide_nothing() {
    let house = House::new().await;
    let link = house.linked("Coffee").await;
    for column in ["nothing", "opportunityid", "versionnumber"] {
        let wrong = NoteRules { columns: vec![column.to_owned()], ..rules() };
        let refused = house.sync.set_notes(&house.admin, link.id, wrong).await.unwrap_err();
        assert!(
            matches!(&refused, Error::Columns { columns } if columns[0] == column),
            "{refused:?}"
        );
    }
    let sam = house.seller("sam").await;
    let hidden = house.sync.set_notes(&sam, link.id, rules()).await.unwrap_err();
    assert!(matches!(hidden, Error::Unknown), "{hidden:?}");
    let deal = at("opportunity", link.subject.id());
    let to = records::Principal::User(sam.user().unwrap().uuid());
    house.session(&house.admin).await.grant(&deal, to, 1).await.unwrap();
    let refused = house.sync.set_notes(&sam, link.id, rules()).await.unwrap_err();
    assert!(matches!(refused, Error::Linking(linking::Error::ReadOnly)), "{refused:?}");
}

#[tokio::test]
async fn who_may_not_read_the_record_any_more_tells_nothing_of_it() {
    let house = House::new().await;
    let sam = house.seller("sam").await;
    let link = house.linked("Coffee").await;
    house.assign(&link.subject, &sam).await;
    house.seat(&house.admin).put_member(&team(&link), &person(&sam), Role::Member).await.unwrap();
    house.sync.set_notes(&sam, link.id, rules()).await.unwrap();
    house.assign(&link.subject, &house.admin).await;
    house.change(&link.subject, worth(777)).await;
    house.after(30).await;
    assert_eq!(house.cards(&link.channel).await, Vec::<String>::new());
    let noted = house.sync.notes(&house.admin, link.id).await.unwrap();
    assert_eq!(noted.posts[0].problem.as_deref(), Some("link.record_not_readable"));
}

#[tokio::test]
async fn what_a_missing_poster_leaves_waits_for_the_next_one() {
    let house = House::new().await;
    let sam = house.seller("sam").await;
    let link = house.linked("Coffee").await;
    house.assign(&link.subject, &sam).await;
    house.sync.set_notes(&sam, link.id, rules()).await.unwrap();
    house.change(&link.subject, worth(1)).await;
    // sam is not in the team: may not post there
    house.after(30).await;
    assert_eq!(house.cards(&link.channel).await.len(), 0);
    let noted = house.sync.notes(&house.admin, link.id).await.unwrap();
    assert!(noted.problem.is_some() && noted.waiting == 1, "{noted:?}");
    house.sync.set_notes(&house.admin, link.id, rules()).await.unwrap();
    house.after(30).await;
    assert_eq!(house.cards(&link.channel).await.len(), 1);
}

#[tokio::test]
async fn an_archived_channel_holds_changes_until_it_is_back() {
    let house = House::new().await;
    let link = house.linked("Coffee").await;
    house.sync.set_notes(&house.admin, link.id, rules()).await.unwrap();
    house.seat(&house.admin).archive_team(&link.team, true).await.unwrap();
    house.change(&link.subject, worth(9)).await;
    house.after(30).await;
    assert_eq!(house.cards(&link.channel).await.len(), 0);
    house.seat(&house.admin).archive_team(&link.team, false).await.unwrap();
    house.after(3700).await;
    assert_eq!(house.cards(&link.channel).await.len(), 1);
}

#[tokio::test]
async fn a_deleted_record_is_told_before_its_link_ends() {
    let house = House::new().await;
    let link = house.linked("Coffee").await;
    house.sync.set_notes(&house.admin, link.id, rules()).await.unwrap();
    house.work().await;
    let gone = Delete { row: at("opportunity", link.subject.id()), condition: Condition::None };
    house.session(&house.admin).await.one(Operation::Delete(gone)).await.unwrap();
    house.work().await;
    let cards = house.cards(&link.channel).await;
    assert!(cards.len() == 1 && cards[0].contains("ada deleted the record"), "{cards:?}");
}

#[tokio::test]
async fn a_crash_at_every_point_of_posting_tells_each_change_exactly_once() {
    let house = House::new().await;
    let link = house.linked("Coffee").await;
    house.sync.set_notes(&house.admin, link.id, rules()).await.unwrap();
    let mut points = 0;
    for at in 0..20 {
        let seen = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&seen);
        let node =
            house.mortal(Arc::new(move |_: &str| count.fetch_add(1, Ordering::SeqCst) >= at));
        house.change(&link.subject, worth(100 + i64::try_from(at).unwrap())).await;
        house.clock.advance(std::time::Duration::from_secs(30));
        node.drain(&house.root()).await.unwrap();
        let died = seen.load(Ordering::SeqCst) > at;
        house.after(3700).await;
        let cards = house.cards(&link.channel).await;
        assert_eq!(cards.len(), at + 1, "at point {at}");
        if !died {
            break;
        }
        points += 1;
    }
    assert!(points >= 3, "only {points} points were walked");
}
