//! Waking those who wait for an answer, cheaply.
//!
//! When a thread of an engine wakes a task, the runtime wakes a second thread of its own to look for more work, for each
//! answer. Where only one answer is ready, it goes through the runtime's poll for input and output instead: the thread that
//! polls wakes, runs the task, and nobody else is disturbed.

use std::{
    fmt,
    io::{self, PipeWriter, Write as _},
    os::fd::OwnedFd,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Wake, Waker},
};

use tokio::net::unix::pipe::Receiver;

/// A way into one runtime; cheap to clone.
#[derive(Clone)]
pub(crate) struct Relay(Arc<Shared>);

struct Shared {
    bell: PipeWriter,
    /// Who is to be woken. Where somebody waits here still, both are woken directly: then there is work for two, and the
    /// thread that polls may be busy for long.
    next: Mutex<Next>,
    /// Whether the runtime listens.
    is_open: AtomicBool,
}

#[derive(Default)]
struct Next {
    waker: Option<Waker>,
    /// Whether the bell was rung and nobody has answered it yet.
    is_rung: bool,
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relay").finish_non_exhaustive()
    }
}

impl Relay {
    /// A way into the runtime that this is called in, and its end there.
    pub(crate) fn open() -> io::Result<(Self, Listening)> {
        let (reader, bell) = io::pipe()?;
        let pipe = Receiver::from_owned_fd(OwnedFd::from(reader))?;
        let (next, is_open) = (Mutex::default(), AtomicBool::new(true));
        let relay = Self(Arc::new(Shared { bell, next, is_open }));
        Ok((relay.clone(), Listening { relay, pipe }))
    }

    /// A waker that takes this way to another.
    pub(crate) fn to(&self, waker: &Waker) -> Waker {
        Waker::from(Arc::new(Relayed { relay: self.clone(), waker: waker.clone() }))
    }

    fn wake(&self, waker: &Waker) {
        if !self.is_open() {
            return waker.wake_by_ref();
        }
        let mut next = self.next();
        if let Some(waiting) = next.waker.take() {
            // whoever polls is busy: then it is not worth waiting for
            drop(next);
            waiting.wake();
            return waker.wake_by_ref();
        }
        next.waker = Some(waker.clone());
        let is_rung = std::mem::replace(&mut next.is_rung, true);
        drop(next);
        // one byte at most is on its way, so that this never waits
        let failed = !is_rung && (&self.0.bell).write(&[1]).is_err();
        if failed || !self.is_open() {
            self.answer();
        }
    }

    fn answer(&self) {
        let next = std::mem::take(&mut *self.next());
        if let Some(waker) = next.waker {
            waker.wake();
        }
    }

    fn is_open(&self) -> bool {
        self.0.is_open.load(Ordering::SeqCst)
    }

    fn next(&self) -> MutexGuard<'_, Next> {
        self.0.next.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The end of the way inside the runtime; when it is dropped, tasks are woken directly again.
pub(crate) struct Listening {
    relay: Relay,
    pipe: Receiver,
}

impl Listening {
    pub(crate) async fn run(self) {
        let mut heard = [0; 64];
        while self.pipe.readable().await.is_ok() {
            match self.pipe.try_read(&mut heard) {
                Ok(0) => return,
                Ok(_) => self.relay.answer(),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_broken) => return,
            }
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.relay.0.is_open.store(false, Ordering::SeqCst);
        self.relay.answer();
    }
}

struct Relayed {
    relay: Relay,
    waker: Waker,
}

impl Wake for Relayed {
    fn wake(self: Arc<Self>) {
        self.relay.wake(&self.waker);
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.relay.wake(&self.waker);
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, task::Context};

    use tokio::sync::oneshot;

    use super::*;

    /// Waits for an answer through the relay.
    async fn relayed(relay: &Relay, mut answer: oneshot::Receiver<u32>) -> Option<u32> {
        std::future::poll_fn(|context| {
            let waker = relay.to(context.waker());
            std::pin::Pin::new(&mut answer).poll(&mut Context::from_waker(&waker))
        })
        .await
        .ok()
    }

    /// Threads that answer what they are sent, two at a time.
    fn answering() -> Vec<mpsc::Sender<(u32, oneshot::Sender<u32>)>> {
        let start = |_| {
            let (sender, asked) = mpsc::channel::<(u32, oneshot::Sender<u32>)>();
            std::thread::spawn(move || {
                for (number, answer) in asked {
                    answer.send(number).unwrap();
                }
            });
            sender
        };
        (0..2).map(start).collect()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn every_answer_of_many_at_once_wakes_who_waits_for_it() {
        let (relay, listening) = Relay::open().unwrap();
        let threads = answering();
        let asks = async |first: u32| {
            for number in (first..4_000).step_by(4) {
                let (sender, receiver) = oneshot::channel();
                threads[(first % 2) as usize].send((number, sender)).unwrap();
                assert_eq!(relayed(&relay, receiver).await, Some(number));
            }
        };
        let all = async { tokio::join!(asks(0), asks(1), asks(2), asks(3)) };
        tokio::select! {
            _ = all => {}
            () = listening.run() => panic!("it ended early"),
            () = tokio::time::sleep(std::time::Duration::from_mins(1)) => panic!("somebody sleeps"),
        }
    }

    #[tokio::test]
    async fn once_nobody_listens_tasks_are_woken_directly() {
        let (relay, listening) = Relay::open().unwrap();
        drop(listening);
        let (sender, receiver) = oneshot::channel();
        let answers = std::thread::spawn(move || sender.send(7).unwrap());
        assert_eq!(relayed(&relay, receiver).await, Some(7));
        answers.join().unwrap();
    }
}
