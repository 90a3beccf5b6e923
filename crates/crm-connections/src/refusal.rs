//! What the words of a provider mean: each documented refusal of a sign-in with what can be done about it.

use oauth::{Callback, Words};

use crate::{Error, SystemKind};

/// What went wrong at the provider, by what people can do about it.
pub(crate) fn read(kind: SystemKind, error: oauth::Error) -> Error {
    let known = match (&error, error.words()) {
        (_, Some(words)) if kind == SystemKind::Salesforce => salesforce(words),
        (_, Some(words)) => entra(words),
        _ => None,
    };
    known.unwrap_or(Error::SignIn(error))
}

/// What a browser brought back in place of a code.
pub(crate) fn brought(kind: SystemKind, callback: &Callback) -> Option<Error> {
    let error = callback.error.as_deref()?;
    let words =
        Words { error: error.to_owned(), description: callback.description.clone(), number: None };
    if kind == SystemKind::Salesforce { salesforce(&words) } else { entra(&words) }
}

fn salesforce(words: &Words) -> Option<Error> {
    let said = words.description.as_deref().unwrap_or_default().to_ascii_lowercase();
    let code = words.error.to_ascii_lowercase();
    let says = |text: &str| said.contains(text) || code.contains(text);
    Some(match code.as_str() {
        // Before the codes below, which come with several meanings.
        _ if says("api_currently_disabled")
            || says("api_disabled")
            || says("api is disabled for this user") =>
        {
            Error::Crm(crm::Error::ApiDisabled)
        }
        "oauth_app_blocked" => Error::AppBlocked,
        _ if says("blocked by admin") => Error::AppBlocked,
        "oauth_app_access_denied" | "invalid_app_access" => Error::AppAccessDenied,
        _ if says("not admin approved") => Error::AppAccessDenied,
        _ if says("ip restricted") || says("restricted ip") || says("ip_restricted") => {
            Error::NetworkRestricted
        }
        _ if says("authentication failure") => Error::WrongDomain,
        "redirect_uri_mismatch" => Error::RedirectUnknown,
        "invalid_client_id" => Error::AppUnknown,
        _ if says("not installed in this org") || says("client identifier invalid") => {
            Error::AppUnknown
        }
        "invalid_client" => Error::AppSecret,
        "invalid_scope" | "insufficient_scope" => Error::ScopeRefused,
        "inactive_user" | "inactive_org" => Error::UserInactive,
        _ => return None,
    })
}

fn entra(words: &Words) -> Option<Error> {
    let said = words.description.as_deref().unwrap_or_default();
    let has = |number: &str| said.contains(number);
    Some(match words.number {
        // No such application in the directory; the secret is wrong or has run out; not assigned to the application;
        // the account is disabled; the address to come back to.
        Some(700_016) => Error::AppUnknown,
        Some(7_000_215 | 7_000_222) => Error::AppSecret,
        Some(50_105) => Error::AppAccessDenied,
        Some(50_057) => Error::UserInactive,
        Some(50_011) => Error::RedirectUnknown,
        Some(53_003) => Error::NetworkRestricted,
        _ if has("AADSTS700016") => Error::AppUnknown,
        _ if has("AADSTS7000215") || has("AADSTS7000222") => Error::AppSecret,
        _ if has("AADSTS50105") => Error::AppAccessDenied,
        _ if has("AADSTS50057") => Error::UserInactive,
        _ if has("AADSTS50011") => Error::RedirectUnknown,
        _ if has("AADSTS53003") => Error::NetworkRestricted,
        _ => return None,
    })
}

/// What a first call as the seller says, where the sign-in itself went well.
pub(crate) fn probed(kind: SystemKind, error: crm::Error) -> Option<Error> {
    match error {
        crm::Error::ApiDisabled => Some(Error::Crm(crm::Error::ApiDisabled)),
        crm::Error::Scope => Some(Error::ScopeRefused),
        crm::Error::SessionEnded => Some(Error::NoAccess),
        crm::Error::NotAllowed | crm::Error::NotFound if kind == SystemKind::Dataverse => {
            Some(Error::NoAccess)
        }
        // That the seller may not see this or that is no reason to keep them out.
        crm::Error::FieldHidden { .. }
        | crm::Error::ObjectHidden { .. }
        | crm::Error::NotFound
        | crm::Error::NotAllowed
        | crm::Error::Query { .. }
        | crm::Error::LimitReached { .. }
        | crm::Error::Deleted => None,
        other => Some(Error::Crm(other)),
    }
}

#[cfg(test)]
mod tests {
    use kernel::Coded as _;

    use super::*;

    fn code(error: &str, description: &str) -> Option<&'static str> {
        let callback = Callback {
            error: Some(error.to_owned()),
            description: Some(description.to_owned()),
            ..Callback::default()
        };
        brought(SystemKind::Salesforce, &callback).map(|error| error.code().name())
    }

    #[test]
    fn every_documented_refusal_has_its_own_code() {
        for (error, description, expected) in [
            ("OAUTH_APP_BLOCKED", "this app is blocked by admin", "crm_sign_in.app_blocked"),
            (
                "OAUTH_APP_ACCESS_DENIED",
                "user is not admin approved to access this app",
                "crm_sign_in.app_access_denied",
            ),
            (
                "invalid_app_access",
                "user is not admin approved to access this app",
                "crm_sign_in.app_access_denied",
            ),
            ("invalid_grant", "authentication failure", "crm_sign_in.wrong_domain"),
            ("invalid_grant", "ip restricted", "crm_sign_in.network_restricted"),
            ("API_CURRENTLY_DISABLED", "API is disabled for this User", "crm.api_disabled"),
            ("invalid_client_id", "client identifier invalid", "crm_sign_in.app_unknown"),
            (
                "invalid_client",
                "External client app is not installed in this org",
                "crm_sign_in.app_unknown",
            ),
            ("invalid_client", "invalid client credentials", "crm_sign_in.app_secret"),
            (
                "redirect_uri_mismatch",
                "redirect_uri must match configuration",
                "crm_sign_in.redirect_unknown",
            ),
            ("invalid_scope", "the requested scope is not allowed", "crm_sign_in.scope_refused"),
            ("inactive_user", "user is inactive", "crm_sign_in.user_inactive"),
        ] {
            assert_eq!(code(error, description), Some(expected), "{error} {description}");
        }
        assert_eq!(code("access_denied", "end-user denied authorization"), None);
        assert_eq!(code("invalid_grant", "expired access/refresh token"), None);
    }
}
