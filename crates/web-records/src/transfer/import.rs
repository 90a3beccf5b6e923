//! An import on its way, and the list of those that were.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use edge::{Form, Path, Problem, Query};
use kernel::{EnvironmentId, FieldError};
use serde::Deserialize;
use tables::Table;
use transfer::{Error, FileKind, Finding, Import, PlanProblem, State as Standing};
use uuid::Uuid;
use web_frame::{App, Field, Frame, Html, Visit, answer, parts::reason};

use super::{
    Step,
    plan::{self, Column},
    steps,
};
use crate::place::Place;

/// What is asked of the list and of an import.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    step: String,
    before: String,
}

#[derive(Debug)]
struct Line {
    href: String,
    file: String,
    table: String,
    state: (String, &'static str),
    rows: String,
    at: Html,
}

#[derive(Debug, Template)]
#[template(path = "imports.html")]
struct List {
    frame: Frame,
    lines: Vec<Line>,
    next: Option<String>,
    home: String,
}

pub(crate) async fn list(
    State(app): State<App>,
    Path(environment): Path<EnvironmentId>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let before = asked
        .before
        .split_once('/')
        .and_then(|(at, id)| Some((at.parse().ok()?, id.parse::<Uuid>().ok()?)));
    let (all, more) = app.transfer.imports(&visit.scope, environment, before).await?;
    let frame = visit.frame;
    let next = all.last().filter(|_| more).map(|last| {
        let mark = web_frame::html::query_value(&format!("{}/{}", last.created_at, last.id));
        place.href(&format!("/imports?before={mark}"))
    });
    let lines = all.iter().map(|import| Line {
        href: place.href(&format!("/imports/{}", import.id)),
        file: file_of(&frame, import),
        table: table_name(&place, &import.table),
        state: badge(&frame, import.state),
        rows: frame.say1("transfer.rows", "count", import.rows),
        at: frame.moment(&import.created_at),
    });
    let title = frame.say("transfer.imports");
    let page = List {
        lines: lines.collect(),
        next,
        home: place.href(""),
        frame: place.at(frame, "", title),
    };
    Ok(answer::page(&page))
}

fn file_of(frame: &Frame, import: &Import) -> String {
    if import.file.is_empty() { frame.say("transfer.no-name") } else { import.file.clone() }
}

fn table_name(place: &Place, logical: &str) -> String {
    place.session.model().table(logical).map_or(logical.to_owned(), |table| place.plural(table))
}

/// The state in words, and its colour.
fn badge(frame: &Frame, state: Standing) -> (String, &'static str) {
    let class = match state {
        Standing::Done => "good",
        Standing::Failed => "bad",
        Standing::Checking | Standing::Running | Standing::Undoing => "brand",
        Standing::Stopped => "warning",
        _ => "",
    };
    (frame.say(&format!("transfer.state-{}", state.as_str())), class)
}

/// An import at its step.
#[derive(Debug, Template)]
#[template(path = "import.html")]
#[expect(clippy::struct_excessive_bools, reason = "what stands on the page, each by itself")]
struct Page {
    frame: Frame,
    steps: Vec<(String, &'static str)>,
    intro: String,
    address: String,
    history: String,
    rows_href: String,
    state: (String, &'static str),
    busy: bool,
    done: u64,
    rows: u64,
    share: String,
    counts: Vec<(String, String, &'static str)>,
    problem: Option<(String, String)>,
    findings: Vec<Wrong>,
    more_findings: bool,
    columns: Vec<Column>,
    fields: Vec<Field>,
    refused: Option<(String, String)>,
    shows_plan: bool,
    may_start: bool,
    /// The key of what starting does: nothing is left out, or some rows are.
    start: &'static str,
    /// A check that found no row that could be taken.
    all_wrong: bool,
    /// Nothing is left out for what is listed.
    only_warnings: bool,
    may_plan: bool,
    may_stop: bool,
    may_undo: bool,
    may_forget: bool,
    goes_on: bool,
}

/// A mistake as it is shown.
#[derive(Debug)]
struct Wrong {
    row: String,
    column: String,
    what: String,
    remedy: String,
    found: String,
    /// Whether the row is taken all the same.
    is_warning: bool,
}

pub(crate) async fn page(
    State(app): State<App>,
    Path((environment, id)): Path<(EnvironmentId, Uuid)>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let import = found(&app, &visit, (environment, id)).await?;
    let wants_plan = asked.step == "plan";
    let page = shown(&app, &visit, (&place, import), (wants_plan, None)).await?;
    Ok(answer::page(&page))
}

async fn found(
    app: &App,
    visit: &Visit,
    (environment, id): (EnvironmentId, Uuid),
) -> Result<Import, Problem> {
    let import = app.transfer.import(&visit.scope, id).await?;
    if import.environment == environment { Ok(import) } else { Err(Error::Unknown.into()) }
}

async fn shown(
    app: &App,
    visit: &Visit,
    (place, import): (&Place, Import),
    (wants_plan, wrong): (bool, Option<(&'static str, PlanProblem)>),
) -> Result<Page, Problem> {
    let frame = visit.frame.clone();
    let (id, state) = (import.id, import.state);
    let decides = matches!(state, Standing::Ready | Standing::Checked);
    let shows_plan = state == Standing::Ready || (wants_plan && decides);
    let table: Option<&Table> = place.table(&import.table).ok();
    let wrong = wrong.map(|(pointer, problem)| {
        let of = table.and_then(|table| table.column(problem.of()));
        let of = of.map_or_else(|| problem.of().to_owned(), |column| place.label(column));
        (pointer, frame.say1(&format!("transfer.plan-{}", problem.key()), "name", of))
    });
    let (mut columns, mut fields) = (Vec::new(), Vec::new());
    if let Some(table) = table.filter(|_| shows_plan) {
        let sample = app.transfer.sample(&visit.scope, id, 20).await?;
        columns = plan::columns(place, table, &import, &sample);
        let errors: Vec<FieldError> = wrong
            .iter()
            .map(|(pointer, detail)| FieldError::new(*pointer, "field.invalid", detail.clone()))
            .collect();
        let is_csv = import.kind == FileKind::Csv;
        fields = plan::fields(&frame, (place, table), (&import.plan, is_csv), &errors);
    }
    let mut findings = Vec::new();
    if !shows_plan {
        findings = app.transfer.findings(&visit.scope, id, (0, "", SHOWN + 1)).await?;
    }
    let more_findings = u64::try_from(findings.len()).unwrap_or_default() > SHOWN;
    let findings = findings.iter().take(usize::try_from(SHOWN).unwrap_or_default());
    let findings: Vec<Wrong> = findings.map(|one| wrong_row(place, &frame, table, one)).collect();
    let step = match state {
        _ if shows_plan => Step::Plan,
        Standing::Checking | Standing::Checked => Step::Check,
        _ => Step::Run,
    };
    let say = |key: &str| frame.say(&format!("transfer.{key}"));
    let tried = matches!(state, Standing::Checking | Standing::Checked);
    let counts = [
        (if tried { "would-create" } else { "created" }, import.created, "good"),
        (if tried { "would-update" } else { "updated" }, import.updated, "good"),
        ("skipped", import.skipped, ""),
        ("failed", import.failed, "bad"),
    ];
    let counts = counts.map(|(key, count, class)| {
        let shown = frame.t.number(count);
        (say(&format!("count-{key}")), shown, if count == 0 { "" } else { class })
    });
    let address = place.href(&format!("/imports/{id}"));
    let name = file_of(&frame, &import);
    let intro = frame.say_with(
        "transfer.into",
        &[("table", table_name(place, &import.table).into()), ("rows", import.rows.into())],
    );
    let problem = import.problem.as_deref().map(|code| (frame.t.code(code), reason(&frame, code)));
    let refused = wrong.map(|(_, detail)| (say("plan-wrong"), detail));
    let only_warnings = import.failed == 0 && !findings.is_empty();
    let whole = import.rows.max(1);
    let good = import.created + import.updated;
    let is_over = matches!(state, Standing::Done | Standing::Failed | Standing::Stopped);
    let history = place.href("/imports");
    Ok(Page {
        steps: steps(&frame, step),
        intro,
        rows_href: place.href(&format!("/{}", import.table)),
        state: badge(&frame, state),
        busy: state.is_busy(),
        done: import.done.min(whole),
        rows: whole,
        share: frame.say_with(
            "transfer.progress",
            &[("done", import.done.into()), ("rows", import.rows.into())],
        ),
        counts: counts.into(),
        problem,
        findings,
        more_findings,
        columns,
        fields,
        refused,
        shows_plan,
        may_start: state == Standing::Checked && good > 0,
        start: if import.failed == 0 { "transfer.start-all" } else { "transfer.start" },
        all_wrong: state == Standing::Checked && good == 0,
        only_warnings,
        may_plan: state == Standing::Checked,
        may_stop: state.is_busy(),
        may_undo: is_over && import.created > 0,
        may_forget: !state.is_busy(),
        goes_on: matches!(state, Standing::Stopped | Standing::Failed),
        frame: place.at(frame, &import.table, name).back_to(history.clone()),
        address,
        history,
    })
}

fn wrong_row(place: &Place, frame: &Frame, table: Option<&Table>, finding: &Finding) -> Wrong {
    let language = frame.language().parse().unwrap_or_default();
    let model = place.session.model();
    Wrong {
        row: if finding.row == 0 { String::new() } else { finding.row.to_string() },
        column: transfer::label(table, &finding.column, language),
        what: frame.t.code(&finding.code),
        remedy: transfer::remedy(language, Some(model), table, finding),
        found: finding.detail.clone(),
        is_warning: finding.code == ASKED_FOR,
    }
}

/// What somebody wants to happen with an import.
pub(crate) async fn act(
    State(app): State<App>,
    Path((environment, id)): Path<(EnvironmentId, Uuid)>,
    visit: Visit,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let import = found(&app, &visit, (environment, id)).await?;
    let (hub, scope) = (&app.transfer, &visit.scope);
    let verb = form.get("do").map_or("", String::as_str);
    if matches!(verb, "check" | "start-now") {
        let plan = plan::posted(&import, &form);
        match hub.plan(scope, id, plan.clone()).await {
            Ok(_) => {}
            Err(Error::Plan { pointer, problem }) => {
                let tried = Import { plan, ..import };
                let wrong = Some((pointer, problem));
                let page = shown(&app, &visit, (&place, tried), (true, wrong)).await?;
                return Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
            }
            Err(error) => return Err(error.into()),
        }
    }
    match verb {
        "check" => hub.check(scope, id).await?,
        "start" | "start-now" => hub.start(scope, id).await?,
        "stop" => hub.stop(scope, id).await?,
        "undo" => hub.undo(scope, id).await?,
        "forget" => {
            hub.forget(scope, id).await?;
            let to = place.href("/imports");
            return Ok(answer::back_with(&visit.context, &to, "transfer.forgotten"));
        }
        _ => import,
    };
    Ok(Redirect::to(&place.href(&format!("/imports/{id}"))).into_response())
}

/// What was wrong, as a file.
pub(crate) async fn report(
    State(app): State<App>,
    Path((environment, id)): Path<(EnvironmentId, Uuid)>,
    visit: Visit,
) -> Result<Response, Problem> {
    found(&app, &visit, (environment, id)).await?;
    let pieces = app.transfer.report(&visit.scope, id).await?;
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let name = HeaderValue::from_static("attachment; filename=\"errors.csv\"");
    headers.insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// The code of what is told and leaves no row out.
const ASKED_FOR: &str = "import.asked_for";

/// Mistakes on the page; the file has all of them.
const SHOWN: u64 = 100;
