//! References: where they lead, and what stands beside them.

use openapi::{Object, Place};

use crate::{
    Rule,
    document::Document,
    report::{Report, shown},
};

/// The rules for references of one kind.
struct Kind {
    section: &'static str,
    not_found: Rule,
    not_valid: Rule,
}

/// A reference to a shared parameter.
pub(super) fn parameter(
    document: &Document<'_>,
    node: &Object<'_>,
    at: &Place<'_>,
    report: &mut Report,
) {
    let kind = Kind {
        section: "parameters",
        not_found: Rule::ParameterReferenceNotFound,
        not_valid: Rule::ParameterReferenceNotValid,
    };
    judge(document, (node, &kind), at, report);
    beside(node, at, report);
}

/// A reference to a shared response.
pub(super) fn response(
    document: &Document<'_>,
    node: &Object<'_>,
    at: &Place<'_>,
    report: &mut Report,
) {
    let kind = Kind {
        section: "responses",
        not_found: Rule::ResponseReferenceNotFound,
        not_valid: Rule::ResponseReferenceNotValid,
    };
    judge(document, (node, &kind), at, report);
    beside(node, at, report);
}

/// A reference to a named schema.
pub(super) fn schema(
    document: &Document<'_>,
    node: &Object<'_>,
    at: &Place<'_>,
    report: &mut Report,
) {
    let kind = Kind {
        section: "definitions",
        not_found: Rule::SchemaReferenceNotFound,
        not_valid: Rule::SchemaReferenceNotValid,
    };
    judge(document, (node, &kind), at, report);
}

/// What stands beside a reference is ignored.
pub(super) fn beside(node: &Object<'_>, at: &Place<'_>, report: &mut Report) {
    if node.len() > 1 {
        let beside: Vec<&str> =
            node.iter().map(|(key, _)| key).filter(|it| *it != "$ref").take(5).collect();
        report.add(Rule::AdditionalPropertyNotAllowedAdjacentToRef, at, beside.join(", "));
    }
}

fn judge(
    document: &Document<'_>,
    (node, kind): (&Object<'_>, &Kind),
    at: &Place<'_>,
    report: &mut Report,
) {
    let at = at.member("$ref");
    let Some(reference) = node.get("$ref") else { return };
    let Some(text) = reference.as_str() else {
        report.add(Rule::JsonPointerNotValid, &at, shown(reference));
        return;
    };
    if text.starts_with('#') && !is_pointer(text) {
        report.add(Rule::JsonPointerNotValid, &at, text);
        return;
    }
    let name = text.strip_prefix("#/").and_then(|it| it.strip_prefix(kind.section));
    let name = name.and_then(|it| it.strip_prefix('/')).filter(|it| !it.is_empty());
    let Some(name) = name.filter(|it| !it.contains('/')) else {
        report.add(kind.not_valid, &at, text);
        return;
    };
    let section = document.section(kind.section);
    if !section.is_some_and(|all| all.contains_key(openapi::pointer::unescape(name).as_ref())) {
        report.add(kind.not_found, &at, text);
    }
}

/// A fragment that is an RFC 6901 pointer.
fn is_pointer(text: &str) -> bool {
    let Some(pointer) = text.strip_prefix('#') else { return false };
    let escapes = pointer.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    (pointer.is_empty() || pointer.starts_with('/')) && escapes
}
