//! Connection parameters to credentials, ten ways each (connector-format §3.2).

use serde_json::{Value, json};

use crate::world::World;

/// One row: why, changes to the world, the call, and what is sent.
type Row<'r> = (&'r str, fn(World) -> World, Value, &'r [&'r str]);

fn table(base: fn() -> World, rows: &[Row<'_>]) {
    assert!(rows.len() >= 10, "ten for each kind");
    for (why, change, call, expected) in rows {
        let mut call = call.clone();
        call["op"] = json!("Get");
        if call.get("inputs").is_none() {
            call["inputs"] = json!({"id": "7"});
        }
        assert_eq!(change(base()).call(&call).lines(), *expected, "{why}");
    }
}

fn same(world: World) -> World {
    world
}

fn scheme(world: &mut World, scheme: Value) {
    world.definition["securityDefinitions"] = json!({"The_Key": scheme});
    world.definition["security"] = json!([{"The_Key": []}]);
}

fn basic() -> World {
    let mut world = World::new().parameters(json!({
        "username": {"type": "string"}, "password": {"type": "securestring"}}));
    scheme(&mut world, json!({"type": "basic"}));
    world
}

const GET: &str = "GET https://api.example.com/v1/items/7";

#[test]
fn basic_sends_user_name_and_password_in_base64() {
    let anonymous: fn(World) -> World = |mut world| {
        world.definition["paths"]["/items/{id}"]["get"]["security"] = json!([]);
        world
    };
    let unnamed: fn(World) -> World = |mut world| {
        world.definition["security"] = json!([]);
        world
    };
    let undefined: fn(World) -> World = |mut world| {
        world.definition["security"] = json!([{"nobody": []}]);
        world
    };
    let defaulted: fn(World) -> World = |mut world| {
        world.properties["properties"]["connectionParameters"]["username"]["defaultValue"] =
            json!("dflt");
        world
    };
    let prefixed: fn(World) -> World = |world| {
        world.policies(json!([crate::world::policy(
            "setheader",
            &json!({
            "name": "X-Copy", "value": "@headers('authorization')"})
        )]))
    };
    let own: fn(World) -> World = |mut world| {
        world.definition["security"] = json!([]);
        world.definition["paths"]["/items/{id}"]["get"]["security"] = json!([{"The_Key": []}]);
        world
    };
    table(
        basic,
        &[
            (
                "both values, joined by a colon",
                same,
                json!({"parameters": {"username": "Aladdin", "password": "open sesame"}}),
                &[
                    "GET https://api.example.com/v1/items/7\nAuthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
                ],
            ),
            (
                "a colon in the password is the password's",
                same,
                json!({"parameters": {"username": "me", "password": "p:w"}}),
                &["GET https://api.example.com/v1/items/7\nAuthorization: Basic bWU6cDp3"],
            ),
            (
                "what is not ASCII goes as UTF-8",
                same,
                json!({"parameters": {"username": "é", "password": "ü"}}),
                &["GET https://api.example.com/v1/items/7\nAuthorization: Basic w6k6w7w="],
            ),
            (
                "no password is an empty one",
                same,
                json!({"parameters": {"username": "me"}}),
                &["GET https://api.example.com/v1/items/7\nAuthorization: Basic bWU6"],
            ),
            ("no user name, no header", same, json!({"parameters": {"password": "p"}}), &[GET]),
            (
                "names are found in any letter case",
                same,
                json!({"parameters": {"UserName": "me", "PASSWORD": "p:w"}}),
                &["GET https://api.example.com/v1/items/7\nAuthorization: Basic bWU6cDp3"],
            ),
            (
                "an operation that says [] is anonymous",
                anonymous,
                json!({"parameters": {"username": "me", "password": "p"}}),
                &[GET],
            ),
            (
                "an empty requirement at the root does not mean anonymous",
                unnamed,
                json!({"parameters": {"username": "me", "password": "p:w"}}),
                &["GET https://api.example.com/v1/items/7\nAuthorization: Basic bWU6cDp3"],
            ),
            (
                "a requirement of an undefined scheme is ignored",
                undefined,
                json!({"parameters": {"username": "me", "password": "p:w"}}),
                &["GET https://api.example.com/v1/items/7\nAuthorization: Basic bWU6cDp3"],
            ),
            (
                "a default of the parameter counts",
                defaulted,
                json!({"parameters": {"password": "p"}}),
                &["GET https://api.example.com/v1/items/7\nAuthorization: Basic ZGZsdDpw"],
            ),
            (
                "policies see the header",
                prefixed,
                json!({"parameters": {"username": "me", "password": "p:w"}}),
                &[
                    "GET https://api.example.com/v1/items/7\nAuthorization: Basic bWU6cDp3\nX-Copy: Basic bWU6cDp3",
                ],
            ),
            (
                "an operation's own requirement counts",
                own,
                json!({"parameters": {"username": "me", "password": "p:w"}}),
                &["GET https://api.example.com/v1/items/7\nAuthorization: Basic bWU6cDp3"],
            ),
        ],
    );
}

fn key_in_header() -> World {
    let mut world = World::new().parameters(json!({"api_key": {"type": "securestring"}}));
    scheme(&mut world, json!({"type": "apiKey", "in": "header", "name": "X-Key"}));
    world
}

#[test]
fn a_key_in_a_header_goes_out_verbatim() {
    let named: fn(World) -> World = |world| {
        world.parameters(json!({"other": {"type": "securestring"}, "The_Key": {"type": "string"}}))
    };
    let header: fn(World) -> World = |world| {
        world.parameters(json!({"other": {"type": "securestring"}, "X-Key": {"type": "string"}}))
    };
    let alike: fn(World) -> World = |world| {
        world.parameters(json!({"other": {"type": "securestring"}, "the key": {"type": "string"}}))
    };
    let alike_header: fn(World) -> World = |world| {
        world.parameters(json!({"other": {"type": "securestring"}, "xkey": {"type": "string"}}))
    };
    let only: fn(World) -> World = |world| {
        world.parameters(json!({"host": {"type": "string"}, "whatever": {"type": "securestring"}}))
    };
    let none: fn(World) -> World = |world| {
        world.parameters(json!({"a": {"type": "securestring"}, "b": {"type": "securestring"}}))
    };
    let authorization: fn(World) -> World = |mut world| {
        world.definition["securityDefinitions"]["The_Key"]["name"] = json!("Authorization");
        world
    };
    let declared: fn(World) -> World = |mut world| {
        world.definition["securityDefinitions"]["The_Key"]["name"] = json!("x-h");
        world
    };
    let key = json!({"parameters": {"api_key": "Token a+b/c="}});
    table(
        key_in_header,
        &[
            (
                "what was typed, prefix included",
                same,
                key.clone(),
                &["GET https://api.example.com/v1/items/7\nX-Key: Token a+b/c="],
            ),
            (
                "in Authorization too",
                authorization,
                key.clone(),
                &["GET https://api.example.com/v1/items/7\nAuthorization: Token a+b/c="],
            ),
            (
                "a parameter named like the scheme",
                named,
                json!({"parameters": {"other": "o", "The_Key": "k"}}),
                &["GET https://api.example.com/v1/items/7\nX-Key: k"],
            ),
            (
                "a parameter named like the header",
                header,
                json!({"parameters": {"other": "o", "X-Key": "k"}}),
                &["GET https://api.example.com/v1/items/7\nX-Key: k"],
            ),
            (
                "like the scheme but for case and punctuation",
                alike,
                json!({"parameters": {"other": "o", "the key": "k"}}),
                &["GET https://api.example.com/v1/items/7\nX-Key: k"],
            ),
            (
                "like the header but for case and punctuation",
                alike_header,
                json!({"parameters": {"other": "o", "xkey": "k"}}),
                &["GET https://api.example.com/v1/items/7\nX-Key: k"],
            ),
            (
                "the only secret there is",
                only,
                json!({"parameters": {"host": "h", "whatever": "k"}}),
                &["GET https://api.example.com/v1/items/7\nX-Key: k"],
            ),
            (
                "nothing matches: nothing is sent",
                none,
                json!({"parameters": {"a": "1", "b": "2"}}),
                &[GET],
            ),
            ("an empty key is no key", same, json!({"parameters": {"api_key": ""}}), &[GET]),
            ("no key at all", same, json!({}), &[GET]),
            (
                "it replaces a declared header of that name",
                declared,
                json!({"parameters": {"api_key": "k"}, "inputs": {"id": "7", "X-H": "mine"}}),
                &["GET https://api.example.com/v1/items/7\nx-h: k"],
            ),
            (
                "a key with a line end is not sent",
                same,
                json!({"parameters": {"api_key": "k\r\nX-Evil: 1"}}),
                &["! input.characters X-Key"],
            ),
        ],
    );
}

fn key_in_query() -> World {
    let mut world = key_in_header();
    scheme(&mut world, json!({"type": "apiKey", "in": "query", "name": "api key"}));
    world
}

#[test]
fn a_key_in_the_query_is_encoded_and_comes_last() {
    let clash: fn(World) -> World = |mut world| {
        world.definition["securityDefinitions"]["The_Key"]["name"] = json!("q");
        world
    };
    let policy: fn(World) -> World = |world| {
        world.policies(json!([crate::world::policy(
            "setqueryparameter",
            &json!({
            "name": "api%20key", "value": "X-@queryParameters('api key')"})
        )]))
    };
    let based: fn(World) -> World = |world| {
        world.policies(json!([crate::world::policy(
            "dynamichosturl",
            &json!({
            "urlTemplate": "https://h.example/a?x=1"})
        )]))
    };
    let both: fn(World) -> World = |mut world| {
        world.definition["securityDefinitions"]["user"] = json!({"type": "basic"});
        world.definition["security"] = json!([{"user": []}, {"The_Key": []}]);
        world
    };
    let together: fn(World) -> World = |mut world| {
        world.definition["securityDefinitions"]["head"] =
            json!({"type": "apiKey", "in": "header", "name": "X-Key"});
        world.definition["security"] = json!([{"The_Key": [], "head": []}]);
        world
    };
    let plain: fn(World) -> World = |mut world| {
        world.definition["securityDefinitions"]["The_Key"]["name"] = json!("apikey");
        world
    };
    let key = json!({"parameters": {"api_key": "a&b c"}});
    table(
        key_in_query,
        &[
            (
                "name and value are encoded",
                same,
                key.clone(),
                &["GET https://api.example.com/v1/items/7?api%20key=a%26b%20c"],
            ),
            (
                "behind the operation's own",
                same,
                json!({"parameters": {"api_key": "k"}, "inputs": {"id": "7", "top": "5", "q": "x"}}),
                &["GET https://api.example.com/v1/items/7?q=x&top=5&api%20key=k"],
            ),
            (
                "it replaces a declared parameter of that name",
                clash,
                json!({"parameters": {"api_key": "k"}, "inputs": {"id": "7", "q": "mine", "top": "1"}}),
                &["GET https://api.example.com/v1/items/7?q=k&top=1"],
            ),
            (
                "policies see and change it",
                policy,
                json!({"parameters": {"api_key": "k"}}),
                &["GET https://api.example.com/v1/items/7?api%20key=X-k"],
            ),
            (
                "behind a query of the base",
                based,
                json!({"parameters": {"api_key": "k"}}),
                &["GET https://h.example/a/items/7?x=1&api%20key=k"],
            ),
            (
                "the first alternative that is filled",
                both,
                json!({"parameters": {"api_key": "k"}}),
                &["GET https://api.example.com/v1/items/7?api%20key=k"],
            ),
            (
                "schemes of one requirement go together",
                together,
                json!({"parameters": {"api_key": "k"}}),
                &["GET https://api.example.com/v1/items/7?api%20key=k\nX-Key: k"],
            ),
            ("no key, no query", same, json!({}), &[GET]),
            (
                "unreserved characters stay",
                plain,
                json!({"parameters": {"api_key": "aZ0-._~"}}),
                &["GET https://api.example.com/v1/items/7?apikey=aZ0-._~"],
            ),
            (
                "a number typed as a number",
                plain,
                json!({"parameters": {"api_key": 12345}}),
                &["GET https://api.example.com/v1/items/7?apikey=12345"],
            ),
            (
                "what is not ASCII goes as encoded UTF-8",
                plain,
                json!({"parameters": {"api_key": "é"}}),
                &["GET https://api.example.com/v1/items/7?apikey=%C3%A9"],
            ),
        ],
    );
}

fn oauth() -> World {
    let mut world = World::new().parameters(json!({
        "token": {"type": "oauthSetting", "oAuthSettings": {"identityProvider": "oauth2"}},
        "token:Region": {"type": "string"}}));
    scheme(
        &mut world,
        json!({"type": "oauth2", "flow": "accessCode", "scopes": {},
        "authorizationUrl": "https://login.example/a", "tokenUrl": "https://login.example/t"}),
    );
    world
}

#[test]
fn a_sign_in_sends_its_token_as_bearer() {
    let undeclared: fn(World) -> World = |mut world| {
        world.definition["securityDefinitions"] = json!({});
        world.definition["security"] = json!([]);
        world
    };
    let key_scheme: fn(World) -> World = |mut world| {
        scheme(&mut world, json!({"type": "apiKey", "in": "header", "name": "Authorization"}));
        world
    };
    let no_setting: fn(World) -> World = |world| world.parameters(json!({}));
    let anonymous: fn(World) -> World = |mut world| {
        world.definition["paths"]["/items/{id}"]["get"]["security"] = json!([]);
        world
    };
    let odd_case: fn(World) -> World =
        |world| world.parameters(json!({"Token": {"type": "OAuthSetting"}}));
    let sets: fn(World) -> World = |mut world| {
        world.definition["securityDefinitions"]["key"] =
            json!({"type": "apiKey", "in": "header", "name": "X-Key"});
        world.definition["security"] = json!([{"The_Key": []}, {"key": []}]);
        world.properties["properties"]["connectionParameterSets"] = json!({"values": [
            {"name": "oauth", "parameters": {"token": {"type": "oauthSetting"}}},
            {"name": "key", "parameters": {"api_key": {"type": "securestring"}}}]});
        world
    };
    let changed: fn(World) -> World = |world| {
        world.policies(json!([crate::world::policy(
            "setheader",
            &json!({
            "name": "authorization", "value": "JWT @headers('Authorization')"})
        )]))
    };
    let region: fn(World) -> World = |world| {
        world.policies(json!([crate::world::policy(
            "dynamichosturl",
            &json!({
            "urlTemplate": "https://api@connectionParameters('token:region').example/x"})
        )]))
    };
    let token = json!({"token": "tok"});
    let bearer = "GET https://api.example.com/v1/items/7\nAuthorization: Bearer tok";
    table(
        oauth,
        &[
            ("the token", same, token.clone(), &[bearer]),
            (
                "without a scheme a sign-in counts all the same",
                undeclared,
                token.clone(),
                &[bearer],
            ),
            ("a key scheme that nothing fills yields to it", key_scheme, token.clone(), &[bearer]),
            (
                "a scheme without a setting takes a token that is there",
                no_setting,
                token.clone(),
                &[bearer],
            ),
            ("an anonymous operation gets none", anonymous, token.clone(), &[GET]),
            ("letter case of the type does not count", odd_case, token.clone(), &[bearer]),
            ("no token, no header", same, json!({}), &[GET]),
            ("a set with a sign-in", sets, json!({"set": "oauth", "token": "tok"}), &[bearer]),
            (
                "a set with a key",
                sets,
                json!({"set": "key", "parameters": {"api_key": "k"}}),
                &["GET https://api.example.com/v1/items/7\nX-Key: k"],
            ),
            (
                "a set that nobody knows",
                sets,
                json!({"set": "other"}),
                &["! connection.set_unknown other"],
            ),
            (
                "policies change it in its place",
                changed,
                token.clone(),
                &["GET https://api.example.com/v1/items/7\nauthorization: JWT Bearer tok"],
            ),
            (
                "parameters of the sign-in are parameters",
                region,
                json!({"token": "tok", "parameters": {"token:Region": ".eu"}}),
                &["GET https://api.eu.example/x/items/7\nAuthorization: Bearer tok"],
            ),
            (
                "a refused token is renewed and sent once more",
                same,
                json!({"token": "tok", "responses": [{"status": 401}, {"status": 401}]}),
                &[bearer, bearer],
            ),
            (
                "a token with a line end is not sent",
                same,
                json!({"token": "a\nb"}),
                &["! input.characters Authorization"],
            ),
        ],
    );
}
