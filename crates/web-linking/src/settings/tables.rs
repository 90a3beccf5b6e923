//! Which tables are linked and have documents.

use std::collections::HashSet;

use askama::Template;
use axum::{extract::State, response::Response};
use edge::{Form, Path, Problem};
use kernel::{EnvironmentId, Language};
use linking_setup::{TableChange, TableSetting};
use serde::Deserialize;
use web_frame::{App, Frame, Visit, answer};

use super::{below, path, say};

/// The page.
#[derive(Debug, Template)]
#[template(path = "settings/tables.html")]
pub(super) struct Page {
    frame: Frame,
    environment: EnvironmentId,
    rows: Vec<TableSetting>,
}

/// What is ticked, and what could have been.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    shown: Vec<String>,
    links: Vec<String>,
    documents: Vec<String>,
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(environment): Path<EnvironmentId>,
) -> Result<Response, Problem> {
    let seen = app.linking_setup.overview(&visit.scope, environment).await?;
    Ok(answer::page(&Page::new(visit.frame, environment, seen.tables)))
}

pub(super) async fn save(
    State(app): State<App>,
    visit: Visit,
    Path(environment): Path<EnvironmentId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let links: HashSet<_> = typed.links.into_iter().collect();
    let documents: HashSet<_> = typed.documents.into_iter().collect();
    // tables that were made meanwhile were not on the page, and stay as they are
    let change = |table: String| TableChange {
        links: Some(links.contains(&table)),
        documents: Some(documents.contains(&table)),
        table,
    };
    let changes = typed.shown.into_iter().map(change).collect();
    app.linking_setup.change_tables(&visit.scope, environment, changes).await?;
    let to = path(environment, "/tables");
    Ok(answer::back_with(&visit.context, &to, "linking-setup.tables-saved"))
}

/// What a table is called by the reader.
pub(super) fn name_of<'t>(frame: &Frame, table: &'t TableSetting) -> &'t str {
    let [english, french] = &table.names;
    let name = if frame.language() == Language::Fr.tag() { french } else { english };
    if name.is_empty() { &table.table } else { name }
}

impl Page {
    pub(super) fn new(
        frame: Frame,
        environment: EnvironmentId,
        mut rows: Vec<TableSetting>,
    ) -> Self {
        let title = say(&frame, "tables");
        let frame = below(frame, environment, title);
        // what is linked stands first
        rows.sort_by_cached_key(|row| (!row.links, name_of(&frame, row).to_lowercase()));
        Self { frame, environment, rows }
    }

    fn say(&self, key: &str) -> String {
        say(&self.frame, key)
    }

    fn path(&self, rest: &str) -> String {
        path(self.environment, rest)
    }

    fn name<'t>(&self, row: &'t TableSetting) -> &'t str {
        name_of(&self.frame, row)
    }
}
