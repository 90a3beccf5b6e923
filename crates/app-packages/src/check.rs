//! The rules on each level.

mod addresses;
mod domains;
mod files;
mod icons;

use std::collections::HashSet;

use serde_json::Value;

use crate::{
    finding::{Finding, Findings, Level, Place, Rule, Severity},
    manifest::items,
    package::Package,
    schema::{self, Kinds, PREVIEW},
};

/// What is wrong with a package on a level; none of severity error means that it is taken.
pub fn check(package: &Package, level: Level) -> Vec<Finding> {
    let mut findings = Findings::default();
    findings.extend(check_manifest(package.document(), level));
    if level != Level::Schema {
        let version = version_for(package.document(), level).unwrap_or(OLDEST);
        icons::check(&mut findings, package, level, version);
        files::check(&mut findings, package, level, version);
    }
    findings.into_vec()
}

/// What is wrong with a manifest alone, its package not seen.
pub fn check_manifest(document: &Value, level: Level) -> Vec<Finding> {
    let mut findings = Findings::default();
    let version = judge_version(&mut findings, document, level);
    if let Some(version) = version {
        let soften = |finding: Finding| match (level, finding.rule) {
            // What a manifest says beside the schema was taken by the platform, at its root.
            (Level::Load, Rule::MemberUnknown) if is_root(&finding.place) => {
                Finding { severity: Severity::Warning, ..finding }
            }
            _ => finding,
        };
        findings.extend(schema::check_manifest(version, document).into_iter().map(soften));
    }
    if level != Level::Schema {
        let severity = level.severity();
        version_form(&mut findings, document, severity);
        addresses::check(&mut findings, document, severity);
        domains::check(&mut findings, document, severity);
        icons::names(&mut findings, document, severity);
        connectors(&mut findings, document, severity);
        repeated(&mut findings, document, severity);
    }
    findings.into_vec()
}

impl Level {
    /// What the rules beyond the schema are on this level.
    pub(crate) const fn severity(self) -> Severity {
        match self {
            Self::Schema | Self::Load => Severity::Warning,
            Self::Publish => Severity::Error,
        }
    }
}

fn is_root(place: &Place) -> bool {
    place.pointer.as_ref().is_some_and(|pointer| pointer.matches('/').count() == 1)
}

fn said<'a>(document: &'a Value, member: &str) -> Option<&'a str> {
    document.get(member).and_then(Value::as_str)
}

/// Which schema decides: `$schema` for the schema itself and the catalogue, `manifestVersion` for what a team
/// uploads.
fn version_for(document: &Value, level: Level) -> Option<&str> {
    let version = match level {
        Level::Schema | Level::Publish => said(document, "$schema")
            .and_then(|address| schema::version_of(address, Kinds::Manifest)),
        Level::Load => said(document, "manifestVersion"),
    };
    version.filter(|version| schema::is_known(version))
}

/// Says what is wrong with the two versions; gives the one that decides.
fn judge_version<'a>(
    findings: &mut Findings,
    document: &'a Value,
    level: Level,
) -> Option<&'a str> {
    let at = |member: &str| Place::manifest(format!("/{member}"));
    let address = said(document, "$schema");
    let named = address.and_then(|address| schema::version_of(address, Kinds::Manifest));
    let named = named.filter(|version| schema::is_known(version));
    let own = said(document, "manifestVersion");
    let decides = version_for(document, level);
    let by_schema = if level == Level::Load { Severity::Warning } else { Severity::Error };
    match (address, named) {
        (None, _) => findings.add(by_schema, Rule::SchemaMissing, Place::manifest(""), "$schema"),
        (Some(address), None) => {
            findings.add(by_schema, Rule::SchemaUnknown, at("$schema"), address);
        }
        _ => {}
    }
    if level == Level::Schema {
        return decides;
    }
    match own {
        None if level == Level::Load => {
            findings.error(Rule::ManifestVersionMissing, Place::manifest(""), "manifestVersion");
        }
        Some(own) if !schema::is_known(own) => {
            findings.error(Rule::ManifestVersionUnknown, at("manifestVersion"), own);
        }
        Some(own) if own == PREVIEW && level == Level::Publish => {
            findings.error(Rule::ManifestVersionPreview, at("manifestVersion"), own);
        }
        Some(own) if named.is_some_and(|named| named != own) => {
            // From 1.4 on the schema's own constant says it on the catalogue's level.
            let told = named.is_some_and(|named| schema::number(named) >= (1, 4));
            if level == Level::Load || !told {
                let detail = named.unwrap_or_default();
                let rule = Rule::ManifestVersionMismatch;
                findings.add(level.severity(), rule, at("manifestVersion"), detail);
            }
        }
        _ => {}
    }
    decides
}

/// `1.0.0`: three numbers without zeros in front.
fn version_form(findings: &mut Findings, document: &Value, severity: Severity) {
    let Some(version) = said(document, "version") else { return };
    let is_number = |part: &str| {
        let plain = part == "0" || !part.starts_with('0');
        plain && !part.is_empty() && part.len() <= 9 && part.bytes().all(|c| c.is_ascii_digit())
    };
    let parts: Vec<&str> = version.split('.').collect();
    if parts.len() != 3 || !parts.iter().all(|part| is_number(part)) {
        findings.add(severity, Rule::VersionForm, Place::manifest("/version"), version);
    }
}

/// A connector without a page uses the registered one; a catalogue wants it said.
fn connectors(findings: &mut Findings, document: &Value, severity: Severity) {
    for (index, connector) in items(document, "/connectors").enumerate() {
        if connector.is_object() && connector.get("configurationUrl").is_none() {
            let place = Place::manifest(format!("/connectors/{index}"));
            findings.add(severity, Rule::ConnectorNoPage, place, "configurationUrl");
        }
    }
    let Some(resource) = document.pointer("/webApplicationInfo/resource").and_then(Value::as_str)
    else {
        return;
    };
    let id = document.pointer("/webApplicationInfo/id").and_then(Value::as_str).unwrap_or_default();
    if !is_resource(resource, id) {
        let place = Place::manifest("/webApplicationInfo/resource");
        findings.add(severity, Rule::ResourceForm, place, resource);
    }
}

/// `api://host/id`, also with something in front of the identifier, as for bots.
fn is_resource(resource: &str, id: &str) -> bool {
    let Some((host, path)) = resource.strip_prefix("api://").and_then(|rest| rest.split_once('/'))
    else {
        return false;
    };
    let host = host.split_once(':').map_or(host, |(host, _port)| host);
    domains::is_name(host) && !id.is_empty() && path.to_lowercase().ends_with(&id.to_lowercase())
}

/// Identifiers that tell the things of one list apart.
fn repeated(findings: &mut Findings, document: &Value, severity: Severity) {
    let mut lists = vec![
        ("/staticTabs".to_owned(), "entityId"),
        ("/configurableTabs".to_owned(), "id"),
        ("/connectors".to_owned(), "connectorId"),
        ("/activities/activityTypes".to_owned(), "type"),
    ];
    for (index, _) in items(document, "/composeExtensions").enumerate() {
        lists.push((format!("/composeExtensions/{index}/commands"), "id"));
    }
    for (pointer, member) in lists {
        let mut seen = HashSet::new();
        for (index, item) in items(document, &pointer).enumerate() {
            let Some(id) = item.get(member).and_then(Value::as_str) else { continue };
            if !seen.insert(id.to_lowercase()) {
                let place = Place::manifest(format!("{pointer}/{index}/{member}"));
                findings.add(severity, Rule::IdRepeated, place, id);
            }
        }
    }
}

/// What is taken for the version of a manifest that does not say one.
const OLDEST: &str = "1.0";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_names_a_host_and_the_identifier() {
        let id = "3f8b2b9e-6a0e-4f0e-9d62-1f3b6c7f2a11";
        assert!(is_resource(&format!("api://example.com/{id}"), id));
        assert!(is_resource(&format!("api://tab.example.com:8080/{}", id.to_uppercase()), id));
        assert!(is_resource(&format!("api://example.com/BotId-{id}"), id));
        for wrong in ["https://example.com/", "api://example.com", "api:///x", "example.com"] {
            assert!(!is_resource(wrong, id), "{wrong}");
        }
        assert!(!is_resource(&format!("api://{id}"), id));
        assert!(!is_resource("api://example.com/", ""));
    }
}
