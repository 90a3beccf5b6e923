//! Parameters: each one, their lists, and the variables of paths. Their schemas are judged elsewhere.

mod one;

use std::collections::{HashMap, HashSet};

use openapi::{Node, Object, Place};

use super::{
    operations::{MULTIPART, URLENCODED},
    paths, references, words,
};
use crate::{
    Rule,
    document::{Document, Operation, list},
    report::Report,
};

pub(super) fn check(document: &Document<'_>, report: &mut Report) {
    let shared = Place::ROOT.member("parameters");
    for (name, node) in document.members("parameters") {
        let at = shared.member(name);
        match node.as_object() {
            Some(node) if node.contains_key("$ref") => {
                report.add(Rule::ParameterRefLoopNotAllowed, &at, name);
            }
            _ => one::check(node, &at, report),
        }
    }
    let root = Place::ROOT.member("paths");
    let paths = document.section("paths").into_iter().flat_map(Object::iter);
    for (path, item) in paths {
        let Some(item) = item.as_object() else { continue };
        let at = root.member(path);
        let at = at.member("parameters");
        list_of(document, (item, &ON_PATH), &at, report);
    }
    for operation in &document.operations {
        let item = root.member(operation.path);
        let at = item.member(operation.verb);
        let place = at.member("parameters");
        list_of(document, (operation.node, &ON_OPERATION), &place, report);
        self::operation(document, operation, &at, report);
    }
}

/// The names of the rules differ by where a list stands.
struct Rules {
    duplicate: Rule,
    several_bodies: Rule,
}

const ON_PATH: Rules = Rules {
    duplicate: Rule::PathParametersContainDuplicateParameter,
    several_bodies: Rule::PathParametersContainMultipleBodyParameters,
};

const ON_OPERATION: Rules = Rules {
    duplicate: Rule::OperationParametersContainDuplicateParameter,
    several_bodies: Rule::OperationParametersContainMultipleBodyParameters,
};

fn list_of(
    document: &Document<'_>,
    (owner, rules): (&Object<'_>, &Rules),
    at: &Place<'_>,
    report: &mut Report,
) {
    let mut seen = HashMap::new();
    let mut bodies = 0_usize;
    for (index, node) in list(owner, "parameters").iter().enumerate() {
        let at = at.item(index);
        match node.as_object() {
            Some(node) if node.contains_key("$ref") => {
                references::parameter(document, node, &at, report);
            }
            _ => one::check(node, &at, report),
        }
        let Some(parameter) = document.parameter(node) else { continue };
        if let Some(first) = seen.insert((parameter.name, parameter.place), node) {
            report.add(
                rules.duplicate,
                &at,
                format_args!("{} ({})", parameter.name, parameter.place),
            );
            if first == node {
                report.add(Rule::OperationParametersAreNotUnique, &at, parameter.name);
            }
        }
        bodies += usize::from(parameter.place == "body");
        if bodies == 2 && parameter.place == "body" {
            report.add(rules.several_bodies, &at, parameter.name);
        }
    }
}

/// The parameters that count for an operation, all together.
fn operation(
    document: &Document<'_>,
    operation: &Operation<'_>,
    at: &Place<'_>,
    report: &mut Report,
) {
    let parameters = &operation.parameters;
    let has_body = parameters.iter().any(|it| it.place == "body");
    if has_body && operation.has_form() {
        report.add(
            Rule::ParameterListContainsFormDataAndBody,
            &at.member("parameters"),
            operation.id,
        );
    }
    let named: HashSet<&str> =
        parameters.iter().filter(|it| it.place == "path").map(|it| it.name).collect();
    let mut variables = HashSet::new();
    for variable in paths::variables(operation.path) {
        let name = variable.split('=').next().unwrap_or(variable);
        if variables.insert(name) && !named.contains(name) {
            report.add(Rule::OperationMissingPathParameter, at, name);
        }
    }
    for name in named.iter().filter(|name| !variables.contains(*name)) {
        report.add(Rule::PathParameterNotDefinedInTemplate, at, name);
    }
    let own = operation.node.get("consumes").and_then(Node::as_list);
    let consumes = own.unwrap_or_else(|| list(document.root, "consumes"));
    let takes = |wanted: &str| {
        let kinds = consumes.iter().filter_map(Node::as_str).map(words::media_type);
        kinds.clone().any(|kind| kind.eq_ignore_ascii_case(wanted))
    };
    if operation.has_form() && takes(URLENCODED) && !takes(MULTIPART) {
        let binary = |node: &Object<'_>| {
            node.str("type") == Some("string") && node.str("format") == Some("binary")
        };
        for field in parameters.iter().filter(|it| it.place == "formData" && binary(it.node)) {
            report.add(Rule::StringBinaryNotSupportedForFormUrlEncoded, at, field.name);
        }
    }
}
