//! Parameters and bodies.

use openapi::{Location, Operation, Parameter, Place};

use super::{
    is_emptied,
    shapes::{Direction, Shapes},
};
use crate::{Rule, report::Report};

pub(super) fn check(before: &Operation<'_>, after: &Operation<'_>, report: &mut Report) {
    let find = |all: &Operation<'_>, one: &Parameter<'_>| -> Option<usize> {
        let same = |it: &Parameter<'_>| it.name == one.name && it.location == one.location;
        let exact = all.parameters.iter().position(same);
        exact.or_else(|| all.parameters.iter().position(|it| is_same(it, one)))
    };
    for was in &before.parameters {
        match find(after, was).and_then(|index| after.parameters.get(index)) {
            Some(now) => parameter(was, now, report),
            None => {
                let what = format_args!("{}: {}", before.id, was.name);
                report.add(Rule::ParameterRemoved, &Place::new(&was.pointer()), what);
            }
        }
    }
    for now in &after.parameters {
        if find(before, now).is_none() && now.required && now.default().is_none() {
            let what = format_args!("{}: {}", after.id, now.name);
            report.add(Rule::RequiredParameterAdded, &Place::new(&now.pointer()), what);
        }
    }
}

/// A body is the same whatever it is called; everything else goes by its name.
fn is_same(one: &Parameter<'_>, other: &Parameter<'_>) -> bool {
    match (one.location, other.location) {
        (Location::Body, Location::Body) => true,
        (Location::Body, _) | (_, Location::Body) => false,
        _ => one.name == other.name,
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
