//! The files of a version with their lines, and what is wrong where.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::State, response::Response};
use connectors::Files;
use edge::{Path, Problem, Query};
use kernel::{ApiConnectorId, Permission};
use openapi::{Finding, Part};
use serde::Deserialize;
use web_frame::{App, Frame, Visit, answer};

use super::{
    count,
    findings::{Row, positions},
    say,
    shell::Shell,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    file: String,
    version: Option<i64>,
    /// A line that is looked for.
    line: usize,
    /// The place of what led here, as a pointer; what stands there is always shown.
    at: String,
    /// The first line that is shown.
    from: usize,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "connectors/definition.html")]
struct Page {
    frame: Frame,
    shell: Shell,
    number: i64,
    /// Address, name, whether it is this one.
    files: Vec<(String, &'static str, bool)>,
    lines: Vec<Line>,
    total: usize,
    first: usize,
    previous: Option<String>,
    next: Option<String>,
    /// Operations that run through the script.
    scripted: Vec<String>,
    is_script: bool,
}

#[derive(Debug)]
struct Line {
    number: usize,
    text: String,
    findings: Vec<Row>,
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ApiConnectorId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::ConnectorManage).map_err(Problem::denied)?;
    let shell = Shell::of(&app, &visit, id, "definition").await?;
    let number = wanted.version.unwrap_or(shell.connector.version.number);
    let files = app.api_connectors.files(&visit.scope, id, Some(number)).await?;
    let compiled = app.api_connectors.compiled_at(&visit.scope, id, number).await?;
    let mut found = app.api_connectors.findings(&visit.scope, id, Some(number), true).await?;
    kernel::sort_by_key(&mut found, |it| (it.pointer != wanted.at, std::cmp::Reverse(it.severity)));
    let part = match wanted.file.as_str() {
        "properties" => Some(Part::Properties),
        "script" | "readme" => None,
        _ => Some(Part::Definition),
    };
    let mut by_line: BTreeMap<usize, Vec<Row>> = BTreeMap::new();
    let mine = |finding: &&Finding| Some(finding.part) == part;
    let mine: Vec<&Finding> = found.iter().filter(mine).take(MAX_FINDINGS).collect();
    for (finding, at) in mine.iter().zip(positions(&compiled, &mine)) {
        let Some(at) = at else { continue };
        let row = Row::of(&visit.frame, (&shell.connector, None), finding);
        by_line.entry(at.line).or_default().push(row);
    }
    let package = compiled.package();
    let scripted: Vec<String> = package
        .operations()
        .iter()
        .filter(|operation| package.is_scripted(&operation.id))
        .map(|operation| operation.id.clone().into_owned())
        .collect();
    let page = Page::new(visit.frame, (shell, number), &files, (wanted, by_line, scripted));
    Ok(answer::page(&page))
}

impl Page {
    fn new(
        frame: Frame,
        (shell, number): (Shell, i64),
        files: &Files,
        (wanted, mut findings, scripted): (Wanted, BTreeMap<usize, Vec<Row>>, Vec<String>),
    ) -> Self {
        let text = |bytes: &[u8]| {
            let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
            String::from_utf8_lossy(bytes).into_owned()
        };
        let known = [
            ("definition", connectors::DEFINITION, Some(files.definition.as_slice())),
            ("properties", connectors::PROPERTIES, Some(files.properties.as_slice())),
            ("script", connectors::SCRIPT, files.script.as_deref()),
            ("readme", connectors::README, files.readme.as_deref()),
        ];
        let here = known.iter().find(|(key, _, bytes)| *key == wanted.file && bytes.is_some());
        let (key, _, bytes) = here.unwrap_or(&known[0]);
        let content = text(bytes.unwrap_or_default());
        let total = content.lines().count();
        let wish = if wanted.line > 0 { wanted.line.saturating_sub(20) } else { wanted.from };
        let first = wish.clamp(1, total.max(1));
        let address =
            |file: &str| format!("{}/definition?file={file}&version={number}", shell.path);
        let at = |from: usize| format!("{}&from={from}", address(key));
        let lines =
            content.lines().enumerate().skip(first - 1).take(AT_ONCE).map(|(index, line)| {
                let mut text: String = line.chars().take(MAX_LINE).collect();
                if text.len() < line.len() {
                    text.push('…');
                }
                Line {
                    number: index + 1,
                    text,
                    findings: findings.remove(&(index + 1)).unwrap_or_default(),
                }
            });
        let lines: Vec<Line> = lines.collect();
        Self {
            files: known
                .iter()
                .filter(|(_, _, bytes)| bytes.is_some())
                .map(|(file, name, _)| (address(file), *name, file == key))
                .collect(),
            previous: (first > 1).then(|| at(first.saturating_sub(AT_ONCE).max(1))),
            next: (first + AT_ONCE <= total).then(|| at(first + AT_ONCE)),
            is_script: *key == "script",
            lines,
            total,
            first,
            scripted,
            number,
            frame: shell.frame(frame),
            shell,
        }
    }

    fn shown(&self) -> String {
        let last = self.first + self.lines.len().saturating_sub(1);
        let args = [
            ("first", count(self.first).into()),
            ("last", count(last).into()),
            ("total", count(self.total).into()),
        ];
        self.frame.say_with("web-apis.lines-shown", &args)
    }

    fn version_words(&self) -> String {
        let current = self.shell.connector.version.number;
        if self.number == current {
            return String::new();
        }
        let args = [("number", self.number.into()), ("current", current.into())];
        self.frame.say_with("web-apis.older-version", &args)
    }

    fn script_words(&self) -> String {
        if self.scripted.is_empty() {
            say(&self.frame, "script-unused")
        } else {
            self.frame.say1("web-apis.script-what", "count", count(self.scripted.len()))
        }
    }
}

/// Lines on one page.
const AT_ONCE: usize = 400;
/// Characters of a line that are shown.
const MAX_LINE: usize = 600;
/// Findings that are looked up in a file.
const MAX_FINDINGS: usize = 100;
