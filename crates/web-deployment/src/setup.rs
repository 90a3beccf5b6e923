//! The setup policy of Teams, filled in for this hub's package: what to type in the admin centre, commands to paste, and
//! what the checks say of it.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use deployment::{
    Outcome, State as Seen,
    report::Words,
    setup::{Commands, SCRIPT, SetupPlan},
};
use edge::Problem;
use kernel::Coded as _;
use web_frame::{App, Frame, Visit, answer};

use crate::{at, guide::badge};

/// The page.
#[derive(Debug, Template)]
#[template(path = "setup.html")]
pub(crate) struct Page {
    frame: Frame,
    /// The plan and its commands; without, why there is none.
    made: Result<(SetupPlan, Vec<Commands>), (String, String)>,
    checks: Vec<Row>,
}

/// A check of the guide that the policy is for.
#[derive(Debug)]
struct Row {
    id: &'static str,
    title: String,
    state: Seen,
    word: String,
}

/// The checks that the policy is for.
const CHECKS: [&str; 5] = ["TMS-02", "TMS-03", "TMS-04", "TMS-05", "TMS-06"];

pub(crate) async fn page(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    let guide = app.deployment.guide(&visit.scope).await?;
    let outcomes = app.deployment.report(&visit.scope, guide).await?.outcomes;
    let plan = match app.deployment.setup_plan(&visit.scope).await {
        Ok(plan) => Ok(plan),
        Err(error @ deployment::Error::Invalid { .. }) => {
            let code = error.fields().first().map_or("", |field| field.code);
            Err((visit.frame.t.code(code), visit.frame.t.code_detail(code)))
        }
        Err(error) => return Err(error.into()),
    };
    Ok(answer::page(&Page::new(visit.frame, plan, &outcomes)))
}

pub(crate) async fn script(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    let script = app.deployment.setup_plan(&visit.scope).await?.script();
    let name = format!("attachment; filename=\"{SCRIPT}\"");
    let name = HeaderValue::try_from(name).unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, script).into_response())
}

#[expect(clippy::unused_self, reason = "templates call methods of the page alone")]
impl Page {
    pub(crate) fn new(
        frame: Frame,
        plan: Result<SetupPlan, (String, String)>,
        outcomes: &[Outcome],
    ) -> Self {
        let title = frame.say("web-deployment.setup-title");
        let ours = outcomes.iter().filter(|one| CHECKS.contains(&one.check.id));
        let row = |one: &Outcome| {
            let words = Words::of(one, &frame.t);
            Row { id: one.check.id, title: words.title, state: one.state, word: words.state }
        };
        Self {
            checks: ours.map(row).collect(),
            made: plan.map(|plan| {
                let commands = plan.commands();
                (plan, commands)
            }),
            frame: at(frame, "setup", title),
        }
    }

    fn mark(&self, row: &Row) -> (&'static str, &'static str) {
        badge(row.state)
    }

    fn say(&self, name: &str) -> String {
        self.frame.say(&format!("web-deployment.setup-{name}"))
    }
}
