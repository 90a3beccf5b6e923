//! Findings as pages show them: severity, words, remedy, and the line of the file where they are.

use connectors::{Compiled, Connector};
use openapi::{Document, Finding, Part, Position, Severity};
use web_frame::Frame;

use super::{count, path_of, piece, say};

/// One finding in words.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) word: String,
    pub(super) class: &'static str,
    pub(super) message: String,
    pub(super) remedy: String,
    /// File, line and column in words.
    pub(super) place: String,
    pub(super) pointer: String,
    /// Where the file is shown.
    pub(super) href: Option<String>,
    pub(super) code: &'static str,
}

/// How many there are of each severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) infos: usize,
}

impl Counts {
    pub(super) fn of(found: &[Finding]) -> Self {
        let of = |severity| found.iter().filter(|it| it.severity == severity).count();
        Self {
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
            infos: of(Severity::Info),
        }
    }

    /// Those of one severity.
    pub(super) const fn only(self, severity: Severity) -> usize {
        match severity {
            Severity::Error => self.errors,
            Severity::Warning => self.warnings,
            Severity::Info => self.infos,
        }
    }

    pub(super) const fn total(self) -> usize {
        self.errors + self.warnings + self.infos
    }
}

/// Where findings stand in their files: each file is looked through once.
pub(super) fn positions(compiled: &Compiled, found: &[&Finding]) -> Vec<Option<Position>> {
    let package = compiled.package();
    let of = |part: Part, document: Option<&Document<'_>>| {
        let mine = found.iter().filter(|finding| finding.part == part);
        let pointers: Vec<&str> = mine.map(|finding| finding.pointer.as_str()).collect();
        document.map(|document| document.positions(&pointers)).unwrap_or_default().into_iter()
    };
    let mut definition = of(Part::Definition, Some(package.definition.document()));
    let mut properties = of(Part::Properties, package.properties.document());
    let one = |finding: &&Finding| match finding.part {
        Part::Definition => definition.next(),
        Part::Properties => properties.next(),
        Part::Package => None,
    };
    found.iter().map(one).collect()
}

/// What a finding says, and what to do about it.
pub(super) fn words(frame: &Frame, finding: &Finding) -> (String, String) {
    let (message, remedy) = connector_rules::text_keys(finding);
    let args: Vec<(&str, i18n::Arg<'_>)> =
        finding.args.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
    let said = |key: &str| {
        let text = frame.t.with(key, &args);
        if text == key { String::new() } else { text }
    };
    let words = said(&message);
    let words = if words.is_empty() { finding.code.as_str().to_owned() } else { words };
    (words, said(&remedy))
}

impl Row {
    /// Findings about the version that `compiled` is of, each with its place.
    pub(super) fn all(
        frame: &Frame,
        (connector, compiled): (&Connector, &Compiled),
        found: &[&Finding],
    ) -> Vec<Self> {
        let places = positions(compiled, found).into_iter();
        let places = places.map(|place| place.map(|place| (place, compiled.number())));
        let row = |(finding, place): (&&Finding, _)| Self::of(frame, (connector, place), finding);
        found.iter().zip(places).map(row).collect()
    }

    /// A finding, and the version in whose file it has its place.
    pub(super) fn of(
        frame: &Frame,
        (connector, at): (&Connector, Option<(Position, i64)>),
        finding: &Finding,
    ) -> Self {
        let (message, remedy) = words(frame, finding);
        let file = say(frame, &format!("part-{}", finding.part.code()));
        let (place, href) = match at {
            Some((at, number)) => {
                let place = frame.say_with(
                    "web-apis.place",
                    &[
                        ("file", file.as_str().into()),
                        ("line", count(at.line).into()),
                        ("column", count(at.column).into()),
                    ],
                );
                let href = format!(
                    "{}/definition?file={}&version={}&line={}&at={}#L{}",
                    path_of(connector.id),
                    finding.part.code(),
                    number,
                    at.line,
                    piece(&finding.pointer),
                    at.line
                );
                (place, Some(href))
            }
            None => (file, None),
        };
        let (key, class) = match finding.severity {
            Severity::Error => ("severity-error", "bad"),
            Severity::Warning => ("severity-warning", "warning"),
            Severity::Info => ("severity-info", ""),
        };
        Self {
            word: say(frame, key),
            class,
            message,
            remedy,
            place,
            pointer: finding.pointer.clone(),
            href,
            code: finding.code.0,
        }
    }
}
