//! Any JSON and any text is a cell or is refused; what was read is written as JSON that reads as the same.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use tables::{
    Model, Value,
    baseline::{Baseline, Set},
};

fuzz_target!(|text: &str| {
    static MODEL: OnceLock<Model> = OnceLock::new();
    let model = MODEL.get_or_init(|| Baseline::of(&Set::ALL).model(1));
    let json: Option<serde_json::Value> = serde_json::from_str(text).ok();
    for name in ["account", "opportunity", "task", "organization"] {
        let Some(table) = model.table(name) else { continue };
        for column in table.columns() {
            let _ = Value::parse_text(model, table, column, text);
            let Some(Ok(value)) =
                json.as_ref().map(|json| Value::parse(model, table, column, json))
            else {
                continue;
            };
            let mut out = Vec::new();
            value.write_json(&mut out);
            let back: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
            assert!(Value::parse(model, table, column, &back).is_ok());
        }
    }
});
