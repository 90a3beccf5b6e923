//! Links that are broken, and what nothing stands behind: by kind, with the cause and what can be done.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use edge::{Form, Path, Problem};
use jiff::Timestamp;
use kernel::{Coded as _, EnvironmentId};
use linking_sync::{Error, Finding, Report, Trouble};
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{App, Frame, Visit, answer, parts::Nothing};

use super::{below, path};

/// What was found of one kind.
#[derive(Debug)]
struct Group {
    title: String,
    what: String,
    icon: &'static str,
    /// Whether the hub can mend it.
    mendable: bool,
    rows: Vec<Finding>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "settings/report.html")]
pub(super) struct Page {
    frame: Frame,
    environment: EnvironmentId,
    groups: Vec<Group>,
    count: usize,
    mendable: bool,
    walked_at: Option<Timestamp>,
    walking: bool,
    seen: u64,
    /// What went wrong with a repair.
    problem: Option<(String, String)>,
}

/// Which finding is repaired; all of them unless given.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Which {
    finding: Option<Uuid>,
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(environment): Path<EnvironmentId>,
) -> Result<Response, Problem> {
    show(&app, visit, environment, None).await
}

async fn show(
    app: &App,
    visit: Visit,
    environment: EnvironmentId,
    problem: Option<Error>,
) -> Result<Response, Problem> {
    let report = app.linking_sync.report(&visit.scope, environment).await?;
    let frame = visit.frame;
    let code = problem.map(|error| error.code().name());
    let problem = code.map(|code| (frame.t.code(code), frame.t.code_detail(code)));
    let status = if problem.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    Ok(answer::page_with(status, &Page::new(frame, environment, report, problem)))
}

/// Looks at all links now.
pub(super) async fn run(
    State(app): State<App>,
    visit: Visit,
    Path(environment): Path<EnvironmentId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.linking_sync.reconcile(&visit.scope, environment).await?;
    let to = path(environment, "/report");
    Ok(answer::back_with(&visit.context, &to, "in-step.walking"))
}

/// Repairs one finding, or all.
pub(super) async fn repair(
    State(app): State<App>,
    visit: Visit,
    Path(environment): Path<EnvironmentId>,
    Form(which): Form<Which>,
) -> Result<Response, Problem> {
    let (sync, scope) = (&app.linking_sync, &visit.scope);
    // who may not see the report learns nothing of what is in it
    sync.policy(scope, environment).await?;
    let (done, toast) = if let Some(finding) = which.finding {
        (Box::pin(sync.repair(scope, finding)).await, "in-step.repaired")
    } else {
        let done = Box::pin(sync.repair_all(scope, environment)).await;
        let some = done.as_ref().is_ok_and(|done| done.left > 0);
        let toast = if some { "in-step.repaired-some" } else { "in-step.repaired" };
        (done.map(drop), toast)
    };
    match done {
        Ok(()) => Ok(answer::back_with(&visit.context, &path(environment, "/report"), toast)),
        Err(error @ (Error::NotMendable | Error::Workspace(_))) => {
            show(&app, visit, environment, Some(error)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The same for other programs.
pub(super) async fn export(
    State(app): State<App>,
    visit: Visit,
    Path(environment): Path<EnvironmentId>,
) -> Result<Response, Problem> {
    let report = app.linking_sync.report(&visit.scope, environment).await?;
    let mut response = report.csv(visit.frame.t).into_response();
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
    headers.insert(header::CONTENT_TYPE, kind);
    let file = HeaderValue::from_static("attachment; filename=\"links.csv\"");
    headers.insert(header::CONTENT_DISPOSITION, file);
    Ok(response)
}

impl Page {
    pub(super) fn new(
        frame: Frame,
        environment: EnvironmentId,
        report: Report,
        problem: Option<(String, String)>,
    ) -> Self {
        let Report { findings, walked_at, walking, seen } = report;
        let count = findings.len();
        let mendable = findings.iter().any(|found| found.trouble.can_be_mended());
        let mut groups: Vec<Group> = Vec::new();
        for trouble in Trouble::ALL {
            let mut rows: Vec<Finding> =
                findings.iter().filter(|found| found.trouble == trouble).cloned().collect();
            if rows.is_empty() {
                continue;
            }
            for row in rows.iter_mut().filter(|row| row.detail.is_empty()) {
                row.detail.clone_from(&row.subject);
            }
            groups.push(Group {
                title: frame.say(&format!("linking-sync.trouble-{}", trouble.key())),
                what: frame.say(&format!("linking-sync.trouble-{}-what", trouble.key())),
                icon: icon(trouble),
                mendable: trouble.can_be_mended(),
                rows,
            });
        }
        let title = frame.say("in-step.report");
        let frame = below(frame, environment, title);
        Self { frame, environment, groups, count, mendable, walked_at, walking, seen, problem }
    }

    fn path(&self, rest: &str) -> String {
        path(self.environment, &format!("/report{rest}"))
    }
}

const fn icon(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::ChannelGone => "delete",
        Trouble::NoAccess => "lock",
        Trouble::TabGone => "pin",
        Trouble::RowWithoutLink => "plug-off",
        Trouble::OwnerLeft | Trouble::PosterLeft => "person",
        Trouble::Full => "people",
    }
}
