//! What a turn has done and not stored yet.

use std::{sync::atomic::Ordering, time::Duration};

use db::Tx;
use delivery::{
    Reason,
    outside::{Course, GivenUp, Outcome},
};
use event_log::Place;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use kernel::{EventId, Scope, TargetId};
use tokio::time::Instant;

use super::{
    Lane,
    open::{FOREVER, later},
};
use crate::{
    Attempt, AttemptOutcome, Result,
    alerts::Alert,
    message::Raw,
    send::{Consignment, Report, request_text},
    service::Targets,
    store::{
        LETTERS, Stored, attempts,
        course::{self, Progress},
    },
};

/// Messages that are stored together at most: what a crash may repeat.
pub const GROUP_MESSAGES: i64 = 64;

/// How long messages wait to be stored together.
pub const GROUP_TIME: Duration = Duration::from_millis(25);

/// What has been done since the last group was stored.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) course: Course,
    since: Instant,
    delivered: i64,
    delivered_at: Option<Timestamp>,
    rows: Vec<Attempt>,
    letters: Vec<Buried>,
    replayed: Vec<(i64, bool)>,
    pub(super) last_code: Option<String>,
    pub(super) alerted_at: Option<Timestamp>,
    alert: Option<Alert>,
    gone: bool,
    dirty: bool,
}

#[derive(Debug, Clone)]
struct Buried {
    position: i64,
    event: EventId,
    code: String,
    detail: String,
    attempts: u32,
    at: Timestamp,
}

/// A group on its way to the disk; whether this node still had the lease.
pub(super) type Storing = BoxFuture<'static, Result<bool, db::Error>>;

impl Group {
    pub(super) fn new(stored: &Stored) -> Self {
        Self::after(stored.course, stored.last_code.clone(), stored.alerted_at)
    }

    fn after(course: Course, last_code: Option<String>, alerted_at: Option<Timestamp>) -> Self {
        Self {
            course,
            since: Instant::now(),
            delivered: 0,
            delivered_at: None,
            rows: Vec::new(),
            letters: Vec::new(),
            replayed: Vec::new(),
            last_code,
            alerted_at,
            alert: None,
            gone: false,
            dirty: false,
        }
    }

    /// Whether it is time to store.
    pub(super) fn is_due(&self) -> bool {
        self.dirty && (self.delivered >= GROUP_MESSAGES || self.since.elapsed() >= GROUP_TIME)
    }

    /// Whether nothing more may be sent before it is stored.
    pub(super) const fn is_full(&self) -> bool {
        self.delivered >= 2 * GROUP_MESSAGES
    }

    pub(super) const fn is_dirty(&self) -> bool {
        self.dirty
    }

    /// What the owner should hear once it is stored.
    pub(super) const fn alert(&self) -> Option<Alert> {
        self.alert
    }

    /// A message was taken. Its row joins the one before, when that is one of messages that were taken in a row.
    pub(super) fn taken(&mut self, raw: &Raw, report: &Report, now: Timestamp) {
        let first = !self.dirty;
        self.dirty = true;
        if first {
            self.since = Instant::now();
        }
        self.delivered += 1;
        self.delivered_at = Some(now);
        self.last_code = None;
        if self.alerted_at.take().is_some() {
            self.alert = Some(Alert::Recovered);
        }
        let duration_us = micros(report.took);
        let status = report.status.map(i64::from);
        match self.rows.last_mut() {
            Some(row) if row.outcome == AttemptOutcome::Delivered && row.status == status => {
                row.at = now;
                row.to_position = raw.position;
                row.messages += 1;
                row.duration_us += duration_us;
            }
            _ => self.rows.push(Attempt {
                outcome: AttemptOutcome::Delivered,
                status,
                ..blank(raw.position, now, duration_us)
            }),
        }
    }

    /// Completes the row of what was taken with one request and answer.
    pub(super) fn illustrate(&mut self, what: &Consignment<'_>, shown: &str, report: &Report) {
        if let Some(row) = self.rows.last_mut()
            && row.request.is_empty()
        {
            row.request = request_text(shown, what);
            row.answer.clone_from(&report.answer);
        }
    }

    /// Whether the last row still lacks its request.
    pub(super) fn wants_picture(&self) -> bool {
        self.rows.last().is_some_and(|row| row.request.is_empty())
    }

    /// An attempt was not taken.
    pub(super) fn failed(
        &mut self,
        raw: &Raw,
        (report, attempt): (&Report, u32),
        (what, shown): (&Consignment<'_>, &str),
        retry_at: Option<Timestamp>,
    ) {
        self.dirty = true;
        let outcome = match report.outcome {
            Outcome::Busy { .. } => AttemptOutcome::Busy,
            Outcome::Refused => AttemptOutcome::Dead,
            Outcome::Gone => AttemptOutcome::Gone,
            Outcome::Failed { .. } | Outcome::Taken => AttemptOutcome::Failed,
        };
        if outcome != AttemptOutcome::Busy {
            self.last_code = Some(report.code.to_owned());
        }
        self.rows.push(Attempt {
            outcome,
            attempt: i64::from(attempt),
            status: report.status.map(i64::from),
            code: Some(report.code.to_owned()),
            detail: Some(report.detail.clone()),
            retry_at,
            request: request_text(shown, what),
            answer: report.answer.clone(),
            ..blank(raw.position, what.now, micros(report.took))
        });
    }

    /// A message is given up.
    pub(super) fn bury(
        &mut self,
        raw: &Raw,
        why: (GivenUp, Option<&Report>),
        attempts: u32,
        at: Timestamp,
    ) {
        self.dirty = true;
        let (code, detail) = match why {
            (GivenUp::Age, _) => {
                ("target.too_old".to_owned(), "it was older than the hub tries".to_owned())
            }
            (_, Some(report)) => (report.code.to_owned(), told(report)),
            (_, None) => ("target.failed".to_owned(), String::new()),
        };
        if let Some(row) = self.rows.last_mut()
            && row.to_position == raw.position
            && row.outcome != AttemptOutcome::Delivered
        {
            row.outcome = AttemptOutcome::Dead;
        }
        let event = EventId::from(raw.id);
        self.letters.push(Buried { position: raw.position, event, code, detail, attempts, at });
    }

    /// Everything up to a position concerns nobody.
    pub(super) const fn skip_to(&mut self, position: i64) {
        if position > self.course.position {
            self.course.position = position;
            self.course.attempts = 0;
            self.dirty = true;
        }
    }

    /// A replay was tried.
    pub(super) fn replayed(&mut self, position: i64, taken: bool) {
        self.dirty = true;
        self.replayed.push((position, taken));
    }

    /// The owner should hear.
    pub(super) const fn warn(&mut self, alert: Alert, now: Timestamp) {
        self.alerted_at = Some(now);
        self.alert = Some(alert);
        self.gone = matches!(alert, Alert::Gone);
        self.dirty = true;
    }
}

fn blank(position: i64, at: Timestamp, duration_us: i64) -> Attempt {
    Attempt {
        number: 0,
        at,
        outcome: AttemptOutcome::Failed,
        from_position: position,
        to_position: position,
        messages: 1,
        attempt: 1,
        duration_us,
        status: None,
        code: None,
        detail: None,
        retry_at: None,
        request: String::new(),
        answer: String::new(),
    }
}

/// The detail with what the place said.
fn told(report: &Report) -> String {
    let said: String = report.answer.chars().take(200).collect();
    if said.trim().is_empty() {
        report.detail.clone()
    } else {
        format!("{}: {said}", report.detail)
    }
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

impl Targets {
    /// Takes what the group holds and stores it; the group goes on empty.
    pub(super) fn store(
        &self,
        scope: &Scope,
        stored: &Stored,
        (group, lane): (&mut Group, &mut Lane),
    ) -> Storing {
        let now = self.clock.now();
        let next = Group::after(group.course, group.last_code.clone(), group.alerted_at);
        let done = std::mem::replace(group, next);
        let until = if self.shared { later(now, self.settings.lease()) } else { FOREVER };
        lane.lease_until = Some(until);
        self.counts.delivered.fetch_add(done.delivered.unsigned_abs(), Ordering::Relaxed);
        self.counts.dead.fetch_add(done.letters.len() as u64, Ordering::Relaxed);
        let progress = Progress {
            course: done.course,
            delivered: done.delivered,
            delivered_at: done.delivered_at,
            dead: i64::try_from(done.letters.len()).unwrap_or(0),
            last_code: done.last_code,
            alerted_at: done.alerted_at,
            lease_until: until,
            logged: i64::try_from(done.rows.len()).unwrap_or(0),
        };
        let (target, node) = (stored.id, self.node);
        let kept = i64::from(self.settings.kept_attempts.max(1));
        let (rows, letters, replayed, gone) = (done.rows, done.letters, done.replayed, done.gone);
        let write = move |tx: &Tx<'_>| {
            let Some(last) = course::settle(tx, target, node, &progress)? else {
                return Ok(false);
            };
            attempts::insert(tx, target, last, &rows)?;
            let count = i64::try_from(rows.len()).unwrap_or(0);
            if last / TRIM != (last - count) / TRIM {
                attempts::cut(tx, target, last - kept)?;
            }
            for letter in &letters {
                let place = Place { stream: target.uuid(), position: letter.position };
                let (code, detail) = (letter.code.as_str(), letter.detail.as_str());
                let reason = Reason { code, detail, attempts: letter.attempts, at: letter.at };
                LETTERS.put(tx, place, letter.event, reason)?;
            }
            answer(tx, target, &replayed, now)?;
            if gone {
                course::set_gone(tx, target, now)?;
            }
            Ok::<_, db::Error>(true)
        };
        let (db, scope) = (self.db.clone(), scope.clone());
        Box::pin(async move { db.write(&scope, write).await })
    }
}

/// Notes replays that were tried.
fn answer(
    tx: &Tx<'_>,
    target: TargetId,
    replayed: &[(i64, bool)],
    now: Timestamp,
) -> db::Result<()> {
    let positions: Vec<i64> = replayed.iter().map(|(position, _)| *position).collect();
    course::answered(tx, target, &positions)?;
    for (position, _) in replayed.iter().filter(|(_, taken)| *taken) {
        let place = Place { stream: target.uuid(), position: *position };
        LETTERS.mark_replayed(tx, place, now)?;
    }
    Ok(())
}

/// The log is trimmed once in so many rows.
const TRIM: i64 = 64;
