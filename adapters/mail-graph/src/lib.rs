//! Microsoft 365 behind the port to a mailbox.
//!
//! [`GraphMailbox`] reads the caller's own mailbox through the one client of Microsoft Graph, with the caller's own token
//! (delegated `Mail.Read`): folders, messages page by page, a message as MIME, changes by delta links. Pages of a search
//! are followed by the links that Graph gives, others by how many were seen. Marks are categories: they need
//! `Mail.ReadWrite`, and `MailboxSettings.ReadWrite` to have a colour.

mod read;
mod source;

pub use source::{GraphMailbox, Who};
