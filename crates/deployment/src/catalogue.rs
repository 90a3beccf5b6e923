//! The checks of the published guide, as data and a function each.

mod clients;
mod customise;
mod dynamics;
mod m365;
mod platform;
mod salesforce;
mod teams;

pub(crate) use customise::absent;

use crate::{Check, Guide};

/// Every check, in the order of the published tables.
pub fn all() -> impl Iterator<Item = &'static Check> {
    [
        m365::CHECKS,
        clients::CHECKS,
        teams::CHECKS,
        platform::CHECKS,
        salesforce::CHECKS,
        dynamics::CHECKS,
    ]
    .into_iter()
    .flatten()
}

/// The check of an identifier, whatever its case.
pub fn find(id: &str) -> Option<&'static Check> {
    all().find(|check| check.id.eq_ignore_ascii_case(id))
}

/// The checks of a guide, step after step.
pub fn of(guide: Guide) -> impl Iterator<Item = &'static Check> {
    let steps = guide.steps().iter();
    steps.flat_map(move |step| all().filter(move |check| check.step == *step && guide.has(check)))
}

#[cfg(test)]
mod tests;
