//! Records one at a time, and what is said when they are refused.

use kernel::Coded as _;
use liaison_crm_salesforce::{Error, RecordId};
use serde_json::json;

use crate::house::{House, name, paths, record};

#[tokio::test]
async fn a_record_is_made_read_changed_and_deleted() {
    let house = House::new();
    let seller = house.seller("token");
    let account = name("Account");
    let id = house.account("Acme").await;
    let change = record(&json!({ "Site": "x", "Name": "Acme 2" }));
    house.salesforce.update(&seller, (&account, &id), &change).await.unwrap();
    let fields = paths(&["Name", "Site"]);
    let read = house.salesforce.read(&seller, (&account, &id), &fields).await.unwrap();
    assert_eq!((read["Name"].as_str(), read["Site"].as_str()), (Some("Acme 2"), Some("x")));
    house.salesforce.delete(&seller, &account, &id).await.unwrap();
    let gone = house.salesforce.read(&seller, (&account, &id), &fields).await;
    assert!(matches!(gone, Err(Error::Deleted)), "{gone:?}");
    let none = RecordId::parse("001000000000000").unwrap();
    let missing = house.salesforce.read(&seller, (&account, &none), &fields).await;
    assert!(matches!(missing, Err(Error::NotFound)), "{missing:?}");
}

#[tokio::test]
async fn an_external_id_is_one_part_of_the_address_whatever_it_holds() {
    let house = House::new();
    let seller = house.seller("token");
    let (account, field) = (name("Account"), name("External_Id__c"));
    for key in ["a/b", "../x", "é ?&#%", "plain"] {
        let new = record(&json!({ "Name": key }));
        let made = house.salesforce.upsert(&seller, (&account, &field, key), &new).await.unwrap();
        assert!(made.created, "{key}");
        let again = house.salesforce.upsert(&seller, (&account, &field, key), &new).await.unwrap();
        assert_eq!((again.created, again.id), (false, made.id), "{key}");
    }
    let twice = house.double.announcement()["nonunique_external_id"].as_str().unwrap().to_owned();
    let change = record(&json!({ "Site": "x" }));
    let several = house.salesforce.upsert(&seller, (&account, &field, &twice), &change).await;
    assert!(matches!(several, Err(Error::Ambiguous { count: 2 })), "{several:?}");
}

#[tokio::test]
async fn refusals_name_the_fields() {
    let house = House::new();
    let seller = house.seller("token");
    let contact = name("Contact");
    let create = async |value| house.salesforce.create(&seller, &contact, &record(&value)).await;
    let error = create(json!({ "FirstName": "x" })).await.unwrap_err();
    assert_eq!(error.code().name(), "crm.record_refused");
    assert_eq!(error.fields()[0].pointer, "/LastName");
    let error = create(json!({ "LastName": "x", "Email": "none" })).await.unwrap_err();
    assert_eq!(error.fields()[0].pointer, "/Email");
    let many = [record(&json!({ "LastName": "Good" })), record(&json!({}))];
    let done = house.salesforce.create_many(&seller, &contact, &many).await.unwrap();
    assert!(done[0].is_ok());
    assert_eq!(done[1].as_ref().unwrap_err().fields()[0].pointer, "/LastName");
    create(json!({ "LastName": "x", "External_Id__c": "k" })).await.unwrap();
    let twice = create(json!({ "LastName": "y", "External_Id__c": "K" })).await;
    assert!(matches!(twice, Err(Error::Duplicate { .. })), "{twice:?}");
}

#[tokio::test]
async fn a_record_that_somebody_holds_is_locked_and_not_lost() {
    let house = House::new();
    let seller = house.seller("token");
    let id = house.account("Held").await;
    let change = record(&json!({ "Site": "x" }));
    for order in ["hold", "lock"] {
        house.control(&json!({ order: [id.as_str()] }));
        let held = house.salesforce.update(&seller, (&name("Account"), &id), &change).await;
        assert!(matches!(held, Err(Error::Locked)), "{held:?}");
        house.control(&json!({ "calm": true }));
    }
    house.salesforce.update(&seller, (&name("Account"), &id), &change).await.unwrap();
}

#[tokio::test]
async fn a_duplicate_is_told_with_what_is_there_and_is_never_saved_unasked() {
    let house = House::new();
    let seller = house.seller("token");
    let contact = name("Contact");
    let twin = |name: &str| record(&json!({ "LastName": name, "Email": "one@example.com" }));
    let first = house.salesforce.create(&seller, &contact, &twin("One")).await.unwrap();
    for rule in [json!(true), json!("block")] {
        house.control(&json!({ "duplicate_rule": rule }));
        let refused = house.salesforce.create(&seller, &contact, &twin("Two")).await.unwrap_err();
        assert_eq!(refused.code().name(), "crm.record_duplicate");
        let Error::Duplicate { twins, findings } = &refused else { panic!("{refused:?}") };
        let told: Vec<_> = twins.iter().map(|t| (&*t.at.table, &*t.at.id.0, &*t.name)).collect();
        assert_eq!(told, [("Contact", first.as_str(), "One")]);
        assert_eq!(findings[0].detail, format!("Contact {first}: One"));
        // a code without a sentence, or edges would show that instead
        assert_eq!(findings[0].code, "crm.twin");
    }
    // a change that brings the address is refused alike
    let other = record(&json!({ "LastName": "Three", "External_Id__c": "three" }));
    let other = house.salesforce.create(&seller, &contact, &other).await.unwrap();
    let change = record(&json!({ "Email": "one@example.com" }));
    let at = (&contact, &other);
    let refused = house.salesforce.update(&seller, at, &change).await;
    assert!(matches!(&refused, Err(Error::Duplicate { twins, .. }) if twins.len() == 1));
    let key = (&contact, &name("External_Id__c"), "three");
    let refused = house.salesforce.upsert(&seller, key, &change).await;
    assert!(matches!(&refused, Err(Error::Duplicate { twins, .. }) if twins.len() == 1));
    // so is a value that must be unique, with the record that has it
    house.control(&json!({ "duplicate_rule": false }));
    let same = record(&json!({ "LastName": "Four", "External_Id__c": "THREE" }));
    let refused = house.salesforce.create(&seller, &contact, &same).await;
    let Err(Error::Duplicate { twins, .. }) = refused else { panic!("{refused:?}") };
    assert_eq!((&*twins[0].at.table, &*twins[0].name), ("Contact", "Three"));
}
