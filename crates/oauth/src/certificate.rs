//! Proving who we are by a certificate (`private_key_jwt`, OpenID Connect Core 1.0 §9; RFC 7523 §2.2).

use std::fmt;

use aws_lc_rs::digest;
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use kernel::{Ids, Secret};
use serde_json::json;

use crate::Error;

/// A private key and the certificate that the provider knows it by.
#[derive(Clone)]
pub struct Certificate {
    key: EncodingKey,
    algorithm: Algorithm,
    sha1: String,
    sha256: String,
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").field("sha256", &self.sha256).finish_non_exhaustive()
    }
}

impl Certificate {
    /// Whether a text is such a private key with its certificate, and not a client secret.
    pub fn is_bundle(text: &str) -> bool {
        block(text, KEY).is_some() && block(text, CERTIFICATE).is_some()
    }

    /// Reads a private key (RSA or P-256) and a certificate, both PEM; other blocks beside them do not matter, so
    /// that a text with both may be given twice.
    ///
    /// # Errors
    /// [`Error::Settings`] says which of the two cannot be read.
    pub fn from_pem(key: &Secret<String>, certificate: &str) -> Result<Self, Error> {
        let wrong = |reason| Error::Settings { reason };
        let pem = block(key.expose(), KEY)
            .map(|(pem, _)| pem)
            .ok_or_else(|| wrong("the private key is not in PEM form"))?
            .as_bytes();
        let (key, algorithm) = EncodingKey::from_rsa_pem(pem)
            .map(|key| (key, Algorithm::PS256))
            .or_else(|_not_rsa| EncodingKey::from_ec_pem(pem).map(|key| (key, Algorithm::ES256)))
            .map_err(|_source| wrong("the private key is no RSA or P-256 key in PEM form"))?;
        let body: String = block(certificate, CERTIFICATE)
            .map(|(_, body)| body.chars().filter(|c| !c.is_whitespace()).collect())
            .ok_or_else(|| wrong("the certificate is not in PEM form"))?;
        let der =
            STANDARD.decode(body).map_err(|_source| wrong("the certificate is not in PEM form"))?;
        let print = |kind| URL_SAFE_NO_PAD.encode(digest::digest(kind, &der));
        Ok(Self {
            key,
            algorithm,
            sha1: print(&digest::SHA1_FOR_LEGACY_USE_ONLY),
            sha256: print(&digest::SHA256),
        })
    }

    /// A statement that we are `client_id`, for `audience` alone and for ten minutes.
    pub(crate) fn assertion(
        &self,
        client_id: &str,
        audience: &str,
        now: Timestamp,
        ids: &Ids,
    ) -> Result<Secret<String>, Error> {
        let header = Header {
            // Microsoft Entra ID finds the certificate by either of the two.
            x5t: Some(self.sha1.clone()),
            x5t_s256: Some(self.sha256.clone()),
            ..Header::new(self.algorithm)
        };
        let claims = json!({
            "iss": client_id,
            "sub": client_id,
            "aud": audience,
            "jti": URL_SAFE_NO_PAD.encode(ids.secret_bytes::<16>()),
            "nbf": now.as_second(),
            "iat": now.as_second(),
            "exp": now.as_second() + LIFETIME_SECONDS,
        });
        jsonwebtoken::encode(&header, &claims, &self.key)
            .map(Secret::new)
            .map_err(|_source| Error::Settings { reason: "the private key cannot sign" })
    }
}

/// The first block whose label ends so (RFC 7468 §2): as a whole, and what it holds.
fn block<'a>(text: &'a str, label: &str) -> Option<(&'a str, &'a str)> {
    let end = format!("{label}-----");
    text.match_indices(BEGIN).find_map(|(at, _)| {
        let (name, rest) = text.get(at + BEGIN.len()..)?.split_once("-----")?;
        let is_it = name == label || name.ends_with(&format!(" {label}"));
        let (body, _) = rest.split_once("-----END ").filter(|_| is_it)?;
        let after = text.get(at..)?;
        let close = after.find("-----END ")?;
        let length = close + after.get(close..)?.find(&end)? + end.len();
        Some((after.get(..length)?, body))
    })
}

const BEGIN: &str = "-----BEGIN ";
const KEY: &str = "PRIVATE KEY";
const CERTIFICATE: &str = "CERTIFICATE";
/// The longest that Microsoft recommends.
const LIFETIME_SECONDS: i64 = 600;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_blocks_of_a_bundle_are_told_apart() {
        let bundle = "words\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n\
                      -----BEGIN RSA PRIVATE KEY-----\nBBBB\n-----END RSA PRIVATE KEY-----\n";
        assert!(Certificate::is_bundle(bundle));
        let (key, held) = block(bundle, KEY).unwrap();
        assert_eq!(held.trim(), "BBBB");
        assert!(
            key.starts_with("-----BEGIN RSA") && key.ends_with("RSA PRIVATE KEY-----"),
            "{key}"
        );
        assert_eq!(block(bundle, CERTIFICATE).unwrap().1.trim(), "AAAA");
        for text in ["a secret", "-----BEGIN CERTIFICATE-----", "-----BEGIN PRIVATE KEY-----\nx"] {
            assert!(!Certificate::is_bundle(text), "{text}");
        }
        let broken = Certificate::from_pem(&Secret::new(bundle.to_owned()), bundle);
        assert!(matches!(broken, Err(Error::Settings { .. })));
    }
}
