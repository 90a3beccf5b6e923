//! Links looked at: one by one when something happened to their record, by place when something happened to a team or
//! channel, and all of them now and then.

use std::collections::{BTreeMap, BTreeSet};

use db::Tx;
use identity::users::UserState;
use kernel::{EnvironmentId, Scope, TenantId, UserId};
use linking::{Link, LinkId, Moved, Names, State, keeping};
use linking_setup::Kind;
use queries::{Condition, Paging, Query, query::Comparison};
use tables::Value;
use uuid::Uuid;
use workspace_port::{Channel, ChannelId, MOST, Place, Role, TeamId, Workspace};

use crate::{
    LinkingSync, Result,
    life::{Act, Known, Record, Seen, Trouble, judge},
    report::{ROWS, is_live},
    store,
};

/// Links of one slice of a walk.
const SLICE: u32 = 200;
/// A link that fails is looked at again after so many seconds, doubled each time, at most an hour.
const AGAIN: i64 = 15;

impl LinkingSync {
    /// Looks at what is marked. How many links that were.
    pub(crate) async fn work(&self, root: &Scope) -> Result<usize> {
        let now = self.now();
        let due = self.parts.db.read_one(root, move |tx| store::due(tx, now)).await?;
        let count = due.len();
        for work in due {
            if !self.hold(root).await? {
                break;
            }
            let done = self.look_at(root, work.link).await;
            if let Err(error) = &done {
                let error: &dyn std::error::Error = error;
                tracing::warn!(error, link.id = %work.link, tries = work.tries, "linking_sync.look_failed");
            }
            let wait = AGAIN << work.tries.clamp(0, 8);
            let failed = done.is_err();
            let next = done.unwrap_or(Some(wait.min(3600))).map(|seconds| self.later(seconds));
            let write = move |tx: &Tx<'_>| match next {
                Some(at) if failed => store::later(tx, work, at),
                Some(at) => store::again(tx, work, at),
                None => store::done(tx, work),
            };
            self.parts.db.write(root, write).await?;
        }
        Ok(count)
    }

    /// Looks at one link after something happened to its record. After how many seconds to look again, where nobody tells
    /// of what happens.
    async fn look_at(&self, root: &Scope, id: LinkId) -> Result<Option<i64>> {
        let Some(link) = self.known(root, id).await? else { return Ok(None) };
        if matches!(link.state, State::Unlinked) {
            let now = self.now();
            let tidy = move |tx: &Tx<'_>| {
                store::tidy(tx, id)?;
                store::mended_all(tx, id, now)
            };
            self.parts.db.write(root, tidy).await?;
            return Ok(None);
        }
        if !is_live(&link) {
            return Ok(None);
        }
        if link.subject.system().is_some() {
            return Box::pin(self.look_outside(root, &link)).await;
        }
        let (environment, table) =
            (link.subject.environment(), link.subject.own_table().to_owned());
        let followed = move |tx: &Tx<'_>| store::follow(tx, environment, &table).map(drop);
        self.parts.db.write(root, followed).await?;
        let (record, circle) = match self.record(root, &link, true).await {
            Err(crate::Error::Records(records::Error::NoEnvironment { .. })) => {
                if self.is_gone(root, environment).await? {
                    self.end(root, &link).await?;
                }
                return Ok(None);
            }
            other => other?,
        };
        self.act(root, &link, (&record, &Seen::Silent)).await?;
        if matches!(record, Record::There { .. }) {
            self.keep_members(root, &link, &circle).await?;
        }
        Ok(None)
    }

    /// Does what was seen means for a link.
    pub(crate) async fn act(
        &self,
        root: &Scope,
        link: &Link,
        (record, place): (&Record, &Seen),
    ) -> Result<()> {
        let known = Known {
            state: link.state,
            team: &link.team_name,
            channel: &link.channel_name,
            subject: &link.subject_name,
        };
        for act in judge(&known, record, place) {
            let (id, now) = (link.id, self.now());
            match act {
                Act::Rename { team, channel, subject } => {
                    let names = Names { team, channel, subject };
                    self.parts.linking.renamed(root, id, names).await?;
                }
                Act::Turn(state) => {
                    let turn =
                        move |tx: &Tx<'_>| keeping::set_state(tx, id, state, None, now).map(drop);
                    self.parts.db.write(root, turn).await?;
                }
                Act::Move(into) => self.go_along(root, link, into).await?,
                Act::End => self.end(root, link).await?,
                Act::Find(trouble) => {
                    let finding = self.about_link(link, trouble);
                    let find = move |tx: &Tx<'_>| store::find(tx, &finding).map(drop);
                    self.parts.db.write(root, find).await?;
                }
                Act::Mended(trouble) => {
                    let subject = id.to_string();
                    let mended = move |tx: &Tx<'_>| store::mended(tx, (trouble, &subject), now);
                    self.parts.db.write(root, mended).await?;
                }
            }
        }
        Ok(())
    }

    /// The record of a link was merged into another: the link goes along, and its rules with it.
    async fn go_along(&self, root: &Scope, link: &Link, into: Uuid) -> Result<()> {
        let id = link.id;
        let moved = self.parts.linking.moved(root, id, into).await?;
        let write = move |tx: &Tx<'_>| match moved {
            Moved::Moved => {
                store::notes::moved(tx, id, into)?;
                store::mark(tx, &[id])
            }
            Moved::Merged => store::tidy(tx, id),
        };
        Ok(self.parts.db.write(root, write).await?)
    }

    /// Ends a link whose record or channel is gone for good: what waits is posted first, the tab goes, the files stay.
    pub(crate) async fn end(&self, root: &Scope, link: &Link) -> Result<()> {
        self.flush(root, link).await?;
        let (id, now) = (link.id, self.now());
        let how = linking::Unlink { tab: linking::TabAfter::Remove, files: linking::Files::Keep };
        let write = move |tx: &Tx<'_>| {
            keeping::end(tx, id, how, now)?;
            store::tidy(tx, id)?;
            store::mended_all(tx, id, now)
        };
        Ok(self.parts.db.write(root, write).await?)
    }

    /// Whether an environment is gone for good.
    pub(crate) async fn is_gone(&self, root: &Scope, environment: EnvironmentId) -> Result<bool> {
        match self.parts.identity.environment(root, environment).await {
            Ok(_) => Ok(false),
            Err(identity::Error::Unknown(_)) => {
                // one that waits for its end can still be brought back
                let state = self.parts.records.state(root, environment).await?;
                Ok(state.is_none_or(|state| state.as_str() != "deleted"))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// An environment is gone: what was followed there is followed no more, and its links end.
    pub(crate) async fn left(&self, root: &Scope, environment: EnvironmentId) -> Result<()> {
        let now = self.now();
        let write = move |tx: &Tx<'_>| {
            store::unfollow(tx, environment)?;
            store::begin_walk(tx, now)
        };
        Ok(self.parts.db.write(root, write).await?)
    }

    /// Looks at the links of teams and channels of the hub's own workspace that changed.
    pub(crate) async fn look_at_places(&self, tenant: TenantId, root: &Scope) -> Result<()> {
        let changed: Vec<Uuid> = {
            let mut places = self.changed_places();
            let mine: Vec<_> = places.iter().filter(|(of, _)| *of == tenant).copied().collect();
            places.retain(|(of, _)| *of != tenant);
            mine.into_iter().map(|(_, place)| place).collect()
        };
        for place in changed {
            // a channel's notice comes with one of its team
            let team = TeamId(place.to_string());
            let find = move |tx: &Tx<'_>| keeping::in_place(tx, Kind::Embedded, &team, None);
            let links = self.parts.db.read_one(root, find).await?;
            self.look_at_slice(root, &links, false).await?;
        }
        Ok(())
    }

    /// Walks on over all links, one slice; whether there are more.
    pub(crate) async fn walk(&self, root: &Scope) -> Result<bool> {
        let walk = self.parts.db.read_one(root, store::walk).await?;
        if !walk.walking {
            return Ok(false);
        }
        let after = walk.after.map(LinkId);
        let links = self.parts.db.read_one(root, move |tx| keeping::page(tx, after, SLICE)).await?;
        self.look_at_slice(root, &links, true).await?;
        let more = links.len() >= SLICE as usize;
        let last = links.last().filter(|_| more).map(|link| link.id);
        if last.is_none() {
            self.rows_without_links(root).await?;
            self.forget_the_gone(root).await?;
        }
        let (seen, now) = (i64::try_from(links.len()).unwrap_or(0), self.now());
        let ids: Vec<LinkId> = links.iter().map(|link| link.id).collect();
        let write = move |tx: &Tx<'_>| {
            // members and records of these are looked at as if something had happened to them
            store::mark(tx, &ids)?;
            store::walked(tx, last, (seen, now))
        };
        self.parts.db.write(root, write).await?;
        Ok(more)
    }

    /// Looks at the places of links: each team and channel is asked for once.
    pub(crate) async fn look_at_slice(
        &self,
        root: &Scope,
        links: &[Link],
        closely: bool,
    ) -> Result<()> {
        let jobs = self.parts.workspaces.jobs(root.tenant()).await?;
        let kind = self.parts.workspaces.kind(root);
        let mut teams: BTreeMap<&TeamId, Vec<&Link>> = BTreeMap::new();
        for link in links.iter().filter(|link| is_live(link) && link.workspace == kind) {
            teams.entry(&link.team).or_default().push(link);
        }
        for (team, links) in teams {
            let seen = look_into(&*jobs, team).await;
            let mut looked: BTreeSet<&ChannelId> = BTreeSet::new();
            for link in &links {
                let seen = match &seen {
                    Team::There { name, archived, channels } => {
                        match channels.iter().find(|channel| channel.id == link.channel) {
                            Some(channel) => Seen::There {
                                team: name.clone(),
                                channel: channel.name.clone(),
                                archived: *archived || channel.is_archived,
                            },
                            None if channels.len() >= MOST => Seen::Silent,
                            None => look_for(&*jobs, &link.channel, (name, *archived)).await,
                        }
                    }
                    Team::Not(seen) => seen.clone(),
                };
                let record = Record::There { name: link.subject_name.clone(), active: true };
                self.act(root, link, (&record, &seen)).await?;
                if closely && matches!(seen, Seen::There { .. }) {
                    looked.insert(&link.channel);
                }
            }
            for channel in looked {
                let here: Vec<&Link> =
                    links.iter().filter(|link| &link.channel == channel).copied().collect();
                self.look_at_tabs(root, &*jobs, (channel, &here)).await?;
            }
            if closely && let (Some(link), Team::There { .. }) = (links.first(), &seen) {
                self.look_at_owners(root, &*jobs, link).await?;
            }
        }
        Ok(())
    }

    async fn look_at_tabs(
        &self,
        root: &Scope,
        jobs: &dyn Workspace,
        (channel, links): (&ChannelId, &[&Link]),
    ) -> Result<()> {
        let Ok(tabs) = jobs.tabs(channel).await else { return Ok(()) };
        let there: BTreeSet<String> = tabs.into_iter().map(|tab| tab.entity).collect();
        let now = self.now();
        for link in links.iter().filter(|link| link.tab.is_some()) {
            let subject = link.id.to_string();
            let finding =
                (!there.contains(&subject)).then(|| self.about_link(link, Trouble::TabGone));
            let write = move |tx: &Tx<'_>| match &finding {
                Some(finding) => store::find(tx, finding).map(drop),
                None => store::mended(tx, (Trouble::TabGone, &subject), now),
            };
            self.parts.db.write(root, write).await?;
        }
        Ok(())
    }

    /// Whether a team has an owner who may still sign in; known of the hub's own workspace alone, others see to it
    /// themselves.
    async fn look_at_owners(&self, root: &Scope, jobs: &dyn Workspace, link: &Link) -> Result<()> {
        if link.workspace != Kind::Embedded {
            return Ok(());
        }
        let Ok(members) = jobs.members(&Place::Team(link.team.clone())).await else {
            return Ok(());
        };
        if members.len() >= MOST {
            return Ok(());
        }
        let mut owned = false;
        for member in members.iter().filter(|member| member.role == Role::Owner) {
            let Ok(user) = member.person.0.parse::<UserId>() else { continue };
            owned |= self.parts.scopes.person(root.tenant(), user).await?.is_some();
        }
        let (team, now) = (link.team.to_string(), self.now());
        let mut finding = self.about_link(link, Trouble::OwnerLeft);
        finding.subject.clone_from(&team);
        let write = move |tx: &Tx<'_>| {
            if owned {
                store::mended(tx, (Trouble::OwnerLeft, &team), now)
            } else {
                store::find(tx, &finding).map(drop)
            }
        };
        Ok(self.parts.db.write(root, write).await?)
    }

    /// Rows of links that no link stands behind, as in a copied environment: they name places of others and are not
    /// taken over.
    async fn rows_without_links(&self, root: &Scope) -> Result<()> {
        let followed = self.parts.db.read_one(root, store::followed).await?;
        let known: BTreeSet<EnvironmentId> = followed.into_iter().map(|one| one.0).collect();
        for environment in self.parts.identity.environments(root).await? {
            if !environment.crm_enabled && !known.contains(&environment.id) {
                continue;
            }
            let Ok(session) = self.session(root, environment.id).await else { continue };
            let Some(table) = session.model().table(ROWS) else { continue };
            let mut after = Uuid::nil();
            loop {
                let query =
                    Query::of(table).select([table.primary_id.as_str(), "msdyn_channelname"])?;
                let field = query.field(&table.primary_id)?;
                let beyond = Condition::Compare(field, Comparison::Greater, db::Value::Uuid(after));
                let rows = session.query(&query.and(beyond), &Paging::first(SLICE)).await?;
                let mut found = Vec::new();
                for row in &rows.rows {
                    let mut values = Vec::new();
                    for property in &rows.plan.shown.properties {
                        values.push(property.value(row)?);
                    }
                    let id = values.iter().find_map(|value| match value {
                        Value::Guid(id) => Some(*id),
                        _ => None,
                    });
                    let name = values.iter().find_map(|value| match value {
                        Value::Text(name) => Some(name.clone()),
                        _ => None,
                    });
                    let Some(id) = id else { continue };
                    after = after.max(id);
                    let mut finding =
                        self.finding((environment.id, None), Trouble::RowWithoutLink, &id);
                    finding.detail = name.unwrap_or_default();
                    found.push((LinkId(id), finding));
                }
                let write = move |tx: &Tx<'_>| -> db::Result<()> {
                    for (id, finding) in &found {
                        let mine = keeping::by_id(tx, *id)?
                            .is_some_and(|link| link.subject.environment() == finding.environment);
                        if !mine {
                            store::find(tx, finding)?;
                        }
                    }
                    Ok(())
                };
                self.parts.db.write(root, write).await?;
                if !rows.more {
                    break;
                }
            }
        }
        Ok(())
    }

    /// What is kept of people who were removed from the tenant goes.
    async fn forget_the_gone(&self, root: &Scope) -> Result<()> {
        const SQL: &str = "SELECT DISTINCT user_id FROM linking_access WHERE tenant_id = $1 \
                           UNION SELECT DISTINCT user_id FROM linking_members WHERE tenant_id = $1 \
                           UNION SELECT DISTINCT user_id FROM linking_member_changes \
                           WHERE tenant_id = $1 AND user_id IS NOT NULL LIMIT 5000";
        let read = move |tx: &Tx<'_>| {
            let rows = tx.all(SQL, &[tx.tenant().into()])?;
            rows.iter().map(|row| row.id::<UserId>(0)).collect::<db::Result<Vec<_>>>()
        };
        for user in self.parts.db.read_one(root, read).await? {
            let gone = match self.parts.identity.user(root, user).await {
                Ok(found) => found.state == UserState::Deleted,
                Err(identity::Error::Unknown(_)) => true,
                Err(error) => return Err(error.into()),
            };
            if gone {
                self.forget(root, user).await?;
            }
        }
        Ok(())
    }

    /// Forgets a person: what is kept of them here goes, history stays without a name.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::Store`].
    pub async fn forget(&self, scope: &Scope, user: UserId) -> Result<()> {
        scope.require(kernel::Permission::System)?;
        self.parts.db.write(scope, move |tx: &Tx<'_>| store::forget(tx, user)).await?;
        Ok(self.parts.linking.forget(scope, user).await?)
    }

    /// Whether a link is a record's, whose changes can be told.
    pub(crate) fn can_be_told(link: &Link) -> bool {
        !link.subject.is_view() && is_live(link)
    }
}

/// A team as it was seen.
enum Team {
    There { name: String, archived: bool, channels: Vec<Channel> },
    Not(Seen),
}

async fn look_into(jobs: &dyn Workspace, team: &TeamId) -> Team {
    let found = match jobs.team(team).await {
        Ok(found) => found,
        Err(error) => return Team::Not(unseen(&error)),
    };
    match jobs.channels(team).await {
        Ok(channels) => {
            Team::There { name: found.name, archived: found.is_archived.unwrap_or(false), channels }
        }
        Err(error) => Team::Not(unseen(&error)),
    }
}

/// A channel that its team does not list: gone, or hidden from the list.
async fn look_for(
    jobs: &dyn Workspace,
    channel: &ChannelId,
    (team, archived): (&str, bool),
) -> Seen {
    match jobs.channel(channel).await {
        Ok(found) => Seen::There {
            team: team.to_owned(),
            channel: found.name,
            archived: archived || found.is_archived,
        },
        Err(error) => unseen(&error),
    }
}

const fn unseen(error: &workspace_port::Error) -> Seen {
    use workspace_port::Error as E;
    match error {
        E::NotFound => Seen::Gone,
        E::NotAllowed | E::PermissionMissing { .. } | E::SignInAgain | E::Unlicensed => {
            Seen::Closed
        }
        _ => Seen::Silent,
    }
}
