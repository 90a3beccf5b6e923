//! Views of everybody and those that a person keeps.

use crm::{Crm as _, Error, FieldKind, Value, Values, ViewRef};

use crate::house::House;

const FETCH: &str = "<fetch distinct='true'><entity name='account'><attribute name='name'/>\
    <attribute name='revenue'/>\
    <link-entity name='contact' from='contactid' to='primarycontactid' link-type='outer' alias='pc'>\
    <attribute name='fullname'/></link-entity>\
    <filter><condition attribute='name' operator='like' value='Village%'/></filter>\
    <order attribute='name' descending='true'/></entity></fetch>";
const LAYOUT: &str = "<grid name='resultset'><row name=\"result\" id=\"accountid\">\
    <cell name=\"name\" width=\"200\"/><cell name=\"pc.fullname\" width=\"100\"/>\
    <cell name=\"revenue\" width=\"100\"/><cell name=\"nothing\" width=\"1\"/></row></grid>";

fn values<const N: usize>(pairs: [(&str, Value); N]) -> Values {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

#[tokio::test]
async fn a_person_has_the_views_of_everybody_and_their_own() {
    let house = House::new().await;
    let crm = house.crm(&house.admin);
    let contact = values([("firstname", "Ada".into()), ("lastname", "Lovelace".into())]);
    let ada = crm.create("contact", &contact).await.unwrap();
    crm.create("account", &values([("name", "Town".into())])).await.unwrap();
    for number in 0..52 {
        let mut new = values([("name", Value::Text(format!("Village {number:02}")))]);
        if number == 51 {
            new.insert("revenue".to_owned(), Value::Number(1200.0));
            new.insert("primarycontactid".to_owned(), Value::Row(ada.clone()));
        }
        crm.create("account", &new).await.unwrap();
    }
    let own = |kind: i64, fetch: &str| {
        values([
            ("name", "Villages".into()),
            ("returnedtypecode", "account".into()),
            ("querytype", Value::Whole(kind)),
            ("fetchxml", fetch.into()),
            ("layoutxml", LAYOUT.into()),
        ])
    };
    let villages = crm.create("userquery", &own(0, FETCH)).await.unwrap();
    // how somebody sees another view is no view
    let layout = crm.create("userquery", &own(1 << 20, "")).await.unwrap();

    let all = crm.views("account").await.unwrap();
    assert!(all.iter().any(|view| view.name == "Active Accounts" && !view.at.personal));
    assert!(all.iter().all(|view| !view.name.contains("Lookup") && !view.name.contains("Quick")));
    let kept: Vec<_> = all.iter().filter(|view| view.at.personal).collect();
    let at = ViewRef::new("account", villages.id.0.clone(), true);
    assert_eq!(
        kept.iter().map(|view| (&view.at, view.name.as_str())).collect::<Vec<_>>(),
        [(&at, "Villages")]
    );
    assert_eq!(crm.view(&at).await.unwrap(), *kept[0]);

    let first = crm.listed(&at, None).await.unwrap();
    let columns: Vec<&str> = first.columns.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(columns, ["name", "pc.fullname", "revenue"]);
    assert_eq!(first.columns[1].label, "Full Name");
    assert_eq!(first.columns[2].kind, FieldKind::Money);
    assert_eq!(first.records.len(), 50);
    assert_eq!(first.records[0].values["name"], Value::from("Village 51"));
    assert_eq!(first.records[0].values["pc.fullname"], Value::from("Ada Lovelace"));
    assert_eq!(first.records[0].values["revenue"], Value::Number(1200.0));
    assert_eq!(first.records[1].values["pc.fullname"], Value::Null);
    let second = crm.listed(&at, first.next.as_ref()).await.unwrap();
    assert_eq!((second.records.len(), second.next), (2, None));
    assert_eq!(second.records[1].values["name"], Value::from("Village 00"));

    let other = house.crm(&house.reader("rita").await);
    let theirs = other.views("account").await.unwrap();
    assert!(theirs.iter().all(|view| !view.at.personal), "{theirs:?}");
    let found = other.listed(&at, None).await;
    assert!(matches!(found, Err(Error::NotFound)), "{found:?}");
    for odd in [
        ViewRef::new("contact", villages.id.0.clone(), true),
        ViewRef::new("account", villages.id.0, false),
        ViewRef::new("account", layout.id.0, true),
    ] {
        let found = crm.listed(&odd, None).await;
        assert!(matches!(found, Err(Error::NotFound)), "{odd:?} {found:?}");
    }
}

#[tokio::test]
async fn names_of_views_are_in_the_persons_language() {
    let house = House::new().await;
    let french = house.admin.clone().with_language(kernel::Language::Fr);
    let all = house.crm(&french).views("account").await.unwrap();
    assert!(all.iter().any(|view| view.name == "Comptes actifs"), "{all:?}");
}
