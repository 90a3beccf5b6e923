//! What is kept of a call while it is under way, and its line in the log.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use connector_engine::Applied;
use jiff::Timestamp;
use kernel::{ConnectionId, DataPolicyId, EnvironmentId, Scope};

use super::{
    Call,
    answer::{PolicyStep, StepChange, Trace},
};
use crate::{Connectors, Error, Result, calls::CallEntry, policy::Ground};

/// What is told on the way, for the log.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(super) environment: Option<EnvironmentId>,
    pub(super) version: i64,
    pub(super) connection: Option<ConnectionId>,
    pub(super) status: Option<u16>,
    /// Whether a request has gone out.
    pub(super) is_out: bool,
    pub(super) sent: i64,
    pub(super) received: i64,
    /// The policy that refused it, and why.
    pub(super) refused: Option<(DataPolicyId, Ground)>,
    /// What was sent and changed, where it was asked for.
    pub(super) trace: Option<Trace>,
}

impl Told {
    pub(super) fn note_steps(
        &mut self,
        package: &openapi::Package<'_>,
        machine: &connector_engine::Call<'_>,
    ) {
        let Some(trace) = &mut self.trace else { return };
        let policies = package.policies_of(&machine.operation().id);
        let step = |applied: &Applied| {
            let policy = policies.get(applied.policy)?;
            Some(PolicyStep {
                policy: applied.policy,
                template: policy.template_id.to_owned(),
                title: policy.title().map(str::to_owned),
                is_before: applied.is_before,
                changes: applied.changes.iter().map(StepChange::from).collect(),
                is_cut: applied.is_cut,
            })
        };
        trace.steps = machine.applied().iter().filter_map(step).collect();
    }
}

/// The line of a call in the log. It is written also when nobody waits for the call any longer, once a request has
/// gone out: what was done has to be found.
pub(super) struct Line<'a> {
    pub(super) hub: &'a Connectors,
    pub(super) scope: &'a Scope,
    pub(super) call: &'a Call,
    pub(super) begun: Instant,
    pub(super) at: Timestamp,
    pub(super) told: &'a mut Told,
    pub(super) is_written: bool,
}

impl Line<'_> {
    pub(super) fn write(
        &mut self,
        outcome: &'static str,
        (status, duration): (Option<u16>, Duration),
    ) {
        self.is_written = true;
        // Unknown connectors are nobody's: their calls are not logged under an identifier that is not ours.
        let Some(environment) = self.told.environment else { return };
        self.hub.log.put(CallEntry {
            scope: self.scope.clone(),
            id: self.hub.ids.fresh(),
            at: self.at,
            connector: self.call.connector,
            environment,
            version: self.told.version,
            operation: cut(self.call.operation.clone()),
            connection: self.told.connection,
            via: self.call.via,
            subject: self.call.subject,
            actor: self.scope.actor(),
            request: self.scope.request(),
            outcome: outcome.into(),
            status,
            duration_us: i64::try_from(duration.as_micros()).unwrap_or(i64::MAX),
            sent_bytes: self.told.sent,
            received_bytes: self.told.received,
            refused: self.told.refused,
        });
    }
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        if !self.is_written && self.told.is_out {
            self.hub.counts.failed.fetch_add(1, Ordering::Relaxed);
            self.write("api_call.abandoned", (self.told.status, self.begun.elapsed()));
        }
    }
}

/// Counts a call for as long as it is under way.
pub(super) struct UnderWay<'a>(&'a AtomicU64);

impl<'a> UnderWay<'a> {
    pub(super) fn enter(count: &'a AtomicU64, limit: u32) -> Result<Self> {
        let guard = Self(count);
        if count.fetch_add(1, Ordering::Relaxed) >= u64::from(limit) {
            return Err(Error::Busy);
        }
        Ok(guard)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What a caller typed, as it is kept.
fn cut(mut operation: String) -> String {
    if operation.len() > MAX_OPERATION {
        operation = operation.chars().take(MAX_OPERATION / 4).collect();
    }
    operation
}

/// Bytes of an operationId that are kept.
const MAX_OPERATION: usize = 1_000;
