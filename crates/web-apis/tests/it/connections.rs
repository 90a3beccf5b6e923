//! Connections as people handle them, without script; one of them signs in at a real provider.

use std::sync::Arc;

use connectors::{NewConnector, State, Upload};
use http::StatusCode;
use identity::{Role, environments::default_of};
use kernel::{ApiConnectorId, Clock as _, SystemClock};
use serde_json::{Value, json};
use testkit::{DelegationProvider, FixedClock, Person};
use url::Url;
use web_proof::{Browser, House, Page};

async fn house() -> House {
    House::new(vec![liaison_web_apis::routes()]).await
}

fn is_done(page: &Page) {
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.html);
}

/// A connector that asks for `parameters`, in the default environment.
async fn connector(house: &House, name: &str, parameters: Value) -> ApiConnectorId {
    let definition = json!({
        "swagger": "2.0", "info": { "title": name, "version": "1.0" },
        "host": "127.0.0.1:9", "basePath": "/", "schemes": ["http"],
        "paths": { "/items": { "get": { "operationId": "GetItems", "summary": "Get items",
            "responses": { "200": { "description": "OK" } } } } },
    });
    let properties = json!({ "properties": { "connectionParameters": parameters,
        "iconBrandColor": "#007ee5", "capabilities": [] } });
    let new = NewConnector {
        name: None,
        description: None,
        preview: false,
        upload: Upload::Text {
            definition: definition.to_string(),
            properties: Some(properties.to_string()),
        },
        note: String::new(),
    };
    let root = house.system.scope(house.tenant, "test");
    house.app.api_connectors.create(&root, default_of(house.tenant), new).await.unwrap().id
}

fn keyed() -> Value {
    json!({
        "api_key": { "type": "securestring", "uiDefinition": { "displayName": "Key",
            "constraints": { "required": "true" } } },
        "region": { "type": "string", "uiDefinition": { "displayName": "Region",
            "constraints": { "allowedValues": [{ "text": "Europe", "value": "eu" }] } } },
    })
}

/// Fills in the form of a new connection; answers where it is.
async fn made(house: &House, browser: &Browser, more: &[(&str, &str)]) -> String {
    let page = house.post(browser, "/connections/new", more).await;
    is_done(&page);
    page.location().to_owned()
}

#[tokio::test]
async fn a_key_is_given_renamed_repaired_revoked_and_never_shown() {
    let house = house().await;
    let sam = house.browser("sam", &[Role::Seller]).await;
    let id = connector(&house, "Items", keyed()).await.to_string();
    let choices = house.get(&sam, "/connections/new").await;
    let form = format!("/connections/new?connector={id}");
    assert!(choices.html.contains(&form), "{}", choices.html);
    let page = house.get(&sam, &form).await;
    assert!(page.html.contains(r#"name="values/api_key" type="password""#), "{}", page.html);
    assert!(page.html.contains(r#"<option value="eu">Europe</option>"#), "{}", page.html);
    assert!(!page.html.contains(r#"name="shared""#), "sharing is for makers");

    let wrong = [("connector", id.as_str()), ("values/region", "mars"), ("name", "Mine")];
    let wrong = house.post(&sam, "/connections/new", &wrong).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html.contains(r#"id="values/api_key-problem""#), "{}", wrong.html);
    assert!(wrong.html.contains(r#"value="Mine""#), "what was typed stays");

    let secret = "k-very-secret";
    let place = made(
        &house,
        &sam,
        &[("connector", &id), ("values/api_key", secret), ("values/region", "eu")],
    )
    .await;
    let page = house.get(&sam, &place).await;
    assert!(page.html.contains("Connected") && page.html.contains("A value is kept"));
    assert!(!page.html.contains(secret), "{}", page.html);
    is_done(&house.post(&sam, &place, &[("name", "My items")]).await);
    assert!(house.get(&sam, "/connections").await.html.contains("My items"));
    assert!(house.get(&sam, "/connections?q=zzz").await.html.contains("No connection fits"));
    // another region; the key stays where nothing is typed
    let repair =
        [("repair", "on"), ("name", "My items"), ("values/api_key", ""), ("values/region", "")];
    is_done(&house.post(&sam, &place, &repair).await);
    let root = house.system.scope(house.tenant, "test");
    let connection = place.trim_start_matches("/connections/").parse().unwrap();
    let stored = house.app.api_connectors.connection(&root, connection).await.unwrap();
    assert!(stored.parameters.is_empty(), "{:?}", stored.parameters);
    assert_eq!(stored.secret_names, ["api_key"]);
    // nobody answers there: said on the page, not as an error of the hub
    let tried = house.post(&sam, &format!("{place}/test"), &[]).await;
    assert_eq!(tried.status, StatusCode::OK, "{}", tried.html);
    is_done(&house.post(&sam, &format!("{place}/revoke"), &[]).await);
    let page = house.get(&sam, &place).await;
    assert!(page.html.contains("Its secrets and tokens are gone"), "{}", page.html);
    is_done(&house.post(&sam, &format!("{place}/delete"), &[]).await);
    assert_eq!(house.get(&sam, &place).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_makers_connection_is_shared_with_everybody_and_taken_back() {
    let house = house().await;
    let max = house.browser("max", &[Role::ConnectorMaker]).await;
    let sam = house.browser("sam", &[Role::Seller]).await;
    let id = connector(&house, "Items", keyed()).await.to_string();
    let place = made(
        &house,
        &max,
        &[("connector", &id), ("values/api_key", "k"), ("name", "For all"), ("shared", "on")],
    )
    .await;
    let list = house.get(&sam, "/connections?whose=shared").await;
    assert!(list.html.contains("For all"), "{}", list.html);
    let page = house.get(&sam, &place).await;
    assert!(page.html.contains(&format!("{place}/test")), "who may call may try");
    assert!(!page.html.contains(&format!("{place}/delete")), "{}", page.html);
    for act in ["unshare", "revoke", "delete"] {
        let refused = house.post(&sam, &format!("{place}/{act}"), &[]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{act}");
    }
    let fields = [("connector", id.as_str()), ("values/api_key", "k"), ("shared", "on")];
    let refused = house.post(&sam, "/connections/new", &fields).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    is_done(&house.post(&max, &format!("{place}/unshare"), &[]).await);
    assert_eq!(house.get(&sam, &place).await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.get(&sam, "/connections?whose=all").await.status, StatusCode::FORBIDDEN);
    is_done(&house.post(&max, &format!("{place}/share"), &[]).await);
    assert_eq!(house.get(&sam, &place).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_was_chosen_says_what_is_asked_for_also_without_script() {
    let house = house().await;
    let sam = house.browser("sam", &[Role::Seller]).await;
    let parameter = |kind: &str, constraints: Value| json!({ "type": kind, "uiDefinition": { "displayName": "P", "constraints": constraints } });
    let with = |value: &str| json!({ "required": "true", "dependencies": { "how": { "values": [value] } } });
    let ways = json!({ "required": "true",
        "allowedValues": [{ "text": "Key", "value": "key" }, { "text": "Login", "value": "login" }] });
    let parameters = json!({ "how": parameter("string", ways),
        "api_key": parameter("securestring", with("key")), "login": parameter("string", with("login")) });
    let id = connector(&house, "Two kinds", parameters).await.to_string();
    let off = |html: &str, name: &str| {
        let before = html.split(&format!("name=\"values/{name}\"")).next().unwrap();
        before.rsplit("data-when=").next().unwrap().contains(" hidden>")
    };
    let empty = house.get(&sam, &format!("/connections/new?connector={id}")).await.html;
    assert!(off(&empty, "api_key") && off(&empty, "login"), "{empty}");
    let look = [("connector", id.as_str()), ("values/how", "login"), ("do", "look")];
    let page = house.post(&sam, "/connections/new", &look).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    assert!(off(&page.html, "api_key") && !off(&page.html, "login"), "{}", page.html);
    let list = house.get(&sam, "/connections").await.html;
    assert!(!list.contains("Two kinds"), "looking makes nothing: {list}");
    let fields = [("connector", id.as_str()), ("values/how", "login"), ("values/login", "sam")];
    let place = made(&house, &sam, &fields).await;
    let look = [("repair", "on"), ("values/how", "key"), ("values/login", "sam"), ("do", "look")];
    let page = house.post(&sam, &place, &look).await;
    assert!(!off(&page.html, "api_key") && off(&page.html, "login"), "{}", page.html);
}

#[tokio::test]
async fn each_way_in_has_a_form_of_its_own() {
    let house = house().await;
    let sam = house.browser("sam", &[Role::Seller]).await;
    let root = house.system.scope(house.tenant, "test");
    let definition = json!({
        "swagger": "2.0", "info": { "title": "Two ways", "version": "1.0" }, "host": "127.0.0.1:9",
        "basePath": "/", "schemes": ["http"], "paths": { "/items": { "get": {
            "operationId": "GetItems", "responses": { "200": { "description": "OK" } } } } },
    });
    let set = |name: &str, parameter: &str| {
        json!({ "name": name, "uiDefinition": { "displayName": format!("By {name}"), "description": "" },
            "metadata": { "allowSharing": name == "key" },
            "parameters": { parameter: { "type": "securestring", "uiDefinition": {
                "displayName": parameter, "constraints": { "required": "true" } } } } })
    };
    let sets = json!({ "uiDefinition": { "displayName": "How" },
        "values": [set("key", "api_key"), set("password", "password")] });
    let properties = json!({ "properties": { "connectionParameterSets": sets,
        "iconBrandColor": "#007ee5", "capabilities": [] } });
    let new = NewConnector {
        name: None,
        description: None,
        preview: false,
        upload: Upload::Text {
            definition: definition.to_string(),
            properties: Some(properties.to_string()),
        },
        note: String::new(),
    };
    let made_one = house.app.api_connectors.create(&root, default_of(house.tenant), new).await;
    let id = made_one.unwrap().id.to_string();
    let first = house.get(&sam, &format!("/connections/new?connector={id}")).await;
    assert!(first.html.contains("values/api_key") && first.html.contains("By password"));
    let other = house.get(&sam, &format!("/connections/new?connector={id}&set=password")).await;
    assert!(other.html.contains("values/password") && !other.html.contains("values/api_key"));
    let place =
        made(&house, &sam, &[("connector", &id), ("set", "password"), ("values/password", "p")])
            .await;
    assert!(house.get(&sam, &place).await.html.contains("By password"));
    let none = house.get(&sam, &format!("/connections/new?connector={id}&set=none")).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn somebody_signs_in_at_a_provider_and_lands_on_the_connection() {
    let Some(provider) = DelegationProvider::start() else { return };
    let clock = FixedClock::new();
    clock.set(SystemClock.now());
    let routes = vec![liaison_web_apis::routes()];
    let house = House::placed(routes, Arc::clone(&clock), "http://127.0.0.1/").await;
    let sam = house.browser("sam", &[Role::Seller]).await;
    let at = |path: &str| provider.address(path).to_string();
    let settings = json!({
        "identityProvider": "oauth2", "clientId": "connector",
        "clientSecret": "connector+secret/of=its own", "redirectMode": "Global",
        "scopes": ["openid offline_access https://crm.test/records.read"],
        "customParameters": {
            "authorizationUrl": { "value": at("/oauth2/v2.0/authorize") },
            "tokenUrl": { "value": at("/oauth2/v2.0/token") },
            "refreshUrl": { "value": at("/oauth2/v2.0/token") },
        },
    });
    let parameters = json!({ "token": { "type": "oauthSetting", "oAuthSettings": settings } });
    let id = connector(&house, "CRM", parameters).await.to_string();
    let form = house.get(&sam, &format!("/connections/new?connector={id}")).await;
    assert!(form.html.contains("Create and sign in"), "{}", form.html);

    // there: a page that goes on by itself, for a redirect after a form may only lead to the hub
    let going = house.post(&sam, "/connections/new", &[("connector", &id)]).await;
    assert_eq!(going.status, StatusCode::OK, "{}", going.html);
    let start = going.between(r#"http-equiv="refresh" content="0;url="#, "\"");
    let start: Url = start.replace("&amp;", "&").replace("&#38;", "&").parse().unwrap();
    assert!(start.query().unwrap_or_default().contains("code_challenge="), "PKCE");
    let back: Url = "http://127.0.0.1/connections/sign-in".parse().unwrap();
    let list = house.get(&sam, "/connections").await;
    assert!(list.html.contains("Waits for sign-in"), "{}", list.html);
    let place =
        format!("/connections/{}", list.between(r#"class="strong" href="/connections/"#, "\""));

    // Cancel at the provider: back on the connection, with words
    let declined = Person::default().sign_in(&start, &back, "alice", false).await;
    let landed = house.get(&sam, &local(&declined)).await;
    is_done(&landed);
    assert_eq!(landed.location(), format!("{place}?failed=authorization.declined"));
    let page = house.get(&sam, landed.location()).await;
    assert!(page.html.contains("The sign-in was declined"), "{}", page.html);
    let invented = house.get(&sam, &format!("{place}?failed=you.were.hacked")).await;
    assert!(!invented.html.contains(r#"class="note bad""#), "an invented code says nothing");

    // again, and through
    let going = house.post(&sam, &format!("{place}/sign-in"), &[]).await;
    let start = going.between(r#"http-equiv="refresh" content="0;url="#, "\"");
    let start: Url = start.replace("&amp;", "&").replace("&#38;", "&").parse().unwrap();
    let home = Person::default().sign_in(&start, &back, "alice", true).await;
    let eve = house.browser("eve", &[Role::Seller]).await;
    let stolen = house.get(&eve, &local(&home)).await;
    assert_eq!(stolen.status, StatusCode::NOT_FOUND, "{}", stolen.html);
    // somebody else's attempt ended it: once more
    let going = house.post(&sam, &format!("{place}/sign-in"), &[]).await;
    let start = going.between(r#"http-equiv="refresh" content="0;url="#, "\"");
    let start: Url = start.replace("&amp;", "&").replace("&#38;", "&").parse().unwrap();
    let home = Person::default().sign_in(&start, &back, "alice", true).await;
    let landed = house.get(&sam, &local(&home)).await;
    is_done(&landed);
    assert_eq!(landed.location(), place, "the address holds no code");
    let page = house.get(&sam, &place).await;
    assert!(page.html.contains("Connected"), "{}", page.html);
    let tried = house.post(&sam, &format!("{place}/test"), &[]).await;
    assert!(tried.html.contains("The connection works"), "{}", tried.html);
    let root = house.system.scope(house.tenant, "test");
    let connection = place.trim_start_matches("/connections/").parse().unwrap();
    let stored = house.app.api_connectors.connection(&root, connection).await.unwrap();
    assert_eq!(stored.state, State::Connected);
    let again = house.get(&sam, &local(&home)).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND, "an answer counts once");
}

/// The address as the browser asks the hub for it.
fn local(address: &Url) -> String {
    format!("{}?{}", address.path(), address.query().unwrap_or_default())
}
