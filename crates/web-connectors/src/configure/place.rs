//! Where a connector is set up, as its pages say it.

use channel_connectors::Place;
use edge::Problem;
use kernel::{ConnectorId, Kind};
use serde_json::{Map, Value as Json, json};
use web_frame::{
    App, Frame, Section, Visit,
    tree::{self, Here},
};
use workspace::{ChannelAccess, ChannelKind, TeamAccess};

/// The inbox of whoever asks.
pub(super) fn own_inbox(visit: &Visit) -> Result<Place, Problem> {
    let user = visit.scope.user();
    user.map(Place::Inbox).ok_or_else(|| {
        Problem::new("actor.person_needed", Kind::Forbidden, "an inbox belongs to a person")
    })
}

/// The list of a place.
pub(super) fn list_of(place: Place) -> String {
    match place {
        Place::Channel(id) => format!("/channels/{id}/connectors/all"),
        Place::Mailbox(id) => format!("/teams/{id}/mailbox/connectors"),
        Place::Inbox(_) => "/inbox/connectors".to_owned(),
    }
}

/// Where a connector is set up in a place.
pub(super) fn configure_at(place: Place, connector: ConnectorId) -> String {
    match place {
        Place::Channel(id) => format!("/channels/{id}/connectors/{connector}/configure"),
        Place::Mailbox(id) => format!("/teams/{id}/mailbox/connectors/{connector}/configure"),
        Place::Inbox(_) => format!("/inbox/connectors/{connector}/configure"),
    }
}

/// The same for scripts.
pub(super) fn begin_by_script(place: Place, connector: ConnectorId) -> String {
    let root = match place {
        Place::Channel(id) => format!("/api/v1/channels/{id}/connectors"),
        Place::Mailbox(id) => format!("/api/v1/teams/{id}/mailbox/connectors"),
        Place::Inbox(_) => "/api/v1/me/inbox/connectors".to_owned(),
    };
    format!("{root}/{connector}/configurations")
}

/// A place as its reader knows it.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) place: Place,
    channel: Option<Box<ChannelAccess>>,
    team: Option<Box<TeamAccess>>,
}

impl Known {
    /// Asks the workspace; what the reader may not see is not found.
    pub(super) async fn of(app: &App, visit: &Visit, place: Place) -> Result<Self, Problem> {
        let (mut channel, mut team) = (None, None);
        match place {
            Place::Channel(id) => {
                channel = Some(Box::new(app.workspace.channel(&visit.scope, id).await?));
            }
            Place::Mailbox(id) => {
                team = Some(Box::new(app.workspace.team(&visit.scope, id).await?));
            }
            Place::Inbox(_) => {}
        }
        Ok(Self { place, channel, team })
    }

    /// Its name: of the channel and its team, of the group's mailbox, of one's own inbox.
    pub(super) fn name(&self, frame: &Frame) -> String {
        match (&self.channel, &self.team) {
            (Some(access), _) => format!("{} › {}", access.team.name, access.channel.name),
            (_, Some(access)) => {
                frame.say1("configure.mailbox-of", "team", access.team.name.as_str())
            }
            _ => frame.say("configure.own-inbox"),
        }
    }

    /// The frame of its pages, with the tree of teams beside it.
    pub(super) async fn frame(
        &self,
        app: &App,
        visit: Visit,
        title: &str,
        back: &str,
    ) -> Result<Frame, Problem> {
        let here = match self.place {
            Place::Channel(id) => Here::Channel(id),
            Place::Mailbox(id) => Here::Team(id),
            Place::Inbox(_) => Here::Nowhere,
        };
        let branches = app.workspace.tree(&visit.scope).await?;
        let pane = tree::pane(&visit.frame, &branches, here);
        Ok(visit.frame.at(Section::Teams, title).with_pane(pane).back_to(back))
    }

    /// What a configuration page hears of the place (reference, context of `getContext`).
    pub(super) fn context(&self, visit: &Visit, account: &str) -> Map<String, Json> {
        let mut context = Map::new();
        let mut say = |key: &str, value: Json| {
            context.insert(key.to_owned(), value);
        };
        let locale = if visit.frame.language() == "fr" { "fr-fr" } else { "en-us" };
        let user = visit.scope.user().map(|user| user.to_string()).unwrap_or_default();
        for (key, value) in [
            ("locale", locale),
            ("subEntityId", ""),
            ("hostClientType", "web"),
            ("hostName", "Teams"),
            ("userObjectId", user.as_str()),
            ("upn", account),
            ("loginHint", account),
            ("userPrincipalName", account),
        ] {
            say(key, Json::from(value));
        }
        say("sessionId", Json::from(visit.context.request().to_string()));
        say("tid", Json::from(visit.scope.tenant().to_string()));
        let team = match (&self.channel, &self.team) {
            (Some(access), _) => {
                let regular = access.channel.kind != ChannelKind::Private;
                say("channelId", json!(access.channel.id));
                say("channelName", Json::from(access.channel.name.as_str()));
                say("channelType", Json::from(if regular { "Regular" } else { "Private" }));
                Some(&access.team)
            }
            (_, Some(access)) => Some(&access.team),
            _ => None,
        };
        if let Some(team) = team {
            say("teamId", json!(team.id));
            say("groupId", json!(team.id));
            say("teamName", Json::from(team.name.as_str()));
            say("isTeamArchived", Json::from(team.archived_at.is_some()));
        }
        context
    }
}
