//! Both engines have the same schema: tables, columns, kinds of values, keys and indexes.

use std::collections::BTreeSet;

use db::{Dialect, Row};
use testkit::Store;

/// The schema as lines that do not depend on the engine.
async fn describe(store: &Store) -> BTreeSet<String> {
    let scope = testkit::system_scope(testkit::ids().fresh());
    let sql = match store.dialect() {
        Dialect::Sqlite => [SQLITE_COLUMNS, SQLITE_INDEXES, SQLITE_REFERENCES],
        Dialect::Postgres => [POSTGRES_COLUMNS, POSTGRES_INDEXES, POSTGRES_REFERENCES],
    };
    let read = store.read(&scope, move |tx| {
        let [columns, indexes, references] = sql;
        let mut lines = BTreeSet::new();
        lines.extend(tx.all(columns, &[])?.iter().map(column).collect::<db::Result<Vec<_>>>()?);
        lines.extend(tx.all(indexes, &[])?.iter().map(index).collect::<db::Result<Vec<_>>>()?);
        for row in tx.all(references, &[])? {
            let (from, to) = (row.get::<String>(0)?, row.get::<String>(1)?);
            lines.insert(format!("reference {from} -> {to}"));
        }
        Ok::<_, db::Error>(lines)
    });
    read.await.unwrap()
}

fn column(row: &Row) -> db::Result<String> {
    let (table, name): (String, String) = (row.get(0)?, row.get(1)?);
    let kind = row.get::<String>(2)?.to_ascii_lowercase();
    let kind = match kind.as_str() {
        "integer" | "bigint" | "boolean" | "timestamp with time zone" => "whole",
        "blob" | "uuid" | "bytea" => "bytes",
        "text" | "jsonb" => "text",
        "real" | "double precision" => "real",
        // A type that only one engine has shows as a difference.
        other => other,
    };
    let key: Option<i64> = row.get(4)?;
    let key = key.filter(|place| *place > 0);
    let required = row.get::<bool>(3)? || key.is_some();
    let null = if required { "" } else { " or nothing" };
    let key = key.map_or_else(String::new, |place| format!(", key {place}"));
    Ok(format!("column {table}.{name}: {kind}{null}{key}"))
}

fn index(row: &Row) -> db::Result<String> {
    let (table, name): (String, String) = (row.get(0)?, row.get(1)?);
    let unique = if row.get::<bool>(2)? { "unique " } else { "" };
    let columns: String = row.get(3)?;
    let mut rule: String = row.get::<Option<String>>(4)?.unwrap_or_default().to_ascii_lowercase();
    // SQLite keeps the whole statement, PostgreSQL the condition in brackets.
    if let Some((_, condition)) = rule.rsplit_once(" where ") {
        rule = condition.to_owned();
    }
    rule.retain(|c| !c.is_whitespace() && !matches!(c, '(' | ')' | ';'));
    let rule = if rule.starts_with("create") { String::new() } else { rule };
    Ok(format!("{unique}index {name} of {table} ({columns}) {rule}"))
}

const SQLITE_COLUMNS: &str = "SELECT m.name, c.name, c.type, c.\"notnull\", c.pk \
    FROM sqlite_schema m JOIN pragma_table_info(m.name) c \
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!'";

const POSTGRES_COLUMNS: &str = "SELECT t.relname, a.attname, format_type(a.atttypid, NULL), \
    a.attnotnull, (SELECT k.place FROM pg_index i, unnest(i.indkey) WITH ORDINALITY k (att, place) \
                   WHERE i.indrelid = t.oid AND i.indisprimary AND k.att = a.attnum) \
    FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid \
    WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r' \
      AND a.attnum > 0 AND NOT a.attisdropped";

const SQLITE_INDEXES: &str = "SELECT table_name, index_name, is_unique, \
        group_concat(part, ', '), statement \
    FROM (SELECT m.name AS table_name, l.name AS index_name, l.\"unique\" AS is_unique, \
                 COALESCE(x.name, 'expression') || CASE x.\"desc\" WHEN 1 THEN ' down' ELSE '' END \
                     AS part, \
                 (SELECT sql FROM sqlite_schema s WHERE s.name = l.name) AS statement \
          FROM sqlite_schema m JOIN pragma_index_list(m.name) l JOIN pragma_index_xinfo(l.name) x \
          WHERE m.type = 'table' AND l.origin = 'c' AND x.key = 1 ORDER BY l.name, x.seqno) \
    GROUP BY index_name";

const POSTGRES_INDEXES: &str = "SELECT t.relname, x.relname, i.indisunique, \
        string_agg(CASE k.att WHEN 0 THEN 'expression' \
                        ELSE replace(pg_get_indexdef(i.indexrelid, CAST(k.place AS INTEGER), true), '\"', '') \
                   END \
                   || CASE WHEN i.indoption[k.place - 1] & 1 = 1 THEN ' down' ELSE '' END, \
                   ', ' ORDER BY k.place), \
        replace(pg_get_expr(i.indpred, i.indrelid), '::text', '') \
    FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid, \
         unnest(i.indkey) WITH ORDINALITY k (att, place) \
    WHERE t.relnamespace = 'public'::regnamespace \
      AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid) \
    GROUP BY t.relname, x.relname, i.indisunique, i.indpred, i.indrelid";

const SQLITE_REFERENCES: &str = "SELECT m.name || '.' || f.\"from\", f.\"table\" || '.' || f.\"to\" \
    FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'";

const POSTGRES_REFERENCES: &str = "SELECT t.relname || '.' || a.attname, r.relname || '.' || b.attname \
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid, \
         unnest(c.conkey, c.confkey) AS k (here, there), pg_attribute a, pg_attribute b \
    WHERE c.contype = 'f' AND a.attrelid = t.oid AND a.attnum = k.here \
      AND b.attrelid = r.oid AND b.attnum = k.there";

#[tokio::test]
async fn both_engines_have_the_same_schema() {
    let postgres = Store::fresh().await;
    if postgres.dialect() != Dialect::Postgres {
        println!("LIAISON_TEST_DATABASE names no server: nothing to compare with");
        return;
    }
    let (here, there) = (describe(&Store::sqlite().await).await, describe(&postgres).await);
    let only_sqlite: Vec<_> = here.difference(&there).collect();
    let only_postgres: Vec<_> = there.difference(&here).collect();
    assert!(
        only_sqlite.is_empty() && only_postgres.is_empty(),
        "only SQLite: {only_sqlite:#?}\nonly PostgreSQL: {only_postgres:#?}"
    );
    assert!(here.contains("column events.position: whole, key 4"), "{here:#?}");
    assert!(here.contains("column events.body: bytes or nothing"), "{here:#?}");
    assert!(here.contains("index audit_by_actor of audit (tenant_id, actor, position) "));
}

/// What belongs to no tenant: the migrations that ran, and the number that the next environment's tables get, which
/// no two tenants may share.
const OF_THE_HUB: [&str; 2] = ["schema_migrations", "record_numbers"];

#[tokio::test]
async fn every_key_starts_with_the_tenant() {
    let lines = describe(&Store::fresh().await).await;
    let tables: BTreeSet<_> = lines
        .iter()
        .filter_map(|line| line.strip_prefix("column ")?.split_once('.').map(|(table, _)| table))
        .filter(|table| !OF_THE_HUB.contains(table))
        .collect();
    assert!(tables.len() >= 4, "{tables:?}");
    for table in tables {
        let first = format!("column {table}.tenant_id: bytes, key 1");
        assert!(lines.contains(&first), "the key of {table} does not start with tenant_id");
    }
}

#[tokio::test]
async fn the_comparison_notices_a_difference() {
    let store = Store::fresh().await;
    let before = describe(&store).await;
    let scope = testkit::system_scope(testkit::ids().fresh());
    let changed = store.write(&scope, |tx| {
        tx.execute(
            "CREATE INDEX events_by_id ON events (tenant_id, id DESC) WHERE body IS NULL",
            &[],
        )?;
        tx.execute("ALTER TABLE audit ADD COLUMN more TEXT", &[])
    });
    changed.await.unwrap();
    let after = describe(&store).await;
    let new: Vec<_> = after.difference(&before).map(String::as_str).collect();
    assert_eq!(
        new,
        [
            "column audit.more: text or nothing",
            "index events_by_id of events (tenant_id, id down) bodyisnull",
        ]
    );
}
