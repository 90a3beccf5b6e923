//! What is kept of a person's mails: given out, taken away, and gone when its time is over. For the hub's own work.

use std::io::ErrorKind;

use db::Tx;
use jiff::Timestamp;
use kernel::{Coded, Permission, Scope, UserId};
use privacy::{Archive, DataSet, Keeper, Told};

use crate::{Error, Mailbox, Result, store};

impl Mailbox {
    /// Adds the files of a person's mails to an archive, the latest first, one after another.
    async fn give_out(&self, scope: &Scope, user: UserId, into: &mut Archive) -> Result<(), Boxed> {
        scope.require(Permission::System).map_err(Error::from).map_err(boxed)?;
        let mut after = None;
        loop {
            let read = move |tx: &Tx<'_>| store::page(tx, user, ("", after), SLICE);
            let mails = self.db.read_one(scope, read).await.map_err(Error::from).map_err(boxed)?;
            let Some(last) = mails.last() else { return Ok(()) };
            after = Some((last.sent_at, last.id));
            for mail in &mails {
                let file = self.files.read(scope.tenant(), mail.sha256, 0).await;
                match file {
                    Ok(mut file) => {
                        into.begin(&format!("{}.eml", mail.id)).await.map_err(boxed)?;
                        into.copy(&mut file).await.map_err(boxed)?;
                    }
                    // deleted since the page was read
                    Err(error) if error.kind() == ErrorKind::NotFound => {}
                    Err(error) => return Err(boxed(Error::Files(error))),
                }
            }
        }
    }

    /// Removes every mail of a person; how many. What they became in a CRM stays there.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::Files`], [`crate::Error::Store`].
    pub async fn forget_person(&self, scope: &Scope, user: UserId) -> Result<u64> {
        scope.require(Permission::System)?;
        self.take(scope, move |tx| store::page(tx, user, ("", None), SLICE)).await
    }

    /// Removes mails that were kept before; how many.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::Files`], [`crate::Error::Store`].
    pub async fn forget_before(&self, scope: &Scope, before: Timestamp) -> Result<u64> {
        scope.require(Permission::System)?;
        self.take(scope, move |tx| store::older(tx, before, SLICE)).await
    }

    /// Removes slice after slice, until there is none.
    async fn take(
        &self,
        scope: &Scope,
        slice: impl Fn(&Tx<'_>) -> db::Result<Vec<crate::Mail>> + Clone + Send + Sync + 'static,
    ) -> Result<u64> {
        let mut gone = 0;
        loop {
            let slice = slice.clone();
            let write = move |tx: &Tx<'_>| -> db::Result<Vec<crate::Mail>> {
                let mails = slice(tx)?;
                for mail in &mails {
                    store::delete(tx, mail.id)?;
                }
                Ok(mails)
            };
            let mails = self.db.write(scope, write).await?;
            for mail in &mails {
                self.forget_file(scope, mail.sha256).await?;
            }
            gone += u64::try_from(mails.len()).unwrap_or_default();
            if mails.is_empty() {
                return Ok(gone);
            }
        }
    }
}

impl Keeper for Mailbox {
    fn name(&self) -> &'static str {
        "mails"
    }

    fn files<'a>(&'a self, scope: &'a Scope, user: UserId, into: &'a mut Archive) -> Told<'a, ()> {
        Box::pin(self.give_out(scope, user, into))
    }

    fn forget<'a>(&'a self, scope: &'a Scope, user: UserId) -> Told<'a, u64> {
        Box::pin(async move { self.forget_person(scope, user).await.map_err(boxed) })
    }

    fn sweep<'a>(&'a self, scope: &'a Scope, set: DataSet, before: Timestamp) -> Told<'a, u64> {
        Box::pin(async move {
            if set != DataSet::Mails {
                return Ok(0);
            }
            self.forget_before(scope, before).await.map_err(boxed)
        })
    }
}

type Boxed = Box<dyn Coded + Send + Sync>;

fn boxed(error: impl Coded + Send + Sync + 'static) -> Boxed {
    Box::new(error)
}

/// Mails that are read or go at once.
const SLICE: i64 = 200;
