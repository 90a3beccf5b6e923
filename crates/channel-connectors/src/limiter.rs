//! How fast a webhook may post: fixed windows that all must have room, and a queue before anything is refused.
//!
//! A post that finds no room books a place in a later window; how far ahead it may book is the patience.
//! Counts live in memory, on each node. What was taken of the longer windows is told to the other nodes every
//! second ([`Limiter::spent`], [`Limiter::learn`]); windows under [`SHARED_FROM`] seconds are each node's own.

use std::time::Duration;

use crate::Window;

/// What becomes of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    /// It goes on now.
    Now,
    /// It goes on after a wait; its place is booked.
    After(Duration),
    /// It is refused; the next one has room after this long.
    Refused(Duration),
}

/// The counts of one webhook.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    slots: Vec<Slot>,
}

/// The latest window of one length that has a post, and how many it has.
#[derive(Debug, Clone, Copy)]
struct Slot {
    window: Window,
    number: i64,
    posts: u32,
    /// Of these, what the other nodes have not been told.
    untold: u32,
}

/// Posts of a window: those that one node took since it last told, or those of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spent {
    pub(crate) seconds: u32,
    pub(crate) number: i64,
    pub(crate) posts: u32,
}

impl Limiter {
    /// Takes a place in every window, `now` in microseconds, or says when there will be one.
    pub(crate) fn admit(&mut self, windows: &[Window], now: i64, patience: Duration) -> Admission {
        self.follow(windows);
        let mut at = now;
        // Each round moves `at` to the start of a later window, so a few rounds settle it.
        for _round in 0..ROUNDS {
            let next = self.slots.iter().fold(at, |at, slot| slot.room(at));
            if next == at {
                break;
            }
            at = next;
        }
        let wait = Duration::from_micros(u64::try_from(at - now).unwrap_or(0));
        if wait > patience {
            return Admission::Refused(wait);
        }
        for slot in &mut self.slots {
            slot.take(at);
        }
        if wait.is_zero() { Admission::Now } else { Admission::After(wait) }
    }

    /// What the other nodes have not been told.
    pub(crate) fn spent(&self) -> Vec<Spent> {
        let untold = self.slots.iter().filter(|slot| slot.is_shared() && slot.untold > 0);
        untold.map(|slot| slot.of(slot.untold)).collect()
    }

    /// Notes that the others were told.
    pub(crate) fn told(&mut self, spent: Spent) {
        let slot = self.slots.iter_mut().find(|slot| slot.of(spent.posts) == spent);
        if let Some(slot) = slot {
            slot.untold = slot.untold.saturating_sub(spent.posts);
        }
    }

    /// Takes over what all nodes together have taken.
    pub(crate) fn learn(&mut self, windows: &[Window], all: Spent) {
        self.follow(windows);
        let slot = self.slots.iter_mut().find(|slot| slot.window.seconds == all.seconds);
        let Some(slot) = slot.filter(|slot| slot.is_shared()) else { return };
        if slot.number < all.number {
            (slot.number, slot.posts, slot.untold) = (all.number, all.posts, 0);
        } else if slot.number == all.number {
            slot.posts = slot.posts.max(all.posts.saturating_add(slot.untold));
        }
    }

    /// Keeps the counts of the windows that stay when an owner changes the limits.
    fn follow(&mut self, windows: &[Window]) {
        if self.slots.iter().map(|slot| slot.window).eq(windows.iter().copied()) {
            return;
        }
        let before = std::mem::take(&mut self.slots);
        self.slots.extend(windows.iter().map(|window| {
            let kept = before.iter().find(|slot| slot.window.seconds == window.seconds);
            let unused = Slot { window: *window, number: i64::MIN, posts: 0, untold: 0 };
            kept.map_or(unused, |slot| Slot { window: *window, ..*slot })
        }));
    }
}

impl Slot {
    const fn length(&self) -> i64 {
        self.window.seconds as i64 * 1_000_000
    }

    /// The earliest instant from `at` on at which this window has room.
    fn room(&self, at: i64) -> i64 {
        let number = at.div_euclid(self.length());
        if self.number < number {
            return at;
        }
        let full = self.posts >= self.window.posts;
        let number = self.number.saturating_add(i64::from(full));
        at.max(number.saturating_mul(self.length()))
    }

    fn take(&mut self, at: i64) {
        let number = at.div_euclid(self.length());
        if self.number < number {
            (self.number, self.posts, self.untold) = (number, 0, 0);
        }
        self.posts = self.posts.saturating_add(1);
        self.untold = self.untold.saturating_add(1);
    }

    const fn is_shared(&self) -> bool {
        self.window.seconds >= SHARED_FROM
    }

    const fn of(&self, posts: u32) -> Spent {
        Spent { seconds: self.window.seconds, number: self.number, posts }
    }
}

/// Windows from this length on count on all nodes together: a shorter one is over before the others hear.
pub(crate) const SHARED_FROM: u32 = 10;

const ROUNDS: usize = 16;

#[cfg(test)]
mod tests {
    use proptest::{prop_assert, proptest};

    use super::*;
    use crate::{Rate, Settings};

    const SECOND: i64 = 1_000_000;

    #[test]
    fn microsofts_table_refuses_the_fifth_post_of_a_second_and_says_when() {
        let windows = Rate::Microsoft.windows(&Settings::default());
        let mut limiter = Limiter::default();
        let start = 1_000 * 86_400 * SECOND;
        for _ in 0..4 {
            assert_eq!(limiter.admit(&windows, start, Duration::ZERO), Admission::Now);
        }
        let refused = limiter.admit(&windows, start + SECOND / 4, Duration::ZERO);
        assert_eq!(refused, Admission::Refused(Duration::from_millis(750)));
        assert_eq!(limiter.admit(&windows, start + SECOND, Duration::ZERO), Admission::Now);
    }

    #[test]
    fn microsofts_table_lets_a_hundred_through_in_an_hour() {
        let windows = Rate::Microsoft.windows(&Settings::default());
        let mut limiter = Limiter::default();
        let start = 1_000 * 86_400 * SECOND;
        let through = (0..3_600)
            .filter(|second| {
                limiter.admit(&windows, start + second * SECOND, Duration::ZERO) == Admission::Now
            })
            .count();
        assert_eq!(through, 100);
        let refused = limiter.admit(&windows, start + 3_599 * SECOND, Duration::ZERO);
        assert_eq!(refused, Admission::Refused(Duration::from_secs(1)));
    }

    #[test]
    fn a_burst_waits_before_anything_is_refused() {
        let windows = Rate::Standard.windows(&Settings::default());
        let mut limiter = Limiter::default();
        let start = 1_000 * 86_400 * SECOND;
        let patience = Duration::from_secs(3);
        let answers: Vec<_> =
            (0..1_000).map(|_| limiter.admit(&windows, start, patience)).collect();
        let count = |wanted| answers.iter().filter(|answer| **answer == wanted).count();
        assert_eq!(count(Admission::Now), 200);
        for seconds in 1..=3 {
            assert_eq!(count(Admission::After(Duration::from_secs(seconds))), 200);
        }
        assert_eq!(count(Admission::Refused(Duration::from_secs(4))), 200);
    }

    #[test]
    fn a_change_of_the_limits_keeps_what_was_counted() {
        let mut limiter = Limiter::default();
        let windows =
            |per_hour| Rate::Custom { per_second: 9, per_hour }.windows(&Settings::default());
        assert_eq!(limiter.admit(&windows(1), 0, Duration::ZERO), Admission::Now);
        assert_ne!(limiter.admit(&windows(1), 0, Duration::ZERO), Admission::Now);
        assert_eq!(limiter.admit(&windows(2), 0, Duration::ZERO), Admission::Now);
        assert_ne!(limiter.admit(&windows(2), 0, Duration::ZERO), Admission::Now);
    }

    #[test]
    fn what_others_took_counts_and_what_is_told_is_told_once() {
        let windows = Rate::Custom { per_second: 9, per_hour: 5 }.windows(&Settings::default());
        let mut limiter = Limiter::default();
        for _ in 0..2 {
            assert_eq!(limiter.admit(&windows, 0, Duration::ZERO), Admission::Now);
        }
        let spent = limiter.spent();
        assert_eq!(spent, [Spent { seconds: 3_600, number: 0, posts: 2 }]);
        // One more on this node while it tells; two on another.
        assert_eq!(limiter.admit(&windows, 0, Duration::ZERO), Admission::Now);
        limiter.told(spent[0]);
        limiter.learn(&windows, Spent { posts: 4, ..spent[0] });
        assert_eq!(limiter.spent(), [Spent { posts: 1, ..spent[0] }]);
        assert_ne!(limiter.admit(&windows, 0, Duration::ZERO), Admission::Now);
        // A later hour that others have begun.
        limiter.learn(&windows, Spent { seconds: 3_600, number: 1, posts: 5 });
        assert_ne!(limiter.admit(&windows, 3_600 * SECOND, Duration::ZERO), Admission::Now);
        assert_eq!(limiter.admit(&windows, 7_200 * SECOND, Duration::ZERO), Admission::Now);
    }

    proptest! {
        #[test]
        fn no_window_ever_takes_more_than_its_posts(
            steps in proptest::collection::vec(0_i64..2_000_000, 1..400),
            per_second in 1_u32..6, per_hour in 1_u32..50,
        ) {
            let windows = Rate::Custom { per_second, per_hour }.windows(&Settings::default());
            let (mut limiter, mut now) = (Limiter::default(), 0);
            let mut seconds = std::collections::HashMap::<i64, u32>::new();
            let mut hours = std::collections::HashMap::<i64, u32>::new();
            for step in steps {
                now += step;
                let at = match limiter.admit(&windows, now, Duration::from_secs(3)) {
                    Admission::Now => now,
                    Admission::After(wait) => now + i64::try_from(wait.as_micros()).unwrap(),
                    Admission::Refused(wait) => {
                        prop_assert!(wait > Duration::from_secs(3));
                        continue;
                    }
                };
                *seconds.entry(at / SECOND).or_default() += 1;
                *hours.entry(at / SECOND / 3_600).or_default() += 1;
            }
            prop_assert!(seconds.values().all(|posts| *posts <= per_second));
            prop_assert!(hours.values().all(|posts| *posts <= per_hour));
        }
    }
}
