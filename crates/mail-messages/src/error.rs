//! Why a file is no mail that can be read.

/// The result of reading.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a file is no mail that can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It has no header of a mail, or is no Outlook message.
    #[error("the file is no mail")]
    NotAMail,
    /// The file is larger than what is read.
    #[error("the mail is larger than {most} bytes")]
    TooLarge {
        /// The most bytes.
        most: usize,
    },
    /// The attachments are larger than what is kept.
    #[error("the attachments are larger than {most} bytes")]
    AttachmentsTooLarge {
        /// The most bytes.
        most: usize,
    },
    /// It has more parts than are read.
    #[error("the mail has more than {most} parts")]
    TooManyParts {
        /// The most parts.
        most: usize,
    },
    /// Its parts are nested deeper than is read.
    #[error("the parts of the mail are nested more than {most} deep")]
    TooDeep {
        /// The deepest.
        most: usize,
    },
    /// A header has more fields, or is longer, than is read.
    #[error("a header of the mail has more than {most} fields, or is too long")]
    TooManyHeaders {
        /// The most fields.
        most: usize,
    },
    /// A compound file whose structure is broken.
    #[error("the Outlook message is damaged: {what}")]
    Damaged {
        /// What cannot be read.
        what: &'static str,
    },
}
