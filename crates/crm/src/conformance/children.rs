//! Records that are made together with those that lead to them.

use super::{Bench, Names, bad, fields, good, values};
use crate::{Child, Comparison, Error, Filter, MAX_CHILDREN, Query, RecordRef, Value};

impl Bench {
    fn child(&self, name: &str) -> Child {
        let (table, family, field) = self.names.contact;
        let values = values([(family, name.into())]);
        Child { table: table.to_owned(), field: field.to_owned(), values }
    }

    /// Family names of the contacts of an account, in order.
    async fn contacts_of(&self, account: &RecordRef) -> Vec<String> {
        let (table, family, field) = self.names.contact;
        let of = Filter::compare(field, Comparison::Equal, Value::Row(account.clone()));
        let query = Query::of(table, &[family]).filter(of);
        let found = good("contacts", self.seller.query(&query).await).records;
        let mut names: Vec<String> = found
            .into_iter()
            .filter_map(|one| match one.values.get(family) {
                Some(Value::Text(name)) => Some(name.clone()),
                _ => None,
            })
            .collect();
        names.sort();
        names
    }
}

pub(super) async fn a_record_is_made_with_those_that_lead_to_it(bench: &Bench) {
    let Names { table, name, phone, .. } = bench.names;
    let own = values([(name, "With people".into()), (phone, "1".into())]);
    let people = ["Bernard", "Été'"].map(|name| bench.child(name));
    let at = good("making", bench.seller.create_with(table, &own, &people).await);
    assert_eq!(at.table, table);
    let read = good("reading", bench.seller.read(&at, &fields([name])).await);
    assert_eq!(bench.name(&read), "With people");
    assert_eq!(bench.contacts_of(&at).await, ["Bernard", "Été'"]);
    let alone = good("alone", bench.seller.create_with(table, &own, &[]).await);
    assert!(bench.contacts_of(&alone).await.is_empty());
    let error = bad("limited", bench.limited.create_with(table, &own, &people).await);
    assert!(matches!(error, Error::NotAllowed | Error::ObjectHidden { .. }), "{error:?}");
}

pub(super) async fn of_a_record_and_its_children_all_are_made_or_none(bench: &Bench) {
    let Names { table, name, .. } = bench.names;
    let own = values([(name, "Never made".into())]);
    let long = bench.child(&"x".repeat(5_000));
    let mut foreign = bench.child("Foreign");
    "nothing_like_it".clone_into(&mut foreign.field);
    let mut odd = bench.child("Odd");
    odd.values.insert("nothing_like_it".to_owned(), "x".into());
    let many = vec![bench.child("Many"); MAX_CHILDREN + 1];
    for children in [vec![bench.child("Good"), long], vec![foreign], vec![odd], many] {
        let error = bad("a wrong child", bench.seller.create_with(table, &own, &children).await);
        let expected = matches!(
            error,
            Error::Refused { .. } | Error::Query { .. } | Error::FieldHidden { .. }
        );
        assert!(expected, "{error:?}");
    }
    let made = Filter::compare(name, Comparison::Equal, "Never made".into());
    let query = Query::of(table, &[name]).filter(made);
    assert!(good("looking", bench.seller.query(&query).await).records.is_empty());
}
