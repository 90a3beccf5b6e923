//! Deleting what an import made, the last step first.

use std::sync::Arc;

use db::Tx;
use kernel::Scope;
use records::{Condition, Delete, Operation, Outcome, Reference};
use tokio_util::sync::CancellationToken;

use super::{
    Halt,
    slice::{finding, is_final},
};
use crate::{
    Finding, Import, Transfer,
    store::{self, Step},
};

impl Transfer {
    /// Takes step after step back. Rows that are gone already, or that may not go, are left out.
    pub(super) async fn undo_all(
        &self,
        root: &Scope,
        import: &Import,
        stop: &CancellationToken,
    ) -> Result<(), Halt> {
        let id = import.id;
        loop {
            let last = self.db.read_one(root, move |tx| store::last_step(tx, id)).await?;
            let Some((first, made)) = last else { return Ok(()) };
            if stop.is_cancelled() {
                return Err(Halt::Stopped);
            }
            let job = self.job(root, import).await?;
            let rows = u64::try_from(made.len()).unwrap_or_default();
            let (mut left, mut findings) = (made, Vec::new());
            loop {
                let delete = |row: &uuid::Uuid| {
                    let row = Reference::id(&import.table, *row);
                    Operation::Delete(Delete { row, condition: Condition::None })
                };
                let operations = left.iter().map(delete).collect();
                let taken = Step { first, rows, findings: findings.clone(), ..Step::default() };
                let at = (self.node, self.lease());
                let then = move |tx: &Tx<'_>, _: &[Outcome]| {
                    if store::undone(tx, id, at, &taken)? {
                        return Ok(());
                    }
                    let message = "the import is not undone any more".to_owned();
                    Err(records::Error::Refused { code: "0x80040216", message })
                };
                let Err(failure) = job.session.run_then(operations, Arc::new(then)).await else {
                    break;
                };
                if failure.index == usize::MAX {
                    return Err(Halt::Stopped);
                }
                if is_final(&failure.error) || failure.index >= left.len() {
                    return Err(failure.error.into());
                }
                let row = left.remove(failure.index);
                if !matches!(failure.error, records::Error::RowMissing { .. }) {
                    findings.push(Finding { column: row.to_string(), ..finding(&failure.error) });
                }
            }
            tokio::task::yield_now().await;
        }
    }
}
