//! Policies that change address, headers and query (connector-format §5), ten rows each.

use serde_json::{Value, json};

use crate::world::{policy, table};

fn header(name: &str, value: &str, rest: &Value) -> Value {
    let mut fields = json!({"name": name, "value": value});
    fields.as_object_mut().unwrap().extend(rest.as_object().cloned().unwrap_or_default());
    policy("setheader", &fields)
}

#[test]
fn set_header_overrides_skips_and_appends() {
    let get = |inputs: Value| json!({"op": "Get", "inputs": inputs});
    let id = || get(json!({"id": "7"}));
    let given = || get(json!({"id": "7", "X-H": "mine"}));
    let none = json!({});
    table(&[
        (
            "a constant",
            json!([header("X-A", "1", &none)]),
            id(),
            &["GET https://api.example.com/v1/items/7\nX-A: 1"],
        ),
        (
            "override is the default and keeps the place",
            json!([header("x-h", "2", &none)]),
            given(),
            &["GET https://api.example.com/v1/items/7\nx-h: 2"],
        ),
        (
            "skip keeps what is there",
            json!([header("X-H", "2", &json!({"existsAction": "skip"}))]),
            given(),
            &["GET https://api.example.com/v1/items/7\nX-H: mine"],
        ),
        (
            "skip sets what is not",
            json!([header("X-H", "2", &json!({"existsAction": "Skip"}))]),
            id(),
            &["GET https://api.example.com/v1/items/7\nX-H: 2"],
        ),
        (
            "append joins by a comma",
            json!([header("X-H", "2", &json!({"existsAction": "append"}))]),
            given(),
            &["GET https://api.example.com/v1/items/7\nX-H: mine, 2"],
        ),
        (
            "append to nothing sets",
            json!([header("X-H", "2", &json!({"existsAction": "append"}))]),
            id(),
            &["GET https://api.example.com/v1/items/7\nX-H: 2"],
        ),
        (
            "an empty value sets an empty header",
            json!([header("X-A", "", &none)]),
            id(),
            &["GET https://api.example.com/v1/items/7\nX-A: "],
        ),
        (
            "a default of nothing is empty",
            json!([header("X-A", "@connectionParameters('nope','')", &none)]),
            id(),
            &["GET https://api.example.com/v1/items/7\nX-A: "],
        ),
        (
            "instances run in order, each seeing the earlier ones",
            json!([
                header("X-A", "1", &none),
                header("X-B", "@headers('x-a')2", &none),
                header("X-A", "@headers('X-B')3", &none)
            ]),
            id(),
            &["GET https://api.example.com/v1/items/7\nX-A: 123\nX-B: 12"],
        ),
        (
            "only the operations it names",
            json!([header("X-A", "1", &json!({"op": ["Put", "Drop"]}))]),
            id(),
            &["GET https://api.example.com/v1/items/7"],
        ),
        (
            "an empty list of operations is every one",
            json!([header("X-A", "1", &json!({"op": []}))]),
            id(),
            &["GET https://api.example.com/v1/items/7\nX-A: 1"],
        ),
        (
            "the response section does nothing before",
            json!([header("X-A", "1", &json!({"section": "Response"}))]),
            id(),
            &["GET https://api.example.com/v1/items/7"],
        ),
        (
            "nor does the failure section",
            json!([header("X-A", "1", &json!({"section": "Failure"}))]),
            id(),
            &["GET https://api.example.com/v1/items/7"],
        ),
        (
            "a connection parameter in any letter case, in the middle of text",
            json!([header("X-A", "<@ConnectionParameters('SECRET')>", &none)]),
            json!({"op": "Get", "inputs": {"id": "7"}, "parameters": {"secret": "s"}}),
            &["GET https://api.example.com/v1/items/7\nX-A: <s>"],
        ),
        (
            "a query parameter",
            json!([header("X-A", "@queryParameters('q', 'none')", &none)]),
            get(json!({"id": "7", "q": "a b"})),
            &["GET https://api.example.com/v1/items/7?q=a%20b\nX-A: a b"],
        ),
        (
            "Accept can be overridden",
            json!([header("Accept", "text/csv", &none)]),
            id(),
            &["GET https://api.example.com/v1/items/7\nAccept: text/csv"],
        ),
        (
            "a line end from a parameter is not sent",
            json!([header("X-A", "@connectionParameters('sub')", &none)]),
            json!({"op": "Get", "inputs": {"id": "7"}, "parameters": {"sub": "a\r\nHost: b"}}),
            &["! input.characters X-A"],
        ),
        (
            "an unknown function is an error on use",
            json!([header("X-A", "@queryParamers('q')", &none)]),
            id(),
            &["! expression.unknown queryParamers"],
        ),
        (
            "an at sign that starts no function is text",
            json!([header("X-A", "me@example.com", &none)]),
            id(),
            &["GET https://api.example.com/v1/items/7\nX-A: me@example.com"],
        ),
    ]);
}

fn query(name: &str, value: &str, rest: &Value) -> Value {
    let mut fields = json!({"name": name, "value": value});
    fields.as_object_mut().unwrap().extend(rest.as_object().cloned().unwrap_or_default());
    policy("setQueryParameter", &fields)
}

#[test]
fn set_query_parameter_decodes_its_name() {
    let id = || json!({"op": "Get", "inputs": {"id": "7"}});
    let given = || json!({"op": "Get", "inputs": {"id": "7", "q": "mine", "top": "3"}});
    let none = json!({});
    table(&[
        (
            "a constant",
            json!([query("a", "1", &none)]),
            id(),
            &["GET https://api.example.com/v1/items/7?a=1"],
        ),
        (
            "an encoded name is decoded, and a dollar sign stays",
            json!([query("%24top", "5", &none)]),
            id(),
            &["GET https://api.example.com/v1/items/7?$top=5"],
        ),
        (
            "override keeps the place",
            json!([query("q", "2", &none)]),
            given(),
            &["GET https://api.example.com/v1/items/7?q=2&top=3"],
        ),
        (
            "an encoded name finds a plain one",
            json!([query("%71", "2", &none)]),
            given(),
            &["GET https://api.example.com/v1/items/7?q=2&top=3"],
        ),
        (
            "skip keeps",
            json!([query("q", "2", &json!({"existsAction": "skip"}))]),
            given(),
            &["GET https://api.example.com/v1/items/7?q=mine&top=3"],
        ),
        (
            "append adds a second one",
            json!([query("q", "2", &json!({"existsAction": "append"}))]),
            given(),
            &["GET https://api.example.com/v1/items/7?q=mine&top=3&q=2"],
        ),
        (
            "values are encoded",
            json!([query("f", "any(c:c eq 'x')/&=", &none)]),
            id(),
            &["GET https://api.example.com/v1/items/7?f=any%28c%3Ac%20eq%20%27x%27%29%2F%26%3D"],
        ),
        (
            "a value that looks encoded is a value",
            json!([query("f", "%24", &none)]),
            id(),
            &["GET https://api.example.com/v1/items/7?f=%2524"],
        ),
        (
            "a connection parameter",
            json!([query("k", "@connectionParameters('secret')", &none)]),
            json!({"op": "Get", "inputs": {"id": "7"}, "parameters": {"secret": "s+t"}}),
            &["GET https://api.example.com/v1/items/7?k=s%2Bt"],
        ),
        (
            "a default where the connection says nothing",
            json!([query("k", "@connectionParameters('secret', 'none')", &none)]),
            id(),
            &["GET https://api.example.com/v1/items/7?k=none"],
        ),
        (
            "empty text is a value",
            json!([query("k", "@headers('X-H', '')", &none)]),
            id(),
            &["GET https://api.example.com/v1/items/7?k="],
        ),
        (
            "names differ by case",
            json!([query("Q", "2", &none)]),
            given(),
            &["GET https://api.example.com/v1/items/7?q=mine&top=3&Q=2"],
        ),
        (
            "a chain",
            json!([
                query("a", "1", &none),
                query("b", "@{queryParameters('a')}@{queryParameters('a')}", &none)
            ]),
            id(),
            &["GET https://api.example.com/v1/items/7?a=1&b=11"],
        ),
        (
            "a number in the file is text",
            json!([policy("setqueryparameter", &json!({"name": "n", "value": 5}))]),
            id(),
            &["GET https://api.example.com/v1/items/7?n=5"],
        ),
    ]);
}

fn host(template: &str) -> Value {
    policy("dynamicHostUrl", &json!({"urlTemplate": template}))
}

#[test]
fn dynamic_host_url_replaces_the_whole_base() {
    let with =
        |parameters: Value| json!({"op": "Get", "inputs": {"id": "7"}, "parameters": parameters});
    let id = || with(json!({}));
    table(&[
        (
            "scheme, host and base path go",
            json!([host("https://eu.example.org")]),
            id(),
            &["GET https://eu.example.org/items/7"],
        ),
        (
            "path segments, and one slash where two would meet",
            json!([host("https://eu.example.org/a/b/")]),
            id(),
            &["GET https://eu.example.org/a/b/items/7"],
        ),
        (
            "a text without scheme gets https",
            json!([host("@connectionParameters('host')")]),
            with(json!({"host": "eu.example.org:8443/x"})),
            &["GET https://eu.example.org:8443/x/items/7"],
        ),
        (
            "a parameter that is the whole base",
            json!([host("@connectionParameters('host')/api")]),
            with(json!({"host": "http://10.1.2.3"})),
            &["GET http://10.1.2.3/api/items/7"],
        ),
        (
            "repeated, and in the middle of words",
            json!([host(
                "https://@connectionParameters('sub').x.@connectionParameters('token:Region').y/z"
            )]),
            with(json!({"sub": "a", "token:region": "b"})),
            &["GET https://a.x.b.y/z/items/7"],
        ),
        (
            "a default",
            json!([host("@connectionParameters('host','https://na04.example.org')")]),
            id(),
            &["GET https://na04.example.org/items/7"],
        ),
        (
            "a field left blank takes the default",
            json!([host("@connectionParameters('host','https://na04.example.org')")]),
            with(json!({"host": ""})),
            &["GET https://na04.example.org/items/7"],
        ),
        (
            "missing without a default is an error",
            json!([host("https://@connectionParameters('host')")]),
            id(),
            &["! connection.parameter_missing host"],
        ),
        (
            "a query parameter stays on the request",
            json!([host("https://@queryParameters('q')/x")]),
            json!({"op": "Get", "inputs": {"id": "7", "q": "q.example", "top": "1"}}),
            &["GET https://q.example/x/items/7?q=q.example&top=1"],
        ),
        (
            "the last of several counts",
            json!([host("https://a.example"), host("https://b.example")]),
            id(),
            &["GET https://b.example/items/7"],
        ),
        (
            "scoped to another operation",
            json!([policy(
                "dynamichosturl",
                &json!({"urlTemplate": "https://a.example", "op": ["Put"]})
            )]),
            id(),
            &["GET https://api.example.com/v1/items/7"],
        ),
        (
            "a part of a host cannot end it",
            json!([host("https://@connectionParameters('sub').example.com")]),
            with(json!({"sub": "evil.example/"})),
            &["! address.escaped urlTemplate"],
        ),
        (
            "nor carry credentials",
            json!([host("https://@connectionParameters('host')/x")]),
            with(json!({"host": "user:pw@evil.example"})),
            &["! address.invalid url"],
        ),
        (
            "nor is another scheme one",
            json!([host("@connectionParameters('host')")]),
            with(json!({"host": "file:///etc/passwd"})),
            &["! address.invalid url"],
        ),
        (
            "headers read it",
            json!([
                policy("setheader", &json!({"name": "X-H", "value": "eu"})),
                host("https://@headers('x-h').example.org")
            ]),
            id(),
            &["GET https://eu.example.org/items/7\nX-H: eu"],
        ),
    ]);
}

#[test]
fn dynamic_subdomain_is_another_name_for_it() {
    let sub = |template: &str| policy("dynamicsubdomain", &json!({"urlTemplate": template}));
    let template = "https://@connectionParameters('sub').example.org/api/";
    let with =
        |op: &str, sub: &str| json!({"op": op, "inputs": {"id": "7"}, "parameters": {"sub": sub}});
    table(&[
        (
            "a sub domain",
            json!([sub(template)]),
            with("Get", "acme"),
            &["GET https://acme.example.org/api/items/7"],
        ),
        (
            "for every operation",
            json!([sub(template)]),
            with("Drop", "acme"),
            &["DELETE https://acme.example.org/api/items/7"],
        ),
        (
            "with a body",
            json!([sub(template)]),
            with("Make", "acme"),
            &["POST https://acme.example.org/api/items"],
        ),
        (
            "of several levels",
            json!([sub(template)]),
            with("Get", "a.b"),
            &["GET https://a.b.example.org/api/items/7"],
        ),
        (
            "letter case stays",
            json!([sub(template)]),
            with("Get", "ACME"),
            &["GET https://ACME.example.org/api/items/7"],
        ),
        (
            "blanks around it go",
            json!([sub(template)]),
            with("Get", " acme "),
            &["GET https://acme.example.org/api/items/7"],
        ),
        (
            "it ends no host",
            json!([sub(template)]),
            with("Get", "x#"),
            &["! address.escaped urlTemplate"],
        ),
        ("it is one word", json!([sub(template)]), with("Get", "a b"), &["! address.invalid url"]),
        (
            "without it there is no address",
            json!([sub(template)]),
            json!({"op": "Get", "inputs": {"id": "7"}}),
            &["! connection.parameter_missing sub"],
        ),
        (
            "without its template there is no policy",
            json!([policy("DynamicSubdomain", &json!({}))]),
            with("Get", "acme"),
            &["! operation.policy_invalid DynamicSubdomain.urlTemplate"],
        ),
    ]);
}

fn route(path: &str, rest: &Value) -> Value {
    let mut fields = json!({"newPath": path});
    fields.as_object_mut().unwrap().extend(rest.as_object().cloned().unwrap_or_default());
    policy("routerequesttoendpoint", &fields)
}

#[test]
fn route_request_to_endpoint_replaces_the_path_below_the_base() {
    let get =
        |inputs: Value| json!({"op": "Get", "inputs": inputs, "parameters": {"secret": "k/1+2"}});
    let id = || get(json!({"id": "7"}));
    let none = json!({});
    table(&[
        (
            "the base path stays",
            json!([route("/other", &none)]),
            id(),
            &["GET https://api.example.com/v1/other"],
        ),
        (
            "a leading slash is added",
            json!([route("other/x", &none)]),
            id(),
            &["GET https://api.example.com/v1/other/x"],
        ),
        (
            "a path parameter goes in encoded",
            json!([route("/o/{id}/details", &none)]),
            get(json!({"id": "a/b c"})),
            &["GET https://api.example.com/v1/o/a%2Fb%20c/details"],
        ),
        (
            "the query stays",
            json!([route("/o", &none)]),
            get(json!({"id": "7", "q": "x"})),
            &["GET https://api.example.com/v1/o?q=x"],
        ),
        (
            "a query of the new path joins it",
            json!([route("/o?b={id}&c=1", &none)]),
            get(json!({"id": "a b", "q": "x"})),
            &["GET https://api.example.com/v1/o?q=x&b=a%20b&c=1"],
        ),
        (
            "an expression, encoded segment by segment",
            json!([route("/@connectionParameters('secret')/latest", &none)]),
            id(),
            &["GET https://api.example.com/v1/k/1%2B2/latest"],
        ),
        (
            "a query parameter in the path stays in the query",
            json!([route("/cal/@queryParameters('q')/search", &none)]),
            get(json!({"id": "7", "q": "a b"})),
            &["GET https://api.example.com/v1/cal/a%20b/search?q=a%20b"],
        ),
        (
            "what is encoded passes",
            json!([route("/a%40b/$/x(y)", &none)]),
            id(),
            &["GET https://api.example.com/v1/a%40b/$/x(y)"],
        ),
        (
            "a method",
            json!([route("/o", &json!({"httpMethod": "patch"}))]),
            id(),
            &["PATCH https://api.example.com/v1/o"],
        ),
        (
            "the original method stays",
            json!([route("/o", &json!({"httpMethod": "@Request.OriginalHTTPMethod"}))]),
            id(),
            &["GET https://api.example.com/v1/o"],
        ),
        (
            "changing the method keeps the body",
            json!([route("/o", &json!({"httpMethod": "PUT"}))]),
            json!({"op": "Make", "inputs": {"body": {"a": 1}}}),
            &["PUT https://api.example.com/v1/o\nContent-Type: application/json\n\n{\"a\":1}"],
        ),
        (
            "together with a base",
            json!([host("https://h.example/rest/api/"), route("/2/issue", &none)]),
            id(),
            &["GET https://h.example/rest/api/2/issue"],
        ),
        (
            "in the other order too",
            json!([route("/2/issue", &none), host("https://h.example/rest/api/")]),
            id(),
            &["GET https://h.example/rest/api/2/issue"],
        ),
        (
            "a value cannot climb",
            json!([route("/a/@queryParameters('q')/b", &none)]),
            get(json!({"id": "7", "q": "../admin"})),
            &["! input.path newPath"],
        ),
        (
            "a missing parameter is an error",
            json!([route("/a/@connectionParameters('sub')", &none)]),
            id(),
            &["! connection.parameter_missing sub"],
        ),
        (
            "a name that is no parameter is an error",
            json!([route("/a/{nope}", &none)]),
            id(),
            &["! operation.policy_invalid nope"],
        ),
    ]);
}
