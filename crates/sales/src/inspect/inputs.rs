//! Inputs: mapped by description inside the operation, required ones present, none beyond the contract (V5 to V9).

use openapi::{Location, Schema, Target};

use super::{Context, Found, Plan};
use crate::{
    contract::{Field, Kind, normal},
    finding::{Finding, Part, Rule},
};

/// Where the value of an input goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    /// The name in the contract.
    pub(crate) field: &'static str,
    /// The name in the operation.
    pub(crate) name: String,
    /// Whether it is a property of the body.
    pub(crate) in_body: bool,
    /// The values that the operation lists, where it does.
    pub(crate) spellings: Vec<String>,
    /// For each field of what it holds, the name there.
    pub(crate) inside: Vec<(&'static str, String)>,
}

/// An input of the operation.
#[expect(clippy::struct_excessive_bools, reason = "each answers a question of its own")]
struct Candidate<'t> {
    name: &'t str,
    description: Option<String>,
    schema: Schema<'t>,
    required: bool,
    has_default: bool,
    internal: bool,
    fixed: bool,
    in_body: bool,
    pointer: String,
    claimed: bool,
}

pub(super) fn check(context: &Context<'_, '_>, plan: &mut Plan, findings: &mut Vec<Finding>) {
    let mut candidates = candidates(context);
    for field in context.form.inputs {
        let Some(index) = find(context, field, &candidates, findings) else {
            if field.required {
                let finding = context.finding(Rule::V7Missing, &context.operation.pointer);
                let finding = finding.with("input", field.name);
                findings.push(finding.with("expected", field.description));
            }
            continue;
        };
        let Some(candidate) = candidates.get_mut(index) else { continue };
        candidate.claimed = true;
        if candidate.fixed {
            let index = context.selected.map_or(0, |(index, _)| index);
            let pointer = format!("/operations/{index}/overrides/{}", escaped(candidate.name));
            let finding = context.finding(Rule::V14Fixed, pointer).in_part(Part::Action);
            findings.push(finding.with("input", candidate.name));
            continue;
        }
        let kind = candidate.schema.kind();
        if !field.kind.fits(kind) {
            let rule = if field.required { Rule::V7Type } else { Rule::V6Type };
            let finding = context.finding(rule, &candidate.pointer).with("input", candidate.name);
            let finding = finding.with("expected", field.kind.word());
            findings.push(finding.with("found", kind.unwrap_or_default()));
            continue;
        }
        if candidate.required && !field.required && !candidate.has_default {
            let finding = context.finding(Rule::V8Optional, &candidate.pointer);
            findings.push(finding.with("input", candidate.name));
            plan.needs.push(field.name);
        }
        let Some(inside) = inside(context, field, candidate, findings) else { continue };
        plan.inputs.push(Route {
            field: field.name,
            name: candidate.name.to_owned(),
            in_body: candidate.in_body,
            spellings: spellings(candidate.schema),
            inside,
        });
    }
    for candidate in &candidates {
        rest(context, candidate, plan, findings);
    }
}

fn candidates<'t>(context: &Context<'_, 't>) -> Vec<Candidate<'t>> {
    let mut all = Vec::new();
    for parameter in &context.operation.parameters {
        let said = context.said(parameter.name);
        let is_body = parameter.location == Location::Body;
        if is_body {
            let at = place(parameter.schema, || format!("{}/schema", parameter.pointer()));
            for (name, schema) in parameter.schema.all_properties() {
                all.push(Candidate {
                    name,
                    description: schema.description().map(str::to_owned),
                    schema,
                    required: parameter.schema.requires_anywhere(name),
                    has_default: schema.default().is_some(),
                    internal: schema.extensions().is_internal(),
                    fixed: context.said("body").is_some_and(|said| said.fixed),
                    in_body: true,
                    pointer: format!("{at}/properties/{}", escaped(name)),
                    claimed: false,
                });
            }
            continue;
        }
        let own = said.and_then(|said| said.description.clone());
        all.push(Candidate {
            name: parameter.name,
            description: own.or_else(|| parameter.description().map(str::to_owned)),
            schema: parameter.schema,
            required: parameter.required || said.is_some_and(|said| said.required),
            has_default: parameter.default().is_some() || said.is_some_and(|said| said.default),
            internal: parameter.extensions().is_internal(),
            fixed: said.is_some_and(|said| said.fixed),
            in_body: false,
            pointer: parameter.pointer(),
            claimed: false,
        });
    }
    all.truncate(MAX_INPUTS);
    all
}

/// The input that is meant by a field: by its description, or by its name where that may be.
fn find(
    context: &Context<'_, '_>,
    field: &Field,
    candidates: &[Candidate<'_>],
    findings: &mut Vec<Finding>,
) -> Option<usize> {
    let free = || candidates.iter().enumerate().filter(|(_, c)| !c.claimed && !c.internal);
    if context.found == Found::Description {
        let wanted = normal(field.description);
        let is = |c: &Candidate<'_>| c.description.as_deref().is_some_and(|d| normal(d) == wanted);
        let mut found = free().filter(|(_, candidate)| is(candidate));
        if let Some((index, _)) = found.next() {
            if let Some((_, second)) = found.next() {
                let finding = context.finding(Rule::V5Twice, &second.pointer);
                findings.push(finding.with("input", second.name));
            }
            return Some(index);
        }
        if field.required {
            return None;
        }
    }
    let (index, candidate) = free().find(|(_, c)| c.name.eq_ignore_ascii_case(field.name))?;
    if context.found == Found::Description {
        let finding = context.finding(Rule::V6Name, &candidate.pointer);
        let finding = finding.with("input", candidate.name);
        findings.push(finding.with("expected", field.description));
    }
    Some(index)
}

/// Where the fields of what an input holds go; none when the input cannot be filled.
fn inside(
    context: &Context<'_, '_>,
    field: &Field,
    candidate: &Candidate<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Vec<(&'static str, String)>> {
    if field.inside.is_empty() {
        return Some(Vec::new());
    }
    let holder =
        if field.kind == Kind::List { candidate.schema.items() } else { Some(candidate.schema) };
    let holder = holder?;
    let properties = holder.all_properties();
    if properties.is_empty() {
        // anything may be in it
        return Some(field.inside.iter().map(|own| (own.name, own.name.to_owned())).collect());
    }
    let at = place(holder, || candidate.pointer.clone());
    let mut claimed: Vec<&str> = Vec::new();
    let mut routes = Vec::new();
    for own in field.inside {
        let wanted = normal(own.description);
        let free = || properties.iter().filter(|(name, _)| !claimed.contains(name));
        let said = |schema: &Schema<'_>| schema.description().is_some_and(|d| normal(d) == wanted);
        let found = free()
            .find(|(_, schema)| context.found == Found::Description && said(schema))
            .or_else(|| free().find(|(name, _)| name.eq_ignore_ascii_case(own.name)));
        match found {
            Some((name, schema)) if own.kind.fits(schema.kind()) => {
                routes.push((own.name, (*name).to_owned()));
                claimed.push(name);
            }
            Some((name, schema)) => {
                let pointer = format!("{at}/properties/{}", escaped(name));
                let finding = context.finding(Rule::V6Type, pointer).with("input", name);
                let finding = finding.with("expected", own.kind.word());
                findings.push(finding.with("found", schema.kind().unwrap_or_default()));
                claimed.push(name);
            }
            None if own.required => {
                let finding = context.finding(Rule::V6Unsent, &candidate.pointer);
                findings.push(finding.with("input", candidate.name));
                return None;
            }
            None => {}
        }
    }
    for (name, schema) in &properties {
        let beyond =
            !claimed.contains(name) && holder.requires_anywhere(name) && schema.default().is_none();
        if beyond {
            let pointer = format!("{at}/properties/{}", escaped(name));
            findings.push(context.finding(Rule::V8Beyond, pointer).with("input", name));
        }
    }
    Some(routes)
}

/// What is to say of an input that no field of the contract is.
fn rest(
    context: &Context<'_, '_>,
    candidate: &Candidate<'_>,
    plan: &mut Plan,
    findings: &mut Vec<Finding>,
) {
    if candidate.name.eq_ignore_ascii_case(RESERVED) {
        let finding = context.finding(Rule::V9Reserved, &candidate.pointer);
        findings.push(finding.with("input", candidate.name));
        return;
    }
    if candidate.claimed || candidate.fixed {
        return;
    }
    let known = HEADERS.iter().find(|known| known.eq_ignore_ascii_case(candidate.name));
    if let (Some(known), false) = (known, candidate.internal) {
        plan.inputs.push(Route {
            field: known,
            name: candidate.name.to_owned(),
            in_body: candidate.in_body,
            spellings: Vec::new(),
            inside: Vec::new(),
        });
        if candidate.required && !candidate.has_default {
            plan.needs.push(known);
        }
        return;
    }
    if candidate.required && !candidate.has_default {
        let finding = context.finding(Rule::V8Beyond, &candidate.pointer);
        findings.push(finding.with("input", candidate.name));
    } else if !candidate.internal {
        let finding = context.finding(Rule::V6Unsent, &candidate.pointer);
        findings.push(finding.with("input", candidate.name));
    }
}

fn spellings(schema: Schema<'_>) -> Vec<String> {
    let values = schema.enum_values().iter().take(MAX_SPELLINGS);
    values.filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

/// Where a schema stands: in what its reference leads to, or where it is written.
pub(super) fn place(schema: Schema<'_>, written: impl FnOnce() -> String) -> String {
    match schema.target() {
        Target::Found { reference, .. } if reference.starts_with('#') => {
            reference.trim_start_matches('#').to_owned()
        }
        _ => written(),
    }
}

pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Headers that every request carries anyway, and two that the first edition of email drafts passed.
pub(crate) const HEADERS: [&str; 5] = [
    "Accept-Language",
    "x-ms-client-request-id",
    "x-ms-user-agent",
    "x-ms-message-id",
    "x-ms-conversation-id",
];

/// The name that the platform keeps for itself.
const RESERVED: &str = "connectorId";
/// Inputs of an operation that are looked at.
const MAX_INPUTS: usize = 200;
/// Values of an enumeration that are looked at.
const MAX_SPELLINGS: usize = 50;
