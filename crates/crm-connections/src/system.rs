//! A CRM of a tenant, and what may be said of one.

use std::{net::IpAddr, str::FromStr};

use egress::Networks;
use jiff::Timestamp;
use kernel::{EnvironmentId, FieldError, Secret};
use url::{Host, Url};
use uuid::Uuid;

use crate::{Error, Result};

/// What kind of CRM it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SystemKind {
    /// An environment of the hub's own, with the sales tables.
    Embedded,
    /// An organisation of Salesforce.
    Salesforce,
    /// An environment of Dynamics 365.
    Dataverse,
}

impl SystemKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Embedded, Self::Salesforce, Self::Dataverse];

    /// The name in the interface and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Salesforce => "salesforce",
            Self::Dataverse => "dataverse",
        }
    }

    /// The connector as which data policies know it; none for what is the hub's own.
    pub const fn connector(self) -> Option<connectors::Prebuilt> {
        match self {
            Self::Embedded => None,
            Self::Salesforce => Some(connectors::Prebuilt::Salesforce),
            Self::Dataverse => Some(connectors::Prebuilt::Dataverse),
        }
    }
}

impl FromStr for SystemKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(())
    }
}

/// As what an organisation of Salesforce knows the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Application {
    /// A connected app; no new ones can be made there since spring 2026, those that are there go on working.
    ConnectedApp,
    /// An external client app.
    #[default]
    ExternalClientApp,
}

impl Application {
    /// Both.
    pub const ALL: [Self; 2] = [Self::ExternalClientApp, Self::ConnectedApp];

    /// The name in the interface and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConnectedApp => "connected_app",
            Self::ExternalClientApp => "external_client_app",
        }
    }
}

impl FromStr for Application {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|one| one.as_str() == text).ok_or(())
    }
}

/// A CRM that sellers of the tenant may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrmSystem {
    /// The identifier.
    pub id: Uuid,
    /// What people call it; no two of a tenant have the same name, whatever the case.
    pub name: String,
    /// What kind it is.
    pub kind: SystemKind,
    /// The environment of the hub's own.
    pub environment: Option<EnvironmentId>,
    /// Where people sign in to Salesforce (My Domain), or the environment of Dynamics 365.
    pub address: Option<Url>,
    /// Where people sign in to Dynamics 365.
    pub authority: Option<Url>,
    /// The directory of Dynamics 365: an identifier or a domain.
    pub directory: Option<String>,
    /// As what Salesforce knows the hub.
    pub application: Option<Application>,
    /// Consumer key, or the application's identifier.
    pub client_id: Option<String>,
    /// Whether a secret is kept.
    pub has_secret: bool,
    /// Whether sellers may use it.
    pub enabled: bool,
    /// How often it was changed.
    pub changes: i64,
    /// When it was set up.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A CRM to set up, or what is to stand in the place of another one.
#[derive(Debug, Clone, Default)]
pub struct NewSystem {
    /// What people call it.
    pub name: String,
    /// What kind it is; it cannot be changed later.
    pub kind: Option<SystemKind>,
    /// As in [`CrmSystem`].
    pub environment: Option<EnvironmentId>,
    /// As in [`CrmSystem`]; `https://` may be left out.
    pub address: String,
    /// As in [`CrmSystem`].
    pub authority: String,
    /// As in [`CrmSystem`].
    pub directory: String,
    /// As in [`CrmSystem`].
    pub application: Option<Application>,
    /// As in [`CrmSystem`].
    pub client_id: String,
    /// The secret; what is kept stays when there is none.
    pub client_secret: Option<Secret<String>>,
    /// Whether sellers may use it.
    pub enabled: bool,
}

/// What was typed, checked.
pub(crate) struct Checked {
    pub(crate) name: String,
    pub(crate) kind: SystemKind,
    pub(crate) environment: Option<EnvironmentId>,
    pub(crate) address: Option<Url>,
    pub(crate) authority: Option<Url>,
    pub(crate) directory: Option<String>,
    pub(crate) application: Option<Application>,
    pub(crate) client_id: Option<String>,
    pub(crate) client_secret: Option<Secret<String>>,
    pub(crate) enabled: bool,
}

impl NewSystem {
    /// Checks what was typed against what may be; every mistake at once.
    pub(crate) fn check(self, networks: &Networks) -> Result<Checked> {
        let mut found = Found(Vec::new());
        let name = found.text("/name", &self.name, MAX_NAME);
        let Some(kind) = self.kind else {
            return Err(Error::invalid("/kind", "crm_system.kind_missing", "say which kind"));
        };
        let mut checked = Checked {
            name,
            kind,
            environment: None,
            address: None,
            authority: None,
            directory: None,
            application: None,
            client_id: None,
            client_secret: None,
            enabled: self.enabled,
        };
        if kind == SystemKind::Embedded {
            checked.environment = self.environment;
            if checked.environment.is_none() {
                found.add("/environment_id", "crm_system.environment_missing", "name one");
            }
            return found.end(checked);
        }
        checked.client_id = Some(found.text("/client_id", &self.client_id, MAX_CLIENT));
        checked.client_secret =
            self.client_secret.filter(|secret| !secret.expose().trim().is_empty());
        if let Some(secret) = &checked.client_secret
            && secret.expose().len() > MAX_SECRET
        {
            found.add("/client_secret", "text.too_long", "at most 4,096 characters");
        }
        if kind == SystemKind::Salesforce {
            checked.application = Some(self.application.unwrap_or_default());
            let allowed = |url: &Url| is_login(url) || is_opened(networks, url);
            let code = "crm_system.domain_refused";
            checked.address = found.address(("/address", code), &self.address, &allowed);
        } else {
            let allowed = |url: &Url| is_dynamics(url) || is_opened(networks, url);
            let code = "crm_system.environment_refused";
            checked.address = found.address(("/address", code), &self.address, &allowed);
            let authority = if self.authority.trim().is_empty() { ENTRA } else { &self.authority };
            let allowed = |url: &Url| is_entra(url) || is_opened(networks, url);
            let code = "crm_system.authority_refused";
            checked.authority = found.address(("/authority", code), authority, &allowed);
            let directory = found.text("/directory", &self.directory, 255);
            let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
            if !directory.is_empty() && !directory.bytes().all(fits) {
                found.add("/directory", "crm_system.directory_invalid", "an identifier or domain");
            }
            checked.directory = Some(directory);
        }
        found.end(checked)
    }
}

/// Mistakes that were found.
struct Found(Vec<FieldError>);

impl Found {
    fn add(&mut self, pointer: &'static str, code: &'static str, detail: &'static str) {
        self.0.push(FieldError::new(pointer, code, detail));
    }

    fn end<T>(self, value: T) -> Result<T> {
        if self.0.is_empty() { Ok(value) } else { Err(Error::Invalid { fields: self.0 }) }
    }

    /// One line with something on it.
    fn text(&mut self, pointer: &'static str, text: &str, most: usize) -> String {
        let text = text.trim();
        if text.is_empty() {
            self.add(pointer, "field.required", "it is needed");
        } else if text.chars().count() > most {
            self.add(pointer, "text.too_long", "it is too long");
        } else if text.chars().any(|c| c.is_control() || is_direction(c)) {
            self.add(pointer, "text.control", "no control characters are allowed");
        }
        text.to_owned()
    }

    /// An address without anything but its host, perhaps a port and a path.
    fn address(
        &mut self,
        (pointer, code): (&'static str, &'static str),
        text: &str,
        allowed: &dyn Fn(&Url) -> bool,
    ) -> Option<Url> {
        let text = text.trim();
        if text.is_empty() {
            self.add(pointer, "field.required", "it is needed");
            return None;
        }
        let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let url = Url::parse(&whole).ok().filter(|url| {
            whole.len() <= MAX_ADDRESS
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none()
        });
        let Some(url) = url else {
            self.add(
                pointer,
                "crm_system.address_invalid",
                "a host, such as contoso.my.salesforce.com",
            );
            return None;
        };
        if !allowed(&url) {
            self.add(pointer, code, "it leads elsewhere");
            return None;
        }
        Some(url)
    }
}

/// Where people sign in to Salesforce: My Domain, a sandbox's among them, or the doors that all share.
fn is_login(url: &Url) -> bool {
    let own = ["login.salesforce.com", "test.salesforce.com"];
    is_plain(url)
        && (url.host_str().is_some_and(|host| own.contains(&host))
            || ends(url, &["my.salesforce.com", "my.salesforce.mil"]))
}

/// Where the data of a Salesforce organisation may be.
pub(crate) fn is_instance(networks: &Networks, url: &Url) -> bool {
    let own = ["salesforce.com", "force.com", "salesforce.mil", "cloudforce.com"];
    (is_plain(url) && ends(url, &own)) || is_opened(networks, url)
}

fn is_dynamics(url: &Url) -> bool {
    let own = ["dynamics.com", "dynamics.cn", "microsoftdynamics.us", "appsplatform.us"];
    is_plain(url) && ends(url, &own)
}

fn is_entra(url: &Url) -> bool {
    let own = [
        "login.microsoftonline.com",
        "login.microsoftonline.us",
        "login.partner.microsoftonline.cn",
    ];
    is_plain(url) && url.host_str().is_some_and(|host| own.contains(&host))
}

/// The whole of a host, under TLS.
fn is_plain(url: &Url) -> bool {
    url.scheme() == "https" && url.port().is_none() && url.path() == "/"
}

fn ends(url: &Url, domains: &[&str]) -> bool {
    let Some(Host::Domain(host)) = url.host() else { return false };
    domains.iter().any(|domain| {
        host.strip_suffix(domain).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
    })
}

/// Whether it is an address that the operator opened on purpose.
fn is_opened(networks: &Networks, url: &Url) -> bool {
    let address = match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => IpAddr::V6(address),
        _ => return false,
    };
    let port = url.port_or_known_default().unwrap_or_default();
    matches!(url.scheme(), "https" | "http")
        && (networks.is_opened(address) || networks.is_opened_endpoint(address, port))
}

/// Characters that reorder the text around them and so let one name look like another.
const fn is_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Where people sign in to Dynamics 365 unless something else is said.
const ENTRA: &str = "https://login.microsoftonline.com/";
const MAX_NAME: usize = 200;
const MAX_CLIENT: usize = 512;
const MAX_SECRET: usize = 4096;
const MAX_ADDRESS: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(endpoints: &[&str]) -> Networks {
        let allowed_endpoints = endpoints.iter().map(|one| one.parse().unwrap()).collect();
        Networks::new(&egress::Settings { allowed_endpoints, ..egress::Settings::default() })
    }

    fn salesforce(address: &str) -> NewSystem {
        NewSystem {
            name: "Sales".to_owned(),
            kind: Some(SystemKind::Salesforce),
            address: address.to_owned(),
            client_id: "3MVG9".to_owned(),
            ..NewSystem::default()
        }
    }

    #[test]
    fn people_sign_in_at_my_domain_and_nowhere_else() {
        let networks = networks(&["127.0.0.1:9000"]);
        for address in [
            "contoso.my.salesforce.com",
            "https://contoso--dev.sandbox.my.salesforce.com",
            " https://login.salesforce.com/ ",
            "test.salesforce.com",
            "http://127.0.0.1:9000",
        ] {
            assert!(salesforce(address).check(&networks).is_ok(), "{address}");
        }
        for address in [
            "",
            "contoso.my.salesforce.com.evil.example",
            "evilmy.salesforce.com",
            "my.salesforce.com",
            "http://contoso.my.salesforce.com",
            "https://contoso.my.salesforce.com:8443",
            "https://contoso.my.salesforce.com/path",
            "https://user@contoso.my.salesforce.com",
            "https://contoso.my.salesforce.com/?x=1",
            "http://127.0.0.1:9001",
            "http://169.254.169.254",
            "http://localhost:9000",
            "contoso.lightning.force.com",
            "https://",
        ] {
            assert!(salesforce(address).check(&networks).is_err(), "{address}");
        }
    }

    #[test]
    fn data_stays_with_the_vendor() {
        let closed = networks(&[]);
        let is = |text: &str| is_instance(&closed, &text.parse().unwrap());
        assert!(is("https://contoso.my.salesforce.com") && is("https://eu1.force.com"));
        assert!(!is("https://evil.example") && !is("https://force.com.evil.example"));
        assert!(!is("http://contoso.my.salesforce.com") && !is("http://127.0.0.1:9000"));
    }

    #[test]
    fn every_mistake_is_told_at_once() {
        let empty = NewSystem { kind: Some(SystemKind::Dataverse), ..NewSystem::default() };
        let Err(Error::Invalid { fields }) = empty.check(&networks(&[])) else { panic!("refused") };
        let pointers: Vec<_> = fields.iter().map(|field| field.pointer.as_ref()).collect();
        assert_eq!(pointers, ["/name", "/client_id", "/address", "/directory"]);
    }
}
