//! One turn of one target: messages in order, until nothing waits, something must be waited for, or others are due.

use std::{sync::atomic::Ordering, time::Duration};

use delivery::{
    Key,
    outside::{Course, GivenUp, Head, Outcome, Policy, Rate, Step},
};
use jiff::Timestamp;
use kernel::{Scope, TargetId};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    End, Lane,
    open::{Batch, Opened, later},
    progress::{Group, Storing},
};
use crate::{
    Result,
    address::Address,
    alerts::Alert,
    message::{Home, Raw},
    render::{self, Parcel},
    send::{Consignment, Envelope, Report},
    service::Targets,
    signature::Secret,
    store::Stored,
};

/// What one turn works with.
struct Turn<'a> {
    scope: &'a Scope,
    stored: &'a Stored,
    address: &'a Address,
    secrets: &'a [Secret],
    envelope: Option<&'a Envelope>,
    home: &'a Home,
    policy: Policy,
    rate: Rate,
    group: Group,
    storing: Option<Storing>,
    /// The lease was lost: another node goes on from what was stored.
    lost: bool,
}

/// What to do after a message.
enum Then {
    Next,
    End(End),
}

impl Targets {
    /// One turn.
    pub(super) async fn turn(
        &self,
        key: Key,
        lane: &mut Lane,
        stop: &CancellationToken,
    ) -> Result<End> {
        let scope = self.scopes.scope(key.0, "targets");
        let target = TargetId::from(key.1);
        let Some(opened) = self.open_lane(&scope, target).await? else {
            return Ok(End::Off);
        };
        let Opened { stored, access, mut batch, replays } = opened;
        let now = self.clock.now();
        if let Some(until) = stored.course.waits(now).max(lane.pause_until.filter(|at| *at > now)) {
            return Ok(End::Wait(until));
        }
        let behind = batch.through - stored.course.position;
        if batch.messages.is_empty() && replays.is_empty() && behind < SKIP && !batch.more {
            return Ok(End::Idle);
        }
        if let Err(until) = self.hold(&scope, &stored, &mut lane.lease_until).await? {
            return Ok(End::Wait(until));
        }
        let address = self.open(scope.tenant(), &stored)?;
        let secrets = address.secrets(now);
        let envelope = self.envelope(scope.tenant(), &stored, (&address, &access)).await?;
        let home = self.home(&access);
        let own = stored.kind.rate();
        let rate = match stored.per_minute {
            Some(rate) => Rate { per_minute: Some(rate), burst: (rate / 60).clamp(1, 1000) },
            None => own,
        };
        let mut turn = Turn {
            scope: &scope,
            stored: &stored,
            address: &address,
            secrets: &secrets,
            envelope: envelope.as_ref(),
            home: &home,
            policy: self.settings.policy(),
            rate,
            group: Group::new(&stored),
            storing: None,
            lost: false,
        };
        let end_at = Instant::now() + TURN;
        let mut end = self.replay_asked(&mut turn, lane, replays).await?;
        while end.is_none() {
            end = self.work(&mut turn, lane, std::mem::take(&mut batch.messages), stop).await?;
            if end.is_none() {
                turn.group.skip_to(batch.through);
                if !batch.more {
                    // what came meanwhile has told of itself: the next turn sends it with what follows soon
                    end = Some(End::Idle);
                } else if Instant::now() >= end_at || stop.is_cancelled() || turn.lost {
                    end = Some(End::More);
                } else {
                    batch = self.more(&mut turn).await?;
                }
            }
        }
        self.finish(&mut turn, lane).await?;
        Ok(if turn.lost { End::More } else { end.unwrap_or(End::Idle) })
    }

    /// Reads what follows.
    async fn more(&self, turn: &mut Turn<'_>) -> Result<Batch> {
        let reading = self.read_batch(turn.scope, turn.stored.source, turn.group.course.position);
        let mut storing = turn.storing.take();
        let (batch, stored) = beside(reading, &mut storing).await;
        turn.storing = storing;
        if let Some(stored) = stored {
            turn.lost |= !stored?;
        }
        batch
    }

    /// Sends messages in order; why it ended early, if it did. The next message is prepared while the answer to
    /// the one before is on its way.
    async fn work(
        &self,
        turn: &mut Turn<'_>,
        lane: &mut Lane,
        messages: Vec<Raw>,
        stop: &CancellationToken,
    ) -> Result<Option<End>> {
        let mut rest = messages.into_iter();
        let (kind, format, home) = (turn.stored.kind, turn.address.format, turn.home);
        let prepare = |raw: Raw| {
            let parcel = render::prepare(kind, format, &raw, home);
            (raw, parcel)
        };
        let mut ready = rest.next().map(&prepare);
        while let Some((raw, parcel)) = ready.take() {
            if stop.is_cancelled() || turn.lost {
                return Ok(Some(End::More));
            }
            let now = self.clock.now();
            let head = Head { position: raw.position, accepted_at: raw.at };
            if raw.body.is_none() {
                // Its time was over before it was sent; there is nothing to send or to replay.
                turn.group.skip_to(raw.position);
                ready = rest.next().map(&prepare);
                continue;
            }
            if Course::is_too_old(&turn.policy, head, now) {
                turn.group.bury(&raw, (GivenUp::Age, None), turn.group.course.attempts, now);
                turn.group.course.pass(head);
                ready = rest.next().map(&prepare);
                continue;
            }
            if let Err(wait) = lane.pace.take(turn.rate, now) {
                return Ok(Some(End::Wait(later(now, wait))));
            }
            if let Err(until) = self.hold(turn.scope, turn.stored, &mut lane.lease_until).await? {
                return Ok(Some(End::Wait(until)));
            }
            let what = Consignment {
                kind: turn.stored.kind,
                address: turn.address,
                secrets: turn.secrets,
                message: raw.id,
                parcel: &parcel,
                envelope: turn.envelope,
                now,
            };
            let mut storing = turn.storing.take();
            let sending = self.sender.send(&what);
            let preparing = async { rest.next().map(&prepare) };
            let both = async { tokio::join!(sending, preparing) };
            let ((report, next), stored) = beside(both, &mut storing).await;
            turn.storing = storing;
            if let Some(stored) = stored {
                turn.lost |= !stored?;
            }
            match self.after(turn, lane, (&raw, &what, &report)).await? {
                Then::Next => ready = next,
                Then::End(end) => return Ok(Some(end)),
            }
        }
        Ok(None)
    }

    /// What follows from an answer.
    async fn after(
        &self,
        turn: &mut Turn<'_>,
        lane: &mut Lane,
        (raw, what, report): (&Raw, &Consignment<'_>, &Report),
    ) -> Result<Then> {
        let now = self.clock.now();
        let head = Head { position: raw.position, accepted_at: raw.at };
        let attempt = turn.group.course.attempts + 1;
        // Chance is for pauses alone.
        let chance = match report.outcome {
            Outcome::Taken => 0,
            _ => u32::from_le_bytes(self.ids.secret_bytes()),
        };
        let step = turn.group.course.after(&turn.policy, head, report.outcome, (now, chance));
        let shown = turn.stored.shown.as_str();
        match step {
            Step::Next => {
                turn.group.taken(raw, report, now);
                if turn.group.wants_picture() {
                    turn.group.illustrate(what, shown, report);
                }
                if let Some(pause) = report.pause {
                    let until = later(now, pause);
                    lane.pause_until = Some(until);
                    return Ok(Then::End(End::Wait(until)));
                }
                self.store_if_due(turn, lane).await?;
                Ok(Then::Next)
            }
            Step::Wait(until) => {
                self.log(turn.stored, (report, attempt), Some(until));
                turn.group.failed(raw, (report, attempt), (what, shown), Some(until));
                self.warn_if_long(turn, now);
                Ok(Then::End(End::Wait(until)))
            }
            Step::GiveUp(why, wait) => {
                self.log(turn.stored, (report, attempt), None);
                turn.group.failed(raw, (report, attempt), (what, shown), None);
                turn.group.bury(raw, (why, Some(report)), attempt, now);
                self.warn_if_long(turn, now);
                self.store_if_due(turn, lane).await?;
                Ok(wait.map_or(Then::Next, |until| Then::End(End::Wait(until))))
            }
            Step::Stop => {
                self.log(turn.stored, (report, attempt), None);
                turn.group.failed(raw, (report, attempt), (what, shown), None);
                turn.group.warn(Alert::Gone, now);
                Ok(Then::End(End::Off))
            }
        }
    }

    /// Sends what somebody wants sent once more, one attempt each; a failure leaves the letter where it is.
    async fn replay_asked(
        &self,
        turn: &mut Turn<'_>,
        lane: &mut Lane,
        positions: Vec<i64>,
    ) -> Result<Option<End>> {
        let any = !positions.is_empty();
        for position in positions {
            let found = self.read_at(turn.scope, turn.stored.source, position).await?;
            let Some(raw) = found.filter(|raw| raw.body.is_some()) else {
                turn.group.replayed(position, false);
                continue;
            };
            let now = self.clock.now();
            if let Err(wait) = lane.pace.take(turn.rate, now) {
                return Ok(Some(End::Wait(later(now, wait))));
            }
            let parcel: Parcel =
                render::prepare(turn.stored.kind, turn.address.format, &raw, turn.home);
            let what = Consignment {
                kind: turn.stored.kind,
                address: turn.address,
                secrets: turn.secrets,
                message: raw.id,
                parcel: &parcel,
                envelope: turn.envelope,
                now,
            };
            let report = self.sender.send(&what).await;
            let shown = turn.stored.shown.as_str();
            match report.outcome {
                Outcome::Taken => {
                    turn.group.taken(&raw, &report, now);
                    turn.group.illustrate(&what, shown, &report);
                    turn.group.replayed(position, true);
                }
                Outcome::Busy { retry_after } => {
                    turn.group.failed(&raw, (&report, 1), (&what, shown), None);
                    let wait = retry_after.unwrap_or(turn.policy.backoff.first);
                    let until = later(now, wait.min(turn.policy.longest_wait));
                    turn.group.course.next_at = Some(until);
                    return Ok(Some(End::Wait(until)));
                }
                Outcome::Failed { .. } | Outcome::Refused | Outcome::Gone => {
                    turn.group.failed(&raw, (&report, 1), (&what, shown), None);
                    turn.group.bury(&raw, (GivenUp::Refused, Some(&report)), 1, now);
                    turn.group.replayed(position, false);
                }
            }
        }
        if any {
            self.finish(turn, lane).await?;
        }
        Ok(None)
    }

    /// Stores the group when it is time, beside the next message if the one before is stored already.
    async fn store_if_due(&self, turn: &mut Turn<'_>, lane: &mut Lane) -> Result<()> {
        if turn.group.is_full() {
            self.stored(turn).await?;
        }
        if turn.storing.is_none() && turn.group.is_due() {
            let alert = turn.group.alert();
            turn.storing = Some(self.store(turn.scope, turn.stored, (&mut turn.group, lane)));
            if let Some(alert) = alert {
                self.stored(turn).await?;
                self.tell(turn.scope, turn.stored, alert).await;
            }
        }
        Ok(())
    }

    /// Waits for the group that is being stored.
    async fn stored(&self, turn: &mut Turn<'_>) -> Result<()> {
        if let Some(storing) = turn.storing.take() {
            turn.lost |= !storing.await?;
        }
        Ok(())
    }

    /// Stores everything.
    async fn finish(&self, turn: &mut Turn<'_>, lane: &mut Lane) -> Result<()> {
        self.stored(turn).await?;
        if !turn.lost && turn.group.is_dirty() {
            let alert = turn.group.alert();
            let storing = self.store(turn.scope, turn.stored, (&mut turn.group, lane));
            turn.lost = !storing.await?;
            if let (Some(alert), false) = (alert, turn.lost) {
                self.tell(turn.scope, turn.stored, alert).await;
            }
        }
        if turn.lost {
            lane.lease_until = None;
        }
        Ok(())
    }

    /// Has the owner hear of a target that has failed for a while, once.
    fn warn_if_long(&self, turn: &mut Turn<'_>, now: Timestamp) {
        let after = Duration::from_secs(self.settings.alert_after_seconds);
        let long = turn.group.course.failing_since.is_some_and(|since| later(since, after) <= now);
        let open = turn.group.course.failures >= turn.policy.open_after;
        if long && open && turn.group.alerted_at.is_none() {
            turn.group.warn(Alert::Failing, now);
        }
    }

    /// One line for each attempt that was not taken; those that were are counted.
    fn log(&self, stored: &Stored, (report, attempt): (&Report, u32), retry_at: Option<Timestamp>) {
        let count = match report.outcome {
            Outcome::Busy { .. } => &self.counts.busy,
            _ => &self.counts.failed,
        };
        count.fetch_add(1, Ordering::Relaxed);
        let retry_in = retry_at.map(|at| at.duration_since(self.clock.now()).as_millis());
        tracing::info!(
            target.id = %stored.id,
            target.kind = stored.kind.as_str(),
            attempt,
            status = report.status,
            code = report.code,
            detail = report.detail,
            retry_in_ms = retry_in.and_then(|millis| i64::try_from(millis).ok()),
            duration_ms = u64::try_from(report.took.as_millis()).unwrap_or(u64::MAX),
            "target.attempted"
        );
    }
}

/// Runs `main` to its end, and `aside` beside it as far as it comes; its answer, when it came to its end too.
async fn beside<T>(
    main: impl Future<Output = T>,
    aside: &mut Option<Storing>,
) -> (T, Option<Result<bool, db::Error>>) {
    let mut main = std::pin::pin!(main);
    let mut answer = None;
    loop {
        let Some(storing) = aside.as_mut() else { return (main.await, answer) };
        tokio::select! {
            biased;
            done = &mut main => return (done, answer),
            stored = storing => {
                *aside = None;
                answer = Some(stored);
            }
        }
    }
}

/// How long a turn lasts, when others may wait.
const TURN: Duration = Duration::from_secs(1);

/// Things of the source that concern nobody before the position is moved past them.
const SKIP: i64 = 50;
