//! What is kept of a person's mails: given out, taken away, and gone when its time is over. For the hub's own work.

use db::Tx;
use jiff::Timestamp;
use kernel::{Permission, Scope, UserId};

use crate::{Mailbox, Result, store};

impl Mailbox {
    /// The files of a person's mails, the latest first, as long as they take no more than so many bytes together.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::Files`], [`crate::Error::Store`].
    pub async fn files_of(
        &self,
        scope: &Scope,
        user: UserId,
        most: u64,
    ) -> Result<Vec<(String, Vec<u8>)>> {
        scope.require(Permission::System)?;
        let read = move |tx: &Tx<'_>| store::page(tx, user, ("", None), MOST);
        let mails = self.db.read_one(scope, read).await?;
        let (mut out, mut taken) = (Vec::new(), 0_u64);
        for mail in mails {
            let size = u64::try_from(mail.size).unwrap_or(u64::MAX);
            taken = taken.saturating_add(size);
            if taken > most {
                break;
            }
            let file = self.files.read_all(scope.tenant(), mail.sha256, size).await;
            out.push((format!("{}.eml", mail.id), file.map_err(crate::Error::Files)?));
        }
        Ok(out)
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

/// Mails of one person in an archive, and mails that go at once.
const MOST: i64 = 20_000;
const SLICE: i64 = 200;
