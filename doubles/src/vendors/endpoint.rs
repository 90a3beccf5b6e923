//! A plain endpoint that checks signatures as Standard Webhooks says.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{Answer, Request};

pub(super) fn judge(request: &Request, secret: Option<&[u8]>) -> Result<(), Answer> {
    let Some(secret) = secret else { return Ok(()) };
    let refused = |text: &str| Answer::text(401, text);
    let header = |name: &str| request.header(name).ok_or_else(|| refused("a header is missing"));
    let (id, at) = (header("webhook-id")?, header("webhook-timestamp")?);
    let signatures = header("webhook-signature")?;
    let seconds: u64 = at.parse().map_err(|_source| refused("the timestamp is no number"))?;
    if away(seconds) > TOLERANCE {
        return Err(refused("the timestamp is too far away"));
    }
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let mut signed = format!("{id}.{at}.").into_bytes();
    signed.extend_from_slice(&request.body);
    let right = signatures
        .split(' ')
        .filter_map(|one| one.strip_prefix("v1,"))
        .any(|one| STANDARD.decode(one).is_ok_and(|one| hmac::verify(&key, &signed, &one).is_ok()));
    if right { Ok(()) } else { Err(refused("no signature fits")) }
}

/// The bytes of `whsec_…`.
pub(crate) fn secret(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text.strip_prefix("whsec_")?).ok()
}

#[expect(clippy::disallowed_methods, reason = "a service outside has a clock of its own")]
fn away(seconds: u64) -> Duration {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    now.abs_diff(Duration::from_secs(seconds))
}

/// The tolerance of the published libraries.
const TOLERANCE: Duration = Duration::from_mins(5);
