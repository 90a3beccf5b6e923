//! Statements on mails of sellers.

use crm::RecordRef;
use db::{Error, Result, Row, Tx};
use file_store::Sha256;
use jiff::Timestamp;
use kernel::UserId;
use uuid::Uuid;

use crate::{About, Mail, PrivateNote, Rules, Save, suggesting::Decision};

macro_rules! mails {
    ($rest:literal) => {
        concat!(
            "SELECT id, user_id, subject, sender_name, sender_address, recipients, preview, size, \
             attachments, sent_at, kept_at, sha256, mail_key, thread_id FROM mailbox_mails ",
            $rest
        )
    };
}

fn mail_of(row: &Row) -> Result<Mail> {
    let id: Uuid = row.get(0)?;
    let bytes: Vec<u8> = row.get(11)?;
    let odd = || Error::Inconsistent { column: 11, expected: "SHA-256" };
    let sha256 = Sha256::from_slice(&bytes).ok_or_else(odd)?;
    Ok(Mail {
        id,
        user: row.id(1)?,
        subject: row.get(2)?,
        sender_name: row.get(3)?,
        sender_address: row.get(4)?,
        recipients: row.get(5)?,
        preview: row.get(6)?,
        size: row.get(7)?,
        attachments: row.get(8)?,
        sent_at: row.get(9)?,
        kept_at: row.get(10)?,
        message_id: Some(row.get::<String>(12)?).filter(|key| *key != sha256.to_string()),
        thread: row.get(13)?,
        sha256,
    })
}

pub(crate) fn insert(tx: &Tx<'_>, mail: &Mail, (key, words): (&str, &str)) -> Result<u64> {
    const SQL: &str = "INSERT INTO mailbox_mails (tenant_id, id, user_id, mail_key, subject, \
                       sender_name, sender_address, recipients, preview, words, size, \
                       attachments, sha256, sent_at, kept_at) VALUES ($1, $2, $3, $4, $5, $6, $7, \
                       $8, $9, $10, $11, $12, $13, $14, $15)";
    let params = [
        tx.tenant().into(),
        mail.id.into(),
        mail.user.into(),
        key.into(),
        mail.subject.as_str().into(),
        mail.sender_name.as_str().into(),
        mail.sender_address.as_str().into(),
        mail.recipients.as_str().into(),
        mail.preview.as_str().into(),
        words.into(),
        mail.size.into(),
        mail.attachments.into(),
        mail.sha256.0.to_vec().into(),
        mail.sent_at.into(),
        mail.kept_at.into(),
    ];
    tx.execute(SQL, &params)
}

pub(crate) fn by_key(tx: &Tx<'_>, user: UserId, key: &str) -> Result<Option<Mail>> {
    const SQL: &str = mails!("WHERE tenant_id = $1 AND user_id = $2 AND mail_key = $3");
    let params = [tx.tenant().into(), user.into(), key.into()];
    tx.first(SQL, &params)?.as_ref().map(mail_of).transpose()
}

pub(crate) fn lookup(tx: &Tx<'_>, user: UserId, id: Uuid) -> Result<Option<Mail>> {
    const SQL: &str = mails!("WHERE tenant_id = $1 AND id = $2 AND user_id = $3");
    let params = [tx.tenant().into(), id.into(), user.into()];
    tx.first(SQL, &params)?.as_ref().map(mail_of).transpose()
}

/// Mails of a person, the latest first. The pattern is that of LIKE with `!` before signs that are meant.
pub(crate) fn page(
    tx: &Tx<'_>,
    user: UserId,
    (pattern, before): (&str, Option<(Timestamp, Uuid)>),
    limit: i64,
) -> Result<Vec<Mail>> {
    const SQL: &str = mails!(
        "WHERE tenant_id = $1 AND user_id = $2 AND ($3 = '' OR words LIKE $3 ESCAPE '!') \
         AND (sent_at < $4 OR (sent_at = $4 AND id < $5)) ORDER BY sent_at DESC, id DESC LIMIT $6"
    );
    let (at, id) = before.unwrap_or((LATEST, Uuid::max()));
    let params = [
        tx.tenant().into(),
        user.into(),
        pattern.into(),
        at.min(LATEST).into(),
        id.into(),
        limit.into(),
    ];
    tx.all(SQL, &params)?.iter().map(mail_of).collect()
}

/// How many mails a person keeps, and their bytes.
pub(crate) fn kept_by(tx: &Tx<'_>, user: UserId) -> Result<(i64, i64)> {
    const SQL: &str = "SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT) \
                       FROM mailbox_mails WHERE tenant_id = $1 AND user_id = $2";
    let row = tx.first(SQL, &[tx.tenant().into(), user.into()])?;
    row.map_or(Ok((0, 0)), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The conversation that an identifier belongs to.
pub(crate) fn thread_of_key(tx: &Tx<'_>, user: UserId, key: &str) -> Result<Option<Uuid>> {
    const SQL: &str = "SELECT thread_id FROM mailbox_thread_keys \
                       WHERE tenant_id = $1 AND user_id = $2 AND message_key = $3";
    let row = tx.first(SQL, &[tx.tenant().into(), user.into(), key.into()])?;
    row.map(|row| row.get(0)).transpose()
}

pub(crate) fn put_thread_key(tx: &Tx<'_>, user: UserId, key: &str, thread: Uuid) -> Result<u64> {
    const SQL: &str = "INSERT INTO mailbox_thread_keys (tenant_id, user_id, message_key, \
                       thread_id) VALUES ($1, $2, $3, $4) \
                       ON CONFLICT (tenant_id, user_id, message_key) DO NOTHING";
    tx.execute(SQL, &[tx.tenant().into(), user.into(), key.into(), thread.into()])
}

/// Two conversations turn out to be one.
pub(crate) fn merge_threads(tx: &Tx<'_>, from: Uuid, into: Uuid) -> Result<u64> {
    const KEYS: &str = "UPDATE mailbox_thread_keys SET thread_id = $3 \
                        WHERE tenant_id = $1 AND thread_id = $2";
    const SQL: &str = "UPDATE mailbox_mails SET thread_id = $3 \
                       WHERE tenant_id = $1 AND thread_id = $2";
    let params = [tx.tenant().into(), from.into(), into.into()];
    tx.execute(KEYS, &params)?;
    tx.execute(SQL, &params)
}

pub(crate) fn set_thread(tx: &Tx<'_>, mail: Uuid, thread: Uuid) -> Result<u64> {
    const SQL: &str = "UPDATE mailbox_mails SET thread_id = $3 WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &[tx.tenant().into(), mail.into(), thread.into()])
}

/// Mails of a conversation, the earliest first; of a long one the latest.
pub(crate) fn in_thread(
    tx: &Tx<'_>,
    (user, thread): (UserId, Uuid),
    most: i64,
) -> Result<Vec<Mail>> {
    const SQL: &str = mails!(
        "WHERE tenant_id = $1 AND user_id = $2 AND thread_id = $3 \
         ORDER BY sent_at DESC, id DESC LIMIT $4"
    );
    let params = [tx.tenant().into(), user.into(), thread.into(), most.into()];
    let mut mails: Vec<Mail> = tx.all(SQL, &params)?.iter().map(mail_of).collect::<Result<_>>()?;
    mails.reverse();
    Ok(mails)
}

/// Takes a mail away with what is known of it.
pub(crate) fn delete(tx: &Tx<'_>, id: Uuid) -> Result<u64> {
    const SAVES: &str = "DELETE FROM mailbox_saves WHERE tenant_id = $1 AND mail_id = $2";
    const SQL: &str = "DELETE FROM mailbox_mails WHERE tenant_id = $1 AND id = $2";
    const NOTES: &str = "DELETE FROM mailbox_notes WHERE tenant_id = $1 AND mail_id = $2";
    const OF: &str = "SELECT thread_id FROM mailbox_mails WHERE tenant_id = $1 AND id = $2";
    const LAST: &str = "DELETE FROM mailbox_thread_keys WHERE tenant_id = $1 AND thread_id = $2 \
                        AND NOT EXISTS (SELECT 1 FROM mailbox_mails WHERE tenant_id = $1 \
                        AND thread_id = $2)";
    let params = [tx.tenant().into(), id.into()];
    tx.execute(SAVES, &params)?;
    tx.execute(NOTES, &params)?;
    // what a conversation is known by goes with its last mail
    let thread = tx.first(OF, &params)?.map(|row| row.get::<Option<Uuid>>(0)).transpose()?;
    let gone = tx.execute(SQL, &params)?;
    if let Some(thread) = thread.flatten() {
        tx.execute(LAST, &[tx.tenant().into(), thread.into()])?;
    }
    Ok(gone)
}

/// Whether any mail of the tenant has this content.
pub(crate) fn has_file(tx: &Tx<'_>, sha256: Sha256) -> Result<bool> {
    const SQL: &str = "SELECT 1 FROM mailbox_mails WHERE tenant_id = $1 AND sha256 = $2 LIMIT 1";
    Ok(tx.first(SQL, &[tx.tenant().into(), sha256.0.to_vec().into()])?.is_some())
}

/// Mails that were kept before an instant.
pub(crate) fn older(tx: &Tx<'_>, before: Timestamp, limit: i64) -> Result<Vec<Mail>> {
    const SQL: &str = mails!("WHERE tenant_id = $1 AND kept_at < $2 ORDER BY kept_at LIMIT $3");
    let params = [tx.tenant().into(), before.into(), limit.into()];
    tx.all(SQL, &params)?.iter().map(mail_of).collect()
}

pub(crate) fn save_of(tx: &Tx<'_>, mail: Uuid) -> Result<Option<Save>> {
    const SQL: &str = "SELECT done, record_table, record_id, about_table, about_id, about_name, \
                       attachments, left_out, found, shortened, saved_at, mark, marked FROM mailbox_saves \
                       WHERE tenant_id = $1 AND mail_id = $2";
    let Some(row) = tx.first(SQL, &[tx.tenant().into(), mail.into()])? else { return Ok(None) };
    let about = About { table: row.get(3)?, id: row.get(4)?, name: row.get(5)? };
    Ok(Some(Save {
        done: row.get(0)?,
        table: row.get(1)?,
        id: row.get(2)?,
        about: Some(about).filter(|about| !about.id.is_empty()),
        attachments: row.get(6)?,
        left_out: row.get(7)?,
        found: row.get(8)?,
        shortened: row.get(9)?,
        saved_at: row.get(10)?,
        mark: row.get(11)?,
        marked: row.get(12)?,
    }))
}

/// Says that somebody is at saving a mail, or that it is saved.
pub(crate) fn put_save(tx: &Tx<'_>, (mail, user): (Uuid, UserId), save: &Save) -> Result<u64> {
    const SQL: &str = "INSERT INTO mailbox_saves (tenant_id, mail_id, user_id, done, \
                       record_table, record_id, about_table, about_id, about_name, attachments, \
                       left_out, saved_at, found, shortened, mark, marked) VALUES ($1, $2, $3, $4, \
                       $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT (tenant_id, mail_id) \
                       DO UPDATE SET done = $4, record_table = $5, record_id = $6, \
                       about_table = $7, about_id = $8, about_name = $9, attachments = $10, \
                       left_out = $11, saved_at = $12, found = $13, shortened = $14, mark = $15, \
                       marked = $16";
    let nothing = About { table: String::new(), id: String::new(), name: String::new() };
    let about = save.about.as_ref().unwrap_or(&nothing);
    let params = [
        tx.tenant().into(),
        mail.into(),
        user.into(),
        save.done.into(),
        save.table.as_str().into(),
        save.id.as_str().into(),
        about.table.as_str().into(),
        about.id.as_str().into(),
        about.name.as_str().into(),
        save.attachments.into(),
        save.left_out.into(),
        save.saved_at.into(),
        save.found.into(),
        save.shortened.into(),
        save.mark.as_str().into(),
        save.marked.into(),
    ];
    tx.execute(SQL, &params)
}

/// Says on how many mails of the seller's own mailbox the mark was put.
pub(crate) fn set_marked(tx: &Tx<'_>, mail: Uuid, marked: i64) -> Result<u64> {
    const SQL: &str =
        "UPDATE mailbox_saves SET marked = $3 WHERE tenant_id = $1 AND mail_id = $2 AND done";
    tx.execute(SQL, &[tx.tenant().into(), mail.into(), marked.into()])
}

pub(crate) fn drop_save(tx: &Tx<'_>, mail: Uuid) -> Result<u64> {
    const SQL: &str = "DELETE FROM mailbox_saves WHERE tenant_id = $1 AND mail_id = $2";
    tx.execute(SQL, &[tx.tenant().into(), mail.into()])
}

/// Which contacts a person chose for addresses.
pub(crate) fn choices(tx: &Tx<'_>, user: UserId) -> Result<Vec<(String, String, String)>> {
    const SQL: &str = "SELECT address, record_table, record_id FROM mailbox_choices \
                       WHERE tenant_id = $1 AND user_id = $2 ORDER BY chosen_at DESC LIMIT 5000";
    let one = |row: &Row| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    tx.all(SQL, &[tx.tenant().into(), user.into()])?.iter().map(one).collect()
}

pub(crate) fn choose(
    tx: &Tx<'_>,
    user: UserId,
    (address, table, id): (&str, &str, &str),
    at: Timestamp,
) -> Result<u64> {
    const SQL: &str = "INSERT INTO mailbox_choices (tenant_id, user_id, address, record_table, \
                       record_id, chosen_at) VALUES ($1, $2, $3, $4, $5, $6) \
                       ON CONFLICT (tenant_id, user_id, address) DO UPDATE SET \
                       record_table = $4, record_id = $5, chosen_at = $6";
    let params =
        [tx.tenant().into(), user.into(), address.into(), table.into(), id.into(), at.into()];
    tx.execute(SQL, &params)
}

/// What a person decided in a thread about a record, the earliest first.
pub(crate) fn decisions(
    tx: &Tx<'_>,
    user: UserId,
    (thread, record): (&str, &str),
) -> Result<Vec<Decision>> {
    const SQL: &str = "SELECT field, suggested, written, accepted FROM mailbox_decisions \
                       WHERE tenant_id = $1 AND user_id = $2 AND thread = $3 AND record_id = $4 \
                       ORDER BY decided_at, field LIMIT 200";
    let params = [tx.tenant().into(), user.into(), thread.into(), record.into()];
    let one = |row: &Row| {
        Ok(Decision {
            thread: thread.to_owned(),
            record: record.to_owned(),
            field: row.get(0)?,
            suggested: row.get(1)?,
            written: row.get(2)?,
            accepted: row.get(3)?,
        })
    };
    tx.all(SQL, &params)?.iter().map(one).collect()
}

pub(crate) fn decide(tx: &Tx<'_>, user: UserId, made: &Decision, at: Timestamp) -> Result<u64> {
    const SQL: &str = "INSERT INTO mailbox_decisions (tenant_id, user_id, thread, record_id, \
                       field, suggested, written, accepted, decided_at) VALUES ($1, $2, $3, $4, \
                       $5, $6, $7, $8, $9) ON CONFLICT (tenant_id, user_id, thread, record_id, \
                       field, suggested) DO UPDATE SET written = $7, accepted = $8, \
                       decided_at = $9";
    let params = [
        tx.tenant().into(),
        user.into(),
        made.thread.as_str().into(),
        made.record.as_str().into(),
        made.field.as_str().into(),
        made.suggested.as_str().into(),
        made.written.as_str().into(),
        made.accepted.into(),
        at.into(),
    ];
    tx.execute(SQL, &params)
}

/// Decisions that were made before an instant go.
pub(crate) fn forget_decisions(tx: &Tx<'_>, before: Timestamp) -> Result<u64> {
    const SQL: &str = "DELETE FROM mailbox_decisions WHERE tenant_id = $1 AND decided_at < $2";
    tx.execute(SQL, &[tx.tenant().into(), before.into()])
}

/// The note with the summary of a mail.
pub(crate) fn note_of(tx: &Tx<'_>, user: UserId, mail: Uuid) -> Result<Option<String>> {
    const SQL: &str = "SELECT record_id FROM mailbox_notes \
                       WHERE tenant_id = $1 AND user_id = $2 AND mail_id = $3";
    let row = tx.first(SQL, &[tx.tenant().into(), user.into(), mail.into()])?;
    row.map(|row| row.get(0)).transpose()
}

pub(crate) fn put_note(
    tx: &Tx<'_>,
    (user, mail): (UserId, Uuid),
    record: &str,
    at: Timestamp,
) -> Result<u64> {
    const SQL: &str = "INSERT INTO mailbox_notes (tenant_id, user_id, mail_id, record_id, \
                       made_at) VALUES ($1, $2, $3, $4, $5) \
                       ON CONFLICT (tenant_id, user_id, mail_id) DO UPDATE SET record_id = $4";
    let params = [tx.tenant().into(), user.into(), mail.into(), record.into(), at.into()];
    tx.execute(SQL, &params)
}

/// What a person keeps to ask for in drafts, the earliest first.
pub(crate) fn prompts(tx: &Tx<'_>, user: UserId) -> Result<Vec<(Uuid, String)>> {
    const SQL: &str = "SELECT id, wish FROM mailbox_prompts WHERE tenant_id = $1 \
                       AND user_id = $2 ORDER BY made_at, id LIMIT 10";
    let one = |row: &Row| Ok((row.get(0)?, row.get(1)?));
    tx.all(SQL, &[tx.tenant().into(), user.into()])?.iter().map(one).collect()
}

pub(crate) fn put_prompt(
    tx: &Tx<'_>,
    (user, id): (UserId, Uuid),
    wish: &str,
    at: Timestamp,
) -> Result<u64> {
    const SQL: &str = "INSERT INTO mailbox_prompts (tenant_id, user_id, id, wish, made_at) \
                       VALUES ($1, $2, $3, $4, $5)";
    tx.execute(SQL, &[tx.tenant().into(), user.into(), id.into(), wish.into(), at.into()])
}

pub(crate) fn drop_prompt(tx: &Tx<'_>, user: UserId, id: Uuid) -> Result<u64> {
    const SQL: &str =
        "DELETE FROM mailbox_prompts WHERE tenant_id = $1 AND user_id = $2 AND id = $3";
    tx.execute(SQL, &[tx.tenant().into(), user.into(), id.into()])
}

/// What a person wrote down about a record of a CRM for themselves.
pub(crate) fn private_note(
    tx: &Tx<'_>,
    (user, system): (UserId, Uuid),
    at: &RecordRef,
) -> Result<Option<PrivateNote>> {
    const SQL: &str = "SELECT note, written_at FROM mailbox_private_notes WHERE tenant_id = $1 \
                       AND user_id = $2 AND system_id = $3 AND record_table = $4 \
                       AND record_id = $5";
    let params = [
        tx.tenant().into(),
        user.into(),
        system.into(),
        at.table.as_str().into(),
        at.id.0.as_str().into(),
    ];
    let one = |row: Row| Ok(PrivateNote { text: row.get(0)?, written_at: row.get(1)? });
    tx.first(SQL, &params)?.map(one).transpose()
}

/// How many records a person wrote something down about.
pub(crate) fn private_notes(tx: &Tx<'_>, user: UserId) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM mailbox_private_notes \
                       WHERE tenant_id = $1 AND user_id = $2";
    tx.first(SQL, &[tx.tenant().into(), user.into()])?.map_or(Ok(0), |row| row.get(0))
}

pub(crate) fn put_private_note(
    tx: &Tx<'_>,
    (user, system): (UserId, Uuid),
    at: &RecordRef,
    note: &PrivateNote,
) -> Result<u64> {
    const SQL: &str = "INSERT INTO mailbox_private_notes (tenant_id, user_id, system_id, \
                       record_table, record_id, note, written_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, user_id, \
                       system_id, record_table, record_id) DO UPDATE SET note = $6, \
                       written_at = $7";
    let params = [
        tx.tenant().into(),
        user.into(),
        system.into(),
        at.table.as_str().into(),
        at.id.0.as_str().into(),
        note.text.as_str().into(),
        note.written_at.into(),
    ];
    tx.execute(SQL, &params)
}

pub(crate) fn drop_private_note(
    tx: &Tx<'_>,
    (user, system): (UserId, Uuid),
    at: &RecordRef,
) -> Result<u64> {
    const SQL: &str = "DELETE FROM mailbox_private_notes WHERE tenant_id = $1 AND user_id = $2 \
                       AND system_id = $3 AND record_table = $4 AND record_id = $5";
    let params = [
        tx.tenant().into(),
        user.into(),
        system.into(),
        at.table.as_str().into(),
        at.id.0.as_str().into(),
    ];
    tx.execute(SQL, &params)
}

pub(crate) fn rules(tx: &Tx<'_>) -> Result<Option<Rules>> {
    const SQL: &str = "SELECT internal_domains, contact_fields, changes FROM mailbox_rules \
                       WHERE tenant_id = $1";
    let Some(row) = tx.first(SQL, &[tx.tenant().into()])? else { return Ok(None) };
    let list = |index| -> Result<Vec<String>> {
        let text: String = row.get(index)?;
        Ok(text.split_whitespace().map(str::to_owned).collect())
    };
    Ok(Some(Rules { internal_domains: list(0)?, contact_fields: list(1)?, changes: row.get(2)? }))
}

pub(crate) fn set_rules(tx: &Tx<'_>, rules: &Rules, at: Timestamp) -> Result<u64> {
    // the two switches are read by nobody any more: they stand in the settings of each CRM
    const SQL: &str = "INSERT INTO mailbox_rules (tenant_id, internal_domains, contact_fields, \
                       save_mails, save_attachments, changes, updated_at) \
                       VALUES ($1, $2, $3, $4, $4, 1, $5) ON CONFLICT (tenant_id) DO UPDATE SET \
                       internal_domains = $2, contact_fields = $3, \
                       changes = mailbox_rules.changes + 1, updated_at = $5";
    let params = [
        tx.tenant().into(),
        rules.internal_domains.join(" ").into(),
        rules.contact_fields.join(" ").into(),
        true.into(),
        at.into(),
    ];
    tx.execute(SQL, &params)
}

/// 9999-01-01, well inside what both engines store.
pub(crate) const LATEST: Timestamp = Timestamp::constant(253_370_764_800, 0);
