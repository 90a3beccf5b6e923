//! The mail that follows a meeting, to be copied or opened where mail is written.

use askama::Template;
use axum::{Extension, extract::State, response::Response};
use edge::{Path, Problem};
use meetings::Draft;
use uuid::Uuid;
use web_frame::{App, Frame, Section, Visit, answer};

use crate::Room;

/// The page.
#[derive(Debug, Template)]
#[template(path = "draft.html")]
pub(crate) struct Page {
    frame: Frame,
    draft: Draft,
}

impl Page {
    pub(crate) fn new(frame: Frame, meeting: Uuid, draft: Draft) -> Self {
        let title = frame.say("web-meetings.draft");
        Self {
            draft,
            frame: frame.at(Section::Mail, title).back_to(format!("/meetings/{meeting}")),
        }
    }
}

pub(crate) async fn page(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let (_, draft) = room.draft(&visit.scope, id).await?;
    Ok(answer::page(&Page::new(visit.frame, id, draft)))
}
