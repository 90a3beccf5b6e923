//! Why a mailbox did not answer as asked.

use std::time::Duration;

use kernel::{Code, Coded, Kind};

/// What calls come to.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a mailbox did not answer as asked. Words of servers are for logs: they are never shown.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The name or the password is refused.
    #[error("the mailbox refuses the sign-in")]
    Refused,
    /// The sign-in ended: only signing in again helps.
    #[error("the sign-in to the mailbox has ended")]
    SignInAgain,
    /// The mailbox does not let the person read mails.
    #[error("the mailbox does not let its mails be read")]
    Forbidden,
    /// The server cannot be reached; why is beside it.
    #[error("the mail server cannot be reached")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The address of the server may not be reached from here.
    #[error("the address of the mail server may not be reached")]
    OutOfReach(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server's certificate is not trusted, or it offers no encryption.
    #[error("the connection to the mail server is not secure: {reason}")]
    Insecure {
        /// What is missing.
        reason: &'static str,
    },
    /// The server does not offer the way of signing in.
    #[error("the mail server does not offer this way of signing in")]
    NoSuchSignIn,
    /// No such folder, or none any more.
    #[error("there is no such folder")]
    NoFolder,
    /// No such mail, or none any more.
    #[error("there is no such mail")]
    NoMail,
    /// The folder was rebuilt: what was known of it holds no more.
    #[error("the folder was rebuilt")]
    Changed,
    /// The mail is larger than may be read.
    #[error("the mail is larger than {most} bytes")]
    TooLarge {
        /// Bytes.
        most: usize,
    },
    /// The server asks to wait.
    #[error("the mail server asks to wait")]
    Busy {
        /// How long, where it says so.
        retry_after: Option<Duration>,
    },
    /// No answer in time.
    #[error("the mail server does not answer in time")]
    Slow,
    /// The answer is not what it should be.
    #[error("the answer of the mail server is wrong: {reason}")]
    Answer {
        /// What is wrong.
        reason: &'static str,
    },
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::Refused => Code::new("mail_source.refused", Kind::Invalid),
            Self::SignInAgain => Code::new("mail_source.sign_in_again", Kind::Conflict),
            Self::Forbidden => Code::new("mail_source.forbidden", Kind::Forbidden),
            Self::Unreachable(_) => Code::new("mail_source.unreachable", Kind::Upstream),
            Self::OutOfReach(_) => Code::new("mail_source.out_of_reach", Kind::Invalid),
            Self::Insecure { .. } => Code::new("mail_source.insecure", Kind::Invalid),
            Self::NoSuchSignIn => Code::new("mail_source.no_such_sign_in", Kind::Invalid),
            Self::NoFolder => Code::new("mail_source.no_folder", Kind::NotFound),
            Self::NoMail => Code::new("mail_source.no_mail", Kind::NotFound),
            Self::Changed => Code::new("mail_source.changed", Kind::Conflict),
            Self::TooLarge { .. } => Code::new("mail_source.too_large", Kind::TooLarge),
            Self::Busy { .. } => Code::new("mail_source.busy", Kind::Unavailable),
            Self::Slow => Code::new("mail_source.slow", Kind::Upstream),
            Self::Answer { .. } => Code::new("mail_source.answer", Kind::Upstream),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy { retry_after } => *retry_after,
            _ => None,
        }
    }
}
