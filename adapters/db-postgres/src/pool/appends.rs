//! Appends that wait, by stream.

use std::collections::{HashMap, HashSet, VecDeque};

use db::driver::Job;
use uuid::Uuid;

/// Appends that wait, in their order on each stream; a stream has at most one group under way.
#[derive(Default)]
pub(super) struct Appends {
    waiting: HashMap<Uuid, VecDeque<Box<dyn Job>>>,
    /// Streams that have something waiting and no group under way, in the order in which they came.
    turns: VecDeque<Uuid>,
    busy: HashSet<Uuid>,
    count: usize,
}

impl Appends {
    pub(super) fn push(&mut self, stream: Uuid, job: Box<dyn Job>) {
        let jobs = self.waiting.entry(stream).or_default();
        if jobs.is_empty() && !self.busy.contains(&stream) {
            self.turns.push_back(stream);
        }
        jobs.push_back(job);
        self.count += 1;
    }

    pub(super) const fn len(&self) -> usize {
        self.count
    }

    /// The next group and its streams, in the order in which every group of every node takes the heads of
    /// its streams: so none waits for another that waits for it.
    pub(super) fn take_group(&mut self) -> Option<Group> {
        let (mut room, mut parts) = (GROUP, Vec::new());
        while room > 0
            && let Some(stream) = self.turns.pop_front()
        {
            let Some(jobs) = self.waiting.get_mut(&stream) else { continue };
            let some: Vec<_> = jobs.drain(..room.min(jobs.len())).collect();
            if jobs.is_empty() {
                self.waiting.remove(&stream);
            }
            room -= some.len();
            self.busy.insert(stream);
            parts.push((stream, some));
        }
        kernel::sort_by_key(&mut parts, |(stream, _)| *stream);
        let (streams, jobs): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        self.count -= GROUP - room;
        (!streams.is_empty()).then(|| (jobs.into_iter().flatten().collect(), streams))
    }

    /// Lets the next group have these streams.
    pub(super) fn free(&mut self, streams: Vec<Uuid>) {
        for stream in streams {
            self.busy.remove(&stream);
            if self.waiting.contains_key(&stream) {
                self.turns.push_back(stream);
            }
        }
    }
}

/// Appends, and their streams.
pub(super) type Group = (Vec<Box<dyn Job>>, Vec<Uuid>);

/// At most so many appends share a transaction. A backend keeps 64 subtransactions in shared memory
/// (`PGPROC_MAX_CACHED_SUBXIDS`); with more, every snapshot of every other backend gets dearer.
pub(super) const GROUP: usize = 64;
