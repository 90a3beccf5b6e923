//! Signed tokens of the directory, and the keys that prove them.

use aws_lc_rs::{
    digest,
    encoding::AsDer as _,
    rand::SystemRandom,
    rsa::{KeySize, PublicKey},
    signature::{
        KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
    },
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};

use crate::{der, value::Fields as _};

/// With padding.
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Without regard to blanks.
pub fn unbase64(text: &str) -> Option<Vec<u8>> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    STANDARD.decode(text).ok()
}

/// For addresses, without padding.
pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// With or without padding.
pub fn unbase64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

/// SHA-256, as proof keys are compared.
pub fn challenge(verifier: &str) -> String {
    base64url(digest::digest(&digest::SHA256, verifier.as_bytes()).as_ref())
}

/// The key of the directory.
pub struct Keys {
    pair: RsaKeyPair,
    id: String,
}

/// Why a token is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// It is none.
    Shape,
    /// Somebody else signed it, or nobody.
    Signature,
    /// It has ended.
    Expired,
}

impl Keys {
    /// A new key.
    ///
    /// # Errors
    /// When none can be made.
    pub fn create() -> std::io::Result<Self> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048)
            .map_err(|e| std::io::Error::other(e.to_string()))?;
        let id = base64url(&crate::clock::chance::<15>());
        Ok(Self { pair, id })
    }

    fn public(&self) -> &PublicKey {
        self.pair.public_key()
    }

    /// The set of keys as it is published.
    pub fn published(&self, issuer: &str) -> Value {
        let (modulus, exponent) = der::rsa_key(self.public().as_ref()).unwrap_or_default();
        json!({"keys": [{
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.id, "x5t": self.id,
            "n": base64url(&modulus), "e": base64url(&exponent), "issuer": issuer,
        }]})
    }

    /// A signed token.
    pub fn sign(&self, claims: &Value) -> String {
        let header = json!({"typ": "JWT", "alg": "RS256", "kid": self.id, "x5t": self.id});
        let text = format!(
            "{}.{}",
            base64url(header.to_string().as_bytes()),
            base64url(claims.to_string().as_bytes())
        );
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let signed = self.pair.sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            text.as_bytes(),
            &mut signature,
        );
        // A token without a signature is refused by whoever reads it.
        if signed.is_err() {
            signature.clear();
        }
        format!("{text}.{}", base64url(&signature))
    }

    /// The claims of a token that this key signed.
    ///
    /// # Errors
    /// [`Wrong`].
    pub fn check(&self, token: &str, now: i64) -> Result<Value, Wrong> {
        let key = self.public().as_der().map_err(|_failed| Wrong::Signature)?;
        verify(token, key.as_ref(), now)
    }
}

/// The claims of a token that the key of `spki` signed.
///
/// # Errors
/// [`Wrong`].
pub fn verify(token: &str, spki: &[u8], now: i64) -> Result<Value, Wrong> {
    let (text, signature) = token.rsplit_once('.').ok_or(Wrong::Shape)?;
    let (header, claims) = text.split_once('.').ok_or(Wrong::Shape)?;
    let read = |part: &str| -> Option<Value> { serde_json::from_slice(&unbase64url(part)?).ok() };
    let header = read(header).ok_or(Wrong::Shape)?;
    let claims = read(claims).ok_or(Wrong::Shape)?;
    let signature = unbase64url(signature).ok_or(Wrong::Signature)?;
    if !["RS256", "PS256"].contains(&header.text("alg")) {
        return Err(Wrong::Signature);
    }
    let algorithm = if header.text("alg") == "PS256" {
        &aws_lc_rs::signature::RSA_PSS_2048_8192_SHA256
    } else {
        &RSA_PKCS1_2048_8192_SHA256
    };
    UnparsedPublicKey::new(algorithm, spki)
        .verify(text.as_bytes(), &signature)
        .map_err(|_failed| Wrong::Signature)?;
    let expires = claims.field("exp").as_i64().unwrap_or(0);
    if expires * 1000 <= now {
        return Err(Wrong::Expired);
    }
    Ok(claims)
}
