//! Cookies on a connector's origin: ours, which never goes out, and those of the connector's hosts, each for itself.
//!
//! All domains of a connector share one origin here, so a cookie of any host but the home of the configuration page is
//! kept under a name that says whose it is: `~login.example.com~session`, on the paths where that host stands.
//!
//! Browsers that keep no cookies of third parties keep partitioned ones (CHIPS), by the site of the top-level page. Where
//! the hub and `apps_base` are of one site that is one jar for frames and windows; elsewhere a window enters anew
//! (`bridge::entrance`).

use connector_registry::hosting::PASS_LIFE;
use http::{HeaderMap, HeaderValue, header};

/// Whether browsers treat the origin as one that may keep secure cookies.
fn is_trustworthy(origin: &str) -> bool {
    let Some(rest) = origin.strip_prefix("http://") else { return true };
    let name = rest.split(':').next().unwrap_or_default();
    name == "localhost" || name.ends_with(".localhost")
}

/// The name of our cookie: the prefix keeps neighbours from planting one (RFC 6265bis §4.1.3.2).
fn pass_name(origin: &str) -> &'static str {
    if origin.starts_with("https://") { "__Host-liaison-pass" } else { "liaison-pass" }
}

/// `Set-Cookie` of a pass.
pub(crate) fn pass(origin: &str, text: &str) -> Option<HeaderValue> {
    let site = if is_trustworthy(origin) {
        "; Secure; SameSite=None; Partitioned"
    } else {
        "; SameSite=Lax"
    };
    let (name, life) = (pass_name(origin), PASS_LIFE.as_secs());
    HeaderValue::try_from(format!("{name}={text}; Path=/; Max-Age={life}; HttpOnly{site}")).ok()
}

/// The pass that came with a request.
pub(crate) fn presented<'a>(headers: &'a HeaderMap, origin: &str) -> Option<&'a str> {
    let wanted = pass_name(origin);
    pairs(headers).find_map(|(name, value)| (name == wanted).then_some(value))
}

/// The cookies that belong to the host which is asked, as one line.
pub(crate) fn outgoing(headers: &HeaderMap, guest: Option<&str>) -> Option<HeaderValue> {
    let prefix = guest.map(prefix);
    let mut line = String::new();
    for (name, value) in pairs(headers) {
        let own = match &prefix {
            Some(prefix) => name.strip_prefix(prefix.as_str()),
            None => (!name.starts_with('~') && !is_ours(name)).then_some(name),
        };
        if let Some(name) = own {
            if !line.is_empty() {
                line.push_str("; ");
            }
            line.push_str(name);
            line.push('=');
            line.push_str(value);
        }
    }
    if line.is_empty() { None } else { HeaderValue::try_from(line).ok() }
}

/// A cookie that a host of the connector sets, as it is kept here: for this origin alone, right for its scheme. `guest`
/// is the host and the path under which it stands, unless it is the home of the page. None for what is ours.
pub(crate) fn incoming(
    line: &str,
    origin: &str,
    guest: Option<(&str, &str)>,
) -> Option<HeaderValue> {
    let mut parts = line.split(';');
    let (name, value) = parts.next()?.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    if name.is_empty() || name.starts_with('~') || is_ours(name) {
        return None;
    }
    let mut kept = match guest {
        Some((host, _)) => format!("{}{name}={value}", prefix(host)),
        None => format!("{name}={value}"),
    };
    let mut site = "None";
    for part in parts {
        let (key, setting) = part.split_once('=').unwrap_or((part, ""));
        let setting = setting.trim();
        match key.trim().to_ascii_lowercase().as_str() {
            "max-age" if setting.bytes().all(|b| b.is_ascii_digit() || b == b'-') => {
                kept.push_str("; Max-Age=");
                kept.push_str(setting);
            }
            "expires" => {
                kept.push_str("; Expires=");
                kept.push_str(setting);
            }
            "httponly" => kept.push_str("; HttpOnly"),
            "path" if setting.starts_with('/') => {
                kept.push_str("; Path=");
                kept.push_str(guest.map_or("", |(_, at)| at.trim_end_matches('/')));
                kept.push_str(setting);
            }
            // what its author asked for stands; who asked for nothing wrote before browsers had a default
            "samesite" if setting.eq_ignore_ascii_case("lax") => site = "Lax",
            "samesite" if setting.eq_ignore_ascii_case("strict") => site = "Strict",
            // Domain, Secure, Partitioned: the origin decides
            _ => {}
        }
    }
    if is_trustworthy(origin) {
        kept.push_str("; Secure; SameSite=");
        kept.push_str(site);
        if site == "None" {
            kept.push_str("; Partitioned");
        }
    } else if site != "None" {
        kept.push_str("; SameSite=");
        kept.push_str(site);
    }
    HeaderValue::try_from(kept).ok()
}

fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='))
}

fn prefix(host: &str) -> String {
    // a colon is no character of a cookie's name (RFC 9110 §5.6.2)
    format!("~{}~", host.replace(':', "+"))
}

fn is_ours(name: &str) -> bool {
    name.strip_prefix("__Host-").unwrap_or(name).starts_with("liaison-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(line: &str, origin: &str, guest: Option<(&str, &str)>) -> Option<String> {
        Some(incoming(line, origin, guest)?.to_str().unwrap().to_owned())
    }

    #[test]
    fn a_cookie_of_the_page_stays_on_its_origin() {
        let origin = "https://x.apps.example.org";
        for (line, expected) in [
            ("a=1", "a=1; Secure; SameSite=None; Partitioned"),
            (
                "a=1; Domain=example.com; Path=/app; Secure; HttpOnly; SameSite=None; Partitioned",
                "a=1; Path=/app; HttpOnly; Secure; SameSite=None; Partitioned",
            ),
            (
                "a=1; SameSite=Lax; Max-Age=60; Expires=Wed, 21 Oct 2026 07:28:00 GMT",
                "a=1; Max-Age=60; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Secure; SameSite=Lax",
            ),
            ("a=b=c; samesite=STRICT", "a=b=c; Secure; SameSite=Strict"),
        ] {
            assert_eq!(kept(line, origin, None).as_deref(), Some(expected));
        }
        assert_eq!(kept("a=1; Secure", "http://x.apps.hub.lan:8080", None).as_deref(), Some("a=1"));
        assert_eq!(
            kept("a=1", "http://x.apps.localhost:8080", None).as_deref(),
            Some("a=1; Secure; SameSite=None; Partitioned")
        );
    }

    #[test]
    fn no_host_sets_what_is_ours_or_another_hosts() {
        for line in [
            "liaison-pass=x",
            "__Host-liaison-pass=x",
            "liaison-session=x",
            "~other~a=1",
            "=x",
            "x",
        ] {
            assert_eq!(kept(line, "https://x.apps.example.org", None), None, "{line}");
        }
    }

    #[test]
    fn each_host_gets_back_its_own_cookies_only() {
        let guest = Some(("login.example.com:8443", "/_liaison/at/https/login.example.com:8443/"));
        let line = kept("s=1; Path=/in", "https://x.apps.example.org", guest).unwrap();
        assert_eq!(
            line,
            "~login.example.com+8443~s=1; Path=/_liaison/at/https/login.example.com:8443/in; Secure; SameSite=None; Partitioned"
        );
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            HeaderValue::from_static(
                "s=0; ~login.example.com+8443~s=1; __Host-liaison-pass=p; liaison-session=q; t=2",
            ),
        );
        assert_eq!(outgoing(&headers, None).unwrap(), "s=0; t=2");
        assert_eq!(outgoing(&headers, Some("login.example.com:8443")).unwrap(), "s=1");
        assert_eq!(outgoing(&headers, Some("login.example.com")), None);
        assert_eq!(presented(&headers, "https://x.apps.example.org"), Some("p"));
    }
}
