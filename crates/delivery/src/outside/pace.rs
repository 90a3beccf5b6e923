//! How fast a place is served: a bucket of tokens.

use std::time::Duration;

use jiff::Timestamp;

/// How many messages a place takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Messages a minute in the long run; none is as many as there are.
    pub per_minute: Option<u32>,
    /// Messages that may go at once after a pause.
    pub burst: u32,
}

impl Rate {
    /// As many as there are.
    pub const UNLIMITED: Self = Self { per_minute: None, burst: 0 };
}

/// What is left of a [`Rate`].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pace {
    tokens: f64,
    filled_at: Option<Timestamp>,
}

impl Pace {
    /// Takes one message's place.
    ///
    /// # Errors
    /// How long to wait when there is none.
    pub fn take(&mut self, rate: Rate, now: Timestamp) -> Result<(), Duration> {
        let Some(per_minute) = rate.per_minute else { return Ok(()) };
        let per_second = f64::from(per_minute.max(1)) / 60.0;
        let most = f64::from(rate.burst.max(1));
        let since = self.filled_at.map(|at| now.duration_since(at).as_secs_f64().max(0.0));
        self.tokens = since.map_or(most, |since| (self.tokens + since * per_second).min(most));
        self.filled_at = Some(now);
        // A token is whole up to what rounding took.
        if self.tokens >= 1.0 - 1e-6 {
            self.tokens -= 1.0;
            return Ok(());
        }
        let wait = (1.0 - self.tokens) / per_second;
        Err(Duration::from_secs_f64(wait.clamp(0.001, 3600.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    #[test]
    fn a_burst_goes_at_once_and_the_rest_by_the_rate() {
        let rate = Rate { per_minute: Some(60), burst: 3 };
        let mut pace = Pace::default();
        for _ in 0..3 {
            assert_eq!(pace.take(rate, at(0)), Ok(()));
        }
        assert_eq!(pace.take(rate, at(0)), Err(Duration::from_secs(1)));
        assert_eq!(pace.take(rate, at(500)), Err(Duration::from_millis(500)));
        assert_eq!(pace.take(rate, at(1000)), Ok(()));
        assert!(pace.take(rate, at(1001)).is_err());
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing_away() {
        let rate = Rate { per_minute: Some(60), burst: 1 };
        let mut pace = Pace::default();
        assert_eq!(pace.take(rate, at(10_000)), Ok(()));
        assert!(pace.take(rate, at(0)).is_err());
    }

    #[test]
    fn without_a_rate_everything_goes() {
        let mut pace = Pace::default();
        assert!((0..10_000).all(|_| pace.take(Rate::UNLIMITED, at(0)).is_ok()));
    }
}
