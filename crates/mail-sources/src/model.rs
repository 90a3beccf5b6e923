//! Folders and mails as lists show them.

use jiff::Timestamp;

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident,)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub String);

        impl $name {
            /// As the mailbox writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    )+};
}

identifiers! {
    /// A folder, as the mailbox names it.
    FolderId,
    /// A mail in its folder, as the mailbox names it.
    MailId,
}

/// What a folder is for (RFC 6154; Graph's well-known folders).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// What comes in.
    Inbox,
    /// What was sent.
    Sent,
    /// What was put away.
    Archive,
    /// What is being written.
    Drafts,
    /// What nobody wants.
    Junk,
    /// What was deleted.
    Trash,
    /// Whatever its owner uses it for.
    Other,
}

/// A folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Its identifier.
    pub id: FolderId,
    /// What it is called, with the folders above it where it is inside others.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// Mails in it that are not read, where the mailbox says so.
    pub unread: Option<u64>,
}

/// What lists show of a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// Its identifier.
    pub id: MailId,
    /// The subject, on one line.
    pub subject: String,
    /// What the sender is called; the address where there is no name.
    pub sender_name: String,
    /// The address of the sender, which may be missing.
    pub sender_address: String,
    /// To whom, as one line.
    pub recipients: String,
    /// The first words, where the mailbox gives them.
    pub preview: String,
    /// When it came in.
    pub received_at: Option<Timestamp>,
    /// Bytes, as the mailbox says; nothing to rely on.
    pub size: Option<u64>,
    /// Whether it is not read.
    pub unread: bool,
    /// Whether something is attached, as far as this can be told from its head.
    pub attachments: bool,
    /// Its `Message-ID`, without angle brackets.
    pub message_id: Option<String>,
    /// The messages before it: `References`, then `In-Reply-To`.
    pub references: Vec<String>,
    /// What the mailbox calls the conversation, where it knows conversations.
    pub conversation: Option<String>,
}

/// Which mails of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Only mails that hold these words; all when empty.
    pub words: String,
    /// Only mails that are not read.
    pub unread: bool,
    /// Where the page before ended.
    pub after: Option<String>,
    /// How many, at most [`crate::MOST_HEADS`].
    pub limit: usize,
}

impl Default for Ask {
    fn default() -> Self {
        Self { words: String::new(), unread: false, after: None, limit: 25 }
    }
}

/// Mails of a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The latest first.
    pub heads: Vec<Head>,
    /// Where the next page begins; nothing at the end.
    pub next: Option<String>,
}

/// A mark that people see on mails in their mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// What it is called: a category in Outlook. A mailbox whose marks have no names of their own keeps one mark for all.
    pub name: String,
    /// Whether it is put there; else it is taken away.
    pub on: bool,
}

/// What happened in a folder since.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Mails that came or changed, at most [`crate::MOST_CHANGES`].
    pub heads: Vec<Head>,
    /// Mails that went, where the mailbox tells of it.
    pub gone: Vec<MailId>,
    /// What to ask with the next time.
    pub token: String,
    /// Whether everything that was known of the folder has to be read anew.
    pub rebuilt: bool,
}
