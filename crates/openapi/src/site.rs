//! Where parts of an operation are defined: kept as pieces, because a long path with many parts
//! would otherwise be written out once for each of them.

use std::{
    fmt::{self, Display, Write as _},
    sync::Arc,
};

use crate::{
    pointer,
    reference::{self, Target},
};

/// A place in the description; displays as its pointer.
#[derive(Debug, Clone)]
pub(crate) enum Site<'t> {
    /// What a reference leads to.
    Referenced(&'t str),
    /// What an object holds in a list.
    Item { holder: Arc<str>, list: &'static str, index: usize },
    /// What an object holds in a table.
    Member { holder: Arc<str>, table: &'static str, key: &'t str },
    /// A place with a pointer of its own.
    At(Arc<str>),
}

impl<'t> Site<'t> {
    /// Where the last reference of a chain leads, else the place that is given.
    pub(crate) fn of(target: Target<'t>, otherwise: impl FnOnce() -> Self) -> Self {
        target.reference().map_or_else(otherwise, Self::Referenced)
    }
}

impl Display for Site<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Referenced(reference) => {
                out.write_str(&reference::pointer_of(reference).unwrap_or_default())
            }
            Self::Item { holder, list, index } => write!(out, "{holder}/{list}/{index}"),
            Self::Member { holder, table, key } => {
                write!(out, "{holder}/{table}")?;
                out.write_char('/')?;
                out.write_str(&pointer::escape(key))
            }
            Self::At(pointer) => out.write_str(pointer),
        }
    }
}
