//! Actions: published selections of operations, enabled by administrators, called by people and agents.
//!
//! A maker selects operations of a connector, gives them texts for people and for models, and publishes the
//! action. Publishing alone gives nobody anything: an administrator enables it, for everybody or for some, after
//! acknowledging what data may leave and whose terms hold. [`Actions::invoke`] is the one way to call an operation
//! of an action, for REST and agents alike; it ends in `connectors`, which knows connections,
//! data policies and the network. [`Actions::catalogue`] is what agents see: the tools of one caller, written
//! out once for all who may use the same.
//!
//! What is not here: building requests, sign-in at APIs, the Model Context Protocol itself.

mod catalogue;
mod error;
mod invoke;
mod loads;
mod model;
mod names;
mod prepare;
mod published;
mod schema;
mod service;
mod store;
mod surfaces;

pub use catalogue::{Annotations, Catalogue, Entry, MAX_NAME, Mirrored, Slice, Tool};
pub use error::{Error, Result};
pub use invoke::{Invocation, Invoked};
pub use loads::{Load, Surface};
pub use model::{
    Acknowledgement, Action, ActionPatch, Audience, Decision, Enabling, NewAction, Operation,
    OperationAccess, Override, Prepared, Request, RequestState, Selected, State,
};
pub use service::{
    About, AboutOperation, Actions, Find, Offer, Offered, Parts, Taken, Told, Upgrade,
};
pub use surfaces::InUse;
