//! The same requests as somebody would write them for these tables alone: statements prepared once, the same cells
//! read, the same JSON written. Nothing is asked about rights.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use e2e::{Server, cpu_micros};
use rusqlite::{
    CachedStatement, Connection as Sqlite, Row,
    functions::FunctionFlags,
    types::{Value as Cell, ValueRef},
};
use serde_json::Value;

/// Statements on the tables of one environment.
pub(super) struct Hand {
    database: Sqlite,
    /// How the names of its tables begin.
    pub(super) prefix: String,
    row: u64,
}

/// The file that a server keeps everything in.
pub(crate) fn file(server: &Server) -> Result<PathBuf> {
    let mut files =
        std::fs::read_dir(server.data())?.filter_map(Result::ok).map(|entry| entry.path());
    files
        .find(|path| path.extension().is_some_and(|kind| kind == "db" || kind == "sqlite"))
        .context("the file of the database")
}

/// A connection that is set up as the hub's own.
pub(super) fn open(file: &Path) -> Result<Sqlite> {
    let database = Sqlite::open(file)?;
    database.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY;",
    )?;
    database.busy_timeout(std::time::Duration::from_secs(10))?;
    let pure = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    database.create_scalar_function("fold", 1, pure, |context| {
        Ok(context.get::<Option<String>>(0)?.map(|text| text.to_lowercase()))
    })?;
    database.create_scalar_function("plain", 1, pure, |context| {
        Ok(context.get::<Option<String>>(0)?.map(|text| db::plain(&text)))
    })?;
    Ok(database)
}

impl Hand {
    pub(super) fn open(file: &Path) -> Result<Self> {
        let database = open(file)?;
        let name: String = database.query_row(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB 'r[0-9]*_account' ORDER BY name LIMIT 1",
            [],
            |row| row.get(0),
        )?;
        Ok(Self { database, prefix: name.trim_end_matches("_account").to_owned(), row: 0 })
    }

    fn statement(&self, rest: &str) -> Result<CachedStatement<'_>> {
        let columns = COLUMNS.split(',').fold(String::new(), |mut text, column| {
            let _ = write!(text, ", a.\"{column}\"");
            text
        });
        let prefix = &self.prefix;
        let sql = format!("SELECT a.accountid, a.versionnumber{columns}")
            + &rest.replace("{account}", &format!("\"{prefix}_account\" a")).replace(
                "{contact}",
                &format!("\"{prefix}_contact\" c ON c.contactid = a.primarycontactid"),
            );
        Ok(self.database.prepare_cached(&sql)?)
    }

    /// One row by its key.
    pub(super) fn by_key(&self, key: &str, out: &mut String) -> Result<()> {
        let mut statement = self.statement(" FROM {account} WHERE a.accountid = ?1")?;
        let mut rows = statement.query([bytes(key)])?;
        out.push_str("{\"@odata.context\":\"$metadata#accounts/$entity\",");
        if let Some(row) = rows.next()? {
            members(row, out)?;
        }
        out.push('}');
        Ok(())
    }

    /// A filtered page.
    pub(super) fn page(&self, out: &mut String) -> Result<()> {
        let statement = self.statement(
            " FROM {account} WHERE a.numberofemployees > 900 ORDER BY a.accountid LIMIT 51",
        )?;
        listed(statement, out, |_row, _out| Ok(()))
    }

    /// A page with the contact of each row.
    pub(super) fn expanded(&self, out: &mut String) -> Result<()> {
        let prefix = &self.prefix;
        let columns = COLUMNS.split(',').fold(String::new(), |mut text, column| {
            let _ = write!(text, ", a.\"{column}\"");
            text
        });
        let sql = format!(
            "SELECT a.accountid, a.versionnumber{columns}, c.contactid, c.versionnumber, c.fullname \
             FROM \"{prefix}_account\" a LEFT JOIN \"{prefix}_contact\" c ON c.contactid = a.primarycontactid \
             ORDER BY a.accountid LIMIT 51"
        );
        listed(self.database.prepare_cached(&sql)?, out, |row, out| {
            out.push_str(",\"primarycontactid\":");
            let ValueRef::Blob(id) = row.get_ref(8)? else {
                out.push_str("null");
                return Ok(());
            };
            let _ = write!(
                out,
                "{{\"@odata.etag\":\"W/\\\"{}\\\"\",\"fullname\":",
                row.get::<_, i64>(9)?
            );
            text(row.get_ref(10)?, out);
            out.push_str(",\"contactid\":");
            guid(id, out);
            out.push('}');
            Ok(())
        })
    }

    /// One row more, in a transaction of its own: what came in the request, and what every row has.
    pub(super) fn create(&mut self, body: &[u8]) -> Result<String> {
        let body: Value = serde_json::from_slice(body)?;
        self.row += 1;
        let key =
            format!("ffffffff-{:04x}-7000-8000-{:012x}", std::process::id() & 0xffff, self.row);
        let user = vec![1_u8; 16];
        let given = |name: &str| match body.get(name) {
            Some(Value::String(text)) => Cell::Text(text.clone()),
            Some(Value::Number(number)) => number.as_i64().map_or(Cell::Null, Cell::Integer),
            _ => Cell::Null,
        };
        let revenue = body.get("revenue").and_then(Value::as_f64).unwrap_or_default();
        #[expect(clippy::cast_possible_truncation, reason = "an amount in ten-thousandths")]
        let revenue = Cell::Integer((revenue * 10_000.0) as i64);
        let now = Cell::Integer(1_772_000_000_000_000);
        let cells = [
            ("accountid", Cell::Blob(bytes(&key))),
            ("name", given("name")),
            ("accountnumber", given("accountnumber")),
            ("telephone1", given("telephone1")),
            ("address1_city", given("address1_city")),
            ("revenue", revenue.clone()),
            ("revenue_base", revenue),
            ("numberofemployees", given("numberofemployees")),
            ("createdon", now.clone()),
            ("modifiedon", now),
            ("createdby", Cell::Blob(user.clone())),
            ("modifiedby", Cell::Blob(user.clone())),
            ("ownerid", Cell::Blob(user.clone())),
            ("owninguser", Cell::Blob(user.clone())),
            ("owningbusinessunit", Cell::Blob(user)),
            ("statecode", Cell::Integer(0)),
            ("statuscode", Cell::Integer(1)),
            ("versionnumber", Cell::Integer(i64::try_from(self.row)?)),
        ];
        let names: Vec<String> = cells.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let marks: Vec<String> = (1..=cells.len()).map(|at| format!("?{at}")).collect();
        let sql = format!(
            "INSERT INTO \"{}_account\" ({}) VALUES ({})",
            self.prefix,
            names.join(", "),
            marks.join(", ")
        );
        self.database.execute_batch("BEGIN IMMEDIATE")?;
        self.database
            .prepare_cached(&sql)?
            .execute(rusqlite::params_from_iter(cells.into_iter().map(|(_, cell)| cell)))?;
        self.database.execute_batch("COMMIT")?;
        Ok(key)
    }

    /// Processor time of this process for one round, in microseconds.
    pub(super) fn spent(&mut self, mut round: impl FnMut(&mut Self) -> Result<()>) -> Result<f64> {
        round(self)?;
        let before = cpu_micros(std::process::id())?;
        let (mut rounds, mut micros) = (0_u32, 0_u64);
        // ticks are long: many rounds, until enough of them are over
        while micros < 400_000 {
            rounds += 1;
            if rounds.is_multiple_of(16) {
                micros = cpu_micros(std::process::id())? - before;
            }
            round(self)?;
        }
        Ok(f64::from(u32::try_from(micros)?) / f64::from(rounds))
    }
}

fn listed(
    mut statement: CachedStatement<'_>,
    out: &mut String,
    more: impl Fn(&Row<'_>, &mut String) -> Result<()>,
) -> Result<()> {
    let mut rows = statement.query([])?;
    out.push_str("{\"@odata.context\":\"$metadata#accounts\",\"value\":[");
    let mut count = 0;
    while let Some(row) = rows.next()? {
        count += 1;
        if count > 50 {
            break;
        }
        out.push_str(if count > 1 { ",{" } else { "{" });
        members(row, out)?;
        more(row, out)?;
        out.push('}');
    }
    out.push_str("]}");
    Ok(())
}

fn members(row: &Row<'_>, out: &mut String) -> Result<()> {
    let _ = write!(out, "\"@odata.etag\":\"W/\\\"{}\\\"\"", row.get::<_, i64>(1)?);
    for (at, name) in COLUMNS.split(',').enumerate() {
        let _ = write!(out, ",\"{name}\":");
        match row.get_ref(at + 2)? {
            ValueRef::Integer(units) if name == "revenue" => {
                let _ = write!(out, "{}.{:04}", units / 10_000, units % 10_000);
            }
            ValueRef::Integer(number) => {
                let _ = write!(out, "{number}");
            }
            other => text(other, out),
        }
    }
    out.push_str(",\"accountid\":");
    if let ValueRef::Blob(id) = row.get_ref(0)? {
        guid(id, out);
    }
    Ok(())
}

fn text(value: ValueRef<'_>, out: &mut String) {
    match value.as_str().ok().and_then(|text| serde_json::to_string(text).ok()) {
        Some(text) => out.push_str(&text),
        None => out.push_str("null"),
    }
}

fn guid(bytes: &[u8], out: &mut String) {
    out.push('"');
    for (at, byte) in bytes.iter().enumerate() {
        out.push_str(if matches!(at, 4 | 6 | 8 | 10) { "-" } else { "" });
        for digit in [byte >> 4, byte & 15] {
            out.push(char::from_digit(digit.into(), 16).unwrap_or_default());
        }
    }
    out.push('"');
}

/// The bytes of a GUID in text.
pub(super) fn bytes(guid: &str) -> Vec<u8> {
    let digits: Vec<u8> = guid
        .chars()
        .filter_map(|digit| digit.to_digit(16))
        .filter_map(|digit| u8::try_from(digit).ok())
        .collect();
    digits.chunks(2).map(|pair| pair.iter().fold(0_u8, |byte, digit| (byte << 4) | digit)).collect()
}

pub(super) const COLUMNS: &str =
    "name,accountnumber,telephone1,address1_city,revenue,numberofemployees";
