//! The queue in front of the threads.

mod appends;

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc::Sender},
};

use db::{Error, Result, driver::Job};
use uuid::Uuid;

use self::appends::Appends;

/// What is queued.
pub(crate) enum Wish {
    Read { job: Box<dyn Job>, snapshot: bool },
    Write(Box<dyn Job>),
    Append { job: Box<dyn Job>, stream: Uuid },
    Ping(Sender<Result<()>>),
}

impl Wish {
    /// Answers without doing it.
    pub(crate) fn refuse(self, error: Error) {
        match self {
            Self::Read { job, .. } | Self::Write(job) | Self::Append { job, .. } => {
                job.answer(Err(error));
            }
            Self::Ping(sender) => drop(sender.send(Err(error))),
        }
    }
}

/// What a thread does.
pub(crate) enum Task {
    Read {
        job: Box<dyn Job>,
        snapshot: bool,
    },
    Write(Box<dyn Job>),
    /// Appends that share a transaction.
    Append(Vec<Box<dyn Job>>),
    Ping(Sender<Result<()>>),
}

/// What a task occupies; neither reads nor writes may occupy every thread.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Read,
    Write,
    /// A write, and these streams: the next append to one of them waits for the end of this group.
    Append(Vec<Uuid>),
    Ping,
}

/// Tasks that wait for a thread.
pub(crate) struct Queue {
    state: Mutex<State>,
    ready: Condvar,
    /// So many threads may do the same kind at a time.
    share: usize,
}

#[derive(Default)]
struct State {
    pings: VecDeque<Sender<Result<()>>>,
    reads: VecDeque<Task>,
    writes: VecDeque<Task>,
    appends: Appends,
    reading: usize,
    writing: usize,
    /// Whether the last write was a group of appends: the two take turns.
    appended: bool,
    closing: bool,
}

impl Queue {
    pub(crate) fn new(threads: usize) -> Self {
        let share = if threads > 1 { threads - (threads / 4).max(1) } else { 1 };
        Self { state: Mutex::default(), ready: Condvar::new(), share }
    }

    /// Queues a wish, or answers it at once when the driver is closed or far too much is waiting.
    pub(crate) fn push(&self, wish: Wish) {
        let mut state = self.lock();
        let waiting = state.reads.len().max(state.writes.len()).max(state.appends.len());
        if state.closing || waiting >= LONGEST {
            let error =
                if state.closing { Error::Closed } else { Error::Unavailable { source: None } };
            drop(state);
            return wish.refuse(error);
        }
        match wish {
            Wish::Ping(sender) => state.pings.push_back(sender),
            Wish::Read { job, snapshot } => state.reads.push_back(Task::Read { job, snapshot }),
            Wish::Write(job) => state.writes.push_back(Task::Write(job)),
            Wish::Append { job, stream } => state.appends.push(stream, job),
        }
        drop(state);
        self.ready.notify_one();
    }

    /// Waits for a task; nothing comes any more once the queue is closed and empty.
    pub(crate) fn next(&self) -> Option<(Task, Kind)> {
        let mut state = self.lock();
        loop {
            if let Some(found) = state.take(self.share) {
                return Some(found);
            }
            if state.closing && state.is_empty() {
                return None;
            }
            state = self.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Gives back the thread that a task occupied.
    pub(crate) fn done(&self, kind: Kind) {
        let mut state = self.lock();
        match kind {
            Kind::Read => state.reading -= 1,
            Kind::Write => state.writing -= 1,
            Kind::Append(streams) => {
                state.writing -= 1;
                state.appends.free(streams);
            }
            Kind::Ping => {}
        }
        let closing = state.closing;
        drop(state);
        if closing {
            self.ready.notify_all();
        }
    }

    /// Takes no further wish; what waits is still done.
    pub(crate) fn close(&self) {
        self.lock().closing = true;
        self.ready.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_empty(&self) -> bool {
        self.pings.is_empty()
            && self.reads.is_empty()
            && self.writes.is_empty()
            && self.appends.len() == 0
    }

    fn take(&mut self, share: usize) -> Option<(Task, Kind)> {
        if let Some(sender) = self.pings.pop_front() {
            return Some((Task::Ping(sender), Kind::Ping));
        }
        if self.writing <= self.reading {
            self.take_write(share).or_else(|| self.take_read(share))
        } else {
            self.take_read(share).or_else(|| self.take_write(share))
        }
    }

    fn take_read(&mut self, share: usize) -> Option<(Task, Kind)> {
        if self.reading >= share {
            return None;
        }
        let task = self.reads.pop_front()?;
        self.reading += 1;
        Some((task, Kind::Read))
    }

    fn take_write(&mut self, share: usize) -> Option<(Task, Kind)> {
        if self.writing >= share {
            return None;
        }
        let group =
            if self.appended && !self.writes.is_empty() { None } else { self.appends.take_group() };
        self.appended = group.is_some();
        let found = match group {
            Some((jobs, streams)) => (Task::Append(jobs), Kind::Append(streams)),
            None => (self.writes.pop_front()?, Kind::Write),
        };
        self.writing += 1;
        Some(found)
    }
}

/// More than this waiting means that the server does not keep up: say so instead of growing.
const LONGEST: usize = 50_000;

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use db::{Tx, driver::Verdict};
    use kernel::{Actor, Ids, Permissions, Scope};

    struct Nothing(Scope, Sender<Result<()>>);

    impl Job for Nothing {
        fn scope(&self) -> &Scope {
            &self.0
        }
        fn run(&mut self, _tx: &Tx<'_>) -> Verdict {
            Verdict::Commit
        }
        fn answer(self: Box<Self>, outcome: Result<()>) {
            self.1.send(outcome).unwrap();
        }
    }

    #[expect(clippy::disallowed_methods, reason = "a scope for a job that never runs")]
    fn job() -> (Box<dyn Job>, mpsc::Receiver<Result<()>>) {
        let ids = Ids::seeded(1);
        let actor = Actor::System { job: "test" };
        let scope = Scope::issue(ids.fresh(), actor, Permissions::NONE, ids.fresh());
        let (sender, receiver) = mpsc::channel();
        (Box::new(Nothing(scope, sender)), receiver)
    }

    #[test]
    fn reads_never_take_every_thread() {
        let queue = Queue::new(4);
        for _ in 0..4 {
            queue.push(Wish::Read { job: job().0, snapshot: true });
        }
        for _ in 0..3 {
            assert_eq!(queue.next().unwrap().1, Kind::Read);
        }
        queue.push(Wish::Write(job().0));
        assert_eq!(queue.next().unwrap().1, Kind::Write);
        queue.done(Kind::Read);
        assert_eq!(queue.next().unwrap().1, Kind::Read);
    }

    #[test]
    fn a_closed_queue_finishes_what_waits_and_refuses_what_comes() {
        let queue = Queue::new(1);
        queue.push(Wish::Read { job: job().0, snapshot: true });
        queue.close();
        let (late, answer) = job();
        queue.push(Wish::Read { job: late, snapshot: true });
        assert!(matches!(answer.recv().unwrap(), Err(Error::Closed)));
        assert_eq!(queue.next().unwrap().1, Kind::Read);
        assert!(queue.next().is_none());
    }

    fn append(queue: &Queue, stream: u128) {
        queue.push(Wish::Append { job: job().0, stream: Uuid::from_u128(stream) });
    }

    /// How many appends the next task holds, and to which streams.
    fn group(queue: &Queue) -> (usize, Kind) {
        let (Task::Append(jobs), kind) = queue.next().unwrap() else { panic!("no appends") };
        (jobs.len(), kind)
    }

    fn streams(streams: &[u128]) -> Kind {
        Kind::Append(streams.iter().copied().map(Uuid::from_u128).collect())
    }

    #[test]
    fn appends_that_wait_share_a_task_and_take_their_streams_in_order() {
        let queue = Queue::new(4);
        for stream in [3, 1, 3, 2, 3] {
            append(&queue, stream);
        }
        assert_eq!(group(&queue), (5, streams(&[1, 2, 3])));
    }

    #[test]
    fn a_stream_has_one_group_at_a_time_and_others_do_not_wait_for_it() {
        let queue = Queue::new(4);
        append(&queue, 1);
        let (_, first) = group(&queue);
        for stream in [1, 2, 1] {
            append(&queue, stream);
        }
        assert_eq!(group(&queue), (1, streams(&[2])));
        queue.done(first);
        assert_eq!(group(&queue), (2, streams(&[1])));
    }

    #[test]
    fn a_group_has_an_end_and_the_rest_comes_next() {
        let queue = Queue::new(4);
        for _ in 0..appends::GROUP + 3 {
            append(&queue, 1);
        }
        let (size, kind) = group(&queue);
        assert_eq!(size, appends::GROUP);
        queue.done(kind);
        assert_eq!(group(&queue).0, 3);
    }

    #[test]
    fn appends_and_other_writes_take_turns() {
        let queue = Queue::new(4);
        for stream in 1..4 {
            queue.push(Wish::Write(job().0));
            append(&queue, stream);
        }
        assert_eq!(group(&queue).0, 3);
        append(&queue, 4);
        assert_eq!(queue.next().unwrap().1, Kind::Write);
        assert_eq!(group(&queue), (1, streams(&[4])));
    }
}
