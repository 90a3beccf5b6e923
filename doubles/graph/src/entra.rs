//! The directory's own endpoints: metadata, sign-in pages, tokens.

mod grants;
mod pages;

use serde_json::{Value, json};

use crate::{
    clock, scopes,
    server::Shared,
    store::{Kind, Store},
    token::base64url,
    value::Fields as _,
    wire::{Call, Reply},
};

/// Why a token is refused, in the words of the directory.
#[derive(Debug, Clone)]
pub(crate) struct Denied {
    status: u16,
    error: &'static str,
    code: u32,
    text: String,
    extra: Vec<(&'static str, Value)>,
}

impl Denied {
    fn new(error: &'static str, code: u32, text: impl Into<String>) -> Self {
        let status = if error == "invalid_client" { 401 } else { 400 };
        Self { status, error, code, text: text.into(), extra: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.extra.push((name, value.into()));
        self
    }

    fn description(&self, now: &str) -> String {
        format!(
            "AADSTS{}: {} Trace ID: {} Correlation ID: {} Timestamp: {}",
            self.code,
            self.text,
            clock::guid(),
            clock::guid(),
            stamp(now)
        )
    }

    fn reply(&self, now: &str, correlation: &str) -> Reply {
        let mut body = json!({
            "error": self.error,
            "error_description": self.description(now),
            "error_codes": [self.code],
            "timestamp": stamp(now),
            "trace_id": clock::guid(),
            "correlation_id": correlation,
            "error_uri": format!("https://login.microsoftonline.com/error?code={}", self.code),
        });
        for (name, value) in &self.extra {
            body.put(name, value.clone());
        }
        Reply::plain_json(self.status, &body).with("Cache-Control", "no-store, no-cache")
    }
}

fn stamp(now: &str) -> String {
    format!("{}Z", now.get(..19).unwrap_or(now).replace('T', " "))
}

/// Answers what belongs to the directory; `None` for other addresses.
pub(crate) fn handle(shared: &Shared, store: &mut Store, call: &Call) -> Option<Reply> {
    let path = call.path.trim_matches('/');
    let lower = path.to_ascii_lowercase();
    if lower.ends_with("discovery/instance") {
        return Some(instance(shared));
    }
    if lower.starts_with("common/userrealm/") {
        return Some(Reply::plain_json(
            200,
            &json!({"ver": "1.0", "account_type": "Managed", "cloud_instance_name": "microsoftonline.com"}),
        ));
    }
    let (tenant, rest) = lower.split_once('/')?;
    let rest = rest.strip_prefix("v2.0/.well-known/").map_or(rest, |_| ".well-known");
    let known = matches!(
        rest,
        ".well-known"
            | ".well-known/openid-configuration"
            | "discovery/v2.0/keys"
            | "oauth2/v2.0/token"
            | "oauth2/v2.0/authorize"
            | "oauth2/v2.0/devicecode"
            | "oauth2/v2.0/devicelogin"
            | "oauth2/v2.0/logout"
            | "v2.0/adminconsent"
            | "adminconsent"
    );
    if !known {
        return None;
    }
    let tenants = [crate::seeds::TENANT, crate::seeds::DOMAIN, "common", "organizations"];
    if !tenants.contains(&tenant) {
        let denied = Denied::new("invalid_tenant", 90002, format!("Tenant '{tenant}' not found."));
        return Some(denied.reply(&store.now(), &clock::guid()));
    }
    Some(match rest {
        ".well-known" | ".well-known/openid-configuration" => metadata(shared),
        "discovery/v2.0/keys" => Reply::plain_json(200, &shared.keys.published(&shared.issuer())),
        "oauth2/v2.0/token" => {
            let correlation = call.header("client-request-id").unwrap_or("").to_owned();
            let form = doubles_http::pairs(&String::from_utf8_lossy(&call.body));
            let answer = grants::token(shared, store, call, &Form(form));
            answer.map_or_else(
                |denied| denied.reply(&store.now(), &correlation),
                |body| {
                    Reply::plain_json(200, &body)
                        .with("Cache-Control", "no-store, no-cache")
                        .with("Pragma", "no-cache")
                },
            )
        }
        "oauth2/v2.0/devicecode" => {
            let form = Form(doubles_http::pairs(&String::from_utf8_lossy(&call.body)));
            grants::device(shared, store, &form).map_or_else(
                |denied| denied.reply(&store.now(), &clock::guid()),
                |body| Reply::plain_json(200, &body),
            )
        }
        "oauth2/v2.0/devicelogin" => pages::device(store, call),
        "oauth2/v2.0/logout" => pages::logout(call),
        "oauth2/v2.0/authorize" => pages::authorize(shared, store, call),
        _ => pages::admin_consent(store, call),
    })
}

/// Names with values, as they were posted.
pub(crate) struct Form(pub(crate) Vec<(String, String)>);

impl Form {
    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.as_str())
    }
}

fn instance(shared: &Shared) -> Reply {
    let host = shared.origin().split_once("://").map_or("", |(_, host)| host).to_owned();
    Reply::plain_json(
        200,
        &json!({
            "tenant_discovery_endpoint": format!("{}/.well-known/openid-configuration", shared.issuer()),
            "api-version": "1.1",
            "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
        }),
    )
}

fn metadata(shared: &Shared) -> Reply {
    let base = shared.authority();
    Reply::plain_json(
        200,
        &json!({
            "issuer": shared.issuer(),
            "authorization_endpoint": format!("{base}/oauth2/v2.0/authorize"),
            "token_endpoint": format!("{base}/oauth2/v2.0/token"),
            "device_authorization_endpoint": format!("{base}/oauth2/v2.0/devicecode"),
            "end_session_endpoint": format!("{base}/oauth2/v2.0/logout"),
            "jwks_uri": format!("{base}/discovery/v2.0/keys"),
            "userinfo_endpoint": format!("{}/oidc/userinfo", shared.root),
            "response_modes_supported": ["query", "fragment", "form_post"],
            "response_types_supported": ["code", "id_token", "code id_token"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
            "code_challenge_methods_supported": ["S256", "plain"],
            "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "ver", "oid"],
            "request_uri_parameter_supported": false,
            "tenant_region_scope": "EU",
            "cloud_instance_name": "microsoftonline.com",
            "msgraph_host": "graph.microsoft.com",
        }),
    )
}

/// What a request asks for: one resource and names of rights on it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    /// The resource as it was named: the audience of the token.
    pub(crate) resource: String,
    /// Names, `.default` among them.
    pub(crate) names: Vec<String>,
    /// `openid`, `offline_access` and the like.
    pub(crate) oidc: Vec<String>,
}

impl Wanted {
    /// Reads a scope text.
    pub(crate) fn read(shared: &Shared, store: &Store, text: &str) -> Result<Self, Denied> {
        let mut wanted = Self::default();
        for scope in text.split_whitespace() {
            if ["openid", "profile", "email", "offline_access"].contains(&scope) {
                wanted.oidc.push(scope.to_owned());
                continue;
            }
            let (resource, name) = match scope.rsplit_once('/') {
                Some((resource, name)) => (resource.trim_end_matches('/').to_owned(), name),
                None if store.find(Kind::Client, scope).is_some() => (scope.to_owned(), ".default"),
                None => (Shared::audience(), scope),
            };
            if !wanted.resource.is_empty() && wanted.resource != resource {
                return Err(Denied::new(
                    "invalid_scope",
                    28000,
                    format!(
                        "Provided value for the input parameter scope is not valid because it contains more than one resource. Scope {text} is not valid."
                    ),
                ));
            }
            wanted.resource = resource;
            wanted.names.push(name.to_owned());
        }
        if wanted.resource.is_empty() {
            wanted.resource = Shared::audience();
        }
        if !shared.is_graph(&wanted.resource) && wanted.api(store).is_none() {
            return Err(Denied::new(
                "invalid_resource",
                500_011,
                format!(
                    "The resource principal named {} was not found in the tenant.",
                    wanted.resource
                ),
            ));
        }
        if shared.is_graph(&wanted.resource) {
            for name in wanted.names.iter().filter(|name| *name != ".default") {
                if scopes::delegated(name).is_none() {
                    return Err(Denied::new(
                        "invalid_scope",
                        70011,
                        format!(
                            "The provided value for the input parameter 'scope' is not valid. The scope {name} does not exist."
                        ),
                    ));
                }
            }
        }
        Ok(wanted)
    }

    /// The application that is the resource, if it is one of the tenant's.
    pub(crate) fn api<'s>(&self, store: &'s Store) -> Option<&'s Value> {
        let id = self.resource.strip_prefix("api://").unwrap_or(&self.resource);
        store.find(Kind::Client, id)
    }

    /// Under which key consents are kept.
    fn key(&self, shared: &Shared) -> String {
        if shared.is_graph(&self.resource) {
            "graph".to_owned()
        } else {
            self.resource.strip_prefix("api://").unwrap_or(&self.resource).to_owned()
        }
    }
}

/// What a person, or an administrator for all, has agreed to.
pub(crate) fn consented(store: &Store, client: &str, user: &str, key: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for who in ["*", user] {
        for scope in store.at(Kind::Grant, &format!("{client}|{who}|{key}")).list("scopes") {
            let scope = scope.as_str().unwrap_or_default().to_owned();
            if !out.contains(&scope) {
                out.push(scope);
            }
        }
    }
    out
}

/// Notes an agreement.
pub(crate) fn consent(store: &mut Store, client: &str, who: &str, key: &str, names: &[String]) {
    let id = format!("{client}|{who}|{key}");
    let mut scopes = consented(store, client, who, key);
    for name in names.iter().filter(|name| *name != ".default") {
        if !scopes.contains(name) {
            scopes.push(name.clone());
        }
    }
    store.put(
        Kind::Grant,
        json!({"id": id, "clientId": client, "principal": who, "resource": key, "scopes": scopes}),
    );
}

/// Which of the wanted names nobody has agreed to.
fn lacking(
    shared: &Shared,
    store: &Store,
    client: &str,
    user: &str,
    wanted: &Wanted,
) -> Vec<String> {
    let granted = consented(store, client, user, &wanted.key(shared));
    if wanted.names.iter().any(|name| name == ".default") && !granted.is_empty() {
        return Vec::new();
    }
    // Signing in alone needs no more than the person's own profile.
    let free = ["User.Read"];
    wanted
        .names
        .iter()
        .filter(|name| {
            let signs_in = wanted.resource == Shared::audience()
                && free.contains(&name.as_str())
                && granted.is_empty();
            !signs_in && !granted.iter().any(|own| own.eq_ignore_ascii_case(name))
        })
        .cloned()
        .collect()
}

/// What a token is for.
pub(crate) struct Ticket<'t> {
    pub(crate) client: &'t str,
    pub(crate) user: Option<&'t str>,
    pub(crate) resource: &'t str,
    pub(crate) rights: Vec<String>,
    pub(crate) strong: bool,
}

/// Seconds that access tokens last.
const LIFETIME: i64 = 3600;

/// Signs an access token.
pub(crate) fn access_token(shared: &Shared, store: &Store, ticket: &Ticket<'_>) -> String {
    let now = store.now_ms() / 1000;
    let mut claims = json!({
        "aud": ticket.resource, "iss": shared.issuer(), "iat": now, "nbf": now - 300, "exp": now + LIFETIME,
        "tid": crate::seeds::TENANT, "ver": "2.0", "appid": ticket.client, "azp": ticket.client, "azpacr": "1",
        "uti": base64url(&clock::chance::<16>()),
    });
    if let Some(user) = ticket.user {
        let person = store.at(Kind::User, user);
        claims.put("oid", user);
        claims.put("sub", user);
        claims.put("name", person.text("displayName"));
        claims.put("preferred_username", person.text("userPrincipalName"));
        claims.put("upn", person.text("userPrincipalName"));
        claims.put("scp", ticket.rights.join(" "));
        claims.put("idtyp", "user");
        claims.put("amr", if ticket.strong { vec!["pwd", "mfa"] } else { vec!["pwd"] });
    } else {
        let principal = store.at(Kind::Client, ticket.client).text("_principal").to_owned();
        claims.put("oid", principal.clone());
        claims.put("sub", principal);
        claims.put("idtyp", "app");
        claims.put("roles", ticket.rights.clone());
    }
    shared.keys.sign(&claims)
}
