//! Salesforce as a seller's CRM.
//!
//! [`Salesforce`] speaks the REST interface of an organisation. It keeps no tokens: every call is made as a
//! [`Seller`], with the session that the seller's own sign-in gave, and never as the hub. What comes back when
//! something is refused says what a person can do about it ([`Error`]): which permission is missing, which fields
//! the seller may not see, when the day's calls are used up.
//!
//! `soql.rs` builds queries out of checked names and typed values, so that no text of a person becomes part of a
//! query's grammar; `describe.rs` keeps what objects look like to a seller; `allowance.rs` watches the daily limit
//! and leaves what is left to people; `client.rs` sends; `refusal.rs` reads refusals. [`SellersOrganisation`] is the
//! port to a CRM over it.
//!
//! ```
//! use liaison_crm_salesforce::{ApiName, Filter, Select};
//!
//! let account = ApiName::parse("Account").unwrap();
//! let name = ApiName::parse("Name").unwrap();
//! let select = Select::new(account, vec![name.clone().into()])
//!     .where_(Filter::starts_with(name, "O'Neil"));
//! assert_eq!(select.to_text(), r"SELECT Name FROM Account WHERE Name LIKE 'O\'Neil%'");
//! ```

mod allowance;
mod client;
mod describe;
mod error;
mod name;
mod port;
mod records;
mod refusal;
mod soql;
mod twins;

pub use allowance::{Usage, Work};
pub use client::{Salesforce, Seller, Settings};
pub use describe::{Field, Object};
pub use error::{Error, Result};
pub use name::{ApiName, FieldPath, RecordId};
pub use port::SellersOrganisation;
pub use records::{Changes, Page, Position, Record, Written};
pub use soql::{Comparison, Direction, Filter, Select, Value};
