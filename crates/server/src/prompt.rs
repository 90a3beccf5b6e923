//! A task that is polled again at once when it woke itself.
//!
//! A connection wakes its own task while it is polled: hyper's request body does with every piece that a handler reads
//! (1.12, `body/chan.rs`), be there another or not. The runtime takes that for a task that gives way: it queues it and wakes another thread,
//! which looks for work and takes the connection away from where its data is warm. Polling again right away is what
//! was asked for, and wakes nobody.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use futures_util::task::AtomicWaker;

/// The waker that the inside of a task sees.
#[derive(Debug, Default)]
struct Bell {
    state: AtomicU8,
    task: AtomicWaker,
}

/// Polls a future inside a task.
#[derive(Debug)]
pub(crate) struct Prompt {
    bell: Arc<Bell>,
    waker: Waker,
}

impl Default for Prompt {
    fn default() -> Self {
        let bell = Arc::new(Bell::default());
        let waker = Waker::from(Arc::clone(&bell));
        Self { bell, waker }
    }
}

impl Prompt {
    /// Polls, and once more for each time that it was woken meanwhile, a few times at most: then others come first.
    pub(crate) fn poll<T>(
        &self,
        cx: &Context<'_>,
        mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        self.bell.task.register(cx.waker());
        let mut inside = Context::from_waker(&self.waker);
        for _ in 0..TIMES {
            self.bell.state.store(POLLED, Ordering::SeqCst);
            if let Poll::Ready(done) = poll(&mut inside) {
                return Poll::Ready(done);
            }
            let rest = Ordering::SeqCst;
            if self.bell.state.compare_exchange(POLLED, IDLE, rest, rest).is_ok() {
                return Poll::Pending;
            }
        }
        // What woke it last is not lost: the task comes again after others.
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // Whoever polls looks here afterwards; whoever rang before has woken the task, which has not come yet.
        if self.state.swap(RUNG, Ordering::SeqCst) == IDLE {
            self.task.wake();
        }
    }
}

/// Nobody polls, and nobody has rung.
const IDLE: u8 = 0;
/// It is being polled.
const POLLED: u8 = 1;
/// Somebody has rung since.
const RUNG: u8 = 2;
/// Polls in a row; our own choice.
const TIMES: u32 = 4;

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[derive(Debug, Default)]
    struct Counted(AtomicUsize);

    impl Wake for Counted {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn task() -> (Arc<Counted>, Waker) {
        let counted = Arc::new(Counted::default());
        (Arc::clone(&counted), Waker::from(counted))
    }

    #[test]
    fn what_wakes_itself_is_polled_again_and_wakes_nobody() {
        let (counted, waker) = task();
        let mut polls = 0;
        let pending: Poll<()> = Prompt::default().poll(&Context::from_waker(&waker), |cx| {
            polls += 1;
            if polls == 1 {
                cx.waker().wake_by_ref();
            }
            Poll::Pending
        });
        assert!(pending.is_pending());
        assert_eq!((polls, counted.0.load(Ordering::SeqCst)), (2, 0));
    }

    #[test]
    fn what_wakes_itself_for_ever_lets_others_come_first() {
        let (counted, waker) = task();
        let prompt = Prompt::default();
        let mut polls = 0;
        for round in 1..=2 {
            let pending: Poll<()> = prompt.poll(&Context::from_waker(&waker), |cx| {
                polls += 1;
                cx.waker().wake_by_ref();
                Poll::Pending
            });
            assert!(pending.is_pending());
            assert_eq!((polls, counted.0.load(Ordering::SeqCst)), (round * TIMES, round as usize));
        }
    }

    #[test]
    fn a_wake_between_polls_wakes_the_task_once_each_time() {
        let (counted, waker) = task();
        let prompt = Prompt::default();
        let mut kept = None;
        for round in 1..=3 {
            let pending: Poll<()> = prompt.poll(&Context::from_waker(&waker), |cx| {
                kept = Some(cx.waker().clone());
                Poll::Pending
            });
            assert!(pending.is_pending());
            let kept = kept.take().unwrap();
            kept.wake_by_ref();
            kept.wake();
            assert_eq!(counted.0.load(Ordering::SeqCst), round);
        }
    }

    #[test]
    fn a_ready_future_leaves_the_bell_for_the_next() {
        let (counted, waker) = task();
        let prompt = Prompt::default();
        let cx = Context::from_waker(&waker);
        assert_eq!(prompt.poll(&cx, |_| Poll::Ready(1)), Poll::Ready(1));
        let mut kept = None;
        let pending: Poll<()> = prompt.poll(&cx, |cx| {
            kept = Some(cx.waker().clone());
            Poll::Pending
        });
        assert!(pending.is_pending());
        kept.unwrap().wake();
        assert_eq!(counted.0.load(Ordering::SeqCst), 1);
    }
}
