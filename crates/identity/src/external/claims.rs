//! What the claims of a provider say about a person. They are believed as far as the provider's rules go.

use kernel::Factor;
use serde_json::{Map, Value as Json};

use super::ExternalSignIn;
use crate::{providers::ProviderRules, secret, text};

/// Names for a new account, best first; the last is as good as unique.
pub(super) fn candidates(who: &ExternalSignIn, trusted: Option<&str>) -> Vec<String> {
    let claim = |name: &str| who.claims.get(name).and_then(Json::as_str);
    let mut names: Vec<String> = [trusted, claim("preferred_username"), claim("nickname")]
        .into_iter()
        .flatten()
        .filter(|name| text::user_name("/user_name", name).is_ok())
        .map(str::to_owned)
        .collect();
    let secret::SecretHash(hash) =
        secret::SecretHash::of(format!("{}\n{}", who.issuer, who.subject).as_bytes());
    let unique = hash.iter().take(8).fold("user-".to_owned(), |mut name, byte| {
        for nibble in [byte >> 4, byte & 15] {
            name.push(char::from_digit(nibble.into(), 16).unwrap_or('0'));
        }
        name
    });
    names.push(unique);
    names
}

pub(super) fn display(claims: &Map<String, Json>, candidates: &[String]) -> (String, String) {
    let first = candidates.first().cloned().unwrap_or_default();
    let name = claims.get("name").and_then(Json::as_str);
    let name = name.filter(|name| text::name("/name", name).is_ok()).unwrap_or(&first).to_owned();
    (first, name)
}

pub(super) fn zone(claims: &Map<String, Json>) -> Option<String> {
    let zone = claims.get("zoneinfo").and_then(Json::as_str);
    zone.filter(|zone| text::time_zone("/time_zone", zone).is_ok()).map(str::to_owned)
}

/// The address that the provider says is verified, in a domain for which its word counts.
pub(super) fn trusted_address(rules: &ProviderRules, claims: &Map<String, Json>) -> Option<String> {
    let verified = claims.get("email_verified").is_some_and(|v| v == true || v == "true");
    let address = claims.get("email").and_then(Json::as_str).filter(|_| verified)?;
    text::address("/email", address).ok()?;
    let (_, domain) = address.rsplit_once('@')?;
    let trusted = rules.trusted_domains.iter().any(|known| known.eq_ignore_ascii_case(domain));
    trusted.then(|| address.to_owned())
}

/// What the provider told of factors (`amr`: RFC 8176; `acr`: OpenID Connect Core §2).
pub(super) fn factor(rules: &ProviderRules, claims: &Map<String, Json>) -> Factor {
    let amr = rules.second_factor_amr.iter().any(|value| holds(claims, "amr", value));
    let acr = rules.second_factor_acr.iter().any(|value| holds(claims, "acr", value));
    if amr || acr { Factor::Provider } else { Factor::Single }
}

/// Whether a claim is the value, or a list with it.
pub(super) fn holds(claims: &Map<String, Json>, claim: &str, value: &str) -> bool {
    match claims.get(claim) {
        Some(Json::String(text)) => text == value,
        Some(Json::Array(list)) => list.iter().any(|item| item == value),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claims(json: &Json) -> Map<String, Json> {
        json.as_object().cloned().unwrap()
    }

    #[test]
    fn only_a_verified_address_of_a_trusted_domain_is_believed() {
        let rules = ProviderRules {
            trusted_domains: vec!["Example.org".to_owned()],
            ..ProviderRules::default()
        };
        for (given, believed) in [
            (json!({"email": "a@example.org", "email_verified": true}), true),
            (json!({"email": "a@example.org", "email_verified": "true"}), true),
            (json!({"email": "a@example.org", "email_verified": false}), false),
            (json!({"email": "a@example.org"}), false),
            (json!({"email": "a@example.com", "email_verified": true}), false),
            (json!({"email": "a@evil@example.org", "email_verified": true}), false),
            (json!({"email": 7, "email_verified": true}), false),
        ] {
            assert_eq!(trusted_address(&rules, &claims(&given)).is_some(), believed, "{given}");
        }
    }

    #[test]
    fn a_list_or_a_word_may_tell_of_a_second_factor() {
        let rules = ProviderRules {
            second_factor_acr: vec!["gold".to_owned()],
            ..ProviderRules::default()
        };
        for (given, expected) in [
            (json!({"amr": ["pwd", "mfa"]}), Factor::Provider),
            (json!({"amr": "mfa"}), Factor::Provider),
            (json!({"amr": ["pwd"]}), Factor::Single),
            (json!({"acr": "gold"}), Factor::Provider),
            (json!({"acr": "silver"}), Factor::Single),
            (json!({}), Factor::Single),
        ] {
            assert_eq!(factor(&rules, &claims(&given)), expected, "{given}");
        }
    }
}
