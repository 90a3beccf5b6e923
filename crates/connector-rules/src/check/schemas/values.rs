//! Defaults and fixed values against the type that they belong to.

mod fits;

use std::collections::HashSet;

use openapi::{Node, Place};

pub(in crate::check) use self::fits::has_type;

use self::fits::{MAX_LEVELS, misfit};
use super::Facts;
use crate::{
    Rule,
    document::Document,
    report::{Report, shown},
};

pub(super) fn check(
    document: &Document<'_>,
    facts: &Facts<'_>,
    at: &Place<'_>,
    report: &mut Report,
) {
    let nullable = |value: &Node<'_>| value.is_null() && facts.is_nullable;
    if let Some(default) = facts.default.filter(|it| !nullable(it)) {
        let place = at.member("default");
        if !has_type(default, facts.type_name) {
            report.add(Rule::DefaultValueMustMatchType, &place, shown(default));
        } else if let Some(node) = facts.node
            && let Some(reason) = misfit(document, default, (node, MAX_LEVELS))
        {
            report.add(Rule::DefaultValueNotValid, &place, reason);
        }
    }
    if let Some(values) = facts.values {
        let place = at.member("enum");
        if values.is_empty() {
            report.add(Rule::EnumMustContainAtLeastOneElement, &place, "enum");
        }
        for (index, value) in values.iter().enumerate() {
            if !has_type(value, facts.type_name) && !nullable(value) {
                report.add(Rule::InvalidEnumValue, &place.item(index), shown(value));
            }
        }
        repeated(values, &place, report);
    }
    if let Some(titles) = facts.titles {
        self::titles(titles, facts.values, &at.member("x-ms-enum-values"), report);
    }
    if let Some(required) = facts.required {
        repeated(required, &at.member("required"), report);
    }
}

/// A value that stands twice where each may stand once.
fn repeated(values: &[Node<'_>], at: &Place<'_>, report: &mut Report) {
    if let [_] | [] = values {
        return;
    }
    let mut seen = HashSet::new();
    for (index, value) in values.iter().enumerate() {
        let scalar = !matches!(value, Node::List(_) | Node::Object(_));
        if scalar && !seen.insert((value.kind(), shown(value))) {
            report.add(Rule::ArrayDuplicateValue, &at.item(index), shown(value));
        }
    }
}

/// `x-ms-enum-values`
fn titles(titles: &Node<'_>, values: Option<&[Node<'_>]>, at: &Place<'_>, report: &mut Report) {
    let Some(titles) = titles.as_list() else {
        report.add(Rule::JsonTypeIncorrect, at, titles.kind());
        return;
    };
    let known: Option<HashSet<_>> =
        values.map(|all| all.iter().map(|it| (it.kind(), shown(it))).collect());
    let mut seen = HashSet::new();
    for (index, entry) in titles.iter().enumerate() {
        let at = at.item(index);
        if entry.get("displayName").is_none() {
            report.add(Rule::MissingEnumValuesDisplayName, &at, "displayName");
        }
        let Some(value) = entry.get("value") else {
            report.add(Rule::RequiredPropertyMissing, &at, "value");
            continue;
        };
        let value = (value.kind(), shown(value));
        if known.as_ref().is_some_and(|known| !known.contains(&value)) {
            report.add(Rule::InvalidEnumValuesExtensionValue, &at.member("value"), &value.1);
        }
        if let Some((_, again)) = seen.replace(value) {
            report.add(Rule::DuplicateEnumValuesInExtension, &at.member("value"), again);
        }
    }
}
