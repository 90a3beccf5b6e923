//! What the message says, and who got it.

use std::str::FromStr as _;

use db::{Result, Row, Tx};
use kernel::{Language, UserId};
use uuid::Uuid;

use super::{Template, Welcome, Welcomed};

/// What the message says in a language; nothing where nobody wrote it.
pub(super) fn welcome(tx: &Tx<'_>, language: Language) -> Result<Option<Welcome>> {
    const SQL: &str = "SELECT version, subject, body, changed_by, changed_at \
                       FROM deployment_welcomes WHERE tenant_id = $1 AND language = $2";
    let Some(row) = tx.first(SQL, &[tx.tenant().into(), language.tag().into()])? else {
        return Ok(None);
    };
    Ok(Some(Welcome {
        language,
        version: row.get(0)?,
        template: Template { subject: row.get(1)?, body: row.get(2)? },
        changed_by: row.maybe_id(3)?,
        changed_at: row.get(4)?,
    }))
}

pub(super) fn put_welcome(tx: &Tx<'_>, new: &Welcome) -> Result<u64> {
    const SQL: &str = "INSERT INTO deployment_welcomes (tenant_id, language, version, subject, \
                       body, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
                       ON CONFLICT (tenant_id, language) DO UPDATE SET version = $3, \
                       subject = $4, body = $5, changed_by = $6, changed_at = $7";
    let params = [
        tx.tenant().into(),
        new.language.tag().into(),
        new.version.into(),
        (&new.template.subject).into(),
        (&new.template.body).into(),
        new.changed_by.map(UserId::uuid).into(),
        new.changed_at.into(),
    ];
    tx.execute(SQL, &params)
}

macro_rules! welcomed {
    ($rest:literal) => {
        concat!(
            "SELECT user_id, letter_id, language, version, sent_by, sent_at \
             FROM deployment_welcomed WHERE tenant_id = $1 ",
            $rest
        )
    };
}

/// The letter by which somebody got a version.
pub(super) fn letter(tx: &Tx<'_>, user: UserId, welcome: (Language, i64)) -> Result<Option<Uuid>> {
    const SQL: &str = welcomed!("AND user_id = $2 AND language = $3 AND version = $4");
    let params = [tx.tenant().into(), user.uuid().into(), welcome.0.tag().into(), welcome.1.into()];
    tx.first(SQL, &params)?.map(|row| row.get(1)).transpose()
}

/// Who got it last, the latest first.
pub(super) fn welcomed(tx: &Tx<'_>) -> Result<Vec<Welcomed>> {
    const SQL: &str = welcomed!("ORDER BY sent_at DESC, user_id, language, version LIMIT 1000");
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(welcomed_of).collect()
}

pub(super) fn put_welcomed(tx: &Tx<'_>, new: &Welcomed) -> Result<u64> {
    const SQL: &str = "INSERT INTO deployment_welcomed (tenant_id, user_id, letter_id, language, \
                       version, sent_by, sent_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
                       ON CONFLICT (tenant_id, user_id, language, version) DO UPDATE SET \
                       letter_id = $3, sent_by = $6, sent_at = $7";
    let params = [
        tx.tenant().into(),
        new.user.uuid().into(),
        new.letter.into(),
        new.language.tag().into(),
        new.version.into(),
        new.sent_by.map(UserId::uuid).into(),
        new.sent_at.into(),
    ];
    tx.execute(SQL, &params)
}

fn welcomed_of(row: &Row) -> Result<Welcomed> {
    Ok(Welcomed {
        user: row.id(0)?,
        letter: row.get(1)?,
        language: row.parsed(2, |text| Language::from_str(text).ok())?,
        version: row.get(3)?,
        sent_by: row.maybe_id(4)?,
        sent_at: row.get(5)?,
        state: None,
        failure: None,
    })
}
