//! One operation: its form, the call, what came.

use askama::Template;
use axum::{
    extract::{Multipart, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use connector_forms::{Act, Form, Found, Mistake, Sketch, Typed};
use connectors::{Call, Compiled, Connection, Failed, FormPlace, Trace, Via};
use edge::{Path, Problem, Query};
use kernel::{ApiConnectorId, Coded as _, ConnectionId, ExampleId, Kind, Permission};
use serde::Deserialize;
use serde_json::{Map, Value};
use web_forms::Generated;
use web_frame::{App, Frame, Html, Visit, answer};

use super::{
    outcome::{Outcome, Refusal, Ruled, Sent, Shown, is_of_connection, policies},
    pick::Pick,
    posted::Posted,
    say, ways,
};
use crate::connectors::{piece, shell::Shell};

/// The page.
#[derive(Debug, Template)]
#[template(path = "test_page/show.html")]
pub(super) struct Show {
    frame: Frame,
    shell: Shell,
    ways: Vec<(String, String, bool)>,
    operation: Head,
    generated: Html,
    connections: Vec<(String, String, bool)>,
    versions: Vec<(String, String, bool)>,
    refusal: Option<Refusal>,
    /// Whether fields are marked, so that nothing was sent.
    is_marked: bool,
    /// Something that stands at no field.
    lost: Vec<(String, String)>,
    outcome: Option<Outcome>,
    /// The exact requests, also where no answer came.
    requests: Vec<Sent>,
    policies: Vec<Ruled>,
}

/// The operation above its form.
#[derive(Debug, Default)]
struct Head {
    id: String,
    method: &'static str,
    path: String,
    summary: String,
    description: String,
    is_trigger: bool,
}

/// What an address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    operation: Option<String>,
    connection: Option<String>,
    number: Option<String>,
    example: Option<ExampleId>,
}

/// Where the form stands.
#[derive(Debug)]
struct At {
    connector: ApiConnectorId,
    operation: String,
    connection: Option<ConnectionId>,
    number: Option<i64>,
}

impl At {
    fn of(connector: ApiConnectorId, posted: &Posted) -> Self {
        Self {
            connector,
            operation: posted.operation.clone(),
            connection: posted.connection.parse().ok(),
            number: posted.number.parse().ok(),
        }
    }

    fn place(&self) -> FormPlace {
        FormPlace {
            connector: self.connector,
            version: self.number,
            operation: self.operation.clone(),
            connection: self.connection,
        }
    }
}

/// What became of a button.
#[derive(Debug, Default)]
struct Became {
    unreadable: Option<(usize, usize)>,
    mistakes: Vec<Mistake>,
    refusal: Option<Refusal>,
    outcome: Option<Outcome>,
    trace: Trace,
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ApiConnectorId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::ConnectorManage).map_err(Problem::denied)?;
    let Wanted { operation, connection, number, example } = wanted;
    let mut posted = Posted {
        operation: operation.unwrap_or_default(),
        connection: connection.unwrap_or_default(),
        number: number.unwrap_or_default(),
        ..Posted::default()
    };
    if let Some(example) = example {
        let example = app.api_connectors.example(&visit.scope, id, example).await?;
        posted.operation = example.operation;
        posted.connection = example.connection.map(|id| id.to_string()).unwrap_or_default();
        posted.typed = Typed::over(example.inputs);
    }
    if posted.operation.is_empty() {
        let shell = Shell::of(&app, &visit, id, "test").await?;
        let compiled = app.api_connectors.compiled(&visit.scope, id).await?;
        return Ok(answer::page(&Pick::new(visit.frame, shell, &compiled)));
    }
    let at = At::of(id, &posted);
    let found =
        Box::pin(app.api_connectors.found(&visit.scope, &at.place(), &posted.typed)).await?;
    let shown = show(&app, visit, (&at, &posted.typed), (found, Became::default())).await?;
    Ok(answer::page(&shown))
}

pub(super) async fn act(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ApiConnectorId>,
    headers: HeaderMap,
    form: Multipart,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::ConnectorManage).map_err(Problem::denied)?;
    let mut posted = Posted::read(&visit, &headers, form).await?;
    let at = At::of(id, &posted);
    let place = at.place();
    let hub = &app.api_connectors;
    let mut became = Became::default();
    let mut found = Box::pin(hub.found(&visit.scope, &place, &posted.typed)).await?;
    let compiled = compiled(&app, &visit, &at).await?;
    match Act::read(&posted.act) {
        Some(act) => {
            let is_asking = act.is_asking();
            let mut typed = std::mem::take(&mut posted.typed);
            let held = |typed: &Typed| {
                let held = inputs(&compiled, &visit, (&at, typed, &found));
                held.ok().map(|(inputs, _)| inputs)
            };
            became.unreadable = typed.follow(act, &found, held).err();
            posted.typed = typed;
            if is_asking {
                found = Box::pin(hub.found(&visit.scope, &place, &posted.typed)).await?;
            }
        }
        None => match inputs(&compiled, &visit, (&at, &posted.typed, &found)) {
            Err(place) => became.unreadable = Some(place),
            Ok((_, mistakes)) if !mistakes.is_empty() => became.mistakes = mistakes,
            Ok((inputs, _)) => run(&app, &visit, (&at, inputs), &mut became).await,
        },
    }
    let refused = became.unreadable.is_some() || !became.mistakes.is_empty();
    let shown = show(&app, visit, (&at, &posted.typed), (found, became)).await?;
    let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(answer::page_with(status, &shown))
}

async fn compiled(app: &App, visit: &Visit, at: &At) -> Result<std::sync::Arc<Compiled>, Problem> {
    Ok(match at.number {
        Some(number) => app.api_connectors.compiled_at(&visit.scope, at.connector, number).await?,
        None => app.api_connectors.compiled(&visit.scope, at.connector).await?,
    })
}

/// Inputs, and what does not fit.
type Held = (Map<String, Value>, Vec<Mistake>);

/// The inputs that a form holds, and what does not fit; the line and column where JSON cannot be read.
fn inputs(
    compiled: &Compiled,
    visit: &Visit,
    (at, typed, found): (&At, &Typed, &Found),
) -> Result<Held, (usize, usize)> {
    if let Some(inputs) = typed.parsed()? {
        return Ok((inputs, Vec::new()));
    }
    let package = compiled.package();
    let Some(operation) = package.operation(&at.operation) else {
        return Ok((Map::new(), Vec::new()));
    };
    let zone = &visit.frame.zone;
    let sketch = Sketch { package, operation: &operation, found, zone };
    let read = Form::of(sketch, typed).inputs(typed, zone);
    Ok((read.inputs, read.mistakes))
}

async fn run(
    app: &App,
    visit: &Visit,
    (at, inputs): (&At, Map<String, Value>),
    became: &mut Became,
) {
    let call = Call {
        inputs: inputs.clone(),
        connection: at.connection,
        version: at.number,
        via: Via::Test,
        ..Call::new(at.connector, at.operation.clone())
    };
    let frame = &visit.frame;
    match Box::pin(app.api_connectors.try_traced(&visit.scope, call)).await {
        Ok(mut answer) => {
            became.trace = Trace {
                exchanges: std::mem::take(&mut answer.exchanges),
                steps: std::mem::take(&mut answer.steps),
            };
            let connection = at.connection.map(|id| id.to_string()).unwrap_or_default();
            let outcome = Outcome::of(frame, (&at.operation, &connection, &inputs), answer);
            became.outcome = Some(outcome);
        }
        Err(failed) => {
            let Failed { error, trace } = *failed;
            became.trace = trace;
            let code = error.code();
            let as_mistake = |field: &kernel::FieldError| Mistake {
                pointer: field.pointer.to_string(),
                code: field.code.to_owned(),
            };
            if code.kind() == Kind::Invalid {
                became.mistakes = error.fields().iter().map(as_mistake).collect();
            }
            let place = |field: &kernel::FieldError| {
                (field.pointer.to_string(), frame.t.rule(field.code, field.limit))
            };
            let is_told = !became.mistakes.is_empty();
            let connections = is_of_connection(code.name(), code.kind())
                .then(|| format!("/connections?connector={}", at.connector));
            became.refusal = Some(Refusal {
                title: frame.t.code(code.name()),
                detail: frame.t.code_detail(code.name()),
                places: if is_told {
                    Vec::new()
                } else {
                    error.fields().iter().map(place).collect()
                },
                connections,
            });
        }
    }
}

async fn show(
    app: &App,
    visit: Visit,
    (at, typed): (&At, &Typed),
    (found, became): (Found, Became),
) -> Result<Show, Problem> {
    let hub = &app.api_connectors;
    let shell = Shell::of(app, &visit, at.connector, "test").await?;
    let compiled = compiled(app, &visit, at).await?;
    let all = hub.connections(&visit.scope, at.connector).await?;
    let me = visit.scope.user();
    let usable = |it: &&Connection| it.shared || (it.owner.is_some() && it.owner == me);
    let usable: Vec<&Connection> = all.iter().filter(usable).collect();
    let versions = hub.versions(&visit.scope, at.connector).await?;
    let current = shell.connector.version.number;
    let numbers = versions.iter().map(|version| version.number).collect::<Vec<_>>();
    Ok(Show::new(
        visit.frame,
        (shell, compiled.package()),
        (at, typed, &found),
        (&usable, (&numbers, current)),
        became,
    ))
}

impl Show {
    fn new(
        frame: Frame,
        (shell, package): (Shell, &openapi::Package<'static>),
        (at, typed, found): (&At, &Typed, &Found),
        (usable, (numbers, current)): (&[&Connection], (&[i64], i64)),
        became: Became,
    ) -> Self {
        let mut head = Head::default();
        let mut generated = Html::default();
        let mut lost = Vec::new();
        if let Some(operation) = package.operation(&at.operation) {
            let zone = frame.zone.clone();
            let sketch = Sketch { package, operation: &operation, found, zone: &zone };
            let mut form = Form::of(sketch, typed);
            let left = form.mark(&became.mistakes);
            let told = |it: &Mistake| (it.pointer.clone(), frame.t.rule(&it.code, None));
            lost = left.iter().map(told).collect();
            generated = Generated::new(&frame, &form, typed).unreadable(became.unreadable).html();
            head = Head {
                id: operation.id.clone().into_owned(),
                method: operation.method.word(),
                path: operation.path.to_owned(),
                summary: operation.summary().unwrap_or(&operation.id).to_owned(),
                description: operation.description().unwrap_or_default().to_owned(),
                is_trigger: operation.trigger_kind().is_some(),
            };
        }
        let automatic = (String::new(), say(&frame, "connection-any"), at.connection.is_none());
        let connections = usable.iter().map(|it| {
            let key = if it.shared { "connection-shared" } else { "connection-own" };
            let name = frame.say1(&format!("test-page.{key}"), "name", it.name.as_str());
            (it.id.to_string(), name, at.connection == Some(it.id))
        });
        let chosen = at.number.unwrap_or(current);
        let versions = numbers.iter().map(|number| {
            let key = if *number == current { "version-current" } else { "version-other" };
            let name = frame.say1(&format!("test-page.{key}"), "number", *number);
            (number.to_string(), name, *number == chosen)
        });
        Self {
            ways: ways(&frame, at.connector, "try"),
            operation: head,
            generated,
            connections: std::iter::once(automatic).chain(connections).collect(),
            versions: versions.collect(),
            is_marked: became.unreadable.is_some() || !became.mistakes.is_empty(),
            refusal: became.refusal,
            lost,
            outcome: became.outcome,
            policies: policies(&frame, (package, &at.operation), &became.trace.steps),
            requests: became.trace.exchanges.into_iter().map(|it| Sent::of(&frame, it)).collect(),
            frame: shell.frame(frame),
            shell,
        }
    }

    fn say(&self, key: &str) -> String {
        say(&self.frame, key)
    }

    fn keep_address(&self) -> String {
        format!("{}/examples", self.shell.path)
    }

    fn address(&self) -> String {
        format!("{}/test?operation={}", self.shell.path, piece(&self.operation.id))
    }
}

#[cfg(test)]
mod tests;
