//! Texts made to hurt: each ends quickly, with a refusal or a finding.

use std::time::{Duration, Instant};

use liaison_openapi::{
    Document, Package, Reason, Sources, Target,
    limits::{MAX_BYTES, MAX_DEPTH, MAX_FINDINGS, MAX_POINTER_BYTES},
    read,
};

/// Generous even for a slow machine and a build without optimisation.
const AT_ONCE: Duration = Duration::from_secs(20);

fn quickly<T>(run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = run();
    assert!(start.elapsed() < AT_ONCE, "it took {:?}", start.elapsed());
    done
}

fn reason(text: &[u8]) -> Option<Reason> {
    quickly(|| read(text).err().map(|error| error.reason))
}

fn package(text: &str) -> Package<'_> {
    let sources =
        Sources { definition: text.as_bytes(), properties: Some(b"{}"), has_script: false };
    quickly(|| Package::load(sources)).expect("it loads")
}

#[test]
fn deep_texts_are_refused_where_they_get_too_deep() {
    for open in ["[", "{\"a\":", "[{\"a\":"] {
        let text = open.repeat(10_000);
        assert_eq!(reason(text.as_bytes()), Some(Reason::TooDeep));
    }
    let error = read("[".repeat(10_000).as_bytes()).expect_err("it is too deep");
    assert_eq!((error.line, error.column), (1, MAX_DEPTH + 1));
    let allowed = format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
    assert_eq!(reason(allowed.as_bytes()), None);
}

#[test]
fn huge_texts_are_refused_before_they_are_read() {
    assert_eq!(reason(&vec![b' '; MAX_BYTES + 1]), Some(Reason::TooLarge));
    assert_eq!(reason(&vec![b' '; 1 << 20]), Some(Reason::Empty));
}

#[test]
fn very_many_values_are_refused() {
    let mut text = vec![b'['];
    text.extend(std::iter::repeat_n(*b"0,", 2_100_000).flatten());
    assert_eq!(reason(&text), Some(Reason::TooManyValues));
}

#[test]
fn nul_bytes_and_noise_are_refused() {
    assert_eq!(reason(&[0; 1000]), Some(Reason::ExpectedValue));
    assert_eq!(reason(b"{\0}"), Some(Reason::ExpectedName));
    assert!(reason(&(0..=255).collect::<Vec<u8>>()).is_some());
    assert!(reason(b"\xFF\xFE\x00").is_some());
    assert!(reason(b"\xEF\xBB\xBF").is_some());
}

#[test]
fn very_many_findings_are_counted_and_not_kept() {
    let text = format!("[{}]", vec!["[1,]"; 5_000].join(","));
    let document = quickly(|| read(text.as_bytes())).expect("it is taken");
    assert_eq!(document.findings().len(), MAX_FINDINGS + 1);
    let last = document.findings().last().expect("a last one");
    assert_eq!(last.arg("count"), Some("4500"));
}

#[test]
fn one_object_of_very_many_names_is_found_quickly() {
    let members: Vec<String> =
        (0..200_000).map(|at| format!("\"k{}\":{at}", at % 150_000)).collect();
    let text = format!("{{{}}}", members.join(","));
    let document: Document<'_> = quickly(|| read(text.as_bytes())).expect("it is taken");
    quickly(|| {
        for at in (0..150_000).step_by(7) {
            assert!(document.root().get(&format!("k{at}")).is_some());
        }
    });
}

#[test]
fn references_in_a_circle_end() {
    let text = r##"{"swagger": "2.0", "paths": {"/a": {"get": {"operationId": "A",
        "parameters": [{"$ref": "#/parameters/P"}, {"$ref": "#/parameters/Missing"}, {"$ref": "other.json#/p"}],
        "responses": {"200": {"description": "x", "schema": {"$ref": "#/definitions/A"}}}}}},
        "parameters": {"P": {"$ref": "#/parameters/Q"}, "Q": {"$ref": "#/parameters/P"}},
        "definitions": {"A": {"allOf": [{"$ref": "#/definitions/A"}, {"$ref": "#/definitions/B"}]},
            "B": {"properties": {"a": {"$ref": "#/definitions/A"}, "self": {"$ref": "#/definitions/B"}}},
            "C": {"$ref": "#/definitions/C"}}}"##;
    let package = package(text);
    let operation = package.operation("A").expect("an operation");
    assert!(operation.parameters.is_empty());
    let schema = operation.responses[0].schema.expect("a schema");
    let names: Vec<&str> =
        quickly(|| schema.all_properties()).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a", "self"]);
    let endless = package.definition.schemas().get("C").expect("C");
    assert!(matches!(package.definition.resolve(endless), Target::Endless { .. }));
    let mut codes: Vec<&str> = package.findings().iter().map(|it| it.code.as_str()).collect();
    codes.sort_unstable();
    assert_eq!(
        codes,
        [
            "reference.endless",
            "reference.endless",
            "reference.endless",
            "reference.endless",
            "reference.external",
            "reference.missing"
        ]
    );
}

#[test]
fn a_schema_that_branches_into_itself_does_not_explode() {
    let properties: Vec<String> =
        (0..50).map(|at| format!(r##""p{at}": {{"$ref": "#/definitions/A"}}"##)).collect();
    let text = format!(
        r##"{{"swagger": "2.0", "paths": {{"/a": {{"post": {{"operationId": "A", "x-ms-trigger": "single",
        "parameters": [{{"in": "body", "name": "b", "schema": {{"$ref": "#/definitions/A"}}}}],
        "responses": {{}}}}}}}}, "definitions": {{"A": {{"properties": {{{}}}}}}}}}"##,
        properties.join(",")
    );
    let package = package(&text);
    let operation = package.operation("A").expect("an operation");
    assert_eq!(quickly(|| operation.callback_place()), None);
    assert!(operation.trigger_kind().is_some());
}

#[test]
fn very_many_references_to_one_name_among_many_are_quick() {
    let definitions: Vec<String> = (0..20_000).map(|at| format!(r#""D{at}": {{}}"#)).collect();
    let references: Vec<String> =
        (0..20_000).map(|at| format!(r##"{{"$ref": "#/definitions/D{at}"}}"##)).collect();
    let text = format!(
        r#"{{"swagger": "2.0", "paths": {{}}, "x-all": [{}], "definitions": {{{}}}}}"#,
        references.join(","),
        definitions.join(",")
    );
    let package = package(&text);
    assert!(package.findings().iter().all(|finding| !finding.code.as_str().starts_with("ref")));
}

#[test]
fn very_many_properties_in_parts_are_gathered_quickly() {
    let part = |at: usize| {
        let properties: Vec<String> = (0..500).map(|it| format!(r#""p{at}_{it}": {{}}"#)).collect();
        format!(r#"{{"properties": {{{}}}}}"#, properties.join(","))
    };
    let parts: Vec<String> = (0..60).map(part).collect();
    let text = format!(
        r#"{{"swagger": "2.0", "paths": {{}}, "definitions": {{"A": {{"allOf": [{}]}}}}}}"#,
        parts.join(",")
    );
    let package = package(&text);
    let schema = package.definition.schema(package.definition.schemas().get("A").expect("A"));
    assert_eq!(quickly(|| schema.all_properties()).len(), 30_000);
}

fn repeated(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect::<Vec<String>>().join(",")
}

#[test]
fn very_many_parameters_of_one_operation_are_merged_quickly() {
    let text = format!(
        r#"{{"swagger": "2.0", "paths": {{"/a": {{"parameters": [{}], "get": {{"operationId": "A", "parameters": [{}]}}}}}}}}"#,
        repeated(30_000, |at| format!(r#"{{"in":"query","name":"p{at}"}}"#)),
        repeated(30_000, |at| format!(r#"{{"in":"query","name":"p{}"}}"#, at / 2 + 20_000))
    );
    let package = package(&text);
    let operation = quickly(|| package.operation("A")).expect("A");
    assert_eq!(operation.parameters.len(), 35_000);
}

#[test]
fn long_names_do_not_multiply_by_what_is_below_them() {
    let long = "p".repeat(1 << 20);
    let text = format!(
        r#"{{"swagger": "2.0", "paths": {{"/{long}": {{"get": {{"operationId": "A", "parameters": [{}],
        "responses": {{{}}}}}}}}}, "{long}": [{}]}}"#,
        repeated(20_000, |at| format!(r#"{{"in":"query","name":"p{at}"}}"#)),
        repeated(20_000, |at| format!(r#""{at}": {{}}"#)),
        repeated(2_000, |_| "[1,]".to_owned())
    );
    let package = package(&text);
    let size: usize = package.findings().iter().map(|finding| finding.pointer.len()).sum();
    assert!(size <= MAX_POINTER_BYTES, "{size}");
    let operations = quickly(|| package.operations());
    assert_eq!(operations[0].parameters[7].pointer(), format!("/paths/~1{long}/get/parameters/7"));
}

#[test]
fn very_many_schemes_and_operations_do_not_multiply() {
    let text = format!(
        r#"{{"swagger": "2.0", "securityDefinitions": {{{}}}, "security": [{}], "paths": {{"/a": {{}}, {}}}}}"#,
        repeated(20_000, |at| format!(r#""s{at}": {{"type": "basic"}}"#)),
        repeated(20_000, |at| format!(r#"{{"s{at}": [], "s{}": []}}"#, at / 2)),
        repeated(20_000, |at| format!(r#""/{at}": {{"get": {{"operationId": "O{at}"}}}}"#))
    );
    let package = package(&text);
    assert_eq!(quickly(|| package.operations()).len(), 20_000);
}

#[test]
fn very_many_unknown_extensions_are_passed_over_quickly() {
    let text = format!(
        r#"{{"swagger": "2.0", "paths": {{}}, {}}}"#,
        repeated(100_000, |at| format!(r#""x-ms-sumary{at}": 1"#))
    );
    assert!(package(&text).findings().len() <= MAX_FINDINGS + 2);
}

#[test]
fn very_many_expressions_are_looked_at_quickly() {
    let properties = format!(
        r#"{{"properties": {{"connectionParameters": {{{}}}, "policyTemplateInstances": [{{"templateId": "setheader",
        "parameters": {{"x-ms-apimTemplateParameter.name": "{}", "x-ms-apimTemplateParameter.value": ""}}}}]}}}}"#,
        repeated(20_000, |at| format!(r#""p{at}": {{"type": "string"}}"#)),
        "@connectionParameters('gone')".repeat(100_000)
    );
    let sources = Sources {
        definition: br#"{"swagger": "2.0", "paths": {}}"#,
        properties: Some(properties.as_bytes()),
        has_script: false,
    };
    let package = quickly(|| Package::load(sources)).expect("it loads");
    assert!(package.findings().len() <= MAX_FINDINGS + 2);
}

#[test]
fn everything_of_a_wrong_type_is_passed_over() {
    for value in ["null", "true", "1", "\"x\"", "[]", "{}", "[null]", "{\"a\": null}"] {
        let text = format!(
            r#"{{"swagger": {value}, "openapi": {value}, "info": {value}, "host": {value}, "basePath": {value},
            "schemes": {value}, "consumes": {value}, "produces": {value}, "security": {value}, "servers": {value},
            "securityDefinitions": {{"s": {value}, "t": {{"type": {value}, "flow": {value}, "scopes": {value}}}}},
            "definitions": {value}, "parameters": {value}, "responses": {value}, "components": {value},
            "x-ms-capabilities": {value}, "x-ms-connector-metadata": {value},
            "paths": {{"/a": {value}, "/b": {{"get": {value}, "parameters": {value}, "x-ms-notification-content": {value},
              "post": {{"operationId": {value}, "parameters": [{value}, {{"in": {value}}}, {{"in": "body", "schema": {value}}},
                {{"in": "query", "name": {value}, "type": {value}, "x-ms-dynamic-values": {value}, "x-ms-enum-values": {value}}}],
              "responses": {{"200": {value}, "default": {{"schema": {value}, "headers": {value}}}}},
              "security": {value}, "x-ms-trigger": {value}, "x-ms-api-annotation": {value}, "requestBody": {value}}}}}}}}}"#
        );
        let properties = format!(
            r#"{{"properties": {{"connectionParameters": {{"a": {value}, "b": {{"type": {value}, "uiDefinition": {value},
            "oAuthSettings": {value}}}}}, "connectionParameterSets": {{"values": [{value}, {{"parameters": {value}}}]}},
            "policyTemplateInstances": [{value}, {{"templateId": {value}, "parameters": {value}}}],
            "scriptOperations": {value}, "capabilities": {value}}}}}"#
        );
        let sources = Sources {
            definition: text.as_bytes(),
            properties: Some(properties.as_bytes()),
            has_script: true,
        };
        let package = Package::load(sources).expect("it loads");
        for operation in package.operations() {
            operation.trigger_kind();
            operation.base();
            operation.response_for(200);
            for parameter in &operation.parameters {
                parameter.extensions().dynamic_values();
                parameter.schema.all_properties();
                parameter.default();
            }
            package.obstacles(&operation.id);
        }
        for set in [None, Some(""), Some("x")] {
            for parameter in package.properties.parameters_of_set(set).unwrap_or_default() {
                parameter.oauth().map(|it| it.identity_provider());
                parameter.allowed_values();
            }
        }
        package.definition.test_connection();
        package.definition.base();
    }
}
