//! The properties: strays, unknown kinds, sign-ins that cannot work, scripts.

use std::collections::HashSet;

use super::{Check, in_properties};
use crate::{
    connection_parameter::{ConnectionParameter, ParameterKind},
    finding::{
        Finding, Part, Severity,
        codes::{
            IDENTITY_PROVIDER_UNKNOWN, PARAMETER_KIND_UNKNOWN, PROPERTIES_MISSING,
            PROPERTIES_STRAY, SCRIPT_OPERATION_UNKNOWN, SCRIPTED, SIGN_IN_PLACEHOLDER,
        },
    },
    oauth_settings::{IdentityProvider, OAuthSettings},
    package::Package,
    pointer::Place,
    properties::Scripted,
    tree::{Node, Object},
};

/// What may stand below `properties` (connector-format §3): what publishers write, then what the
/// platform adds to files that were exported from it.
const KNOWN: [&str; 18] = [
    "iconBrandColor",
    "capabilities",
    "connectionParameters",
    "connectionParameterSets",
    "policyTemplateInstances",
    "publisher",
    "stackOwner",
    "stackowner",
    "scriptOperations",
    "script",
    "openApiDefinition",
    "backendService",
    "environment",
    "displayName",
    "description",
    "iconUri",
    "scriptDefinitionUrl",
    "apiDefinitions",
];

impl Check<'_> {
    pub(super) fn properties(&mut self) {
        let properties = &self.package.properties;
        if properties.document().is_none() {
            self.found.push(Finding::new(Part::Package, "", PROPERTIES_MISSING, Severity::Warning));
            return;
        }
        let here = Place::ROOT.member("properties");
        for (key, _) in properties.object().iter() {
            if !KNOWN.contains(&key) {
                let at = here.member(key).to_string();
                let finding = in_properties(at, PROPERTIES_STRAY, Severity::Warning);
                self.found.push(finding.with("name", key));
            }
        }
        for parameter in properties.connection_parameters() {
            self.parameter(&parameter);
        }
        for parameter in properties.parameter_sets().iter().flat_map(|set| &set.parameters) {
            self.parameter(parameter);
        }
    }

    fn parameter(&mut self, parameter: &ConnectionParameter<'_>) {
        if let ParameterKind::Unknown(word) = parameter.kind {
            let at = format!("{}/type", parameter.pointer);
            let finding = in_properties(at, PARAMETER_KIND_UNKNOWN, Severity::Warning);
            self.found.push(finding.with("name", parameter.name).with("value", word));
        }
        if let Some(settings) = parameter.oauth() {
            self.sign_in(&settings);
        }
    }

    fn sign_in(&mut self, settings: &OAuthSettings<'_>) {
        if let IdentityProvider::Unknown(word) = settings.identity_provider() {
            let at = format!("{}/identityProvider", settings.pointer);
            let finding = in_properties(at, IDENTITY_PROVIDER_UNKNOWN, Severity::Error);
            self.found.push(finding.with("value", word));
        }
        for (key, name, value) in settings.texts() {
            if is_placeholder(value) {
                let at = match name {
                    Some(name) => format!("{}/{key}/{name}/value", settings.pointer),
                    None => format!("{}/{key}", settings.pointer),
                };
                let finding = in_properties(at, SIGN_IN_PLACEHOLDER, Severity::Warning);
                self.found.push(finding.with("value", value));
            }
        }
    }

    pub(super) fn scripts(&mut self) {
        let package = self.package;
        let definition = &package.definition;
        let at = match package.properties.scripted() {
            Scripted::Unsaid if !package.has_script() => return,
            Scripted::Unsaid => "/properties",
            Scripted::All | Scripted::Listed(_) => {
                let newer = package.properties.object().contains_key("scriptOperations");
                if newer {
                    "/properties/scriptOperations"
                } else {
                    "/properties/script/operationIds"
                }
            }
        };
        let count = match package.properties.scripted() {
            Scripted::Listed(names) => {
                for name in names.iter().filter(|name| !definition.has_operation(name)) {
                    let finding = in_properties(at, SCRIPT_OPERATION_UNKNOWN, Severity::Warning);
                    self.found.push(finding.with("operation", name));
                }
                names.iter().filter(|name| definition.has_operation(name)).count()
            }
            Scripted::All | Scripted::Unsaid => definition.operation_count(),
        };
        let finding = in_properties(at, SCRIPTED, Severity::Warning);
        self.found.push(finding.with("count", count));
    }
}

/// Texts that publishers leave for others to fill in: `[[DUMMY]]`, `<<your client>>`,
/// `{{ resourceUri }}`, `<resource-id>`.
pub(crate) fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    let holds = |open, close| {
        value.split_once(open).is_some_and(|(_, rest): (&str, &str)| rest.contains(close))
    };
    holds("[[", "]]")
        || holds("<<", ">>")
        || holds("{{", "}}")
        || (value.starts_with('<') && value.ends_with('>'))
}

impl<'t> OAuthSettings<'t> {
    /// Texts that have to be real: the client, and everything in `customParameters` that is not a
    /// template.
    fn texts(&self) -> Vec<(&'static str, Option<&'t str>, &'t str)> {
        let client = self.client_id().map(|value| ("clientId", None, value));
        let custom = self.custom_parameters().iter().filter_map(|(name, node)| {
            let value = node.get("value").unwrap_or(node).as_str()?;
            Some(("customParameters", Some(name), value))
        });
        client.into_iter().chain(custom).collect()
    }
}

/// The names of every connection parameter, of all sets, in lower case.
pub(super) fn connection_parameter_names(package: &Package<'_>) -> HashSet<String> {
    let object = package.properties.object();
    let own = object.get("connectionParameters").into_iter();
    let sets = object.get("connectionParameterSets").and_then(|sets| sets.get("values"));
    let sets = sets.and_then(Node::as_list).unwrap_or_default();
    let tables = own.chain(sets.iter().filter_map(|set| set.get("parameters")));
    let names = tables.filter_map(Node::as_object).flat_map(Object::iter).map(|(name, _)| name);
    names.map(str::to_ascii_lowercase).collect()
}
