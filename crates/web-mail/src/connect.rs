//! Finding the record that a mail is about, in the CRM that the seller uses.

use askama::Template;
use axum::{extract::State, response::Response};
use edge::{Path, Problem, Query};
use serde::Deserialize;
use teams_app::{Found, Hit, Narrow};
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
    table: String,
    narrow: Narrow,
    found: Found,
    /// Files that may go along.
    files: Vec<(usize, String)>,
    from: String,
}

impl Connect {
    pub(crate) fn new(
        frame: &Frame,
        (id, from): (Uuid, &str),
        (asked, found): (&Asked, Found),
        files: Vec<(usize, String)>,
    ) -> Self {
        let (words, table, from) = (asked.q.clone(), asked.table.clone(), from.to_owned());
        let narrow = asked.narrow();
        Self { frame: frame.clone(), id, words, table, narrow, found, files, from }
    }

    fn value(hit: &Hit) -> String {
        crate::pane::value(&hit.at.record, &hit.name)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    pub(crate) q: String,
    /// Only records of this table.
    pub(crate) table: String,
    pub(crate) active: Option<u8>,
    pub(crate) mine: Option<u8>,
    pub(crate) from: String,
}

impl Asked {
    const fn narrow(&self) -> Narrow {
        Narrow { active: self.active.is_some(), mine: self.mine.is_some() }
    }
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
    let wanted = (asked.q.as_str(), asked.table.as_str());
    let found = teams.search_narrowed(&visit.scope, wanted, asked.narrow(), (0, SHOWN));
    let found = Box::pin(found).await?;
    let with_files =
        app.mailbox.offered(&visit.scope).await.unwrap_or_default().files != mailbox::Files::Stay;
    let files = opened.message.files().filter(|_| with_files);
    let files = files.map(|(at, file)| (at, file.name.clone())).collect();
    let html = Connect::new(&visit.frame, (id, &asked.from), (&asked, found), files);
    let html = Html::of(&html);
    let to = back(id, &asked.from);
    Ok(answer::page(&Alone::wide(visit.frame, &opened, (html, to))))
}

/// Records that are shown at once.
const SHOWN: usize = 10;
