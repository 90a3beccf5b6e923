//! One change for each rule about new versions.

use std::collections::BTreeSet;

use liaison_connector_rules::{Group, Rule, compare::compare};
use openapi::{Package, Sources};
use serde_json::{Value, json};

use crate::cases::good;

fn changes(old: &(Value, Value), new: &(Value, Value)) -> BTreeSet<(String, String)> {
    let load = |(definition, properties): &(Value, Value)| {
        let (definition, properties) = (definition.to_string(), properties.to_string());
        let sources = Sources {
            definition: definition.as_bytes(),
            properties: Some(properties.as_bytes()),
            ..Sources::default()
        };
        Package::load(sources).expect("a package").into_owned()
    };
    let found = compare(&load(old), &load(new));
    found.into_iter().map(|it| (it.code.as_str().to_owned(), it.pointer)).collect()
}

/// The change, the rule and its place; the change is made to the new version, or to the old one.
type Case = (&'static str, fn(&mut (Value, Value)), &'static str);

const CASES: &[Case] = &[
    (
        "OperationRemoved",
        |it| drop(it.0["paths"]["/pets"].as_object_mut().expect("verbs").remove("get")),
        "/paths/~1pets/get",
    ),
    (
        "OperationRenamed",
        |it| it.0["paths"]["/pets"]["get"]["operationId"] = json!("Pets"),
        "/paths/~1pets/get",
    ),
    (
        "OperationPathChanged",
        |it| {
            let moved = it.0["paths"]["/kinds"].take();
            it.0["paths"].as_object_mut().expect("paths").remove("/kinds");
            it.0["paths"]["/types"] = moved;
        },
        "/paths/~1types/get",
    ),
    (
        "HostPolicyChanged",
        |it| {
            it.1["properties"]["policyTemplateInstances"] = json!([{ "templateId": "dynamichosturl", "title": "t", "parameters": { "x-ms-apimTemplateParameter.urlTemplate": "https://a.example" } }]);
        },
        "/paths/~1pets/get",
    ),
    (
        "TriggerKindChanged",
        |it| it.0["paths"]["/poll"]["get"]["x-ms-trigger"] = json!("single"),
        "/paths/~1poll/get",
    ),
    (
        "ParameterRemoved",
        |it| it.0["paths"]["/pets"]["get"]["parameters"] = json!([]),
        "/paths/~1pets/get/parameters/0",
    ),
    (
        "ParameterMadeRequired",
        |it| it.0["paths"]["/pets"]["get"]["parameters"][0]["required"] = json!(true),
        "/paths/~1pets/get/parameters/0",
    ),
    (
        "ParameterMadeRequired",
        |it| it.0["definitions"]["NewPet"]["required"] = json!(["name", "kind"]),
        "/paths/~1pets/post/parameters/0",
    ),
    (
        "ParameterPlaceChanged",
        |it| it.0["paths"]["/pets"]["get"]["parameters"][0]["in"] = json!("header"),
        "/paths/~1pets/get/parameters/0",
    ),
    (
        "ParameterTypeChanged",
        |it| it.0["paths"]["/pets"]["get"]["parameters"][0]["type"] = json!("integer"),
        "/paths/~1pets/get/parameters/0",
    ),
    (
        "RequiredParameterAdded",
        |it| {
            let all = it.0["paths"]["/pets"]["get"]["parameters"].as_array_mut().expect("a list");
            all.push(json!({ "name": "new", "in": "query", "type": "string", "required": true }));
        },
        "/paths/~1pets/get/parameters/1",
    ),
    (
        "EnumValueRemoved",
        |it| it.0["definitions"]["Pet"]["properties"]["colour"]["enum"] = json!(["black"]),
        "/paths/~1pets/get/responses/200",
    ),
    (
        "ResponsePropertyRemoved",
        |it| {
            drop(
                it.0["definitions"]["Pet"]["properties"]
                    .as_object_mut()
                    .expect("properties")
                    .remove("born"),
            );
        },
        "/paths/~1pets/get/responses/200",
    ),
    (
        "ResponseTypeChanged",
        |it| it.0["definitions"]["Pet"]["properties"]["legs"]["type"] = json!("string"),
        "/paths/~1pets/get/responses/200",
    ),
    (
        "AuthenticationTypeChanged",
        |it| it.0["securityDefinitions"]["key"] = json!({ "type": "basic" }),
        "/securityDefinitions",
    ),
    (
        "ConnectionParameterRemoved",
        |it| it.1["properties"]["connectionParameters"] = json!({}),
        "/properties/connectionParameters/api_key",
    ),
    (
        "DefaultChanged",
        |it| it.0["paths"]["/details"]["get"]["parameters"][2]["default"] = json!("y"),
        "/paths/~1details/get/parameters/2",
    ),
    (
        "VisibilityLowered",
        |it| it.0["paths"]["/pets"]["get"]["x-ms-visibility"] = json!("internal"),
        "/paths/~1pets/get",
    ),
    (
        "SchemaMadeStricter",
        |it| it.0["definitions"]["NewPet"]["properties"]["name"]["maxLength"] = json!(3),
        "/paths/~1pets/post/parameters/0",
    ),
    (
        "DescriptionEmptied",
        |it| it.0["paths"]["/pets"]["get"]["description"] = json!(""),
        "/paths/~1pets/get",
    ),
];

#[test]
fn every_change_for_the_worse_is_named() {
    let old = good();
    let mut missed = Vec::new();
    for (code, change, at) in CASES {
        let mut new = good();
        change(&mut new);
        let found = changes(&old, &new);
        if !found.contains(&((*code).to_owned(), (*at).to_owned())) {
            missed.push(format!("{code} at {at}: {found:?}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    let shown: BTreeSet<&str> = CASES.iter().map(|(code, ..)| *code).collect();
    let rules = Rule::ALL.iter().filter(|rule| rule.group() == Group::Changes);
    assert!(rules.clone().all(|rule| shown.contains(rule.code())));
}

#[test]
fn what_is_new_or_looser_breaks_nothing() {
    let old = good();
    let mut new = good();
    let paths = &mut new.0["paths"];
    paths["/new"] =
        json!({ "get": { "operationId": "New", "responses": { "200": { "description": "x" } } } });
    let parameters = paths["/pets"]["get"]["parameters"].as_array_mut().expect("a list");
    parameters.push(json!({ "name": "new", "in": "query", "type": "string" }));
    parameters.push(json!({ "name": "more", "in": "query", "type": "string", "required": true, "default": "x" }));
    new.0["definitions"]["Pet"]["properties"]["new"] = json!({ "type": "string" });
    new.0["definitions"]["NewPet"]["properties"]["new"] = json!({ "type": "string" });
    new.0["definitions"]["NewPet"]["properties"]["name"]["minLength"] = json!(0);
    new.0["info"]["title"] = json!("Other Pets");
    new.1["properties"]["iconBrandColor"] = json!("#000000");
    assert_eq!(changes(&old, &new), BTreeSet::new());
    assert_eq!(changes(&old, &old), BTreeSet::new());
}
