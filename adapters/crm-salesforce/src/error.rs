//! Why a call did not give what was asked for: the port's own errors.

pub use crm::{Error, Result};
