//! Mailboxes elsewhere, and what is listed of them.

use jiff::Timestamp;
use kernel::{Secret, UserId};
use mail_sources::{Folder, FolderId, Head};
use uuid::Uuid;

use crate::Mail;

/// What kind of mailbox it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKind {
    /// A server that is read over IMAP.
    Imap,
    /// The person's mailbox in Microsoft 365.
    Graph,
}

impl SourceKind {
    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Imap => "imap",
            Self::Graph => "graph",
        }
    }

    /// Reads it.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Imap, Self::Graph].into_iter().find(|one| one.as_str() == text)
    }
}

/// How a connection becomes secure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SourceSecurity {
    /// From the start.
    #[default]
    Tls,
    /// By `STARTTLS`.
    StartTls,
}

impl SourceSecurity {
    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::StartTls => "starttls",
        }
    }

    /// Reads it.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Tls, Self::StartTls].into_iter().find(|one| one.as_str() == text)
    }
}

/// What somebody signs in with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SourceSignIn {
    /// A password.
    #[default]
    Password,
    /// A token of an authorization server.
    Token,
}

impl SourceSignIn {
    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Token => "token",
        }
    }

    /// Reads it.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Password, Self::Token].into_iter().find(|one| one.as_str() == text)
    }
}

/// A folder whose mails are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// Its identifier.
    pub id: FolderId,
    /// What it was called when it was chosen.
    pub name: String,
}

/// A mailbox elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its identifier.
    pub id: Uuid,
    /// Whose it is.
    pub user: UserId,
    /// What kind it is.
    pub kind: SourceKind,
    /// What its owner calls it.
    pub name: String,
    /// The server; nothing for Microsoft 365.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection becomes secure.
    pub security: SourceSecurity,
    /// Who signs in.
    pub account: String,
    /// With what.
    pub sign_in: SourceSignIn,
    /// Whose mails are listed.
    pub folders: Vec<Chosen>,
    /// The code of what went wrong the last time; empty when nothing did.
    pub problem: String,
    /// Whether administrators let this kind be used.
    pub enabled: bool,
    /// When it was connected.
    pub created_at: Timestamp,
}

impl Source {
    /// A mailbox for whoever draws one without a database.
    pub fn sample(id: Uuid, name: &str, at: Timestamp) -> Self {
        Self {
            id,
            user: Uuid::from_u128(1).into(),
            kind: SourceKind::Imap,
            name: name.to_owned(),
            host: "imap.contoso.example".to_owned(),
            port: 993,
            security: SourceSecurity::Tls,
            account: "sam@contoso.example".to_owned(),
            sign_in: SourceSignIn::Password,
            folders: vec![Chosen { id: "INBOX".into(), name: "INBOX".to_owned() }],
            problem: String::new(),
            enabled: true,
            created_at: at,
        }
    }
}

/// A mailbox to connect.
#[derive(Debug, Clone)]
pub struct NewSource {
    /// What kind it is.
    pub kind: SourceKind,
    /// What its owner calls it; the account unless given.
    pub name: String,
    /// The server, for IMAP.
    pub host: String,
    /// Its port; that of the security unless given.
    pub port: Option<u16>,
    /// How the connection becomes secure.
    pub security: SourceSecurity,
    /// Who signs in.
    pub account: String,
    /// With what.
    pub sign_in: SourceSignIn,
    /// A password or a token.
    pub secret: Secret<String>,
}

/// Which kinds sellers may connect.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SourceRules {
    /// IMAP.
    pub imap: bool,
    /// Microsoft 365.
    pub graph: bool,
}

impl SourceRules {
    /// Whether a kind may be connected.
    pub const fn allow(self, kind: SourceKind) -> bool {
        match kind {
            SourceKind::Imap => self.imap,
            SourceKind::Graph => self.graph,
        }
    }
}

/// A mailbox with all its folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithFolders {
    /// The mailbox.
    pub source: Source,
    /// Its folders, and whether their mails are listed.
    pub folders: Vec<(Folder, bool)>,
}

/// Mails of one folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The mailbox.
    pub source: Source,
    /// The folder.
    pub folder: Chosen,
    /// Its mails, the latest first.
    pub heads: Vec<Head>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// One line of a list that holds mails that were brought and mails elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// One that is kept here.
    Kept(Mail),
    /// One that is elsewhere.
    Away {
        /// In which mailbox.
        source: Uuid,
        /// In which folder.
        folder: FolderId,
        /// What is listed of it.
        head: Head,
    },
}

/// A mailbox that gave nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silent {
    /// Which one.
    pub source: Source,
    /// The code of why.
    pub code: &'static str,
}

/// What a list over all mailboxes holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The latest of every conversation, the latest first, with how many mails of it there are in the list.
    pub lines: Vec<(Line, usize)>,
    /// Mailboxes that did not answer.
    pub silent: Vec<Silent>,
}
