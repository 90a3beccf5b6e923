//! Cursors, sweeps and delivery that happens once.

use db::{Db, Error};
use kernel::{Scope, TenantId};
use liaison_event_log::{Place, advance, behind, cursor, draw, read_after};
use testkit::within;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{TOPIC, add, store};

const STREAM: Uuid = Uuid::from_u128(1);

#[tokio::test]
async fn a_sweep_finds_the_streams_with_something_new() {
    let (store, scope) = store().await;
    for stream in 1..=3_u128 {
        add(&store, &scope, Uuid::from_u128(stream), 1).await;
    }
    let sweep = |consumer: &'static str, limit| {
        store.read(&scope, move |tx| behind(tx, consumer, TOPIC, limit))
    };
    let all: Vec<_> = (1..=3).map(Uuid::from_u128).collect();
    assert_eq!(sweep("deliverer", 10).await.unwrap(), all);
    assert_eq!(sweep("deliverer", 2).await.unwrap(), all[..2]);
    let place = Place { stream: all[1], position: 1 };
    store.write(&scope, move |tx| advance(tx, "deliverer", TOPIC, place)).await.unwrap();
    assert_eq!(sweep("deliverer", 10).await.unwrap(), [all[0], all[2]]);
    assert_eq!(sweep("another", 10).await.unwrap(), all);
    let at = |stream| store.read(&scope, move |tx| cursor(tx, "deliverer", TOPIC, stream));
    assert_eq!((at(all[0]).await.unwrap(), at(all[1]).await.unwrap()), (0, 1));
    add(&store, &scope, all[1], 2).await;
    assert_eq!(sweep("deliverer", 10).await.unwrap(), all);
    let stranger = testkit::system_scope(kernel::Ids::seeded(77).fresh::<TenantId>());
    let none = store.read(&stranger, |tx| behind(tx, "deliverer", TOPIC, 10)).await.unwrap();
    assert!(none.is_empty());
}

/// Takes a few events in order and hands each on under a position of its own, as a deliverer does.
async fn deliver(db: &Db, scope: &Scope) -> db::Result<usize> {
    let taken = db.write(scope, |tx| {
        let from = cursor(tx, "deliverer", TOPIC, STREAM)?;
        let events = read_after(tx, TOPIC, STREAM, from, 3)?;
        for event in &events {
            let place = draw(tx, "proof.shown", STREAM)?;
            let sql = "INSERT INTO shown (place, source) VALUES ($1, $2)";
            tx.execute(sql, &[place.into(), event.position.into()])?;
        }
        if let Some(last) = events.last() {
            let to = Place { stream: STREAM, position: last.position };
            advance(tx, "deliverer", TOPIC, to)?;
        }
        Ok::<_, Error>(events.len())
    });
    taken.await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_deliverers_deliver_each_event_once_and_in_order() {
    const EVENTS: i64 = 30;
    let (store, scope) = store().await;
    let table = "CREATE TABLE shown (place BIGINT PRIMARY KEY, source BIGINT NOT NULL)";
    store.write(&scope, move |tx| tx.execute(table, &[])).await.unwrap();
    let mut deliverers = JoinSet::new();
    for _ in 0..3 {
        let (db, scope) = (store.db(), scope.clone());
        deliverers.spawn(async move {
            loop {
                // Losing to the others ten times is no loss: the sweep comes back.
                match deliver(&db, &scope).await {
                    Ok(_) | Err(Error::Unavailable { .. }) => {}
                    Err(error) => panic!("{error:?}"),
                }
                let at = db.read(&scope, |tx| cursor(tx, "deliverer", TOPIC, STREAM));
                if at.await.unwrap() == EVENTS {
                    return;
                }
            }
        });
    }
    for number in 1..=EVENTS {
        add(&store, &scope, STREAM, number).await;
    }
    within("the last delivery", deliverers.join_all()).await;
    let shown = store.read(&scope, |tx| {
        let rows = tx.all("SELECT place, source FROM shown ORDER BY place", &[])?;
        rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect::<db::Result<Vec<_>>>()
    });
    let expected: Vec<(i64, i64)> = (1..=EVENTS).map(|n| (n, n)).collect();
    assert_eq!(shown.await.unwrap(), expected);
}
