//! The language of mail messages.
//!
//! [`read`] takes a file of a mail, Internet message format (`.eml`, RFC 5322 with MIME) or Outlook's own (`.msg`,
//! [MS-OXMSG]), and gives one [`Message`]: who wrote it to whom, its text and its HTML, what is attached. [`html::page`]
//! makes of the HTML what may be shown. [`thread::split`] parts what was written now from what is quoted,
//! [`signature::find`] reads the sender's signature.
//!
//! Everything here is a function of bytes: no clock, no network, no files. Mails come from strangers, so every step has
//! bounds, which are constants of [`limits`]; what is beyond them is refused or left out with a [`Remark`].
//!
//! ```
//! use liaison_mail_messages::{read, signature, thread};
//!
//! let mail = b"From: Ada Byron <ada@contoso.example>\r\nSubject: Renewal\r\n\r\nYes.\r\n\r\n-- \r\nAda Byron\r\nCFO";
//! let message = read(mail)?;
//! assert_eq!(message.from.as_ref().map(|from| from.address.as_str()), Some("ada@contoso.example"));
//! let newest = thread::split(&message.text).remove(0);
//! let signature = signature::find(&newest.text, message.from.as_ref()).unwrap();
//! assert_eq!(signature.job_title.as_deref(), Some("CFO"));
//! # Ok::<(), liaison_mail_messages::Error>(())
//! ```
//!
//! It is not a mail client: it sends nothing and fetches nothing.

mod address;
mod charset;
mod eml;
mod error;
pub mod html;
pub mod limits;
mod message;
mod msg;
pub mod signature;
pub mod thread;

pub use address::{Address, domain_of, normalised};
pub use error::{Error, Result};
pub use message::{Attachment, Calendar, Message, Remark, conversation_of};

/// Reads a file of a mail, whichever of the two kinds it is.
///
/// # Errors
/// [`Error`]
pub fn read(bytes: &[u8]) -> Result<Message> {
    if bytes.len() > limits::MAX_FILE_BYTES {
        return Err(Error::TooLarge { most: limits::MAX_FILE_BYTES });
    }
    if bytes.starts_with(&COMPOUND_FILE) { msg::read(bytes) } else { eml::read(bytes) }
}

/// What a compound file begins with ([MS-CFB] 2.2).
const COMPOUND_FILE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
