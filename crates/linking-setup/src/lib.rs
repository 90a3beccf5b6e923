//! Whether records may be linked to channels, and what is still in the way.
//!
//! One service, [`LinkingSetup`]. Linking is off until a System Administrator of an environment turns it on; creating
//! channels from the hub also takes the consent of somebody who administers the tenant. What must be so beforehand is
//! judged all at once, with the setting that cures each of it. Everybody else asks one question: may this be done here.
//!
//! It links nothing: that is the room `linking`, over the same [`Workspaces`].

mod service;
mod workspaces;

pub use service::{LinkingSetup, Parts};
pub use workspaces::{Kind, OwnWorkspace, Workspaces};
