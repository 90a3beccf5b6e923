//! What a called operation answers, and whether the paths of an extension lead somewhere in it.

use openapi::{Node, Object, Place};

use crate::{
    Rule,
    document::{Document, Operation, list as list_of, object},
    report::Report,
};

/// Where a path ends.
enum End<'d> {
    /// At a schema.
    Schema(&'d Object<'d>),
    /// The answer does not say: nothing can be held against it.
    Unknown,
    /// The answer declares its properties, and this is none of them.
    Nowhere,
}

/// A call that gives choices: the path to the list, to the value and to the title.
pub(super) fn list(
    document: &Document<'_>,
    (target, node): (&Operation<'_>, &Node<'_>),
    (keys, at): (&[&str; 3], &Place<'_>),
    report: &mut Report,
) {
    let [collection, value, title] = *keys;
    let path = |key: &str| node.get(key).and_then(Node::as_str);
    let Some(answer) = answer(document, target) else { return };
    let items = match walk(document, answer, path(collection).unwrap_or("")) {
        End::Unknown => return,
        End::Nowhere => None,
        End::Schema(schema) => match schema.str("type") {
            Some("array") => schema.get("items").and_then(|it| document.resolve(it)),
            None => return,
            Some(_) => None,
        },
    };
    let Some(items) = items.and_then(Node::as_object) else {
        let written = path(collection).unwrap_or("");
        let place = at.member(collection);
        let place = if node.get(collection).is_some() { &place } else { at };
        report.add(
            Rule::InvokedOperationShouldProduceArray,
            place,
            format_args!("{} {written}", target.id),
        );
        return;
    };
    for key in [value, title] {
        let Some(written) = path(key).filter(|it| !it.is_empty()) else { continue };
        if matches!(walk(document, items, written), End::Nowhere) {
            let rule = Rule::InvokedOperationShouldProduceProperty;
            report.add(rule, &at.member(key), format_args!("{} {written}", target.id));
        }
    }
}

/// A call that gives a schema: the path to it.
pub(super) fn property(
    document: &Document<'_>,
    (target, node): (&Operation<'_>, &Node<'_>),
    (key, at): (&str, &Place<'_>),
    report: &mut Report,
) {
    let Some(written) = node.get(key).and_then(Node::as_str).filter(|it| !it.is_empty()) else {
        return;
    };
    let Some(answer) = answer(document, target) else { return };
    if matches!(walk(document, answer, written), End::Nowhere) {
        let rule = Rule::InvokedOperationShouldProduceProperty;
        report.add(rule, &at.member(key), format_args!("{} {written}", target.id));
    }
}

/// The schema of the answer that is meant.
fn answer<'d>(document: &Document<'d>, target: &Operation<'d>) -> Option<&'d Object<'d>> {
    let schema = |wanted: &str| {
        let (_, response) = target.responses().find(|(status, _)| *status == wanted)?;
        document.resolve(response)?.get("schema")
    };
    let schema = schema("200").or_else(|| schema("201")).or_else(|| schema("default"))?;
    document.resolve(schema)?.as_object()
}

fn walk<'d>(document: &Document<'d>, from: &'d Object<'d>, path: &str) -> End<'d> {
    let mut node = from;
    for segment in path.split('/').filter(|it| !it.is_empty()) {
        let found = object(node, "properties").and_then(|all| all.get(segment)).or_else(|| {
            list_of(node, "allOf").iter().find_map(|part| {
                object(document.resolve(part)?.as_object()?, "properties")?.get(segment)
            })
        });
        match found {
            Some(found) => match document.resolve(found).and_then(Node::as_object) {
                Some(found) => node = found,
                None => return End::Unknown,
            },
            None if is_open(node) => return End::Unknown,
            None => return End::Nowhere,
        }
    }
    End::Schema(node)
}

/// Whether a schema leaves open what else it holds.
fn is_open(schema: &Object<'_>) -> bool {
    let declares = object(schema, "properties").is_some_and(|all| !all.is_empty());
    let additional = schema.get("additionalProperties");
    !declares
        || additional.is_some_and(|it| it.as_bool_lenient() != Some(false))
        || schema.iter().any(|(key, _)| key.starts_with("x-ms-dynamic-"))
        || schema.contains_key("allOf")
}
