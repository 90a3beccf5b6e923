//! Cookies: reading them, and those that the hub sets.
//!
//! A page of the hub inside a page of another site, such as a tab in Microsoft Teams, is given no cookie that is
//! `SameSite=Lax`. Those pages have a session of their own, in a cookie that is sent there and is partitioned: it belongs
//! to the site round the page, and under any other site the browser has none (CHIPS). It counts on those pages alone.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, header};
use kernel::Language;

use crate::Context;

/// The cookie of a session over TLS. The prefix keeps other hosts and paths from planting one (RFC 6265bis).
const SECURE_SESSION: &str = "__Host-liaison-session";

/// The cookie of a session over plain HTTP, which only the machine itself may use.
const PLAIN_SESSION: &str = "liaison-session";

/// The cookie of a session in a frame of a host.
pub(crate) const FRAMED_SESSION: &str = "__Host-liaison-framed";

/// The cookie that keeps the chosen language.
pub(crate) const LANGUAGE: &str = "liaison-language";

pub(crate) const fn session_name(secure: bool) -> &'static str {
    if secure { SECURE_SESSION } else { PLAIN_SESSION }
}

/// The value of a cookie, as it came.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name && !value.is_empty()).then_some(value)
    })
}

/// The secret of the session cookie, if one came with this request; not checked.
pub fn session_secret(context: &Context) -> Option<&str> {
    context.session()
}

/// `Set-Cookie` for a session. `secret` holds only letters, digits, `-` and `_`.
pub fn session_cookie(context: &Context, secret: &str, lives: Option<Duration>) -> HeaderValue {
    set(
        session_name(context.is_secure()),
        secret,
        lives,
        Look { http_only: true, secure: context.is_secure() },
    )
}

/// `Set-Cookie` that ends the session on this browser.
pub fn clear_session_cookie(context: &Context) -> HeaderValue {
    session_cookie(context, "", Some(Duration::ZERO))
}

/// `Set-Cookie` for a session in a frame of a host; over TLS only.
pub fn framed_session_cookie(secret: &str, lives: Option<Duration>) -> HeaderValue {
    let age = lives.map(|d| format!("; Max-Age={}", d.as_secs())).unwrap_or_default();
    let line = format!("{FRAMED_SESSION}={secret}; Path=/{age}; HttpOnly; {FRAMED}");
    HeaderValue::from_str(&line).unwrap_or_else(|_odd| HeaderValue::from_static(""))
}

/// Where a cookie of this page is sent, to be written after its name, path and age: to our own pages, and in a frame of a
/// host to that frame.
pub fn cookie_reach(context: &Context) -> &'static str {
    match (context.is_framed() && context.is_secure(), context.is_secure()) {
        (true, _) => FRAMED,
        (false, true) => "SameSite=Lax; Secure",
        (false, false) => "SameSite=Lax",
    }
}

const FRAMED: &str = "SameSite=None; Secure; Partitioned";

/// `Set-Cookie` that keeps a language for a year, or forgets it: then the account and the browser decide again.
pub fn language_cookie(context: &Context, language: Option<Language>) -> HeaderValue {
    let look = Look { http_only: false, secure: context.is_secure() };
    match language {
        Some(language) => set(LANGUAGE, language.tag(), Some(Duration::from_hours(365 * 24)), look),
        None => set(LANGUAGE, "", Some(Duration::ZERO), look),
    }
}

#[derive(Debug, Clone, Copy)]
struct Look {
    http_only: bool,
    secure: bool,
}

fn set(name: &str, value: &str, lives: Option<Duration>, look: Look) -> HeaderValue {
    let age = lives.map(|d| format!("; Max-Age={}", d.as_secs())).unwrap_or_default();
    let http_only = if look.http_only { "; HttpOnly" } else { "" };
    let secure = if look.secure { "; Secure" } else { "" };
    let line = format!("{name}={value}; Path=/{age}; SameSite=Lax{http_only}{secure}");
    HeaderValue::from_str(&line).unwrap_or_else(|_odd| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("xa=1; a=2;b=3"));
        headers.append(header::COOKIE, HeaderValue::from_static("c=4; d="));
        assert_eq!(cookie(&headers, "a"), Some("2"));
        assert_eq!(cookie(&headers, "c"), Some("4"));
        assert_eq!(cookie(&headers, "d"), None);
        assert_eq!(cookie(&headers, "e"), None);
    }

    #[test]
    fn a_session_in_a_frame_belongs_to_the_site_round_it() {
        let line = framed_session_cookie("abc", Some(Duration::from_mins(1)));
        assert_eq!(
            line,
            "__Host-liaison-framed=abc; Path=/; Max-Age=60; HttpOnly; SameSite=None; Secure; Partitioned"
        );
    }

    #[test]
    fn a_session_over_tls_is_bound_to_the_host() {
        let look = Look { http_only: true, secure: true };
        let line = set(session_name(true), "abc", Some(Duration::from_mins(1)), look);
        assert_eq!(
            line,
            "__Host-liaison-session=abc; Path=/; Max-Age=60; SameSite=Lax; HttpOnly; Secure"
        );
    }
}
