//! What is kept of a person, given out, taken away, and gone when its time is over.
//!
//! Published: insights of meetings are kept for 90 days, and a person's data goes with the account, except what the CRM
//! has (sales reference §3.4). What a meeting of several people says stays for the others.

use db::Tx;
use event_log::{Change, Subject, audit};
use jiff::Timestamp;
use kernel::{Permission, Scope, UserId};
use serde_json::{Value as Json, json};

use crate::{Absence, Meetings, Result, speech::speech, store};

impl Meetings {
    /// Everything that is kept of a person's meetings, as one JSON list; for the hub's own work.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::Store`].
    pub async fn export_of(&self, scope: &Scope, user: UserId) -> Result<Json> {
        scope.require(Permission::System)?;
        let all = self.db.read_one(scope, move |tx| store::all_of(tx, user, MOST)).await?;
        let mut out = Vec::new();
        for meeting in all {
            let id = meeting.id;
            let read = move |tx: &Tx<'_>| -> db::Result<_> {
                Ok((
                    store::people(tx, id)?,
                    store::transcript(tx, id)?,
                    store::recap(tx, id)?,
                    store::work::connected(tx, id)?,
                    store::work::made(tx, id)?,
                ))
            };
            let (people, transcript, recap, connected, made) = self.db.read(scope, read).await?;
            let person = |one: &crate::Person| json!({ "name": one.name, "address": one.address, "part": one.part.as_str() });
            out.push(json!({
                "id": id,
                "subject": meeting.subject,
                "starts_at": meeting.starts_at.to_string(),
                "ends_at": meeting.ends_at.to_string(),
                "brought": meeting.kept_by == user,
                "people": people.iter().map(person).collect::<Vec<_>>(),
                "transcript": transcript.as_ref().map(|one| speech(one).to_webvtt()),
                "recap": recap,
                "record": connected.map(|one| json!({ "table": one.table, "id": one.id })),
                "made": made
                    .iter()
                    .filter(|one| one.by == Some(user))
                    .map(|one| json!({ "what": one.what, "table": one.table, "id": one.id }))
                    .collect::<Vec<_>>(),
            }));
        }
        Ok(Json::from(out))
    }

    /// Forgets a person: meetings that nobody else of the tenant has go with all that was said in them, in others the
    /// person is named no more. How many meetings that were; for the hub's own work.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::Store`].
    pub async fn forget(&self, scope: &Scope, user: UserId) -> Result<usize> {
        scope.require(Permission::System)?;
        let mut count = 0;
        loop {
            let now = self.clock.now();
            let write = move |tx: &Tx<'_>| -> db::Result<usize> {
                let some = store::all_of(tx, user, SLICE)?;
                for meeting in &some {
                    let people = store::people(tx, meeting.id)?;
                    let next =
                        people.iter().filter_map(|one| one.user).find(|other| *other != user);
                    let Some(next) = next else {
                        store::delete(tx, meeting.id)?;
                        continue;
                    };
                    if meeting.kept_by == user {
                        let mut meeting = meeting.clone();
                        meeting.kept_by = next;
                        store::put(tx, &meeting, now)?;
                    }
                    store::leave(tx, meeting.id, user)?;
                }
                if some.is_empty() {
                    store::unname(tx, user)?;
                } else {
                    let change = Change {
                        action: "meeting.forget",
                        subject: Subject::new("user", user),
                        before: Some(json!({ "meetings": some.len() })),
                        after: None,
                        at: now,
                    };
                    audit(tx, &change)?;
                }
                Ok(some.len())
            };
            let done = self.db.write(scope, write).await?;
            count += done;
            if done == 0 {
                return Ok(count);
            }
        }
    }

    /// Removes what was said in meetings of the tenant that ended before `speech`, and entries of those that ended before
    /// `entries`; how many of each. For the hub's own work.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::Store`].
    pub async fn sweep(
        &self,
        scope: &Scope,
        (speech, entries): (Timestamp, Timestamp),
    ) -> Result<(usize, usize)> {
        scope.require(Permission::System)?;
        let (mut spoken, mut gone) = (0, 0);
        loop {
            let now = self.clock.now();
            let write = move |tx: &Tx<'_>| -> db::Result<(usize, usize)> {
                let said = store::old_speech(tx, speech, SLICE)?;
                for meeting in &said {
                    store::delete_speech(tx, meeting.id)?;
                    let mut meeting = meeting.clone();
                    (meeting.absence, meeting.looked_at) = (Some(Absence::Expired), Some(now));
                    store::put(tx, &meeting, now)?;
                }
                let old = store::old(tx, entries, SLICE)?;
                for id in &old {
                    store::delete(tx, *id)?;
                }
                Ok((said.len(), old.len()))
            };
            let (said, old) = self.db.write(scope, write).await?;
            (spoken, gone) = (spoken + said, gone + old);
            if said == 0 && old == 0 {
                return Ok((spoken, gone));
            }
        }
    }
}

/// Meetings of one person that are given out; meetings that one transaction takes.
const MOST: i64 = 100_000;
const SLICE: i64 = 50;
