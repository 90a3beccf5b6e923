use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Change, Conversion, Kind, body};
use crate::{
    expression::{Context, Path, Place, Template},
    limits::{MAX_BUILT_BYTES, weight},
    problem::Reason,
};

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-c%.;]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::hash_map("[abi]", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn convert(change: Change, sub: &str, target: &str) -> Kind {
    Kind::Convert(Conversion {
        parent: Place::parse("@body()").unwrap(),
        property: Path::parse_sub(sub),
        target: Place::parse(target).unwrap(),
        change,
    })
}

fn property(value: &str) -> Kind {
    Kind::Property {
        parent: Place::parse("@body()").unwrap(),
        property: Path::property("copy"),
        value: Template::parse(value),
    }
}

/// Applies a policy that would build up far too much, and gives what is left.
fn refused(kind: &Kind, mut value: Value) -> Value {
    let refused = body::apply(kind, &mut value, &Context::default());
    assert_eq!(refused.unwrap_err().reason, Reason::InputTooLarge);
    value
}

#[test]
fn a_body_is_not_copied_into_each_of_its_elements() {
    let list: Value = (0..4_000).map(|at| json!({"at": at, "text": "0123456789"})).collect();
    let own = "{@item().at}".to_owned() + &"{@body()}".repeat(40);
    for value in ["@body()", "[{@body()}]", "[{@item().at},{@body()}]", &own] {
        let left = refused(&property(value), list.clone());
        assert!(weight(&left) <= MAX_BUILT_BYTES, "{value}");
    }
}

#[test]
fn a_text_that_repeats_a_body_many_times_is_not_made() {
    let value = json!({"text": "x".repeat(100_000)});
    let template = property(&"{@body()}".repeat(1_000));
    assert_eq!(refused(&template, value.clone()), value);
}

#[test]
fn what_depends_on_the_element_is_made_of_each_and_what_does_not_of_all() {
    let list = json!([{"a": 1}, "other", {"b": 2}, {"a": {"c": 3}}]);
    let rows = [
        ("@item().a", json!([1, null, {"c": 3}])),
        ("{@body()[0].a}-{@item().a}", json!(["1-1", null, "1-{\"c\":3}"])),
        ("@body()[0].a", json!([1, 1, 1])),
        ("@body()[7].a", json!([null, null, null])),
        ("{@body()[7].a}{@item().a}", json!([null, null, null])),
    ];
    for (template, expected) in rows {
        let mut value = list.clone();
        body::apply(&property(template), &mut value, &Context::default()).unwrap();
        let copies: Value = [0, 2, 3].map(|at| value[at]["copy"].clone()).into_iter().collect();
        assert_eq!(copies, expected, "{template}");
    }
}

#[test]
fn a_conversion_that_multiplies_a_text_is_not_made() {
    let long = "y".repeat(5_000);
    let text = json!({"a": "x,".repeat(100_000)});
    let object: Value =
        (0..4_000).map(|at| (at.to_string(), json!(at))).collect::<Map<_, _>>().into();
    let rows = [
        (Change::Replace { from: "x".to_owned(), to: long.clone() }, text.clone()),
        (Change::Replace { from: String::new(), to: long.clone() }, text.clone()),
        (Change::Split { delimiters: ",".to_owned(), property: long.clone() }, text),
        (Change::ToList { key: long.clone(), value: "v".to_owned() }, json!({ "a": object })),
    ];
    for (change, value) in rows {
        assert_eq!(refused(&convert(change, "a", "@body().b"), value.clone()), value);
    }
    // one element alone would be small enough
    let list: Value = (0..4_000).map(|_| json!({"a": "x"})).collect();
    let change = Change::Replace { from: "x".to_owned(), to: long };
    let left = refused(&convert(change, "a", "@item().b"), list);
    assert!(weight(&left) <= MAX_BUILT_BYTES);
}

proptest! {
    #[test]
    fn a_list_made_of_an_object_makes_it_again(object in json_value()) {
        prop_assume!(object.is_object());
        let mut value = json!({"a": object});
        let (key, content) = ("key".to_owned(), "value".to_owned());
        let there = convert(Change::ToList { key, value: content }, "a", "@body().a");
        let key = Path::property("key");
        let back = convert(Change::ToObject { key, retain: false }, "a", "@body().a");
        body::apply(&there, &mut value, &Context::default()).unwrap();
        prop_assert!(value["a"].is_array());
        body::apply(&back, &mut value, &Context::default()).unwrap();
        let unwrapped: Value = value["a"].as_object().unwrap().iter()
            .map(|(name, held)| (name.clone(), held["value"].clone()))
            .collect::<Map<_, _>>()
            .into();
        prop_assert_eq!(unwrapped, object);
    }

    #[test]
    fn no_body_breaks_a_policy(mut value in json_value(), sub in "[ab]?", item in any::<bool>()) {
        let target = if item { "@item().b" } else { "@body().b" };
        for change in [
            Change::ToObject { key: Path::property("i"), retain: true },
            Change::ToList { key: "k".to_owned(), value: "v".to_owned() },
            Change::Split { delimiters: ";.".to_owned(), property: "p".to_owned() },
            Change::Replace { from: "a".to_owned(), to: "bb".to_owned() },
            Change::Encode,
        ] {
            let done = body::apply(&convert(change, &sub, target), &mut value, &Context::default());
            prop_assert!(done.is_ok());
        }
    }
}
