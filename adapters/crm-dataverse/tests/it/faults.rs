//! Environments that refuse, wait and forget.

use std::time::Duration;

use crm::{Crm as _, Error, Query, RecordRef, Value};
use kernel::Coded as _;
use liaison_crm_dataverse::{SellersEnvironment, Settings};
use serde_json::json;

use crate::house::{House, Renewed, account, values};

fn accounts() -> Query {
    Query::of("account", &["name"])
}

#[tokio::test]
async fn a_token_that_is_refused_is_renewed_once_and_the_call_made_again() {
    let house = House::new().await;
    let (old, spare) = (house.token("/token"), house.token("/spare"));
    house.control(&json!({ "expire": old.expose() }));
    let seller = house.seller("renewing", Renewed::new(old, vec![spare]));
    let crm = SellersEnvironment::new(house.dataverse.clone(), seller);
    let made = account(&crm, "Renewed").await;
    assert_eq!(house.calls("/accounts"), 1, "the other token was kept");
    house.control(&json!({ "expire": house.token("/spare").expose() }));
    let error = crm.read(&made, &[]).await.unwrap_err();
    assert!(matches!(error, Error::SessionEnded), "{error:?}");
}

#[tokio::test]
async fn a_token_that_cannot_be_renewed_ends_the_session_after_one_call() {
    let house = House::new().await;
    let crm = house.admin();
    account(&crm, "Before").await;
    house.control(&json!({ "expire": house.token("/token").expose() }));
    let before = house.double.calls().len();
    let error = crm.query(&accounts()).await.unwrap_err();
    assert_eq!(error.code().name(), "crm.session_ended");
    assert_eq!(house.double.calls().len(), before + 1);
}

#[tokio::test]
async fn who_called_too_often_waits_and_nobody_else() {
    let house = House::new().await;
    let crm = house.admin();
    account(&crm, "Before").await;
    for code in ["0x80072322", "0x80072321", "0x80072326"] {
        house.control(&json!({ "throttle": { "code": code, "retry_after": 17 } }));
        let error = crm.query(&accounts()).await.unwrap_err();
        assert_eq!(error.retry_after(), Some(Duration::from_secs(17)), "{error:?}");
        let before = house.double.calls().len();
        house.clock.advance(Duration::from_secs(10));
        let error = crm.query(&accounts()).await.unwrap_err();
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        assert_eq!(house.double.calls().len(), before, "it was not even asked");
        house.limited().query(&accounts()).await.unwrap();
        house.clock.advance(Duration::from_secs(8));
        crm.query(&accounts()).await.unwrap();
    }
}

#[tokio::test]
async fn an_environment_that_does_not_answer_is_unavailable() {
    let house = House::new().await;
    let crm = house.admin();
    account(&crm, "Before").await;
    house.control(&json!({ "unavailable": 1 }));
    let error = crm.query(&accounts()).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable), "{error:?}");
    crm.query(&accounts()).await.unwrap();
}

#[tokio::test]
async fn a_slow_environment_is_not_waited_for() {
    let house = House::with(Settings { timeout_seconds: 1, ..Settings::default() }).await;
    let crm = house.admin();
    let at = account(&crm, "Before").await;
    house.control(&json!({ "slow": { "milliseconds": 5_000, "path": "/accounts" } }));
    let error = crm.read(&at, &[]).await.unwrap_err();
    assert!(matches!(error, Error::Outbound(egress::Error::Timeout)), "{error:?}");
    assert_eq!(error.code().name(), "crm.silent");
    // what was to be written may be there
    house.control(&json!({ "slow": { "milliseconds": 5_000, "path": "/accounts" } }));
    let error = crm.delete(&at, None).await.unwrap_err();
    assert!(matches!(error, Error::OutcomeUnknown(egress::Error::Timeout)), "{error:?}");
    assert_eq!(error.code().name(), "crm.outcome_unknown");
}

#[tokio::test]
async fn what_an_environment_says_of_the_seller_is_said_on() {
    let house = House::new().await;
    let crm = house.admin();
    let at = account(&crm, "Before").await;
    for (status, code, meaning) in [
        (403, "0x80072560", "crm_dataverse.no_member"),
        (403, "0x80041d1f", "crm_dataverse.user_disabled"),
        (403, "0x80042f09", "crm_dataverse.no_role"),
        (405, "0x80040227", "crm_dataverse.needed"),
        (423, "", "crm.record_locked"),
        (412, "0x80060882", "crm.record_changed"),
        (412, "0x80060892", "crm.record_duplicate"),
        (400, "0x80040265", "crm.record_refused"),
    ] {
        let fail = json!({ "status": status, "code": code, "message": "no", "method": "DELETE" });
        house.control(&json!({ "fail": fail }));
        let error = crm.delete(&at, None).await.unwrap_err();
        assert_eq!(error.code().name(), meaning, "{status} {code}");
    }
    crm.delete(&at, None).await.unwrap();
}

#[tokio::test]
async fn a_plug_in_that_refuses_is_heard_at_the_field() {
    let house = House::new().await;
    let crm = house.admin();
    let message = "Our rule: telephone1 begins with a plus sign.";
    let fail = json!({ "status": 400, "code": "0x80040265", "message": message, "method": "POST" });
    house.control(&json!({ "fail": fail }));
    let new = values([("name", "x".into()), ("telephone1", Value::from("1"))]);
    let error = crm.create("account", &new).await.unwrap_err();
    let Error::Refused { code, findings } = &error else { panic!("{error:?}") };
    assert_eq!(code, "0x80040265");
    assert_eq!(
        (findings[0].pointer.as_ref(), findings[0].detail.as_str()),
        ("/telephone1", message)
    );
}

#[tokio::test]
async fn a_row_that_the_seller_may_not_see_does_not_exist_for_writes_either() {
    let house = House::new().await;
    let limited = house.limited();
    let at = account(&house.admin(), "Seen").await;
    let change = values([("name", "x".into())]);
    let error = limited.update(&at, &change, None).await.unwrap_err();
    assert!(matches!(error, Error::NotAllowed), "{error:?}");
    let unseen = json!({ "status": 403, "code": "0x80048306", "path": "/accounts(", "count": 2 });
    house.control(&json!({ "fail": unseen }));
    let error = limited.update(&at, &change, None).await.unwrap_err();
    assert!(matches!(error, Error::NotFound), "{error:?}");
}

#[tokio::test]
async fn a_description_is_asked_for_once_and_later_only_whether_it_holds() {
    let house = House::new().await;
    let crm = house.admin();
    let metadata = || house.double.calls().iter().filter(|call| call.contains("Metadata")).count();
    for _again in 0..3 {
        crm.describe("account").await.unwrap();
    }
    assert_eq!(metadata(), 1);
    house.clock.advance(Duration::from_mins(16));
    crm.describe("account").await.unwrap();
    assert_eq!(metadata(), 2, "one question, and nothing has changed");
    crm.describe("account").await.unwrap();
    assert_eq!(metadata(), 2);
    let new = json!({ "@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata",
        "SchemaName": "new_Nickname", "MaxLength": 40, "FormatName": { "Value": "Text" },
        "RequiredLevel": { "Value": "None" },
        "DisplayName": { "LocalizedLabels": [{ "Label": "Nickname", "LanguageCode": 1033 }] } });
    let path = "EntityDefinitions(LogicalName='account')/Attributes";
    house.call(http::Method::POST, path, &new).await;
    assert!(crm.describe("account").await.unwrap().field("new_nickname").is_none(), "not yet");
    house.clock.advance(Duration::from_mins(16));
    let table = crm.describe("account").await.unwrap();
    assert_eq!(table.field("new_nickname").unwrap().label, "Nickname");
}

#[tokio::test]
async fn a_column_that_has_gone_meanwhile_is_said_to_be_hidden() {
    let house = House::new().await;
    let crm = house.admin();
    let new = json!({ "@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata",
        "SchemaName": "new_Short", "MaxLength": 40, "FormatName": { "Value": "Text" },
        "RequiredLevel": { "Value": "None" },
        "DisplayName": { "LocalizedLabels": [{ "Label": "Short", "LanguageCode": 1033 }] } });
    let path = "EntityDefinitions(LogicalName='account')/Attributes";
    house.call(http::Method::POST, path, &new).await;
    let query = Query::of("account", &["name", "new_short"]);
    crm.query(&query).await.unwrap();
    let path = format!("{path}(LogicalName='new_short')");
    house.call(http::Method::DELETE, &path, &serde_json::Value::Null).await;
    let error = crm.query(&query).await.unwrap_err();
    let Error::FieldHidden { fields, .. } = &error else { panic!("{error:?}") };
    assert_eq!(fields, &["new_short"]);
}

#[tokio::test]
async fn rights_that_are_given_are_seen_once_the_seller_is_forgotten() {
    let house = House::new().await;
    let limited = house.limited();
    let at = RecordRef::new("contact", "5a0b1c2d-0000-4000-8000-0000000000ff");
    let error = limited.read(&at, &[]).await.unwrap_err();
    assert!(matches!(error, Error::ObjectHidden { .. }), "{error:?}");
    let filter = "privileges?$select=name&$filter=name%20eq%20'prvReadContact'";
    let found = house.call(http::Method::GET, filter, &serde_json::Value::Null).await;
    let filter = "roles?$select=roleid&$filter=name%20eq%20'Account%20Reader'";
    let role = house.call(http::Method::GET, filter, &serde_json::Value::Null).await;
    let role = role["value"][0]["roleid"].as_str().unwrap();
    let path = format!("roles({role})/Microsoft.Dynamics.CRM.AddPrivilegesRole");
    let privilege = &found["value"][0]["privilegeid"];
    let add = json!({ "Privileges": [{ "PrivilegeId": privilege, "Depth": "Global" }] });
    house.call(http::Method::POST, &path, &add).await;
    house.dataverse.forget(&house.seller("limited", house.token("/limited/token")));
    let error = limited.read(&at, &[]).await.unwrap_err();
    assert!(matches!(error, Error::NotFound), "{error:?}");
}
