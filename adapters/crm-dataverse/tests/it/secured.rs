//! Columns that profiles open to some people alone.

use crm::{Crm as _, Error, Value};
use http::Method;
use serde_json::{Value as Json, json};

use crate::house::{House, account, values};

/// An environment whose accounts have a secured column.
async fn house() -> House {
    let house = House::new().await;
    let label = json!({ "LocalizedLabels": [{ "Label": "Secret", "LanguageCode": 1033 }] });
    let column = json!({
        "@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata",
        "SchemaName": "new_Secret", "DisplayName": label, "MaxLength": 50, "IsSecured": true,
    });
    let path = "EntityDefinitions(LogicalName='account')/Attributes";
    house.call(Method::POST, path, &column).await;
    house
}

/// Opens the column to the limited seller, for reading and for writing.
async fn open(house: &House, read: u8, write: u8) {
    let profile = json!({ "name": "Secrets" });
    let profile = house.call(Method::POST, "fieldsecurityprofiles", &profile).await;
    let profile = profile["fieldsecurityprofileid"].as_str().unwrap();
    let permission = json!({
        "entityname": "account", "attributelogicalname": "new_secret",
        "canread": read, "cancreate": write, "canupdate": write,
        "fieldsecurityprofileid@odata.bind": format!("/fieldsecurityprofiles({profile})"),
    });
    house.call(Method::POST, "fieldpermissions", &permission).await;
    let announced = house.double.announcement();
    let said = |pointer: &str| announced.pointer(pointer).and_then(Json::as_str).unwrap();
    let user = said("/limited/systemuserid");
    let path = format!("systemusers({user})/systemuserprofiles_association/$ref");
    let to = format!("{}/api/data/v9.2/fieldsecurityprofiles({profile})", said("/url"));
    house.call(Method::POST, &path, &json!({ "@odata.id": to })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secured_column_is_not_there_for_who_has_no_profile() {
    let house = house().await;
    let (admin, limited) = (house.admin(), house.limited());
    let seen = admin.describe("account").await.unwrap();
    let field = seen.field("new_secret").unwrap();
    assert!(field.createable && field.updateable, "{field:?}");
    let seen = limited.describe("account").await.unwrap();
    assert!(seen.field("new_secret").is_none());
    let at = account(&admin, "Contoso").await;
    let fields = ["new_secret".to_owned()];
    let error = limited.read(&at, &fields).await.unwrap_err();
    assert!(matches!(&error, Error::FieldHidden { fields, .. } if fields == &["new_secret"]));
    admin.update(&at, &values([("new_secret", "truth".into())]), None).await.unwrap();
    let found = admin.read(&at, &fields).await.unwrap();
    assert_eq!(found.values["new_secret"], Value::Text("truth".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_that_reads_makes_the_column_read_only() {
    let house = house().await;
    open(&house, 4, 0).await;
    let limited = house.limited();
    let seen = limited.describe("account").await.unwrap();
    let field = seen.field("new_secret").unwrap();
    assert!(!field.createable && !field.updateable && !field.required, "{field:?}");
}
