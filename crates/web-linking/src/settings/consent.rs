//! A consent: what it means, exactly what is asked for, and the decision.

use askama::Template;
use axum::{extract::State, response::Response};
use edge::{Form, Path, Problem, Query};
use kernel::{EnvironmentId, Permission};
use linking_setup::{Consent, Decision, Kind, Turn, Which};
use serde::Deserialize;
use web_frame::{App, Frame, Visit, answer};

use crate::workspace::Going;

use super::{below, consent_badge, consent_key, path, say};

/// The page.
#[derive(Debug, Template)]
#[template(path = "settings/consent.html")]
pub(super) struct Page {
    frame: Frame,
    environment: EnvironmentId,
    consent: Consent,
    /// Whether enhanced linking is turned on when it is accepted.
    next: bool,
    decides: bool,
    is_own: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    which: String,
    next: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    which: String,
    decision: String,
    next: String,
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(environment): Path<EnvironmentId>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let overview = app.linking_setup.overview(&visit.scope, environment).await?;
    let consent = match Which::parse(&asked.which) {
        Some(Which::Second) => overview.second,
        _ => overview.consent,
    };
    let is_own = app.linking_setup.workspaces().kind(&visit.scope) == Kind::Embedded;
    let page = Page::new(visit.frame, environment, consent);
    Ok(answer::page(&Page { next: asked.next == "enhanced", is_own, ..page }))
}

pub(super) async fn decide(
    State(app): State<App>,
    visit: Visit,
    Path(environment): Path<EnvironmentId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let setup = &app.linking_setup;
    let back = path(environment, "#consents");
    let (Some(which), Some(decision)) =
        (Which::parse(&typed.which), Decision::parse(&typed.decision))
    else {
        // nothing was decided
        setup.overview(&visit.scope, environment).await?;
        return Ok(answer::back_with(&visit.context, &back, "linking-setup.nothing"));
    };
    setup.overview(&visit.scope, environment).await?;
    if decision == Decision::Accept && setup.workspaces().kind(&visit.scope) == Kind::Graph {
        // Teams want to hear it themselves; what was agreed to there is agreed to here when the browser is back
        let next = if typed.next == "enhanced" { "/consent?which=first&next=enhanced" } else { "" };
        let next = path(environment, next);
        let url = setup.teams()?.begin_consent(&visit.scope, which, Some(&next)).await?;
        return Ok(answer::page(&Going::new(visit.frame, &url, &back)));
    }
    let consent = setup.consent(&visit.scope, which, decision).await?;
    let toast = match decision {
        Decision::Accept if typed.next == "enhanced" && consent.holds() => {
            setup.turn(&visit.scope, environment, Turn::Enhanced(true)).await?;
            "linking-setup.enhanced-on"
        }
        Decision::Accept => "linking-setup.accepted",
        Decision::Decline => "linking-setup.declined",
        Decision::Withdraw => "linking-setup.withdrawn",
    };
    Ok(answer::back_with(&visit.context, &back, toast))
}

impl Page {
    pub(super) fn new(frame: Frame, environment: EnvironmentId, consent: Consent) -> Self {
        let title = say(&frame, &format!("consent-{}", consent.which.as_str()));
        let decides = frame.may(Permission::SettingsManage);
        let frame = below(frame, environment, title);
        Self { frame, environment, consent, next: false, decides, is_own: true }
    }

    fn say(&self, key: &str) -> String {
        say(&self.frame, key)
    }

    fn path(&self, rest: &str) -> String {
        path(self.environment, rest)
    }

    fn key(&self) -> &'static str {
        self.consent.which.as_str()
    }

    /// The scopes, what each is for, and whether it is granted.
    fn scopes(&self) -> Vec<(&'static str, String, bool)> {
        let missing = self.consent.missing();
        let scopes = self.consent.which.scopes().iter();
        scopes
            .map(|&scope| {
                let key = format!("scope-{}", scope.to_lowercase().replace('.', "-"));
                (scope, self.say(&key), !missing.contains(&scope))
            })
            .collect()
    }

    /// Whether it holds, all or in part, and can be withdrawn.
    fn is_held(&self) -> bool {
        self.consent.holds() || !self.consent.scopes.is_empty()
    }
}
