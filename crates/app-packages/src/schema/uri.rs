//! `format: uri`: an absolute address in the letters of RFC 3986.

/// Whether the text is a URI with a scheme (RFC 3986 §3), not a relative reference.
pub(crate) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let mut letters = scheme.bytes();
    let starts = letters.next().is_some_and(|first| first.is_ascii_alphabetic());
    let goes_on = letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'-' | b'.'));
    if !starts || !goes_on {
        return false;
    }
    // The published validator wants a slash or something else of substance: `mailto:` alone is nothing.
    if rest.is_empty() {
        return false;
    }
    let mut fragments = rest.split('#');
    let (main, fragment) = (fragments.next().unwrap_or_default(), fragments.next());
    if fragments.next().is_some() || !fragment.is_none_or(is_plain) {
        return false;
    }
    let (path, query) =
        main.split_once('?').map_or((main, None), |(path, query)| (path, Some(query)));
    if !query.is_none_or(is_plain) {
        return false;
    }
    let Some(hierarchy) = path.strip_prefix("//") else { return is_plain(path) };
    let (authority, path) =
        hierarchy.find('/').map_or((hierarchy, ""), |at| hierarchy.split_at(at));
    is_authority(authority) && is_plain(path)
}

fn is_authority(text: &str) -> bool {
    let host = text.rsplit_once('@').map_or(text, |(_, host)| host);
    let (host, port) = match host.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((literal, rest)) if is_literal(literal) => {
                ("", rest.strip_prefix(':').or((rest.is_empty()).then_some("")))
            }
            _ => return false,
        },
        None => host.split_once(':').map_or((host, Some("")), |(host, port)| (host, Some(port))),
    };
    let user = text.rsplit_once('@').is_none_or(|(user, _)| is_plain(user) && !user.contains('@'));
    user && is_plain(host) && port.is_some_and(|port| port.bytes().all(|c| c.is_ascii_digit()))
}

fn is_literal(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_hexdigit() || matches!(c, b':' | b'.'))
}

/// Letters that a path, query or fragment may have; a percent sign begins two hexadecimal digits.
fn is_plain(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let fits = match byte {
            b'%' => {
                let digits = [bytes.next(), bytes.next()];
                digits.iter().all(|digit| digit.is_some_and(|digit| digit.is_ascii_hexdigit()))
            }
            _ => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte),
        };
        if !fits {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_addresses_are_taken_and_nothing_else() {
        for text in [
            "https://example.com/a?b=c#d",
            "urn:uuid:1",
            "mailto:a@b.example",
            "http://[::1]:80/",
            "https://user@example.com:8080",
            "https://example.com/%C3%A9",
            "file:///a",
        ] {
            assert!(is_uri(text), "{text}");
        }
        for text in [
            "",
            "example.com",
            "/a",
            "//example.com",
            "1http://a",
            "https://exa mple.com",
            "https://a/%zz",
            "https://a/<b>",
            "https://a#b#c",
            "https://é.example",
            "https:",
            "http://a:port/",
        ] {
            assert!(!is_uri(text), "{text}");
        }
    }
}
