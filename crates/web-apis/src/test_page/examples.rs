//! The examples of a connector: kept, listed, run, deleted.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use connectors::{Difference, Example, Expected, NewExample, Report};
use edge::{Form, Path, Problem, Query};
use kernel::{ApiConnectorId, Coded as _, ExampleId, Kind, Permission};
use serde::Deserialize;
use serde_json::{Map, Value};
use web_frame::{App, Frame, Visit, answer, parts::Nothing};

use super::{
    outcome::{Insisted, Keep},
    say, ways,
};
use crate::connectors::{path_of, shell::Shell};

/// The list.
#[derive(Debug, Template)]
#[template(path = "test_page/examples.html")]
struct List {
    frame: Frame,
    shell: Shell,
    ways: Vec<(String, String, bool)>,
    rows: Vec<Row>,
    versions: Vec<(String, String, bool)>,
    number: Option<i64>,
}

/// One example.
#[derive(Debug)]
struct Row {
    example: Example,
    summary: String,
    path: String,
}

/// An example that was refused, with what it holds.
#[derive(Debug, Template)]
#[template(path = "test_page/keep.html")]
struct Refused {
    frame: Frame,
    shell: Shell,
    keep: Keep,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    number: Option<i64>,
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ApiConnectorId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let examples = app.api_connectors.examples(&visit.scope, id).await?;
    let shell = Shell::of(&app, &visit, id, "test").await?;
    let compiled = app.api_connectors.compiled(&visit.scope, id).await?;
    let versions = app.api_connectors.versions(&visit.scope, id).await?;
    let numbers: Vec<i64> = versions.iter().map(|version| version.number).collect();
    let rows = examples.into_iter().map(|example| {
        let operation = compiled.package().operation(&example.operation);
        let summary = operation.as_ref().and_then(openapi::Operation::summary).map(str::to_owned);
        let path = format!("{}/examples/{}", shell.path, example.id);
        Row { summary: summary.unwrap_or_else(|| example.operation.clone()), example, path }
    });
    let rows = rows.collect();
    let list = List::new(visit.frame, shell, rows, (&numbers, wanted.number));
    Ok(answer::page(&list))
}

impl Refused {
    fn address(&self) -> String {
        format!("{}/examples", self.shell.path)
    }
}

impl List {
    fn new(
        frame: Frame,
        shell: Shell,
        rows: Vec<Row>,
        (numbers, number): (&[i64], Option<i64>),
    ) -> Self {
        let current = shell.connector.version.number;
        let versions = numbers.iter().map(|it| {
            let key = if *it == current { "version-current" } else { "version-other" };
            let name = frame.say1(&format!("test-page.{key}"), "number", *it);
            (it.to_string(), name, *it == number.unwrap_or(current))
        });
        Self {
            ways: ways(&frame, shell.connector.id, "examples"),
            versions: versions.collect(),
            frame: shell.frame(frame),
            shell,
            rows,
            number,
        }
    }

    fn say(&self, key: &str) -> String {
        say(&self.frame, key)
    }

    /// How the examples stand together.
    fn verdict(&self) -> Option<(String, &'static str)> {
        let last: Vec<_> = self.rows.iter().filter_map(|row| row.example.last.as_ref()).collect();
        if last.is_empty() {
            return None;
        }
        let failed = last.iter().filter(|last| !last.passed).count();
        let count = i64::try_from(failed).unwrap_or(i64::MAX);
        Some(if failed == 0 {
            (self.say("all-passed"), "good")
        } else {
            (self.frame.say1("test-page.some-failed", "count", count), "bad")
        })
    }

    fn difference(&self, difference: &Difference) -> String {
        let Difference { code, expected, found, .. } = difference;
        let key = format!("test-page.{}", code.replace(['.', '_'], "-"));
        let found =
            if code == "example.failed" { self.frame.t.rule(found, None) } else { found.clone() };
        self.frame
            .say_with(&key, &[("expected", expected.as_str().into()), ("found", found.into())])
    }

    #[expect(clippy::unused_self, reason = "the template calls it as a method")]
    fn dialog(&self, row: &Row) -> String {
        format!("delete-{}", row.example.id)
    }

    #[expect(clippy::unused_self, reason = "the template calls it as a method")]
    fn delete_address(&self, row: &Row) -> String {
        format!("{}/delete", row.path)
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand over references")]
    fn ran(&self, version: &i64) -> String {
        self.frame.say1("test-page.ran", "version", *version)
    }
}

/// What the form of a call posts to keep it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    name: String,
    operation: String,
    inputs: String,
    connection: String,
    expected: String,
    /// Values to insist on, each as pointer and value.
    value: Vec<String>,
    /// Those that could have been.
    offered: Vec<String>,
}

impl Typed {
    fn new_example(&self) -> Option<NewExample> {
        let inputs: Map<String, Value> = serde_json::from_str(&self.inputs).ok()?;
        let mut expected: Expected = serde_json::from_str(&self.expected).ok()?;
        for value in &self.value {
            let (pointer, value): (String, Value) = serde_json::from_str(value).ok()?;
            expected.values.insert(pointer, value);
        }
        Some(NewExample {
            name: self.name.clone(),
            operation: self.operation.clone(),
            inputs,
            connection: self.connection.parse().ok(),
            expected: Some(expected),
        })
    }

    fn keep(self, problems: Vec<String>) -> Keep {
        let insisted = |posted: &String| {
            let (pointer, value): (String, Value) = serde_json::from_str(posted).ok()?;
            Some(Insisted::of(pointer, &value, self.value.contains(posted)))
        };
        Keep {
            values: self.offered.iter().filter_map(insisted).collect(),
            name: self.name,
            operation: self.operation,
            inputs: self.inputs,
            connection: self.connection,
            expected: self.expected,
            problems,
        }
    }
}

pub(super) async fn save(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ApiConnectorId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::ConnectorManage).map_err(Problem::denied)?;
    // who may not see the connector learns nothing from a form that does not fit
    app.api_connectors.connector(&visit.scope, id).await?;
    let Some(new) = typed.new_example() else {
        let said = "the form does not hold an example";
        return Err(Problem::new("request.malformed", Kind::Invalid, said));
    };
    let saved = Box::pin(app.api_connectors.save_example(&visit.scope, id, new)).await;
    let Err(error) = saved else {
        let to = format!("{}/examples", path_of(id));
        return Ok(answer::back_with(&visit.context, &to, "test-page.kept"));
    };
    if !matches!(error.code().kind(), Kind::Invalid | Kind::Conflict) {
        return Err(error.into());
    }
    let frame = &visit.frame;
    let mut problems: Vec<String> = error
        .fields()
        .iter()
        .map(|field| {
            let said = frame.t.rule(field.code, field.limit);
            if field.pointer.is_empty() { said } else { format!("{said} ({})", field.pointer) }
        })
        .collect();
    if problems.is_empty() {
        problems.push(frame.t.code(error.code().name()));
    }
    let shell = Shell::of(&app, &visit, id, "test").await?;
    let frame = shell.frame(visit.frame);
    let page = Refused { frame, shell, keep: typed.keep(problems) };
    Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// Against which version.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Against {
    number: String,
}

pub(super) async fn run_all(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ApiConnectorId>,
    Form(against): Form<Against>,
) -> Result<Response, Problem> {
    let number = against.number.parse().ok();
    let reports = Box::pin(app.api_connectors.run_examples(&visit.scope, id, number)).await?;
    let toast = reports.iter().all(Report::passed).then_some("test-page.passed");
    Ok(back(&visit, id, (number, toast)))
}

pub(super) async fn run(
    State(app): State<App>,
    visit: Visit,
    Path((id, example)): Path<(ApiConnectorId, ExampleId)>,
    Form(against): Form<Against>,
) -> Result<Response, Problem> {
    let number = against.number.parse().ok();
    let run = app.api_connectors.run_example(&visit.scope, (id, example), number);
    let report = Box::pin(run).await?;
    let toast = report.passed().then_some("test-page.one-passed");
    Ok(back(&visit, id, (number, toast)))
}

pub(super) async fn delete(
    State(app): State<App>,
    visit: Visit,
    Path((id, example)): Path<(ApiConnectorId, ExampleId)>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.api_connectors.delete_example(&visit.scope, id, example).await?;
    let to = format!("{}/examples", path_of(id));
    Ok(answer::back_with(&visit.context, &to, "test-page.deleted"))
}

/// Back to the list; what did not pass says so there.
fn back(
    visit: &Visit,
    id: ApiConnectorId,
    (number, toast): (Option<i64>, Option<&str>),
) -> Response {
    let number = number.map(|number| format!("?number={number}")).unwrap_or_default();
    let to = format!("{}/examples{number}", path_of(id));
    match toast {
        Some(toast) => answer::back_with(&visit.context, &to, toast),
        None => Redirect::to(&to).into_response(),
    }
}

#[cfg(test)]
mod tests;
