//! An action goes along with its connector only when somebody says so.

use actions::{ActionPatch, Selected, State};
use connectors::Upload;
use identity::Role;
use kernel::Scope;
use serde_json::{Value, json};

use crate::house::{House, code, definition, faults};

impl House {
    /// A new version of the connector, changed by `change`.
    pub(crate) async fn new_version(&self, maker: &Scope, change: impl Fn(&mut Value)) -> i64 {
        let mut text: Value = serde_json::from_str(&definition(&self.host)).unwrap();
        change(&mut text);
        let environment = identity::environments::default_of(self.tenant.id);
        let connector = self.connectors.list(maker, environment).await.unwrap().pop().unwrap();
        let upload = Upload::Text { definition: text.to_string(), properties: None };
        let made = self.connectors.add_version(maker, connector.id, upload, String::new()).await;
        made.unwrap().version.number
    }
}

#[tokio::test]
async fn the_changes_of_the_selected_operations_are_named_before_an_action_goes_along() {
    let house = House::new().await;
    let admin = house.admin().await;
    let draft = house.draft(&admin, "Things").await;
    let list = Selected { id: "ListThings".to_owned(), ..Selected::default() };
    let patch = ActionPatch { operations: Some(vec![list]), ..ActionPatch::default() };
    house.actions.update(&admin, draft.id, patch).await.unwrap();
    house.actions.publish(&admin, draft.id).await.unwrap();
    assert_eq!(house.actions.upgrade_of(&admin, draft.id).await.unwrap(), None);
    let number = house
        .new_version(&admin, |text| {
            let things = &mut text["paths"]["/things"];
            things["get"]["parameters"][0]["required"] = json!(true);
            things["post"]["parameters"][0]["required"] = json!(false);
            things["post"]["operationId"] = json!("AddThing");
        })
        .await;
    let upgrade = house.actions.upgrade_of(&admin, draft.id).await.unwrap().unwrap();
    assert_eq!((upgrade.from, upgrade.to), (1, number));
    assert_eq!((upgrade.changes.len(), upgrade.elsewhere > 0), (1, true), "{:?}", upgrade.changes);
    assert!(upgrade.changes[0].pointer.starts_with("/paths/~1things/get"));
    assert!(upgrade.obstacles.is_empty());
    assert_eq!(code(house.actions.upgrade(&admin, draft.id, 1).await), "api_action.changed");
    let after = house.actions.upgrade(&admin, draft.id, number).await.unwrap();
    assert_eq!((after.version, after.state), (Some(number), State::Waiting));
    let input = &after.operations[0].prepared.as_ref().unwrap().input;
    assert_eq!(input["required"], json!(["kind"]));
}

#[tokio::test]
async fn what_a_maker_takes_along_waits_for_an_administrator_again() {
    let house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let maker = house.person("max", &[Role::ConnectorMaker]).await;
    let action = house.enabled(&admin, "Things").await;
    let second = house.new_version(&maker, |text| text["info"]["version"] = json!("2")).await;
    // whoever may enable it keeps it enabled
    let after = house.actions.upgrade(&admin, action.id, second).await.unwrap();
    assert_eq!((after.state, house.tools(&seller).await.len()), (State::Enabled, 2));
    let third = house.new_version(&maker, |text| text["info"]["version"] = json!("3")).await;
    let after = house.actions.upgrade(&maker, action.id, third).await.unwrap();
    assert_eq!((after.state, house.tools(&seller).await.len()), (State::Waiting, 0));
}

#[tokio::test]
async fn an_action_does_not_go_along_without_its_operations() {
    let house = House::new().await;
    let admin = house.admin().await;
    let action = house.enabled(&admin, "Things").await;
    let gone = |text: &mut Value| {
        text["paths"]["/things"].as_object_mut().unwrap().remove("post");
    };
    let number = house.new_version(&admin, gone).await;
    let upgrade = house.actions.upgrade_of(&admin, action.id).await.unwrap().unwrap();
    assert_eq!(upgrade.obstacles[0].code, "api_action.operation_unknown");
    let refused = faults(house.actions.upgrade(&admin, action.id, number).await);
    assert_eq!(refused[0].0, "/operations/1/id");
    // it goes on with the version it has
    assert_eq!(house.tools(&admin).await.len(), 2);
    assert_eq!(house.actions.action(&admin, action.id).await.unwrap().version, Some(1));
}
