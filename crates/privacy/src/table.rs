//! A table that names people.

use crate::DataSet;

/// A table, and which of its rows are a person's.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// What kind of data it holds.
    pub set: DataSet,
    /// Which rows are the person's: a condition in which `$2` is the person.
    pub whose: &'static str,
    /// How the person is written there.
    pub by: By,
    /// What is given out; never secrets, keys and their digests.
    pub columns: &'static [(&'static str, As)],
    /// What tells one row from every other of the tenant: the columns of the primary key behind the tenant's.
    pub key: &'static [(&'static str, Key)],
    /// When a row came to be, where rows go by age alone.
    pub at: Option<&'static str>,
    /// What becomes of rows when the person is forgotten.
    pub fate: Fate,
}

/// How a person is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// As an identifier.
    Id,
    /// As an actor of the log: `user:` and the identifier.
    Text,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum As {
    Id,
    Text,
    Whole,
    Yes,
    Instant,
    Json,
}

/// What a column of a key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Key {
    Id,
    Text,
    Whole,
    Bytes,
}

/// What becomes of rows when the person is forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// They go.
    Goes,
    /// The room's [`crate::Keeper`] takes them away.
    Room,
    /// The same; but those for which this condition holds stay for others, and name the person no more.
    Unnamed(&'static str),
    /// They stay.
    Stays(Reason),
}

/// Why rows stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// They are the account, which an administrator deletes under Users.
    Account,
    /// They were made for the organisation, which goes on without the person.
    Organisation,
    /// They are part of a conversation with others.
    Conversation,
    /// They are the log of who did what, which ends with the period that the operator set.
    Log,
}

impl Reason {
    /// Its name in texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Organisation => "organisation",
            Self::Conversation => "conversation",
            Self::Log => "log",
        }
    }
}
