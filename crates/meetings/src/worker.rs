//! What goes on in the background: transcripts are looked for, and what was said goes when its time is over.

use std::{sync::Arc, time::Duration};

use db::Tx;
use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

use crate::{Error, Meetings, Result, keep::JOB, store};

impl Meetings {
    /// Works until `stop` is cancelled.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut round = tokio::time::interval(ROUND);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _tick = round.tick() => {}
            }
            if let Err(error) = self.work().await {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "work on meetings failed");
            }
        }
    }

    /// One round over every tenant.
    ///
    /// # Errors
    /// [`Error::Identity`], [`Error::Store`].
    pub async fn work(&self) -> Result<()> {
        for tenant in self.scopes.tenants().await? {
            let root = self.scopes.scope(tenant.id, JOB);
            let now = self.clock.now();
            let rules = self.rules(&root).await?;
            let entries = SignedDuration::from_hours(24 * i64::from(self.settings.keep_days));
            let speech = SignedDuration::from_hours(24 * rules.keep_days);
            self.sweep(&root, (now - speech, now - entries)).await?;
            if !rules.fetch {
                continue;
            }
            let since = (now - OVER, now, now - AGAIN);
            let read = move |tx: &Tx<'_>| store::awaiting(tx, since, A_ROUND);
            for meeting in self.db.read_one(&root, read).await? {
                let kept = meeting.clone();
                match self.look(tenant.id, meeting).await {
                    Ok(Some(_absence)) => continue,
                    Ok(None) => {}
                    Err(Error::Graph(graph::Error::Busy { .. })) => break,
                    Err(error) => {
                        let error = &error as &dyn std::error::Error;
                        tracing::warn!(error, "a transcript could not be fetched");
                        continue;
                    }
                }
                match Box::pin(self.recap_of(&root, (kept, None))).await {
                    Ok(()) | Err(Error::NoRecap(_)) => {}
                    Err(error) => {
                        let error = &error as &dyn std::error::Error;
                        tracing::warn!(error, "a recap could not be made");
                    }
                }
            }
        }
        Ok(())
    }
}

/// How often the work goes round.
const ROUND: Duration = Duration::from_mins(5);
/// How long after its end a transcript is waited for, and when it is looked for again; our own choice.
const OVER: SignedDuration = SignedDuration::from_hours(48);
const AGAIN: SignedDuration = SignedDuration::from_mins(15);
/// Meetings of one tenant in a round.
const A_ROUND: i64 = 50;
