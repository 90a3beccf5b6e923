//! A meeting: its recap, with the transcript beside it.

use askama::Template;
use axum::{
    Extension,
    extract::{Multipart, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use edge::{Form, Path, Problem};
use kernel::Coded as _;
use meetings::{
    Action, Cue, Error, Made, Mention, Opened, Person, Recap, Said, Shown, shown_clock,
};
use uuid::Uuid;
use web_frame::{App, Frame, Section, Visit, answer, parts::Nothing};

use crate::{Room, list};

/// The page.
#[derive(Debug, Template)]
#[template(path = "meeting.html")]
pub(crate) struct Page {
    frame: Frame,
    opened: Opened,
    subject: String,
    record: Option<Shown>,
    /// The part of talk of those who are no visitors, in hundredths; nothing where nobody is known.
    ours: Option<i64>,
    problem: Option<(String, String)>,
}

impl Page {
    pub(crate) fn new(
        frame: Frame,
        (opened, record): (Opened, Option<Shown>),
        problem: Option<(String, String)>,
    ) -> Self {
        let subject = if opened.meeting.subject.is_empty() {
            frame.say("web-meetings.no-subject")
        } else {
            opened.meeting.subject.clone()
        };
        let ours = opened.recap.as_ref().and_then(|recap| ours(recap, &opened.people));
        let frame = frame.at(Section::Mail, subject.clone()).back_to("/meetings");
        Self { frame, opened, subject, record, ours, problem }
    }

    fn path(&self, rest: &str) -> String {
        format!("/meetings/{}{rest}", self.opened.meeting.id)
    }

    fn people(&self, external: bool) -> String {
        let all = self.opened.people.iter().filter(|one| one.is_external == external);
        let names: Vec<&str> = all.take(20).map(Person::shown).collect();
        names.join(", ")
    }

    /// When a sentence is said, as people read it.
    #[expect(clippy::unused_self, reason = "the template calls it as a method")]
    fn at(&self, said: &Said) -> String {
        said.at_ms.map(shown_clock).unwrap_or_default()
    }

    #[expect(
        clippy::unused_self,
        clippy::trivially_copy_pass_by_ref,
        reason = "the template calls it as a method, with what it borrows"
    )]
    fn clock(&self, ms: &i64) -> String {
        shown_clock(*ms)
    }

    fn made(&self, action: &Action) -> Option<&Made> {
        let what = format!("task:{}", action.said.key());
        self.opened.made.iter().find(|one| one.what == what)
    }

    fn notes(&self) -> Option<&Made> {
        self.opened.made.iter().find(|one| one.what == Made::NOTES)
    }

    /// What was named, kind by kind.
    fn mentions<'r>(&self, recap: &'r Recap) -> Vec<(String, Vec<&'r Mention>)> {
        let mut out: Vec<(String, Vec<&Mention>)> = Vec::new();
        for one in &recap.mentions {
            let kind = self.frame.say(&format!("web-meetings.mention-{}", one.kind));
            match out.last_mut() {
                Some((last, all)) if *last == kind => all.push(one),
                _ => out.push((kind, vec![one])),
            }
        }
        out
    }

    /// The transcript, each piece with its number and whether a speaker begins.
    fn cues(&self) -> Vec<(usize, &Cue, bool)> {
        let mut before: Option<&Cue> = None;
        let cues = self.opened.transcript.iter().flat_map(|one| &one.cues).enumerate();
        cues.map(|(at, cue)| {
            let begins = before.is_none_or(|before| before.speaker != cue.speaker);
            before = Some(cue);
            (at, cue, begins)
        })
        .collect()
    }

    fn mood(&self, recap: &Recap) -> String {
        let say = |key: &str| self.frame.say(&format!("web-meetings.{key}"));
        let mood = say(&format!("mood-{}", recap.sentiment.overall));
        format!("{mood} · {}", say(&format!("trend-{}", recap.sentiment.trend)))
    }

    /// Who made it, as lines.
    fn by(&self, recap: &Recap) -> Vec<String> {
        let say = |key: &str| self.frame.say(&format!("web-meetings.{key}"));
        let mut out = vec![say(if recap.by_endpoint { "by-endpoint" } else { "by-rules" })];
        if recap.fell_back.is_some() {
            out.push(say("fell-back"));
        }
        if recap.dropped > 0 {
            out.push(self.frame.say1("web-meetings.dropped", "count", recap.dropped));
        }
        if !recap.is_known_language {
            out.push(say("unknown-language"));
        } else if recap.summary_language.is_some() {
            out.push(say("summary-translated"));
        } else if recap.language != self.frame.language() {
            out.push(say("not-translated"));
        }
        out
    }

    fn absence(&self) -> Option<(String, String)> {
        let word = self.opened.absence?.as_str().replace('_', "-");
        let say = |key: String| self.frame.say(&key);
        Some((
            say(format!("web-meetings.absence-{word}")),
            say(format!("web-meetings.absence-{word}-what")),
        ))
    }

    fn can_make(&self) -> bool {
        use meetings::Absence;
        let barred = matches!(self.opened.absence, Some(Absence::NoApp | Absence::FeatureOff));
        self.opened.transcript.is_some() && !barred
    }
}

/// The part of talk of colleagues, found by name.
fn ours(recap: &Recap, people: &[Person]) -> Option<i64> {
    let is_ours = |name: &str| {
        people.iter().any(|one| !one.is_external && one.name.eq_ignore_ascii_case(name))
    };
    let own = recap.speakers.iter().filter(|one| one.name.as_deref().is_some_and(is_ours));
    let all: Vec<i64> = own.map(|one| one.percent).collect();
    (!all.is_empty()).then(|| all.iter().sum())
}

pub(crate) async fn page(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    Ok(answer::page(&shown(&room, visit, id, None).await?))
}

async fn shown(
    room: &meetings::Meetings,
    visit: Visit,
    id: Uuid,
    problem: Option<(String, String)>,
) -> Result<Page, Problem> {
    let opened = room.open(&visit.scope, id).await?;
    let record = room.record(&visit.scope, &opened).await?;
    Ok(Page::new(visit.frame, (opened, record), problem))
}

pub(crate) async fn upload(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
    (Path(id), headers): (Path<Uuid>, HeaderMap),
    form: Multipart,
) -> Result<Response, Problem> {
    let file = list::files(&visit, &headers, form).await?.swap_remove(0);
    match Box::pin(room.bring_transcript(&visit.scope, id, file)).await {
        Ok(_opened) => Ok(back(&visit, id, "web-meetings.brought")),
        Err(error @ Error::Transcript(_)) => {
            let code = error.code().name();
            let mut told = (visit.frame.t.code(code), visit.frame.t.code_detail(code));
            if let Error::Transcript(why) = &error
                && let Some(line) = why.line()
            {
                told.1 =
                    format!("{} {}", visit.frame.say1("web-meetings.line", "line", line), told.1);
            }
            let page = shown(&room, visit, id, Some(told)).await?;
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) fn back(visit: &Visit, id: Uuid, toast: &str) -> Response {
    answer::back_with(&visit.context, &format!("/meetings/{id}"), toast)
}

pub(crate) async fn delete(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    room.delete(&visit.scope, id).await?;
    Ok(answer::back_with(&visit.context, "/meetings", "web-meetings.deleted"))
}

pub(crate) async fn forget(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    room.delete_transcript(&visit.scope, id).await?;
    Ok(back(&visit, id, "web-meetings.forgotten"))
}

pub(crate) async fn add_app(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    room.add_app(&visit.scope, id).await?;
    Ok(back(&visit, id, "web-meetings.app-added"))
}

pub(crate) async fn fetch(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let found = Box::pin(room.fetch(&visit.scope, id)).await?;
    let toast = if found.is_none() { "web-meetings.fetched" } else { "web-meetings.not-fetched" };
    Ok(back(&visit, id, toast))
}

pub(crate) async fn make(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    Box::pin(room.make_recap(&visit.scope, id)).await?;
    Ok(back(&visit, id, "web-meetings.made"))
}
