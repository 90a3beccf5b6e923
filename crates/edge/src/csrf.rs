//! Requests that another site makes a browser send.
//!
//! Three fences: the session cookie is `SameSite=Lax`; a request that changes something must come from our own
//! origin as the browser tells it; a form of a signed-in person carries a token of the session. The framed session has
//! not the first: so the browser must tell the origin there, and every browser that keeps such a cookie does.
//!
//! Pages are compressed, and what a page holds beside a token may come from elsewhere: so the token is written
//! under another mask in every answer, and its length in the compressed answer tells nothing about it (BREACH).

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderName, Method, header};
use kernel::Kind;
use subtle::ConstantTimeEq as _;

use crate::{Context, Problem};

/// The token that forms of this session carry in the field `csrf` (or in the header `X-CSRF-Token`).
/// Another one each time; nothing without a session.
pub fn csrf_token(context: &Context) -> Option<String> {
    let pad = context.gate().ids.secret_bytes();
    context.session().map(|session| masked(&tag(session), &pad))
}

/// Checks the token of a form.
///
/// # Errors
/// `csrf.rejected` when it is not the session's.
pub fn verify_csrf(context: &Context, presented: Option<&str>) -> Result<(), Problem> {
    let Some(session) = context.session() else { return Ok(()) };
    let presented = presented.and_then(unmasked).ok_or_else(rejected)?;
    if tag(session).ct_eq(&presented).into() { Ok(()) } else { Err(rejected()) }
}

/// Checks that a request that changes something comes from our own pages.
///
/// Programs send neither header and pass: they hold no cookie of a browser.
///
/// # Errors
/// `csrf.rejected` when the browser says that another site asked.
pub fn same_origin(context: &Context, method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    if method.is_safe() {
        return Ok(());
    }
    if let Some(site) = headers.get(&FETCH_SITE) {
        return if site == "same-origin" || site == "none" { Ok(()) } else { Err(rejected()) };
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return if context.has_framed_session() { Err(rejected()) } else { Ok(()) };
    };
    let origin = origin.to_str().unwrap_or_default().to_ascii_lowercase();
    let host = origin.split_once("://").map_or("", |(_, host)| host);
    let own = !host.is_empty() && host == context.host();
    let public = context.gate().settings.public_url.as_deref();
    let public = public.is_some_and(|url| url.trim_end_matches('/').eq_ignore_ascii_case(&origin));
    if own || public { Ok(()) } else { Err(rejected()) }
}

/// What only the session's holder and the hub can know.
fn tag(session: &str) -> Tag {
    let key = hmac::Key::new(hmac::HMAC_SHA256, session.as_bytes());
    let mut tag = [0; TAG_BYTES];
    for (byte, known) in tag.iter_mut().zip(hmac::sign(&key, b"liaison form token").as_ref()) {
        *byte = *known;
    }
    tag
}

/// The mask, and the tag under it.
fn masked(tag: &Tag, pad: &Tag) -> String {
    let covered = tag.iter().zip(pad).map(|(byte, mask)| byte ^ mask);
    let bytes: Vec<u8> = pad.iter().copied().chain(covered).collect();
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The tag without its mask; nothing where the text is not of that form.
fn unmasked(presented: &str) -> Option<Tag> {
    // as many characters as the bytes of mask and tag take, so that no long text is decoded
    if presented.len() > 4 * TAG_BYTES {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(presented).ok()?;
    let (pad, covered) = bytes.split_at_checked(TAG_BYTES)?;
    let open: Vec<u8> = covered.iter().zip(pad).map(|(byte, mask)| byte ^ mask).collect();
    if covered.len() == TAG_BYTES { open.try_into().ok() } else { None }
}

fn rejected() -> Problem {
    Problem::new(
        "csrf.rejected",
        Kind::Forbidden,
        "the request did not come from a page of the hub",
    )
}

/// As long as SHA-256 makes it.
const TAG_BYTES: usize = 32;

type Tag = [u8; TAG_BYTES];

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

#[cfg(test)]
mod tests {
    use kernel::Ids;

    use super::*;

    #[test]
    fn each_answer_writes_the_token_differently_and_each_is_taken() {
        let (ids, known) = (Ids::seeded(1), tag("a session"));
        let (first, second) =
            (masked(&known, &ids.secret_bytes()), masked(&known, &ids.secret_bytes()));
        assert_ne!(first, second);
        assert_eq!((unmasked(&first), unmasked(&second)), (Some(known), Some(known)));
        assert_ne!(unmasked(&first), Some(tag("another session")));
    }

    #[test]
    fn what_is_no_token_is_none() {
        let bare = URL_SAFE_NO_PAD.encode(tag("a session"));
        let long = "A".repeat(1 << 20);
        for text in ["", "AAAA", "?", bare.as_str(), long.as_str()] {
            assert_eq!(unmasked(text), None, "{} characters", text.len());
        }
    }
}
