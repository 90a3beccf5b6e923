//! Forms for operations: from schemas to fields that people fill in, and from what was posted to inputs.
//!
//! It knows neither HTML nor a network. Whoever draws a form shows each [`Field`] with its control and posts what was
//! typed under the names that [`Typed`] reads; whoever resolves drop-downs hands what was found back in [`Found`].
//!
//! ```text
//! let typed = Typed::posted(pairs);                         // what was typed, also what does not fit
//! let sketch = Sketch { package, operation, found: &found, zone: &zone };
//! let mut form = Form::of(sketch, &typed);                  // fields with their values
//! let read = form.inputs(&typed);                           // inputs for `connector_engine::Call`, and mistakes
//! form.mark(&read.mistakes);                                // each at its field
//! ```
//!
//! Schemas come from strangers: they may be deep, endless or huge. What a form shows is bounded; what lies beyond is
//! one box for JSON ([`Control::Json`]), so that nothing is out of reach.

mod build;
mod field;
mod found;
mod limits;
mod pointer;
mod read;
mod typed;

pub use build::Sketch;
pub use field::{Control, Entry, Field, Form, Kind, Lookup, Seeking, State, Text};
pub use found::{Found, Looked, spot};
pub use limits::{MAX_DEPTH, MAX_FIELDS, MAX_ITEMS, MAX_OPTIONS};
pub use pointer::{escape, segments};
pub use read::{Mistake, Read};
pub use typed::{Act, Typed};
