//! Appends that share a transaction.

use std::sync::{Arc, PoisonError};

use db::{
    Error, Notice, Result, Tx,
    driver::{Job, Verdict},
};

use crate::{
    session::{Mode, PgSession},
    worker::{End, Worker, run},
};

impl Worker {
    /// Runs appends in one transaction, each in a savepoint, and answers them after its COMMIT; each again
    /// in a transaction of its own when that one is lost.
    pub(crate) fn append(&mut self, mut jobs: Vec<Box<dyn Job>>) {
        if jobs.len() > 1 {
            if let Some(outcomes) = self.append_together(&mut jobs) {
                for (job, outcome) in jobs.into_iter().zip(outcomes) {
                    job.answer(outcome);
                }
                return;
            }
            tracing::debug!(db.jobs = jobs.len(), "db.group_lost");
        }
        for job in jobs {
            self.write(job, Mode::Append);
        }
    }

    /// What became of each; nothing when the transaction is lost and nobody may be answered.
    fn append_together(&mut self, jobs: &mut [Box<dyn Job>]) -> Option<Vec<Result<()>>> {
        let road = Arc::clone(&self.road);
        let _shared = road.read().unwrap_or_else(PoisonError::into_inner);
        // A server that is away is waited for by each alone, and not by each after the other.
        self.connect().ok()?;
        let link = self.link.as_ref()?;
        let session = PgSession::new(&self.runtime, link, self.endpoint.options(), Mode::Append);
        let ran = run_all(&session, jobs);
        let open = session.is_open();
        let Some((mut outcomes, notices)) = ran else {
            if open {
                self.roll_back();
            }
            return None;
        };
        if open {
            let (xid, pid) = (session.xid(), link.pid().to_owned());
            match self.commit(xid, &pid, notices) {
                End::Answer(Ok(()), notices) => self.tell(notices),
                End::Answer(Err(Error::UnknownOutcome), _) => {
                    outcomes.fill_with(|| Err(Error::UnknownOutcome));
                }
                End::Answer(Err(_), _) | End::Again => return None,
            }
        } else {
            self.tell(notices);
        }
        Some(outcomes)
    }
}

/// Runs each closure so that its own failure undoes only its own work; nothing when the transaction is lost.
fn run_all(
    session: &PgSession<'_>,
    jobs: &mut [Box<dyn Job>],
) -> Option<(Vec<Result<()>>, Vec<Notice>)> {
    let (mut outcomes, mut notices) = (Vec::with_capacity(jobs.len()), Vec::new());
    for job in jobs {
        let scope = job.scope().clone();
        session.enter();
        let tx = Tx::new(session, &scope);
        let verdict = run(&mut **job, &tx);
        if session.loss().is_some() {
            return None;
        }
        let outcome = match verdict {
            Ok(Verdict::Commit) if tx.is_poisoned() => Err(Error::Poisoned),
            Ok(Verdict::Commit) => {
                session.keep();
                notices.extend(tx.into_notices());
                outcomes.push(Ok(()));
                continue;
            }
            Ok(Verdict::Rollback) => Ok(()),
            Err(_panic) => Err(Error::Panicked),
        };
        session.undo().ok()?;
        outcomes.push(outcome);
    }
    Some((outcomes, notices))
}
