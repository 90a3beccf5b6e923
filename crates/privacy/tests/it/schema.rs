//! Every table that names a person is known here.

use liaison_privacy::{EXCUSED, TABLES};

use crate::house::House;

/// What a column that names a person is called.
fn names_a_person(column: &str) -> bool {
    const PARTS: [&str; 12] = [
        "user",
        "owner",
        "author",
        "person",
        "actor",
        "seller",
        "member",
        "organis",
        "requester",
        "holder",
        "subject_id",
        "creator",
    ];
    column.ends_with("_by")
        || column.ends_with("_for")
        || PARTS.iter().any(|part| column.contains(part))
}

/// The columns of every primary key, in its order.
fn keys(tx: &db::Tx<'_>) -> db::Result<Vec<(String, String)>> {
    let sql = match tx.dialect() {
        db::Dialect::Sqlite => {
            "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND c.pk > 0 ORDER BY m.name, c.pk"
        }
        db::Dialect::Postgres => {
            "SELECT CAST(k.table_name AS TEXT), CAST(k.column_name AS TEXT) \
             FROM information_schema.key_column_usage k JOIN information_schema.table_constraints c \
             ON c.constraint_schema = k.constraint_schema AND c.constraint_name = k.constraint_name \
             AND c.table_name = k.table_name \
             WHERE k.table_schema = current_schema() AND c.constraint_type = 'PRIMARY KEY' \
             ORDER BY k.table_name, k.ordinal_position"
        }
    };
    tx.all(sql, &[])?.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

#[tokio::test]
async fn every_table_with_a_person_is_listed_or_excused() {
    let house = House::new().await;
    let scope = house.system.scope(house.tenant.id, "test");
    let read = |tx: &db::Tx<'_>| {
        let sql = match tx.dialect() {
            db::Dialect::Sqlite => {
                "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
            }
            db::Dialect::Postgres => {
                "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns \
                 WHERE table_schema = current_schema()"
            }
        };
        let rows = tx.all(sql, &[])?;
        let both = |row: &db::Row| Ok((row.get::<String>(0)?, row.get::<String>(1)?));
        rows.iter().map(both).collect::<db::Result<Vec<_>>>()
    };
    let columns = house.db.read_one(&scope, read).await.unwrap();
    assert!(columns.len() > 500, "{}", columns.len());
    let has = |table: &str, column: &str| {
        columns.iter().any(|(name, own)| name == table && own == column)
    };
    let mut missing: Vec<&str> = columns
        .iter()
        // tables of environments hold what a CRM holds, under the rights of the CRM
        .filter(|(table, column)| has(table, "tenant_id") && names_a_person(column))
        .map(|(table, _)| table.as_str())
        .filter(|table| !TABLES.iter().any(|known| known.name == *table))
        .filter(|table| !EXCUSED.iter().any(|(known, _)| known == table))
        .collect();
    missing.sort_unstable();
    missing.dedup();
    assert_eq!(
        missing,
        Vec::<&str>::new(),
        "add them to crates/privacy/src/catalogue or excuse them"
    );
    for table in TABLES.iter() {
        for (column, _) in table.columns.iter().chain(
            table
                .at
                .iter()
                .map(|at| (*at, liaison_privacy::As::Instant))
                .collect::<Vec<_>>()
                .iter(),
        ) {
            assert!(has(table.name, column), "{}.{column} is no more", table.name);
            let secret = ["secret", "hash", "sealed", "payload"];
            assert!(!secret.iter().any(|part| column.contains(part)), "{}.{column}", table.name);
        }
    }
    let keys = house.db.read_one(&scope, keys).await.unwrap();
    for table in TABLES.iter() {
        let own = keys.iter().filter(|(name, column)| name == table.name && column != "tenant_id");
        let own: Vec<&str> = own.map(|(_, column)| column.as_str()).collect();
        let told: Vec<&str> = table.key.iter().map(|(column, _)| *column).collect();
        assert_eq!(told, own, "the key of {}", table.name);
    }
    for (table, _) in EXCUSED {
        assert!(columns.iter().any(|(name, _)| name == table), "{table} needs no excuse");
    }
}
