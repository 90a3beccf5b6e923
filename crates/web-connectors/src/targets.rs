//! Where a channel or a webhook forwards to, and what did not arrive.

mod change;
mod list;
mod page;
mod typed;

use axum::Router;
use edge::{Problem, get, get_and_post, post};
use kernel::{ChannelId, WebhookId};
use targets::Source;
use web_frame::{
    App, Frame, Section, Visit,
    tree::{self, Here},
};

/// The addresses of this area.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route(
            "/channels/{channel}/targets",
            get_and_post(list::channel, change::create_of_channel),
        )
        .route("/channels/{channel}/targets/new", get(list::new_of_channel))
        .route(
            "/webhooks/{webhook}/targets",
            get_and_post(list::webhook, change::create_of_webhook),
        )
        .route("/webhooks/{webhook}/targets/new", get(list::new_of_webhook))
        .route("/targets/{target}", get_and_post(page::page, change::update))
        .route("/targets/{target}/attempts/{number}", get(page::attempt))
        .route("/targets/{target}/enable", post(change::enable))
        .route("/targets/{target}/disable", post(change::disable))
        .route("/targets/{target}/test", post(change::test))
        .route("/targets/{target}/replay", post(change::replay))
        .route("/targets/{target}/rotate-secret", post(change::rotate_secret))
        .route("/targets/{target}/delete", post(change::delete))
}

/// Whose targets a page is about.
#[derive(Debug, Clone)]
struct Place {
    source: Source,
    /// Its name.
    name: String,
    /// The page of the channel or of the webhook.
    home: String,
    /// The list of its targets.
    list: String,
}

impl Place {
    async fn of_channel(app: &App, visit: &Visit, channel: ChannelId) -> Result<Self, Problem> {
        let access = app.workspace.channel(&visit.scope, channel).await?;
        Ok(Self {
            source: Source::Channel(channel),
            name: format!("{} › {}", access.team.name, access.channel.name),
            home: format!("/channels/{channel}"),
            list: format!("/channels/{channel}/targets"),
        })
    }

    async fn of_webhook(app: &App, visit: &Visit, webhook: WebhookId) -> Result<Self, Problem> {
        let found = app.connectors.lookup(&visit.scope, webhook).await?;
        Ok(Self {
            source: Source::Webhook { webhook, channel: found.channel },
            name: found.name,
            home: format!("/webhooks/{webhook}"),
            list: format!("/webhooks/{webhook}/targets"),
        })
    }

    async fn of(app: &App, visit: &Visit, source: Source) -> Result<Self, Problem> {
        match source {
            Source::Channel(channel) => Self::of_channel(app, visit, channel).await,
            Source::Webhook { webhook, .. } => Self::of_webhook(app, visit, webhook).await,
        }
    }

    /// The frame with the tree of teams beside it.
    async fn frame(
        &self,
        app: &App,
        visit: &Visit,
        title: &str,
        back: &str,
    ) -> Result<Frame, Problem> {
        let branches = app.workspace.tree(&visit.scope).await?;
        let here = Here::Channel(self.source.channel());
        let pane = tree::pane(&visit.frame, &branches, here);
        let frame = visit.frame.clone().at(Section::Teams, title);
        Ok(frame.with_pane(pane).back_to(back.to_owned()))
    }
}

/// The text of a word of the room: its key is written with hyphens.
fn said(frame: &Frame, group: &str, word: &str) -> String {
    frame.say(&format!("targets.{group}-{}", word.replace('_', "-")))
}
