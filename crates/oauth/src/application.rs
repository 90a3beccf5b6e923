//! A connector's settings and one connection's values, made into what is sent.

use kernel::{FieldError, Secret};
use url::{Host, Url};

use crate::{
    ClientAuthentication, ConnectionValues, Error, OAuthSettings,
    placeholder::{is_placeholder, is_placeholder_template},
    template::{self, Place},
};

mod resolve;

/// An application at an identity provider, as one connection speaks with it.
///
/// PKCE (S256) is always used where the request is ours to write. Where a publisher wrote the address or the
/// form as a template, the template is sent as it stands, and without PKCE.
#[derive(Debug, Clone)]
pub struct Application {
    pub(crate) authorize: Endpoint,
    pub(crate) token: Endpoint,
    pub(crate) refresh: Endpoint,
    values: Vec<Named>,
    pub(crate) authentication: ClientAuthentication,
    pub(crate) pkce: bool,
    pub(crate) grant: Grant,
    pub(crate) resource: Option<String>,
    pub(crate) delegation: Option<Delegation>,
    pub(crate) issuer: Option<String>,
}

/// How an application gets its first token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// A person signs in (RFC 6749 §4.1).
    AuthorizationCode,
    /// The application itself (RFC 6749 §4.4).
    ClientCredentials,
}

/// Where and for what the caller's own token is exchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Delegation {
    /// The address of the directory, without the tenant.
    pub(crate) login: String,
    /// The tenant; a word such as `common` stands for the caller's own.
    pub(crate) tenant: String,
    pub(crate) resource: String,
    /// Whether a connection comes into being by it, without a dialog.
    pub(crate) silent: bool,
}

/// An address with what is appended to it and posted to it, all templates.
#[derive(Debug, Clone, Default)]
pub(crate) struct Endpoint {
    pub(crate) setting: &'static str,
    pub(crate) url: String,
    pub(crate) query: Option<String>,
    pub(crate) body: Option<String>,
    /// What the standard query says besides.
    pub(crate) extra: &'static [(&'static str, &'static str)],
}

#[derive(Debug, Clone)]
struct Named {
    /// Lower case.
    name: String,
    value: Secret<String>,
    /// From the package, and not from the connection.
    fixed: bool,
    origin: Origin,
}

/// Who chose a value.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Origin {
    /// The package or a maker.
    Connector,
    /// The connection, among values that the connector allows.
    Limited,
    /// The connection alone; the parameter.
    Free(String),
}

/// What one request adds to the values: names in lower case.
pub(crate) type Flow<'a> = &'a [(&'static str, &'a str)];

impl Application {
    /// The application that a connection of a connector speaks with.
    ///
    /// # Errors
    /// [`Error::UnknownProvider`], [`Error::Missing`], [`Error::Placeholder`].
    pub fn resolve(settings: &OAuthSettings, values: &ConnectionValues) -> Result<Self, Error> {
        resolve::application(settings, values)
    }

    /// How the first token is had.
    pub const fn grant(&self) -> Grant {
        self.grant
    }

    /// The audience, where connections come into being by exchanging the caller's own token, without a dialog.
    pub fn silent_audience(&self) -> Option<&str> {
        self.delegation.as_ref().filter(|d| d.silent).map(|d| d.resource.as_str())
    }

    /// The client's identifier at the provider.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Placeholder`].
    pub fn client_id(&self) -> Result<String, Error> {
        let value = self.value("clientid", &[])?.ok_or(Error::Missing { setting: "clientId" })?;
        Ok(value.expose().clone())
    }

    /// Whether everything that a first token needs is there; the same errors as the sign-in itself would give.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Placeholder`], [`Error::Settings`].
    pub fn check(&self) -> Result<(), Error> {
        if self.grant == Grant::AuthorizationCode && self.silent_audience().is_none() {
            self.address(&self.authorize, &[])?;
        }
        self.address(&self.token, &[])?;
        self.guard(&self.token, &[])?;
        if !self.refresh.url.is_empty() {
            self.guard(&self.refresh, &[])?;
        }
        if let Some(body) = &self.token.body {
            self.filled(body, Place::Form, &[])?;
        } else {
            self.client_id()?;
        }
        Ok(())
    }

    /// The client secret, where there is one.
    pub(crate) fn secret(&self) -> Result<Option<Secret<String>>, Error> {
        self.value("clientsecret", &[])
    }

    /// The scopes, joined.
    pub(crate) fn scopes(&self) -> Result<Option<Secret<String>>, Error> {
        self.value("scopes", &[])
    }

    /// Every secret of ours that a request may carry.
    pub(crate) fn secrets(&self) -> Vec<Secret<String>> {
        let is_secret = |named: &&Named| {
            let name = named.name.as_str();
            ["secret", "password", "key", "token"].iter().any(|word| name.contains(word))
        };
        self.values.iter().filter(is_secret).map(|named| named.value.clone()).collect()
    }

    /// The endpoint's address with its query template, filled.
    pub(crate) fn address(&self, endpoint: &Endpoint, flow: Flow<'_>) -> Result<Url, Error> {
        let setting = endpoint.setting;
        if endpoint.url.is_empty() {
            return Err(Error::Missing { setting });
        }
        if is_placeholder_template(&endpoint.url) {
            return Err(Error::Placeholder { setting: setting.to_owned() });
        }
        let mut text = self.filled(&endpoint.url, Place::Address, flow)?.expose().clone();
        if let Some(query) = &endpoint.query {
            text.push_str(self.filled(query, Place::Form, flow)?.expose());
        }
        web_address(&text)
    }

    pub(crate) fn filled(
        &self,
        text: &str,
        place: Place,
        flow: Flow<'_>,
    ) -> Result<Secret<String>, Error> {
        template::fill(text, place, |name| self.value(name, flow))
    }

    /// Refuses to post a secret of the connector to a host that a connection chose freely: whoever may make
    /// connections would be told it. A secret that the connection brought itself may go where the connection says.
    ///
    /// # Errors
    /// [`Error::OpenHost`] with the parameter.
    pub(crate) fn guard(&self, endpoint: &Endpoint, flow: Flow<'_>) -> Result<(), Error> {
        if !endpoint.url.contains('{') || !self.carries_own_secret(endpoint)? {
            return Ok(());
        }
        let Some(parameter) = self.chooser(endpoint, flow)? else { return Ok(()) };
        let pointer = format!("/values/{}", parameter.replace('~', "~0").replace('/', "~1"));
        let detail = "chooses the host of the sign-in, and allowed values do not limit it";
        let fields = vec![FieldError::new(pointer, "connection.value_invalid", detail)];
        Err(Error::OpenHost { fields })
    }

    /// The free value of the connection that moves the address to somebody else's host: with others in its place, the
    /// end of the host differs.
    fn chooser(&self, endpoint: &Endpoint, flow: Flow<'_>) -> Result<Option<&str>, Error> {
        let end = |instead: Option<(&str, &str)>| {
            let lookup = |name: &str| match instead {
                Some((known, probe)) if canonical(name) == known => {
                    Ok(Some(Secret::new(probe.to_owned())))
                }
                _ => self.value(name, flow),
            };
            let text = template::fill(&endpoint.url, Place::Address, lookup)?;
            web_address(text.expose()).map(|url| end_of_host(&url))
        };
        let real = end(None)?;
        for named in &self.values {
            let Origin::Free(parameter) = &named.origin else { continue };
            let stays = |probe| end(Some((&named.name, probe))).is_ok_and(|end| end == real);
            if !PROBES.into_iter().all(stays) {
                return Ok(Some(parameter));
            }
        }
        Ok(None)
    }

    /// Whether a request to an endpoint carries a secret that the connection did not bring.
    fn carries_own_secret(&self, endpoint: &Endpoint) -> Result<bool, Error> {
        let is_own = |name: &str| {
            let name = canonical(name);
            self.values.iter().any(|named| {
                named.name == name
                    && named.origin == Origin::Connector
                    && ["secret", "password", "key"].iter().any(|word| name.contains(word))
            })
        };
        let mut found = false;
        let templates = [Some(&endpoint.url), endpoint.query.as_ref(), endpoint.body.as_ref()];
        for template in templates.into_iter().flatten() {
            template::fill(template, Place::Form, |name| {
                found |= is_own(name);
                Ok(None)
            })?;
        }
        let is_certified = matches!(self.authentication, ClientAuthentication::Certificate(_));
        Ok(found || (endpoint.body.is_none() && (is_certified || is_own("clientsecret"))))
    }

    /// What stands for `{name}`: the request's own value, the connection's, the package's.
    fn value(&self, name: &str, flow: Flow<'_>) -> Result<Option<Secret<String>>, Error> {
        let name = canonical(name);
        let name = name.as_str();
        if let Some((_, value)) = flow.iter().find(|(known, _)| *known == name) {
            return Ok(Some(Secret::new((*value).to_owned())));
        }
        let Some(found) = self.values.iter().find(|named| named.name == name) else {
            return Ok(None);
        };
        if found.fixed && is_placeholder(found.value.expose()) {
            return Err(Error::Placeholder { setting: spelled(name).to_owned() });
        }
        Ok(Some(found.value.clone()))
    }
}

/// An absolute address of the web, without a user name.
pub(crate) fn web_address(text: &str) -> Result<Url, Error> {
    let wrong = |reason| Error::Settings { reason };
    if text.chars().any(char::is_control) {
        return Err(wrong("an address holds control characters"));
    }
    let url = Url::parse(text).map_err(|_source| wrong("an address is not absolute"))?;
    if !matches!(url.scheme(), "https" | "http") || !url.has_host() {
        return Err(wrong("an address is no web address"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("an address holds a user name"));
    }
    Ok(url)
}

/// A name as values are found by it.
fn canonical(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    if name == "scope" { "scopes".to_owned() } else { name }
}

/// What tells whose a host is: its last two labels, or all of an IP address.
fn end_of_host(url: &Url) -> String {
    let host = match url.host() {
        Some(Host::Domain(name)) => name,
        Some(address) => return address.to_string(),
        None => return String::new(),
    };
    let mut labels: Vec<&str> = host.trim_end_matches('.').rsplit('.').take(2).collect();
    labels.reverse();
    labels.join(".")
}

/// A setting's name as packages spell it.
fn spelled(name: &str) -> &str {
    match name {
        "clientid" => "clientId",
        "clientsecret" => "clientSecret",
        "resourceuri" => "resourceUri",
        "tenantid" => "tenantId",
        "loginuri" => "loginUri",
        other => other,
    }
}

/// Two, so that no value is both; digits, so that they fit where a port stands.
const PROBES: [&str; 2] = ["101", "102"];
