//! A clock that stands still until a test moves it.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use kernel::Clock;

/// A clock that stands still until a test moves it.
#[derive(Debug)]
pub struct FixedClock(Mutex<Timestamp>);

impl FixedClock {
    /// A clock at 2026-03-02T09:00:00Z, a Monday.
    pub fn new() -> Arc<Self> {
        Self::at("2026-03-02T09:00:00Z")
    }

    /// A clock at an instant in RFC 3339.
    ///
    /// # Panics
    /// When the text is no instant.
    #[expect(clippy::expect_used, reason = "a wrong instant is a mistake in the test")]
    pub fn at(instant: &str) -> Arc<Self> {
        Arc::new(Self(Mutex::new(instant.parse().expect("an instant in RFC 3339"))))
    }

    /// Moves the clock to an instant, forward or back.
    pub fn set(&self, instant: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = instant;
    }

    /// Moves the clock forward.
    ///
    /// # Panics
    /// Beyond the year 9999.
    #[expect(clippy::expect_used, reason = "a wrong step is a mistake in the test")]
    pub fn advance(&self, by: Duration) {
        let by = SignedDuration::try_from(by).expect("a step that fits");
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.checked_add(by).expect("an instant before the year 10000");
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_stands_until_it_is_moved() {
        let clock = FixedClock::new();
        let start = clock.now();
        assert_eq!(clock.now(), start);
        clock.advance(Duration::from_secs(90));
        assert_eq!(clock.now().duration_since(start), SignedDuration::from_secs(90));
        clock.set(start);
        assert_eq!(clock.now(), start);
    }
}
