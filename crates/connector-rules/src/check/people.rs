//! What certification asks of texts: each summary and description, contacts, hosts.

mod sentences;

use openapi::{Node, Object, Place};

use self::sentences::{is_pascal_case, is_sentence_case, is_title_case};
use super::words;
use crate::{
    Rule,
    document::{Document, Operation, is_internal, list, object},
    limits::{MAX_DEFINITION_BYTES, MAX_SUMMARY_CHARACTERS},
    report::Report,
};

pub(super) fn check(document: &Document<'_>, bytes: usize, report: &mut Report) {
    if bytes > MAX_DEFINITION_BYTES {
        report.add(Rule::DefinitionTooLarge, &Place::ROOT, bytes);
    }
    contact(document, report);
    host(document, report);
    test_connection(document, report);
    let root = Place::ROOT.member("paths");
    for operation in &document.operations {
        let item = root.member(operation.path);
        let at = item.member(operation.verb);
        self::operation(operation, &at, report);
        let place = at.member("parameters");
        for (index, parameter) in list(operation.node, "parameters").iter().enumerate() {
            self::parameter(parameter, &place.item(index), report);
        }
        empty_answers(operation, &at.member("responses"), report);
    }
    let paths = document.section("paths").into_iter().flat_map(Object::iter);
    for (path, item) in paths {
        let at = root.member(path);
        let place = at.member("parameters");
        let parameters = item.as_object().map(|it| list(it, "parameters")).unwrap_or_default();
        for (index, parameter) in parameters.iter().enumerate() {
            self::parameter(parameter, &place.item(index), report);
        }
    }
    let shared = Place::ROOT.member("parameters");
    for (name, parameter) in document.members("parameters") {
        self::parameter(parameter, &shared.member(name), report);
    }
}

fn contact(document: &Document<'_>, report: &mut Report) {
    let info = Place::ROOT.member("info");
    let at = info.member("contact");
    let contact = object(document.root, "info").and_then(|it| object(it, "contact"));
    let Some(contact) = contact else { return };
    for key in ["name", "url", "email"] {
        if contact.str(key).is_none_or(|text| text.trim().is_empty()) {
            report.add(Rule::ContactPropertyMissing, &at, key);
        }
    }
}

fn host(document: &Document<'_>, report: &mut Report) {
    let host = document.root.str("host").unwrap_or("");
    // The last label is the domain's: `.dev` is one like any other.
    let labels = host.rsplit_once('.').map_or(host, |(labels, _)| labels);
    let marked = labels
        .split(['.', '-', ':'])
        .any(|label| TRIALS.iter().any(|trial| label.eq_ignore_ascii_case(trial)));
    if marked {
        report.add(Rule::HostNotProduction, &Place::ROOT.member("host"), host);
    }
}

/// `x-ms-capabilities.testConnection`: a GET that works with what the extension gives.
fn test_connection(document: &Document<'_>, report: &mut Report) {
    let Some(capabilities) = object(document.root, "x-ms-capabilities") else { return };
    let Some(test) = object(capabilities, "testConnection") else { return };
    let at = Place::ROOT.member("x-ms-capabilities");
    let at = at.member("testConnection");
    let id = test.str("operationId").unwrap_or("");
    let given = object(test, "parameters");
    let works = document.operation(id).filter(|it| it.verb == "get").is_some_and(|target| {
        target.parameters.iter().all(|it| {
            !it.is_required()
                || it.has_default()
                || given.is_some_and(|given| given.contains_key(it.name))
        })
    });
    if !works {
        report.add(Rule::TestConnectionNotValid, &at, id);
    }
}

fn operation(operation: &Operation<'_>, at: &Place<'_>, report: &mut Report) {
    let text = |key| operation.node.str(key).map(str::trim).filter(|text| !text.is_empty());
    let (summary, description) = (text("summary"), text("description"));
    // An operation that nobody sees needs no words, but certification does not say so: only the
    // weaker rules pass it over.
    let is_seen = !is_internal(operation.node);
    match summary {
        None => report.add(Rule::OperationSummaryMissing, at, operation.id),
        Some(summary) => {
            let at = at.member("summary");
            let length = summary.chars().count();
            if length > MAX_SUMMARY_CHARACTERS {
                report.add(Rule::OperationSummaryOver80Characters, &at, length);
            }
            if is_seen && !is_sentence_case(summary) {
                report.add(Rule::OperationSummaryNotSentenceCase, &at, summary);
            }
            if is_seen && operation.is_trigger() && !starts_with_when(summary) {
                report.add(Rule::TriggerSummaryNotWhen, &at, summary);
            }
        }
    }
    match description {
        None => report.add(Rule::OperationDescriptionMissing, at, operation.id),
        Some(description) => {
            let at = at.member("description");
            if is_seen && !words::ends_a_sentence(description) {
                report.add(Rule::OperationDescriptionNotASentence, &at, description);
            }
            if summary.is_some_and(|summary| summary.eq_ignore_ascii_case(description)) {
                report.add(Rule::OperationSummaryEqualsDescription, &at, description);
            }
        }
    }
    if !operation.id.is_empty() && !is_pascal_case(operation.id) {
        report.add(Rule::OperationIdNotPascalCase, &at.member("operationId"), operation.id);
    }
    if !operation.node.contains_key("x-ms-visibility") {
        report.add(Rule::OperationVisibilityMissing, at, operation.id);
    }
    let says =
        |text: Option<&str>| text.is_some_and(|text| text.to_lowercase().contains("deprecated"));
    if operation.is_deprecated() && !(says(summary) && says(description)) {
        report.add(Rule::DeprecationNotMarked, at, operation.id);
    }
}

fn starts_with_when(summary: &str) -> bool {
    let mut words = summary.split_whitespace().map(str::to_ascii_lowercase);
    let second = (words.next().as_deref() == Some("when")).then(|| words.next()).flatten();
    second.is_some()
}

fn parameter(parameter: &Node<'_>, at: &Place<'_>, report: &mut Report) {
    let Some(parameter) = parameter.as_object().filter(|it| !it.contains_key("$ref")) else {
        return;
    };
    // Of a body its properties have titles; what nobody sees needs none.
    if parameter.str("in") == Some("body") || is_internal(parameter) {
        return;
    }
    let name = parameter.str("name").unwrap_or("");
    let text = |key| parameter.str(key).map(str::trim).filter(|text| !text.is_empty());
    match text("x-ms-summary") {
        None => report.add(Rule::ParameterSummaryMissing, at, name),
        Some(summary) => {
            let at = at.member("x-ms-summary");
            let length = summary.chars().count();
            if length > MAX_SUMMARY_CHARACTERS {
                report.add(Rule::ParameterSummaryOver80Characters, &at, length);
            }
            if !is_title_case(summary) {
                report.add(Rule::ParameterSummaryNotTitleCase, &at, summary);
            }
        }
    }
    if text("description").is_none() {
        report.add(Rule::ParameterDescriptionMissing, at, name);
    }
}

/// Schemas of answers that say nothing.
fn empty_answers(operation: &Operation<'_>, at: &Place<'_>, report: &mut Report) {
    for (status, response) in operation.responses() {
        let Some(schema) = response.get("schema").and_then(Node::as_object) else { continue };
        let silent = schema.iter().all(|(key, _)| matches!(key, "title" | "description"))
            || schema.str("type") == Some("object") && schema.len() == 1
            || object(schema, "properties").is_some_and(Object::is_empty)
                && !schema.contains_key("additionalProperties")
                && !schema.contains_key("allOf");
        let dynamic = schema.iter().any(|(key, _)| key.starts_with("x-ms-dynamic-"));
        if silent && !dynamic {
            let at = at.member(status);
            report.add(Rule::ResponseSchemaEmpty, &at.member("schema"), operation.id);
        }
    }
}

/// Parts of a host name that say that it is for trying out.
const TRIALS: [&str; 10] = [
    "staging",
    "stage",
    "test",
    "dev",
    "development",
    "sandbox",
    "uat",
    "qa",
    "localhost",
    "preprod",
];
