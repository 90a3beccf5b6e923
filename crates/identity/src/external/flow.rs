//! The two halves of a sign-in at a provider: the browser goes there, and comes back.

use kernel::{Permission, ProviderId, Scope, Secret, TenantId};
use oauth::{Arrived, Callback, Proof, Provider};
use url::Url;

use super::{ExternalAttempt, ExternalSignIn};
use crate::{Caller, Error, Identity, NewSession, Result};

/// A browser on its way to a provider.
#[derive(Debug)]
pub struct Departure {
    /// Where the browser is sent.
    pub redirect: Url,
    /// To be kept by the browser, in a cookie, for as long as an attempt lives; [`Identity::finish_at_provider`]
    /// asks for it.
    pub state: Secret<String>,
}

/// What a browser brings back from a provider (RFC 6749 §4.1.2).
#[derive(Debug, Clone, Default)]
pub struct Returned {
    /// `state` of the address.
    pub state: String,
    /// What the browser kept since it left.
    pub kept: Option<String>,
    /// `code` of the address.
    pub code: Option<Secret<String>>,
    /// `iss` of the address (RFC 9207).
    pub issuer: Option<String>,
    /// `error` of the address.
    pub error: Option<String>,
    /// `error_description` of the address.
    pub description: Option<String>,
}

/// A browser that is signed in.
#[derive(Debug)]
pub struct Arrival {
    /// The session.
    pub session: NewSession,
    /// Where the person wanted to go; a path of ours.
    pub return_to: String,
}

impl Identity {
    /// Sends a browser to a provider. It comes back to `return_url`, and the person goes on to `return_to`: a
    /// path of ours, anything else becomes `/`.
    ///
    /// # Errors
    /// [`Error::Unknown`] when the provider is not offered, [`Error::Provider`] when it cannot be reached or is
    /// set up wrongly, [`Error::Store`], [`Error::Seal`].
    pub async fn begin_at_provider(
        &self,
        caller: &Caller,
        tenant: TenantId,
        provider: ProviderId,
        way: Way<'_>,
    ) -> Result<Departure> {
        let return_to = if is_own_path(way.return_to) { way.return_to } else { "/" };
        let attempt = self.begin_external(caller, tenant, provider, return_to).await?;
        let (provider, proof) = parts(&attempt);
        let redirect = self.oidc.begin(&provider, way.return_url, None, &proof).await?;
        Ok(Departure { redirect, state: attempt.state })
    }

    /// Takes a browser back from a provider. The attempt ends here, however it goes on.
    ///
    /// # Errors
    /// [`Error::Attempt`] when the attempt is over or another browser began it, [`Error::Provider`] when the
    /// provider refused or did not prove who it is; else as [`Identity::sign_in_external`].
    pub async fn finish_at_provider(
        &self,
        caller: &Caller,
        tenant: TenantId,
        return_url: &Url,
        returned: Returned,
    ) -> Result<Arrival> {
        // The answer belongs to the browser that asked: nobody is signed in by following a foreign link.
        let kept = returned.kept.as_deref().unwrap_or_default();
        if !is_same(kept.as_bytes(), returned.state.as_bytes()) {
            return Err(Error::Attempt);
        }
        let attempt = self.take_external(caller, tenant, &returned.state).await?;
        let (provider, proof) = parts(&attempt);
        if returned.code.is_none() {
            let error = returned.error.unwrap_or_else(|| "no code".to_owned());
            let cut = |text: String| -> String { text.chars().take(MAX_WORDS).collect() };
            let description = returned.description.map(cut);
            return Err(oauth::Error::Provider { error: cut(error), description }.into());
        }
        let Returned { code, issuer, .. } = returned;
        let callback = Callback { code, issuer, ..Callback::default() };
        let Arrived { claims, tokens } =
            self.oidc.finish(&provider, return_url, &callback, &proof).await?;
        let who = ExternalSignIn {
            provider: attempt.provider.id,
            issuer: claims.issuer,
            subject: claims.subject,
            claims: claims.all,
        };
        let session = self.sign_in_external(caller, tenant, who).await?;
        if attempt.provider.act_for
            && let Some(tokens) = tokens
        {
            let scope = Self::signed(tenant, caller, session.user);
            self.keep_tokens(&scope, session.user, attempt.provider.id, &tokens).await?;
            self.forget_own_tokens(&scope, session.user);
        }
        Ok(Arrival { session, return_to: attempt.return_to })
    }
}

impl Identity {
    /// Asks a provider where its sign-in is, as a sign-in would, whether or not it is offered.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Provider`] says what is wrong with it, [`Error::Store`].
    pub async fn probe_provider(&self, scope: &Scope, id: ProviderId) -> Result<Url> {
        scope.require(Permission::SettingsManage)?;
        let issuer = self.issuer_of(scope, id).await?;
        let found = self.oidc.discover(&issuer).await?;
        Ok(found.authorization_endpoint.clone())
    }
}

/// Where a browser comes back to, and where the person goes on.
#[derive(Debug, Clone, Copy)]
pub struct Way<'a> {
    /// The address of ours that the provider knows.
    pub return_url: &'a Url,
    /// The page that the person wanted.
    pub return_to: &'a str,
}

fn parts(attempt: &ExternalAttempt) -> (Provider, Proof) {
    let client = &attempt.provider;
    let provider = Provider {
        issuer: client.issuer.clone(),
        client_id: client.client_id.clone(),
        client_secret: client.client_secret.clone(),
        scopes: client.scopes.clone(),
    };
    let proof = Proof {
        state: attempt.state.clone(),
        nonce: attempt.nonce.clone(),
        verifier: attempt.verifier.clone(),
    };
    (provider, proof)
}

/// Whether two secrets are the same, and are there at all.
fn is_same(kept: &[u8], state: &[u8]) -> bool {
    !state.is_empty() && aws_lc_rs::constant_time::verify_slices_are_equal(kept, state).is_ok()
}

/// A path of ours and of nobody else: browsers take `//` and `/\` for another host.
pub(super) fn is_own_path(path: &str) -> bool {
    path.len() <= 2000
        && path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && !path.chars().any(char::is_control)
}

/// Most characters of what a provider says in an address.
const MAX_WORDS: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_to_another_site() {
        for path in ["/", "/teams?x=1#y"] {
            assert!(is_own_path(path), "{path}");
        }
        for path in ["", "//evil", "/\\evil", "https://evil", "javascript:x", "/a\nb", "/a\\b"] {
            assert!(!is_own_path(path), "{path:?}");
        }
    }
}
