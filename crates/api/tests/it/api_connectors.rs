//! Connectors to APIs over REST.

use identity::{Role, environments::default_of};

use crate::house::House;

#[tokio::test]
async fn who_may_not_bring_a_connector_is_told_before_its_body_is_read() {
    let house = House::new().await;
    let (_, seller) = house.token("sam", &[Role::Seller]).await;
    let connectors = format!("/api/v1/environments/{}/connectors", default_of(house.tenant));
    let versions = format!("/api/v1/api-connectors/{}/versions", default_of(house.tenant));
    for path in [connectors, versions] {
        let line = format!("POST {path}");
        assert_eq!(house.with_a_body_that_never_comes(&seller, &line).await, 403, "{line}");
    }
}
