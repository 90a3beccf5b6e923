//! The queue in front of the threads.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc::Sender},
};

use db::{Consistency, Error, Result, driver::Job};

/// What a thread does.
pub(crate) enum Task {
    Read { job: Box<dyn Job>, snapshot: bool },
    Write { job: Box<dyn Job>, consistency: Consistency },
    Ping(Sender<Result<()>>),
}

impl Task {
    /// Answers without doing it.
    pub(crate) fn refuse(self, error: Error) {
        match self {
            Self::Read { job, .. } | Self::Write { job, .. } => job.answer(Err(error)),
            Self::Ping(sender) => drop(sender.send(Err(error))),
        }
    }
}

/// What a task occupies; neither reads nor writes may occupy every thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Read,
    Write,
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
    reading: usize,
    writing: usize,
    closing: bool,
}

impl Queue {
    pub(crate) fn new(threads: usize) -> Self {
        let share = if threads > 1 { threads - (threads / 4).max(1) } else { 1 };
        Self { state: Mutex::default(), ready: Condvar::new(), share }
    }

    /// Queues a task, or answers it at once when the driver is closed or far too much is waiting.
    pub(crate) fn push(&self, task: Task) {
        let mut state = self.lock();
        let waiting = state.reads.len().max(state.writes.len());
        if state.closing || waiting >= LONGEST {
            let error =
                if state.closing { Error::Closed } else { Error::Unavailable { source: None } };
            drop(state);
            return task.refuse(error);
        }
        match task {
            Task::Ping(sender) => state.pings.push_back(sender),
            Task::Read { .. } => state.reads.push_back(task),
            Task::Write { .. } => state.writes.push_back(task),
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
            Kind::Ping => {}
        }
        let closing = state.closing;
        drop(state);
        if closing {
            self.ready.notify_all();
        }
    }

    /// Takes no further task; what waits is still done.
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
        self.pings.is_empty() && self.reads.is_empty() && self.writes.is_empty()
    }

    fn take(&mut self, share: usize) -> Option<(Task, Kind)> {
        if let Some(sender) = self.pings.pop_front() {
            return Some((Task::Ping(sender), Kind::Ping));
        }
        let writes_first = self.writing <= self.reading;
        let order =
            if writes_first { [Kind::Write, Kind::Read] } else { [Kind::Read, Kind::Write] };
        order.into_iter().find_map(|kind| {
            let (waiting, running) = match kind {
                Kind::Write => (&mut self.writes, &mut self.writing),
                _ => (&mut self.reads, &mut self.reading),
            };
            if *running >= share {
                return None;
            }
            let task = waiting.pop_front()?;
            *running += 1;
            Some((task, kind))
        })
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
            queue.push(Task::Read { job: job().0, snapshot: true });
        }
        for _ in 0..3 {
            assert_eq!(queue.next().unwrap().1, Kind::Read);
        }
        queue.push(Task::Write { job: job().0, consistency: Consistency::Append });
        assert_eq!(queue.next().unwrap().1, Kind::Write);
        queue.done(Kind::Read);
        assert_eq!(queue.next().unwrap().1, Kind::Read);
    }

    #[test]
    fn a_closed_queue_finishes_what_waits_and_refuses_what_comes() {
        let queue = Queue::new(1);
        queue.push(Task::Read { job: job().0, snapshot: true });
        queue.close();
        let (late, answer) = job();
        queue.push(Task::Read { job: late, snapshot: true });
        assert!(matches!(answer.recv().unwrap(), Err(Error::Closed)));
        assert_eq!(queue.next().unwrap().1, Kind::Read);
        assert!(queue.next().is_none());
    }
}
