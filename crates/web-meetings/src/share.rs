//! A recap to a linked channel: what would be posted, and to whom, before it is.

use askama::Template;
use axum::{Extension, extract::State, response::Response};
use edge::{Form, Path, Problem};
use meetings::{Channel, Opened};
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{App, Frame, Section, Visit, answer};

use crate::{Room, meeting::back};

/// The page.
#[derive(Debug, Template)]
#[template(path = "share.html")]
pub(crate) struct Page {
    frame: Frame,
    id: Uuid,
    channels: Vec<Channel>,
    sentences: Vec<String>,
}

impl Page {
    pub(crate) fn new(frame: Frame, opened: &Opened, channels: Vec<Channel>) -> Self {
        let id = opened.meeting.id;
        let recap = opened.recap.as_ref();
        let sentences =
            recap.into_iter().flat_map(|recap| &recap.summary).map(|said| said.text.clone());
        let title = frame.say("web-meetings.post");
        Self {
            id,
            channels,
            sentences: sentences.take(8).collect(),
            frame: frame.at(Section::Mail, title).back_to(format!("/meetings/{id}")),
        }
    }
}

pub(crate) async fn page(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let opened = room.open(&visit.scope, id).await?;
    let channels = Box::pin(room.channels(&visit.scope, &opened)).await?;
    Ok(answer::page(&Page::new(visit.frame, &opened, channels)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Chosen {
    link: Uuid,
    sentences: Option<String>,
}

pub(crate) async fn post(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let to = (chosen.link, chosen.sentences.is_some());
    Box::pin(room.post(&visit.scope, id, to)).await?;
    Ok(back(&visit, id, "web-meetings.posted"))
}
