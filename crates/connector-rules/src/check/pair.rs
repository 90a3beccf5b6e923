//! The definition and `apiProperties.json` held against each other, and the package as files.

mod parameters;

use openapi::{Node, Object, Place};

use self::parameters::Parameters;
use super::{Kind, Subject};
use crate::{
    Rule,
    document::{Document, list, object},
    report::{Report, shown},
};

pub(super) fn check(subject: &Subject<'_>, definition: Option<&Document<'_>>, report: &mut Report) {
    if let Some(definition) = definition {
        schemes(definition, report);
    }
    files(subject, report);
    let properties = subject.properties.and_then(Node::as_object);
    let Some(properties) = properties.and_then(|it| object(it, "properties")) else { return };
    let root = Place::ROOT.member("properties");
    let parameters = Parameters::of(properties);
    if let Some(definition) = definition {
        sign_in(definition, &parameters, report);
        operations(definition, properties, &root, report);
    }
    policies(definition, (properties, &parameters), &root, report);
    for secret in parameters.secrets() {
        let at = Place::new(secret);
        report.properties(Rule::ClientSecretInFile, &at, "clientSecret");
    }
    brand(properties, subject.kind, &root, report);
    for (key, rule) in
        [("publisher", Rule::PublisherMissing), ("stackOwner", Rule::StackOwnerMissing)]
    {
        match properties.get_ignoring_case(key).and_then(Node::as_str).map(str::trim) {
            None | Some("") => report.properties(rule, &root, key),
            Some(text) if !text.chars().any(char::is_alphanumeric) => {
                report.properties(Rule::PublisherNotAlphanumeric, &root.member(key), text);
            }
            Some(_) => {}
        }
    }
}

fn schemes(definition: &Document<'_>, report: &mut Report) {
    let at = Place::ROOT.member("schemes");
    for (index, scheme) in list(definition.root, "schemes").iter().enumerate() {
        if scheme.as_str().is_some_and(|it| it.eq_ignore_ascii_case("http")) {
            report.add(Rule::PlainHttpScheme, &at.item(index), "http");
        }
    }
}

/// Whether both files speak of the same way to sign in.
fn sign_in(definition: &Document<'_>, parameters: &Parameters<'_>, report: &mut Report) {
    if !definition.is_swagger {
        return;
    }
    let root = Place::ROOT.member("securityDefinitions");
    let scheme = |kind: &str| {
        definition
            .members("securityDefinitions")
            .find(|(_, it)| it.get("type").and_then(Node::as_str) == Some(kind))
            .map(|(name, _)| name)
    };
    let has_oauth = parameters.any_of("oauthSetting");
    match scheme("oauth2") {
        Some(name) if !has_oauth => {
            report.add(Rule::OAuthSchemeWithoutConnectionParameter, &root.member(name), name);
        }
        None if has_oauth => {
            let at = Place::ROOT.member("properties");
            let at = at.member("connectionParameters");
            report.properties(Rule::OAuthConnectionParameterWithoutScheme, &at, "oauth2");
        }
        _ => {}
    }
    if let Some(name) = scheme("apiKey").filter(|_| !parameters.any_of("securestring")) {
        report.add(Rule::ApiKeySchemeWithoutSecureParameter, &root.member(name), name);
    }
    let credentials = parameters.has("username") && parameters.has("password");
    if let Some(name) = scheme("basic").filter(|_| !credentials) {
        report.add(Rule::BasicSchemeWithoutCredentials, &root.member(name), name);
    }
}

/// Operations that run through the script.
fn operations(
    definition: &Document<'_>,
    properties: &Object<'_>,
    root: &Place<'_>,
    report: &mut Report,
) {
    let at = root.member("scriptOperations");
    for (index, id) in list(properties, "scriptOperations").iter().enumerate() {
        if definition.operation(&shown(id)).is_none() {
            report.properties(Rule::ScriptOperationNotFound, &at.item(index), shown(id));
        }
    }
    let script = root.member("script");
    let at = script.member("operationIds");
    let older = object(properties, "script").map(|it| list(it, "operationIds")).unwrap_or_default();
    for (index, id) in older.iter().enumerate() {
        if definition.operation(&shown(id)).is_none() {
            report.properties(Rule::ScriptOperationNotFound, &at.item(index), shown(id));
        }
    }
}

fn policies(
    definition: Option<&Document<'_>>,
    (properties, known): (&Object<'_>, &Parameters<'_>),
    root: &Place<'_>,
    report: &mut Report,
) {
    let instances = root.member("policyTemplateInstances");
    for (index, policy) in list(properties, "policyTemplateInstances").iter().enumerate() {
        let at = instances.item(index);
        let template = policy.get("templateId").and_then(Node::as_str).unwrap_or("");
        if !TEMPLATES.iter().any(|it| it.eq_ignore_ascii_case(template)) {
            report.properties(Rule::PolicyTemplateNotKnown, &at.member("templateId"), template);
        }
        let at = at.member("parameters");
        let Some(parameters) = policy.get("parameters").and_then(Node::as_object) else { continue };
        let names = at.member("x-ms-apimTemplate-operationName");
        for (index, id) in list(parameters, "x-ms-apimTemplate-operationName").iter().enumerate() {
            if definition.is_some_and(|it| it.operation(&shown(id)).is_none()) {
                report.properties(Rule::PolicyOperationNotFound, &names.item(index), shown(id));
            }
        }
        for (key, value) in parameters.iter() {
            texts(value, &mut |text| {
                for name in parameters::referred(text).filter(|name| !known.has(name)) {
                    let rule = Rule::PolicyConnectionParameterNotFound;
                    report.properties(rule, &at.member(key), name);
                }
            });
        }
    }
}

/// Every text in a value, down to the depth that readers take.
fn texts<'n>(value: &'n Node<'_>, found: &mut impl FnMut(&'n str)) {
    match value {
        Node::Text(text) => found(text),
        Node::List(items) => items.iter().for_each(|item| texts(item, found)),
        Node::Object(members) => members.iter().for_each(|(_, member)| texts(member, found)),
        Node::Null | Node::Bool(_) | Node::Number(_) => {}
    }
}

fn brand(properties: &Object<'_>, kind: Kind, root: &Place<'_>, report: &mut Report) {
    let at = root.member("iconBrandColor");
    let Some(color) = properties.str("iconBrandColor") else {
        report.properties(Rule::BrandColorNotValid, root, "iconBrandColor");
        return;
    };
    let folded = color.trim().to_ascii_lowercase();
    let digits = folded.strip_prefix('#').unwrap_or("");
    let is_color = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if kind == Kind::Independent {
        if folded != INDEPENDENT {
            report.properties(Rule::BrandColorNotIndependent, &at, color);
        }
    } else if !is_color {
        report.properties(Rule::BrandColorNotValid, &at, color);
    } else if matches!(folded.as_str(), "#ffffff" | "#007ee5") {
        report.properties(Rule::BrandColorNotAllowed, &at, color);
    }
}

fn files(subject: &Subject<'_>, report: &mut Report) {
    let Some(files) = subject.files.filter(|_| subject.level == super::Level::Certification) else {
        return;
    };
    let has = |name: &str| files.iter().any(|it| it.eq_ignore_ascii_case(name));
    if !has("readme.md") {
        report.package(Rule::ReadmeMissing, "readme.md");
    }
    if subject.kind == Kind::Independent && has("icon.png") {
        report.package(Rule::IconNotAllowed, "icon.png");
    }
}

/// The colour of independent connectors.
const INDEPENDENT: &str = "#da3b01";

/// The policy templates that are known and carried out.
const TEMPLATES: [&str; 16] = [
    "dynamichosturl",
    "setheader",
    "setqueryparameter",
    "routerequesttoendpoint",
    "setproperty",
    "convertarraytoobject",
    "convertobjecttoarray",
    "stringtoarray",
    "stringreplace",
    "encodepropertyvalue",
    "setvaluefromurl",
    "updatenextlink",
    "pollingtrigger",
    "dynamicsubdomain",
    "moveproperties",
    "setconnectionstatustounauthenticated",
];
