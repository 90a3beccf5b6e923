//! Members kept in step: what is to be done is found out, done, and written down.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use db::Tx;
use event_log::{Change, Subject as Audited};
use jiff::Timestamp;
use kernel::{Coded as _, EnvironmentId, Permission, Scope, UserId};
use linking::{Link, LinkId, State};
use linking_setup::{Feature, Kind};
use serde_json::json;
use workspace_port::{MOST, Person, PersonId, Role, Workspace};

use super::{
    MemberChange, PlannedChange, Preview, Spot,
    plan::{Entitled, Member, Mode, Policy, Reason, Step, Verb, plan},
    spots, stored,
};
use crate::{
    Error, LinkingSync, Result, Trouble,
    store::{self, members as kept},
    view::Circle,
};

/// What was found out about one place of a link.
struct Found {
    spot: Spot,
    steps: Vec<Step>,
    names: BTreeMap<PersonId, String>,
    users: BTreeMap<PersonId, UserId>,
}

/// Everything that a look at the members of a link gives.
struct Look {
    found: Vec<Found>,
    access: Vec<(String, UserId, Reason)>,
    cut: bool,
}

impl LinkingSync {
    /// What an administrator decided about the members of an environment's links.
    ///
    /// # Errors
    /// [`Error::AdministratorNeeded`], [`Error::Records`] when there is no such environment for the caller.
    pub async fn policy(&self, scope: &Scope, environment: EnvironmentId) -> Result<Policy> {
        self.administrator(scope, environment).await?;
        let read = move |tx: &Tx<'_>| kept::policy(tx, environment, None);
        Ok(self.parts.db.read_one(scope, read).await?.unwrap_or_default())
    }

    /// Decides about the members of an environment's links. What it means takes effect in the background.
    ///
    /// # Errors
    /// As [`LinkingSync::policy`]; [`Error::Setup`] with the message about user sync while nobody has consented.
    pub async fn set_policy(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
        policy: Policy,
    ) -> Result<()> {
        scope.require(Permission::RecordWrite)?;
        self.administrator(scope, environment).await?;
        if policy.mode != Mode::Off {
            self.require_sync(scope, environment, None).await?;
        }
        let (by, now) = (scope.user(), self.now());
        let write = move |tx: &Tx<'_>| {
            let before = kept::policy(tx, environment, None)?;
            kept::set_policy(tx, (environment, None), Some(policy), (by, now))?;
            store::begin_walk(tx, now)?;
            event_log::audit(
                tx,
                &Change {
                    action: "linking.members_policy",
                    subject: Audited::new("environment", environment),
                    before: before.and_then(|policy| serde_json::to_value(policy).ok()),
                    after: serde_json::to_value(policy).ok(),
                    at: now,
                },
            )
        };
        Ok(self.parts.db.write(scope, write).await?)
    }

    /// What holds for the members of a link, and whether it is the link's own decision.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub async fn link_policy(&self, scope: &Scope, link: LinkId) -> Result<(Policy, bool)> {
        let link = self.link(scope, link).await?;
        self.policy_of(scope, &link).await
    }

    pub(super) async fn policy_of(&self, scope: &Scope, link: &Link) -> Result<(Policy, bool)> {
        let (environment, id) = (link.subject.environment(), link.id);
        let read = move |tx: &Tx<'_>| {
            let own = kept::policy(tx, environment, Some(id))?;
            Ok::<_, db::Error>((own, kept::policy(tx, environment, None)?))
        };
        let (own, of_all) = self.parts.db.read(scope, read).await?;
        Ok((own.or(of_all).unwrap_or_default(), own.is_some()))
    }

    /// Decides about the members of one link; `None` takes the decision back.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::AdministratorNeeded`]; [`Error::Setup`] as [`LinkingSync::set_policy`].
    pub async fn set_link_policy(
        &self,
        scope: &Scope,
        link: LinkId,
        policy: Option<Policy>,
    ) -> Result<()> {
        scope.require(Permission::RecordWrite)?;
        let link = self.link(scope, link).await?;
        self.decides(scope, &link).await?;
        if policy.is_some_and(|policy| policy.mode != Mode::Off) {
            self.require_sync_of(scope, &link).await?;
        }
        let environment = link.subject.environment();
        let (by, now, id) = (scope.user(), self.now(), link.id);
        let write = move |tx: &Tx<'_>| {
            kept::set_policy(tx, (environment, Some(id)), policy, (by, now))?;
            store::mark(tx, &[id])?;
            event_log::audit(
                tx,
                &Change {
                    action: "linking.members_policy",
                    subject: Audited::new("link", id),
                    before: None,
                    after: policy.and_then(|policy| serde_json::to_value(policy).ok()),
                    at: now,
                },
            )
        };
        Ok(self.parts.db.write(scope, write).await?)
    }

    /// What would happen to the members of a link, under what holds or under another decision. Nothing is done.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::AdministratorNeeded`], [`Error::Workspace`].
    pub async fn preview(
        &self,
        scope: &Scope,
        link: LinkId,
        policy: Option<Policy>,
    ) -> Result<Preview> {
        let link = self.link(scope, link).await?;
        self.decides(scope, &link).await?;
        let (held, _) = self.policy_of(scope, &link).await?;
        let mut policy = policy.unwrap_or(held);
        let obstacle = self.link_obstacle(scope, &link).await?;
        let mut preview = Preview { policy, obstacle, changes: Vec::new(), cut: false };
        if preview.obstacle.is_some() || link.subject.is_view() {
            return Ok(preview);
        }
        let root = self.root(scope.tenant());
        let circle = if link.subject.system().is_some() {
            let Some(said) = self.circle_outside(&root, &link).await? else { return Ok(preview) };
            policy = said.allows(policy);
            said.circle
        } else {
            self.record(&root, &link, true).await?.1
        };
        let look = self.look(&root, (&link, &circle), policy).await?;
        preview.cut = look.cut;
        for found in look.found {
            for step in &found.steps {
                preview.changes.push(PlannedChange {
                    place: found.spot.name.clone(),
                    user: found.user(step),
                    name: found.name(step),
                    verb: step.verb,
                    why: step.why,
                });
            }
        }
        Ok(preview)
    }

    /// What happened to the members of a link, newest first.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub async fn member_history(&self, scope: &Scope, link: LinkId) -> Result<Vec<MemberChange>> {
        let link = self.link(scope, link).await?.id;
        Ok(self.parts.db.read_one(scope, move |tx| kept::history(tx, link, 200)).await?)
    }

    /// Brings the members of a link in step with who may see its record.
    pub(crate) async fn keep_members(
        &self,
        root: &Scope,
        link: &Link,
        circle: &Circle,
    ) -> Result<()> {
        if link.subject.is_view() || link.state != State::Connected {
            return Ok(());
        }
        let (policy, _) = self.policy_of(root, link).await?;
        if policy.mode == Mode::Off || !self.may(root, link, Feature::Sync).await? {
            return Ok(());
        }
        self.keep_to(root, (link, circle), policy).await
    }

    /// The same of a record of a CRM elsewhere. Whether anybody follows it, so that it is looked at again soon.
    pub(crate) async fn keep_members_outside(&self, root: &Scope, link: &Link) -> Result<bool> {
        if link.state != State::Connected {
            return Ok(false);
        }
        let (policy, _) = self.policy_of(root, link).await?;
        if policy.mode == Mode::Off || !self.may(root, link, Feature::Sync).await? {
            return Ok(false);
        }
        if let Some(said) = self.circle_outside(root, link).await? {
            self.keep_to(root, (link, &said.circle), said.allows(policy)).await?;
        }
        Ok(true)
    }

    async fn keep_to(
        &self,
        root: &Scope,
        (link, circle): (&Link, &Circle),
        policy: Policy,
    ) -> Result<()> {
        let mut look = self.look(root, (link, circle), policy).await?;
        let jobs = self.parts.workspaces.jobs(root.tenant()).await?;
        let now = self.now();
        let mut changes = Vec::new();
        // who comes is in the team before in its channel, who goes the other way round
        for found in &look.found {
            for step in found.steps.iter().filter(|step| step.verb != Verb::Remove) {
                changes.push(self.take_step((root, &*jobs), (link, found), step, now).await?);
            }
        }
        for found in look.found.iter().rev() {
            for step in found.steps.iter().filter(|step| step.verb == Verb::Remove) {
                changes.push(self.take_step((root, &*jobs), (link, found), step, now).await?);
            }
        }
        let refused: BTreeSet<(String, Option<UserId>)> = changes
            .iter()
            .filter(|change| change.problem.is_some() || change.verb == Verb::Leave)
            .map(|change| (change.place.clone(), change.user))
            .collect();
        // who could not be added is tried again with the next look
        look.access.retain(|(place, user, _)| !refused.contains(&(place.clone(), Some(*user))));
        let full = changes.iter().any(|change| change.why == Reason::Full) || look.cut;
        let finding =
            self.finding((link.subject.environment(), Some(link.id)), Trouble::Full, &link.id);
        let (id, access, teams) = (link.id, look.access, circle.teams.clone());
        let write = move |tx: &Tx<'_>| {
            kept::set_access(tx, id, &access, &teams)?;
            for change in &changes {
                if kept::keep(tx, change)?
                    && change.problem.is_none()
                    && matches!(change.verb, Verb::Add | Verb::Remove)
                {
                    audit(tx, change)?;
                }
            }
            if full {
                store::find(tx, &finding).map(drop)
            } else {
                store::mended(tx, (Trouble::Full, &finding.subject), now)
            }
        };
        Ok(self.parts.db.write(root, write).await?)
    }

    async fn look(
        &self,
        root: &Scope,
        (link, circle): (&Link, &Circle),
        policy: Policy,
    ) -> Result<Look> {
        let id = link.id;
        let before = self.parts.db.read_one(root, move |tx| kept::access(tx, id)).await?;
        let mut look = Look { found: Vec::new(), access: Vec::new(), cut: circle.cut };
        let jobs = self.parts.workspaces.jobs(root.tenant()).await?;
        for spot in spots(link, self.parts.linking.settings()) {
            let known: BTreeSet<UserId> = before
                .iter()
                .filter(|(place, ..)| *place == spot.name)
                .map(|(_, user, _)| *user)
                .collect();
            let mut stay: BTreeMap<UserId, Reason> = circle.people.clone();
            let mut gone = Vec::new();
            for user in known.iter().filter(|user| !circle.people.contains_key(user)) {
                let still = match link.subject.system() {
                    Some(_) => self.reads_outside(root, link, *user).await?,
                    None => self.reads(root, link, *user).await?,
                };
                if still {
                    stay.insert(*user, Reason::Reads);
                } else {
                    gone.push(*user);
                }
            }
            let wide = policy.mode == Mode::AddAndRemove && (policy.others || policy.guests);
            let fresh: Vec<(UserId, Reason)> = stay
                .iter()
                .filter(|(user, why)| !known.contains(user) && **why != Reason::Reads)
                .map(|(user, why)| (*user, *why))
                .collect();
            look.access.extend(stay.iter().map(|(user, why)| (spot.name.clone(), *user, *why)));
            if !(wide || !fresh.is_empty() || !gone.is_empty()) {
                continue;
            }
            let about = About { link, spot, fresh, gone, wide, policy };
            look.found.push(self.about(root, &jobs, about).await?);
        }
        Ok(look)
    }

    async fn about(
        &self,
        root: &Scope,
        jobs: &Arc<dyn Workspace>,
        about: About<'_>,
    ) -> Result<Found> {
        let About { link, spot, fresh, gone, wide, policy } = about;
        let (id, place) = (link.id, spot.name.clone());
        let read = move |tx: &Tx<'_>| -> db::Result<_> {
            let elsewhere = kept::elsewhere(tx, (&place, id), &gone)?;
            let gone: BTreeSet<UserId> =
                gone.iter().filter(|user| !elsewhere.contains(user)).copied().collect();
            let all = if wide { kept::in_place(tx, &place, MOST)? } else { Vec::new() };
            Ok((gone, all, kept::added(tx, &place)?))
        };
        let (gone, all, added) = self.parts.db.read(root, read).await?;
        let there = jobs.members(&spot.place).await?;
        // a list that is cut does not say who is not in it: nobody loses a role by being added again
        let whole = there.len() < MOST;
        let (mut entitled, mut users) = (Vec::new(), BTreeMap::new());
        let more =
            all.iter().filter(|user| !gone.contains(user)).map(|user| (*user, Reason::Reads));
        for (user, why) in fresh.iter().copied().chain(more) {
            let known = added.iter().find(|(_, of)| *of == user);
            let person = match known {
                Some((person, _)) => Some(Person {
                    id: PersonId(person.clone()),
                    name: String::new(),
                    mail: None,
                    is_guest: false,
                }),
                None => self.person_at(root, (link.workspace, &**jobs), user).await?,
            };
            if let Some(person) = &person {
                users.insert(person.id.clone(), user);
            }
            let is_guest = person.as_ref().is_some_and(|person| person.is_guest);
            let person = person.map(|person| person.id);
            entitled.push(Entitled { user, person, why, is_guest });
        }
        let ours: BTreeMap<PersonId, UserId> =
            added.into_iter().map(|(person, user)| (PersonId(person), user)).collect();
        let mut names: BTreeMap<PersonId, String> = BTreeMap::new();
        let mut members = Vec::new();
        for member in there {
            let user = ours.get(&member.person).copied();
            names.insert(member.person.clone(), member.name.clone());
            if let Some(user) = user {
                users.insert(member.person.clone(), user);
            }
            members.push(Member {
                ours: user.is_some(),
                person: member.person,
                name: member.name,
                role: member.role,
            });
        }
        let most = if whole { spot.most } else { 0 };
        let mut steps = plan(&entitled, &members, policy, most);
        // of those who are there, only who lost access here is this link's matter
        steps.retain(|step| match step.verb {
            Verb::Add | Verb::Leave => true,
            Verb::Keep | Verb::Remove => {
                let user = step.person.as_ref().and_then(|person| ours.get(person));
                user.is_some_and(|user| gone.contains(user))
                    || (wide && step.verb == Verb::Remove && user.is_none())
            }
        });
        let mut found = Found { spot, steps, names, users };
        let who: BTreeSet<UserId> =
            found.steps.iter().filter_map(|step| found.user(step)).collect();
        let who: Vec<UserId> = who.into_iter().collect();
        for person in self.parts.identity.people(root, &who).await? {
            let of = found.users.iter().find(|(_, user)| **user == person.id);
            if let Some((id, _)) = of {
                found.names.entry(id.clone()).or_insert(person.display_name);
            }
        }
        Ok(found)
    }

    /// A person of the tenant at the workspace; by mail address, in the hub's own as itself.
    pub(crate) async fn person_at(
        &self,
        root: &Scope,
        (kind, jobs): (Kind, &dyn Workspace),
        user: UserId,
    ) -> Result<Option<Person>> {
        let found = match self.parts.identity.user(root, user).await {
            Ok(found) => found,
            Err(identity::Error::Unknown(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if kind == Kind::Embedded {
            let (id, name) = (PersonId(user.to_string()), found.display_name);
            return Ok(Some(Person { id, name, mail: None, is_guest: false }));
        }
        for address in &found.addresses {
            match jobs.person(address).await {
                Ok(person) => return Ok(Some(person)),
                Err(workspace_port::Error::NoSuchPerson) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(None)
    }

    /// Does one step. What may be over the next time ends the look; what the workspace refuses is kept.
    async fn take_step(
        &self,
        (root, jobs): (&Scope, &dyn Workspace),
        (link, found): (&Link, &Found),
        step: &Step,
        now: Timestamp,
    ) -> Result<MemberChange> {
        let place = &found.spot.place;
        let done = match (&step.person, step.verb) {
            (Some(person), Verb::Add) => jobs.put_member(place, person, Role::Member).await,
            (Some(person), Verb::Remove) => jobs.remove_member(place, person).await,
            _ => Ok(()),
        };
        let problem = match done {
            Ok(()) => None,
            Err(error) => {
                self.refused(root, &error).await;
                let error = Error::from(error);
                if error.passes() {
                    return Err(error);
                }
                Some(error.code().name().to_owned())
            }
        };
        let name = found.name(step);
        Ok(MemberChange {
            id: self.parts.ids.fresh(),
            link: link.id,
            place: found.spot.name.clone(),
            user: found.user(step),
            person: stored(step.person.as_ref()),
            name,
            verb: step.verb,
            why: step.why,
            problem,
            at: now,
        })
    }
}

/// What a look at one place begins with.
struct About<'a> {
    link: &'a Link,
    spot: Spot,
    fresh: Vec<(UserId, Reason)>,
    gone: Vec<UserId>,
    wide: bool,
    policy: Policy,
}

impl Found {
    fn user(&self, step: &Step) -> Option<UserId> {
        step.user.or_else(|| self.users.get(step.person.as_ref()?).copied())
    }

    fn name(&self, step: &Step) -> String {
        let name = step.person.as_ref().and_then(|person| self.names.get(person));
        name.cloned().unwrap_or_default()
    }
}

fn audit(tx: &Tx<'_>, change: &MemberChange) -> db::Result<()> {
    let action = if change.verb == Verb::Add { "link.member_add" } else { "link.member_remove" };
    let after = json!({
        "place": change.place,
        "user": change.user.map(|user| user.to_string()),
        "why": change.why.as_str(),
    });
    event_log::audit(
        tx,
        &Change {
            action,
            subject: Audited::new("link", change.link),
            before: None,
            after: Some(after),
            at: change.at,
        },
    )
}
