//! The rules that a connector package is judged by.
//!
//! Every rule has a code (as published, or our own), a severity, a place and a remedy; the texts for
//! people stand in `locales/…/connector-rules.ftl`. No finding keeps a package from loading or running:
//! what runs is decided elsewhere, this says what certification and careful readers would say.
//!
//! ```
//! use liaison_connector_rules::{Subject, check};
//!
//! let text = br#"{"swagger": "2.0", "info": {"title": "Pets", "version": "1"}, "host": "https://pets.example"}"#;
//! let definition = liaison_openapi::read(text).unwrap();
//! let found = check(&Subject { definition: Some(definition.root()), ..Subject::default() });
//! assert!(found.iter().any(|it| it.code.as_str() == "HostNameNotValid" && it.pointer == "/host"));
//! ```
//!
//! [`judge`] does the same for a loaded package, its loading included. [`compare`] names what a new version breaks; [`submission`] judges the archive that is handed in.
//! No input or output, no clock; bounds stand in [`limits`].

mod check;
pub mod compare;
mod document;
mod judge;
pub mod limits;
mod report;
mod rule;
pub mod submission;

pub use check::{Kind, Level, Subject, check};
pub use judge::{Circumstances, judge, text_keys};
pub use rule::{Group, Rule};
