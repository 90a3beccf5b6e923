//! Statements on meetings, their people, transcripts and recaps.

pub(crate) mod remind;
pub(crate) mod work;

use db::{Error, Result, Row, Tx};
use jiff::Timestamp;
use kernel::UserId;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{Absence, Cue, Meeting, Origin, Part, Person, Recap, Rules, Transcript};

macro_rules! meetings {
    ($rest:literal) => {
        concat!(
            "SELECT m.id, m.kept_by, m.origin, m.uid, m.subject, m.starts_at, m.ends_at, m.organiser, \
             m.join_url, m.is_recurring, m.is_cancelled, m.app_at, m.app_alone, m.remote_user, \
             m.absence, m.looked_at, EXISTS (SELECT 1 FROM meeting_transcripts t WHERE \
             t.tenant_id = m.tenant_id AND t.meeting_id = m.id), EXISTS (SELECT 1 FROM \
             meeting_recaps r WHERE r.tenant_id = m.tenant_id AND r.meeting_id = m.id) FROM meetings m ",
            $rest
        )
    };
}
use meetings;

fn meeting_of(row: &Row) -> Result<Meeting> {
    let absence: Option<String> = row.get(14)?;
    Ok(Meeting {
        id: row.get(0)?,
        kept_by: row.id(1)?,
        origin: row.parsed(2, Origin::parse)?,
        uid: row.get(3)?,
        subject: row.get(4)?,
        starts_at: row.get(5)?,
        ends_at: row.get(6)?,
        organiser: row.get(7)?,
        join_url: row.get(8)?,
        is_recurring: row.get(9)?,
        is_cancelled: row.get(10)?,
        app_at: row.get(11)?,
        app_alone: row.get(12)?,
        remote_user: row.get(13)?,
        absence: absence.as_deref().and_then(Absence::parse),
        looked_at: row.get(15)?,
        has_transcript: row.get(16)?,
        has_recap: row.get(17)?,
    })
}

/// Writes a meeting, or what its calendar says of it now.
pub(crate) fn put(tx: &Tx<'_>, meeting: &Meeting, now: Timestamp) -> Result<u64> {
    const SQL: &str = "INSERT INTO meetings (tenant_id, id, kept_by, origin, uid, subject, starts_at, \
                       ends_at, organiser, join_url, is_recurring, is_cancelled, app_at, app_alone, \
                       remote_user, absence, looked_at, kept_at) VALUES ($1, $2, $3, $4, $5, $6, $7, \
                       $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) ON CONFLICT \
                       (tenant_id, id) DO UPDATE SET kept_by = $3, subject = $6, starts_at = $7, \
                       ends_at = $8, organiser = $9, join_url = $10, is_recurring = $11, \
                       is_cancelled = $12, app_at = $13, app_alone = $14, remote_user = $15, \
                       absence = $16, looked_at = $17";
    let params = [
        tx.tenant().into(),
        meeting.id.into(),
        meeting.kept_by.into(),
        meeting.origin.as_str().into(),
        (&meeting.uid).into(),
        (&meeting.subject).into(),
        meeting.starts_at.into(),
        meeting.ends_at.into(),
        (&meeting.organiser).into(),
        meeting.join_url.as_deref().into(),
        meeting.is_recurring.into(),
        meeting.is_cancelled.into(),
        meeting.app_at.into(),
        meeting.app_alone.into(),
        meeting.remote_user.as_deref().into(),
        meeting.absence.map(Absence::as_str).into(),
        meeting.looked_at.into(),
        now.into(),
    ];
    tx.execute(SQL, &params)
}

pub(crate) fn put_people(tx: &Tx<'_>, meeting: Uuid, people: &[Person]) -> Result<()> {
    const CLEAR: &str = "DELETE FROM meeting_people WHERE tenant_id = $1 AND meeting_id = $2";
    const SQL: &str = "INSERT INTO meeting_people (tenant_id, meeting_id, address, name, user_id, part, \
                       is_external) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    tx.execute(CLEAR, &[tx.tenant().into(), meeting.into()])?;
    let row = |person: &Person| {
        vec![
            tx.tenant().into(),
            meeting.into(),
            person.address.clone().into(),
            person.name.clone().into(),
            person.user.map(UserId::uuid).into(),
            person.part.as_str().into(),
            person.is_external.into(),
        ]
    };
    let rows: Vec<_> = people.iter().map(row).collect();
    tx.execute_many(SQL, &rows)?;
    Ok(())
}

/// Who is at a meeting, whoever organises it first.
pub(crate) fn people(tx: &Tx<'_>, meeting: Uuid) -> Result<Vec<Person>> {
    const SQL: &str = "SELECT address, name, user_id, part, is_external FROM meeting_people WHERE \
                       tenant_id = $1 AND meeting_id = $2 ORDER BY CASE part WHEN 'organiser' THEN 0 \
                       WHEN 'required' THEN 1 ELSE 2 END, address";
    let read = |row: &Row| {
        Ok(Person {
            address: row.get(0)?,
            name: row.get(1)?,
            user: row.maybe_id(2)?,
            part: row.parsed(3, Part::parse)?,
            is_external: row.get(4)?,
        })
    };
    tx.all(SQL, &[tx.tenant().into(), meeting.into()])?.iter().map(read).collect()
}

/// A meeting in which a person takes part.
pub(crate) fn lookup(tx: &Tx<'_>, user: UserId, id: Uuid) -> Result<Option<Meeting>> {
    const SQL: &str = meetings!(
        "JOIN meeting_people p ON p.tenant_id = m.tenant_id AND p.meeting_id = m.id WHERE \
         m.tenant_id = $1 AND m.id = $2 AND p.user_id = $3"
    );
    let params = [tx.tenant().into(), id.into(), user.into()];
    tx.first(SQL, &params)?.as_ref().map(meeting_of).transpose()
}

/// A meeting, for the room's own work.
pub(crate) fn any(tx: &Tx<'_>, id: Uuid) -> Result<Option<Meeting>> {
    const SQL: &str = meetings!("WHERE m.tenant_id = $1 AND m.id = $2");
    tx.first(SQL, &[tx.tenant().into(), id.into()])?.as_ref().map(meeting_of).transpose()
}

/// The meeting that calendars tell by this text and in which a person takes part.
pub(crate) fn by_uid(
    tx: &Tx<'_>,
    user: UserId,
    (uid, starts_at): (&str, Timestamp),
) -> Result<Option<Meeting>> {
    const SQL: &str = meetings!(
        "JOIN meeting_people p ON p.tenant_id = m.tenant_id AND p.meeting_id = m.id WHERE \
         m.tenant_id = $1 AND m.uid = $2 AND p.user_id = $3 ORDER BY CASE WHEN m.starts_at = $4 \
         THEN 0 WHEN m.is_recurring THEN 2 ELSE 1 END, m.id LIMIT 1"
    );
    let params = [tx.tenant().into(), uid.into(), user.into(), starts_at.into()];
    tx.first(SQL, &params)?.as_ref().map(meeting_of).transpose()
}

/// How many meetings a person brought.
pub(crate) fn kept_by(tx: &Tx<'_>, user: UserId) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM meetings WHERE tenant_id = $1 AND kept_by = $2";
    tx.first(SQL, &[tx.tenant().into(), user.into()])?.map_or(Ok(0), |row| row.get(0))
}

/// Meetings of a person: those that end after an instant, the next first; or those that ended by it, the latest first.
pub(crate) fn page(
    tx: &Tx<'_>,
    user: UserId,
    (coming, now): (bool, Timestamp),
    after: Option<(Timestamp, Uuid)>,
    limit: i64,
) -> Result<Vec<Meeting>> {
    const COMING: &str = meetings!(
        "JOIN meeting_people p ON p.tenant_id = m.tenant_id AND p.meeting_id = m.id WHERE \
         m.tenant_id = $1 AND p.user_id = $2 AND m.ends_at > $3 AND (m.starts_at > $4 OR \
         (m.starts_at = $4 AND m.id > $5)) ORDER BY m.starts_at, m.id LIMIT $6"
    );
    const PAST: &str = meetings!(
        "JOIN meeting_people p ON p.tenant_id = m.tenant_id AND p.meeting_id = m.id WHERE \
         m.tenant_id = $1 AND p.user_id = $2 AND m.ends_at <= $3 AND (m.starts_at < $4 OR \
         (m.starts_at = $4 AND m.id < $5)) ORDER BY m.starts_at DESC, m.id DESC LIMIT $6"
    );
    let first = if coming { (EARLIEST, Uuid::nil()) } else { (LATEST, Uuid::max()) };
    let (at, id) = after.unwrap_or(first);
    let params = [tx.tenant().into(), user.into(), now.into(), at.into(), id.into(), limit.into()];
    let sql = if coming { COMING } else { PAST };
    tx.all(sql, &params)?.iter().map(meeting_of).collect()
}

/// Every meeting in which a person takes part or that they brought, the earliest first, a slice of them.
pub(crate) fn all_of(
    tx: &Tx<'_>,
    user: UserId,
    after: Option<(Timestamp, Uuid)>,
    most: i64,
) -> Result<Vec<Meeting>> {
    const SQL: &str = meetings!(
        "WHERE m.tenant_id = $1 AND (m.kept_by = $2 OR EXISTS (SELECT 1 FROM meeting_people p \
         WHERE p.tenant_id = m.tenant_id AND p.meeting_id = m.id AND p.user_id = $2)) AND \
         (m.starts_at > $3 OR (m.starts_at = $3 AND m.id > $4)) ORDER BY m.starts_at, m.id LIMIT $5"
    );
    let (at, id) = after.unwrap_or((EARLIEST, Uuid::nil()));
    let params = [tx.tenant().into(), user.into(), at.into(), id.into(), most.into()];
    tx.all(SQL, &params)?.iter().map(meeting_of).collect()
}

/// Meetings over Graph that had the app, are over since an instant, and have no transcript yet.
pub(crate) fn awaiting(
    tx: &Tx<'_>,
    (since, now, looked): (Timestamp, Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<Meeting>> {
    const SQL: &str = meetings!(
        "WHERE m.tenant_id = $1 AND m.ends_at > $2 AND m.starts_at <= $3 AND m.app_at IS NOT NULL \
         AND m.remote_user IS NOT NULL AND m.join_url IS NOT NULL AND NOT m.is_cancelled AND \
         (m.looked_at IS NULL OR m.looked_at < $4) AND NOT EXISTS (SELECT 1 FROM \
         meeting_transcripts t WHERE t.tenant_id = m.tenant_id AND t.meeting_id = m.id) \
         ORDER BY m.ends_at, m.id LIMIT $5"
    );
    let params = [tx.tenant().into(), since.into(), now.into(), looked.into(), limit.into()];
    tx.all(SQL, &params)?.iter().map(meeting_of).collect()
}

/// People of the directory with a meeting over Graph that had the app and ended after an instant, the first so many.
pub(crate) fn remote_users(
    tx: &Tx<'_>,
    since: Timestamp,
    limit: i64,
) -> Result<std::collections::BTreeSet<String>> {
    const SQL: &str = "SELECT DISTINCT remote_user FROM meetings WHERE tenant_id = $1 AND ends_at > $2 \
                       AND app_at IS NOT NULL AND remote_user IS NOT NULL AND join_url IS NOT NULL \
                       AND NOT is_cancelled ORDER BY remote_user LIMIT $3";
    let rows = tx.all(SQL, &[tx.tenant().into(), since.into(), limit.into()])?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// The meetings of a person that have an address to join by, the nearest to an instant first.
pub(crate) fn with_address(
    tx: &Tx<'_>,
    user: UserId,
    (now, limit): (Timestamp, i64),
) -> Result<Vec<Meeting>> {
    const SQL: &str = meetings!(
        "JOIN meeting_people p ON p.tenant_id = m.tenant_id AND p.meeting_id = m.id WHERE \
         m.tenant_id = $1 AND p.user_id = $2 AND m.join_url IS NOT NULL AND NOT m.is_cancelled AND \
         m.ends_at > $3 AND m.starts_at < $4 ORDER BY m.starts_at DESC, m.id DESC LIMIT $5"
    );
    // a year before and after: what is further away is no meeting somebody sits in
    let year = jiff::SignedDuration::from_hours(24 * 366);
    let params =
        [tx.tenant().into(), user.into(), (now - year).into(), (now + year).into(), limit.into()];
    tx.all(SQL, &params)?.iter().map(meeting_of).collect()
}

/// The meetings before one that a person had with somebody from outside who is at it, or about its record.
pub(crate) fn before(
    tx: &Tx<'_>,
    user: UserId,
    (meeting, starts_at): (Uuid, Timestamp),
    limit: i64,
) -> Result<Vec<Meeting>> {
    const SQL: &str = meetings!(
        "JOIN meeting_people p ON p.tenant_id = m.tenant_id AND p.meeting_id = m.id WHERE \
         m.tenant_id = $1 AND p.user_id = $2 AND m.starts_at < $3 AND m.id <> $4 AND (EXISTS \
         (SELECT 1 FROM meeting_people a JOIN meeting_people b ON b.tenant_id = a.tenant_id AND \
         b.address = a.address WHERE a.tenant_id = $1 AND a.meeting_id = $4 AND a.is_external AND \
         b.meeting_id = m.id) OR EXISTS (SELECT 1 FROM meeting_records a JOIN meeting_records b ON \
         b.tenant_id = a.tenant_id AND b.system_id = a.system_id AND b.record_table = \
         a.record_table AND b.record_id = a.record_id WHERE a.tenant_id = $1 AND a.meeting_id = $4 \
         AND b.meeting_id = m.id)) ORDER BY m.starts_at DESC, m.id DESC LIMIT $5"
    );
    let params = [tx.tenant().into(), user.into(), starts_at.into(), meeting.into(), limit.into()];
    tx.all(SQL, &params)?.iter().map(meeting_of).collect()
}

pub(crate) fn transcript(tx: &Tx<'_>, meeting: Uuid) -> Result<Option<Transcript>> {
    const SQL: &str = "SELECT source, format, times, language, words, kept_by, kept_at, cues FROM \
                       meeting_transcripts WHERE tenant_id = $1 AND meeting_id = $2";
    let Some(row) = tx.first(SQL, &[tx.tenant().into(), meeting.into()])? else { return Ok(None) };
    let cues = serde_json::from_value::<Vec<Cue>>(row.get::<Json>(7)?);
    Ok(Some(Transcript {
        source: row.parsed(0, Origin::parse)?,
        format: row.get(1)?,
        times: row.get(2)?,
        language: row.get(3)?,
        words: row.get(4)?,
        kept_by: row.maybe_id(5)?,
        kept_at: row.get(6)?,
        cues: cues
            .map_err(|_odd| Error::Inconsistent { column: 7, expected: "pieces of speech" })?,
    }))
}

pub(crate) fn put_transcript(
    tx: &Tx<'_>,
    meeting: Uuid,
    (one, cues): (&Transcript, &Json),
) -> Result<()> {
    const STALE: &str = "DELETE FROM meeting_recaps WHERE tenant_id = $1 AND meeting_id = $2";
    const SQL: &str = "INSERT INTO meeting_transcripts (tenant_id, meeting_id, source, format, times, \
                       language, words, cues, kept_by, kept_at) VALUES ($1, $2, $3, $4, $5, $6, $7, \
                       $8, $9, $10) ON CONFLICT (tenant_id, meeting_id) DO UPDATE SET source = $3, \
                       format = $4, times = $5, language = $6, words = $7, cues = $8, kept_by = $9, \
                       kept_at = $10";
    let params = [
        tx.tenant().into(),
        meeting.into(),
        one.source.as_str().into(),
        (&one.format).into(),
        (&one.times).into(),
        one.language.as_deref().into(),
        one.words.into(),
        db::Value::json(cues),
        one.kept_by.map(UserId::uuid).into(),
        one.kept_at.into(),
    ];
    tx.execute(SQL, &params)?;
    // what was made of another transcript is none of this one's
    tx.execute(STALE, &[tx.tenant().into(), meeting.into()])?;
    Ok(())
}

pub(crate) fn recap(tx: &Tx<'_>, meeting: Uuid) -> Result<Option<Recap>> {
    const SQL: &str = "SELECT recap FROM meeting_recaps WHERE tenant_id = $1 AND meeting_id = $2";
    let Some(row) = tx.first(SQL, &[tx.tenant().into(), meeting.into()])? else { return Ok(None) };
    let recap = serde_json::from_value(row.get::<Json>(0)?);
    Ok(Some(recap.map_err(|_odd| Error::Inconsistent { column: 0, expected: "a recap" })?))
}

/// Writes a recap of the transcript that was kept at an instant; nothing where another was kept since.
pub(crate) fn put_recap(
    tx: &Tx<'_>,
    (meeting, kept_at): (Uuid, Timestamp),
    recap: &Json,
    (by, now): (Option<UserId>, Timestamp),
) -> Result<u64> {
    const SQL: &str = "INSERT INTO meeting_recaps (tenant_id, meeting_id, recap, made_by, made_at) \
                       SELECT t.tenant_id, t.meeting_id, $3, $4, $5 FROM meeting_transcripts t WHERE \
                       t.tenant_id = $1 AND t.meeting_id = $2 AND t.kept_at = $6 ON CONFLICT \
                       (tenant_id, meeting_id) DO UPDATE SET recap = $3, made_by = $4, made_at = $5";
    let params = [
        tx.tenant().into(),
        meeting.into(),
        db::Value::json(recap),
        by.map(UserId::uuid).into(),
        now.into(),
        kept_at.into(),
    ];
    tx.execute(SQL, &params)
}

/// Takes transcript and recap of a meeting away; whether there was a transcript.
pub(crate) fn delete_speech(tx: &Tx<'_>, meeting: Uuid) -> Result<bool> {
    const RECAP: &str = "DELETE FROM meeting_recaps WHERE tenant_id = $1 AND meeting_id = $2";
    const SPEECH: &str = "DELETE FROM meeting_transcripts WHERE tenant_id = $1 AND meeting_id = $2";
    let params = [tx.tenant().into(), meeting.into()];
    tx.execute(RECAP, &params)?;
    Ok(tx.execute(SPEECH, &params)? > 0)
}

/// Takes a meeting away with everything that is kept of it.
pub(crate) fn delete(tx: &Tx<'_>, meeting: Uuid) -> Result<()> {
    delete_speech(tx, meeting)?;
    for sql in [
        "DELETE FROM meeting_people WHERE tenant_id = $1 AND meeting_id = $2",
        "DELETE FROM meeting_records WHERE tenant_id = $1 AND meeting_id = $2",
        "DELETE FROM meeting_made WHERE tenant_id = $1 AND meeting_id = $2",
        "DELETE FROM meeting_posts WHERE tenant_id = $1 AND meeting_id = $2",
        "DELETE FROM meeting_reminded WHERE tenant_id = $1 AND meeting_id = $2",
        "DELETE FROM meetings WHERE tenant_id = $1 AND id = $2",
    ] {
        tx.execute(sql, &[tx.tenant().into(), meeting.into()])?;
    }
    Ok(())
}

/// Takes a person out of a meeting.
pub(crate) fn leave(tx: &Tx<'_>, meeting: Uuid, user: UserId) -> Result<u64> {
    const SQL: &str =
        "DELETE FROM meeting_people WHERE tenant_id = $1 AND meeting_id = $2 AND user_id = $3";
    tx.execute(SQL, &[tx.tenant().into(), meeting.into(), user.into()])
}

/// What a person made or brought names them no more.
pub(crate) fn unname(tx: &Tx<'_>, user: UserId) -> Result<()> {
    for sql in [
        "UPDATE meeting_transcripts SET kept_by = NULL WHERE tenant_id = $1 AND kept_by = $2",
        "UPDATE meeting_recaps SET made_by = NULL WHERE tenant_id = $1 AND made_by = $2",
        "UPDATE meeting_records SET connected_by = NULL WHERE tenant_id = $1 AND connected_by = $2",
        "UPDATE meeting_made SET made_by = NULL WHERE tenant_id = $1 AND made_by = $2",
        "UPDATE meeting_posts SET posted_by = NULL WHERE tenant_id = $1 AND posted_by = $2",
    ] {
        tx.execute(sql, &[tx.tenant().into(), user.into()])?;
    }
    Ok(())
}

/// Meetings with a transcript that ended before an instant, a slice of them.
pub(crate) fn old_speech(tx: &Tx<'_>, before: Timestamp, limit: i64) -> Result<Vec<Meeting>> {
    const SQL: &str = meetings!(
        "WHERE m.tenant_id = $1 AND m.ends_at < $2 AND EXISTS (SELECT 1 FROM meeting_transcripts t \
         WHERE t.tenant_id = m.tenant_id AND t.meeting_id = m.id AND t.kept_at < $2) \
         ORDER BY m.ends_at, m.id LIMIT $3"
    );
    let params = [tx.tenant().into(), before.into(), limit.into()];
    tx.all(SQL, &params)?.iter().map(meeting_of).collect()
}

/// Takes away recaps of meetings that ended before an instant; how many.
pub(crate) fn delete_old_recaps(tx: &Tx<'_>, before: Timestamp) -> Result<usize> {
    const SQL: &str = "DELETE FROM meeting_recaps WHERE tenant_id = $1 AND made_at < $2 AND meeting_id IN \
                       (SELECT id FROM meetings WHERE tenant_id = $1 AND ends_at < $2)";
    let gone = tx.execute(SQL, &[tx.tenant().into(), before.into()])?;
    Ok(usize::try_from(gone).unwrap_or(usize::MAX))
}

/// Meetings that ended before an instant, a slice of them.
pub(crate) fn old(tx: &Tx<'_>, before: Timestamp, limit: i64) -> Result<Vec<Uuid>> {
    const SQL: &str = "SELECT id FROM meetings WHERE tenant_id = $1 AND ends_at < $2 AND kept_at < $2 \
                       ORDER BY ends_at, id LIMIT $3";
    let params = [tx.tenant().into(), before.into(), limit.into()];
    tx.all(SQL, &params)?.iter().map(|row| row.get(0)).collect()
}

pub(crate) fn rules(tx: &Tx<'_>) -> Result<Option<Rules>> {
    const SQL: &str = "SELECT competitors, products, keywords, fetches, keep_days, changes, \
                       prepare_minutes, digests, digest_hour FROM meeting_rules WHERE tenant_id = $1";
    let lines = |text: String| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let read = |row: Row| {
        Ok(Rules {
            competitors: lines(row.get(0)?),
            products: lines(row.get(1)?),
            keywords: lines(row.get(2)?),
            fetch: row.get(3)?,
            keep_days: row.get(4)?,
            changes: row.get(5)?,
            prepare_minutes: row.get(6)?,
            digest: row.get(7)?,
            digest_hour: row.get(8)?,
        })
    };
    tx.first(SQL, &[tx.tenant().into()])?.map(read).transpose()
}

pub(crate) fn set_rules(tx: &Tx<'_>, rules: &Rules, now: Timestamp) -> Result<u64> {
    const SQL: &str = "INSERT INTO meeting_rules (tenant_id, competitors, products, keywords, fetches, \
                       keep_days, changes, updated_at, prepare_minutes, digests, digest_hour) \
                       VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9, $10) ON \
                       CONFLICT (tenant_id) DO UPDATE SET competitors = $2, products = $3, keywords = \
                       $4, fetches = $5, keep_days = $6, changes = meeting_rules.changes + 1, \
                       updated_at = $7, prepare_minutes = $8, digests = $9, digest_hour = $10";
    let params = [
        tx.tenant().into(),
        rules.competitors.join("\n").into(),
        rules.products.join("\n").into(),
        rules.keywords.join("\n").into(),
        rules.fetch.into(),
        rules.keep_days.into(),
        now.into(),
        rules.prepare_minutes.into(),
        rules.digest.into(),
        rules.digest_hour.into(),
    ];
    tx.execute(SQL, &params)
}

/// Before and after every meeting.
const EARLIEST: Timestamp = Timestamp::UNIX_EPOCH;
const LATEST: Timestamp = Timestamp::constant(253_370_764_800, 0);
