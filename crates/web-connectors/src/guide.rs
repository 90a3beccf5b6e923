//! Moving in: a list of old addresses becomes webhooks, and settings of tools with the real address filled in.

mod import;
mod tools;

use askama::Template;
use axum::{Router, extract::State, response::Response};
use channel_connectors::{Listed, Webhook};
use edge::{Problem, Query, get_and_post};
use kernel::{Kind, Limit, Permission, WebhookId};
use serde::Deserialize;
use web_frame::{App, Field, Frame, Visit, answer};

use self::{import::Report, tools::Tool};
use crate::at;

/// The addresses of this area.
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/connectors/guide", get_and_post(page, import::import))
}

/// Whose address stands in the settings.
#[derive(Debug, Clone, Default, Deserialize)]
struct Wanted {
    #[serde(default)]
    webhook: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "guide/page.html")]
struct Guide {
    frame: Frame,
    /// The reader's webhooks to choose from; empty when there are none.
    choice: Option<Field>,
    /// The address of the chosen one; none until one is chosen.
    address: Option<Address>,
    tools: Vec<Tool>,
    fields: Vec<Field>,
    report: Option<Report>,
}

/// The addresses of the chosen webhook.
#[derive(Debug, Clone)]
struct Address {
    connector: String,
    workflow: String,
}

async fn page(
    State(app): State<App>,
    visit: Visit,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let guide = Guide::read(&app, &visit, &wanted.webhook).await?;
    Ok(answer::page(&guide))
}

impl Guide {
    async fn read(app: &App, visit: &Visit, wanted: &str) -> Result<Self, Problem> {
        visit.scope.require(Permission::WebhookManage).map_err(Problem::denied)?;
        let limit = Limit::new(WEBHOOKS).unwrap_or_default();
        let mine = app.connectors.list(&visit.scope, Listed::Mine, limit, None).await?.items;
        let chosen = match wanted.parse::<WebhookId>() {
            Ok(id) => Some(id),
            // One alone needs no choice.
            Err(_) => (mine.len() == 1).then(|| mine.first().map(|hook| hook.id)).flatten(),
        };
        let address = match chosen {
            Some(id) => match app.connectors.addresses(&visit.scope, id).await {
                Ok(all) => all.first().map(|newest| {
                    let base = visit.context.base_url();
                    Address {
                        connector: newest.connector_url(&base).expose().clone(),
                        workflow: newest.workflow_url(&base).expose().clone(),
                    }
                }),
                Err(error) if kernel::Coded::code(&error).kind() == Kind::Internal => {
                    return Err(error.into());
                }
                // Somebody else's, or one that is gone: the page asks for a choice.
                Err(_) => None,
            },
            None => None,
        };
        let chosen = address.as_ref().and(chosen);
        Ok(Self::new(visit.frame.clone(), (&mine, chosen), address, &visit.context.base_url()))
    }

    fn new(
        frame: Frame,
        (mine, chosen): (&[Webhook], Option<WebhookId>),
        address: Option<Address>,
        base: &str,
    ) -> Self {
        let say = |key: &str| frame.say(&format!("guide.{key}"));
        let choice = (!mine.is_empty()).then(|| {
            let none = (String::new(), say("choose"));
            let all = mine.iter().map(|hook| (hook.id.to_string(), hook.name.clone()));
            let value = chosen.map(|id| id.to_string()).unwrap_or_default();
            Field::select("webhook", say("webhook"), std::iter::once(none).chain(all)).value(value)
        });
        let shown = address.clone().unwrap_or_else(|| Address {
            connector: format!("{base}/webhookb2/…"),
            workflow: format!("{base}/workflows/…"),
        });
        let tools = tools::all(&frame, &shown);
        let fields = import::fields(&frame, &import::Typed::default());
        let title = say("title");
        let frame = at(frame, "guide", title);
        Self { frame, choice, address, tools, fields, report: None }
    }
}

impl Guide {
    /// Whether the list was checked and can be imported.
    fn is_ready(&self) -> bool {
        self.report.as_ref().is_some_and(|report| report.ready)
    }
}

/// More webhooks than a person has; the others are reached from their own pages.
const WEBHOOKS: u16 = 200;

#[cfg(test)]
mod tests;
