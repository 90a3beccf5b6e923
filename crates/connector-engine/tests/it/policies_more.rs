//! Policies that need more than one exchange (connector-format §5), ten rows each.

use serde_json::{Value, json};

use crate::world::{World, policy, table};

fn lookup(rest: &Value) -> Value {
    let mut fields = json!({"parameterTemplate": "@headers('If-Match')",
        "parameterValueUrl": "/items/{id}", "parameterValuePathTemplate": "@body()['@odata.etag']"});
    fields.as_object_mut().unwrap().extend(rest.as_object().cloned().unwrap_or_default());
    policy("SetValueFromUrl", &fields)
}

#[test]
fn set_value_from_url_asks_before_the_call() {
    let put = |responses: Value| json!({"op": "Drop", "inputs": {"id": "a/b"}, "parameters": {"secret": "s"}, "responses": responses});
    let ok = |body: Value| json!({"status": 200, "body": body});
    let asked = "GET https://api.example.com/v1/items/a%2Fb";
    let none = json!({});
    let tag = || ok(json!({"@odata.etag": "W/\"1\""}));
    table(&[
        (
            "the value becomes a header",
            json!([lookup(&none)]),
            put(json!([tag(), ok(json!(null))])),
            &[asked, "DELETE https://api.example.com/v1/items/a%2Fb\nIf-Match: W/\"1\""],
        ),
        (
            "or a query parameter",
            json!([lookup(&json!({"parameterTemplate": "@queryParameters('tag')"}))]),
            put(json!([tag(), ok(json!(null))])),
            &[asked, "DELETE https://api.example.com/v1/items/a%2Fb?tag=W%2F%221%22"],
        ),
        (
            "with another method and a query",
            json!([lookup(&json!({"httpMethod": "POST",
            "parameterValueUrl": "/token?grant_type=client_credentials", "parameterValuePathTemplate": "@body().access_token"}))]),
            put(json!([ok(json!({"access_token": "t"})), ok(json!(null))])),
            &[
                "POST https://api.example.com/v1/token?grant_type=client_credentials",
                "DELETE https://api.example.com/v1/items/a%2Fb\nIf-Match: t",
            ],
        ),
        (
            "with the credentials that policies wrote",
            json!([
                policy(
                    "setheader",
                    &json!({"name": "X-Key", "value": "@connectionParameters('secret')"})
                ),
                lookup(&none)
            ]),
            put(json!([tag(), ok(json!(null))])),
            &[
                "GET https://api.example.com/v1/items/a%2Fb\nX-Key: s",
                "DELETE https://api.example.com/v1/items/a%2Fb\nX-Key: s\nIf-Match: W/\"1\"",
            ],
        ),
        (
            "below the base of that moment",
            json!([
                policy("dynamichosturl", &json!({"urlTemplate": "https://auth.example"})),
                lookup(&none),
                policy("dynamichosturl", &json!({"urlTemplate": "https://data.example/v2"}))
            ]),
            put(json!([tag(), ok(json!(null))])),
            &[
                "GET https://auth.example/items/a%2Fb",
                "DELETE https://data.example/v2/items/a%2Fb\nIf-Match: W/\"1\"",
            ],
        ),
        (
            "later policies see it",
            json!([
                lookup(&none),
                policy("setheader", &json!({"name": "X-Copy", "value": "<@headers('if-match')>"}))
            ]),
            put(json!([tag(), ok(json!(null))])),
            &[
                asked,
                "DELETE https://api.example.com/v1/items/a%2Fb\nIf-Match: W/\"1\"\nX-Copy: <W/\"1\">",
            ],
        ),
        (
            "a number becomes text",
            json!([lookup(&json!({"parameterValuePathTemplate": "@body().a[0].b"}))]),
            put(json!([ok(json!({"a": [{"b": 5}]})), ok(json!(null))])),
            &[asked, "DELETE https://api.example.com/v1/items/a%2Fb\nIf-Match: 5"],
        ),
        (
            "a look-up that fails fails the operation",
            json!([lookup(&none)]),
            put(json!([{"status": 404, "body": {"@odata.etag": "x"}}, ok(json!(null))])),
            &[asked, "! lookup.failed setvaluefromurl"],
        ),
        (
            "so does one that finds nothing",
            json!([lookup(&none)]),
            put(json!([ok(json!({})), ok(json!(null))])),
            &[asked, "! lookup.failed setvaluefromurl"],
        ),
        (
            "and one that answers no JSON",
            json!([lookup(&none)]),
            put(
                json!([{"status": 200, "headers": {"Content-Type": "text/html"}, "body": "x"}, ok(json!(null))]),
            ),
            &[asked, "! lookup.failed setvaluefromurl"],
        ),
        (
            "two of them",
            json!([
                lookup(&none),
                lookup(
                    &json!({"parameterTemplate": "@headers('X-Two')", "parameterValueUrl": "two"})
                )
            ]),
            put(json!([tag(), ok(json!({"@odata.etag": "2"})), ok(json!(null))])),
            &[
                asked,
                "GET https://api.example.com/v1/two",
                "DELETE https://api.example.com/v1/items/a%2Fb\nIf-Match: W/\"1\"\nX-Two: 2",
            ],
        ),
        ("one answer, one exchange", json!([lookup(&none)]), put(json!([tag()])), &[asked]),
        (
            "an answer with a line end is no header",
            json!([lookup(&none)]),
            put(json!([ok(json!({"@odata.etag": "a\r\nX-Evil: 1"})), ok(json!(null))])),
            &[asked, "! input.characters If-Match"],
        ),
        (
            "a target that is neither is no policy",
            json!([lookup(&json!({"parameterTemplate": "@body().x"}))]),
            put(json!([])),
            &["! operation.policy_invalid SetValueFromUrl.parameterTemplate"],
        ),
    ]);
}

fn pages(name: &str) -> Value {
    policy("updatenextlink", &json!({"nextLinkPropertyName": name}))
}

#[test]
fn update_next_link_follows_pages_with_the_connections_credentials() {
    let get = |responses: Value| json!({"op": "Get", "inputs": {"id": "7", "q": "x", "X-H": "h"}, "parameters": {"secret": "s"}, "responses": responses});
    let page = |link: &str| json!({"status": 200, "body": {"value": [1], "nextLink": link, "@odata.nextLink": link}});
    let last = || json!({"status": 200, "body": {"value": [2]}});
    let first = "GET https://api.example.com/v1/items/7?q=x\nX-H: h";
    let key = || {
        policy(
            "setqueryparameter",
            &json!({"name": "key", "value": "@connectionParameters('secret')"}),
        )
    };
    table(&[
        (
            "an absolute link",
            json!([pages("nextLink")]),
            get(json!([page("https://api.example.com/v1/items?skip=2"), last()])),
            &[first, "GET https://api.example.com/v1/items?skip=2\nX-H: h"],
        ),
        (
            "the property that holds it may be odd",
            json!([pages("@odata.nextLink")]),
            get(json!([page("https://api.example.com/n?$skiptoken=a%20b+c"), last()])),
            &[first, "GET https://api.example.com/n?$skiptoken=a%20b+c\nX-H: h"],
        ),
        (
            "a link without origin",
            json!([pages("nextLink")]),
            get(json!([page("/v1/items?page=2"), last()])),
            &[first, "GET https://api.example.com/v1/items?page=2\nX-H: h"],
        ),
        (
            "three pages",
            json!([pages("nextLink")]),
            get(json!([page("/a"), page("/b"), last()])),
            &[
                first,
                "GET https://api.example.com/a\nX-H: h",
                "GET https://api.example.com/b\nX-H: h",
            ],
        ),
        (
            "a foreign link is not followed",
            json!([pages("nextLink")]),
            get(json!([page("https://evil.example/x"), last()])),
            &[first],
        ),
        (
            "nor one to another scheme or port",
            json!([pages("nextLink")]),
            get(json!([page("http://api.example.com/v1/items"), last()])),
            &[first],
        ),
        (
            "the default port is the same origin",
            json!([pages("nextLink")]),
            get(json!([page("https://API.example.com:443/x"), last()])),
            &[first, "GET https://API.example.com:443/x\nX-H: h"],
        ),
        (
            "a key in the query is added",
            json!([key(), pages("nextLink")]),
            get(json!([page("/n?page=2"), last()])),
            &[
                "GET https://api.example.com/v1/items/7?q=x&key=s\nX-H: h",
                "GET https://api.example.com/n?page=2&key=s\nX-H: h",
            ],
        ),
        (
            "unless the link has it",
            json!([key(), pages("nextLink")]),
            get(json!([page("/n?key=s"), last()])),
            &[
                "GET https://api.example.com/v1/items/7?q=x&key=s\nX-H: h",
                "GET https://api.example.com/n?key=s\nX-H: h",
            ],
        ),
        ("no link, no page", json!([pages("nextLink")]), get(json!([last(), last()])), &[first]),
        (
            "an empty link is none",
            json!([pages("nextLink")]),
            get(json!([page(""), last()])),
            &[first],
        ),
        (
            "a parent path",
            json!([policy(
                "UpdateNextLink",
                &json!({"nextLinkPropertyName": "next", "nextLinkParentPropertyPath": "@body().paging"})
            )]),
            get(json!([{"status": 200, "body": {"paging": {"next": "/p2"}}}, last()])),
            &[first, "GET https://api.example.com/p2\nX-H: h"],
        ),
        (
            "other operations have no pages",
            json!([policy(
                "updatenextlink",
                &json!({"nextLinkPropertyName": "nextLink", "op": ["Put"]})
            )]),
            get(json!([page("/n"), last()])),
            &[first],
        ),
    ]);
}

#[test]
fn pages_are_joined_and_the_link_is_the_last_ones() {
    let world = World::new().policies(json!([pages("nextLink")]));
    let sent = world.call(&json!({"op": "Get", "inputs": {"id": "7"}, "responses": [
        {"status": 200, "body": {"value": [1, 2], "nextLink": "/b", "count": 3}},
        {"status": 200, "body": {"value": [3]}}]}));
    let outcome = sent.done.outcome.unwrap();
    assert_eq!(outcome.json.unwrap(), json!({"value": [1, 2, 3], "count": 3}));
    assert_eq!(outcome.body, br#"{"value":[1,2,3],"count":3}"#);
}

#[test]
fn set_connection_status_asks_for_a_new_sign_in() {
    let status =
        |code: Value| policy("SetConnectionStatusToUnauthenticated", &json!({"statusCode": code}));
    let get = |answer: u16| json!({"op": "Get", "inputs": {"id": "7"}, "responses": [{"status": answer}]});
    let rows: [(&str, Value, u16, bool); 10] = [
        ("that status", json!([status(json!(401))]), 401, true),
        ("another one", json!([status(json!(401))]), 403, false),
        ("a success", json!([status(json!(401))]), 200, false),
        ("a status of its own", json!([status(json!(419))]), 419, true),
        ("as text", json!([status(json!("403"))]), 403, true),
        ("several", json!([status(json!(401)), status(json!(403))]), 403, true),
        (
            "without a status it is 401",
            json!([policy("setconnectionstatustounauthenticated", &json!({}))]),
            401,
            true,
        ),
        (
            "for another operation",
            json!([policy(
                "setconnectionstatustounauthenticated",
                &json!({"statusCode": 401, "op": ["Put"]})
            )]),
            401,
            false,
        ),
        ("without the policy a key is not signed in", json!([]), 401, false),
        (
            "even where the file says Request",
            json!([policy(
                "setconnectionstatustounauthenticated",
                &json!({"statusCode": 401, "section": "Request"})
            )]),
            401,
            true,
        ),
    ];
    for (why, policies, answer, needed) in rows {
        let sent = World::new().policies(policies).call(&get(answer));
        assert_eq!(sent.lines(), ["GET https://api.example.com/v1/items/7"], "{why}");
        assert_eq!(sent.done.outcome.unwrap().sign_in_needed, needed, "{why}");
    }
}
