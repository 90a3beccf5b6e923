//! `mail …`

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::Hub;

/// How a connection becomes secure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MailSecurity {
    /// From the start
    Tls,
    /// By STARTTLS
    Starttls,
}

/// What somebody signs in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MailSignIn {
    /// A password
    Password,
    /// A token of an authorization server (XOAUTH2)
    Token,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Mail {
    /// List one's mails
    List {
        #[command(flatten)]
        hub: Hub,
        /// Only mails that hold these words
        #[arg(long, value_name = "WORDS", default_value = "")]
        words: String,
    },
    /// Show a mail: its head, its files, its text
    Show {
        #[command(flatten)]
        hub: Hub,
        /// The mail
        mail: String,
    },
    /// List the conversation of a mail
    Thread {
        #[command(flatten)]
        hub: Hub,
        /// The mail
        mail: String,
    },
    /// Match the people of a mail with contacts of the CRM
    People {
        #[command(flatten)]
        hub: Hub,
        /// The mail
        mail: String,
    },
    /// Bring mails: files ending in .eml or .msg
    Upload {
        #[command(flatten)]
        hub: Hub,
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Save a mail to the CRM
    Save {
        #[command(flatten)]
        hub: Hub,
        /// The mail
        mail: String,
        /// The record that it is about
        #[arg(long, value_name = "TABLE/ID")]
        about: Option<String>,
        /// Its files that go with it, by their numbers
        #[arg(long, value_name = "NUMBER")]
        file: Vec<usize>,
    },
    /// Take a saved mail back, where the CRM allows it
    Unsave {
        #[command(flatten)]
        hub: Hub,
        /// The mail
        mail: String,
    },
    /// Summarise a mail and what it answers
    Summary {
        #[command(flatten)]
        hub: Hub,
        /// The mail
        mail: String,
        /// The language of the summary: en or fr; that of the mail without
        #[arg(long, value_name = "LANGUAGE")]
        language: Option<String>,
    },
    /// Save a summary as a note at a record; its text comes from standard input
    Note {
        #[command(flatten)]
        hub: Hub,
        /// The mail
        mail: String,
        /// The record
        #[arg(long, value_name = "TABLE/ID")]
        record: String,
    },
    /// List what a mail suggests for an opportunity
    Suggest {
        #[command(flatten)]
        hub: Hub,
        /// The mail
        mail: String,
        /// The opportunity
        #[arg(long, value_name = "ID")]
        opportunity: String,
    },
    /// Write what a mail suggests for a field of an opportunity, or reject it
    Decide {
        #[command(flatten)]
        hub: Hub,
        /// The mail
        mail: String,
        /// The opportunity
        #[arg(long, value_name = "ID")]
        opportunity: String,
        /// The field
        #[arg(long, value_name = "NAME")]
        field: String,
        /// What was suggested
        #[arg(long, value_name = "VALUE")]
        suggested: String,
        /// What is written instead of it
        #[arg(long, value_name = "VALUE", conflicts_with = "reject")]
        value: Option<String>,
        /// Do not suggest it again in this conversation
        #[arg(long)]
        reject: bool,
    },
    /// Draft a reply to a mail; nothing is sent or kept
    Draft {
        #[command(flatten)]
        hub: Hub,
        /// The mail
        mail: String,
        /// What for: answer, proposal, concern or own
        #[arg(long, value_name = "WORD")]
        purpose: Option<String>,
        /// How long: short, medium or long
        #[arg(long, value_name = "WORD")]
        length: Option<String>,
        /// In which tone: professional, friendly or direct
        #[arg(long, value_name = "WORD")]
        tone: Option<String>,
        /// In which language: en or fr; that of the mail without
        #[arg(long, value_name = "LANGUAGE")]
        language: Option<String>,
        /// A record whose facts go in
        #[arg(long, value_name = "TABLE/ID")]
        record: Option<String>,
        /// What it should say
        #[arg(long, value_name = "TEXT", default_value = "")]
        wish: String,
    },
    /// Delete a mail for good
    Delete {
        #[command(flatten)]
        hub: Hub,
        /// The mail
        mail: String,
    },
    /// List one's mailboxes elsewhere
    Mailboxes(Hub),
    /// Connect a mailbox over IMAP; the password or token comes from standard input
    ConnectImap {
        #[command(flatten)]
        hub: Hub,
        /// The mail server
        host: String,
        /// Who signs in
        account: String,
        /// Its port; 993, or 143 with STARTTLS, unless given
        #[arg(long)]
        port: Option<u16>,
        /// How the connection becomes secure
        #[arg(long, value_enum, default_value_t = MailSecurity::Tls)]
        security: MailSecurity,
        /// What is signed in with
        #[arg(long, value_enum, default_value_t = MailSignIn::Password)]
        sign_in: MailSignIn,
        /// What to call it
        #[arg(long, default_value = "")]
        name: String,
    },
    /// Connect one's mailbox in Microsoft 365; signing in there is done on the page of mailboxes
    ConnectMicrosoft(Hub),
    /// Disconnect a mailbox
    Disconnect {
        #[command(flatten)]
        hub: Hub,
        /// The mailbox, by its name or identifier
        mailbox: String,
    },
    /// List the folders of a mailbox, or choose those whose mails are listed
    Folders {
        #[command(flatten)]
        hub: Hub,
        /// The mailbox, by its name or identifier
        mailbox: String,
        /// A folder to list mails of, by its identifier; takes the place of what was chosen
        #[arg(long, value_name = "FOLDER")]
        choose: Vec<String>,
    },
    /// List mails of a mailbox, read now
    Messages {
        #[command(flatten)]
        hub: Hub,
        /// The mailbox, by its name or identifier
        mailbox: String,
        /// The folder; the first that is listed unless given
        #[arg(long)]
        folder: Option<String>,
        /// Only mails that hold these words
        #[arg(long, value_name = "WORDS", default_value = "")]
        words: String,
        /// Only mails that are not read
        #[arg(long)]
        unread: bool,
        /// How many
        #[arg(long, default_value_t = 25)]
        limit: u32,
    },
    /// Open a mail of a mailbox: from now on it is one of one's mails
    Open {
        #[command(flatten)]
        hub: Hub,
        /// The mailbox, by its name or identifier
        mailbox: String,
        /// The mail, as `messages` writes it
        message: String,
        /// The folder; the first that is listed unless given
        #[arg(long)]
        folder: Option<String>,
    },
    /// Show or set which kinds of mailboxes sellers may connect
    Allow {
        #[command(flatten)]
        hub: Hub,
        /// Mail servers over IMAP
        #[arg(long)]
        imap: Option<bool>,
        /// Microsoft 365
        #[arg(long)]
        microsoft: Option<bool>,
    },
}
