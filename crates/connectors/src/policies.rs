//! Data policies as administrators handle them: made, changed, tried, deleted, and asked.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
};

use db::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::{
    ApiConnectorId, ConnectionId, DataPolicyId, EnvironmentId, FieldError, Permission, Scope,
    TenantId, UserId,
};
use serde_json::json;
use url::Url;

use crate::{
    Connectors, Error, Result,
    cache::POLICIES,
    catalogue::{Audited, known_environment},
    model::{Connector, Dependent},
    policy::{
        DataPolicy, Ground, MAX_PATTERN, MAX_RULES, Policies, Reach, Rules, Subject, Violation,
    },
    store, text,
};

/// A data policy to make, or to put in the place of another one.
#[derive(Debug, Clone)]
pub struct NewPolicy {
    /// The name.
    pub name: String,
    /// Where it applies.
    pub reach: Reach,
    /// What it says.
    pub rules: Rules,
}

/// What a policy would break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The environment.
    pub environment: EnvironmentId,
    /// The connector.
    pub connector: ApiConnectorId,
    /// Its name.
    pub name: String,
    /// The operation, when only some are concerned.
    pub operation: Option<String>,
    /// Why.
    pub ground: Ground,
    /// How often it was called while the log of calls goes back.
    pub calls: i64,
    /// What stands on the connector.
    pub dependents: Vec<Dependent>,
    /// The connections that nobody could use any longer, the oldest first; none where only an operation is concerned.
    pub connections: Vec<Held>,
}

/// A connection that a policy would refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The connection.
    pub id: ConnectionId,
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub owner: Option<UserId>,
    /// Whether everybody in the organisation may use it.
    pub shared: bool,
}

impl Connectors {
    /// The data policies, by name.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn data_policies(&self, scope: &Scope) -> Result<Vec<DataPolicy>> {
        scope.require(Permission::DataPolicyManage)?;
        Ok(self.db.read_one(scope, store::policies::all).await?)
    }

    /// One data policy.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PolicyNotFound`], [`Error::Store`].
    pub async fn data_policy(&self, scope: &Scope, id: DataPolicyId) -> Result<DataPolicy> {
        scope.require(Permission::DataPolicyManage)?;
        let found = self.db.read_one(scope, move |tx| store::policies::lookup(tx, id)).await?;
        found.ok_or(Error::PolicyNotFound { policy: id })
    }

    /// Makes a data policy; it counts from the next call on.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`], [`Error::PolicyNameTaken`], [`Error::TooMany`], [`Error::Store`].
    pub async fn create_data_policy(&self, scope: &Scope, new: NewPolicy) -> Result<DataPolicy> {
        scope.require(Permission::DataPolicyManage)?;
        check(&new)?;
        let now = self.clock.now();
        let policy = DataPolicy {
            id: self.ids.fresh(),
            name: new.name.trim().to_owned(),
            reach: new.reach,
            rules: new.rules,
            created_by: scope.user(),
            created_at: now,
            updated_at: now,
        };
        let (made, limit) = (policy.clone(), i64::from(self.settings.max_policies));
        let outcome = self
            .db
            .write(scope, move |tx| {
                check_environments(tx, &policy.reach)?;
                let all = store::policies::all(tx)?;
                if i64::try_from(all.len()).unwrap_or(i64::MAX) >= limit {
                    return Err(Error::TooMany { limit });
                }
                store::policies::insert(tx, &policy)?;
                tx.notify(POLICIES, tx.tenant().uuid(), 0);
                let change = Audited::new("data_policy.create", policy.id, now);
                Ok(change.after(view(&policy)).write(tx)?)
            })
            .await;
        taken(outcome)?;
        Ok(made)
    }

    /// Puts another content in the place of a data policy's.
    ///
    /// # Errors
    /// As [`Connectors::create_data_policy`]; [`Error::PolicyNotFound`].
    pub async fn update_data_policy(
        &self,
        scope: &Scope,
        id: DataPolicyId,
        new: NewPolicy,
    ) -> Result<DataPolicy> {
        scope.require(Permission::DataPolicyManage)?;
        check(&new)?;
        let now = self.clock.now();
        let outcome = self
            .db
            .write(scope, move |tx| {
                check_environments(tx, &new.reach)?;
                let before =
                    store::policies::lookup(tx, id)?.ok_or(Error::PolicyNotFound { policy: id })?;
                let after = DataPolicy {
                    name: new.name.trim().to_owned(),
                    reach: new.reach.clone(),
                    rules: new.rules.clone(),
                    updated_at: now,
                    ..before.clone()
                };
                store::policies::update(tx, &after)?;
                tx.notify(POLICIES, tx.tenant().uuid(), 0);
                let change = Audited::new("data_policy.update", id, now);
                change.before(view(&before)).after(view(&after)).write(tx)?;
                Ok(after)
            })
            .await;
        taken(outcome)
    }

    /// Deletes a data policy.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PolicyNotFound`], [`Error::Store`].
    pub async fn delete_data_policy(&self, scope: &Scope, id: DataPolicyId) -> Result<()> {
        scope.require(Permission::DataPolicyManage)?;
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                let before =
                    store::policies::lookup(tx, id)?.ok_or(Error::PolicyNotFound { policy: id })?;
                store::policies::delete(tx, id)?;
                tx.notify(POLICIES, tx.tenant().uuid(), 0);
                let change = Audited::new("data_policy.delete", id, now);
                Ok(change.before(view(&before)).write(tx)?)
            })
            .await
    }

    /// What a policy would break that works today: made anew, or in the place of `replaced`. Changes nothing.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`], [`Error::Store`].
    pub async fn try_data_policy(
        &self,
        scope: &Scope,
        new: NewPolicy,
        replaced: Option<DataPolicyId>,
    ) -> Result<Vec<Broken>> {
        scope.require(Permission::DataPolicyManage)?;
        check(&new)?;
        self.flush_calls().await?;
        let now = self.clock.now();
        let id = replaced.unwrap_or_else(|| self.ids.fresh());
        let policy = DataPolicy {
            id,
            name: new.name.clone(),
            reach: new.reach,
            rules: new.rules,
            created_by: None,
            created_at: now,
            updated_at: now,
        };
        let look = |tx: &Tx<'_>| Ok::<_, Error>((store::all(tx)?, store::policies::all(tx)?));
        let (connectors, mut policies) = self.db.read(scope, look).await?;
        let today = Policies::new(policies.clone());
        policies.retain(|known| known.id != id);
        policies.push(policy);
        let then = Policies::new(policies);
        let mut found = Vec::new();
        for connector in &connectors {
            if found.len() >= MAX_BROKEN {
                break;
            }
            found.extend(self.newly_broken(scope, connector, (&today, &then)).await?);
        }
        self.with_figures(scope, found, now).await
    }

    async fn newly_broken(
        &self,
        scope: &Scope,
        connector: &Connector,
        (today, then): (&Policies, &Policies),
    ) -> Result<Vec<Broken>> {
        let (environment, id) = (connector.environment, connector.id);
        if then.is_free(environment) {
            return Ok(Vec::new());
        }
        let compiled = self.compiled_version(scope, id, connector.version.number).await?;
        let address = compiled.address();
        let subject = Subject { connector: id, address: &address };
        let broken = |operation: Option<&str>, ground| Broken {
            environment,
            connector: id,
            name: connector.name.clone(),
            operation: operation.map(str::to_owned),
            ground,
            calls: 0,
            dependents: Vec::new(),
            connections: Vec::new(),
        };
        if let Some(violation) = then.judge(environment, subject, None) {
            let known = today.judge(environment, subject, None).is_some();
            return Ok(if known { Vec::new() } else { vec![broken(None, violation.ground)] });
        }
        if let Ok(url) = Url::parse(&address)
            && let Some(violation) = then.judge_address(environment, id, &url)
        {
            let known = today.judge_address(environment, id, &url).is_some();
            return Ok(if known { Vec::new() } else { vec![broken(None, violation.ground)] });
        }
        let operations = compiled.package().operations();
        let newly = |operation: &str| {
            let then = then.judge(environment, subject, Some(operation))?;
            let today = today.judge(environment, subject, Some(operation));
            today.is_none().then(|| broken(Some(operation), then.ground))
        };
        Ok(operations.iter().filter_map(|operation| newly(&operation.id)).collect())
    }

    async fn with_figures(
        &self,
        scope: &Scope,
        mut found: Vec<Broken>,
        now: Timestamp,
    ) -> Result<Vec<Broken>> {
        let days = i64::from(self.settings.call_log_days);
        let since = now - SignedDuration::from_hours(24 * days);
        found.truncate(MAX_BROKEN);
        self.db
            .read(scope, move |tx| {
                let mut known: BTreeMap<ApiConnectorId, Vec<Dependent>> = BTreeMap::new();
                let mut found = found.clone();
                for broken in &mut found {
                    let operation = broken.operation.as_deref();
                    broken.calls = store::calls::count(tx, broken.connector, operation, since)?;
                    let dependents = match known.entry(broken.connector) {
                        Entry::Occupied(known) => known.into_mut(),
                        Entry::Vacant(place) => {
                            place.insert(store::dependents(tx, broken.connector)?)
                        }
                    };
                    broken.dependents.clone_from(dependents);
                    if broken.operation.is_none() {
                        broken.connections = store::connections::held(tx, broken.connector)?;
                    }
                }
                Ok(found)
            })
            .await
    }

    /// Whether connectors and their operations may be used together in an environment; for whoever builds upon
    /// several. The violation names its policy to administrators only.
    ///
    /// # Errors
    /// [`Error::PolicyViolation`], [`Error::NotFound`], [`Error::Store`].
    pub async fn check_policy(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
        uses: &[(ApiConnectorId, Option<&str>)],
    ) -> Result<()> {
        let policies = self.policies(scope).await?;
        if policies.is_free(environment) {
            return Ok(());
        }
        let mut addresses = Vec::new();
        for (connector, operation) in uses {
            let address = self.live(scope, *connector).await?.address.clone();
            let subject = Subject { connector: *connector, address: &address };
            if let Some(violation) = policies.judge(environment, subject, *operation) {
                return Err(forbidden(scope, &violation));
            }
            addresses.push((*connector, address));
        }
        let subjects: Vec<_> = addresses
            .iter()
            .map(|(connector, address)| Subject { connector: *connector, address })
            .collect();
        match policies.judge_together(environment, &subjects) {
            Some(violation) => Err(forbidden(scope, &violation)),
            None => Ok(()),
        }
    }

    /// What data policies refuse of a connector as its current version is: all of it, or single operations with a pointer
    /// such as `/operations/GetItems`. A version is published all the same; its makers are told.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::Store`].
    pub async fn policy_warnings(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
    ) -> Result<Vec<FieldError>> {
        scope.require(Permission::ConnectorManage)?;
        let live = self.live(scope, id).await?;
        let policies = self.policies(scope).await?;
        if policies.is_free(live.environment) {
            return Ok(Vec::new());
        }
        let subject = Subject { connector: id, address: &live.address };
        let whole = policies.judge(live.environment, subject, None).or_else(|| {
            let url = Url::parse(&live.address).ok()?;
            policies.judge_address(live.environment, id, &url)
        });
        if let Some(violation) = whole {
            return Ok(vec![said(scope, String::new(), &violation)]);
        }
        let compiled = self.compiled_version(scope, id, live.number).await?;
        let operations = compiled.package().operations();
        let warning = |operation: &str| {
            let violation = policies.judge(live.environment, subject, Some(operation))?;
            Some(said(scope, format!("/operations/{operation}"), &violation))
        };
        Ok(operations.iter().filter_map(|op| warning(&op.id)).take(MAX_BROKEN).collect())
    }

    /// The policies of the scope's tenant, from memory or from their rows.
    pub(crate) async fn policies(&self, scope: &Scope) -> Result<Arc<Policies>> {
        let version = self.cache.version();
        let tenant: TenantId = scope.tenant();
        if let Some(known) = self.cache.policies(tenant) {
            return Ok(known);
        }
        let all = self.db.read_one(scope, store::policies::all).await?;
        let all = Arc::new(Policies::new(all));
        self.cache.keep_policies(tenant, &all, version);
        Ok(all)
    }
}

/// The refusal; only who may change policies is told which one it was.
pub(crate) fn forbidden(scope: &Scope, violation: &Violation) -> Error {
    Error::PolicyViolation { fields: vec![said(scope, String::new(), violation)] }
}

fn said(scope: &Scope, pointer: String, violation: &Violation) -> FieldError {
    let detail = if scope.may(Permission::DataPolicyManage) {
        format!("{} ({})", violation.name, violation.policy)
    } else {
        "ask an administrator".to_owned()
    };
    FieldError::new(pointer, violation.ground.code(), detail)
}

fn check(new: &NewPolicy) -> Result<()> {
    text::name("/name", &new.name)?;
    let Rules { connectors, operations, endpoints, .. } = &new.rules;
    for (pointer, count) in [
        ("/rules/connectors", connectors.len()),
        ("/rules/operations", operations.iter().map(|o| o.rules.len() + 1).sum()),
        ("/rules/endpoints", endpoints.iter().map(|e| e.rules.len() + 1).sum()),
    ] {
        if count > MAX_RULES {
            let detail = format!("at most {MAX_RULES} rules");
            return Err(Error::invalid(pointer, "data_policy.too_many_rules", detail));
        }
    }
    for (at, rule) in connectors.iter().enumerate() {
        let pointer = format!("/rules/connectors/{at}");
        match (&rule.connector, &rule.pattern) {
            (Some(_), None) => {}
            (None, Some(pattern)) => check_pattern(&format!("{pointer}/pattern"), pattern)?,
            _ => {
                let detail = "a connector or a pattern, one of both";
                return Err(Error::invalid(pointer, "data_policy.rule_unclear", detail));
            }
        }
    }
    for (at, rules) in endpoints.iter().enumerate() {
        for (rule_at, rule) in rules.rules.iter().enumerate() {
            let pointer = format!("/rules/endpoints/{at}/rules/{rule_at}/pattern");
            check_pattern(&pointer, &rule.pattern)?;
        }
    }
    Ok(())
}

fn check_pattern(pointer: &str, pattern: &str) -> Result<()> {
    let length = pattern.trim().chars().count();
    if length == 0 || length > MAX_PATTERN || pattern.chars().any(char::is_control) {
        let detail = "an address in which * stands for any text";
        return Err(Error::invalid(pointer.to_owned(), "data_policy.pattern_invalid", detail));
    }
    Ok(())
}

fn check_environments(tx: &Tx<'_>, reach: &Reach) -> Result<()> {
    if !matches!(reach, Reach::All) && reach.environments().is_empty() {
        let detail = "name one environment at least";
        return Err(Error::invalid("/environments", "data_policy.reach_empty", detail));
    }
    for environment in reach.environments() {
        known_environment(tx, *environment)?;
    }
    Ok(())
}

fn view(policy: &DataPolicy) -> serde_json::Value {
    json!({
        "name": policy.name, "reach": policy.reach.as_str(),
        "environments": policy.reach.environments(), "rules": policy.rules,
    })
}

/// A broken unique index says that the name is taken.
fn taken<T>(outcome: Result<T>) -> Result<T> {
    outcome.map_err(|error| match error {
        Error::Store(e) if e.is_unique() => Error::PolicyNameTaken,
        other => other,
    })
}

/// What a dry run names at most; our own choice.
const MAX_BROKEN: usize = 500;
