//! Exit codes, which scripts rely on, and the failure that carries one.

use std::{error::Error as StdError, fmt};

use kernel::{Coded, Kind};

/// How the program ends. The numbers are an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Something failed that has no number of its own.
    Failure = 1,
    /// The command line is wrong (clap uses the same number).
    Usage = 2,
    /// A setting is wrong, or a file that settings name.
    Config = 3,
    /// What was named does not exist.
    NotFound = 4,
    /// Refused: not signed in, a permission is missing, a key does not fit, the input is not valid.
    Refused = 5,
    /// The hub, the database or the network is not available, or another hub holds the data folder.
    Unavailable = 6,
}

/// The table for `--help`.
pub(crate) const TABLE: &str = "Exit codes:\n  \
    0  done\n  \
    1  failed\n  \
    2  the command line is wrong\n  \
    3  a setting is wrong\n  \
    4  not found\n  \
    5  refused: not signed in, a permission is missing, a key does not fit, the input is not valid\n  \
    6  not available: the hub, the database or the network; or another hub holds the data folder";

/// Why the program ends without success, in words for a person.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    message: String,
}

pub(crate) type Result<T = ()> = std::result::Result<T, Failure>;

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
    }

    pub(crate) const fn exit(&self) -> Exit {
        self.exit
    }

    /// An error with its causes.
    pub(crate) fn of(exit: Exit, error: &dyn StdError) -> Self {
        Self::new(exit, chain(error))
    }

    /// An error that no caller can do anything about.
    pub(crate) fn plain(error: &dyn StdError) -> Self {
        Self::of(Exit::Failure, error)
    }

    /// The error of a room.
    pub(crate) fn coded(error: &dyn Coded) -> Self {
        let mut message = format!("{} ({})", chain(error), error.code());
        for field in error.fields() {
            message = format!("{message}\n  {}: {}", field.pointer, field.detail);
        }
        Self::new(exit_of(error.code().kind()), message)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl<E: Coded> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::coded(&error)
    }
}

/// The exit code of a kind.
pub(crate) const fn exit_of(kind: Kind) -> Exit {
    match kind {
        Kind::NotFound | Kind::Gone => Exit::NotFound,
        Kind::Invalid
        | Kind::Unauthenticated
        | Kind::Forbidden
        | Kind::TooLarge
        | Kind::Conflict => Exit::Refused,
        Kind::Throttled | Kind::Upstream | Kind::Unavailable => Exit::Unavailable,
        Kind::Internal => Exit::Failure,
    }
}

/// An error and its causes in one line.
pub(crate) fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(": ");
        text.push_str(&next.to_string());
        cause = next.source();
    }
    text
}
