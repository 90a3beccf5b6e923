//! The tab of a channel that shows a record or a view, live and edited in place, under the rights of who looks.
//!
//! The channel decides who comes here, the record who sees it: whoever is in the channel and may not read the record is
//! told so, and can ask for it.

mod access;
mod crm;
mod live;
mod page;
mod pin;
mod share;

use axum::Router;
use edge::{Problem, get, get_and_post, post};
use kernel::ChannelId;
use linking::{Link, LinkId};
use web_frame::{
    App, Frame, Html, Section, Visit,
    channel::{Head, Spot},
    html,
    tree::{self, Here},
};
use workspace::ChannelAccess;

/// The addresses of these pages.
pub(crate) fn routes() -> Router<App> {
    // the channel's tab in Microsoft Teams shows them too
    let pages = Router::new()
        .route("/linked/new", get_and_post(pin::choose, pin::pin))
        .route("/linked/{link}", get_and_post(page::show, page::save))
        .route("/linked/{link}/live", get(live::live))
        .route("/linked/{link}/share", get_and_post(share::sheet, share::add))
        .route("/linked/{link}/access", get_and_post(access::requests, access::ask))
        .route("/linked/{link}/access/{request}", post(access::answer))
        .route("/linked/{link}/rows/{row}", get_and_post(page::row, page::save_row))
        .route("/linked/{link}/rows/{row}/live", get(live::row));
    web_frame::framed(pages)
}

/// A link, and the channel that the reader is in.
struct Place {
    link: Link,
    channel: ChannelAccess,
    head: Head,
    /// The tab in the channel; none where somebody took it out.
    tab: Option<kernel::TabId>,
}

impl Place {
    /// Finds a link for somebody in its channel; for everybody else there is none.
    async fn of(app: &App, visit: &Visit, id: LinkId) -> Result<Self, Problem> {
        let link = app.linking.link_by_id(&visit.scope, id).await?;
        let channel: ChannelId =
            link.channel.id.parse().map_err(|_none| linking::Error::Unknown)?;
        let channel = match app.workspace.channel(&visit.scope, channel).await {
            Ok(channel) => channel,
            Err(workspace::Error::ChannelNotFound { .. }) => {
                return Err(linking::Error::Unknown.into());
            }
            Err(error) => return Err(error.into()),
        };
        let address = address(id);
        let tabs = app.workspace.tabs(&visit.scope, channel.channel.id).await?;
        let tab = tabs.iter().find(|tab| tab.content == address).map(|tab| tab.id);
        let spot = tab.map_or(Spot::Files, Spot::Tab);
        let mut head = Head::of(app, visit, &channel, spot).await?;
        if tab.is_none() {
            // no tab of the strip is lit
            head.here = Spot::Tab(kernel::TabId::from(id.uuid()));
        }
        Ok(Self { link, channel, head, tab })
    }

    /// The pages of this tab.
    fn address(&self) -> String {
        address(self.link.id)
    }

    /// Puts a page into the frame of its channel.
    async fn frame(&self, app: &App, visit: &Visit, title: &str) -> Result<Frame, Problem> {
        let branches = match visit.scope.user() {
            Some(_) => app.workspace.tree(&visit.scope).await?,
            None => Vec::new(),
        };
        let id = self.channel.channel.id;
        let pane = tree::pane(&visit.frame, &branches, Here::Channel(id));
        let title = format!("{title} · {}", self.channel.channel.name);
        let frame = visit.frame.clone().at(Section::Teams, title).with_pane(pane);
        Ok(frame.back_to(format!("/channels/{id}")))
    }

    /// The buttons of the tab.
    fn tools(&self, frame: &Frame, website: Option<String>, live: bool) -> Html {
        let here = self.address();
        Html::of(&page::Tools {
            frame,
            // a host has its own ways of talking beside a tab, renaming it and taking it out
            tab: self
                .tab
                .filter(|_tab| !frame.hosted)
                .map(|tab| format!("/channels/{}/tabs/{tab}", self.channel.channel.id)),
            share: format!("{here}/share"),
            from: html::query_value(&here),
            website,
            live,
            may_change: self.head.may_connect && !self.channel.is_archived(),
        })
    }
}

/// The page of a link in its channel.
fn address(link: LinkId) -> String {
    format!("/linked/{link}")
}
