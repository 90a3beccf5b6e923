//! From connection parameters to credentials: matched by convention only (connector-format §3.2).

use crate::{
    connection_parameter::{ConnectionParameter, ParameterKind},
    security::{KeyLocation, SchemeKind, Security, SecurityScheme},
};

/// A credential that a request carries, and the connection parameter its value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential<'t> {
    /// `Authorization: Basic`, from `username` and `password`.
    Basic {
        /// The parameter of the user name, when there is one.
        username: Option<&'t str>,
        /// The parameter of the password, when there is one.
        password: Option<&'t str>,
    },
    /// A key, sent exactly as it was typed.
    ApiKey {
        /// The header, query parameter or cookie.
        name: &'t str,
        /// Which of the three.
        location: KeyLocation,
        /// The parameter that holds it. Without one nothing is sent: policies or the script bring
        /// the key, or the package is broken.
        parameter: Option<&'t str>,
    },
    /// `Authorization: Bearer` with the access token of a sign-in.
    Bearer {
        /// The parameter that signs in; without one nothing is sent.
        parameter: Option<&'t str>,
    },
}

/// What a request of an operation can carry, given the parameters of a connection: alternatives in
/// their order, each a set of credentials that go together. The first whose parameters are filled
/// counts; none at all is anonymous.
pub fn credentials<'t>(
    security: &Security<'t>,
    parameters: &[ConnectionParameter<'t>],
) -> Vec<Vec<Credential<'t>>> {
    match security {
        Security::Anonymous => Vec::new(),
        Security::Undeclared => {
            let signs_in = sign_in(parameters);
            let token = |name| vec![Credential::Bearer { parameter: Some(name) }];
            signs_in.map(token).into_iter().collect()
        }
        Security::AnyOf(alternatives) => alternatives
            .iter()
            .map(|schemes| {
                schemes.iter().filter_map(|scheme| credential(scheme, parameters)).collect()
            })
            .collect(),
    }
}

fn credential<'t>(
    scheme: &SecurityScheme<'t>,
    parameters: &[ConnectionParameter<'t>],
) -> Option<Credential<'t>> {
    match &scheme.kind {
        SchemeKind::Basic => Some(Credential::Basic {
            username: named(parameters, "username").or_else(|| alike(parameters, "username")),
            password: named(parameters, "password").or_else(|| alike(parameters, "password")),
        }),
        SchemeKind::Bearer | SchemeKind::OAuth2(_) => {
            let parameter = sign_in(parameters).or_else(|| {
                let token = matches!(scheme.kind, SchemeKind::Bearer);
                key_parameter(parameters, scheme.name, "token").filter(|_| token)
            });
            Some(Credential::Bearer { parameter })
        }
        SchemeKind::ApiKey { name, location } => {
            let parameter = key_parameter(parameters, scheme.name, name);
            // a sign-in brings its token whatever the description calls it
            let token = sign_in(parameters).filter(|_| parameter.is_none());
            Some(match token {
                Some(token) => Credential::Bearer { parameter: Some(token) },
                None => Credential::ApiKey { name, location: *location, parameter },
            })
        }
        SchemeKind::Unknown(_) => None,
    }
}

/// The parameter of an API key, by the five steps of the convention.
fn key_parameter<'t>(
    parameters: &[ConnectionParameter<'t>],
    scheme: &str,
    header: &str,
) -> Option<&'t str> {
    named(parameters, "api_key")
        .or_else(|| named(parameters, scheme))
        .or_else(|| named(parameters, header))
        .or_else(|| alike(parameters, scheme))
        .or_else(|| alike(parameters, header))
        .or_else(|| only_secret(parameters))
}

fn named<'t>(parameters: &[ConnectionParameter<'t>], name: &str) -> Option<&'t str> {
    let holds_text = |parameter: &&ConnectionParameter<'_>| {
        !matches!(parameter.kind, ParameterKind::OAuth | ParameterKind::Gateway)
    };
    let texts = parameters.iter().filter(holds_text);
    texts.map(|parameter| parameter.name).find(|known| *known == name)
}

/// The parameter of a name that differs in letter case, blanks and punctuation only.
fn alike<'t>(parameters: &[ConnectionParameter<'t>], name: &str) -> Option<&'t str> {
    let wanted = plain(name);
    let names = parameters.iter().map(|parameter| parameter.name);
    names
        .filter(|known| !wanted.is_empty() && plain(known) == wanted)
        .find_map(|known| named(parameters, known))
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn only_secret<'t>(parameters: &[ConnectionParameter<'t>]) -> Option<&'t str> {
    let mut secrets = parameters.iter().filter(|parameter| parameter.is_secret());
    let first = secrets.next()?;
    secrets.next().is_none().then_some(first.name)
}

fn sign_in<'t>(parameters: &[ConnectionParameter<'t>]) -> Option<&'t str> {
    let mut signing = parameters.iter().filter(|parameter| parameter.kind == ParameterKind::OAuth);
    signing.next().map(|parameter| parameter.name)
}
