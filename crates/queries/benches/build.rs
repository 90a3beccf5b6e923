//! How long a statement takes to build, from the text of a request on.
#![expect(clippy::expect_used, reason = "a measure of what cannot be built is none")]

use std::sync::LazyLock;

use divan::Bencher;
use liaison_queries::{Access, Caller, Context, Moment, Paging, Query, Reach, Rights, Verb};
use odata::{Reading, parse};
use tables::{
    Model,
    baseline::{Baseline, Set},
};
use uuid::Uuid;

static MODEL: LazyLock<Model> = LazyLock::new(|| Baseline::of(&Set::ALL).model(1));

const REQUESTS: [(&str, &str); 4] = [
    ("key", "$select=name,revenue"),
    (
        "page",
        "$select=name,revenue,telephone1&$filter=contains(name,'x') and revenue gt 100&$orderby=name",
    ),
    (
        "expand",
        "$select=name&$expand=primarycontactid($select=fullname)&$filter=statecode eq 0&$orderby=name",
    ),
    ("all", "$filter=statecode eq 0"),
];

fn seller() -> Access {
    let mut access = Access { teams: vec![Uuid::from_u128(3)], ..Access::default() };
    let mut rights = Rights::default();
    rights.set(Verb::Read, Reach::Own);
    for table in MODEL.tables() {
        access.rights.insert(table.logical.clone(), rights.clone());
    }
    access
}

fn main() {
    divan::main();
}

fn query(options: &str, access: &Access) -> Query {
    let moment = Moment::utc("2026-03-15T10:20:30Z".parse().expect("an instant"));
    let caller = Caller { access, moment: &moment, names: false };
    let parsed = parse::query(options, Reading::FORM).expect("options");
    let table = MODEL.table("account").expect("accounts");
    liaison_queries::from_odata(&MODEL, table, &parsed, &caller).expect("a query")
}

#[divan::bench(args = REQUESTS.map(|(name, _)| name))]
fn tree(bencher: Bencher<'_, '_>, name: &str) {
    let access = seller();
    let options = REQUESTS.iter().find(|(one, _)| *one == name).expect("a request").1;
    bencher.bench(|| query(options, &access));
}

#[divan::bench(args = REQUESTS.map(|(name, _)| name))]
fn statement(bencher: Bencher<'_, '_>, name: &str) {
    let access = seller();
    let options = REQUESTS.iter().find(|(one, _)| *one == name).expect("a request").1;
    let query = query(options, &access);
    let context =
        Context { model: &MODEL, access: &access, number: 7, dialect: db::Dialect::Sqlite };
    bencher.bench(|| query.page(&context, &Paging::first(50)).expect("a statement"));
}
