//! Pages: the cookie that says where the next one begins.

use std::borrow::Cow;

use percent_encoding::{
    AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode,
};
use queries::Cursor;

use crate::fault::Fault;

/// Where a page begins.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Place {
    /// Its number, from 1.
    pub(crate) page: u64,
    /// Behind which row; without it pages go by number.
    pub(crate) after: Option<Cursor>,
}

impl Place {
    /// The first page.
    pub(crate) const fn first() -> Self {
        Self { page: 1, after: None }
    }

    /// Reads `$skiptoken`: `<cookie pagenumber="2" pagingcookie="…" istracking="False" />`.
    pub(crate) fn of_token(token: &str) -> Result<Self, Fault> {
        let page = attribute(token, "pagenumber")
            .and_then(|text| text.parse().ok())
            .filter(|page| *page > 0);
        let inner = attribute(token, "pagingcookie");
        let (Some(page), Some(inner)) = (page, inner) else { return Err(foreign()) };
        let once = decoded(&inner)?;
        let inner = decoded(&once)?;
        Ok(Self { page, after: cursor(&inner)? })
    }

    /// Reads the attribute `paging-cookie` of FetchXML, which clients decoded: `<cookie page="1"><last key="…"/></cookie>`.
    pub(crate) fn of_fetch(cookie: &str, page: u64) -> Result<Self, Fault> {
        let cookie = if cookie.contains("%3") {
            Cow::Owned(decoded(&decoded(cookie)?)?)
        } else {
            Cow::Borrowed(cookie)
        };
        Ok(Self { page: page.max(1), after: cursor(&cookie)? })
    }

    /// The cookie of the page behind this one.
    pub(crate) fn next(&self, after: Option<&Cursor>) -> String {
        let last =
            after.map(|cursor| format!("<last key=\"{}\"/>", cursor.encode())).unwrap_or_default();
        let inner = format!("<cookie page=\"{}\">{last}</cookie>", self.page);
        let once = utf8_percent_encode(&inner, NON_ALPHANUMERIC).to_string();
        let twice = utf8_percent_encode(&once, NON_ALPHANUMERIC);
        format!(
            "<cookie pagenumber=\"{}\" pagingcookie=\"{twice}\" istracking=\"False\" />",
            self.page.saturating_add(1)
        )
    }
}

/// The address of the next page: the one that was asked, with another `$skiptoken`.
pub(crate) fn next_link(root: &str, address: &str, cookie: &str) -> String {
    link(root, address, ("$skiptoken", cookie))
}

/// The address that was asked, with this token in place of any other.
pub(crate) fn link(root: &str, address: &str, (token, cookie): (&str, &str)) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let mut link = String::with_capacity(root.len() + address.len() + cookie.len() * 2);
    link.push_str(root);
    link.extend(utf8_percent_encode(path, UNSAFE));
    link.push('?');
    for pair in query.split('&') {
        let name = pair.split('=').next().unwrap_or_default();
        let name = percent_decode_str(name).decode_utf8_lossy();
        let is_token = ["$skiptoken", "$deltatoken"].iter().any(|t| name.eq_ignore_ascii_case(t));
        if pair.is_empty() || is_token {
            continue;
        }
        link.extend(utf8_percent_encode(pair, UNSAFE));
        link.push('&');
    }
    link.push_str(token);
    link.push('=');
    link.extend(utf8_percent_encode(cookie, NON_ALPHANUMERIC));
    link
}

/// An address that was put together here, with what is unsafe in it escaped.
pub(crate) fn plain_link(root: &str, address: &str) -> String {
    format!("{root}{}", utf8_percent_encode(address.trim_end_matches('?'), UNSAFE))
}

fn cursor(inner: &str) -> Result<Option<Cursor>, Fault> {
    if !inner.is_empty() && !inner.starts_with("<cookie page=") {
        return Err(foreign());
    }
    let Some(key) = attribute(inner, "key") else { return Ok(None) };
    Cursor::decode(&key).map(Some).map_err(|_error| foreign())
}

/// The value of an attribute of the first element that has it.
pub(crate) fn attribute(text: &str, name: &str) -> Option<String> {
    let mut rest = text;
    loop {
        let at = rest.find(name)?;
        let before = rest.get(..at)?.bytes().next_back();
        rest = rest.get(at + name.len()..)?;
        if before.is_some_and(|byte| byte.is_ascii_whitespace())
            && let Some(value) = rest.strip_prefix("=\"")
        {
            return value.split_once('"').map(|(value, _)| value.to_owned());
        }
    }
}

fn decoded(text: &str) -> Result<String, Fault> {
    percent_decode_str(text).decode_utf8().map(Cow::into_owned).map_err(|_utf8| foreign())
}

fn foreign() -> Fault {
    Fault::malformed(
        "Malformed XML in the skip token or paging cookie: send it back as it was given.",
    )
}

/// What may not stand in an address; percent signs stay, they are escapes already.
const UNSAFE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'\\')
    .add(b'^')
    .add(b'|');

#[cfg(test)]
mod tests {
    use super::*;
    use queries::Cursor;

    const TEXT: &str = "BAAAAAFhBQAAAAAAAAAAAAAAAAAAAAE";

    fn cursor() -> Cursor {
        Cursor::decode(TEXT).unwrap()
    }

    #[test]
    fn a_token_comes_back_as_it_went() {
        let token = Place::first().next(Some(&cursor()));
        assert!(
            token.starts_with("<cookie pagenumber=\"2\" pagingcookie=\"%253Ccookie"),
            "{token}"
        );
        let place = Place::of_token(&token).unwrap();
        assert_eq!(place, Place { page: 2, after: Some(cursor()) });
        let numbered = Place { page: 7, after: None }.next(None);
        assert_eq!(Place::of_token(&numbered).unwrap(), Place { page: 8, after: None });
    }

    #[test]
    fn clients_hand_the_inner_cookie_of_fetchxml_back() {
        let inner = format!("<cookie page=\"1\"><last key=\"{TEXT}\"/></cookie>");
        assert_eq!(Place::of_fetch(&inner, 2).unwrap(), Place { page: 2, after: Some(cursor()) });
        assert_eq!(Place::of_fetch("", 3).unwrap(), Place { page: 3, after: None });
    }

    #[test]
    fn foreign_tokens_are_refused() {
        for token in [
            "",
            "x",
            "<cookie pagenumber=\"0\" pagingcookie=\"\" />",
            "<cookie pagenumber=\"2\" />",
            "<cookie pagenumber=\"2\" pagingcookie=\"%FF\" />",
            "<cookie pagenumber=\"99999999999999999999999\" pagingcookie=\"\" />",
        ] {
            assert!(Place::of_token(token).is_err(), "{token}");
        }
        let forged = "<cookie page=\"1\"><last key=\"!!!!\"/></cookie>";
        assert!(Place::of_fetch(forged, 2).is_err());
    }

    #[test]
    fn the_next_address_keeps_what_was_asked() {
        let link = next_link(
            "https://h/api/data/v9.2/",
            "accounts?%24select=name&$filter=name eq 'é'&$skiptoken=old&$top",
            "<c />",
        );
        assert_eq!(
            link,
            "https://h/api/data/v9.2/accounts?%24select=name&$filter=name%20eq%20'%C3%A9'&$top&$skiptoken=%3Cc%20%2F%3E"
        );
        assert_eq!(next_link("r/", "accounts", "x"), "r/accounts?$skiptoken=x");
    }
}
