//! Which environment, and which of its tables.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use edge::{Path, Problem};
use identity::environments::Environment;
use jiff::{SignedDuration, Timestamp};
use kernel::{EnvironmentId, Permission};
use queries::Verb;
use web_frame::{App, Frame, Section, Visit, answer};

use crate::{
    chart::Drawn,
    home::{self, Due},
    inside::find::Hit,
    place::{Place, icon},
};

/// An environment, open or not.
#[derive(Debug)]
struct Line {
    href: String,
    name: String,
    /// What kind of environment it is; why it is closed, where it is.
    what: String,
}

/// The environments.
#[derive(Debug, Template)]
#[template(path = "environments.html")]
struct Environments {
    frame: Frame,
    open: Vec<Line>,
    closed: Vec<Line>,
}

/// The environments that the reader may work in, those of sales first; of one alone, its tables at once. What is closed
/// to the reader is named with the reason, and leads nowhere.
pub(crate) async fn choose(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    let mut all = app.identity.environments(&visit.scope).await?;
    kernel::sort_by_key(&mut all, |environment| !environment.crm_enabled);
    let (mut open, mut closed) = (Vec::new(), Vec::new());
    for environment in &all {
        match shut(&app, &visit, environment).await? {
            None => open.push(environment),
            Some(reason) => closed.push((environment, reason)),
        }
    }
    let sales: Vec<&&Environment> = open.iter().filter(|one| one.crm_enabled).collect();
    let only = match (sales.as_slice(), open.as_slice()) {
        ([only], _) => Some(only.id),
        ([], [only]) => Some(only.id),
        _ => None,
    };
    if let Some(only) = only {
        return Ok(Redirect::to(&format!("/records/{only}")).into_response());
    }
    let frame = visit.frame;
    let line = |one: &Environment, what: String| Line {
        href: format!("/records/{}", one.id),
        name: one.name.clone(),
        what,
    };
    let kind = |one: &&Environment| {
        line(one, frame.say(&format!("web-records.kind-{}", one.kind.as_str())))
    };
    let open = open.iter().map(kind).collect();
    let closed = closed
        .into_iter()
        .map(|(one, reason)| line(one, frame.say(&format!("web-records.shut-{reason}"))))
        .collect();
    let title = frame.say("web-records.title");
    Ok(answer::page(&Environments { open, closed, frame: frame.at(Section::Records, title) }))
}

/// Why an environment is closed to the reader; none where they may work in it.
pub(crate) async fn shut(
    app: &App,
    visit: &Visit,
    environment: &Environment,
) -> Result<Option<&'static str>, Problem> {
    // to look does not make it ready: who administers everything has the role there as soon as it is
    if app.records.state(&visit.scope, environment.id).await?.is_none() {
        let administers = visit.scope.may(Permission::EnvironmentManage);
        return Ok((!administers).then_some("no-role"));
    }
    match Place::of(app, visit, environment.id).await {
        Ok(place) if place.tables().is_empty() => Ok(Some("no-role")),
        Ok(_) => Ok(None),
        Err(problem) => match problem.code().name() {
            "environment.administration_mode" => Ok(Some("administration")),
            "environment.busy" => Ok(Some("busy")),
            "environment.not_found" => Ok(Some("gone")),
            _ => Err(problem),
        },
    }
}

/// One table.
#[derive(Debug)]
struct Tile {
    href: String,
    icon: &'static str,
    name: String,
}

/// The tables of an environment.
#[derive(Debug, Template)]
#[template(path = "tables.html")]
struct Tables {
    frame: Frame,
    /// Those of daily work.
    daily: Vec<Tile>,
    others: Vec<Tile>,
    /// What the reader has to do; nothing where nobody keeps activities.
    due: Option<Vec<Due>>,
    tasks: String,
    changed: Vec<(String, Hit)>,
    pipeline: Option<(Drawn, String)>,
    address: String,
    /// Where definitions and rights are changed, for those who may.
    setup: Option<String>,
    /// When a trial ends soon, for those who can do something about it.
    ends_at: Option<Timestamp>,
    /// Where it is converted, for those who may.
    convert: Option<String>,
}

/// The tables of an environment.
pub(crate) async fn tables(
    State(app): State<App>,
    Path(environment): Path<EnvironmentId>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let tile = |table: &tables::Table| Tile {
        href: place.href(&format!("/{}", table.logical)),
        icon: icon(table),
        name: place.plural(table),
    };
    let (daily, others): (Vec<_>, Vec<_>) =
        place.tables().into_iter().partition(|table| Place::is_daily(table));
    let daily: Vec<Tile> = daily.into_iter().map(tile).collect();
    let others = others.into_iter().map(tile).collect();
    let keeps = place.table("task").is_ok_and(|table| place.reads(table));
    let due = if keeps { Some(home::due(&place, &visit.frame).await?) } else { None };
    let changed = home::changed(&place, &visit.frame).await?;
    let pipeline = home::pipeline(&place, &visit.frame).await?;
    let tasks = place.href("/task");
    let name = place.session.environment().name.clone();
    let host = visit.context.base_url();
    let address = format!("{host}/environments/{name}/api/data/v9.2/");
    let setup = may_set_up(&place).then(|| format!("/setup/{environment}"));
    let ends_at = place.session.environment().ends_at.filter(|_| setup.is_some());
    let ends_at = ends_at.filter(|at| visit.frame.now.duration_until(*at) <= SOON);
    let converts = ends_at.is_some() && visit.frame.may(Permission::EnvironmentManage);
    let convert = converts.then(|| format!("/admin/environments/{environment}"));
    let frame = place.at(visit.frame, "", name);
    let page = Tables {
        frame,
        daily,
        others,
        due,
        tasks,
        changed,
        pipeline,
        address,
        setup,
        ends_at,
        convert,
    };
    Ok(answer::page(&page))
}

/// How long before its end a trial says so (our own choice).
const SOON: SignedDuration = SignedDuration::from_hours(24 * 7);

/// Whether the reader changes definitions or rights.
fn may_set_up(place: &Place) -> bool {
    let roles = place.session.model().table("role");
    place.session.standing().has("prvWriteEntity")
        || roles.is_some_and(|roles| crate::place::may(&place.session, roles, Verb::Write))
}
