//! Signing in through a provider: from its checked answer to a session.
//!
//! The OpenID Connect client (crate `oauth`) speaks with the provider and proves issuer, subject and claims. A
//! person is known by issuer and subject alone; an address only links where an administrator said that the
//! provider's word for its domain is good.

use db::{Result as StoreResult, Tx};
use jiff::Timestamp;
use kernel::{ProviderId, Scope, Secret, TenantId, UserId};
use serde_json::{Map, Value as Json, json};

use self::claims::{candidates, display, factor, holds, trusted_address, zone};
use crate::{
    Caller, Error, Identity, NewSession, Result, Role, Thing, assignments,
    attempts::{Attempt, AttemptKind},
    audit::Change,
    groups,
    providers::{ProviderClient, ProviderRules},
    rights, secret, sign_in, text,
    users::{self, NewUser, User, UserState, store},
};

pub(crate) mod bearer;
mod claims;
pub(crate) mod delegation;
mod flow;
mod host;

pub use flow::{Arrival, Departure, Returned, Way};

/// A sign-in that has gone to a provider.
#[derive(Debug)]
pub(crate) struct ExternalAttempt {
    /// The provider.
    pub(crate) provider: ProviderClient,
    /// `state`; the browser also keeps it, so that the answer comes back to the same one.
    pub(crate) state: Secret<String>,
    /// `nonce`, to be found in the ID token.
    pub(crate) nonce: Secret<String>,
    /// The PKCE code verifier (RFC 7636 §4.1).
    pub(crate) verifier: Secret<String>,
    /// Where the person goes afterwards; a path of ours.
    pub(crate) return_to: String,
}

/// What a provider said, after the OpenID Connect client has checked it.
#[derive(Debug, Clone)]
pub struct ExternalSignIn {
    /// The provider.
    pub provider: ProviderId,
    /// `iss` of the ID token, as it is and not as a template.
    pub issuer: String,
    /// `sub`.
    pub subject: String,
    /// All claims, of the ID token and of the user information.
    pub claims: Map<String, Json>,
}

impl Identity {
    /// Begins a sign-in at a provider. `return_to` is a path of ours, anything else becomes `/`.
    ///
    /// # Errors
    /// [`Error::Unknown`] when the provider is not offered, [`Error::Store`], [`Error::Seal`].
    pub(crate) async fn begin_external(
        &self,
        caller: &Caller,
        tenant: TenantId,
        provider: ProviderId,
        return_to: &str,
    ) -> Result<ExternalAttempt> {
        let scope = Self::unsigned(tenant, caller, "sign-in");
        let (_, client) = self.provider_client(&scope, provider).await?;
        let (nonce, verifier) = (secret::draw(&self.ids), secret::draw(&self.ids));
        let return_to = if flow::is_own_path(return_to) { return_to } else { "/" }.to_owned();
        let payload = json!({
            "provider": provider, "nonce": nonce.expose(), "verifier": verifier.expose(),
            "return_to": return_to,
        });
        let attempt = Attempt { user: None, payload };
        let (state, _) = self.begin(&scope, AttemptKind::External, attempt).await?;
        Ok(ExternalAttempt { provider: client, state, nonce, verifier, return_to })
    }

    /// Takes the attempt that a provider's answer names with `state`; it cannot be taken twice.
    ///
    /// # Errors
    /// [`Error::Attempt`], [`Error::Unknown`] when the provider is no longer offered, [`Error::Store`].
    pub(crate) async fn take_external(
        &self,
        caller: &Caller,
        tenant: TenantId,
        state: &str,
    ) -> Result<ExternalAttempt> {
        let scope = Self::unsigned(tenant, caller, "sign-in");
        let attempt = self.take(&scope, AttemptKind::External, state).await?;
        let field =
            |name: &str| attempt.payload.get(name).and_then(Json::as_str).map(str::to_owned);
        let text = |name: &str| field(name).ok_or(Error::Attempt);
        let provider = text("provider")?.parse().map_err(|_source| Error::Attempt)?;
        let (_, client) = self.provider_client(&scope, provider).await?;
        Ok(ExternalAttempt {
            provider: client,
            state: Secret::new(state.to_owned()),
            nonce: Secret::new(text("nonce")?),
            verifier: Secret::new(text("verifier")?),
            return_to: text("return_to")?,
        })
    }

    /// Signs in whom a provider vouches for; makes or links the account where the provider's rules say so.
    ///
    /// # Errors
    /// [`Error::External`] when the subject is not known and may not be made, [`Error::SignIn`] when the account
    /// may not sign in, [`Error::Unknown`], [`Error::Store`].
    pub async fn sign_in_external(
        &self,
        caller: &Caller,
        tenant: TenantId,
        who: ExternalSignIn,
    ) -> Result<NewSession> {
        let scope = self.system(tenant, "sign-in").with_origin(caller.origin);
        let (rules, _) = self.provider_client(&scope, who.provider).await?;
        if who.subject.is_empty() || who.subject.len() > MAX_SUBJECT || who.issuer.is_empty() {
            return Err(Error::External);
        }
        let factor = factor(&rules, &who.claims);
        let user = self.resolve(&scope, &rules, &who).await?;
        let (session, credential) = self.new_session(caller, user, factor);
        let scope = Self::signed(tenant, caller, user);
        let now = self.clock.now();
        self.db
            .write(&scope, move |tx| {
                follow(tx, user, &rules, &who.claims, now)?;
                sign_in::start(tx, user, &credential, now)
            })
            .await?;
        self.cache.forget(user.uuid());
        Ok(session)
    }

    /// The account of a subject: the linked one, one to link, or a new one.
    async fn resolve(
        &self,
        scope: &Scope,
        rules: &ProviderRules,
        who: &ExternalSignIn,
    ) -> Result<UserId> {
        let trusted = trusted_address(rules, &who.claims);
        let candidates = candidates(who, trusted.as_deref());
        let (first, name) = display(&who.claims, &candidates);
        let new = NewUser {
            user_name: first,
            display_name: name,
            addresses: trusted.iter().cloned().collect(),
            language: None,
            time_zone: zone(&who.claims),
            password: None,
            roles: Vec::new(),
        };
        let (user, _) = self.prepare(new).await?;
        let (provision, who, now) = (rules.provision, who.clone(), self.clock.now());
        self.db
            .write(scope, move |tx| {
                if let Some(known) = lookup(tx, &who.issuer, &who.subject)? {
                    return Ok(known);
                }
                let owner = match &trusted {
                    Some(address) => store::find_by_address(tx, &text::fold(address))?,
                    None => None,
                };
                let id = match owner {
                    Some(owner) => owner,
                    None if provision => provision_user(tx, &user, &candidates, now)?,
                    None => return Err(Error::External),
                };
                link(tx, &who, id, now)?;
                let change = Change::new("user.link", "user", id);
                let what = json!({ "issuer": who.issuer, "subject": who.subject });
                change.after(&what).write(tx, now)?;
                Ok(id)
            })
            .await
    }
}

/// Stores a new account under the first name that is free.
fn provision_user(
    tx: &Tx<'_>,
    user: &User,
    candidates: &[String],
    now: Timestamp,
) -> Result<UserId> {
    for name in candidates {
        if store::find_by_name(tx, &text::fold(name))?.is_some() {
            continue;
        }
        let user = User { user_name: name.clone(), ..user.clone() };
        users::insert(tx, &user, None, now)?;
        Change::new("user.create", "user", user.id).after(&users::view(&user)).write(tx, now)?;
        return Ok(user.id);
    }
    Err(Error::Taken(Thing::User))
}

/// Gives and takes the roles and groups that the provider's rules name. The tenant's last administrator
/// stays one, whatever the claims say.
fn follow(
    tx: &Tx<'_>,
    user: UserId,
    rules: &ProviderRules,
    claims: &Map<String, Json>,
    now: Timestamp,
) -> Result<()> {
    let before = rights::of_user(tx, user)?;
    let needed = before.contains(&Role::GlobalAdministrator) && users::is_last(tx, user)?;
    let own = rights::own_of_user(tx, user)?;
    let mut named: Vec<Role> = rules.roles.iter().map(|rule| rule.role).collect();
    kernel::sort(&mut named);
    named.dedup();
    for role in named {
        let wanted =
            rules.roles.iter().any(|r| r.role == role && holds(claims, &r.claim, &r.value));
        let kept = needed && role == Role::GlobalAdministrator;
        if wanted {
            assignments::store_role(tx, user, role, now)?;
        } else if own.contains(&role) && !kept {
            assignments::delete_role(tx, user, role)?;
        }
    }
    for rule in &rules.groups {
        let wanted =
            rules.groups.iter().any(|r| r.group == rule.group && holds(claims, &r.claim, &r.value));
        let Some(group) = groups::lookup(tx, rule.group)? else { continue };
        let kept = needed && group.roles.contains(&Role::GlobalAdministrator);
        if wanted {
            groups::add(tx, rule.group, user, now)?;
        } else if !kept {
            groups::remove(tx, rule.group, user)?;
        }
    }
    let after = rights::of_user(tx, user)?;
    if before != after {
        tx.notify(users::TOPIC, user.uuid(), 0);
        let change = Change::new("role.follow_claims", "user", user);
        change.before(&json!(before)).after(&json!(after)).write(tx, now)?;
    }
    Ok(())
}

fn lookup(tx: &Tx<'_>, issuer: &str, subject: &str) -> StoreResult<Option<UserId>> {
    const SQL: &str = "SELECT e.user_id FROM external_identities e \
                       JOIN users u ON u.tenant_id = e.tenant_id AND u.id = e.user_id \
                       WHERE e.tenant_id = $1 AND e.issuer = $2 AND e.subject = $3";
    let row = tx.first(SQL, &[tx.tenant().into(), issuer.into(), subject.into()])?;
    row.map(|row| row.id(0)).transpose()
}

fn link(tx: &Tx<'_>, who: &ExternalSignIn, user: UserId, now: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO external_identities (tenant_id, issuer, subject, user_id, \
                       provider_id, linked_at) VALUES ($1, $2, $3, $4, $5, $6)";
    let active = store::lookup(tx, user)?.is_some_and(|u| u.state == UserState::Active);
    if !active {
        return Err(Error::SignIn);
    }
    let params = [
        tx.tenant().into(),
        (&who.issuer).into(),
        (&who.subject).into(),
        user.into(),
        who.provider.into(),
        now.into(),
    ];
    tx.execute(SQL, &params)?;
    Ok(())
}

/// `sub` has at most 255 characters (OpenID Connect Core §2).
const MAX_SUBJECT: usize = 1020;
