//! The sales surfaces' way to what partners know: extension points that call actions.
//!
//! One service, [`Sales`]. Five surfaces ([`Point`]) call operations of enabled actions that agree with the contract for
//! sales extensions: [`Sales::show`] finds them, calls them side by side under five seconds each, drops what comes late
//! and shapes the rest. [`inspect`] says which operations of a connector or an action are for which surface and what
//! keeps them from it (V1 to V14); [`shape_sample`] shows what a surface makes of an answer. What each call came to is
//! kept for a while for makers and administrators.
//!
//! ```ignore
//! let request = Request { point: Point::RecordSummary, environment, input, action: None };
//! let surface = sales.show(&seller, request).await?;   // sections by connector, each with its items
//! ```
//!
//! It builds no requests, holds no connections and decides on no access: `actions` and `connectors` do. The surfaces
//! themselves (the pane beside a mail, the page of a record) are pages.

mod contract;
mod diagnostics;
mod error;
mod finding;
mod input;
mod inspect;
mod outcome;
mod service;
mod settings;
mod shape;
mod show;
mod store;
mod worker;

pub use contract::{Point, STARTER, STARTER_PROPERTIES, VERSION};
pub use diagnostics::{Diagnostic, DiagnosticFilter};
pub use error::{Error, Result};
pub use finding::{Finding, Part, Rule};
pub use input::{Email, Entity, Input};
pub use inspect::{Found, Inspection, Matched, Said, Selected, Subject, inspect};
pub use outcome::Outcome;
pub use service::{Extension, Parts, Sales};
pub use settings::Settings;
pub use shape::{Content, Item, Related, Remark, Shaped, Unshapable, What, When, shape_sample};
pub use show::{Absent, Request, Section, Surface};
