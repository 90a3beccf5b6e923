//! What is in the way of a change.

use std::fmt;

use crate::{ENGLISH, Labels, names::NameProblem};

/// A change that cannot be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct DefinitionError {
    /// Which of the changes, counted from 0.
    pub change: usize,
    /// What it is about.
    pub place: Place,
    /// What is wrong.
    pub problem: Problem,
}

/// What an error is about; what is empty does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The logical name of the table.
    pub table: String,
    /// The column, key, relationship, choice or view.
    pub name: String,
    /// The property, in the words of the metadata documents: `MaxLength`.
    pub property: &'static str,
}

impl Place {
    /// A place in a table.
    pub fn new(table: &str, name: &str, property: &'static str) -> Self {
        Self { table: table.to_owned(), name: name.to_owned(), property }
    }

    pub(super) fn fail(self, problem: Problem) -> DefinitionError {
        DefinitionError { change: 0, place: self, problem }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [self.table.as_str(), self.name.as_str(), self.property];
        let mut first = true;
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            write!(f, "{}{part}", if first { "" } else { "." })?;
            first = false;
        }
        if first { write!(f, "definition") } else { Ok(()) }
    }
}

/// What is wrong with a change.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Problem {
    /// A name cannot be used.
    #[error("the name cannot be used: {}", name_text(*.0))]
    Name(NameProblem),
    /// Something of this name is there already.
    #[error("something of this name is there already")]
    Exists,
    /// It is not there.
    #[error("there is no such thing")]
    Missing,
    /// It is of the system and cannot be changed this way.
    #[error("it is of the system and cannot be changed or removed")]
    System,
    /// A number is outside its limits.
    #[error("the value must be between {min} and {max}")]
    Limit {
        /// The least allowed.
        min: i64,
        /// The greatest allowed.
        max: i64,
    },
    /// There are more than allowed.
    #[error("there can be at most {max}")]
    TooMany {
        /// The limit.
        max: usize,
    },
    /// A text people read is missing.
    #[error("a text that people read is missing")]
    NoLabel,
    /// The least is greater than the greatest.
    #[error("the least value is greater than the greatest")]
    Range,
    /// A number stands twice.
    #[error("the value {value} stands twice")]
    Twice {
        /// The number.
        value: i32,
    },
    /// The default is no entry.
    #[error("the default is no entry of the choice")]
    Default,
    /// A column of this kind is not made this way: lookups come with a relationship, keys and
    /// owners with the table.
    #[error("a column of this kind is not made this way")]
    Kind,
    /// The kind of a column stays what it is.
    #[error("the type of a column cannot be changed")]
    KindChanged,
    /// A column of this kind cannot be in an alternate key.
    #[error("a column of this type cannot be part of an alternate key")]
    NotInKey,
    /// The columns of an alternate key are too long together.
    #[error("the columns of the key take {bytes} bytes, at most {max} are allowed")]
    KeyTooLong {
        /// What they take.
        bytes: u32,
        /// The limit.
        max: u32,
    },
    /// Other definitions need it.
    #[error("it is in use by {}", listed(.by))]
    InUse {
        /// What needs it.
        by: Vec<Needs>,
    },
    /// The combination is not supported.
    #[error("this is not supported")]
    Unsupported,
    /// A query of a view does not fit its table.
    #[error("the query does not fit the table")]
    Query,
}

/// A definition that needs another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needs {
    /// A view.
    View {
        /// What people call it.
        labels: Labels,
        /// The table that it is of.
        table: String,
    },
    /// An alternate key.
    Key {
        /// Its logical name.
        key: String,
        /// The table that it is of.
        table: String,
    },
    /// A column that takes its entries from it.
    Column {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// The value that a column begins with.
    Default {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
}

impl fmt::Display for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::View { labels, table } => write!(f, "view {} ({table})", labels.text(ENGLISH)),
            Self::Key { key, table } => write!(f, "key {key} ({table})"),
            Self::Column { table, column } => write!(f, "column {table}.{column}"),
            Self::Default { table, column } => write!(f, "default of {table}.{column}"),
        }
    }
}

fn listed(by: &[Needs]) -> String {
    by.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

const fn name_text(problem: NameProblem) -> &'static str {
    match problem {
        NameProblem::Length => "it is empty or too long",
        NameProblem::Characters => "letters, digits and underscores only, beginning with a letter",
        NameProblem::Prefix => "it begins with the prefix of a publisher, such as new_",
    }
}

impl DefinitionError {
    pub(super) fn at(mut self, change: usize) -> Self {
        self.change = change;
        self
    }

    /// The code of the real service (Web API reference, errors).
    pub const fn code(&self) -> &'static str {
        match &self.problem {
            Problem::Exists => "0x80048418",
            Problem::Missing => "0x80040217",
            Problem::InUse { .. } => "0x8004f01f",
            Problem::Unsupported => "0x80060888",
            Problem::Name(_) => "0x8004430d",
            _ => "0x80040203",
        }
    }
}
