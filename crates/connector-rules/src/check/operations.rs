//! Operations: identifiers, summaries, what they take and how many there are.

use std::collections::HashMap;

use openapi::{Node, Place};

use super::{document as metadata, words};
use crate::{
    Rule,
    document::{Document, Operation, list, object},
    limits::{MAX_OPERATION_ID_CHARACTERS, MAX_OPERATIONS, SUMMARY_CHARACTERS},
    report::{Report, shown},
};

pub(super) fn check(document: &Document<'_>, report: &mut Report) {
    let root = Place::ROOT.member("paths");
    if document.operations.len() > MAX_OPERATIONS {
        let count = document.operations.len();
        report.add(Rule::TotalOperationsCountExceedsMaxAllowed, &root, count);
    }
    let mut ids: HashMap<&str, &str> = HashMap::new();
    for operation in &document.operations {
        let item = root.member(operation.path);
        let at = item.member(operation.verb);
        identifier(operation, &at, report);
        if !operation.id.is_empty()
            && let Some(first) = ids.insert(operation.id, operation.path)
        {
            let place = at.member("operationId");
            report.add(
                Rule::OperationIdNotUnique,
                &place,
                format_args!("{} ({first})", operation.id),
            );
        }
        summary(operation, &at, report);
        values(operation, &at, report);
        if document.is_swagger {
            metadata::members(operation.node, metadata::OPERATION, &at, report);
            metadata::media_types(operation.node, &at, report);
            let place = at.member("schemes");
            for (index, scheme) in list(operation.node, "schemes").iter().enumerate() {
                metadata::scheme(scheme, &place.item(index), report);
            }
            content(document, operation, &at, report);
        }
        pages(operation, &at, report);
    }
}

fn identifier(operation: &Operation<'_>, at: &Place<'_>, report: &mut Report) {
    let id = operation.id;
    let place = at.member("operationId");
    if id.trim().is_empty() {
        report.add(Rule::OperationIdRequired, at, operation.path);
        return;
    }
    if !id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        report.add(Rule::OperationIdSanitized, &place, id);
    }
    if id.chars().count() > MAX_OPERATION_ID_CHARACTERS {
        report.add(Rule::OperationIdTooLong, &place, id);
    }
    let revision = object(operation.node, "x-ms-api-annotation")
        .and_then(|it| it.get("revision"))
        .and_then(Node::as_i64);
    if let Some(revision) = revision.filter(|it| *it > 1)
        && !id.ends_with(&revision.to_string())
    {
        report.add(
            Rule::OperationIdShouldEndWithRevision,
            &place,
            format_args!("{id}, {revision}"),
        );
    }
}

fn summary(operation: &Operation<'_>, at: &Place<'_>, report: &mut Report) {
    for key in ["summary", "description"] {
        if let Some(text) = operation.node.str(key).filter(|text| words::is_foreign(text)) {
            report.add(Rule::ValueMustBeInEnglish, &at.member(key), text);
        }
    }
    let Some(summary) = operation.node.str("summary") else { return };
    let place = at.member("summary");
    if summary.chars().count() >= SUMMARY_CHARACTERS {
        report.add(Rule::OperationSummaryTooLong, &place, summary.chars().count());
    }
    if !summary.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '(' | ')')) {
        report.add(Rule::RestrictedCharactersInSummary, &place, summary);
    }
    // A closing parenthesis is how a summary says “(deprecated)” or “(preview)”.
    if summary.chars().next_back().is_some_and(|c| !c.is_alphanumeric() && c != ')') {
        report.add(Rule::ValueMustEndWithAlphanumeric, &place, summary);
    }
}

/// Values out of fixed lists.
fn values(operation: &Operation<'_>, at: &Place<'_>, report: &mut Report) {
    visibility(operation.node, at, report);
    if let Some(trigger) = operation.node.get("x-ms-trigger") {
        let known = trigger.as_str().is_some_and(|it| {
            it.eq_ignore_ascii_case("single") || it.eq_ignore_ascii_case("batch")
        });
        if !known {
            report.add(Rule::JsonValueNotInEnum, &at.member("x-ms-trigger"), shown(trigger));
        }
    }
}

/// `x-ms-visibility`, wherever it stands; the empty text means normal.
pub(super) fn visibility(node: &openapi::Object<'_>, at: &Place<'_>, report: &mut Report) {
    let Some(visibility) = node.get("x-ms-visibility") else { return };
    let known = ["", "none", "normal", "important", "advanced", "internal"];
    if !visibility
        .as_str()
        .is_some_and(|it| known.iter().any(|known| it.trim().eq_ignore_ascii_case(known)))
    {
        report.add(Rule::JsonValueNotInEnum, &at.member("x-ms-visibility"), shown(visibility));
    }
}

/// What the body is made of, and whether there should be one.
fn content(
    document: &Document<'_>,
    operation: &Operation<'_>,
    at: &Place<'_>,
    report: &mut Report,
) {
    let has_body = operation.parameters.iter().any(|it| it.place == "body");
    let has_form = operation.has_form();
    if !has_body && !has_form {
        return;
    }
    if operation.verb == "get" {
        report.add(Rule::BodyOrFormDataParameterInFetchOperationNotAllowed, at, operation.id);
    }
    let own = operation.node.get("consumes").and_then(Node::as_list);
    if own.is_some_and(<[_]>::is_empty) {
        report.add(Rule::ConsumesMissing, &at.member("consumes"), operation.id);
    }
    if !has_form {
        return;
    }
    let consumes = own.unwrap_or_else(|| list(document.root, "consumes"));
    let takes = |wanted: &str| {
        let kinds = consumes.iter().filter_map(Node::as_str).map(words::media_type);
        kinds.clone().any(|kind| kind.eq_ignore_ascii_case(wanted))
    };
    let (multipart, urlencoded) = (takes(MULTIPART), takes(URLENCODED));
    let file = operation.parameters.iter().any(|it| it.node.str("type") == Some("file"));
    if !consumes.is_empty() && !multipart && (file || !urlencoded) {
        let rule = Rule::MimeTypeNotCompatibleWithRequestContentSchemaType;
        let place = if own.is_some() { at.member("consumes") } else { *at };
        report.add(rule, &place, operation.id);
    }
}

fn pages(operation: &Operation<'_>, at: &Place<'_>, report: &mut Report) {
    let Some(pageable) = operation.node.get("x-ms-pageable") else { return };
    let name = pageable.get("nextLinkName").and_then(Node::as_str).unwrap_or("");
    if !matches!(name, "nextLink" | "@odata.nextLink") {
        let at = at.member("x-ms-pageable");
        let named = at.member("nextLinkName");
        let place = if pageable.get("nextLinkName").is_some() { named } else { at };
        report.add(Rule::InvalidNextLinkNameValue, &place, name);
    }
}

pub(super) const MULTIPART: &str = "multipart/form-data";
pub(super) const URLENCODED: &str = "application/x-www-form-urlencoded";
