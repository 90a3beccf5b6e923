//! What to know before a meeting.

use askama::Template;
use axum::{Extension, extract::State, response::Response};
use edge::{Path, Problem};
use meetings::{Contact, Matched, Opened, Preparation};
use uuid::Uuid;
use web_frame::{App, Frame, Section, Visit, answer};

use crate::Room;

/// The page.
#[derive(Debug, Template)]
#[template(path = "prepare.html")]
pub(crate) struct Page {
    frame: Frame,
    opened: Opened,
    prepared: Preparation,
    /// Name, address, and who that is in the CRM.
    visitors: Vec<(String, String, Option<Contact>)>,
    trouble: Option<(String, String)>,
}

impl Page {
    pub(crate) fn new(frame: Frame, opened: Opened, mut prepared: Preparation) -> Self {
        let trouble = prepared.trouble.map(|code| (frame.t.code(code), frame.t.code_detail(code)));
        let known = std::mem::take(&mut prepared.people);
        let visitors = opened.people.iter().filter(|one| one.is_external).map(|one| {
            let found = known.iter().find(|known| known.address.address == one.address);
            let contact = found.and_then(|known| match &known.matched {
                Matched::One(contact) => Some(contact.clone()),
                _ => None,
            });
            (one.shown().to_owned(), one.address.clone(), contact)
        });
        let title = frame.say("web-meetings.prepare");
        let back = format!("/meetings/{}", opened.meeting.id);
        Self {
            visitors: visitors.take(30).collect(),
            frame: frame.at(Section::Mail, title).back_to(back),
            opened,
            prepared,
            trouble,
        }
    }
}

pub(crate) async fn page(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let (opened, prepared) = Box::pin(room.prepared(&visit.scope, id)).await?;
    Ok(answer::page(&Page::new(visit.frame, opened, prepared)))
}
