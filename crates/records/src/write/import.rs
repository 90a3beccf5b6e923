//! Many rows at once: in slices that leave the one writer to others.

use futures_util::future::join_all;
use uuid::Uuid;

use crate::{Error, Failure, Operation, Session, operation::Entry};

/// What became of an import.
#[derive(Debug, Default)]
pub struct Imported {
    /// The key of each row that was made, in the order of the entries; none for those that failed.
    pub rows: Vec<Option<Uuid>>,
    /// The entries that failed: their place, and why.
    pub failures: Vec<(usize, Error)>,
}

impl Session {
    /// Makes many rows, each entry for itself: those that cannot be made are named, all others stand. The rows go in
    /// slices, each a transaction; several are under way, so that they share flushes.
    ///
    /// # Errors
    /// When nothing can be made at all, such as without the privilege.
    pub async fn import(&self, entries: Vec<Entry>) -> Result<Imported, Error> {
        let mut imported = Imported { rows: vec![None; entries.len()], failures: Vec::new() };
        let mut left: Vec<(usize, Entry)> = entries.into_iter().enumerate().collect();
        while !left.is_empty() {
            let rest = left.split_off(left.len().min(SLICE * AT_ONCE));
            let mut slices = Vec::new();
            while !left.is_empty() {
                let more = left.split_off(left.len().min(SLICE));
                slices.push(self.slice(std::mem::replace(&mut left, more)));
            }
            for (made, failed) in join_all(slices).await {
                for (at, id) in made {
                    if let Some(row) = imported.rows.get_mut(at) {
                        *row = Some(id);
                    }
                }
                for (at, error) in failed {
                    if matches!(error, Error::Privilege { .. } | Error::Denied(_) | Error::Store(_))
                    {
                        return Err(error);
                    }
                    imported.failures.push((at, error));
                }
            }
            left = rest;
        }
        kernel::sort_by_key(&mut imported.failures, |(at, _)| *at);
        Ok(imported)
    }

    /// One slice: an entry that fails is left out, and the others are tried again without it.
    async fn slice(
        &self,
        mut entries: Vec<(usize, Entry)>,
    ) -> (Vec<(usize, Uuid)>, Vec<(usize, Error)>) {
        let mut failed = Vec::new();
        while !entries.is_empty() {
            let all = entries.iter().map(|(_, entry)| Operation::Create(entry.clone())).collect();
            match self.run(all).await {
                Ok(outcomes) => {
                    let made = entries.iter().zip(outcomes);
                    return (made.map(|((at, _), one)| (*at, one.id)).collect(), failed);
                }
                Err(Failure { index, error }) => {
                    let is_final = matches!(
                        error,
                        Error::Privilege { .. } | Error::Denied(_) | Error::Store(_)
                    );
                    let at = if index < entries.len() { entries.remove(index).0 } else { index };
                    failed.push((at, error));
                    if is_final {
                        return (Vec::new(), failed);
                    }
                }
            }
        }
        (Vec::new(), failed)
    }
}

/// Rows of one transaction: about three milliseconds of the one writer.
const SLICE: usize = 64;
/// Slices under way at once.
const AT_ONCE: usize = 8;
