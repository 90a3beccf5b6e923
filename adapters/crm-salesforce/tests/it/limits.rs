//! The calls of a day, and organisations that do not answer.

use std::time::Duration;

use kernel::Coded as _;
use liaison_crm_salesforce::{Error, Select, Work};
use serde_json::json;

use crate::house::{House, name, paths};

fn users() -> Select {
    Select::new(name("User"), paths(&["Id"]))
}

#[tokio::test]
async fn what_is_left_of_the_day_is_kept_for_people() {
    let house = House::new();
    let seller = house.seller("token");
    house.control(&json!({ "limit": 10 }));
    for _call in 0..8 {
        house.salesforce.query(&seller, &users(), Work::Background).await.unwrap();
    }
    assert_eq!(house.salesforce.usage(&seller).unwrap().used, 8);
    let late = house.salesforce.query(&seller, &users(), Work::Background).await;
    assert!(matches!(late, Err(Error::LimitReached { .. })), "{late:?}");
    assert_eq!(house.salesforce.usage(&seller).unwrap().used, 8, "it was not even asked");
    house.salesforce.query(&seller, &users(), Work::Person).await.unwrap();
}

#[tokio::test]
async fn when_no_call_is_left_nobody_asks_until_the_pause_is_over() {
    let house = House::new();
    let seller = house.seller("token");
    house.control(&json!({ "exhaust_limits": true }));
    let none = house.salesforce.query(&seller, &users(), Work::Person).await.unwrap_err();
    assert!(none.retry_after().unwrap() >= Duration::from_mins(1));
    // The day has moved on, and it is not asked yet.
    house.control(&json!({ "calm": true }));
    let paused = house.salesforce.query(&seller, &users(), Work::Person).await;
    assert!(matches!(paused, Err(Error::LimitReached { .. })), "{paused:?}");
    house.clock.advance(Duration::from_mins(16));
    house.salesforce.query(&seller, &users(), Work::Person).await.unwrap();
}

#[tokio::test]
async fn an_organisation_that_does_not_answer_is_unavailable() {
    let house = House::new();
    let seller = house.seller("token");
    house.salesforce.version(&seller).await.unwrap();
    house.control(&json!({ "unavailable": 1 }));
    let error = house.salesforce.query(&seller, &users(), Work::Person).await.unwrap_err();
    assert_eq!(error.code().name(), "crm.unavailable");
    house.control(&json!({ "fail": { "errorCode": "STRANGE", "status": 418 } }));
    let error = house.salesforce.query(&seller, &users(), Work::Person).await.unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error:?}");
    assert_eq!(house.salesforce.version(&seller).await.unwrap(), 62);
}
