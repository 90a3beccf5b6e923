//! Limits that several nodes share.

use std::sync::Arc;

use channel_connectors::{ChannelConnectors, Error, Parts, Rate, Settings};
use kernel::{Clock, Ids, Scope};

use crate::house::{HOUR, House, SECOND, text};

/// Another node on the house's database, or the same one after a restart.
fn another(house: &House) -> ChannelConnectors {
    let ids = Ids::system();
    ChannelConnectors::new(Parts {
        db: house.store.db(),
        clock: Arc::clone(&house.clock) as Arc<dyn Clock>,
        ids: ids.clone(),
        sealer: seal::Sealer::new(vec![seal::Key::generate(&ids)], ids).unwrap(),
        scopes: house.scopes.clone(),
        space: house.space.clone(),
        on_removal: |_tx, _hook| Ok(()),
        settings: Settings { patience_ms: 0, ..Settings::default() },
    })
}

/// Posts, and whether it was taken.
async fn is_taken(node: &ChannelConnectors, sender: &Scope, number: u32) -> bool {
    match node.receive(sender, text(&number.to_string())).await {
        Ok(_) => true,
        Err(Error::Throttled { .. }) => false,
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn two_nodes_share_the_longer_windows_of_a_limit() {
    let house = House::new().await;
    let rate = Rate::Custom { per_second: 100, per_hour: 40 };
    let (_webhook, addresses) = house.webhook_at(rate).await;
    let sender = house.sender_of(&addresses).await;
    let other = another(&house);
    let mut taken = 0;
    // In turn, and each tells the other what it took, as the worker does every second.
    for number in 0..60 {
        let node = if number % 3 == 0 { &other } else { &*house.connectors };
        taken += u32::from(is_taken(node, &sender, number).await);
        house.connectors.settle().await;
        other.settle().await;
    }
    // What one did not know when it took its turn: one post at most.
    assert!((40..=41).contains(&taken), "{taken}");
    house.clock.advance(HOUR);
    assert!(is_taken(&other, &sender, 100).await, "the next hour has room");
}

#[tokio::test]
async fn a_node_that_starts_knows_what_was_taken() {
    let house = House::new().await;
    let rate = Rate::Custom { per_second: 100, per_hour: 10 };
    let (_webhook, addresses) = house.webhook_at(rate).await;
    let sender = house.sender_of(&addresses).await;
    for number in 0..10 {
        assert!(is_taken(&house.connectors, &sender, number).await);
    }
    house.connectors.settle().await;
    house.clock.advance(SECOND);
    assert!(!is_taken(&another(&house), &sender, 11).await);
}

#[tokio::test]
async fn nothing_is_told_while_nobody_posts() {
    let house = House::new().await;
    let (_webhook, addresses) = house.webhook_at(Rate::Standard).await;
    let sender = house.sender_of(&addresses).await;
    assert!(is_taken(&house.connectors, &sender, 1).await);
    house.connectors.settle().await;
    let windows = |tx: &db::Tx<'_>| {
        let sql = "SELECT SUM(posts), COUNT(*) FROM webhook_windows WHERE tenant_id = $1";
        let row = tx.first(sql, &[tx.tenant().into()])?.unwrap();
        Ok::<_, db::Error>((row.get::<i64>(0)?, row.get::<i64>(1)?))
    };
    let scope = house.scopes.scope(house.tenant, "test");
    for _ in 0..3 {
        house.connectors.settle().await;
        // One window of an hour; the window of a second stays with its node.
        assert_eq!(house.store.read(&scope, windows).await.unwrap(), (1, 1));
    }
}
