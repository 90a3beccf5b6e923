//! What is odd about a package that was loaded: everything that its running will have to live with.
//!
//! Rules of certification are not here: they are another language's.

mod definition;
mod expression;
mod extension;
mod policies;
mod properties;
mod security;
mod walk;

use std::collections::HashSet;

use crate::{
    finding::{Code, Finding, Findings, Part, Severity},
    package::Package,
};

/// Everything odd: of reading, then of the model.
pub(crate) fn check(package: &Package<'_>) -> Vec<Finding> {
    let mut all = package.definition.document().findings().to_vec();
    if let Some(document) = package.properties.document() {
        all.extend_from_slice(document.findings());
    }
    let parameters = properties::connection_parameter_names(package);
    let mut check = Check { package, parameters, found: Findings::default() };
    check.definition();
    check.security();
    check.properties();
    check.policies();
    check.scripts();
    all.append(&mut check.found.into_vec(Part::Package));
    all
}

/// A package, and what was found so far.
struct Check<'t> {
    package: &'t Package<'t>,
    /// The names of every connection parameter, of all sets, in lower case.
    parameters: HashSet<String>,
    found: Findings,
}

fn in_definition(pointer: impl Into<String>, code: Code, severity: Severity) -> Finding {
    Finding::new(Part::Definition, pointer, code, severity)
}

fn in_properties(pointer: impl Into<String>, code: Code, severity: Severity) -> Finding {
    Finding::new(Part::Properties, pointer, code, severity)
}
