//! What an operator may set about people and credentials.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Settings of this room. Each default is a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// A session ends after so many minutes without a request.
    pub session_idle_minutes: u32,
    /// A session ends so many hours after the sign-in, used or not.
    pub session_absolute_hours: u32,
    /// Fewest characters of a password; 12 at least is advised (NIST SP 800-63B asks for 8).
    pub password_min_length: u16,
    /// Memory in KiB that hashing a password takes; 19456 at least is advised (OWASP). Passwords hashed before keep theirs.
    pub password_memory_kib: u32,
    /// Passwords that are checked at once; each takes `password_memory_kib` and some 20 ms of a processor.
    pub password_checks_at_once: u16,
    /// After so many failures in a row an account refuses every sign-in for `lock_minutes`.
    pub lock_after_failures: u16,
    /// How long an account stays locked after too many failures.
    pub lock_minutes: u32,
    /// How long the link for the first administrator works.
    pub first_run_hours: u32,
    /// How long the link to set a password works.
    pub password_link_hours: u32,
    /// The longest life of an API token.
    pub token_max_days: u32,
    /// Last uses are written at most so often.
    pub last_use_seconds: u32,
    /// Expired and revoked credentials are kept so many days for the lists, then deleted.
    pub credential_retention_days: u32,
    /// Rows of the audit are kept so many days, then deleted; 3650 are about ten years, 0 keeps them for ever.
    pub audit_retention_days: u32,
    /// Credentials that are remembered between requests.
    pub cache_entries: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            session_idle_minutes: 8 * 60,
            session_absolute_hours: 14 * 24,
            password_min_length: 12,
            password_memory_kib: 19 * 1024,
            password_checks_at_once: 2,
            lock_after_failures: 10,
            lock_minutes: 15,
            first_run_hours: 24,
            password_link_hours: 24,
            token_max_days: 366,
            last_use_seconds: 30,
            credential_retention_days: 90,
            audit_retention_days: 3650,
            cache_entries: 50_000,
        }
    }
}

impl Settings {
    /// The defaults, but hashing a password costs next to nothing: for tests and doubles, which make many people.
    pub fn cheap() -> Self {
        Self { password_memory_kib: 8, ..Self::default() }
    }

    pub(crate) fn session_idle(&self) -> Duration {
        minutes(self.session_idle_minutes)
    }

    pub(crate) fn session_absolute(&self) -> Duration {
        hours(self.session_absolute_hours)
    }

    pub(crate) fn first_run(&self) -> Duration {
        hours(self.first_run_hours)
    }

    pub(crate) fn password_link(&self) -> Duration {
        hours(self.password_link_hours)
    }

    pub(crate) fn lock(&self) -> Duration {
        minutes(self.lock_minutes)
    }

    pub(crate) fn last_use(&self) -> Duration {
        Duration::from_secs(self.last_use_seconds.max(1).into())
    }

    pub(crate) fn retention(&self) -> Duration {
        hours(self.credential_retention_days.saturating_mul(24))
    }

    /// `None` keeps the audit for ever.
    pub(crate) fn audit_retention(&self) -> Option<Duration> {
        let days = Some(self.audit_retention_days).filter(|days| *days > 0)?;
        Some(hours(days.saturating_mul(24)))
    }

    pub(crate) fn token_max(&self) -> Duration {
        hours(self.token_max_days.saturating_mul(24))
    }
}

fn minutes(n: u32) -> Duration {
    Duration::from_secs(u64::from(n) * 60)
}

fn hours(n: u32) -> Duration {
    Duration::from_secs(u64::from(n) * 3600)
}
