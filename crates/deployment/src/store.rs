//! Evidence, statements, results, settings.

use db::{Result, Row, Tx};
use jiff::Timestamp;
use kernel::UserId;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    Evidence, Guide, SellerGroup, Settings, Source, Statement, Why,
    evidence::{Content, Kind},
    results::Kept,
};

/// Files of a kind that are kept; what was before them is forgotten.
const KEPT: i64 = 10;

macro_rules! evidence {
    ($rest:literal) => {
        concat!(
            "SELECT id, kind, name, note, things, bytes, sha256, added_by, added_at \
             FROM deployment_evidence WHERE tenant_id = $1 ",
            $rest
        )
    };
}

pub(crate) fn insert_evidence(tx: &Tx<'_>, new: &Evidence, content: &Json) -> Result<()> {
    const SQL: &str = "INSERT INTO deployment_evidence (tenant_id, id, kind, name, note, content, \
                       things, bytes, sha256, added_by, added_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    const OLD: &str = "SELECT id FROM deployment_evidence WHERE tenant_id = $1 AND kind = $2 \
                       ORDER BY added_at DESC, id DESC LIMIT 100 OFFSET $3";
    let params = [
        tx.tenant().into(),
        new.id.into(),
        new.kind.as_str().into(),
        (&new.name).into(),
        (&new.note).into(),
        db::Value::json(content),
        new.things.into(),
        new.bytes.into(),
        (&new.sha256).into(),
        new.added_by.map(UserId::uuid).into(),
        new.added_at.into(),
    ];
    tx.execute(SQL, &params)?;
    for row in tx.all(OLD, &[tx.tenant().into(), new.kind.as_str().into(), KEPT.into()])? {
        delete_evidence(tx, row.get(0)?)?;
    }
    Ok(())
}

pub(crate) fn delete_evidence(tx: &Tx<'_>, id: Uuid) -> Result<u64> {
    const SQL: &str = "DELETE FROM deployment_evidence WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &[tx.tenant().into(), id.into()])
}

pub(crate) fn evidence(tx: &Tx<'_>) -> Result<Vec<Evidence>> {
    const SQL: &str = evidence!("ORDER BY added_at DESC, id DESC LIMIT 100");
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(evidence_of).collect()
}

pub(crate) fn one_evidence(tx: &Tx<'_>, id: Uuid) -> Result<Option<Evidence>> {
    const SQL: &str = evidence!("AND id = $2");
    tx.first(SQL, &[tx.tenant().into(), id.into()])?.as_ref().map(evidence_of).transpose()
}

fn evidence_of(row: &Row) -> Result<Evidence> {
    let by: Option<Uuid> = row.get(7)?;
    Ok(Evidence {
        id: row.get(0)?,
        kind: row.parsed(1, Kind::parse)?,
        name: row.get(2)?,
        note: row.get(3)?,
        things: row.get(4)?,
        bytes: row.get(5)?,
        sha256: row.get(6)?,
        added_by: by.map(Into::into),
        added_at: row.get(8)?,
    })
}

/// The latest of each kind. What an older hub wrote and this one does not read is left out: it is unknown then.
pub(crate) fn latest(tx: &Tx<'_>) -> Result<Vec<(Content, Timestamp)>> {
    const SQL: &str = "SELECT content, added_at FROM deployment_evidence \
                       WHERE tenant_id = $1 AND kind = $2 \
                       ORDER BY added_at DESC, id DESC LIMIT 1";
    let mut all = Vec::new();
    for kind in Kind::ALL {
        let Some(row) = tx.first(SQL, &[tx.tenant().into(), kind.as_str().into()])? else {
            continue;
        };
        let content: Json = row.get(0)?;
        if let Ok(content) = serde_json::from_value::<Content>(content) {
            all.push((content, row.get(1)?));
        }
    }
    Ok(all)
}

pub(crate) fn put_statement(tx: &Tx<'_>, check: &str, said: &Statement) -> Result<u64> {
    const SQL: &str = "INSERT INTO deployment_statements (tenant_id, check_id, holds, note, \
                       file_name, sha256, said_by, said_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
                       ON CONFLICT (tenant_id, check_id) DO UPDATE SET holds = $3, note = $4, \
                       file_name = $5, sha256 = $6, said_by = $7, said_at = $8";
    let params = [
        tx.tenant().into(),
        check.into(),
        said.holds.into(),
        (&said.note).into(),
        said.file.as_ref().map(|(name, _)| name.as_str()).into(),
        said.file.as_ref().map(|(_, sha256)| sha256.as_str()).into(),
        said.by.map(UserId::uuid).into(),
        said.at.into(),
    ];
    tx.execute(SQL, &params)
}

pub(crate) fn delete_statement(tx: &Tx<'_>, check: &str) -> Result<u64> {
    const SQL: &str = "DELETE FROM deployment_statements WHERE tenant_id = $1 AND check_id = $2";
    tx.execute(SQL, &[tx.tenant().into(), check.into()])
}

pub(crate) fn statements(tx: &Tx<'_>) -> Result<Vec<(String, Statement)>> {
    const SQL: &str = "SELECT check_id, holds, note, file_name, sha256, said_by, said_at \
                       FROM deployment_statements WHERE tenant_id = $1 LIMIT 1000";
    let read = |row: &Row| {
        let by: Option<Uuid> = row.get(5)?;
        let (name, sha256): (Option<String>, Option<String>) = (row.get(3)?, row.get(4)?);
        let said = Statement {
            holds: row.get(1)?,
            note: row.get(2)?,
            file: name.zip(sha256),
            by: by.map(Into::into),
            at: row.get(6)?,
        };
        Ok((row.get(0)?, said))
    };
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(read).collect()
}

pub(crate) fn put_result(
    tx: &Tx<'_>,
    (guide, check): (Guide, &str),
    kept: &Kept,
    now: Timestamp,
) -> Result<u64> {
    const SQL: &str = "INSERT INTO deployment_results (tenant_id, guide, check_id, holds, why, \
                       observed, source, read_at, judged_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
                       ON CONFLICT (tenant_id, guide, check_id) DO UPDATE SET holds = $4, \
                       why = $5, observed = $6, source = $7, read_at = $8, judged_at = $9";
    let observed = Json::from(kept.observed.clone());
    let params = [
        tx.tenant().into(),
        guide.as_str().into(),
        check.into(),
        kept.holds.into(),
        kept.why.map(Why::as_str).into(),
        db::Value::json(&observed),
        kept.source.map(Source::as_str).into(),
        kept.read_at.into(),
        now.into(),
    ];
    tx.execute(SQL, &params)
}

/// What is kept of a guide, and when the last of it was judged.
pub(crate) fn results(tx: &Tx<'_>, guide: Guide) -> Result<Vec<(String, Kept, Timestamp)>> {
    const SQL: &str = "SELECT check_id, holds, why, observed, source, read_at, judged_at \
                       FROM deployment_results WHERE tenant_id = $1 AND guide = $2 LIMIT 1000";
    let read = |row: &Row| {
        let word = |text: Option<String>| text.unwrap_or_default();
        let observed: Json = row.get(3)?;
        let observed = observed.as_array().into_iter().flatten();
        let kept = Kept {
            holds: row.get(1)?,
            why: Why::parse(&word(row.get(2)?)),
            observed: observed.filter_map(|one| one.as_str().map(str::to_owned)).collect(),
            source: Source::parse(&word(row.get(4)?)),
            read_at: row.get(5)?,
        };
        Ok((row.get(0)?, kept, row.get(6)?))
    };
    tx.all(SQL, &[tx.tenant().into(), guide.as_str().into()])?.iter().map(read).collect()
}

pub(crate) fn settings(tx: &Tx<'_>) -> Result<Settings> {
    const SQL: &str = "SELECT max_age_days, seller_groups, community_url \
                       FROM deployment_settings WHERE tenant_id = $1";
    let Some(row) = tx.first(SQL, &[tx.tenant().into()])? else { return Ok(Settings::default()) };
    let groups: Json = row.get(1)?;
    let groups = groups.as_array().into_iter().flatten().filter_map(|one| {
        let text = |name: &str| one.get(name)?.as_str().map(str::to_owned);
        Some(SellerGroup { id: text("id")?, name: text("name")? })
    });
    Ok(Settings {
        max_age_days: row.get(0)?,
        seller_groups: groups.collect(),
        community_url: row.get(2)?,
    })
}

pub(crate) fn put_settings(tx: &Tx<'_>, settings: &Settings, now: Timestamp) -> Result<u64> {
    const SQL: &str = "INSERT INTO deployment_settings (tenant_id, max_age_days, seller_groups, \
                       community_url, changed_at) VALUES ($1, $2, $3, $4, $5) \
                       ON CONFLICT (tenant_id) DO UPDATE SET max_age_days = $2, \
                       seller_groups = $3, community_url = $4, changed_at = $5";
    let groups = settings.groups();
    let params = [
        tx.tenant().into(),
        settings.max_age_days.into(),
        db::Value::json(&groups),
        (&settings.community_url).into(),
        now.into(),
    ];
    tx.execute(SQL, &params)
}
