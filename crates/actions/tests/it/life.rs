//! From a draft to tools, and back.

use std::collections::BTreeMap;

use actions::{
    Acknowledgement, ActionPatch, Audience, Enabling, NewAction, OperationAccess, Override,
    Selected, State,
};
use futures_util::StreamExt as _;
use identity::{Holder, NewGroup, Role};
use kernel::Limit;
use serde_json::json;

use crate::house::{House, code, faults, for_all, only, read_both};

#[tokio::test]
async fn publishing_alone_gives_nobody_anything() {
    let house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let draft = house.draft(&admin, "Things").await;
    assert_eq!(code(house.actions.action(&seller, draft.id).await), "api_action.not_found");
    assert_eq!(
        code(house.call(&seller, &draft, "ListThings", json!({})).await),
        "api_action.not_found"
    );
    let published = house.actions.publish(&admin, draft.id).await.unwrap();
    assert_eq!((published.state, published.version), (State::Waiting, Some(1)));
    assert!(house.tools(&seller).await.is_empty());
    assert_eq!(
        code(house.call(&seller, &draft, "ListThings", json!({})).await),
        "api_action.not_enabled"
    );
    let seen = house.actions.offered(&seller, draft.id).await.unwrap();
    assert!(!seen.usable);
    assert!(house.asked().is_empty());
}

#[tokio::test]
async fn both_notices_are_acknowledged_before_anything_is_enabled() {
    let house = House::new().await;
    let admin = house.admin().await;
    let draft = house.draft(&admin, "Things").await;
    house.actions.publish(&admin, draft.id).await.unwrap();
    let with = |acknowledged| Enabling { acknowledged, ..Enabling::default() };
    let none = house.actions.enable(&admin, draft.id, with(Acknowledgement::default())).await;
    assert_eq!(
        faults(none),
        [
            ("/acknowledge/third_party_terms".to_owned(), "api_action.terms_unread"),
            ("/acknowledge/data_may_leave".to_owned(), "api_action.leaving_unread"),
        ]
    );
    let one = Acknowledgement { data_may_leave: false, ..read_both() };
    assert_eq!(faults(house.actions.enable(&admin, draft.id, with(one)).await).len(), 1);
    let enabled = house.actions.enable(&admin, draft.id, with(read_both())).await.unwrap();
    assert_eq!(enabled.acknowledged.unwrap().0, admin.user());
}

#[tokio::test]
async fn what_an_administrator_read_is_what_is_enabled() {
    let house = House::new().await;
    let admin = house.admin().await;
    let draft = house.draft(&admin, "Things").await;
    let read = house.actions.publish(&admin, draft.id).await.unwrap().updated_at;
    let with = |seen| Enabling { seen, ..for_all() };
    house.clock.advance(std::time::Duration::from_secs(1));
    house.actions.withdraw(&admin, draft.id).await.unwrap();
    house.actions.publish(&admin, draft.id).await.unwrap();
    let late = house.actions.enable(&admin, draft.id, with(Some(read))).await;
    assert_eq!(code(late), "api_action.changed");
    let now = house.actions.action(&admin, draft.id).await.unwrap();
    assert_eq!(now.state, State::Waiting);
    house.clock.advance(std::time::Duration::from_secs(1));
    house.actions.enable(&admin, draft.id, with(Some(now.updated_at))).await.unwrap();
    house.actions.enable(&admin, draft.id, with(None)).await.unwrap();
}

#[tokio::test]
async fn what_is_enabled_and_disabled_takes_effect_at_once() {
    let house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let maker = house.person("max", &[Role::ConnectorMaker]).await;
    let action = house.enabled(&admin, "Things").await;
    assert_eq!(house.tools(&seller).await, ["things_list_things", "things_make_thing"]);
    house.actions.enable(&admin, action.id, only(&[Role::ConnectorMaker])).await.unwrap();
    assert!(house.tools(&seller).await.is_empty());
    assert_eq!(house.tools(&maker).await.len(), 2);
    house.actions.disable(&admin, action.id, "for now").await.unwrap();
    assert!(house.tools(&maker).await.is_empty());
    assert_eq!(
        code(house.call(&seller, &action, "ListThings", json!({})).await),
        "api_action.not_enabled"
    );
}

#[tokio::test]
async fn a_group_and_a_licence_open_what_they_name() {
    let house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let action = house.enabled(&admin, "Things").await;
    let group = NewGroup { name: "Alps".to_owned(), description: String::new() };
    let group = house.identity.create_group(&admin, group).await.unwrap();
    let audience = Audience::Only { groups: vec![group.id], roles: Vec::new() };
    let how = Enabling { audience: audience.clone(), ..for_all() };
    house.actions.enable(&admin, action.id, how.clone()).await.unwrap();
    assert!(house.tools(&seller).await.is_empty());
    house.identity.add_member(&admin, group.id, seller.user().unwrap()).await.unwrap();
    assert_eq!(house.tools(&seller).await.len(), 2);
    let licence = house.identity.create_licence(&admin, "Sales", None).await.unwrap();
    let how = Enabling { licence: Some(licence.id), ..how };
    house.actions.enable(&admin, action.id, how).await.unwrap();
    assert_eq!(
        code(house.call(&seller, &action, "ListThings", json!({})).await),
        "api_action.unlicensed"
    );
    let other = house.person("lia", &[Role::Seller]).await;
    house.identity.add_member(&admin, group.id, other.user().unwrap()).await.unwrap();
    let holder = Holder::User(other.user().unwrap());
    house.identity.assign_licence(&admin, licence.id, holder).await.unwrap();
    assert_eq!(house.tools(&other).await.len(), 2);
}

#[tokio::test]
async fn what_is_always_sent_is_shown_to_makers_and_administrators_alone() {
    let house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let draft = house.draft(&admin, "Things").await;
    let fixed = Override { fixed: Some(json!("s3cret")), ..Override::default() };
    let shown = Override { default: Some(json!(7)), ..Override::default() };
    let overrides = BTreeMap::from([("kind".to_owned(), fixed), ("top".to_owned(), shown)]);
    let list = Selected { id: "ListThings".to_owned(), overrides, ..Selected::default() };
    let patch = ActionPatch { operations: Some(vec![list]), ..ActionPatch::default() };
    house.actions.update(&admin, draft.id, patch).await.unwrap();
    house.actions.publish(&admin, draft.id).await.unwrap();
    house.actions.enable(&admin, draft.id, for_all()).await.unwrap();
    for (who, names) in [(&admin, vec!["kind", "top"]), (&seller, vec!["top"])] {
        let all = house.actions.list(who, (None, None), Limit::default(), None).await.unwrap();
        let one = house.actions.offered(who, draft.id).await.unwrap();
        for offered in [&all.items[0], &one] {
            let overrides = &offered.action.operations[0].overrides;
            assert_eq!(overrides.keys().collect::<Vec<_>>(), names);
            assert_eq!(format!("{offered:?}").contains("s3cret"), names.len() == 2);
        }
    }
    // it is sent all the same
    house.call(&seller, &draft, "ListThings", json!({})).await.unwrap();
    assert!(house.asked()[0].contains("kind=s3cret"));
}

#[tokio::test]
async fn one_operation_is_switched_off_alone() {
    let house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let action = house.enabled(&admin, "Things").await;
    let off = OperationAccess { active: false, audience: None };
    let how = Enabling { operations: BTreeMap::from([("MakeThing".to_owned(), off)]), ..for_all() };
    house.actions.enable(&admin, action.id, how).await.unwrap();
    assert_eq!(house.tools(&seller).await, ["things_list_things"]);
    let called = house.call(&seller, &action, "MakeThing", json!({"body": {"name": "a"}})).await;
    assert_eq!(code(called), "api_action.operation_not_found");
    let unknown = OperationAccess { active: true, audience: None };
    let how = Enabling { operations: BTreeMap::from([("Nope".to_owned(), unknown)]), ..for_all() };
    let refused = faults(house.actions.enable(&admin, action.id, how).await);
    assert_eq!(refused, [("/operations/Nope".to_owned(), "api_action.operation_unknown")]);
}

#[tokio::test]
async fn only_makers_make_and_only_administrators_enable() {
    let house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let maker = house.person("max", &[Role::ConnectorMaker]).await;
    let draft = house.draft(&maker, "Things").await;
    assert_eq!(code(house.actions.publish(&seller, draft.id).await), "permission.missing");
    house.actions.publish(&maker, draft.id).await.unwrap();
    assert_eq!(code(house.actions.enable(&maker, draft.id, for_all()).await), "permission.missing");
    assert_eq!(code(house.actions.disable(&maker, draft.id, "").await), "permission.missing");
    house.actions.enable(&admin, draft.id, for_all()).await.unwrap();
    let patch = || ActionPatch { name: Some("Other".to_owned()), ..ActionPatch::default() };
    assert_eq!(code(house.actions.update(&maker, draft.id, patch()).await), "api_action.published");
    house.actions.withdraw(&maker, draft.id).await.unwrap();
    assert!(house.tools(&seller).await.is_empty());
    let changed = house.actions.update(&maker, draft.id, patch()).await.unwrap();
    assert_eq!(changed.name, "Other");
    // tools are called after their action
    assert_eq!(changed.operations[0].tool, "other_list_things");
}

#[tokio::test]
async fn another_tenant_knows_nothing_of_it() {
    let house = House::new().await;
    let (admin, stranger) = (house.admin().await, house.stranger().await);
    let action = house.enabled(&admin, "Things").await;
    for outcome in [
        code(house.actions.action(&stranger, action.id).await),
        code(house.call(&stranger, &action, "ListThings", json!({})).await),
        code(house.actions.enable(&stranger, action.id, for_all()).await),
        code(house.actions.withdraw(&stranger, action.id).await),
        code(house.actions.delete(&stranger, action.id).await),
        code(house.actions.request(&stranger, action.id, "").await),
    ] {
        assert_eq!(outcome, "api_action.not_found");
    }
    assert!(house.tools(&stranger).await.is_empty());
    let all = house.actions.list(&stranger, (None, None), Limit::default(), None).await.unwrap();
    assert!(all.items.is_empty());
}

#[tokio::test]
async fn the_name_of_a_tool_is_free_when_its_action_is_gone_renamed_or_without_the_operation() {
    let house = House::new().await;
    let admin = house.admin().await;
    let first = house.draft(&admin, "Things").await;
    assert_eq!(code(house.actions.create(&admin, again(&first)).await), "api_action.taken");
    // the same name in what tools see, and another one for people
    let near = async |name: &str| {
        let new = NewAction { name: name.to_owned(), ..again(&first) };
        house.actions.create(&admin, new).await.unwrap()
    };
    let second = near("Things!").await;
    assert_eq!(second.operations[0].tool, "things_list_things_2");
    house.actions.delete(&admin, first.id).await.unwrap();
    let third = near("Things?").await;
    assert_eq!(third.operations[0].tool, "things_list_things");
    // what is there keeps its name, whatever is free beside it
    let same = ActionPatch { description: Some("New".to_owned()), ..ActionPatch::default() };
    let kept = house.actions.update(&admin, second.id, same).await.unwrap();
    assert_eq!(kept.operations[0].tool, "things_list_things_2");
    let renamed = ActionPatch { name: Some("Stock".to_owned()), ..ActionPatch::default() };
    let renamed = house.actions.update(&admin, third.id, renamed).await.unwrap();
    assert_eq!(renamed.operations[0].tool, "stock_list_things");
    let other = vec![Selected { id: "MakeThing".to_owned(), ..Selected::default() }];
    let other = ActionPatch { operations: Some(other), ..ActionPatch::default() };
    house.actions.update(&admin, renamed.id, other).await.unwrap();
    assert_eq!(near("Stock?").await.operations[0].tool, "stock_list_things");
}

#[tokio::test]
async fn names_that_are_all_taken_end_in_a_part_that_is_the_actions_own() {
    let house = House::new().await;
    let admin = house.admin().await;
    let first = house.draft(&admin, "Things").await;
    let mut seen = vec![first.operations[0].tool.clone()];
    for number in 0..11 {
        let new = NewAction { name: format!("Things{}", "!".repeat(number + 1)), ..again(&first) };
        seen.push(house.actions.create(&admin, new).await.unwrap().operations[0].tool.clone());
    }
    assert_eq!(seen[8], "things_list_things_9");
    assert!(seen[9].starts_with("things_list_things_") && seen[9].len() > 30, "{seen:?}");
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 12);
}

fn again(action: &actions::Action) -> NewAction {
    NewAction {
        connector: action.connector,
        name: action.name.to_uppercase(),
        description: String::new(),
        instructions: String::new(),
        operations: vec![Selected { id: "ListThings".to_owned(), ..Selected::default() }],
    }
}

#[tokio::test]
async fn what_a_maker_selects_is_held_against_the_connector() {
    let house = House::new().await;
    let admin = house.admin().await;
    let draft = house.draft(&admin, "Things").await;
    let set = Override { fixed: Some(json!(1)), ..Override::default() };
    let operations = vec![
        Selected {
            id: "ListThings".to_owned(),
            overrides: BTreeMap::from([("nope".to_owned(), set)]),
            ..Selected::default()
        },
        Selected { id: "Nope".to_owned(), ..Selected::default() },
        Selected { id: "Nope".to_owned(), ..Selected::default() },
    ];
    let patch = ActionPatch { operations: Some(operations), ..ActionPatch::default() };
    assert_eq!(
        faults(house.actions.update(&admin, draft.id, patch).await),
        [
            ("/operations/0/overrides/nope".to_owned(), "api_action.input_unknown"),
            ("/operations/1/id".to_owned(), "api_action.operation_unknown"),
            ("/operations/2/id".to_owned(), "api_action.operation_twice"),
        ]
    );
}

#[tokio::test]
async fn who_watches_hears_of_changes_that_concern_them_alone() {
    let house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let draft = house.draft(&admin, "Things").await;
    let mut changes = house.actions.changes(&seller);
    let nothing = tokio::time::timeout(std::time::Duration::from_millis(20), changes.next()).await;
    assert!(nothing.is_err(), "nothing has changed");
    house.actions.publish(&admin, draft.id).await.unwrap();
    house.actions.enable(&admin, draft.id, for_all()).await.unwrap();
    testkit::within("a change", changes.next()).await;
    assert_eq!(house.tools(&seller).await.len(), 2);
}
