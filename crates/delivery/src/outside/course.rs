//! What follows from the answers of one place.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::Backoff;

/// How a place answered an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It took the message.
    Taken,
    /// It asks for patience: too many requests.
    Busy {
        /// How long it asks to wait, if it says.
        retry_after: Option<Duration>,
    },
    /// It did not answer, or answered that something failed on its side.
    Failed {
        /// How long it asks to wait, if it says.
        retry_after: Option<Duration>,
    },
    /// It refuses this message for what it is; the same message is refused again.
    Refused,
    /// It wants nothing any more.
    Gone,
}

/// The rules of trying again and giving up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Pauses between attempts while the circuit is closed.
    pub backoff: Backoff,
    /// Failures in a row that open the circuit.
    pub open_after: u32,
    /// Pauses between probes while the circuit is open.
    pub probe: Backoff,
    /// Attempts at one message before it is given up.
    pub attempts: u32,
    /// How old a message may be when it is tried.
    pub max_age: Duration,
    /// The longest wait that a place may ask for.
    pub longest_wait: Duration,
}

/// Whether messages flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Circuit {
    /// They do.
    Closed,
    /// They wait: the place failed too often in a row.
    Open,
    /// One of them may try the place.
    HalfOpen,
}

impl Circuit {
    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half_open",
        }
    }
}

/// The message that is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its position in the order of the place.
    pub position: i64,
    /// When the hub took it.
    pub accepted_at: Timestamp,
}

/// Why a message was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenUp {
    /// The place refused it.
    Refused,
    /// It was tried as often as allowed.
    Attempts,
    /// It is older than allowed.
    Age,
}

/// What to do after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Take the next message.
    Next,
    /// Try the same message at this instant, not before.
    Wait(Timestamp),
    /// The message becomes a dead letter; take the next one at this instant, or at once.
    GiveUp(GivenUp, Option<Timestamp>),
    /// Send nothing more until somebody says so.
    Stop,
}

/// How far a place has come, and how it fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Course {
    /// The last position that was dealt with.
    pub position: i64,
    /// Attempts so far at the message after it.
    pub attempts: u32,
    /// Failures in a row.
    pub failures: u32,
    /// When the first of them was.
    pub failing_since: Option<Timestamp>,
    /// Not before this instant.
    pub next_at: Option<Timestamp>,
}

impl Course {
    /// Whether messages flow at `now`.
    pub fn circuit(&self, policy: &Policy, now: Timestamp) -> Circuit {
        if self.failures < policy.open_after.max(1) {
            Circuit::Closed
        } else if self.next_at.is_some_and(|at| at > now) {
            Circuit::Open
        } else {
            Circuit::HalfOpen
        }
    }

    /// How long until something may be sent; none is now.
    pub fn waits(&self, now: Timestamp) -> Option<Timestamp> {
        self.next_at.filter(|at| *at > now)
    }

    /// Whether a message is too old to be tried at all.
    pub fn is_too_old(policy: &Policy, head: Head, now: Timestamp) -> bool {
        let max = SignedDuration::try_from(policy.max_age).unwrap_or(SignedDuration::MAX);
        now.duration_since(head.accepted_at) > max
    }

    /// What follows from the answer to an attempt at `head`; `chance` is any random number.
    pub fn after(
        &mut self,
        policy: &Policy,
        head: Head,
        outcome: Outcome,
        (now, chance): (Timestamp, u32),
    ) -> Step {
        match outcome {
            Outcome::Taken => {
                *self = Self { position: head.position, ..Self::default() };
                Step::Next
            }
            Outcome::Busy { retry_after } => {
                let wait = retry_after.unwrap_or_else(|| {
                    policy.backoff.pause(self.failures.saturating_add(2), chance)
                });
                let at = later(now, wait.min(policy.longest_wait));
                self.next_at = Some(at);
                Step::Wait(at)
            }
            Outcome::Failed { retry_after } => {
                self.attempts = self.attempts.saturating_add(1);
                self.failures = self.failures.saturating_add(1);
                self.failing_since.get_or_insert(now);
                let open_after = policy.open_after.max(1);
                let own = if self.failures < open_after {
                    policy.backoff.pause(self.failures, chance)
                } else {
                    policy.probe.pause(self.failures - open_after + 1, chance)
                };
                let asked = retry_after.unwrap_or_default().min(policy.longest_wait);
                let at = later(now, own.max(asked));
                self.next_at = Some(at);
                if self.attempts >= policy.attempts.max(1) {
                    self.pass(head);
                    Step::GiveUp(GivenUp::Attempts, Some(at))
                } else {
                    Step::Wait(at)
                }
            }
            Outcome::Refused => {
                // The place is well: it read the message and said no.
                *self = Self { position: head.position, ..Self::default() };
                Step::GiveUp(GivenUp::Refused, None)
            }
            Outcome::Gone => {
                self.attempts = self.attempts.saturating_add(1);
                self.failing_since.get_or_insert(now);
                Step::Stop
            }
        }
    }

    /// Passes over a message that was given up without an attempt.
    pub const fn pass(&mut self, head: Head) {
        self.position = head.position;
        self.attempts = 0;
    }
}

fn later(now: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::{prop_assert, proptest};

    use super::*;

    const POLICY: Policy = Policy {
        backoff: Backoff { first: Duration::from_secs(1), longest: Duration::from_mins(1) },
        open_after: 3,
        probe: Backoff { first: Duration::from_secs(30), longest: Duration::from_mins(10) },
        attempts: 5,
        max_age: Duration::from_hours(24),
        longest_wait: Duration::from_hours(1),
    };

    const HEAD: Head = Head { position: 7, accepted_at: Timestamp::UNIX_EPOCH };

    const FAILED: Outcome = Outcome::Failed { retry_after: None };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn what_is_taken_moves_the_course_and_forgets_failures() {
        let mut course = Course::default();
        course.after(&POLICY, HEAD, FAILED, (at(0), 0));
        assert_eq!(course.after(&POLICY, HEAD, Outcome::Taken, (at(2), 0)), Step::Next);
        assert_eq!(course, Course { position: 7, ..Course::default() });
    }

    #[test]
    fn pauses_grow_and_the_circuit_opens_after_some_failures() {
        let mut course = Course::default();
        let full = u32::MAX;
        assert_eq!(course.after(&POLICY, HEAD, FAILED, (at(0), full)), Step::Wait(at(1)));
        assert_eq!(course.after(&POLICY, HEAD, FAILED, (at(1), full)), Step::Wait(at(3)));
        assert_eq!(course.circuit(&POLICY, at(2)), Circuit::Closed);
        assert_eq!(course.after(&POLICY, HEAD, FAILED, (at(3), full)), Step::Wait(at(33)));
        assert_eq!(course.circuit(&POLICY, at(4)), Circuit::Open);
        assert_eq!(course.circuit(&POLICY, at(33)), Circuit::HalfOpen);
        assert_eq!(course.after(&POLICY, HEAD, FAILED, (at(33), full)), Step::Wait(at(93)));
        assert_eq!(course.position, 0, "the message waits");
    }

    #[test]
    fn a_probe_that_goes_through_closes_the_circuit() {
        let mut course = Course::default();
        for _ in 0..3 {
            course.after(&POLICY, HEAD, FAILED, (at(0), 0));
        }
        course.after(&POLICY, HEAD, Outcome::Taken, (at(40), 0));
        assert_eq!(course.circuit(&POLICY, at(40)), Circuit::Closed);
    }

    #[test]
    fn a_message_is_given_up_after_its_attempts_and_the_circuit_stays_open() {
        let mut course = Course::default();
        let steps: Vec<Step> =
            (0..5).map(|_| course.after(&POLICY, HEAD, FAILED, (at(0), 0))).collect();
        assert!(matches!(steps.last(), Some(Step::GiveUp(GivenUp::Attempts, Some(_)))));
        assert_eq!((course.position, course.attempts, course.failures), (7, 0, 5));
        assert_eq!(course.circuit(&POLICY, at(0)), Circuit::Open);
    }

    #[test]
    fn a_refused_message_is_given_up_at_once_and_says_nothing_against_the_place() {
        let mut course = Course { failures: 2, ..Course::default() };
        let step = course.after(&POLICY, HEAD, Outcome::Refused, (at(0), 0));
        assert_eq!(step, Step::GiveUp(GivenUp::Refused, None));
        assert_eq!(course, Course { position: 7, ..Course::default() });
    }

    #[test]
    fn patience_that_is_asked_for_is_given_and_counts_as_no_failure() {
        let mut course = Course::default();
        let busy = Outcome::Busy { retry_after: Some(Duration::from_secs(90)) };
        assert_eq!(course.after(&POLICY, HEAD, busy, (at(0), 0)), Step::Wait(at(90)));
        assert_eq!((course.attempts, course.failures), (0, 0));
        let forever = Outcome::Busy { retry_after: Some(Duration::MAX) };
        assert_eq!(course.after(&POLICY, HEAD, forever, (at(0), 0)), Step::Wait(at(3600)));
        let failed = Outcome::Failed { retry_after: Some(Duration::from_mins(5)) };
        assert_eq!(course.after(&POLICY, HEAD, failed, (at(0), 0)), Step::Wait(at(300)));
    }

    #[test]
    fn a_place_that_is_gone_gets_nothing_more() {
        let mut course = Course::default();
        assert_eq!(course.after(&POLICY, HEAD, Outcome::Gone, (at(0), 0)), Step::Stop);
        assert_eq!(course.position, 0);
    }

    #[test]
    fn an_old_message_is_not_tried() {
        let day = 24 * 3600;
        assert!(!Course::is_too_old(&POLICY, HEAD, at(day)));
        assert!(Course::is_too_old(&POLICY, HEAD, at(day + 1)));
    }

    proptest! {
        #[test]
        fn a_course_never_goes_back_and_never_waits_longer_than_allowed(
            answers in proptest::collection::vec((0_u8..4, 0_u64..100_000), 0..60),
            chance: u32,
        ) {
            let (mut course, mut now) = (Course::default(), at(0));
            let mut head = HEAD;
            for (answer, seconds) in answers {
                let retry_after = Some(Duration::from_secs(seconds));
                let outcome = match answer {
                    0 => Outcome::Taken,
                    1 => Outcome::Busy { retry_after },
                    2 => Outcome::Failed { retry_after },
                    _ => Outcome::Refused,
                };
                let before = course.position;
                let step = course.after(&POLICY, head, outcome, (now, chance));
                prop_assert!(course.position >= before);
                prop_assert!(course.attempts < POLICY.attempts);
                if let Step::Wait(until) | Step::GiveUp(_, Some(until)) = step {
                    prop_assert!(until <= later(now, POLICY.longest_wait));
                    now = now.max(until);
                }
                if !matches!(step, Step::Wait(_)) {
                    head.position += 1;
                }
            }
        }
    }
}
