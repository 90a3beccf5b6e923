//! How a connection signs in, and what it asks for.

use std::collections::BTreeSet;

use openapi::{ConnectionParameter, IdentityProvider, Package, Place, SchemeKind};

use crate::{Rule, report::Report};

pub(super) fn check(old: &Package<'_>, new: &Package<'_>, report: &mut Report) {
    let (was, now) = (authentication(old), authentication(new));
    if was != now {
        let joined =
            |kinds: &BTreeSet<String>| kinds.iter().cloned().collect::<Vec<_>>().join(", ");
        let at = Place::ROOT.member("securityDefinitions");
        let at = if new.definition.root().contains_key("securityDefinitions") {
            at
        } else {
            Place::ROOT
        };
        report.add(
            Rule::AuthenticationTypeChanged,
            &at,
            format_args!("{} → {}", joined(&was), joined(&now)),
        );
    }
    let after = parameters(new);
    for was in parameters(old) {
        let now = after.iter().find(|it| it.name.eq_ignore_ascii_case(was.name));
        match now {
            None => {
                let at = Place::new(&was.pointer);
                report.properties(Rule::ConnectionParameterRemoved, &at, was.name);
            }
            Some(now) if was.kind != now.kind => {
                let at = Place::new(&now.pointer);
                report.properties(Rule::ParameterTypeChanged, &at, now.name);
            }
            Some(now) if now.is_required() && !was.is_required() && now.default().is_none() => {
                let at = Place::new(&now.pointer);
                report.properties(Rule::ParameterMadeRequired, &at, now.name);
            }
            Some(_) => {}
        }
    }
    let before = parameters(old);
    for now in &after {
        let is_new = !before.iter().any(|it| it.name.eq_ignore_ascii_case(now.name));
        if is_new && now.is_required() && now.default().is_none() {
            let at = Place::new(&now.pointer);
            report.properties(Rule::RequiredParameterAdded, &at, now.name);
        }
    }
}

/// The ways to sign in: schemes of the definition and providers of the properties.
fn authentication(package: &Package<'_>) -> BTreeSet<String> {
    let schemes = package.definition.security_schemes();
    let mut kinds: BTreeSet<String> = schemes.iter().map(|it| scheme(&it.kind)).collect();
    for parameter in parameters(package) {
        if let Some(oauth) = parameter.oauth() {
            kinds.insert(provider(oauth.identity_provider()).to_lowercase());
        }
    }
    kinds
}

fn scheme(kind: &SchemeKind<'_>) -> String {
    match kind {
        SchemeKind::Basic => "basic".to_owned(),
        SchemeKind::Bearer => "bearer".to_owned(),
        SchemeKind::ApiKey { name, location } => {
            format!("apiKey {location:?} {name}").to_lowercase()
        }
        SchemeKind::OAuth2(_) => "oauth2".to_owned(),
        SchemeKind::Unknown(word) => (*word).to_owned(),
    }
}

fn provider(provider: IdentityProvider<'_>) -> &str {
    match provider {
        IdentityProvider::OAuth2 => "oauth2 provider",
        IdentityProvider::OAuth2Generic => "oauth2generic provider",
        IdentityProvider::Aad | IdentityProvider::AadCertificate => "aad provider",
        IdentityProvider::BuiltIn(word) | IdentityProvider::Unknown(word) => word,
    }
}

fn parameters<'t>(package: &'t Package<'t>) -> Vec<ConnectionParameter<'t>> {
    let mut all = package.properties.connection_parameters();
    for set in package.properties.parameter_sets() {
        for parameter in set.parameters {
            if !all.iter().any(|it| it.name == parameter.name) {
                all.push(parameter);
            }
        }
    }
    all
}
