//! OData 4.01 as text and as trees: URLs, batches, metadata.
//!
//! [`parse::url`] reads a URL relative to the service root; its parts can be read alone. Every bound is a
//! constant in [`limits`], errors carry the byte where reading stopped, and nothing here knows a model: names
//! are names.
//!
//! ```
//! use liaison_odata::{parse, tree::{expr::Expr, resource::Resource}, Reading};
//!
//! let text = "accounts?%24select=name&%24filter=startswith(name,'A')+and+revenue+gt+10.50&%24top=5";
//! let url = parse::url(text, Reading::FORM)?;
//! assert!(matches!(url.resource, Resource::Path(_)));
//! assert_eq!(url.options.top, Some(5));
//! assert!(matches!(url.options.filter, Some(Expr::And(operands)) if operands.len() == 2));
//!
//! let error = parse::url("accounts?$filter=name eq", Reading::FORM).unwrap_err();
//! assert_eq!(error.to_string(), "expected an expression at byte 24");
//! # Ok::<(), liaison_odata::Error>(())
//! ```
//!
//! A pure language: no input, no output, no clock.

pub mod batch;
pub mod csdl;
mod decode;
mod error;
pub mod limits;
pub mod parse;
mod render;
pub mod tree;
pub mod value;

pub use self::{
    decode::Reading,
    error::{Error, Problem, Result},
};
