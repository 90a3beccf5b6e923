//! Sales surfaces over REST.

use identity::Role;
use serde_json::{Value, json};

use crate::house::{House, Who};

const AT: &str = "/api/v1/sales/extensions";

async fn crm(house: &House, admin: &Who) -> String {
    let new = json!({ "name": "Sales", "kind": "production", "crm_enabled": true });
    let (status, made) = house.call(admin, "POST /api/v1/environments", Some(new)).await;
    assert_eq!(status, 201, "{made}");
    made["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_surface_says_what_it_needs_and_shows_nothing_where_nothing_is() {
    let house = House::new().await;
    let (_, admin) = house.token("admin", &[Role::GlobalAdministrator]).await;
    let (_, seller) = house.token("sam", &[Role::Seller]).await;
    let record = json!({ "recordType": "opportunity", "recordId": "0f2c" });
    let line = format!("POST {AT}/record-summary");
    let (status, refused) = house.call(&seller, &line, Some(record.clone())).await;
    assert_eq!((status, &refused["code"]), (409, &json!("sales_extension.crm_needed")));
    let environment = crm(&house, &admin).await;
    let (status, empty) = house.call(&seller, &line, Some(record)).await;
    assert_eq!((status, &empty["environment_id"]), (200, &json!(environment)), "{empty}");
    assert_eq!((&empty["sections"], &empty["absent"]), (&json!([]), &json!([])));
    let (status, wrong) = house.call(&seller, &line, Some(json!({ "recordId": "x" }))).await;
    assert_eq!((status, &wrong["errors"][0]["pointer"]), (400, &json!("/recordType")), "{wrong}");
    let line = format!("POST {AT}/email-draft");
    let mail = json!({ "resourceData": { "subject": "Renewal", "to": ["ada@contoso.example"] } });
    assert_eq!(house.call(&seller, &line, Some(mail)).await.0, 200);
}

#[tokio::test]
async fn makers_try_samples_and_packages() {
    let house = House::new().await;
    let (_, maker) = house.token("max", &[Role::ConnectorMaker]).await;
    let (_, seller) = house.token("sam", &[Role::Seller]).await;
    let line = format!("POST {AT}/preview?surface=email_summary");
    let sample = json!({ "value": [{ "insight": "x\u{202e}" }, {}] });
    let (status, shown) = house.call(&maker, &line, Some(sample.clone())).await;
    assert_eq!((status, &shown["outcome"], &shown["received"]), (200, &json!("shown"), &json!(2)));
    assert_eq!(shown["items"][0]["text"], "x");
    let codes: Vec<&Value> =
        shown["remarks"].as_array().unwrap().iter().map(|remark| &remark["code"]).collect();
    assert_eq!(codes, ["text.cleaned", "output.missing"]);
    assert_eq!(house.call(&seller, &line, Some(sample.clone())).await.0, 403);
    let line = format!("POST {AT}/preview?surface=chat");
    let (status, unknown) = house.call(&maker, &line, Some(sample)).await;
    assert_eq!((status, &unknown["code"]), (404, &json!("sales_extension.surface_unknown")));

    let (status, starter) = house.call(&seller, &format!("GET {AT}/starter"), None).await;
    assert_eq!((status, &starter["swagger"]), (200, &json!("2.0")));
    let line = format!("POST {AT}/packages");
    let mut package = json!({ "definition": starter });
    let (status, found) = house.call(&maker, &line, Some(package.clone())).await;
    assert_eq!((status, found["matched"].as_array().unwrap().len()), (200, 5), "{found}");
    assert_eq!(found["findings"][0]["check"], "V12");
    package["definition"] = json!("{\"swagger\": ");
    let (status, broken) = house.call(&maker, &line, Some(package)).await;
    assert_eq!((status, &broken["errors"][0]["pointer"]), (400, &json!("/definition")), "{broken}");
}
