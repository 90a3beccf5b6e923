//! Checks: how they are, read anew, said by people, as a report.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use deployment::{Guide, NewStatement, Outcome, Report, Source, Why, report, report::Words};
use edge::{Authed, Json, Path, Problem, Query};
use http::{HeaderValue, StatusCode, header};
use i18n::{Texts, Translator};
use kernel::Scope;
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{App, Routes, unknown_word};

pub(crate) fn routes() -> Routes {
    routes!(read, run, export, symptoms, state, take_back)
}

/// Which guide.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct WhichGuide {
    /// `salesforce`, `dynamics` or `embedded`; that of the CRMs that are set up unless given.
    guide: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct WhichReport {
    /// `salesforce`, `dynamics` or `embedded`; that of the CRMs that are set up unless given.
    guide: Option<String>,
    /// `markdown`, `csv`, `json` or `sarif`.
    #[serde(default)]
    #[param(required)]
    format: String,
    /// `en` or `fr`; the caller's unless given.
    language: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// Words that are seen, or that it is about; all symptoms unless given.
    q: Option<String>,
}

/// The check of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct CheckPath {
    /// The identifier, such as `TMS-07`.
    deployment_check: String,
}

/// What is to be read anew.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeploymentToCheck)]
struct ToCheck {
    /// `salesforce`, `dynamics` or `embedded`; that of the CRMs that are set up unless given.
    #[schema(example = "salesforce")]
    guide: Option<String>,
    /// Only this check; all of them unless given.
    #[schema(example = "TMS-07")]
    check: Option<String>,
}

/// What somebody says of a check.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeploymentStatementToMake)]
struct ToState {
    /// Whether it holds.
    #[schema(example = true)]
    holds: bool,
    /// What was seen, for those who come later.
    #[serde(default)]
    #[schema(example = "Deployed to the group Sellers on Monday")]
    note: String,
}

/// The label of a setting.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeploymentLabel)]
struct LabelItem {
    #[schema(example = "Save")]
    en: &'static str,
    #[schema(example = "Enregistrer")]
    fr: &'static str,
}

/// A check and how it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeploymentCheck)]
struct CheckItem {
    #[schema(example = "TMS-07")]
    id: &'static str,
    /// `blocks`, `feature` or `warning`.
    #[schema(example = "feature")]
    class: &'static str,
    /// `both`, `salesforce` or `dynamics`.
    #[schema(example = "both")]
    crm: &'static str,
    /// The step of the guide.
    #[schema(example = "transcription")]
    step: &'static str,
    /// `pass`, `fail`, `warning`, `unknown` or `not_applicable`. What nobody can tell is never `pass`.
    #[schema(example = "fail")]
    state: &'static str,
    /// Why nobody can tell, or why what held is a warning.
    #[schema(example = "old")]
    why: Option<&'static str>,
    /// The same in words, with what would tell it.
    reason: Option<String>,
    title: String,
    /// What to do where it does not hold.
    remedy: String,
    /// Who can cure it.
    #[schema(example = "teams-administrator")]
    who: &'static str,
    /// The exact labels of the settings.
    labels: Vec<LabelItem>,
    /// Where it is cured: a page of the hub, or an address of the vendor's. What begins with `salesforce:` stands below the
    /// address of the organisation.
    #[schema(example = "/admin/licences")]
    place: &'static str,
    /// What was seen, in the words of the system that said it.
    observed: Vec<String>,
    /// How it is known: `liaison`, `graph`, `salesforce`, `dynamics`, a kind of evidence, or `said`.
    #[schema(example = "meeting-policy")]
    source: Option<&'static str>,
    /// Of when that is.
    #[schema(format = DateTime)]
    read_at: Option<String>,
    /// What somebody said of it.
    note: Option<String>,
}

impl CheckItem {
    fn of(one: &Outcome, t: &Translator<'_>) -> Self {
        let words = Words::of(one, t);
        let labels = one.check.labels.iter().map(|(en, fr)| LabelItem { en, fr });
        Self {
            id: one.check.id,
            class: one.check.class.as_str(),
            crm: one.check.crm.as_str(),
            step: one.check.step.as_str(),
            state: one.state.as_str(),
            why: one.why.map(Why::as_str),
            reason: Some(words.why).filter(|why| !why.is_empty()),
            title: words.title,
            remedy: words.remedy,
            who: one.check.who.as_str(),
            labels: labels.collect(),
            place: one.check.place,
            observed: one.observed.clone(),
            source: one.source.map(Source::as_str),
            read_at: one.read_at.map(|at| at.to_string()),
            note: one.statement.as_ref().map(|said| said.note.clone()),
        }
    }
}

/// How many checks are how.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeploymentCounts)]
struct CountsItem {
    #[schema(example = 12)]
    pass: usize,
    #[schema(example = 1)]
    fail: usize,
    #[schema(example = 2)]
    warning: usize,
    #[schema(example = 40)]
    unknown: usize,
}

/// A guide with all its checks.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeploymentReport)]
struct ReportItem {
    #[schema(example = "salesforce")]
    guide: &'static str,
    /// When systems were last read; null before the first time.
    #[schema(format = DateTime)]
    checked_at: Option<String>,
    counts: CountsItem,
    /// Step after step.
    checks: Vec<CheckItem>,
}

impl ReportItem {
    fn of(report: &Report, scope: &Scope) -> Self {
        let t = Texts::global().speak(scope.language());
        let counts = report.counts(None);
        Self {
            guide: report.guide.as_str(),
            checked_at: report.checked_at.map(|at| at.to_string()),
            counts: CountsItem {
                pass: counts.pass,
                fail: counts.fail,
                warning: counts.warning,
                unknown: counts.unknown,
            },
            checks: report.outcomes.iter().map(|one| CheckItem::of(one, &t)).collect(),
        }
    }
}

/// Something that people see when it does not work yet.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeploymentSymptom)]
struct SymptomItem {
    #[schema(example = "missing-24")]
    key: &'static str,
    title: String,
    remedy: String,
    /// The messages, as the systems write them.
    shown: &'static [&'static str],
    /// The checks that tell why.
    #[schema(value_type = Vec<String>)]
    checks: Vec<&'static str>,
}

async fn guide(app: &App, scope: &Scope, word: Option<&str>) -> Result<Guide, Problem> {
    match word {
        None => Ok(app.deployment.guide(scope).await?),
        Some(word) => Guide::parse(word)
            .ok_or_else(|| unknown_word("/guide", "salesforce, dynamics, embedded")),
    }
}

/// Read the deployment guide
///
/// As systems were read last; nothing is read for it.
#[utoipa::path(get, path = "/api/v1/deployment", operation_id = "deployment.read",
    tag = "deployment", params(WhichGuide), responses((status = 200, body = ReportItem), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Query(which): Query<WhichGuide>,
) -> Result<Json<ReportItem>, Problem> {
    let guide = guide(&app, &scope, which.guide.as_deref()).await?;
    let report = app.deployment.report(&scope, guide).await?;
    Ok(Json(ReportItem::of(&report, &scope)))
}

/// Check the deployment
///
/// Reads every system that can be read, with the rights of the caller where it is the CRM, and keeps what came of it.
#[utoipa::path(post, path = "/api/v1/deployment/check", operation_id = "deployment.check",
    tag = "deployment", request_body = ToCheck,
    responses((status = 200, body = ReportItem), Failures))]
async fn run(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(wanted): Json<ToCheck>,
) -> Result<Json<ReportItem>, Problem> {
    let guide = guide(&app, &scope, wanted.guide.as_deref()).await?;
    let check = wanted.check.as_deref();
    let report = Box::pin(app.deployment.check(&scope, guide, check)).await?;
    Ok(Json(ReportItem::of(&report, &scope)))
}

/// Download the report
///
/// As Markdown, CSV, JSON or SARIF 2.1.0, in the caller's language unless another is asked for.
#[utoipa::path(get, path = "/api/v1/deployment/report", operation_id = "deployment.report",
    tag = "deployment", params(WhichReport),
    responses((status = 200, content_type = "text/markdown", body = String), Failures))]
async fn export(
    State(app): State<App>,
    Authed(scope): Authed,
    Query(which): Query<WhichReport>,
) -> Result<Response, Problem> {
    let guide = guide(&app, &scope, which.guide.as_deref()).await?;
    let format = report::Format::parse(&which.format)
        .ok_or_else(|| unknown_word("/format", "markdown, csv, json, sarif"))?;
    let language = match which.language.as_deref() {
        None => scope.language(),
        Some(tag) => kernel::Language::ALL
            .into_iter()
            .find(|one| one.tag() == tag)
            .ok_or_else(|| unknown_word("/language", "en, fr"))?,
    };
    let found = app.deployment.report(&scope, guide).await?;
    let t = Texts::global().speak(language);
    let text = report::render(&found, format, &t);
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    Ok(([kind], text).into_response())
}

/// Find symptoms
///
/// What people see when something does not work yet, with what to do.
#[utoipa::path(get, path = "/api/v1/deployment/symptoms", operation_id = "deployment.symptoms",
    tag = "deployment", params(Asked), responses((status = 200, body = Vec<SymptomItem>), Failures))]
async fn symptoms(
    Authed(scope): Authed,
    Query(asked): Query<Asked>,
) -> Result<Json<Vec<SymptomItem>>, Problem> {
    let t = Texts::global().speak(scope.language());
    let found = deployment::trouble::search(asked.q.as_deref().unwrap_or_default(), &t);
    let item = |one: &'static deployment::trouble::Symptom| {
        let (title, remedy) = one.words(&t);
        let checks = one.checks().map(|check| check.id).collect();
        SymptomItem { key: one.key, title, remedy, shown: one.shown, checks }
    };
    Ok(Json(found.into_iter().map(item).collect()))
}

/// Say how a check is
///
/// For what nobody can read: who, when and the note are kept. What can be read goes before what people say.
#[utoipa::path(put, path = "/api/v1/deployment/statements/{deployment_check}",
    operation_id = "deployment.state", tag = "deployment", params(CheckPath),
    request_body = ToState, responses((status = 204, description = "Kept"), Failures))]
async fn state(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<CheckPath>,
    Json(said): Json<ToState>,
) -> Result<StatusCode, Problem> {
    let said = NewStatement { holds: said.holds, note: said.note, file: None };
    app.deployment.state(&scope, &path.deployment_check, said).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take back what was said of a check
#[utoipa::path(delete, path = "/api/v1/deployment/statements/{deployment_check}",
    operation_id = "deployment.take_back", tag = "deployment", params(CheckPath),
    responses((status = 204, description = "Forgotten"), Failures))]
async fn take_back(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<CheckPath>,
) -> Result<StatusCode, Problem> {
    app.deployment.take_back(&scope, &path.deployment_check).await?;
    Ok(StatusCode::NO_CONTENT)
}
