//! Any text as query options, FetchXML and `SELECT`: no panic, and no word in a statement that is not the builder's.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use odata::{Reading, parse};
use queries::{Access, Caller, Context, Moment, Paging, Query, from_fetch, from_odata, from_sql};
use tables::{
    Model,
    baseline::{Baseline, Set},
};

#[path = "../../crates/queries/tests/it/words.rs"]
mod words;

static MODEL: LazyLock<Model> = LazyLock::new(|| Baseline::of(&Set::ALL).model(1));
static ACCESS: LazyLock<Access> =
    LazyLock::new(|| Access::system(uuid::Uuid::nil(), uuid::Uuid::nil()));

fn named(name: &str) -> bool {
    let column = name.strip_suffix(":t").unwrap_or(name);
    let table = name.strip_prefix("r7_").unwrap_or_default();
    name == "s7_shares"
        || MODEL.table(table).is_some()
        || MODEL.tables().iter().any(|table| table.column(column).is_some())
}

fn built(query: &Query) {
    for dialect in [db::Dialect::Sqlite, db::Dialect::Postgres] {
        let context = Context { model: &MODEL, access: &ACCESS, number: 7, dialect };
        if let Ok(page) = query.page(&context, &Paging::first(50)) {
            assert_eq!(words::stranger(&page.statement.sql, named), None);
        }
    }
}

fuzz_target!(|text: &str| {
    let moment = Moment::utc("2026-03-15T10:20:30Z".parse().expect("an instant"));
    let caller = Caller { access: &ACCESS, moment: &moment, names: true };
    let table = MODEL.table("account").expect("accounts");
    for options in [text.to_owned(), format!("$filter={text}")] {
        if let Ok(parsed) = parse::query(&options, Reading::FORM)
            && let Ok(query) = from_odata(&MODEL, table, &parsed, &caller)
        {
            built(&query);
        }
    }
    if let Ok(fetch) = fetchxml::fetch::parse(text)
        && let Ok(fetched) = from_fetch(&MODEL, &fetch, &caller)
    {
        built(&fetched.query);
    }
    if let Ok(select) = fetchxml::sql::parse(text)
        && let Ok(fetched) = from_sql(&MODEL, &select, &caller)
    {
        built(&fetched.query);
    }
});
