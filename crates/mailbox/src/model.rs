//! Mails as they are kept.

use file_store::Sha256;
use jiff::Timestamp;
use kernel::UserId;
use mail_messages::Message;
use uuid::Uuid;

use crate::saving::Save;

/// What lists show of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its identifier.
    pub id: Uuid,
    /// Whose it is.
    pub user: UserId,
    /// The subject, on one line.
    pub subject: String,
    /// What the sender is called; the address where there is no name.
    pub sender_name: String,
    /// The address of the sender, which may be missing.
    pub sender_address: String,
    /// To whom, as one line.
    pub recipients: String,
    /// The first words.
    pub preview: String,
    /// Bytes of its file.
    pub size: i64,
    /// Files in it, without those that stand in the text.
    pub attachments: i64,
    /// When it was sent, as it says; when it was kept, where it does not.
    pub sent_at: Timestamp,
    /// When it was kept.
    pub kept_at: Timestamp,
    /// Its `Message-ID`, where it has one.
    pub message_id: Option<String>,
    /// The conversation that it belongs to.
    pub thread: Option<Uuid>,
    pub(crate) sha256: Sha256,
}

impl Mail {
    /// A mail as lists show it, for whoever draws one without a database.
    pub fn sample(id: Uuid, subject: &str, at: Timestamp) -> Self {
        Self {
            id,
            user: Uuid::from_u128(1).into(),
            subject: subject.to_owned(),
            sender_name: "Ben <King>".to_owned(),
            sender_address: "ben@fabrikam.example".to_owned(),
            recipients: "Sam".to_owned(),
            preview: "Shall we renew?".to_owned(),
            size: 1_024,
            attachments: 1,
            sent_at: at,
            kept_at: at,
            message_id: None,
            thread: None,
            sha256: Sha256([0; 32]),
        }
    }
}

/// What keeping a mail came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The mail.
    pub mail: Mail,
    /// Whether it was there before.
    pub again: bool,
}

/// A mail with what is in it.
#[derive(Debug, Clone)]
pub struct Opened {
    /// What lists show.
    pub mail: Mail,
    /// What is in it.
    pub message: Message,
    /// What became of it in the CRM.
    pub save: Option<Save>,
}
