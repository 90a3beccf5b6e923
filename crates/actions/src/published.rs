//! What may be used in a tenant, and by whom, kept in memory until a change event says otherwise.
//!
//! Each look first applies every notice of a commit that has arrived. The time limits of the entries are only
//! the net below.

use std::{
    collections::HashMap,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::Duration,
};

use db::{Db, Listener, Notice};
use identity::Role;
use kernel::{GroupId, LicenceId, Stay, TenantId, UserId};
use uuid::Uuid;

use crate::{
    Catalogue, Tool,
    model::{Action, Audience, Operation, State},
    store::CHANGED,
};

/// Who somebody is, as far as audiences ask.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) groups: Vec<GroupId>,
    pub(crate) roles: Vec<Role>,
    pub(crate) licences: Vec<LicenceId>,
}

impl Audience {
    pub(crate) fn admits(&self, member: &Member) -> bool {
        match self {
            Self::Everybody => true,
            Self::Only { groups, roles } => {
                groups.iter().any(|group| member.groups.contains(group))
                    || roles.iter().any(|role| member.roles.contains(role))
            }
        }
    }
}

/// Whether somebody may use an action, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Usable {
    Fully,
    NotEnabled,
    Unlicensed,
}

impl Action {
    pub(crate) fn usable_by(&self, member: &Member) -> Usable {
        if self.state != State::Enabled || !self.audience.admits(member) {
            return Usable::NotEnabled;
        }
        match self.licence {
            Some(licence) if !member.licences.contains(&licence) => Usable::Unlicensed,
            _ => Usable::Fully,
        }
    }
}

impl Operation {
    pub(crate) fn usable_by(&self, member: &Member) -> bool {
        self.active
            && self.prepared.is_some()
            && self.audience.as_ref().is_none_or(|audience| audience.admits(member))
    }
}

/// Catalogues by the places of their tools: an action, and an operation in it.
type Catalogues = HashMap<Vec<(usize, usize)>, Arc<Catalogue>>;

/// The enabled actions of a tenant.
#[derive(Debug)]
pub(crate) struct Published {
    actions: Vec<Action>,
    by_id: HashMap<Uuid, usize>,
    /// Where each tool is: the action, and the operation in it.
    by_tool: HashMap<String, (usize, usize)>,
    /// What those may use who may use the same.
    catalogues: Mutex<Catalogues>,
    /// What somebody may use, as long as they are who they were.
    by_person: kernel::Cache<Uuid, (Arc<Member>, Arc<Catalogue>)>,
}

impl Published {
    pub(crate) fn new(actions: Vec<Action>) -> Self {
        let by_id = actions.iter().enumerate().map(|(at, action)| (action.id.uuid(), at)).collect();
        let mut by_tool = HashMap::new();
        for (at, action) in actions.iter().enumerate() {
            for (inside, operation) in action.operations.iter().enumerate() {
                by_tool.insert(operation.tool.clone(), (at, inside));
            }
        }
        let by_person = kernel::Cache::new(PERSONS, Stay::Unlimited);
        Self { actions, by_id, by_tool, catalogues: Mutex::default(), by_person }
    }

    pub(crate) fn action(&self, id: Uuid) -> Option<&Action> {
        self.actions.get(*self.by_id.get(&id)?)
    }

    pub(crate) fn all(&self) -> &[Action] {
        &self.actions
    }

    pub(crate) fn tool(&self, name: &str) -> Option<(&Action, &Operation)> {
        let (action, operation) = *self.by_tool.get(name)?;
        let action = self.actions.get(action)?;
        Some((action, action.operations.get(operation)?))
    }

    /// The tools of somebody.
    pub(crate) fn catalogue(&self, person: Uuid, member: &Arc<Member>) -> Arc<Catalogue> {
        if let Some((known, catalogue)) = self.by_person.get(&person)
            && (Arc::ptr_eq(&known, member) || known == *member)
        {
            return catalogue;
        }
        let key = self.usable(member);
        let known = self.lock().get(&key).cloned();
        let catalogue = known.unwrap_or_else(|| {
            let mut actions: Vec<usize> = key.iter().map(|(action, _)| *action).collect();
            actions.dedup();
            let ids = actions.iter().filter_map(|at| self.actions.get(*at));
            let ids = ids.map(|action| action.id).collect();
            let catalogue = Arc::new(Catalogue::new(self.tools(&key)).of(ids));
            let mut all = self.lock();
            if all.len() >= CATALOGUES {
                all.clear();
            }
            all.insert(key, Arc::clone(&catalogue));
            catalogue
        });
        self.by_person.insert(&person, (Arc::clone(member), Arc::clone(&catalogue)));
        catalogue
    }

    fn usable(&self, member: &Member) -> Vec<(usize, usize)> {
        let mut usable = Vec::new();
        for (at, action) in self.actions.iter().enumerate() {
            if action.usable_by(member) != Usable::Fully {
                continue;
            }
            let inside = action.operations.iter().enumerate();
            let inside = inside.filter(|(_, operation)| operation.usable_by(member));
            usable.extend(inside.map(|(inside, _)| (at, inside)));
        }
        usable
    }

    fn tools(&self, places: &[(usize, usize)]) -> Vec<Tool> {
        let tool = |(action, operation): &(usize, usize)| {
            let operation = self.actions.get(*action)?.operations.get(*operation)?;
            let prepared = operation.prepared.as_ref()?;
            Some(Tool {
                name: operation.tool.clone(),
                title: Some(prepared.title.clone()),
                description: Some(prepared.description.clone()),
                input: prepared.input.clone(),
                output: prepared.output.clone(),
                annotations: Some(prepared.annotations),
            })
        };
        places.iter().filter_map(tool).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Catalogues> {
        self.catalogues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everything that is kept.
#[derive(Debug)]
pub(crate) struct Cache {
    watch: Mutex<Watch>,
    tenants: kernel::Cache<TenantId, Arc<Published>>,
    members: kernel::Cache<(TenantId, Uuid), Arc<Member>>,
}

#[derive(Debug)]
struct Watch {
    listener: Listener,
    /// Counts what was taken back, so that a read that began before is not kept.
    version: u64,
}

impl Cache {
    pub(crate) fn new(db: &Db) -> Self {
        Self {
            watch: Mutex::new(Watch { listener: db.listen(), version: 0 }),
            tenants: kernel::Cache::new(TENANTS, Stay::For(TENANT_TIME)),
            members: kernel::Cache::new(PERSONS, Stay::For(MEMBER_TIME)),
        }
    }

    /// Applies what has arrived; the version to keep a later read with.
    pub(crate) fn version(&self) -> u64 {
        let mut watch = self.watch();
        self.catch_up(&mut watch);
        watch.version
    }

    pub(crate) fn published(&self, tenant: TenantId) -> Option<Arc<Published>> {
        self.tenants.get(&tenant)
    }

    pub(crate) fn member(&self, tenant: TenantId, user: UserId) -> Option<Arc<Member>> {
        self.members.get(&(tenant, user.uuid()))
    }

    pub(crate) fn keep_published(&self, tenant: TenantId, all: &Arc<Published>, version: u64) {
        let watch = self.unchanged(version);
        if watch.is_some() {
            self.tenants.insert(&tenant, Arc::clone(all));
        }
    }

    pub(crate) fn keep_member(
        &self,
        tenant: TenantId,
        user: UserId,
        member: &Arc<Member>,
        version: u64,
    ) {
        let watch = self.unchanged(version);
        if watch.is_some() {
            self.members.insert(&(tenant, user.uuid()), Arc::clone(member));
        }
    }

    /// Whether nothing was taken back since then. As long as the guard is held nothing is: a notice that
    /// arrives now takes back what is kept now.
    fn unchanged(&self, version: u64) -> Option<MutexGuard<'_, Watch>> {
        let mut watch = self.watch();
        self.catch_up(&mut watch);
        (watch.version == version).then_some(watch)
    }

    fn watch(&self) -> MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn catch_up(&self, watch: &mut Watch) {
        loop {
            // out of the cooperative budget: stopping early would leave a disabled action in use
            let next = pin!(tokio::task::unconstrained(watch.listener.next()));
            let Poll::Ready(arrived) = next.poll(&mut Context::from_waker(Waker::noop())) else {
                return;
            };
            if let Some(notices) = arrived {
                for notice in notices.iter().filter(|notice| self.apply(notice)) {
                    tracing::trace!(cache.topic = %notice.topic, "cache.taken_back");
                    watch.version += 1;
                }
            } else {
                watch.version += 1;
                self.tenants.invalidate_all();
                self.members.invalidate_all();
            }
        }
    }

    /// Whether the notice is about something that is kept here.
    fn apply(&self, notice: &Notice) -> bool {
        match notice.topic.as_ref() {
            CHANGED => self.tenants.invalidate(&notice.tenant),
            USERS => self.members.invalidate(&(notice.tenant, notice.stream)),
            TENANTS_TOPIC | LICENCES => self.members.invalidate_all(),
            _ => return false,
        }
        true
    }
}

/// Whether a notice may change what somebody of a tenant can use.
pub(crate) fn concerns(notice: &Notice, tenant: TenantId, user: Option<UserId>) -> bool {
    notice.tenant == tenant
        && match notice.topic.as_ref() {
            CHANGED | TENANTS_TOPIC | LICENCES => true,
            USERS => user.is_some_and(|user| user.uuid() == notice.stream),
            _ => false,
        }
}

/// Notices about persons, their roles and groups; the stream is the person.
const USERS: &str = "users";
/// Notices about what holds for a whole tenant, roles of groups included.
const TENANTS_TOPIC: &str = "tenants";

/// Notices about licences and who holds them.
const LICENCES: &str = identity::licences::TOPIC;

/// The longest that a lost notice can leave an action in use.
const TENANT_TIME: Duration = Duration::from_mins(1);
/// The same for what somebody is a member of and holds.
const MEMBER_TIME: Duration = Duration::from_secs(10);
/// Tenants, persons and catalogues that are kept; our own choice.
const TENANTS: u64 = 1_000;
const PERSONS: u64 = 20_000;
const CATALOGUES: usize = 256;
