//! What is kept of a person, given out, taken away, and gone when its time is over.
//!
//! Published: insights of meetings are kept for 90 days, and a person's data goes with the account, except what the CRM
//! has (sales reference §3.4). What a meeting of several people says stays for the others.

use db::Tx;
use event_log::{Change, Subject, audit};
use jiff::Timestamp;
use kernel::{Coded, Permission, Scope, UserId};
use privacy::{Archive, DataSet, Keeper, Told};
use serde_json::{Value as Json, json};

use crate::{Absence, Error, Meeting, Meetings, Result, speech::speech, store};

impl Meetings {
    /// Adds a list of everything that is kept of a person's meetings to an archive, meeting after meeting.
    async fn give_out(&self, scope: &Scope, user: UserId, into: &mut Archive) -> Result<(), Boxed> {
        scope.require(Permission::System).map_err(Error::from).map_err(boxed)?;
        into.begin("meetings-with-speech.json").await.map_err(boxed)?;
        let mut after = None;
        loop {
            let read = move |tx: &Tx<'_>| store::all_of(tx, user, after, SLICE);
            let some = self.db.read_one(scope, read).await.map_err(Error::from).map_err(boxed)?;
            let Some(last) = some.last() else { break };
            after = Some((last.starts_at, last.id));
            for meeting in &some {
                let told = self.told_of(scope, user, meeting).await.map_err(boxed)?;
                into.item(&told).await.map_err(boxed)?;
            }
        }
        into.end_list().await.map_err(boxed)
    }

    async fn told_of(&self, scope: &Scope, user: UserId, meeting: &Meeting) -> Result<Json> {
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
        Ok(json!({
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
        }))
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
                let some = store::all_of(tx, user, None, SLICE)?;
                for meeting in &some {
                    let people = store::people(tx, meeting.id)?;
                    let next =
                        people.iter().filter_map(|one| one.user).find(|other| *other != user);
                    let Some(next) = next else {
                        store::delete(tx, meeting.id)?;
                        continue;
                    };
                    let own = people.iter().filter(|one| one.user == Some(user));
                    let organised = own.clone().any(|one| one.address == meeting.organiser);
                    if meeting.kept_by == user || organised {
                        let mut meeting = meeting.clone();
                        if meeting.kept_by == user {
                            meeting.kept_by = next;
                        }
                        if organised {
                            meeting.organiser = String::new();
                        }
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

    /// Removes what was said in meetings of the tenant that ended before `speech`, recaps of those that ended before
    /// `recaps`, and entries of those that ended before `entries`; how many of each. For the hub's own work.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::Store`].
    pub async fn sweep(&self, scope: &Scope, before: Before) -> Result<Swept> {
        scope.require(Permission::System)?;
        let mut all = Swept::default();
        loop {
            let now = self.clock.now();
            let write = move |tx: &Tx<'_>| -> db::Result<Swept> {
                let said = match before.speech {
                    Some(speech) => store::old_speech(tx, speech, SLICE)?,
                    None => Vec::new(),
                };
                for meeting in &said {
                    store::delete_speech(tx, meeting.id)?;
                    let mut meeting = meeting.clone();
                    (meeting.absence, meeting.looked_at) = (Some(Absence::Expired), Some(now));
                    store::put(tx, &meeting, now)?;
                }
                let recaps = match before.recaps {
                    Some(recaps) => store::delete_old_recaps(tx, recaps)?,
                    None => 0,
                };
                let old = match before.entries {
                    Some(entries) => store::old(tx, entries, SLICE)?,
                    None => Vec::new(),
                };
                for id in &old {
                    store::delete(tx, *id)?;
                }
                Ok(Swept { speech: said.len(), recaps, entries: old.len() })
            };
            let done = self.db.write(scope, write).await?;
            all.speech += done.speech;
            all.recaps += done.recaps;
            all.entries += done.entries;
            if done == Swept::default() {
                return Ok(all);
            }
        }
    }
}

/// Ends of meetings, before which things go; nothing goes of what has no end here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Before {
    /// What was said, with recaps made of it.
    pub speech: Option<Timestamp>,
    /// Recaps alone.
    pub recaps: Option<Timestamp>,
    /// Entries, with everything of them.
    pub entries: Option<Timestamp>,
}

/// How many things went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Transcripts.
    pub speech: usize,
    /// Recaps that went alone.
    pub recaps: usize,
    /// Entries.
    pub entries: usize,
}

impl Keeper for Meetings {
    fn name(&self) -> &'static str {
        "meetings"
    }

    fn files<'a>(&'a self, scope: &'a Scope, user: UserId, into: &'a mut Archive) -> Told<'a, ()> {
        Box::pin(self.give_out(scope, user, into))
    }

    fn forget<'a>(&'a self, scope: &'a Scope, user: UserId) -> Told<'a, u64> {
        Box::pin(async move {
            let gone = Self::forget(self, scope, user).await.map_err(boxed)?;
            Ok(u64::try_from(gone).unwrap_or_default())
        })
    }

    fn sweep<'a>(&'a self, scope: &'a Scope, set: DataSet, before: Timestamp) -> Told<'a, u64> {
        Box::pin(async move {
            let mut times = Before::default();
            match set {
                DataSet::Transcripts => times.speech = Some(before),
                DataSet::MeetingInsights => times.recaps = Some(before),
                DataSet::Meetings => times.entries = Some(before),
                _ => return Ok(0),
            }
            let swept = Self::sweep(self, scope, times).await.map_err(boxed)?;
            let gone = swept.speech + swept.recaps + swept.entries;
            Ok(u64::try_from(gone).unwrap_or_default())
        })
    }
}

type Boxed = Box<dyn Coded + Send + Sync>;

fn boxed(error: impl Coded + Send + Sync + 'static) -> Boxed {
    Box::new(error)
}

/// Meetings that one transaction takes.
const SLICE: i64 = 50;
