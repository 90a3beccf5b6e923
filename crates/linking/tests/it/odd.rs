//! A seat at the hub's own workspace that behaves as others do, when a test wants it: slow, refusing, half done.

use std::sync::{
    Arc, Mutex, OnceLock,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use identity::SystemScopes;
use kernel::{Scope, TenantId};
use linking_setup::{Kind, MicrosoftTeams, Workspaces};
use serde_json::Value;
use url::Url;
use uuid::Uuid;
use workspace_embedded::Embedded;
use workspace_port::{
    Answer, Capabilities, Channel, ChannelChange, ChannelId, Creation, Error, File, FileId,
    FileVersion, Member, MessageId, NewChannel, NewFile, NewTab, NewTeam, Pending, Person,
    PersonId, Place, Result, Role, Tab, TabId, Team, TeamChange, TeamId, Workspace,
};

use crate::teams::Elsewhere;

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
    /// Nobody granted what libraries need.
    pub(crate) permission_missing: AtomicBool,
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
    /// Teams, where the house has them.
    pub(crate) elsewhere: OnceLock<Elsewhere>,
}

impl Own {
    pub(crate) fn seat(&self, scope: &Scope) -> Arc<dyn Workspace> {
        let inner = Embedded::new(Arc::clone(&self.workspace), scope.clone(), self.base.clone());
        let inner = Arc::new(inner) as Arc<dyn Workspace>;
        let elsewhere = self.elsewhere.get().map(|at| (Arc::clone(&at.teams), scope.clone()));
        Arc::new(Odd { inner, elsewhere, moods: Arc::clone(&self.moods) })
    }
}

impl Workspaces for Own {
    fn of<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<Arc<dyn Workspace>>> {
        Box::pin(async {
            if self.moods.signed_out.load(Ordering::SeqCst) {
                return Err(Error::SignInAgain);
            }
            if let Some(at) = self.elsewhere.get() {
                at.teams.of(scope).await?;
            }
            Ok(self.seat(scope))
        })
    }

    fn jobs(&self, tenant: TenantId) -> BoxFuture<'_, Result<Arc<dyn Workspace>>> {
        Box::pin(async move { Ok(self.seat(&self.scopes.scope(tenant, "linking"))) })
    }

    fn kind(&self, scope: &Scope) -> Kind {
        self.elsewhere.get().map_or(Kind::Embedded, |at| at.teams.kind(scope))
    }

    fn tenant(&self, scope: &Scope) -> Uuid {
        self.elsewhere.get().map_or_else(|| scope.tenant().into(), |at| at.teams.tenant(scope))
    }
}

#[derive(Debug)]
struct Odd {
    inner: Arc<dyn Workspace>,
    elsewhere: Option<(Arc<MicrosoftTeams>, Scope)>,
    moods: Arc<Moods>,
}

impl Odd {
    /// The seat behind the moods.
    async fn inner(&self) -> Result<Arc<dyn Workspace>> {
        match &self.elsewhere {
            Some((teams, scope)) => teams.of(scope).await,
            None => Ok(Arc::clone(&self.inner)),
        }
    }
}

impl Workspace for Odd {
    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    fn teams(&self) -> Answer<'_, Vec<Team>> {
        Box::pin(async move { self.inner().await?.teams().await })
    }

    fn team<'a>(&'a self, team: &'a TeamId) -> Answer<'a, Team> {
        Box::pin(async move { self.inner().await?.team(team).await })
    }

    fn create_team<'a>(&'a self, new: &'a NewTeam) -> Answer<'a, Creation> {
        Box::pin(async {
            self.moods.teams.fetch_add(1, Ordering::SeqCst);
            let made = self.inner().await?.create_team(new).await?;
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
            if self.elsewhere.is_some() {
                return self.inner().await?.creation(pending).await;
            }
            if self.moods.teams_are_pending.load(Ordering::SeqCst) {
                return Ok(Creation::Pending(pending.clone()));
            }
            let made = self.moods.made.lock().unwrap();
            let found = made.iter().find(|(name, _)| *name == pending.0);
            found.map(|(_, team)| Creation::Done(team.clone())).ok_or(Error::NotFound)
        })
    }

    fn change_team<'a>(&'a self, team: &'a TeamId, to: &'a TeamChange) -> Answer<'a, ()> {
        Box::pin(async move { self.inner().await?.change_team(team, to).await })
    }

    fn archive_team<'a>(&'a self, team: &'a TeamId, archived: bool) -> Answer<'a, ()> {
        Box::pin(async move { self.inner().await?.archive_team(team, archived).await })
    }

    fn delete_team<'a>(&'a self, team: &'a TeamId) -> Answer<'a, ()> {
        Box::pin(async move { self.inner().await?.delete_team(team).await })
    }

    fn restore_team<'a>(&'a self, team: &'a TeamId) -> Answer<'a, ()> {
        Box::pin(async move { self.inner().await?.restore_team(team).await })
    }

    fn members<'a>(&'a self, place: &'a Place) -> Answer<'a, Vec<Member>> {
        Box::pin(async move { self.inner().await?.members(place).await })
    }

    fn put_member<'a>(
        &'a self,
        place: &'a Place,
        person: &'a PersonId,
        role: Role,
    ) -> Answer<'a, ()> {
        Box::pin(async move { self.inner().await?.put_member(place, person, role).await })
    }

    fn remove_member<'a>(&'a self, place: &'a Place, person: &'a PersonId) -> Answer<'a, ()> {
        Box::pin(async move { self.inner().await?.remove_member(place, person).await })
    }

    fn person<'a>(&'a self, mail: &'a str) -> Answer<'a, Person> {
        Box::pin(async move { self.inner().await?.person(mail).await })
    }

    fn channels<'a>(&'a self, team: &'a TeamId) -> Answer<'a, Vec<Channel>> {
        Box::pin(async move { self.inner().await?.channels(team).await })
    }

    fn channel<'a>(&'a self, channel: &'a ChannelId) -> Answer<'a, Channel> {
        Box::pin(async move { self.inner().await?.channel(channel).await })
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
            self.inner().await?.create_channel(team, new).await
        })
    }

    fn change_channel<'a>(
        &'a self,
        channel: &'a ChannelId,
        to: &'a ChannelChange,
    ) -> Answer<'a, ()> {
        Box::pin(async move { self.inner().await?.change_channel(channel, to).await })
    }

    fn archive_channel<'a>(&'a self, channel: &'a ChannelId, archived: bool) -> Answer<'a, ()> {
        Box::pin(async move { self.inner().await?.archive_channel(channel, archived).await })
    }

    fn delete_channel<'a>(&'a self, channel: &'a ChannelId) -> Answer<'a, ()> {
        Box::pin(async move { self.inner().await?.delete_channel(channel).await })
    }

    fn restore_channel<'a>(&'a self, channel: &'a ChannelId) -> Answer<'a, ()> {
        Box::pin(async move { self.inner().await?.restore_channel(channel).await })
    }

    fn tabs<'a>(&'a self, channel: &'a ChannelId) -> Answer<'a, Vec<Tab>> {
        Box::pin(async move { self.inner().await?.tabs(channel).await })
    }

    fn put_tab<'a>(&'a self, channel: &'a ChannelId, tab: &'a NewTab) -> Answer<'a, Tab> {
        Box::pin(async {
            if self.moods.no_tabs.load(Ordering::SeqCst) {
                return Err(Error::NotAllowed);
            }
            self.inner().await?.put_tab(channel, tab).await
        })
    }

    fn rename_tab<'a>(
        &'a self,
        channel: &'a ChannelId,
        tab: &'a TabId,
        name: &'a str,
    ) -> Answer<'a, ()> {
        Box::pin(async move { self.inner().await?.rename_tab(channel, tab, name).await })
    }

    fn order_tabs<'a>(&'a self, channel: &'a ChannelId, tabs: &'a [TabId]) -> Answer<'a, ()> {
        Box::pin(async move { self.inner().await?.order_tabs(channel, tabs).await })
    }

    fn remove_tab<'a>(&'a self, channel: &'a ChannelId, tab: &'a TabId) -> Answer<'a, ()> {
        Box::pin(async move { self.inner().await?.remove_tab(channel, tab).await })
    }

    fn library<'a>(&'a self, channel: &'a ChannelId) -> Answer<'a, File> {
        Box::pin(async {
            if self.moods.permission_missing.load(Ordering::SeqCst) {
                let permissions = vec!["Group.ReadWrite.All".to_owned()];
                return Err(Error::PermissionMissing { permissions });
            }
            if self.moods.library_not_yet.fetch_sub(1, Ordering::SeqCst) > 0 {
                return Err(Error::NotYet);
            }
            self.inner().await?.library(channel).await
        })
    }

    fn files<'a>(&'a self, folder: &'a FileId) -> Answer<'a, Vec<File>> {
        Box::pin(async move { self.inner().await?.files(folder).await })
    }

    fn file<'a>(&'a self, file: &'a FileId) -> Answer<'a, File> {
        Box::pin(async move { self.inner().await?.file(file).await })
    }

    fn create_folder<'a>(&'a self, folder: &'a FileId, name: &'a str) -> Answer<'a, File> {
        Box::pin(async move { self.inner().await?.create_folder(folder, name).await })
    }

    fn upload<'a>(&'a self, new: &'a NewFile) -> Answer<'a, File> {
        Box::pin(async move { self.inner().await?.upload(new).await })
    }

    fn download<'a>(&'a self, file: &'a FileId) -> Answer<'a, Bytes> {
        Box::pin(async move { self.inner().await?.download(file).await })
    }

    fn rename_file<'a>(
        &'a self,
        file: &'a FileId,
        name: &'a str,
        expected: Option<&'a FileVersion>,
    ) -> Answer<'a, File> {
        Box::pin(async move { self.inner().await?.rename_file(file, name, expected).await })
    }

    fn delete_file<'a>(
        &'a self,
        file: &'a FileId,
        expected: Option<&'a FileVersion>,
    ) -> Answer<'a, ()> {
        Box::pin(async move { self.inner().await?.delete_file(file, expected).await })
    }

    fn post_card<'a>(&'a self, channel: &'a ChannelId, card: &'a Value) -> Answer<'a, MessageId> {
        self.moods.cards.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move { self.inner().await?.post_card(channel, card).await })
    }

    fn label_team<'a>(&'a self, team: &'a TeamId, label: &'a str) -> Answer<'a, ()> {
        Box::pin(async move { self.inner().await?.label_team(team, label).await })
    }
}
