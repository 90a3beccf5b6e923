//! Sessions for pages that stand in a frame of a host, such as a tab in Microsoft Teams or the pane in Outlook.
//!
//! The cookie of a person's session is not sent there. Two ways lead to a session of the frame's own:
//!
//! - the host gives the page an access token of the person for the hub (Teams `getAuthToken`, Office
//!   `getAccessToken`), and [`Identity::sign_in_at_host`] takes it when a provider of the tenant signed it for this hub
//!   and gave it to a host;
//! - the person signs in in a window of the hub's own, which hands the frame a code: [`Identity::hand_over`] makes it
//!   and [`Identity::take_over`] takes it, once, within a minute, and from who holds the verifier of its challenge
//!   (as RFC 7636 §4.6 binds an authorization code).
//!
//! Both end in a session like any other, with the factor that was proven; the person sees it in the list and can end it.

use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use kernel::{Factor, Permission, Scope, Secret, TenantId};
use serde_json::{Map, Value as Json, json};

use super::ExternalSignIn;
use crate::{
    Caller, Error, Identity, NewSession, Result,
    attempts::{Attempt, AttemptKind},
    providers::{self, Provider},
    sign_in,
};

impl Identity {
    /// A code that gives a frame a session of the person of `scope`, who is signed in with a session. `challenge` is
    /// base64url of the SHA-256 of what the frame holds.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Attempt`] when it is no challenge or nobody is signed in with a factor,
    /// [`Error::Store`], [`Error::Seal`].
    pub async fn hand_over(&self, scope: &Scope, challenge: &str) -> Result<Secret<String>> {
        scope.require(Permission::ProfileRead)?;
        let Some((user, factor)) = scope.user().zip(word(scope.factor())) else {
            return Err(Error::Attempt);
        };
        if challenge.len() != CHALLENGE || decoded(challenge).is_none() {
            return Err(Error::Attempt);
        }
        let until = (self.clock.now() + LIFE).as_second();
        let payload = json!({ "challenge": challenge, "factor": factor, "until": until });
        let attempt = Attempt { user: Some(user), payload };
        Ok(self.begin(scope, AttemptKind::Frame, attempt).await?.0)
    }

    /// The session that a code of [`Identity::hand_over`] stands for. However it ends, the code is used up.
    ///
    /// # Errors
    /// [`Error::Attempt`] when the code is over or another frame asked for it, [`Error::SignIn`] when the account may
    /// no longer sign in, [`Error::Store`].
    pub async fn take_over(
        &self,
        caller: &Caller,
        tenant: TenantId,
        code: &str,
        verifier: &str,
    ) -> Result<NewSession> {
        let scope = Self::unsigned(tenant, caller, "sign-in");
        let attempt = self.take(&scope, AttemptKind::Frame, code).await?;
        let text = |name: &str| attempt.payload.get(name).and_then(Json::as_str);
        let until = attempt.payload.get("until").and_then(Json::as_i64);
        let until = until.and_then(|until| Timestamp::from_second(until).ok());
        let known = text("challenge").and_then(decoded);
        let proven = verifier.len() <= VERIFIER
            && known.is_some_and(|known| is_of(&known, verifier))
            && until.is_some_and(|until| self.clock.now() < until);
        let factor = text("factor").and_then(factor);
        let (true, Some(user), Some(factor)) = (proven, attempt.user, factor) else {
            return Err(Error::Attempt);
        };
        let (session, credential) = self.new_session(caller, user, factor);
        let scope = Self::signed(tenant, caller, user);
        let now = self.clock.now();
        self.db.write(&scope, move |tx| sign_in::start(tx, user, &credential, now)).await?;
        Ok(session)
    }

    /// Signs in whom a host vouches for with an access token of one of the tenant's providers. `host` is the hub's own
    /// name, as in the application identifier `api://{host}/{client id}` that hosts ask for.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when the token does not count here, [`Error::Provider`] when its provider cannot be
    /// asked for its keys; else as [`Identity::sign_in_external`].
    pub async fn sign_in_at_host(
        &self,
        caller: &Caller,
        tenant: TenantId,
        host: &str,
        token: &str,
    ) -> Result<NewSession> {
        let stated = oauth::Stated::read(token).ok_or(Error::Unauthenticated)?;
        let scope = self.system(tenant, "sign-in");
        let all = self.db.read_one(&scope, providers::all).await?;
        let asked = all.into_iter().filter(|p| p.enabled && stated.may_be_of(&p.issuer));
        let mut failed = None;
        for provider in asked {
            let audiences = audiences(&provider, host);
            match self.oidc.check_access_token(&provider.issuer, &audiences, token).await {
                Ok(claims) if is_of_host(&claims.all) => {
                    let who = ExternalSignIn {
                        provider: provider.id,
                        issuer: claims.issuer,
                        subject: claims.subject,
                        claims: claims.all,
                    };
                    return self.sign_in_external(caller, tenant, who).await;
                }
                Ok(_others) => {
                    tracing::info!(provider.id = %provider.id, "an access token is not for a host of pages");
                }
                Err(oauth::Error::Token { reason }) => {
                    tracing::info!(provider.id = %provider.id, reason, "an access token is refused");
                }
                Err(error) => failed = Some(error),
            }
        }
        Err(failed.map_or(Error::Unauthenticated, Error::Provider))
    }
}

/// What the hub is called in tokens for it: the client identifier in version 2.0 of Entra's tokens, the application's own
/// identifier in others (Microsoft's guide to single sign-on for tabs, `webApplicationInfo.resource`).
fn audiences(provider: &Provider, host: &str) -> [String; 3] {
    let client = &provider.client_id;
    [client.clone(), format!("api://{client}"), format!("api://{host}/{client}")]
}

/// Whether a token was given to a host for acting as the person, and to nobody else: the scope that the guide names, and
/// one of the hosts' published client identifiers. An ID token has neither.
fn is_of_host(claims: &Map<String, Json>) -> bool {
    let text = |name: &str| claims.get(name).and_then(Json::as_str);
    let named = |name: &str| {
        text(name).is_some_and(|scopes| scopes.split(' ').any(|one| one == HOST_SCOPE))
    };
    let client = text("azp").or_else(|| text("appid")).or_else(|| text("client_id"));
    (named("scp") || named("scope")) && client.is_some_and(|client| HOSTS.contains(&client))
}

fn decoded(challenge: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(challenge).ok()
}

fn is_of(known: &[u8], verifier: &str) -> bool {
    let hash = digest::digest(&digest::SHA256, verifier.as_bytes());
    aws_lc_rs::constant_time::verify_slices_are_equal(known, hash.as_ref()).is_ok()
}

/// How a factor is written in an attempt; who is signed in with none has no session.
const fn word(factor: Factor) -> Option<&'static str> {
    match factor {
        Factor::None => None,
        Factor::Single => Some("single"),
        Factor::Totp => Some("totp"),
        Factor::Recovery => Some("recovery"),
        Factor::Provider => Some("provider"),
        Factor::Passkey => Some("passkey"),
    }
}

fn factor(written: &str) -> Option<Factor> {
    let all = [Factor::Single, Factor::Totp, Factor::Recovery, Factor::Provider, Factor::Passkey];
    all.into_iter().find(|one| word(*one) == Some(written))
}

/// How long a window may take to hand its code to the frame; our own choice.
const LIFE: SignedDuration = SignedDuration::from_mins(1);
/// SHA-256 in base64url (RFC 7636 §4.2).
const CHALLENGE: usize = 43;
/// RFC 7636 §4.1.
const VERIFIER: usize = 128;

/// The scope that a host's token carries (Microsoft's guide to single sign-on for tabs and add-ins).
const HOST_SCOPE: &str = "access_as_user";

/// The clients that Microsoft publishes as hosts of tabs and add-ins: Teams on desktop and phone, Teams on the web,
/// Microsoft 365 on the web, on the desktop and on the phone (with Outlook on the desktop), Outlook on the web and on the
/// phone.
const HOSTS: [&str; 7] = [
    "1fec8e78-bce4-4aaf-ab1b-5451cc387264",
    "5e3ce6c0-2b1f-4285-8d4b-75ee78787346",
    "4765445b-32c6-49b0-83e6-1d93765276ca",
    "0ec893e0-5785-4de6-99da-4ed124e5296c",
    "d3590ed6-52b3-4102-aeff-aad2292ab01c",
    "bc59ab01-8403-45c6-8796-ac3ef710b3e3",
    "27922004-5251-4030-b22d-91ecd9a37ea4",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_token_that_a_host_was_given_to_act_as_the_person_is_one() {
        let web = "5e3ce6c0-2b1f-4285-8d4b-75ee78787346";
        let of = |claims: Json| is_of_host(claims.as_object().unwrap());
        assert!(of(json!({"scp": "access_as_user", "azp": web})));
        assert!(of(json!({"scp": "openid access_as_user", "appid": web})));
        assert!(!of(json!({"scp": "access_as_user", "azp": "another-application"})));
        assert!(!of(json!({"scp": "actions:use", "azp": web})));
        // an ID token has no scope, a program's own token no person
        assert!(!of(json!({"azp": web})));
        assert!(!of(json!({"roles": ["access_as_user"], "azp": web})));
        assert!(!of(json!({"scp": "access_as_user"})));
    }

    #[test]
    fn every_factor_of_a_session_survives_the_way() {
        let all =
            [Factor::Single, Factor::Totp, Factor::Recovery, Factor::Provider, Factor::Passkey];
        for one in all {
            assert_eq!(word(one).and_then(factor), Some(one));
        }
        assert_eq!((word(Factor::None), factor("none")), (None, None));
    }
}
