//! Environments and data policies, without script.

use connectors::{Call, NewConnection, NewConnector, Upload};
use http::StatusCode;
use identity::{Role, environments::default_of};
use kernel::{ApiConnectorId, Secret};
use serde_json::json;
use web_proof::{Browser, House, Page};

use crate::house;

fn is_done(page: &Page) {
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.html);
}

/// A connector with two operations, in the default environment.
async fn connector(house: &House) -> ApiConnectorId {
    let operation = |id: &str| json!({ "operationId": id, "summary": id, "responses": { "200": { "description": "OK" } } });
    let definition = json!({
        "swagger": "2.0", "info": { "title": "Items", "version": "1.0" },
        "host": "items.contoso.test", "basePath": "/", "schemes": ["https"],
        "paths": { "/items": { "get": operation("GetItems"), "delete": operation("DropItems") } },
    });
    let properties = json!({ "properties": { "connectionParameters": {
        "api_key": { "type": "securestring" } }, "iconBrandColor": "#007ee5", "capabilities": [] } });
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
    let made = house.app.api_connectors.create(&root, default_of(house.tenant), new).await;
    made.unwrap().id
}

async fn administrator(house: &House) -> Browser {
    house.browser("ada", &[Role::GlobalAdministrator]).await
}

#[tokio::test]
async fn an_environment_is_made_renamed_equipped_and_deleted() {
    let house = house().await;
    let ada = administrator(&house).await;
    let fields = [("name", "Sales"), ("kind", "production")];
    let made = house.post(&ada, "/admin/environments", &fields).await;
    is_done(&made);
    let place = made.location().to_owned();
    let taken =
        house.post(&ada, "/admin/environments", &[("name", "SALES"), ("kind", "trial")]).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(taken.html.contains(r#"value="SALES""#), "what was typed stays");
    let none = house.post(&ada, "/admin/environments", &[("name", "x"), ("kind", "default")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    is_done(&house.post(&ada, &place, &[("name", "Sales EMEA")]).await);
    let page = house.get(&ada, &place).await;
    assert!(page.html.contains("Not installed"), "{}", page.html);
    is_done(&house.post(&ada, &format!("{place}/sales-tables"), &[]).await);
    let busy = house.post(&ada, &format!("{place}/delete"), &[]).await;
    assert_eq!(busy.status, StatusCode::CONFLICT, "nothing is deleted while it is made");
    let never = tokio_util::sync::CancellationToken::new();
    house.app.environments.work(&never).await.unwrap();
    let page = house.get(&ada, &place).await;
    assert!(page.html.contains("Sales EMEA") && !page.html.contains("Not installed"));
    is_done(&house.post(&ada, &format!("{place}/delete"), &[]).await);
    let gone = house.get(&ada, &place).await;
    assert!(gone.html.contains("/restore"), "it can be brought back: {}", gone.html);
    let default = format!("/admin/environments/{}", default_of(house.tenant));
    let page = house.get(&ada, &default).await;
    assert!(!page.html.contains(r#"data-dialog="delete""#), "the default one stays");
    let refused = house.post(&ada, &format!("{default}/delete"), &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn deleting_an_environment_names_what_goes_with_it() {
    let house = house().await;
    let ada = administrator(&house).await;
    connector(&house).await;
    let page = house.get(&ada, &format!("/admin/environments/{}", default_of(house.tenant))).await;
    assert!(page.html.contains("Items"), "{}", page.html);
    // makers of environments have their own door, and no other
    let eve = house.browser("eve", &[Role::EnvironmentMaker]).await;
    assert!(house.get(&eve, "/admin").await.html.contains(r#"href="/admin/environments""#));
    assert_eq!(house.get(&eve, "/admin/environments").await.status, StatusCode::OK);
    assert_eq!(house.get(&eve, "/admin/data-policies").await.status, StatusCode::FORBIDDEN);
    let sam = house.browser("sam", &[Role::Seller]).await;
    assert_eq!(house.get(&sam, "/admin/environments").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_policy_is_tried_before_it_is_saved_and_its_refusals_are_shown() {
    let house = house().await;
    let ada = administrator(&house).await;
    let id = connector(&house).await;
    let hub = &house.app.api_connectors;
    let text = id.to_string();
    let all = [
        ("name", "Closed"),
        ("reach", "all"),
        ("default_group", "non_business"),
        ("connector", text.as_str()),
        ("group", "blocked"),
        ("pattern", "https://*.fabrikam.test*"),
        ("pattern_group", "business"),
        ("address", ""),
        ("address_verdict", "block"),
    ];
    let tried = [&all[..], &[("act", "try")]].concat();
    let tried = house.post(&ada, "/admin/data-policies", &tried).await;
    assert_eq!(tried.status, StatusCode::OK, "{}", tried.html);
    assert!(tried.html.contains("would break"), "{}", tried.html);
    assert!(tried.html.contains("fabrikam.test"), "what was typed stays");
    let scope = house.system.scope(house.tenant, "test");
    assert!(hub.data_policies(&scope).await.unwrap().is_empty(), "a dry run saves nothing");
    let made = house.post(&ada, "/admin/data-policies", &all).await;
    is_done(&made);
    let place = made.location().to_owned();
    let saved = hub.data_policies(&scope).await.unwrap().remove(0);
    assert_eq!(saved.rules.connectors.len(), 2);
    assert!(saved.rules.endpoints.is_empty());

    // somebody walks into it
    let sam = house.user("sam", &[Role::Seller]).await;
    let seller = house.scope_of(&sam).await;
    let call = hub.invoke(&seller, Call::new(id, "GetItems")).await;
    assert!(call.is_err());
    let list = house.get(&ada, "/admin/data-policies").await;
    assert!(list.html.contains("GetItems") && list.html.contains("sam"), "{}", list.html);
    let shown = house.get(&ada, "/admin/data-policies/violations").await;
    assert!(shown.html.contains("The connector is blocked"), "{}", shown.html);
    let other = "/admin/data-policies/violations?policy=01890a5d-ac96-774b-bcce-b302099a8057";
    assert!(house.get(&ada, other).await.html.contains("fits the filter"));

    // one operation instead of the whole connector
    let open = [("name", "Closed"), ("reach", "all"), ("connector", &text), ("group", "")];
    is_done(&house.post(&ada, &place, &open).await);
    let own = format!("{place}/connectors/{id}");
    let rules = [
        ("default", "allow"),
        ("operation", "GetItems"),
        ("verdict", ""),
        ("operation", "DropItems"),
        ("verdict", "block"),
        ("address", "*.evil.test"),
        ("address_verdict", "block"),
    ];
    let tried = [&rules[..], &[("act", "try")]].concat();
    let tried = house.post(&ada, &own, &tried).await;
    assert!(tried.html.contains("<code>DropItems</code>"), "{}", tried.html);
    is_done(&house.post(&ada, &own, &rules).await);
    // what this form does not show stays when the other one is saved
    is_done(&house.post(&ada, &place, &open).await);
    let saved = hub.data_policies(&scope).await.unwrap().remove(0);
    assert_eq!(saved.rules.operations[0].rules.len(), 1);
    assert_eq!(saved.rules.endpoints[0].connector, Some(id));
    let refused = hub.invoke(&seller, Call::new(id, "DropItems")).await;
    assert!(format!("{refused:?}").contains("operation_blocked"), "{refused:?}");
    let new = NewConnection {
        values: vec![("api_key".to_owned(), Secret::new("k".to_owned()))],
        ..NewConnection::default()
    };
    hub.create_connection(&seller, id, new).await.unwrap();
    is_done(&house.post(&ada, &format!("{place}/delete"), &[]).await);
    assert_eq!(house.get(&ada, &place).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_wrong_with_a_policy_stands_at_its_field() {
    let house = house().await;
    let ada = administrator(&house).await;
    let long = "x".repeat(301);
    let fields =
        [("name", ""), ("reach", "only"), ("pattern", long.as_str()), ("pattern_group", "blocked")];
    let wrong = house.post(&ada, "/admin/data-policies", &fields).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html.contains(r#"id="name-problem""#), "{}", wrong.html);
    let fields = [("name", "Only"), ("reach", "only")];
    let wrong = house.post(&ada, "/admin/data-policies", &fields).await;
    assert!(wrong.html.contains(r#"id="environments-problem""#), "{}", wrong.html);
    let fields = [("name", "Only"), ("pattern", long.as_str()), ("pattern_group", "blocked")];
    let wrong = house.post(&ada, "/admin/data-policies", &fields).await;
    assert!(wrong.html.contains(r#"id="pattern-1-problem""#), "{}", wrong.html);
}
