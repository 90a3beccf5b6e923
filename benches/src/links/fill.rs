//! Links that are copies of one, in the file of a hub that does not run.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use e2e::Server;
use rusqlite::{Connection as Sqlite, params};

/// What the hub made, and the link that is copied.
#[derive(Debug)]
pub(super) struct Made {
    /// Keys of accounts; the last is that of the link.
    pub(super) records: Vec<String>,
    /// Teams and channels.
    pub(super) places: Vec<(String, String)>,
    /// The link.
    pub(super) template: String,
}

/// The database of a server.
pub(super) fn file(server: &Server) -> Result<PathBuf> {
    crate::tables::file(server)
}

/// Adds the links with these numbers.
///
/// Each copies the rows of the one that the hub made: of `links`, of the environment's `msdyn_teamscollaboration` and
/// `sharepointdocumentlocation`, of `tabs` and of `link_history`. What tells links apart is its own: identifiers, record,
/// team, channel and what follows of them. Sites and libraries are those of the one, as if all teams stood in it.
pub(super) fn links(file: &Path, made: &Made, (from, to): (u32, u32)) -> Result<()> {
    let mut database = Sqlite::open(file)?;
    database.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-262144; PRAGMA temp_store=MEMORY;",
    )?;
    fold(&database)?;
    let tx = database.transaction()?;
    tx.execute_batch(
        "CREATE TEMP TABLE fill (n INTEGER PRIMARY KEY, link BLOB, link_text TEXT, location BLOB, \
         tab BLOB, tab_text TEXT, record BLOB, team TEXT, channel TEXT, channel_id BLOB)",
    )?;
    {
        let mut insert =
            tx.prepare("INSERT INTO fill VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")?;
        for n in from..to {
            let at = usize::try_from(n)?;
            let record = made.records.get(at).context("a record")?;
            let (team, channel) = made.places.get(at % made.places.len()).context("a channel")?;
            let [link, location, tab] = [1, 2, 3].map(|kind| id(kind, n));
            insert.execute(params![
                n,
                link,
                text(&link),
                location,
                tab,
                text(&tab),
                blob(record)?,
                team,
                channel,
                blob(channel)?
            ])?;
        }
    }
    let template = blob(&made.template)?;
    let name = |table: &str| -> Result<String> {
        let found: String = tx.query_row(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB ?1 ORDER BY name LIMIT 1",
            [format!("r[0-9]*_{table}")],
            |row| row.get(0),
        )?;
        Ok(found)
    };
    let (location, tab): (Vec<u8>, String) =
        tx.query_row("SELECT location_id, tab_id FROM links WHERE id = ?1", [&template], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let record = "'Customer ' || substr('0000000' || f.n, -7)";
    copy(
        &tx,
        ("links", "id", &template),
        &[
            ("id", "f.link"),
            ("subject_id", "f.record"),
            ("subject_name", record),
            ("place", "'c:' || f.team || '/' || f.channel"),
            ("team_id", "f.team"),
            ("channel_id", "f.channel"),
            ("tab_id", "f.tab_text"),
            ("location_id", "f.location"),
            ("request_key", "NULL"),
        ],
    )?;
    copy(
        &tx,
        (&name("msdyn_teamscollaboration")?, "msdyn_teamscollaborationid", &template),
        &[
            ("msdyn_teamscollaborationid", "f.link"),
            ("regardingobjectid", "f.record"),
            ("msdyn_teamid", "f.team"),
            ("msdyn_channelid", "f.channel"),
            ("msdyn_pipedentityid", "f.link_text"),
        ],
    )?;
    copy(
        &tx,
        (&name("sharepointdocumentlocation")?, "sharepointdocumentlocationid", &location),
        &[("sharepointdocumentlocationid", "f.location"), ("regardingobjectid", "f.record")],
    )?;
    copy(
        &tx,
        ("tabs", "id", &blob(&tab)?),
        &[
            ("id", "f.tab"),
            ("channel_id", "f.channel_id"),
            ("entity", "f.link_text"),
            ("name", record),
        ],
    )?;
    copy(&tx, ("link_history", "link_id", &template), &[("link_id", "f.link")])?;
    tx.execute_batch("DROP TABLE fill")?;
    tx.commit()?;
    Ok(())
}

/// Copies the rows of a table whose column holds a key, once for each link to fill.
fn copy(
    database: &Sqlite,
    (table, key, of): (&str, &str, &[u8]),
    other: &[(&str, &str)],
) -> Result<()> {
    let mut columns = Vec::new();
    let mut statement = database.prepare("SELECT name FROM pragma_table_info(?1)")?;
    let mut rows = statement.query([table])?;
    while let Some(row) = rows.next()? {
        columns.push(row.get::<_, String>(0)?);
    }
    ensure!(columns.iter().any(|one| one == key), "{table} has no column {key}");
    let values: Vec<String> = columns
        .iter()
        .map(|column| {
            let own = other.iter().find(|(name, _)| name == column);
            own.map_or_else(|| format!("t.\"{column}\""), |(_, value)| (*value).to_owned())
        })
        .collect();
    let columns: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
    let sql = format!(
        "INSERT INTO \"{table}\" ({}) SELECT {} FROM \"{table}\" t, temp.fill f WHERE t.\"{key}\" = ?1",
        columns.join(", "),
        values.join(", ")
    );
    let made = database.execute(&sql, [of])?;
    ensure!(made > 0, "nothing of {table} was copied");
    Ok(())
}

/// What indexes of the hub are over; texts of the copies are plain, so that their case is all that folds.
fn fold(database: &Sqlite) -> Result<()> {
    use rusqlite::functions::FunctionFlags;
    let pure = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    for name in ["fold", "plain"] {
        database.create_scalar_function(name, 1, pure, |context| {
            Ok(context.get::<Option<String>>(0)?.map(|text| text.to_lowercase()))
        })?;
    }
    Ok(())
}

/// An identifier of a kind, growing as those that the hub draws do.
fn id(kind: u8, number: u32) -> [u8; 16] {
    let scattered = number.wrapping_mul(2_654_435_761);
    let mut bytes =
        (0x0190_u128 << 112 | u128::from(number) << 80 | u128::from(scattered) << 16).to_be_bytes();
    bytes[6] = 0x70 | kind;
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    bytes[15] = kind;
    bytes
}

/// An identifier as text.
fn text(id: &[u8; 16]) -> String {
    let mut out = String::with_capacity(36);
    for (at, byte) in id.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or('0');
        out.push(digit(byte >> 4));
        out.push(digit(byte & 15));
    }
    out
}

/// The bytes of an identifier as text.
fn blob(text: &str) -> Result<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .filter(|one| *one != '-')
        .map(|one| one.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()
        .context("an identifier")?;
    ensure!(digits.len() == 32, "{text} is no identifier");
    Ok(digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn identifiers_are_told_apart_and_come_back_from_their_text() {
        let mut seen = BTreeSet::new();
        for number in [0, 1, 2, 99_999, u32::MAX] {
            for kind in 1..=3 {
                let one = id(kind, number);
                assert_eq!(blob(&text(&one)).unwrap(), one);
                assert!(seen.insert(one));
            }
        }
        assert!(id(1, 1) < id(1, 2));
        assert!(blob("x").is_err() && blob("12").is_err());
    }
}
