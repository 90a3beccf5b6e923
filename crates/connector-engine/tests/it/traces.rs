//! What each policy changed, as makers see it.

use liaison_connector_engine::{
    Applied, Call, Changed, Connection, Headers, Options, Part, Response, Step,
};
use openapi::{Package, Sources};
use serde_json::{Value, json};

use crate::world::{World, policy};

const SECRET: &str = "s3cret/k€y";

/// Makes the call with these policies, each exchange answered by the next of `answers`.
fn applied(policies: Value, (inputs, answers): (Value, &[Value]), trace: bool) -> Vec<Applied> {
    let world = World::new().policies(policies);
    let (definition, properties) = (world.definition.to_string(), world.properties.to_string());
    let sources = Sources {
        definition: definition.as_bytes(),
        properties: Some(properties.as_bytes()),
        has_script: false,
    };
    let package = Package::load(sources).unwrap();
    let Value::Object(parameters) = json!({"host": "h.example", "secret": SECRET}) else {
        unreachable!()
    };
    let connection = Connection { parameters, ..Connection::default() };
    let inputs = inputs.as_object().cloned().unwrap_or_default();
    let options = Options { trace, ..Options::default() };
    let mut call = Call::new(&package, "Make", &connection, &inputs, options).unwrap();
    let mut answers = answers.iter();
    while let Step::Send(_) = call.step() {
        let json = [("Content-Type".to_owned(), "application/json".to_owned())];
        let headers: Headers = json.into_iter().collect();
        let body = answers.next().unwrap().to_string().into_bytes();
        call.answer(Response { status: 200, headers, body }).unwrap();
    }
    call.applied().to_vec()
}

fn change(part: Part, name: &str, before: Option<&str>, after: Option<&str>) -> Changed {
    let text = |value: Option<&str>| value.map(str::to_owned);
    Changed { part, name: name.to_owned(), before: text(before), after: text(after) }
}

#[test]
fn each_policy_tells_what_it_changed_and_where() {
    let policies = json!([
        policy("setheader", &json!({"name": "X-A", "value": "1"})),
        policy("setqueryparameter", &json!({"name": "q", "value": "new"})),
        policy("routerequesttoendpoint", &json!({"newPath": "/other", "httpMethod": "PUT"})),
        policy(
            "dynamichosturl",
            &json!({"urlTemplate": "https://@connectionParameters('host')/v2"})
        ),
        policy(
            "setproperty",
            &json!({"newPropertyParentPathTemplate": "@body().in",
            "newPropertySubPathTemplate": "size", "propertyValuePathTemplate": "7"})
        ),
        policy("setheader", &json!({"name": "X-A", "value": "1", "existsAction": "skip"})),
        policy("setheader", &json!({"name": "X-After", "value": "2", "section": "Response"})),
    ]);
    let inputs = json!({"q": "old", "body": {"in": {"a": 1}}});
    let found = applied(policies, (inputs, &[json!({"ok": true})]), true);
    let told: Vec<_> =
        found.iter().map(|it| (it.policy, it.is_before, it.changes.clone())).collect();
    assert_eq!(
        told,
        [
            (0, true, vec![change(Part::Header, "X-A", None, Some("1"))]),
            (1, true, vec![change(Part::Query, "q", Some("old"), Some("new"))]),
            (
                2,
                true,
                vec![
                    change(Part::Method, "", Some("POST"), Some("PUT")),
                    change(
                        Part::Address,
                        "",
                        Some("https://api.example.com/v1/items"),
                        Some("https://api.example.com/v1/other")
                    ),
                ]
            ),
            (
                3,
                true,
                vec![change(
                    Part::Address,
                    "",
                    Some("https://api.example.com/v1/other"),
                    Some("https://h.example/v2/other")
                )]
            ),
            (4, true, vec![change(Part::Body, "/in/size", None, Some("\"7\""))]),
            (5, true, Vec::new()),
            (6, false, vec![change(Part::Header, "X-After", None, Some("2"))]),
        ]
    );
}

#[test]
fn secrets_are_masked_in_every_part() {
    let of = "@connectionParameters('secret')";
    let policies = json!([
        policy("setheader", &json!({"name": "X-Key", "value": format!("Bearer {of}")})),
        policy("setqueryparameter", &json!({"name": "key", "value": of})),
        policy(
            "setproperty",
            &json!({"newPropertyParentPathTemplate": "@body()",
            "newPropertySubPathTemplate": "key", "propertyValuePathTemplate": of})
        ),
        policy("setheader", &json!({"name": "X-Key", "value": format!("Again {of}")})),
    ]);
    let found = applied(policies, (json!({"body": {}}), &[json!({})]), true);
    let changes: Vec<_> = found.iter().flat_map(|it| it.changes.clone()).collect();
    assert_eq!(
        changes,
        [
            change(Part::Header, "X-Key", None, Some("***")),
            change(Part::Query, "key", None, Some("***")),
            change(Part::Body, "/key", None, Some("\"***\"")),
            change(Part::Header, "X-Key", Some("***"), Some("***")),
        ]
    );
    assert!(!format!("{found:?}").contains("s3cret"));
}

#[test]
fn what_a_look_up_finds_is_told_when_it_is_answered_and_hidden() {
    let policies = json!([policy(
        "setvaluefromurl",
        &json!({"parameterValueUrl": "/tokens",
        "parameterValuePathTemplate": "@body().token", "parameterTemplate": "@headers('X-Token')"})
    )]);
    let answers = [json!({"token": "found-token"}), json!({})];
    let found = applied(policies, (json!({"body": {}}), &answers), true);
    let changes: Vec<_> = found.iter().flat_map(|it| it.changes.clone()).collect();
    assert_eq!(changes, [change(Part::Header, "X-Token", None, Some("***"))]);
}

#[test]
fn much_is_cut_and_nothing_is_noted_unasked() {
    let many: Value = (0..80).map(|at| (format!("k{at}"), json!("x".repeat(2_000)))).collect();
    let gone = policy(
        "moveproperties",
        &json!({"srcParentPath": "@body()", "srcSubPath": "in",
        "dstParentPath": "@body()", "copyOnlySubProperties": true}),
    );
    let inputs = json!({"body": {"in": many}});
    let found = applied(json!([gone]), (inputs.clone(), &[json!({})]), true);
    let [step] = found.as_slice() else { panic!("{found:?}") };
    assert!(step.is_cut && step.changes.len() == 50, "{}", step.changes.len());
    let longest = step.changes.iter().flat_map(|it| [&it.before, &it.after]).flatten();
    assert!(longest.map(|text| text.chars().count()).max() <= Some(500));
    assert!(applied(json!([gone]), (inputs, &[json!({})]), false).is_empty());
}
