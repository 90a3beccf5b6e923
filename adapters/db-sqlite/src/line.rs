//! The line before the writer.
//!
//! A thousand rows in one message take as long as hundreds of cards. Closures of a stream of which one took long lately
//! let those of others pass, and have a transaction to themselves, so that nobody else waits for its end; among themselves
//! they keep their order, and nobody is passed for ever.

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

use uuid::Uuid;

use crate::writer::Asked;

/// What waits.
#[derive(Default)]
pub(crate) struct Line {
    short: VecDeque<Asked>,
    long: VecDeque<(Instant, Asked)>,
    /// Streams of which a closure took long, and how many quick ones in a row let them forget it: between two messages of
    /// a thousand rows there are small ones.
    slow: HashMap<Uuid, u8>,
    /// Whether the one before was late: then it is the turn of those that it passed.
    passed: bool,
}

impl Line {
    pub(crate) fn push(&mut self, asked: Asked) {
        // What came before on the same stream may be in the other half: the order within a stream stays.
        let waits = |stream| self.long.iter().any(|(_, other)| other.stream == Some(stream));
        if asked.stream.is_some_and(|stream| self.slow.contains_key(&stream) || waits(stream)) {
            self.long.push_back((Instant::now(), asked));
        } else {
            self.short.push_back(asked);
        }
    }

    /// The next, which begins a transaction.
    pub(crate) fn first(&mut self) -> Option<Asked> {
        let is_late = self.long.front().is_some_and(|(came, _)| came.elapsed() > PATIENCE);
        // Where more takes long than there is time for, all of it is late: it takes turns with the others.
        self.passed = is_late && !self.passed;
        if self.passed || self.short.is_empty() {
            return self.long.pop_front().map(|(_, asked)| asked);
        }
        self.short.pop_front()
    }

    /// The next that may share a transaction with others.
    pub(crate) fn short(&mut self) -> Option<Asked> {
        self.short.pop_front()
    }

    /// Notes how long a closure took.
    pub(crate) fn took(&mut self, stream: Option<Uuid>, time: Duration) {
        let Some(stream) = stream else { return };
        if time < LONG {
            if !self.slow.is_empty()
                && let Some(left) = self.slow.get_mut(&stream)
            {
                *left = left.saturating_sub(1);
                if *left == 0 {
                    self.slow.remove(&stream);
                }
            }
        } else {
            if self.slow.len() >= SLOW_STREAMS {
                self.slow.clear();
            }
            if self.slow.insert(stream, QUICK_IN_A_ROW).is_none() {
                self.set_aside(stream);
            }
        }
    }

    /// What waits already goes to the other half too, before what comes after it.
    fn set_aside(&mut self, stream: Uuid) {
        if self.short.iter().all(|other| other.stream != Some(stream)) {
            return;
        }
        let now = Instant::now();
        for asked in std::mem::take(&mut self.short) {
            if asked.stream == Some(stream) {
                self.long.push_back((now, asked));
            } else {
                self.short.push_back(asked);
            }
        }
    }
}

/// A closure that takes longer keeps others waiting.
const LONG: Duration = Duration::from_millis(4);
/// So many quick closures in a row, and a stream is one like others again.
const QUICK_IN_A_ROW: u8 = 32;
/// The longest that others pass.
const PATIENCE: Duration = Duration::from_millis(100);
/// Streams that are remembered.
const SLOW_STREAMS: usize = 1_000;

#[cfg(test)]
mod tests {
    use db::{
        Result, Tx,
        driver::{Job, Verdict},
    };
    use kernel::Scope;

    use super::*;

    struct Nothing;

    impl Job for Nothing {
        fn scope(&self) -> &Scope {
            unreachable!("it is never run")
        }

        fn run(&mut self, _tx: &Tx<'_>) -> Verdict {
            Verdict::Commit
        }

        fn answer(self: Box<Self>, _outcome: Result<()>) {}
    }

    fn asked(stream: u128) -> Asked {
        Asked { job: Box::new(Nothing), stream: Some(Uuid::from_u128(stream)) }
    }

    fn next(line: &mut Line) -> Option<u128> {
        Some(line.first()?.stream?.as_u128())
    }

    #[test]
    fn streams_that_take_long_let_others_pass() {
        let mut line = Line::default();
        line.took(Some(Uuid::from_u128(1)), Duration::from_millis(30));
        for stream in [1, 2, 1, 3] {
            line.push(asked(stream));
        }
        let order: Vec<u128> = std::iter::from_fn(|| next(&mut line)).collect();
        assert_eq!(order, [2, 3, 1, 1]);
    }

    #[test]
    fn a_stream_that_is_quick_again_keeps_its_order() {
        let mut line = Line::default();
        let one = Some(Uuid::from_u128(1));
        line.took(one, Duration::from_millis(30));
        line.push(asked(1));
        for _ in 0..QUICK_IN_A_ROW {
            line.took(one, Duration::from_micros(30));
        }
        line.push(asked(1));
        line.push(asked(2));
        assert_eq!((line.long.len(), line.short.len()), (2, 1));
        assert_eq!(next(&mut line), Some(2));
    }

    #[test]
    fn a_quick_closure_between_long_ones_changes_nothing() {
        let mut line = Line::default();
        let one = Some(Uuid::from_u128(1));
        line.took(one, Duration::from_millis(30));
        line.took(one, Duration::from_micros(30));
        line.push(asked(1));
        line.push(asked(2));
        assert_eq!(next(&mut line), Some(2));
    }

    #[test]
    fn a_stream_that_turns_slow_keeps_its_order() {
        let mut line = Line::default();
        line.push(asked(1));
        line.push(asked(2));
        line.took(Some(Uuid::from_u128(1)), Duration::from_millis(30));
        line.push(asked(1));
        assert_eq!((line.long.len(), line.short.len()), (2, 1));
        assert_eq!(next(&mut line), Some(2));
    }

    #[test]
    fn where_all_that_takes_long_is_late_the_others_have_their_turn() {
        let mut line = Line::default();
        line.took(Some(Uuid::from_u128(1)), Duration::from_millis(30));
        for stream in [1, 1, 1, 2, 3] {
            line.push(asked(stream));
        }
        std::thread::sleep(PATIENCE + Duration::from_millis(5));
        let order: Vec<u128> = std::iter::from_fn(|| next(&mut line)).collect();
        assert_eq!(order, [1, 2, 1, 3, 1]);
    }

    #[test]
    fn what_takes_long_shares_no_transaction() {
        let mut line = Line::default();
        line.took(Some(Uuid::from_u128(1)), Duration::from_millis(30));
        line.push(asked(1));
        assert!(line.short().is_none());
        assert_eq!(next(&mut line), Some(1));
    }
}
