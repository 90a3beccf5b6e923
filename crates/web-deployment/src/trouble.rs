//! Symptoms: what people see, and what to do.

use askama::Template;
use axum::{extract::State, response::Response};
use deployment::trouble::{self, Symptom};
use edge::{Problem, Query};
use serde::Deserialize;
use web_frame::{App, Frame, Visit, answer};

use crate::at;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "trouble.html")]
pub(crate) struct Page {
    frame: Frame,
    q: String,
    found: Vec<&'static Symptom>,
    community: String,
}

pub(crate) async fn page(
    State(app): State<App>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let community = app.deployment.settings(&visit.scope).await?.community_url;
    let q = asked.q.chars().take(200).collect();
    Ok(answer::page(&Page::new(visit.frame, q, community)))
}

#[expect(clippy::unused_self, reason = "templates call methods of the page alone")]
impl Page {
    pub(crate) fn new(frame: Frame, q: String, community: String) -> Self {
        let found = trouble::search(&q, &frame.t);
        let title = frame.say("web-deployment.troubleshooting");
        Self { q, found, community, frame: at(frame, "troubleshooting", title) }
    }

    fn words(&self, one: &Symptom) -> (String, String) {
        one.words(&self.frame.t)
    }

    /// The codes of the hub in one line; nothing where there are none.
    fn codes(&self, one: &Symptom) -> Option<String> {
        let codes: Vec<&str> = one.codes().collect();
        let all = codes.join(", ");
        (!codes.is_empty()).then(|| self.frame.say1("web-deployment.trouble-codes", "codes", &all))
    }

    fn checks(&self, one: &Symptom) -> Vec<&'static str> {
        one.checks().map(|check| check.id).collect()
    }
}
