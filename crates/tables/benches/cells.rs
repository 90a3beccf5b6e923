//! What cells cost: reading one from JSON, writing one, and the model as a whole.

use divan::{Bencher, black_box};
use liaison_tables::{
    Fixed, Model, Value,
    baseline::{Baseline, Set},
};
use serde_json::json;

fn main() {
    divan::main();
}

fn model() -> Model {
    Baseline::of(&Set::ALL).model(1)
}

#[divan::bench(args = ["text", "whole", "money", "instant", "guid", "boolean"])]
fn write(bencher: Bencher<'_, '_>, kind: &str) {
    let value = match kind {
        "text" => Value::Text("Adventure Works (sample)".to_owned()),
        "whole" => Value::Whole(123_456),
        "money" => Value::Fixed(Fixed::new(12_345_600, 4)),
        "instant" => Value::Instant("2026-01-31T10:00:00Z".parse().unwrap_or_default()),
        "guid" => Value::Guid(uuid::Uuid::from_u128(0x5a1b_2c3d << 64)),
        _ => Value::Boolean(true),
    };
    let mut out = Vec::with_capacity(1 << 20);
    bencher.bench_local(|| {
        out.clear();
        black_box(&value).write_json(&mut out);
    });
}

#[divan::bench(args = ["name", "numberofemployees", "revenue", "createdon", "accountid", "industrycode"])]
fn read(bencher: Bencher<'_, '_>, column: &str) {
    let model = model();
    let Some(table) = model.table("account") else { return };
    let Some(column) = table.column(column) else { return };
    let json = match column.logical.as_str() {
        "name" => json!("Adventure Works (sample)"),
        "numberofemployees" => json!(1200),
        "revenue" => json!(12_345.5),
        "createdon" => json!("2026-01-31T10:00:00Z"),
        "accountid" => json!("5a1b2c3d-0000-4000-8000-000000000001"),
        _ => json!(12),
    };
    bencher.bench(|| Value::parse(&model, table, column, black_box(&json)));
}

#[divan::bench]
fn lookup_of_a_column(bencher: Bencher<'_, '_>) {
    let model = model();
    bencher.bench(|| {
        black_box(&model).table("account").and_then(|table| table.column("revenue")).is_some()
    });
}

#[divan::bench]
fn lookup_of_a_navigation(bencher: Bencher<'_, '_>) {
    let model = model();
    bencher.bench(|| black_box(&model).navigation("account", "primarycontactid").is_some());
}

#[divan::bench]
fn model_of_every_set(bencher: Bencher<'_, '_>) {
    bencher.bench(model);
}

#[divan::bench]
fn baseline_from_its_packing(bencher: Bencher<'_, '_>) {
    bencher.bench(|| Baseline::load(&Set::ALL).is_ok());
}
