//! What has changed.

use super::{Bench, Names, bad, good, values};
use crate::{Changes, Error, Feed, Position, Record, RecordId};

impl Bench {
    async fn since(&self, after: Option<Position>, limit: u32) -> Changes {
        let (table, name) = (self.names.table.to_owned(), self.names.name.to_owned());
        let feed = Feed { table, fields: vec![name], after, limit };
        good("changes", self.seller.changes(&feed).await)
    }

    /// Everything since a place, page after page.
    async fn all_since(
        &self,
        mut after: Option<Position>,
        limit: u32,
    ) -> (Vec<Record>, Vec<RecordId>, Position) {
        let (mut records, mut deleted) = (Vec::new(), Vec::new());
        loop {
            let changes = self.since(after, limit).await;
            records.extend(changes.records);
            deleted.extend(changes.deleted);
            assert!(records.len() < 1_000, "changes do not end");
            if !changes.more {
                return (records, deleted, changes.position);
            }
            after = Some(changes.position);
        }
    }
}

pub(super) async fn changes_are_told_from_the_beginning_and_go_on(bench: &Bench) {
    let Names { phone, .. } = bench.names;
    let mut made = Vec::new();
    for n in 0..5 {
        made.push(bench.account(&format!("Feed {n}"), []).await);
        (bench.tick)();
    }
    let (records, deleted, position) = bench.all_since(None, 2).await;
    let names: Vec<String> = records.iter().map(|record| bench.name(record)).collect();
    let own: Vec<&String> = names.iter().filter(|name| name.starts_with("Feed")).collect();
    assert_eq!(own, ["Feed 0", "Feed 1", "Feed 2", "Feed 3", "Feed 4"], "{names:?}");
    assert_eq!(deleted, []);
    let (records, _, position) = bench.all_since(Some(position), 2).await;
    assert_eq!(records, [], "nothing has changed");
    let (Some(first), Some(second)) = (made.first(), made.get(1)) else { return };
    let change = values([(phone, "1".into())]);
    good("changing", bench.seller.update(first, &change, None).await);
    good("deleting", bench.seller.delete(second, None).await);
    let new = bench.account("Feed 5", []).await;
    (bench.tick)();
    let (records, deleted, position) = bench.all_since(Some(position), 50).await;
    let mut changed: Vec<_> = records.iter().map(|record| record.at.clone()).collect();
    changed.sort();
    let mut expected = vec![first.clone(), new];
    expected.sort();
    assert_eq!(changed, expected);
    assert_eq!(deleted, std::slice::from_ref(&second.id));
    let (records, _, _) = bench.all_since(Some(position), 50).await;
    assert_eq!(records, []);
}

pub(super) async fn a_foreign_position_is_refused(bench: &Bench) {
    let (table, name) = (bench.names.table.to_owned(), bench.names.name.to_owned());
    for odd in ["", "?", "yesterday", "1 2 3"] {
        let after = Some(Position(odd.to_owned()));
        let feed = Feed { table: table.clone(), fields: vec![name.clone()], after, limit: 5 };
        let error = bad(odd, bench.seller.changes(&feed).await);
        assert!(matches!(error, Error::Query { .. }), "{odd}: {error:?}");
    }
}
