//! OpenID Connect: who signed in, as a token that can be checked (OpenID Connect Core 1.0 §2, Discovery 1.0 §4).

use std::sync::OnceLock;

use aws_lc_rs::{
    digest,
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_SHA256},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use doubles_http::{Request, Response};
use serde_json::{Value, json};

use super::{identity::urls, oauth};
use crate::org::{Org, text};

/// How long a token of identity is good for.
const SECONDS: i64 = 120;
/// What the one key is called.
const KEY: &str = "224";

/// The organisation's own key: made when it is first asked for, since that takes long.
#[derive(Default)]
pub(crate) struct Signer(OnceLock<Option<KeyPair>>);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer")
    }
}

impl Signer {
    fn pair(&self) -> Option<&KeyPair> {
        self.0.get_or_init(|| KeyPair::generate(KeySize::Rsa2048).ok()).as_ref()
    }

    fn sign(&self, claims: &Value) -> Option<String> {
        let pair = self.pair()?;
        let head = json!({ "kid": KEY, "typ": "JWT", "alg": "RS256" });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&head), part(claims));
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .ok()?;
        Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// Who signed in to an app, and with what.
pub(super) struct Signed<'a> {
    pub(super) user: &'a str,
    pub(super) app: &'a str,
    pub(super) token: &'a str,
    pub(super) nonce: Option<&'a str>,
}

/// The token of identity of a sign-in.
pub(super) fn token(org: &Org, base: &str, signed: &Signed<'_>) -> Option<String> {
    let row = org.row("User", signed.user)?;
    let of = |name: &str| text(row, name).unwrap_or_default();
    let now = org.now().as_second();
    let hash = digest::digest(&digest::SHA256, signed.token.as_bytes());
    let half = hash.as_ref().get(..16).map(|half| URL_SAFE_NO_PAD.encode(half));
    let mut claims = json!({
        "at_hash": half,
        "iss": base,
        "sub": format!("{base}/id/{}/{}", org.id, signed.user),
        "aud": signed.app,
        "iat": now,
        "exp": now + SECONDS,
        "user_id": signed.user,
        "organization_id": org.id,
        "preferred_username": of("Username"),
        "nickname": of("Alias"),
        "name": of("Name"),
        "given_name": of("FirstName"),
        "family_name": of("LastName"),
        "email": of("Email"),
        "email_verified": true,
        "zoneinfo": of("TimeZoneSidKey"),
        "locale": of("LocaleSidKey"),
        "active": true,
        "user_type": "STANDARD",
        "profile": format!("{base}/{}", signed.user),
        "updated_at": of("LastModifiedDate"),
        "urls": urls(base, org, signed.user),
    });
    if let (Some(nonce), Some(members)) = (signed.nonce, claims.as_object_mut()) {
        members.insert("nonce".to_owned(), nonce.into());
    }
    org.door.signer.sign(&claims)
}

/// `GET /id/keys`
pub(crate) fn keys(org: &Org) -> Response {
    let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let public = org.door.signer.pair().and_then(|pair| numbers(pair.public_key().as_ref()));
    let keys: Vec<Value> = public
        .into_iter()
        .map(|(n, e)| json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY, "n": number(n), "e": number(e) }))
        .collect();
    oauth::json(200, &json!({ "keys": keys }))
}

/// Modulus and exponent of an RSA public key (RFC 8017 §A.1.1).
fn numbers(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (inner, _) = element(der)?;
    let (modulus, rest) = element(inner)?;
    let (exponent, _) = element(rest)?;
    Some((modulus.strip_prefix(&[0]).unwrap_or(modulus), exponent))
}

/// The content of the first element, and what follows it.
fn element(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let first = usize::from(*bytes.get(1)?);
    let (length, head) = if first < 0x80 {
        (first, 2)
    } else {
        let digits = bytes.get(2..2 + (first & 0x7f))?;
        let add = |sum: usize, digit: &u8| sum.checked_mul(256)?.checked_add(usize::from(*digit));
        (digits.iter().try_fold(0, add)?, 2 + digits.len())
    };
    Some((bytes.get(head..head + length)?, bytes.get(head + length..)?))
}

/// `GET /.well-known/openid-configuration`
pub(crate) fn configuration(request: &Request) -> Response {
    let base = request.base();
    let at = |path: &str| format!("{base}/services/oauth2/{path}");
    oauth::json(
        200,
        &json!({
            "issuer": base,
            "authorization_endpoint": at("authorize"),
            "token_endpoint": at("token"),
            "revocation_endpoint": at("revoke"),
            "introspection_endpoint": at("introspect"),
            "userinfo_endpoint": at("userinfo"),
            "jwks_uri": format!("{base}/id/keys"),
            "scopes_supported": ["api", "full", "id", "offline_access", "openid", "refresh_token", "web"],
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "display_values_supported": ["page", "popup", "touch"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "claims_supported": ["active", "email", "email_verified", "family_name", "given_name", "locale", "name", "nickname", "organization_id", "preferred_username", "profile", "sub", "updated_at", "urls", "user_id", "user_type", "zoneinfo"],
        }),
    )
}
