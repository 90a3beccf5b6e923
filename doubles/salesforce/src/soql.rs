//! SOQL: text to tree. Pure, total and bounded: no text makes it panic or recurse without end.

mod condition;
mod dates;
mod lexer;
mod literal;
mod parser;
#[cfg(test)]
mod tests;
mod tree;

pub(crate) use dates::DateLiteral;
pub(crate) use lexer::{Lexer, Token, TokenKind};
pub(crate) use literal::like;
pub(crate) use parser::{Parser, parse};
pub(crate) use tree::{
    Aggregate, Call, Condition, Direction, Expression, FieldSet, Items, Literal, Operator, Order,
    Path, Query, Select, Typeof,
};

/// The longest query (SOQL reference, "SOQL statement length").
pub(crate) const MAX_LENGTH: usize = 100_000;
/// The deepest nesting of parentheses; our own bound, far beyond what the service takes.
pub(crate) const MAX_DEPTH: usize = 60;
/// The largest `OFFSET`.
pub(crate) const MAX_OFFSET: usize = 2000;
/// The longest path over parents: five levels and a field.
pub(crate) const MAX_PATH: usize = 6;

/// Why a text is no query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Error {
    /// The byte at which it was noticed.
    pub(crate) at: usize,
    /// In words.
    pub(crate) message: String,
}

impl Error {
    pub(crate) fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }
}
