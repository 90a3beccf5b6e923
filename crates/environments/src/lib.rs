//! The life of environments: made, converted, shut and opened, copied, emptied, deleted with days to think it over.
//!
//! One service, [`Environments`]. Who may do what to which environment, what kinds they have and turn into, and what a
//! tenant lets people make is decided here; that an environment exists is `identity`'s, what is inside is `records`'.
//! What takes longer than a request is an [`Operation`]: a row that says how far it came, moved on slice by slice by
//! [`Environments::run`] on whichever node holds its lease, and gone on with after a crash. What environments hold is
//! measured now and then and kept for each day, so that nobody waits for a count.
//!
//! ```ignore
//! let made = environments.create(&scope, new, Region::default()).await?;
//! let operation = environments.copy(&scope, from, made.id, Extent::Everything).await?;
//! ```

mod capacity;
mod error;
mod life;
mod operation;
mod policy;
mod service;
mod settings;
mod store;
mod sweep;
mod work;

pub use capacity::{Capacity, Day, Total};
pub use error::{Error, Result};
pub use life::{Life, Patch, Reset, State, currencies};
pub use operation::{Extent, Operation, OperationKind, OperationState};
pub use policy::{Makers, Policy};
pub use service::{Environments, Parts};
pub use settings::Settings;
