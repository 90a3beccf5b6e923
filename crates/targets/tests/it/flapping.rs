//! Targets that come and go: everything arrives, in order, and nothing twice but what missing answers force.

use std::{collections::BTreeSet, time::Duration};

use doubles::{Fault, Plan, Vendor};
use targets::Kind;

use crate::house::{House, numbers};

#[tokio::test]
async fn everything_arrives_in_order_at_places_that_come_and_go() {
    let house = House::new().await;
    let kinds = [
        (Kind::Slack, Vendor::Slack),
        (Kind::GoogleChat, Vendor::GoogleChat),
        (Kind::Discord, Vendor::Discord),
        (Kind::Http, Vendor::Endpoint),
    ];
    let mut places = Vec::new();
    for (index, (kind, vendor)) in kinds.into_iter().enumerate() {
        let place = house.receiver.place(vendor);
        let target = house.target(kind, &place).await;
        place.set_plan(Plan::flapping(index as u64 + 7, 30, Duration::from_millis(600)));
        places.push((kind, place, target));
    }
    let steady = house.receiver.place(Vendor::Endpoint);
    house.target(Kind::Http, &steady).await;
    let count = 60;
    let mut posted = 0;
    for _ in 0..600 {
        if posted < count {
            house.post_numbers(posted..posted + 3).await;
            posted += 3;
        }
        house.drain().await;
        assert_eq!(numbers(&steady), (0..posted).collect::<Vec<_>>(), "others are undisturbed");
        house.advance(20);
        if posted == count && places.iter().all(|(_, place, _)| last(place) == Some(count - 1)) {
            break;
        }
    }
    for (kind, place, target) in &places {
        assert_eq!(place.refused().len(), 0, "{kind:?}: {:?}", place.refused());
        assert!(house.letters(*target).await.is_empty(), "{kind:?}");
        let taken = place.taken();
        let all = numbers(place);
        let once: BTreeSet<usize> = all.iter().copied().collect();
        assert_eq!(once.len(), count, "{kind:?}: something is missing");
        assert!(all.is_sorted(), "{kind:?}: {all:?}");
        for (index, number) in all.iter().enumerate().skip(1) {
            if all[index - 1] == *number {
                assert!(!taken[index - 1].answered, "{kind:?}: {number} came twice for nothing");
            }
        }
        if *kind == Kind::GoogleChat {
            assert_eq!(all.len(), count, "a known requestId makes no second message");
        }
    }
}

fn last(place: &doubles::Place) -> Option<usize> {
    numbers(place).last().copied()
}

#[tokio::test]
async fn an_answer_that_never_comes_is_given_up_and_the_message_sent_again() {
    let house = House::new().await;
    let place = house.receiver.place(Vendor::Endpoint);
    house.target(Kind::Http, &place).await;
    place.set_plan(Plan::first(vec![Fault::Stall(Duration::from_secs(2))]));
    house.post_numbers(0..2).await;
    house.drain().await;
    house.advance(5);
    house.drain().await;
    assert_eq!(numbers(&place), [0, 0, 1]);
    let taken = place.taken();
    assert_eq!(taken[0].id, taken[1].id, "a repeat has the same webhook-id");
    assert_ne!(taken[1].id, taken[2].id);
}
