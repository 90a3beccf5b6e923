//! What a seller sees and may do.

use super::{Bench, Names, bad, fields, good, values};
use crate::{Error, FieldKind, Permissions, Query, RecordRef, Rights, Value};

pub(super) async fn a_seller_hears_which_tables_there_are(bench: &Bench) {
    let tables = good("listing tables", bench.seller.tables().await);
    let found = tables.iter().find(|table| table.name == bench.names.table);
    assert!(found.is_some_and(|table| !table.label.is_empty() && !table.plural.is_empty()));
    for table in tables.iter() {
        let same = tables.iter().filter(|other| other.name == table.name).count();
        assert_eq!(same, 1, "{table:?}");
    }
}

pub(super) async fn a_table_describes_itself(bench: &Bench) {
    let names = bench.names;
    let table = good("describing", bench.seller.describe(names.table).await);
    assert_eq!(table.name, names.table);
    assert!(!table.label.is_empty());
    assert!(table.field(&table.id_field).is_some_and(|field| field.kind == FieldKind::Id));
    assert_eq!(table.name_field.as_deref(), Some(names.name));
    let kind = |name: &str| table.field(name).map(|field| field.kind.clone());
    assert!(matches!(kind(names.name), Some(FieldKind::Text(Some(1..)))), "{:?}", kind(names.name));
    assert_eq!(kind(names.employees), Some(FieldKind::Whole));
    assert_eq!(kind(names.revenue), Some(FieldKind::Money));
    assert_eq!(kind(names.made), Some(FieldKind::Instant));
    assert!(matches!(kind(names.owner), Some(FieldKind::Row(to)) if !to.is_empty()));
    let name = table.field(names.name);
    assert!(name.is_some_and(|field| field.required && field.createable && field.updateable));
    let made = table.field(names.made);
    assert!(made.is_some_and(|field| !field.required && !field.updateable));
}

pub(super) async fn what_is_not_there_is_said_to_be_hidden(bench: &Bench) {
    let Names { table, name, .. } = bench.names;
    for odd in ["nothing_like_it", "", "a b", "account'--"] {
        let error = bad(odd, bench.seller.describe(odd).await);
        assert!(matches!(error, Error::ObjectHidden { .. }), "{error:?}");
        let error = bad(odd, bench.seller.query(&Query::of(odd, &[])).await);
        assert!(matches!(error, Error::ObjectHidden { .. }), "{error:?}");
        let asked = Query::of(table, &[name, odd]);
        let error = bad(odd, bench.seller.query(&asked).await);
        let named =
            |error: &Error| matches!(error, Error::FieldHidden { fields, .. } if fields == &[odd]);
        assert!(named(&error), "{error:?}");
        let new = values([(name, "x".into()), (odd, "y".into())]);
        let error = bad(odd, bench.seller.create(table, &new).await);
        assert!(named(&error), "{error:?}");
    }
}

pub(super) async fn a_seller_does_what_they_may_and_nothing_else(bench: &Bench) {
    let Names { table, name, phone, .. } = bench.names;
    let all = Permissions { read: true, create: true, update: true, delete: true };
    assert_eq!(good("permissions", bench.seller.permissions(table).await), all);
    let limited = &bench.limited;
    let may = good("permissions", limited.permissions(table).await);
    assert_eq!(may, Permissions { read: true, ..Permissions::default() });
    let at = bench.account("Only to be seen", []).await;
    let seen = good("reading", limited.read(&at, &fields([name])).await);
    assert_eq!(bench.name(&seen), "Only to be seen");
    let change = values([(phone, "1".into())]);
    let error = bad("creating", limited.create(table, &values([(name, "x".into())])).await);
    assert!(matches!(error, Error::NotAllowed), "{error:?}");
    let error = bad("changing", limited.update(&at, &change, None).await);
    assert!(matches!(error, Error::NotAllowed), "{error:?}");
    let error = bad("deleting", limited.delete(&at, None).await);
    assert!(matches!(error, Error::NotAllowed), "{error:?}");
    assert_eq!(bench.read(&at).await.values.get(phone), Some(&Value::Null));
}

pub(super) async fn a_seller_is_who_owns_what_they_make(bench: &Bench) {
    let Names { owner, .. } = bench.names;
    let at = bench.account("My own", []).await;
    let read = good("reading", bench.seller.read(&at, &fields([owner])).await);
    let me = good("who am I", bench.seller.me().await);
    assert_eq!(read.values.get(owner), Some(&Value::Row(me.clone())));
    let other = good("who am I", bench.limited.me().await);
    assert_eq!(other.table, me.table);
    assert_ne!(other.id, me.id);
}

pub(super) async fn a_record_tells_what_may_be_done_with_it(bench: &Bench) {
    let at = bench.account("Somebody's own", []).await;
    let all = Rights { read: true, write: true, delete: true, share: true, assign: true };
    assert_eq!(good("rights", bench.seller.rights(&at).await), all);
    let limited = good("rights", bench.limited.rights(&at).await);
    assert_eq!(limited, Rights { read: true, ..Rights::default() });
    good("deleting", bench.seller.delete(&at, None).await);
    let none = ["", "nothing", "00000000-0000-4000-8000-000000000000", &at.id.0];
    for odd in none {
        let odd = RecordRef::new(bench.names.table, odd);
        let error = bad("rights", bench.seller.rights(&odd).await);
        assert!(matches!(error, Error::NotFound | Error::Deleted), "{odd:?}: {error:?}");
    }
}
