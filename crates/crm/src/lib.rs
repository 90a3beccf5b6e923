//! The port to a seller's CRM.
//!
//! [`Crm`] is one seller at one CRM: every call is made as that seller, with what the CRM lets them see and do, and
//! never as the hub. Names of tables and fields are the CRM's own; values, filters, pages, versions and changes mean
//! the same everywhere. What an adapter must do is said by [`conformance`], which every adapter's tests run.
//!
//! It is not a store and speaks no protocol: the embedded records and each vendor's interface have an adapter.
//!
//! ```
//! use liaison_crm::{Comparison, Direction, Filter, Query, Value};
//!
//! let query = Query::of("account", &["name"])
//!     .filter(Filter::compare("revenue", Comparison::Greater, Value::Number(1e6)))
//!     .order_by("name", Direction::Ascending)
//!     .size(20);
//! assert_eq!(query.order.len(), 1);
//! ```

pub mod conformance;
mod error;
mod people;
mod port;
mod query;
mod record;
mod table;
mod view;

pub use error::{Error, MAX_TWINS, Result, Twin};
pub use people::{Colleague, Colleagues, Fate, MAX_ASKED, MAX_PEOPLE, Part};
pub use port::{
    Answer, Changes, Crm, Feed, Page, Permissions, Position, Rights, SEARCH_LIMIT, Upserted,
};
pub use query::{Comparison, Cursor, Direction, Filter, MAX_PAGE, Query};
pub use record::{Child, MAX_CHILDREN, Record, RecordId, RecordRef, Value, Values, Version};
pub use table::{Choice, Field, FieldKind, Table, TableName};
pub use view::{MAX_VIEWS, View, ViewPage, ViewRef};
