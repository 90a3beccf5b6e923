//! What the button Collaborate needs to know.

use std::{collections::HashSet, sync::Arc};

use kernel::{Permission, Scope, UserId};
use linking_setup::{Feature, Kind};
use queries::{Condition, Paging, Query, Verb, query::Comparison};
use records::{Principal, Reference, Session};
use tables::Value;
use uuid::Uuid;
use workspace_port::{PersonId, TeamId, Workspace};

use crate::{
    Error, Link, Linking, Problem, Result, Subject, names,
    subject::{self, LINKS},
};

/// How much of linking there is in an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Nothing.
    Off,
    /// Channels are pinned to in the workspace.
    Basic,
    /// Teams and channels are chosen and made from the record, too.
    Enhanced,
}

/// What is asked of the setup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    Basic,
    Enhanced,
    Members,
    Labels,
    Documents,
}

/// A link, and whether the caller is in its channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connected {
    /// The link.
    pub link: Link,
    /// Whether the caller is in the channel; `None` where the workspace does not say.
    pub member: Option<bool>,
}

/// Why somebody is recommended as a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// They own the record.
    Owner,
    /// The record is shared with them.
    Shared,
    /// They are in the team of this name, which owns the record or with which it is shared.
    Team(String),
}

/// Somebody who is recommended as a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recommended {
    /// Who they are at the workspace.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their mail address.
    pub mail: Option<String>,
    /// Why.
    pub why: Why,
}

/// What the button needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collaborate {
    /// The name of the record or view.
    pub subject_name: String,
    /// How much of linking there is.
    pub level: Level,
    /// Why the caller may make no link.
    pub why_not: Option<Problem>,
    /// Whether the caller may make a link.
    pub may_link: bool,
    /// Whether teams get sensitivity labels.
    pub labels: bool,
    /// The links that there are.
    pub links: Vec<Connected>,
    /// A name for a new team.
    pub team_name: String,
    /// A name for a new channel.
    pub channel_name: String,
    /// Who is recommended.
    pub members: Vec<Recommended>,
    /// Names of people who would be recommended and whom the workspace does not know.
    pub missing: Vec<String>,
    /// Whether the CRM does not tell who works on the record beside its owner.
    pub owner_only: bool,
}

impl Linking {
    /// What the button Collaborate needs to know about a record or view; for who may read it.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Denied`], [`Error::Records`], [`Error::Workspace`], [`Error::Store`].
    pub async fn collaborate(&self, scope: &Scope, of: &Subject) -> Result<Collaborate> {
        scope.require(Permission::RecordRead)?;
        if of.system().is_some() {
            return self.collaborate_outside(scope, of).await;
        }
        let session = self.session(scope, of.environment()).await?;
        let known = subject::known(&session, of).await?;
        let (level, mut why_not) = self.level(scope, of).await?;
        if why_not.is_none() && !subject::may(&session, LINKS, Verb::Create) {
            why_not = Some(Problem::new("link.may_not_link"));
        }
        if why_not.is_none() && !subject::may_write(&session, of).await? {
            why_not = Some(Problem::new("link.record_read_only"));
        }
        let (links, place) = self.connected(scope, of).await?;
        if let (None, Err(error)) = (&why_not, place) {
            why_not = Some(crate::saga::problem(&error.into()));
        }
        let name = names::legal(&known.name, &self.settings);
        let mut answer = Collaborate {
            subject_name: known.name,
            level,
            may_link: why_not.is_none(),
            why_not,
            labels: self.in_the_way(scope, of, Need::Labels).await?.is_none(),
            links,
            team_name: name.clone(),
            channel_name: name,
            members: Vec::new(),
            missing: Vec::new(),
            owner_only: false,
        };
        let members = self.in_the_way(scope, of, Need::Members).await?.is_none();
        if answer.may_link && level == Level::Enhanced && members && !of.is_view() {
            let people = self.people(&session, (of, known.owner)).await?;
            self.resolve(scope, people, &mut answer).await?;
        }
        Ok(answer)
    }

    /// The live links of a thing, each with whether the caller is in its channel; and the caller's place at the
    /// workspace.
    pub(crate) async fn connected(
        &self,
        scope: &Scope,
        of: &Subject,
    ) -> Result<(Vec<Connected>, workspace_port::Result<Arc<dyn Workspace>>)> {
        let place = self.workspaces.of(scope).await;
        let mut links = Vec::new();
        for link in self.live(scope, of).await? {
            let member = match &place {
                Ok(place) if !link.channel.id.is_empty() => {
                    match place.channel(&link.channel).await {
                        Ok(_) => Some(true),
                        Err(
                            workspace_port::Error::NotFound | workspace_port::Error::NotAllowed,
                        ) => Some(false),
                        Err(_) => None,
                    }
                }
                _ => None,
            };
            links.push(Connected { link, member });
        }
        Ok((links, place))
    }

    /// A name for a new channel of a team that none of its channels has.
    ///
    /// # Errors
    /// [`Error::Workspace`] for who is not in the team, [`Error::Unknown`], [`Error::Records`].
    pub async fn suggest_channel(
        &self,
        scope: &Scope,
        of: &Subject,
        team: &TeamId,
    ) -> Result<String> {
        scope.require(Permission::RecordRead)?;
        let (_, name) = self.seen(scope, of).await?;
        let channels = self.workspaces.of(scope).await?.channels(team).await?;
        let taken = channels.iter().map(|channel| channel.name.as_str()).chain(["General"]);
        Ok(names::free(&name, taken, &self.settings))
    }

    /// The caller at the workspace.
    pub(crate) async fn me(&self, scope: &Scope) -> Result<Option<PersonId>> {
        let Some(user) = scope.user() else { return Ok(None) };
        if self.workspaces.kind(scope) == Kind::Embedded {
            return Ok(Some(PersonId(user.to_string())));
        }
        let root = self.scopes.scope(scope.tenant(), "linking");
        let people = self.identity.people(&root, &[user]).await?;
        let Some(mail) = people.into_iter().next().and_then(|person| person.address) else {
            return Ok(None);
        };
        let found = self.workspaces.of(scope).await?.person(&mail).await;
        Ok(found.ok().map(|person| person.id))
    }

    /// Owner, shared with, and members of teams that are either.
    async fn people(
        &self,
        session: &Session,
        (of, owner): (&Subject, Option<Uuid>),
    ) -> Result<Vec<(Uuid, Why)>> {
        let Subject::Record { table, record, .. } = of else { return Ok(Vec::new()) };
        let mut all: Vec<(Uuid, Why)> = Vec::new();
        let mut teams: Vec<Uuid> = Vec::new();
        if let Some(owner) = owner {
            // an owner is a user or a team; what is no team is a user
            teams.push(owner);
            all.push((owner, Why::Owner));
        }
        let target = Reference::id(table, *record);
        for (principal, mask) in session.shared_principals(&target).await? {
            match principal {
                _ if mask & Verb::Read.mask() == 0 => {}
                Principal::User(user) => all.push((user, Why::Shared)),
                Principal::Team(team) => teams.push(team),
            }
        }
        for (team, name) in subject::names(session, "team", &teams).await? {
            all.retain(|(one, _)| *one != team);
            for user in members_of(session, team).await? {
                all.push((user, Why::Team(name.clone())));
            }
        }
        let mut seen = HashSet::new();
        all.retain(|(user, _)| seen.insert(*user));
        all.truncate(self.settings.members_at_once);
        Ok(all)
    }

    /// Finds people at the workspace: there they are known by mail address, in the hub's own by themselves.
    async fn resolve(
        &self,
        scope: &Scope,
        people: Vec<(Uuid, Why)>,
        into: &mut Collaborate,
    ) -> Result<()> {
        let own = self.workspaces.kind(scope) == Kind::Embedded;
        let place = self.workspaces.of(scope).await?;
        let ids: Vec<UserId> = people.iter().map(|(user, _)| UserId::from(*user)).collect();
        let root = self.scopes.scope(scope.tenant(), "linking");
        let known = self.identity.people(&root, &ids).await?;
        for (user, why) in people {
            let user = UserId::from(user);
            if Some(user) == scope.user() {
                continue;
            }
            let Some(person) = known.iter().find(|person| person.id == user) else { continue };
            let (name, mail) = (person.display_name.clone(), person.address.clone());
            let found = match &mail {
                _ if own => Some(PersonId(user.to_string())),
                Some(mail) => place.person(mail).await.ok().map(|found| found.id),
                None => None,
            };
            match found {
                Some(person) => into.members.push(Recommended { person, name, mail, why }),
                None => into.missing.push(name),
            }
        }
        Ok(())
    }
}

async fn members_of(session: &Session, team: Uuid) -> Result<Vec<Uuid>> {
    let Some(table) = session.model().table("teammembership") else { return Ok(Vec::new()) };
    let query = Query::of(table).select(["systemuserid"])?;
    let of = Condition::Compare(query.field("teamid")?, Comparison::Equal, db::Value::Uuid(team));
    let rows = match session.query(&query.and(of), &Paging::first(500)).await {
        Err(records::Error::Privilege { .. }) => return Ok(Vec::new()),
        other => other?,
    };
    let mut all = Vec::new();
    for row in &rows.rows {
        let Some(property) = rows.plan.shown.properties.first() else { continue };
        if let Value::Guid(user) = property.value(row)? {
            all.push(user);
        }
    }
    Ok(all)
}

impl Linking {
    /// How much of linking there is for this, and what is in the way of a new link.
    pub(crate) async fn level(
        &self,
        scope: &Scope,
        of: &Subject,
    ) -> Result<(Level, Option<Problem>)> {
        if let Some(why) = self.in_the_way(scope, of, Need::Basic).await? {
            return Ok((Level::Off, Some(why)));
        }
        match self.in_the_way(scope, of, Need::Enhanced).await? {
            Some(why) => Ok((Level::Basic, Some(why))),
            None => Ok((Level::Enhanced, None)),
        }
    }

    /// What an administrator would have to change first.
    pub(crate) async fn in_the_way(
        &self,
        scope: &Scope,
        of: &Subject,
        needs: Need,
    ) -> Result<Option<Problem>> {
        let feature = match needs {
            Need::Basic => Feature::Basic,
            Need::Enhanced if of.is_view() => Feature::ViewButton,
            Need::Enhanced => Feature::Enhanced,
            Need::Members => Feature::AddMembers,
            Need::Labels => Feature::Labels,
            Need::Documents => Feature::Documents,
        };
        if let Some(system) = of.system() {
            let which = (system, self.is_dynamics(scope, system).await?);
            let answer = self.setup.may_crm(scope, which, feature).await.map_err(Error::Setup)?;
            return Ok(answer.obstacle().map(|wall| Problem::new(wall.code().name())));
        }
        let table = (!of.table().is_empty()).then(|| of.table());
        match self.setup.may(scope, of.environment(), table, feature).await {
            Ok(answer) => Ok(answer.obstacle().map(|wall| Problem::new(wall.code().name()))),
            Err(linking_setup::Error::Records(records::Error::NoEnvironment { .. })) => {
                Err(Error::Unknown)
            }
            Err(error) => Err(Error::Setup(error)),
        }
    }
}
