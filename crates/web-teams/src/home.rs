//! The personal tab: the person's CRM and how the connection is, the welcome at first use, who they are in Teams, and for
//! administrators where settings are.

use askama::Template;
use axum::{extract::State, response::Response};
use crm_connections::{Overview, State as Link, SystemKind};
use deployment::packages;
use edge::{Form, Problem, Query};
use kernel::Permission;
use serde::Deserialize;
use teams_app::{Found, LinkedPerson};
use web_frame::{App, Frame, Section, Visit, answer, parts::Nothing};

/// The page.
#[derive(Debug, Template)]
#[template(path = "home.html")]
pub(crate) struct Page {
    frame: Frame,
    cards: Vec<Card>,
    /// Whether the welcome of this version is still to be read.
    welcome: bool,
    linked: Vec<LinkedPerson>,
    found: Option<Found>,
    /// What was looked for.
    words: String,
    /// Why nothing was found: title and remedy.
    trouble: Option<(String, String)>,
    /// Settings that the reader may open: address, icon, key of the name.
    settings: Vec<(&'static str, &'static str, &'static str)>,
}

/// A CRM as the tab shows it.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "four things that each may be so or not")]
pub(crate) struct Card {
    id: String,
    name: String,
    /// Class, icon and word of the state.
    badge: (&'static str, &'static str, String),
    /// What is wrong and what helps.
    trouble: Option<(String, String)>,
    /// As whom.
    account: Option<String>,
    chosen: bool,
    can_use: bool,
    can_sign_in: bool,
    can_disconnect: bool,
}

impl Card {
    fn new(frame: &Frame, one: Overview) -> Self {
        let embedded = one.system.kind == SystemKind::Embedded;
        let state = one.connection.as_ref().map(|link| link.state);
        let connected = state == Some(Link::Connected);
        let blocked = one.blocked.is_some();
        let (class, icon, key) = match (embedded, blocked, state) {
            (true, ..) => ("good", "check-circle", "ready"),
            (_, true, _) => ("bad", "error", "blocked"),
            (_, _, Some(Link::Connected)) => ("good", "check-circle", "connected"),
            (_, _, Some(Link::Lost)) => ("bad", "plug-off", "lost"),
            (_, _, Some(Link::Disabled)) => ("bad", "error", "disabled"),
            (_, _, None) => ("", "plug-off", "none"),
        };
        let reason = one.connection.as_ref().filter(|link| link.state != Link::Connected);
        let reason = reason.and_then(|link| link.reason.clone());
        let reason = if blocked { Some("data_policy.violation".to_owned()) } else { reason };
        Self {
            id: one.system.id.to_string(),
            badge: (class, icon, frame.say(&format!("web-teams.state-{key}"))),
            trouble: reason.map(|code| (frame.t.code(&code), frame.t.code_detail(&code))),
            account: one.connection.as_ref().and_then(|link| link.account_name.clone()),
            chosen: one.chosen,
            can_use: !one.chosen && !blocked && (embedded || connected),
            can_sign_in: !embedded && !blocked && !connected,
            can_disconnect: !embedded && one.connection.is_some(),
            name: one.system.name,
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("/teams/home/{}{rest}", self.id)
    }

    fn dialog(&self) -> String {
        format!("leave-{}", self.id)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
}

pub(crate) async fn page(
    State(app): State<App>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let teams = app.deployment.teams();
    let scope = &visit.scope;
    let all = app.crm.mine(scope).await?;
    let welcome = teams.is_new_to(scope, packages::VERSION).await?;
    let linked = teams.linked(scope).await?;
    let usable = all.iter().any(|one| one.chosen);
    let mut page = Page::new(visit.frame, all, (welcome, linked));
    if usable {
        match Box::pin(teams.search(scope, (&asked.q, ""), (0, SHOWN))).await {
            Ok(found) => page.found = Some(found),
            Err(error) => page.trouble = Some(told(&page.frame, error)?),
        }
        page.words = asked.q;
    }
    Ok(answer::page(&page))
}

/// What is wrong and what helps; a failure of ours is none that somebody can help.
pub(crate) fn told(frame: &Frame, error: teams_app::Error) -> Result<(String, String), Problem> {
    use kernel::{Coded as _, Kind};
    let code = error.code();
    if matches!(code.kind(), Kind::Internal) {
        return Err(error.into());
    }
    Ok((frame.t.code(code.name()), frame.t.code_detail(code.name())))
}

impl Page {
    pub(crate) fn new(
        frame: Frame,
        all: Vec<Overview>,
        (welcome, linked): (bool, Vec<LinkedPerson>),
    ) -> Self {
        let cards = all.into_iter().map(|one| Card::new(&frame, one)).collect();
        let title = frame.say("web-teams.home");
        let may = |permission| frame.may(permission);
        let crm = may(Permission::SalesManage) || may(Permission::DataPolicyManage);
        let rolls = crm || may(Permission::AppManage) || may(Permission::SettingsManage);
        let settings = [
            (crm, ("/admin/crm", "building", "web-teams.settings-crm")),
            (rolls, ("/admin/deployment", "check-circle", "web-teams.settings-deployment")),
            (rolls, ("/admin/deployment/teams", "team", "web-teams.settings-teams")),
            (may(Permission::SalesManage), ("/admin/mail", "mail", "web-teams.settings-mail")),
            (
                may(Permission::SalesManage),
                ("/admin/language", "language", "web-teams.settings-language"),
            ),
            (
                may(Permission::LicenceAssign),
                ("/admin/licences", "star", "web-teams.settings-licences"),
            ),
        ];
        let settings = settings.into_iter().filter(|(open, _)| *open).map(|(_, one)| one);
        Self {
            cards,
            welcome,
            linked,
            found: None,
            words: String::new(),
            trouble: None,
            settings: settings.collect(),
            frame: frame.at(Section::Nowhere, title),
        }
    }

    #[cfg(test)]
    pub(crate) fn showing(self, words: &str, found: Found) -> Self {
        Self { found: Some(found), words: words.to_owned(), ..self }
    }
}

pub(crate) async fn welcomed(
    State(app): State<App>,
    visit: Visit,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.deployment.teams().welcomed(&visit.scope, packages::VERSION).await?;
    Ok(answer::back_with(&visit.context, "/teams/home", "web-teams.welcomed"))
}

pub(crate) async fn unlink(
    State(app): State<App>,
    visit: Visit,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.deployment.teams().unlink(&visit.scope).await?;
    Ok(answer::back_with(&visit.context, "/teams/home", "web-teams.unlinked"))
}

/// Records that the tab shows at once.
const SHOWN: usize = 10;
