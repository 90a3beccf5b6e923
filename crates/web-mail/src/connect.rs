//! Finding the record that a mail is about, in the CRM that the seller uses.

use askama::Template;
use axum::{extract::State, response::Response};
use edge::{Path, Problem, Query};
use serde::Deserialize;
use teams_app::{Found, Hit};
use uuid::Uuid;
use web_frame::{App, Frame, Html, Visit, answer};

use crate::{mail::back, pane::Alone};

/// The page.
#[derive(Debug, Template)]
#[template(path = "connect.html")]
pub(crate) struct Connect {
    frame: Frame,
    id: Uuid,
    words: String,
    found: Found,
    /// Files that may go along.
    files: Vec<(usize, String)>,
    from: String,
}

impl Connect {
    pub(crate) fn new(
        frame: &Frame,
        (id, from): (Uuid, &str),
        (words, found): (&str, Found),
        files: Vec<(usize, String)>,
    ) -> Self {
        let (words, from) = (words.to_owned(), from.to_owned());
        Self { frame: frame.clone(), id, words, found, files, from }
    }

    fn value(hit: &Hit) -> String {
        crate::pane::value(&hit.at.record, &hit.name)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    from: String,
}

/// Records that hold the words; without words those that the seller used lately.
pub(crate) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let opened = app.mailbox.open(&visit.scope, id).await?;
    let teams = app.deployment.teams();
    let found = Box::pin(teams.search(&visit.scope, (&asked.q, ""), (0, SHOWN))).await?;
    let with_files = app.mailbox.rules(&visit.scope).await?.save_attachments;
    let files = opened.message.files().filter(|_| with_files);
    let files = files.map(|(at, file)| (at, file.name.clone())).collect();
    let html = Connect::new(&visit.frame, (id, &asked.from), (&asked.q, found), files);
    let html = Html::of(&html);
    let to = back(id, &asked.from);
    Ok(answer::page(&Alone::wide(visit.frame, &opened, (html, to))))
}

/// Records that are shown at once.
const SHOWN: usize = 10;
