//! What the operator offers to every organisation, and what each makes of it.

use std::collections::BTreeMap;

use actions::{Action, ActionPatch, Override, Selected, State};
use identity::environments::default_of;
use kernel::Scope;
use serde_json::json;

use crate::house::{House, code, for_all};

impl House {
    fn operator(&self) -> Scope {
        self.system.scope(self.tenant.id, "command-line")
    }

    /// An enabled action whose connector is certified, without asking the rules.
    async fn certified(&self, admin: &Scope) -> Action {
        let action = self.enabled(admin, "Things").await;
        self.mark_certified(admin, action.connector).await;
        action
    }
}

#[tokio::test]
async fn an_offer_reaches_every_tenant_and_each_decides() {
    let house = House::new().await;
    let (admin, operator) = (house.admin().await, house.operator());
    let action = house.enabled(&admin, "Things").await;
    let offer = async |on| house.actions.set_offered(&operator, action.id, on).await;
    assert_eq!(
        code(house.actions.set_offered(&admin, action.id, true).await),
        "permission.missing"
    );
    assert_eq!(code(offer(true).await), "api_action.not_certified");
    house.mark_certified(&admin, action.connector).await;
    let stranger = house.stranger().await;
    assert!(house.actions.offers(&stranger).await.unwrap().is_empty());
    assert_eq!(offer(true).await.unwrap().added, 1);
    assert!(house.actions.offers(&admin).await.unwrap().is_empty(), "not to oneself");
    let seen = house.actions.offers(&stranger).await.unwrap().remove(0);
    assert_eq!((seen.about.name.as_str(), seen.about.operations.len()), ("Things", 2));
    assert!(seen.taken.is_none());

    // taking it makes an action of one's own, which waits for a decision
    let there = default_of(stranger.tenant());
    let taken = house.actions.take_offer(&stranger, seen.id, there).await.unwrap();
    assert_ne!(taken.id, action.id);
    let taken = house.actions.action(&stranger, taken.id).await.unwrap();
    assert_eq!(taken.state, State::Waiting);
    assert!(house.tools(&stranger).await.is_empty());
    house.actions.enable(&stranger, taken.id, for_all()).await.unwrap();
    assert_eq!(house.tools(&stranger).await.len(), 2);
    house.call(&stranger, &taken, "ListThings", json!({})).await.unwrap();
    assert_eq!(house.asked().len(), 1);
    // what it is called with is the taker's own
    assert_eq!(house.connectors.list(&admin, default_of(house.tenant.id)).await.unwrap().len(), 1);

    // what is no longer offered stays where it was taken
    assert_eq!(offer(false).await.unwrap().withdrawn, 1);
    assert!(house.actions.offers(&stranger).await.unwrap()[0].is_withdrawn);
    assert_eq!(house.tools(&stranger).await.len(), 2);
    let again = house.actions.take_offer(&stranger, seen.id, there).await;
    assert_eq!(code(again), "api_action.not_found");
}

#[tokio::test]
async fn what_a_maker_fixed_stays_with_the_one_who_offers() {
    let house = House::new().await;
    let (admin, operator) = (house.admin().await, house.operator());
    let draft = house.draft(&admin, "Things").await;
    let fixed = Override { fixed: Some(json!("s3cret")), ..Override::default() };
    let shown = Override { default: Some(json!(7)), ..Override::default() };
    let overrides = BTreeMap::from([("kind".to_owned(), fixed), ("top".to_owned(), shown)]);
    let list = Selected { id: "ListThings".to_owned(), overrides, ..Selected::default() };
    let patch = ActionPatch { operations: Some(vec![list]), ..ActionPatch::default() };
    house.actions.update(&admin, draft.id, patch).await.unwrap();
    house.actions.publish(&admin, draft.id).await.unwrap();
    house.mark_certified(&admin, draft.connector).await;
    let stranger = house.stranger().await;
    house.actions.set_offered(&operator, draft.id, true).await.unwrap();
    let seen = house.actions.offers(&stranger).await.unwrap().remove(0);
    assert_eq!(seen.about.fixed, 1);
    assert!(!format!("{seen:?}").contains("s3cret"));
    let there = default_of(stranger.tenant());
    let taken = house.actions.take_offer(&stranger, seen.id, there).await.unwrap();
    assert_eq!(taken.state, State::Draft, "its values are to be set first");
    assert!(!format!("{taken:?}").contains("s3cret"));
    assert_eq!(taken.operations[0].overrides.keys().collect::<Vec<_>>(), ["top"]);
}

#[tokio::test]
async fn a_newer_version_is_offered_again_and_never_taken_by_itself() {
    let house = House::new().await;
    let (admin, operator) = (house.admin().await, house.operator());
    let action = house.certified(&admin).await;
    let stranger = house.stranger().await;
    house.actions.set_offered(&operator, action.id, true).await.unwrap();
    let there = default_of(stranger.tenant());
    let taken = house.actions.take_offer(&stranger, action.id, there).await.unwrap();
    let second = house.new_version(&admin, |text| text["info"]["version"] = json!("2")).await;
    house.mark_certified(&admin, action.connector).await;
    house.actions.upgrade(&admin, action.id, second).await.unwrap();
    assert_eq!(house.actions.reconcile_offers().await.unwrap().updated, 1);
    let seen = house.actions.offers(&stranger).await.unwrap().remove(0);
    assert!(seen.is_newer());
    assert_eq!(house.actions.upgrade_of(&stranger, taken.id).await.unwrap(), None);
    let same = house.actions.take_offer(&stranger, action.id, there).await.unwrap();
    assert_eq!(same.id, taken.id);
    let upgrade = house.actions.upgrade_of(&stranger, taken.id).await.unwrap().unwrap();
    assert_eq!((upgrade.from, upgrade.to), (1, 2));
    assert!(!house.actions.offers(&stranger).await.unwrap()[0].is_newer());
    // a tenant that comes later hears of it as well
    let new = identity::tenants::NewTenant {
        name: "Northwind".to_owned(),
        language: kernel::Language::En,
        host: None,
    };
    let late = house.system.create_tenant(new).await.unwrap();
    house.actions.reconcile_offers().await.unwrap();
    let late = house.system.scope(late.id, "test");
    assert_eq!(house.actions.offers(&late).await.unwrap().len(), 1);
}

impl House {
    /// What stands in a tenant: rows of connectors, of their versions, of actions, and lines of the audit.
    async fn standing(&self, scope: &Scope) -> Vec<i64> {
        let count = |tx: &db::Tx<'_>| {
            let tables = ["api_connectors", "api_connector_versions", "actions", "audit"];
            let one = |table| {
                let sql = format!("SELECT COUNT(*) FROM {table} WHERE tenant_id = $1");
                tx.first(&sql, &[tx.tenant().into()])?.unwrap().get(0)
            };
            tables.into_iter().map(one).collect::<db::Result<Vec<i64>>>()
        };
        self.store.db().read(scope, count).await.unwrap()
    }
}

#[tokio::test]
async fn an_offer_whose_last_step_fails_leaves_nothing_behind() {
    let house = House::new().await;
    let (admin, operator) = (house.admin().await, house.operator());
    let first = house.certified(&admin).await;
    let second = house.enabled(&admin, "Other things").await;
    let stranger = house.stranger().await;
    for action in [&first, &second] {
        house.actions.set_offered(&operator, action.id, true).await.unwrap();
    }
    let there = default_of(stranger.tenant());
    house.actions.take_offer(&stranger, first.id, there).await.unwrap();
    let taken = house.actions.offers(&stranger).await.unwrap();
    let connector = taken.iter().find_map(|offer| offer.taken).unwrap().connector;
    // else the name of the connector is what stops the second one, before the last step
    let patch = connectors::ConnectorPatch {
        name: Some("Taken before".to_owned()),
        ..connectors::ConnectorPatch::default()
    };
    house.connectors.update(&stranger, connector, patch).await.unwrap();
    // the statement that says what was taken is the one that fails
    let bar = "CREATE UNIQUE INDEX one_taken ON action_offers (tenant_id, taken_version)";
    let set = move |tx: &db::Tx<'_>| tx.execute(bar, &[]);
    house.store.db().write(&stranger, set).await.unwrap();
    let before = house.standing(&stranger).await;
    let refused = house.actions.take_offer(&stranger, second.id, there).await;
    assert!(matches!(refused, Err(actions::Error::Store(_))), "{refused:?}");
    assert_eq!(house.standing(&stranger).await, before);
    // and it can be taken as soon as that goes
    let set = |tx: &db::Tx<'_>| tx.execute("DROP INDEX one_taken", &[]);
    house.store.db().write(&stranger, set).await.unwrap();
    let taken = house.actions.take_offer(&stranger, second.id, there).await.unwrap();
    assert_eq!(taken.state, State::Waiting);
    assert_eq!(house.standing(&stranger).await[..3], [before[0] + 1, before[1] + 1, before[2] + 1]);
}

#[tokio::test]
async fn an_action_of_the_same_name_stops_an_offer_without_a_trace() {
    let house = House::new().await;
    let (admin, operator) = (house.admin().await, house.operator());
    let action = house.certified(&admin).await;
    let stranger = house.stranger().await;
    house.actions.set_offered(&operator, action.id, true).await.unwrap();
    let there = default_of(stranger.tenant());
    let taken = house.actions.take_offer(&stranger, action.id, there).await.unwrap();
    // as if it had not been taken: its action is there under the name, its connector under another one
    let forget = |tx: &db::Tx<'_>| {
        let sql = "UPDATE action_offers SET action_id = NULL WHERE tenant_id = $1";
        tx.execute(sql, &[tx.tenant().into()])?;
        let sql =
            "UPDATE api_connectors SET name = 'Others', name_fold = 'others' WHERE tenant_id = $1";
        tx.execute(sql, &[tx.tenant().into()])
    };
    house.store.db().write(&stranger, forget).await.unwrap();
    let before = house.standing(&stranger).await;
    let again = house.actions.take_offer(&stranger, action.id, there).await;
    assert_eq!(code(again), "api_action.taken");
    assert_eq!(house.standing(&stranger).await, before);
    assert_eq!(house.actions.action(&stranger, taken.id).await.unwrap().state, State::Waiting);
}

#[tokio::test]
async fn who_takes_an_offer_at_once_with_somebody_else_takes_it_once() {
    let house = House::new().await;
    let (admin, operator) = (house.admin().await, house.operator());
    let action = house.certified(&admin).await;
    let stranger = house.stranger().await;
    house.actions.set_offered(&operator, action.id, true).await.unwrap();
    let there = default_of(stranger.tenant());
    let take = || house.actions.take_offer(&stranger, action.id, there);
    let (one, other) = tokio::join!(take(), take());
    assert!(one.is_ok() || other.is_ok(), "{one:?} {other:?}");
    assert_eq!(house.connectors.list(&stranger, there).await.unwrap().len(), 1);
    assert_eq!(house.standing(&stranger).await[2], 1);
}
