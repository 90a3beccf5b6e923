//! Service protection limits: how much one user may ask of the hub.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use http::StatusCode;
use jiff::Timestamp;
use kernel::{Actor, TenantId};

use crate::{Settings, fault::Fault};

/// Counts requests, their work and those that run, for each caller, in a window that slides in steps.
#[derive(Debug)]
pub(crate) struct Protection {
    settings: Settings,
    callers: Mutex<HashMap<(TenantId, Actor), Used>>,
}

/// What one caller used. Steps are a thirtieth of the window, so that what was used long ago is forgotten smoothly.
#[derive(Debug, Default)]
struct Used {
    /// The step that the counts belong to, newest last, and their counts.
    steps: Vec<(i64, u32, Duration)>,
    running: u32,
}

/// Leave to run; ended with the value.
#[derive(Debug)]
pub(crate) struct Pass {
    protection: Arc<Protection>,
    caller: (TenantId, Actor),
    /// How many requests are left in the window.
    pub(crate) left: u32,
    /// How much work is left.
    pub(crate) time_left: Duration,
    began: std::time::Instant,
    at: Timestamp,
}

impl Protection {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings, callers: Mutex::default() }
    }

    /// Counts a request in.
    pub(crate) fn enter(
        self: &Arc<Self>,
        tenant: TenantId,
        actor: Actor,
        at: Timestamp,
    ) -> Result<Pass, Fault> {
        let caller = (tenant, actor);
        let now = self.step(at);
        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        if callers.len() >= CALLERS && !callers.contains_key(&caller) {
            callers.retain(|_, used| {
                used.running > 0 || used.steps.last().is_some_and(|(step, ..)| now - step < STEPS)
            });
        }
        let used = callers.entry(caller).or_default();
        used.steps.retain(|(step, ..)| now - step < STEPS);
        let requests: u32 = used.steps.iter().map(|(_, count, _)| count).sum();
        let work: Duration = used.steps.iter().map(|(.., work)| *work).sum();
        let allowed = Duration::from_secs(self.settings.max_work_seconds.into());
        // The oldest step that still counts says when there is room again.
        let wait = used.steps.first().map_or(0, |(step, ..)| step + STEPS - now).max(1);
        let wait = Duration::from_millis(wait.unsigned_abs() * self.step_millis().unsigned_abs());
        let window = self.settings.window_seconds;
        let left =
            (self.settings.max_requests.saturating_sub(requests), allowed.saturating_sub(work));
        let refuse = |code, message: String| {
            let fault = Fault::new(StatusCode::TOO_MANY_REQUESTS, code, message);
            Err(fault.after(wait).with_left(left.0, left.1))
        };
        if requests >= self.settings.max_requests {
            let most = self.settings.max_requests;
            return refuse(
                "0x80072322",
                format!(
                    "Number of requests exceeded the limit of {most} over time window of {window} seconds."
                ),
            );
        }
        if work >= allowed {
            let most = allowed.as_millis();
            return refuse(
                "0x80072321",
                format!(
                    "Combined execution time of incoming requests exceeded limit of {most} milliseconds over time window of {window} seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later."
                ),
            );
        }
        if used.running >= self.settings.max_concurrent {
            let most = self.settings.max_concurrent;
            return refuse(
                "0x80072326",
                format!("Number of concurrent requests exceeded the limit of {most}."),
            );
        }
        used.running += 1;
        match used.steps.last_mut() {
            Some((step, count, _)) if *step == now => *count += 1,
            _ => used.steps.push((now, 1, Duration::ZERO)),
        }
        Ok(Pass {
            protection: Arc::clone(self),
            caller,
            left: left.0.saturating_sub(1),
            time_left: left.1,
            began: std::time::Instant::now(),
            at,
        })
    }

    fn step_millis(&self) -> i64 {
        (i64::from(self.settings.window_seconds) * 1000 / STEPS).max(1)
    }

    fn step(&self, at: Timestamp) -> i64 {
        at.as_millisecond() / self.step_millis()
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let took = self.began.elapsed();
        let mut callers = self.protection.callers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(used) = callers.get_mut(&self.caller) {
            used.running = used.running.saturating_sub(1);
            let step = self.protection.step(self.at);
            if let Some((.., work)) = used.steps.iter_mut().find(|(other, ..)| *other == step) {
                *work += took;
            }
        }
    }
}

/// Steps of the window.
const STEPS: i64 = 30;

/// Callers that are remembered before the idle are forgotten; our own choice.
const CALLERS: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::UserId;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_100 + second).unwrap()
    }

    fn protection(settings: Settings) -> (Arc<Protection>, TenantId, Actor) {
        let tenant: TenantId = "01890000-0000-7000-8000-000000000001".parse().unwrap();
        let user: UserId = "01890000-0000-7000-8000-000000000002".parse().unwrap();
        (Arc::new(Protection::new(settings)), tenant, Actor::User(user))
    }

    #[test]
    fn requests_over_the_limit_wait_for_the_window() {
        let (protection, tenant, actor) =
            protection(Settings { max_requests: 3, ..Settings::default() });
        for left in [2, 1, 0] {
            assert_eq!(protection.enter(tenant, actor, at(0)).unwrap().left, left);
        }
        let fault = protection.enter(tenant, actor, at(1)).unwrap_err();
        let reply = fault.reply(&crate::annotations::Annotations::default());
        assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(reply.headers.get("retry-after").unwrap(), "300");
        let left = |name: &str| reply.headers.get(name).unwrap();
        assert_eq!(left("x-ms-ratelimit-burst-remaining-xrm-requests"), "0");
        assert_eq!(left("x-ms-ratelimit-time-remaining-xrm-requests"), "1200.00");
        assert!(String::from_utf8_lossy(&reply.body).contains(
            "Number of requests exceeded the limit of 3 over time window of 300 seconds."
        ));
        assert!(protection.enter(tenant, actor, at(301)).is_ok());
    }

    #[test]
    fn one_caller_does_not_use_what_another_may() {
        let (protection, tenant, actor) =
            protection(Settings { max_requests: 1, ..Settings::default() });
        drop(protection.enter(tenant, actor, at(0)).unwrap());
        assert!(protection.enter(tenant, actor, at(0)).is_err());
        let other = Actor::System { job: "other" };
        assert!(protection.enter(tenant, other, at(0)).is_ok());
    }

    #[test]
    fn only_so_many_run_side_by_side() {
        let (protection, tenant, actor) =
            protection(Settings { max_concurrent: 1, ..Settings::default() });
        let first = protection.enter(tenant, actor, at(0)).unwrap();
        assert!(protection.enter(tenant, actor, at(0)).is_err());
        drop(first);
        assert!(protection.enter(tenant, actor, at(0)).is_ok());
    }
}
