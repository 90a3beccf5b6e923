//! What reads, writes and imports cost; run by hand: `cargo nextest run -p liaison-records --run-ignored only measures`.

use std::{sync::Arc, time::Instant};

use db::Value as Cell;
use liaison_records as records;
use records::{Operation, RowKey};
use tables::Value;

use crate::house::{House, account};

const ROWS: i64 = 20_000;

#[tokio::test]
#[ignore = "a measure, not a test"]
async fn what_an_import_costs_beside_bare_inserts() {
    let house = House::new().await;
    house.sales().await;
    let admin = house.admin().await;
    let session = house.records.session(&admin, "Sales").await.unwrap();
    let entries: Vec<_> = (0..ROWS)
        .map(|at| {
            account(&format!("Row {at}"))
                .text("accountnumber", format!("A{at}"))
                .text("address1_city", "Lyon")
                .with("numberofemployees", Value::Whole(at))
        })
        .collect();
    let started = Instant::now();
    let imported = session.import(entries.clone()).await.unwrap();
    let import = started.elapsed();
    assert!(imported.failures.is_empty());
    let table = Arc::clone(session.model().table("account").unwrap());
    let sql: Arc<str> = record_tables::rows::insert_sql(session.number(), &table).into();
    let model = Arc::clone(session.model());
    let (number, first) = (session.number(), imported.rows[0].unwrap());
    let (held, of) = (Arc::clone(&table), Arc::clone(&model));
    let row = house
        .store
        .read(&admin, move |tx| record_tables::rows::load(tx, &of, number, &held, first))
        .await
        .unwrap()
        .unwrap();
    let template = record_tables::rows::parameters(&table, &row);
    let started = Instant::now();
    for slice in 0..ROWS / 1000 {
        let (sql, template) = (Arc::clone(&sql), template.clone());
        let write = move |tx: &db::Tx<'_>| {
            let rows: Vec<Vec<Cell<'static>>> = (0..1000)
                .map(|at| {
                    let mut row = template.clone();
                    row[0] = Cell::Uuid(uuid::Uuid::from_u128(
                        1 << 80 | u128::try_from(slice * 1000 + at).unwrap(),
                    ));
                    row
                })
                .collect();
            tx.execute_many(&sql, &rows)
        };
        house.store.write(&admin, write).await.unwrap();
    }
    let bare = started.elapsed();
    let per = |time: std::time::Duration| {
        time.as_secs_f64() * 1e6 / f64::from(u32::try_from(ROWS).unwrap())
    };
    println!(
        "import {:.1} µs a row, bare {:.1} µs, ratio {:.2}",
        per(import),
        per(bare),
        per(bare) / per(import)
    );
    let started = Instant::now();
    for at in 0..500 {
        session.one(Operation::Create(account(&format!("One {at}")))).await.unwrap();
    }
    println!("create {:.0} µs (with its flush)", started.elapsed().as_secs_f64() * 1e6 / 500.0);
    let query = queries::Query::of(&table).select_all();
    let started = Instant::now();
    for at in 0..1000 {
        let key = RowKey::Id(imported.rows[at * 7].unwrap());
        session.read("account", &key, &query).await.unwrap().unwrap();
    }
    println!("read by key, all columns {:.0} µs", started.elapsed().as_secs_f64() * 1e6 / 1000.0);
    let query = queries::Query::of(&table).select(["name", "accountnumber"]).unwrap();
    let started = Instant::now();
    for at in 0..1000 {
        let key = RowKey::Id(imported.rows[at * 7].unwrap());
        session.read("account", &key, &query).await.unwrap().unwrap();
    }
    println!("read by key, two columns {:.0} µs", started.elapsed().as_secs_f64() * 1e6 / 1000.0);
}
