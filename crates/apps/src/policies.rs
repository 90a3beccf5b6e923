//! Setup policies: apps that people have without asking, some of them pinned.

use std::collections::HashSet;

use db::Tx;
use event_log::{Change, Subject};
use identity::users;
use jiff::Timestamp;
use kernel::{AppId, FieldError, GroupId, Permission, Scope, SetupPolicyId, UserId};
use serde_json::{Value as Json, json};

use crate::{
    Apps, Entry, Error, Result,
    catalogue::entry,
    store::{self, policies as rows},
};

/// A setup policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The identifier.
    pub id: SetupPolicyId,
    /// The name; no two policies of a tenant have the same.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Counts for whoever is in no group with a policy; one policy at most.
    pub everyone: bool,
    /// The apps, in the order in which they are shown.
    pub apps: Vec<PolicyApp>,
    /// The groups it counts for.
    pub groups: Vec<PolicyGroup>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it changed last.
    pub updated_at: Timestamp,
}

/// An app of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyApp {
    /// The app.
    pub app: AppId,
    /// Whether it is pinned, in the policy's order, or installed only.
    pub is_pinned: bool,
}

/// A group that a policy counts for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyGroup {
    /// The group. A group has one policy.
    pub group: GroupId,
    /// Its name.
    pub name: String,
    /// For who is in several groups the lowest rank decides.
    pub rank: i64,
}

/// A policy to make, or what it is to become.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewPolicy {
    /// The name.
    pub name: String,
    /// What it is for; may be empty.
    pub description: String,
    /// Whether it counts for everyone else.
    pub everyone: bool,
    /// The apps, in their order.
    pub apps: Vec<PolicyApp>,
    /// The groups with their ranks.
    pub groups: Vec<(GroupId, i64)>,
}

/// An app that a person has by a policy.
#[derive(Debug, Clone, PartialEq)]
pub struct EffectiveApp {
    /// The app.
    pub entry: Entry,
    /// Its place among the pinned ones, from 0; `None` when it is installed only.
    pub pinned: Option<usize>,
    /// The policy.
    pub policy: SetupPolicyId,
}

impl Apps {
    /// Every setup policy by name.
    ///
    /// # Errors
    /// [`Error::Denied`].
    pub async fn policies(&self, scope: &Scope) -> Result<Vec<Policy>> {
        scope.require(Permission::AppManage)?;
        Ok(self.db.read(scope, rows::list).await?)
    }

    /// A setup policy.
    ///
    /// # Errors
    /// [`Error::PolicyNotFound`], [`Error::Denied`].
    pub async fn policy(&self, scope: &Scope, id: SetupPolicyId) -> Result<Policy> {
        scope.require(Permission::AppManage)?;
        let found = self.db.read(scope, move |tx| rows::lookup(tx, id)).await?;
        found.ok_or(Error::PolicyNotFound { policy: id })
    }

    /// Makes a setup policy.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::NameTaken`], [`Error::TooMany`], [`Error::Denied`].
    pub async fn create_policy(&self, scope: &Scope, new: NewPolicy) -> Result<Policy> {
        scope.require(Permission::AppManage)?;
        let (id, at) = (self.ids.fresh(), self.clock.now());
        let limit = self.settings.max_policies;
        let create = move |tx: &Tx<'_>| {
            let count = rows::list(tx)?.len();
            if count >= usize::try_from(limit).unwrap_or(usize::MAX) {
                return Err(Error::TooMany { limit });
            }
            let policy = Policy { id, created_at: at, ..read(tx, &new, id, at)? };
            rows::put(tx, &policy)?;
            audit(tx, ("setup_policy.create", id, at), (None, Some(&policy)))?;
            Ok(policy)
        };
        self.db.write(scope, create).await
    }

    /// Makes a policy what `to` says: name, apps and groups.
    ///
    /// # Errors
    /// As [`Apps::create_policy`]; [`Error::PolicyNotFound`].
    pub async fn replace_policy(
        &self,
        scope: &Scope,
        id: SetupPolicyId,
        to: NewPolicy,
    ) -> Result<Policy> {
        scope.require(Permission::AppManage)?;
        let at = self.clock.now();
        let replace = move |tx: &Tx<'_>| {
            let before = rows::lookup(tx, id)?.ok_or(Error::PolicyNotFound { policy: id })?;
            let after = Policy { created_at: before.created_at, ..read(tx, &to, id, at)? };
            rows::put(tx, &after)?;
            audit(tx, ("setup_policy.update", id, at), (Some(&before), Some(&after)))?;
            Ok(after)
        };
        self.db.write(scope, replace).await
    }

    /// Deletes a policy; its groups have everyone's from now on.
    ///
    /// # Errors
    /// [`Error::PolicyNotFound`], [`Error::Denied`].
    pub async fn delete_policy(&self, scope: &Scope, id: SetupPolicyId) -> Result<()> {
        scope.require(Permission::AppManage)?;
        let at = self.clock.now();
        let delete = move |tx: &Tx<'_>| {
            let before = rows::lookup(tx, id)?.ok_or(Error::PolicyNotFound { policy: id })?;
            rows::delete(tx, id)?;
            Ok(audit(tx, ("setup_policy.delete", id, at), (Some(&before), None))?)
        };
        self.db.write(scope, delete).await
    }

    /// The apps that a person has by policy, pinned ones first. Read anew each time, so that joining or
    /// leaving a group counts at once. One's own, or anybody's for administrators.
    ///
    /// # Errors
    /// [`Error::PersonNeeded`], [`Error::Denied`].
    pub async fn effective_apps(
        &self,
        scope: &Scope,
        person: Option<UserId>,
    ) -> Result<Vec<EffectiveApp>> {
        scope.require(Permission::MessageRead)?;
        if person.is_some() && person != scope.user() {
            scope.require(Permission::AppManage)?;
        }
        let person = person.or(scope.user()).ok_or(Error::PersonNeeded)?;
        let find = move |tx: &Tx<'_>| {
            if users::people(tx, &[person])?.is_empty() {
                return Err(workspace::Error::MemberNotFound { user: person }.into());
            }
            let groups = identity::groups_of_person(tx, person)?;
            let Some(policy) = rows::effective(tx, &groups)? else { return Ok(Vec::new()) };
            let mut apps = Vec::new();
            for wanted in &policy.apps {
                let Some(app) = store::lookup(tx, wanted.app)? else { continue };
                if app.is_blocked || app.current.is_none() {
                    continue;
                }
                apps.push((entry(tx, app)?, wanted.is_pinned));
            }
            kernel::sort_by_key(&mut apps, |(_, is_pinned)| !is_pinned);
            let place = |(index, (entry, is_pinned))| EffectiveApp {
                entry,
                pinned: if is_pinned { Some(index) } else { None },
                policy: policy.id,
            };
            Ok::<_, Error>(apps.into_iter().enumerate().map(place).collect())
        };
        self.db.read(scope, find).await
    }
}

/// The policy that the words describe, checked.
fn read(tx: &Tx<'_>, new: &NewPolicy, id: SetupPolicyId, at: Timestamp) -> Result<Policy> {
    let mut fields = Vec::new();
    let mut field = |pointer: String, code, detail: &str| {
        fields.push(FieldError::new(pointer, code, detail));
    };
    let name = new.name.trim();
    if name.is_empty() {
        field("/name".to_owned(), "name.empty", "a policy has a name");
    }
    if name.chars().count() > MAX_NAME_CHARS {
        field("/name".to_owned(), "name.too_long", "a name has at most 100 characters");
    }
    if new.description.chars().count() > MAX_DESCRIPTION_CHARS {
        field("/description".to_owned(), "description.too_long", "at most 1,000 characters");
    }
    if new.apps.len() > MAX_APPS || new.groups.len() > MAX_GROUPS {
        field("/apps".to_owned(), "items.too_many", "at most 100 apps and 200 groups");
    }
    let mut seen = HashSet::new();
    for (index, wanted) in new.apps.iter().enumerate().take(MAX_APPS) {
        let known = store::lookup(tx, wanted.app)?;
        if known.is_none_or(|app| app.team.is_some() || app.current.is_none()) {
            field(
                format!("/apps/{index}"),
                "app.not_published",
                "only published apps of the catalogue",
            );
        }
        if !seen.insert(wanted.app) {
            field(format!("/apps/{index}"), "items.repeated", "the same app twice");
        }
    }
    let mut groups = Vec::new();
    for (index, (group, rank)) in new.groups.iter().enumerate().take(MAX_GROUPS) {
        match identity::group_name(tx, *group)? {
            Some(name) => groups.push(PolicyGroup { group: *group, name, rank: *rank }),
            None => field(format!("/groups/{index}"), "group.not_found", "there is no such group"),
        }
    }
    if !fields.is_empty() {
        return Err(Error::Invalid { fields });
    }
    if rows::is_named(tx, &store::name_key(name), id)? {
        return Err(Error::NameTaken);
    }
    Ok(Policy {
        id,
        name: name.to_owned(),
        description: new.description.trim().to_owned(),
        everyone: new.everyone,
        apps: new.apps.clone(),
        groups,
        created_at: at,
        updated_at: at,
    })
}

fn audit(
    tx: &Tx<'_>,
    (action, id, at): (&'static str, SetupPolicyId, Timestamp),
    (before, after): (Option<&Policy>, Option<&Policy>),
) -> db::Result<()> {
    let subject = Subject::new("setup_policy", id);
    let change =
        Change { action, subject, before: before.map(document), after: after.map(document), at };
    event_log::audit(tx, &change)
}

fn document(policy: &Policy) -> Json {
    let app = |it: &PolicyApp| json!({ "app": it.app, "pinned": it.is_pinned });
    let group = |it: &PolicyGroup| json!({ "group": it.group, "rank": it.rank });
    json!({
        "name": policy.name,
        "description": policy.description,
        "everyone": policy.everyone,
        "apps": policy.apps.iter().map(app).collect::<Vec<_>>(),
        "groups": policy.groups.iter().map(group).collect::<Vec<_>>(),
    })
}

const MAX_NAME_CHARS: usize = 100;
const MAX_DESCRIPTION_CHARS: usize = 1000;
const MAX_APPS: usize = 100;
const MAX_GROUPS: usize = 200;
