//! The log of attempts, dead letters and their replay.

use db::Tx;
use delivery::DeadLetter;
use event_log::{Change, Subject};
use kernel::{Cursor, Limit, Page, Permission, Scope, TargetId};
use serde_json::json;

use super::{Targets, rights};
use crate::{
    Attempt, AttemptOutcome, Error, Result,
    store::{self, LETTERS, attempts, course},
};

/// Which dead letters are sent once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replay {
    /// These positions.
    Positions(Vec<i64>),
    /// All positions from one to another, both included.
    Range(i64, i64),
    /// All.
    All,
}

impl Targets {
    /// The log of attempts, newest first.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Cursor`].
    pub async fn attempts(
        &self,
        scope: &Scope,
        target: TargetId,
        outcome: Option<AttemptOutcome>,
        (limit, after): (Limit, Option<&Cursor>),
    ) -> Result<Page<Attempt>> {
        scope.require(Permission::MessageRead)?;
        let before = after.map(Cursor::parse::<i64>).transpose()?.unwrap_or(i64::MAX);
        let read = move |tx: &Tx<'_>| {
            rights::owned(tx, target)?;
            let rows = attempts::page(tx, target, outcome, (before, limit.probe()))?;
            Ok::<_, Error>(Page::cut(rows, limit, |row| Cursor::new(&row.number.to_string())))
        };
        self.db.read(scope, read).await
    }

    /// One row of the log.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::UnknownAttempt`].
    pub async fn attempt(&self, scope: &Scope, target: TargetId, number: i64) -> Result<Attempt> {
        scope.require(Permission::MessageRead)?;
        let read = move |tx: &Tx<'_>| {
            rights::owned(tx, target)?;
            let before = number.saturating_add(1);
            let found = attempts::page(tx, target, None, (before, 1))?.pop();
            found.filter(|row| row.number == number).ok_or(Error::UnknownAttempt)
        };
        self.db.read(scope, read).await
    }

    /// Dead letters that wait, newest first.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Cursor`].
    pub async fn dead_letters(
        &self,
        scope: &Scope,
        target: TargetId,
        limit: Limit,
        after: Option<&Cursor>,
    ) -> Result<Page<DeadLetter>> {
        scope.require(Permission::MessageRead)?;
        let before = after.map(Cursor::parse::<i64>).transpose()?.unwrap_or(i64::MAX);
        let read = move |tx: &Tx<'_>| {
            rights::owned(tx, target)?;
            let rows = LETTERS.waiting(tx, target.uuid(), (before, limit.probe()))?;
            let cursor = |row: &DeadLetter| Cursor::new(&row.place.position.to_string());
            Ok::<_, Error>(Page::cut(rows, limit, cursor))
        };
        self.db.read(scope, read).await
    }

    /// Has dead letters sent once more, oldest first, before anything else; how many. At most 1,000 at once.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::NothingToReplay`].
    pub async fn replay(&self, scope: &Scope, target: TargetId, replay: Replay) -> Result<usize> {
        scope.require(Permission::WebhookManage)?;
        let now = self.clock.now();
        let write = move |tx: &Tx<'_>| {
            rights::owned(tx, target)?;
            let range = match &replay {
                Replay::Range(from, to) => (*from, *to),
                Replay::Positions(_) | Replay::All => (0, i64::MAX),
            };
            let letters = match &replay {
                Replay::Positions(positions) => {
                    let mut found = Vec::new();
                    for position in positions.iter().take(MOST) {
                        let place = event_log::Place { stream: target.uuid(), position: *position };
                        found.extend(LETTERS.find(tx, place)?);
                    }
                    found
                }
                Replay::Range(..) | Replay::All => LETTERS.between(tx, target.uuid(), range)?,
            };
            let positions: Vec<i64> = letters
                .iter()
                .filter(|letter| letter.replayed_at.is_none())
                .map(|letter| letter.place.position)
                .collect();
            if positions.is_empty() {
                return Err(Error::NothingToReplay);
            }
            course::ask(tx, target, &positions, now)?;
            course::refresh(tx, target)?;
            store::changed(tx, target);
            let after = Some(json!({ "dead_letters": positions.len() }));
            let subject = Subject::new("target", target);
            let change = Change { action: "target.replay", subject, before: None, after, at: now };
            event_log::audit(tx, &change)?;
            Ok(positions.len())
        };
        self.db.write(scope, write).await
    }
}

/// Letters of one replay.
const MOST: usize = 1_000;
