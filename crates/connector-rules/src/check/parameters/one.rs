//! One parameter.

use openapi::{Node, Place};

use crate::{
    Rule,
    check::{document::Slot, operations},
    document::is_internal,
    report::{Report, shown},
};

pub(super) fn check(node: &Node<'_>, at: &Place<'_>, report: &mut Report) {
    let Some(parameter) = node.as_object() else {
        report.add(Rule::JsonTypeIncorrect, at, node.kind());
        return;
    };
    let place = parameter.str("in").unwrap_or("");
    let name = parameter.str("name").unwrap_or("");
    let has = |key| parameter.contains_key(key);
    if !has("name") && !has("in") {
        report.add(Rule::OneOfPropertiesRequired, at, "$ref, name");
        return;
    }
    for key in ["name", "in"] {
        match parameter.get(key) {
            None => report.add(Rule::RequiredPropertyMissing, at, key),
            Some(Node::Text(text)) if text.is_empty() => {
                report.add(Rule::RequiredValueEmpty, &at.member(key), key);
            }
            Some(_) => {}
        }
    }
    if has("in") && !PLACES.contains(&place) {
        report.add(Rule::JsonValueNotInEnum, &at.member("in"), place);
        return;
    }
    for (key, value) in parameter.iter() {
        let slot = match key {
            "name" | "in" | "description" => Slot::Text,
            "required" | "allowEmptyValue" => Slot::Bool,
            "schema" => Slot::Object,
            _ if key.starts_with("x-") || KEYWORDS.contains(&key) => continue,
            _ => {
                report.add(Rule::ExtensionNameNotValid, &at.member(key), key);
                continue;
            }
        };
        if !slot.takes(value) {
            report.add(Rule::JsonTypeIncorrect, &at.member(key), value.kind());
        }
    }
    if place == "body" {
        if !has("schema") {
            report.add(Rule::BodyParameterSchemaRequired, at, name);
        }
        for key in KEYWORDS.iter().filter(|key| has(key)) {
            report.add(Rule::BodyParameterPropertyNotValid, &at.member(key), key);
        }
        for (key, _) in parameter.iter().filter(|(key, _)| DYNAMIC.contains(key)) {
            let rule = Rule::DynamicExtensionDefinitionNotAllowedInParameter;
            report.add(rule, &at.member(key), key);
        }
    } else if has("schema") {
        report.add(Rule::NonBodyParameterSchemaNotValid, &at.member("schema"), name);
    } else if !has("type") {
        report.add(Rule::RequiredPropertyMissing, at, "type");
    }
    encoding((parameter, place, name), at, report);
    if has("allowEmptyValue") && !matches!(place, "query" | "formData") {
        let at = at.member("allowEmptyValue");
        report.add(Rule::AllowEmptyValueOnlyValidForQueryFormData, &at, name);
    }
    if let Some(format) = parameter.get("collectionFormat") {
        let known = matches!(format.as_str(), Some("csv" | "ssv" | "tsv" | "pipes"));
        let multi = format.as_str() == Some("multi") && matches!(place, "query" | "formData");
        if !known && !multi {
            let at = at.member("collectionFormat");
            report.add(Rule::CollectionFormatValueNotSupported, &at, shown(format));
        }
    }
    if parameter.str("type") == Some("file") && place != "formData" {
        report.add(Rule::FileParameterMustBeInFormData, at, name);
    }
    if place == "formData" && !name.is_ascii() {
        report.add(Rule::InvalidFormDataParameterName, &at.member("name"), name);
    }
    if name.eq_ignore_ascii_case("connectionId") {
        report.add(Rule::ConnectionIdParameterNotAllowed, &at.member("name"), name);
    } else if RESERVED.iter().any(|it| it.0 == place && it.1.eq_ignore_ascii_case(name)) {
        report.add(Rule::ReservedParameterIsUsed, &at.member("name"), name);
    }
    let required = parameter.get("required").and_then(Node::as_bool_lenient) == Some(true);
    if is_internal(parameter) && has("default") && !required {
        report.add(Rule::InternalPropertyWithDefaultOptional, at, name);
    }
    operations::visibility(parameter, at, report);
}

fn encoding(
    (parameter, place, name): (&openapi::Object<'_>, &str, &str),
    at: &Place<'_>,
    report: &mut Report,
) {
    let encoding = parameter.get("x-ms-url-encoding");
    let here = at.member("x-ms-url-encoding");
    match (place, encoding) {
        ("path", None) => report.add(Rule::PathParameterMissingEncoding, at, name),
        ("path", Some(value)) => {
            let known = ["single", "double"];
            if !value
                .as_str()
                .is_some_and(|it| known.iter().any(|known| it.eq_ignore_ascii_case(known)))
            {
                report.add(Rule::JsonValueNotInEnum, &here, shown(value));
            }
        }
        ("query", Some(_)) => report.add(Rule::QueryParameterEncodingNotSupported, &here, name),
        _ => {}
    }
    let required = parameter.get("required").and_then(Node::as_bool_lenient) == Some(true);
    if place == "path" && !required {
        report.add(Rule::PathParameterMustBeRequired, at, name);
    }
}

const PLACES: [&str; 5] = ["query", "path", "header", "body", "formData"];

/// What says the value of every parameter but the body (Swagger 2.0, “Parameter Object”).
const KEYWORDS: [&str; 19] = [
    "type",
    "format",
    "items",
    "collectionFormat",
    "default",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "enum",
    "multipleOf",
    "title",
    "example",
];

const DYNAMIC: [&str; 5] = [
    "x-ms-dynamic-values",
    "x-ms-dynamic-list",
    "x-ms-dynamic-schema",
    "x-ms-dynamic-properties",
    "x-ms-dynamic-tree",
];

/// Headers that belong to the connection itself. Which names are reserved is not published: ours.
const RESERVED: [(&str, &str); 5] = [
    ("header", "Host"),
    ("header", "Connection"),
    ("header", "Content-Length"),
    ("header", "Transfer-Encoding"),
    ("query", "$connections"),
];
