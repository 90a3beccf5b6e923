//! The guide: steps in the published order, each check with what is known of it and what to do.

use std::borrow::Borrow;

use askama::Template;
use axum::{
    extract::{Multipart, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use deployment::{
    Counts, Evidence, Guide, NewEvidence, NewStatement, Outcome, Report, State as Seen, Step, Who,
    evidence::Kind, report::Words,
};
use edge::{Form, Path, Problem, Query};
use identity::users::Person;
use kernel::{Coded as _, UserId};
use serde::Deserialize;
use url::Url;
use uuid::Uuid;
use web_frame::{App, Frame, Visit, answer, parts::Nothing};

use crate::{at, may_manage, posted::Posted};

/// What an address of the guide holds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    guide: String,
    /// Only checks that are so.
    show: String,
}

/// What is to be read anew.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ToCheck {
    guide: String,
    check: String,
}

/// The check of a path.
#[derive(Debug, Deserialize)]
pub(crate) struct CheckPath {
    deployment_check: String,
}

/// The evidence of a path.
#[derive(Debug, Deserialize)]
pub(crate) struct EvidencePath {
    deployment_evidence: Uuid,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "guide.html")]
pub(crate) struct Page {
    frame: Frame,
    guide: Guide,
    report: Report,
    steps: Vec<StepRow>,
    acting: Vec<(String, Vec<&'static str>)>,
    evidence: Vec<EvidenceRow>,
    only: Option<Seen>,
    /// What is wrong with a file that was handed in.
    problem: Option<(String, String, Vec<String>)>,
}

/// A step with its checks.
#[derive(Debug)]
struct StepRow {
    number: usize,
    step: Step,
    counts: Counts,
    open: bool,
    rows: Vec<Row>,
}

/// A check.
#[derive(Debug)]
struct Row {
    outcome: Outcome,
    words: Words,
    /// Where it is cured; nothing where that is not one place.
    cure: Option<String>,
    /// Who said something of it.
    by: String,
}

/// A file that was handed in.
#[derive(Debug)]
struct EvidenceRow {
    evidence: Evidence,
    by: String,
}

/// What a page is made of.
pub(crate) struct Made {
    pub(crate) report: Report,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) people: Vec<Person>,
    pub(crate) salesforce: Option<Url>,
    pub(crate) only: Option<Seen>,
    pub(crate) problem: Option<(String, String, Vec<String>)>,
}

async fn made(app: &App, visit: &Visit, asked: &Asked) -> Result<Made, Problem> {
    let scope = &visit.scope;
    let guide = match Guide::parse(&asked.guide) {
        Some(guide) => guide,
        None => app.deployment.guide(scope).await?,
    };
    let report = app.deployment.report(scope, guide).await?;
    let evidence = app.deployment.evidence(scope).await?;
    let said = report.outcomes.iter().filter_map(|one| one.statement.as_ref()?.by);
    let mut users: Vec<UserId> =
        evidence.iter().filter_map(|one| one.added_by).chain(said).collect();
    kernel::sort(&mut users);
    users.dedup();
    let people = app.identity.people(scope, &users).await?;
    let salesforce = app.deployment.salesforce_address(scope).await?;
    let only = Seen::parse(&asked.show);
    Ok(Made { report, evidence, people, salesforce, only, problem: None })
}

pub(crate) async fn page(
    State(app): State<App>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let made = made(&app, &visit, &asked).await?;
    Ok(answer::page(&Page::new(visit.frame, made)))
}

pub(crate) async fn check(
    State(app): State<App>,
    visit: Visit,
    Form(wanted): Form<ToCheck>,
) -> Result<Response, Problem> {
    let guide = match Guide::parse(&wanted.guide) {
        Some(guide) => guide,
        None => app.deployment.guide(&visit.scope).await?,
    };
    let only = Some(wanted.check.as_str()).filter(|id| !id.is_empty());
    Box::pin(app.deployment.check(&visit.scope, guide, only)).await?;
    let to = address(guide, only.unwrap_or_default());
    Ok(answer::back_with(&visit.context, &to, "web-deployment.checked"))
}

pub(crate) async fn state(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Path(path): Path<CheckPath>,
    form: Multipart,
) -> Result<Response, Problem> {
    let posted = Posted::read(&visit, &headers, form).await?;
    let check = path.deployment_check.as_str();
    if posted.text("do") == "take-back" {
        app.deployment.take_back(&visit.scope, check).await?;
    } else {
        let said = NewStatement {
            holds: posted.text("do") == "holds",
            note: posted.text("note").to_owned(),
            file: posted.file.clone(),
        };
        app.deployment.state(&visit.scope, check, said).await?;
    }
    let guide = Guide::parse(posted.text("guide")).unwrap_or(Guide::Salesforce);
    let found = deployment::catalogue::find(check).map_or("", |check| check.id);
    Ok(answer::back_with(&visit.context, &address(guide, found), "saved"))
}

pub(crate) async fn add_evidence(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    form: Multipart,
) -> Result<Response, Problem> {
    // who may not hand anything in is told before the file is taken
    app.deployment.largest_evidence(&visit.scope)?;
    let posted = Posted::read(&visit, &headers, form).await?;
    let (name, bytes) = posted.file.clone().unwrap_or_default();
    let kind = Kind::parse(posted.text("kind"));
    let new = NewEvidence { name, bytes, kind, note: posted.text("note").to_owned() };
    match Box::pin(app.deployment.add_evidence(&visit.scope, new)).await {
        Ok(_) => {
            let guide = app.deployment.guide(&visit.scope).await?;
            let to = address(guide, "evidence");
            Ok(answer::back_with(&visit.context, &to, "web-deployment.evidence-added"))
        }
        Err(error @ deployment::Error::Invalid { .. }) => {
            let mut made = made(&app, &visit, &Asked::default()).await?;
            let t = &visit.frame.t;
            let fields = error.fields().iter();
            let lines = fields
                .map(|field| format!("{} {}: {}", t.code(field.code), field.pointer, field.detail));
            let code = error.code();
            made.problem = Some((t.code(code.name()), t.code_detail(code.name()), lines.collect()));
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(answer::page_with(status, &Page::new(visit.frame, made)))
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn remove_evidence(
    State(app): State<App>,
    visit: Visit,
    Path(path): Path<EvidencePath>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    Box::pin(app.deployment.remove_evidence(&visit.scope, path.deployment_evidence)).await?;
    let guide = app.deployment.guide(&visit.scope).await?;
    Ok(answer::back_with(
        &visit.context,
        &address(guide, "evidence"),
        "web-deployment.evidence-removed",
    ))
}

fn address(guide: Guide, place: &str) -> String {
    let at = if place.is_empty() { String::new() } else { format!("#{place}") };
    format!("/admin/deployment?guide={}{at}", guide.as_str())
}

/// Where a check is cured, as a link: what is of Salesforce stands below the organisation's own address.
pub(crate) fn cure(place: &str, salesforce: Option<&Url>) -> Option<String> {
    match place.strip_prefix("salesforce:") {
        Some(path) => Some(salesforce?.join(path).ok()?.into()),
        None => (!place.is_empty()).then(|| place.to_owned()),
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "templates pass references, to methods of the page alone"
)]
impl Page {
    pub(crate) fn new(frame: Frame, made: Made) -> Self {
        let Made { report, evidence, people, salesforce, only, problem } = made;
        let name = |id: Option<UserId>| {
            let known = people.iter().find(|person| Some(person.id) == id);
            known.map(|person| person.display_name.clone()).unwrap_or_default()
        };
        let guide = report.guide;
        let mut is_first = true;
        let mut steps = Vec::new();
        for (index, step) in guide.steps().iter().enumerate() {
            let counts = report.counts(Some(*step));
            let rows = report.of(*step).filter(|one| only.is_none_or(|only| one.state == only));
            let rows: Vec<Row> = rows
                .map(|one| Row {
                    words: Words::of(one, &frame.t),
                    cure: cure(one.check.place, salesforce.as_ref()),
                    by: name(one.statement.as_ref().and_then(|said| said.by)),
                    outcome: one.clone(),
                })
                .collect();
            if only.is_some() && rows.is_empty() {
                continue;
            }
            // the first step that is not done is the one to go on with
            let is_open = counts.all() > 0 && counts.state() != Seen::Pass;
            let open = only.is_some() || (is_open && is_first) || counts.fail > 0;
            is_first = is_first && !is_open;
            steps.push(StepRow { number: index + 1, step: *step, counts, open, rows });
        }
        let acting = Who::ALL.into_iter().filter_map(|who| {
            let own = report.failing().filter(|one| one.check.who == who);
            let own: Vec<_> = own.map(|one| one.check.id).collect();
            let said = frame.say(&format!("deployment.who-{}", who.as_str()));
            (!own.is_empty()).then_some((said, own))
        });
        let acting = acting.collect();
        let evidence = evidence.into_iter();
        let evidence =
            evidence.map(|one| EvidenceRow { by: name(one.added_by), evidence: one }).collect();
        let title = frame.say("web-deployment.guide");
        let frame = at(frame, "guide", title);
        Self { frame, guide, report, steps, acting, evidence, only, problem }
    }

    fn say(&self, key: &str) -> String {
        self.frame.say(&format!("web-deployment.{key}"))
    }

    fn guides(&self) -> [Guide; 3] {
        Guide::ALL
    }

    fn step_name(&self, step: &Step) -> String {
        self.frame.say(&format!("deployment.step-{}", step.as_str()))
    }

    fn class_name(&self, row: &Row) -> String {
        self.frame.say(&format!("deployment.class-{}", row.outcome.check.class.as_str()))
    }

    fn kinds(&self) -> [Kind; 8] {
        Kind::ALL
    }

    fn kind_name(&self, kind: &Kind) -> String {
        self.frame.say(&format!("web-deployment.kind-{}", kind.as_str()))
    }

    fn counts(&self) -> Counts {
        self.report.counts(None)
    }

    /// The states with how many are so, as chips to filter by.
    fn chips(&self) -> Vec<(Seen, usize)> {
        let counts = self.counts();
        vec![
            (Seen::Fail, counts.fail),
            (Seen::Warning, counts.warning),
            (Seen::Unknown, counts.unknown),
            (Seen::Pass, counts.pass),
        ]
    }

    fn mark(&self, state: impl Borrow<Seen>) -> (&'static str, &'static str) {
        badge(*state.borrow())
    }

    fn is_only(&self, state: impl Borrow<Seen>) -> bool {
        self.only == Some(*state.borrow())
    }

    fn is_here(&self, guide: &Guide) -> bool {
        *guide == self.guide
    }

    fn state_name(&self, state: impl Borrow<Seen>) -> String {
        let state = state.borrow();
        self.frame.say(&format!("deployment.state-{}", state.as_str().replace('_', "-")))
    }

    fn is_fresh(&self) -> bool {
        self.report.checked_at.is_none()
    }

    fn may(&self) -> bool {
        may_manage(&self.frame)
    }

    fn counted(&self, step: &StepRow) -> String {
        let args = [("done", step.counts.pass.into()), ("all", step.counts.all().into())];
        self.frame.say_with("web-deployment.step-done", &args)
    }
}

/// Class and icon of a state, told by shape as much as by colour.
pub(crate) const fn badge(state: Seen) -> (&'static str, &'static str) {
    match state {
        Seen::Pass => ("good", "check-circle"),
        Seen::Fail => ("bad", "error"),
        Seen::Warning => ("warning", "warning"),
        Seen::Unknown => ("", "question"),
        Seen::NotApplicable => ("", "dismiss"),
    }
}
