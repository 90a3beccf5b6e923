//! One change for each rule: the rule is found, at the place, and nowhere before.

mod document;
mod operation;
mod pair;
mod parameter;
mod people;
mod schema;

use std::{collections::BTreeSet, fs, path::PathBuf};

use liaison_connector_rules::{Group, Kind, Level, Rule, Subject, check};
use serde_json::{Map, Value, json};

/// The definition and the properties of the package that breaks no rule.
pub(crate) fn good() -> (Value, Value) {
    let folder =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/connector-rules/good");
    let read = |name: &str| {
        serde_json::from_slice(&fs::read(folder.join(name)).expect("a file")).expect("JSON")
    };
    (read("apiDefinition.swagger.json"), read("apiProperties.json"))
}

/// Code and pointer of everything found.
pub(crate) fn judge(
    definition: &Value,
    properties: &Value,
    kind: Kind,
    files: Option<&[String]>,
) -> BTreeSet<(String, String)> {
    let (definition, properties) = (definition.to_string(), properties.to_string());
    let read = |text: &'_ str| openapi::read(text.as_bytes()).expect("JSON").into_owned();
    let (document, properties) = (read(&definition), read(&properties));
    let subject = Subject {
        definition: Some(document.root()),
        definition_bytes: definition.len(),
        properties: Some(properties.root()),
        kind,
        files,
        level: Level::Certification,
    };
    check(&subject).into_iter().map(|it| (it.code.as_str().to_owned(), it.pointer)).collect()
}

/// Sets the value at a pointer; objects on the way are made, `-` appends, null removes.
fn set(root: &mut Value, pointer: &str, value: Value) {
    let mut segments: Vec<String> =
        pointer.split('/').skip(1).map(|it| it.replace("~1", "/").replace("~0", "~")).collect();
    let last = segments.pop().expect("a segment");
    let mut node = root;
    for segment in segments {
        node = match node {
            Value::Array(items) => {
                let index: usize = segment.parse().expect("an index");
                &mut items[index]
            }
            Value::Object(members) => {
                members.entry(segment).or_insert_with(|| Value::Object(Map::new()))
            }
            other => panic!("{pointer} leads through {other}"),
        };
    }
    match node {
        Value::Array(items) if last == "-" => items.push(value),
        Value::Array(items) => items[last.parse::<usize>().expect("an index")] = value,
        Value::Object(members) if value.is_null() => {
            members.remove(&last);
        }
        Value::Object(members) => {
            members.insert(last, value);
        }
        other => panic!("{pointer} ends in {other}"),
    }
}

/// Code, where the change is made, the value, and where the finding stands.
type Case = (&'static str, &'static str, Value, &'static str);

#[test]
fn a_good_package_breaks_no_rule() {
    let (definition, properties) = good();
    let files = ["readme.md".to_owned()];
    assert_eq!(judge(&definition, &properties, Kind::Certified, Some(&files)), BTreeSet::new());
}

#[test]
fn every_rule_is_found_where_it_is_broken() {
    let mut missed = Vec::new();
    let mut shown = BTreeSet::new();
    for (code, pointer, value, at) in cases() {
        shown.insert(code);
        let (mut definition, mut properties) = good();
        let (file, pointer) = pointer.split_once(':').unwrap_or(("d", pointer));
        // The first letter says which file, or that the definition is taken as it is.
        let tree = if file == "p" { &mut properties } else { &mut definition };
        if pointer == "/" {
            *tree = value;
        } else {
            set(tree, pointer, value);
        }
        let found = judge(&definition, &properties, Kind::Certified, None);
        if !found.contains(&(code.to_owned(), at.to_owned())) {
            missed.push(format!("{code} at {at}: {found:?}"));
        }
    }
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
    let elsewhere = [
        "ReadmeMissing",
        "IconNotAllowed",
        "BrandColorNotIndependent",
        "DefinitionTooLarge",
        "TotalSchemaCountExceedsMaxAllowed",
        "SchemaTooDeep",
    ];
    let all =
        Rule::ALL.iter().filter(|it| !matches!(it.group(), Group::Changes | Group::Submission));
    let unshown: Vec<_> = all
        .map(|it| it.code())
        .filter(|it| !shown.contains(it) && !elsewhere.contains(it))
        .collect();
    assert!(unshown.is_empty(), "no case for {unshown:?}");
}

#[test]
fn files_and_colours_are_judged_by_who_made_the_connector() {
    let (definition, properties) = good();
    let files = ["Icon.png".to_owned()];
    let codes = |kind| {
        let found = judge(&definition, &properties, kind, Some(&files));
        found.into_iter().map(|(code, _)| code).collect::<Vec<_>>()
    };
    assert_eq!(codes(Kind::Certified), ["ReadmeMissing"]);
    assert_eq!(
        codes(Kind::Independent),
        ["BrandColorNotIndependent", "IconNotAllowed", "ReadmeMissing"]
    );
}

#[test]
fn a_large_definition_is_found() {
    let (mut definition, properties) = good();
    set(&mut definition, "/x-ms-note", json!("x".repeat(1_000_001)));
    let found = judge(&definition, &properties, Kind::Certified, None);
    assert_eq!(
        found.into_iter().collect::<Vec<_>>(),
        [("DefinitionTooLarge".to_owned(), String::new())]
    );
}

/// Schemas that refer to two others each, so that their number doubles with every one.
fn doubling(levels: usize) -> Value {
    let mut all = Map::new();
    for level in 0..levels {
        let next = json!({ "$ref": format!("#/definitions/L{}", level + 1) });
        let schema = json!({ "type": "object", "properties": { "a": next, "b": next } });
        all.insert(format!("L{level}"), schema);
    }
    all.insert(format!("L{levels}"), json!({ "type": "string" }));
    for name in ["Pet", "NewPet"] {
        all.insert(
            name.to_owned(),
            json!({ "type": "object", "properties": { "a": { "$ref": "#/definitions/L0" } } }),
        );
    }
    Value::Object(all)
}

fn chain(levels: usize) -> Value {
    let mut schema = json!({ "type": "string" });
    for _ in 0..levels {
        schema = json!({ "type": "object", "properties": { "a": schema } });
    }
    schema
}

const GET: &str = "/paths/~1pets/get";
const POST: &str = "/paths/~1pets/post";

fn cases() -> Vec<Case> {
    let mut all = document::cases();
    all.extend(operation::cases());
    all.extend(parameter::cases());
    all.extend(schema::cases());
    all.extend(pair::cases());
    all.extend(people::cases());
    all
}

#[test]
fn a_chain_of_definitions_too_deep_is_found() {
    let (mut definition, properties) = good();
    for level in 0..70 {
        let next = json!({ "type": "object", "properties": { "a": { "$ref": format!("#/definitions/D{}", level + 1) } } });
        set(&mut definition, &format!("/definitions/D{level}"), next);
    }
    set(&mut definition, "/definitions/D70", chain(1));
    set(
        &mut definition,
        "/paths/~1pets/get/responses/200/schema",
        json!({ "$ref": "#/definitions/D0" }),
    );
    let found = judge(&definition, &properties, Kind::Certified, None);
    assert!(found.contains(&("SchemaTooDeep".to_owned(), GET.to_owned())), "{found:?}");
}
