//! What is wrong with a body.

/// A body that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem} (at {place})")]
pub struct ReadError {
    /// A JSON pointer into the body.
    pub place: String,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A property is missing.
    #[error("a property is missing")]
    Missing,
    /// A value is of another type than expected.
    #[error("the value is not of the expected type")]
    WrongType,
    /// A word of an enumeration is not known.
    #[error("the value is not one of the enumeration")]
    UnknownWord,
    /// A type of document is not known, or cannot be made this way.
    #[error("this type of definition cannot be made this way")]
    UnknownType,
    /// A definition that the body refers to is not there.
    #[error("the definition referred to does not exist")]
    UnknownReference,
    /// A number does not fit.
    #[error("the number is out of range")]
    OutOfRange,
}

impl ReadError {
    /// The code of the real service (Web API reference, errors).
    pub const fn code(&self) -> &'static str {
        match self.problem {
            Problem::UnknownReference => "0x80040217",
            Problem::OutOfRange | Problem::Missing => "0x80040203",
            _ => "0x80048d19",
        }
    }
}
