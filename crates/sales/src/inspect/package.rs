//! What holds for a connector as a whole (V12, V13).

use std::collections::BTreeSet;

use openapi::{IdentityProvider, Operation, Package};

use super::Inspection;
use crate::finding::{Finding, Part, Rule};

pub(super) fn check(package: &Package<'_>, operations: &[Operation<'_>], all: &mut Inspection) {
    if all.matched.is_empty() {
        return;
    }
    security(package, &mut all.findings);
    let definition = &package.definition;
    if definition.dialect().is_open_api_3() {
        all.findings.push(Finding::new(Rule::V13Specification, "/openapi"));
    }
    let bytes = definition.document().text().len();
    if bytes >= MAX_BYTES {
        let finding = Finding::new(Rule::V13Size, "").with("bytes", &bytes.to_string());
        all.findings.push(finding);
    }
    if operations.len() > MAX_OPERATIONS {
        let finding = Finding::new(Rule::V13Operations, "/paths");
        all.findings.push(finding.with("count", &operations.len().to_string()));
    }
    let mut seen = BTreeSet::new();
    let mut twice = BTreeSet::new();
    for operation in operations {
        if !seen.insert(&*operation.id) && twice.insert(&*operation.id) {
            let pointer = format!("{}/operationId", operation.pointer);
            all.findings.push(Finding::new(Rule::V13Identifier, pointer).of(&operation.id, None));
        }
    }
    for matched in &mut all.matched {
        if twice.contains(matched.operation.as_str()) {
            matched.callable = false;
        }
    }
}

/// OAuth 2.0 with Microsoft Entra ID; other providers work here, though not everywhere.
fn security(package: &Package<'_>, findings: &mut Vec<Finding>) {
    let sets = package.properties.parameter_sets();
    let flat = package.properties.connection_parameters();
    let is_entra = |parameter: &openapi::ConnectionParameter<'_>| {
        parameter.oauth().is_some_and(|oauth| {
            matches!(
                oauth.identity_provider(),
                IdentityProvider::Aad | IdentityProvider::AadCertificate
            )
        })
    };
    let in_sets = sets.iter().flat_map(|set| set.parameters.iter());
    if !flat.iter().chain(in_sets).any(is_entra) {
        let finding = Finding::new(Rule::V12Security, "/properties/connectionParameters");
        findings.push(finding.in_part(Part::Properties));
    }
}

/// A definition is below 1 MB (connector FAQ).
const MAX_BYTES: usize = 1_000_000;
/// Operations of a connector (the figure of Logic Apps).
const MAX_OPERATIONS: usize = 256;
