//! What rooms and pages want to know of a manifest.

use serde_json::Value;
use url::Url;

use crate::json;

/// What rooms and pages want to know of a manifest. Made from whatever is there: what is missing or of
/// another type is empty, so look at the findings first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manifest {
    /// The identifier of the app, in lower case.
    pub id: String,
    /// The version of the app, as written.
    pub version: String,
    /// The version of the manifest's form.
    pub manifest_version: String,
    /// `name.short`.
    pub name: String,
    /// `name.full`; the short one where it is missing.
    pub full_name: String,
    /// `description.short`.
    pub short_description: String,
    /// `description.full`.
    pub description: String,
    /// Who made it.
    pub developer: Developer,
    /// `#RRGGBB`.
    pub accent_color: String,
    /// The entry of the colour icon.
    pub color_icon: String,
    /// The entry of the outline icon.
    pub outline_icon: String,
    /// The connectors; the schema takes one.
    pub connectors: Vec<Connector>,
    /// Hosts whose pages belong to the app.
    pub valid_domains: Vec<String>,
    /// Everything that it asks for: `permissions`, `devicePermissions` and resource-specific ones.
    pub permissions: Vec<String>,
    /// What it adds.
    pub capabilities: Vec<Capability>,
    /// The language of the manifest itself.
    pub default_language: Option<String>,
    /// Language tags and the entries with their texts.
    pub languages: Vec<(String, String)>,
}

/// Who made an app.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Developer {
    /// The name.
    pub name: String,
    /// The site.
    pub website: Option<Url>,
    /// The privacy statement.
    pub privacy: Option<Url>,
    /// The terms of use.
    pub terms: Option<Url>,
}

/// A connector of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connector {
    /// What it was registered with: up to 64 characters, mostly a GUID.
    pub id: String,
    /// Its configuration page; the registered one where it is missing.
    pub configuration_url: Option<Url>,
}

/// What an app adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capability {
    /// Posts cards into channels.
    Connectors,
    /// Tabs of channels and chats, and personal ones.
    Tabs,
    /// Bots.
    Bots,
    /// Message extensions.
    MessageExtensions,
    /// Meetings, activity feeds, add-ins, agents and what else a manifest can hold.
    Others,
}

impl Capability {
    /// Every capability.
    pub const ALL: [Self; 5] =
        [Self::Connectors, Self::Tabs, Self::Bots, Self::MessageExtensions, Self::Others];

    /// The word for machines.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connectors => "connectors",
            Self::Tabs => "tabs",
            Self::Bots => "bots",
            Self::MessageExtensions => "message_extensions",
            Self::Others => "others",
        }
    }

    /// The capability of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }

    const fn members(self) -> &'static [&'static str] {
        match self {
            Self::Connectors => &["connectors"],
            Self::Tabs => &["configurableTabs", "staticTabs"],
            Self::Bots => &["bots"],
            Self::MessageExtensions => &["composeExtensions"],
            Self::Others => &[
                "meetingExtensionDefinition",
                "activities",
                "extensions",
                "copilotAgents",
                "dashboardCards",
                "graphConnector",
                "agentConnectors",
            ],
        }
    }
}

impl Manifest {
    /// Reads what is there.
    pub fn of(document: &Value) -> Self {
        let text = |pointer: &str| {
            document.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let url = |pointer: &str| text(pointer).parse().ok();
        let short = text("/name/short");
        let full = text("/name/full");
        Self {
            id: text("/id").to_lowercase(),
            version: text("/version"),
            manifest_version: text("/manifestVersion"),
            full_name: if full.is_empty() { short.clone() } else { full },
            name: short,
            short_description: text("/description/short"),
            description: text("/description/full"),
            developer: Developer {
                name: text("/developer/name"),
                website: url("/developer/websiteUrl"),
                privacy: url("/developer/privacyUrl"),
                terms: url("/developer/termsOfUseUrl"),
            },
            accent_color: text("/accentColor"),
            color_icon: text("/icons/color"),
            outline_icon: text("/icons/outline"),
            connectors: items(document, "/connectors").filter_map(connector).collect(),
            valid_domains: words(document, "/validDomains"),
            permissions: permissions(document),
            capabilities: capabilities(document),
            default_language: document
                .pointer("/localizationInfo/defaultLanguageTag")
                .and_then(Value::as_str)
                .map(str::to_owned),
            languages: items(document, "/localizationInfo/additionalLanguages")
                .filter_map(|it| Some((member(it, "languageTag")?, member(it, "file")?)))
                .collect(),
        }
    }

    /// The version as three numbers; fewer count as zero, another form is `None`.
    pub fn version_numbers(&self) -> Option<[u64; 3]> {
        let mut numbers = [0; 3];
        let mut parts = self.version.split('.');
        for number in &mut numbers {
            match parts.next() {
                Some(part) if part.bytes().all(|c| c.is_ascii_digit()) => {
                    *number = part.parse().ok()?;
                }
                Some(_) => return None,
                None => break,
            }
        }
        parts.next().is_none().then_some(numbers)
    }
}

/// The texts of an app in one language.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Texts {
    /// The short name.
    pub name: String,
    /// The long name.
    pub full_name: String,
    /// The short description.
    pub short_description: String,
    /// The long description.
    pub description: String,
}

impl Texts {
    /// The manifest's own texts, with those of a language file in their place.
    pub(crate) fn of(manifest: &Manifest, language: Option<&Value>) -> Self {
        let say = |key: &str, own: &str| {
            let other = language.and_then(|file| file.get(key)).and_then(Value::as_str);
            other.filter(|text| !text.is_empty()).unwrap_or(own).to_owned()
        };
        Self {
            name: say("name.short", &manifest.name),
            full_name: say("name.full", &manifest.full_name),
            short_description: say("description.short", &manifest.short_description),
            description: say("description.full", &manifest.description),
        }
    }
}

fn connector(value: &Value) -> Option<Connector> {
    let configuration_url = member(value, "configurationUrl").and_then(|url| url.parse().ok());
    Some(Connector { id: member(value, "connectorId")?, configuration_url })
}

fn permissions(document: &Value) -> Vec<String> {
    let mut all = words(document, "/permissions");
    all.extend(words(document, "/devicePermissions"));
    all.extend(words(document, "/webApplicationInfo/applicationPermissions"));
    let specific = items(document, "/authorization/permissions/resourceSpecific");
    all.extend(specific.filter_map(|it| member(it, "name")));
    let mut seen = std::collections::HashSet::new();
    all.retain(|permission| seen.insert(permission.clone()));
    all
}

fn capabilities(document: &Value) -> Vec<Capability> {
    let has = |name: &&str| match document.get(name) {
        Some(Value::Array(items)) => !items.is_empty(),
        Some(Value::Object(_)) => true,
        _ => false,
    };
    Capability::ALL.into_iter().filter(|it| it.members().iter().any(&has)).collect()
}

/// The objects of a list.
pub(crate) fn items<'a>(
    document: &'a Value,
    pointer: &str,
) -> impl Iterator<Item = &'a Value> + use<'a> {
    document.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
}

fn words(document: &Value, pointer: &str) -> Vec<String> {
    items(document, pointer).filter_map(Value::as_str).map(str::to_owned).collect()
}

fn member(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// Every text of a document with its pointer and the name of its member.
pub(crate) fn each_text<'a>(document: &'a Value, found: &mut dyn FnMut(&str, &'a str, &'a str)) {
    fn walk<'a>(
        value: &'a Value,
        pointer: &str,
        name: &'a str,
        found: &mut dyn FnMut(&str, &'a str, &'a str),
    ) {
        match value {
            Value::String(text) => found(pointer, name, text),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    walk(item, &json::child(pointer, index), name, found);
                }
            }
            Value::Object(members) => {
                for (key, value) in members {
                    walk(value, &json::child(pointer, key), key, found);
                }
            }
            _ => {}
        }
    }
    walk(document, "", "", found);
}
