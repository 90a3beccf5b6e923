//! Whose calls they are, and the port over them.

use std::fmt;

use bytes::Bytes;
use graph::{Ask, Caller, Graph};
use http::Method;
use kernel::{Secret, UserId};
use serde_json::Value;
use tokio::sync::OnceCell;
use workspace_port::{
    Answer, Capabilities, Channel, ChannelChange, ChannelId, Creation, Error, File, FileId,
    FileVersion, Member, MessageId, NewChannel, NewFile, NewTab, NewTeam, Pending, Person,
    PersonId, Place, Result, Role, Tab, TabId, Team, TeamChange, TeamId, Workspace,
};

use crate::{
    paths,
    refusal::{plain, reading},
};

/// Who sits there.
#[derive(Debug)]
pub enum Who {
    /// A person, whose token for us is exchanged for one of Graph.
    Person {
        /// The person, as we know them.
        user: UserId,
        /// The token that the person's sign-in gave us.
        assertion: Secret<String>,
    },
    /// A person who signed in to the organisation for us, with their own token for Graph.
    SignedIn {
        /// The token.
        token: Secret<String>,
    },
    /// Our own jobs: with what an administrator granted the application.
    Jobs,
}

/// One person, or our jobs, at the Teams of an organisation.
pub struct Seat {
    graph: Graph,
    who: Who,
    /// The identifier in the manifest of the app whose tabs are ours.
    app: String,
    me: OnceCell<String>,
}

impl fmt::Debug for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seat").field("graph", &self.graph).finish_non_exhaustive()
    }
}

impl Seat {
    /// A seat at an organisation's Teams; `app` is the identifier in the manifest of our own app there.
    pub fn new(graph: Graph, who: Who, app: impl Into<String>) -> Self {
        Self { graph, who, app: app.into(), me: OnceCell::new() }
    }

    pub(crate) const fn graph(&self) -> &Graph {
        &self.graph
    }

    pub(crate) fn app(&self) -> &str {
        &self.app
    }

    pub(crate) const fn caller(&self) -> Caller<'_> {
        match &self.who {
            Who::Person { user, assertion } => Caller::Person { user: *user, assertion },
            Who::SignedIn { token } => Caller::SignedIn { token },
            Who::Jobs => Caller::Application,
        }
    }

    /// Refuses what only people can do.
    pub(crate) const fn person_only(&self) -> Result<()> {
        match self.who {
            Who::Person { .. } | Who::SignedIn { .. } => Ok(()),
            Who::Jobs => Err(Error::PersonNeeded),
        }
    }

    /// The person's identifier in the directory.
    pub(crate) async fn me(&self) -> Result<&str> {
        self.person_only()?;
        let ask = async || {
            let me = self.read("/me?$select=id").await?;
            text(&me, "id").map(str::to_owned)
        };
        self.me.get_or_try_init(ask).await.map(String::as_str)
    }

    /// Reads; what one may not see is not there.
    pub(crate) async fn read(&self, path: &str) -> Result<Value> {
        self.graph.get(self.caller(), path).await.map_err(reading)
    }

    /// Reads a list.
    pub(crate) async fn list(&self, path: &str) -> Result<Vec<Value>> {
        self.graph.all(self.caller(), path, workspace_port::MOST).await.map_err(reading)
    }

    /// Sends something; a refusal is what it says by itself.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: String,
        body: Option<Value>,
    ) -> Result<graph::Answer> {
        let ask = Ask { method, path, body, ..Ask::default() };
        self.ask(&ask).await
    }

    pub(crate) async fn ask(&self, ask: &Ask) -> Result<graph::Answer> {
        self.graph.send(self.caller(), ask).await.map_err(plain)
    }

    /// As [`Seat::send`] to something in a team: a refusal is held against what the team is to the caller.
    pub(crate) async fn change(
        &self,
        team: &TeamId,
        (method, path): (Method, String),
        body: Option<Value>,
    ) -> Result<graph::Answer> {
        match self.send(method, path, body).await {
            Err(Error::NotAllowed) => Err(self.why_not(team).await),
            other => other,
        }
    }

    /// Why something in a team was forbidden: Graph has one status for all of it.
    pub(crate) async fn why_not(&self, team: &TeamId) -> Error {
        match self.read(&paths::team(team)).await {
            Ok(row) if row.get("isArchived").and_then(Value::as_bool) == Some(true) => {
                Error::Archived
            }
            Ok(_) => Error::NotAllowed,
            Err(error) => error,
        }
    }
}

/// A text that an answer must have.
pub(crate) fn text<'v>(row: &'v Value, name: &str) -> Result<&'v str> {
    row.get(name)
        .and_then(Value::as_str)
        .ok_or(Error::Answer { reason: "an identifier is missing" })
}

/// A text that may be null or missing.
pub(crate) fn words(row: &Value, name: &str) -> String {
    row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The address where people open something.
pub(crate) fn address(row: &Value) -> Option<url::Url> {
    row.get("webUrl").and_then(Value::as_str).and_then(|text| text.parse().ok())
}

impl Workspace for Seat {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            restores_channels: false,
            orders_tabs: false,
            jobs_post: false,
            archives_channels: true,
        }
    }

    fn teams(&self) -> Answer<'_, Vec<Team>> {
        Box::pin(self.joined_teams())
    }

    fn team<'a>(&'a self, team: &'a TeamId) -> Answer<'a, Team> {
        Box::pin(self.one_team(team))
    }

    fn create_team<'a>(&'a self, new: &'a NewTeam) -> Answer<'a, Creation> {
        Box::pin(self.new_team(new))
    }

    fn label_team<'a>(&'a self, team: &'a TeamId, label: &'a str) -> Answer<'a, ()> {
        Box::pin(self.label(team, label))
    }

    fn creation<'a>(&'a self, pending: &'a Pending) -> Answer<'a, Creation> {
        Box::pin(self.operation(pending))
    }

    fn change_team<'a>(&'a self, team: &'a TeamId, to: &'a TeamChange) -> Answer<'a, ()> {
        Box::pin(self.patch_team(team, to))
    }

    fn archive_team<'a>(&'a self, team: &'a TeamId, archived: bool) -> Answer<'a, ()> {
        Box::pin(self.freeze_team(team, archived))
    }

    fn delete_team<'a>(&'a self, team: &'a TeamId) -> Answer<'a, ()> {
        Box::pin(self.drop_team(team))
    }

    fn restore_team<'a>(&'a self, team: &'a TeamId) -> Answer<'a, ()> {
        Box::pin(self.undelete_team(team))
    }

    fn members<'a>(&'a self, place: &'a Place) -> Answer<'a, Vec<Member>> {
        Box::pin(self.all_members(place))
    }

    fn put_member<'a>(
        &'a self,
        place: &'a Place,
        person: &'a PersonId,
        role: Role,
    ) -> Answer<'a, ()> {
        Box::pin(self.set_member(place, person, role))
    }

    fn remove_member<'a>(&'a self, place: &'a Place, person: &'a PersonId) -> Answer<'a, ()> {
        Box::pin(self.take_member(place, person))
    }

    fn person<'a>(&'a self, mail: &'a str) -> Answer<'a, Person> {
        Box::pin(self.person_of(mail))
    }

    fn channels<'a>(&'a self, team: &'a TeamId) -> Answer<'a, Vec<Channel>> {
        Box::pin(self.all_channels(team))
    }

    fn channel<'a>(&'a self, channel: &'a ChannelId) -> Answer<'a, Channel> {
        Box::pin(self.one_channel(channel))
    }

    fn create_channel<'a>(
        &'a self,
        team: &'a TeamId,
        new: &'a NewChannel,
    ) -> Answer<'a, ChannelId> {
        Box::pin(self.new_channel(team, new))
    }

    fn change_channel<'a>(
        &'a self,
        channel: &'a ChannelId,
        to: &'a ChannelChange,
    ) -> Answer<'a, ()> {
        Box::pin(self.patch_channel(channel, to))
    }

    fn archive_channel<'a>(&'a self, channel: &'a ChannelId, archived: bool) -> Answer<'a, ()> {
        Box::pin(self.freeze_channel(channel, archived))
    }

    fn delete_channel<'a>(&'a self, channel: &'a ChannelId) -> Answer<'a, ()> {
        Box::pin(self.drop_channel(channel))
    }

    fn restore_channel<'a>(&'a self, _channel: &'a ChannelId) -> Answer<'a, ()> {
        // The version of Graph that we speak has no call for it.
        Box::pin(async { Err(Error::Unsupported) })
    }

    fn tabs<'a>(&'a self, channel: &'a ChannelId) -> Answer<'a, Vec<Tab>> {
        Box::pin(self.our_tabs(channel))
    }

    fn put_tab<'a>(&'a self, channel: &'a ChannelId, tab: &'a NewTab) -> Answer<'a, Tab> {
        Box::pin(self.pin(channel, tab))
    }

    fn rename_tab<'a>(
        &'a self,
        channel: &'a ChannelId,
        tab: &'a TabId,
        name: &'a str,
    ) -> Answer<'a, ()> {
        Box::pin(self.retitle(channel, tab, name))
    }

    fn order_tabs<'a>(&'a self, _channel: &'a ChannelId, _tabs: &'a [TabId]) -> Answer<'a, ()> {
        // Tabs have an index that Graph shows; that it may be set is not documented.
        Box::pin(async { Err(Error::Unsupported) })
    }

    fn remove_tab<'a>(&'a self, channel: &'a ChannelId, tab: &'a TabId) -> Answer<'a, ()> {
        Box::pin(self.unpin(channel, tab))
    }

    fn library<'a>(&'a self, channel: &'a ChannelId) -> Answer<'a, File> {
        Box::pin(self.folder_of(channel))
    }

    fn files<'a>(&'a self, folder: &'a FileId) -> Answer<'a, Vec<File>> {
        Box::pin(self.children(folder))
    }

    fn file<'a>(&'a self, file: &'a FileId) -> Answer<'a, File> {
        Box::pin(self.item(file))
    }

    fn create_folder<'a>(&'a self, folder: &'a FileId, name: &'a str) -> Answer<'a, File> {
        Box::pin(self.new_folder(folder, name))
    }

    fn upload<'a>(&'a self, new: &'a NewFile) -> Answer<'a, File> {
        Box::pin(self.bring(new))
    }

    fn download<'a>(&'a self, file: &'a FileId) -> Answer<'a, Bytes> {
        Box::pin(self.content(file))
    }

    fn rename_file<'a>(
        &'a self,
        file: &'a FileId,
        name: &'a str,
        expected: Option<&'a FileVersion>,
    ) -> Answer<'a, File> {
        Box::pin(self.rename_item(file, name, expected))
    }

    fn delete_file<'a>(
        &'a self,
        file: &'a FileId,
        expected: Option<&'a FileVersion>,
    ) -> Answer<'a, ()> {
        Box::pin(self.drop_item(file, expected))
    }

    fn post_card<'a>(&'a self, channel: &'a ChannelId, card: &'a Value) -> Answer<'a, MessageId> {
        Box::pin(self.post(channel, card))
    }

    fn find_card<'a>(
        &'a self,
        channel: &'a ChannelId,
        marker: &'a str,
    ) -> Answer<'a, Option<MessageId>> {
        Box::pin(self.posted(channel, marker))
    }
}
