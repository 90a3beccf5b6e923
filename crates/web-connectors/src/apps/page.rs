//! One app: what it is, what it asks for, where it can go.

use apps::{Entry, Version};
use askama::Template;
use axum::{extract::State, response::Response};
use edge::{Path, Problem, Query};
use kernel::{AppId, Limit, Permission, TeamId};
use serde::Deserialize;
use web_frame::{App, Frame, Visit, answer};
use workspace::TeamFilter;

use super::shapes::{Asked, Card, state, texts};
use crate::at;

/// The page.
#[derive(Debug, Template)]
#[template(path = "apps/page.html")]
#[expect(clippy::struct_excessive_bools, reason = "each shows or hides a part of the page")]
struct Page {
    frame: Frame,
    card: Card,
    full_name: String,
    description: String,
    links: Vec<(String, String)>,
    asked: Asked,
    installable: bool,
    offered: bool,
    blocked: bool,
    search: String,
    places: Vec<Spot>,
    installed: Vec<InTeam>,
    versions: Vec<Row>,
    may_manage: bool,
    depends: Vec<String>,
}

/// Where the app can go.
#[derive(Debug)]
struct Spot {
    name: String,
    team: String,
    icon: &'static str,
    href: String,
}

/// A team of the reader that has the app.
#[derive(Debug)]
struct InTeam {
    team: TeamId,
    name: String,
    version: String,
    by: String,
    at: jiff::Timestamp,
    update: Option<String>,
    may_take_out: bool,
}

/// A version, for who decides.
#[derive(Debug)]
struct Row {
    number: i64,
    version: String,
    state: (String, &'static str),
    at: jiff::Timestamp,
    reason: Option<String>,
    approve: bool,
    publish: bool,
    reject: bool,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    q: String,
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<AppId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::AppInstall).map_err(Problem::denied)?;
    let entry = app.apps.app(&visit.scope, id).await?;
    let insider = visit.scope.may(Permission::AppManage)
        || (entry.app.created_by.is_some() && entry.app.created_by == visit.scope.user());
    let versions = if insider { app.apps.versions(&visit.scope, id).await? } else { Vec::new() };
    let manages = visit.scope.may(Permission::AppManage) && entry.app.team.is_none();
    let depends = if manages { depends(&app, &visit, id).await? } else { Vec::new() };
    let installed = installed(&app, &visit, id).await?;
    let mut places = places(&app, &visit, &entry, &wanted.q).await?;
    // A team that has it already needs it no second time; its channels lead on to the set-up.
    places
        .retain(|spot| spot.icon == "channel" || !installed.iter().any(|it| it.name == spot.name));
    Ok(answer::page(&Page::new(
        visit.frame,
        (entry, manages),
        wanted.q,
        (places, installed),
        (versions, depends),
    )))
}

impl Page {
    fn new(
        frame: Frame,
        (entry, may_manage): (Entry, bool),
        search: String,
        (places, installed): (Vec<Spot>, Vec<InTeam>),
        (versions, depends): (Vec<Version>, Vec<String>),
    ) -> Self {
        let card = Card::of(&frame, &entry);
        let about = &entry.version.about;
        let words = texts(&frame, &entry.version);
        let links = [
            ("apps.website", &about.website),
            ("apps.privacy", &about.privacy),
            ("apps.terms", &about.terms),
        ];
        let link = |(key, url): (&str, &Option<url::Url>)| {
            let url = url.as_ref().filter(|url| matches!(url.scheme(), "http" | "https"))?;
            Some((frame.say(key), url.to_string()))
        };
        let row = |it: Version| {
            let known = apps::VersionState::Submitted;
            let above = Some(it.number) > entry.app.current;
            Row {
                approve: matches!(
                    it.state,
                    apps::VersionState::Submitted | apps::VersionState::Rejected
                ),
                publish: it.state == apps::VersionState::Approved && above,
                reject: it.state == known || it.state == apps::VersionState::Approved,
                state: state(&frame, it.state),
                number: it.number,
                version: it.version,
                at: it.submitted_at,
                reason: it.reason,
            }
        };
        let upload = entry.app.team.is_some();
        Self {
            full_name: words.full_name.clone(),
            description: words.description.clone(),
            links: links.into_iter().filter_map(link).collect(),
            asked: Asked::of(&frame, &about.asks()),
            installable: entry.app.current.is_some()
                && !entry.app.is_blocked
                && !entry.app.is_withdrawn
                && !upload,
            offered: entry.app.is_offered,
            blocked: entry.app.is_blocked,
            search,
            places,
            installed,
            versions: if upload { Vec::new() } else { versions.into_iter().map(row).collect() },
            may_manage,
            depends,
            frame: at(frame, "apps", card.name.clone()).back_to("/apps"),
            card,
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("/apps/{}{rest}", self.card.id)
    }

    fn out_title(&self, it: &InTeam) -> String {
        let args = [("app", self.card.name.as_str().into()), ("team", it.name.as_str().into())];
        self.frame.say_with("apps.uninstall-ask", &args)
    }

    fn decide(&self, row: &Row, verb: &str) -> String {
        format!("/apps/{}/versions/{}/{verb}", self.card.id, row.number)
    }
}

/// Teams that the reader owns, and their channels, by name; all teams while nothing is looked for.
async fn places(
    app: &App,
    visit: &Visit,
    entry: &Entry,
    search: &str,
) -> Result<Vec<Spot>, Problem> {
    let limit = Limit::new(20).unwrap_or_default();
    let add = |team: TeamId, rest: String| format!("/apps/{}/add?team={team}{rest}", entry.app.id);
    let (teams, channels) = if search.trim().is_empty() {
        let teams = app.workspace.teams(&visit.scope, TeamFilter::Mine, None, limit).await?;
        (teams.items, Vec::new())
    } else {
        let found = app.workspace.search(&visit.scope, search, limit).await?;
        (found.teams, found.channels)
    };
    let mut spots = Vec::new();
    for it in teams.into_iter().filter(|it| it.rights.manage && it.rights.read) {
        spots.push(Spot {
            href: add(it.team.id, String::new()),
            name: it.team.name,
            team: String::new(),
            icon: "team",
        });
    }
    for it in channels {
        // Owning the channel is not enough: the app goes into the team.
        let owned =
            app.workspace.team(&visit.scope, it.team.id).await.is_ok_and(|it| it.rights.manage);
        if owned {
            let rest = format!("&channel={}", it.channel.id);
            spots.push(Spot {
                href: add(it.team.id, rest),
                name: it.channel.name,
                team: it.team.name,
                icon: "channel",
            });
        }
    }
    Ok(spots)
}

/// The reader's teams that have the app.
async fn installed(app: &App, visit: &Visit, id: AppId) -> Result<Vec<InTeam>, Problem> {
    let limit = Limit::new(Limit::MAX).unwrap_or_default();
    let teams = app.workspace.teams(&visit.scope, TeamFilter::Mine, None, limit).await?;
    let mut rows = Vec::new();
    for team in teams.items {
        let found = app.apps.apps_of_team(&visit.scope, team.team.id).await?;
        let Some(found) = found.into_iter().find(|it| it.entry.app.id == id) else { continue };
        let by: Vec<_> = found.installation.consented_by.into_iter().collect();
        let by = app.identity.people(&visit.scope, &by).await.unwrap_or_default();
        let by = by.into_iter().next().map(|it| it.display_name).unwrap_or_default();
        rows.push(InTeam {
            team: team.team.id,
            name: team.team.name,
            version: found.version.version,
            by,
            at: found.installation.consented_at,
            update: found.update.map(|_| format!("/apps/{id}/add?team={}", team.team.id)),
            may_take_out: team.rights.manage,
        });
    }
    Ok(rows)
}

/// What goes with the app when it is removed, in sentences.
async fn depends(app: &App, visit: &Visit, id: AppId) -> Result<Vec<String>, Problem> {
    let found = app.apps.dependents(&visit.scope, id).await?;
    let frame = &visit.frame;
    let mut lines = Vec::new();
    if found.team_count > 0 {
        lines.push(frame.say1("apps.remove-teams", "count", found.team_count));
        lines.extend(found.teams.into_iter().map(|(_, name)| name));
    }
    if !found.policies.is_empty() {
        lines.push(frame.say("apps.remove-policies"));
        lines.extend(found.policies.into_iter().map(|(_, name)| name));
    }
    if found.is_offered {
        lines.push(frame.say("apps.remove-offered"));
    }
    Ok(lines)
}
