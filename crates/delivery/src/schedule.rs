//! Which stream is due when; plain bookkeeping without a clock of its own.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use kernel::TenantId;
use tokio::time::Instant;
use uuid::Uuid;

/// One stream of the consumer's topic.
pub type Key = (TenantId, Uuid);

/// Which stream is due when.
#[derive(Debug, Default)]
pub struct Schedule {
    slots: HashMap<Key, Slot>,
    due: BTreeSet<(Instant, Key)>,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    state: State,
    /// How often its first event has failed in a row.
    failures: u32,
    /// When its last batch ended.
    served: Option<Instant>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    Waiting(Instant),
    /// `again`: something arrived meanwhile.
    Running {
        again: bool,
    },
}

impl Schedule {
    /// Something is there on a stream. A stream that was served less than `linger` ago waits that long,
    /// so that its batches fill up.
    pub fn mark(&mut self, key: Key, now: Instant, linger: Duration) {
        let slot =
            self.slots.entry(key).or_insert(Slot { state: State::Idle, failures: 0, served: None });
        match slot.state {
            State::Idle => {
                let at = slot.served.map_or(now, |served| now.max(served + linger));
                slot.state = State::Waiting(at);
                self.due.insert((at, key));
            }
            State::Running { .. } => slot.state = State::Running { again: true },
            State::Waiting(_) => {}
        }
    }

    /// Takes a stream that is due; it counts as running until [`Schedule::done`] or [`Schedule::failed`].
    pub fn take(&mut self, now: Instant) -> Option<(Key, u32)> {
        let (at, key) = *self.due.first()?;
        if at > now {
            return None;
        }
        self.due.pop_first();
        let slot = self.slots.get_mut(&key)?;
        slot.state = State::Running { again: false };
        Some((key, slot.failures))
    }

    /// When the next stream is due.
    pub fn next(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Something changed that ends the pause of a stream.
    pub fn hurry(&mut self, key: Key, now: Instant) {
        match self.slots.get_mut(&key) {
            Some(slot) => {
                if let State::Waiting(at) = slot.state {
                    self.due.remove(&(at, key));
                    slot.state = State::Waiting(now.min(at));
                    self.due.insert((now.min(at), key));
                } else {
                    self.mark(key, now, Duration::ZERO);
                }
            }
            None => self.mark(key, now, Duration::ZERO),
        }
    }

    /// A batch went through. `more`: the batch was full.
    pub fn done(&mut self, key: Key, now: Instant, linger: Duration, more: bool) {
        let Some(slot) = self.slots.get_mut(&key) else { return };
        let again = more || slot.state == State::Running { again: true };
        *slot = Slot { state: State::Idle, failures: 0, served: Some(now) };
        if again {
            self.mark(key, now, if more { Duration::ZERO } else { linger });
        }
    }

    /// A batch failed; the stream comes back after `pause`.
    pub fn failed(&mut self, key: Key, at: Instant, counted: bool) {
        let Some(slot) = self.slots.get_mut(&key) else { return };
        slot.failures = slot.failures.saturating_add(u32::from(counted));
        slot.state = State::Waiting(at);
        self.due.insert((at, key));
    }

    /// Forgets streams that have been quiet since `before`, so that the map stays small.
    pub fn forget(&mut self, before: Instant) {
        self.slots.retain(|_, slot| {
            slot.state != State::Idle || slot.served.is_some_and(|served| served >= before)
        });
    }
}

#[cfg(test)]
mod tests {
    use kernel::Ids;

    use super::*;

    const LINGER: Duration = Duration::from_millis(4);

    fn key() -> Key {
        let ids = Ids::seeded(1);
        (ids.fresh(), ids.fresh())
    }

    #[test]
    fn a_quiet_stream_is_served_at_once_and_a_busy_one_lingers() {
        let (mut schedule, key, now) = (Schedule::default(), key(), Instant::now());
        schedule.mark(key, now, LINGER);
        assert_eq!(schedule.take(now), Some((key, 0)));
        schedule.mark(key, now, LINGER);
        assert_eq!(schedule.take(now), None, "a stream never runs beside itself");
        schedule.done(key, now, LINGER, false);
        assert_eq!(schedule.take(now), None);
        assert_eq!(schedule.next(), Some(now + LINGER));
        assert_eq!(schedule.take(now + LINGER), Some((key, 0)));
    }

    #[test]
    fn a_full_batch_is_followed_at_once() {
        let (mut schedule, key, now) = (Schedule::default(), key(), Instant::now());
        schedule.mark(key, now, LINGER);
        schedule.take(now);
        schedule.done(key, now, LINGER, true);
        assert_eq!(schedule.take(now), Some((key, 0)));
    }

    #[test]
    fn a_failed_stream_keeps_its_count_until_it_succeeds() {
        let (mut schedule, key, now) = (Schedule::default(), key(), Instant::now());
        schedule.mark(key, now, LINGER);
        schedule.take(now);
        schedule.failed(key, now + LINGER, true);
        schedule.mark(key, now, LINGER);
        assert_eq!(schedule.take(now), None, "a new event does not shorten the pause");
        assert_eq!(schedule.take(now + LINGER), Some((key, 1)));
        schedule.done(key, now, LINGER, false);
        schedule.mark(key, now, LINGER);
        assert_eq!(schedule.take(now + LINGER), Some((key, 0)));
    }

    #[test]
    fn a_change_ends_a_pause() {
        let (mut schedule, key, now) = (Schedule::default(), key(), Instant::now());
        schedule.mark(key, now, LINGER);
        schedule.take(now);
        schedule.failed(key, now + LINGER, true);
        schedule.hurry(key, now);
        assert_eq!(schedule.take(now), Some((key, 1)));
    }

    #[test]
    fn quiet_streams_are_forgotten_and_busy_ones_kept() {
        let (mut schedule, key, now) = (Schedule::default(), key(), Instant::now());
        schedule.mark(key, now, LINGER);
        schedule.forget(now + LINGER);
        assert_eq!(schedule.take(now), Some((key, 0)));
        schedule.done(key, now, LINGER, false);
        schedule.forget(now + LINGER);
        assert!(schedule.slots.is_empty());
    }
}
