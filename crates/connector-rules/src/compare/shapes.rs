//! Two schemas, side by side.

use std::{collections::HashSet, ptr};

use openapi::{Node, Place, Schema};

use super::is_emptied;
use crate::{
    Rule,
    limits::MAX_COMPARED_SCHEMAS,
    report::{Report, shown},
};

/// Who writes what is described.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// The caller.
    Input,
    /// The service.
    Answer,
}

/// A walk through two schemas, cycles left out.
pub(super) struct Shapes<'r> {
    direction: Direction,
    pointer: &'r str,
    report: &'r mut Report,
    seen: HashSet<(usize, usize)>,
    path: Vec<String>,
}

impl<'r> Shapes<'r> {
    /// A walk whose findings have this place.
    pub(super) fn new(direction: Direction, pointer: &'r str, report: &'r mut Report) -> Self {
        Self { direction, pointer, report, seen: HashSet::new(), path: Vec::new() }
    }

    /// Names every change for the worse.
    pub(super) fn compare(&mut self, was: Schema<'_>, now: Schema<'_>) {
        let address = |it: &Schema<'_>| ptr::from_ref(it.object()).addr();
        let pair = (address(&was), address(&now));
        if !self.seen.insert(pair)
            || self.seen.len() > MAX_COMPARED_SCHEMAS
            || self.path.len() > MAX_LEVELS
        {
            return;
        }
        if kinds(was) != kinds(now) || was.format() != now.format() {
            let rule = match self.direction {
                Direction::Input => Rule::ParameterTypeChanged,
                Direction::Answer => Rule::ResponseTypeChanged,
            };
            self.add(rule, &format!("{} → {}", kinds(was), kinds(now)));
            return;
        }
        self.values(was, now);
        if self.direction == Direction::Input {
            self.bounds(was, now);
        }
        self.properties(was, now);
        if let (Some(was), Some(now)) = (was.items(), now.items()) {
            self.path.push("[]".to_owned());
            self.compare(was, now);
            self.path.pop();
        }
    }

    fn values(&mut self, was: Schema<'_>, now: Schema<'_>) {
        let allowed = now.enum_values();
        if allowed.is_empty() {
            return;
        }
        let known: HashSet<_> = allowed.iter().map(|it| (it.kind(), shown(it))).collect();
        let gone = was.enum_values().iter().filter(|it| !known.contains(&(it.kind(), shown(it))));
        for value in gone {
            self.add(Rule::EnumValueRemoved, &shown(value));
        }
        if was.enum_values().is_empty() && self.direction == Direction::Input {
            self.add(Rule::SchemaMadeStricter, "enum");
        }
    }

    fn bounds(&mut self, was: Schema<'_>, now: Schema<'_>) {
        let number = |schema: Schema<'_>, key| schema.object().get(key).and_then(Node::as_f64);
        let mut add = |rule, what| self.add(rule, what);
        for key in ["maximum", "maxLength", "maxItems", "maxProperties"] {
            if let Some(limit) = number(now, key)
                && number(was, key).is_none_or(|before| limit < before)
            {
                add(Rule::SchemaMadeStricter, key);
            }
        }
        for key in ["minimum", "minLength", "minItems", "minProperties"] {
            if let Some(limit) = number(now, key)
                && number(was, key).is_none_or(|before| limit > before)
            {
                add(Rule::SchemaMadeStricter, key);
            }
        }
        let pattern =
            |schema: Schema<'_>| schema.object().get("pattern").map(|it| shown(it).into_owned());
        if pattern(now).is_some() && pattern(now) != pattern(was) {
            add(Rule::SchemaMadeStricter, "pattern");
        }
    }

    fn properties(&mut self, was: Schema<'_>, now: Schema<'_>) {
        let (before, after) = (was.all_properties(), now.all_properties());
        let names: std::collections::HashMap<&str, Schema<'_>> = after.iter().copied().collect();
        let known: HashSet<&str> = before.iter().map(|(name, _)| *name).collect();
        for (name, was_property) in &before {
            self.path.push((*name).to_owned());
            match names.get(name) {
                None => self.add(
                    match self.direction {
                        Direction::Input => Rule::ParameterRemoved,
                        Direction::Answer => Rule::ResponsePropertyRemoved,
                    },
                    "",
                ),
                Some(now_property) => {
                    if self.direction == Direction::Input {
                        self.input((was, *was_property), (now, *now_property), name);
                    }
                    self.compare(*was_property, *now_property);
                }
            }
            self.path.pop();
        }
        if self.direction == Direction::Answer {
            return;
        }
        for (name, property) in &after {
            let is_new = !known.contains(name);
            if is_new && now.requires_anywhere(name) && property.default().is_none() {
                self.path.push((*name).to_owned());
                self.add(Rule::RequiredParameterAdded, "");
                self.path.pop();
            }
        }
    }

    fn input(
        &mut self,
        (was, before): (Schema<'_>, Schema<'_>),
        (now, after): (Schema<'_>, Schema<'_>),
        name: &str,
    ) {
        let required = now.requires_anywhere(name) && !was.requires_anywhere(name);
        if required && after.default().is_none() {
            self.add(Rule::ParameterMadeRequired, "");
        }
        if before.default().is_some() && before.default() != after.default() {
            self.add(Rule::DefaultChanged, "");
        }
        if !before.extensions().is_internal() && after.extensions().is_internal() {
            self.add(Rule::VisibilityLowered, "");
        }
        if is_emptied(before.description(), after.description()) {
            self.add(Rule::DescriptionEmptied, "");
        }
    }

    fn add(&mut self, rule: Rule, what: &str) {
        let path = self.path.join("/");
        let at = Place::new(self.pointer);
        match (path.as_str(), what) {
            ("", what) => self.report.add(rule, &at, what),
            (path, "") => self.report.add(rule, &at, path),
            (path, what) => self.report.add(rule, &at, format_args!("{path}: {what}")),
        }
    }
}

/// The types of a schema in one word; `any` where it says none.
fn kinds(schema: Schema<'_>) -> String {
    let mut kinds: Vec<&str> = schema.types().filter(|kind| *kind != "null").collect();
    kinds.sort_unstable();
    match kinds.as_slice() {
        [] if schema.properties().len() > 0 => "object".to_owned(),
        [] => "any".to_owned(),
        kinds => kinds.join(" or "),
    }
}

/// Deepest nesting that is compared; also what readers take.
const MAX_LEVELS: usize = 64;
