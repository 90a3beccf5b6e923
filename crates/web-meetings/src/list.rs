//! The list of one's meetings, and how they come here.

use askama::Template;
use axum::{
    Extension,
    extract::{Multipart, State},
    http::{HeaderMap, Method, StatusCode},
    response::Response,
};
use edge::{Form, Problem, Query};
use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};
use kernel::{Coded as _, Cursor, FieldError, Kind, Limit, Permission};
use meetings::{Error, Kept, Meeting, NewMeeting};
use serde::Deserialize;
use web_frame::{App, Field, Frame, Section, Visit, answer, html::query_value, parts::Nothing};

use crate::Room;

/// The page.
#[derive(Debug, Template)]
#[template(path = "list.html")]
pub(crate) struct Page {
    frame: Frame,
    meetings: Vec<Meeting>,
    past: bool,
    next: Option<String>,
    may_set: bool,
    /// What is wrong with what was brought.
    problem: Option<(String, String)>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    past: Option<u8>,
    after: Option<String>,
}

pub(crate) async fn page(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    Ok(answer::page(&found(&room, visit, &asked, None).await?))
}

async fn found(
    room: &meetings::Meetings,
    visit: Visit,
    asked: &Asked,
    problem: Option<(String, String)>,
) -> Result<Page, Problem> {
    let after = asked.after.clone().map(Cursor::from);
    let past = asked.past.is_some();
    let all = room.list(&visit.scope, !past, Limit::default(), after.as_ref()).await?;
    Ok(Page::new(visit.frame, (all.items, all.next), past, problem))
}

impl Page {
    pub(crate) fn new(
        frame: Frame,
        (meetings, next): (Vec<Meeting>, Option<Cursor>),
        past: bool,
        problem: Option<(String, String)>,
    ) -> Self {
        let which = if past { "past=1&" } else { "" };
        let next =
            next.map(|next| format!("/meetings?{which}after={}", query_value(next.as_str())));
        let may_set = frame.may(Permission::SalesManage);
        let title = frame.say("web-meetings.title");
        Self { meetings, past, next, may_set, problem, frame: frame.at(Section::Mail, title) }
    }
}

/// The files of a form, in the order in which they stand; the token stands before them.
pub(crate) async fn files(
    visit: &Visit,
    headers: &HeaderMap,
    mut form: Multipart,
) -> Result<Vec<Vec<u8>>, Problem> {
    edge::same_origin(&visit.context, &Method::POST, headers)?;
    let mut trusted = false;
    let mut files = Vec::new();
    while let Some(part) = form.next_field().await.map_err(edge::unreadable_form)? {
        match part.name() {
            Some("csrf") => {
                let token = part.text().await.map_err(edge::unreadable_form)?;
                edge::verify_csrf(&visit.context, Some(&token))?;
                trusted = true;
            }
            Some("file") => {
                if !trusted {
                    edge::verify_csrf(&visit.context, None)?;
                }
                files.push(part.bytes().await.map_err(edge::unreadable_form)?.into());
            }
            _ => {}
        }
    }
    if files.is_empty() {
        return Err(Problem::new("request.malformed", Kind::Invalid, "the form holds no file"));
    }
    Ok(files)
}

pub(crate) async fn upload(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
    headers: HeaderMap,
    form: Multipart,
) -> Result<Response, Problem> {
    let mut kept = Kept::default();
    for file in files(&visit, &headers, form).await? {
        match room.bring_calendar(&visit.scope, file).await {
            Ok(more) => {
                kept.meetings.extend(more.meetings);
                kept.again += more.again;
            }
            Err(error) => return refused(&room, visit, error).await,
        }
    }
    Ok(brought(&visit, &kept))
}

pub(crate) async fn read(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    match Box::pin(room.read_calendar(&visit.scope)).await {
        Ok(kept) => Ok(brought(&visit, &kept)),
        Err(error) => refused(&room, visit, error).await,
    }
}

fn brought(visit: &Visit, kept: &Kept) -> Response {
    match kept.meetings.as_slice() {
        [one] if kept.again == 0 => {
            answer::back_with(&visit.context, &format!("/meetings/{one}"), "web-meetings.kept")
        }
        _ => answer::back_with(&visit.context, "/meetings", "web-meetings.kept-all"),
    }
}

/// The list again, with what is wrong.
async fn refused(
    room: &meetings::Meetings,
    visit: Visit,
    error: Error,
) -> Result<Response, Problem> {
    let code = error.code().name();
    if !code.starts_with("meeting.") {
        return Err(error.into());
    }
    let told = (visit.frame.t.code(code), visit.frame.t.code_detail(code));
    let page = found(room, visit, &Asked::default(), Some(told)).await?;
    Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// The form of an entry.
#[derive(Debug, Template)]
#[template(path = "form.html")]
pub(crate) struct NewPage {
    frame: Frame,
    what: String,
    action: String,
    fields: Vec<Field>,
    button: String,
    back: String,
}

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    pub(crate) subject: String,
    pub(crate) starts_at: String,
    pub(crate) minutes: String,
    pub(crate) people: String,
}

impl NewPage {
    pub(crate) fn new(frame: Frame, typed: &Typed, errors: &[FieldError]) -> Self {
        let say = |key: &str| frame.say(&format!("web-meetings.{key}"));
        let minutes = ["15", "30", "45", "60", "90", "120"];
        let options: Vec<(&str, String)> = minutes
            .iter()
            .map(|own| {
                let count: i64 = own.parse().unwrap_or(60);
                (*own, frame.say1("web-meetings.minutes", "count", count))
            })
            .collect();
        let fields = vec![
            Field::text("subject", say("subject")).value(typed.subject.as_str()),
            Field::input("datetime-local", "starts_at", say("starts-at"))
                .value(typed.starts_at.as_str())
                .hint(frame.say1("web-meetings.starts-at-what", "zone", frame.zone_name())),
            Field::select("minutes", say("length"), options).value(typed.minutes.as_str()),
            Field::area("people", say("people"))
                .value(typed.people.as_str())
                .hint(say("people-what")),
        ];
        let fields = fields.into_iter().map(|field| field.checked(errors, frame.t)).collect();
        Self {
            what: say("new-what"),
            action: "/meetings/new".to_owned(),
            button: say("new-button"),
            back: "/meetings".to_owned(),
            fields,
            frame: {
                let title = say("new");
                frame.at(Section::Mail, title).back_to("/meetings")
            },
        }
    }
}

pub(crate) async fn new(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
) -> Result<Response, Problem> {
    // who may have no meetings has no form for them
    room.rules(&visit.scope).await?;
    let typed = Typed { minutes: "60".to_owned(), ..Typed::default() };
    Ok(answer::page(&NewPage::new(visit.frame, &typed, &[])))
}

pub(crate) async fn create(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    room.rules(&visit.scope).await?;
    let zone = TimeZone::get(visit.frame.zone_name()).unwrap_or(TimeZone::UTC);
    let local = typed.starts_at.parse::<DateTime>().ok();
    let starts_at: Option<Timestamp> = local.and_then(|at| zone.to_timestamp(at).ok());
    let Some(starts_at) = starts_at else {
        let field = FieldError::new("/starts_at", "meeting.starts_at", "a day and a time");
        let page = NewPage::new(visit.frame, &typed, &[field]);
        return Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    let minutes = typed.minutes.parse::<i64>().unwrap_or(60).clamp(0, 24 * 60);
    let people = typed.people.lines().map(str::trim).filter(|line| !line.is_empty());
    let new = NewMeeting {
        subject: typed.subject.clone(),
        starts_at,
        ends_at: starts_at + SignedDuration::from_mins(minutes),
        people: people.map(str::to_owned).collect(),
    };
    match room.create(&visit.scope, new).await {
        Ok(meeting) => {
            let to = format!("/meetings/{}", meeting.id);
            Ok(answer::back_with(&visit.context, &to, "web-meetings.kept"))
        }
        Err(error @ Error::Invalid { .. }) => {
            let page = NewPage::new(visit.frame, &typed, error.fields());
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}
