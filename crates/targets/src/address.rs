//! Where a target is: checked when it is written, sealed at rest, masked when it is shown.

use std::fmt;

use http::{HeaderName, HeaderValue};
use jiff::Timestamp;
use kernel::{FieldError, Ids};
use lettre::Address as MailAddress;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{Error, Format, Kind, Recipients, Result, signature::Secret};

/// Where a target is, as a person writes it; which fields count depends on the kind.
#[derive(Clone, Default)]
pub struct Details {
    /// The address of an HTTP place.
    pub url: Option<String>,
    /// Headers for the kind `http`, such as `Authorization`.
    pub headers: Vec<(String, String)>,
    /// What the kind `http` sends.
    pub format: Format,
    /// A secret that the receiver knows already (`whsec_…`), for the kind `http`; one is made otherwise.
    pub secret: Option<String>,
    /// Who gets mail.
    pub recipients: Option<Recipients>,
}

impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Details").field("format", &self.format).finish_non_exhaustive()
    }
}

/// What is sealed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Address {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<Url>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) headers: Vec<(String, String)>,
    #[serde(default)]
    pub(crate) format: Format,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    /// The secret before, and until when it signs as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    previous: Option<(String, Timestamp)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) recipients: Option<Recipients>,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(***)")
    }
}

impl Address {
    /// Checks what a person wrote.
    ///
    /// # Errors
    /// [`Error::Invalid`] with one finding per fault.
    pub(crate) fn new(kind: Kind, details: Details, ids: &Ids) -> Result<Self> {
        let mut faults = Vec::new();
        let mut address = Self {
            url: None,
            headers: Vec::new(),
            format: details.format,
            secret: None,
            previous: None,
            recipients: None,
        };
        if kind == Kind::Mail {
            match details.recipients {
                Some(recipients) => {
                    check_recipients(&recipients, &mut faults);
                    address.recipients = Some(recipients);
                }
                None => faults.push(FieldError::new(
                    "/recipients",
                    "target.recipients_missing",
                    "say who gets the mail: members, or a list of addresses",
                )),
            }
        } else {
            address.url = check_url(kind, details.url.as_deref(), &mut faults);
        }
        if kind == Kind::Http {
            check_headers(&details.headers, &mut faults);
            address.headers = details.headers;
            address.secret = match details.secret {
                None => Some(Secret::generate(ids).expose().clone()),
                Some(text) if Secret::parse(&text).is_some() => Some(text.trim().to_owned()),
                Some(_) => {
                    faults.push(FieldError::new(
                        "/secret",
                        "target.secret_malformed",
                        "whsec_ and 24 to 64 bytes in base64",
                    ));
                    None
                }
            };
        }
        if faults.is_empty() { Ok(address) } else { Err(Error::Invalid { fields: faults }) }
    }

    /// The same with the secrets of `old`: who changes an address keeps the secret.
    pub(crate) fn with_secret_of(self, old: &Self) -> Self {
        Self { secret: old.secret.clone(), previous: old.previous.clone(), ..self }
    }

    /// A new secret; the old one signs as well until `until`.
    pub(crate) fn rotate(&mut self, ids: &Ids, until: Timestamp) -> Option<String> {
        let old = self.secret.take()?;
        let new = Secret::generate(ids).expose().clone();
        self.previous = Some((old, until));
        self.secret = Some(new.clone());
        Some(new)
    }

    /// The secret, as its maker sees it once.
    pub(crate) fn secret(&self) -> Option<String> {
        self.secret.clone()
    }

    /// What to sign with at `now`.
    pub(crate) fn secrets(&self, now: Timestamp) -> Vec<Secret> {
        let previous =
            self.previous.as_ref().filter(|(_, until)| *until > now).map(|(secret, _)| secret);
        self.secret.iter().chain(previous).filter_map(|text| Secret::parse(text)).collect()
    }

    /// What people see of it.
    pub(crate) fn shown(&self) -> String {
        match (&self.url, &self.recipients) {
            (Some(url), _) => mask_url(url),
            (None, Some(Recipients::Members)) => "members".to_owned(),
            (None, Some(Recipients::Addresses(list))) => {
                let masked: Vec<String> = list.iter().take(3).map(|one| mask_mail(one)).collect();
                let more = if list.len() > 3 { ", …" } else { "" };
                format!("{}{more}", masked.join(", "))
            }
            (None, None) => String::new(),
        }
    }

    /// A text of the place without what is secret of the address.
    pub(crate) fn mask(&self, text: &str) -> String {
        let mut text = text.to_owned();
        let mut hide = |secret: &str| {
            if secret.len() >= LEAST_SECRET && text.contains(secret) {
                text = text.replace(secret, MASK);
            }
        };
        if let Some(url) = &self.url {
            hide(url.as_str());
            hide(url.path());
            url.path_segments().into_iter().flatten().for_each(&mut hide);
            for (_, value) in url.query_pairs() {
                hide(&value);
            }
        }
        self.headers.iter().for_each(|(_, value)| hide(value));
        self.secret.iter().for_each(|secret| hide(secret));
        text
    }
}

fn check_url(kind: Kind, url: Option<&str>, faults: &mut Vec<FieldError>) -> Option<Url> {
    let fault = |code, detail: &str| FieldError::new("/url", code, detail);
    let text = url.map(str::trim).filter(|text| !text.is_empty());
    let Some(text) = text else {
        faults.push(fault("target.url_missing", "an address such as https://…"));
        return None;
    };
    let Ok(mut url) = text.parse::<Url>() else {
        faults.push(fault("target.url_malformed", "an address such as https://…"));
        return None;
    };
    let fine = matches!(url.scheme(), "https" | "http")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && text.len() <= MAX_URL;
    if !fine {
        faults.push(fault("target.url_malformed", "https, a host, no user name in it"));
        return None;
    }
    url.set_fragment(None);
    if kind == Kind::Discord && !url.query_pairs().any(|(name, _)| name == "wait") {
        // Published: with it the answer waits until the message is stored.
        url.query_pairs_mut().append_pair("wait", "true");
    }
    Some(url)
}

fn check_headers(headers: &[(String, String)], faults: &mut Vec<FieldError>) {
    if headers.len() > MAX_HEADERS {
        let detail = format!("at most {MAX_HEADERS} headers");
        faults.push(FieldError::new("/headers", "target.headers_too_many", detail));
        return;
    }
    for (index, (name, value)) in headers.iter().enumerate() {
        let known = HeaderName::from_bytes(name.as_bytes());
        let good = known.is_ok_and(|name| {
            !OURS.contains(&name.as_str()) && !name.as_str().starts_with("webhook-")
        }) && value.len() <= MAX_VALUE
            && HeaderValue::from_str(value).is_ok();
        if !good {
            faults.push(FieldError::new(
                format!("/headers/{index}"),
                "target.header_refused",
                "a name and a value of HTTP, and none that the hub sets itself",
            ));
        }
    }
}

fn check_recipients(recipients: &Recipients, faults: &mut Vec<FieldError>) {
    let Recipients::Addresses(list) = recipients else { return };
    if list.is_empty() || list.len() > MAX_RECIPIENTS {
        let detail = format!("1 to {MAX_RECIPIENTS} addresses");
        faults.push(FieldError::new("/recipients", "target.recipients_count", detail));
    }
    for (index, text) in list.iter().enumerate() {
        if text.parse::<MailAddress>().is_err() {
            faults.push(FieldError::new(
                format!("/recipients/{index}"),
                "target.recipient_malformed",
                "an address such as ada@example.org",
            ));
        }
    }
}

/// Scheme and host, and the last characters of the path, so that two addresses can be told apart.
fn mask_url(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path: Vec<char> = url.path().chars().filter(char::is_ascii_alphanumeric).collect();
    let tail: String = match path.len() {
        ..12 => String::new(),
        length => path.into_iter().skip(length - 3).collect(),
    };
    format!("{}://{host}{port}/…{tail}", url.scheme())
}

fn mask_mail(address: &str) -> String {
    match address.split_once('@') {
        Some((name, domain)) => {
            format!("{}…@{domain}", name.chars().take(1).collect::<String>())
        }
        None => MASK.to_owned(),
    }
}

/// What stands for a secret.
pub const MASK: &str = "***";

/// Shorter texts are no secrets: words of a path.
const LEAST_SECRET: usize = 8;
/// Characters of an address.
const MAX_URL: usize = 2048;
const MAX_HEADERS: usize = 20;
const MAX_VALUE: usize = 4096;
/// RFC 5321 §4.5.3.1.8: a server takes a hundred recipients at least.
const MAX_RECIPIENTS: usize = 100;

/// Headers that belong to the hub or to the connection.
const OURS: [&str; 12] = [
    "host",
    "content-length",
    "content-type",
    "connection",
    "transfer-encoding",
    "te",
    "trailer",
    "upgrade",
    "keep-alive",
    "expect",
    "user-agent",
    "accept-encoding",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn make(kind: Kind, url: &str) -> Result<Address> {
        let details = Details { url: Some(url.to_owned()), ..Details::default() };
        Address::new(kind, details, &Ids::seeded(1))
    }

    #[test]
    fn an_address_is_shown_without_its_secret() {
        let url = "https://hooks.slack.com/services/T000/B000/abcdefghijklmnopqrstuvwx";
        let address = make(Kind::Slack, url).unwrap();
        assert_eq!(address.shown(), "https://hooks.slack.com/…vwx");
        assert_eq!(format!("{address:?}"), "Address(***)");
        let echoed = format!("no such hook {url}: abcdefghijklmnopqrstuvwx");
        assert!(!address.mask(&echoed).contains("abcdef"), "{}", address.mask(&echoed));
    }

    #[test]
    fn addresses_that_cannot_be_one_are_refused() {
        let long = format!("https://e.org/{}", "x".repeat(3000));
        for wrong in ["", "example.org", "ftp://e.org/x", "https://u:p@e.org/", "file:///x", &long]
        {
            assert!(matches!(make(Kind::Http, wrong), Err(Error::Invalid { .. })), "{wrong}");
        }
    }

    #[test]
    fn headers_of_the_hub_are_not_for_others() {
        let header = |name: &str, value: &str| {
            let details = Details {
                url: Some("https://e.org/".to_owned()),
                headers: vec![(name.to_owned(), value.to_owned())],
                ..Details::default()
            };
            Address::new(Kind::Http, details, &Ids::seeded(1)).is_ok()
        };
        assert!(header("Authorization", "Bearer x"));
        for name in ["Host", "Content-Length", "webhook-signature", "a b", ""] {
            assert!(!header(name, "x"), "{name}");
        }
        assert!(!header("X-Ok", "a\r\nb: c"));
    }

    #[test]
    fn a_rotated_secret_signs_beside_the_new_one_for_a_while() {
        let mut address = make(Kind::Http, "https://e.org/hook").unwrap();
        let (old, until) = (address.secret().unwrap(), Timestamp::from_second(100).unwrap());
        let new = address.rotate(&Ids::seeded(2), until).unwrap();
        assert_ne!(old, new);
        assert_eq!(address.secrets(Timestamp::from_second(99).unwrap()).len(), 2);
        assert_eq!(address.secrets(until).len(), 1);
    }

    #[test]
    fn mail_goes_to_members_or_to_addresses() {
        let mail = |recipients| {
            let details = Details { recipients, ..Details::default() };
            Address::new(Kind::Mail, details, &Ids::seeded(1))
        };
        assert_eq!(mail(Some(Recipients::Members)).unwrap().shown(), "members");
        let list = vec!["ada@example.org".to_owned()];
        assert_eq!(mail(Some(Recipients::Addresses(list))).unwrap().shown(), "a…@example.org");
        assert!(mail(None).is_err());
        assert!(mail(Some(Recipients::Addresses(vec!["nobody".to_owned()]))).is_err());
        assert!(mail(Some(Recipients::Addresses(Vec::new()))).is_err());
    }
}
