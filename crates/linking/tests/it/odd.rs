//! A seat at the hub's own workspace that behaves as others do, when a test wants it: slow, refusing, half done.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use identity::SystemScopes;
use kernel::{Scope, TenantId};
use linking_setup::{Kind, Workspaces};
use serde_json::Value;
use url::Url;
use uuid::Uuid;
use workspace_embedded::Embedded;
use workspace_port::{
    Answer, Capabilities, Channel, ChannelChange, ChannelId, Creation, Error, File, FileId,
    FileVersion, Member, MessageId, NewChannel, NewFile, NewTab, NewTeam, Pending, Person,
    PersonId, Place, Result, Role, Tab, TabId, Team, TeamChange, TeamId, Workspace,
};

/// What is odd.
#[derive(Debug, Default)]
pub(crate) struct Moods {
    /// So many questions for a library are asked too early.
    pub(crate) library_not_yet: AtomicI64,
    /// Teams take a while.
    pub(crate) teams_are_pending: AtomicBool,
    /// Nobody may make channels.
    pub(crate) no_channels: AtomicBool,
    /// Nobody may put tabs.
    pub(crate) no_tabs: AtomicBool,
    /// The sign-in is over.
    pub(crate) signed_out: AtomicBool,
    /// Teams that are being made.
    made: Mutex<Vec<(String, TeamId)>>,
    /// How many teams were ever made.
    pub(crate) teams: AtomicI64,
    /// How many channels.
    pub(crate) channels: AtomicI64,
    /// How many cards.
    pub(crate) cards: AtomicI64,
}

/// The hub's own workspace, with moods.
#[derive(Debug)]
pub(crate) struct Own {
    pub(crate) workspace: Arc<workspace::Workspace>,
    pub(crate) scopes: SystemScopes,
    pub(crate) base: Url,
    pub(crate) moods: Arc<Moods>,
}

impl Own {
    pub(crate) fn seat(&self, scope: &Scope) -> Arc<dyn Workspace> {
        let inner = Embedded::new(Arc::clone(&self.workspace), scope.clone(), self.base.clone());
        Arc::new(Odd { inner, moods: Arc::clone(&self.moods) })
    }
}

impl Workspaces for Own {
    fn of<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<Arc<dyn Workspace>>> {
        Box::pin(async {
            if self.moods.signed_out.load(Ordering::SeqCst) {
                return Err(Error::SignInAgain);
            }
            Ok(self.seat(scope))
        })
    }

    fn jobs(&self, tenant: TenantId) -> BoxFuture<'_, Result<Arc<dyn Workspace>>> {
        Box::pin(async move { Ok(self.seat(&self.scopes.scope(tenant, "linking"))) })
    }

    fn kind(&self, _scope: &Scope) -> Kind {
        Kind::Embedded
    }

    fn tenant(&self, scope: &Scope) -> Uuid {
        scope.tenant().into()
    }
}

#[derive(Debug)]
struct Odd {
    inner: Embedded,
    moods: Arc<Moods>,
}

impl Workspace for Odd {
    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    fn teams(&self) -> Answer<'_, Vec<Team>> {
        self.inner.teams()
    }

    fn team<'a>(&'a self, team: &'a TeamId) -> Answer<'a, Team> {
        self.inner.team(team)
    }

    fn create_team<'a>(&'a self, new: &'a NewTeam) -> Answer<'a, Creation> {
        Box::pin(async {
            self.moods.teams.fetch_add(1, Ordering::SeqCst);
            let made = self.inner.create_team(new).await?;
            let Creation::Done(team) = made else { return Ok(made) };
            if !self.moods.teams_are_pending.load(Ordering::SeqCst) {
                return Ok(Creation::Done(team));
            }
            let name = format!("operation of {team}");
            self.moods.made.lock().unwrap().push((name.clone(), team));
            Ok(Creation::Pending(Pending(name)))
        })
    }

    fn creation<'a>(&'a self, pending: &'a Pending) -> Answer<'a, Creation> {
        Box::pin(async {
            if self.moods.teams_are_pending.load(Ordering::SeqCst) {
                return Ok(Creation::Pending(pending.clone()));
            }
            let made = self.moods.made.lock().unwrap();
            let found = made.iter().find(|(name, _)| *name == pending.0);
            found.map(|(_, team)| Creation::Done(team.clone())).ok_or(Error::NotFound)
        })
    }

    fn change_team<'a>(&'a self, team: &'a TeamId, to: &'a TeamChange) -> Answer<'a, ()> {
        self.inner.change_team(team, to)
    }

    fn archive_team<'a>(&'a self, team: &'a TeamId, archived: bool) -> Answer<'a, ()> {
        self.inner.archive_team(team, archived)
    }

    fn delete_team<'a>(&'a self, team: &'a TeamId) -> Answer<'a, ()> {
        self.inner.delete_team(team)
    }

    fn restore_team<'a>(&'a self, team: &'a TeamId) -> Answer<'a, ()> {
        self.inner.restore_team(team)
    }

    fn members<'a>(&'a self, place: &'a Place) -> Answer<'a, Vec<Member>> {
        self.inner.members(place)
    }

    fn put_member<'a>(
        &'a self,
        place: &'a Place,
        person: &'a PersonId,
        role: Role,
    ) -> Answer<'a, ()> {
        self.inner.put_member(place, person, role)
    }

    fn remove_member<'a>(&'a self, place: &'a Place, person: &'a PersonId) -> Answer<'a, ()> {
        self.inner.remove_member(place, person)
    }

    fn person<'a>(&'a self, mail: &'a str) -> Answer<'a, Person> {
        self.inner.person(mail)
    }

    fn channels<'a>(&'a self, team: &'a TeamId) -> Answer<'a, Vec<Channel>> {
        self.inner.channels(team)
    }

    fn channel<'a>(&'a self, channel: &'a ChannelId) -> Answer<'a, Channel> {
        self.inner.channel(channel)
    }

    fn create_channel<'a>(
        &'a self,
        team: &'a TeamId,
        new: &'a NewChannel,
    ) -> Answer<'a, ChannelId> {
        Box::pin(async {
            if self.moods.no_channels.load(Ordering::SeqCst) {
                return Err(Error::NotAllowed);
            }
            self.moods.channels.fetch_add(1, Ordering::SeqCst);
            self.inner.create_channel(team, new).await
        })
    }

    fn change_channel<'a>(
        &'a self,
        channel: &'a ChannelId,
        to: &'a ChannelChange,
    ) -> Answer<'a, ()> {
        self.inner.change_channel(channel, to)
    }

    fn archive_channel<'a>(&'a self, channel: &'a ChannelId, archived: bool) -> Answer<'a, ()> {
        self.inner.archive_channel(channel, archived)
    }

    fn delete_channel<'a>(&'a self, channel: &'a ChannelId) -> Answer<'a, ()> {
        self.inner.delete_channel(channel)
    }

    fn restore_channel<'a>(&'a self, channel: &'a ChannelId) -> Answer<'a, ()> {
        self.inner.restore_channel(channel)
    }

    fn tabs<'a>(&'a self, channel: &'a ChannelId) -> Answer<'a, Vec<Tab>> {
        self.inner.tabs(channel)
    }

    fn put_tab<'a>(&'a self, channel: &'a ChannelId, tab: &'a NewTab) -> Answer<'a, Tab> {
        Box::pin(async {
            if self.moods.no_tabs.load(Ordering::SeqCst) {
                return Err(Error::NotAllowed);
            }
            self.inner.put_tab(channel, tab).await
        })
    }

    fn rename_tab<'a>(
        &'a self,
        channel: &'a ChannelId,
        tab: &'a TabId,
        name: &'a str,
    ) -> Answer<'a, ()> {
        self.inner.rename_tab(channel, tab, name)
    }

    fn order_tabs<'a>(&'a self, channel: &'a ChannelId, tabs: &'a [TabId]) -> Answer<'a, ()> {
        self.inner.order_tabs(channel, tabs)
    }

    fn remove_tab<'a>(&'a self, channel: &'a ChannelId, tab: &'a TabId) -> Answer<'a, ()> {
        self.inner.remove_tab(channel, tab)
    }

    fn library<'a>(&'a self, channel: &'a ChannelId) -> Answer<'a, File> {
        Box::pin(async {
            if self.moods.library_not_yet.fetch_sub(1, Ordering::SeqCst) > 0 {
                return Err(Error::NotYet);
            }
            self.inner.library(channel).await
        })
    }

    fn files<'a>(&'a self, folder: &'a FileId) -> Answer<'a, Vec<File>> {
        self.inner.files(folder)
    }

    fn file<'a>(&'a self, file: &'a FileId) -> Answer<'a, File> {
        self.inner.file(file)
    }

    fn create_folder<'a>(&'a self, folder: &'a FileId, name: &'a str) -> Answer<'a, File> {
        self.inner.create_folder(folder, name)
    }

    fn upload<'a>(&'a self, new: &'a NewFile) -> Answer<'a, File> {
        self.inner.upload(new)
    }

    fn download<'a>(&'a self, file: &'a FileId) -> Answer<'a, Bytes> {
        self.inner.download(file)
    }

    fn rename_file<'a>(
        &'a self,
        file: &'a FileId,
        name: &'a str,
        expected: Option<&'a FileVersion>,
    ) -> Answer<'a, File> {
        self.inner.rename_file(file, name, expected)
    }

    fn delete_file<'a>(
        &'a self,
        file: &'a FileId,
        expected: Option<&'a FileVersion>,
    ) -> Answer<'a, ()> {
        self.inner.delete_file(file, expected)
    }

    fn post_card<'a>(&'a self, channel: &'a ChannelId, card: &'a Value) -> Answer<'a, MessageId> {
        self.moods.cards.fetch_add(1, Ordering::SeqCst);
        self.inner.post_card(channel, card)
    }
}
