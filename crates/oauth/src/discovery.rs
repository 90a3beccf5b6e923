//! OpenID Connect Discovery 1.0: where a provider's endpoints are.

use serde::Deserialize;
use url::{Origin, Url};

use crate::Error;

/// Who a provider says it is: a fixed issuer, or one with a part that each token fills in.
///
/// Microsoft Entra ID's documents for several tenants carry `https://…/{tenantid}/v2.0`; the token's `tid`
/// claim stands in for the placeholder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer(String);

impl Issuer {
    /// An issuer as a discovery document states it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Whether a token with these claims comes from this issuer.
    pub fn matches(&self, iss: &str, tid: Option<&str>) -> bool {
        if !self.0.contains(PLACEHOLDER) {
            return self.0 == iss;
        }
        // A tenant is a GUID: nothing that could reach into the rest of the address.
        let Some(tid) = tid.filter(|t| t.len() == 36 && t.bytes().all(is_guid_byte)) else {
            return false;
        };
        self.0.replace(PLACEHOLDER, tid) == iss
    }

    /// Whether `iss` of an answer (RFC 9207) may be this issuer's: to the letter, or on the template's host.
    pub fn answers(&self, iss: &str) -> bool {
        if self.0.contains(PLACEHOLDER) {
            return origin(iss).is_some_and(|o| Some(o) == origin(&self.0));
        }
        self.0 == iss
    }

    /// The text, placeholder included.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const fn is_guid_byte(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || byte == b'-'
}

/// What is needed of a discovery document.
#[derive(Debug, Clone)]
pub struct Discovery {
    /// Who the provider says it is.
    pub issuer: Issuer,
    /// Where the browser is sent.
    pub authorization_endpoint: Url,
    /// Where codes are redeemed.
    pub token_endpoint: Url,
    /// Where the keys are.
    pub jwks_uri: Url,
    /// Where the browser is sent to sign out there as well (RP-Initiated Logout 1.0).
    pub end_session_endpoint: Option<Url>,
    /// Whether a client secret may be sent in the body (`client_secret_post`) rather than in a header.
    pub secret_in_body: bool,
    /// Whether every answer names the issuer in `iss` (RFC 9207 §3).
    pub names_itself: bool,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    jwks_uri: Url,
    end_session_endpoint: Option<Url>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    authorization_response_iss_parameter_supported: Option<bool>,
}

impl Discovery {
    /// The address of a provider's document.
    ///
    /// # Errors
    /// [`Error::Settings`] when the issuer is no web address.
    pub fn address(issuer: &str) -> Result<Url, Error> {
        // Entra publishes the template's document under `common`.
        let issuer = issuer.trim_end_matches('/').replace(PLACEHOLDER, "common");
        let text = format!("{issuer}/.well-known/openid-configuration");
        let url = Url::parse(&text)
            .map_err(|_source| Error::Settings { reason: "the issuer is no web address" })?;
        if !matches!(url.scheme(), "https" | "http") || url.query().is_some() {
            return Err(Error::Settings { reason: "the issuer is no plain https address" });
        }
        Ok(url)
    }

    /// Reads a document that was fetched for `asked`.
    ///
    /// # Errors
    /// [`Error::Document`].
    pub fn read(asked: &str, body: &[u8]) -> Result<Self, Error> {
        let wrong = |reason| Error::Document { document: "discovery document", reason };
        let document: Document = serde_json::from_slice(body)
            .map_err(|_source| wrong("it is no JSON object with issuer, endpoints and jwks_uri"))?;
        let named = document.issuer.trim_end_matches('/') == asked.trim_end_matches('/');
        // A document for several tenants states a template instead of what was asked for, on the same host.
        let template = document.issuer.contains(PLACEHOLDER)
            && origin(&document.issuer).is_some_and(|o| Some(o) == origin(asked));
        if !named && !template {
            return Err(wrong("it names another issuer than the one that was asked"));
        }
        let secure = asked.starts_with("https://");
        let endpoints =
            [&document.authorization_endpoint, &document.token_endpoint, &document.jwks_uri];
        if endpoints.iter().any(|e| e.scheme() != "https" && (secure || e.scheme() != "http")) {
            return Err(wrong("an endpoint is not https"));
        }
        let methods = document.token_endpoint_auth_methods_supported;
        Ok(Self {
            names_itself: document.authorization_response_iss_parameter_supported == Some(true),
            issuer: Issuer::new(document.issuer),
            authorization_endpoint: document.authorization_endpoint,
            token_endpoint: document.token_endpoint,
            jwks_uri: document.jwks_uri,
            end_session_endpoint: document.end_session_endpoint,
            // Without a list, only the header is promised (Discovery §3).
            secret_in_body: methods.is_some_and(|m| m.iter().any(|m| m == "client_secret_post")),
        })
    }
}

fn origin(issuer: &str) -> Option<Origin> {
    Url::parse(&issuer.replace(PLACEHOLDER, "common")).ok().map(|url| url.origin())
}

/// Whether a configured issuer is one of Entra's addresses for many tenants, and `iss` is on its host: its document
/// states the template that decides.
pub(crate) fn is_shared(configured: &str, iss: &str) -> bool {
    let many = |part: &str| matches!(part, "common" | "organizations" | "consumers");
    let Ok(url) = Url::parse(configured) else { return false };
    url.path_segments().and_then(|mut parts| parts.next()).is_some_and(many)
        && origin(iss) == Some(url.origin())
}

/// What Microsoft Entra ID writes for the tenant.
const PLACEHOLDER: &str = "{tenantid}";

#[cfg(test)]
mod tests {
    use super::*;

    const TID: &str = "11111111-2222-3333-4444-555555555555";

    #[test]
    fn a_template_is_filled_by_the_tokens_tenant() {
        let issuer = Issuer::new("https://login.example/{tenantid}/v2.0");
        assert!(issuer.matches(&format!("https://login.example/{TID}/v2.0"), Some(TID)));
        assert!(!issuer.matches("https://login.example/other/v2.0", Some(TID)));
        assert!(!issuer.matches("https://login.example/{tenantid}/v2.0", None));
        let evil = "a/../../../evil-0000-0000-0000-000000";
        assert!(!issuer.matches(&format!("https://login.example/{evil}/v2.0"), Some(evil)));
    }

    #[test]
    fn a_fixed_issuer_matches_to_the_letter() {
        let issuer = Issuer::new("https://id.example");
        assert!(issuer.matches("https://id.example", None));
        assert!(!issuer.matches("https://id.example/", None));
    }

    #[test]
    fn a_document_of_another_issuer_or_with_plain_endpoints_is_refused() {
        let document = |issuer: &str, keys: &str| {
            format!(
                r#"{{"issuer":"{issuer}","authorization_endpoint":"https://id.example/a",
                    "token_endpoint":"https://id.example/t","jwks_uri":"{keys}"}}"#
            )
        };
        let read = |text: String| Discovery::read("https://id.example", text.as_bytes());
        assert!(read(document("https://id.example", "https://id.example/k")).is_ok());
        assert!(read(document("https://evil.example", "https://id.example/k")).is_err());
        assert!(read(document("https://id.example", "http://id.example/k")).is_err());
        assert!(read("[]".to_owned()).is_err());
    }

    #[test]
    fn a_template_is_taken_from_its_own_host_alone() {
        let document = |host: &str| {
            format!(
                r#"{{"issuer":"https://{host}/{{tenantid}}/v2.0","authorization_endpoint":"https://id.example/a",
                    "token_endpoint":"https://id.example/t","jwks_uri":"https://id.example/k"}}"#
            )
        };
        let asked = "https://id.example/common/v2.0";
        assert!(Discovery::read(asked, document("id.example").as_bytes()).is_ok());
        assert!(Discovery::read(asked, document("evil.example").as_bytes()).is_err());
        let address = Discovery::address("https://id.example/{tenantid}/v2.0").unwrap();
        assert_eq!(address.path(), "/common/v2.0/.well-known/openid-configuration");
    }

    #[test]
    fn an_issuer_must_be_a_web_address() {
        assert!(Discovery::address("https://id.example/x/").is_ok());
        for wrong in ["id.example", "file:///etc", "https://id.example/?q=1"] {
            assert!(Discovery::address(wrong).is_err(), "{wrong}");
        }
    }
}
