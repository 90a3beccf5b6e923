//! The checks of the published guide, as data and a function each.

mod clients;
mod customise;
mod dynamics;
mod m365;
mod platform;
mod salesforce;
mod teams;

pub(crate) use customise::absent;

use crate::{Check, Guide, Source, check::Verdict, facts::Facts};

/// A verdict on every seller: what is wrong is told; nobody can tell while some were not looked at; else it holds.
fn of_everybody<'l>(
    facts: &Facts,
    source: Source,
    looked: impl IntoIterator<Item = &'l str>,
    bad: Vec<String>,
) -> Verdict {
    if !bad.is_empty() {
        return Verdict::when(false, source, facts.now).saw_all(bad);
    }
    let left = facts.own.unlooked(looked);
    if left.is_empty() {
        Verdict::when(true, source, facts.now)
    } else {
        Verdict::unset(source, facts.now).saw_all(left)
    }
}

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
