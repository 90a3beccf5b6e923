//! What is built is read by another reader as what was meant.

use doubles_soql::{Condition, Literal, like, parse};
use liaison_crm_salesforce::{Comparison, Direction, Filter, Select, Value};
use proptest::prelude::*;

use crate::house::{name, paths};

fn select(filter: Filter) -> Select {
    Select::new(name("Account"), paths(&["Id"])).where_(filter)
}

fn condition(filter: Filter) -> Condition {
    let text = select(filter).to_text();
    parse(&text).unwrap_or_else(|error| panic!("{error:?}: {text}")).condition.unwrap()
}

#[test]
fn conditions_nest_without_a_mix_that_the_service_refuses() {
    let is = |field: &str, value: f64| {
        Filter::Compare(paths(&[field]).remove(0), Comparison::Equal, Value::Number(value))
    };
    let filter = Filter::Any(vec![
        Filter::All(vec![is("A", 1.0), Filter::Not(Box::new(is("B", -2.5)))]),
        Filter::OneOf(paths(&["Account.Owner.Name"]).remove(0), vec![Value::Boolean(true)]),
        Filter::Any(vec![]),
        Filter::All(vec![]),
        Filter::Empty(paths(&["C"]).remove(0)),
    ]);
    let select = select(filter)
        .order_by(name("A"), Direction::Descending)
        .order_by(name("Id"), Direction::Ascending)
        .limit(7);
    assert_eq!(
        select.to_text(),
        "SELECT Id FROM Account WHERE ((A = 1 AND (NOT B = -2.5)) OR Account.Owner.Name IN (true) OR \
         Id = null OR Id != null OR C = null) ORDER BY A DESC NULLS LAST,Id LIMIT 7"
    );
    assert_eq!(parse(&select.to_text()).unwrap().limit, Some(7));
}

#[test]
fn days_and_instants_are_written_without_quotes() {
    let at = "2026-01-31T10:00:00.123Z".parse().unwrap();
    let Condition::Compare { right, .. } =
        condition(Filter::equal(name("CreatedDate"), Value::Instant(at)))
    else {
        panic!("no comparison")
    };
    assert_eq!(right, Literal::DateTime("2026-01-31T10:00:00Z".parse().unwrap()));
}

proptest! {
    #[test]
    fn no_text_leaves_its_quotes(text in "[^\u{0}-\u{7}\u{b}\u{e}-\u{1f}\u{7f}-\u{9f}]{0,40}") {
        let found = condition(Filter::equal(name("Name"), Value::Text(text.clone())));
        let Condition::Compare { right: Literal::Text(read), .. } = found else { panic!("{found:?}") };
        prop_assert_eq!(read, text);
    }

    #[test]
    fn a_beginning_finds_what_begins_so_and_nothing_else(start in "[a-z%_'\\\\\"é]{0,6}", other in "[a-z%_'\\\\\"é]{0,8}") {
        let found = condition(Filter::starts_with(name("Name"), &start));
        let Condition::Compare { right: Literal::Text(pattern), .. } = found else { panic!("{found:?}") };
        let begins = format!("{start}{other}");
        prop_assert!(like(&begins, &pattern));
        prop_assert_eq!(like(&other, &pattern), other.starts_with(&start));
    }
}
