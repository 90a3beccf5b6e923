use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Change, Conversion, Kind, body};
use crate::expression::{Context, Path, Place};

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
            .collect::<serde_json::Map<_, _>>()
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
