//! Parameters and bodies.

use std::collections::HashMap;

use openapi::{Location, Operation, Parameter, Place};

use super::{
    is_emptied,
    shapes::{Direction, Shapes},
};
use crate::{Rule, report::Report};

pub(super) fn check(before: &Operation<'_>, after: &Operation<'_>, report: &mut Report) {
    let (earlier, later) = (Named::of(before), Named::of(after));
    for was in &before.parameters {
        if let Some(now) = later.find(was) {
            parameter(was, now, report);
        } else {
            let what = format_args!("{}: {}", before.id, was.name);
            report.add(Rule::ParameterRemoved, &Place::new(&was.pointer()), what);
        }
    }
    for now in &after.parameters {
        if now.required && now.default().is_none() && earlier.find(now).is_none() {
            let what = format_args!("{}: {}", after.id, now.name);
            report.add(Rule::RequiredParameterAdded, &Place::new(&now.pointer()), what);
        }
    }
}

/// Parameters by what callers know them by.
struct Named<'o, 't> {
    exact: HashMap<(&'t str, Location), &'o Parameter<'t>>,
    moved: HashMap<&'t str, &'o Parameter<'t>>,
    body: Option<&'o Parameter<'t>>,
}

impl<'o, 't> Named<'o, 't> {
    fn of(operation: &'o Operation<'t>) -> Self {
        let all = || operation.parameters.iter().rev();
        let beside = || all().filter(|it| it.location != Location::Body);
        Self {
            exact: beside().map(|it| ((it.name, it.location), it)).collect(),
            moved: beside().map(|it| (it.name, it)).collect(),
            body: operation.body(),
        }
    }

    /// A body is the same whatever it is called; everything else goes by its name.
    fn find(&self, one: &Parameter<'_>) -> Option<&'o Parameter<'t>> {
        if one.location == Location::Body {
            return self.body;
        }
        let exact = self.exact.get(&(one.name, one.location));
        exact.or_else(|| self.moved.get(one.name)).copied()
    }
}

fn parameter(was: &Parameter<'_>, now: &Parameter<'_>, report: &mut Report) {
    let pointer = now.pointer();
    let at = Place::new(&pointer);
    if was.location != now.location {
        report.add(Rule::ParameterPlaceChanged, &at, now.name);
    }
    if !was.required && now.required && now.default().is_none() {
        report.add(Rule::ParameterMadeRequired, &at, now.name);
    }
    if was.default() != now.default() && was.default().is_some() {
        report.add(Rule::DefaultChanged, &at, now.name);
    }
    if !was.extensions().is_internal() && now.extensions().is_internal() {
        report.add(Rule::VisibilityLowered, &at, now.name);
    }
    if is_emptied(was.description(), now.description()) {
        report.add(Rule::DescriptionEmptied, &at, now.name);
    }
    Shapes::new(Direction::Input, &pointer, report).compare(was.schema, now.schema);
}
