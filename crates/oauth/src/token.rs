//! Checking an id token (OpenID Connect Core 1.0 §3.1.3.7).

use std::time::Duration;

use aws_lc_rs::{constant_time, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, jwk::Jwk};
use serde_json::{Map, Value as Json};

use crate::{Error, Issuer};

/// What a token is held against.
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a Issuer,
    pub(crate) client_id: &'a str,
    pub(crate) nonce: &'a str,
    pub(crate) access_token: Option<&'a str>,
    pub(crate) now: Timestamp,
}

/// Reads the header, so that the key can be found.
pub(crate) fn header(token: &str) -> Result<Header, Error> {
    if token.len() > MAX_BYTES {
        return Err(Error::Token { reason: "it is longer than 64 KiB" });
    }
    let header = jsonwebtoken::decode_header(token)
        .map_err(|_source| Error::Token { reason: "it is no signed token" })?;
    // `none` and the symmetric algorithms are never taken: the client's secret is no signing key.
    if !ASYMMETRIC.contains(&header.alg) {
        return Err(Error::Token { reason: "its algorithm is not accepted" });
    }
    Ok(header)
}

/// Checks the signature and every claim; answers the claims.
pub(crate) fn check(
    token: &str,
    header: &Header,
    key: &Jwk,
    expected: &Expected<'_>,
) -> Result<Map<String, Json>, Error> {
    let refused = |reason| Error::Token { reason };
    let claims = signed(token, header, key)?;
    let text = |name: &str| claims.get(name).and_then(Json::as_str);
    if !text("iss").is_some_and(|iss| expected.issuer.matches(iss, text("tid"))) {
        return Err(refused("it comes from another issuer"));
    }
    if !is_for(&claims, expected.client_id) {
        return Err(refused("it is for another client"));
    }
    is_current(&claims, expected.now)?;
    if !claims.contains_key("iat") {
        return Err(refused("it is not valid yet: compare the clocks"));
    }
    let nonce = text("nonce").unwrap_or_default();
    if constant_time::verify_slices_are_equal(nonce.as_bytes(), expected.nonce.as_bytes()).is_err()
    {
        return Err(refused("it answers another sign-in"));
    }
    if let (Some(hash), Some(access)) = (text("at_hash"), expected.access_token)
        && !at_hash_matches(header.alg, access, hash)
    {
        return Err(refused("it belongs to another access token"));
    }
    names_somebody(&claims)?;
    Ok(claims)
}

/// The claims of a token whose signature is the key's; nothing else of them is checked.
pub(crate) fn signed(token: &str, header: &Header, key: &Jwk) -> Result<Map<String, Json>, Error> {
    let refused = |reason| Error::Token { reason };
    let key = DecodingKey::from_jwk(key).map_err(|_source| refused("its key cannot be used"))?;
    let mut validation = Validation::new(header.alg);
    // Audience and times are checked by us: by our clock, and with reasons.
    validation.validate_aud = false;
    validation.validate_exp = false;
    validation.required_spec_claims.clear();
    jsonwebtoken::decode::<Map<String, Json>>(token, &key, &validation)
        .map(|token| token.claims)
        .map_err(|_source| refused("its signature is wrong"))
}

/// Whether the token has begun and has not expired, as far as clocks may differ.
pub(crate) fn is_current(claims: &Map<String, Json>, now: Timestamp) -> Result<(), Error> {
    let seconds = |name: &str| claims.get(name).and_then(Json::as_f64);
    let now = now.as_duration().as_secs_f64();
    let leeway = LEEWAY.as_secs_f64();
    if seconds("exp").is_none_or(|exp| now > exp + leeway) {
        return Err(Error::Token { reason: "it has expired" });
    }
    let begins = |name: &str| {
        claims.get(name).is_some_and(|_| seconds(name).is_none_or(|at| at > now + leeway))
    };
    if begins("iat") || begins("nbf") {
        return Err(Error::Token { reason: "it is not valid yet: compare the clocks" });
    }
    Ok(())
}

/// OpenID Connect Core §2: `sub` has at most 255 characters.
pub(crate) fn names_somebody(claims: &Map<String, Json>) -> Result<(), Error> {
    let sub = claims.get("sub").and_then(Json::as_str);
    if sub.is_none_or(|sub| sub.is_empty() || sub.len() > 255) {
        return Err(Error::Token { reason: "it names nobody" });
    }
    Ok(())
}

/// `aud` names us; with further audiences, `azp` has to be us as well.
fn is_for(claims: &Map<String, Json>, client_id: &str) -> bool {
    let azp = claims.get("azp").and_then(Json::as_str);
    match claims.get("aud") {
        Some(Json::String(aud)) => aud == client_id && azp.is_none_or(|azp| azp == client_id),
        Some(Json::Array(list)) => {
            list.iter().any(|aud| aud.as_str() == Some(client_id))
                && (azp == Some(client_id) || (list.len() == 1 && azp.is_none()))
        }
        _ => false,
    }
}

/// Core §3.1.3.6: the left half of the access token's hash, with the hash of the token's algorithm.
fn at_hash_matches(algorithm: Algorithm, access_token: &str, claimed: &str) -> bool {
    let hash = match algorithm {
        Algorithm::RS384 | Algorithm::PS384 | Algorithm::ES384 => &digest::SHA384,
        // OpenID Connect leaves EdDSA open; providers use SHA-512 with Ed25519.
        Algorithm::RS512 | Algorithm::PS512 | Algorithm::EdDSA => &digest::SHA512,
        _ => &digest::SHA256,
    };
    let whole = digest::digest(hash, access_token.as_bytes());
    let whole = whole.as_ref();
    let half = whole.get(..whole.len() / 2).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(half) == claimed
}

/// The only algorithms an id token may be signed with.
const ASYMMETRIC: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];
/// How far clocks may differ.
const LEEWAY: Duration = Duration::from_mins(1);
/// Our own choice; tokens with many groups reach some tens of kilobytes.
const MAX_BYTES: usize = 64 * 1024;
