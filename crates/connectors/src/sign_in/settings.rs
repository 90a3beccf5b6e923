//! From a package's sign-in settings, a maker's application and a connection's values to what `oauth` speaks with.

use kernel::Secret;
use oauth::{Certificate, ClientAuthentication, ConnectionValues, Grant, OAuthSettings};
use openapi::{ConnectionParameter, Node};

use super::SignInKind;
use crate::{Result, connection::Opened, definition::Compiled, invoke::Live};

/// How a connection signs in.
#[derive(Debug)]
pub(super) struct Way {
    pub(super) application: oauth::Application,
}

impl Way {
    /// As a connection does, if its connector signs in at all.
    pub(super) fn of_connection(
        live: &Live,
        compiled: &Compiled,
        opened: &Opened,
    ) -> Result<Option<Self>> {
        let set = opened.connection.parameter_set.as_deref();
        Self::of(live, compiled, set, &opened.all_values())
    }

    /// As a connection with these values would.
    pub(super) fn of(
        live: &Live,
        compiled: &Compiled,
        set: Option<&str>,
        values: &[(String, Secret<String>)],
    ) -> Result<Option<Self>> {
        let parameters = compiled.package().properties.parameters_of_set(set).unwrap_or_default();
        let Some((parameter, settings)) =
            parameters.iter().find_map(|parameter| Some((parameter, parameter.oauth()?)))
        else {
            return Ok(None);
        };
        let limited = values.iter().filter(|(name, value)| is_allowed(&parameters, name, value));
        let values = ConnectionValues {
            owner: parameter.name.to_owned(),
            limited: limited.map(|(name, _)| name.clone()).collect(),
            values: values.to_vec(),
        };
        let settings = plain(live, parameter, &settings)?;
        let application = oauth::Application::resolve(&settings, &values)?;
        Ok(Some(Self { application }))
    }

    pub(super) fn kind(&self) -> SignInKind {
        match self.application.grant() {
            Grant::ClientCredentials => SignInKind::Application,
            Grant::AuthorizationCode if self.application.silent_audience().is_some() => {
                SignInKind::OnBehalfOf
            }
            Grant::AuthorizationCode => SignInKind::Person,
        }
    }
}

/// Whether a value is among those that its parameter allows.
fn is_allowed(parameters: &[ConnectionParameter<'_>], name: &str, value: &Secret<String>) -> bool {
    let mut known = parameters.iter().filter(|known| known.name.eq_ignore_ascii_case(name));
    known.any(|known| {
        let allowed = known.allowed_values();
        allowed.iter().any(|one| text(one.value).as_ref() == Some(value.expose()))
    })
}

/// The settings as plain values; what a maker registered goes before what stands in the package.
fn plain(
    live: &Live,
    parameter: &ConnectionParameter<'_>,
    settings: &openapi::OAuthSettings<'_>,
) -> Result<OAuthSettings> {
    let own = live.applications.iter().find(|known| known.parameter == parameter.name);
    let provider = settings.node.get_ignoring_case("identityProvider").and_then(Node::as_str);
    let custom = settings.custom_parameters().iter().filter_map(|(name, node)| {
        Some((name.to_owned(), text(node.get("value").unwrap_or(node))?))
    });
    let additional =
        settings.additional_parameters().into_iter().map(|additional| oauth::AdditionalParameter {
            name: additional.name.to_owned(),
            applicable_when: conditions(additional.node.get("applicableWhen")),
        });
    // A maker may register a private key with its certificate in place of a secret.
    let secret = own.and_then(|own| own.client_secret.as_ref());
    let (client_secret, authentication) = match secret {
        Some(text) if Certificate::is_bundle(text.expose()) => {
            let certificate = Certificate::from_pem(text, text.expose())?;
            (None, ClientAuthentication::Certificate(Box::new(certificate)))
        }
        secret => (secret.cloned(), ClientAuthentication::Form),
    };
    Ok(OAuthSettings {
        identity_provider: provider.unwrap_or("oauth2").to_owned(),
        client_id: own
            .and_then(|own| own.client_id.clone())
            .or_else(|| settings.client_id().map(str::to_owned)),
        client_secret,
        authentication,
        scopes: settings.scopes().into_iter().map(str::to_owned).collect(),
        custom: custom.collect(),
        additional: additional.collect(),
        resource_id: settings.resource_id().map(str::to_owned),
        on_behalf_of_supported: settings.supports_on_behalf_of(),
        ..OAuthSettings::default()
    })
}

fn conditions(node: Option<&Node<'_>>) -> Vec<(String, Vec<Option<String>>)> {
    let listed = node.and_then(Node::as_list).unwrap_or_default();
    let one = |condition: &Node<'_>| {
        let parameter = condition.get("parameter")?.as_str()?.to_owned();
        let allowed = condition.get("oneOf")?.as_list()?.iter().map(text).collect();
        Some((parameter, allowed))
    };
    listed.iter().filter_map(one).collect()
}

/// A value as text; null is nothing.
fn text(node: &Node<'_>) -> Option<String> {
    if node.is_null() {
        return None;
    }
    Some(node.as_str().map_or_else(|| node.to_value().to_string(), str::to_owned))
}
