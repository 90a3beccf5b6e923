//! What an environment allows: the page “Microsoft Teams collaboration and chat”, its consents, tables and licences.

mod consent;
mod licences;
mod members;
mod page;
mod report;
mod sales;
mod tables;
#[cfg(test)]
mod tests;

use axum::Router;
use edge::{get, get_and_post, post};
use kernel::EnvironmentId;
use linking_setup::{ConsentState, Met, Place};
use web_frame::{App, Frame, administration};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/sales/settings/teams", get(sales::page))
        .route("/admin/environments/{environment}/teams", get_and_post(page::page, page::save))
        .route(
            "/admin/environments/{environment}/teams/consent",
            get_and_post(consent::page, consent::decide),
        )
        .route(
            "/admin/environments/{environment}/teams/tables",
            get_and_post(tables::page, tables::save),
        )
        .route(
            "/admin/environments/{environment}/teams/licences",
            get_and_post(licences::page, licences::save),
        )
        .route(
            "/admin/environments/{environment}/teams/members",
            get_and_post(members::page, members::save),
        )
        .route("/admin/environments/{environment}/teams/report", get(report::page))
        .route("/admin/environments/{environment}/teams/report.csv", get(report::export))
        .route("/admin/environments/{environment}/teams/report/run", post(report::run))
        .route("/admin/environments/{environment}/teams/report/repair", post(report::repair))
}

/// The address of the settings of an environment, or of a page below them.
fn path(environment: impl std::fmt::Display, rest: &str) -> String {
    format!("/admin/environments/{environment}/teams{rest}")
}

/// Places a page below the settings of an environment.
fn below(frame: Frame, environment: EnvironmentId, title: impl Into<String>) -> Frame {
    administration::at(frame, "environments", title).back_to(path(environment, ""))
}

/// Where a condition is cured; a browser is nobody's page.
fn cure(environment: EnvironmentId, place: Place) -> Option<String> {
    Some(match place {
        Place::OneDrive | Place::Devices => path(environment, "#switches"),
        Place::Sites => format!("/records/{environment}/sharepointsite"),
        Place::Locations => format!("/records/{environment}/sharepointdocumentlocation"),
        Place::Organization => format!("/records/{environment}/organization"),
        Place::Tables => path(environment, "/tables"),
        Place::Consent => path(environment, "/consent?which=first"),
        Place::Apps => "/apps".to_owned(),
        Place::SignIn => "/admin/providers".to_owned(),
        Place::Environment => format!("/admin/environments/{environment}"),
        Place::Roles => format!("/setup/{environment}/roles"),
        Place::Teams => "/teams".to_owned(),
        Place::Browser => return None,
    })
}

/// The end of the names of texts about a place.
const fn place_key(place: Place) -> &'static str {
    match place {
        Place::OneDrive => "one-drive",
        Place::Sites => "sites",
        Place::Locations => "locations",
        Place::Organization => "organization",
        Place::Devices => "devices",
        Place::Tables => "tables",
        Place::Consent => "consent",
        Place::Apps => "apps",
        Place::SignIn => "sign-in",
        Place::Environment => "environment",
        Place::Roles => "roles",
        Place::Teams => "teams",
        Place::Browser => "browser",
    }
}

/// Class and icon of a condition's badge.
const fn met_badge(met: Met) -> (&'static str, &'static str) {
    match met {
        Met::Met => ("good", "check-circle"),
        Met::Unmet => ("bad", "error"),
        Met::Unknown => ("", "question"),
    }
}

/// Class and icon of a consent's badge.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
const fn consent_badge(state: &ConsentState) -> (&'static str, &'static str) {
    match state {
        ConsentState::Accepted => ("good", "check-circle"),
        ConsentState::Partial => ("warning", "warning"),
        ConsentState::Revoked | ConsentState::Declined => ("bad", "error"),
        ConsentState::NotAsked => ("", "clock"),
    }
}

/// A state as it is written in the names of texts.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
fn consent_key(state: &ConsentState) -> String {
    format!("consent-{}", state.as_str().replace('_', "-"))
}

/// A text of this page.
fn say(frame: &Frame, key: &str) -> String {
    frame.say(&format!("linking-setup.{key}"))
}
