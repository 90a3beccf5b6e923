//! The calls of a day: what is left, and for whom.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};

use crate::{Error, Result};

/// Who waits for a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// A person.
    Person,
    /// Nobody: it can wait for tomorrow.
    Background,
}

/// The calls of the last day, as the organisation counted them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Calls made.
    pub used: u64,
    /// Calls of a day.
    pub limit: u64,
}

/// How long nothing is asked after the organisation said that no call is left. The day moves on call by call, and it
/// tells no time (our own choice).
pub(crate) const PAUSE: Duration = Duration::from_mins(15);
/// Organisations that are remembered.
const MAX_KNOWN: usize = 10_000;

#[derive(Debug, Clone, Copy, Default)]
struct Known {
    usage: Option<Usage>,
    closed_until: Option<Timestamp>,
}

/// What is known of each organisation, by its address.
#[derive(Debug, Default)]
pub(crate) struct Allowance(Mutex<HashMap<String, Known>>);

impl Allowance {
    /// Whether a call may be made now; `reserve` percent of a day's calls are kept for people.
    pub(crate) fn admit(&self, host: &str, work: Work, now: Timestamp, reserve: u8) -> Result<()> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(known) = known.get(host) else { return Ok(()) };
        if let Some(until) = known.closed_until.filter(|&until| until > now) {
            let left = until.duration_since(now).unsigned_abs();
            return Err(Error::LimitReached { retry_after: left });
        }
        let kept = |usage: &Usage| {
            let open = usage.limit.saturating_mul(u64::from(100 - reserve.min(100))) / 100;
            usage.used >= open
        };
        if work == Work::Background && known.usage.as_ref().is_some_and(kept) {
            return Err(Error::LimitReached { retry_after: PAUSE });
        }
        Ok(())
    }

    /// Notes what an answer said: `api-usage=18/5000`.
    pub(crate) fn note(&self, host: &str, header: &str) {
        let usage = header.split([';', ',']).find_map(|part| {
            let (used, limit) = part.trim().strip_prefix("api-usage=")?.split_once('/')?;
            Some(Usage { used: used.parse().ok()?, limit: limit.parse().ok()? })
        });
        if let Some(usage) = usage {
            self.change(host, |known| known.usage = Some(usage));
        }
    }

    /// Notes that no call is left for a while.
    pub(crate) fn close(&self, host: &str, now: Timestamp, pause: Duration) {
        let pause = SignedDuration::try_from(pause).unwrap_or_default();
        let until = now.checked_add(pause).unwrap_or(now);
        self.change(host, |known| known.closed_until = Some(until));
    }

    pub(crate) fn usage(&self, host: &str) -> Option<Usage> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(host)?.usage
    }

    fn change(&self, host: &str, change: impl FnOnce(&mut Known)) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_KNOWN && !known.contains_key(host) {
            known.clear();
        }
        change(known.entry(host.to_owned()).or_default());
    }
}
