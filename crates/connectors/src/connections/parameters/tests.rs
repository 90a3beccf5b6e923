use serde_json::json;

use super::*;
use crate::model::Files;

/// A connector that asks for a key, or for a name and a password, and with the latter perhaps for a domain.
fn list() -> ParameterList {
    let constrained = |kind: &str, more: Value| {
        let mut constraints = json!({ "required": "true" });
        constraints.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "type": kind, "uiDefinition": { "constraints": constraints } })
    };
    let with =
        |other: &str, value: Value| json!({ "dependencies": { other: { "values": [value] } } });
    let mut way = constrained("string", json!({}));
    way["defaultValue"] = json!("key");
    let properties = json!({ "properties": { "connectionParameters": {
        "way": way,
        "api_key": constrained("securestring", with("way", json!("key"))),
        "user": constrained("string", with("way", json!("basic"))),
        "inDomain": { "type": "bool", "uiDefinition": { "constraints": with("WAY", json!("basic")) } },
        "domain": constrained("string", with("inDomain", json!(true))),
        "loop": constrained("string", with("loop", json!("x"))),
    } } });
    let definition =
        json!({ "swagger": "2.0", "info": { "title": "T", "version": "1" }, "paths": {} });
    let files = Files {
        definition: definition.to_string().into_bytes(),
        properties: properties.to_string().into_bytes(),
        ..Files::default()
    };
    chosen(&Compiled::of(&files, 1).unwrap(), None).unwrap()
}

/// What is kept, or what is missing.
fn check(values: &[(&str, &str)]) -> Result<Vec<String>, Vec<String>> {
    let values: Vec<_> = values
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Secret::new((*value).to_owned())))
        .chain([("loop".to_owned(), Secret::new("x".to_owned()))])
        .collect();
    match list().check(&values) {
        Ok(checked) => {
            let mut names: Vec<_> = checked.all().into_iter().map(|(name, _)| name).collect();
            names.retain(|name| name != "loop");
            names.sort();
            Ok(names)
        }
        Err(error) => {
            let pointer = |field: &FieldError| field.pointer.to_string();
            Err(kernel::Coded::fields(&error).iter().map(pointer).collect())
        }
    }
}

fn names(all: &[&str]) -> Vec<String> {
    all.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_value_is_asked_for_only_with_the_values_that_it_depends_on() {
    // the default of what it depends on counts
    assert_eq!(check(&[]), Err(names(&["/values/api_key"])));
    assert_eq!(check(&[("api_key", "k")]), Ok(names(&["api_key", "way"])));
    assert_eq!(check(&[("way", "basic")]), Err(names(&["/values/user"])));
    assert_eq!(check(&[("way", "basic"), ("user", "u")]), Ok(names(&["user", "way"])));
    // what is not asked for is not kept, least of all a secret
    let both = [("way", "basic"), ("user", "u"), ("api_key", "k")];
    assert_eq!(check(&both), Ok(names(&["user", "way"])));
    // the condition of a condition
    let domain = [("way", "basic"), ("user", "u"), ("inDomain", "True")];
    assert_eq!(check(&domain), Err(names(&["/values/domain"])));
    assert_eq!(check(&[("api_key", "k"), ("inDomain", "true")]), Ok(names(&["api_key", "way"])));
    // values that depend on nothing that is known by now are not missed
    assert_eq!(check(&[("way", "other")]), Ok(names(&["way"])));
}
