//! Views that people of the CRM keep.

use std::collections::BTreeSet;

use super::{Bench, Names, bad, good};
use crate::{Cursor, Error, RecordRef, ViewRef};

pub(super) async fn a_view_lists_each_record_once(bench: &Bench) {
    let Names { table, .. } = bench.names;
    let mut made = BTreeSet::new();
    for n in 0..53 {
        made.insert(bench.account(&format!("Viewed {n:02}"), []).await);
    }
    let views = good("views", bench.seller.views(table).await);
    let mut whole = 0;
    for view in &views {
        assert_eq!(view.at.table, table);
        assert!(!view.name.is_empty(), "{view:?}");
        assert_eq!(good("a view", bench.seller.view(&view.at).await), *view);
        let (mut found, mut after): (Vec<RecordRef>, _) = (Vec::new(), None);
        loop {
            let page = bench.seller.listed(&view.at, after.as_ref()).await;
            let page = good(&view.name, page);
            assert!(!page.columns.is_empty(), "{view:?}");
            let named = page.records.iter().all(|record| !bench.name(record).is_empty());
            assert!(named, "{view:?}");
            found.extend(page.records.into_iter().map(|record| record.at));
            assert!(found.len() <= 1_000, "pages do not end");
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        let once: BTreeSet<RecordRef> = found.iter().cloned().collect();
        assert_eq!(once.len(), found.len(), "{view:?}");
        whole += usize::from(once.is_superset(&made));
    }
    assert!(whole > 0, "no view shows everything: {views:?}");
    let Some(first) = views.first() else { return };
    let seen = good("views", bench.limited.views(table).await);
    // where views are rows of their own, who may not see such rows has none
    assert!(seen.iter().all(|one| views.iter().any(|own| own.at == one.at)), "{seen:?}");
    for odd in ["?", "page 0", "page x"] {
        let odd = Cursor(odd.to_owned());
        let error = bad("a foreign place", bench.seller.listed(&first.at, Some(&odd)).await);
        assert!(matches!(error, Error::Query { .. }), "{odd:?}: {error:?}");
    }
}

pub(super) async fn a_view_that_is_none_is_not_found(bench: &Bench) {
    let Names { table, .. } = bench.names;
    for odd in ["", "nothing", "00000000-0000-4000-8000-000000000000", "00B000000000000AAA"] {
        for personal in [false, true] {
            let odd = ViewRef::new(table, odd, personal);
            let error = bad("a view", bench.seller.view(&odd).await);
            assert!(matches!(error, Error::NotFound), "{odd:?}: {error:?}");
            let error = bad("its records", bench.seller.listed(&odd, None).await);
            assert!(matches!(error, Error::NotFound), "{odd:?}: {error:?}");
        }
    }
    let error = bad("views of nothing", bench.seller.views("nothing_like_it").await);
    assert!(matches!(error, Error::ObjectHidden { .. }), "{error:?}");
}
