//! The members of a connection: how they follow the access to the record, who comes and goes next, what happened.

use askama::Template;
use axum::{
    extract::State as Shelf,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use edge::{Form, Path, Problem};
use jiff::Timestamp;
use kernel::{Coded as _, Kind, Permission};
use linking::{Link, LinkId};
use linking_sync::{Error, MemberChange, PlannedChange, Policy, Reason, Verb};
use web_frame::{App, Frame, Section, Visit, answer};

use super::{
    policy::{self, PolicyFields, Typed},
    words::Told,
};

/// Something that happens, or happened, to somebody.
#[derive(Debug)]
struct Line {
    name: String,
    word: String,
    class: &'static str,
    icon: &'static str,
    why: String,
    place: String,
    at: Option<Timestamp>,
    problem: Option<Told>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "pages/kept.html")]
#[expect(clippy::struct_excessive_bools, reason = "each belongs to another part of the page")]
pub(crate) struct Page {
    frame: Frame,
    link: Link,
    /// What is in the way of following.
    obstacle: Option<Told>,
    /// Where it is cured, for who may.
    settings: Option<String>,
    /// What went wrong with a form, or with looking ahead.
    problem: Option<Told>,
    /// For administrators.
    fields: Option<PolicyFields>,
    /// What holds, in a word.
    mode: String,
    own: bool,
    /// Whether somebody looks at another decision than what holds.
    looked: bool,
    off: bool,
    changes: Vec<Line>,
    cut: bool,
    history: Vec<Line>,
}

/// What a page is drawn from.
#[expect(
    clippy::struct_excessive_bools,
    reason = "four facts that have nothing to do with each other"
)]
pub(crate) struct Seen {
    pub(crate) policy: Policy,
    pub(crate) own: bool,
    pub(crate) looked: bool,
    pub(crate) is_administrator: bool,
    pub(crate) obstacle: Option<&'static str>,
    pub(crate) problem: Option<&'static str>,
    pub(crate) changes: Vec<PlannedChange>,
    pub(crate) cut: bool,
    pub(crate) history: Vec<MemberChange>,
}

pub(crate) async fn page(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(id): Path<LinkId>,
) -> Result<Response, Problem> {
    show(&app, visit, id, (None, None)).await
}

pub(crate) async fn change(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(id): Path<LinkId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let (sync, scope, wanted) = (&app.linking_sync, &visit.scope, typed.policy());
    let (done, toast) = match &*typed.r#do {
        "preview" => return show(&app, visit, id, (Some(wanted), None)).await,
        "run" => (sync.run_members(scope, id).await, "in-step.running"),
        "reset" => (sync.set_link_policy(scope, id, None).await, "in-step.saved"),
        _ => (sync.set_link_policy(scope, id, Some(wanted)).await, "in-step.saved"),
    };
    match done {
        Ok(()) => Ok(answer::back_with(&visit.context, &address(id), toast)),
        Err(error @ (Error::Setup(_) | Error::MembersOff)) => {
            show(&app, visit, id, (None, Some(error.code().name()))).await
        }
        Err(error) => Err(error.into()),
    }
}

fn address(id: LinkId) -> String {
    format!("/links/{id}/members")
}

async fn show(
    app: &App,
    visit: Visit,
    id: LinkId,
    (wanted, problem): (Option<Policy>, Option<&'static str>),
) -> Result<Response, Problem> {
    let (sync, scope) = (&app.linking_sync, &visit.scope);
    let link = app.linking.link_by_id(scope, id).await?;
    if link.subject.is_view() {
        // a view has no members of its own
        return Ok(Redirect::to(&format!("/links/{id}")).into_response());
    }
    let (held, own) = sync.link_policy(scope, id).await?;
    let obstacle = sync.link_obstacle(scope, &link).await?;
    let mut seen = Seen {
        policy: wanted.unwrap_or(held),
        own,
        looked: wanted.is_some_and(|wanted| wanted != held),
        is_administrator: true,
        obstacle: obstacle.map(|found| found.code().name()),
        problem,
        changes: Vec::new(),
        cut: false,
        history: sync.member_history(scope, id).await?,
    };
    match Box::pin(sync.preview(scope, id, wanted)).await {
        Ok(preview) => (seen.changes, seen.cut) = (preview.changes, preview.cut),
        Err(Error::AdministratorNeeded) => seen.is_administrator = false,
        // the workspace does not answer: what is known already is shown all the same
        Err(error) if matches!(error.code().kind(), Kind::Upstream | Kind::Unavailable) => {
            seen.problem = seen.problem.or(Some(error.code().name()));
        }
        Err(error) => return Err(error.into()),
    }
    let status = if problem.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let visit = super::beside(app, visit, &link.subject).await;
    Ok(answer::page_with(status, &Page::new(visit.frame, link, seen)))
}

impl Page {
    pub(crate) fn new(frame: Frame, link: Link, seen: Seen) -> Self {
        let title = format!("{} · {}", frame.say("in-step.members"), link.subject_name);
        let (may, settings) = match link.subject.system() {
            Some(system) => (
                frame.may(Permission::SalesManage) || frame.may(Permission::DataPolicyManage),
                format!("/links/crm/{system}"),
            ),
            None => (
                frame.may(Permission::EnvironmentManage),
                format!("/admin/environments/{}/teams", link.subject.environment()),
            ),
        };
        let closed = seen.obstacle.is_some();
        let told = |code: Option<&str>| code.map(|code| Told::of(&frame, code));
        let planned = |change: PlannedChange| {
            line(&frame, &link, (change.name, &change.place), (change.verb, change.why, true))
        };
        let happened = |change: MemberChange| Line {
            at: Some(change.at),
            problem: change.problem.as_deref().map(|code| Told::of(&frame, code)),
            ..line(&frame, &link, (change.name, &change.place), (change.verb, change.why, false))
        };
        Self {
            obstacle: told(seen.obstacle),
            problem: told(seen.problem.filter(|code| Some(*code) != seen.obstacle)),
            settings: (may && closed).then_some(settings),
            fields: seen.is_administrator.then(|| PolicyFields::new(&frame, seen.policy, closed)),
            mode: policy::name(&frame, seen.policy.mode),
            own: seen.own,
            looked: seen.looked,
            off: seen.policy.mode == linking_sync::Mode::Off,
            changes: seen.changes.into_iter().map(planned).collect(),
            cut: seen.cut,
            history: seen.history.into_iter().map(happened).collect(),
            frame: frame.at(Section::Records, title).back_to(format!("/links/{}", link.id)),
            link,
        }
    }

    fn path(&self) -> String {
        address(self.link.id)
    }

    /// The key of a text that names whose decision holds for all: an environment's, or that of a CRM elsewhere.
    fn word(&self, key: &str) -> String {
        let crm = if self.link.subject.system().is_some() { "-crm" } else { "" };
        format!("in-step.{key}{crm}")
    }
}

fn line(
    frame: &Frame,
    link: &Link,
    (name, place): (String, &str),
    (verb, why, ahead): (Verb, Reason, bool),
) -> Line {
    let (class, icon) = match verb {
        Verb::Add => ("good", "add"),
        Verb::Remove => ("bad", "dismiss"),
        Verb::Keep => ("", "check"),
        Verb::Leave => ("warning", "warning"),
    };
    let tense = if ahead { "next" } else { "verb" };
    let place = if place.starts_with("channel:") { &link.channel_name } else { &link.team_name };
    let nobody = || frame.say("message-unknown-person");
    Line {
        name: if name.is_empty() { nobody() } else { name },
        word: frame.say(&format!("linking-sync.{tense}-{}", verb.as_str())),
        class,
        icon,
        why: frame.say(&format!("linking-sync.why-{}", why.key())),
        place: place.clone(),
        at: None,
        problem: None,
    }
}
