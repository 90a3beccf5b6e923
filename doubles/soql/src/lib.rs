//! SOQL: text to tree. Pure, total and bounded: no text makes it panic or recurse without end.
//!
//! A stand-in of Salesforce reads queries with it and shares it with nobody else: what a client of the product
//! writes is judged by another reader than the product's own.
//!
//! ```
//! let query = doubles_soql::parse("SELECT Id FROM Account WHERE Name LIKE 'A%'").unwrap();
//! assert_eq!(query.from.text(), "Account");
//! assert_eq!(doubles_soql::parse("SELECT Id Account").unwrap_err().at, 17);
//! ```
#![expect(
    missing_docs,
    reason = "names in a tree are those of its language; what needs words has them"
)]

mod condition;
mod dates;
pub mod instant;
mod lexer;
mod literal;
mod parser;
pub mod sosl;
mod terms;
#[cfg(test)]
mod tests;
mod tree;

pub use dates::{DateLiteral, Span};
use lexer::{Lexer, Token, TokenKind};
pub use literal::like;
use parser::Parser;
pub use parser::parse;
pub use terms::Terms;
pub use tree::{
    Aggregate, Call, Condition, Direction, Expression, FieldSet, Items, Literal, Operator, Order,
    Path, Query, Select, Sums, Typeof,
};

/// The longest query (SOQL reference, "SOQL statement length").
pub const MAX_LENGTH: usize = 100_000;
/// The deepest nesting of parentheses; our own bound, far beyond what the service takes.
pub const MAX_DEPTH: usize = 60;
/// The largest `OFFSET`.
pub const MAX_OFFSET: usize = 2000;
/// The longest path over parents: five levels and a field.
pub const MAX_PATH: usize = 6;

/// Why a text is no query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// The byte at which it was noticed.
    pub at: usize,
    /// In words.
    pub message: String,
}

impl Error {
    pub fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }
}
