//! Templates of requests: `{Name}` is replaced, ignoring case; what has no value is empty text.

use kernel::Secret;

use crate::Error;

/// Where a value is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Into an address: as it is, because it holds hosts and even whole addresses.
    Address,
    /// Into a query or a form: percent-encoded.
    Form,
}

/// Fills `template` from `lookup`.
///
/// Between `//` and the next `/` of an address, a value that stands beside other text may hold only what a
/// host name is made of, so that `https://{customHost}.vendor.example/token` never leads elsewhere (our own choice:
/// the form carries the connector's secret).
pub(crate) fn fill(
    template: &str,
    place: Place,
    mut lookup: impl FnMut(&str) -> Result<Option<Secret<String>>, Error>,
) -> Result<Secret<String>, Error> {
    if template.len() > MAX_TEMPLATE {
        return Err(Error::Settings { reason: "a template is longer than 8 KiB" });
    }
    let has_fixed_host = has_fixed_host(template);
    let mut out = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, tail)) = after.split_once('}').filter(|(name, _)| is_name(name)) else {
            out.push('{');
            rest = after;
            continue;
        };
        rest = tail;
        let Some(value) = lookup(name)? else { continue };
        match place {
            Place::Form => encode(value.expose(), &mut out),
            Place::Address => {
                let is_beside = has_fixed_host && in_authority(&out);
                if is_beside && !value.expose().bytes().all(is_host_byte) {
                    let reason = "a connection parameter holds more than the part of a host name";
                    return Err(Error::Settings { reason });
                }
                out.push_str(value.expose());
            }
        }
        if out.len() > MAX_FILLED {
            return Err(Error::Settings { reason: "a filled template is longer than 64 KiB" });
        }
    }
    out.push_str(rest);
    Ok(Secret::new(out))
}

/// Percent-encodes all but RFC 3986's unreserved characters, which queries and forms read alike.
pub(crate) fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for half in [byte >> 4, byte & 15] {
                let digit = char::from_digit(u32::from(half), 16).unwrap_or('0');
                out.push(digit.to_ascii_uppercase());
            }
        }
    }
}

fn is_name(name: &str) -> bool {
    (1..=100).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b':'))
}

/// Whether any part of the host is the template's own, and not a connection's to choose.
fn has_fixed_host(template: &str) -> bool {
    let Some((_, after)) = template.split_once("//") else { return false };
    let host = after.split(['/', '?', '#']).next().unwrap_or_default();
    host.split('{').enumerate().any(|(at, part)| {
        let fixed = if at == 0 { Some(part) } else { part.split_once('}').map(|(_, rest)| rest) };
        fixed.is_none_or(|text| !text.is_empty())
    })
}

/// Whether the end of an address that is being written lies in its host.
fn in_authority(address: &str) -> bool {
    address.split_once("//").is_some_and(|(_, after)| !after.contains(['/', '?', '#']))
}

const fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')
}

/// Our own choice; the longest public one is under 600 bytes.
const MAX_TEMPLATE: usize = 8 * 1024;
/// Our own choice: an assertion is up to 16 KiB before encoding.
const MAX_FILLED: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str, place: Place, values: &[(&str, &str)]) -> Result<String, Error> {
        let lookup = |name: &str| {
            let found = values.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
            Ok(found.map(|(_, v)| Secret::new((*v).to_owned())))
        };
        fill(template, place, lookup).map(|s| s.expose().clone())
    }

    #[test]
    fn names_ignore_case_and_a_missing_one_is_empty() {
        let values = [("ClientId", "a b&c"), ("US_domain", "us.example")];
        let query = filled("?id={clientid}&x={nothing}&y={not a name}", Place::Form, &values);
        assert_eq!(query.unwrap(), "?id=a%20b%26c&x=&y={not a name}");
        let url = filled("https://{US_domain}{EU_domain}/token", Place::Address, &values);
        assert_eq!(url.unwrap(), "https://us.example/token");
    }

    #[test]
    fn a_value_cannot_leave_the_host_that_the_template_names() {
        for evil in ["evil.example/", "evil.example?", "evil.example#", "a@b", "evil.example\\"] {
            let values = [("host", evil)];
            let refused = filled("https://{host}.vendor.example/token", Place::Address, &values);
            assert!(refused.is_err(), "{evil}: {refused:?}");
        }
        let whole = filled("{url}", Place::Address, &[("url", "https://id.example/t?x=1")]);
        assert_eq!(whole.unwrap(), "https://id.example/t?x=1");
        let port =
            filled("https://{host}{other}/t", Place::Address, &[("host", "id.example:8443")]);
        assert_eq!(port.unwrap(), "https://id.example:8443/t");
    }

    #[test]
    fn templates_and_what_they_become_are_bounded() {
        assert!(filled(&"x".repeat(MAX_TEMPLATE + 1), Place::Form, &[]).is_err());
        let value = "v".repeat(40_000);
        assert!(filled("{a}{a}", Place::Form, &[("a", &value)]).is_err());
    }
}
