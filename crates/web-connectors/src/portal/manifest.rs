//! The app manifest: what the registration gives, edited, with what the catalogue would find.

use app_packages::Severity;
use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use connector_registry::Connector;
use edge::{Form, Path, Problem};
use kernel::{ConnectorId, FieldError};
use serde::Deserialize;
use serde_json::Value;
use web_frame::{
    App, Field, Frame, Visit, answer,
    parts::{Nothing, mistakes},
};

use super::{path_of, sentence};
use crate::at;

/// The page.
#[derive(Debug, Template)]
#[template(path = "portal/manifest.html")]
struct Page {
    frame: Frame,
    path: String,
    reset_path: String,
    name: String,
    edited: bool,
    text: Field,
    findings: Vec<Line>,
}

/// One finding.
#[derive(Debug)]
struct Line {
    error: bool,
    place: String,
    sentence: String,
    detail: String,
}

impl Line {
    const fn class(&self) -> &'static str {
        if self.error { "bad" } else { "warning" }
    }

    const fn icon(&self) -> &'static str {
        if self.error { "error" } else { "warning" }
    }
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ConnectorId>,
) -> Result<Response, Problem> {
    let connector = app.registrations.connector(&visit.scope, id).await?;
    let draft = app.registrations.manifest(&visit.scope, id).await?;
    let text = serde_json::to_string_pretty(&draft.manifest).unwrap_or_default();
    let findings = found(&visit.frame, draft.findings);
    Ok(answer::page(&Page::new(visit.frame, (&connector, draft.edited), text, findings)))
}

#[derive(Debug, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    manifest: String,
}

pub(super) async fn keep(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ConnectorId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let wrong = match serde_json::from_str::<Value>(&typed.manifest) {
        Err(error) => {
            vec![FieldError::new("", "connector.manifest_json", error.to_string())]
        }
        Ok(manifest) => {
            match app.registrations.set_manifest(&visit.scope, id, Some(manifest)).await {
                Ok(_) => {
                    let to = format!("{}/manifest", path_of(id));
                    return Ok(answer::back_with(&visit.context, &to, "saved"));
                }
                Err(error) => match mistakes(&error, "") {
                    Some(errors) => errors,
                    None => return Err(error.into()),
                },
            }
        }
    };
    let connector = app.registrations.connector(&visit.scope, id).await?;
    let lines = wrong.into_iter().map(|fault| Line {
        error: true,
        sentence: sentence(&visit.frame, fault.code, fault.limit),
        place: fault.pointer.into_owned(),
        detail: fault.detail,
    });
    let lines = lines.collect();
    let page = Page::new(visit.frame, (&connector, true), typed.manifest, lines);
    Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

pub(super) async fn reset(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ConnectorId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.registrations.set_manifest(&visit.scope, id, None).await?;
    Ok(answer::back_with(&visit.context, &format!("{}/manifest", path_of(id)), "saved"))
}

fn found(frame: &Frame, findings: Vec<app_packages::Finding>) -> Vec<Line> {
    let line = |finding: app_packages::Finding| Line {
        error: finding.severity == Severity::Error,
        place: finding.place.to_string(),
        sentence: sentence(frame, finding.rule.code(), None),
        detail: finding.detail,
    };
    findings.into_iter().map(line).collect()
}

impl Page {
    fn new(
        frame: Frame,
        (connector, edited): (&Connector, bool),
        text: String,
        findings: Vec<Line>,
    ) -> Self {
        let label = frame.say("connectors.manifest");
        let title = frame.say1("connectors.manifest-of", "name", connector.name.as_str());
        let path = path_of(connector.id);
        Self {
            text: Field::area("manifest", label).value(text),
            name: connector.name.clone(),
            edited,
            findings,
            reset_path: format!("{path}/manifest/reset"),
            frame: at(frame, "portal", title).back_to(path.clone()),
            path,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portal::tests::sample;
    use web_proof::show;

    #[test]
    fn a_manifest_is_edited_beside_what_is_found() {
        show("portal-manifest", |frame| {
            let connector = sample(frame);
            let text = "{\n  \"name\": \"<script>\"\n}".to_owned();
            let line = |error, place: &str| Line {
                error,
                place: place.to_owned(),
                sentence: "A sentence <b>".to_owned(),
                detail: "expected: https".to_owned(),
            };
            let lines = vec![line(true, "/icons"), line(false, "/validDomains/0")];
            vec![
                ("plain", Page::new(frame.clone(), (&connector, false), text.clone(), Vec::new())),
                ("found", Page::new(frame.clone(), (&connector, true), text, lines)),
            ]
        });
    }
}
