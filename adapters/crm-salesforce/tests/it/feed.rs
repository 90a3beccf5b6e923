//! How long the feed of changes remembers.

use std::time::Duration;

use crm::{Crm as _, Error, Feed};
use liaison_crm_salesforce::SellersOrganisation;

use crate::house::House;

#[tokio::test]
async fn a_place_older_than_the_organisations_memory_is_said_to_be_over() {
    let house = House::new();
    let crm = SellersOrganisation::new(house.salesforce.clone(), house.seller("token"));
    let fields = vec!["Name".to_owned()];
    let mut feed = Feed { table: "Account".to_owned(), fields, after: None, limit: 50 };
    feed.after = Some(crm.changes(&feed).await.unwrap().position);
    house.clock.advance(Duration::from_hours(30 * 24));
    let error = crm.changes(&feed).await.unwrap_err();
    assert!(matches!(error, Error::Expired), "{error:?}");
}
