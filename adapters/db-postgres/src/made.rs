//! Tables that the hub makes while it runs, in backups: the tables of environments.
//!
//! Migrations know nothing of them, so a backup says how each was made and a restore makes it again:
//! ```text
//! made r1_account
//! column accountid uuid NOT NULL
//! column "customerid:t" bigint
//! key accountid
//! index CREATE INDEX x1_1 ON r1_account USING btree (fold(name) NULLS FIRST, accountid)
//! ```
//! A backup is text from outside: nothing of it becomes a statement that is not one of these forms, with
//! names, types and words from the lists below.

use db::Result;
use tokio_postgres::Client;

use crate::error::translate;

/// Begins the lines of one table.
const MADE: &str = "made ";

/// Which tables: `r` or `s`, the number of the environment, and a name.
fn is_made(table: &str) -> bool {
    let Some(rest) = table.strip_prefix(['r', 's']) else { return false };
    rest.split_once('_').is_some_and(|(number, name)| {
        !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

/// The lines of every such table.
pub(crate) async fn lines(client: &Client) -> Result<Vec<String>> {
    const TABLES: &str = "SELECT c.oid, c.relname FROM pg_class c \
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' \
          AND c.relname ~ '^[rs][0-9]+_' ORDER BY c.relname";
    const COLUMNS: &str = "SELECT quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod) \
            || CASE WHEN o.collname = 'C' THEN ' COLLATE \"C\"' ELSE '' END \
            || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END \
        FROM pg_attribute a LEFT JOIN pg_collation o ON o.oid = a.attcollation \
        WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";
    const KEY: &str = "SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.place) \
        FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(number, place) \
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number \
        WHERE i.indrelid = $1 AND i.indisprimary HAVING count(*) > 0";
    const INDEXES: &str = "SELECT pg_get_indexdef(indexrelid, 0, true) FROM pg_index \
        WHERE indrelid = $1 AND NOT indisprimary ORDER BY indexrelid";
    let mut all = Vec::new();
    for row in client.query(TABLES, &[]).await.map_err(translate)? {
        let oid: u32 = row.try_get(0).map_err(translate)?;
        let name: String = row.try_get(1).map_err(translate)?;
        if !is_made(&name) {
            continue;
        }
        all.push(format!("{MADE}{name}"));
        for (kind, sql) in [("column", COLUMNS), ("key", KEY), ("index", INDEXES)] {
            for row in client.query(sql, &[&oid]).await.map_err(translate)? {
                let text: String = row.try_get(0).map_err(translate)?;
                all.push(format!("{kind} {text}"));
            }
        }
    }
    Ok(all)
}

/// Collects the lines of a backup and gives the statements that they stand for.
#[derive(Debug, Default)]
pub(crate) struct Making {
    statements: Vec<String>,
    indexes: Vec<String>,
    table: Option<Table>,
}

#[derive(Debug)]
struct Table {
    name: String,
    columns: Vec<String>,
    definitions: Vec<String>,
}

impl Making {
    /// Takes a line, if it is one of these; `None` when it is not what it should be.
    pub(crate) fn take(&mut self, line: &str) -> Option<Taken> {
        if let Some(name) = line.strip_prefix(MADE) {
            self.close();
            let name = name.to_owned();
            is_made(&name).then_some(())?;
            self.table = Some(Table { name, columns: Vec::new(), definitions: Vec::new() });
            return Some(Taken::Yes);
        }
        let Some((kind @ ("column" | "key" | "index"), text)) = line.split_once(' ') else {
            return Some(Taken::No);
        };
        let table = self.table.as_mut()?;
        match kind {
            "column" => {
                let (name, rest) = text.split_once(' ')?;
                is_name(name).then_some(())?;
                let bare = rest.strip_suffix(" NOT NULL").unwrap_or(rest);
                let bare = bare.strip_suffix(" COLLATE \"C\"").unwrap_or(bare);
                TYPES.contains(&bare).then_some(())?;
                table.columns.push(name.to_owned());
                table.definitions.push(text.to_owned());
            }
            "key" => {
                let known = |name: &str| table.columns.iter().any(|column| column == name);
                text.split(", ").all(known).then_some(())?;
                table.definitions.push(format!("PRIMARY KEY ({text})"));
            }
            _ => {
                is_index(text, table).then_some(())?;
                self.indexes.push(text.to_owned());
            }
        }
        Some(Taken::Yes)
    }

    /// The statements, tables first.
    pub(crate) fn finish(mut self) -> Vec<String> {
        self.close();
        self.statements.append(&mut self.indexes);
        self.statements
    }

    fn close(&mut self) {
        if let Some(table) = self.table.take() {
            let definitions = table.definitions.join(", ");
            self.statements.push(format!("CREATE TABLE {} ({definitions})", table.name));
        }
    }
}

/// Whether a line belonged to a table that is made.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    Yes,
    No,
}

const TYPES: [&str; 8] = [
    "bigint",
    "boolean",
    "bytea",
    "double precision",
    "jsonb",
    "text",
    "timestamp with time zone",
    "uuid",
];

/// A name as the server quotes it: bare, or in quotes without another one.
fn is_name(name: &str) -> bool {
    let plain = |text: &str, more: &[u8]| {
        (1..=63).contains(&text.len())
            && text.bytes().all(|byte| {
                byte.is_ascii_lowercase()
                    || byte.is_ascii_digit()
                    || byte == b'_'
                    || more.contains(&byte)
            })
    };
    match name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => plain(inner, b":"),
        None => plain(name, b"") && !name.starts_with(|first: char| first.is_ascii_digit()),
    }
}

/// Whether a text is the definition of an index of the table and nothing else.
fn is_index(text: &str, table: &Table) -> bool {
    const WORDS: [&str; 8] = ["NULLS", "FIRST", "LAST", "DESC", "WHERE", "IS", "NOT", "NULL"];
    let rest = text.strip_prefix("CREATE UNIQUE INDEX ").or(text.strip_prefix("CREATE INDEX "));
    let Some((name, rest)) = rest.and_then(|rest| rest.split_once(" ON ")) else { return false };
    let Some(rest) = rest.strip_prefix(&table.name) else { return false };
    let Some(mut rest) = rest.strip_prefix(" USING btree (") else { return false };
    let mut depth = 1_usize;
    while let Some(first) = rest.chars().next() {
        let word =
            rest.find([' ', ',', '(', ')']).map_or(rest, |end| rest.get(..end).unwrap_or(""));
        let after = rest.get(word.len()..).unwrap_or_default();
        match (word, first) {
            ("", ' ' | ',') => {}
            ("", ')') if depth > 0 => depth -= 1,
            // nothing is called but these two, and nothing else is put into parentheses
            ("fold" | "plain", _) if after.starts_with('(') => {
                depth += 1;
                rest = after.get(1..).unwrap_or_default();
                continue;
            }
            ("", _) => return false,
            _ if after.starts_with('(') => return false,
            _ if WORDS.contains(&word) || table.columns.iter().any(|column| column == word) => {
                rest = after;
                continue;
            }
            _ => return false,
        }
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
    }
    depth == 0 && is_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: [&str; 7] = [
        "made r1_account",
        "column accountid uuid NOT NULL",
        "column name text COLLATE \"C\"",
        "column \"customerid:t\" bigint",
        "key accountid",
        "index CREATE INDEX x1_1 ON r1_account USING btree (fold(name) NULLS FIRST, accountid)",
        "index CREATE UNIQUE INDEX \"k:1\" ON r1_account USING btree (\"customerid:t\") WHERE name IS NOT NULL",
    ];

    fn made(lines: &[&str]) -> Option<Vec<String>> {
        let mut making = Making::default();
        for line in lines {
            (making.take(line)? == Taken::Yes).then_some(())?;
        }
        Some(making.finish())
    }

    #[test]
    fn a_table_is_made_as_it_was() {
        let statements = made(&ACCOUNT).unwrap();
        assert_eq!(
            statements[0],
            "CREATE TABLE r1_account (accountid uuid NOT NULL, name text COLLATE \"C\", \
             \"customerid:t\" bigint, PRIMARY KEY (accountid))"
        );
        assert_eq!(statements.len(), 3);
        assert!(statements[1].starts_with("CREATE INDEX x1_1"));
        assert_eq!(Making::default().take("table r1_account (accountid)"), Some(Taken::No));
    }

    #[test]
    fn nothing_else_becomes_a_statement() {
        let head = &ACCOUNT[..4];
        for hostile in [
            "made users",
            "made r1_a; DROP TABLE users",
            "made r_account",
            "column x text DEFAULT pg_sleep(9)",
            "column x text, y text",
            "column x; uuid",
            "column X uuid",
            "column \"a\"b\" uuid",
            "column x hstore",
            "key name)",
            "key name, nothing",
            "key",
            "index DROP TABLE users",
            "index CREATE INDEX x ON users USING btree (name)",
            "index CREATE INDEX x ON r1_account USING btree (pg_sleep(9))",
            "index CREATE INDEX x ON r1_account USING btree (name(name))",
            "index CREATE INDEX x ON r1_account USING btree ((name))",
            "index CREATE INDEX x ON r1_account USING btree (name) ; DROP TABLE users",
            "index CREATE INDEX x ON r1_account USING btree (name)) ",
            "index CREATE INDEX x ON r1_account USING btree (fold(name)",
            "index CREATE INDEX x ON r1_account USING btree (name) WHERE name = 'é'",
            "index CREATE INDEX x ON r1_account USING btree (nothing)",
            "index CREATE INDEX x y ON r1_account USING btree (name)",
        ] {
            let lines: Vec<&str> = head.iter().copied().chain([hostile]).collect();
            assert_eq!(made(&lines), None, "{hostile}");
        }
        assert_eq!(made(&["column x uuid"]), None, "a column without a table");
    }
}
