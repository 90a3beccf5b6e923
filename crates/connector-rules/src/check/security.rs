//! Security schemes, and the requirements that name them.

use openapi::{Node, Object, Place};

use crate::{
    Rule,
    document::{Document, object},
    report::{Report, shown},
};

pub(super) fn check(document: &Document<'_>, report: &mut Report) {
    if !document.is_swagger {
        return;
    }
    let root = Place::ROOT.member("securityDefinitions");
    for (name, scheme) in document.members("securityDefinitions") {
        let at = root.member(name);
        match scheme.as_object() {
            Some(scheme) => self::scheme(scheme, &at, report),
            None => report.add(Rule::JsonTypeIncorrect, &at, scheme.kind()),
        }
    }
    requirements(document, document.root, &Place::ROOT, report);
    let paths = Place::ROOT.member("paths");
    for operation in &document.operations {
        let item = paths.member(operation.path);
        requirements(document, operation.node, &item.member(operation.verb), report);
    }
}

fn scheme(scheme: &Object<'_>, at: &Place<'_>, report: &mut Report) {
    let kind = scheme.str("type").unwrap_or("");
    let flow = scheme.str("flow").unwrap_or("");
    let required: &[&str] = match (kind, flow) {
        ("basic", _) => &[],
        ("apiKey", _) => &["name", "in"],
        ("oauth2", "implicit") => &["flow", "authorizationUrl", "scopes"],
        ("oauth2", "password" | "application") => &["flow", "tokenUrl", "scopes"],
        ("oauth2", "accessCode") => &["flow", "authorizationUrl", "tokenUrl", "scopes"],
        ("oauth2", "") => &["flow", "scopes"],
        ("oauth2", other) => {
            report.add(Rule::JsonValueNotInEnum, &at.member("flow"), other);
            &["scopes"]
        }
        ("", _) => &["type"],
        (other, _) => {
            report.add(Rule::JsonValueNotInEnum, &at.member("type"), other);
            return;
        }
    };
    for key in required.iter().filter(|key| !scheme.contains_key(key)) {
        report.add(Rule::SecuritySchemePropertyRequired, at, key);
    }
    if kind == "apiKey"
        && let Some(place) = scheme.get("in")
        && !matches!(place.as_str(), Some("header" | "query"))
    {
        report.add(Rule::JsonValueNotInEnum, &at.member("in"), shown(place));
    }
    let known: &[&str] = match kind {
        "basic" => &[],
        "apiKey" => &["name", "in"],
        "oauth2" => match flow {
            "implicit" => &["flow", "authorizationUrl", "scopes"],
            "password" | "application" => &["flow", "tokenUrl", "scopes"],
            _ => &["flow", "authorizationUrl", "tokenUrl", "scopes"],
        },
        _ => return,
    };
    for (key, _) in scheme.iter() {
        let common = matches!(key, "type" | "description") || key.starts_with("x-");
        if !common && !known.contains(&key) {
            report.add(Rule::SecuritySchemePropertyNotValid, &at.member(key), key);
        }
    }
}

fn requirements(document: &Document<'_>, owner: &Object<'_>, at: &Place<'_>, report: &mut Report) {
    let at = at.member("security");
    let schemes = document.section("securityDefinitions");
    let list = owner.get("security").and_then(Node::as_list).unwrap_or_default();
    for (index, requirement) in list.iter().enumerate() {
        let at = at.item(index);
        let Some(requirement) = requirement.as_object() else {
            report.add(Rule::SecurityRequirementMustHaveValue, &at, requirement.kind());
            continue;
        };
        for (name, scopes) in requirement.iter() {
            let at = at.member(name);
            let scopes = scopes.as_list();
            if scopes.is_none() {
                report.add(Rule::SecurityRequirementMustHaveValue, &at, name);
            }
            let Some(scheme) = schemes.and_then(|all| object(all, name)) else {
                report.add(Rule::SecurityRequirementMustBeDefined, &at, name);
                continue;
            };
            let scopes = scopes.unwrap_or_default();
            if scheme.str("type") != Some("oauth2") {
                if !scopes.is_empty() {
                    report.add(Rule::SecurityRequirementMustHaveEmptyValue, &at, name);
                }
                continue;
            }
            let known = object(scheme, "scopes");
            for (index, scope) in scopes.iter().enumerate() {
                let text = shown(scope);
                if !known.is_some_and(|all| all.contains_key(&text)) {
                    let rule = Rule::OAuthSecurityRequirementValueMustBeScopeName;
                    report.add(rule, &at.item(index), text);
                }
            }
        }
    }
}
