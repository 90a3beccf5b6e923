//! Assertions: JSON Web Tokens that an app signs for a user (RFC 7523).

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::App;

/// The furthest that an assertion may reach: three minutes, and what clocks differ by.
const MAX_AHEAD_SECONDS: i64 = 3 * 60 + 30;

/// What an assertion says, before anything is believed.
pub(super) struct Assertion {
    pub(super) issuer: String,
    pub(super) subject: String,
    audience: String,
    expires: Option<i64>,
    signed: String,
    signature: Vec<u8>,
}

/// Reads an assertion of the one algorithm that is taken.
pub(super) fn read(text: &str) -> Option<Assertion> {
    let (signed, signature) = text.rsplit_once('.')?;
    let (head, claims) = signed.split_once('.')?;
    let json = |part: &str| -> Option<Value> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
    };
    let head = json(head)?;
    if head.get("alg").and_then(Value::as_str) != Some("RS256") {
        return None;
    }
    let claims = json(claims)?;
    let of = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    // One client sends digits in a text.
    let expires = claims.get("exp").and_then(|exp| {
        exp.as_f64()
            .map(|seconds| {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "seconds, and a wrong one is refused"
                )]
                let seconds = seconds as i64;
                seconds
            })
            .or_else(|| exp.as_str()?.parse().ok())
    });
    Some(Assertion {
        issuer: of("iss")?,
        subject: of("sub").or_else(|| of("prn"))?,
        audience: of("aud")?,
        expires,
        signed: signed.to_owned(),
        signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
    })
}

impl Assertion {
    /// Why it is not believed, in the words of the token endpoint.
    pub(super) fn check(&self, app: &App, now: i64, base: &str) -> Result<(), &'static str> {
        let key = app.certificate.as_ref().ok_or("invalid assertion")?;
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key)
            .verify(self.signed.as_bytes(), &self.signature)
            .map_err(|_wrong| "invalid assertion")?;
        let audience = self.audience.trim_end_matches('/');
        let audience = audience.strip_suffix("/services/oauth2/token").unwrap_or(audience);
        let ours = ["https://login.salesforce.com", "https://test.salesforce.com", base];
        let own_domain =
            audience.starts_with("https://") && audience.ends_with(".my.salesforce.com");
        if !ours.contains(&audience) && !own_domain {
            return Err("audience is invalid");
        }
        match self.expires {
            Some(at) if at <= now => Err("expired authorization code"),
            Some(at) if at <= now + MAX_AHEAD_SECONDS => Ok(()),
            _ => Err("invalid assertion"),
        }
    }
}
