//! The second and the third step of the first run: the organisation, and the first webhook with its card.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use channel_connectors::NewWebhook;
use edge::{Form, Path, Problem};
use identity::tenants::{Tenant, TenantPatch};
use kernel::{Cursor, FieldError, Permission, WebhookId};
use serde::Deserialize;
use web_frame::{App, Field, Frame, Section, Visit, answer, parts::mistakes};
use workspace::{NewTeam, Visibility};

use crate::teams;

/// A step that asks something.
#[derive(Debug, Template)]
#[template(path = "first_run/step.html")]
pub(crate) struct Step {
    frame: Frame,
    number: u8,
    title: String,
    intro: String,
    fields: Vec<Field>,
    action: &'static str,
    button: String,
}

/// The last step: the address, and the card that is waited for.
#[derive(Debug, Template)]
#[template(path = "first_run/preview.html")]
pub(crate) struct Preview {
    frame: Frame,
    number: u8,
    title: String,
    line: String,
    channel: String,
    place: String,
    after: String,
}

/// The frame of a page that stands alone, though somebody is signed in.
fn alone(frame: Frame, title: &str) -> Frame {
    Frame { person: None, ..frame.at(Section::Nowhere, title) }
}

/// Name and language of the organisation.
pub(super) async fn organisation(
    State(app): State<App>,
    visit: Visit,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::SettingsManage).map_err(Problem::denied)?;
    let tenant = app.identity.tenant(&visit.scope).await?;
    // whoever sets up the hub most likely speaks the organisation's language
    let language = visit.frame.language().parse().unwrap_or(tenant.language);
    let tenant = Tenant { language, ..tenant };
    Ok(answer::page(&Step::organisation(visit.frame, &tenant, &[])))
}

#[derive(Debug, Deserialize)]
pub(super) struct Named {
    name: String,
    #[serde(default)]
    language: String,
}

pub(super) async fn name_organisation(
    State(app): State<App>,
    visit: Visit,
    Form(typed): Form<Named>,
) -> Result<Response, Problem> {
    let patch = TenantPatch {
        name: Some(typed.name.clone()),
        language: typed.language.parse().ok(),
        ..TenantPatch::default()
    };
    match app.identity.update_tenant(&visit.scope, patch).await {
        Ok(_) => Ok(Redirect::to("/first-run/webhook").into_response()),
        Err(error) => match mistakes(&error, "/name") {
            Some(errors) => {
                let tenant = app.identity.tenant(&visit.scope).await?;
                let tenant = Tenant { name: typed.name, ..tenant };
                let page = Step::organisation(visit.frame, &tenant, &errors);
                Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
            }
            None => Err(error.into()),
        },
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Wished {
    team: String,
    webhook: String,
}

/// Team and name of the first webhook.
pub(super) async fn first_webhook(visit: Visit) -> Response {
    let wished = Wished {
        team: visit.frame.say("first-run-team-default"),
        webhook: visit.frame.say("first-run-hook-default"),
    };
    answer::page(&Step::webhook(visit.frame, &wished, &[]))
}

/// Makes the team, whose first channel comes with it, and the webhook in that channel.
pub(super) async fn make_webhook(
    State(app): State<App>,
    visit: Visit,
    Form(wished): Form<Wished>,
) -> Result<Response, Problem> {
    let wrong = |errors: &[FieldError]| {
        let page = Step::webhook(visit.frame.clone(), &wished, errors);
        answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
    };
    if wished.webhook.trim().is_empty() {
        return Ok(wrong(&[FieldError::new("/webhook", "name.empty", "a name is needed")]));
    }
    let team = NewTeam {
        name: wished.team.clone(),
        description: String::new(),
        visibility: Visibility::Public,
    };
    let team = match app.workspace.create_team(&visit.scope, team).await {
        Ok(access) => access.team,
        Err(error) => {
            let Some(errors) = teams::mistakes(&error) else { return Err(error.into()) };
            let at = |error: FieldError| FieldError { pointer: "/team".into(), ..error };
            let errors: Vec<FieldError> = errors.into_iter().map(at).collect();
            return Ok(wrong(&errors));
        }
    };
    let channels = app.workspace.channels(&visit.scope, team.id).await?;
    let Some(general) = channels.first() else {
        return Ok(Redirect::to(&format!("/teams/{}", team.id)).into_response());
    };
    let new = NewWebhook { name: wished.webhook.clone(), ..NewWebhook::default() };
    match app.connectors.create(&visit.scope, general.channel.id, new).await {
        Ok((webhook, _)) => {
            Ok(Redirect::to(&format!("/first-run/webhook/{}", webhook.id)).into_response())
        }
        Err(error) => match mistakes(&error, "/webhook") {
            Some(_) => {
                // the team stands; a webhook is made in it as in any other
                let to = format!("/webhooks/new?channel={}", general.channel.id);
                Ok(Redirect::to(&to).into_response())
            }
            None => Err(error.into()),
        },
    }
}

/// The line to paste, and the place where its card appears.
pub(super) async fn preview(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<WebhookId>,
) -> Result<Response, Problem> {
    let webhook = app.connectors.lookup(&visit.scope, id).await?;
    let addresses = app.connectors.addresses(&visit.scope, id).await?;
    let base = visit.context.base_url();
    let url = addresses.first().map(|addresses| addresses.connector_url(&base));
    let url = url.map(|url| url.expose().clone()).unwrap_or_default();
    let access = app.workspace.channel(&visit.scope, webhook.channel).await?;
    // from the beginning of the channel: a card that was posted before the page was opened again shows too
    let after = Cursor::new("0").to_string();
    let place = format!("{} › {}", access.team.name, access.channel.name);
    let channel = format!("/channels/{}", access.channel.id);
    Ok(answer::page(&Preview::new(visit.frame, &url, (channel, place), after)))
}

impl Step {
    fn organisation(frame: Frame, tenant: &Tenant, errors: &[FieldError]) -> Self {
        let languages = [("en", "English"), ("fr", "Français")];
        let fields = [
            Field::text("name", frame.say("organisation-name"))
                .value(&tenant.name)
                .required()
                .max(200)
                .autocomplete("organization")
                .autofocus(),
            Field::select("language", frame.say("language"), languages)
                .value(tenant.language.tag())
                .hint(frame.say("organisation-language-hint")),
        ];
        let title = frame.say("first-run-organisation");
        Self {
            number: 2,
            intro: frame.say("first-run-organisation-intro"),
            fields: fields.into_iter().map(|field| field.checked(errors, frame.t)).collect(),
            action: "/first-run/organisation",
            button: frame.say("first-run-next"),
            frame: alone(frame, &title),
            title,
        }
    }

    fn webhook(frame: Frame, wished: &Wished, errors: &[FieldError]) -> Self {
        let fields = [
            Field::text("team", frame.say("first-run-team"))
                .value(&wished.team)
                .required()
                .max(100)
                .hint(frame.say("first-run-team-hint"))
                .autofocus(),
            Field::text("webhook", frame.say("first-run-hook-name"))
                .value(&wished.webhook)
                .required()
                .max(100)
                .hint(frame.say("first-run-hook-hint")),
        ];
        let title = frame.say("first-run-hook");
        Self {
            number: 3,
            intro: frame.say("first-run-hook-intro"),
            fields: fields.into_iter().map(|field| field.checked(errors, frame.t)).collect(),
            action: "/first-run/webhook",
            button: frame.say("first-run-hook-go"),
            frame: alone(frame, &title),
            title,
        }
    }
}

impl Preview {
    fn new(frame: Frame, url: &str, (channel, place): (String, String), after: String) -> Self {
        let text = frame.say("first-run-hello");
        let line = format!(
            "curl -H 'Content-Type: application/json' -d '{{\"text\": \"{text}\"}}' '{url}'"
        );
        let title = frame.say("first-run-preview");
        Self { number: 3, line, channel, place, after, frame: alone(frame, &title), title }
    }
}

#[cfg(test)]
mod tests {
    use identity::tenants::Policy;
    use kernel::Language;
    use uuid::Uuid;
    use web_proof::show;

    use super::*;

    #[test]
    fn the_first_run_leads_from_the_organisation_to_the_first_card() {
        show("first-run-step", |frame| {
            let tenant = Tenant {
                id: Uuid::from_u128(1).into(),
                name: "Contoso".into(),
                host: None,
                language: Language::Fr,
                policy: Policy::default(),
                created_at: frame.now,
            };
            let wished = Wished { team: "Operations".into(), webhook: String::new() };
            let errors = [FieldError::new("/webhook", "name.empty", "")];
            vec![
                ("organisation", Step::organisation(frame.clone(), &tenant, &[])),
                ("webhook", Step::webhook(frame.clone(), &wished, &errors)),
            ]
        });
        show("first-run-preview", |frame| {
            let place = ("/channels/2".to_owned(), "Operations › General".to_owned());
            let url = "https://hub.example.org/webhookb2/x";
            vec![("waiting", Preview::new(frame.clone(), url, place, "MA".into()))]
        });
    }
}
