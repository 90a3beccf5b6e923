//! Access tokens that a provider of people's sign-in issued for one of our own resources (RFC 9068).
//!
//! Only signed tokens are read here: what a token says is proven by the provider's published keys, and by nothing that
//! whoever presents it could have chosen.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Header;
use serde_json::{Map, Value as Json};

use crate::{Claims, Error, Issuer, Oidc, sign_in::Failures, token};

/// Who a token says has issued it, before anything is proven; to find out which provider is to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    issuer: String,
    tenant: Option<String>,
}

impl Stated {
    /// Reads it; nothing when this is no signed token that names an issuer.
    pub fn read(token: &str) -> Option<Self> {
        if token.len() > MAX_BYTES {
            return None;
        }
        let mut parts = token.split('.');
        let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let claims: Map<String, Json> =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
        let text = |name: &str| claims.get(name).and_then(Json::as_str).map(str::to_owned);
        Some(Self { issuer: text("iss")?, tenant: text("tid") })
    }

    /// Whether it may be a token of the provider that an administrator set up with this issuer.
    pub fn may_be_of(&self, configured: &str) -> bool {
        Issuer::new(configured).answers(&self.issuer)
            || configured.trim_end_matches('/') == self.issuer.trim_end_matches('/')
            || crate::discovery::is_shared(configured, &self.issuer)
    }
}

impl Oidc {
    /// The claims of an access token that the provider with the issuer `configured` gave out for one of `audiences`.
    ///
    /// # Errors
    /// [`Error::Token`] when it does not prove what it should, [`Error::Busy`] when the provider could not be reached
    /// a moment ago, [`Error::Unreachable`], [`Error::Timeout`], [`Error::Document`], [`Error::Settings`].
    pub async fn check_access_token(
        &self,
        configured: &str,
        audiences: &[String],
        token: &str,
    ) -> Result<Claims, Error> {
        let refused = |reason| Error::Token { reason };
        let header = token::header(token)?;
        if !is_access_token(&header) {
            return Err(refused("it is no access token"));
        }
        let (issuer, key) = self.key_of(configured, header.kid.as_deref()).await?;
        let all = token::signed(token, &header, &key)?;
        let text = |name: &str| all.get(name).and_then(Json::as_str);
        if !text("iss").is_some_and(|iss| issuer.matches(iss, text("tid"))) {
            return Err(refused("it comes from another issuer"));
        }
        if !is_for(all.get("aud"), audiences) {
            return Err(refused("it is for another resource"));
        }
        token::is_current(&all, self.now())?;
        token::names_somebody(&all)?;
        // bound to a key of the client (RFC 9449, RFC 8705): whoever only carries it has not proven to have that key
        if all.contains_key("cnf") {
            return Err(refused("it is bound to a key, and nothing proves that the key is there"));
        }
        let owned = |name: &str| text(name).unwrap_or_default().to_owned();
        Ok(Claims { issuer: owned("iss"), subject: owned("sub"), all })
    }

    /// The issuer and the named key. Who presents a forged token must not make us ask a provider that does not answer
    /// over and over: a failure is remembered for a moment.
    async fn key_of(
        &self,
        configured: &str,
        kid: Option<&str>,
    ) -> Result<(Issuer, jsonwebtoken::jwk::Jwk), Error> {
        let failures: &Failures = self.failures();
        if failures.contains_key(configured) {
            return Err(Error::Busy { retry_after: Some(FAILURE) });
        }
        let found = async {
            let discovery = self.discover(configured).await?;
            let key = self.signing_key(&discovery, kid).await?;
            Ok((discovery.issuer.clone(), key))
        };
        let found: Result<_, Error> = found.await;
        if let Err(error) = &found
            && !matches!(error, Error::Token { .. })
        {
            failures.insert(configured, ());
        }
        found
    }
}

/// `at+jwt` (RFC 9068 §2.1), or a type that says no more than that it is signed, as providers older than that RFC write.
/// An extension that must be understood is not (RFC 7515 §4.1.11).
fn is_access_token(header: &Header) -> bool {
    let typ = header.typ.as_deref().unwrap_or("JWT");
    let typ = typ.strip_prefix("application/").unwrap_or(typ);
    header.crit.is_none() && ["at+jwt", "jwt"].iter().any(|known| typ.eq_ignore_ascii_case(known))
}

/// Whether one of our names is among those that the token is for, to the letter (RFC 8707 §2).
fn is_for(aud: Option<&Json>, audiences: &[String]) -> bool {
    let ours = |aud: &Json| aud.as_str().is_some_and(|aud| audiences.iter().any(|our| our == aud));
    match aud {
        Some(Json::Array(list)) => list.iter().any(ours),
        Some(one) => ours(one),
        None => false,
    }
}

/// As for id tokens.
const MAX_BYTES: usize = 64 * 1024;

/// How long a provider that could not be asked is left alone; our own choice.
pub(crate) const FAILURE: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn token(payload: &Json) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload.to_string()))
    }

    #[test]
    fn what_a_token_states_only_says_whom_to_ask() {
        let stated = Stated::read(&token(&json!({"iss": "https://id.example/t"}))).unwrap();
        assert!(stated.may_be_of("https://id.example/t"));
        assert!(stated.may_be_of("https://id.example/t/"));
        assert!(!stated.may_be_of("https://id.example/u"));
        assert!(!stated.may_be_of("https://other.example/t"));
        let own = "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0";
        let stated = Stated::read(&token(&json!({"iss": own}))).unwrap();
        assert!(stated.may_be_of("https://login.microsoftonline.com/{tenantid}/v2.0"));
        assert!(stated.may_be_of("https://login.microsoftonline.com/organizations/v2.0"));
        assert!(!stated.may_be_of("https://login.microsoftonline.com/other.example/v2.0"));
        for text in ["", "a", "a.b", "a.b.c", "e30.e30.", "e30.e30.e30.e30", &"x".repeat(70_000)] {
            assert_eq!(Stated::read(text), None, "{text:.10}");
        }
    }

    #[test]
    fn only_our_own_name_is_an_audience() {
        let ours = ["https://hub.example/mcp".to_owned()];
        for (aud, good) in [
            (json!("https://hub.example/mcp"), true),
            (json!(["x", "https://hub.example/mcp"]), true),
            (json!("https://hub.example/mcp/"), false),
            (json!("https://hub.example"), false),
            (json!("https://HUB.example/mcp"), false),
            (json!([["https://hub.example/mcp"]]), false),
            (json!([]), false),
            (json!(null), false),
        ] {
            assert_eq!(is_for(Some(&aud), &ours), good, "{aud}");
        }
        assert!(!is_for(None, &ours));
    }

    #[test]
    fn other_kinds_of_tokens_are_no_access_tokens() {
        let with = |typ: Option<&str>| Header { typ: typ.map(str::to_owned), ..Header::default() };
        for typ in [None, Some("JWT"), Some("at+jwt"), Some("application/at+JWT")] {
            assert!(is_access_token(&with(typ)), "{typ:?}");
        }
        for typ in ["logout+jwt", "dpop+jwt", "secevent+jwt", "id+jwt", ""] {
            assert!(!is_access_token(&with(Some(typ))), "{typ}");
        }
        let header = Header { crit: Some(vec!["b64".to_owned()]), ..Header::default() };
        assert!(!is_access_token(&header));
    }
}
