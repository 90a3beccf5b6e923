//! Answers of operations.

use std::collections::HashSet;

use openapi::{Node, Object, Place};

use super::{references, words};
use crate::{
    Rule,
    document::{Document, Operation, list, object},
    report::Report,
};

pub(super) fn check(document: &Document<'_>, report: &mut Report) {
    let root = Place::ROOT.member("paths");
    for operation in &document.operations {
        let item = root.member(operation.path);
        let at = item.member(operation.verb);
        statuses(document, operation, &at, report);
        let at = at.member("responses");
        for (status, response) in operation.responses() {
            let at = at.member(status);
            let is_status = status.len() == 3
                && status.starts_with(['1', '2', '3', '4', '5'])
                && status.bytes().all(|byte| byte.is_ascii_digit());
            if status != "default" && !is_status {
                report.add(Rule::ResponseMustBeDefaultOrHttpStatusCode, &at, status);
            }
            one(document, response, Some(operation), &at, report);
        }
    }
    let root = Place::ROOT.member("responses");
    for (name, response) in document.members("responses") {
        let at = root.member(name);
        if response.as_object().is_some_and(|it| it.contains_key("$ref")) {
            report.add(Rule::ResponseRefLoopNotAllowed, &at, name);
        } else {
            one(document, response, None, &at, report);
        }
    }
}

/// What an operation answers, all answers together.
fn statuses(
    document: &Document<'_>,
    operation: &Operation<'_>,
    at: &Place<'_>,
    report: &mut Report,
) {
    let schema_of = |response| {
        let response = document.resolve(response).and_then(Node::as_object)?;
        object(response, "schema")
    };
    let mut statuses = 0_usize;
    let (mut success, mut with_schema, mut expected, mut default) = (false, 0_usize, false, false);
    for (status, response) in operation.responses() {
        statuses += 1;
        success |= status.len() == 3 && status.starts_with('2');
        if schema_of(response).is_some() {
            with_schema += 1;
            expected |= matches!(status, "200" | "201");
            default |= status == "default";
        }
    }
    let place = at.member("responses");
    let known = if operation.node.contains_key("responses") { &place } else { at };
    if statuses == 0 {
        report.add(Rule::OperationMustHaveResponse, known, operation.id);
    }
    if !success {
        report.add(Rule::OperationShouldHaveSuccessfulResponse, known, operation.id);
    }
    if with_schema > 1 {
        report.add(Rule::OperationHasManyResponsesWithSchema, known, with_schema);
    }
    if default {
        report.add(Rule::DefaultResponseHasSchema, &place.member("default"), operation.id);
    }
    let notified = object(operation.item, "x-ms-notification-content")
        .is_some_and(|it| object(it, "schema").is_some());
    if !expected && !notified {
        report.add(Rule::SchemaDefinitionSetIncorrectly, known, operation.id);
    }
}

fn one(
    document: &Document<'_>,
    response: &Node<'_>,
    operation: Option<&Operation<'_>>,
    at: &Place<'_>,
    report: &mut Report,
) {
    let Some(node) = response.as_object() else {
        report.add(Rule::JsonTypeIncorrect, at, response.kind());
        return;
    };
    if node.contains_key("$ref") {
        references::response(document, node, at, report);
        return;
    }
    for (key, value) in node.iter().filter(|(key, _)| !key.starts_with("x-")) {
        let fits = match key {
            "description" => matches!(value, Node::Text(_)),
            "schema" | "headers" | "examples" => matches!(value, Node::Object(_)),
            _ => {
                report.add(Rule::ExtensionNameNotValid, &at.member(key), key);
                continue;
            }
        };
        if !fits {
            report.add(Rule::JsonTypeIncorrect, &at.member(key), value.kind());
        }
    }
    if !node.contains_key("description") {
        report.add(Rule::RequiredPropertyMissing, at, "description");
    }
    let mut names = HashSet::new();
    let headers = at.member("headers");
    for (name, _) in object(node, "headers").into_iter().flat_map(Object::iter) {
        if !names.insert(name.to_ascii_lowercase()) {
            report.add(Rule::ResponseHeadersAreNotUnique, &headers.member(name), name);
        }
    }
    if let Some(operation) = operation {
        examples(document, (operation, node), at, report);
    }
}

fn examples(
    document: &Document<'_>,
    (operation, response): (&Operation<'_>, &Object<'_>),
    at: &Place<'_>,
    report: &mut Report,
) {
    let Some(examples) = object(response, "examples") else { return };
    let own = operation.node.get("produces").and_then(Node::as_list);
    let produces = own.unwrap_or_else(|| list(document.root, "produces"));
    let at = at.member("examples");
    for (kind, _) in examples.iter().filter(|(kind, _)| kind.contains('/')) {
        let wanted = words::media_type(kind);
        let mut kinds = produces.iter().filter_map(Node::as_str).map(words::media_type);
        if !kinds.any(|kind| kind.eq_ignore_ascii_case(wanted)) {
            let rule = Rule::ResponseExampleMustBeProducedByOperation;
            report.add(rule, &at.member(kind), kind);
        }
    }
}
