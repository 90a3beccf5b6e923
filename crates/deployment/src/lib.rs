//! The roll-out of the sales features in an organisation: what must be so, whether it is, and what to do where it is not.
//!
//! One service, [`Deployment`]. The published deployment guide is a [`catalogue`] of checks: data, a function each, and
//! the exact labels of the settings in both languages. A run reads what can be read (the hub's own state, Microsoft
//! Graph, the administrator's own CRM), takes the files that were handed in ([`evidence`]) and what people said, and
//! keeps what came of every check with where it is from and how old that is. What nobody can tell is *unknown*, and
//! never shown as passed; what held too long ago is a warning.
//!
//! ```ignore
//! deployment.add_evidence(&scope, NewEvidence { name: "meeting.json".into(), bytes, kind: None, note: String::new() }).await?;
//! let report = deployment.check(&scope, Guide::Salesforce).await?;
//! for one in report.failing() { println!("{}", one.check.id); }
//! ```
//!
//! It changes nothing in any system: it tells who has to.

pub mod catalogue;
pub mod check;
mod error;
pub mod evidence;
mod facts;
pub mod packages;
mod read;
pub mod report;
mod results;
mod service;
pub mod setup;
mod store;
pub mod trouble;
pub mod welcome;

pub use check::{Check, Class, For, Guide, Source, State, Step, Who, Why};
pub use error::{Error, Result};
pub use results::{Counts, Outcome, Report};
pub use service::{
    Deployment, Evidence, GraphOf, NewEvidence, NewStatement, Parts, SellerGroup, Settings,
    Statement,
};
