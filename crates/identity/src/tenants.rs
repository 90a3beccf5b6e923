//! Tenants: one out of the box, many possible.

use db::{Result as StoreResult, Row, Tx};
use jiff::Timestamp;
use kernel::{Language, Permission, Scope, TenantId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Error, Identity, Result, error::Thing, roles::Role, system::SystemScopes, text};

/// One organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// The identifier.
    pub id: TenantId,
    /// The name that people see.
    pub name: String,
    /// The host name whose pages sign in to this tenant; the first tenant needs none.
    pub host: Option<String>,
    /// The language of texts that are for nobody in particular.
    pub language: Language,
    /// What its administrators decided.
    pub policy: Policy,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A tenant to make.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// The name that people see.
    pub name: String,
    /// The language of texts that are for nobody in particular.
    pub language: Language,
    /// The host name whose pages sign in to this tenant.
    pub host: Option<String>,
}

/// What the administrators of a tenant decide about signing in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct Policy {
    /// Who has one of these roles does not administer without a second factor.
    pub second_factor_roles: Vec<Role>,
}

impl Policy {
    pub(crate) fn read(row: &Row, column: usize) -> StoreResult<Self> {
        let json: serde_json::Value = row.get(column)?;
        serde_json::from_value(json)
            .map_err(|_source| db::Error::Inconsistent { column, expected: "a sign-in policy" })
    }

    fn json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

impl Identity {
    /// The tenant of the scope.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn tenant(&self, scope: &Scope) -> Result<Tenant> {
        scope.require(Permission::ProfileRead)?;
        let found = self.db.read_one(scope, lookup).await?;
        found.ok_or(Error::Unknown(Thing::Tenant))
    }

    /// The tenant whose pages a host name shows: the one that carries it, else the first one.
    ///
    /// # Errors
    /// [`Error::Unknown`] before the first tenant is made, [`Error::Store`].
    pub async fn home(&self, host: &str) -> Result<Tenant> {
        let all = self.all_tenants().await?;
        let host = without_port(host);
        let named =
            all.iter().find(|t| t.host.as_deref().is_some_and(|h| h.eq_ignore_ascii_case(host)));
        named.or(all.first()).cloned().ok_or(Error::Unknown(Thing::Tenant))
    }

    /// Changes the name, the host, the language or the policy of the tenant.
    ///
    /// Sessions belong to browsers and hosts: after a change of the host people sign in anew at the new name,
    /// and sessions that are open under the old one go on until they end.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`], [`Error::Taken`] when another tenant has the host,
    /// [`Error::Store`].
    pub async fn update_tenant(&self, scope: &Scope, patch: TenantPatch) -> Result<Tenant> {
        scope.require(Permission::SettingsManage)?;
        if let Some(name) = &patch.name {
            text::name("/name", name)?;
        }
        self.check_host(scope, patch.host.as_ref()).await?;
        let now = self.clock.now();
        let outcome = self
            .db
            .write(scope, move |tx| {
                let before = lookup(tx)?.ok_or(Error::Unknown(Thing::Tenant))?;
                let after = Tenant {
                    name: patch.name.clone().unwrap_or_else(|| before.name.clone()),
                    host: match &patch.host {
                        Some(host) => host.as_ref().map(|host| host.to_ascii_lowercase()),
                        None => before.host.clone(),
                    },
                    language: patch.language.unwrap_or(before.language),
                    policy: patch.policy.clone().unwrap_or_else(|| before.policy.clone()),
                    ..before.clone()
                };
                update(tx, &after)?;
                tx.notify(TOPIC, tx.tenant().uuid(), 0);
                let change = crate::audit::Change::new("tenant.update", "tenant", after.id);
                change.before(&view(&before)).after(&view(&after)).write(tx, now)?;
                Ok::<_, Error>(after)
            })
            .await;
        let tenant = crate::taken(outcome, Thing::Tenant)?;
        self.cache.forget_people(scope.tenant());
        Ok(tenant)
    }

    /// A host is a name without a port; only the first tenant can do without one.
    async fn check_host(&self, scope: &Scope, host: Option<&Option<String>>) -> Result<()> {
        match host {
            None => Ok(()),
            Some(Some(host)) => text::host("/host", host),
            Some(None) => {
                let first = self.all_tenants().await?.first().map(|tenant| tenant.id);
                if first == Some(scope.tenant()) {
                    return Ok(());
                }
                let detail = "only the first organisation of a hub can do without a host name";
                Err(Error::field("/host", "host.needed", detail))
            }
        }
    }

    /// Every tenant, the first one first.
    pub(crate) async fn all_tenants(&self) -> Result<Vec<Tenant>> {
        let anywhere = self.system(Uuid::nil().into(), "tenants");
        Ok(self.db.read_one(&anywhere, all).await?)
    }
}

/// What to change of a tenant; `None` leaves as it is.
#[derive(Debug, Clone, Default)]
pub struct TenantPatch {
    /// The name.
    pub name: Option<String>,
    /// The host name whose pages sign in to it; `Some(None)` takes it away.
    pub host: Option<Option<String>>,
    /// The language.
    pub language: Option<Language>,
    /// The sign-in policy.
    pub policy: Option<Policy>,
}

impl SystemScopes {
    /// Makes a tenant.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::Taken`] when another tenant has the host, [`Error::Store`].
    pub async fn create_tenant(&self, new: NewTenant) -> Result<Tenant> {
        text::name("/name", &new.name)?;
        if let Some(host) = &new.host {
            text::host("/host", host)?;
        }
        let identity = &self.0;
        let now = identity.clock.now();
        let tenant = Tenant {
            id: identity.ids.fresh(),
            name: new.name.trim().to_owned(),
            host: new.host.map(|host| host.to_ascii_lowercase()),
            language: new.language,
            policy: Policy::default(),
            created_at: now,
        };
        let check = identity.sealer.seal(&seal_check(tenant.id), SEAL_CHECK)?;
        let scope = self.scope(tenant.id, "tenants");
        let made = tenant.clone();
        let outcome = identity
            .db
            .write(&scope, move |tx| {
                insert(tx, &tenant, &check)?;
                crate::environments::begin(tx, now)?;
                let change = crate::audit::Change::new("tenant.create", "tenant", tenant.id);
                change.after(&view(&tenant)).write(tx, now)?;
                Ok::<_, Error>(())
            })
            .await;
        crate::taken(outcome, Thing::Tenant)?;
        Ok(made)
    }

    /// The first tenant, made when there is none.
    ///
    /// # Errors
    /// As [`SystemScopes::create_tenant`].
    pub async fn ensure_first_tenant(&self, name: &str, language: Language) -> Result<Tenant> {
        match self.tenants().await?.into_iter().next() {
            Some(tenant) => Ok(tenant),
            None => {
                self.create_tenant(NewTenant { name: name.to_owned(), language, host: None }).await
            }
        }
    }

    /// Whether the sealing key opens the data of every tenant; for the start and for a restore.
    ///
    /// # Errors
    /// [`Error::Seal`] names the key that is needed.
    pub async fn check_seal(&self) -> Result<()> {
        for tenant in self.tenants().await? {
            let scope = self.scope(tenant.id, "seal-check");
            let sealed = self.0.db.read_one(&scope, sealed_check).await?;
            let sealed = sealed.ok_or(Error::Unknown(Thing::Tenant))?;
            self.0.sealer.open(&seal_check(tenant.id), &sealed)?;
        }
        Ok(())
    }
}

/// The name of a host as a browser sends it (RFC 9110 §7.2).
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

const fn seal_check(tenant: TenantId) -> seal::Context {
    seal::Context::new("tenants.seal_check", tenant, tenant.uuid())
}

fn view(tenant: &Tenant) -> serde_json::Value {
    serde_json::json!({
        "name": tenant.name, "host": tenant.host, "language": tenant.language,
        "policy": tenant.policy.json(),
    })
}

fn insert(tx: &Tx<'_>, tenant: &Tenant, check: &[u8]) -> StoreResult<()> {
    const SQL: &str = "INSERT INTO tenants (tenant_id, name, host, language, policy, seal_check, \
                       created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    tx.execute(
        SQL,
        &[
            tx.tenant().into(),
            (&tenant.name).into(),
            tenant.host.as_deref().into(),
            tenant.language.tag().into(),
            db::Value::json(&tenant.policy.json()),
            check.into(),
            tenant.created_at.into(),
        ],
    )?;
    Ok(())
}

fn update(tx: &Tx<'_>, tenant: &Tenant) -> StoreResult<u64> {
    const SQL: &str = "UPDATE tenants SET name = $2, language = $3, policy = $4, host = $5 \
                       WHERE tenant_id = $1";
    let policy = db::Value::json(&tenant.policy.json());
    let params = [
        tx.tenant().into(),
        (&tenant.name).into(),
        tenant.language.tag().into(),
        policy,
        tenant.host.as_deref().into(),
    ];
    tx.execute(SQL, &params)
}

fn lookup(tx: &Tx<'_>) -> StoreResult<Option<Tenant>> {
    const SQL: &str = "SELECT tenant_id, name, host, language, policy, created_at FROM tenants \
                       WHERE tenant_id = $1";
    tx.first(SQL, &[tx.tenant().into()])?.as_ref().map(read).transpose()
}

fn sealed_check(tx: &Tx<'_>) -> StoreResult<Option<Vec<u8>>> {
    const SQL: &str = "SELECT seal_check FROM tenants WHERE tenant_id = $1";
    tx.first(SQL, &[tx.tenant().into()])?.map(|row| row.get(0)).transpose()
}

fn all(tx: &Tx<'_>) -> StoreResult<Vec<Tenant>> {
    const SQL: &str = "SELECT tenant_id, name, host, language, policy, created_at FROM tenants \
                       ORDER BY created_at, tenant_id";
    tx.all(SQL, &[])?.iter().map(read).collect()
}

fn read(row: &Row) -> StoreResult<Tenant> {
    Ok(Tenant {
        id: row.id(0)?,
        name: row.get(1)?,
        host: row.get(2)?,
        language: row.parsed(3, |tag| tag.parse().ok())?,
        policy: Policy::read(row, 4)?,
        created_at: row.get(5)?,
    })
}

/// The topic of notices about a whole tenant.
pub const TOPIC: &str = "tenants";
const SEAL_CHECK: &[u8] = b"liaison";
