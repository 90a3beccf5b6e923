//! Bringing a package: to a team, to the catalogue, or only to be checked.

use app_packages::{Finding, Level};
use askama::Template;
use axum::{
    extract::{Multipart, State},
    http::{HeaderMap, Method, StatusCode},
    response::Response,
};
use edge::{Problem, Query};
use kernel::{Coded as _, Kind, Limit, Permission, TeamId};
use serde::Deserialize;
use web_frame::{App, Field, Frame, Visit, answer, parts::told};
use workspace::TeamFilter;

use super::shapes::Report;
use crate::at;

/// The form, with what came of the last package.
#[derive(Debug, Template)]
#[template(path = "apps/upload.html")]
struct Page {
    frame: Frame,
    file: Field,
    target: Field,
    report: Option<Report>,
    problem: Option<(String, String)>,
    done: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    team: Option<TeamId>,
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::AppInstall).map_err(Problem::denied)?;
    let target = wanted.team.map_or_else(|| CATALOGUE.to_owned(), |team| team.to_string());
    let targets = targets(&app, &visit).await?;
    Ok(answer::page(&Page::new(visit.frame, (targets, &target), Came::default())))
}

/// What came of a package.
#[derive(Debug, Default)]
struct Came {
    findings: Option<Vec<Finding>>,
    problem: Option<(String, String)>,
    /// Where the app is now.
    done: Option<String>,
}

impl Page {
    fn new(frame: Frame, (targets, chosen): (Vec<(String, String)>, &str), came: Came) -> Self {
        let title = frame.say("apps.upload-title");
        Self {
            file: Field::input("file", "file", frame.say("apps.upload-file")).required(),
            target: Field::select("target", frame.say("apps.upload-target"), targets).value(chosen),
            report: came.findings.map(|findings| Report::of(&frame, &findings)),
            problem: came.problem,
            done: came.done,
            frame: at(frame, "apps", title).back_to("/apps"),
        }
    }
}

/// Teams that the person owns, the catalogue, and nowhere.
async fn targets(app: &App, visit: &Visit) -> Result<Vec<(String, String)>, Problem> {
    let limit = Limit::new(Limit::MAX).unwrap_or_default();
    let teams = app.workspace.teams(&visit.scope, TeamFilter::Mine, None, limit).await?;
    let frame = &visit.frame;
    let mut targets = vec![(CATALOGUE.to_owned(), frame.say("apps.upload-catalogue"))];
    for it in teams.items.into_iter().filter(|it| it.rights.manage) {
        let name = frame.say1("apps.upload-team", "team", it.team.name.as_str());
        targets.push((it.team.id.to_string(), name));
    }
    targets.push((NOWHERE.to_owned(), frame.say("apps.upload-check")));
    Ok(targets)
}

/// Takes a package; the token stands before it in the form.
pub(super) async fn take(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    mut form: Multipart,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::AppInstall).map_err(Problem::denied)?;
    edge::same_origin(&visit.context, &Method::POST, &headers)?;
    let mut trusted = false;
    let mut target = NOWHERE.to_owned();
    while let Some(part) = form.next_field().await.map_err(edge::unreadable_form)? {
        match part.name() {
            Some("csrf") => {
                let token = part.text().await.map_err(edge::unreadable_form)?;
                edge::verify_csrf(&visit.context, Some(&token))?;
                trusted = true;
            }
            Some("target") => target = part.text().await.map_err(edge::unreadable_form)?,
            Some("file") => {
                if !trusted {
                    edge::verify_csrf(&visit.context, None)?;
                }
                let zip = part.bytes().await.map_err(edge::unreadable_form)?;
                return bring(&app, visit, &target, zip.into()).await;
            }
            _ => {}
        }
    }
    Err(Problem::new("request.malformed", Kind::Invalid, "the form holds no file"))
}

/// Submits a package that was made here to the catalogue.
pub(crate) async fn submit(app: &App, visit: Visit, zip: Vec<u8>) -> Result<Response, Problem> {
    bring(app, visit, CATALOGUE, zip).await
}

async fn bring(app: &App, visit: Visit, target: &str, zip: Vec<u8>) -> Result<Response, Problem> {
    let scope = &visit.scope;
    let came = match (target, target.parse::<TeamId>()) {
        (NOWHERE, _) => {
            let findings = app.apps.judge(scope, zip, Level::Publish).await?;
            Ok((None, findings, ""))
        }
        (_, Ok(team)) => {
            let made = app.apps.upload(scope, team, zip).await;
            made.map(|(made, findings)| (Some(made.app.id), findings, "apps.uploaded"))
        }
        _ => {
            let made = app.apps.submit(scope, zip, None).await;
            made.map(|(entry, findings)| (Some(entry.app.id), findings, "apps.submitted"))
        }
    };
    let came = match came {
        Ok((Some(id), findings, toast)) if findings.is_empty() => {
            return Ok(answer::back_with(&visit.context, &format!("/apps/{id}"), toast));
        }
        // Warnings are worth a look before one goes on.
        Ok((id, findings, _)) => {
            let done = id.map(|id| format!("/apps/{id}"));
            Came { findings: Some(findings), done, problem: None }
        }
        Err(apps::Error::Refused { findings, .. }) => {
            Came { findings: Some(findings), ..Came::default() }
        }
        Err(error)
            if matches!(error.code().kind(), Kind::Conflict | Kind::TooLarge | Kind::Forbidden) =>
        {
            Came { problem: Some(told(&visit.frame, &error)), ..Came::default() }
        }
        Err(error) => return Err(error.into()),
    };
    let status = if came.done.is_some() || target == NOWHERE {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let targets = targets(app, &visit).await?;
    Ok(answer::page_with(status, &Page::new(visit.frame, (targets, target), came)))
}

const CATALOGUE: &str = "catalogue";
const NOWHERE: &str = "nowhere";

#[cfg(test)]
mod tests {
    use app_packages::{Place, Rule, Severity};
    use web_proof::show;

    use super::*;

    #[test]
    fn findings_stand_with_their_place_and_remedy() {
        show("apps-upload", |frame| {
            let finding = |severity, rule, place: &str, detail: &str| Finding {
                severity,
                rule,
                place: Place::manifest(place),
                detail: detail.to_owned(),
            };
            let errors = vec![
                finding(Severity::Warning, Rule::VersionForm, "/version", "1.0"),
                finding(Severity::Error, Rule::IconMissing, "/icons/color", "<color>.png"),
            ];
            let targets = vec![(CATALOGUE.to_owned(), "Catalogue".to_owned())];
            let page = |came| Page::new(frame.clone(), (targets.clone(), CATALOGUE), came);
            let findings = |list| Came { findings: Some(list), ..Came::default() };
            vec![
                ("empty", page(Came::default())),
                ("refused", page(findings(errors))),
                ("fine", page(findings(Vec::new()))),
            ]
        });
    }
}
