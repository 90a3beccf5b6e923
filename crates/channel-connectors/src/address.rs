//! The addresses of webhooks: how they are written, and how they are read.
//!
//! The path is the credential: nothing here prints it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use kernel::{ConnectorId, Ids, Secret, TenantId, UserId};
use uuid::Uuid;

/// Which service an address is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// `/webhookb2/…` and the older `/webhook/…`.
    Connector,
    /// `/workflows/…` and `/powerautomate/automations/direct/…`.
    Workflow,
}

impl Shape {
    /// The word in the delivery log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connector => "connector",
            Self::Workflow => "workflow",
        }
    }

    /// The route as logs and metrics may show it.
    pub const fn template(self) -> &'static str {
        match self {
            Self::Connector => "/webhookb2/{group}@{tenant}/{provider}/{id}/{owner}",
            Self::Workflow => "/workflows/{id}/triggers/manual/paths/invoke",
        }
    }
}

/// What somebody presents by using an address.
#[derive(Debug)]
pub struct Presented {
    /// Of which service.
    pub shape: Shape,
    /// What to ask identity for, in this order: an address made with a further part (`V2…`) is known with
    /// it, one made without is known without.
    pub secrets: Vec<Secret<String>>,
    /// The provider that the path names, unless it is `IncomingWebhook`.
    pub provider: Option<String>,
    /// The tenant that the path names, whether there is such a one or not.
    pub tenant: Option<TenantId>,
}

/// A path that has the shape of no webhook's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not the address of an incoming webhook")]
pub struct Malformed;

/// Reads the path and the query of an address.
///
/// `@` may be written `%40`, a slash may follow, unknown parts of the query and any `api-version` are let
/// through (what clients send was captured).
///
/// # Errors
/// [`Malformed`].
pub fn read(path: &str, query: Option<&str>) -> Result<Presented, Malformed> {
    let path = path.strip_prefix('/').ok_or(Malformed)?;
    let path = path.strip_suffix('/').unwrap_or(path);
    let mut parts = [""; PARTS];
    let mut count = 0;
    for part in path.split('/') {
        *parts.get_mut(count).ok_or(Malformed)? = part;
        count += 1;
    }
    match parts.get(..count).unwrap_or_default() {
        ["webhookb2" | "webhook", owner, provider, id, user] => {
            connector(owner, provider, id, user, None)
        }
        ["webhookb2" | "webhook", owner, provider, id, user, token] => {
            connector(owner, provider, id, user, Some(token))
        }
        ["workflows", id, "triggers", "manual", "paths", "invoke"]
        | [
            "powerautomate",
            "automations",
            "direct",
            "workflows",
            id,
            "triggers",
            "manual",
            "paths",
            "invoke",
        ] => workflow(id, query),
        [
            "powerautomate",
            "automations",
            "direct",
            "cu",
            unit,
            "workflows",
            id,
            "triggers",
            "manual",
            "paths",
            "invoke",
        ] if !unit.is_empty() && unit.bytes().all(|b| b.is_ascii_digit()) => workflow(id, query),
        _ => Err(Malformed),
    }
}

fn connector(
    owner: &str,
    provider: &str,
    id: &str,
    user: &str,
    token: Option<&str>,
) -> Result<Presented, Malformed> {
    let (group, tenant) = owner
        .split_once('@')
        .or_else(|| owner.split_once("%40"))
        .filter(|(group, tenant)| is_guid(group) && is_guid(tenant))
        .ok_or(Malformed)?;
    let known = provider == GENERIC;
    let provider_fits = !provider.is_empty()
        && provider.len() <= PROVIDER_CHARS
        && provider.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let id_fits = id.len() == 32 && id.bytes().all(|b| b.is_ascii_alphanumeric());
    let token_fits = token.is_none_or(|token| {
        token.strip_prefix("V2").is_some_and(|rest| is_token(rest) && rest.len() <= TOKEN_CHARS)
    });
    if !provider_fits || !id_fits || !is_guid(user) || !token_fits {
        return Err(Malformed);
    }
    let plain = format!("connector:{group}@{tenant}/{provider}/{id}/{user}");
    let mut secrets = Vec::with_capacity(2);
    if let Some(token) = token {
        secrets.push(Secret::new(format!("{plain}/{token}")));
    }
    secrets.push(Secret::new(plain));
    let provider = (!known).then(|| provider.to_owned());
    Ok(Presented { shape: Shape::Connector, secrets, provider, tenant: tenant.parse().ok() })
}

fn workflow(id: &str, query: Option<&str>) -> Result<Presented, Malformed> {
    let signature = query
        .unwrap_or_default()
        .split('&')
        .find_map(|item| item.strip_prefix("sig="))
        .ok_or(Malformed)?;
    let fits = |text: &str| is_token(text) && text.len() <= TOKEN_CHARS;
    if !fits(id) || !fits(signature) {
        return Err(Malformed);
    }
    let secrets = vec![Secret::new(format!("workflow:{id}/{signature}"))];
    Ok(Presented { shape: Shape::Workflow, secrets, provider: None, tenant: None })
}

fn is_guid(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// The addresses of one generation of a webhook, as paths; the host's name goes in front.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// Counts rotations, from 1.
    pub generation: i64,
    /// `/webhookb2/{group}@{tenant}/IncomingWebhook/{id}/{owner}`.
    pub connector: Secret<String>,
    /// `/workflows/{id}/triggers/manual/paths/invoke?…&sig=…`.
    pub workflow: Secret<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops, if it has been replaced.
    pub retires_at: Option<Timestamp>,
}

impl Addresses {
    /// The connector's URL; `base` is such as `https://hub.example.org`.
    pub fn connector_url(&self, base: &str) -> Secret<String> {
        Secret::new(format!("{}{}", base.trim_end_matches('/'), self.connector.expose()))
    }

    /// The Workflows URL.
    pub fn workflow_url(&self, base: &str) -> Secret<String> {
        Secret::new(format!("{}{}", base.trim_end_matches('/'), self.workflow.expose()))
    }
}

/// The two paths of a new address.
#[derive(Debug)]
pub(crate) struct Paths {
    pub(crate) connector: Secret<String>,
    pub(crate) workflow: Secret<String>,
}

/// Whose address it is; all of it stands in the path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Holder {
    pub(crate) tenant: TenantId,
    /// The team, or whom the inbox is of.
    pub(crate) group: Uuid,
    pub(crate) owner: UserId,
    /// The connector it is of; none for a generic one.
    pub(crate) provider: Option<ConnectorId>,
}

impl Paths {
    /// A new address that nobody can guess: 128 random bits in the connector's, 384 in the Workflows one.
    pub(crate) fn draw(ids: &Ids, holder: Holder) -> Self {
        let Holder { tenant, group, owner, provider } = holder;
        let provider = provider.map_or_else(|| GENERIC.to_owned(), |id| id.to_string());
        let id = hex(&ids.secret_bytes::<16>());
        let workflow = hex(&ids.secret_bytes::<16>());
        let signature = URL_SAFE_NO_PAD.encode(ids.secret_bytes::<32>());
        let connector = format!("/webhookb2/{group}@{tenant}/{provider}/{id}/{owner}");
        let workflow = format!(
            "/workflows/{workflow}/triggers/manual/paths/invoke\
             ?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig={signature}"
        );
        Self { connector: Secret::new(connector), workflow: Secret::new(workflow) }
    }

    /// The same with the path of an address that another service gave out.
    pub(crate) fn adopt(self, url: &str) -> Result<Self, Malformed> {
        let rest = url.trim().split_once("://").map_or(url.trim(), |(_, rest)| rest);
        let path = rest.find('/').and_then(|at| rest.get(at..)).ok_or(Malformed)?;
        let (bare, query) = match path.split_once('?') {
            Some((bare, query)) => (bare, Some(query)),
            None => (path, None),
        };
        let kept = Secret::new(path.trim_end_matches('/').replace("%40", "@"));
        Ok(match read(bare, query)?.shape {
            Shape::Connector => Self {
                connector: Secret::new(bare.trim_end_matches('/').replace("%40", "@")),
                ..self
            },
            Shape::Workflow => Self { workflow: kept, ..self },
        })
    }

    /// What identity is to know: the connector's credential, and the Workflows one.
    pub(crate) fn secrets(&self) -> Result<(Secret<String>, Secret<String>), Malformed> {
        let first = |path: &str| {
            let (bare, query) = match path.split_once('?') {
                Some((bare, query)) => (bare, Some(query)),
                None => (path, None),
            };
            read(bare, query)?.secrets.into_iter().next().ok_or(Malformed)
        };
        Ok((first(self.connector.expose())?, first(self.workflow.expose())?))
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |n: u8| DIGITS.get(usize::from(n & 15)).copied().unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// The provider of generic incoming webhooks.
const GENERIC: &str = "IncomingWebhook";
/// The longest path has eleven parts.
const PARTS: usize = 11;
/// Our own choice: a GUID has 36.
const PROVIDER_CHARS: usize = 64;
/// Our own choice; the longest seen has under 100.
const TOKEN_CHARS: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    const GUIDS: &str = "4f2a7c52-5a0e-4d6e-9c5e-0b8a1d2e3f40@9e7b80c7-d1eb-4b52-8582-76f921e416d9";
    const ID: &str = "3fdd6767bae44ac58e5995547d66a4e4";
    const USER: &str = "f332c8d9-3397-4ac5-957b-b8e3fc465a8c";

    fn secret(path: &str) -> Option<String> {
        let (bare, query) =
            path.split_once('?').map_or((path, None), |(bare, query)| (bare, Some(query)));
        let presented = read(bare, query).ok()?;
        Some(presented.secrets.last()?.expose().clone())
    }

    #[test]
    fn every_writing_of_a_connector_address_presents_the_same_secret() {
        let plain = secret(&format!("/webhookb2/{GUIDS}/IncomingWebhook/{ID}/{USER}"));
        assert!(plain.is_some());
        let encoded = GUIDS.replace('@', "%40");
        for path in [
            format!("/webhook/{GUIDS}/IncomingWebhook/{ID}/{USER}"),
            format!("/webhookb2/{encoded}/IncomingWebhook/{ID}/{USER}"),
            format!("/webhookb2/{GUIDS}/IncomingWebhook/{ID}/{USER}/"),
            format!("/webhookb2/{GUIDS}/IncomingWebhook/{ID}/{USER}/V2abc-_9"),
            format!("/webhookb2/{GUIDS}/IncomingWebhook/{ID}/{USER}?x=1"),
        ] {
            assert_eq!(secret(&path), plain, "{path}");
        }
    }

    #[test]
    fn an_address_with_a_further_part_is_first_looked_for_with_it() {
        let path = format!("/webhookb2/{GUIDS}/IncomingWebhook/{ID}/{USER}/V2abc");
        let presented = read(&path, None).unwrap();
        assert_eq!(presented.secrets.len(), 2);
        assert!(presented.secrets[0].expose().ends_with("/V2abc"));
    }

    #[test]
    fn every_writing_of_a_workflow_address_presents_the_same_secret() {
        let tail = "triggers/manual/paths/invoke";
        let plain = secret(&format!("/workflows/abc/{tail}?api-version=1&sig=S-_9"));
        assert!(plain.is_some());
        for path in [
            format!("/workflows/abc/{tail}/?sig=S-_9"),
            format!("/powerautomate/automations/direct/workflows/abc/{tail}?sp=x&sv=1.0&sig=S-_9"),
            format!("/powerautomate/automations/direct/cu/04/workflows/abc/{tail}?sig=S-_9&new=1"),
        ] {
            assert_eq!(secret(&path), plain, "{path}");
        }
    }

    #[test]
    fn what_is_not_an_address_is_malformed() {
        for path in [
            "/".to_owned(),
            "/webhookb2/".to_owned(),
            format!("/webhookb2/{GUIDS}/IncomingWebhook/{ID}"),
            format!("/webhookb2/{GUIDS}/IncomingWebhook/{ID}/{USER}/X2abc"),
            format!("/webhookb2/{GUIDS}/IncomingWebhook/{ID}/{USER}/V2abc/more"),
            format!("/webhookb2/{GUIDS}/IncomingWebhook/{ID}0/{USER}"),
            format!("/webhookb2/{GUIDS}/Incoming%20Webhook/{ID}/{USER}"),
            format!("/webhookb2/nobody@nowhere/IncomingWebhook/{ID}/{USER}"),
            "/workflows/abc/triggers/manual/paths/invoke".to_owned(),
            "/workflows/abc/triggers/manual/paths/invoke?sig=".to_owned(),
            "/workflows/a%2Fc/triggers/manual/paths/invoke?sig=x".to_owned(),
            "/powerautomate/automations/direct/cu/x/workflows/a/triggers/manual/paths/invoke?sig=x"
                .to_owned(),
            format!("/{}", "a/".repeat(5_000)),
        ] {
            assert_eq!(secret(&path), None, "{path}");
        }
    }

    #[test]
    fn another_provider_is_named() {
        let path = format!("/webhookb2/{GUIDS}/JenkinsCI/{ID}/{USER}");
        assert_eq!(read(&path, None).unwrap().provider.as_deref(), Some("JenkinsCI"));
        let path = format!("/webhookb2/{GUIDS}/IncomingWebhook/{ID}/{USER}");
        assert_eq!(read(&path, None).unwrap().provider, None);
    }

    #[test]
    fn drawn_addresses_fit_the_patterns_of_clients_and_read_back() {
        let ids = Ids::seeded(4);
        let holder =
            Holder { tenant: ids.fresh(), group: ids.fresh(), owner: ids.fresh(), provider: None };
        let (a, b) = (Paths::draw(&ids, holder), Paths::draw(&ids, holder));
        let (connector, workflow) = a.secrets().unwrap();
        assert_ne!(connector.expose(), b.secrets().unwrap().0.expose());
        assert_ne!(workflow.expose(), b.secrets().unwrap().1.expose());
        assert_eq!(secret(a.connector.expose()).as_ref(), Some(connector.expose()));
        assert_eq!(secret(a.workflow.expose()).as_ref(), Some(workflow.expose()));
    }

    #[test]
    fn the_address_of_a_connector_names_it() {
        let ids = Ids::seeded(4);
        let provider: ConnectorId = ids.fresh();
        let holder = Holder {
            tenant: ids.fresh(),
            group: ids.fresh(),
            owner: ids.fresh(),
            provider: Some(provider),
        };
        let paths = Paths::draw(&ids, holder);
        let read = read(paths.connector.expose(), None).unwrap();
        assert_eq!(read.provider, Some(provider.to_string()));
    }

    #[test]
    fn an_adopted_address_keeps_its_path_and_only_the_host_changes() {
        let ids = Ids::seeded(4);
        let holder =
            Holder { tenant: ids.fresh(), group: ids.fresh(), owner: ids.fresh(), provider: None };
        let path = format!("/webhookb2/{GUIDS}/JenkinsCI/{ID}/{USER}/V2abc");
        let paths = Paths::draw(&ids, holder)
            .adopt(&format!("https://contoso.webhook.office.com{}/", path.replace('@', "%40")))
            .unwrap();
        assert_eq!(paths.connector.expose(), &path);
        assert!(paths.secrets().unwrap().0.expose().ends_with("/V2abc"));
        let path = "/workflows/abc/triggers/manual/paths/invoke?api-version=1&sig=xyz";
        let url = format!("https://prod-1.westeurope.logic.azure.com:443{path}");
        let paths = Paths::draw(&ids, holder).adopt(&url).unwrap();
        assert_eq!(paths.workflow.expose(), path);
        assert!(Paths::draw(&ids, holder).adopt("https://example.org/").is_err());
    }
}
