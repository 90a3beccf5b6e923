//! Finding a record and sharing it into a channel of the hub, as a card that each reader sees as the CRM lets them.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Form, Path, Problem, Query};
use kernel::ChannelId;
use serde::Deserialize;
use teams_app::{Found, Shared};
use web_frame::{App, Asked as By, Frame, Html, Section, Visit, answer};

use crate::home::told;

/// The sheet.
#[derive(Debug, Template)]
#[template(path = "share.html")]
pub(crate) struct Sheet<'a> {
    frame: &'a Frame,
    /// The channel's page.
    close: String,
    words: &'a str,
    found: Option<&'a Found>,
    /// What is wrong and what helps.
    trouble: Option<&'a (String, String)>,
}

impl<'a> Sheet<'a> {
    pub(crate) fn new(
        frame: &'a Frame,
        channel: ChannelId,
        (words, found): (&'a str, Option<&'a Found>),
        trouble: Option<&'a (String, String)>,
    ) -> Self {
        Self { frame, close: format!("/channels/{channel}"), words, found, trouble }
    }
}

/// The sheet over an empty page, for browsers without script.
#[derive(Debug, Template)]
#[template(path = "alone.html")]
pub(crate) struct Alone {
    pub(crate) frame: Frame,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
}

pub(crate) async fn find(
    State(app): State<App>,
    visit: Visit,
    Path(channel): Path<ChannelId>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    open(&app, visit, channel, (&asked.q, None)).await
}

async fn open(
    app: &App,
    visit: Visit,
    channel: ChannelId,
    (words, problem): (&str, Option<(String, String)>),
) -> Result<Response, Problem> {
    // who is not in the channel learns nothing of it
    app.workspace.channel(&visit.scope, channel).await?;
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let teams = app.deployment.teams();
    let (found, trouble) = match Box::pin(teams.search(&visit.scope, (words, ""), (0, SHOWN))).await
    {
        Ok(found) => (Some(found), problem),
        Err(error) => (None, Some(told(&visit.frame, error)?)),
    };
    let sheet = Sheet::new(&visit.frame, channel, (words, found.as_ref()), trouble.as_ref());
    let sheet = Html::of(&sheet);
    if visit.asked == By::Sheet {
        return Ok(answer::part(sheet));
    }
    let title = visit.frame.say("web-teams.share");
    let frame = visit.frame.at(Section::Teams, title).back_to(format!("/channels/{channel}"));
    Ok(answer::page_with(status, &Alone { frame: frame.with_sheet(sheet) }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Chosen {
    /// `system/table/id`.
    record: String,
}

/// A record as forms send it.
pub(crate) fn of_form(text: &str) -> Option<Shared> {
    let mut parts = text.splitn(3, '/');
    Shared::parse(parts.next()?, parts.next()?, parts.next()?)
}

/// As [`of_form`] reads it.
pub(crate) fn to_form(at: &Shared) -> String {
    format!("{}/{}/{}", at.system, at.record.table, at.record.id)
}

pub(crate) async fn post(
    State(app): State<App>,
    visit: Visit,
    Path(channel): Path<ChannelId>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let shared = match of_form(&chosen.record) {
        Some(at) => Box::pin(app.deployment.teams().share(&visit.scope, channel, &at)).await,
        None => Err(teams_app::Error::NoRecord),
    };
    match shared {
        Ok(_) => {
            let to = format!("/channels/{channel}");
            Ok(answer::back_with(&visit.context, &to, "web-teams.shared"))
        }
        Err(error @ teams_app::Error::NoRecord) => {
            let problem = told(&visit.frame, error)?;
            open(&app, visit, channel, ("", Some(problem))).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Records that the sheet shows at once.
const SHOWN: usize = 10;
