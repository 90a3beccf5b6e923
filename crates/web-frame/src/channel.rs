//! The head of a channel, above its posts, files and tabs.

use askama::Template;
use edge::Problem;
use kernel::{ChannelId, Permission, TabId, TeamId};
use workspace::{ChannelAccess, ChannelKind, Tab};

use crate::{App, Frame, Html, Visit, html};

/// What stands above posts, files and tabs.
#[derive(Debug, Clone)]
pub struct Head {
    /// The channel.
    pub id: ChannelId,
    /// Its name.
    pub name: String,
    /// The name of its team.
    pub team: String,
    /// Its team.
    pub team_id: TeamId,
    /// Whether only its members see it.
    pub private: bool,
    /// Whether the reader may set up connectors and tabs.
    pub may_connect: bool,
    /// Where the reader is.
    pub here: Spot,
    /// The channel's own tabs.
    pub tabs: Vec<Leaf>,
    /// Buttons of the tab that is shown, instead of those of the channel.
    pub tools: Option<Html>,
}

/// One of the tabs of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// The conversation.
    Posts,
    /// The library.
    Files,
    /// A tab of the channel's own.
    Tab(TabId),
}

/// A tab of the channel's own, as the strip shows it.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// Where it leads.
    pub href: String,
    /// Its name.
    pub name: String,
    /// Its icon.
    pub icon: &'static str,
    /// Whether the reader is there.
    pub here: bool,
}

#[derive(Debug, Template)]
#[template(path = "channel/head.html")]
struct Strip<'a> {
    frame: &'a Frame,
    h: &'a Head,
    may_add: bool,
    posts: bool,
    /// The page that the strip stands on, to come back to.
    from: String,
}

impl Head {
    /// The head of a channel, on one of its tabs.
    ///
    /// # Errors
    /// As the workspace says.
    pub async fn of(
        app: &App,
        visit: &Visit,
        access: &ChannelAccess,
        here: Spot,
    ) -> Result<Self, Problem> {
        let tabs = app.workspace.tabs(&visit.scope, access.channel.id).await?;
        let leaf = |tab: &Tab| Leaf {
            href: address(tab),
            name: tab.name.clone(),
            icon: icon(tab),
            here: here == Spot::Tab(tab.id),
        };
        Ok(Self {
            id: access.channel.id,
            name: access.channel.name.clone(),
            team: access.team.name.clone(),
            team_id: access.team.id,
            private: access.channel.kind == ChannelKind::Private,
            may_connect: access.rights.connect,
            here,
            tabs: tabs.iter().map(leaf).collect(),
            tools: None,
        })
    }

    /// The head as markup.
    pub fn html(&self, frame: &Frame) -> Html {
        Html::of(&Strip {
            frame,
            h: self,
            may_add: self.may_connect && frame.may(Permission::MessageWrite),
            posts: self.here == Spot::Posts,
            from: html::query_value(&frame.address),
        })
    }
}

/// Whether a tab shows something of the CRM, on a page of its own.
pub fn is_record(tab: &Tab) -> bool {
    tab.content.starts_with(RECORDS) && !tab.content.contains("..")
}

/// The address of a tab.
pub fn address(tab: &Tab) -> String {
    if is_record(tab) {
        tab.content.clone()
    } else {
        format!("/channels/{}/tabs/{}", tab.channel, tab.id)
    }
}

/// The icon of a tab.
pub fn icon(tab: &Tab) -> &'static str {
    if is_record(tab) { "briefcase" } else { "globe" }
}

/// Where the pages of records in channels begin.
const RECORDS: &str = "/linked/";
