//! Extensions that call another operation: choices, lists, schemas, properties and trees.

mod answer;
mod call;

use openapi::{Node, Object, Place};

use self::call::{Call, Style};
use crate::{
    Rule,
    document::{Document, Operation},
    report::Report,
};

/// Judges the dynamic extensions of one schema or parameter. `operation` is where it stands; in a
/// definition there is none, and nothing can be said about the values that a call takes from it.
pub(super) fn check<'d>(
    document: &'d Document<'d>,
    (schema, operation): (&'d Object<'d>, Option<&'d Operation<'d>>),
    at: &Place<'_>,
    report: &mut Report,
) {
    let old_values = schema.get("x-ms-dynamic-values");
    let list = schema.get("x-ms-dynamic-list");
    let old_schema = schema.get("x-ms-dynamic-schema");
    let properties = schema.get("x-ms-dynamic-properties");
    let tree = schema.get("x-ms-dynamic-tree");
    if let Some(node) = old_values {
        let at = at.member("x-ms-dynamic-values");
        members(node, VALUES, &at, report);
        let call =
            Call { document, operation, style: Style::OldValues { has_new: list.is_some() } };
        if let Some(target) = call.judge(node, &at, report) {
            let wanted = ["value-collection", "value-path", "value-title"];
            answer::list(document, (target, node), (&wanted, &at), report);
        }
        let picker = node.get("capability").and_then(Node::as_str) == Some("file-picker");
        if picker && tree.is_none() {
            report.add(Rule::DynamicTreeExtensionMissing, &at, "file-picker");
        }
    }
    if let Some(node) = list {
        let at = at.member("x-ms-dynamic-list");
        members(node, LIST, &at, report);
        let call = Call { document, operation, style: Style::New { browses: false } };
        if let Some(target) = call.judge(node, &at, report) {
            let wanted = ["itemsPath", "itemValuePath", "itemTitlePath"];
            answer::list(document, (target, node), (&wanted, &at), report);
        }
    }
    if let Some(node) = old_schema {
        let at = at.member("x-ms-dynamic-schema");
        members(node, SCHEMA, &at, report);
        let has_new = properties.is_some();
        let call = Call { document, operation, style: Style::OldSchema { has_new } };
        if let Some(target) = call.judge(node, &at, report) {
            answer::property(document, (target, node), ("value-path", &at), report);
        }
        let path = node.get("value-path").and_then(Node::as_str).unwrap_or("");
        let is_properties = path == "properties" || path.ends_with("/properties");
        if is_properties && !has_new {
            let rule = Rule::DynamicPropertiesExtensionRequiredForPropertiesValuePath;
            report.add(rule, &at.member("value-path"), path);
        }
    }
    if let Some(node) = properties {
        let at = at.member("x-ms-dynamic-properties");
        members(node, PROPERTIES, &at, report);
        let call = Call { document, operation, style: Style::New { browses: false } };
        if let Some(target) = call.judge(node, &at, report) {
            answer::property(document, (target, node), ("itemValuePath", &at), report);
        }
        if let Some(old) = old_schema {
            let old = old.get("value-path").and_then(Node::as_str).unwrap_or("");
            let new = node.get("itemValuePath").and_then(Node::as_str).unwrap_or("");
            let wanted = old.strip_suffix("properties").unwrap_or(old).trim_end_matches('/');
            if new != wanted && new != old {
                let rule = Rule::DynamicPropertiesItemValuePathMismatch;
                report.add(rule, &at, format_args!("{new}, {wanted}"));
            }
        }
    }
    for (key, browses) in [("open", false), ("browse", true)] {
        let Some(node) = tree.and_then(|tree| tree.get(key)) else { continue };
        let at = at.member("x-ms-dynamic-tree");
        let at = at.member(key);
        members(node, LEVEL, &at, report);
        let call = Call { document, operation, style: Style::New { browses } };
        if let Some(target) = call.judge(node, &at, report) {
            let wanted = ["itemsPath", "itemValuePath", "itemTitlePath"];
            answer::list(document, (target, node), (&wanted, &at), report);
        }
    }
}

/// What stands in an extension and means nothing there.
fn members(node: &Node<'_>, known: &[&str], at: &Place<'_>, report: &mut Report) {
    for (key, _) in node.as_object().into_iter().flat_map(Object::iter) {
        if !known.contains(&key) && !key.starts_with("x-") {
            report.add(Rule::AdditionalPropertyNotAllowed, &at.member(key), key);
        }
    }
}

const VALUES: &[&str] = &[
    "operationId",
    "parameters",
    "value-collection",
    "value-path",
    "value-title",
    "capability",
    "builtInOperation",
];
const LIST: &[&str] = &["operationId", "parameters", "itemsPath", "itemValuePath", "itemTitlePath"];
const SCHEMA: &[&str] = &["operationId", "parameters", "value-path"];
const PROPERTIES: &[&str] = &["operationId", "parameters", "itemValuePath"];
const LEVEL: &[&str] = &[
    "operationId",
    "parameters",
    "itemsPath",
    "itemValuePath",
    "itemTitlePath",
    "itemIsParent",
    "itemFullTitlePath",
];
