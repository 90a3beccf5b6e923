//! The rules, in a notation of our own (see `notation`), by what they are about.
//!
//! Names and language are those of the OData 4.01 ABNF and its extensions for aggregation and temporal data
//! (OASIS); the order of alternatives matters, the first that fits is taken.

mod apply;
mod expr;
mod names;
mod path;
mod query;
mod text;

/// All of them.
pub(super) const ALL: [&str; 6] =
    [path::RULES, query::RULES, expr::RULES, apply::RULES, names::RULES, text::RULES];
