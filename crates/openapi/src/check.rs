//! What is odd about a package that was loaded.

use crate::{
    finding::{Finding, Findings, Part},
    package::Package,
};

/// Everything odd: of reading, then of the model.
pub(crate) fn check(package: &Package<'_>) -> Vec<Finding> {
    let mut all = package.definition.document().findings().to_vec();
    if let Some(document) = package.properties.document() {
        all.extend_from_slice(document.findings());
    }
    let found = Findings::default();
    all.extend(found.into_vec(Part::Package));
    all
}
