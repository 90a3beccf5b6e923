//! Whose calls they are.

use crm::{Crm as _, Error, FieldKind, Query, RecordRef, Value, Values};

use crate::house::House;

fn new(name: &str) -> Values {
    Values::from([("name".to_owned(), Value::from(name))])
}

#[tokio::test]
async fn every_call_is_the_sellers_own_and_without_a_role_there_are_no_accounts() {
    let house = House::new().await;
    let made = house.crm(&house.admin).create("account", &new("Contoso")).await.unwrap();
    let nobody = house.crm(&house.person("nora").await);
    let error = nobody.describe("account").await.unwrap_err();
    assert!(matches!(error, Error::ObjectHidden { .. }), "{error:?}");
    let error = nobody.read(&made, &[]).await.unwrap_err();
    assert!(matches!(error, Error::ObjectHidden { .. }), "{error:?}");
    let error = nobody.query(&Query::of("account", &["name"])).await.unwrap_err();
    assert!(matches!(error, Error::ObjectHidden { .. }), "{error:?}");
    let error = nobody.create("account", &new("Mine")).await.unwrap_err();
    assert!(matches!(error, Error::ObjectHidden { .. }), "{error:?}");
}

#[tokio::test]
async fn records_refer_to_others_whatever_their_table() {
    let house = House::new().await;
    let crm = house.crm(&house.admin);
    let account = crm.create("account", &new("Contoso")).await.unwrap();
    let contact = Values::from([
        ("lastname".to_owned(), Value::from("Lovelace")),
        ("parentcustomerid".to_owned(), Value::Row(account.clone())),
    ]);
    let contact = crm.create("contact", &contact).await.unwrap();
    let fields = ["parentcustomerid".to_owned()];
    let read = crm.read(&contact, &fields).await.unwrap();
    assert_eq!(read.values["parentcustomerid"], Value::Row(account));
    let lost = RecordRef::new("opportunity", contact.id.0.clone());
    let change = Values::from([("parentcustomerid".to_owned(), Value::Row(lost))]);
    let error = crm.update(&contact, &change, None).await.unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error:?}");
    let none = Values::from([("parentcustomerid".to_owned(), Value::Null)]);
    crm.update(&contact, &none, None).await.unwrap();
    let read = crm.read(&contact, &fields).await.unwrap();
    assert_eq!(read.values["parentcustomerid"], Value::Null);
}

#[tokio::test]
async fn choices_are_described_and_what_nobody_writes_is_refused() {
    let house = House::new().await;
    let crm = house.crm(&house.admin);
    let table = crm.describe("account").await.unwrap();
    let Some(FieldKind::Choice(states)) = table.field("statecode").map(|field| &field.kind) else {
        panic!("no choice")
    };
    assert_eq!((states[0].value.as_str(), states[0].label.as_str()), ("0", "Active"));
    let made = crm.create("account", &new("Contoso")).await.unwrap();
    let read = crm.read(&made, &["statecode".to_owned()]).await.unwrap();
    assert_eq!(read.values["statecode"], Value::Choice("0".to_owned()));
    let change = Values::from([("versionnumber".to_owned(), Value::Whole(1))]);
    let error = crm.update(&made, &change, None).await.unwrap_err();
    let Error::Refused { findings, .. } = &error else { panic!("{error:?}") };
    assert_eq!(findings[0].pointer, "/versionnumber");
}
