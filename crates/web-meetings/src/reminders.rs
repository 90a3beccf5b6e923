//! What somebody is reminded of, and when nothing comes.

use askama::Template;
use axum::{Extension, extract::State, http::StatusCode, response::Response};
use edge::{Form, Problem};
use kernel::{Coded as _, FieldError};
use meetings::{Reminders, Way};
use serde::Deserialize;
use web_frame::{App, Field, Frame, Section, Visit, answer};

use crate::Room;

/// The page.
#[derive(Debug, Template)]
#[template(path = "reminders.html")]
pub(crate) struct Page {
    frame: Frame,
    fields: Vec<Field>,
    /// Whether letters go out from this hub.
    has_mail: bool,
}

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    cards: Option<String>,
    digest: Option<String>,
    quiet_from: String,
    quiet_to: String,
    way: String,
}

pub(crate) async fn page(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
) -> Result<Response, Problem> {
    let (own, has_mail) = room.reminders(&visit.scope).await?;
    Ok(answer::page(&Page::new(visit.frame, (own, has_mail), &[])))
}

impl Page {
    pub(crate) fn new(
        frame: Frame,
        (own, has_mail): (Reminders, bool),
        errors: &[FieldError],
    ) -> Self {
        let say = |key: &str| frame.say(&format!("web-meetings.{key}"));
        let time = |name: &str, key: &str, minute: i64| {
            let value = if minute < 0 { String::new() } else { shown(minute) };
            Field::input("time", name, say(key)).value(value)
        };
        let ways = Way::ALL.map(|way| (way.as_str(), say(&format!("way-{}", way.as_str()))));
        let fields = vec![
            Field::check("cards", say("remind-cards"), own.cards).hint(say("remind-cards-what")),
            Field::check("digest", say("remind-digest"), own.digest),
            Field::select("way", say("way"), ways).value(own.way.as_str()),
            time("quiet_from", "quiet-from", own.quiet_from),
            time("quiet_to", "quiet-to", own.quiet_to).hint(say("quiet-what")),
        ];
        let fields = fields.into_iter().map(|field| field.checked(errors, frame.t)).collect();
        let title = say("reminders");
        Self { fields, has_mail, frame: frame.at(Section::Mail, title).back_to("/meetings") }
    }
}

pub(crate) async fn set(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let new = Reminders {
        cards: typed.cards.is_some(),
        digest: typed.digest.is_some(),
        quiet_from: minute(&typed.quiet_from),
        quiet_to: minute(&typed.quiet_to),
        way: Way::parse(&typed.way).unwrap_or_default(),
    };
    match room.set_reminders(&visit.scope, new).await {
        Ok(_set) => {
            Ok(answer::back_with(&visit.context, "/meetings/reminders", "web-meetings.rules-set"))
        }
        Err(error @ meetings::Error::Invalid { .. }) => {
            let (_, has_mail) = room.reminders(&visit.scope).await?;
            let page = Page::new(visit.frame, (new, has_mail), error.fields());
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

fn shown(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// The minute of the day that a time is; one that there is not where it is none.
fn minute(text: &str) -> i64 {
    let time: Option<jiff::civil::Time> = text.trim().parse().ok();
    time.map_or(-1, |time| i64::from(time.hour()) * 60 + i64::from(time.minute()))
}
