//! Access tokens of sign-in providers, presented to a resource of the hub.
//!
//! A token counts when an enabled provider of the tenant signed it for this resource, and when its subject is a person
//! who is known here from a sign-in: nobody is made or linked by a token. What it allows is what its scopes name, and
//! never more than the person may at this moment.

use std::sync::Arc;

use db::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::{
    Actor, CredentialId, Factor, Language, Permission, Permissions, ProviderId, Scope, TenantId,
    UserId,
};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::{claims, lookup};
use crate::{
    Caller, Error, Identity, Result,
    authenticate::issue,
    providers::{self, Provider},
    rights,
    secret::SecretHash,
};

/// A token that was proven. What the person may is looked up each time.
#[derive(Debug)]
pub(crate) struct Bearer {
    tenant: TenantId,
    hash: SecretHash,
    resource: String,
    provider: ProviderId,
    issuer: String,
    subject: String,
    factor: Factor,
    granted: Permissions,
    pub(crate) expires_at: Timestamp,
    proven_at: Timestamp,
}

/// Whom a token speaks for, and what it allows now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bearing {
    user: UserId,
    pub(crate) rights: Permissions,
    language: Option<Language>,
}

impl Identity {
    /// Finds out who presents an access token of a sign-in provider of `tenant` at the resource with the identifier
    /// `resource` (RFC 8707), such as `https://hub.example.org/mcp`.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when the token does not count here, [`Error::Provider`] when its provider cannot be
    /// asked for its keys, [`Error::Store`].
    pub async fn authenticate_at_resource(
        &self,
        tenant: TenantId,
        resource: &str,
        token: &str,
        caller: &Caller,
    ) -> Result<Scope> {
        let hash = SecretHash::of(token.as_bytes());
        let id = name_of(tenant, &hash);
        let now = self.clock.now();
        let known = self.bearers.get(&id).filter(|b| {
            b.hash == hash && b.tenant == tenant && b.resource == resource && b.is_fresh(now)
        });
        let bearer = if let Some(bearer) = known {
            bearer
        } else {
            let bearer = Box::pin(self.prove(tenant, resource, token, hash)).await?;
            self.bearers.insert(&id, Arc::clone(&bearer));
            bearer
        };
        let bearing = self.bearing_of(&bearer, caller).await?.ok_or(Error::Unauthenticated)?;
        Ok(issue(tenant, Actor::User(bearing.user), bearing.rights, caller)
            .with_language(bearing.language.or(caller.language).unwrap_or_default())
            .with_factor(bearer.factor)
            .with_credential(id))
    }

    /// What a token that was proven lately allows now; `None` when it no longer counts.
    pub(crate) async fn bearing_of(
        &self,
        bearer: &Bearer,
        caller: &Caller,
    ) -> Result<Option<Bearing>> {
        if self.clock.now() >= bearer.expires_at {
            return Ok(None);
        }
        let scope = Self::unsigned(bearer.tenant, caller, "authenticate");
        let (provider, factor) = (bearer.provider, bearer.factor);
        let (issuer, subject) = (bearer.issuer.clone(), bearer.subject.clone());
        let granted = bearer.granted;
        let read = move |tx: &Tx<'_>| -> db::Result<Option<Bearing>> {
            if !providers::is_enabled(tx, provider)? {
                return Ok(None);
            }
            let Some(user) = lookup(tx, &issuer, &subject)? else { return Ok(None) };
            let standing = rights::standing(tx, user)?.filter(|standing| standing.may_sign_in);
            Ok(standing.map(|standing| Bearing {
                user,
                rights: standing.rights(factor.is_second()).intersection(granted),
                language: standing.language,
            }))
        };
        Ok(self.db.read(&scope, read).await?)
    }

    async fn prove(
        &self,
        tenant: TenantId,
        resource: &str,
        token: &str,
        hash: SecretHash,
    ) -> Result<Arc<Bearer>> {
        let stated = oauth::Stated::read(token).ok_or(Error::Unauthenticated)?;
        let scope = self.system(tenant, "authenticate");
        let all = self.db.read_one(&scope, providers::all).await?;
        let asked = all.into_iter().filter(|p| p.enabled && stated.may_be_of(&p.issuer));
        let audiences = [resource.to_owned()];
        let mut failed = None;
        for provider in asked {
            match self.oidc.check_access_token(&provider.issuer, &audiences, token).await {
                Ok(claims) => {
                    return Ok(Arc::new(self.bearer(tenant, resource, hash, (&provider, claims))));
                }
                Err(oauth::Error::Token { reason }) => {
                    tracing::info!(provider.id = %provider.id, reason, "an access token is refused");
                }
                Err(error) => failed = Some(error),
            }
        }
        Err(failed.map_or(Error::Unauthenticated, Error::Provider))
    }

    fn bearer(
        &self,
        tenant: TenantId,
        resource: &str,
        hash: SecretHash,
        (provider, proven): (&Provider, oauth::Claims),
    ) -> Bearer {
        let expires = proven.all.get("exp").and_then(Json::as_f64).unwrap_or_default();
        let expires_at = SignedDuration::try_from_secs_f64(expires)
            .ok()
            .and_then(|since| Timestamp::from_duration(since + LEEWAY).ok())
            .unwrap_or(Timestamp::MAX);
        Bearer {
            tenant,
            hash,
            resource: resource.to_owned(),
            provider: provider.id,
            factor: claims::factor(&provider.rules, &proven.all),
            granted: granted(&proven.all),
            issuer: proven.issuer,
            subject: proven.subject,
            expires_at,
            proven_at: self.clock.now(),
        }
    }
}

impl Bearer {
    /// Whether the proof is young enough: a key that a provider takes back opens nothing after this time.
    fn is_fresh(&self, now: Timestamp) -> bool {
        now < self.expires_at && now.duration_since(self.proven_at).abs() < PROVEN
    }
}

/// What the scopes of a token name: `scope` (RFC 9068 §2.2.3), or `scp` as Entra ID and others write it, a text or a
/// list. Who may call actions uses the person's connections with them.
fn granted(claims: &Map<String, Json>) -> Permissions {
    let mut words: Vec<&str> = Vec::new();
    for name in ["scope", "scp"] {
        match claims.get(name) {
            Some(Json::String(text)) => words.extend(text.split_ascii_whitespace()),
            Some(Json::Array(list)) => words.extend(list.iter().filter_map(Json::as_str)),
            _ => {}
        }
    }
    let named: Permissions = words.into_iter().filter_map(|word| word.parse().ok()).collect();
    let named = named.intersection(OPEN);
    if named.has(Permission::ActionUse) {
        named.union(Permissions::of(&[Permission::ConnectionUse]))
    } else {
        named
    }
}

/// What the credential of a token is called: the same for the same token, and different for any other.
fn name_of(tenant: TenantId, hash: &SecretHash) -> CredentialId {
    let SecretHash(of_both) =
        SecretHash::of(&[&tenant.uuid().as_bytes()[..], hash.bytes()].concat());
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(of_both) {
        *to = from;
    }
    Uuid::from_bytes(bytes).into()
}

/// What tokens of providers can open: calling actions, and nothing that changes the hub. Our own choice.
const OPEN: Permissions = Permissions::of(&[Permission::ActionUse, Permission::ConnectionUse]);

/// How long a proof counts.
const PROVEN: SignedDuration = SignedDuration::from_mins(5);

/// How far clocks may differ; as for the tokens of sign-ins.
const LEEWAY: SignedDuration = SignedDuration::from_mins(1);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_allows_what_its_scopes_name_and_nothing_that_changes_the_hub() {
        let of = |claims: Json| granted(claims.as_object().unwrap());
        let calls = Permissions::of(&[Permission::ActionUse, Permission::ConnectionUse]);
        assert_eq!(of(json!({"scope": "openid actions:use"})), calls);
        assert_eq!(of(json!({"scp": "actions:use"})), calls);
        assert_eq!(of(json!({"scp": ["actions:use", 7]})), calls);
        assert_eq!(of(json!({"scope": "system users:manage actions:manage"})), Permissions::NONE);
        assert_eq!(
            of(json!({"scope": "actions:used", "roles": ["actions:use"]})),
            Permissions::NONE
        );
        assert_eq!(of(json!({})), Permissions::NONE);
    }
}
