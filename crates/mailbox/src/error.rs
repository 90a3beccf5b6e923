//! What may go wrong with mails of sellers.

use std::time::Duration;

use kernel::{Code, Coded, Denied, FieldError, Kind};
use mail_messages::Error as Reading;
use uuid::Uuid;

/// The result of a service method.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What may go wrong with mails of sellers.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The actor may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Only persons have mails.
    #[error("only persons have mails")]
    PersonNeeded,
    /// No such mail, or one of somebody else.
    #[error("there is no mail {mail}")]
    NotFound {
        /// The mail that was asked for.
        mail: Uuid,
    },
    /// No such attachment.
    #[error("the mail has no such attachment")]
    AttachmentNotFound,
    /// The file is no mail that can be read.
    #[error("the file cannot be read as a mail")]
    Unreadable(#[source] Reading),
    /// The person keeps as many mails as one may.
    #[error("one person may keep {most} {of}")]
    Full {
        /// Mails or megabytes.
        of: &'static str,
        /// How many.
        most: u64,
    },
    /// The mail is saved to the CRM already, or somebody is at it.
    #[error("the mail is saved already")]
    Saved,
    /// The mail is not saved.
    #[error("the mail is not saved")]
    NotSaved,
    /// The CRM does not let a saved mail be taken back.
    #[error("a saved mail stays in this CRM")]
    Stays,
    /// Administrators turned saving off.
    #[error("saving mails is turned off")]
    SavingOff,
    /// Administrators show nothing of partners at this CRM.
    #[error("administrators show nothing of partners at this CRM")]
    PartnersOff,
    /// The CRM has no table that a mail could become.
    #[error("the CRM shows the seller no table for mails")]
    NoTable,
    /// No such mailbox, or one of somebody else.
    #[error("there is no mailbox {source_id}")]
    SourceNotFound {
        /// The mailbox that was asked for.
        source_id: Uuid,
    },
    /// Administrators do not let this kind of mailbox be connected.
    #[error("mailboxes of this kind are turned off")]
    SourcesOff,
    /// The organisation's directory is not set up.
    #[error("the directory of the organisation is not set up")]
    NoDirectory,
    /// The folder is none of those that its owner chose.
    #[error("the folder is not chosen")]
    FolderNotChosen,
    /// The mailbox did not answer as asked.
    #[error(transparent)]
    Source(#[from] mail_sources::Error),
    /// What is signed in with could not be sealed or opened.
    #[error(transparent)]
    Seal(#[from] seal::Error),
    /// What was given is wrong.
    #[error("{} fields are wrong", fields.len())]
    Invalid {
        /// What is wrong where.
        fields: Vec<FieldError>,
    },
    /// The cursor was not given by this list.
    #[error(transparent)]
    Cursor(#[from] kernel::CursorError),
    /// The seller has no CRM that can be used.
    #[error(transparent)]
    Connection(#[from] crm_connections::Error),
    /// The CRM refused.
    #[error(transparent)]
    Crm(#[from] crm::Error),
    /// Partners could not be asked.
    #[error(transparent)]
    Sales(#[from] sales::Error),
    /// People of the tenant could not be read.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// The file could not be read or written.
    #[error("files could not be read or written")]
    Files(#[source] std::io::Error),
    /// Storing failed.
    #[error("storing failed")]
    Store(#[from] db::Error),
}

impl Error {
    /// One wrong field.
    pub(crate) fn field(pointer: &'static str, code: &'static str, detail: &'static str) -> Self {
        Self::Invalid { fields: vec![FieldError::new(pointer, code, detail)] }
    }
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::Denied(_) => Code::new("permission.missing", Kind::Forbidden),
            Self::PersonNeeded => Code::new("seller_mail.person_needed", Kind::Forbidden),
            Self::NotFound { .. } => Code::new("seller_mail.not_found", Kind::NotFound),
            Self::AttachmentNotFound => {
                Code::new("seller_mail.attachment_not_found", Kind::NotFound)
            }
            Self::Unreadable(reading) => match reading {
                Reading::NotAMail => Code::new("seller_mail.no_mail", Kind::Invalid),
                Reading::Damaged { .. } => Code::new("seller_mail.damaged", Kind::Invalid),
                Reading::TooLarge { .. } => Code::new("seller_mail.too_large", Kind::TooLarge),
                Reading::AttachmentsTooLarge { .. } => {
                    Code::new("seller_mail.attachments_too_large", Kind::TooLarge)
                }
                Reading::TooManyParts { .. }
                | Reading::TooDeep { .. }
                | Reading::TooManyHeaders { .. } => {
                    Code::new("seller_mail.too_complex", Kind::TooLarge)
                }
            },
            Self::Full { .. } => Code::new("seller_mail.full", Kind::TooLarge),
            Self::Saved => Code::new("seller_mail.saved", Kind::Conflict),
            Self::NotSaved => Code::new("seller_mail.not_saved", Kind::Conflict),
            Self::Stays => Code::new("seller_mail.stays", Kind::Conflict),
            Self::SavingOff => Code::new("seller_mail.saving_off", Kind::Forbidden),
            Self::PartnersOff => Code::new("seller_mail.partners_off", Kind::Forbidden),
            Self::NoTable => Code::new("seller_mail.no_table", Kind::Forbidden),
            Self::SourceNotFound { .. } => Code::new("mail_source.not_found", Kind::NotFound),
            Self::SourcesOff => Code::new("mail_source.off", Kind::Forbidden),
            Self::NoDirectory => Code::new("mail_source.no_directory", Kind::Conflict),
            Self::FolderNotChosen => Code::new("mail_source.folder_not_chosen", Kind::NotFound),
            Self::Source(error) => error.code(),
            Self::Seal(error) => error.code(),
            Self::Invalid { .. } => Code::new("seller_mail.invalid", Kind::Invalid),
            Self::Cursor(_) => Code::new("cursor.invalid", Kind::Invalid),
            Self::Connection(error) => error.code(),
            Self::Crm(error) => error.code(),
            Self::Sales(error) => error.code(),
            Self::Identity(error) => error.code(),
            Self::Files(_) => Code::new("internal", Kind::Internal),
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid { fields } => fields,
            Self::Crm(error) => error.fields(),
            Self::Connection(error) => error.fields(),
            _ => &[],
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Connection(error) => error.retry_after(),
            Self::Crm(error) => error.retry_after(),
            Self::Store(error) => error.retry_after(),
            Self::Source(error) => error.retry_after(),
            _ => None,
        }
    }
}
