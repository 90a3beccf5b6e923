//! Which requests an identity provider's settings stand for.

use kernel::Secret;

use super::{Application, Delegation, Endpoint, Grant, Named, Origin, canonical};
use crate::{ConnectionValues, Error, OAuthSettings, built_in, placeholder::is_placeholder};

pub(super) fn application(
    settings: &OAuthSettings,
    values: &ConnectionValues,
) -> Result<Application, Error> {
    let mut plan = Application {
        authorize: Endpoint::default(),
        token: Endpoint::default(),
        refresh: Endpoint::default(),
        values: named(settings, values),
        authentication: settings.authentication.clone(),
        pkce: true,
        grant: grant(settings, values),
        resource: None,
        delegation: None,
        issuer: settings.issuer.clone(),
    };
    match settings.identity_provider.trim().to_ascii_lowercase().as_str() {
        "oauth2" => fixed(&mut plan, settings)?,
        "aad" | "aadcertificate" => entra(&mut plan, settings, values)?,
        "oauth2generic" => generic(&mut plan, settings),
        other => known(&mut plan, settings, other)?,
    }
    Ok(plan)
}

/// The values that templates may name: the connection's before the package's.
fn named(settings: &OAuthSettings, values: &ConnectionValues) -> Vec<Named> {
    let mut out: Vec<Named> = Vec::new();
    let mut add = |name: &str, value: &str, (fixed, origin)| {
        let name = canonical(name);
        let taken = out.iter().any(|known| known.name == name);
        if !taken && !value.trim().is_empty() && settings.applies(&name, values) {
            out.push(Named { name, value: Secret::new(value.to_owned()), fixed, origin });
        }
    };
    let owned = |name: &str| {
        let (owner, rest) = name.split_once(':')?;
        owner.eq_ignore_ascii_case(&values.owner).then(|| rest.to_owned())
    };
    let chosen = |name: &String| {
        let is_limited = values.limited.contains(name);
        (false, if is_limited { Origin::Limited } else { Origin::Free(name.clone()) })
    };
    for (name, value) in &values.values {
        if let Some(rest) = owned(name) {
            add(&rest, value.expose(), chosen(name));
        }
    }
    for (name, value) in values.values.iter().filter(|(name, _)| !name.contains(':')) {
        add(name, value.expose(), chosen(name));
    }
    let package = || (true, Origin::Connector);
    add("clientId", settings.client_id.as_deref().unwrap_or_default(), package());
    if let Some(secret) = &settings.client_secret {
        // Kept by the hub: whatever it is, it is no publisher's placeholder.
        add("clientSecret", secret.expose(), (false, Origin::Connector));
    }
    let delimiter = settings.custom_raw("scopeListDelimiter").unwrap_or(" ");
    let scopes: Vec<_> =
        settings.scopes.iter().map(|s| s.trim()).filter(|s| !s.is_empty()).collect();
    add("scopes", &scopes.join(delimiter), (false, Origin::Connector));
    for (name, value) in &settings.custom {
        add(name, value, package());
    }
    out
}

/// Only the authorization code exists upstream; a few packages ask for client credentials in one of three ways.
fn grant(settings: &OAuthSettings, values: &ConnectionValues) -> Grant {
    let named = values
        .find("grantType")
        .map(|v| v.expose().as_str())
        .or_else(|| settings.custom("grantType"));
    let in_template = settings
        .custom("tokenBodyTemplate")
        .is_some_and(|body| body.contains("grant_type=client_credentials"));
    if in_template || named.is_some_and(|g| g.trim().eq_ignore_ascii_case("client_credentials")) {
        Grant::ClientCredentials
    } else {
        Grant::AuthorizationCode
    }
}

/// `oauth2`: fixed addresses.
fn fixed(plan: &mut Application, settings: &OAuthSettings) -> Result<(), Error> {
    let endpoint = |setting: &'static str| {
        let url = settings.custom(setting).unwrap_or_default().to_owned();
        // Nothing fills these, so braces are a placeholder too.
        if url.contains('{') {
            return Err(Error::Placeholder { setting: setting.to_owned() });
        }
        Ok(Endpoint { setting, url, ..Endpoint::default() })
    };
    plan.authorize = endpoint("authorizationUrl")?;
    plan.token = endpoint("tokenUrl")?;
    plan.refresh = endpoint("refreshUrl")?;
    // An empty address to refresh at is that of the first token.
    if plan.refresh.url.is_empty() {
        plan.refresh = plan.token.clone();
    }
    Ok(())
}

/// `aad`, `aadcertificate`: Microsoft Entra ID's first endpoints, and the second for on-behalf-of.
fn entra(
    plan: &mut Application,
    settings: &OAuthSettings,
    values: &ConnectionValues,
) -> Result<(), Error> {
    let text = |name: &str| values.find(name).map(|v| v.expose().clone());
    let checked = |setting: &'static str, value: String| {
        if is_placeholder(&value) {
            return Err(Error::Placeholder { setting: setting.to_owned() });
        }
        Ok(value)
    };
    let login = settings
        .custom("loginUri")
        .or_else(|| settings.custom("loginUriAAD"))
        .unwrap_or(LOGIN)
        .trim_end_matches('/');
    let tenant = text("tenantId")
        .or_else(|| settings.custom("tenantId").map(str::to_owned))
        .unwrap_or_else(|| COMMON.to_owned());
    let tenant = checked("tenantId", tenant.trim().to_owned())?;
    // A tenant is a GUID, a domain or a word: nothing that reaches into the rest of the address.
    let is_tenant = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    if tenant.len() > 255 || !tenant.bytes().all(is_tenant) {
        return Err(Error::Settings { reason: "the tenant is neither an identifier nor a domain" });
    }
    // A slash at the end is significant.
    let resource =
        text("resourceUri").or_else(|| settings.custom("resourceUri").map(str::to_owned));
    let audience = settings.resource_id.clone().filter(|id| !id.trim().is_empty());
    let is_on = settings.custom("enableOnbehalfOfLogin").is_some_and(is_true);
    let silent = settings.on_behalf_of_supported && is_on;
    let login = checked("loginUri", login.to_owned())?;
    let base = format!("{login}/{tenant}");
    if let Some(resource) = audience.or_else(|| resource.clone()) {
        let resource = checked("resourceUri", resource)?;
        plan.delegation = Some(Delegation { login, tenant, resource, silent });
    }
    let resource = resource
        .or_else(|| settings.resource_id.clone())
        .ok_or(Error::Missing { setting: "resourceUri" })?;
    plan.resource = Some(checked("resourceUri", resource)?);
    let endpoint = |path: &str| Endpoint {
        setting: "loginUri",
        url: format!("{base}/oauth2/{path}"),
        ..Endpoint::default()
    };
    plan.authorize = endpoint("authorize");
    plan.token = endpoint("token");
    plan.refresh = endpoint("token");
    Ok(())
}

/// `oauth2generic`: every request written as a template.
fn generic(plan: &mut Application, settings: &OAuthSettings) {
    let text = |name: &str| settings.custom(name).map(ours);
    let endpoint = |setting: &'static str, query: &str, body: &str| Endpoint {
        setting,
        url: settings.custom(setting).unwrap_or_default().to_owned(),
        query: text(query),
        body: text(body),
        extra: &[],
    };
    plan.authorize =
        endpoint("authorizationUrlTemplate", "authorizationUrlQueryStringTemplate", "");
    plan.token = endpoint("tokenUrlTemplate", "tokenUrlQueryStringTemplate", "tokenBodyTemplate");
    plan.refresh =
        endpoint("refreshUrlTemplate", "refreshUrlQueryStringTemplate", "refreshBodyTemplate");
    if plan.refresh.url.is_empty() {
        plan.refresh.url.clone_from(&plan.token.url);
        plan.refresh.setting = plan.token.setting;
    }
    plan.refresh.body = plan.refresh.body.take().map(|body| refreshing(&body));
    // Both halves have to be ours to write: a challenge without its verifier ends the sign-in.
    plan.pkce = plan.authorize.query.is_none() && plan.token.body.is_none();
}

/// A provider whose addresses are known.
fn known(plan: &mut Application, settings: &OAuthSettings, name: &str) -> Result<(), Error> {
    let provider = built_in::find(name).ok_or(Error::UnknownProvider)?;
    let login = settings.custom("loginUri").unwrap_or(provider.base).trim_end_matches('/');
    let endpoint = |setting, url: &str| Endpoint {
        setting,
        url: url.replace("{LoginUri}", login),
        ..Endpoint::default()
    };
    plan.authorize = endpoint("authorizationUrl", provider.authorize);
    plan.authorize.extra = provider.query;
    plan.token = endpoint("tokenUrl", provider.token);
    plan.refresh = plan.token.clone();
    Ok(())
}

/// The platform's own redirect address, written into a template, becomes ours.
fn ours(template: &str) -> String {
    let mut text = template.to_owned();
    for platform in PLATFORM_REDIRECT {
        while let Some((before, after)) = text.split_once(platform) {
            let rest = after.find('&').and_then(|at| after.get(at..)).unwrap_or_default();
            text = format!("{before}{{RedirectUrl}}{rest}");
        }
    }
    text
}

/// A form to refresh with that was copied from the one for the code could never refresh: its grant is put right.
fn refreshing(body: &str) -> String {
    let parts = body.split('&').map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        match name {
            "code" if !body.contains("refresh_token=") => "refresh_token={RefreshToken}".to_owned(),
            "grant_type" if value == "authorization_code" => "grant_type=refresh_token".to_owned(),
            _ => part.to_owned(),
        }
    });
    parts.collect::<Vec<_>>().join("&")
}

/// Booleans of packages are JSON or text, in any letter case.
fn is_true(text: &str) -> bool {
    text.trim().eq_ignore_ascii_case("true")
}

const LOGIN: &str = "https://login.windows.net";
const COMMON: &str = "common";
const PLATFORM_REDIRECT: [&str; 2] = [
    "https://global.consent.azure-apim.net/redirect",
    "https%3A%2F%2Fglobal.consent.azure-apim.net%2Fredirect",
];
