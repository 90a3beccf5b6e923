//! Who administers the environment that the first sign-in of a Salesforce seller made.

use askama::Template;
use axum::{extract::State, response::Response};
use crm_connections::Review;
use edge::{Form, Problem};
use identity::environments::EnvironmentKind;
use kernel::UserId;
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{App, Frame, Visit, answer};

use crate::at;

/// The page.
#[derive(Debug, Template)]
#[template(path = "review.html")]
pub(crate) struct Page {
    frame: Frame,
    review: Option<Review>,
    acknowledged_by: String,
    provisioned_for: String,
}

/// The list that was looked at.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Seen {
    administrator: Vec<Uuid>,
}

pub(crate) async fn page(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    let review = app.crm.review(&visit.scope).await?;
    let known = review.as_ref();
    let users: Vec<UserId> = known
        .and_then(|review| review.acknowledged_by)
        .into_iter()
        .chain(known.and_then(|review| review.provisioned_for))
        .collect();
    let people = app.identity.people(&visit.scope, &users).await?;
    let shown = |id: Option<UserId>| {
        let known = people.iter().find(|person| Some(person.id) == id);
        known.map(|person| person.display_name.clone()).unwrap_or_default()
    };
    let names = (
        shown(known.and_then(|review| review.acknowledged_by)),
        shown(known.and_then(|review| review.provisioned_for)),
    );
    Ok(answer::page(&Page::new(visit.frame, review, names)))
}

pub(crate) async fn acknowledge(
    State(app): State<App>,
    visit: Visit,
    Form(seen): Form<Seen>,
) -> Result<Response, Problem> {
    app.crm.acknowledge(&visit.scope, &seen.administrator).await?;
    Ok(answer::back_with(&visit.context, "/admin/crm/review", "web-crm.acknowledged"))
}

impl Page {
    pub(crate) fn new(
        frame: Frame,
        review: Option<Review>,
        (acknowledged_by, provisioned_for): (String, String),
    ) -> Self {
        let title = frame.say("web-crm.review");
        Self { review, acknowledged_by, provisioned_for, frame: at(frame, "review", title) }
    }

    fn kind(&self, review: &Review) -> String {
        let word = match review.kind {
            EnvironmentKind::Trial => "trial",
            EnvironmentKind::Production => "production",
            _ => "other",
        };
        self.frame.say(&format!("web-crm.review-kind-{word}"))
    }
}
