//! What rows hold beside plain values.

use crm::{Crm as _, Error, FieldKind, Filter, Query, RecordRef, Value};

use crate::house::{House, account, values};

#[tokio::test]
async fn records_refer_to_others_whatever_their_table() {
    let house = House::new().await;
    let crm = house.admin();
    let at = account(&crm, "Contoso").await;
    let new =
        values([("lastname", "Lovelace".into()), ("parentcustomerid", Value::Row(at.clone()))]);
    let contact = crm.create("contact", &new).await.unwrap();
    let fields = ["parentcustomerid".to_owned(), "ownerid".to_owned()];
    let read = crm.read(&contact, &fields).await.unwrap();
    assert_eq!(read.values["parentcustomerid"], Value::Row(at.clone()));
    let Value::Row(owner) = &read.values["ownerid"] else { panic!("no owner: {read:?}") };
    assert_eq!(owner.table, "systemuser");
    let own = Filter::compare("parentcustomerid", crm::Comparison::Equal, Value::Row(at.clone()));
    let found = crm.query(&Query::of("contact", &["lastname"]).filter(own)).await.unwrap();
    assert_eq!(found.records.len(), 1);
    let to = |to: Value| values([("parentcustomerid", to)]);
    crm.update(&contact, &to(Value::Row(contact.clone())), None).await.unwrap_err();
    let other = crm.create("contact", &values([("lastname", "Byron".into())])).await.unwrap();
    crm.update(&contact, &to(Value::Row(other.clone())), None).await.unwrap();
    let read = crm.read(&contact, &fields).await.unwrap();
    assert_eq!(read.values["parentcustomerid"], Value::Row(other));
    let lost = RecordRef::new("opportunity", at.id.0.clone());
    let error = crm.update(&contact, &to(Value::Row(lost)), None).await.unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error:?}");
    let nobody = RecordRef::new("account", "5a0b1c2d-0000-4000-8000-0000000000ff");
    let error = crm.update(&contact, &to(Value::Row(nobody.clone())), None).await.unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "the contact is there: {error:?}");
    let new = values([("lastname", "x".into()), ("parentcustomerid", Value::Row(nobody))]);
    let error = crm.create("contact", &new).await.unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error:?}");
    crm.update(&contact, &to(Value::Null), None).await.unwrap();
    let read = crm.read(&contact, &fields).await.unwrap();
    assert_eq!(read.values["parentcustomerid"], Value::Null);
}

#[tokio::test]
async fn a_record_goes_to_another_owner() {
    let house = House::new().await;
    let crm = house.admin();
    let at = account(&crm, "Contoso").await;
    let announced = house.double.announcement();
    let other = announced["limited"]["systemuserid"].as_str().unwrap();
    let owner = Value::Row(RecordRef::new("systemuser", other));
    // They may see accounts and so may own them.
    crm.update(&at, &values([("ownerid", owner.clone())]), None).await.unwrap();
    let read = crm.read(&at, &["ownerid".to_owned()]).await.unwrap();
    assert_eq!(read.values["ownerid"], owner);
    let error = crm.update(&at, &values([("ownerid", Value::Null)]), None).await.unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error:?}");
}

#[tokio::test]
async fn choices_days_and_activities_are_what_they_are() {
    let house = House::new().await;
    let crm = house.admin();
    let table = crm.describe("account").await.unwrap();
    let Some(FieldKind::Choice(states)) = table.field("statecode").map(|field| &field.kind) else {
        panic!("no choice")
    };
    assert_eq!((states[0].value.as_str(), states[0].label.as_str()), ("0", "Active"));
    let at = account(&crm, "Contoso").await;
    let fields = ["statecode", "ownerid", "name"].map(str::to_owned);
    let read = crm.read(&at, &fields).await.unwrap();
    assert_eq!(read.values["statecode"], Value::Choice("0".to_owned()));
    assert_eq!(read.texts["statecode"], "Active");
    assert_eq!(read.texts["ownerid"], "admin");
    assert_eq!(read.texts.get("name"), None, "a text says itself");
    let change = values([("versionnumber", Value::Whole(1))]);
    let error = crm.update(&at, &change, None).await.unwrap_err();
    let Error::Refused { findings, .. } = &error else { panic!("{error:?}") };
    assert_eq!(findings[0].pointer, "/versionnumber");
    let table = crm.describe("opportunity").await.unwrap();
    let kind = |name: &str| table.field(name).map(|field| field.kind.clone());
    assert_eq!(kind("estimatedclosedate"), Some(FieldKind::Date), "{:?}", table.fields);
    let day = Value::Date("2026-12-31".parse().unwrap());
    let new = values([("name", "Deal".into()), ("estimatedclosedate", day.clone())]);
    let deal = crm.create("opportunity", &new).await.unwrap();
    let fields = ["estimatedclosedate".to_owned()];
    assert_eq!(crm.read(&deal, &fields).await.unwrap().values["estimatedclosedate"], day);
    let new =
        values([("subject", "Call back".into()), ("regardingobjectid", Value::Row(at.clone()))]);
    let task = crm.create("task", &new).await.unwrap();
    let fields = ["regardingobjectid".to_owned()];
    let read = crm.read(&task, &fields).await.unwrap();
    assert_eq!(read.values["regardingobjectid"], Value::Row(at));
    assert!(crm.permissions("task").await.unwrap().create);
}

#[tokio::test]
async fn conditions_too_long_for_an_address_are_refused_before_they_are_sent() {
    let house = House::new().await;
    let crm = house.admin();
    let many = (0..2_000).map(|n| Value::from(format!("name number {n}").as_str())).collect();
    let query = Query::of("account", &["name"]).filter(Filter::OneOf("name".to_owned(), many));
    let error = crm.query(&query).await.unwrap_err();
    assert!(matches!(error, Error::Query { .. }), "{error:?}");
    assert_eq!(house.calls("/accounts"), 0);
}
