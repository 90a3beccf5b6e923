//! The report: to print, and as files.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use deployment::{Guide, Outcome, Report, State as Seen, Step, report, report::Words};
use edge::{Problem, Query};
use serde::Deserialize;
use web_frame::{App, Frame, Visit, answer};

use crate::{at, guide::badge};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    guide: String,
    format: String,
}

/// The page to print.
#[derive(Debug, Template)]
#[template(path = "report.html")]
pub(crate) struct Page {
    frame: Frame,
    report: Report,
}

pub(crate) async fn page(
    State(app): State<App>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let guide = match Guide::parse(&asked.guide) {
        Some(guide) => guide,
        None => app.deployment.guide(&visit.scope).await?,
    };
    let found = app.deployment.report(&visit.scope, guide).await?;
    let Some(format) = report::Format::parse(&asked.format) else {
        return Ok(answer::page(&Page::new(visit.frame, found)));
    };
    let text = report::render(&found, format, &visit.frame.t);
    let name =
        format!("attachment; filename=\"deployment-{}.{}\"", guide.as_str(), format.ending());
    let name = HeaderValue::try_from(name).unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(format.media_type())),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, text).into_response())
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "templates pass references, to methods of the page alone"
)]
impl Page {
    pub(crate) fn new(frame: Frame, report: Report) -> Self {
        let title = frame.say("deployment.report");
        Self { report, frame: at(frame, "guide", title) }
    }

    fn step_name(&self, step: &Step) -> String {
        self.frame.say(&format!("deployment.step-{}", step.as_str()))
    }

    fn guide_name(&self) -> String {
        self.frame.say(&format!("deployment.guide-{}", self.report.guide.as_str()))
    }

    fn mark(&self, state: &Seen) -> (&'static str, &'static str) {
        badge(*state)
    }

    fn words(&self, outcome: &Outcome) -> Words {
        Words::of(outcome, &self.frame.t)
    }

    fn of(&self, step: &Step) -> Vec<&Outcome> {
        self.report.of(*step).collect()
    }
}
