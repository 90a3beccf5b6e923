//! Rules for what makers and administrators type.

use std::collections::{BTreeMap, BTreeSet};

use kernel::FieldError;
use openapi::{Location, Package};

use crate::{
    model::{Override, Selected},
    prepare::BODY,
};

/// A name: 1 to 100 characters (`AIPlugin`, name), none of them control characters.
pub(crate) fn name(pointer: &'static str, text: &str, faults: &mut Vec<FieldError>) {
    let length = text.trim().chars().count();
    if length == 0 {
        faults.push(FieldError::new(pointer, "name.empty", "a name is needed"));
    } else if length > MAX_NAME {
        let detail = format!("at most {MAX_NAME} characters");
        faults.push(FieldError::new(pointer, "name.too_long", detail));
    } else if text.chars().any(char::is_control) {
        faults.push(FieldError::new(pointer, "text.control", "no control characters are allowed"));
    }
}

/// A longer text, which may be empty: at most 4,000 characters (`AIPlugin`, descriptions).
pub(crate) fn description(pointer: impl Into<String>, text: &str, faults: &mut Vec<FieldError>) {
    let pointer: String = pointer.into();
    if text.chars().count() > MAX_DESCRIPTION {
        let detail = format!("at most {MAX_DESCRIPTION} characters");
        faults.push(FieldError::new(pointer, "text.too_long", detail));
    } else if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t' && c != '\r') {
        faults.push(FieldError::new(pointer, "text.control", "no control characters are allowed"));
    }
}

/// What a maker selected, held against the connector.
pub(crate) fn selected(
    operations: &[Selected],
    package: &Package<'_>,
    faults: &mut Vec<FieldError>,
) {
    if operations.is_empty() {
        let said = "at least one operation is needed";
        faults.push(FieldError::new("/operations", "api_action.operations_empty", said));
    }
    if operations.len() > MAX_OPERATIONS {
        let said = format!("at most {MAX_OPERATIONS} operations");
        faults.push(FieldError::new("/operations", "api_action.operations_too_many", said));
        return;
    }
    let mut seen = BTreeSet::new();
    for (index, operation) in operations.iter().enumerate() {
        let at = |rest: &str| format!("/operations/{index}{rest}");
        if !seen.insert(operation.id.as_str()) {
            let said = "the operation is selected twice";
            faults.push(FieldError::new(at("/id"), "api_action.operation_twice", said));
            continue;
        }
        for (name, text) in [
            ("/title", &operation.title),
            ("/description", &operation.description),
            ("/instructions", &operation.instructions),
        ] {
            description(at(name), text.as_deref().unwrap_or_default(), faults);
        }
        let Some(known) = package.operation(&operation.id) else {
            let said = "the connector has no such operation";
            faults.push(FieldError::new(at("/id"), "api_action.operation_unknown", said));
            continue;
        };
        if !package.obstacles(&operation.id).is_empty() {
            let said = "the operation cannot run here: a script or an unknown policy governs it";
            faults.push(FieldError::new(at("/id"), "api_action.operation_cannot_run", said));
        }
        let is_input = |name: &str| {
            known.parameters.iter().any(|parameter| match parameter.location {
                Location::Body => name == BODY,
                _ => parameter.name == name,
            })
        };
        overrides(&operation.overrides, &at("/overrides"), is_input, faults);
    }
}

fn overrides(
    all: &BTreeMap<String, Override>,
    pointer: &str,
    is_input: impl Fn(&str) -> bool,
    faults: &mut Vec<FieldError>,
) {
    for (name, set) in all {
        let at = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
        if !is_input(name) {
            let said = "the operation has no such input";
            faults.push(FieldError::new(at.clone(), "api_action.input_unknown", said));
        }
        description(at, set.description.as_deref().unwrap_or_default(), faults);
    }
}

/// Longest name of an action (`AIPlugin`, name).
const MAX_NAME: usize = 100;
/// Longest description (`AIPlugin`, descriptions).
const MAX_DESCRIPTION: usize = 4000;
/// Most operations (Logic Apps, operations of a connector).
const MAX_OPERATIONS: usize = 256;
