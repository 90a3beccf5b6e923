//! A record that somebody shared, as the reader sees it: a page of its own, and the card in a channel.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Path, Problem};
use serde::Deserialize;
use teams_app::{Seen, Shared};
use uuid::Uuid;
use web_frame::{App, Frame, Html, Section, Visit, answer};

#[derive(Debug, Deserialize)]
pub(crate) struct At {
    crm_system: Uuid,
    crm_table: String,
    crm_record: String,
}

impl At {
    fn shared(&self) -> Result<Shared, Problem> {
        let found = Shared::parse(&self.crm_system.to_string(), &self.crm_table, &self.crm_record);
        found.ok_or_else(|| teams_app::Error::NoRecord.into())
    }
}

/// What the reader gets, as markup.
#[derive(Debug, Template)]
#[template(path = "card.html")]
pub(crate) struct Card<'a> {
    frame: &'a Frame,
    seen: &'a Seen,
}

impl<'a> Card<'a> {
    pub(crate) const fn new(frame: &'a Frame, seen: &'a Seen) -> Self {
        Self { frame, seen }
    }

    pub(crate) fn html(&self) -> Html {
        Html::of(self)
    }
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "record.html")]
pub(crate) struct Page {
    frame: Frame,
    card: Html,
}

impl Page {
    pub(crate) fn new(frame: Frame, seen: &Seen) -> Self {
        let title = match seen {
            Seen::View(view) => view.name.clone(),
            _ => frame.say("web-teams.record"),
        };
        let card = Card::new(&frame, seen).html();
        Self { card, frame: frame.at(Section::Records, title).back_to("/teams/home") }
    }
}

pub(crate) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(at): Path<At>,
) -> Result<Response, Problem> {
    let (at, teams) = (at.shared()?, app.deployment.teams());
    let seen = Box::pin(teams.view(&visit.scope, &at)).await?;
    let status = match &seen {
        Seen::View(_) => {
            teams.used(&visit.scope, &at).await?;
            StatusCode::OK
        }
        Seen::Hidden => StatusCode::NOT_FOUND,
        Seen::Barred(_) => StatusCode::FORBIDDEN,
    };
    Ok(answer::page_with(status, &Page::new(visit.frame, &seen)))
}

/// The card alone, in the place of the one that everybody has.
pub(crate) async fn card(
    State(app): State<App>,
    visit: Visit,
    Path(at): Path<At>,
) -> Result<Response, Problem> {
    let seen = Box::pin(app.deployment.teams().view(&visit.scope, &at.shared()?)).await?;
    Ok(answer::part(Card::new(&visit.frame, &seen).html()))
}
