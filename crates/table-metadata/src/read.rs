//! From the bodies that clients post to changes of the model. What is left out keeps its default, or,
//! for a change of something that is there, what it was; what is not known is ignored, as the real
//! service does with properties it computes.

mod body;
mod choice;
mod column;
mod entries;
mod error;
mod relationship;
mod table;

pub use choice::{choice, choice_update};
pub use column::{column, column_update};
pub use entries::{changes_entries, entries};
pub use error::{Problem, ReadError};
pub use relationship::{customer, polymorphic, relationship, relationship_update};
pub use table::{key, table, table_update, tables};
