//! The metadata model of an environment: tables, columns, relationships, choices, alternate keys
//! and views, the values that cells may hold, and the baseline that every environment starts with.
//!
//! A [`Model`] is a snapshot: built once from its definitions, then only read, through indices by
//! logical name, set name, table code, navigation name and metadata id. Changing metadata gives a new
//! model and the list of what changed; the room that keeps rows turns that list into statements.
//!
//! It is not a database, and not a protocol: SQL, URLs and documents are made elsewhere out of it.

pub mod baseline;
mod choice;
mod column;
pub mod define;
mod fixed;
pub mod format;
pub mod json;
mod labels;
pub mod limits;
mod model;
pub mod names;
mod parse;
mod relationship;
mod standard;
mod table;
mod value;
mod value_error;
mod view;

pub use choice::{Choice, ChoiceOption, Options, StateOption, StatusOption};
pub use column::{
    Column, ColumnKind, Computed, DateBehaviour, DateFormat, MemoFormat, Required, TextFormat,
    WholeFormat,
};
pub use fixed::{Fixed, Parsed};
pub use labels::{ENGLISH, FRENCH, Labels};
pub use model::{Model, Navigation, Side};
pub use parse::{FIRST_YEAR, MAX_CHOICES};
pub use relationship::{Cascade, CascadeAction, End, ManyToMany, OneToMany, Relationship};
pub use table::{AlternateKey, Ownership, Table};
pub use value::{MONEY_SCALE, RowRef, Value};
pub use value_error::{Problem, Range, ValueError};
pub use view::{View, ViewColumn, ViewKind};
