//! What is made in a CRM is made once, wherever the hub dies: a row says that somebody is at it before the CRM is asked,
//! and whoever finds such a row left behind looks there for what was made before making another. It is known by the last
//! line of its text, the address of what it was made of.

use crm::{Comparison, Direction, Filter, Query, Record, Table, Value, Values};
use db::Tx;
use event_log::{Change, Subject, audit};
use jiff::{SignedDuration, Timestamp};
use kernel::{Scope, UserId};
use serde_json::json;
use uuid::Uuid;

use super::Seat;
use crate::{
    Error, Made, Meetings, Result,
    store::{self, work},
};

/// A row that is to be made.
pub(super) struct New<'a> {
    pub(super) table: &'a Table,
    pub(super) values: Values,
    /// The field of its text.
    pub(super) text: &'a str,
    /// The last line of that text.
    pub(super) mark: &'a str,
}

/// Whether it is made, or somebody may still be at it.
pub(crate) fn is_held(made: &Made, now: Timestamp) -> bool {
    made.done || made.at > now - PATIENCE
}

impl Meetings {
    /// Makes a row under a claim, unless an earlier attempt made it.
    pub(super) async fn made_once(
        &self,
        scope: &Scope,
        (id, what, user): (Uuid, String, UserId),
        (seat, new): (&Seat, New<'_>),
    ) -> Result<Made> {
        let claim = Made {
            what,
            done: false,
            system: seat.system.id,
            table: new.table.name.clone(),
            id: String::new(),
            by: Some(user),
            at: self.clock.now(),
        };
        let mine = claim.clone();
        let begin = move |tx: &Tx<'_>| -> Result<Option<Timestamp>> {
            store::lookup(tx, user, id)?.ok_or(Error::NotFound { meeting: id })?;
            let known = work::made(tx, id)?.into_iter().find(|one| one.what == mine.what);
            if known.is_some_and(|known| is_held(&known, mine.at)) {
                return Err(Error::MadeAlready);
            }
            let since = work::begun(tx, id, &mine.what)?;
            work::put_made(tx, id, &mine)?;
            Ok(since)
        };
        let since = self.db.write(scope, begin).await?;
        let id_there = match seat.made_since(&new, since).await {
            Ok(made) => made,
            Err(error) => {
                // who cannot tell whether the CRM took it leaves the row, for the next to look for it first
                let is_sure = since.is_none() && is_sure(&error);
                let (mine_at, left) = (claim.at, Made { at: Timestamp::UNIX_EPOCH, ..claim });
                let undo = move |tx: &Tx<'_>| {
                    // whoever took over in the meantime is not pushed aside
                    let known = work::made(tx, id)?.into_iter().find(|one| one.what == left.what);
                    let is_mine = known.is_some_and(|known| {
                        let apart = known.at.duration_since(mine_at).abs();
                        !known.done && known.by == left.by && apart < A_MOMENT
                    });
                    if !is_mine {
                        Ok(0)
                    } else if is_sure {
                        work::drop_made(tx, id, &left.what)
                    } else {
                        work::put_made(tx, id, &left)
                    }
                };
                self.db.write(scope, undo).await?;
                return Err(error.into());
            }
        };
        let at = self.clock.now();
        let done = Made { done: true, id: id_there, ..claim };
        let kept = done.clone();
        let finish = move |tx: &Tx<'_>| -> db::Result<()> {
            work::put_made(tx, id, &kept)?;
            let change = Change {
                action: if kept.what == Made::NOTES { "meeting.notes" } else { "meeting.task" },
                subject: Subject::new("meeting", id),
                before: None,
                after: Some(json!({ "table": kept.table, "id": kept.id })),
                at,
            };
            audit(tx, &change)
        };
        self.db.write(scope, finish).await?;
        Ok(done)
    }
}

impl Seat {
    /// What an attempt since then made, else a new row; its identifier.
    async fn made_since(&self, new: &New<'_>, since: Option<Timestamp>) -> crm::Result<String> {
        if let Some(since) = since
            && let Some(known) = self.known(new, since - SKEW).await?
        {
            return Ok(known);
        }
        Ok(self.crm.create(&new.table.name, &new.values).await?.id.0)
    }

    /// The row with this mark, as far as the seller sees it. Salesforce finds no rows by a long text, so those that were
    /// made since are read, the oldest first: what an earlier attempt made is among the first.
    async fn known(&self, new: &New<'_>, since: Timestamp) -> crm::Result<Option<String>> {
        let created = self.words.created;
        if [created, new.text].iter().any(|field| new.table.field(field).is_none()) {
            return Ok(None);
        }
        let is_it = |record: &&Record| match record.values.get(new.text) {
            Some(Value::Text(text)) => text.trim_end().lines().next_back() == Some(new.mark),
            _ => false,
        };
        let after = Filter::compare(created, Comparison::GreaterOrEqual, Value::Instant(since));
        let mut query = Query::of(&new.table.name, &[new.text])
            .filter(after)
            .order_by(created, Direction::Ascending)
            .size(crm::MAX_PAGE);
        for _page in 0..PAGES {
            let page = self.crm.query(&query).await?;
            if let Some(known) = page.records.iter().find(is_it) {
                return Ok(Some(known.at.id.0.clone()));
            }
            let Some(next) = page.next else { break };
            query = query.behind(next);
        }
        Ok(None)
    }
}

/// Whether a refusal says that nothing was made.
const fn is_sure(error: &crm::Error) -> bool {
    !matches!(
        error,
        crm::Error::Outbound(_)
            | crm::Error::OutcomeUnknown(_)
            | crm::Error::Unavailable
            | crm::Error::Answer { .. }
            | crm::Error::Other(_)
    )
}

/// For how long whoever began to make something may be at it.
const PATIENCE: SignedDuration = SignedDuration::from_mins(5);
/// What storage may round an instant by.
const A_MOMENT: SignedDuration = SignedDuration::from_millis(2);
/// By how much the clock of a CRM may be behind.
const SKEW: SignedDuration = SignedDuration::from_mins(15);
/// Pages of rows that are read for one that was made: 2,000 rows.
const PAGES: usize = 10;
