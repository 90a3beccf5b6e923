//! The queue of what people wish for.

use actions::{Decision, RequestState};
use identity::Role;
use kernel::Limit;

use crate::house::{House, code, for_all, only};

#[tokio::test]
async fn a_wish_waits_for_an_administrator_and_enabling_grants_it() {
    let house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let action = house.draft(&admin, "Things").await;
    assert_eq!(code(house.actions.request(&seller, action.id, "").await), "api_action.not_found");
    house.actions.publish(&admin, action.id).await.unwrap();
    let wish = house.actions.request(&seller, action.id, "for the fair").await.unwrap();
    let same = house.actions.request(&seller, action.id, "again").await.unwrap();
    assert_eq!(wish.id, same.id);
    let open = Some(RequestState::Open);
    let queue = house.actions.requests(&admin, open, Limit::default(), None).await.unwrap();
    assert_eq!((queue.items.len(), queue.items[0].name.as_str()), (1, "Things"));
    let other = house.person("lia", &[Role::Seller]).await;
    let own = house.actions.requests(&other, None, Limit::default(), None).await.unwrap();
    assert!(own.items.is_empty());
    house.actions.enable(&admin, action.id, for_all()).await.unwrap();
    let own = house.actions.requests(&seller, None, Limit::default(), None).await.unwrap();
    assert_eq!(own.items[0].state, RequestState::Granted);
    assert_eq!(
        code(house.actions.request(&seller, action.id, "").await),
        "api_action.already_enabled"
    );
}

#[tokio::test]
async fn an_administrator_decides_once() {
    let house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let action = house.enabled(&admin, "Things").await;
    house.actions.enable(&admin, action.id, only(&[Role::GlobalAdministrator])).await.unwrap();
    let wish = house.actions.request(&seller, action.id, "").await.unwrap();
    let decide = async |scope, decision| house.actions.decide(scope, wish.id, decision, "no").await;
    assert_eq!(code(decide(&seller, Decision::Grant).await), "permission.missing");
    let declined = decide(&admin, Decision::Decline).await.unwrap();
    assert_eq!((declined.state, declined.answer.as_str()), (RequestState::Declined, "no"));
    assert_eq!(code(decide(&admin, Decision::Grant).await), "api_action_request.decided");
    let stranger = house.stranger().await;
    assert_eq!(code(decide(&stranger, Decision::Grant).await), "api_action_request.not_found");
}
