//! The description as a whole, and its operations.

use std::collections::HashSet;

use super::{Check, in_definition, walk};
use crate::{
    finding::{
        Severity,
        codes::{
            DIALECT_MISSING, NO_OPERATIONS, OPERATION_ID_MISSING, OPERATION_ID_REPEATED,
            PARAMETER_LOCATION,
        },
    },
    parameter,
    pointer::Place,
    tree::{Node, Object},
};

impl Check<'_> {
    pub(super) fn definition(&mut self) {
        let definition = &self.package.definition;
        let root = definition.root();
        if !root.contains_key("swagger") && !root.contains_key("openapi") {
            self.found.push(in_definition("", DIALECT_MISSING, Severity::Warning));
        }
        if definition.operation_count() == 0 {
            self.found.push(in_definition("/paths", NO_OPERATIONS, Severity::Warning));
        }
        self.operations();
        walk::walk(self.package, &mut self.found);
    }

    fn operations(&mut self) {
        let definition = &self.package.definition;
        let root = definition.root();
        let mut seen = HashSet::new();
        let paths = Place::ROOT.member("paths");
        for place in definition.places() {
            let Some((path, item)) = place.path_item(root) else { continue };
            let Some(operation) = place.operation_of(root) else { continue };
            let path = paths.member(path);
            let here = path.member(place.verb(item));
            match operation.str("operationId") {
                None if definition.dialect().is_open_api_3() => {}
                None => self.found.push(in_definition(
                    here.to_string(),
                    OPERATION_ID_MISSING,
                    Severity::Warning,
                )),
                Some(id) if !seen.insert(id) => {
                    let at = here.member("operationId").to_string();
                    let finding = in_definition(at, OPERATION_ID_REPEATED, Severity::Error);
                    self.found.push(finding.with("operation", id));
                }
                Some(_) => {}
            }
            self.locations(operation, here);
            self.locations(item, path);
        }
    }

    /// Parameters whose place is unknown take no part in a request.
    fn locations(&mut self, holder: &Object<'_>, at: Place<'_>) {
        let definition = &self.package.definition;
        let listed = holder.get("parameters").and_then(Node::as_list).unwrap_or_default();
        for (index, node) in listed.iter().enumerate() {
            let Some(object) = definition.resolve(node).node().and_then(Node::as_object) else {
                continue; // a reference that leads nowhere is found by the walk
            };
            let word = object.str("in").unwrap_or_default();
            if !parameter::is_location(word) {
                let at = at.member("parameters").item(index).to_string();
                let finding = in_definition(at, PARAMETER_LOCATION, Severity::Error);
                let finding = finding.with("name", object.str("name").unwrap_or_default());
                self.found.push(finding.with("value", word));
            }
        }
    }
}
