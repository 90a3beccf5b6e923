//! Mails of sellers, and what the CRM knows beside them.
//!
//! One service, [`Mailbox`]. A seller brings mails as files (`.eml`, `.msg`); they are the seller's own: nobody else
//! lists or reads them, administrators neither. Beside a mail stands what the seller's own CRM shows the seller:
//! [`Mailbox::people`] matches the people in it with contacts by address, [`Mailbox::save`] makes the mail an activity
//! there, [`Mailbox::create_person`] makes a contact of whoever is not known yet. Every call is made as that seller,
//! so two sellers with the same mail each see what the CRM shows them.
//!
//! ```ignore
//! let kept = mailbox.keep(&seller, bytes).await?;
//! let opened = mailbox.open(&seller, kept.mail.id).await?;
//! let people = mailbox.people(&seller, &opened.message).await?;
//! ```
//!
//! It reads no mail itself: that is the language `mail-messages`; it speaks no CRM's language: that is the port `crm`.

mod beside;
mod contact;
mod currency;
mod error;
mod helping;
mod leads;
mod model;
mod names;
mod people;
mod privacy;
mod private;
mod rules;
mod saving;
mod service;
mod settings;
mod sources;
mod store;
mod suggesting;
mod surfaces;
mod threads;
mod worker;

pub use beside::{Activity, ActivityKind};
pub use contact::{Kind, NewContact, Prefilled, Proposed};
pub use error::{Error, Result};
pub use helping::{changes, suggested, task, with_facts};
pub use model::{Kept, Mail, Opened};
pub use people::{Contact, Matched, Person, Related, Seen, is_inside};
pub use private::PrivateNote;
pub use rules::Rules;
pub use saving::{About, Files, Offered, Save, Wanted};
pub use service::{Mailbox, Parts};
pub use settings::Settings;
pub use sources::{
    Chosen, Found, GraphOf, ImapOf, ImapServer, Line, Listed, MAX_SOURCES, NewSource, Reach,
    Silent, Source, SourceKind, SourceRules, SourceSecurity, SourceSignIn, WithFolders,
};
pub use suggesting::{Accepted, Form, Money, Proposal, Proposals, Suggested};
pub use surfaces::{Asked, Partner};

/// Mailboxes elsewhere, as the port to them has it.
pub use mail_sources as away;

/// Sealed columns of this room.
pub const SEALED: &[seal::SealedColumn] =
    &[seal::sealed_column!("mailbox_sources", "sealed", "id")];

/// The language of mails, for those who draw one.
pub use mail_messages::{
    Address, Attachment, Message, Remark, html, read, signature::Signature, thread,
};
