//! From the model to documents. Every document is whole: the caller leaves out what was not asked for.

mod column;
mod csdl;
mod document;
mod label;
mod relationship;
mod table;

pub use column::{choice, column, column_type, columns, option_set};
pub use csdl::csdl;
pub use label::label;
pub use relationship::{Which, key, keys, relationship, relationships};
pub use table::table;
