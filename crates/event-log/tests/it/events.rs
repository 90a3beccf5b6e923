//! Reading, erasing and pruning events; tenants apart; notices.

use db::Error;
use kernel::{Ids, TenantId};
use liaison_event_log::{Place, erase, find, find_many, head, prune, read_after, read_back};
use testkit::notice;
use uuid::Uuid;

use crate::{TOPIC, add, store};

const STREAM: Uuid = Uuid::from_u128(1);

#[tokio::test]
async fn events_are_read_forward_without_and_back_with_their_bodies() {
    let (store, scope) = store().await;
    for number in 1..=5 {
        add(&store, &scope, STREAM, number).await;
    }
    let forward = store.read(&scope, |tx| read_after(tx, TOPIC, STREAM, 2, 2)).await.unwrap();
    assert_eq!(forward.iter().map(|e| e.position).collect::<Vec<_>>(), [3, 4]);
    assert_eq!(forward[0].at.to_string(), "2026-03-02T09:00:00.000001Z");
    let back = store.read(&scope, |tx| read_back(tx, TOPIC, STREAM, 5, 2)).await.unwrap();
    let seen: Vec<_> = back.iter().map(|e| (e.place.position, e.body.as_deref())).collect();
    assert_eq!(seen, [(4, Some(&b"4"[..])), (3, Some(&b"3"[..]))]);
    let one = Place { stream: STREAM, position: 2 };
    let found = store.read_one(&scope, move |tx| find(tx, TOPIC, one)).await.unwrap().unwrap();
    assert_eq!((found.place, found.body.as_deref()), (one, Some(&b"2"[..])));
    let nowhere = Place { stream: STREAM, position: 6 };
    assert_eq!(store.read_one(&scope, move |tx| find(tx, TOPIC, nowhere)).await.unwrap(), None);
}

#[tokio::test]
async fn many_places_are_found_once_each_and_missing_ones_left_out() {
    let (store, scope) = store().await;
    let other = Uuid::from_u128(2);
    for number in 1..=5 {
        add(&store, &scope, STREAM, number).await;
        add(&store, &scope, other, 10 + number).await;
    }
    let places: Vec<_> =
        [(STREAM, 5), (other, 2), (STREAM, 1), (STREAM, 2), (STREAM, 2), (other, 9)]
            .map(|(stream, position)| Place { stream, position })
            .into();
    let found = store.read(&scope, move |tx| find_many(tx, TOPIC, &places)).await.unwrap();
    let mut bodies: Vec<_> = found.into_iter().map(|e| e.body.unwrap()).collect();
    bodies.sort();
    assert_eq!(bodies, [&b"1"[..], b"12", b"2", b"5"]);
}

#[tokio::test]
async fn an_erased_event_has_happened_but_says_nothing() {
    let (store, scope) = store().await;
    add(&store, &scope, STREAM, 1).await;
    add(&store, &scope, STREAM, 2).await;
    let place = Place { stream: STREAM, position: 1 };
    store.write(&scope, move |tx| erase(tx, TOPIC, place)).await.unwrap();
    let all = store.read(&scope, |tx| read_back(tx, TOPIC, STREAM, i64::MAX, 9)).await.unwrap();
    let bodies: Vec<_> = all.iter().map(|e| e.body.is_some()).collect();
    assert_eq!(bodies, [true, false]);
}

#[tokio::test]
async fn pruning_goes_up_to_a_position_and_never_moves_the_head() {
    let (store, scope) = store().await;
    let other = Uuid::from_u128(2);
    for number in 1..=4 {
        add(&store, &scope, STREAM, number).await;
        add(&store, &scope, other, number).await;
    }
    let gone = store.write(&scope, |tx| prune(tx, TOPIC, STREAM, 3)).await.unwrap();
    assert_eq!(gone, 3);
    let left = |stream| store.read(&scope, move |tx| read_after(tx, TOPIC, stream, 0, 9));
    assert_eq!(left(STREAM).await.unwrap().len(), 1);
    assert_eq!(left(other).await.unwrap().len(), 4);
    let gone = store.write(&scope, |tx| prune(tx, TOPIC, STREAM, 4)).await.unwrap();
    assert_eq!(gone, 1);
    assert_eq!(store.read(&scope, |tx| head(tx, TOPIC, STREAM)).await.unwrap(), 4);
    assert_eq!(add(&store, &scope, STREAM, 5).await, 5);
}

#[tokio::test]
async fn tenants_have_streams_of_their_own() {
    let (store, scope) = store().await;
    let stranger = testkit::system_scope(Ids::seeded(77).fresh::<TenantId>());
    assert_eq!(add(&store, &scope, STREAM, 1).await, 1);
    assert_eq!(add(&store, &stranger, STREAM, 2).await, 1);
    let own = store.read(&scope, |tx| read_back(tx, TOPIC, STREAM, i64::MAX, 9)).await.unwrap();
    assert_eq!(own.len(), 1);
    assert_eq!(own[0].body.as_deref(), Some(&b"1"[..]));
    let gone = store.write(&stranger, |tx| prune(tx, TOPIC, STREAM, 9)).await.unwrap();
    assert_eq!(gone, 1);
    let place = Place { stream: STREAM, position: 1 };
    assert!(store.read_one(&scope, move |tx| find(tx, TOPIC, place)).await.unwrap().is_some());
}

#[tokio::test]
async fn an_append_is_told_after_its_commit() {
    let (store, scope) = store().await;
    let mut listener = store.listen();
    add(&store, &scope, STREAM, 1).await;
    let heard = notice(&mut listener, |n| n.topic == TOPIC).await;
    assert_eq!((heard.tenant, heard.stream, heard.position), (scope.tenant(), STREAM, 1));
    let failed = store.append(&scope, STREAM, |tx| {
        crate::put(tx, STREAM, Ids::seeded(5).fresh(), 2)?;
        Err::<(), _>(Error::Panicked)
    });
    failed.await.unwrap_err();
    add(&store, &scope, STREAM, 3).await;
    let next = notice(&mut listener, |n| n.topic == TOPIC).await;
    assert_eq!(next.position, 2);
}
