//! Work of some milliseconds between two waits.

use tokio::{
    runtime::{Handle, RuntimeFlavor},
    task::block_in_place,
};

/// Does work that takes long when `bytes` are many, without keeping those waiting who share the thread: the runtime goes on
/// on another one meanwhile. Where it has one thread alone, nobody can go on.
pub(crate) fn aside<T>(bytes: usize, work: impl FnOnce() -> T) -> T {
    let has_others = || {
        Handle::try_current()
            .is_ok_and(|runtime| runtime.runtime_flavor() == RuntimeFlavor::MultiThread)
    };
    if bytes >= MANY && has_others() { block_in_place(work) } else { work() }
}

/// From about a millisecond of work on.
const MANY: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use tokio::task::JoinSet;

    use super::*;

    #[tokio::test]
    async fn on_one_thread_the_work_is_done_there() {
        assert_eq!(aside(MANY, || 7), 7);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn others_go_on_meanwhile() {
        let (sender, receiver) = mpsc::channel();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { aside(MANY, || receiver.recv().unwrap_or_default()) });
        // nobody else runs tasks here: it is sent only if the thread of the first one is given up
        tasks.spawn(async move { sender.send(7).map_or(0, |()| 7) });
        assert_eq!(tasks.join_all().await, [7, 7]);
    }
}
