//! Puts a connection's credentials into a request.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use openapi::{ConnectionParameter, Credential, KeyLocation, Operation, Security};

use crate::{
    connection::Values,
    draft::Draft,
    headers::{Exists, Source},
};

/// One thing to put into a request.
#[derive(Clone, PartialEq, Eq)]
enum Filled {
    Header(String, String),
    Query(String, String),
    Cookie(String, String),
}

/// Adds the credentials that an operation asks for: the first alternative whose parameters are all
/// filled, else the first of which some are; a sign-in counts although no scheme speaks of it
/// (connector-format §3.2).
pub(crate) fn inject(
    operation: &Operation<'_>,
    parameters: &[ConnectionParameter<'_>],
    values: &Values,
    draft: &mut Draft,
) {
    let alternatives = openapi::credentials(&operation.security, parameters);
    let whole = alternatives.iter().find_map(|set| {
        let all: Option<Vec<_>> = set.iter().map(|one| fill(one, values)).collect();
        all.filter(|all| !all.is_empty())
    });
    let partly = || {
        let sets = alternatives.iter();
        let mut some =
            sets.map(|set| set.iter().filter_map(|one| fill(one, values)).collect::<Vec<_>>());
        some.find(|some| !some.is_empty())
    };
    let sign_in = || {
        let named = !matches!(operation.security, Security::Anonymous) && values.has_sign_in();
        bearer(values.token.as_deref().filter(|_| named)).map(|bearer| vec![bearer])
    };
    for filled in whole.or_else(partly).or_else(sign_in).unwrap_or_default() {
        match filled {
            Filled::Header(name, value) => draft.headers.set(&name, &value, Source::Credential),
            Filled::Query(name, value) => draft.query.set(&name, &value, Source::Credential),
            Filled::Cookie(name, value) => {
                let cookie = format!("{name}={value}");
                draft.headers.add_cookie(&cookie, Source::Credential);
            }
        }
    }
}

fn fill(credential: &Credential<'_>, values: &Values) -> Option<Filled> {
    match credential {
        Credential::Basic { username, password } => {
            let user = values.text((*username)?)?;
            let password = password.and_then(|name| values.text(name)).unwrap_or_default();
            let pair = STANDARD.encode(format!("{user}:{password}"));
            Some(Filled::Header("Authorization".to_owned(), format!("Basic {pair}")))
        }
        Credential::ApiKey { name, location, parameter } => {
            let key = values.text((*parameter)?).filter(|key| !key.is_empty())?.to_owned();
            let name = (*name).to_owned();
            Some(match location {
                KeyLocation::Header => Filled::Header(name, key),
                KeyLocation::Query => Filled::Query(name, key),
                KeyLocation::Cookie => Filled::Cookie(name, key),
            })
        }
        Credential::Bearer { parameter } => {
            bearer(parameter.and_then(|name| values.text(name)).or(values.token.as_deref()))
        }
    }
}

fn bearer(token: Option<&str>) -> Option<Filled> {
    let token = token.filter(|token| !token.is_empty())?;
    Some(Filled::Header("Authorization".to_owned(), format!("Bearer {token}")))
}

/// Puts credentials of one request into another to the same origin, unless they stand there.
pub(crate) fn carry(from: &Draft, to: &mut Draft) {
    for (name, value) in from.headers.only(Source::Credential).iter() {
        to.headers.set(name, value, Source::Credential);
    }
    for (name, value) in from.query.only(Source::Credential).iter() {
        to.query.put(name, value, Source::Credential, Exists::Skip);
    }
}
