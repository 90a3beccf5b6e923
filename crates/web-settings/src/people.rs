//! What is stored of people: for administrators, and for everybody about themselves.

use askama::Template;
use axum::{
    Extension,
    body::Body,
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use edge::{Form, Path, Problem, Query};
use http::{HeaderValue, header};
use identity::users::UserFilter;
use kernel::{FieldError, Kind, Limit, Permission, UserId};
use privacy::{Group, Job, JobState, Kept, Preview};
use serde::Deserialize;
use tokio_util::io::ReaderStream;
use uuid::Uuid;
use web_frame::{App, Field, Frame, Html, Section, Visit, administration, answer};

use crate::{Rooms, typed::Typed};

/// A kind of data on a page.
#[derive(Debug)]
pub(crate) struct Row {
    name: String,
    what: String,
    count: i64,
    /// The period, where it is set here.
    period: Option<Field>,
    /// What stays of it and why, on a person's page.
    stays: String,
}

/// An export or a removal.
#[derive(Debug)]
pub(crate) struct Line {
    what: String,
    state: String,
    at: Html,
    href: Option<String>,
}

/// What is stored in the tenant.
#[derive(Debug, Template)]
#[template(path = "privacy.html")]
pub(crate) struct Overview {
    frame: Frame,
    groups: Vec<(String, String, Vec<Row>)>,
    jobs: Vec<Line>,
    find: Field,
}

/// What is stored of one person.
#[derive(Debug, Template)]
#[template(path = "person.html")]
pub(crate) struct Person {
    frame: Frame,
    name: String,
    /// Where the buttons lead.
    base: String,
    /// What an archive holds.
    export: String,
    groups: Vec<(String, String, Vec<Row>)>,
    /// What goes and what stays, in words.
    forgetting: String,
    jobs: Vec<Line>,
    confirm: Field,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Who {
    user: UserId,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    privacy_job: Uuid,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    name: String,
}

/// What was ticked.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Ticked {
    confirm: Option<String>,
}

/// A form without fields.
#[derive(Debug, Deserialize)]
pub(crate) struct Nothing {}

pub(crate) async fn overview(
    Extension(rooms): Extension<Rooms>,
    visit: Visit,
) -> Result<Response, Problem> {
    let kept = rooms.privacy.overview(&visit.scope).await?;
    let jobs = rooms.privacy.jobs(&visit.scope).await?;
    Ok(answer::page(&Overview::new(visit.frame, &kept, &jobs)))
}

pub(crate) async fn periods(
    Extension(rooms): Extension<Rooms>,
    visit: Visit,
    Form(form): Form<Typed>,
) -> Result<Response, Problem> {
    let mut changed = Vec::new();
    for kept in rooms.privacy.overview(&visit.scope).await? {
        let Some(text) = form.get(kept.set.as_str()) else { continue };
        // what is no number is none that is possible
        let days: i64 = text.trim().parse().unwrap_or(-1);
        if kept.days.is_some_and(|known| known != days) {
            changed.push((kept.set, days));
        }
    }
    rooms.privacy.set_periods(&visit.scope, changed).await?;
    Ok(answer::back_with(&visit.context, "/admin/privacy", "saved"))
}

/// Leads to the person of a name.
pub(crate) async fn find(
    State(app): State<App>,
    visit: Visit,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::UserManage).map_err(Problem::denied)?;
    let found = app.identity.find_user_by_name(&visit.scope, wanted.name.trim()).await?;
    let found = if let Some(user) = found {
        Some(user.id)
    } else {
        let search = Some(wanted.name.trim().to_owned());
        let filter = UserFilter { search, ..UserFilter::default() };
        let limit = Limit::default();
        let page = app.identity.users(&visit.scope, filter, limit, None).await?;
        match page.items.as_slice() {
            [one] => Some(one.id),
            _ => None,
        }
    };
    Ok(match found {
        Some(id) => Redirect::to(&format!("/admin/privacy/people/{id}")).into_response(),
        None => answer::back_with(&visit.context, "/admin/privacy", "web-settings.nobody"),
    })
}

pub(crate) async fn person(
    State(app): State<App>,
    Extension(rooms): Extension<Rooms>,
    visit: Visit,
    Path(who): Path<Who>,
) -> Result<Response, Problem> {
    let base = format!("/admin/privacy/people/{}", who.user);
    shown(&app, &rooms, visit, (who.user, base)).await
}

pub(crate) async fn own(
    State(app): State<App>,
    Extension(rooms): Extension<Rooms>,
    visit: Visit,
) -> Result<Response, Problem> {
    let user = oneself(&visit)?;
    shown(&app, &rooms, visit, (user, "/profile/privacy".to_owned())).await
}

async fn shown(
    app: &App,
    rooms: &Rooms,
    visit: Visit,
    (user, base): (UserId, String),
) -> Result<Response, Problem> {
    let kept = rooms.privacy.of(&visit.scope, user).await?;
    let preview = rooms.privacy.preview(&visit.scope, user).await?;
    let jobs = rooms.privacy.jobs_of(&visit.scope, user).await?;
    let name = app.identity.user(&visit.scope, user).await?.display_name;
    let page = Person::new(visit.frame, (name, base), (&kept, &preview), &jobs);
    Ok(answer::page(&page))
}

pub(crate) async fn export(
    Extension(rooms): Extension<Rooms>,
    visit: Visit,
    Path(who): Path<Who>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    rooms.privacy.export(&visit.scope, who.user).await?;
    let to = format!("/admin/privacy/people/{}", who.user);
    Ok(answer::back_with(&visit.context, &to, "web-settings.export-begun"))
}

pub(crate) async fn export_own(
    Extension(rooms): Extension<Rooms>,
    visit: Visit,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    rooms.privacy.export(&visit.scope, oneself(&visit)?).await?;
    Ok(answer::back_with(&visit.context, "/profile/privacy", "web-settings.export-begun"))
}

pub(crate) async fn forget(
    Extension(rooms): Extension<Rooms>,
    visit: Visit,
    Path(who): Path<Who>,
    Form(ticked): Form<Ticked>,
) -> Result<Response, Problem> {
    // who may not look learns nothing of what is missing
    rooms.privacy.of(&visit.scope, who.user).await?;
    confirmed(&ticked)?;
    rooms.privacy.forget(&visit.scope, who.user).await?;
    let to = format!("/admin/privacy/people/{}", who.user);
    Ok(answer::back_with(&visit.context, &to, "web-settings.forget-begun"))
}

pub(crate) async fn forget_own(
    Extension(rooms): Extension<Rooms>,
    visit: Visit,
    Form(ticked): Form<Ticked>,
) -> Result<Response, Problem> {
    confirmed(&ticked)?;
    rooms.privacy.forget(&visit.scope, oneself(&visit)?).await?;
    Ok(answer::back_with(&visit.context, "/profile/privacy", "web-settings.forget-begun"))
}

pub(crate) async fn archive(
    Extension(rooms): Extension<Rooms>,
    visit: Visit,
    Path(which): Path<Which>,
) -> Result<Response, Problem> {
    let found = rooms.privacy.archive(&visit.scope, which.privacy_job).await?;
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    let name = HeaderValue::from_static("attachment; filename=\"personal-data.zip\"");
    let name = (header::CONTENT_DISPOSITION, name);
    let size = (header::CONTENT_LENGTH, HeaderValue::from(found.size));
    Ok(([kind, name, size], Body::from_stream(ReaderStream::new(found.bytes))).into_response())
}

fn oneself(visit: &Visit) -> Result<UserId, Problem> {
    let nobody = || Problem::new("permission.missing", Kind::Forbidden, "only a person has data");
    visit.scope.user().ok_or_else(nobody)
}

fn confirmed(ticked: &Ticked) -> Result<(), Problem> {
    if ticked.confirm.is_some() {
        return Ok(());
    }
    let field = FieldError::new("/confirm", "privacy.confirm", "tick that you have read what goes");
    Err(Problem::new("privacy.invalid", Kind::Invalid, "not confirmed").with_fields(vec![field]))
}

fn rows(
    frame: &Frame,
    kept: &[Kept],
    (periods, stays): (bool, Option<&Preview>),
) -> Vec<(String, String, Vec<Row>)> {
    let say = |key: String| frame.say(&format!("web-settings.{key}"));
    let row = |kept: &Kept| {
        let name = kept.set.as_str();
        let period = kept.days.filter(|_| periods).map(|days| {
            Field::input("number", name, say("days".to_owned())).value(days.to_string())
        });
        let why = stays.into_iter().flat_map(|preview| &preview.stays);
        let why = why.filter(|(set, ..)| *set == kept.set);
        let mut why: Vec<String> =
            why.map(|(_, reason, _)| say(format!("stays-{}", reason.as_str()))).collect();
        let unnamed = stays.map_or(&[][..], |preview| &preview.unnamed);
        if unnamed.iter().any(|(set, _)| *set == kept.set) {
            why.push(say("stays-unnamed".to_owned()));
        }
        Row {
            name: say(format!("set-{name}")),
            what: say(format!("set-{name}-what")),
            count: kept.count,
            period,
            stays: why.join(" "),
        }
    };
    let of = |group: Group| {
        let own = kept.iter().filter(|kept| kept.set.group() == group).map(row).collect();
        let word = group.as_str();
        (say(format!("group-{word}")), say(format!("group-{word}-what")), own)
    };
    Group::ALL.into_iter().map(of).collect()
}

/// What people asked for of themselves is theirs to fetch; `own` says whether it is they who read.
fn lines(frame: &Frame, jobs: &[Job], own: bool) -> Vec<Line> {
    let line = |job: &Job| Line {
        what: frame.say(&format!("web-settings.job-{}", job.kind.as_str())),
        state: frame.say(&format!("web-settings.state-{}", job.state.as_str())),
        at: frame.moment(&job.created_at),
        href: job
            .file
            .filter(|_| job.state == JobState::Done && (own || !job.is_own()))
            .map(|_| format!("/privacy/archives/{}", job.id)),
    };
    jobs.iter().map(line).collect()
}

impl Overview {
    pub(crate) fn new(frame: Frame, kept: &[Kept], jobs: &[Job]) -> Self {
        let title = frame.say("admin-privacy");
        let frame = administration::at(frame, "privacy", title);
        Self {
            groups: rows(&frame, kept, (true, None)),
            jobs: lines(&frame, jobs, false),
            find: Field::text("name", frame.say("web-settings.person-name")).required(),
            frame,
        }
    }
}

impl Person {
    pub(crate) fn new(
        frame: Frame,
        (name, base): (String, String),
        (kept, preview): (&[Kept], &Preview),
        jobs: &[Job],
    ) -> Self {
        let is_own = base.starts_with("/profile");
        let title = frame.say(if is_own { "web-settings.own" } else { "admin-privacy" });
        let frame = if is_own {
            frame.at(Section::Profile, title).back_to("/profile")
        } else {
            administration::at(frame, "privacy", title).back_to("/admin/privacy")
        };
        let there: Vec<Kept> = kept.iter().copied().filter(|one| one.count > 0).collect();
        let confirm = frame.say("web-settings.forget-confirm");
        let goes: i64 = preview.goes.iter().map(|(_, count)| count).sum();
        let unnamed: i64 = preview.unnamed.iter().map(|(_, count)| count).sum();
        let stays: i64 = preview.stays.iter().map(|(.., count)| count).sum();
        Self {
            groups: rows(&frame, &there, (false, Some(preview))),
            forgetting: frame.say_with(
                "web-settings.forget-what",
                &[("goes", goes.into()), ("unnamed", unnamed.into()), ("stays", stays.into())],
            ),
            jobs: lines(&frame, jobs, is_own),
            export: frame.say(if is_own {
                "web-settings.export-what"
            } else {
                "web-settings.export-what-other"
            }),
            confirm: Field::check("confirm", confirm, false),
            name,
            base,
            frame,
        }
    }
}
