//! The port to a mailbox that a person reads elsewhere.
//!
//! [`MailSource`] is one mailbox of one person: its folders, the mails in them page by page, one mail as the file it is,
//! and what changed since. Folders and mails have the identifiers of the mailbox itself; nothing but the adapter that
//! gave one understands it. What an adapter must do is said by [`conformance`], which every adapter's tests run.
//!
//! It reads, and puts one mark on a mail or takes it away ([`Mark`]); nothing is marked as read, moved or deleted there. It
//! stores nothing and speaks no protocol.
//!
//! ```
//! use liaison_mail_sources::{Ask, MailSource, Result, Role};
//!
//! async fn newest(mailbox: &dyn MailSource) -> Result<Option<Vec<u8>>> {
//!     let folders = mailbox.folders().await?;
//!     let Some(inbox) = folders.iter().find(|folder| folder.role == Role::Inbox) else { return Ok(None) };
//!     let page = mailbox.page(&inbox.id, &Ask::default()).await?;
//!     match page.heads.first() {
//!         Some(head) => mailbox.read(&inbox.id, &head.id, 1 << 20).await.map(Some),
//!         None => Ok(None),
//!     }
//! }
//! ```

#[expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a check that fails is a test that fails"
)]
pub mod conformance;
mod error;
mod model;

use std::fmt;

use futures_util::future::BoxFuture;

pub use error::{Error, Result};
pub use model::{Ask, Changes, Folder, FolderId, Head, MailId, Mark, Page, Role};

/// What a call gives.
pub type Answer<'a, T> = BoxFuture<'a, Result<T>>;

/// Folders that are told of at most; our own choice.
pub const MOST_FOLDERS: usize = 500;
/// Mails of one page at most; our own choice.
pub const MOST_HEADS: usize = 100;
/// Changes that are told of at once; our own choice.
pub const MOST_CHANGES: usize = 200;

/// Mails with one identifier that are marked; our own choice. A mail that its sender has as well is there twice.
pub const MOST_MARKED: usize = 10;

/// One mailbox of one person.
pub trait MailSource: Send + Sync + fmt::Debug {
    /// The folders that hold mails, at most [`MOST_FOLDERS`], the inbox first.
    fn folders(&self) -> Answer<'_, Vec<Folder>>;

    /// Mails of a folder, the latest first.
    ///
    /// [`Error::NoFolder`]; [`Error::Changed`] when the folder was rebuilt since the cursor was given.
    fn page<'a>(&'a self, folder: &'a FolderId, ask: &'a Ask) -> Answer<'a, Page>;

    /// One mail as its file, of at most `most` bytes; it stays unread.
    ///
    /// [`Error::NoFolder`], [`Error::NoMail`], [`Error::TooLarge`].
    fn read<'a>(
        &'a self,
        folder: &'a FolderId,
        mail: &'a MailId,
        most: usize,
    ) -> Answer<'a, Vec<u8>>;

    /// What came since the token of an earlier answer; without one, nothing but a token to begin with.
    ///
    /// A folder that was rebuilt, or a token that is too old, is [`Changes::rebuilt`].
    fn changes<'a>(&'a self, folder: &'a FolderId, since: Option<&'a str>) -> Answer<'a, Changes>;

    /// Puts a mark on the mails of a folder that have this `Message-ID`, or takes it away; how many mails have that
    /// identifier, at most [`MOST_MARKED`].
    ///
    /// [`Error::NoFolder`]; [`Error::Forbidden`] where the mailbox keeps no marks, or the sign-in does not allow them.
    fn mark<'a>(
        &'a self,
        folder: &'a FolderId,
        message_id: &'a str,
        mark: &'a Mark,
    ) -> Answer<'a, usize>;
}
