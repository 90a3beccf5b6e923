//! OpenID Connect providers that a tenant signs in with.

use jiff::Timestamp;
use kernel::{GroupId, Permission, ProviderId, Scope, Secret, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

pub(crate) use self::store::{all, is_enabled};
use self::store::{insert, lookup, update};
use crate::{
    Caller, Error, Identity, Result, Role, Thing, audit::Change, external::delegation, taken,
    tenants, text,
};

mod store;

/// A provider, without its client secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// The identifier.
    pub id: ProviderId,
    /// What the button says.
    pub name: String,
    /// The issuer; for Entra also with `{tenantid}`.
    pub issuer: String,
    /// The hub's name at the provider.
    pub client_id: String,
    /// Whether a client secret is stored.
    pub has_secret: bool,
    /// Who may come in, and as what.
    pub rules: ProviderRules,
    /// Whether the pages offer it.
    pub enabled: bool,
    /// When it was added.
    pub created_at: Timestamp,
}

/// Who may come in through a provider, and as what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProviderRules {
    /// Makes an account for a subject that is not known yet.
    pub provision: bool,
    /// Domains of which the provider's verified addresses are believed: a subject that is not known yet is
    /// then linked with the account that has the address. Empty: never.
    pub trusted_domains: Vec<String>,
    /// Roles by claims. A role that is named here is given and taken at each sign-in.
    pub roles: Vec<RoleRule>,
    /// Groups by claims. A group that is named here is joined and left at each sign-in.
    pub groups: Vec<GroupRule>,
    /// Values of `amr` (RFC 8176) that count as a second factor.
    pub second_factor_amr: Vec<String>,
    /// Values of `acr` that count as a second factor.
    pub second_factor_acr: Vec<String>,
    /// Keeps each person's tokens, sealed, so that connectors can act on their behalf; asks for `offline_access`.
    pub act_for: bool,
    /// What else is asked for at a sign-in, such as `api://connector/access_as_user`.
    pub scopes: Vec<String>,
}

impl Default for ProviderRules {
    fn default() -> Self {
        Self {
            provision: false,
            trusted_domains: Vec::new(),
            roles: Vec::new(),
            groups: Vec::new(),
            second_factor_amr: ["mfa", "otp", "hwk", "sc", "fido"].map(str::to_owned).to_vec(),
            second_factor_acr: Vec::new(),
            act_for: false,
            scopes: Vec::new(),
        }
    }
}

/// Gives a role to whom a claim holds a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleRule {
    /// The name of the claim, such as `roles`.
    pub claim: String,
    /// The value, alone or in a list.
    pub value: String,
    /// The role.
    pub role: Role,
}

/// Puts into a group whom a claim holds a value of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupRule {
    /// The name of the claim, such as `groups`.
    pub claim: String,
    /// The value, alone or in a list.
    pub value: String,
    /// The group.
    pub group: GroupId,
}

/// A provider to add, or what a provider shall be from now on.
#[derive(Debug, Clone)]
pub struct ProviderInput {
    /// What the button says.
    pub name: String,
    /// The issuer.
    pub issuer: String,
    /// The hub's name at the provider.
    pub client_id: String,
    /// The client secret; `None` keeps the one that is stored.
    pub client_secret: Option<Secret<String>>,
    /// Who may come in, and as what.
    pub rules: ProviderRules,
    /// Whether the pages offer it.
    pub enabled: bool,
}

/// A provider with its client secret, for the OpenID Connect client alone.
#[derive(Debug, Clone)]
pub(crate) struct ProviderClient {
    /// The identifier.
    pub(crate) id: ProviderId,
    /// The issuer.
    pub(crate) issuer: String,
    /// The hub's name at the provider.
    pub(crate) client_id: String,
    /// The client secret.
    pub(crate) client_secret: Option<Secret<String>>,
    /// What is asked for beside `openid`.
    pub(crate) scopes: Vec<String>,
    /// Whether tokens are kept.
    pub(crate) act_for: bool,
}

impl Identity {
    /// The providers of the tenant, by name.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn providers(&self, scope: &Scope) -> Result<Vec<Provider>> {
        scope.require(Permission::SettingsManage)?;
        Ok(self.db.read_one(scope, all).await?)
    }

    /// Name and identifier of each provider that the sign-in page offers.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn offered_providers(
        &self,
        caller: &Caller,
        tenant: TenantId,
    ) -> Result<Vec<(ProviderId, String)>> {
        let scope = Self::unsigned(tenant, caller, "sign-in");
        let all = self.db.read_one(&scope, all).await?;
        Ok(all.into_iter().filter(|p| p.enabled).map(|p| (p.id, p.name)).collect())
    }

    /// The issuers of the providers that the pages offer; clients without a person read them to learn where
    /// tokens come from. Templates of Entra are left out: they are no addresses.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn trusted_issuers(&self, tenant: TenantId) -> Result<Vec<String>> {
        let scope = self.system(tenant, "sign-in");
        let all = self.db.read_one(&scope, all).await?;
        let offered = all.into_iter().filter(|provider| provider.enabled);
        Ok(offered.map(|provider| provider.issuer).filter(|issuer| !issuer.contains('{')).collect())
    }

    /// Adds a provider.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Escalation`], [`Error::Invalid`], [`Error::Taken`], [`Error::Store`].
    pub async fn create_provider(&self, scope: &Scope, new: ProviderInput) -> Result<Provider> {
        scope.require(Permission::SettingsManage)?;
        check(scope, &new)?;
        let id: ProviderId = self.ids.fresh();
        let secret = self.sealed_secret(scope, id, &new)?;
        let provider = Provider {
            id,
            name: new.name.trim().to_owned(),
            issuer: new.issuer,
            client_id: new.client_id,
            has_secret: secret.is_some(),
            rules: new.rules,
            enabled: new.enabled,
            created_at: self.clock.now(),
        };
        let made = provider.clone();
        let outcome = self
            .db
            .write(scope, move |tx| {
                insert(tx, &provider, secret.as_deref())?;
                let change = Change::new("provider.create", "provider", provider.id);
                let change = change.after(&view(&provider));
                Ok::<_, Error>(change.write(tx, provider.created_at)?)
            })
            .await;
        taken(outcome, Thing::Provider)?;
        Ok(made)
    }

    /// Changes a provider.
    ///
    /// # Errors
    /// As [`Identity::create_provider`]; also [`Error::Unknown`].
    pub async fn update_provider(
        &self,
        scope: &Scope,
        id: ProviderId,
        input: ProviderInput,
    ) -> Result<Provider> {
        scope.require(Permission::SettingsManage)?;
        check(scope, &input)?;
        let secret = self.sealed_secret(scope, id, &input)?;
        let now = self.clock.now();
        let outcome = self
            .db
            .write(scope, move |tx| {
                let before = lookup(tx, id)?.ok_or(Error::Unknown(Thing::Provider))?.0;
                let after = Provider {
                    name: input.name.trim().to_owned(),
                    issuer: input.issuer.clone(),
                    client_id: input.client_id.clone(),
                    has_secret: before.has_secret || secret.is_some(),
                    rules: input.rules.clone(),
                    enabled: input.enabled,
                    ..before.clone()
                };
                update(tx, &after, secret.as_deref())?;
                if !after.rules.act_for {
                    delegation::delete_of_provider(tx, id)?;
                }
                // who stays with a token of this provider is asked again
                tx.notify(tenants::TOPIC, tx.tenant().uuid(), 0);
                let change = Change::new("provider.update", "provider", id);
                change.before(&view(&before)).after(&view(&after)).write(tx, now)?;
                Ok::<_, Error>(after)
            })
            .await;
        self.cache.forget_people(scope.tenant());
        taken(outcome, Thing::Provider)
    }

    /// Forgets the client secret of a provider: from now on the hub is a public client there.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn remove_provider_secret(&self, scope: &Scope, id: ProviderId) -> Result<Provider> {
        const SQL: &str = "UPDATE sign_in_providers SET client_secret = NULL \
                           WHERE tenant_id = $1 AND id = $2";
        scope.require(Permission::SettingsManage)?;
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                let before = lookup(tx, id)?.ok_or(Error::Unknown(Thing::Provider))?.0;
                let after = Provider { has_secret: false, ..before.clone() };
                if before.has_secret {
                    tx.execute(SQL, &[tx.tenant().into(), id.into()])?;
                    let change = Change::new("provider.update", "provider", id);
                    change.before(&view(&before)).after(&view(&after)).write(tx, now)?;
                }
                Ok::<_, Error>(after)
            })
            .await
    }

    /// Deletes a provider; accounts that were linked with it stay, and are known again if it comes back.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn delete_provider(&self, scope: &Scope, id: ProviderId) -> Result<()> {
        const SQL: &str = "DELETE FROM sign_in_providers WHERE tenant_id = $1 AND id = $2";
        scope.require(Permission::SettingsManage)?;
        let now = self.clock.now();
        let outcome = self
            .db
            .write(scope, move |tx| {
                let before = lookup(tx, id)?.ok_or(Error::Unknown(Thing::Provider))?.0;
                tx.execute(SQL, &[tx.tenant().into(), id.into()])?;
                delegation::delete_of_provider(tx, id)?;
                tx.notify(tenants::TOPIC, tx.tenant().uuid(), 0);
                let change = Change::new("provider.delete", "provider", id).before(&view(&before));
                Ok::<_, Error>(change.write(tx, now)?)
            })
            .await;
        self.cache.forget_people(scope.tenant());
        outcome
    }

    /// The issuer of a provider, enabled or not.
    pub(crate) async fn issuer_of(&self, scope: &Scope, id: ProviderId) -> Result<String> {
        let found = self.db.read_one(scope, move |tx| lookup(tx, id)).await?;
        found.map(|(provider, _)| provider.issuer).ok_or(Error::Unknown(Thing::Provider))
    }

    /// An enabled provider with its rules and its client secret.
    pub(crate) async fn provider_client(
        &self,
        scope: &Scope,
        id: ProviderId,
    ) -> Result<(ProviderRules, ProviderClient)> {
        let found = self.db.read_one(scope, move |tx| lookup(tx, id)).await?;
        let (provider, sealed) =
            found.filter(|(p, _)| p.enabled).ok_or(Error::Unknown(Thing::Provider))?;
        let client_secret = match sealed {
            Some(sealed) => {
                let plain = self.sealer.open(&place(scope, id), &sealed)?;
                let text = String::from_utf8(plain.expose().clone());
                Some(Secret::new(text.map_err(|_source| seal::Error::Damaged)?))
            }
            None => None,
        };
        let Provider { issuer, client_id, rules, .. } = provider;
        let (scopes, act_for) = (scopes(&rules), rules.act_for);
        Ok((rules, ProviderClient { id, issuer, client_id, client_secret, scopes, act_for }))
    }

    fn sealed_secret(
        &self,
        scope: &Scope,
        id: ProviderId,
        input: &ProviderInput,
    ) -> Result<Option<Vec<u8>>> {
        let seal = |s: &Secret<String>| self.sealer.seal(&place(scope, id), s.expose().as_bytes());
        Ok(input.client_secret.as_ref().map(seal).transpose()?)
    }
}

fn place(scope: &Scope, id: ProviderId) -> seal::Context {
    seal::Context::new("sign_in_providers.client_secret", scope.tenant(), id.uuid())
}

fn check(scope: &Scope, input: &ProviderInput) -> Result<()> {
    text::name("/name", &input.name)?;
    let is_web = |url: Url| matches!(url.scheme(), "https" | "http") && url.has_host();
    // Entra writes its tenants' issuers as a template; the braces are no part of a path otherwise.
    let issuer = input.issuer.replace("{tenantid}", "common");
    if !Url::parse(&issuer).is_ok_and(is_web) {
        let detail = "an address such as https://id.example.org";
        return Err(Error::field("/issuer", "issuer.invalid", detail));
    }
    if input.client_id.is_empty() || input.client_id.len() > MAX_CLIENT_ID {
        return Err(Error::field("/client_id", "client_id.invalid", "1 to 300 characters"));
    }
    for domain in &input.rules.trusted_domains {
        text::host("/rules/trusted_domains", domain)?;
    }
    let is_scope = |s: &String| {
        (1..=MAX_SCOPE).contains(&s.len())
            && s.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\\'))
    };
    if input.rules.scopes.len() > MAX_SCOPES || !input.rules.scopes.iter().all(is_scope) {
        let detail = "at most 20, each of visible ASCII without blanks, quotes and backslashes";
        return Err(Error::field("/rules/scopes", "scope.invalid", detail));
    }
    if input.rules.roles.len() + input.rules.groups.len() > MAX_RULES {
        return Err(Error::field("/rules", "rules.too_many", "at most 200 rules"));
    }
    for rule in &input.rules.roles {
        if !crate::rights::within(scope, crate::roles::rights(&[rule.role])) {
            return Err(Error::Escalation);
        }
    }
    Ok(())
}

/// What is asked for beside `openid` (OpenID Connect Core §5.4, §11).
fn scopes(rules: &ProviderRules) -> Vec<String> {
    let mut scopes = ["profile", "email"].map(str::to_owned).to_vec();
    if rules.act_for {
        scopes.push("offline_access".to_owned());
    }
    for scope in &rules.scopes {
        if !scopes.contains(scope) {
            scopes.push(scope.clone());
        }
    }
    scopes
}

fn view(provider: &Provider) -> serde_json::Value {
    json!({
        "name": provider.name, "issuer": provider.issuer, "client_id": provider.client_id,
        "client_secret": if provider.has_secret { "***" } else { "" },
        "rules": provider.rules, "enabled": provider.enabled,
    })
}

const MAX_CLIENT_ID: usize = 300;
const MAX_RULES: usize = 200;
const MAX_SCOPES: usize = 20;
const MAX_SCOPE: usize = 300;
