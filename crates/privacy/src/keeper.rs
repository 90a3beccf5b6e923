//! What a room does itself: what stands beside its rows, and rows that others need too.

use std::fmt;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use kernel::{Code, Coded, Scope, UserId};

use crate::{Archive, DataSet};

/// What a room answers; its error as whatever it is.
pub type Told<'a, T> = BoxFuture<'a, Result<T, Box<dyn Coded + Send + Sync>>>;

/// A room with more than rows. All calls come as the hub's own work.
pub trait Keeper: Send + Sync + fmt::Debug {
    /// The folder of its files in an export.
    fn name(&self) -> &'static str;

    /// Adds to an archive what rows do not hold of a person, file after file.
    fn files<'a>(
        &'a self,
        _scope: &'a Scope,
        _user: UserId,
        _into: &'a mut Archive,
    ) -> Told<'a, ()> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Forgets a person; how many things went.
    fn forget<'a>(&'a self, _scope: &'a Scope, _user: UserId) -> Told<'a, u64> {
        Box::pin(std::future::ready(Ok(0)))
    }

    /// Removes what is older; how many things went.
    fn sweep<'a>(&'a self, _scope: &'a Scope, _set: DataSet, _before: Timestamp) -> Told<'a, u64> {
        Box::pin(std::future::ready(Ok(0)))
    }
}

/// What a room said, by its code.
pub(crate) fn code(error: &(dyn Coded + Send + Sync)) -> Code {
    error.code()
}
