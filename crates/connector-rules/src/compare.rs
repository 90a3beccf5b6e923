//! What a new version of a connector breaks for those who use the old one.
//!
//! Upstream names such a check but publishes no rules; these are ours. New operations, new optional
//! parameters and new properties of answers break nothing.

mod connection;
mod inputs;
mod shapes;

use std::collections::{HashMap, HashSet};

use openapi::{Finding, Operation, Package, Place, Response, Template};

use self::shapes::{Direction, Shapes};
use crate::{Rule, report::Report};

/// The changes between two versions that break callers, or may surprise them. What is gone has its
/// place in the old files, everything else in the new ones.
pub fn compare(old: &Package<'_>, new: &Package<'_>) -> Vec<Finding> {
    let mut report = Report::default();
    let (before, after) = (old.operations(), new.operations());
    let known: HashSet<&str> = before.iter().map(|it| it.id.as_ref()).collect();
    let by_id: HashMap<&str, &Operation<'_>> =
        after.iter().rev().map(|it| (it.id.as_ref(), it)).collect();
    let by_path: HashMap<_, &Operation<'_>> =
        after.iter().map(|it| ((it.method, it.path), it)).collect();
    for operation in &before {
        match by_id.get(operation.id.as_ref()) {
            Some(now) => self::operation((old, operation), (new, now), &mut report),
            None => match by_path.get(&(operation.method, operation.path)) {
                Some(now) if !known.contains(now.id.as_ref()) => {
                    let what = format_args!("{} → {}", operation.id, now.id);
                    report.add(Rule::OperationRenamed, &Place::new(&now.pointer), what);
                }
                _ => {
                    let at = Place::new(&operation.pointer);
                    report.add(Rule::OperationRemoved, &at, &operation.id);
                }
            },
        }
    }
    connection::check(old, new, &mut report);
    report.into_vec()
}

fn operation(
    (old, before): (&Package<'_>, &Operation<'_>),
    (new, after): (&Package<'_>, &Operation<'_>),
    report: &mut Report,
) {
    let at = Place::new(&after.pointer);
    if before.method != after.method || before.path != after.path {
        let written = |it: &Operation<'_>| format!("{} {}", it.method.word(), it.path);
        let what = format_args!("{} → {}", written(before), written(after));
        report.add(Rule::OperationPathChanged, &at, what);
    }
    let host = |package: &Package<'_>, id: &str| -> Vec<String> {
        let policies = package.policies_of(id);
        let hosts = policies.iter().filter(|it| {
            matches!(it.template, Some(Template::DynamicHostUrl | Template::DynamicSubdomain))
        });
        hosts.map(|it| it.text("urlTemplate").unwrap_or("").to_owned()).collect()
    };
    if host(old, &before.id) != host(new, &after.id) {
        report.add(Rule::HostPolicyChanged, &at, &after.id);
    }
    if before.trigger_kind() != after.trigger_kind() || before.trigger() != after.trigger() {
        report.add(Rule::TriggerKindChanged, &at, &after.id);
    }
    if is_emptied(before.description(), after.description()) {
        report.add(Rule::DescriptionEmptied, &at, &after.id);
    }
    if !before.extensions().is_internal() && after.extensions().is_internal() {
        report.add(Rule::VisibilityLowered, &at, &after.id);
    }
    inputs::check(before, after, report);
    answers(before, after, report);
}

fn answers(before: &Operation<'_>, after: &Operation<'_>, report: &mut Report) {
    if let Some(was) = before.expected_response()
        && let Some(schema) = was.schema
    {
        let now = after.expected_response();
        match now.and_then(|it| it.schema) {
            None => {
                let at = now.map_or_else(|| after.pointer.clone(), Response::pointer);
                report.add(Rule::ResponseTypeChanged, &Place::new(&at), &after.id);
            }
            Some(now_schema) => {
                let at = now.map_or_else(String::new, Response::pointer);
                Shapes::new(Direction::Answer, &at, report).compare(schema, now_schema);
            }
        }
    }
    let was = before.notification_content().and_then(|it| it.schema());
    let now = after.notification_content().and_then(|it| it.schema());
    match (was, now) {
        (Some(was), Some(now)) => {
            Shapes::new(Direction::Answer, &after.pointer, report).compare(was, now);
        }
        (Some(_), None) => {
            report.add(Rule::ResponseTypeChanged, &Place::new(&after.pointer), &after.id);
        }
        (None, _) => {}
    }
}

/// Whether a text was there and is no more.
fn is_emptied(before: Option<&str>, after: Option<&str>) -> bool {
    let is_text = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
    is_text(before) && !is_text(after)
}
