//! Calls of operations, and what tools say about them.

use std::collections::BTreeMap;

use actions::{ActionPatch, Override, Selected};
use connectors::Via;
use serde_json::{Value, json};

use crate::house::{House, code, faults, for_all, nothing};

#[tokio::test]
async fn a_call_reaches_the_api_as_the_connector_says() {
    let house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let action = house.enabled(&admin, "Things").await;
    let answer = house.call(&seller, &action, "ListThings", json!({"kind": "a b"})).await.unwrap();
    assert_eq!(answer.answer.status, 200);
    assert!(answer.wrapped, "the answer is a list, which a tool gives under a name");
    let made =
        house.call(&seller, &action, "things_make_thing", json!({"body": {"name": "é"}})).await;
    assert!(made.unwrap().answer.is_success());
    let asked = house.asked();
    assert!(asked[0].starts_with("GET /things?kind=a%20b"), "{asked:?}");
    assert!(asked[0].contains("trace=off"), "internal inputs keep their default: {asked:?}");
    assert_eq!(asked[1], "POST /things {\"name\":\"é\"}");
}

#[tokio::test]
async fn what_an_operation_does_not_take_is_refused_before_anything_is_sent() {
    let house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let action = house.enabled(&admin, "Things").await;
    let unknown = house.call(&seller, &action, "ListThings", json!({"no/pe": 1})).await;
    assert_eq!(faults(unknown), [("/no~1pe".to_owned(), "api_action.input_unknown")]);
    let internal = house.call(&seller, &action, "ListThings", json!({"trace": "on"})).await;
    assert_eq!(faults(internal), [("/trace".to_owned(), "api_action.input_unknown")]);
    let missing = house.call(&seller, &action, "MakeThing", json!({})).await;
    assert!(missing.is_err());
    assert_eq!(
        code(house.call(&seller, &action, "Nope", json!({})).await),
        "api_action.operation_not_found"
    );
    assert!(house.asked().is_empty());
}

#[tokio::test]
async fn what_a_maker_sets_is_sent_and_what_is_fixed_is_not_shown() {
    let house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let draft = house.draft(&admin, "Things").await;
    let fixed = Override { fixed: Some(json!("alpine")), ..Override::default() };
    let default = Override {
        default: Some(json!(3)),
        description: Some("How many".to_owned()),
        ..Override::default()
    };
    let selected = Selected {
        id: "ListThings".to_owned(),
        overrides: BTreeMap::from([("kind".to_owned(), fixed), ("top".to_owned(), default)]),
        ..Selected::default()
    };
    let patch = ActionPatch { operations: Some(vec![selected]), ..ActionPatch::default() };
    house.actions.update(&admin, draft.id, patch).await.unwrap();
    house.actions.publish(&admin, draft.id).await.unwrap();
    let action = house.actions.enable(&admin, draft.id, for_all()).await.unwrap();
    let input = &action.operations[0].prepared.as_ref().unwrap().input;
    assert_eq!(input["properties"]["top"]["default"], 3);
    assert_eq!(input["properties"]["top"]["description"], "How many");
    assert!(input["properties"].get("kind").is_none());
    let refused = house.call(&seller, &action, "ListThings", json!({"kind": "other"})).await;
    assert_eq!(faults(refused), [("/kind".to_owned(), "api_action.input_unknown")]);
    house.call(&seller, &action, "ListThings", json!({})).await.unwrap();
    let asked = house.asked();
    assert!(asked[0].contains("kind=alpine") && asked[0].contains("top=3"), "{asked:?}");
}

#[tokio::test]
async fn makers_try_what_is_not_enabled() {
    let house = House::new().await;
    let admin = house.admin().await;
    let draft = house.draft(&admin, "Things").await;
    house.call(&admin, &draft, "ListThings", json!({})).await.unwrap();
    assert_eq!(house.asked().len(), 1);
}

#[tokio::test]
async fn a_tool_is_called_by_its_name_by_those_who_see_it() {
    let house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let action = house.enabled(&admin, "Things").await;
    let tool = "things_list_things";
    house.actions.invoke_tool(&seller, tool, nothing(), Via::Mcp).await.unwrap();
    house.actions.disable(&admin, action.id, "").await.unwrap();
    let gone = house.actions.invoke_tool(&seller, tool, nothing(), Via::Mcp).await;
    assert_eq!(code(gone), "api_action.operation_not_found");
    let health = house.actions.health(&admin, action.id, std::time::Duration::from_hours(1)).await;
    let health = health.unwrap();
    assert_eq!((health[0].operation.as_str(), health[0].calls), ("ListThings", 1));
}

#[tokio::test]
async fn schemas_that_contain_themselves_are_written_out_to_an_end() {
    let house = House::new().await;
    let admin = house.admin().await;
    let action = house.enabled(&admin, "Things").await;
    let prepared = action.operation("MakeThing").unwrap().prepared.as_ref().unwrap();
    let body = &prepared.input["properties"]["body"];
    assert_eq!(body["required"], json!(["name"]));
    assert_eq!(body["properties"]["parts"]["items"], json!({}), "the cycle ends in anything");
    assert!(!prepared.input.to_string().contains("$ref"));
    let output = prepared.output.as_ref().unwrap();
    assert_eq!(output["properties"]["name"]["type"], json!(["string", "null"]));
    assert!(output.get("required").is_none(), "answers are not held against what may be missing");
    let list = action.operation("ListThings").unwrap().prepared.as_ref().unwrap();
    assert!(list.annotations.read_only_hint && list.wrapped);
    assert_eq!(list.output.as_ref().unwrap()["properties"]["result"]["type"], Value::from("array"));
}
