//! The forms by which something becomes of a meeting in the CRM; each shows what will be made before it is.

use askama::Template;
use axum::{Extension, extract::State, http::StatusCode, response::Response};
use crm::RecordRef;
use edge::{Form, Path, Problem, Query};
use jiff::civil::Date;
use kernel::{Coded as _, FieldError};
use meetings::{Error, NewTask, Opened, Owner, Shown};
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{App, Field, Frame, Section, Visit, answer, parts::Nothing};

use crate::{Room, meeting::back};

/// A form about a meeting.
#[derive(Debug, Template)]
#[template(path = "form.html")]
pub(crate) struct Page {
    frame: Frame,
    what: String,
    action: String,
    fields: Vec<Field>,
    button: String,
    back: String,
}

/// What a task is made of.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    pub(crate) action: String,
    pub(crate) subject: String,
    pub(crate) owner: String,
    pub(crate) due: String,
}

impl Page {
    pub(crate) fn task(
        frame: Frame,
        (opened, owners): (&Opened, &[Owner]),
        (typed, quote): (&Typed, &str),
        errors: &[FieldError],
    ) -> Self {
        let say = |key: &str| frame.say(&format!("web-meetings.{key}"));
        let own = std::iter::once((String::new(), say("task-me")));
        let others = owners.iter().map(|one| (one.id.clone(), one.name.clone()));
        let fields = vec![
            Field::text("subject", say("task-subject")).value(typed.subject.as_str()),
            Field::select("owner", say("task-owner"), own.chain(others).collect::<Vec<_>>())
                .value(typed.owner.as_str())
                .hint(say("task-owner-what")),
            Field::input("date", "due", say("task-due")).value(typed.due.as_str()),
            Field::input("hidden", "action", "").value(typed.action.as_str()),
        ];
        let fields = fields.into_iter().map(|field| field.checked(errors, frame.t)).collect();
        let path = format!("/meetings/{}", opened.meeting.id);
        Self {
            what: frame.say1("web-meetings.task-what", "quote", quote),
            action: format!("{path}/task"),
            button: say("task-button"),
            fields,
            frame: {
                let title = say("task");
                frame.at(Section::Mail, title).back_to(path.clone())
            },
            back: path,
        }
    }

    pub(crate) fn notes(frame: Frame, id: Uuid, text: &str, errors: &[FieldError]) -> Self {
        let say = |key: &str| frame.say(&format!("web-meetings.{key}"));
        let field = Field::area("notes", say("notes-label")).value(text);
        let path = format!("/meetings/{id}");
        Self {
            what: say("notes-what"),
            action: format!("{path}/notes"),
            button: say("notes-button"),
            fields: vec![field.checked(errors, frame.t)],
            frame: {
                let title = say("notes");
                frame.at(Section::Mail, title).back_to(path.clone())
            },
            back: path,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Which {
    action: String,
}

pub(crate) async fn task(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
    Path(id): Path<Uuid>,
    Query(which): Query<Which>,
) -> Result<Response, Problem> {
    let opened = room.open(&visit.scope, id).await?;
    let recap = opened.recap.as_ref();
    let action = if which.action.is_empty() {
        recap.and_then(|recap| recap.actions.iter().flatten().next())
    } else {
        recap.and_then(|recap| recap.action(&which.action))
    };
    let Some(action) = action else { return Err(Error::NoAction.into()) };
    let owners = room.owners(&visit.scope, &opened).await?;
    let typed = Typed {
        action: action.said.key(),
        subject: action.said.text.chars().take(200).collect(),
        owner: owner(&opened, &owners, action.owner.as_deref()),
        due: action.due.map(|day| day.to_string()).unwrap_or_default(),
    };
    let quote = action.said.text.clone();
    let page = Page::task(visit.frame, (&opened, &owners), (&typed, &quote), &[]);
    Ok(answer::page(&page))
}

/// The user of the CRM whom a name means: of the people of the meeting, the one of that name.
fn owner(opened: &Opened, owners: &[Owner], name: Option<&str>) -> String {
    let Some(name) = name else { return String::new() };
    let named = opened.people.iter().find(|one| one.name.eq_ignore_ascii_case(name));
    let found = owners.iter().find(|one| {
        named.is_some_and(|person| person.address == one.address)
            || one.name.eq_ignore_ascii_case(name)
    });
    found.map(|one| one.id.clone()).unwrap_or_default()
}

pub(crate) async fn create_task(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let day = typed.due.trim();
    let due = if day.is_empty() { Ok(None) } else { day.parse::<Date>().map(Some) };
    let task = NewTask {
        subject: typed.subject.clone(),
        owner: Some(typed.owner.clone()).filter(|owner| !owner.is_empty()),
        due: due.as_ref().ok().copied().flatten(),
    };
    let outcome = match due {
        Ok(_) => Box::pin(room.create_task(&visit.scope, (id, &typed.action), task)).await,
        Err(_odd) => {
            let field = FieldError::new("/due", "meeting.due", "a day");
            Err(Error::Invalid { fields: vec![field] })
        }
    };
    match outcome {
        Ok(_made) => Ok(back(&visit, id, "web-meetings.task-made")),
        Err(error @ Error::Invalid { .. }) => {
            let opened = room.open(&visit.scope, id).await?;
            let owners = room.owners(&visit.scope, &opened).await?;
            let about = (&opened, owners.as_slice());
            let page = Page::task(visit.frame, about, (&typed, &typed.subject), error.fields());
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Notes {
    notes: String,
}

/// What the notes begin with: summary and actions, as plain lines.
pub(crate) fn draft(frame: &Frame, opened: &Opened) -> String {
    let Some(recap) = &opened.recap else { return String::new() };
    let mut out = vec![frame.say("web-meetings.summary")];
    out.extend(recap.summary.iter().map(|said| format!("- {}", said.text)));
    let actions = recap.actions.as_deref().unwrap_or_default();
    if !actions.is_empty() {
        out.extend([String::new(), frame.say("web-meetings.actions")]);
    }
    for action in actions {
        let owner = action.owner.as_ref().map(|name| format!("{name} – ")).unwrap_or_default();
        let due = action.due.map(|day| format!(" ({day})")).unwrap_or_default();
        out.push(format!("- {owner}{}{due}", action.said.text));
    }
    out.join("\n")
}

pub(crate) async fn notes(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let opened = room.open(&visit.scope, id).await?;
    if opened.recap.is_some() && !opened.keeps_notes {
        return Err(Error::SavingOff.into());
    }
    let text = draft(&visit.frame, &opened);
    Ok(answer::page(&Page::notes(visit.frame, id, &text, &[])))
}

pub(crate) async fn save_notes(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(typed): Form<Notes>,
) -> Result<Response, Problem> {
    match Box::pin(room.save_notes(&visit.scope, id, &typed.notes)).await {
        Ok(_made) => Ok(back(&visit, id, "web-meetings.notes-saved")),
        Err(error @ Error::Invalid { .. }) => {
            let page = Page::notes(visit.frame, id, &typed.notes, error.fields());
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

/// Which record a meeting is about.
#[derive(Debug, Template)]
#[template(path = "record.html")]
pub(crate) struct RecordPage {
    frame: Frame,
    id: Uuid,
    words: String,
    found: Vec<Shown>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Words {
    q: String,
}

impl RecordPage {
    pub(crate) fn new(frame: Frame, id: Uuid, (words, found): (String, Vec<Shown>)) -> Self {
        let title = frame.say("web-meetings.record");
        let frame = frame.at(Section::Mail, title).back_to(format!("/meetings/{id}"));
        Self { frame, id, words, found }
    }
}

pub(crate) async fn record(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
    Path(id): Path<Uuid>,
    Query(words): Query<Words>,
) -> Result<Response, Problem> {
    room.open(&visit.scope, id).await?;
    let found = Box::pin(room.find_records(&visit.scope, &words.q)).await?;
    Ok(answer::page(&RecordPage::new(visit.frame, id, (words.q, found))))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Chosen {
    table: String,
    record: String,
}

pub(crate) async fn connect(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let record = RecordRef::new(chosen.table, chosen.record);
    Box::pin(room.connect(&visit.scope, id, record)).await?;
    Ok(back(&visit, id, "web-meetings.connected"))
}

pub(crate) async fn disconnect(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    room.disconnect(&visit.scope, id).await?;
    Ok(back(&visit, id, "web-meetings.disconnected"))
}
