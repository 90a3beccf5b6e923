//! Actions: published selections of operations, enabled by administrators, called by people, sales surfaces and agents.

mod catalogue;

pub use catalogue::{Annotations, Catalogue, Entry, MAX_NAME, Mirrored, Slice, Tool};
