//! Growing pauses with jitter.

use std::time::Duration;

/// Pauses that double from a first to a longest one. Half of each pause is chance, so that what failed
/// together does not come back together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The first pause.
    pub first: Duration,
    /// The longest pause.
    pub longest: Duration,
}

impl Backoff {
    /// The pause after failure number `failures` (from 1); `chance` is any random number.
    pub fn pause(&self, failures: u32, chance: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(31);
        let full = self.first.saturating_mul(1 << doublings).min(self.longest);
        let half = full / 2;
        let share = f64::from(chance) / f64::from(u32::MAX);
        half + half.mul_f64(share)
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prop_assert, proptest};

    use super::*;

    const BACKOFF: Backoff =
        Backoff { first: Duration::from_millis(100), longest: Duration::from_mins(1) };

    #[test]
    fn pauses_double_up_to_the_longest() {
        let full = |failures| BACKOFF.pause(failures, u32::MAX).as_millis();
        assert_eq!([1, 2, 3, 20].map(full), [100, 200, 400, 60_000]);
        assert_eq!(BACKOFF.pause(1, 0).as_millis(), 50);
    }

    proptest! {
        #[test]
        fn a_pause_is_between_half_and_the_whole(failures in 0_u32.., chance: u32) {
            let pause = BACKOFF.pause(failures, chance);
            prop_assert!(pause >= BACKOFF.first / 2);
            prop_assert!(pause <= BACKOFF.longest);
        }
    }
}
