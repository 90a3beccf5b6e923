//! App manifests and packages of registered connectors.

use app_packages::{Finding, Level, Severity};
use channel_connectors::Icon;
use kernel::FieldError;
use serde_json::{Value as Json, json};
use url::Url;

use super::{Connector, icons, icons::Picture};
use crate::{Error, Result};

/// The manifest of a connector, and what is to be said of it.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The manifest.
    pub manifest: Json,
    /// Whether somebody edited it; else it is what the registration says.
    pub edited: bool,
    /// What the catalogue would find.
    pub findings: Vec<Finding>,
}

impl Draft {
    pub(super) fn of(connector: &Connector, edited: Option<Json>) -> Self {
        let is_edited = edited.is_some();
        let manifest = edited.unwrap_or_else(|| generate(connector));
        let findings = app_packages::check_manifest(&manifest, Level::Publish);
        Self { manifest, edited: is_edited, findings }
    }
}

/// The manifest that a registration gives.
pub(super) fn generate(connector: &Connector) -> Json {
    let details = &connector.details;
    let company = details.company_url.as_ref().map(Url::as_str).unwrap_or_default();
    let or_company = |url: &Option<Url>| url.as_ref().map_or(company, Url::as_str).to_owned();
    let full = if details.description.is_empty() {
        &details.short_description
    } else {
        &details.description
    };
    let mut item = json!({ "connectorId": connector.id.to_string(), "scopes": ["team"] });
    if let (Some(url), Some(item)) = (&connector.configuration_url, item.as_object_mut()) {
        item.insert("configurationUrl".to_owned(), Json::from(url.as_str()));
    }
    let [r, g, b] = icons::ACCENT;
    json!({
        "$schema": SCHEMA,
        "manifestVersion": VERSION,
        // Each change of the registration makes a new version for the catalogue.
        "version": format!("1.0.{}", connector.version),
        "id": connector.id.to_string(),
        "developer": {
            "name": details.company_name,
            "websiteUrl": company,
            "privacyUrl": or_company(&details.privacy_url),
            "termsOfUseUrl": or_company(&details.terms_url),
        },
        "name": { "short": connector.name, "full": connector.name },
        "description": { "short": details.short_description, "full": full },
        "icons": { "outline": OUTLINE, "color": COLOUR },
        "accentColor": format!("#{r:02X}{g:02X}{b:02X}"),
        "connectors": [item],
        "validDomains": hosts(&connector.valid_domains),
    })
}

/// The domains as the catalogue takes them: a registration may name a port, a manifest names hosts.
fn hosts(domains: &[String]) -> Vec<&str> {
    let mut hosts: Vec<&str> = Vec::with_capacity(domains.len());
    for domain in domains {
        let host = match domain.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => domain,
        };
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    hosts
}

/// Refuses a manifest that a team could not load, or that is of another connector.
pub(super) fn check(connector: &Connector, manifest: &Json) -> Result<()> {
    if manifest.to_string().len() > MAX_BYTES {
        let detail = "a manifest has at most 256 KB";
        return Err(Error::invalid("", "connector.manifest_too_large", detail));
    }
    let mut faults = errors(app_packages::check_manifest(manifest, Level::Load));
    let own = connector.id.to_string();
    let named = manifest.pointer("/connectors/0/connectorId").and_then(Json::as_str);
    if !named.is_some_and(|id| id.eq_ignore_ascii_case(&own)) {
        let detail = format!("the connector of this manifest is {own}");
        let pointer = "/connectors/0/connectorId";
        faults.push(FieldError::new(pointer, "connector.manifest_other", detail));
    }
    if manifest.pointer("/icons/color").and_then(Json::as_str) != Some(COLOUR)
        || manifest.pointer("/icons/outline").and_then(Json::as_str) != Some(OUTLINE)
    {
        let detail = format!("the package holds {COLOUR} and {OUTLINE}");
        faults.push(FieldError::new("/icons", "connector.manifest_icons", detail));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid { fields: faults }) }
}

/// The package of a manifest, with icons made of the logo.
pub(super) fn package(manifest: &Json, logo: Option<&Icon>) -> Result<Vec<u8>> {
    let picture = logo.and_then(|logo| icons::decode(logo.kind, &logo.bytes));
    let picture = picture.unwrap_or_else(Picture::plain);
    let unreadable =
        || Error::invalid("/logo", "webhook.icon_unreadable", "the logo does not open");
    let colour = picture.colour_icon().ok_or_else(unreadable)?;
    let outline = picture.outline_icon().ok_or_else(unreadable)?;
    app_packages::write(manifest, &[(COLOUR, &colour), (OUTLINE, &outline)])
        .map_err(|findings| Error::Invalid { fields: errors(findings) })
}

/// Findings that stop, as faults of an input.
fn errors(findings: Vec<Finding>) -> Vec<FieldError> {
    findings
        .into_iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| {
            let pointer = finding.place.pointer.unwrap_or_default();
            FieldError::new(pointer, finding.rule.code(), finding.detail)
        })
        .collect()
}

/// The newest schema that every known store takes with connectors.
const VERSION: &str = "1.16";
const SCHEMA: &str =
    "https://developer.microsoft.com/en-us/json-schemas/teams/v1.16/MicrosoftTeams.schema.json";
const COLOUR: &str = "color.png";
const OUTLINE: &str = "outline.png";
/// Our own choice; real ones have under 20 KB.
const MAX_BYTES: usize = 256 * 1024;
