//! Waiting for what must happen, with a bound that only a failing test reaches.

use std::{future::Future, time::Duration};

use db::{Listener, Notice};

/// How long a test waits for what must happen. Long, because a busy machine is no failure.
pub const BOUND: Duration = Duration::from_secs(20);

/// Waits for `future` for at most [`BOUND`].
///
/// # Panics
/// When the bound is over; `what` says what was waited for.
#[expect(clippy::panic, reason = "the bound is a failure of the test")]
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    let answer = tokio::time::timeout(BOUND, future).await;
    answer.unwrap_or_else(|late| panic!("{what} did not happen within {BOUND:?}: {late}"))
}

/// Waits for the first notice that `wanted` accepts, passing over others.
///
/// # Panics
/// When [`BOUND`] is over.
pub async fn notice(listener: &mut Listener, wanted: impl Fn(&Notice) -> bool) -> Notice {
    let search = async {
        loop {
            let notices = listener.next().await;
            let found = notices.as_deref().and_then(|all| all.iter().find(|n| wanted(n)).cloned());
            if let Some(found) = found {
                return found;
            }
        }
    };
    within("the notice", search).await
}

/// Waits until the listener is told that notices may be lost and a sweep is due.
///
/// # Panics
/// When [`BOUND`] is over.
pub async fn sweep(listener: &mut Listener) {
    within("the call to sweep", async { while listener.next().await.is_some() {} }).await;
}
