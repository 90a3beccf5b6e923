//! Two versions beside each other: what is new, and what breaks callers.

use std::collections::HashSet;

use askama::Template;
use axum::{extract::State, response::Response};
use connectors::{Compiled, Version};
use edge::{Path, Problem, Query};
use kernel::{ApiConnectorId, Permission};
use openapi::Finding;
use serde::Deserialize;
use web_frame::{App, Field, Frame, Visit, answer};

use super::{
    count,
    findings::{Counts, Row},
    say,
    shell::Shell,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    from: Option<i64>,
    to: Option<i64>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "connectors/compare.html")]
struct Page {
    frame: Frame,
    shell: Shell,
    from: i64,
    to: i64,
    choose: (Field, Field),
    counts: Counts,
    rows: Vec<Row>,
    /// Operations that only the new version has: method, path, identifier.
    added: Vec<(&'static str, String, String)>,
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ApiConnectorId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::ConnectorManage).map_err(Problem::denied)?;
    let shell = Shell::of(&app, &visit, id, "versions").await?;
    let scope = &visit.scope;
    let versions = app.api_connectors.versions(scope, id).await?;
    let to = wanted.to.unwrap_or(shell.connector.version.number);
    let before = versions.iter().map(|version| version.number).find(|number| *number < to);
    let from = wanted.from.or(before).unwrap_or(to);
    let found = app.api_connectors.changes(scope, id, (from, Some(to))).await?;
    let old = app.api_connectors.compiled_at(scope, id, from).await?;
    let new = app.api_connectors.compiled_at(scope, id, to).await?;
    Ok(answer::page(&Page::new(visit.frame, shell, (&old, &new), (&versions, &found))))
}

impl Page {
    fn new(
        frame: Frame,
        shell: Shell,
        (old, new): (&Compiled, &Compiled),
        (versions, found): (&[Version], &[Finding]),
    ) -> Self {
        let (before, after) = (old.package().operations(), new.package().operations());
        let known: HashSet<&str> = before.iter().map(|it| it.id.as_ref()).collect();
        let added = after.iter().filter(|it| !known.contains(it.id.as_ref())).take(MAX_ADDED);
        let added: Vec<_> = added
            .map(|it| (it.method.word(), it.path.to_owned(), it.id.clone().into_owned()))
            .collect();
        let mut found: Vec<&Finding> = found.iter().collect();
        let counts = Counts {
            errors: found.iter().filter(|it| it.severity == openapi::Severity::Error).count(),
            warnings: found.iter().filter(|it| it.severity == openapi::Severity::Warning).count(),
            infos: 0,
        };
        kernel::sort_by_key(&mut found, |finding| std::cmp::Reverse(finding.severity));
        // What is gone has its place in the old files, everything else in the new ones.
        let row = |finding: &Finding| {
            let gone = finding.code.as_str().ends_with("removed");
            let at = if gone { old } else { new };
            Row::all(&frame, (&shell.connector, at), &[finding]).pop()
        };
        let names: Vec<(String, String)> = versions
            .iter()
            .map(|it| (it.number.to_string(), frame.say1("web-apis.version", "number", it.number)))
            .collect();
        let choose = |name: &str, key: &str, number: i64| {
            Field::select(name, say(&frame, key), names.clone()).value(number.to_string())
        };
        Self {
            choose: (
                choose("from", "compare-from", old.number()),
                choose("to", "compare-to", new.number()),
            ),
            rows: found.into_iter().take(MAX_ROWS).filter_map(row).collect(),
            from: old.number(),
            to: new.number(),
            counts,
            added,
            frame: {
                let title = format!("{} · {}", say(&frame, "compare"), shell.connector.name);
                super::at(frame, title).back_to(format!("{}/versions", shell.path))
            },
            shell,
        }
    }

    /// What the comparison says in one line: words, class, icon.
    fn verdict(&self) -> (String, &'static str, &'static str) {
        if self.from == self.to {
            return (say(&self.frame, "compare-same"), "", "info");
        }
        match (self.counts.errors, self.counts.warnings) {
            (0, 0) => (say(&self.frame, "compare-safe"), "good", "check-circle"),
            (0, warnings) => {
                let words = self.frame.say1("web-apis.compare-surprises", "count", count(warnings));
                (words, "warning", "warning")
            }
            (errors, _) => {
                let words = self.frame.say1("web-apis.compare-breaks", "count", count(errors));
                (words, "bad", "error")
            }
        }
    }

    fn is_forward(&self) -> bool {
        self.to == self.shell.connector.version.number
    }
}

/// Findings that are shown.
const MAX_ROWS: usize = 200;
/// New operations that are shown.
const MAX_ADDED: usize = 200;
