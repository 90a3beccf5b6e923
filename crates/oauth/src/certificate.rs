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
    /// Reads a private key (RSA or P-256) and a certificate, both PEM.
    ///
    /// # Errors
    /// [`Error::Settings`] says which of the two cannot be read.
    pub fn from_pem(key: &Secret<String>, certificate: &str) -> Result<Self, Error> {
        let wrong = |reason| Error::Settings { reason };
        let pem = key.expose().as_bytes();
        let (key, algorithm) = EncodingKey::from_rsa_pem(pem)
            .map(|key| (key, Algorithm::PS256))
            .or_else(|_not_rsa| EncodingKey::from_ec_pem(pem).map(|key| (key, Algorithm::ES256)))
            .map_err(|_source| wrong("the private key is no RSA or P-256 key in PEM form"))?;
        let body: String = certificate
            .split_once(BEGIN)
            .and_then(|(_, after)| after.split_once(END))
            .map(|(body, _)| body.chars().filter(|c| !c.is_whitespace()).collect())
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

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";
/// The longest that Microsoft recommends.
const LIFETIME_SECONDS: i64 = 600;
