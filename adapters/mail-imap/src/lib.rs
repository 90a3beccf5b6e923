//! IMAP behind the port to a mailbox.
//!
//! [`ImapSource`] reads a mailbox over `IMAP4rev1` (RFC 3501; servers of RFC 9051 speak it too), encrypted from the start or
//! after `STARTTLS`, signed in with a password or a token (`XOAUTH2`). It uses a dozen commands and none that changes
//! anything: folders are opened with `EXAMINE`, mails are read with `BODY.PEEK`.
//!
//! The protocol is our own small client and no library's: whoever names a mail server may name a hostile one, and every
//! line, literal, list and answer here has a bound before a byte of it is kept. Connections leave through
//! `egress`.

mod answer;
mod names;
mod rehearsal;
mod sequence;
mod session;
mod source;
mod wire;

pub use rehearsal::rehearse;
pub use source::{ImapSource, Security, Server, SignIn};
