//! What SQLite knows of the sizes of tables.

use db::{Dialect, Tx};
use kernel::Scope;
use liaison_records::Operation;

use crate::{
    house::{House, account},
    rights::Office,
};

/// Rows of accounts, as the engine counted them; none where it never did.
async fn counted(house: &House, scope: &Scope) -> Option<String> {
    let read = |tx: &Tx<'_>| {
        let there = "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'";
        if tx.first(there, &[])?.is_none() {
            return Ok(None);
        }
        let sql = "SELECT stat FROM sqlite_stat1 WHERE tbl LIKE '%\\_account' ESCAPE '\\' LIMIT 1";
        tx.first(sql, &[])?.map(|row| row.get::<String>(0)).transpose()
    };
    house.store.db().read::<_, db::Error, _>(scope, read).await.unwrap()
}

#[tokio::test]
async fn tables_that_have_grown_are_counted_anew_in_the_background() {
    let office = Office::open().await;
    let scope = office.house.system.scope(office.house.tenant.id, "linking");
    let dialect = |tx: &Tx<'_>| Ok::<_, db::Error>(tx.dialect());
    if office.house.store.db().read_one(&scope, dialect).await.unwrap() != Dialect::Sqlite {
        return; // the other engine counts by itself
    }
    let make = async |rows: usize| {
        let many = (0..rows).map(|n| Operation::Create(account(&format!("Row {n}")))).collect();
        office.admin.run(many).await.unwrap();
    };
    make(500).await;
    office.house.records.sweep().await.unwrap();
    assert_eq!(counted(&office.house, &scope).await, None, "that is little");
    make(500).await;
    assert_eq!(counted(&office.house, &scope).await, None, "writes have not counted yet");
    office.house.records.sweep().await.unwrap();
    let first = counted(&office.house, &scope).await;
    assert!(first.is_some());
    make(20).await;
    office.house.records.sweep().await.unwrap();
    assert_eq!(counted(&office.house, &scope).await, first, "little has come since");
}
