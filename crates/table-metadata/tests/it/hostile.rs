//! Bodies that nobody should send: the seeds of the fuzz target, with anything put anywhere.

use std::{fs, path::Path};

use liaison_table_metadata::{read, write};
use proptest::prelude::*;
use serde_json::{Value, json};
use tables::{
    Model,
    baseline::{Baseline, Set},
    define::{Change, Definition},
};
use uuid::Uuid;

fn seeds() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds-metadata");
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| serde_json::from_slice(&fs::read(file).unwrap()).unwrap()).collect()
}

/// Everything that could be asked for with this body; how many of the changes were made.
fn try_all(model: &Model, body: &Value) -> usize {
    let account = model.table("account").unwrap();
    let name = account.column("name").unwrap();
    let mut lists = vec![read::tables(model, body).unwrap_or_default()];
    let single = [
        read::table(model, body),
        read::table_update(account, body, true),
        read::column(model, account, body),
        read::column_update(model, account, name, body, false),
        read::key(account, body),
        read::relationship(body),
        read::relationship_update(model.relationship("account_parent_account").unwrap(), body),
        read::customer(body),
        read::polymorphic(body),
        read::choice(body),
        read::choice_update(model.choice("need").unwrap(), body, true),
    ];
    lists.extend(single.into_iter().flatten().map(|change| vec![change]));
    lists.into_iter().filter(|list| !list.is_empty()).filter(|list| made(model, list)).count()
}

fn made(model: &Model, list: &[Change]) -> bool {
    let mut next = 0_u128;
    let changed = model.change(list.to_vec(), &mut || {
        next += 1;
        Uuid::from_u128(next)
    });
    let Ok(changed) = changed else { return false };
    for definition in &changed.saved {
        let json = definition.to_json();
        let back = Definition::from_json(definition.kind(), &json).unwrap();
        assert_eq!(&back, definition);
    }
    for table in changed.model.tables().iter().filter(|table| table.custom) {
        assert!(!write::columns(&changed.model, table, 1033).is_empty());
    }
    true
}

/// Every place in a body, as pointers.
fn places(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Object(object) => {
            for (name, inner) in object {
                let name = name.replace('~', "~0").replace('/', "~1");
                places(inner, &format!("{at}/{name}"), all);
            }
        }
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                places(inner, &format!("{at}/{index}"), all);
            }
        }
        _ => {}
    }
}

#[test]
fn the_seeds_themselves_are_changes() {
    let model = Baseline::of(&[Set::Sales]).model(1);
    for seed in seeds() {
        assert!(try_all(&model, &seed) > 0, "{seed}");
    }
}

fn anything() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!([])),
        Just(json!({})),
        Just(json!([[[{"Value": {"Value": 1}}]]])),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        ".{0,60}".prop_map(Value::from),
        "new_[A-Za-z_\"';<>&]{0,60}".prop_map(Value::from),
        Just(json!("x".repeat(10_000))),
        Just(json!("account")),
        Just(json!("activitypointer")),
        Just(json!("owner")),
        Just(json!("systemuserroles")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn anything_anywhere_is_a_change_or_is_refused(
        seed in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        value in anything(),
    ) {
        let model = Baseline::of(&[Set::Sales]).model(1);
        let seeds = seeds();
        let mut body = seed.get(&seeds).clone();
        let mut all = Vec::new();
        places(&body, "", &mut all);
        let place: &String = at.get(&all);
        if let Some(place) = body.pointer_mut(place) {
            *place = value;
        }
        try_all(&model, &body);
    }
}
