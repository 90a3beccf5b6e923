//! Several workers on one database, and workers that die.

use std::{sync::Arc, time::Duration};

use doubles::{Fault, Plan, Vendor};
use targets::{GROUP_MESSAGES, Kind};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    house::{House, numbers, quick},
    kinds::until,
};

#[tokio::test]
async fn only_one_node_serves_a_target_and_another_takes_over() {
    let house = House::new().await;
    let place = house.receiver.place(Vendor::Endpoint);
    house.target(Kind::Http, &place).await;
    let (one, two) = (house.node(quick()), house.node(quick()));
    house.post_numbers(0..5).await;
    one.drain().await.unwrap();
    house.post_numbers(5..10).await;
    two.drain().await.unwrap();
    assert_eq!(numbers(&place), (0..5).collect::<Vec<_>>(), "the lease is the first one's");
    house.advance(61);
    two.drain().await.unwrap();
    assert_eq!(numbers(&place), (0..10).collect::<Vec<_>>());
    house.post_numbers(10..12).await;
    one.drain().await.unwrap();
    assert_eq!(numbers(&place).len(), 10, "now it is the other one's");
}

#[tokio::test]
async fn a_node_that_stops_lets_another_go_on_at_once() {
    let house = House::new().await;
    let place = house.receiver.place(Vendor::Endpoint);
    house.target(Kind::Http, &place).await;
    let (one, two) = (house.node(quick()), house.node(quick()));
    let stop = CancellationToken::new();
    let running = TaskTracker::new().spawn(Arc::clone(&one).run(stop.clone()));
    house.post_numbers(0..5).await;
    testkit::within("the messages", until(|| place.taken_count() == 5)).await;
    stop.cancel();
    running.await.unwrap();
    house.post_numbers(5..6).await;
    two.drain().await.unwrap();
    assert_eq!(numbers(&place), (0..6).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_worker_that_dies_repeats_a_small_group_at_most() {
    let house = House::new().await;
    let place = house.receiver.place(Vendor::Endpoint);
    house.target(Kind::Http, &place).await;
    let count = 1000;
    house.post_numbers(0..count).await;
    let stop = CancellationToken::new();
    let running = TaskTracker::new().spawn(Arc::clone(&house.targets).run(stop.clone()));
    testkit::within("half of them", until(|| place.taken_count() > count / 2)).await;
    running.abort();
    running.await.unwrap_err();
    let again = TaskTracker::new().spawn(Arc::clone(&house.targets).run(stop.clone()));
    let done = || numbers(&place).last() == Some(&(count - 1));
    testkit::within("the rest", until(done)).await;
    stop.cancel();
    again.await.unwrap();
    let all = numbers(&place);
    let most = 3 * usize::try_from(GROUP_MESSAGES).unwrap();
    assert!(all.len() <= count + most, "{} repeated", all.len() - count);
    let mut next = 0;
    for number in all {
        assert!(number <= next, "{number} came before {next}");
        next = next.max(number + 1);
    }
    assert_eq!(next, count);
}

#[tokio::test]
async fn a_slow_target_holds_up_nobody_else() {
    let house = House::new().await;
    let (slow, quick) =
        (house.receiver.place(Vendor::Endpoint), house.receiver.place(Vendor::Endpoint));
    house.target(Kind::Http, &slow).await;
    house.target(Kind::Http, &quick).await;
    slow.set_plan(Plan::always(Fault::Slow(Duration::from_millis(100))));
    let stop = CancellationToken::new();
    let running = TaskTracker::new().spawn(Arc::clone(&house.targets).run(stop.clone()));
    house.post_numbers(0..100).await;
    testkit::within("the quick one", until(|| quick.taken_count() == 100)).await;
    assert!(slow.taken_count() < 100);
    stop.cancel();
    running.await.unwrap();
}
