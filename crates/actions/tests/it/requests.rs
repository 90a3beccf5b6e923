//! The queue of what people wish for.

use actions::{Decision, Enabling, Find, RequestState};
use identity::{Holder, Role};
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

#[tokio::test]
async fn a_request_is_granted_only_to_who_may_use_the_action() {
    let house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let action = house.enabled(&admin, "Things").await;
    house.actions.enable(&admin, action.id, only(&[Role::GlobalAdministrator])).await.unwrap();
    let wish = house.actions.request(&seller, action.id, "").await.unwrap();
    let grant = async || code(house.actions.decide(&admin, wish.id, Decision::Grant, "").await);
    assert_eq!(grant().await, "api_action_request.not_enabled");
    let licence = house.identity.create_licence(&admin, "Sales", None).await.unwrap();
    let how = Enabling { licence: Some(licence.id), ..for_all() };
    house.actions.enable(&admin, action.id, how).await.unwrap();
    // enabling for everybody grants nothing to who lacks the licence
    assert_eq!(grant().await, "api_action_request.unlicensed");
    // somebody who holds it already is granted it in a while
    let other = house.person("lia", &[Role::Seller]).await;
    let wish = house.actions.request(&other, action.id, "").await.unwrap();
    let holder = Holder::User(other.user().unwrap());
    house.identity.assign_licence(&admin, licence.id, holder).await.unwrap();
    house.identity.assign_role(&admin, other.user().unwrap(), Role::ConnectorMaker).await.unwrap();
    house.actions.settle_all().await.unwrap();
    let own = house.actions.own_requests(&other).await.unwrap();
    assert_eq!((own[0].id, own[0].state), (wish.id, RequestState::Granted));
    assert_eq!(house.actions.own_requests(&seller).await.unwrap()[0].state, RequestState::Open);
}

#[tokio::test]
async fn many_requests_are_granted_in_slices() {
    let house = House::new().await;
    let admin = house.admin().await;
    let action = house.draft(&admin, "Things").await;
    house.actions.publish(&admin, action.id).await.unwrap();
    let mut last = None;
    for number in 0..130 {
        let person = house.person(&format!("p{number}"), &[Role::Seller]).await;
        house.actions.request(&person, action.id, "").await.unwrap();
        last = Some(person);
    }
    let enabled = house.actions.enable(&admin, action.id, for_all()).await.unwrap();
    assert_eq!(enabled.state, actions::State::Enabled);
    // one slice keeps nobody waiting; the worker grants the rest
    assert_eq!(house.actions.waiting(&admin).await.unwrap(), (0, 30));
    house.actions.settle_all().await.unwrap();
    assert_eq!(house.actions.waiting(&admin).await.unwrap(), (0, 0));
    let own = house.actions.own_requests(&last.unwrap()).await.unwrap();
    assert_eq!(own[0].state, RequestState::Granted);
    assert_eq!(own[0].decided.unwrap().0, admin.user());
}

#[tokio::test]
async fn actions_are_found_by_name_and_state() {
    let house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    house.enabled(&admin, "Things 100%").await;
    house.draft(&admin, "Other").await;
    let names = async |who, words: &str, state| {
        let find = Find { words: words.to_owned(), state, ..Find::default() };
        let found = house.actions.find(who, find, Limit::default(), None).await.unwrap();
        found.items.into_iter().map(|offered| offered.action.name).collect::<Vec<_>>()
    };
    assert_eq!(names(&admin, "THING", None).await, ["Things 100%"]);
    assert_eq!(names(&admin, "0%", None).await, ["Things 100%"]);
    assert!(names(&admin, "_", None).await.is_empty());
    assert_eq!(names(&admin, "", Some(actions::State::Draft)).await, ["Other"]);
    assert!(names(&seller, "", Some(actions::State::Draft)).await.is_empty());
    let usable = house.actions.usable(&seller, "thi", Limit::default(), None).await.unwrap();
    assert_eq!(usable.items.len(), 1);
    let none = house.actions.usable(&seller, "other", Limit::default(), None).await.unwrap();
    assert!(none.items.is_empty());
}
