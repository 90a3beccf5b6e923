//! Which operation: all of them in their groups, with a filter.

use askama::Template;
use connectors::Compiled;
use web_frame::Frame;

use super::{say, ways};
use crate::connectors::{piece, shell::Shell};

/// The list of operations to try.
#[derive(Debug, Template)]
#[template(path = "test_page/pick.html")]
pub(super) struct Pick {
    frame: Frame,
    shell: Shell,
    ways: Vec<(String, String, bool)>,
    groups: Vec<Group>,
}

/// Operations under the same tag.
#[derive(Debug)]
struct Group {
    name: String,
    rows: Vec<Row>,
}

/// One operation.
#[derive(Debug)]
struct Row {
    /// Where it is tried; nothing when it cannot run here.
    href: Option<String>,
    method: &'static str,
    path: String,
    id: String,
    summary: String,
    obstacles: Vec<String>,
    find: String,
}

impl Pick {
    pub(super) fn new(frame: Frame, shell: Shell, compiled: &Compiled) -> Self {
        let package = compiled.package();
        let mut groups: Vec<Group> = Vec::new();
        for operation in package.operations().iter().take(MAX_ROWS) {
            let name = operation.tags().first().copied().unwrap_or_default().trim().to_owned();
            let obstacles = package.obstacles(&operation.id);
            let key = |code: &str| format!("openapi.obstacle-{}", code.replace(['.', '_'], "-"));
            let id = piece(&operation.id);
            let summary = operation.summary().unwrap_or(&operation.id).to_owned();
            let row = Row {
                href: obstacles.is_empty().then(|| format!("{}/test?operation={id}", shell.path)),
                method: operation.method.word(),
                path: operation.path.to_owned(),
                find: format!("{summary} {} {}", operation.id, operation.path),
                obstacles: obstacles.iter().map(|it| frame.say(&key(it.code()))).collect(),
                id: operation.id.clone().into_owned(),
                summary,
            };
            match groups.iter_mut().find(|group| group.name == name) {
                Some(group) => group.rows.push(row),
                None => groups.push(Group { name, rows: vec![row] }),
            }
        }
        let id = shell.connector.id;
        Self { ways: ways(&frame, id, "try"), frame: shell.frame(frame), shell, groups }
    }

    fn say(&self, key: &str) -> String {
        say(&self.frame, key)
    }
}

/// Operations that are shown; the filter of the overview finds the others.
const MAX_ROWS: usize = 2_000;
