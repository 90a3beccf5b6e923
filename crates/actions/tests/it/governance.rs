//! Data policies hold for what is published and enabled, not only for what is called.

use std::collections::BTreeMap;

use actions::{Enabling, OperationAccess, State};
use connectors::{
    NewPolicy, RefusalFilter,
    policy::{OperationRule, OperationRules, Reach, Rules, Verdict},
};
use kernel::{ApiConnectorId, Limit};

use crate::house::{House, code, faults, for_all};

/// A policy under which nobody makes things.
fn barring(connector: ApiConnectorId) -> NewPolicy {
    let rule = OperationRule { operation: "MakeThing".to_owned(), verdict: Verdict::Block };
    let of = OperationRules { connector, default: Verdict::Allow, rules: vec![rule] };
    let rules = Rules { operations: vec![of], ..Rules::default() };
    NewPolicy { name: "No making".to_owned(), reach: Reach::All, rules }
}

#[tokio::test]
async fn what_a_data_policy_bars_is_neither_published_nor_enabled() {
    let house = House::new().await;
    let admin = house.admin().await;
    let draft = house.draft(&admin, "Things").await;
    let policy = house.connectors.create_data_policy(&admin, barring(draft.connector)).await;
    let policy = policy.unwrap().id;
    let refused = faults(house.actions.publish(&admin, draft.id).await);
    assert_eq!(refused, [("/operations/1".to_owned(), "data_policy.operation_blocked")]);
    assert_eq!(house.actions.violations(&admin, &draft).await.unwrap().len(), 1);
    house.connectors.delete_data_policy(&admin, policy).await.unwrap();
    house.actions.publish(&admin, draft.id).await.unwrap();

    house.connectors.create_data_policy(&admin, barring(draft.connector)).await.unwrap();
    let refused = house.actions.enable(&admin, draft.id, for_all()).await;
    assert_eq!(code(refused), "data_policy.violation");
    assert_eq!(house.actions.action(&admin, draft.id).await.unwrap().state, State::Waiting);
    // without the operation that is barred, the rest can be enabled
    let off = OperationAccess { active: false, audience: None };
    let how = Enabling { operations: BTreeMap::from([("MakeThing".to_owned(), off)]), ..for_all() };
    house.actions.enable(&admin, draft.id, how).await.unwrap();
    assert_eq!(house.tools(&admin).await, ["things_list_things"]);

    // both refusals are kept, each with the operation that was in the way
    let (all, limit) = (RefusalFilter::default(), Limit::default());
    let kept = house.connectors.refusals(&admin, all, limit, None).await.unwrap().items;
    let kept: Vec<_> = kept
        .iter()
        .map(|row| (row.call.via.as_str(), row.call.operation.as_str(), row.call.subject))
        .collect();
    assert_eq!(kept, [("publication", "MakeThing", Some(draft.id.uuid())); 2]);
    let hour = std::time::Duration::from_hours(1);
    assert!(house.actions.health(&admin, draft.id, hour).await.unwrap().is_empty());
}
