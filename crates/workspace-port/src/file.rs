//! The file library of a channel.

use std::fmt;

use bytes::Bytes;
use jiff::Timestamp;
use url::Url;

use crate::place::identifiers;

identifiers! {
    /// A file or folder, as its workspace names it.
    FileId,
    /// What a file or folder was when it was read; changed with every change.
    FileVersion,
}

/// The most bytes of one file: what is larger is brought by the workspace's own programs. Our choice.
pub const MAX_UPLOAD: usize = 100 * 1024 * 1024;

/// A file or folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The identifier.
    pub id: FileId,
    /// The name.
    pub name: String,
    /// What it is.
    pub kind: FileKind,
    /// At what it is now.
    pub version: FileVersion,
    /// When it was changed.
    pub changed_at: Timestamp,
    /// Where people open it.
    pub address: Option<Url>,
}

/// What an item of a library is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A folder.
    Folder,
    /// A file of so many bytes.
    File {
        /// Its length.
        bytes: u64,
    },
}

/// What to do when the folder already has a file of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Conflict {
    /// [`crate::Error::NameTaken`].
    #[default]
    Refuse,
    /// It becomes the new version of that file.
    Replace,
    /// Both stay; the new one gets a name of its own.
    Rename,
}

/// A file to bring.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// The folder.
    pub folder: FileId,
    /// The name.
    pub name: String,
    /// What is in it, at most [`MAX_UPLOAD`].
    pub bytes: Bytes,
    /// What to do when there is one of that name.
    pub conflict: Conflict,
}
