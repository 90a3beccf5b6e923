//! Base addresses: scheme, host and the path that every operation hangs below.

use crate::{
    encode,
    expression::{Context, Missing, Piece, Template},
    problem::{Problem, Reason, Result},
    query::Query,
};

/// Where a connector's operations live.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Base {
    /// `https://host[:port]`
    pub origin: String,
    /// The path without its closing slashes; empty for the root.
    pub path: String,
    /// A query that the base itself holds.
    pub query: Query,
}

impl Base {
    /// Reads an address; one without a scheme is `https`.
    ///
    /// # Errors
    /// [`Reason::AddressInvalid`] for other schemes, a missing host, credentials, blanks or control
    /// characters in it, a fragment, and paths that climb.
    pub fn parse(text: &str) -> Result<Self> {
        let invalid = || Problem::new(Reason::AddressInvalid, "url");
        let text = text.trim();
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) if !scheme.contains(['/', '?', '#']) => (scheme, rest),
            _ => ("https", text.trim_start_matches('/')),
        };
        let scheme = scheme.to_ascii_lowercase();
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, rest) = rest.split_at(end);
        let odd = |c: char| c.is_whitespace() || c.is_control() || "@\\{}<>\"'`|^,;()".contains(c);
        if !matches!(scheme.as_str(), "http" | "https") || host.is_empty() || host.contains(odd) {
            return Err(invalid());
        }
        let port = host.rsplit_once(':').filter(|_| !host.ends_with(']')).map(|(_, port)| port);
        let no_port = |port: &str| port.is_empty() || !port.bytes().all(|b| b.is_ascii_digit());
        if port.is_some_and(no_port)
            || host.starts_with(':')
            || rest.contains('#')
            || rest.contains(char::is_control)
        {
            return Err(invalid());
        }
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let path = encode::literal(path.trim_end_matches('/'));
        if encode::climbs(&path) {
            return Err(invalid());
        }
        Ok(Self { origin: format!("{scheme}://{host}"), path, query: Query::parse(query) })
    }

    /// The base that a host template yields.
    ///
    /// # Errors
    /// Those of the expressions and of [`Base::parse`]; [`Reason::AddressEscaped`] when a value that
    /// is only a part of the host would end it.
    pub fn evaluate(template: &Template, context: &Context<'_>) -> Result<Self> {
        let pieces = template.pieces();
        let mut text = String::new();
        for (at, piece) in pieces.iter().enumerate() {
            let single = match piece {
                Piece::Text(plain) => {
                    text.push_str(plain);
                    continue;
                }
                Piece::Call(_) => Template::of(piece.clone()),
            };
            let value = single.plain(context, Missing::Fails)?;
            let value = value.trim();
            let behind = text.split_once("://").map_or(&*text, |(_, behind)| behind);
            let in_host = !behind.contains(['/', '?', '#']);
            let host_goes_on = match pieces.get(at + 1) {
                Some(Piece::Text(next)) => !next.starts_with(['/', '?', '#']),
                Some(Piece::Call(_)) => true,
                None => false,
            };
            let part = if text.is_empty() {
                value.split_once("://").map_or(value, |(_, rest)| rest)
            } else {
                value
            };
            if in_host && host_goes_on && part.contains(['/', '?', '#', '@', '\\']) {
                return Err(Problem::new(Reason::AddressEscaped, "urlTemplate"));
            }
            text.push_str(value);
        }
        Self::parse(&text)
    }

    /// Origin and path together.
    pub fn text(&self) -> String {
        format!("{}{}", self.origin, self.path)
    }
}

/// An absolute address taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absolute {
    /// `https://host[:port]`, lower case, without a default port.
    pub origin: String,
    /// From the slash to the query.
    pub path: String,
    /// The text after the question mark.
    pub query: Option<String>,
}

impl Absolute {
    /// Reads an absolute `http` or `https` address without credentials; a fragment is dropped.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (host, rest) = rest.split_at(end);
        let odd = |c: char| c.is_whitespace() || c.is_control() || c == '\\';
        if !matches!(scheme.as_str(), "http" | "https") || host.is_empty() || text.contains(odd) {
            return None;
        }
        if host.contains('@') {
            return None;
        }
        let host = host.to_ascii_lowercase();
        let port = if scheme == "https" { ":443" } else { ":80" };
        let host = host.strip_suffix(port).unwrap_or(&host);
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (rest, None),
        };
        let path = if path.is_empty() { "/" } else { path };
        Some(Self { origin: format!("{scheme}://{host}"), path: path.to_owned(), query })
    }

    /// The address that a link in an answer to `from` means (RFC 3986 §5, for links that are
    /// absolute, begin with a slash or a question mark, or name a sibling).
    pub fn resolve(from: &str, link: &str) -> Option<String> {
        let link = link.trim();
        let base = Self::parse(from)?;
        let whole = if link.contains("://") {
            link.to_owned()
        } else if let Some(rest) = link.strip_prefix("//") {
            let (scheme, _) = base.origin.split_once("://")?;
            format!("{scheme}://{rest}")
        } else if link.starts_with('/') {
            format!("{}{link}", base.origin)
        } else if link.starts_with('?') {
            format!("{}{}{link}", base.origin, base.path)
        } else {
            let (folder, _) = base.path.rsplit_once('/')?;
            format!("{}{folder}/{link}", base.origin)
        };
        let read = Self::parse(&whole)?;
        (!link.is_empty() && !encode::climbs(&read.path)).then_some(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::Values;

    fn base(template: &str, host: &str) -> Result<Base> {
        let values = Values::of(&[("host", host), ("region", "eu")]);
        let context = Context { connection: Some(&values), ..Context::default() };
        Base::evaluate(&Template::parse(template), &context)
    }

    #[test]
    fn a_text_without_scheme_gets_https_and_loses_its_closing_slash() {
        let found = base("@connectionParameters('host')", "example.com/api/").unwrap();
        assert_eq!(found.text(), "https://example.com/api");
    }

    #[test]
    fn a_value_that_is_the_whole_base_may_hold_scheme_port_and_path() {
        let found = base("@connectionParameters('host')", "http://10.0.0.1:8080/a b").unwrap();
        assert_eq!(found.text(), "http://10.0.0.1:8080/a%20b");
        let found = base("https://@connectionParameters('host')/x", "h.example/deep").unwrap();
        assert_eq!(found.text(), "https://h.example/deep/x");
    }

    #[test]
    fn a_value_that_is_part_of_a_host_cannot_end_it() {
        for evil in ["evil.example/", "evil.example#", "evil.example?", "me@evil.example/", "a\\b"]
        {
            let refused = base("https://@connectionParameters('host').example.com/api", evil);
            assert_eq!(refused.unwrap_err().reason, Reason::AddressEscaped, "{evil}");
        }
    }

    #[test]
    fn credentials_blanks_line_ends_and_other_schemes_are_no_address() {
        for odd in [
            "u:p@h.example",
            "h example",
            "h\r\nX: y",
            "ftp://h",
            "javascript://h",
            "",
            ":80",
            "h:x",
            "https:",
        ] {
            assert_eq!(
                base("@connectionParameters('host')", odd).unwrap_err().reason,
                Reason::AddressInvalid,
                "{odd:?}"
            );
        }
        assert_eq!(Base::parse("https://h/a/../b").unwrap_err().reason, Reason::AddressInvalid);
    }

    #[test]
    fn links_resolve_against_the_request_that_got_them() {
        let from = "https://h.example/v1/items?x=1";
        let resolve = |link| Absolute::resolve(from, link);
        assert_eq!(resolve("/subs/1").unwrap(), "https://h.example/subs/1");
        assert_eq!(resolve("items/2").unwrap(), "https://h.example/v1/items/2");
        assert_eq!(resolve("?page=2").unwrap(), "https://h.example/v1/items?page=2");
        assert_eq!(resolve("//other/x").unwrap(), "https://other/x");
        assert_eq!(resolve("../../x"), None);
        assert_eq!(resolve("file:///etc/passwd"), None);
    }

    #[test]
    fn a_default_port_is_the_same_origin() {
        let origin = |text| Absolute::parse(text).unwrap().origin;
        assert_eq!(origin("HTTPS://H.example:443/x"), origin("https://h.example"));
        assert_ne!(origin("https://h.example:8443"), origin("https://h.example"));
    }
}
