//! How findings about packages are told: a table, JSON lines, SARIF.

use std::path::{Path, PathBuf};

use i18n::{Arg, Texts};
use kernel::Language;
use openapi::{Finding, Package, Severity};
use serde::Serialize;

use super::{Folder, Looked, Refused};
use crate::{
    cli::Judged,
    out,
    sarif::{self, Found},
};

/// One finding with its texts.
pub(super) struct Line {
    code: String,
    severity: Severity,
    pointer: String,
    message: String,
    remedy: String,
    file: PathBuf,
    at: Option<(usize, usize)>,
}

impl Line {
    pub(super) fn of(
        (folder, package): (&Folder, Option<&Package<'_>>),
        finding: &Finding,
        judged: Judged,
    ) -> Self {
        let (message, remedy) = texts(finding, judged);
        let at = package.filter(|_| judged.sarif).and_then(|package| {
            let document = match finding.part {
                openapi::Part::Definition => Some(package.definition.document()),
                openapi::Part::Properties => package.properties.document(),
                openapi::Part::Package => None,
            };
            document.map(|it| it.position(&finding.pointer)).map(|it| (it.line, it.column))
        });
        Self {
            code: finding.code.as_str().to_owned(),
            severity: finding.severity,
            pointer: finding.pointer.clone(),
            message,
            remedy,
            file: folder.file(finding.part).to_owned(),
            at,
        }
    }

    /// The only finding about a package that was not loaded.
    pub(super) fn refused(
        code: &str,
        refused: &Refused,
        at: Option<(usize, usize)>,
        judged: Judged,
    ) -> Self {
        let key = code.replace(['.', '_'], "-");
        let text = match judged.language.language() {
            Language::En => None,
            Language::Fr => {
                let key = match at {
                    Some(_) => format!("openapi.reason-{key}"),
                    None => format!("connector-rules.refused-{key}"),
                };
                Texts::global().find(Language::Fr, &key, &[])
            }
        };
        let message = text.map_or_else(
            || refused.to_string(),
            |text| {
                let place = at.map(|(line, column)| format!(" ({line}:{column})"));
                format!("{} : {text}{}", refused.path().display(), place.unwrap_or_default())
            },
        );
        let severity = Severity::Error;
        let file = refused.path().to_owned();
        let (pointer, remedy) = (String::new(), String::new());
        Self { code: code.to_owned(), severity, pointer, message, remedy, file, at }
    }

    /// A finding within an archive.
    pub(super) fn inside(file: &Path, finding: &Finding, judged: Judged) -> Self {
        let (message, remedy) = texts(finding, judged);
        Self {
            code: finding.code.as_str().to_owned(),
            severity: finding.severity,
            pointer: finding.pointer.clone(),
            message,
            remedy,
            file: file.to_owned(),
            at: None,
        }
    }

    /// Whether it refuses certification.
    pub(super) fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// What is wrong, and what to do.
    fn full(&self) -> String {
        if self.remedy.is_empty() {
            return self.message.clone();
        }
        let stop = if self.message.ends_with(['.', '!', '?', '…']) { "" } else { "." };
        format!("{}{stop} {}", self.message, self.remedy)
    }

    fn level(&self) -> &'static str {
        match self.severity {
            Severity::Info => "note",
            other => other.code(),
        }
    }

    fn print(&self) {
        let place = if self.pointer.is_empty() {
            self.file.display().to_string()
        } else {
            let name = self.file.file_name().unwrap_or_default().to_string_lossy();
            format!("{name} {}", self.pointer)
        };
        let said = format!("  {} {} at {place}: {}", self.severity.code(), self.code, self.message);
        out::say(out::printable(&said));
        if !self.remedy.is_empty() {
            out::say(format!("      {}", out::printable(&self.remedy)));
        }
    }
}

/// What is wrong, and what to do about it.
fn texts(finding: &Finding, judged: Judged) -> (String, String) {
    let (key, remedy) = connector_rules::text_keys(finding);
    let args: Vec<(&str, Arg<'_>)> =
        finding.args.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
    let text = |key: &str| Texts::global().find(judged.language.language(), key, &args);
    (
        text(&key).unwrap_or_else(|| finding.code.as_str().to_owned()),
        text(&remedy).unwrap_or_default(),
    )
}

/// A line of JSON; the fields are an interface.
#[derive(Serialize)]
struct JsonLine<'a> {
    path: std::borrow::Cow<'a, str>,
    loads: bool,
    operations: usize,
    findings: Vec<JsonFinding<'a>>,
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    pointer: &'a str,
    code: &'a str,
    severity: &'static str,
    message: String,
}

/// What is told about several packages.
pub(super) struct Sheet;

impl Sheet {
    /// Looks at each package and tells what was found: a JSON line or a block of text each, or one
    /// SARIF log of all.
    pub(super) fn lines(
        packages: &[PathBuf],
        judged: Judged,
        mut look: impl FnMut(&Path) -> Looked,
    ) {
        let mut kept = Vec::new();
        for path in packages {
            let looked = look(path);
            if judged.sarif {
                kept.extend(looked.findings);
            } else if judged.output.json {
                Self::json(path, &looked);
            } else {
                Self::block(path, &looked);
            }
        }
        if judged.sarif {
            Self::sarif(&kept);
        }
    }

    /// What is told about the changes between two versions.
    pub(super) fn changes(path: &Path, looked: &Looked, judged: Judged) {
        if judged.sarif {
            Self::sarif(&looked.findings);
        } else if judged.output.json {
            Self::json(path, looked);
        } else {
            looked.findings.iter().for_each(Line::print);
        }
    }

    fn json(path: &Path, looked: &Looked) {
        let finding = |line| {
            let Line { code, pointer, .. }: &Line = line;
            JsonFinding { pointer, code, severity: line.severity.code(), message: line.full() }
        };
        let line = JsonLine {
            path: path.to_string_lossy(),
            loads: looked.loads,
            operations: looked.operations,
            findings: looked.findings.iter().map(finding).collect(),
        };
        out::say(serde_json::to_string(&line).unwrap_or_default());
    }

    fn block(path: &Path, looked: &Looked) {
        let count =
            |severity| looked.findings.iter().filter(|line| line.severity == severity).count();
        let state = if looked.loads { "loads" } else { "does not load" };
        let said = format!(
            "{}: {state}, {} operations, {} errors, {} warnings, {} notes",
            path.display(),
            looked.operations,
            count(Severity::Error),
            count(Severity::Warning),
            count(Severity::Info),
        );
        out::say(out::printable(&said));
        looked.findings.iter().for_each(Line::print);
    }

    fn sarif(lines: &[Line]) {
        let files: Vec<String> = lines.iter().map(|it| it.file.display().to_string()).collect();
        out::json(&sarif::log(lines.iter().zip(&files).map(|(line, file)| Found {
            rule: &line.code,
            level: line.level(),
            message: line.full(),
            uri: file,
            place: line.pointer.clone(),
            at: line.at,
        })));
    }
}
