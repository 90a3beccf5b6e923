//! One call of another operation: whether it is there, and whether it gets what it needs.

use openapi::{Node, Object, Place};

use crate::{
    Rule,
    check::schemas::has_type,
    document::{Document, Operation, is_internal, list, object},
    limits::MAX_SEARCHED_PROPERTIES,
    report::{Report, shown},
};

/// How an extension writes its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `x-ms-dynamic-values`; whether `x-ms-dynamic-list` stands beside it.
    OldValues { has_new: bool },
    /// `x-ms-dynamic-schema`; whether `x-ms-dynamic-properties` stands beside it.
    OldSchema { has_new: bool },
    /// The successors, which name places without ambiguity; `browse` may use what was selected.
    New { browses: bool },
}

/// A call and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call<'d> {
    pub(super) document: &'d Document<'d>,
    pub(super) operation: Option<&'d Operation<'d>>,
    pub(super) style: Style,
}

/// A parameter or property that a value comes from or goes to.
#[derive(Debug, Clone, Copy)]
struct Slot<'d> {
    node: &'d Object<'d>,
    is_required: bool,
}

/// What a name means.
struct Found<'d> {
    parameter: Option<Slot<'d>>,
    properties: Vec<Slot<'d>>,
}

impl<'d> Call<'d> {
    /// Judges the call; the operation that it names, when there is one.
    pub(super) fn judge(
        &self,
        node: &'d Node<'d>,
        at: &Place<'_>,
        report: &mut Report,
    ) -> Option<&'d Operation<'d>> {
        let Some(id) = node.get("operationId") else {
            let others = node.get("capability").is_some() || node.get("builtInOperation").is_some();
            if !others {
                report.add(Rule::OneOfPropertiesRequired, at, "operationId, capability");
            }
            return None;
        };
        let id = shown(id);
        let Some(target) = self.document.operation(&id) else {
            report.add(Rule::OperationIdNotFound, &at.member("operationId"), id);
            return None;
        };
        let given = node.get("parameters").and_then(Node::as_object);
        let place = at.member("parameters");
        for (name, value) in given.into_iter().flat_map(Object::iter) {
            self.argument(target, (name, value), &place.member(name), report);
        }
        missing(target, given, at, report);
        Some(target)
    }

    fn is_old(&self) -> bool {
        !matches!(self.style, Style::New { .. })
    }

    fn argument(
        &self,
        target: &'d Operation<'d>,
        (name, value): (&str, &'d Node<'d>),
        at: &Place<'_>,
        report: &mut Report,
    ) {
        let goes = self.find(target, name);
        let slot = goes.parameter.or_else(|| goes.properties.first().copied());
        if slot.is_none() && !is_open(self.document, target) {
            report.add(Rule::OperationParameterNameNotFound, at, name);
        }
        if self.is_old() && goes.parameter.is_some() && !goes.properties.is_empty() {
            report.add(Rule::OperationParameterNameIsAmbiguous, at, name);
        }
        let selected = value.get("selectedItemValuePath");
        if selected.is_some() && self.style != (Style::New { browses: true }) {
            let rule = Rule::SelectedItemValuePathNotAllowedInThisPosition;
            report.add(rule, &at.member("selectedItemValuePath"), name);
        }
        let key = if self.is_old() { "parameter" } else { "parameterReference" };
        if let Some(source) = value.get(key).and_then(Node::as_str) {
            self.source((source, slot), &at.member(key), report);
        } else if selected.is_none() {
            let literal = if self.is_old() { Some(value) } else { value.get("value") };
            let kind = slot.and_then(|slot| slot.node.str("type"));
            if let Some(literal) = literal.filter(|it| !it.is_null() && !has_type(it, kind)) {
                report.add(Rule::OperationParameterStaticTypeMismatch, at, shown(literal));
            }
        }
    }

    /// A value that comes from the operation where the extension stands.
    fn source(&self, (name, slot): (&str, Option<Slot<'d>>), at: &Place<'_>, report: &mut Report) {
        let Some(operation) = self.operation else { return };
        let from = self.find(operation, name);
        let several = usize::from(from.parameter.is_some()) + from.properties.len() > 1;
        let rules = match self.style {
            Style::OldValues { has_new: false } => Some((
                Rule::DynamicListExtensionRequiredForAmbiguousReferences,
                Rule::DynamicListExtensionRequiredForNonParameterReferences,
            )),
            Style::OldSchema { has_new: false } => Some((
                Rule::DynamicPropertiesExtensionRequiredForAmbiguousReferences,
                Rule::DynamicPropertiesExtensionRequiredForNonParameterReferences,
            )),
            _ => None,
        };
        if let Some((ambiguous, inside)) = rules {
            if several {
                report.add(ambiguous, at, name);
            } else if from.parameter.is_none() && !from.properties.is_empty() {
                report.add(inside, at, name);
            }
        }
        let Some(source) = from.parameter.or_else(|| from.properties.first().copied()) else {
            return;
        };
        if is_internal(source.node) {
            report.add(Rule::SourcePropertyInternal, at, name);
        }
        let Some(slot) = slot else { return };
        if slot.is_required && !source.is_required && !source.node.contains_key("default") {
            report.add(Rule::OperationParameterRequiredMismatch, at, name);
        }
        if let (Some(from), Some(to)) = (source.node.str("type"), slot.node.str("type"))
            && from != to
            && !(from == "integer" && to == "number")
        {
            report.add(
                Rule::OperationParameterTypeMismatch,
                at,
                format_args!("{name}: {from}, {to}"),
            );
        }
    }

    /// What a name means to an operation.
    fn find(&self, operation: &'d Operation<'d>, name: &str) -> Found<'d> {
        let slot = |it: &crate::document::Parameter<'d>| Slot {
            node: it.node,
            is_required: it.is_required(),
        };
        if self.is_old() {
            let parameter = operation.parameter(name).filter(|it| it.place != "body").map(slot);
            let mut properties = Vec::new();
            if let Some(body) = operation.body() {
                search(self.document, body, name, &mut properties);
            }
            return Found { parameter, properties };
        }
        // A whole name goes first: names may hold slashes.
        if let Some(parameter) = operation.parameter(name) {
            return Found { parameter: Some(slot(parameter)), properties: Vec::new() };
        }
        let property = name.split_once('/').and_then(|(first, path)| {
            let parameter = operation.parameter(first)?;
            let schema = parameter.node.get("schema")?;
            walk(self.document, schema, path)
        });
        Found { parameter: property, properties: Vec::new() }
    }
}

/// What the target needs and nobody gives.
fn missing(
    target: &Operation<'_>,
    given: Option<&Object<'_>>,
    at: &Place<'_>,
    report: &mut Report,
) {
    let is_given = |name: &str| {
        given.is_some_and(|given| {
            given.contains_key(name)
                || given
                    .iter()
                    .any(|(key, _)| key.split_once('/').is_some_and(|(first, _)| first == name))
        })
    };
    let needed = target.parameters.iter().take(MAX_SEARCHED_PROPERTIES.0);
    for parameter in needed.filter(|it| it.is_required() && !it.has_default()) {
        if parameter.place == "body" || is_given(parameter.name) {
            continue;
        }
        report.add(Rule::OperationMissingRequiredProperty, at, parameter.name);
    }
}

/// Whether a body takes properties that nobody declared.
fn is_open(document: &Document<'_>, operation: &Operation<'_>) -> bool {
    let Some(body) = operation.body().and_then(|it| document.resolve(it)).and_then(Node::as_object)
    else {
        return false;
    };
    let dynamic =
        body.contains_key("x-ms-dynamic-schema") || body.contains_key("x-ms-dynamic-properties");
    dynamic || !body.contains_key("properties") || body.contains_key("additionalProperties")
}

/// Every property of this name in a body, at any depth.
fn search<'d>(
    document: &'d Document<'d>,
    schema: &'d Node<'d>,
    name: &str,
    found: &mut Vec<Slot<'d>>,
) {
    let (most, levels) = MAX_SEARCHED_PROPERTIES;
    let mut next = vec![(schema, 0_usize)];
    let mut seen = 0_usize;
    while let Some((schema, level)) = next.pop() {
        let Some(schema) = document.resolve(schema).and_then(Node::as_object) else { continue };
        let required = list(schema, "required");
        for (key, property) in object(schema, "properties").into_iter().flat_map(Object::iter) {
            seen += 1;
            if key == name
                && let Some(node) = document.resolve(property).and_then(Node::as_object)
            {
                let is_required = required.iter().any(|it| it.as_str() == Some(name));
                found.push(Slot { node, is_required });
            }
            if level < levels && seen < most {
                next.push((property, level + 1));
            }
        }
        if level < levels && seen < most {
            next.extend(list(schema, "allOf").iter().map(|part| (part, level + 1)));
        }
    }
}

/// The property at the end of a path such as `address/city`.
fn walk<'d>(document: &'d Document<'d>, schema: &'d Node<'d>, path: &str) -> Option<Slot<'d>> {
    let mut node = document.resolve(schema)?.as_object()?;
    let mut is_required = true;
    for segment in path.split('/') {
        let required = list(node, "required").iter().any(|it| it.as_str() == Some(segment));
        is_required &= required;
        let property =
            object(node, "properties").and_then(|all| all.get(segment)).or_else(|| {
                list(node, "allOf").iter().find_map(|part| {
                    object(document.resolve(part)?.as_object()?, "properties")?.get(segment)
                })
            })?;
        node = document.resolve(property)?.as_object()?;
    }
    Some(Slot { node, is_required })
}
