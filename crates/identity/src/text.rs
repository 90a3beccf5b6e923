//! Rules for what people type.

use crate::{Error, Result};

/// A name that people see: 1 to 200 characters, none of them control characters.
pub(crate) fn name(pointer: &'static str, text: &str) -> Result<()> {
    let length = text.trim().chars().count();
    if length == 0 {
        return Err(Error::field(pointer, "name.empty", "a name is needed"));
    }
    if length > MAX_NAME {
        return Err(Error::field(
            pointer,
            "name.too_long",
            format!("at most {MAX_NAME} characters"),
        ));
    }
    plain(pointer, text)
}

/// A longer text, which may be empty.
pub(crate) fn description(pointer: &'static str, text: &str) -> Result<()> {
    if text.chars().count() > MAX_DESCRIPTION {
        let detail = format!("at most {MAX_DESCRIPTION} characters");
        return Err(Error::field(pointer, "text.too_long", detail));
    }
    plain(pointer, text)
}

fn plain(pointer: &'static str, text: &str) -> Result<()> {
    if text.chars().any(|c| c.is_control() || is_direction(c)) {
        return Err(Error::field(pointer, "text.control", "no control characters are allowed"));
    }
    Ok(())
}

/// Characters that reorder the text around them and so let one name look like another.
const fn is_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A name to sign in with: 1 to 100 letters, digits and `. _ - @ +`.
pub(crate) fn user_name(pointer: &'static str, text: &str) -> Result<()> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '@' | '+');
    let length = text.chars().count();
    if length == 0 || length > MAX_USER_NAME || !text.chars().all(fits) {
        let detail = "1 to 100 letters, digits and . _ - @ +";
        return Err(Error::field(pointer, "user_name.invalid", detail));
    }
    Ok(())
}

/// A mail address, no stricter than it must be: one `@`, something before, a host after.
pub(crate) fn address(pointer: &'static str, text: &str) -> Result<()> {
    let wrong = || Error::field(pointer, "address.invalid", "an address such as name@example.org");
    let (local, host) = text.rsplit_once('@').ok_or_else(wrong)?;
    let local_fits = !local.is_empty()
        && local.len() <= 64
        && !local.contains(|c: char| {
            c.is_whitespace() || c.is_control() || "@<>,;:\"()[]\\".contains(c)
        });
    if local_fits && is_host(host) { Ok(()) } else { Err(wrong()) }
}

/// A host name.
pub(crate) fn host(pointer: &'static str, text: &str) -> Result<()> {
    let detail = "a host name such as hub.example.org";
    if is_host(text) { Ok(()) } else { Err(Error::field(pointer, "host.invalid", detail)) }
}

/// RFC 1123 §2.1, and letters beyond ASCII as people write them.
fn is_host(text: &str) -> bool {
    let label = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

/// A name of the time zone database.
pub(crate) fn time_zone(pointer: &'static str, text: &str) -> Result<()> {
    match jiff::tz::TimeZone::get(text) {
        Ok(_) => Ok(()),
        Err(_unknown) => {
            let detail = "a time zone such as Europe/Paris";
            Err(Error::field(pointer, "time_zone.unknown", detail))
        }
    }
}

/// The form in which names are compared.
pub(crate) fn fold(text: &str) -> String {
    text.trim().to_lowercase()
}

const MAX_NAME: usize = 200;
const MAX_DESCRIPTION: usize = 2000;
const MAX_USER_NAME: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_seen_as_it_is() {
        assert!(name("/name", "Équipe Zoé 🦊").is_ok());
        for bad in ["", "  ", "a\nb", "a\u{202E}b", "\0", &"x".repeat(201)] {
            assert!(name("/name", bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_address_has_somebody_at_some_host() {
        for good in ["a@b", "zoé.o'neil+tag@mail.example.org"] {
            assert!(address("/a", good).is_ok(), "{good}");
        }
        for bad in
            ["", "@", "a@", "@b", "a b@c", "a@b@c", "a@-b", "a@b..c", "<a@b>", "a@b\r\nBcc: c"]
        {
            assert!(address("/a", bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_time_zone_exists() {
        assert!(time_zone("/time_zone", "Europe/Paris").is_ok());
        assert!(time_zone("/time_zone", "Mars/Olympus").is_err());
    }
}
