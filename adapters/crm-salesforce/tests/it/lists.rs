//! List views are the organisation's own: who sees them, what they show, page by page.

use crm::{Crm as _, Cursor, Error, FieldKind, Value, ViewRef};
use liaison_crm_salesforce::SellersOrganisation;
use serde_json::json;

use crate::house::{House, name, record};

#[tokio::test]
async fn a_list_view_shows_what_the_organisation_selects_as_whoever_looks() {
    let house = House::new();
    let at = |token: &str| SellersOrganisation::new(house.salesforce.clone(), house.seller(token));
    let (admin, seller) = (at("token"), at("token_seller"));
    for number in 0..53 {
        house.account(&format!("Village {number:02}")).await;
    }
    house.control(&json!({ "list": { "object": "Account", "label": "Villages",
        "columns": ["Name", "AnnualRevenue", "Phone", "Owner.Name"], "filter": "Name LIKE 'Village%'",
        "order": "Name DESC" } }));
    house.control(
        &json!({ "list": { "object": "Account", "label": "Ada's own", "columns": ["Name"],
        "only": "admin@example.com" } }),
    );

    let mut names: Vec<String> =
        admin.views("account").await.unwrap().into_iter().map(|view| view.name).collect();
    names.sort();
    assert_eq!(names, ["Ada's own", "All Accounts", "My Accounts", "Villages"]);
    let all = seller.views("Account").await.unwrap();
    assert_eq!(all.len(), 3, "a list of one's own is nobody else's: {all:?}");
    let villages = all.iter().find(|view| view.name == "Villages").unwrap();
    assert_eq!(seller.view(&villages.at).await.unwrap(), *villages);

    let first = admin.listed(&villages.at, None).await.unwrap();
    let called = |record: &crm::Record| record.values["Name"].clone();
    assert_eq!(first.records.len(), 50);
    assert_eq!(called(&first.records[0]), Value::from("Village 52"), "in the order of the list");
    let columns: Vec<&str> = first.columns.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(columns, ["Name", "AnnualRevenue", "Phone", "Owner.Name"]);
    assert_eq!(first.records[0].values["Owner.Name"], Value::from("Ada Martin"));
    assert_eq!(first.columns[1].kind, FieldKind::Money, "values keep their kinds");
    let second = admin.listed(&villages.at, first.next.as_ref()).await.unwrap();
    assert_eq!((second.records.len(), second.next), (3, None));
    assert_eq!(called(&second.records[2]), Value::from("Village 00"));

    // a field that is hidden from who looks is no column for them
    let page = seller.listed(&villages.at, None).await.unwrap();
    assert!(page.columns.iter().all(|field| field.name != "AnnualRevenue"), "{:?}", page.columns);
    let mine = all.iter().find(|view| view.name == "My Accounts").unwrap();
    assert!(seller.listed(&mine.at, None).await.unwrap().records.is_empty());

    // what is not theirs, of another table, or no key at all is not there
    let own = admin.views("Account").await.unwrap();
    let own = own.into_iter().find(|view| view.name == "Ada's own").unwrap().at;
    for odd in [
        own,
        ViewRef::new("Contact", villages.at.id.0.clone(), false),
        ViewRef::new("Account", "../../limits", false),
        ViewRef::new("Account", villages.at.id.0.clone(), true),
    ] {
        assert!(matches!(seller.view(&odd).await, Err(Error::NotFound)), "{odd:?}");
        assert!(matches!(seller.listed(&odd, None).await, Err(Error::NotFound)), "{odd:?}");
    }
    for odd in ["0", "-50", "x", "99999999999999999999", "2500"] {
        let page = admin.listed(&villages.at, Some(&Cursor(odd.to_owned()))).await;
        assert!(matches!(page, Err(Error::Query { .. })), "{odd}: {page:?}");
    }
    let error = admin.views("Nothing__c").await.unwrap_err();
    assert!(matches!(error, Error::ObjectHidden { .. }), "{error:?}");
}

#[tokio::test]
async fn rows_of_others_stay_hidden_in_a_list_view() {
    let house = House::new();
    let deal =
        record(&json!({ "Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-12-31" }));
    let admin = house.seller("token");
    house.salesforce.create(&admin, &name("Opportunity"), &deal).await.unwrap();
    for (token, rows) in [("token", 1), ("token_seller", 0)] {
        let crm = SellersOrganisation::new(house.salesforce.clone(), house.seller(token));
        let all = crm.views("Opportunity").await.unwrap();
        let all = all.iter().find(|view| view.name == "All Opportunities").unwrap();
        assert_eq!(crm.listed(&all.at, None).await.unwrap().records.len(), rows, "{token}");
    }
}
