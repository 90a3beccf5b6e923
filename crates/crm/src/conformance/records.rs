//! Records one at a time.

use super::{Bench, Names, bad, fields, good, values};
use crate::{Error, FieldKind, MAX_PAGE, RecordId, RecordRef, Value, Values};

pub(super) async fn a_record_is_made_read_changed_and_deleted(bench: &Bench) {
    let Names { table, name, phone, employees, revenue, owner, made, .. } = bench.names;
    let given = [
        (phone, Value::from("+33 1 23")),
        (employees, Value::Whole(40)),
        (revenue, Value::Number(1_234_567.89)),
    ];
    let at = bench.account("Été & fils", given).await;
    assert_eq!(at.table, table);
    let read = bench.read(&at).await;
    assert_eq!(read.at, at);
    let expected = values([
        (name, "Été & fils".into()),
        (phone, "+33 1 23".into()),
        (employees, Value::Whole(40)),
        (revenue, Value::Number(1_234_567.89)),
    ]);
    assert_eq!(read.values, expected);
    let more = good("reading", bench.seller.read(&at, &fields([owner, made])).await);
    assert!(more.texts.get(owner).is_some_and(|name| !name.is_empty()), "{more:?}");
    let described = good("describing", bench.seller.describe(table).await);
    let (kind, held) = (described.field(owner).map(|field| &field.kind), more.values.get(owner));
    let (Some(FieldKind::Row(tables)), Some(Value::Row(to))) = (kind, held) else {
        assert!(matches!(held, Some(Value::Row(_))), "{kind:?} {held:?}");
        return;
    };
    assert!(tables.contains(&to.table), "{tables:?} {to:?}");
    assert!(matches!(more.values.get(made), Some(Value::Instant(_))), "{more:?}");
    let change = values([(phone, Value::Null), (employees, Value::Whole(41))]);
    good("changing", bench.seller.update(&at, &change, None).await);
    let read = bench.read(&at).await;
    assert_eq!(read.values.get(phone), Some(&Value::Null));
    assert_eq!(read.values.get(employees), Some(&Value::Whole(41)));
    assert_eq!(bench.name(&read), "Été & fils");
    good("deleting", bench.seller.delete(&at, None).await);
    gone(bench, &at).await;
}

pub(super) async fn a_record_that_is_none_is_not_found(bench: &Bench) {
    for odd in ["", "nothing", "00000000-0000-4000-8000-000000000000", "001000000000000"] {
        gone(bench, &RecordRef::new(bench.names.table, odd)).await;
    }
}

async fn gone(bench: &Bench, at: &RecordRef) {
    let Names { name, phone, .. } = bench.names;
    let none = |error: Error| {
        assert!(matches!(error, Error::NotFound | Error::Deleted), "{error:?}");
    };
    none(bad("reading", bench.seller.read(at, &fields([name])).await));
    let change = values([(phone, "1".into())]);
    none(bad("changing", bench.seller.update(at, &change, None).await));
    none(bad("deleting", bench.seller.delete(at, None).await));
}

pub(super) async fn a_wrong_value_is_refused_with_its_field(bench: &Bench) {
    let Names { table, name, employees, .. } = bench.names;
    let wrong = values([(name, "x".into()), (employees, "many".into())]);
    let long = values([(name, Value::Text("x".repeat(5_000)))]);
    for (values, field) in [(wrong, employees), (long, name)] {
        let error = bad(field, bench.seller.create(table, &values).await);
        let Error::Refused { findings, .. } = &error else {
            assert!(matches!(error, Error::Refused { .. }), "{error:?}");
            return;
        };
        let pointer = format!("/{field}");
        assert!(findings.iter().any(|finding| finding.pointer == pointer), "{findings:?}");
    }
}

pub(super) async fn a_record_at_another_version_stays_as_it_is(bench: &Bench) {
    let Names { phone, .. } = bench.names;
    let at = bench.account("Contended", []).await;
    let first = bench.read(&at).await.version;
    assert!(first.is_some());
    (bench.tick)();
    let change = |text: &str| values([(phone, text.into())]);
    good("changing", bench.seller.update(&at, &change("1"), first.as_ref()).await);
    let second = bench.read(&at).await.version;
    assert_ne!(first, second);
    let late = bench.seller.update(&at, &change("2"), first.as_ref()).await;
    let error = bad("changing late", late);
    assert!(matches!(error, Error::Changed), "{error:?}");
    let error = bad("deleting late", bench.seller.delete(&at, first.as_ref()).await);
    assert!(matches!(error, Error::Changed), "{error:?}");
    assert_eq!(bench.read(&at).await.values.get(phone), Some(&Value::from("1")));
    good("deleting", bench.seller.delete(&at, second.as_ref()).await);
}

pub(super) async fn several_records_are_read_at_once(bench: &Bench) {
    let Names { table, name, .. } = bench.names;
    let (a, b) = (bench.account("Several A", []).await, bench.account("Several B", []).await);
    let gone = bench.account("Several C", []).await;
    good("deleting", bench.seller.delete(&gone, None).await);
    let asked = [&b.id.0, "nothing", &a.id.0, "", &gone.id.0, &b.id.0];
    let asked = asked.map(|id| RecordId(id.to_owned()));
    let wanted = fields([name]);
    let many = async |ids: &[RecordId]| bench.seller.read_many(table, ids, &wanted).await;
    let found = good("several", many(&asked).await);
    let names = found.iter().map(|one| one.as_ref().map(|one| bench.name(one)));
    let name = |last: &str| Some(format!("Several {last}"));
    assert_eq!(names.collect::<Vec<_>>(), [name("B"), None, name("A"), None, None, name("B")]);
    let whole = good("reading", bench.seller.read(&b, &wanted).await);
    assert_eq!(found.first(), Some(&Some(whole)));
    assert_eq!(good("none", many(&[]).await), []);
    let too_many = vec![a.id; MAX_PAGE as usize + 1];
    let error = bad("too many", many(&too_many).await);
    assert!(matches!(error, Error::Query { .. }), "{error:?}");
}

pub(super) async fn a_record_is_made_or_changed_by_what_tells_it_apart(bench: &Bench) {
    let Names { table, name, phone, number, .. } = bench.names;
    let (key, new) = (values([(number, "K'1".into())]), values([(name, "By its number".into())]));
    let made = good("making", bench.seller.upsert(table, &key, &new).await);
    assert!(made.created);
    let read = good("reading", bench.seller.read(&made.at, &fields([name, number])).await);
    assert_eq!(read.values.get(number), Some(&Value::from("K'1")));
    let change = values([(phone, "7".into())]);
    let changed = good("changing", bench.seller.upsert(table, &key, &change).await);
    assert_eq!((&changed.at, changed.created), (&made.at, false));
    let read = bench.read(&made.at).await;
    assert_eq!(bench.name(&read), "By its number");
    assert_eq!(read.values.get(phone), Some(&Value::from("7")));
    let error = bad("limited", bench.limited.upsert(table, &key, &change).await);
    assert!(matches!(error, Error::NotAllowed), "{error:?}");
    let odd = values([("nothing_like_it", "x".into())]);
    let error = bad("no field", bench.seller.upsert(table, &odd, &new).await);
    assert!(matches!(error, Error::FieldHidden { .. }), "{error:?}");
    for none in [Values::new(), values([(phone, "7".into())]), values([(number, Value::Null)])] {
        let error = bad("no key", bench.seller.upsert(table, &none, &new).await);
        assert!(matches!(error, Error::Query { .. }), "{none:?}: {error:?}");
    }
}
