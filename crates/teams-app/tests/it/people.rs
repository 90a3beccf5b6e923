//! Who a person of the directory is here.

use std::time::Duration;

use identity::Role;
use kernel::Coded as _;
use liaison_teams_app::Shared;
use serde_json::json;

use crate::house::{DIRECTORY, House};

#[tokio::test]
async fn a_code_links_once_in_time_and_only_the_person_who_brought_it() {
    let house = House::new().await;
    house.bot().await;
    let sam = house.person("sam", &[Role::Seller]).await;
    let ask = async |who: u128, code: &str| {
        let value = json!({ "commandId": "search", "state": code, "parameters": [] });
        house.invoke(who, "composeExtension/query", value).await["composeExtension"]["type"].clone()
    };
    assert_eq!(ask(1, "").await, "auth");
    assert_eq!(ask(1, "123456").await, "auth");
    assert_eq!(ask(1, &"x".repeat(43)).await, "auth");
    let late = house.teams.code(&sam).await.unwrap();
    house.clock.advance(Duration::from_mins(10));
    assert_eq!(ask(1, late.expose()).await, "auth");
    let code = house.teams.code(&sam).await.unwrap();
    assert_ne!(ask(1, code.expose()).await, "auth");
    // once: somebody else does not become sam with it
    assert_eq!(ask(2, code.expose()).await, "auth");
    assert_ne!(ask(1, "").await, "auth");
    let linked = house.teams.linked(&sam).await.unwrap();
    assert_eq!(linked.len(), 1);
    assert_eq!(linked[0].directory, DIRECTORY);
    house.teams.unlink(&sam).await.unwrap();
    assert_eq!(ask(1, "").await, "auth");
    assert!(house.teams.linked(&sam).await.unwrap().is_empty());
    // who may not sign in any more is nobody
    house.link(&sam, 1).await;
    house.identity.delete_user(&house.admin().await, sam.user().unwrap()).await.unwrap();
    assert_eq!(ask(1, "").await, "auth");
}

#[tokio::test]
async fn a_welcome_is_read_once_by_each_person_and_version() {
    let house = House::new().await;
    let (sam, eve) = (house.person("sam", &[Role::Seller]).await, house.admin().await);
    assert!(house.teams.is_new_to(&sam, "1.0.0").await.unwrap());
    house.teams.welcomed(&sam, "1.0.0").await.unwrap();
    house.teams.welcomed(&sam, "1.0.0").await.unwrap();
    assert!(!house.teams.is_new_to(&sam, "1.0.0").await.unwrap());
    assert!(house.teams.is_new_to(&sam, "1.1.0").await.unwrap());
    assert!(house.teams.is_new_to(&eve, "1.0.0").await.unwrap());
}

#[tokio::test]
async fn a_meeting_keeps_the_record_that_the_person_may_read() {
    let house = House::new().await;
    let sam = house.person("sam", &[Role::Seller]).await;
    let eve = house.person("eve", &[Role::Seller]).await;
    let system = house.connect(&sam, "seller@example.com").await;
    let at = house.deal(&sam, ("Acme Works", 0.0)).await;
    assert_eq!(house.teams.meeting(&sam, "m1").await.unwrap(), None);
    house.teams.set_meeting(&sam, " m1 ", Some(at.clone())).await.unwrap();
    assert_eq!(house.teams.meeting(&sam, "m1").await.unwrap(), Some(at.clone()));
    assert_eq!(house.teams.meeting(&eve, "m1").await.unwrap(), None);
    let gone = Shared { record: crm::RecordRef::new("Opportunity", "006000000000000AAA"), system };
    let error = house.teams.set_meeting(&sam, "m1", Some(gone)).await.unwrap_err();
    assert_eq!(error.code().name(), "teams_app.no_record");
    let error = house.teams.set_meeting(&sam, "", None).await.unwrap_err();
    assert_eq!(error.fields()[0].code, "teams_app.meeting");
    house.teams.set_meeting(&sam, "m1", None).await.unwrap();
    assert_eq!(house.teams.meeting(&sam, "m1").await.unwrap(), None);
}
