//! The model of an environment: what every environment begins with, and what is different in this one.

use db::{Result, Tx};
use tables::{
    Model,
    baseline::{Baseline, Set},
};

use crate::registry::Registered;

/// The model of an environment as it stands.
///
/// # Errors
/// Any of [`db::Error`]; [`db::Error::Inconsistent`] when a definition cannot be read.
pub fn model(_tx: &Tx<'_>, registered: &Registered) -> Result<Model> {
    Ok(Baseline::of(&sets(registered)).model(registered.model_version))
}

/// The sets of tables that an environment has begun, in their order.
pub fn sets(registered: &Registered) -> Vec<Set> {
    Set::ALL.into_iter().filter(|set| registered.sets.of(set.name()) > 0).collect()
}
