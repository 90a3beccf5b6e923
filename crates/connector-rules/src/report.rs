//! Findings as the checks make them.

use std::{borrow::Cow, fmt::Display};

use openapi::{Code, Finding, Node, Part, Place, Severity};

use crate::{Rule, limits::MAX_FINDINGS};

/// Collects findings, up to the bound.
#[derive(Debug, Default)]
pub(crate) struct Report {
    found: Vec<Finding>,
    left_out: usize,
}

impl Report {
    /// A rule broken at a place of the definition; `what` is the text that the message names.
    pub(crate) fn add(&mut self, rule: Rule, at: &Place<'_>, what: impl Display) {
        self.part(Part::Definition, rule, (at, what));
    }

    /// A rule broken at a place of the properties.
    pub(crate) fn properties(&mut self, rule: Rule, at: &Place<'_>, what: impl Display) {
        self.part(Part::Properties, rule, (at, what));
    }

    /// A rule broken by the package as a whole.
    pub(crate) fn package(&mut self, rule: Rule, what: impl Display) {
        self.part(Part::Package, rule, (&Place::ROOT, what));
    }

    /// A rule broken within an archive; the place leads through its entries.
    pub(crate) fn inside(&mut self, rule: Rule, at: &Place<'_>, what: impl Display) {
        self.part(Part::Package, rule, (at, what));
    }

    fn part(&mut self, part: Part, rule: Rule, (at, what): (&Place<'_>, impl Display)) {
        if self.found.len() >= MAX_FINDINGS {
            self.left_out += 1;
            return;
        }
        let finding = Finding::new(part, at.to_string(), Code(rule.code()), rule.severity());
        self.found.push(finding.with("what", what));
    }

    /// Everything found, with a last one that counts what was left out.
    pub(crate) fn into_vec(mut self) -> Vec<Finding> {
        if self.left_out > 0 {
            let more = Finding::new(Part::Definition, "", MORE, Severity::Info);
            self.found.push(more.with("count", self.left_out));
        }
        self.found
    }
}

/// The loader's code for the same.
const MORE: Code = Code("findings.more");

/// A value as a message names it: what is short is shown, of the rest the kind.
pub(crate) fn shown<'n>(node: &'n Node<'_>) -> Cow<'n, str> {
    match node {
        Node::Text(text) => Cow::Borrowed(text),
        Node::Number(number) => Cow::Borrowed(number.as_written()),
        Node::Bool(true) => Cow::Borrowed("true"),
        Node::Bool(false) => Cow::Borrowed("false"),
        other => Cow::Borrowed(other.kind()),
    }
}
