//! Any JSON is a change of metadata or is refused; a change that was made can be kept and read again.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use table_metadata::{read, write};
use tables::{
    Model,
    baseline::{Baseline, Set},
    define::Definition,
};

fuzz_target!(|text: &str| {
    static MODEL: OnceLock<Model> = OnceLock::new();
    let model = MODEL.get_or_init(|| Baseline::of(&[Set::Sales]).model(1));
    let Ok(body) = serde_json::from_str::<serde_json::Value>(text) else { return };
    let Some(account) = model.table("account") else { return };
    let mut lists = vec![read::tables(model, &body).unwrap_or_default()];
    let single = [
        read::table(model, &body),
        read::table_update(account, &body, true),
        read::column(model, account, &body),
        read::key(account, &body),
        read::relationship(&body),
        read::customer(&body),
        read::polymorphic(&body),
        read::choice(&body),
    ];
    lists.extend(single.into_iter().flatten().map(|change| vec![change]));
    for changes in lists {
        let mut next = 0_u128;
        let changed = model.change(changes, &mut || {
            next += 1;
            uuid::Uuid::from_u128(next)
        });
        let Ok(changed) = changed else { continue };
        for definition in &changed.saved {
            let back = Definition::from_json(definition.kind(), &definition.to_json());
            assert_eq!(back.as_ref().ok(), Some(definition));
        }
        assert!(!write::csdl(&changed.model).to_xml().is_empty());
    }
});
