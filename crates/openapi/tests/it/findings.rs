//! Findings of loading: what each is found for, and where.

use liaison_openapi::{Obstacle, Package, Part, Severity, Sources, codes};

const PATHS: &str = r#""paths": {"/a": {"get": {"operationId": "A", "responses": {}}, "post": {"operationId": "B", "responses": {}}}}"#;

/// `code severity pointer` of every finding.
fn found(definition: &str, properties: &str) -> Vec<String> {
    let sources = Sources {
        definition: definition.as_bytes(),
        properties: Some(properties.as_bytes()),
        has_script: false,
    };
    let package = Package::load(sources).expect("it loads");
    package
        .findings()
        .iter()
        .map(|it| format!("{} {} {}", it.code, it.severity.code(), it.pointer))
        .collect()
}

fn definition(rest: &str) -> String {
    format!(r#"{{"swagger": "2.0", {PATHS}{rest}}}"#)
}

fn of_properties(properties: &str) -> Vec<String> {
    found(&definition(""), &format!(r#"{{"properties": {{{properties}}}}}"#))
}

fn of_definition(rest: &str) -> Vec<String> {
    found(&definition(rest), r#"{"properties": {}}"#)
}

#[test]
fn a_sound_package_has_none() {
    assert_eq!(of_definition(""), [""; 0]);
}

#[test]
fn missing_properties_are_said_once() {
    let text = definition(
        r#", "securityDefinitions": {"k": {"type": "apiKey", "in": "header", "name": "K"}}"#,
    );
    let sources = Sources { definition: text.as_bytes(), ..Sources::default() };
    let package = Package::load(sources).expect("it loads");
    let [finding] = package.findings() else { panic!("{:?}", package.findings()) };
    assert_eq!((finding.code, finding.part), (codes::PROPERTIES_MISSING, Part::Package));
}

#[test]
fn operations_need_ids_of_their_own() {
    let text = r#"{"paths": {"/a": {"get": {"operationId": "A"}, "put": {}, "post": {"operationId": "A", "parameters": [{"name": "x", "in": "nowhere"}]}}}}"#;
    assert_eq!(
        found(text, r#"{"properties": {}}"#),
        [
            "definition.dialect_missing warning ",
            "operation.id_missing warning /paths/~1a/put",
            "operation.id_repeated error /paths/~1a/post/operationId",
            "parameter.location error /paths/~1a/post/parameters/0",
        ]
    );
    assert_eq!(
        found(r#"{"swagger": "2.0", "paths": {}}"#, "{}"),
        ["definition.no_operations warning /paths"]
    );
}

#[test]
fn misspelled_extensions_are_found_where_names_are_keywords() {
    let rest = r#", "definitions": {"x-ms-visibilty": {"x-ms-visibilty": "internal", "properties": {
        "x-ms-summmary": {"type": "string", "x-ms-summary title": "", "x-ms-own-thing": 1}},
        "example": {"x-ms-sumamry": 1, "$ref": "nowhere"}}}"#;
    assert_eq!(
        of_definition(rest),
        [
            "extension.misspelled warning /definitions/x-ms-visibilty/x-ms-visibilty",
            "extension.misspelled warning /definitions/x-ms-visibilty/properties/x-ms-summmary/x-ms-summary title",
        ]
    );
}

#[test]
fn references_and_sources_of_choices_have_to_exist() {
    let rest = r##", "definitions": {"A": {"$ref": "#/definitions/B"}, "C": {"$ref": "common.json#/C"},
        "D": {"x-ms-dynamic-values": {"operationId": "Z"}, "x-ms-dynamic-list": {"operationId": "A"},
              "x-ms-dynamic-tree": {"open": {"operationId": "A"}, "browse": {"operationId": "Z"}}}}"##;
    assert_eq!(
        of_definition(rest),
        [
            "reference.missing error /definitions/A/$ref",
            "reference.external warning /definitions/C/$ref",
            "dynamic.operation_unknown warning /definitions/D/x-ms-dynamic-values/operationId",
            "dynamic.operation_unknown warning /definitions/D/x-ms-dynamic-tree/browse/operationId",
        ]
    );
}

#[test]
fn requirements_and_schemes_are_matched() {
    let rest = r#", "security": [{"none": []}], "securityDefinitions": {
        "k": {"type": "apiKey", "in": "header", "name": "X"}, "b": {"type": "basic"}, "u": {"type": "magic"}}"#;
    let properties = r#"{"properties": {"connectionParameters": {
        "username": {"type": "string"}, "password": {"type": "securestring"}, "other": {"type": "securestring"}}}}"#;
    assert_eq!(
        found(&definition(rest), properties),
        [
            "security.kind_unknown warning /securityDefinitions/u",
            "security.undefined warning /security/0/none",
            "security.without_parameter warning /securityDefinitions/k",
        ]
    );
}

#[test]
fn properties_hold_what_is_known() {
    let properties = r#""website": "x", "connectionParameters": {"a": {"type": "magic"},
        "token": {"type": "oauthSetting", "oAuthSettings": {"identityProvider": "nobody", "clientId": "[[DUMMY]]",
            "customParameters": {"tokenUrl": {"value": "{{ tokenUrl }}"}, "x": {"value": "https://{Host}/token"}}}}}"#;
    assert_eq!(
        of_properties(properties),
        [
            "properties.stray warning /properties/website",
            "connection_parameter.kind_unknown warning /properties/connectionParameters/a/type",
            "sign_in.provider_unknown error /properties/connectionParameters/token/oAuthSettings/identityProvider",
            "sign_in.placeholder warning /properties/connectionParameters/token/oAuthSettings/clientId",
            "sign_in.placeholder warning /properties/connectionParameters/token/oAuthSettings/customParameters/tokenUrl/value",
        ]
    );
}

#[test]
fn policies_have_to_be_whole() {
    let properties = r#""connectionParameters": {"Host": {"type": "string"}}, "policyTemplateInstances": [
        {"templateId": "DynamicHostUrl", "parameters": {"x-ms-apimTemplateParameter.urlTemplate": "https://@connectionParameters('host').@connectionParameters('gone')@connectionParameters('maybe','')"}},
        {"templateId": "setheader", "parameters": {"x-ms-apimTemplateParameter.name": "X", "x-ms-apimTemplate-operationName": ["A", "Z"], "x-ms-apimTemplate-policySection": "Later"}},
        {"templateId": "setheader", "parameters": {"x-ms-apimTemplateParameter.name": "X", "x-ms-apimTemplateParameter.value": "@queryParamters('x')"}},
        {"templateId": "frobnicate", "parameters": {"x-ms-apimTemplate-operationName": ["A"]}}]"#;
    let at = "/properties/policyTemplateInstances";
    assert_eq!(
        of_properties(properties),
        [
            format!(
                "expression.parameter_unknown warning {at}/0/parameters/x-ms-apimTemplateParameter.urlTemplate"
            ),
            format!("policy.parameter_missing error {at}/1/parameters"),
            format!(
                "policy.operation_unknown warning {at}/1/parameters/x-ms-apimTemplate-operationName"
            ),
            format!(
                "policy.section_unknown warning {at}/1/parameters/x-ms-apimTemplate-policySection"
            ),
            format!(
                "expression.function_unknown error {at}/2/parameters/x-ms-apimTemplateParameter.value"
            ),
            format!("policy.unknown error {at}/3/templateId"),
        ]
    );
}

#[test]
fn an_unknown_policy_stops_only_what_it_governs() {
    let text = definition("");
    let properties = br#"{"properties": {"policyTemplateInstances": [
        {"templateId": "frobnicate", "parameters": {"x-ms-apimTemplate-operationName": ["A"]}}]}}"#;
    let sources =
        Sources { definition: text.as_bytes(), properties: Some(properties), has_script: false };
    let package = Package::load(sources).expect("it loads");
    let [Obstacle::UnknownPolicy { template_id, pointer }] = &package.obstacles("A")[..] else {
        panic!("A cannot run")
    };
    assert_eq!(*template_id, "frobnicate");
    assert_eq!(pointer, "/properties/policyTemplateInstances/0");
    assert_eq!(package.obstacles("B"), []);
}

#[test]
fn scripted_operations_are_said_and_marked() {
    let load = |properties: &'static str, has_script, definition: &str| {
        let sources = Sources {
            definition: definition.as_bytes(),
            properties: Some(properties.as_bytes()),
            has_script,
        };
        let package = Package::load(sources).expect("it loads").into_owned();
        let scripted: Vec<bool> = ["A", "B"].map(|id| !package.obstacles(id).is_empty()).into();
        let codes: Vec<(String, Severity)> =
            package.findings().iter().map(|it| (it.code.to_string(), it.severity)).collect();
        (scripted, codes.len())
    };
    let text = definition("");
    let listed = r#"{"properties": {"scriptOperations": ["A", "Z"]}}"#;
    assert_eq!(load(listed, true, &text), (vec![true, false], 2), "one of them does not exist");
    assert_eq!(load(listed, false, &text), (vec![true, false], 2), "a list without a file");
    let empty = r#"{"properties": {"scriptOperations": []}}"#;
    assert_eq!(load(empty, true, &text), (vec![true, true], 1), "an empty list is all");
    let older =
        r#"{"properties": {"script": {"language": "CSharpScript", "operationIds": ["B"]}}}"#;
    assert_eq!(load(older, true, &text), (vec![false, true], 1));
    let unsaid = r#"{"properties": {}}"#;
    assert_eq!(load(unsaid, true, &text), (vec![true, true], 1), "a file alone is all");
    assert_eq!(load(unsaid, false, &text), (vec![false, false], 0));
}

#[test]
fn long_arguments_are_cut() {
    let text = format!(r#"{{"swagger": "2.0", {PATHS}, "x-ms-summary {}": 1}}"#, "é".repeat(500));
    let sources =
        Sources { definition: text.as_bytes(), properties: Some(b"{}"), has_script: false };
    let package = Package::load(sources).expect("it loads");
    let name = package.findings()[0].arg("name").expect("an argument");
    assert_eq!(name.chars().count(), 201);
}
