//! Paths: their templates, and paths that get in each other's way.

use std::collections::HashMap;

use openapi::{Node, Object, Place};

use crate::{
    Rule,
    document::{Document, Operation},
    limits::{MAX_COMPARED_PATHS, MAX_PATH_VARIABLES},
    report::Report,
};

pub(super) fn check(document: &Document<'_>, report: &mut Report) {
    let root = Place::ROOT.member("paths");
    let mut seen: HashMap<String, &str> = HashMap::new();
    let paths = document.section("paths").into_iter().flat_map(Object::iter);
    for (path, item) in paths.filter(|(path, _)| !path.starts_with("x-")) {
        let at = root.member(path);
        form(path, &at, report);
        if let Some(first) = seen.insert(path.to_lowercase(), path) {
            report.add(Rule::PathRedefined, &at, first);
        }
        let Some(item) = item.as_object() else {
            report.add(Rule::JsonTypeIncorrect, &at, item.kind());
            continue;
        };
        if item.contains_key("$ref") {
            report.add(Rule::PathItemRefNotSuppored, &at, path);
        }
        for (key, value) in item.iter() {
            let known = key.starts_with("x-")
                || matches!(key, "$ref" | "parameters" | "get" | "put" | "post" | "delete")
                || matches!(key, "options" | "head" | "patch");
            let wanted = if key == "parameters" { "array" } else { "object" };
            if !known && document.is_swagger {
                report.add(Rule::ExtensionNameNotValid, &at.member(key), key);
            } else if known
                && !matches!(value, Node::Object(_) | Node::List(_))
                && !key.starts_with(['x', '$'])
            {
                report.add(Rule::JsonTypeIncorrect, &at.member(key), wanted);
            }
        }
    }
    shapes(document, report);
}

fn form(path: &str, at: &Place<'_>, report: &mut Report) {
    if !path.starts_with('/') {
        report.add(Rule::OperationPathMustStartWithSlash, at, path);
    }
    if path.contains(['?', '#']) {
        report.add(Rule::OperationPathMayNotContainQueryOrFragment, at, path);
    }
    if path.contains('*') {
        report.add(Rule::OperationPathContainsUnsupportedCharacters, at, path);
    }
    if !is_template(path) {
        report.add(Rule::OperationPathTemplateNotValid, at, path);
    }
    if variables(path).any(|name| name.contains('=')) {
        report.add(Rule::OperationPathVariablesContainDefaults, at, path);
    }
}

/// Whether every brace has its partner within its segment, and encloses something.
fn is_template(path: &str) -> bool {
    path.split('/').all(|segment| {
        let mut open = None;
        for (index, c) in segment.char_indices() {
            match (c, open) {
                ('{', None) => open = Some(index),
                ('}', Some(start)) if index > start + 1 => open = None,
                ('{' | '}', _) => return false,
                _ => {}
            }
        }
        open.is_none()
    })
}

/// The names in braces.
pub(super) fn variables(path: &str) -> impl Iterator<Item = &str> {
    let pieces = path.split('{').skip(1);
    pieces.filter_map(|piece| piece.split_once('}')).map(|(name, _)| name).take(MAX_PATH_VARIABLES)
}

/// Operations of one verb whose paths differ in nothing but the names of variables, or overlap.
fn shapes(document: &Document<'_>, report: &mut Report) {
    let root = Place::ROOT.member("paths");
    let mut seen: HashMap<(&str, String), &str> = HashMap::new();
    let mut split: Vec<(&Operation<'_>, Vec<&str>)> = Vec::new();
    for operation in &document.operations {
        let at = root.member(operation.path);
        let shape = operation.path.split('/').map(bare).collect::<Vec<_>>().join("/");
        if let Some(first) = seen.insert((operation.verb, shape), operation.path) {
            let at = at.member(operation.verb);
            report.add(Rule::DuplicateOperationPath, &at, first);
        }
        if split.len() < MAX_COMPARED_PATHS {
            split.push((operation, operation.path.split('/').collect()));
        }
    }
    for (operation, segments) in &split {
        if !operation.path.contains('{') {
            continue;
        }
        let same_verb = |other: &&(&Operation<'_>, Vec<&str>)| {
            other.0.verb == operation.verb && other.1.len() == segments.len()
        };
        if let Some((other, _)) =
            split.iter().filter(same_verb).find(|it| swallows(segments, &it.1))
        {
            let at = root.member(operation.path);
            report.add(Rule::PartialDuplicateOperationPath, &at.member(operation.verb), other.path);
        }
    }
}

/// A segment without the names of its variables.
fn bare(segment: &str) -> String {
    let mut bare = String::with_capacity(segment.len());
    let mut inside = false;
    for c in segment.chars() {
        inside &= c != '}';
        if !inside {
            bare.push(c);
        }
        inside |= c == '{';
    }
    bare
}

/// Whether a variable of the first path may take a static segment of the second, all else equal.
fn swallows(wide: &[&str], narrow: &[&str]) -> bool {
    let mut swallowed = false;
    for (wide, narrow) in wide.iter().zip(narrow) {
        let is_variable = wide.starts_with('{') && wide.ends_with('}');
        let is_static = !narrow.contains('{');
        if is_variable && is_static && !narrow.is_empty() {
            swallowed = true;
        } else if !(wide == narrow || is_variable && !is_static) {
            return false;
        }
    }
    swallowed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_closes_every_brace_within_its_segment() {
        for good in ["/a/{b}", "/a('{b}')/{c}.{d}", "/"] {
            assert!(is_template(good), "{good}");
        }
        for bad in ["/{a", "/a}", "/{a/b}", "/{{a}}", "/{}"] {
            assert!(!is_template(bad), "{bad}");
        }
    }

    #[test]
    fn a_variable_swallows_the_static_text_beside_it() {
        let split = |path: &'static str| path.split('/').collect::<Vec<_>>();
        assert!(swallows(&split("/a/{id}"), &split("/a/me")));
        assert!(!swallows(&split("/a/{id}"), &split("/a/{name}")));
        assert!(!swallows(&split("/a/{id}"), &split("/b/me")));
        assert!(!swallows(&split("/a/me"), &split("/a/{id}")));
    }
}
