//! External references become part of the text when it is imported, and at no other time.

use liaison_openapi::{
    Import, Node, Package, Sources, bundle, codes, external_texts, note_missing, read,
};

fn tree(text: &str) -> Node<'static> {
    read(text.as_bytes()).expect("JSON").root().clone().into_owned()
}

const ROOT: &str = r##"{"swagger": "2.0", "paths": {"/a": {"get": {"operationId": "A",
    "parameters": [{"$ref": "common/all.json#/parameters/Id"}, {"$ref": "#/parameters/Own"}],
    "responses": {"200": {"description": "x", "schema": {"$ref": "pet.json"}}, "404": {"$ref": "gone:x.json#/x"}}}}},
    "parameters": {"Own": {"name": "own", "in": "query", "type": "string"}}}"##;

/// Every text lies below one folder, whoever refers to it; nothing comes from elsewhere.
fn address_of(_from: Option<&str>, reference: &str) -> Option<String> {
    (!reference.contains(':')).then(|| format!("50%/{reference}"))
}

#[test]
fn the_texts_that_are_needed_are_listed() {
    let root = tree(ROOT);
    let texts: Vec<&str> = external_texts(&root).into_iter().collect();
    assert_eq!(texts, ["common/all.json", "gone:x.json", "pet.json"]);
}

#[test]
fn a_bundle_needs_nothing_else() {
    let common = tree(
        r##"{"parameters": {"Id": {"name": "id", "in": "path", "type": "string", "schema": {"$ref": "#/x~1y"}}}, "x/y": {"type": "string"}}"##,
    );
    let pet = tree(
        r##"{"type": "object", "properties": {"id": {"$ref": "common/all.json#/x~1y"}, "self": {"$ref": "#"}}}"##,
    );
    let imports = vec![
        Import { address: "50%/common/all.json".to_owned(), root: common },
        Import { address: "50%/pet.json".to_owned(), root: pet },
    ];
    let whole = bundle(tree(ROOT), imports, address_of);
    let text = whole.to_json();
    let sources =
        Sources { definition: text.as_bytes(), properties: Some(b"{}"), has_script: false };
    let package = Package::load(sources).expect("it loads");
    let operation = package.operation("A").expect("A");
    let names: Vec<&str> = operation.parameters.iter().map(|it| it.name).collect();
    assert_eq!(names, ["id", "own"]);
    let schema = operation.expected_response().and_then(|it| it.schema).expect("a pet");
    let id = schema.property("id").expect("an id");
    assert_eq!(id.kind(), Some("string"));
    assert_eq!(
        schema.property("self").and_then(|it| it.property("id")).map(|it| it.kind()),
        Some(Some("string"))
    );
    let codes: Vec<_> = package.findings().iter().map(|it| it.code).collect();
    assert_eq!(codes, [codes::REFERENCE_EXTERNAL], "what was not brought stays a finding");
}

#[test]
fn a_text_without_external_references_stays_as_it_is() {
    let root = tree(r##"{"a": {"$ref": "#/b"}, "b": [1]}"##);
    assert!(external_texts(&root).is_empty());
    assert_eq!(bundle(root.clone(), Vec::new(), |_, _| None), root);
}

#[test]
fn what_could_not_be_had_is_a_finding_that_says_why() {
    let missing = || vec![("https://inside.example/s.json".to_owned(), "network".to_owned())];
    let text = r#"{"swagger": "2.0", "paths": {}, "definitions": {
        "A": {"$ref": "https://inside.example/s.json#/A"}, "B": {"$ref": "other.json"}}}"#;
    let noted = note_missing(note_missing(tree(text), missing()), missing()).to_pretty_json();
    let sources = Sources { definition: noted.as_bytes(), properties: None, has_script: false };
    let package = Package::load(sources).expect("it loads");
    let of = |pointer: &str| {
        let found = package.findings().iter().find(|found| found.pointer == pointer);
        found.map(|found| (found.code, found.arg("reason").map(str::to_owned)))
    };
    assert_eq!(
        of("/definitions/A/$ref"),
        Some((codes::REFERENCE_NOT_IMPORTED, Some("network".to_owned())))
    );
    assert_eq!(of("/definitions/B/$ref"), Some((codes::REFERENCE_EXTERNAL, None)));
    assert!(!note_missing(tree(&noted), Vec::new()).to_json().contains("x-not-imported"));
}

#[test]
fn a_second_import_keeps_what_the_first_brought() {
    let import = |address: &str| Import { address: address.to_owned(), root: tree("{}") };
    let address_of = |_: Option<&str>, text: &str| Some(text.to_owned());
    let first = bundle(tree(r#"{"a": {"$ref": "x"}}"#), vec![import("x")], address_of);
    let Node::Object(object) = &first else { panic!("an object") };
    assert!(object.get("x-imported").is_some());
    let again = bundle(first, vec![import("z")], address_of);
    let texts = again.get("x-imported").and_then(Node::as_object).expect("texts");
    let names: Vec<&str> = texts.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["z", "x"]);
}
