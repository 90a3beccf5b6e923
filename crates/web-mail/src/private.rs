//! What the seller writes down about a contact for nobody else: kept when the field is left.

use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Response};
use crm::RecordRef;
use edge::{Form, Path, Problem};
use jiff::Timestamp;
use mailbox::PrivateNote;
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{App, Frame, Html, Visit, answer};

use crate::{assist::is_part, mail::back};

/// The field.
#[derive(Debug, Template)]
#[template(path = "private.html")]
pub(crate) struct Private {
    frame: Frame,
    id: Uuid,
    at: RecordRef,
    text: String,
    written_at: Option<Timestamp>,
    /// Whether it was kept just now.
    saved: bool,
    from: String,
}

impl Private {
    pub(crate) fn new(
        frame: &Frame,
        (id, from): (Uuid, &str),
        at: RecordRef,
        (note, saved): (Option<PrivateNote>, bool),
    ) -> Self {
        let written_at = note.as_ref().map(|note| note.written_at);
        let text = note.map(|note| note.text).unwrap_or_default();
        Self { frame: frame.clone(), id, at, text, written_at, saved, from: from.to_owned() }
    }

    /// Several contacts may stand on one page.
    fn key(&self) -> String {
        format!("private-{}", self.at.id.0)
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Typed {
    table: String,
    record: String,
    text: String,
    #[serde(default)]
    from: String,
}

pub(crate) async fn write(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    (Path(id), Form(typed)): (Path<Uuid>, Form<Typed>),
) -> Result<Response, Problem> {
    app.mailbox.open(&visit.scope, id).await?;
    let at = RecordRef::new(typed.table, typed.record);
    // browsers send lines with two signs between
    let text = typed.text.replace("\r\n", "\n");
    let note = app.mailbox.write_private_note(&visit.scope, &at, &text).await?;
    if is_part(&headers) {
        let part = Private::new(&visit.frame, (id, &typed.from), at, (note, true));
        return Ok(answer::part(Html::of(&part)));
    }
    Ok(answer::back_with(&visit.context, &back(id, &typed.from), "web-mail.private-kept"))
}
