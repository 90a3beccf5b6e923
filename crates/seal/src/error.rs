//! What may go wrong with sealing.

use std::{io, path::PathBuf};

use kernel::{Code, Coded};

use crate::KeyId;

/// What may go wrong with sealing and opening.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The value was sealed with a key that is not among those given.
    #[error(
        "the data was sealed with the key {needed}, but only {present} is here: give the seal.key that belongs to this data"
    )]
    WrongKey {
        /// The key that the value names.
        needed: KeyId,
        /// The current key.
        present: KeyId,
    },
    /// The value was changed, cut, or copied from another place.
    #[error("the sealed value is damaged or belongs to another place")]
    Damaged,
    /// The cipher refused; out of memory, or a value beyond its limit.
    #[error("the value could not be sealed")]
    Cipher,
    /// No key was given.
    #[error("no sealing key was given")]
    NoKey,
    /// A line of the key file is not a key.
    #[error("line {line} of the sealing key is not `liaison-seal-1` and 44 characters of base64")]
    Format {
        /// The line, from 1.
        line: usize,
    },
    /// Others than the owner may read the key file.
    #[error("{path} may be read by others than its owner: run `chmod 600` on it")]
    Exposed {
        /// The file.
        path: PathBuf,
    },
    /// The key file is being changed, or a change of it was cut off.
    #[error(
        "the sealing key file is being changed by another command; if none runs, delete {path}, which one left behind"
    )]
    Changing {
        /// The new file beside it.
        path: PathBuf,
    },
    /// The key file could not be read or written.
    #[error("the sealing key file {path} could not be read or written")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl Coded for Error {
    /// A caller sees nothing of it; an operator reads it at the start.
    fn code(&self) -> Code {
        Code::INTERNAL
    }
}
