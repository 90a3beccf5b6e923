//! Signatures of Standard Webhooks 1.0.0: `webhook-id`, `webhook-timestamp`, `webhook-signature`.
//!
//! Symmetric: HMAC-SHA256 over `{id}.{timestamp}.{body}`, base64, with the prefix `v1,`; the secret is 24 to 64
//! bytes, base64, with the prefix `whsec_`. Several signatures stand side by side while a secret is being
//! replaced.

use std::fmt;

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use kernel::{Ids, Secret as Hidden};

/// A secret to sign with.
#[derive(Clone)]
pub struct Secret(Hidden<String>, hmac::Key);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl Secret {
    /// A new one.
    pub fn generate(ids: &Ids) -> Self {
        let bytes: [u8; NEW_BYTES] = ids.secret_bytes();
        Self(Hidden::new(format!("{PREFIX}{}", STANDARD.encode(bytes))), key(&bytes))
    }

    /// Reads `whsec_…`; `None` when it is none, or not 24 to 64 bytes long.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text.trim().strip_prefix(PREFIX)?).ok()?;
        let good = (MIN_BYTES..=MAX_BYTES).contains(&bytes.len());
        good.then(|| Self(Hidden::new(text.trim().to_owned()), key(&bytes)))
    }

    /// The text, as a person copies it.
    pub const fn expose(&self) -> &String {
        self.0.expose()
    }
}

fn key(bytes: &[u8]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, bytes)
}

/// The value of `webhook-signature`; `id` and `timestamp` are ours and hold no full stop.
pub fn sign(secrets: &[Secret], id: &str, timestamp: i64, body: &[u8]) -> String {
    let head = format!("{id}.{timestamp}.");
    let mut value = String::with_capacity(secrets.len() * 48);
    for secret in secrets {
        let mut context = hmac::Context::with_key(&secret.1);
        context.update(head.as_bytes());
        context.update(body);
        if !value.is_empty() {
            value.push(' ');
        }
        value.push_str("v1,");
        STANDARD.encode_string(context.sign(), &mut value);
    }
    value
}

const PREFIX: &str = "whsec_";

/// The least that the specification allows, and the most.
const MIN_BYTES: usize = 24;
const MAX_BYTES: usize = 64;

/// Bytes of a secret that we make.
const NEW_BYTES: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_one_that_published_libraries_make() {
        // The example of the specification's libraries.
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let value = sign(
            &[secret],
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(value, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn two_secrets_sign_side_by_side() {
        let ids = Ids::seeded(1);
        let secrets = [Secret::generate(&ids), Secret::generate(&ids)];
        let value = sign(&secrets, "msg_1", 1, b"{}");
        assert_eq!(value.split(' ').filter(|one| one.starts_with("v1,")).count(), 2);
    }

    #[test]
    fn a_new_secret_reads_back_and_short_ones_are_refused() {
        let secret = Secret::generate(&Ids::seeded(1));
        assert!(Secret::parse(secret.expose()).is_some());
        assert_eq!(format!("{secret:?}"), "Secret(***)");
        for wrong in ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_%"] {
            assert!(Secret::parse(wrong).is_none(), "{wrong}");
        }
    }
}
