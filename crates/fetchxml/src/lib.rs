//! FetchXML and the small SQL of the Dataverse Web API, as text and as trees.
//!
//! [`fetch::parse`] reads FetchXML and [`Fetch`] writes it again; [`sql::parse`] reads the one `SELECT` that the
//! option `sql` takes; [`layout::cells`] says which columns a view shows. Names are as they were written; what they mean
//! is for whoever knows the model.
//!
//! ```
//! let fetch = liaison_fetchxml::fetch::parse(
//!     r#"<fetch top="5"><entity name="account"><attribute name="name"/>
//!        <filter><condition attribute="name" operator="begins-with" value="A"/></filter></entity></fetch>"#,
//! )?;
//! assert_eq!(fetch.entity.name, "account");
//! assert_eq!(fetch.top, Some(5));
//!
//! let select = liaison_fetchxml::sql::parse("SELECT name FROM account WHERE revenue >= 10.50 ORDER BY name DESC")?;
//! assert_eq!(select.from.table, "account");
//! # Ok::<(), liaison_fetchxml::Error>(())
//! ```
//!
//! A pure language: no input, no output, no clock; every bound is a constant in [`limits`], every error has its
//! place.

mod error;
pub mod fetch;
pub mod layout;
pub mod limits;
pub mod sql;
mod xml;

pub use self::{
    error::{Error, Problem, Result},
    fetch::Fetch,
    sql::Select,
};
