//! Tickets: what ties a connector's origin to a dialog that a signed-in person opened.
//!
//! A *ticket* stands in the address of the bridge and lives for two minutes; the bridge changes it into a *pass*, a
//! cookie of that origin, which opens the proxy for an hour. Both are signed, name one connector of one tenant, and
//! hold no right but that: to see the connector's own public pages through the hub.

use std::time::Duration;

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{ConnectorId, TenantId};
use serde::{Deserialize, Serialize};
use url::Url;

use super::Hosting;

/// For how long a ticket opens the bridge.
pub const TICKET_LIFE: Duration = Duration::from_mins(2);

/// For how long a pass opens the proxy: a person fills in a form.
pub const PASS_LIFE: Duration = Duration::from_hours(1);

/// Longer texts are not looked at; ours have some 500 characters.
const TEXT_BYTES: usize = 3_000;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// In the address of the bridge.
    #[serde(rename = "t")]
    Ticket,
    /// In the cookie.
    #[serde(rename = "p")]
    Pass,
}

/// What a ticket opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Whose connector.
    #[serde(rename = "n")]
    pub tenant: TenantId,
    /// Which.
    #[serde(rename = "c")]
    pub connector: ConnectorId,
    /// The origin of its configuration page.
    #[serde(rename = "h")]
    pub home: Url,
    /// The origin of the hub as the person sees it: the only one that may frame the bridge.
    #[serde(rename = "u")]
    pub hub: String,
    /// Further valid domains that the app's manifest brings.
    #[serde(rename = "d", default, skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Signed {
    k: Kind,
    e: i64,
    #[serde(flatten)]
    grant: Grant,
}

impl Hosting {
    /// A ticket for a dialog that is opened now.
    pub fn ticket(&self, grant: &Grant) -> String {
        self.write(Kind::Ticket, grant, TICKET_LIFE)
    }

    /// The pass that a ticket is changed into.
    pub fn pass(&self, grant: &Grant) -> String {
        self.write(Kind::Pass, grant, PASS_LIFE)
    }

    /// What a ticket or a pass opens; none when it is not ours, too old, or of another connector.
    pub fn opened(&self, kind: Kind, text: &str, connector: ConnectorId) -> Option<Grant> {
        if text.len() > TEXT_BYTES {
            return None;
        }
        let (body, mark) = text.split_once('.')?;
        let mark = URL_SAFE_NO_PAD.decode(mark).ok()?;
        hmac::verify(&self.key, &marked(body), &mark).ok()?;
        let signed: Signed = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).ok()?).ok()?;
        let fresh = signed.e > self.clock.now().as_second();
        (fresh && signed.k == kind && signed.grant.connector == connector).then_some(signed.grant)
    }

    fn write(&self, kind: Kind, grant: &Grant, life: Duration) -> String {
        let life = i64::try_from(life.as_secs()).unwrap_or(0);
        let e = self.clock.now().as_second().saturating_add(life);
        let signed = Signed { k: kind, e, grant: grant.clone() };
        let body = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&signed).unwrap_or_default());
        let mark = hmac::sign(&self.key, &marked(&body));
        format!("{body}.{}", URL_SAFE_NO_PAD.encode(mark))
    }
}

/// Sets this use of the key apart from every other.
fn marked(body: &str) -> Vec<u8> {
    [b"liaison connector origin 1\n", body.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use kernel::Ids;

    use super::*;
    use crate::hosting::tests::hosting;

    fn grant() -> Grant {
        let ids = Ids::seeded(1);
        Grant {
            tenant: ids.fresh(),
            connector: ids.fresh(),
            home: "https://config.example.com/".parse().unwrap(),
            hub: "https://hub.example.org".to_owned(),
            domains: Vec::new(),
        }
    }

    #[test]
    fn a_ticket_opens_what_it_names_and_a_pass_is_no_ticket() {
        let (hosting, _) = hosting("https://hub.example.org", None);
        let grant = grant();
        let (ticket, pass) = (hosting.ticket(&grant), hosting.pass(&grant));
        assert_eq!(hosting.opened(Kind::Ticket, &ticket, grant.connector).as_ref(), Some(&grant));
        assert_eq!(hosting.opened(Kind::Pass, &pass, grant.connector).as_ref(), Some(&grant));
        assert_eq!(hosting.opened(Kind::Pass, &ticket, grant.connector), None);
        assert_eq!(hosting.opened(Kind::Ticket, &pass, grant.connector), None);
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        assert!(ticket.bytes().all(plain), "fits an address and a cookie: {ticket}");
    }

    #[test]
    fn a_ticket_opens_no_other_connector_and_nothing_once_it_is_old() {
        let (hosting, clock) = hosting("https://hub.example.org", None);
        let grant = grant();
        let ticket = hosting.ticket(&grant);
        let other = Ids::seeded(9).fresh();
        assert_eq!(hosting.opened(Kind::Ticket, &ticket, other), None);
        let later = *clock.0.lock().unwrap() + 2.minutes();
        *clock.0.lock().unwrap() = later;
        assert_eq!(hosting.opened(Kind::Ticket, &ticket, grant.connector), None);
    }

    #[test]
    fn a_changed_or_foreign_ticket_is_none() {
        let (ours, _) = hosting("https://hub.example.org", None);
        let grant = grant();
        let ticket = ours.ticket(&grant);
        for at in [0, 10, ticket.len() - 1] {
            let mut bytes = ticket.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let text = String::from_utf8(bytes).unwrap();
            assert_eq!(ours.opened(Kind::Ticket, &text, grant.connector), None, "{at}");
        }
        for text in ["", ".", "a.b", &"x".repeat(100_000)] {
            assert_eq!(ours.opened(Kind::Ticket, text, grant.connector), None);
        }
    }
}
