//! Registered channel connectors: what a developer tells of one, and what is checked.

pub(crate) mod domains;
mod icons;
mod manifest;
mod service;
pub(crate) mod store;

use channel_connectors::{Icon, IconKind, Place, access, hooks};
use db::Tx;
use egress::Networks;
use jiff::Timestamp;
use kernel::{ConnectorId, FieldError, UserId};
use serde::{Deserialize, Serialize};
use url::Url;

pub use domains::is_valid_domain;
pub use manifest::Draft;
pub use service::{Consequences, Registrations};

use crate::{Error, Result};

/// How the configuration page of a connector is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// Through the connector's own origin at the hub, which works for unchanged pages.
    #[default]
    Proxy,
    /// Straight from its server: the page lists the hub's origin.
    Direct,
}

impl Way {
    /// The word in storage and documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proxy => "proxy",
            Self::Direct => "direct",
        }
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        [Self::Proxy, Self::Direct].into_iter().find(|way| way.as_str() == text)
    }
}

/// What a developer tells of a connector, checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each stands for a place or a right of its own")]
pub struct Details {
    /// In one line.
    pub short_description: String,
    /// At length.
    pub description: String,
    /// Who offers it.
    pub company_name: String,
    /// Where they present themselves.
    pub company_url: Option<Url>,
    /// Where people read about the connector.
    pub landing_url: Option<Url>,
    /// What it does with data.
    pub privacy_url: Option<Url>,
    /// Under which terms.
    pub terms_url: Option<Url>,
    /// Events that it sends, in words.
    pub events: Vec<String>,
    /// Whether buttons on its cards may act.
    pub actionable: bool,
    /// Hosts that those buttons may call.
    pub action_domains: Vec<String>,
    /// Where the answers of `Action.Submit` and `Action.Execute` go.
    pub action_url: Option<Url>,
    /// Whether it works in channels.
    pub teams: bool,
    /// Whether it works in a group's mailbox.
    pub groups: bool,
    /// Whether it works in a person's inbox.
    pub mail: bool,
}

/// A registered channel connector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connector {
    /// Its identifier, for life.
    pub id: ConnectorId,
    /// Counts changes.
    pub version: i64,
    /// The name that people pick it by; cards appear under it.
    pub name: String,
    /// What its developer tells of it.
    pub details: Details,
    /// Where its configuration page is, unless the app's manifest says.
    pub configuration_url: Option<Url>,
    /// Hosts that its pages come from.
    pub valid_domains: Vec<String>,
    /// How its page is shown.
    pub way: Way,
    /// Kind of its logo.
    pub logo: Option<IconKind>,
    /// Who registered it.
    pub owner: UserId,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Connector {
    /// Whether it is made for such a place.
    pub const fn suits(&self, place: Place) -> bool {
        match place {
            Place::Channel(_) => self.details.teams,
            Place::Mailbox(_) => self.details.groups,
            Place::Inbox(_) => self.details.mail,
        }
    }
}

/// What the developer of a connector told of it, also of one that was deleted since.
///
/// # Errors
/// [`db::Error`].
pub fn details_of(tx: &Tx<'_>, connector: ConnectorId) -> db::Result<Option<Details>> {
    store::details_of(tx, connector)
}

/// Whether the organisation has connectors of its own.
pub(crate) fn may_register(tx: &Tx<'_>) -> Result<()> {
    let government = access::switches(tx, None)?.tenant.government;
    if government { Err(Error::Government) } else { Ok(()) }
}

/// What a form or a program says of a connector; texts as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each stands for a place or a right of its own")]
pub struct NewConnector {
    /// An identifier from an existing manifest; drawn unless given. It never changes.
    pub id: Option<ConnectorId>,
    /// 1 to 30 characters: the short name in app manifests.
    pub name: String,
    /// 1 to 80 characters.
    pub short_description: String,
    /// At most 4,000 characters.
    pub description: String,
    /// 1 to 32 characters: the developer's name in app manifests.
    pub company_name: String,
    /// Required.
    pub company_url: String,
    /// Required unless every app manifest brings its own.
    pub configuration_url: String,
    /// Hosts that its pages come from.
    pub valid_domains: Vec<String>,
    /// Where people read about it.
    pub landing_url: String,
    /// What it does with data; the company's address unless given.
    pub privacy_url: String,
    /// Under which terms; the company's address unless given.
    pub terms_url: String,
    /// Events that it sends, in words.
    pub events: Vec<String>,
    /// Whether buttons on its cards may act.
    pub actionable: bool,
    /// Hosts that those buttons may call.
    pub action_domains: Vec<String>,
    /// Where the answers of `Action.Submit` and `Action.Execute` go; among the hosts above.
    pub action_url: String,
    /// Whether it works in channels.
    pub teams: bool,
    /// Whether it works in a group's mailbox.
    pub groups: bool,
    /// Whether it works in a person's inbox.
    pub mail: bool,
}

impl From<&Connector> for NewConnector {
    fn from(of: &Connector) -> Self {
        let text = |url: &Option<Url>| url.as_ref().map(Url::to_string).unwrap_or_default();
        let details = of.details.clone();
        Self {
            id: Some(of.id),
            name: of.name.clone(),
            company_url: text(&details.company_url),
            configuration_url: text(&of.configuration_url),
            valid_domains: of.valid_domains.clone(),
            landing_url: text(&details.landing_url),
            privacy_url: text(&details.privacy_url),
            terms_url: text(&details.terms_url),
            short_description: details.short_description,
            description: details.description,
            company_name: details.company_name,
            events: details.events,
            actionable: details.actionable,
            action_domains: details.action_domains,
            action_url: text(&details.action_url),
            teams: details.teams,
            groups: details.groups,
            mail: details.mail,
        }
    }
}

/// What was typed, read: everything of a connector that a developer decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checked {
    pub(crate) name: String,
    pub(crate) details: Details,
    pub(crate) configuration_url: Option<Url>,
    pub(crate) valid_domains: Vec<String>,
}

/// Reads a form whole, so that all of its faults are told at once.
pub(crate) fn check(new: &NewConnector, networks: &Networks) -> Result<Checked> {
    let mut faults = Vec::new();
    let mut check = Check { faults: &mut faults, networks };
    let name = check.text(&new.name, "/name", 1..=30);
    let details = Details {
        short_description: check.text(&new.short_description, "/short_description", 1..=80),
        description: check.text(&new.description, "/description", 0..=4_000),
        company_name: check.text(&new.company_name, "/company_name", 1..=32),
        company_url: check.address(&new.company_url, "/company_url", true),
        landing_url: check.address(&new.landing_url, "/landing_url", false),
        privacy_url: check.address(&new.privacy_url, "/privacy_url", false),
        terms_url: check.address(&new.terms_url, "/terms_url", false),
        events: check.events(&new.events),
        actionable: new.actionable,
        action_domains: check.domains(&new.action_domains, "/action_domains"),
        action_url: check.address(&new.action_url, "/action_url", false),
        teams: new.teams,
        groups: new.groups,
        mail: new.mail,
    };
    let valid_domains = check.domains(&new.valid_domains, "/valid_domains");
    let configuration_url = check.address(&new.configuration_url, "/configuration_url", false);
    if let Some(url) = &configuration_url
        && !is_valid_domain(&valid_domains, url)
    {
        let detail =
            format!("{} is not among the valid domains", url.host_str().unwrap_or_default());
        check.fault("/configuration_url", "connector.url_domain", detail);
    }
    if let Some(url) = &details.action_url
        && !is_valid_domain(&details.action_domains, url)
    {
        let host = url.host_str().unwrap_or_default();
        let detail = format!("{host} is not among the hosts that buttons may call");
        check.fault("/action_url", "connector.action_url_domain", detail);
    }
    if !(new.teams || new.groups || new.mail) {
        let detail = "a connector works in teams, groups or mail".to_owned();
        check.fault("/teams", "connector.no_place", detail);
    }
    if new.actionable && details.action_domains.is_empty() && !faults_at(&faults, "/action_domains")
    {
        let detail = "name the hosts that buttons may call".to_owned();
        faults.push(FieldError::new("/action_domains", "connector.no_action_domain", detail));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid { fields: faults });
    }
    Ok(Checked { name, details, configuration_url, valid_domains })
}

fn faults_at(faults: &[FieldError], pointer: &str) -> bool {
    faults.iter().any(|fault| fault.pointer == pointer)
}

struct Check<'a> {
    faults: &'a mut Vec<FieldError>,
    networks: &'a Networks,
}

impl Check<'_> {
    fn fault(&mut self, pointer: &'static str, code: &'static str, detail: String) {
        self.faults.push(FieldError::new(pointer, code, detail));
    }

    fn text(
        &mut self,
        text: &str,
        pointer: &'static str,
        length: std::ops::RangeInclusive<usize>,
    ) -> String {
        let text = text.trim();
        let lines = *length.end() > LINE_CHARS;
        if text.chars().any(|c| c.is_control() && !(lines && matches!(c, '\n' | '\r' | '\t'))) {
            let detail = "there are no control characters in it".to_owned();
            self.fault(pointer, "connector.text_invalid", detail);
        } else if text.is_empty() && *length.start() > 0 {
            self.fault(pointer, "connector.text_missing", "a text is needed".to_owned());
        } else if text.chars().count() > *length.end() {
            let detail = format!("at most {} characters", length.end());
            let fault = FieldError::new(pointer, "connector.text_length", detail);
            self.faults.push(fault.with_limit(i64::try_from(*length.end()).unwrap_or(i64::MAX)));
        }
        text.to_owned()
    }

    fn address(&mut self, text: &str, pointer: &'static str, required: bool) -> Option<Url> {
        if text.trim().is_empty() {
            if required {
                self.fault(pointer, "connector.url_missing", "an address is needed".to_owned());
            }
            return None;
        }
        match domains::address(text, self.networks) {
            Ok(url) => Some(url),
            Err((code, detail)) => {
                self.fault(pointer, code, detail);
                None
            }
        }
    }

    fn domains(&mut self, entries: &[String], pointer: &'static str) -> Vec<String> {
        domains::read(entries, pointer).unwrap_or_else(|error| {
            if let Error::Invalid { fields } = error {
                self.faults.extend(fields);
            }
            Vec::new()
        })
    }

    fn events(&mut self, events: &[String]) -> Vec<String> {
        if events.len() > MAX_EVENTS {
            self.fault("/events", "connector.too_many_events", format!("at most {MAX_EVENTS}"));
        }
        events
            .iter()
            .take(MAX_EVENTS)
            .map(|event| self.text(event, "/events", 0..=LINE_CHARS))
            .filter(|event| !event.is_empty())
            .collect()
    }
}

/// Reads a logo: PNG, JPEG or GIF under 60 KB that really opens.
pub(crate) fn checked_logo(bytes: Vec<u8>) -> Result<Icon> {
    let at_logo = |error| match error {
        channel_connectors::Error::Invalid { fields } => {
            let moved = |fault: FieldError| FieldError { pointer: "/logo".into(), ..fault };
            Error::Invalid { fields: fields.into_iter().map(moved).collect() }
        }
        other => other.into(),
    };
    let kind = hooks::check_icon(&bytes).map_err(at_logo)?;
    if icons::decode(kind, &bytes).is_none() {
        let detail = "the picture does not open";
        return Err(Error::invalid("/logo", "webhook.icon_unreadable", detail));
    }
    Ok(Icon { kind, bytes })
}

/// Our own choice.
const MAX_EVENTS: usize = 20;
/// Longer texts may have several lines; our own choice.
const LINE_CHARS: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> NewConnector {
        NewConnector {
            name: "Tasks".to_owned(),
            short_description: "Task notifications".to_owned(),
            company_name: "Contoso".to_owned(),
            company_url: "https://contoso.example".to_owned(),
            configuration_url: "https://tasks.contoso.example/configure".to_owned(),
            valid_domains: vec!["tasks.contoso.example".to_owned()],
            teams: true,
            ..NewConnector::default()
        }
    }

    fn faults(change: impl FnOnce(&mut NewConnector)) -> Vec<(String, &'static str)> {
        let mut new = good();
        change(&mut new);
        let networks = Networks::new(&egress::Settings::default());
        match check(&new, &networks) {
            Err(Error::Invalid { fields }) => {
                fields.into_iter().map(|f| (f.pointer.into_owned(), f.code)).collect()
            }
            Ok(_) => Vec::new(),
            Err(other) => panic!("{other}"),
        }
    }

    fn only(pointer: &str, code: &'static str) -> Vec<(String, &'static str)> {
        vec![(pointer.to_owned(), code)]
    }

    #[test]
    fn a_whole_form_is_taken_and_its_faults_are_told_at_once() {
        assert_eq!(faults(|_| ()), []);
        assert_eq!(
            faults(|new| *new = NewConnector::default())
                .into_iter()
                .map(|f| f.0)
                .collect::<Vec<_>>(),
            ["/name", "/short_description", "/company_name", "/company_url", "/teams"]
        );
    }

    #[test]
    fn every_field_has_its_bounds() {
        let text = "connector.text_length";
        assert_eq!(faults(|new| new.name = "n".repeat(31)), only("/name", text));
        assert_eq!(faults(|new| new.description = "d".repeat(4_001)), only("/description", text));
        assert_eq!(
            faults(|new| new.name = "a\u{0}b".to_owned()),
            only("/name", "connector.text_invalid")
        );
        assert_eq!(
            faults(|new| new.events = vec!["e".to_owned(); 21]),
            only("/events", "connector.too_many_events")
        );
        assert_eq!(
            faults(|new| new.configuration_url = "https://evil.test/".to_owned()),
            only("/configuration_url", "connector.url_domain")
        );
        assert_eq!(
            faults(|new| new.terms_url = "http://contoso.example".to_owned()),
            only("/terms_url", "connector.url_not_secure")
        );
        assert_eq!(
            faults(|new| new.actionable = true),
            only("/action_domains", "connector.no_action_domain")
        );
        assert_eq!(
            faults(|new| {
                new.actionable = true;
                new.action_domains = vec!["api.contoso.example".to_owned()];
                new.action_url = "https://evil.test/".to_owned();
            }),
            only("/action_url", "connector.action_url_domain")
        );
        assert_eq!(faults(|new| new.teams = false), only("/teams", "connector.no_place"));
    }

    #[test]
    fn a_logo_must_open() {
        let mut png =
            b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0CRC0".to_vec();
        png.extend(b"\0\0\0\0IDATCRC0");
        let Err(Error::Invalid { fields }) = checked_logo(png) else { panic!() };
        assert_eq!((&*fields[0].pointer, fields[0].code), ("/logo", "webhook.icon_unreadable"));
        let mut logo = Vec::new();
        icons::write(&mut logo, 8, &[200; 8 * 8 * 4]).unwrap();
        assert_eq!(checked_logo(logo).unwrap().kind, IconKind::Png);
    }
}
