//! Views are the environment's own: who has them, what they show, page by page.

use crm::{Crm as _, Cursor, Error, FieldKind, Value, ViewRef};
use http::Method;
use serde_json::{Value as Json, json};

use crate::house::{House, account, values};

const FETCH: &str = "<fetch><entity name='account'><attribute name='name'/>\
    <attribute name='revenue'/><attribute name='statecode'/>\
    <link-entity name='contact' from='contactid' to='primarycontactid' link-type='outer' alias='pc'>\
    <attribute name='fullname'/></link-entity>\
    <filter><condition attribute='name' operator='like' value='Village%'/></filter>\
    <order attribute='name' descending='true'/></entity></fetch>";
const LAYOUT: &str = "<grid name='resultset'><row name=\"result\" id=\"accountid\">\
    <cell name=\"name\" width=\"200\"/><cell name=\"pc.fullname\" width=\"100\"/>\
    <cell name=\"revenue\" width=\"100\"/><cell name=\"nothing\" width=\"1\"/></row></grid>";

#[tokio::test]
async fn a_view_shows_what_the_environment_selects_as_whoever_looks() {
    let house = House::new().await;
    let crm = house.admin();
    let contact = values([("firstname", "Ada".into()), ("lastname", "Lovelace".into())]);
    let ada = crm.create("contact", &contact).await.unwrap();
    account(&crm, "Town").await;
    for number in 0..53 {
        let at = account(&crm, &format!("Village {number:02}")).await;
        if number == 52 {
            let change = values([
                ("revenue", Value::Number(1200.0)),
                ("primarycontactid", Value::Row(ada.clone())),
            ]);
            crm.update(&at, &change, None).await.unwrap();
        }
    }
    let own = json!({ "name": "Villages", "returnedtypecode": "account", "querytype": 0,
        "fetchxml": FETCH, "layoutxml": LAYOUT });
    house.call(Method::POST, "userqueries", &own).await;

    let all = crm.views("account").await.unwrap();
    let active = all.iter().find(|view| view.name == "Active Accounts").unwrap();
    assert!(!active.at.personal);
    assert!(all.iter().all(|view| !view.name.contains("Lookup") && !view.name.contains("Quick")));
    let villages = all.iter().find(|view| view.name == "Villages").unwrap();
    assert!(villages.at.personal);
    assert_eq!(crm.view(&villages.at).await.unwrap(), *villages);

    let first = crm.listed(&villages.at, None).await.unwrap();
    let columns: Vec<&str> = first.columns.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(columns, ["name", "pc.fullname", "revenue"]);
    assert_eq!(first.columns[1].label, "Full Name");
    assert_eq!(first.columns[2].kind, FieldKind::Money);
    assert_eq!(first.records.len(), 50);
    assert_eq!(first.records[0].values["name"], Value::from("Village 52"));
    assert_eq!(first.records[0].values["pc.fullname"], Value::from("Ada Lovelace"));
    assert_eq!(first.records[0].values["revenue"], Value::Number(1200.0));
    assert_eq!(first.records[1].values["pc.fullname"], Value::Null);
    let second = crm.listed(&villages.at, first.next.as_ref()).await.unwrap();
    assert_eq!((second.records.len(), second.next), (3, None));
    assert_eq!(second.records[2].values["name"], Value::from("Village 00"));
    assert_eq!(crm.listed(&active.at, None).await.unwrap().records.len(), 50);

    // the same by its own address, and by one of everybody's
    for (option, id) in [("userQuery", &villages.at.id.0), ("savedQuery", &active.at.id.0)] {
        let found = house.call(Method::GET, &format!("accounts?{option}={id}"), &Json::Null).await;
        assert!(found["value"].as_array().unwrap().len() >= 53, "{option}: {found}");
    }

    // somebody else has views of everybody at most, and not this one
    let limited = house.limited();
    assert!(limited.views("account").await.unwrap().iter().all(|view| !view.at.personal));
    let found = limited.view(&villages.at).await;
    assert!(matches!(found, Err(Error::NotFound)), "{found:?}");
    for odd in [
        ViewRef::new("contact", villages.at.id.0.clone(), true),
        ViewRef::new("account", villages.at.id.0.clone(), false),
        ViewRef::new("account", "x') or true", false),
    ] {
        let found = crm.listed(&odd, None).await;
        assert!(matches!(found, Err(Error::NotFound)), "{odd:?} {found:?}");
    }
    for odd in ["0", "1", "x", "99999999999"] {
        let page = crm.listed(&villages.at, Some(&Cursor(odd.to_owned()))).await;
        assert!(matches!(page, Err(Error::Query { .. })), "{odd}: {page:?}");
    }
}
