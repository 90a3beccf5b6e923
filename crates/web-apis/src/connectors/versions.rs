//! The versions of a connector: listed, taken again, downloaded.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use connectors::{Error, Version};
use edge::{Form, Path, Problem};
use identity::users::Person;
use jiff::Timestamp;
use kernel::{ApiConnectorId, Permission};
use serde::Deserialize;
use web_frame::{App, Field, Frame, Visit, answer};

use super::{file, name_of, path_of, people, say, shell::Shell};

/// The list.
#[derive(Debug, Template)]
#[template(path = "connectors/versions.html")]
struct Page {
    frame: Frame,
    shell: Shell,
    rows: Vec<Row>,
    /// Two versions to compare, where there are two.
    compare: Option<(Field, Field)>,
    /// The examples that keep a version from being used: each with what differs.
    failed: Vec<String>,
}

/// Which button takes a version.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Taking {
    how: String,
}

#[derive(Debug)]
struct Row {
    number: i64,
    note: String,
    by: String,
    at: Timestamp,
    operations: i64,
    errors: i64,
    warnings: i64,
    is_current: bool,
    is_certified: bool,
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ApiConnectorId>,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::ConnectorManage).map_err(Problem::denied)?;
    Ok(answer::page(&Page::read(&app, visit, id).await?))
}

impl Page {
    async fn read(app: &App, visit: Visit, id: ApiConnectorId) -> Result<Self, Problem> {
        let shell = Shell::of(app, &visit, id, "versions").await?;
        let versions = app.api_connectors.versions(&visit.scope, id).await?;
        let makers = versions.iter().map(|version| version.created_by);
        let people = people(app, &visit, makers).await?;
        Ok(Self::new(visit.frame, shell, &versions, &people))
    }

    fn new(frame: Frame, shell: Shell, versions: &[Version], people: &[Person]) -> Self {
        let row = |version: &Version| Row {
            number: version.number,
            note: version.note.clone(),
            by: name_of(people, version.created_by).unwrap_or_else(|| say(&frame, "by-hub")),
            at: version.created_at,
            operations: version.operations,
            errors: version.errors,
            warnings: version.warnings,
            is_current: version.number == shell.connector.version.number,
            is_certified: shell.connector.certified == Some(version.number),
        };
        let names: Vec<(String, String)> = versions
            .iter()
            .map(|it| (it.number.to_string(), frame.say1("web-apis.version", "number", it.number)))
            .collect();
        let current = shell.connector.version.number;
        let before = versions.iter().find(|version| version.number < current);
        let before = before.or_else(|| versions.iter().find(|version| version.number != current));
        let compare = before.map(|before| {
            let from = Field::select("from", say(&frame, "compare-from"), names.clone());
            let to = Field::select("to", say(&frame, "compare-to"), names.clone());
            (from.value(before.number.to_string()), to.value(current.to_string()))
        });
        Self {
            rows: versions.iter().map(row).collect(),
            compare,
            failed: Vec::new(),
            frame: shell.frame(frame),
            shell,
        }
    }

    fn use_title(&self, row: &Row) -> String {
        self.frame.say1("web-apis.use-ask", "number", row.number)
    }
}

pub(super) async fn take(
    State(app): State<App>,
    visit: Visit,
    Path((id, number)): Path<(ApiConnectorId, i64)>,
    Form(taking): Form<Taking>,
) -> Result<Response, Problem> {
    let hub = &app.api_connectors;
    if taking.how == "tested" {
        match Box::pin(hub.use_tested_version(&visit.scope, id, number)).await {
            Err(Error::ExamplesFailed { fields }) => {
                let mut page = Page::read(&app, visit, id).await?;
                page.failed = fields.into_iter().map(|field| field.detail).collect();
                return Ok(answer::page_with(StatusCode::CONFLICT, &page));
            }
            outcome => drop(outcome?),
        }
    } else {
        hub.use_version(&visit.scope, id, number).await?;
    }
    let to = format!("{}/versions", path_of(id));
    Ok(answer::back_with(&visit.context, &to, "web-apis.version-used"))
}

pub(super) async fn package(
    State(app): State<App>,
    visit: Visit,
    Path((id, number)): Path<(ApiConnectorId, i64)>,
) -> Result<Response, Problem> {
    let download = app.api_connectors.download(&visit.scope, id, Some(number)).await?;
    Ok(file("application/zip", &download.file_name, download.bytes))
}

#[cfg(test)]
mod tests {
    use web_proof::show;

    use super::*;
    use crate::connectors::tests::{connector, version};

    #[test]
    fn a_version_says_what_it_is_and_can_be_taken_again() {
        show("versions", |frame| {
            let shell = || Shell::new(frame, connector(frame), "Contoso".to_owned(), "versions");
            let all = [version(frame, 3), version(frame, 2), version(frame, 1)];
            vec![
                ("some", Page::new(frame.clone(), shell(), &all, &[])),
                ("failed", {
                    let mut page = Page::new(frame.clone(), shell(), &all, &[]);
                    page.failed.push("An <example>: answer.kind /id".to_owned());
                    page
                }),
                ("one", Page::new(frame.clone(), shell(), &all[..1], &[])),
            ]
        });
    }
}
