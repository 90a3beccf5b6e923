//! What a statement costs: it grows with the answer, not with the table.

use std::collections::HashSet;

use db::{Dialect, Value};
use liaison_queries::{Access, Context, Paging, Reach, Rights, Statement, Verb, physical};
use testkit::Store;
use uuid::Uuid;

use crate::{
    model::MODEL,
    property::ask,
    world::{run, scope, tables},
};

const ROWS: u64 = 20_000;

/// Many accounts of many owners; each has few.
async fn filled(store: &Store) {
    let made = tables(1, store.dialect());
    let mut rows = Vec::new();
    for n in 0..ROWS {
        let owner = u128::from(n % 2_000) + 1;
        rows.push(vec![
            Value::Uuid(Uuid::from_u128(
                u128::from(n.wrapping_mul(0x9e37_79b9_7f4a_7c15)) << 64 | u128::from(n),
            )),
            Value::Text(format!("Account {n}").into()),
            Value::Uuid(Uuid::from_u128(owner)),
            Value::Int(8),
            Value::Uuid(Uuid::from_u128(u128::from(n % 50) + 9_000_000)),
            Value::Int(i64::try_from(n).unwrap()),
        ]);
    }
    let insert = format!(
        "INSERT INTO {} (\"accountid\", \"name\", \"ownerid\", \"ownerid:t\", \"owningbusinessunit\", \"versionnumber\") \
         VALUES ($1, $2, $3, $4, $5, $6)",
        physical::table(1, "account")
    );
    let index = format!(
        "CREATE INDEX \"r1_account_name\" ON {} (plain(\"name\"){}, \"accountid\")",
        physical::table(1, "account"),
        if store.dialect() == Dialect::Postgres { " NULLS FIRST" } else { "" }
    );
    store
        .write(&scope(), move |tx| {
            for statement in &made {
                tx.execute(statement, &[])?;
            }
            tx.execute(&index, &[])?;
            tx.execute_many(&insert, &rows)
        })
        .await
        .unwrap();
    if store.dialect() == Dialect::Postgres {
        let analyse = format!("ANALYZE {}", physical::table(1, "account"));
        store.write(&scope(), move |tx| tx.execute(&analyse, &[])).await.unwrap();
    }
}

fn seller() -> Access {
    let mut access = Access {
        user: Uuid::from_u128(17),
        unit: Uuid::from_u128(9_000_001),
        teams: vec![Uuid::from_u128(18), Uuid::from_u128(5_000_000)],
        ..Access::default()
    };
    let mut rights = Rights::default();
    rights.set(Verb::Read, Reach::Own);
    access.rights.insert("account".into(), rights.clone());
    access.rights.insert("contact".into(), rights);
    access
}

/// The plan in the engine's words.
async fn plan(store: &Store, statement: &Statement) -> String {
    let (prefix, cell) = match store.dialect() {
        Dialect::Sqlite => ("EXPLAIN QUERY PLAN ", 3),
        Dialect::Postgres => ("EXPLAIN ", 0),
    };
    let explained =
        Statement { sql: format!("{prefix}{}", statement.sql), params: statement.params.clone() };
    let rows = run(store, &explained).await;
    let lines: Vec<String> = rows.iter().map(|row| row.get(cell).unwrap()).collect();
    lines.join("\n")
}

/// Tables that are read from one end to the other.
fn scans(store: &Store, plan: &str, name: &str) -> bool {
    plan.lines().any(|line| match store.dialect() {
        Dialect::Sqlite => line.starts_with("SCAN t0") && !line.contains("INDEX"),
        Dialect::Postgres => line.contains(&format!("Seq Scan on r1_{name}")),
    })
}

#[tokio::test]
async fn a_user_reaches_rows_through_indexes() {
    let store = Store::fresh().await;
    filled(&store).await;
    let access = seller();
    let context = Context { model: &MODEL, access: &access, number: 1, dialect: store.dialect() };
    for options in [
        "$select=name",
        "$select=name&$orderby=name desc",
        "$select=name&$filter=contains(name,'7')",
        "$select=name&$orderby=revenue",
        "$select=name&$expand=primarycontactid($select=fullname)",
        "$apply=aggregate($count as n)",
    ] {
        let query = ask("account", options, &access).unwrap();
        let page = query.page(&context, &Paging::first(50)).unwrap();
        let found = plan(&store, &page.statement).await;
        assert!(!scans(&store, &found, "account"), "{options}\n{}\n{found}", page.statement.sql);
        let found = plan(&store, &query.count(&context).unwrap()).await;
        assert!(!scans(&store, &found, "account"), "count of {options}\n{found}");
    }
    let query = ask("account", "$select=name", &access).unwrap();
    let page = query.page(&context, &Paging::first(50)).unwrap();
    let rows = run(&store, &page.statement).await;
    assert_eq!(rows.len(), 20);
    let keys: HashSet<Uuid> =
        rows.iter().map(|row| row.get(page.plan.shown.key.unwrap()).unwrap()).collect();
    assert_eq!(keys.len(), 20);
}

#[tokio::test]
async fn keys_names_and_pages_are_found_through_indexes() {
    let store = Store::fresh().await;
    filled(&store).await;
    let access = Access::system(Uuid::nil(), Uuid::nil());
    let context = Context { model: &MODEL, access: &access, number: 1, dialect: store.dialect() };
    let key = Uuid::from_u128(7);
    for options in [
        format!("$filter=accountid eq {key}"),
        "$filter=name eq 'ACCOUNT 77'".to_owned(),
        "$filter=startswith(name,'account 777')".to_owned(),
        "$orderby=name".to_owned(),
        "$orderby=name desc".to_owned(),
    ] {
        let query = ask("account", &options, &access).unwrap();
        let page = query.page(&context, &Paging::first(50)).unwrap();
        let found = plan(&store, &page.statement).await;
        let sorts = found.contains("TEMP B-TREE FOR ORDER BY") && options.contains("orderby");
        assert!(
            !scans(&store, &found, "account") && !sorts,
            "{options}\n{}\n{found}",
            page.statement.sql
        );
    }
    // The second page begins where the first ended.
    let query = ask("account", "$select=name&$orderby=name", &access).unwrap();
    let page = query.page(&context, &Paging::first(50)).unwrap();
    let rows = run(&store, &page.statement).await;
    let after = page.plan.cursor(&rows[49]).unwrap();
    let next = query.page(&context, &Paging { size: 50, after, skip: 0 }).unwrap();
    let found = plan(&store, &next.statement).await;
    let begins = match store.dialect() {
        Dialect::Sqlite => found.contains("SEARCH t0 USING INDEX r1_account_name"),
        Dialect::Postgres => found.contains("Index Cond"),
    };
    assert!(begins, "{}\n{found}", next.statement.sql);
}

#[tokio::test]
async fn the_row_of_a_user_is_found_by_its_key_alone() {
    let store = Store::fresh().await;
    filled(&store).await;
    let access = seller();
    let context = Context { model: &MODEL, access: &access, number: 1, dialect: store.dialect() };
    let query =
        ask("account", "$select=name", &access).unwrap().by_id(Uuid::from_u128(16)).unwrap();
    let page = query.page(&context, &Paging::first(1)).unwrap();
    let found = plan(&store, &page.statement).await;
    let by_key = match store.dialect() {
        Dialect::Sqlite => found.contains("SEARCH t0 USING INDEX sqlite_autoindex_r1_account_1"),
        Dialect::Postgres => found.contains("Index Scan using r1_account_pkey"),
    };
    assert!(by_key, "{}\n{found}", page.statement.sql);
}

#[tokio::test]
async fn rows_of_a_table_that_shows_others_are_found_by_their_keys() {
    let store = Store::fresh().await;
    filled(&store).await;
    let access = Access::system(Uuid::nil(), Uuid::nil());
    let context = Context { model: &MODEL, access: &access, number: 1, dialect: store.dialect() };
    let by_key = ask("owner", "$select=name", &access).unwrap().by_id(Uuid::from_u128(1)).unwrap();
    let expanded = ask("account", "$select=name&$top=5&$expand=ownerid($select=name)", &access);
    for query in [by_key, expanded.unwrap()] {
        let page = query.page(&context, &Paging::first(5)).unwrap();
        let found = plan(&store, &page.statement).await;
        if store.dialect() == Dialect::Sqlite {
            assert!(!found.contains("SCAN m"), "{}\n{found}", page.statement.sql);
        }
    }
}
