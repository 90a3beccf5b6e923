//! What a seller may not, said so that an administrator knows what to switch.

use kernel::Coded as _;
use liaison_crm_salesforce::{Error, Filter, Select, Value, Work};
use serde_json::json;

use crate::house::{House, name, paths, record};

#[tokio::test]
async fn a_seller_without_api_enabled_is_told_so_and_asked_nothing_twice() {
    let house = House::new();
    let seller = house.seller("token_disabled");
    let error = house.salesforce.describe(&seller, &name("Account")).await.unwrap_err();
    assert!(matches!(error, Error::ApiDisabled), "{error:?}");
    assert_eq!(error.code().name(), "crm.api_disabled");
    assert_eq!(error.retry_after(), None);
}

#[tokio::test]
async fn hidden_fields_are_named() {
    let house = House::new();
    let seller = house.seller("token_seller");
    let account = name("Account");
    house.account("Acme").await;
    let select = Select::new(account.clone(), paths(&["Name", "AnnualRevenue"]));
    let error = house.salesforce.query(&seller, &select, Work::Person).await.unwrap_err();
    let Error::FieldHidden { fields, .. } = &error else { panic!("{error:?}") };
    assert_eq!(fields, &["AnnualRevenue"]);
    assert!(error.to_string().contains("AnnualRevenue"));
    let described = house.salesforce.describe(&seller, &account).await.unwrap();
    assert!(described.field("AnnualRevenue").is_none());
    assert_eq!(described.hidden(&paths(&["Name", "AnnualRevenue"])), [name("AnnualRevenue")]);
    let admin = house.salesforce.describe(&house.seller("token"), &account).await.unwrap();
    assert!(admin.field("annualrevenue").is_some(), "what one sees is not what another sees");
    let secret = Select::new(name("Nothing__c"), paths(&["Id"]));
    let error = house.salesforce.query(&seller, &secret, Work::Person).await.unwrap_err();
    assert!(matches!(error, Error::ObjectHidden { .. }), "{error:?}");
}

#[tokio::test]
async fn rights_that_change_are_seen_without_waiting_for_the_cache() {
    let house = House::new();
    let seller = house.seller("token_seller");
    let account = name("Account");
    assert!(house.salesforce.describe(&seller, &account).await.unwrap().field("Phone").is_some());
    house.control(&json!({ "profile": { "name": "Seller", "hidden_fields": ["Account.Phone"] } }));
    let select = Select::new(account, paths(&["Phone"]));
    let error = house.salesforce.query(&seller, &select, Work::Person).await.unwrap_err();
    assert!(matches!(error, Error::FieldHidden { .. }), "{error:?}");
}

#[tokio::test]
async fn every_call_is_the_sellers_own() {
    let house = House::new();
    let admin = house.seller("token");
    let deal =
        record(&json!({ "Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-12-31" }));
    let opportunity = name("Opportunity");
    let id = house.salesforce.create(&admin, &opportunity, &deal).await.unwrap();
    let seller = house.seller("token_seller");
    let hidden = house.salesforce.read(&seller, (&opportunity, &id), &paths(&["Name"])).await;
    assert!(matches!(hidden, Err(Error::NotFound)), "{hidden:?}");
    let select =
        Select::new(opportunity, paths(&["Id"])).where_(Filter::equal(name("Id"), Value::Id(id)));
    assert_eq!(house.salesforce.query(&seller, &select, Work::Person).await.unwrap().total, 0);
    let limited = house.seller("token_limited");
    let new = record(&json!({ "Name": "x" }));
    let refused = house.salesforce.create(&limited, &name("Account"), &new).await;
    assert!(matches!(refused, Err(Error::NotAllowed)), "{refused:?}");
}

#[tokio::test]
async fn a_session_that_is_over_is_said_to_be() {
    let house = House::new();
    let seller = house.seller("token");
    house.control(&json!({ "expire_sessions": true }));
    let error = house.salesforce.describe(&seller, &name("Account")).await.unwrap_err();
    assert!(matches!(error, Error::SessionEnded), "{error:?}");
}
