//! Outputs: the list, and in its items every required output (V10).

use openapi::Schema;

use super::{
    Context, Found, Plan,
    inputs::{escaped, place},
};
use crate::{
    contract::{Field, normal},
    finding::{Finding, Rule},
};

pub(super) fn check(context: &Context<'_, '_>, plan: &mut Plan, findings: &mut Vec<Finding>) {
    let answer = context.operation.expected_response();
    let at = answer.map_or_else(|| context.operation.pointer.clone(), openapi::Response::pointer);
    let schema = answer.and_then(|answer| answer.schema);
    let items = schema.and_then(|schema| {
        let properties = schema.all_properties();
        let own = properties.iter().find(|(name, _)| name.eq_ignore_ascii_case(LIST));
        own.filter(|(_, list)| list.kind() == Some("array")).and_then(|(_, list)| list.items())
    });
    let Some(items) = items else {
        findings.push(context.finding(Rule::V10Value, at));
        return;
    };
    let at = place(items, || format!("{at}/schema/properties/{LIST}/items"));
    let properties = items.all_properties();
    let mut claimed: Vec<&str> = Vec::new();
    for field in context.form.outputs {
        let found = find(context, field, &properties, &claimed);
        let Some((name, by_name)) = found else {
            if field.required {
                let finding = context.finding(Rule::V10Missing, at.clone());
                let finding = finding.with("output", field.name);
                findings.push(finding.with("expected", field.description));
            }
            continue;
        };
        claimed.push(name);
        if by_name && field.required && context.found == Found::Description {
            let pointer = format!("{at}/properties/{}", escaped(name));
            let finding = context.finding(Rule::V10Name, pointer).with("output", name);
            findings.push(finding.with("expected", field.description));
        }
        if name != field.name {
            plan.outputs.push((field.name, name.to_owned()));
        }
    }
}

/// The property that is meant by an output, and whether only its name says so.
fn find<'t>(
    context: &Context<'_, '_>,
    field: &Field,
    properties: &[(&'t str, Schema<'t>)],
    claimed: &[&str],
) -> Option<(&'t str, bool)> {
    let free = || properties.iter().filter(|(name, _)| !claimed.contains(name));
    let wanted = normal(field.description);
    let said = |schema: &Schema<'_>| schema.description().is_some_and(|d| normal(d) == wanted);
    if context.found == Found::Description
        && let Some((name, _)) = free().find(|(_, schema)| said(schema))
    {
        return Some((name, false));
    }
    let is = |name: &str| {
        name.eq_ignore_ascii_case(field.name)
            || (field.name == INSIGHT && name.eq_ignore_ascii_case(INSIGHT_OLD))
    };
    free().find(|(name, _)| is(name)).map(|(name, _)| (*name, true))
}

/// The list of an answer.
const LIST: &str = "value";
/// The text of an insight, and its name for three weeks in 2025.
const INSIGHT: &str = "insight";
const INSIGHT_OLD: &str = "insightMarkdown";
