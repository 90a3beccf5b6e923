//! Every rule over a version: what is wrong, where, what to do; the archive that is handed in; the mark.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use connectors::{Compiled, Error};
use edge::{Form, Path, Problem, Query};
use kernel::{ApiConnectorId, Permission};
use openapi::{Finding, Severity};
use serde::Deserialize;
use web_frame::{
    App, Frame, Visit, answer,
    parts::{Nothing, told},
};

use super::{
    findings::{Counts, Row},
    say,
    shell::Shell,
};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    pub(super) version: Option<i64>,
    /// `draft` judges as while somebody is still at work.
    pub(super) level: String,
    pub(super) severity: String,
    from: usize,
}

impl Wanted {
    pub(super) fn is_strict(&self) -> bool {
        self.level != "draft"
    }
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "connectors/certification.html")]
pub(super) struct Page {
    frame: Frame,
    shell: Shell,
    number: i64,
    strict: bool,
    counts: Counts,
    /// Address, words, class, whether it is chosen.
    chips: Vec<(String, String, &'static str, bool)>,
    rows: Vec<Row>,
    next: Option<String>,
    query: String,
    problem: Option<(String, String)>,
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ApiConnectorId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    Ok(answer::page(&Page::read(&app, visit, id, (wanted, None)).await?))
}

#[derive(Debug, Deserialize)]
pub(super) struct Number {
    version: i64,
}

pub(super) async fn mark(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ApiConnectorId>,
    Form(form): Form<Number>,
) -> Result<Response, Problem> {
    let marked = app.api_connectors.certify(&visit.scope, id, Some(form.version));
    match Box::pin(marked).await {
        Ok(connector) => {
            let to = format!("{}/certification", super::path_of(connector.id));
            Ok(answer::back_with(&visit.context, &to, "web-apis.marked"))
        }
        Err(error) => refused(&app, visit, id, (form.version, error)).await,
    }
}

pub(super) async fn unmark(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ApiConnectorId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let connector = app.api_connectors.uncertify(&visit.scope, id).await?;
    let to = format!("{}/certification", super::path_of(connector.id));
    Ok(answer::back_with(&visit.context, &to, "web-apis.unmarked"))
}

/// The page with the reason for which a version is not certified.
pub(super) async fn refused(
    app: &App,
    visit: Visit,
    id: ApiConnectorId,
    (version, error): (i64, Error),
) -> Result<Response, Problem> {
    if !matches!(error, Error::NotCertifiable { .. }) {
        return Err(error.into());
    }
    let problem = told(&visit.frame, &error);
    let wanted = Wanted { version: Some(version), ..Wanted::default() };
    let page = Page::read(app, visit, id, (wanted, Some(problem))).await?;
    Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

impl Page {
    async fn read(
        app: &App,
        visit: Visit,
        id: ApiConnectorId,
        (wanted, problem): (Wanted, Option<(String, String)>),
    ) -> Result<Self, Problem> {
        visit.scope.require(Permission::ConnectorManage).map_err(Problem::denied)?;
        let shell = Shell::of(app, &visit, id, "certification").await?;
        let number = wanted.version.unwrap_or(shell.connector.version.number);
        let strict = wanted.is_strict();
        let found = app.api_connectors.findings(&visit.scope, id, Some(number), strict).await?;
        let compiled = app.api_connectors.compiled_at(&visit.scope, id, number).await?;
        let page = Self::new(visit.frame, (shell, &compiled), &found, (wanted, number));
        Ok(Self { problem, ..page })
    }

    fn new(
        frame: Frame,
        (shell, compiled): (Shell, &Compiled),
        found: &[Finding],
        (wanted, number): (Wanted, i64),
    ) -> Self {
        let strict = wanted.is_strict();
        let counts = Counts::of(found);
        let level = if strict { "certification" } else { "draft" };
        let query = format!("version={number}&level={level}");
        let address =
            |severity: &str| format!("{}/certification?{query}&severity={severity}", shell.path);
        let of = |severity: Severity, class| {
            let key = format!("web-apis.chip-{}", severity.code());
            let only = i64::try_from(counts.only(severity)).unwrap_or(i64::MAX);
            let words = frame.say1(&key, "count", only);
            (address(severity.code()), words, class, wanted.severity == severity.code())
        };
        let all = i64::try_from(counts.total()).unwrap_or(i64::MAX);
        let all = frame.say1("web-apis.chip-all", "count", all);
        let chips = vec![
            (address(""), all, "", wanted.severity.is_empty()),
            of(Severity::Error, "bad"),
            of(Severity::Warning, "warning"),
            of(Severity::Info, ""),
        ];
        let fits = |finding: &&Finding| {
            wanted.severity.is_empty() || finding.severity.code() == wanted.severity
        };
        let mut chosen: Vec<&Finding> = found.iter().filter(fits).collect();
        kernel::sort_by_key(&mut chosen, |finding| std::cmp::Reverse(finding.severity));
        let more = chosen.len() > wanted.from + AT_ONCE;
        let next =
            more.then(|| format!("{}&from={}", address(&wanted.severity), wanted.from + AT_ONCE));
        let shown: Vec<&Finding> = chosen.into_iter().skip(wanted.from).take(AT_ONCE).collect();
        Self {
            rows: Row::all(&frame, (&shell.connector, compiled), &shown),
            number,
            strict,
            counts,
            chips,
            next,
            query,
            problem: None,
            frame: shell.frame(frame),
            shell,
        }
    }

    /// What the rules say together: words and class.
    fn verdict(&self) -> (String, &'static str, &'static str) {
        match (self.counts.errors, self.counts.warnings) {
            (0, 0) => (say(&self.frame, "verdict-clean"), "good", "check-circle"),
            (0, _) => (say(&self.frame, "verdict-ready"), "good", "check-circle"),
            (errors, _) => {
                let errors = i64::try_from(errors).unwrap_or(i64::MAX);
                (self.frame.say1("web-apis.verdict-errors", "count", errors), "bad", "error")
            }
        }
    }

    fn is_certified(&self) -> bool {
        self.shell.connector.certified == Some(self.number)
    }

    fn may_mark(&self) -> bool {
        self.frame.may(Permission::ActionManage)
    }

    /// The address of the other level.
    fn other_level(&self) -> String {
        let level = if self.strict { "draft" } else { "certification" };
        format!("{}/certification?version={}&level={level}", self.shell.path, self.number)
    }

    fn export(&self, format: &str) -> String {
        format!("{}/certification/findings?{}&format={format}", self.shell.path, self.query)
    }
}

/// Findings on one page.
const AT_ONCE: usize = 50;
