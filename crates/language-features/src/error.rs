//! Why a feature is not there or cannot answer, by what can be done about it.

use kernel::{Code, Coded, Denied, FieldError, Kind};

/// The result of a service method.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a feature is not there or cannot answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An administrator switched it off, or it is a preview for those who administer.
    #[error("the feature is switched off")]
    Off,
    /// There is nothing to read.
    #[error("there is no text to read")]
    Empty,
    /// There is more text than is read at once.
    #[error("there is more text than is read at once")]
    TooLarge,
    /// A transcript that cannot be read.
    #[error(transparent)]
    Transcript(#[from] transcripts::Error),
    /// The input breaks rules.
    #[error("the input breaks {} rules", fields.len())]
    Invalid {
        /// Which, and where.
        fields: Vec<FieldError>,
    },
    /// Somebody changed the settings meanwhile.
    #[error("the settings were changed meanwhile")]
    Changed,
    /// The endpoint did not answer as it should.
    #[error("the endpoint did not answer as it should")]
    Endpoint(#[from] crate::endpoint::Trouble),
    /// A permission is missing.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Sealing or opening failed.
    #[error("a sealed value could not be handled")]
    Seal(#[from] seal::Error),
    /// Storing failed.
    #[error("the settings could not be read or written")]
    Store(#[from] db::Error),
}

impl Error {
    /// The broken rules of a transcript, when it is about one.
    fn line(error: transcripts::Error) -> Vec<FieldError> {
        let place = error
            .line()
            .map_or_else(|| "/transcript".to_owned(), |line| format!("/transcript/line/{line}"));
        vec![FieldError::new(
            place,
            "language.transcript_line",
            format!("{error}. {}", error.remedy()),
        )]
    }

    /// The same with the broken rules that edges show.
    #[must_use]
    pub fn told(self) -> Self {
        match self {
            Self::Transcript(error) => Self::Invalid { fields: Self::line(error) },
            other => other,
        }
    }
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::Off => Code::new("language.off", Kind::Forbidden),
            Self::Empty => Code::new("language.empty", Kind::Invalid),
            Self::TooLarge => Code::new("language.too_large", Kind::TooLarge),
            Self::Transcript(_) | Self::Invalid { .. } => {
                Code::new("language.invalid", Kind::Invalid)
            }
            Self::Changed => Code::new("language.changed", Kind::Conflict),
            Self::Endpoint(_) => Code::new("language.endpoint", Kind::Upstream),
            Self::Denied(_) => Code::new("permission.missing", Kind::Forbidden),
            Self::Seal(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid { fields } => fields,
            _ => &[],
        }
    }
}
