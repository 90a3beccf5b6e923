//! The port over the workspace.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use kernel::{ChannelId as Id, Limit, Scope};
use serde_json::Value;
use url::Url;
use workspace::{ChannelAccess, ChannelKind as Kind, TeamAccess, TeamFilter, Workspace as Own};
use workspace_port::{
    Answer, Capabilities, Channel, ChannelChange, ChannelId, ChannelKind, Creation, Error, File,
    FileId, FileVersion, MOST, Member, MessageId, NewChannel, NewFile, NewTab, NewTeam, Pending,
    Person, PersonId, Place, Result, Role, Tab, TabId, Team, TeamChange, TeamId, Visibility,
    Workspace,
};

use crate::refusal::refusal;

/// Rows of one page of a list.
pub(crate) const LONGEST: Limit = match Limit::new(Limit::MAX) {
    Some(limit) => limit,
    None => unreachable!(),
};

/// One actor at the hub's own workspace.
pub struct Embedded {
    pub(crate) workspace: Arc<Own>,
    pub(crate) scope: Scope,
    base: Url,
}

impl fmt::Debug for Embedded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Embedded").field("actor", &self.scope.actor()).finish_non_exhaustive()
    }
}

impl Embedded {
    /// An actor's seat; `base` is where people open the hub's pages.
    pub const fn new(workspace: Arc<Own>, scope: Scope, base: Url) -> Self {
        Self { workspace, scope, base }
    }

    /// A page of the hub.
    pub(crate) fn page(&self, path: &str) -> Option<Url> {
        self.base.join(path).ok()
    }

    fn team_of(&self, access: TeamAccess) -> Team {
        let team = access.team;
        Team {
            address: self.page(&format!("teams/{}", team.id)),
            id: TeamId(team.id.to_string()),
            name: team.name,
            description: team.description,
            visibility: Some(match team.visibility {
                workspace::Visibility::Public => Visibility::Public,
                workspace::Visibility::Private => Visibility::Private,
            }),
            is_archived: Some(team.archived_at.is_some()),
        }
    }

    fn channel_of(&self, access: ChannelAccess) -> Channel {
        let channel = access.channel;
        Channel {
            address: self.page(&format!("channels/{}", channel.id)),
            id: ChannelId { team: TeamId(channel.team.to_string()), id: channel.id.to_string() },
            name: channel.name,
            description: channel.description,
            kind: match channel.kind {
                Kind::Standard => ChannelKind::Standard,
                Kind::Private => ChannelKind::Private,
            },
            is_general: channel.general,
            is_archived: channel.archived_at.is_some(),
        }
    }

    fn tab_of(&self, tab: workspace::Tab) -> Result<Tab> {
        // tabs of pages of the hub itself are kept as paths
        let content = self.base.join(&tab.content);
        let content = content.map_err(|_wrong| Error::Answer { reason: "a tab has no page" })?;
        Ok(Tab {
            address: self.page(&format!("channels/{}/tabs/{}", tab.channel, tab.id)),
            id: TabId(tab.id.to_string()),
            name: tab.name,
            entity: tab.entity,
            content,
        })
    }

    async fn mine(&self) -> Result<Vec<Team>> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = self.workspace.teams(&self.scope, TeamFilter::Mine, after, LONGEST).await;
            let page = page.map_err(refusal)?;
            all.extend(page.items.into_iter().map(|team| self.team_of(team)));
            after = page.next;
            if after.is_none() || all.len() >= MOST {
                all.truncate(MOST);
                return Ok(all);
            }
        }
    }

    async fn in_place(&self, place: &Place) -> Result<Vec<Member>> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = match place {
                Place::Team(team) => {
                    self.workspace.members(&self.scope, id(&team.0)?, after, LONGEST).await
                }
                Place::Channel(channel) => {
                    self.workspace.channel_members(&self.scope, own(channel)?, after, LONGEST).await
                }
            };
            let page = page.map_err(refusal)?;
            all.extend(page.items.into_iter().map(|member| Member {
                person: PersonId(member.user.to_string()),
                name: member.name,
                role: match member.role {
                    workspace::Role::Guest => Role::Guest,
                    workspace::Role::Member => Role::Member,
                    workspace::Role::Owner => Role::Owner,
                },
            }));
            after = page.next;
            if after.is_none() || all.len() >= MOST {
                all.truncate(MOST);
                return Ok(all);
            }
        }
    }

    async fn set_member(&self, place: &Place, person: &PersonId, role: Role) -> Result<()> {
        let user = person.0.parse().map_err(|_wrong| Error::NoSuchPerson)?;
        let role = match role {
            Role::Guest => workspace::Role::Guest,
            Role::Member => workspace::Role::Member,
            Role::Owner => workspace::Role::Owner,
        };
        let done = match place {
            Place::Team(team) => {
                self.workspace.set_member(&self.scope, id(&team.0)?, user, role).await
            }
            Place::Channel(channel) => {
                self.workspace.set_channel_member(&self.scope, own(channel)?, user, role).await
            }
        };
        done.map_err(refusal)
    }

    async fn take_member(&self, place: &Place, person: &PersonId) -> Result<()> {
        let Ok(user) = person.0.parse() else { return Ok(()) };
        let done = match place {
            Place::Team(team) => {
                self.workspace.remove_member(&self.scope, id(&team.0)?, user).await
            }
            Place::Channel(channel) => {
                self.workspace.remove_channel_member(&self.scope, own(channel)?, user).await
            }
        };
        match done.map_err(refusal) {
            Err(Error::NoSuchPerson) => Ok(()),
            other => other,
        }
    }

    async fn found(&self, mail: &str) -> Result<Person> {
        let found = self.workspace.find_person(&self.scope, mail).await.map_err(refusal)?;
        let person = found.ok_or(Error::NoSuchPerson)?;
        Ok(Person {
            id: PersonId(person.id.to_string()),
            name: person.display_name,
            mail: person.address,
            is_guest: false,
        })
    }

    async fn new_channel(&self, team: &TeamId, new: &NewChannel) -> Result<ChannelId> {
        let kind = match new.kind {
            ChannelKind::Standard => Kind::Standard,
            ChannelKind::Private => Kind::Private,
            ChannelKind::Shared => return Err(Error::Unsupported),
        };
        let (name, description) = (new.name.clone(), new.description.clone());
        let new = workspace::NewChannel { name, description, kind };
        let made = self.workspace.create_channel(&self.scope, id(&team.0)?, new).await;
        Ok(self.channel_of(made.map_err(refusal)?).id)
    }

    async fn pin(&self, channel: &ChannelId, new: &NewTab) -> Result<Tab> {
        let new = workspace::NewTab {
            name: new.name.clone(),
            entity: new.entity.clone(),
            content: self.own_path(&new.content),
            website: new.website.as_ref().map(|page| self.own_path(page)),
        };
        let put = self.workspace.put_tab(&self.scope, own(channel)?, new).await;
        self.tab_of(put.map_err(refusal)?)
    }

    /// A page of the hub as a path, so that it stays right when the hub moves.
    fn own_path(&self, page: &Url) -> String {
        let tail = page.as_str().strip_prefix(self.base.as_str().trim_end_matches('/'));
        match tail {
            Some(path) if path.starts_with('/') => path.to_owned(),
            _ => page.to_string(),
        }
    }
}

/// An identifier of ours; what is none names nothing.
pub(crate) fn id<T: std::str::FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_wrong| Error::NotFound)
}

fn own(channel: &ChannelId) -> Result<Id> {
    id(&channel.id)
}

impl Workspace for Embedded {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            restores_channels: true,
            orders_tabs: true,
            jobs_post: false,
            archives_channels: true,
        }
    }

    fn teams(&self) -> Answer<'_, Vec<Team>> {
        Box::pin(self.mine())
    }

    fn team<'a>(&'a self, team: &'a TeamId) -> Answer<'a, Team> {
        Box::pin(async {
            let found = self.workspace.team(&self.scope, id(&team.0)?).await;
            Ok(self.team_of(found.map_err(refusal)?))
        })
    }

    fn create_team<'a>(&'a self, new: &'a NewTeam) -> Answer<'a, Creation> {
        Box::pin(async {
            let label = new.label.as_deref();
            let new = workspace::NewTeam {
                name: new.name.clone(),
                description: new.description.clone(),
                visibility: match new.visibility {
                    Visibility::Public => workspace::Visibility::Public,
                    Visibility::Private => workspace::Visibility::Private,
                },
            };
            let made = self.workspace.create_team(&self.scope, new).await.map_err(refusal)?;
            if let Some(label) = label {
                let labelled = self.workspace.label_team(&self.scope, made.team.id, label).await;
                labelled.map_err(refusal)?;
            }
            Ok(Creation::Done(self.team_of(made).id))
        })
    }

    fn label_team<'a>(&'a self, team: &'a TeamId, label: &'a str) -> Answer<'a, ()> {
        Box::pin(async {
            let done = self.workspace.label_team(&self.scope, id(&team.0)?, label).await;
            done.map(drop).map_err(refusal)
        })
    }

    fn creation<'a>(&'a self, _pending: &'a Pending) -> Answer<'a, Creation> {
        // Everything is made at once.
        Box::pin(async { Err(Error::NotFound) })
    }

    fn change_team<'a>(&'a self, team: &'a TeamId, to: &'a TeamChange) -> Answer<'a, ()> {
        Box::pin(async {
            let to = workspace::TeamChange {
                name: to.name.clone(),
                description: to.description.clone(),
                visibility: None,
            };
            let changed = self.workspace.update_team(&self.scope, id(&team.0)?, to).await;
            changed.map(drop).map_err(refusal)
        })
    }

    fn archive_team<'a>(&'a self, team: &'a TeamId, archived: bool) -> Answer<'a, ()> {
        Box::pin(async move {
            let done = self.workspace.archive_team(&self.scope, id(&team.0)?, archived).await;
            done.map(drop).map_err(refusal)
        })
    }

    fn delete_team<'a>(&'a self, team: &'a TeamId) -> Answer<'a, ()> {
        Box::pin(async {
            self.workspace.delete_team(&self.scope, id(&team.0)?).await.map_err(refusal)
        })
    }

    fn restore_team<'a>(&'a self, team: &'a TeamId) -> Answer<'a, ()> {
        Box::pin(async {
            let done = self.workspace.restore_team(&self.scope, id(&team.0)?).await;
            done.map(drop).map_err(refusal)
        })
    }

    fn members<'a>(&'a self, place: &'a Place) -> Answer<'a, Vec<Member>> {
        Box::pin(self.in_place(place))
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
        Box::pin(self.found(mail))
    }

    fn channels<'a>(&'a self, team: &'a TeamId) -> Answer<'a, Vec<Channel>> {
        Box::pin(async {
            let all = self.workspace.channels(&self.scope, id(&team.0)?).await.map_err(refusal)?;
            Ok(all.into_iter().map(|channel| self.channel_of(channel)).collect())
        })
    }

    fn channel<'a>(&'a self, channel: &'a ChannelId) -> Answer<'a, Channel> {
        Box::pin(async {
            let found = self.workspace.channel(&self.scope, own(channel)?).await;
            Ok(self.channel_of(found.map_err(refusal)?))
        })
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
        Box::pin(async {
            let to = workspace::ChannelChange {
                name: to.name.clone(),
                description: to.description.clone(),
            };
            let done = self.workspace.update_channel(&self.scope, own(channel)?, to).await;
            done.map(drop).map_err(refusal)
        })
    }

    fn archive_channel<'a>(&'a self, channel: &'a ChannelId, archived: bool) -> Answer<'a, ()> {
        Box::pin(async move {
            let done = self.workspace.archive_channel(&self.scope, own(channel)?, archived).await;
            done.map(drop).map_err(refusal)
        })
    }

    fn delete_channel<'a>(&'a self, channel: &'a ChannelId) -> Answer<'a, ()> {
        Box::pin(async {
            self.workspace.delete_channel(&self.scope, own(channel)?).await.map_err(refusal)
        })
    }

    fn restore_channel<'a>(&'a self, channel: &'a ChannelId) -> Answer<'a, ()> {
        Box::pin(async {
            let done = self.workspace.restore_channel(&self.scope, own(channel)?).await;
            done.map(drop).map_err(refusal)
        })
    }

    fn tabs<'a>(&'a self, channel: &'a ChannelId) -> Answer<'a, Vec<Tab>> {
        Box::pin(async {
            let tabs = self.workspace.tabs(&self.scope, own(channel)?).await.map_err(refusal)?;
            tabs.into_iter().map(|tab| self.tab_of(tab)).collect()
        })
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
        Box::pin(async move {
            let tab = id(&tab.0)?;
            let done = self.workspace.rename_tab(&self.scope, own(channel)?, tab, name).await;
            done.map(drop).map_err(refusal)
        })
    }

    fn order_tabs<'a>(&'a self, channel: &'a ChannelId, tabs: &'a [TabId]) -> Answer<'a, ()> {
        Box::pin(async {
            let order = tabs.iter().map(|tab| id(&tab.0)).collect::<Result<_>>()?;
            let done = self.workspace.order_tabs(&self.scope, own(channel)?, order).await;
            done.map(drop).map_err(refusal)
        })
    }

    fn remove_tab<'a>(&'a self, channel: &'a ChannelId, tab: &'a TabId) -> Answer<'a, ()> {
        Box::pin(async {
            let tab = id(&tab.0)?;
            self.workspace.remove_tab(&self.scope, own(channel)?, tab).await.map_err(refusal)
        })
    }

    fn library<'a>(&'a self, channel: &'a ChannelId) -> Answer<'a, File> {
        Box::pin(async { self.folder_of(own(channel)?).await })
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
        Box::pin(async {
            let posted = self.workspace.post_card(&self.scope, own(channel)?, card).await;
            Ok(MessageId(posted.map_err(refusal)?.id.to_string()))
        })
    }

    fn find_card<'a>(
        &'a self,
        channel: &'a ChannelId,
        marker: &'a str,
    ) -> Answer<'a, Option<MessageId>> {
        Box::pin(async move {
            let latest = workspace::Window::Before(None);
            let page = self.workspace.messages(&self.scope, own(channel)?, latest, LONGEST).await;
            let holds = |item: &workspace::Item| match &item.content {
                workspace::Content::Card(card) => card.card.to_string().contains(marker),
                _ => false,
            };
            let found = page.map_err(refusal)?.items.into_iter().find(holds);
            Ok(found.map(|item| MessageId(item.id.to_string())))
        })
    }
}
