//! Every check, run over one package.

mod document;
mod dynamic;
mod operations;
mod pair;
mod parameters;
mod paths;
mod people;
mod references;
mod responses;
mod schemas;
mod security;
mod shapes;
mod triggers;
mod versions;
mod words;

use openapi::{Finding, Node, Severity};

use crate::{Group, Rule, document::Document, report::Report};

/// Who made a connector: a few rules differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// The owner of the service, or nobody said.
    #[default]
    Certified,
    /// Somebody else, under the rules of independent publishers.
    Independent,
}

/// How strictly a package is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Level {
    /// While a connector is made: what only certification asks of texts and people is a warning.
    #[default]
    Draft,
    /// What is handed in for certification.
    Certification,
}

/// What is judged. What is missing is not judged.
#[derive(Debug, Clone, Copy, Default)]
pub struct Subject<'a> {
    /// The root of the API description.
    pub definition: Option<&'a Node<'a>>,
    /// Its size in bytes; zero when nobody counted.
    pub definition_bytes: usize,
    /// The root of `apiProperties.json`.
    pub properties: Option<&'a Node<'a>>,
    /// The names of all files of the package; none when nobody looked.
    pub files: Option<&'a [String]>,
    /// Who made it.
    pub kind: Kind,
    /// How strictly.
    pub level: Level,
}

/// Every finding about a package, in the order of the checks.
pub fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut report = Report::default();
    let definition = subject.definition.and_then(Document::of);
    if let Some(definition) = &definition {
        document::check(definition, &mut report);
        paths::check(definition, &mut report);
        operations::check(definition, &mut report);
        security::check(definition, &mut report);
        versions::check(definition, &mut report);
        if definition.is_swagger {
            let shapes = shapes::Shapes::of(definition);
            parameters::check(definition, &mut report);
            responses::check(definition, &mut report);
            schemas::check(definition, &shapes, &mut report);
            triggers::check(definition, &shapes, &mut report);
        }
        people::check(definition, subject.definition_bytes, &mut report);
    }
    pair::check(subject, definition.as_ref(), &mut report);
    let mut found = report.into_vec();
    if subject.level == Level::Draft {
        found.iter_mut().for_each(soften);
    }
    found
}

/// What only certification asks for is no error before.
fn soften(finding: &mut Finding) {
    let rule = Rule::of(finding.code.as_str());
    if rule.is_some_and(|rule| rule.group() == Group::People) {
        finding.severity = finding.severity.min(Severity::Warning);
    }
}
