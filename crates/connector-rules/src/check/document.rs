//! The document and its metadata.

use std::collections::HashSet;

use openapi::{Node, Object, Place};

use super::words;
use crate::{
    Rule,
    document::{Document, list, object},
    limits::{DESCRIPTION_CHARACTERS, MAX_CATEGORIES, MAX_TITLE_CHARACTERS},
    report::{Report, shown},
};

pub(super) fn check(document: &Document<'_>, report: &mut Report) {
    version(document, report);
    info(document, report);
    if document.is_swagger {
        slots(document, report);
        address(document, report);
        media_types(document.root, &Place::ROOT, report);
        tags(document, report);
    }
    metadata(document, report);
}

fn version(document: &Document<'_>, report: &mut Report) {
    if document.root.str("swagger") != Some("2.0") {
        let (key, written) = if let Some(written) = document.root.get("swagger") {
            ("swagger", shown(written))
        } else {
            ("openapi", document.root.get("openapi").map(shown).unwrap_or_default())
        };
        let at = Place::ROOT.member(key);
        let at = if document.root.contains_key(key) { at } else { Place::ROOT };
        report.add(Rule::SpecificationVersionIncorrect, &at, written);
    }
}

fn info(document: &Document<'_>, report: &mut Report) {
    let root = Place::ROOT;
    let place = root.member("info");
    let Some(info) = object(document.root, "info") else {
        report.add(Rule::RequiredPropertyMissing, &root, "info");
        return;
    };
    for key in ["title", "description", "version"] {
        match info.get(key) {
            None => report.add(Rule::RequiredPropertyMissing, &place, key),
            Some(Node::Text(text)) if text.trim().is_empty() => {
                report.add(Rule::RequiredValueEmpty, &place.member(key), key);
            }
            Some(_) => {}
        }
    }
    if !info.contains_key("contact") {
        report.add(Rule::RequiredPropertyMissing, &place, "contact");
    }
    if let Some(title) = info.str("title") {
        self::title(title, &place.member("title"), report);
    }
    if let Some(text) = info.str("description") {
        let at = place.member("description");
        let (least, most) = DESCRIPTION_CHARACTERS;
        let length = text.chars().count();
        if !text.trim().is_empty() && !(least..=most).contains(&length) {
            report.add(Rule::FieldLengthNotInRange, &at, length);
        }
        restricted(text, PRODUCTS, &at, report);
        if words::is_foreign(text) {
            report.add(Rule::ValueMustBeInEnglish, &at, text);
        }
    }
    addresses(info, &place, report);
    let production = object(info, "x-ms-api-annotation")
        .and_then(|it| it.str("status"))
        .is_some_and(|it| it.eq_ignore_ascii_case("production"));
    let base = document.root.str("basePath").unwrap_or("");
    let mut beta = base.split('/').filter(|it| it.eq_ignore_ascii_case("beta"));
    let version = info.str("version").unwrap_or("");
    if production && (beta.next().is_some() || words::has_word(version, "beta")) {
        let at = place.member("x-ms-api-annotation");
        report.add(Rule::ProductionStatusOnBetaService, &at.member("status"), base);
    }
}

fn title(title: &str, at: &Place<'_>, report: &mut Report) {
    let length = title.chars().count();
    if length > MAX_TITLE_CHARACTERS {
        report.add(Rule::FieldLengthExceeded, at, length);
    }
    if title.chars().next_back().is_some_and(|c| !c.is_alphanumeric()) {
        report.add(Rule::ValueMustEndWithAlphanumeric, at, title);
    }
    if words::is_foreign(title) {
        report.add(Rule::ValueMustBeInEnglish, at, title);
    }
    restricted(title, &["API", "Connector"], at, report);
    restricted(title, PRODUCTS, at, report);
}

fn restricted(text: &str, words: &[&str], at: &Place<'_>, report: &mut Report) {
    for word in words.iter().filter(|word| words::has_word(text, word)) {
        report.add(Rule::ValueContainsRestrictedWords, at, word);
    }
}

fn addresses(info: &Object<'_>, place: &Place<'_>, report: &mut Report) {
    for key in ["contact", "license"] {
        let at = place.member(key);
        let url = object(info, key).and_then(|it| it.str("url"));
        if let Some(url) = url.filter(|url| !words::is_absolute_url(url)) {
            report.add(Rule::UrlNotValid, &at.member("url"), url);
        }
    }
    let at = place.member("contact");
    let email = object(info, "contact").and_then(|it| it.str("email"));
    if let Some(email) = email.filter(|email| !words::is_email(email)) {
        report.add(Rule::ContactEmailNotValid, &at.member("email"), email);
    }
}

fn address(document: &Document<'_>, report: &mut Report) {
    let root = document.root;
    if let Some(host) = root.str("host").filter(|host| !words::is_host(host)) {
        report.add(Rule::HostNameNotValid, &Place::ROOT.member("host"), host);
    }
    if let Some(base) = root.str("basePath").filter(|base| !base.starts_with('/')) {
        report.add(Rule::BasePathNotValid, &Place::ROOT.member("basePath"), base);
    }
    if root.get("schemes").and_then(Node::as_list).is_some_and(<[_]>::is_empty) {
        report.add(Rule::SchemesArrayEmpty, &Place::ROOT.member("schemes"), "");
    }
    let at = Place::ROOT.member("schemes");
    for (index, scheme) in list(root, "schemes").iter().enumerate() {
        self::scheme(scheme, &at.item(index), report);
    }
    if let Some(url) = object(root, "externalDocs").and_then(|it| it.str("url"))
        && !words::is_absolute_url(url)
    {
        let at = Place::ROOT.member("externalDocs");
        report.add(Rule::UrlNotValid, &at.member("url"), url);
    }
    if !root.contains_key("paths") {
        report.add(Rule::RequiredPropertyMissing, &Place::ROOT, "paths");
    }
}

/// One entry of `schemes`, of the document or of an operation.
pub(super) fn scheme(scheme: &Node<'_>, at: &Place<'_>, report: &mut Report) {
    let text = scheme.as_str().unwrap_or("");
    match text.to_ascii_lowercase().as_str() {
        "http" | "https" => {}
        "ws" | "wss" => report.add(Rule::SchemeNotSupported, at, text),
        _ => report.add(Rule::SchemeNotValid, at, shown(scheme)),
    }
}

/// `consumes` and `produces`, of the document or of an operation.
pub(super) fn media_types(owner: &Object<'_>, at: &Place<'_>, report: &mut Report) {
    for key in ["consumes", "produces"] {
        let at = at.member(key);
        for (index, entry) in list(owner, key).iter().enumerate() {
            let Some(text) = entry.as_str() else { continue };
            let kind = words::media_type(text);
            if !words::is_media_type(text) {
                report.add(Rule::MimeTypeNotValid, &at.item(index), text);
            } else if key == "consumes" && !SENT.iter().any(|it| kind.eq_ignore_ascii_case(it)) {
                report.add(Rule::MimeTypeNotSupported, &at.item(index), text);
            }
        }
    }
}

fn tags(document: &Document<'_>, report: &mut Report) {
    let at = Place::ROOT.member("tags");
    let mut seen = HashSet::new();
    for (index, tag) in list(document.root, "tags").iter().enumerate() {
        match tag.get("name").and_then(Node::as_str) {
            Some(name) if !seen.insert(name) => {
                report.add(Rule::TagRedefined, &at.item(index), name);
            }
            Some(_) => {}
            None => report.add(Rule::RequiredPropertyMissing, &at.item(index), "name"),
        }
    }
}

fn metadata(document: &Document<'_>, report: &mut Report) {
    let key = "x-ms-connector-metadata";
    let at = Place::ROOT.member(key);
    let value = |name: &str| {
        list(document.root, key).iter().enumerate().find_map(|(index, entry)| {
            let known = entry.get("propertyName").and_then(Node::as_str)?;
            let value = || entry.get("propertyValue").and_then(Node::as_str).unwrap_or("");
            known.trim().eq_ignore_ascii_case(name).then(|| (index, value()))
        })
    };
    let wanted = ["Website", "Privacy policy", "Categories"];
    let missing: Vec<_> = wanted.into_iter().filter(|it| value(it).is_none()).collect();
    if !missing.is_empty() {
        let place = if document.root.contains_key(key) { at } else { Place::ROOT };
        report.add(Rule::ConnectorMetadataPropertiesMissing, &place, missing.join(", "));
    }
    for name in ["Website", "Privacy policy"] {
        if let Some((index, url)) = value(name).filter(|(_, url)| !words::is_absolute_url(url)) {
            let at = at.item(index);
            report.add(Rule::ConnectorMetadataUrlNotValid, &at.member("propertyValue"), url);
        }
    }
    if let Some((index, categories)) = value("Categories") {
        let at = at.item(index);
        let at = at.member("propertyValue");
        let named = categories.split(';').map(str::trim).filter(|it| !it.is_empty());
        let (known, unknown): (Vec<_>, Vec<_>) =
            named.partition(|name| CATEGORIES.iter().any(|it| it.eq_ignore_ascii_case(name)));
        for name in &unknown {
            report.add(Rule::InvalidConnectorCategory, &at, name);
        }
        if known.len() + unknown.len() > MAX_CATEGORIES {
            report.add(Rule::TooManyConnectorCategories, &at, known.len() + unknown.len());
        }
    }
}

/// What stands at the root and in the metadata: names and JSON types (Swagger 2.0, “Schema”).
fn slots(document: &Document<'_>, report: &mut Report) {
    let root = document.root;
    members(root, ROOT, &Place::ROOT, report);
    let info = Place::ROOT.member("info");
    if let Some(node) = object(root, "info") {
        members(node, INFO, &info, report);
        for (key, slots) in [("contact", CONTACT), ("license", LICENSE)] {
            if let Some(node) = object(node, key) {
                members(node, slots, &info.member(key), report);
            }
        }
    }
    let tags = Place::ROOT.member("tags");
    for (index, tag) in list(root, "tags").iter().enumerate() {
        if let Some(tag) = tag.as_object() {
            members(tag, TAG, &tags.item(index), report);
        }
    }
    let docs = Place::ROOT.member("externalDocs");
    if let Some(node) = object(root, "externalDocs") {
        members(node, EXTERNAL_DOCS, &docs, report);
    }
}

/// The JSON type of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Text,
    Bool,
    List,
    Object,
    Any,
}

/// Judges the members of an object by the table of its kind.
pub(super) fn members(
    node: &Object<'_>,
    slots: &[(&str, Slot)],
    at: &Place<'_>,
    report: &mut Report,
) {
    for (key, value) in node.iter() {
        if key.starts_with("x-") {
            continue;
        }
        match slots.iter().find(|(known, _)| *known == key) {
            None => report.add(Rule::ExtensionNameNotValid, &at.member(key), key),
            Some((_, slot)) if !slot.takes(value) => {
                report.add(Rule::JsonTypeIncorrect, &at.member(key), value.kind());
            }
            Some(_) => {}
        }
    }
}

impl Slot {
    /// Whether a value may stand here.
    pub(super) fn takes(self, value: &Node<'_>) -> bool {
        match self {
            Self::Text => matches!(value, Node::Text(_)),
            Self::Bool => matches!(value, Node::Bool(_)),
            Self::List => matches!(value, Node::List(_)),
            Self::Object => matches!(value, Node::Object(_)),
            Self::Any => true,
        }
    }
}

use Slot::{Bool, List, Text};

const ROOT: &[(&str, Slot)] = &[
    ("swagger", Slot::Any),
    ("info", Slot::Object),
    ("host", Text),
    ("basePath", Text),
    ("schemes", List),
    ("consumes", List),
    ("produces", List),
    ("paths", Slot::Object),
    ("definitions", Slot::Object),
    ("parameters", Slot::Object),
    ("responses", Slot::Object),
    ("securityDefinitions", Slot::Object),
    ("security", List),
    ("tags", List),
    ("externalDocs", Slot::Object),
];
const INFO: &[(&str, Slot)] = &[
    ("title", Text),
    ("description", Text),
    ("termsOfService", Text),
    ("contact", Slot::Object),
    ("license", Slot::Object),
    ("version", Text),
];
const CONTACT: &[(&str, Slot)] = &[("name", Text), ("url", Text), ("email", Text)];
const LICENSE: &[(&str, Slot)] = &[("name", Text), ("url", Text)];
const TAG: &[(&str, Slot)] =
    &[("name", Text), ("description", Text), ("externalDocs", Slot::Object)];
const EXTERNAL_DOCS: &[(&str, Slot)] = &[("description", Text), ("url", Text)];
pub(super) const OPERATION: &[(&str, Slot)] = &[
    ("tags", List),
    ("summary", Text),
    ("description", Text),
    ("externalDocs", Slot::Object),
    ("operationId", Text),
    ("consumes", List),
    ("produces", List),
    ("parameters", List),
    ("responses", Slot::Object),
    ("schemes", List),
    ("deprecated", Bool),
    ("security", List),
];

/// Media types that requests may have.
const SENT: [&str; 4] =
    ["application/json", "text/plain", "multipart/form-data", "application/x-www-form-urlencoded"];

/// Product names of the platform.
const PRODUCTS: &[&str] = &[
    "Power Apps",
    "PowerApps",
    "Power Automate",
    "Microsoft Flow",
    "Power Platform",
    "Logic Apps",
    "Copilot Studio",
    "Power Virtual Agents",
];

/// The published list.
const CATEGORIES: [&str; 19] = [
    "AI",
    "Business Management",
    "Business Intelligence",
    "Collaboration",
    "Commerce",
    "Communication",
    "Content and Files",
    "Finance",
    "Data",
    "Human Resources",
    "Internet of Things",
    "IT Operations",
    "Lifestyle and Entertainment",
    "Marketing",
    "Productivity",
    "Sales and CRM",
    "Security",
    "Social Media",
    "Website",
];
