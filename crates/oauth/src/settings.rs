//! A connector's `oAuthSettings` as plain values, and the values of one connection.

use kernel::Secret;

use crate::Certificate;

/// A connector's `oAuthSettings`, as its package and its administrator state them.
#[derive(Debug, Clone, Default)]
pub struct OAuthSettings {
    /// `identityProvider`: `oauth2`, `aad`, `aadcertificate`, `oauth2generic`, `DocuSign`, `facebook`, …
    pub identity_provider: String,
    /// `clientId`.
    pub client_id: Option<String>,
    /// The client secret, from the hub's own store; packages do not carry it.
    pub client_secret: Option<Secret<String>>,
    /// How the client proves itself.
    pub authentication: ClientAuthentication,
    /// `scopes`; each may itself hold several, separated by blanks.
    pub scopes: Vec<String>,
    /// `customParameters`, each with the text of its `value`; null ones are left out.
    pub custom: Vec<(String, String)>,
    /// `additionalParameters`.
    pub additional: Vec<AdditionalParameter>,
    /// `properties.AzureActiveDirectoryResourceId`: the audience for on-behalf-of.
    pub resource_id: Option<String>,
    /// `properties.IsOnbehalfofLoginSupported`.
    pub on_behalf_of_supported: bool,
    /// The issuer whose metadata announces `authorization_response_iss_parameter_supported`, where an administrator
    /// knows it: the answer then has to come from there (RFC 9207).
    pub issuer: Option<String>,
}

/// How a client proves itself at the token endpoint.
#[derive(Debug, Clone, Default)]
pub enum ClientAuthentication {
    /// Identifier and secret in the form (`client_secret_post`): what the platform does.
    #[default]
    Form,
    /// Identifier and secret in the header (`client_secret_basic`).
    Header,
    /// A signed statement (`private_key_jwt`).
    Certificate(Box<Certificate>),
}

/// A template value that applies only while another parameter has one of some values.
#[derive(Debug, Clone)]
pub struct AdditionalParameter {
    /// Its name.
    pub name: String,
    /// What has to hold, all of it: a parameter and its values; `None` among them stands for "not set".
    pub applicable_when: Vec<(String, Vec<Option<String>>)>,
}

/// The values of one connection.
#[derive(Debug, Clone, Default)]
pub struct ConnectionValues {
    /// The name of the parameter that carries the settings; almost always `token`.
    pub owner: String,
    /// Every value by the name of its parameter, such as `token:TenantId` or `region`.
    pub values: Vec<(String, Secret<String>)>,
    /// The names, as in `values`, of those that are among the values which their parameter allows. Of the others
    /// nothing is known: they may name any host.
    pub limited: Vec<String>,
}

impl ConnectionValues {
    /// `token:Name`, else `Name`; ignoring case; an empty value is none.
    pub(crate) fn find(&self, name: &str) -> Option<&Secret<String>> {
        let own = |parameter: &str| {
            parameter.split_once(':').is_some_and(|(owner, rest)| {
                owner.eq_ignore_ascii_case(&self.owner) && rest.eq_ignore_ascii_case(name)
            })
        };
        let pick = |matches: &dyn Fn(&str) -> bool| {
            let found = self.values.iter().find(|(n, v)| matches(n) && !v.expose().is_empty());
            found.map(|(_, value)| value)
        };
        pick(&own).or_else(|| pick(&|parameter| parameter.eq_ignore_ascii_case(name)))
    }
}

impl OAuthSettings {
    /// A custom parameter, ignoring the case of its name; an empty one is none.
    pub(crate) fn custom(&self, name: &str) -> Option<&str> {
        let found = self.custom.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// As [`OAuthSettings::custom`], with its blanks and also when it is empty.
    pub(crate) fn custom_raw(&self, name: &str) -> Option<&str> {
        let found = self.custom.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Whether a template value of this name applies to a connection.
    pub(crate) fn applies(&self, name: &str, values: &ConnectionValues) -> bool {
        let Some(rule) = self.additional.iter().find(|a| a.name.eq_ignore_ascii_case(name)) else {
            return true;
        };
        rule.applicable_when.iter().all(|(parameter, allowed)| {
            let value = values.find(parameter).map(|v| v.expose().as_str());
            allowed.iter().any(|one| one.as_deref() == value)
        })
    }
}
