//! Which operations of a connector are for which surface, and what keeps them from it (V1 to V14).

mod inputs;
mod outputs;
mod package;

use std::collections::BTreeMap;

use openapi::{Operation, Package};

use crate::{
    Point,
    contract::{FORMS, Form, normal},
    finding::{Finding, Part, Rule},
};

pub(crate) use inputs::Route;

/// What is held against the contract.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The connector.
    pub package: &'a Package<'a>,
    /// What an action selects of it, with what it says of its own; all operations as they are unless given.
    pub selected: Option<&'a [Selected]>,
}

/// An operation of an action.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Selected {
    /// The operationId.
    pub operation: String,
    /// In the place of the description in the definition.
    pub description: Option<String>,
    /// For parameters, by name.
    pub parameters: BTreeMap<String, Said>,
}

/// What an action says of a parameter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// In the place of the description in the definition.
    pub description: Option<String>,
    /// Whether the action always sends the same value.
    pub fixed: bool,
    /// Whether the action sends a value when callers give none.
    pub default: bool,
    /// Whether callers must give it.
    pub required: bool,
}

/// How an operation was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// By its description.
    Description,
    /// By its identifier, and its inputs by their names, as it was before descriptions were compared.
    Identifier,
}

impl Found {
    /// The name in the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Description => "description",
            Self::Identifier => "identifier",
        }
    }
}

/// An operation that is for a point.
#[derive(Debug, Clone)]
pub struct Matched {
    /// The point.
    pub point: Point,
    /// The version of the operation's form; only the summary of an email has two.
    pub version: u8,
    /// The operationId.
    pub operation: String,
    /// How it was found.
    pub found: Found,
    /// Whether nothing keeps the surface from calling it.
    pub callable: bool,
    /// Whether the surface calls this one; another one may be for the same point.
    pub chosen: bool,
    /// How values get in and out.
    pub(crate) plan: Plan,
}

/// How the values of the contract get into an operation and out of its answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    pub(crate) inputs: Vec<Route>,
    /// Names of inputs without which no call is made.
    pub(crate) needs: Vec<&'static str>,
    /// The property of an item for each output that has one of its own name.
    pub(crate) outputs: Vec<(&'static str, String)>,
}

impl Matched {
    pub(crate) fn form(&self) -> Option<&'static Form> {
        FORMS.iter().find(|form| form.point == self.point && form.version == self.version)
    }
}

/// What a connector or an action came to.
#[derive(Debug, Clone, Default)]
pub struct Inspection {
    /// The operations that are for a point.
    pub matched: Vec<Matched>,
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Inspection {
    /// The operation that a point calls.
    pub fn chosen(&self, point: Point) -> Option<&Matched> {
        self.matched.iter().find(|matched| matched.point == point && matched.chosen)
    }
}

/// Holds a connector, or an action over it, against the contract.
pub fn inspect(subject: Subject<'_>) -> Inspection {
    let mut all = Inspection::default();
    let operations = subject.package.operations();
    for operation in operations.iter().take(MAX_OPERATIONS) {
        let selected = match subject.selected {
            None => None,
            Some(selected) => {
                let own = selected.iter().enumerate();
                let Some(found) = own.into_iter().find(|(_, own)| own.operation == operation.id)
                else {
                    continue;
                };
                Some(found)
            }
        };
        one(operation, selected, &mut all);
    }
    choose(&mut all);
    if all.matched.is_empty() && all.findings.iter().all(|f| f.rule != Rule::V1Near) {
        all.findings.push(Finding::new(Rule::V1None, ""));
    }
    package::check(subject.package, &operations, &mut all);
    all.findings.truncate(MAX_FINDINGS);
    all
}

fn one(operation: &Operation<'_>, selected: Option<(usize, &Selected)>, all: &mut Inspection) {
    let raw = operation.description();
    let own = selected.and_then(|(_, selected)| selected.description.as_deref());
    let said = own.or(raw);
    let at = format!("{}/description", operation.pointer);
    let id = &*operation.id;
    let hidden = raw.filter(|_| own.is_some()).map_or(&[][..], forms_of);
    let forms = said.map_or(&[][..], forms_of);
    if let (Some(first), true) = (hidden.first(), forms.is_empty()) {
        let index = selected.map_or(0, |(index, _)| index);
        let finding = Finding::new(Rule::V14Hidden, format!("/operations/{index}/description"));
        let finding = finding.in_part(Part::Action).with("expected", first.description);
        all.findings.push(finding.of(id, Some(first.point)));
    }
    let mut found = Found::Description;
    let mut form = forms.iter().find(|form| form.method == operation.method);
    if forms.is_empty() {
        found = Found::Identifier;
        let known = |form: &&Form| form.ids.iter().any(|known| known.eq_ignore_ascii_case(id));
        form = FORMS.iter().find(known);
        let Some(form) = form else {
            if let Some((near, word)) = said.and_then(nearest) {
                let finding = Finding::new(Rule::V1Near, at).with("expected", near.description);
                all.findings.push(finding.with("word", &word).of(id, Some(near.point)));
            }
            return;
        };
        let finding = Finding::new(Rule::V3Identifier, &operation.pointer);
        all.findings.push(finding.with("expected", form.description).of(id, Some(form.point)));
    } else if let Some(first) = forms.first()
        && said.map(str::trim) != Some(first.description)
    {
        let finding = Finding::new(Rule::V2Inexact, at).with("expected", first.description);
        all.findings.push(finding.of(id, Some(first.point)));
    }
    let method_fits = form.is_some_and(|form| form.method == operation.method);
    let Some(form) = form.or(forms.first()) else { return };
    let begun = all.findings.len();
    if !method_fits {
        let finding = Finding::new(Rule::V4Method, &operation.pointer);
        let finding = finding.with("expected", form.method.word());
        let finding = finding.with("found", operation.method.word());
        all.findings.push(finding.of(id, Some(form.point)));
    }
    let context = Context { operation, form, found, selected };
    let mut plan = Plan::default();
    inputs::check(&context, &mut plan, &mut all.findings);
    outputs::check(&context, &mut plan, &mut all.findings);
    let callable = all
        .findings
        .iter()
        .skip(begun)
        .all(|finding| finding.severity() != openapi::Severity::Error);
    all.matched.push(Matched {
        point: form.point,
        version: form.version,
        operation: id.to_owned(),
        found,
        callable,
        chosen: false,
        plan,
    });
}

/// What is checked of one operation.
#[derive(Debug)]
struct Context<'a, 't> {
    operation: &'a Operation<'t>,
    form: &'static Form,
    found: Found,
    selected: Option<(usize, &'a Selected)>,
}

impl Context<'_, '_> {
    fn said(&self, parameter: &str) -> Option<&Said> {
        self.selected.and_then(|(_, selected)| selected.parameters.get(parameter))
    }

    fn finding(&self, rule: Rule, pointer: impl Into<String>) -> Finding {
        Finding::new(rule, pointer).of(&self.operation.id, Some(self.form.point))
    }
}

/// The forms that a description stands for; they stand beside each other in the table.
fn forms_of(description: &str) -> &'static [Form] {
    static ALL: [Form; 6] = FORMS;
    let said = normal(description);
    let is = |form: &Form| normal(form.description) == said;
    let Some(first) = ALL.iter().position(is) else { return &[] };
    let rest = ALL.get(first..).unwrap_or_default();
    let count = rest.iter().take_while(|form| is(form)).count();
    rest.get(..count).unwrap_or_default()
}

/// The form whose description is nearly this one, and the first word that differs.
fn nearest(description: &str) -> Option<(&'static Form, String)> {
    let said = normal(&description.chars().take(MAX_COMPARED).collect::<String>());
    let words: Vec<&str> = said.split(' ').collect();
    let mut best: Option<(usize, &'static Form, String)> = None;
    for form in Point::ALL.into_iter().filter_map(|point| point.forms().next()) {
        let wanted = normal(form.description);
        let wanted: Vec<&str> = wanted.split(' ').collect();
        let shared = wanted.iter().filter(|word| words.contains(word)).count();
        let longest = wanted.len().max(words.len());
        if shared * 100 < longest * NEAR || best.as_ref().is_some_and(|(most, ..)| *most >= shared)
        {
            continue;
        }
        let differing = words.iter().zip(&wanted).find(|(a, b)| a != b).map(|(a, _)| *a);
        let differing = differing.or_else(|| words.last().copied()).unwrap_or_default();
        best = Some((shared, form, differing.to_owned()));
    }
    best.map(|(_, form, word)| (form, word))
}

/// One operation for each point: the newer form before the older, what can be called before what cannot, else the
/// first (V11).
fn choose(all: &mut Inspection) {
    for point in Point::ALL {
        let of = all.matched.iter().enumerate().filter(|(_, matched)| matched.point == point);
        let ranked = of.map(|(index, matched)| {
            ((!matched.callable, u8::MAX - matched.version, index), matched.operation.clone())
        });
        let mut ranked: Vec<_> = ranked.collect();
        kernel::sort(&mut ranked);
        let mut ranked = ranked.into_iter();
        let Some(((_, _, first), kept)) = ranked.next() else { continue };
        if let Some(matched) = all.matched.get_mut(first) {
            matched.chosen = true;
        }
        for (_, other) in ranked {
            let finding = Finding::new(Rule::V11Twice, "").with("kept", &kept);
            all.findings.push(finding.of(&other, Some(point)));
        }
    }
}

/// Operations that are looked at; more are a finding themselves.
const MAX_OPERATIONS: usize = 1_000;
/// Findings of one connector.
const MAX_FINDINGS: usize = 500;
/// Characters of a description that are compared when it is no string of the contract.
const MAX_COMPARED: usize = 1_000;
/// How many words in a hundred a description shares with the one that was meant; our own choice.
const NEAR: usize = 75;

#[cfg(test)]
mod tests;
