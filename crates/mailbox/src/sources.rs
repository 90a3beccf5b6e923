//! Mailboxes elsewhere that a seller reads through the hub (IMAP, Microsoft 365).
//!
//! A mailbox is tried before it is kept; what is signed in with is sealed. Its lists are read live, from the folders that
//! the seller chose: nothing of a mail is stored until it is opened, and then it is one of the seller's mails as if it
//! had been brought. Nothing is changed there. Administrators of sales say which kinds may be connected: none, unless
//! they do.

mod keep;
mod live;
mod model;
mod open;
mod store;

use std::{fmt, sync::Arc};

use futures_util::future::BoxFuture;
use kernel::{Scope, Secret};
use mail_sources::MailSource;
use seal::Sealer;

pub use self::model::{
    Chosen, Found, Line, Listed, NewSource, Silent, Source, SourceKind, SourceRules,
    SourceSecurity, SourceSignIn, WithFolders,
};
pub(crate) use self::{
    live::PATIENCE,
    open::OpenBoxes,
    store::{Stored, all},
};

/// What an IMAP mailbox is reached with.
#[derive(Debug)]
pub struct ImapServer {
    /// The server's name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection becomes secure.
    pub security: SourceSecurity,
    /// Who signs in.
    pub account: String,
    /// What the secret is.
    pub sign_in: SourceSignIn,
    /// A password or a token.
    pub secret: Secret<String>,
}

/// Makes a mailbox over IMAP.
pub type ImapOf = Box<dyn Fn(ImapServer) -> Arc<dyn MailSource> + Send + Sync>;
/// Gives the caller's mailbox at the directory; nothing where the tenant has none set up.
pub type GraphOf = Box<
    dyn for<'a> Fn(&'a Scope) -> BoxFuture<'a, mail_sources::Result<Option<Arc<dyn MailSource>>>>
        + Send
        + Sync,
>;

/// How mailboxes elsewhere are reached; whoever builds the hub hands it over.
pub struct Reach {
    /// Seals what is signed in with.
    pub sealer: Sealer,
    /// IMAP.
    pub imap: ImapOf,
    /// Microsoft Graph.
    pub graph: GraphOf,
}

impl fmt::Debug for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reach").finish_non_exhaustive()
    }
}

/// Mailboxes that one person may connect; our own choice.
pub const MAX_SOURCES: usize = 10;
/// The sealed column.
pub(crate) const SEALED: &str = "mailbox_sources.sealed";
