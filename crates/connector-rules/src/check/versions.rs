//! Revisions of operations: `x-ms-api-annotation`.

use std::collections::{HashMap, HashSet};

use openapi::{Node, Object, Place};

use crate::{
    Rule,
    document::{Document, Operation, object},
    report::{Report, shown},
};

/// An operation of a family.
struct Member<'d> {
    operation: &'d Operation<'d>,
    revision: Option<i64>,
    is_production: bool,
}

pub(super) fn check(document: &Document<'_>, report: &mut Report) {
    let of = |node| object(node, "x-ms-api-annotation");
    let connector = object(document.root, "info").and_then(of).and_then(|it| it.str("status"));
    let root = Place::ROOT.member("paths");
    let mut families: HashMap<&str, Vec<Member<'_>>> = HashMap::new();
    let mut names: Vec<&str> = Vec::new();
    for operation in &document.operations {
        let Some(annotation) = of(operation.node) else { continue };
        let item = root.member(operation.path);
        let at = item.member(operation.verb);
        let at = at.member("x-ms-api-annotation");
        let status = annotation.str("status");
        if is(status, "production") && is(connector, "preview") {
            let at = at.member("status");
            report.add(Rule::OperationStatusAheadOfConnector, &at, operation.id);
        }
        if let Some(status) = annotation.get("status")
            && !is(status.as_str(), "production")
            && !is(status.as_str(), "preview")
        {
            report.add(Rule::JsonValueNotInEnum, &at.member("status"), shown(status));
        }
        replacement(operation, annotation, &at, report);
        if let Some(family) = annotation.str("family") {
            let revision = annotation.get("revision").and_then(Node::as_i64);
            if revision.is_none() {
                report.add(Rule::OperationRevisionEmpty, &at, family);
            }
            let status = status.or(connector);
            let members = families.entry(family).or_insert_with(|| {
                names.push(family);
                Vec::new()
            });
            let is_production = is(status, "production");
            members.push(Member { operation, revision, is_production });
        }
    }
    for family in names {
        if let Some(members) = families.get(family) {
            self::family(family, members, report);
        }
    }
}

fn is(status: Option<&str>, word: &str) -> bool {
    status.is_some_and(|it| it.eq_ignore_ascii_case(word))
}

fn replacement(
    operation: &Operation<'_>,
    annotation: &Object<'_>,
    at: &Place<'_>,
    report: &mut Report,
) {
    let Some(replacement) = annotation.get("replacement") else { return };
    let at = at.member("replacement");
    if !operation.is_deprecated() {
        let rule = Rule::ApiAnnotationExtensionReplacementInfoForNonDeprecatedOperations;
        report.add(rule, &at, operation.id);
    }
    for (key, rule) in [
        ("api", Rule::ApiAnnotationExtensionReplacementInfoMissingApiProperty),
        ("operationId", Rule::ApiAnnotationExtensionReplacementInfoMissingOperationIdProperty),
    ] {
        if replacement.get(key).is_none() {
            report.add(rule, &at, key);
        }
    }
}

fn family(family: &str, members: &[Member<'_>], report: &mut Report) {
    let root = Place::ROOT.member("paths");
    let mut add = |rule, member: &Member<'_>| {
        let item = root.member(member.operation.path);
        let at = item.member(member.operation.verb);
        report.add(rule, &at.member("x-ms-api-annotation"), family);
    };
    let mut seen: HashSet<i64> = HashSet::new();
    for member in members {
        if member.revision.is_some_and(|it| !seen.insert(it)) {
            add(Rule::OperationFamilyHasDuplicateRevisions, member);
        }
    }
    let active = || members.iter().filter(|it| !it.operation.is_deprecated());
    let empty = beyond(members.iter().filter(|it| it.revision.is_none()), 1);
    let many = beyond(active(), 2);
    let production = beyond(active().filter(|it| it.is_production), 1);
    for (rule, found) in [
        (Rule::OperationFamilyHasManyEmptyRevisions, empty),
        (Rule::OperationFamilyHasManyActiveOperations, many),
        (Rule::OperationFamilyHasManyActiveProductionOperations, production),
    ] {
        if let Some(member) = found {
            add(rule, member);
        }
    }
}

/// The last of them when there are more than these.
fn beyond<'m, 'd>(
    found: impl Iterator<Item = &'m Member<'d>>,
    most: usize,
) -> Option<&'m Member<'d>>
where
    'd: 'm,
{
    found.enumerate().filter(|(index, _)| *index >= most).last().map(|(_, member)| member)
}
