//! Definitions made to hurt: every check ends, soon, and with a bounded answer.

use std::fmt::Write as _;

use liaison_connector_rules::{Subject, check, limits::MAX_FINDINGS};

fn count(definition: &str) -> usize {
    let document = openapi::read(definition.as_bytes()).expect("JSON");
    check(&Subject { definition: Some(document.root()), ..Subject::default() }).len()
}

#[test]
fn schemas_that_refer_to_themselves_end() {
    let body = r##"{"swagger":"2.0","paths":{"/a":{"post":{"operationId":"A","x-ms-trigger":"single","parameters":[{"in":"body","name":"b","schema":{"$ref":"#/definitions/A"}}],"responses":{"200":{"schema":{"$ref":"#/definitions/A"}}}}}},
        "definitions":{"A":{"required":["b"],"properties":{"b":{"$ref":"#/definitions/B"},"u":{"x-ms-notification-url":true}},"allOf":[{"$ref":"#/definitions/A"}]},"B":{"required":["a"],"properties":{"a":{"$ref":"#/definitions/A"}}},"C":{"$ref":"#/definitions/C"}}}"##;
    assert!(count(body) > 0);
}

#[test]
fn numbers_that_double_with_every_name_are_counted_not_walked() {
    let mut definitions = String::new();
    for level in 0..2_000 {
        let next = level + 1;
        write!(definitions, r##""L{level}":{{"properties":{{"a":{{"$ref":"#/definitions/L{next}"}},"b":{{"$ref":"#/definitions/L{next}"}}}}}},"##).expect("text");
    }
    let text = format!(
        r##"{{"swagger":"2.0","paths":{{"/a":{{"get":{{"operationId":"A","responses":{{"200":{{"schema":{{"$ref":"#/definitions/L0"}}}}}}}}}}}},"definitions":{{{definitions}"L2000":{{}}}}}}"##
    );
    assert!(count(&text) > 0);
}

#[test]
fn many_findings_are_bounded() {
    let parameters = r#"{"in":"path","name":"x"},"#.repeat(30_000);
    let text = format!(
        r#"{{"swagger":"2.0","paths":{{"/a":{{"get":{{"operationId":"A","parameters":[{}]}}}}}}}}"#,
        parameters.trim_end_matches(',')
    );
    assert_eq!(count(&text), MAX_FINDINGS + 1);
}

#[test]
fn many_paths_and_many_shared_parameters_end() {
    let shared = (0..2_000).map(|n| format!(r#"{{"in":"query","name":"q{n}","type":"string"}}"#));
    let shared = shared.collect::<Vec<_>>().join(",");
    let paths = (0..3_000).map(|n| {
        format!(
            r#""/a/{{v{n}}}/b/p{n}":{{"parameters":[],"get":{{"operationId":"O{n}"}},"put":{{}}}}"#
        )
    });
    let paths = paths.collect::<Vec<_>>().join(",");
    let text = format!(
        r#"{{"swagger":"2.0","paths":{{"/s":{{"parameters":[{shared}],"get":{{}},"put":{{}}}},{paths}}}}}"#
    );
    assert!(count(&text) > 0);
}

#[test]
fn anything_may_stand_anywhere() {
    // Every value of a good definition, replaced by every kind of value.
    let (definition, _) = crate::cases::good();
    let mut pointers = Vec::new();
    collect(&definition, String::new(), &mut pointers);
    for pointer in pointers {
        for value in [
            serde_json::json!(null),
            serde_json::json!(1),
            serde_json::json!("x"),
            serde_json::json!([[]]),
            serde_json::json!({ "$ref": 1 }),
        ] {
            let mut changed = definition.clone();
            if let Some(place) = changed.pointer_mut(&pointer) {
                *place = value;
            }
            count(&changed.to_string());
        }
    }
}

fn collect(value: &serde_json::Value, at: String, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(members) => {
            for (key, member) in members {
                collect(
                    member,
                    format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")),
                    found,
                );
            }
        }
        serde_json::Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
    found.push(at);
}
